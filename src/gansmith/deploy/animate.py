"""A path through latents as a film: WebP, GIF or MP4."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from PIL import Image
from torch import Tensor

from gansmith.deploy.latents import Chosen, path_of, samples_of
from gansmith.deploy.loaded import LoadedGenerator
from gansmith.errors import GansmithError, UsageError
from gansmith.runs.disk import told
from gansmith.runs.folder import write_bytes, write_whole

FILMS = (".webp", ".gif", ".mp4")
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
        out: the file; .webp and .gif repeat without end, .mp4 needs the extra ``video``.
        along: the path.
        ask: what so many samples are to be, by the name of the condition.

    Raises:
        UsageError: the ending is none of a film.
        GansmithError: the samples are no images, the extra is missing, or the file cannot be
            written.
        ValueError: the path is too short.
    """
    ending = out.suffix.lower()
    if ending not in FILMS:
        raise UsageError(f"a film is written as {', '.join(FILMS)}, not {ending or 'a folder'}")
    if loaded.inputs is not None or not loaded.kind.pixels:
        raise GansmithError(
            f"--interpolate shows images made from latents; this run makes {loaded.kind.plural}"
        )
    if ending == ".mp4" and not (find_spec("imageio") and find_spec("imageio_ffmpeg")):
        raise GansmithError(
            ".mp4 needs the packages imageio and imageio-ffmpeg; install them with "
            "`pip install 'gansmith[video]'`, or choose .webp or .gif"
        )
    latents = path_of(loaded, along.seed, along.stops, along.steps)
    rows = {name: _steady(row, len(latents)) for name, row in ask(1).items()}
    samples = samples_of(loaded, Chosen(latents, rows, along.truncation))
    frames = [_frame(sample, loaded) for sample in samples]
    with told(out, kind=GansmithError):
        out.parent.mkdir(parents=True, exist_ok=True)
        if ending == ".mp4":
            write_whole(out, lambda temporary: _mp4(frames, temporary))
        else:
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


def _mp4(frames: list[Image.Image], path: Path) -> None:
    import imageio.v2 as imageio
    import numpy as np

    even = [frame.resize((-(-frame.width // 2) * 2, -(-frame.height // 2) * 2)) for frame in frames]
    with imageio.get_writer(path, format="FFMPEG", fps=PER_SECOND, macro_block_size=2) as writer:
        for frame in even:
            writer.append_data(np.asarray(frame))  # type: ignore[attr-defined]
