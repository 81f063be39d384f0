"""Labels as people write them become classes, or a sentence on why they cannot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from gansmith.errors import DataError
from gansmith.finding import Severity

IDS = 10  # from so many samples on, a class for each of them is an identifier and no class
NO_LABELS = {"data.labels": False}
NONE = "none: "  # begins the reason why there are no classes


class Trouble(NamedTuple):
    """Why samples have no classes although something seems to name them, and what to do."""

    says: str
    fix: str
    severity: Severity = "warn"


@dataclass(frozen=True)
class Classes:
    """The class of each sample, or why there is none.

    Attributes:
        indices: number of the class of each sample, int64, or None.
        names: of the classes.
        choice: in words, where the classes come from, or why there are none.
        trouble: set where classes seem to be named, but cannot be taken.
        unread: files that may name classes and are not read, in words.
    """

    indices: np.ndarray | None = None
    names: tuple[str, ...] = ()
    choice: str = ""
    trouble: Trouble | None = None
    unread: tuple[str, ...] = ()

    @property
    def facts(self) -> dict[str, Any]:
        """What a source says of its labels, JSON-able."""
        told: dict[str, Any] = {"choices": {"labels": self.choice}}
        told |= {"no_labels": self.trouble._asdict()} if self.trouble else {}
        return told | ({"unread": list(self.unread)} if self.unread else {})


OFF = Classes(choice=f"{NONE}data.labels is false")


def none_because(says: str, fix: str = "", severity: Severity = "warn") -> Classes:
    """Return no classes for this reason; with something to do about it, it is a finding too."""
    return Classes(choice=f"{NONE}{says}", trouble=Trouble(says, fix, severity) if fix else None)


def refuse_labels(facts: Mapping[str, Any]) -> None:
    """Refuse a set whose labels would have to be guessed.

    Raises:
        DataError: names what the labels are, and the option that leaves them out.
    """
    trouble = facts.get("no_labels")
    if trouble and trouble["severity"] == "refuse":
        raise DataError(f"{trouble['says']}; {trouble['fix']}", "labels", NO_LABELS)


def as_classes(
    values: np.ndarray | Sequence[Any], named: Sequence[str] | None = None, where: str = "the array"
) -> Classes:
    """Return labels as classes, if that loses nothing.

    Args:
        values: a label for each sample: whole numbers, words, or one-hot rows.
        named: names of the classes 0, 1, ..., where they are known.
        where: what the labels were read from.

    Returns:
        classes; none, with the reason, for several labels a sample and for numbers that no class
        stands behind.
    """
    try:
        labels: np.ndarray = np.asarray(values)
    except ValueError:  # rows of different length
        return several(f"the labels in {where} have several values for one sample")
    if labels.ndim == 0 or labels.dtype.kind not in "biufSU":
        kind = labels.dtype if labels.ndim else "a single value"
        return _refused(
            f"the labels in {where} are {kind}, neither numbers nor words", "save words"
        )
    if labels.size > len(labels):
        return _from_rows(labels.reshape(len(labels), -1), named, where)
    return _from_column(labels.reshape(-1), named, where)


def _from_rows(labels: np.ndarray, named: Sequence[str] | None, where: str) -> Classes:
    """Read one-hot rows, of 0 and 1 or of -1 and 1."""
    found = set(np.unique(labels).tolist()) if labels.dtype.kind in "biuf" else {"words"}
    if not (found <= {0, 1} or found <= {-1, 1}):
        shape = " x ".join(map(str, labels.shape))
        return several(f"the labels in {where} are {shape} values, several for each sample")
    ones = (labels == 1).sum(axis=1)
    if (ones != 1).any():
        return several(
            f"the labels in {where} are not one-hot rows: {(ones > 1).sum()} of {len(ones)} rows "
            f"have several ones and {(ones == 0).sum()} have none"
        )
    numbers, names = labels.argmax(axis=1), named or [str(n) for n in range(labels.shape[1])]
    if len(names) < labels.shape[1]:
        return _refused(
            f"the rows of labels in {where} have {labels.shape[1]} columns but there are "
            f"{len(names)} names of classes",
            "name each column",
        )
    return _taken(numbers, tuple(map(str, names)), where)


def _from_column(labels: np.ndarray, named: Sequence[str] | None, where: str) -> Classes:
    words = labels.dtype.kind in "SU"
    labels = _stripped(labels) if words else labels
    if words and (empty := int((labels == "").sum())):
        return none_because(
            f"{empty} of {len(labels)} labels in {where} are empty", "give every sample one"
        )
    numbers = _as_numbers(labels)
    if numbers is not None and not np.isfinite(numbers).all():
        missing = int((~np.isfinite(numbers)).sum())
        return none_because(
            f"{missing} of {len(labels)} labels in {where} are missing (NaN)",
            "give every sample one",
        )
    if numbers is not None and (numbers != np.round(numbers)).any():
        return _numbers(f"the labels in {where} run from {numbers.min():g} to {numbers.max():g}")
    if named is not None:
        return _with_names(labels, named, where)
    labels = labels.astype(np.int64) if labels.dtype.kind in "f" else labels
    found, indices = np.unique(labels, return_inverse=True)
    if len(found) == len(labels) > IDS:
        return _numbers(f"each of {len(labels)} samples has a label of its own in {where}")
    return _taken(indices.reshape(-1), tuple(str(word) for word in found), where)


def _stripped(labels: np.ndarray) -> np.ndarray:
    if labels.dtype.kind == "S":
        labels = np.char.decode(labels, "utf-8", "replace")
    return np.char.strip(labels)


def _as_numbers(labels: np.ndarray) -> np.ndarray | None:
    if labels.dtype.kind in "f":
        return labels
    if labels.dtype.kind != "U" or not any("." in word for word in labels[:1000]):
        return None
    try:
        return labels.astype(np.float64)
    except ValueError:
        return None


def _with_names(labels: np.ndarray, named: Sequence[str], where: str) -> Classes:
    names = tuple(str(word).strip() for word in named)
    if labels.dtype.kind == "U":
        index = {name: number for number, name in enumerate(names)}
        unknown = sorted(set(labels.tolist()) - set(index))
        if unknown:
            says = f"the label '{unknown[0]}' in {where} is none of its {len(names)} named classes"
            return _refused(says, "name every class")
        return _taken(np.array([index[word] for word in labels], np.int64), names, where)
    low, high = int(labels.min(initial=0)), int(labels.max(initial=0))
    if low < 0:
        missing = int((labels < 0).sum())
        return none_because(
            f"{missing} of {len(labels)} samples in {where} have no label (below 0)",
            "give every sample one",
        )
    if high >= len(names):
        return _refused(
            f"the labels in {where} run to {high} but there are names for {len(names)} classes",
            "name every class, beginning with class 0",
        )
    return _taken(labels, names, where)


def _taken(indices: np.ndarray, names: tuple[str, ...], where: str) -> Classes:
    count = "1 class" if len(names) == 1 else f"{len(names)} classes"
    return Classes(indices.astype(np.int64), names, f"{count}, from {where}")


def several(says: str) -> Classes:
    """Return no classes, since a sample has several labels."""
    return _refused(
        f"{says}; several labels for one sample are not supported",
        "save one class for each, or one class for each combination",
    )


def _numbers(says: str) -> Classes:
    return _refused(f"{says}: these look like numbers, not classes", "save one class for each")


def _refused(says: str, fix: str) -> Classes:
    fix = f"{fix}, or set data.labels = false to do without labels"
    return none_because(says, fix, "refuse")
