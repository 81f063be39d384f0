"""Class labels as a condition, around any generator and any discriminator."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from gansmith.networks.layers.class_norm import Asked, in_place_of_norms
from gansmith.networks.layers.class_table import ClassTable
from gansmith.records import Condition, Critique


def _labels(condition: Condition | None, player: str) -> Tensor:
    if condition is None or "labels" not in condition:
        raise ValueError(
            f"this {player} was trained with class labels and needs one per sample; "
            f"pass condition=Condition(labels=...), or --label on the command line"
        )
    return condition["labels"]


class LabelledGenerator(nn.Module):
    """A generator whose latent is lengthened by an embedding of the class."""

    def __init__(self, net: nn.Module, classes: int, embedding: int) -> None:
        super().__init__()
        self.net, self.classes = net, classes
        self.embedding = ClassTable(classes, embedding)
        self.couples_batch = bool(getattr(net, "couples_batch", True))
        self.channels_last = bool(getattr(net, "channels_last", False))

    def forward(self, latent: Tensor, condition: Condition | None = None) -> Tensor:
        """Map latents [batch, latent] and labels [batch] to samples.

        Shares of classes [batch, classes] in place of labels give what lies between classes.

        Raises:
            ValueError: there is no condition.
        """
        code = self.embedding(_labels(condition, "generator")).to(latent.dtype)
        samples: Tensor = self.net(torch.cat([latent, code], dim=1))
        return samples


class ClassNormedGenerator(nn.Module):
    """A generator whose norms have a scale and a shift for each class.

    Args:
        net: the generator; its norms are replaced.
        classes: how many there are.

    Raises:
        ValueError: it has no norm.
    """

    def __init__(self, net: nn.Module, classes: int) -> None:
        super().__init__()
        self.asked = Asked()
        self.net, self.classes = net, classes
        if not in_place_of_norms(net, classes, self.asked):
            raise ValueError("the generator has no norm that classes could scale")
        self.couples_batch = bool(getattr(net, "couples_batch", True))
        self.channels_last = bool(getattr(net, "channels_last", False))

    def forward(self, latent: Tensor, condition: Condition | None = None) -> Tensor:
        """Map latents [batch, latent] and labels [batch] to samples.

        Raises:
            ValueError: there is no condition.
        """
        self.asked.labels = _labels(condition, "generator")
        samples: Tensor = self.net(latent)
        self.asked.labels = None
        return samples


class LabelledDiscriminator(nn.Module):
    """A discriminator that adds how well the features of a sample agree with its class."""

    def __init__(self, net: nn.Module, classes: int, features: int) -> None:
        super().__init__()
        self.net, self.classes, self.feature_width = net, classes, features
        self.embedding = ClassTable(classes, features)
        nn.init.normal_(self.embedding.weight, 0.0, features**-0.5)
        self.couples_batch = bool(getattr(net, "couples_batch", True))
        self.channels_last = bool(getattr(net, "channels_last", False))

    def forward(self, samples: Tensor, condition: Condition | None = None) -> Critique:
        """Judge samples with their labels [batch].

        Raises:
            ValueError: there is no condition, or the net gives no features.
        """
        labels = _labels(condition, "discriminator")
        scores, features = self.net(samples)
        if features is None:
            raise ValueError("a projection discriminator needs a net whose Critique has features")
        agreement = (self.embedding(labels).to(features.dtype) * features).sum(1)
        return Critique(scores + agreement.view(-1, *[1] * (scores.dim() - 1)), features)


class UnlabelledDiscriminator(nn.Module):
    """A discriminator that is shown labels and does not look: a classifying term does."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net, self.feature_width = net, getattr(net, "feature_width", None)
        self.couples_batch = bool(getattr(net, "couples_batch", True))
        self.channels_last = bool(getattr(net, "channels_last", False))

    def forward(self, samples: Tensor, condition: Condition | None = None) -> Critique:
        """Judge samples."""
        critique: Critique = self.net(samples)
        return critique


def condition_generator(
    build: Callable[[int], nn.Module], classes: int, latent: int, embedding: int = 64
) -> LabelledGenerator:
    """Make a generator conditional: the class is embedded and joined to the latent.

    Args:
        build: makes the generator for a latent of the given length.
        classes: number of classes.
        latent: length of the latent that the user draws.
        embedding: length of the embedding.

    Reference: Mirza and Osindero 2014, arXiv:1411.1784.
    """
    return LabelledGenerator(build(latent + embedding), classes, embedding)


def condition_discriminator(net: nn.Module, classes: int, features: int) -> LabelledDiscriminator:
    """Make a discriminator conditional by projection: score + <embedding of the class, features>.

    Args:
        net: the discriminator; its ``Critique`` must carry features.
        classes: number of classes.
        features: width of the features (``net.feature_width`` for the nets of this package).

    Reference: Miyato and Koyama 2018, arXiv:1802.05637.
    """
    return LabelledDiscriminator(net, classes, features)
