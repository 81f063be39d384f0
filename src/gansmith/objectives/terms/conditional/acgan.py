"""D's features are to classify a sample, and G's samples are to be of their class."""

from typing import Annotated

from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from gansmith.objectives.gradients import features_of, rows
from gansmith.objectives.labels import labels_of
from gansmith.objectives.options import Weight
from gansmith.ranges import Range
from gansmith.records import Knob, PerSample, Side, Term, View
from gansmith.registry import terms


@terms.add(classifies=True)
def acgan(
    weight: Weight = 1.0,
    *,
    feature_width: int = 3,
    classes: Annotated[int, Range(low=2, why="with one class there is nothing to classify")] = 2,
) -> Term:
    """AC-GAN: a class head on D's features; both players want it to name the class right.

    Needs the recipe's [condition]. Known to prefer typical samples of a class over all of them:
    where classes lose variety, take `adcgan` or the projection discriminator.

    Formula: D: weight * E [-log C(y | x) - log C(y | G(z, y))];
    G: weight * E [-log C(y | G(z, y))].

    Args:
        weight: strength; 1 in the paper.
        feature_width: of D's features.
        classes: how many there are.

    Raises:
        ValueError: weight is not above 0, or there are fewer than two classes.

    Reference: Odena et al. 2016, arXiv:1610.09585.
    """
    head = nn.Linear(feature_width, classes)

    def value(view: View) -> PerSample:
        labels = labels_of(view, "acgan")

        def surprise(side: Side) -> Tensor:
            logits = rows(head(features_of(view.critiques[side], "acgan")))
            return cross_entropy(logits, labels, reduction="none")

        fake = surprise("fake")
        return fake if view.player == "generator" else fake + surprise("real")

    return Term(value, "both", Knob("weight", weight), module=head, trained_by="discriminator")
