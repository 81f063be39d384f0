"""A folder of sound files, searched through all its sub-folders; class folders become labels."""

import os
from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from posixpath import splitext
from typing import Any, Literal, NamedTuple

import numpy as np

from gansmith.data.clips.choose import Form, choose_form
from gansmith.data.clips.cut import SILENT, levelled, pieces
from gansmith.data.clips.sound_files import ENDINGS, Header, read_header, read_sound, require_reader
from gansmith.data.held_out import content_hash
from gansmith.data.labels.label_files import find_classes
from gansmith.data.prepare.decode import READABLE
from gansmith.data.prepare.threads import in_threads
from gansmith.data.source import Skipped, Values
from gansmith.data.sources.folder import LARGEST_TABLE, walk
from gansmith.errors import DataError
from gansmith.kinds.sounds.resample import resample
from gansmith.reading import read_bytes
from gansmith.registry import sources

LOOKED = 2_000  # files of a folder that are looked at to say what it holds
VALUES = 1 << 30  # of all clips: 4 GB
NAMED = 20  # files named of each thing that is noticed
CLIPPED = 0.999  # of full scale: a value there is cut off as a rule
RUNS = 10  # such values of one file that are too many
SHORT = 0.05  # seconds
WHY = (
    'spectrograms are learned sooner than waves; data.kind = "audio" has networks make the waves '
    "themselves"
)


def holds_sounds(path: Path) -> bool:
    """Say whether a folder holds more sound files than images, by their names."""
    if path.is_file():
        return path.suffix.lower() in ENDINGS
    if not path.is_dir():
        return False
    names = islice(walk(str(path), []), LOOKED)
    endings = Counter(splitext(name)[1].lower() for name in names)
    sounds = sum(count for ending, count in endings.items() if ending in ENDINGS)
    return sounds > sum(count for ending, count in endings.items() if ending in READABLE)


class _Read(NamedTuple):
    """A file's clips, and what was noticed of it."""

    clips: list[np.ndarray]
    content: int
    seconds: float
    peak: float
    clipped: bool


@sources.add(accepts=holds_sounds, claims=holds_sounds, kinds=("spectrogram", "audio"))
def clips(
    path: Path,
    labels: bool = True,
    kind: str = "",
    rate: int | None = None,
    seconds: float | None = None,
    loudness: Literal["peak", "kept"] = "peak",
    allow_corrupt: float = 0.01,
) -> Values:
    """Read the sound files of a folder and all its sub-folders: WAV, FLAC, OGG, MP3, AIFF.

    Channels are mixed to one, other rates resampled, each file brought to a peak of 0.9. Short
    files get silence after them, long ones are cut into clips, which stay on one side of the split.
    Classes come from sub-folders or tables, as those of images.

    Args:
        path: the folder, or one long file.
        labels: find classes.
        kind: what networks make: spectrogram or audio; empty: spectrogram.
        rate: of clips, in hertz; absent: that of most files, 16,000 at most.
        seconds: length of a clip; absent: as most files, a second at most.
        loudness: peak makes all files equally loud, kept leaves them as they are.
        allow_corrupt: share of the files that may be unreadable.

    Raises:
        DataError: the folder cannot be read or holds no sound, too many files are unreadable, or
            rate or seconds are out of range.
    """
    require_reader()
    problems: list[Skipped] = []
    names = [path.name] if path.is_file() else sorted(walk(str(path), problems))
    root = str(path.parent if path.is_file() else path)
    files = [name for name in names if splitext(name)[1].lower() in ENDINGS]
    if not files:
        raise DataError(
            f"{path} holds no sound files; give a folder of WAV, FLAC, OGG or MP3 files"
        )
    headers = _readable(files, root, problems, read_header)
    _refuse_many(problems, len(files), path, allow_corrupt)
    form = choose_form(list(headers.values()), rate, seconds)
    _check_room(headers.values(), form, path.name)
    read = _readable(list(headers), root, problems, partial(_read, form=form, loudness=loudness))
    _refuse_many(problems, len(files), path, allow_corrupt)
    found = find_classes(
        list(read), names, lambda n: read_bytes(f"{root}/{n}", LARGEST_TABLE), root
    )
    counts = [len(one.clips) for one in read.values()]
    marks = found.indices if labels and found.indices is not None else None
    told = _told(headers, read, form, problems, loudness)
    told["choices"] |= found.facts["choices"] if labels else {}
    told["choices"] |= {} if kind else {"kind": WHY}
    return Values(
        name=path.resolve().name,
        values=np.stack([clip for one in read.values() for clip in one.clips])[:, None],
        labels=None if marks is None else np.repeat(marks, counts),
        classes=found.names if marks is not None else (),
        facts={
            **({k: v for k, v in found.facts.items() if k != "choices"} if labels else {}),
            **told,
        },
        declared=kind or "spectrogram",
        contents=np.repeat(np.array([one.content for one in read.values()], np.uint64), counts),
    )


def _readable(files: Sequence[str], root: str, problems: list[Skipped], act: Any) -> dict[str, Any]:
    """Return what is made of each file that can be read; the others become problems."""

    def attempt(number: int) -> Any:
        try:
            return act(os.path.join(root, files[number]))
        except DataError as error:
            return Skipped(files[number], str(error))
        except (OSError, ValueError) as error:
            return Skipped(
                files[number], f"it cannot be read ({getattr(error, 'strerror', error)})"
            )

    found = {}
    for number, made in in_threads(attempt, list(range(len(files)))):
        if isinstance(made, Skipped):
            problems.append(made)
        else:
            found[files[number]] = made
    return found


def _read(path: str, form: Form, loudness: str) -> _Read:
    header, values = read_sound(path)
    peak = float(np.abs(values).max())
    clipped = int((np.abs(values) >= CLIPPED).sum()) >= RUNS
    at_rate = resample(values, header.rate, form.rate)
    level = levelled(at_rate) if loudness == "peak" else at_rate.clip(-1, 1)
    return _Read(pieces(level, form.length), content_hash(values), header.seconds, peak, clipped)


def _refuse_many(problems: Sequence[Skipped], found: int, path: Path, allow: float) -> None:
    """Refuse a folder of which more than the allowed share cannot be read.

    Raises:
        DataError: names the first few with their reasons, and what to do.
    """
    if not problems or len(problems) <= allow * found:
        return
    first = "; ".join(f"{skip.name}: {skip.reason}" for skip in problems[:3])
    more = f"; and {len(problems) - 3} more" if len(problems) > 3 else ""
    share = len(problems) / found
    fix = "repair or remove them, or raise data.allow_corrupt to train without them"
    raise DataError(
        f"{len(problems)} of {found} files in {path.name} cannot be used ({share:.1%}, allowed are "
        f"{allow:.1%}): {first}{more}; {fix}",
        "corrupt_files",
        {"data.allow_corrupt": -(-100 * len(problems) // found) / 100},
    )


def _check_room(headers: Any, form: Form, name: str) -> None:
    """Refuse more sound than fits into memory."""
    clips = sum(max(1, round(header.seconds * form.rate / form.length)) for header in headers)
    if clips * form.length > VALUES:
        raise DataError(
            f"{name} holds about {clips:,} clips, {4 * clips * form.length / 1e9:.0f} GB at "
            f"{form.rate:,} Hz, more than is held in memory; lower data.rate, or give fewer files"
        )


def _told(
    headers: dict[str, Header],
    read: dict[str, _Read],
    form: Form,
    problems: Sequence[Skipped],
    loudness: str,
) -> dict[str, Any]:
    """Return what is to be said of the files and of what was done to them."""
    rates = Counter(header.rate for header in headers.values())
    channels = Counter(header.channels for header in headers.values())
    lasting, form_seconds = [one.seconds for one in read.values()], form.length / form.rate
    noticed = {
        "silent": [name for name, one in read.items() if one.peak < SILENT],
        "clipped": [name for name, one in read.items() if one.clipped],
        "short": [name for name, one in read.items() if one.seconds < SHORT],
        "cut": [name for name, one in read.items() if one.seconds > form_seconds + 1e-6],
        "copies": _copies(read),
    }
    return {
        "kind": "clips",
        "rate": form.rate,
        "seconds": round(form_seconds, 4),
        "files": len(read),
        "skipped": [[skip.name, skip.reason] for skip in problems],
        "rates": {str(rate): count for rate, count in rates.most_common()},
        "channels_found": {str(number): count for number, count in channels.most_common()},
        "lasting": [round(float(np.percentile(lasting, p)), 3) for p in (0, 50, 100)],
        "noticed": {name: [len(found), found[:NAMED]] for name, found in noticed.items() if found},
        "warnings": _warnings(channels),
        "choices": {
            "rate": f"{form.rate:,} Hz: {form.why_rate}",
            "seconds": f"{form_seconds:.3f}: {form.why_length}",
            "loudness": "each file at a peak of 0.9" if loudness == "peak" else "as it is",
        },
    }


def _copies(read: dict[str, _Read]) -> list[str]:
    """Return the files whose content another one had before."""
    first: dict[int, str] = {}
    return [name for name, one in read.items() if first.setdefault(one.content, name) != name]


def _warnings(channels: Counter[int]) -> list[str]:
    found = []
    several = sum(count for number, count in channels.items() if number > 1)
    if several:
        found.append(f"channels mixed to one: {several} of {sum(channels.values())} files")
    return found
