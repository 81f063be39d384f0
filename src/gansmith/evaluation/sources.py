"""What can stand on either side of a comparison: arrays, folders, archives, named sets, runs."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from gansmith.data import read_samples
from gansmith.data.prepare.read_images import read_headers
from gansmith.data.prepare.texts import AS_WRITTEN, as_written
from gansmith.data.read import some_of
from gansmith.data.source import Pictures, Values
from gansmith.data.sources.lookup import as_path, find_source
from gansmith.data.stored_range import Span, span_of_record
from gansmith.errors import DataError
from gansmith.evaluation.gathered import gather
from gansmith.evaluation.loaded import Labelled, Loaded
from gansmith.evaluation.measure import FACTS
from gansmith.evaluation.value_ranges import within
from gansmith.kinds.guess import Guess, guess_kind
from gansmith.kinds.kind import kind_named
from gansmith.kinds.recorded import OTHER, kind_of_record
from gansmith.runs.folder import is_run
from gansmith.runs.reader import read_run

FROM_A_RUN = 5000
NOTHING: Mapping[str, Any] = {}
CLIPS = ("rate", "seconds")  # facts of sound, which both sides must share
FORM = (*CLIPS, "columns", "windows")  # of files: those are read as the run's own data were
AMBIGUOUS = ("image", "series")  # what an array of three axes may be
LOSSY = frozenset((".jpg", ".jpeg", ".jpe", ".jfif", ".jp2", ".avif", ".heic", ".heif", ".webp"))


Source = Any  # what ``gathered.TAKES`` says
OpenRun = Callable[[Path, int, int], Tensor | Labelled]


def load(
    source: Source,
    like: Loaded | None = None,
    count: int | None = None,
    seed: int = 0,
    open_run: OpenRun | None = None,
    span: Span | None = None,
    kind: str | None = None,
    said: Mapping[str, Any] = NOTHING,
) -> Loaded:
    """Return the samples of a source; files are resized to the shape of ``like``.

    Args:
        source: an array, with labels or without, a path, the name of a set that ships, the folder
            of a run, or a list, data set or loader of samples.
        like: the other side; where it is a run, files are read in the range of its data.
        count: how many at most; all if left out, and 5,000 of a run.
        seed: of the choice of samples, or of the latents of a run.
        open_run: makes samples from a run folder.
        span: the stored values of black and white of everything but bytes.
        kind: what a sample is; absent: as the source says, or as it seems.
        said: what else files are to be read with.

    Raises:
        DataError: the source is missing, empty or unreadable, holds no samples in [-1, 1], or is a
            run and nothing was given that opens runs.
    """
    if not isinstance(source, str | Path):
        return _of_array(source, count, seed, _Reading(span, kind or ""))
    path = as_path(source)
    if is_run(path):
        made = _of_run(path, count, seed, open_run)
        data = read_run(path).environment.get("data")
        told = kind_of_record(data).name
        of_run = "" if told == OTHER else kind_named(told).users.name
        loaded = _named(made, f"run {path.resolve().name}", _Reading(None, of_run))
        facts = {**loaded.facts, **facts_of(data)}
        span = span_of_record(read_run(path).environment)
        return replace(loaded, span=span, guessed=False, facts=facts)
    span = span or (like.span if like else None)
    return _of_files(source, like, count, seed, _Reading(span, kind or "", said))


class _Reading(NamedTuple):
    """How samples are to be read: stored black and white, and their kind; empty: as it seems."""

    span: Span | None = None
    kind: str = ""
    said: Mapping[str, Any] = NOTHING


def _of_files(
    source: str | Path, like: Loaded | None, count: int | None, seed: int, how: _Reading
) -> Loaded:
    raw, kind = how.span is not None, how.kind
    try:
        form = {} if like is None else {n: like.facts[n] for n in FORM if n in like.facts}
        kind = kind or ("series" if "columns" in form else "")
        asked: dict[str, Any] = {"raw": raw, "tokens": AS_WRITTEN, **form, **how.said}
        known = find_source(source, seed=0, strict=False, kind=kind, **asked)
        if isinstance(known, Values) and known.kind.discrete:
            texts = as_written(some_of(known, count, seed))
            return Loaded(texts, Path(source).name, declared=known.kind.name)
        if like and _kind_notes(known):  # where a file may be two things it is what the other is
            kind = like.kind.name if like.kind.name in AMBIGUOUS else ""
        size, channels = _wanted(like, isinstance(known, Pictures))
        size, notes = (size, ()) if size else _own_size(known)
        values, labels = read_samples(
            source,
            size,
            channels,
            count,
            seed,
            labels=True,
            span=how.span,
            kind=kind,
            clips={**form, **how.said},
        )
    except DataError as error:
        raise _reworded(error) from error
    heard = isinstance(known, Values) and bool(known.kind.given)  # compared as it is stored
    notes = (*notes, *(() if kind or heard else _kind_notes(known)))
    return Loaded(
        torch.from_numpy(values),
        Path(source).name,
        _facts(known),
        None if labels is None else torch.from_numpy(labels),
        tuple(getattr(known, "classes", ())),
        (*notes, *_label_notes(known), *_range_notes(how.span, like)),
        guessed=how.span is None,
        lossy=_lossy(known),
        origin=_origin(known, count, seed, len(values)),
        declared=_as_users_get(kind or getattr(known, "declared", "")),
    )


def _as_users_get(kind: str) -> str:
    """Return the kind of what is stored, where networks make another of it."""
    return kind_named(kind).users.name if kind else ""


def _kind_notes(known: object) -> tuple[str, ...]:
    """Say why samples are taken to be of a kind, where that was a guess."""
    because = getattr(known, "facts", {}).get("choices", {}).get("kind")
    return (f"{because}",) if because else ()


def _origin(known: object, limit: int | None, seed: int, count: int) -> Pictures | None:
    """Return the files that samples were read from; None without files, or where some failed."""
    chosen = some_of(known, limit, seed) if isinstance(known, Pictures) else None
    return chosen if isinstance(chosen, Pictures) and len(chosen) == count else None


def _reworded(error: DataError) -> DataError:
    """Say the option of an evaluation in place of a recipe's."""
    ends = error.changes.get("data.range")
    if not ends:
        return error
    says, (low, high) = str(error).rpartition("; ")[0], ends
    return DataError(
        f"{says}; say --range={low:g},{high:g} (in Python range=({low:g}, {high:g})) if these are "
        f"the values of black and white, or save bytes (uint8, 0 to 255)",
        error.rule,
    )


def _label_notes(known: object) -> tuple[str, ...]:
    trouble = getattr(known, "facts", {}).get("no_labels", {})
    grave = trouble.get("severity") == "refuse"
    return (f"classes are left out: {trouble['says']}",) if grave else ()


def _range_notes(span: Span | None, like: Loaded | None) -> tuple[str, ...]:
    if span is None or like is None or like.span is not span:
        return ()
    return (f"reals are read from {span.low:,.6g} to {span.high:,.6g}, the range of the run",)


def _lossy(known: object) -> float | None:
    """Return the share of image files in a format that loses detail."""
    if not isinstance(known, Pictures):
        return None
    return sum(Path(name).suffix.lower() in LOSSY for name in known.files) / len(known.files)


def _of_array(source: Any, count: int | None, seed: int, how: _Reading) -> Loaded:
    if isinstance(source, Labelled):
        chosen = _some(torch.arange(len(source.samples)), count, seed)
        part = Labelled(source.samples[chosen], source.labels[chosen], source.classes)
        return _named(part, "array", how)
    if isinstance(source, Tensor | np.ndarray):
        return _read(_some(_as_tensor(source), count, seed), "array", how, "the array")
    kind = type(source).__name__
    return _read(gather(source, count, seed), kind, how, f"the {kind}")


def _named(made: Tensor | Labelled, name: str, how: _Reading) -> Loaded:
    if isinstance(made, Labelled):
        loaded = _read(made.samples, name, how)
        return replace(loaded, labels=made.labels, classes=made.classes)
    return _read(made, name, how)


def _read(samples: Tensor, name: str, how: _Reading, called: str = "") -> Loaded:
    """Return samples in memory as a side, read as their kind wants it.

    Raises:
        DataError: they are of no kind, or not of the one that is asked for.
    """
    called = called or name
    whole = not samples.is_floating_point()
    guess = Guess(how.kind) if how.kind else guess_kind(tuple(samples.shape), whole)
    if guess is None or len(samples) == 0:
        raise DataError(
            f"{called} must hold samples as [count, channels, height, width], [count, time, "
            f"channels] or [count, values] but has shape {list(samples.shape)}"
        )
    kind = kind_named(guess.name)
    found = kind.arranged(within(samples, how.span, called) if kind.pixels else samples)
    notes = (guess.because,) if guess.because else ()
    return Loaded(found, name, notes=notes, guessed=how.span is None, declared=guess.name)


def _of_run(
    path: Path, count: int | None, seed: int, open_run: OpenRun | None
) -> Tensor | Labelled:
    if open_run is None:
        raise DataError(
            f"{path} is a run and its generator must be opened to make samples; use "
            f"gansmith.evaluate, or give samples that it made (gansmith sample)"
        )
    return open_run(path, count or FROM_A_RUN, seed)


def _some(samples: Tensor, count: int | None, seed: int) -> Tensor:
    if count is None or len(samples) <= count:
        return samples
    order = torch.randperm(len(samples), generator=torch.Generator().manual_seed(seed))
    return samples[order[:count].sort().values]


def _as_tensor(values: Tensor | np.ndarray) -> Tensor:
    return torch.from_numpy(values) if isinstance(values, np.ndarray) else values.detach().cpu()


def _wanted(like: Loaded | None, files: bool) -> tuple[tuple[int, int] | None, int | None]:
    if like is None or not like.kind.pixels:
        return None, None
    channels, height, width = like.shape
    return (height, width), channels if channels in (1, 3) or (files and channels == 4) else None


def _own_size(known: object) -> tuple[tuple[int, int] | None, tuple[str, ...]]:
    """The size (H, W) that most image files have, which are measured as they are."""
    if not isinstance(known, Pictures):
        return None, ()
    sizes = Counter((header.height, header.width) for header in read_headers(known)[0].values())
    if not sizes:
        return None, ()
    (size, count), total = sizes.most_common(1)[0], sizes.total()
    if count == total:
        return size, ()
    return size, (
        f"{total - count} of {total} files in {known.name} are not {size[0]} x {size[1]} as most "
        f"are; they are cropped to that shape and resized",
    )


def _facts(known: object) -> Mapping[str, Any]:
    facts: Mapping[str, Any] = getattr(known, "facts", {})
    return {key: facts[key] for key in (*FACTS, *CLIPS) if key in facts}


def facts_of(data: object) -> Mapping[str, Any]:
    """Return what a run remembers of its data and a comparison needs: clips, columns, windows."""
    table = data.get("facts") if isinstance(data, Mapping) else None
    facts = table if isinstance(table, Mapping) else {}
    return {key: facts[key] for key in (*FORM, "table") if key in facts}
