"""Two networks in one player: both directions of a translation, both judges."""

from torch import Tensor, nn

from gansmith.records import Critique


class Directions(nn.Module):
    """A generator that translates, and one that translates back.

    Args:
        there: makes images of the data's kind from the others.
        back: the reverse.
    """

    couples_batch = False

    def __init__(self, there: nn.Module, back: nn.Module) -> None:
        super().__init__()
        self.there, self.back = there, back

    def forward(self, images: Tensor) -> Tensor:
        """Translate there."""
        samples: Tensor = self.there(images)
        return samples


class Judges(nn.Module):
    """A discriminator of what comes out, and one of what goes in.

    Args:
        outputs: judges images of the data's kind.
        inputs: judges the others.
    """

    def __init__(self, outputs: nn.Module, inputs: nn.Module) -> None:
        super().__init__()
        self.outputs, self.inputs = outputs, inputs
        self.couples_batch = bool(getattr(outputs, "couples_batch", True))
        self.feature_width = getattr(outputs, "feature_width", None)

    def forward(self, samples: Tensor) -> Critique:
        """Judge images of the data's kind."""
        critique: Critique = self.outputs(samples)
        return critique
