"""A class head that also knows real from fake: G matches each class whole, not its typical part."""

from typing import Annotated

from torch import Tensor, nn
from torch.nn.functional import log_softmax

from gansmith.objectives.gradients import features_of, rows
from gansmith.objectives.labels import labels_of
from gansmith.objectives.options import Weight
from gansmith.ranges import Range
from gansmith.records import Knob, PerSample, Side, Term, View
from gansmith.registry import terms


@terms.add(classifies=True)
def adcgan(
    weight: Weight = 1.0,
    *,
    feature_width: int = 3,
    classes: Annotated[int, Range(low=2, why="with one class there is nothing to classify")] = 2,
) -> Term:
    """ADC-GAN: the class head names class and origin, "a real 3" or "a fake 3".

    Needs the recipe's [condition]. Where G is best the classes have all of their variety, which
    AC-GAN does not grant: its G gains from samples that are easy to classify.

    Formula: D: weight * E [-log C(y, real | x) - log C(y, fake | G(z, y))];
    G: weight * E [log C(y, fake | G(z, y)) - log C(y, real | G(z, y))]; C has two outputs a class.

    Args:
        weight: strength; 1 in the paper.
        feature_width: of D's features.
        classes: how many there are.

    Raises:
        ValueError: weight is not above 0, or there are fewer than two classes.

    Reference: Hou et al. 2021, arXiv:2107.10060.
    """
    head = nn.Linear(feature_width, 2 * classes)

    def value(view: View) -> PerSample:
        labels = labels_of(view, "adcgan")

        def chance(side: Side, named: Side) -> Tensor:
            chances = log_softmax(rows(head(features_of(view.critiques[side], "adcgan"))), dim=1)
            column = labels if named == "real" else labels + classes
            return chances.gather(1, column[:, None])[:, 0]

        if view.player == "generator":
            return chance("fake", "fake") - chance("fake", "real")
        return -chance("real", "real") - chance("fake", "fake")

    return Term(value, "both", Knob("weight", weight), module=head, trained_by="discriminator")
