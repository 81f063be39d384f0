"""One learned row for each class, and what lies between them."""

from torch import Tensor, nn


class ClassTable(nn.Embedding):
    """A row for each class; shares of classes get the mean of their rows by those shares."""

    def forward(self, labels: Tensor) -> Tensor:
        """Map classes, int64 [batch], or shares, float [batch, classes], to rows [batch, width]."""
        if labels.is_floating_point():
            return labels.to(self.weight.dtype) @ self.weight
        return super().forward(labels)
