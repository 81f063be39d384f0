"""What can be wrong with a data set: one finding each, with a sentence and the files concerned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from gansmith.data.source import Skipped
from gansmith.data.split import divide
from gansmith.data.thumbnails import COMPARED, Glance, alike, as_numbers

MOST_COMPARED = 30_000  # every picture with every other: 3 s
FAR = 100.0  # numbers beyond it are far from where networks start
LONGEST_LIST = 20  # files named in a finding
Names = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
Severity = Literal["problem", "warning", "note"]
ORDER: tuple[Severity, ...] = ("problem", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """One thing to know about a data set.

    Attributes:
        what: short name: too_few, unreadable, data_range, mixed_sizes, grey_as_colour, duplicates,
            near_duplicates, leakage, blank, imbalance, single, variety, brightness_outliers,
            colour_outliers, photographs.
        severity: problem (training will refuse or fail), warning, or note.
        count: how many samples, pairs or classes.
        says: one sentence: what it is, what it means, what to do.
        files: the first of those concerned; both names where it is about pairs.
        offenders: all that could be put aside: of copies, the later ones.
        shown: the first of those concerned, one by one, to be looked at.
    """

    what: str
    severity: Severity
    count: int
    says: str
    files: tuple[str, ...] = ()
    offenders: tuple[str, ...] = field(default=(), repr=False)
    shown: tuple[str, ...] = field(default=(), repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as a JSON-able dictionary, with the first files only."""
        told = {name: getattr(self, name) for name in ("what", "severity", "count", "says")}
        return {**told, "files": list(self.files)}


def gravest_first(findings: Sequence[Finding | None]) -> tuple[Finding, ...]:
    """Return what was found, problems before warnings before notes."""
    found = (finding for finding in findings if finding is not None)
    return tuple(sorted(found, key=lambda finding: ORDER.index(finding.severity)))


def counted(number: int, noun: str) -> str:
    """Return a number of things in words."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def unreadable(skipped: Sequence[Skipped], total: int) -> Finding | None:
    """Name the files that cannot be used, with the reason of each."""
    if not skipped:
        return None
    files = tuple(f"{skip.name}: {skip.reason}" for skip in skipped[:LONGEST_LIST])
    says = (
        f"{len(skipped)} of {total} files cannot be used ({len(skipped) / total:.1%}); training "
        f"skips them, and refuses to start if they are more than data.allow_corrupt, 1%"
    )
    grave: Severity = "problem" if len(skipped) > 0.01 * total else "warning"
    names = tuple(skip.name for skip in skipped)
    return Finding("unreadable", grave, len(skipped), says, files, names)


def mixed_sizes(sizes: Sequence[tuple[int, int]]) -> Finding | None:
    """Compare the largest picture with the smallest: (width, height) of each."""
    widths, heights = zip(*sizes, strict=True) if sizes else ((1,), (1,))
    if max(max(widths) / min(widths), max(heights) / min(heights)) < 2:
        return None
    says = (
        f"pictures are {min(widths)} to {max(widths)} wide and {min(heights)} to {max(heights)} "
        f"high: resized to one size, small ones are blurred and large ones sharp; sort out the "
        f"smallest, or lower data.size"
    )
    return Finding("mixed_sizes", "note", len(set(sizes)), says)


def grey_as_colour(stored: int, grey: int, total: int) -> Finding | None:
    """Say that all pictures are grey though some are stored in colour.

    Args:
        stored: grey pictures that are stored in colour.
        grey: grey pictures.
        total: all pictures.
    """
    if not stored or grey < total:
        return None
    says = (
        f"all {total:,} pictures are grey, {stored:,} of them stored in colour: one channel is "
        f"enough, and is what training takes unless data.channels = 3"
    )
    return Finding("grey_as_colour", "note", stored, says)


def half_range(low: float, high: float) -> Finding | None:
    """Name floating point pictures in [0, 1]."""
    if low < 0.0 or high <= low:
        return None
    says = (
        f"pixels run from {low:.4g} to {high:.4g}, as pictures in [0, 1] do, but samples lie in "
        f"[-1, 1]: training refuses them; save 2 * x - 1, or bytes (uint8, 0 to 255)"
    )
    return Finding("data_range", "problem", 1, says)


def vectors(count: int, low: float, high: float) -> list[Finding | None]:
    """Judge the number and the size of vectors."""
    says = f"{counted(count, 'usable vector')}: a GAN needs at least 2, and hundreds to learn"
    few = Finding("too_few", "problem", count, says) if count < 2 else None
    return [few, far_numbers(low, high)]


def far_numbers(low: float, high: float) -> Finding | None:
    """Name numbers far from where networks start."""
    if max(abs(low), abs(high)) <= FAR:
        return None
    says = (
        f"numbers from {low:.4g} to {high:.4g}: networks start with outputs near 1 and need "
        f"long to get there; scale the vectors so that their standard deviation is near 1"
    )
    return Finding("data_range", "warning", 1, says)


def alone(classes: Mapping[str, int]) -> Finding | None:
    """Name the classes with one picture: the split may leave nothing of them to train on."""
    single = tuple(name for name, count in classes.items() if count == 1)
    if not single:
        return None
    says = (
        f"{counted(len(single), 'class')[:-1] + 'es' if len(single) > 1 else '1 class'} with a "
        f"single picture: no net learns a class from one; add pictures or merge classes"
    )
    return Finding("single", "warning", len(single), says, single[:LONGEST_LIST])


def varied(score: float, count: int, compared: int = COMPARED) -> Finding | None:
    """Compare the effective number of different pictures with how many were compared."""
    compared = min(compared, count)
    if compared < 50 or score >= 0.05 * compared:
        return None
    says = (
        f"{count:,} pictures look like about {score:.0f} different ones (Vendi score of coarse "
        f"colours and shapes): the generator can be no more varied; add other kinds of pictures "
        f"(Friedman and Dieng 2022, arXiv:2210.02410)"
    )
    return Finding("variety", "note", count, says)


def balance(classes: dict[str, int]) -> Finding | None:
    """Compare the largest class with the smallest: five times as many is unbalanced."""
    filled = {name: count for name, count in classes.items() if count}
    if len(filled) < 2:
        return None
    small, large = min(filled, key=filled.__getitem__), max(filled, key=filled.__getitem__)
    ratio = filled[large] / filled[small]
    if ratio < 5 and filled[small] > 1:
        return None
    says = (
        f"classes are unbalanced: '{large}' has {filled[large]} pictures, '{small}' has "
        f"{filled[small]} ({ratio:.0f} times fewer); a conditional GAN learns small classes badly"
    )
    return Finding("imbalance", "warning", len(filled), says)


def look_alikes(
    names: Sequence[str], glances: Sequence[Glance], held: np.ndarray | None
) -> list[Finding]:
    """Find exact copies, near copies, and near copies across the split.

    Args:
        names: of all pictures.
        glances: what was seen of each.
        held: which are held out; the usual split if absent.
    """
    contents = np.array([seen.content for seen in glances], np.uint64)
    first = _first_with(contents)
    pairs = [(int(first[row]), row) for row in range(len(first)) if first[row] != row]
    findings = [copies(len(pairs), *_pair_names(names, pairs))] if pairs else []
    apart = np.flatnonzero((first == np.arange(len(first))) & _notblank(glances))[:MOST_COMPARED]
    if len(apart) < 2:
        return findings
    near = apart[alike(as_numbers([glances[row] for row in apart]))]
    if len(near):
        findings.append(_near(_pair_names(names, near.tolist()), len(near), len(apart)))
        held = _held_out(contents) if held is None else held
        across = near[held[near[:, 0]] != held[near[:, 1]]]
        share = len(across) / len(names)
        if len(across):
            findings.append(_leak(_pair_names(names, across.tolist()), len(across), share))
    return findings


def _names(names: Sequence[str], rows: np.ndarray) -> Names:
    """Return the first names, all names, the first names again: told, to put aside, to show."""
    concerned = tuple(names[row] for row in rows)
    return concerned[:LONGEST_LIST], concerned, concerned[:LONGEST_LIST]


def _first_with(contents: np.ndarray) -> np.ndarray:
    """Return for each sample the row of the first one with the same content."""
    _, first, inverse = np.unique(contents, return_index=True, return_inverse=True)
    return np.asarray(first[inverse])


def _held_out(contents: np.ndarray) -> np.ndarray:
    """Return which samples the usual split would hold out."""
    held = np.zeros(len(contents), bool)
    held[divide(contents, 0.1)[1]] = True
    return held


def _pair_names(names: Sequence[str], pairs: Sequence[Sequence[int]]) -> Names:
    """Return the first pairs in words, all the later ones of pairs, the first pictures of pairs."""
    told = tuple(f"{names[a]} = {names[b]}" for a, b in pairs[:LONGEST_LIST])
    later = tuple(dict.fromkeys(names[b] for _, b in pairs))
    return told, later, tuple(names[row] for pair in pairs[: LONGEST_LIST // 2] for row in pair)


def copies(
    count: int,
    files: tuple[str, ...],
    offenders: tuple[str, ...] = (),
    shown: tuple[str, ...] = (),
) -> Finding:
    """Report exact copies."""
    says = (
        f"{counted(count, 'sample')} too many, being exact copies of others: they count twice in "
        f"training (and are never divided between training and held-out part)"
    )
    return Finding("duplicates", "warning", count, says, files, offenders, shown)


def _near(names: Names, count: int, looked: int) -> Finding:
    limited = f" (among the first {looked:,})" if looked == MOST_COMPARED else ""
    says = (
        f"{counted(count, 'pair')} of look-alikes{limited}: pictures resized, re-encoded or similar"
    )
    return Finding("near_duplicates", "note", count, says, *names)


def _leak(names: Names, count: int, share: float) -> Finding:
    grave: Severity = "warning" if share > 0.01 else "note"
    says = (
        f"{counted(count, 'pair')} of look-alikes across the split: metrics on the held-out "
        f"part flatter the model a little"
    )
    return Finding("leakage", grave, count, says, *names)


def _notblank(glances: Sequence[Glance]) -> np.ndarray:
    return np.array([seen.spread for seen in glances]) > 0.02


def blank(names: Sequence[str], glances: Sequence[Glance]) -> Finding | None:
    """Find pictures of a single colour."""
    rows = np.flatnonzero(~_notblank(glances))
    if not len(rows):
        return None
    what = counted(len(rows), "blank picture")
    says = f"{what} (one colour all over): the generator learns them too"
    return Finding("blank", "warning", len(rows), says, *_names(names, rows))


def outliers(names: Sequence[str], glances: Sequence[Glance]) -> list[Finding]:
    """Find pictures whose mean brightness or colour is far from all but a few."""
    colours = np.stack([seen.colour for seen in glances])
    brightness = colours.mean(axis=1, keepdims=True)
    findings = []
    for what, values in (("brightness", brightness), ("colour", colours - brightness)):
        rows = _far_out(values)
        if len(rows):
            says = f"{counted(len(rows), 'picture')} with a {what} far from all others"
            told = _names(names, rows)
            findings.append(Finding(f"{what}_outliers", "note", len(rows), says, *told))
    return findings


def _far_out(values: np.ndarray) -> np.ndarray:
    """Return rows at more than twice the distance from the median that 97.5 % keep, and 0.1."""
    distance = np.abs(values - np.median(values, axis=0)).max(axis=1)
    return np.flatnonzero(distance > max(2 * float(np.quantile(distance, 0.975)), 0.1))
