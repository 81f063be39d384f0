"""The same metric for each class apart: which class is the weak one."""

from collections.abc import Callable, Mapping
from typing import Any

from jaxtyping import Int
from torch import Tensor

Metric = Callable[..., float | Mapping[str, float]]
Labels = Int[Tensor, " _"]


def by_class(
    metric: Metric,
    real: Tensor,
    fake: Tensor,
    real_labels: Labels,
    fake_labels: Labels,
    **options: Any,
) -> dict[int, float | Mapping[str, float]]:
    """Return the metric of each class, by its label, between reals and fakes of that class.

    Works with any metric of (real, fake). Classes have few samples, so compare classes with each
    other, not with the whole.

    Args:
        metric: such as ``frechet_distance``.
        real: what the metric takes of reals [samples, ...].
        fake: what the metric takes of fakes [samples, ...].
        real_labels: classes of the reals [samples].
        fake_labels: classes of the fakes [samples]: those requested, or a classifier's.
        options: passed on to the metric.

    Raises:
        ValueError: a class of the reals has too few samples on a side for the metric; the message
            names the class.
    """
    found: dict[int, float | Mapping[str, float]] = {}
    for label in sorted(set(real_labels.tolist())):
        sides = real[real_labels == label], fake[fake_labels == label]
        try:
            found[label] = metric(*sides, **options)
        except ValueError as error:
            raise ValueError(f"class {label}: {error}") from error
    return found
