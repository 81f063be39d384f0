"""What can be wrong with a data set: one finding each, with a sentence and the files concerned."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gansmith.data.audit.thumbnails import COMPARED, Glance, alike, as_numbers
from gansmith.data.source import Skipped, Values
from gansmith.errors import DataError, counted
from gansmith.finding import Finding, Severity

MOST_COMPARED = 30_000  # every image with every other: 3 s
LONGEST_LIST = 20  # files named in a finding
Names = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]

PAGE = "docs/data.md, Bad files"
GREY = "docs/data.md, What happens to a picture"
KINDS = "docs/data.md, Kinds of samples"
RESIZED = "Parmar et al. 2021, arXiv:2104.11222"
NOVEL = "Meehan et al. 2020, arXiv:2004.05675"
COPIED = "Carlini et al. 2023, arXiv:2301.13188"
SELECTED = "DeVries et al. 2020, arXiv:2007.15255"
LONG_TAILED = "Rangwani et al. 2022, arXiv:2208.09932"
REFERENCES = {
    "data_range": "Radford et al. 2015, arXiv:1511.06434",
    "few_images": "Karras et al. 2020, arXiv:2006.06676",
}


@dataclass(frozen=True)
class DataFinding(Finding):
    """One thing to know about a data set.

    The rules are few_images, corrupt_files, data_range, mixed_sizes, grey_as_colour, duplicates,
    near_duplicates, leakage, blank, class_imbalance, quantities, single, variety,
    brightness_outliers, colour_outliers, labels, unread_tables, first_frames,
    large_pictures, photographs, and
    unusable_data for what cannot be opened at all.

    Args:
        count: how many samples, pairs or classes.
        files: the first of those concerned; both names where it is about pairs.
        offenders: all that could be put aside: of copies, the later ones.
        shown: the first of those concerned, one by one, for thumbnails.
    """

    count: int = 0
    files: tuple[str, ...] = ()
    offenders: tuple[str, ...] = field(default=(), repr=False)
    shown: tuple[str, ...] = field(default=(), repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as a JSON-able dictionary, with the first files only."""
        told = {**super().as_dict(), "files": list(self.files)}
        return {name: told[name] for name in told if name not in ("offenders", "shown")}


def unusable(error: DataError) -> DataFinding:
    """Return what opening a data set said when it refused."""
    says, _, fix = str(error).rpartition("; ")
    reference = REFERENCES.get(error.rule, PAGE)
    where = next(iter(error.changes), "data.source")
    return DataFinding(error.rule, "refuse", where, says or fix, fix, error.changes, reference)


def of_source(
    rule: str, severity: Severity, says: str, fix: str, reference: str, count: int, *names: Any
) -> DataFinding:
    """Return a finding of the source itself, which no recipe can fix."""
    return DataFinding(rule, severity, "data.source", says, fix, {}, reference, count, *names)


def unreadable(skipped: Sequence[Skipped], total: int, allow: float = 0.01) -> DataFinding | None:
    """Name the files that cannot be used, with the reason of each, of which a share is let by."""
    if not skipped:
        return None
    files = tuple(f"{skip.name}: {skip.reason}" for skip in skipped[:LONGEST_LIST])
    says = f"{len(skipped)} of {total} files cannot be used ({len(skipped) / total:.1%})"
    names = tuple(skip.name for skip in skipped)
    if len(skipped) == total:
        fix = "repair them, or give files that can be read"
        return of_source("corrupt_files", "refuse", says, fix, PAGE, total, files, names)
    says += (
        f"; training skips them, and refuses to start if they are more than data.allow_corrupt, "
        f"{100 * allow:g}%"
    )
    grave: Severity = "refuse" if len(skipped) > allow * total else "warn"
    fix = "repair or remove them, or raise data.allow_corrupt to train without them"
    found = of_source("corrupt_files", grave, says, fix, PAGE, len(skipped), files, names)
    allowed = {"data.allow_corrupt": math.ceil(100 * len(skipped) / total) / 100}
    return replace(found, changes=allowed) if grave == "refuse" else found


def mixed_sizes(sizes: Sequence[tuple[int, int]]) -> DataFinding | None:
    """Compare the largest image with the smallest: (width, height) of each."""
    widths, heights = zip(*sizes, strict=True) if sizes else ((1,), (1,))
    if max(max(widths) / min(widths), max(heights) / min(heights)) < 2:
        return None
    says = (
        f"pictures are {min(widths)} to {max(widths)} wide and {min(heights)} to {max(heights)} "
        f"high: resized to one size, small ones are blurred and large ones sharp"
    )
    fix = "sort out the smallest, or lower data.size"
    return of_source("mixed_sizes", "note", says, fix, RESIZED, len(set(sizes)))


def grey_as_colour(stored: int, grey: int, total: int) -> DataFinding | None:
    """Say that all images are grey though some are stored in colour.

    Args:
        stored: grey images that are stored in colour.
        grey: grey images.
        total: all images.
    """
    if not stored or grey < total:
        return None
    says = (
        f"all {total:,} images are grey, {stored:,} of them stored in colour: one channel is enough"
    )
    fix = "set data.channels = 1, which training takes of itself unless data.channels = 3"
    changes = {"data.channels": 1}
    where = "data.channels"
    return DataFinding("grey_as_colour", "note", where, says, fix, changes, GREY, stored)


def too_few(count: int, noun: str) -> DataFinding:
    """Refuse a set of one sample or none."""
    says = f"{counted(count, f'usable {noun}')}: a GAN needs at least 2, and hundreds to learn"
    return of_source("few_images", "refuse", says, "add more", REFERENCES["few_images"], count)


def guessed_kind(source: Values) -> DataFinding | None:
    """Say what samples of an array are taken to be, where it could be two things."""
    because = source.facts.get("choices", {}).get("kind")
    if not because:
        return None
    says = f"samples are taken to be {source.kind.plural}: {because}"
    fix, changes = "say which they are", {"data.kind": source.kind.name}
    return DataFinding("kind", "note", "data.kind", says, fix, changes, KINDS, len(source))


def alone(classes: Mapping[str, int]) -> DataFinding | None:
    """Name the classes with one image: the split may leave nothing of them to train on."""
    single = tuple(name for name, count in classes.items() if count == 1)
    if not single:
        return None
    says = f"{counted(len(single), 'class')} with a single image: no net learns a class from one"
    fix = "add images or merge classes"
    return of_source("single", "warn", says, fix, LONG_TAILED, len(single), single[:LONGEST_LIST])


def varied(score: float, count: int, compared: int = COMPARED) -> DataFinding | None:
    """Compare the effective number of different images with how many were compared."""
    compared = min(compared, count)
    if compared < 50 or score >= 0.05 * compared:
        return None
    says = (
        f"{count:,} images look like about {score:.0f} different ones (Vendi score of coarse "
        f"colours and shapes): the generator can be no more varied"
    )
    reference = "Friedman and Dieng 2022, arXiv:2210.02410"
    return of_source("variety", "note", says, "add other kinds of pictures", reference, count)


def balance(classes: dict[str, int]) -> DataFinding | None:
    """Compare the largest class with the smallest: five times as many is unbalanced."""
    filled = {name: count for name, count in classes.items() if count}
    if len(filled) < 2:
        return None
    small, large = min(filled, key=filled.__getitem__), max(filled, key=filled.__getitem__)
    ratio = filled[large] / filled[small]
    if ratio < 5:
        return None
    says = (
        f"classes are unbalanced: '{large}' has {counted(filled[large], 'sample')}, '{small}' has "
        f"{filled[small]}, {ratio:.0f} times fewer; a conditional GAN learns small classes badly"
    )
    fix = "add images to the small classes, or expect them to be poor or missing"
    return of_source("class_imbalance", "warn", says, fix, LONG_TAILED, len(filled))


def look_alikes(
    names: Sequence[str], glances: Sequence[Glance], held: np.ndarray
) -> list[DataFinding]:
    """Find exact copies, near copies, and near copies across the split.

    Args:
        names: of all images.
        glances: what was seen of each.
        held: which are held out.
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
        across = near[held[near[:, 0]] != held[near[:, 1]]]
        share = len(across) / len(names)
        if len(across):
            findings.append(_leak(_pair_names(names, across.tolist()), len(across), share))
    return findings


def _names(names: Sequence[str], rows: np.ndarray) -> Names:
    """Return the first names, all names, and the first names again for thumbnails."""
    concerned = tuple(names[row] for row in rows)
    return concerned[:LONGEST_LIST], concerned, concerned[:LONGEST_LIST]


def _first_with(contents: np.ndarray) -> np.ndarray:
    """Return for each sample the row of the first one with the same content."""
    _, first, inverse = np.unique(contents, return_index=True, return_inverse=True)
    return np.asarray(first[inverse])


def _pair_names(names: Sequence[str], pairs: Sequence[Sequence[int]]) -> Names:
    """Return the first pairs in words, all the later ones of pairs, the first images of pairs."""
    told = tuple(f"{names[a]} = {names[b]}" for a, b in pairs[:LONGEST_LIST])
    later = tuple(dict.fromkeys(names[b] for _, b in pairs))
    return told, later, tuple(names[row] for pair in pairs[: LONGEST_LIST // 2] for row in pair)


def copies(
    count: int,
    files: tuple[str, ...],
    offenders: tuple[str, ...] = (),
    shown: tuple[str, ...] = (),
) -> DataFinding:
    """Report exact copies."""
    says = (
        f"{counted(count, 'sample')} too many, being exact copies of others: they count twice in "
        f"training (and are never divided between training and held-out part)"
    )
    fix = "remove them, as copies are memorised first; --quarantine FOLDER lists them all"
    names = files, offenders, shown
    return of_source("duplicates", "warn", says, fix, COPIED, count, *names)


def _near(names: Names, count: int, looked: int) -> DataFinding:
    limited = f" (among the first {looked:,})" if looked == MOST_COMPARED else ""
    says = (
        f"{counted(count, 'pair')} of look-alikes{limited}: images resized, re-encoded or similar"
    )
    fix = "keep the best of each pair; --quarantine FOLDER lists the others"
    return of_source("near_duplicates", "note", says, fix, COPIED, count, *names)


def _leak(names: Names, count: int, share: float) -> DataFinding:
    grave: Severity = "warn" if share > 0.01 else "note"
    says = (
        f"{counted(count, 'pair')} of look-alikes across the split: metrics on the held-out "
        f"part flatter the model a little"
    )
    fix = "remove one of each pair, or read those metrics with care"
    return of_source("leakage", grave, says, fix, NOVEL, count, *names)


def _notblank(glances: Sequence[Glance]) -> np.ndarray:
    return np.array([seen.spread for seen in glances]) > 0.02


def blank(names: Sequence[str], glances: Sequence[Glance]) -> DataFinding | None:
    """Find images of a single colour."""
    rows = np.flatnonzero(~_notblank(glances))
    if not len(rows):
        return None
    what = counted(len(rows), "blank picture")
    says = f"{what} (one colour all over): the generator learns them too"
    fix = "remove them, unless they belong to the set"
    return of_source("blank", "warn", says, fix, SELECTED, len(rows), *_names(names, rows))


def outliers(names: Sequence[str], glances: Sequence[Glance]) -> list[DataFinding]:
    """Find images whose mean brightness or colour is far from all but a few."""
    colours = np.stack([seen.colour for seen in glances])
    brightness = colours.mean(axis=1, keepdims=True)
    findings = []
    for what, values in (("brightness", brightness), ("colour", colours - brightness)):
        rows = _far_out(values)
        if len(rows):
            says = f"{counted(len(rows), 'picture')} with a {what} far from all others"
            fix, told = "look at them, and remove those that do not belong", _names(names, rows)
            rule = f"{what}_outliers"
            findings.append(of_source(rule, "note", says, fix, SELECTED, len(rows), *told))
    return findings


def _far_out(values: np.ndarray) -> np.ndarray:
    """Return rows at more than twice the distance from the median that 97.5 % keep, and 0.1."""
    distance = np.abs(values - np.median(values, axis=0)).max(axis=1)
    return np.flatnonzero(distance > max(2 * float(np.quantile(distance, 0.975)), 0.1))
