"""The gap of each class apart: which condition is drawn badly, too rarely, or not at all."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import torch
from torch import Tensor

from gansmith.evaluation.sides import Side
from gansmith.metrics.diversity import diversity
from gansmith.metrics.kernel_distance import kernel_distance
from gansmith.metrics.maths.distances import comparable, nearest
from gansmith.metrics.prdc import prdc

LEAST = 10  # samples of a class on each side that its numbers take
GONE = 0.35  # of the fakes due to a class
WITHIN = ("precision", "coverage")


def by_condition(real: Side, fake: Side, classes: Sequence[str]) -> dict[str, Any] | None:
    """Return how each class fares, or None where the reals have no labels.

    A fake belongs to the class that it was conditioned on; where that is not known, to the class of
    the real nearest to it. Each class has its share of both sides, and where it has at least ten
    samples on each, the kernel distance (unbiased, so that classes of different counts compare),
    ``precision``, ``coverage`` and ``diversity_ratio`` within the class. ``agreement`` is the share
    of fakes whose nearest real has the class that they were conditioned on, and
    ``agreement_of_reals`` the same of each real among the others, which is what a perfect generator
    would get. ``label_accuracy``, where the features are a classifier's, is the share of fakes that
    it reads as that class; how often it is right on reals stands in its caveat. ``missing`` are the
    classes that hardly any fake looks like, ``missing_share`` what they are of the reals, and
    ``missing_share_of_reals`` the same between two parts of the reals, the floor.

    Args:
        real: features with labels.
        fake: features, with the labels that were requested if there are any.
        classes: names by label.
    """
    if real.labels is None or len(set(real.labels.tolist())) < 2:
        return None
    reals, fakes = comparable(real.features, fake.features)
    judged = real.labels[nearest(fakes, reals).index]
    asked = fake.labels if fake.labels is not None else judged
    again = real.labels[nearest(reals).index]
    found: dict[str, Any] = {"by": "the real nearest to each fake"}
    if fake.labels is not None:
        found = {
            "by": "the label that it was conditioned on",
            "agreement": float((judged == asked).double().mean()),
            "agreement_of_reals": float((again == real.labels).double().mean()),
        }
        if fake.probabilities is not None:
            right = fake.probabilities.argmax(1) == fake.labels
            found["label_accuracy"] = float(right.double().mean())
    labels = sorted(set(real.labels.tolist()))
    found |= _left_out(real.labels, judged, again, classes)
    of = {_name(label, classes): _one(real, fake, asked, label) for label in labels}
    return found | {"classes": of}


def missing(real: Tensor, judged: Tensor) -> list[int]:
    """Return the classes that have less than a third of the fakes due to them.

    A fake of another class may lie nearest to a real of the missing one, so that none at all are
    rare. Classes with few reals are left out: there a third may be chance.

    Args:
        real: labels of the reals.
        judged: label of the real that each fake is nearest to.
    """
    due = torch.bincount(real).double() / len(real)
    made = torch.bincount(judged, minlength=len(due)).double() / len(judged)
    known = due * min(len(real), len(judged)) >= 1.5 * LEAST
    return [int(label) for label in torch.nonzero(known & (made < GONE * due)).flatten()]


def _left_out(
    real: Tensor, judged: Tensor, again: Tensor, classes: Sequence[str]
) -> dict[str, Any]:
    gone, floor = missing(real, judged), missing(real, again)
    return {
        "missing": [_name(label, classes) for label in gone],
        "missing_share": float(
            torch.isin(real, torch.tensor(gone, dtype=real.dtype)).double().mean()
        ),
        "missing_share_of_reals": float(
            torch.isin(real, torch.tensor(floor, dtype=real.dtype)).double().mean()
        ),
    }


def says_missing(found: dict[str, Any]) -> list[str]:
    """Return one sentence that names the classes that are missing, or none."""
    names = found.get("missing") or []
    if not names:
        return []
    share, plural = found["missing_share"], len(names) > 1
    return [
        f"hardly any fake looks like the class{'es' if plural else ''} {', '.join(names)}:"
        f" {share:.0%} of the reals are missing"
    ]


def _name(label: int, classes: Sequence[str]) -> str:
    return classes[label] if 0 <= label < len(classes) else str(label)


def _one(real: Side, fake: Side, asked: Tensor, label: int) -> dict[str, float]:
    assert real.labels is not None
    sides = real.features[real.labels == label], fake.features[asked == label]
    values = {
        "real_share": len(sides[0]) / len(real),
        "fake_share": len(sides[1]) / len(fake),
    }
    if min(map(len, sides)) < LEAST:
        return values
    within = prdc(*sides, k=3)
    values |= {"kernel_distance": kernel_distance(*sides)["kernel_distance"]}
    values |= {name: within[name] for name in WITHIN}
    with suppress(ValueError):  # all reals of the class are equal
        values |= {"diversity_ratio": diversity(*sides)["diversity_ratio"]}
    return values


def align(labels: Tensor, names: Sequence[str], classes: Sequence[str]) -> Tensor | None:
    """Return labels of one side as numbers of the other side's classes, by name.

    None where the names differ: such labels cannot be compared.
    """
    if not names or not classes:
        return labels
    if not set(names) <= set(classes):
        return None
    table = torch.tensor([list(classes).index(name) for name in names])
    return table[labels]
