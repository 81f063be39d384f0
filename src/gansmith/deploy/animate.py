"""A path through latents as a film: WebP, GIF or MP4."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from torch import Tensor

from gansmith.deploy.latents import Chosen, path_of, samples_of
from gansmith.deploy.loaded import LoadedGenerator
from gansmith.errors import GansmithError, UsageError
from gansmith.runs.disk import told
from gansmith.runs.folder import write_bytes

FILMS = (".webp", ".gif")
PER_SECOND = 20  # frames
LARGE = 256  # pixels; smaller samples are enlarged by a whole factor


@dataclass(frozen=True)
class FilmPath:
    """A closed path through latents."""

    seed: int = 0
    stops: int = 8
    steps: int = 16
    truncation: float = 1.0


def write_film(
    loaded: LoadedGenerator,
    out: Path,
    along: FilmPath,
    ask: Callable[[int], dict[str, Tensor]],
) -> int:
    """Write samples along a closed path as a film and return how many frames it has.

    Args:
        loaded: a generator of images from latents, or of what images are drawn of.
        out: the file, .webp or .gif; it repeats without end.
        along: the path.
        ask: what so many samples are to be, by the name of the condition.

    Raises:
        UsageError: the ending is none of a film.
        GansmithError: the samples are no images, or the file cannot be written.
        ValueError: the path is too short.
    """
    ending = out.suffix.lower()
    if ending not in FILMS:
        raise UsageError(f"a film is written as {', '.join(FILMS)}, not {ending or 'a folder'}")
    if loaded.inputs is not None or not loaded.kind.pixels:
        raise GansmithError(
            f"--interpolate shows images made from latents; this run makes {loaded.kind.plural}"
        )
    latents = path_of(loaded, along.seed, along.stops, along.steps)
    rows = {name: _steady(row, len(latents)) for name, row in ask(1).items()}
    samples = samples_of(loaded, Chosen(latents, rows, along.truncation))
    frames = [_frame(sample, loaded) for sample in samples]
    with told(out, kind=GansmithError):
        out.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(out, _looped(frames, ending))
    return len(frames)


def _steady(row: Tensor, count: int) -> Tensor:
    """Return the same condition for each frame."""
    return row[:1].expand(count, *row.shape[1:]).clone()


def _frame(sample: Tensor, loaded: LoadedGenerator) -> Image.Image:
    image = loaded.kind.shown(sample[None], None, loaded.facts).convert("RGB")
    factor = max(1, LARGE // max(image.size))
    return image.resize((image.width * factor, image.height * factor), Image.Resampling.NEAREST)


def _looped(frames: list[Image.Image], ending: str) -> bytes:
    packed, first = BytesIO(), frames[0]
    about = {"save_all": True, "append_images": frames[1:], "duration": 1000 // PER_SECOND}
    form = {"quality": 85, "method": 4} if ending == ".webp" else {"optimize": False}
    first.save(packed, ending[1:].upper(), loop=0, **about, **form)
    return packed.getvalue()
