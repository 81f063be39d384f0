"""Images: [channels, height, width] in [-1, 1], stored as bytes."""

from collections.abc import Iterator
from typing import Any

from PIL import Image
from torch import Tensor

from gansmith.kinds.drawing import image_grid
from gansmith.kinds.files import array_bytes, image_bytes, picture_writers
from gansmith.kinds.kind import Choice, Defaults, Kind, Said, Shape, Surroundings
from gansmith.kinds.known import Facts, Known
from gansmith.kinds.units import to_bytes, to_unit
from gansmith.registry import kinds

LAZY = 4  # steps from one penalty to the next, at high rates
QUICK = 32  # pixels of a side up to which high rates were tried (benchmarks/minutes.md)
SMALLEST = 8  # pixels of a side from which artefacts can be measured


@kinds.add
def image() -> Kind:
    """Images: bytes become [-1, 1]; images are grids, files PNG, and features those of ImageNet.

    A sample is [channels, height, width] with 1 to 4 channels.
    """
    return Kind(
        name="image",
        plural="images",
        axes=("channels", "height", "width"),
        shown=_grid,
        written={**picture_writers(_grid), ".npz": array_bytes},
        pieces=_pieces,
        defaults=Defaults(
            batch=_batch,
            network=network,
            slope=slope,
            lazy=_lazy,
            generator=_generator,
            course=_course,
            lr=_lr,
            extractor=(
                "efficientnet_lite",
                "ImageNet features that are installed with the package",
            ),
            prepared=_prepared,
            augment=_augment,
            samples=_samples,
            further=_further,
            interval=3,
            pictured=64,
            monitored=512,
            costly=True,
        ),
        bounds=(-1.0, 1.0),
        pixels=True,
        portrays=True,
        arranged=_arranged,
        to_unit=lambda stored, facts: to_unit(stored),
    )


def _arranged(values: Any) -> Any:
    """Return grey images [N, H, W] with a channel; others as they are."""
    return values[:, None] if values.ndim == 3 else values


def _grid(samples: Tensor, real: Tensor | None, facts: Facts) -> Image.Image:
    return image_grid(to_bytes(samples))


def _pieces(samples: Tensor, known: Known) -> Iterator[tuple[str, bytes]]:
    for number, one in enumerate(to_bytes(samples)):
        yield f"sample-{number:05d}.png", image_bytes(image_grid(one[None]))


def _prepared(around: Surroundings) -> tuple[Choice, ...]:
    height, width = around.shape[1:]
    size = height if height == width else [height, width]
    return (
        Choice("data.size", size, around.why_size or "the size of the data"),
        Choice("data.channels", around.shape[0], "the colours found in the data"),
    )


def _batch(around: Surroundings) -> Said:
    usual = 16 if around.small_machine else 64 if max(around.shape) > 128 else 128
    batch = usual
    while batch > around.count:
        batch //= 2
    if batch < usual:
        return max(batch, 1), f"there are only {around.count} training images"
    because = "in equal time many small steps go further than fewer large ones"
    return batch, because if around.small_machine else "a usual size on a GPU"


def network(around: Surroundings) -> Said:
    """Return the networks for images by the machine, and why."""
    if around.small_machine and min(around.shape[1:]) >= 16:
        return {"name": "lean"}, "strided nets: many quick steps, since this is a processor"
    return {"name": "modern"}, "norm-free residual nets, stable with the relativistic loss"


def _generator(around: Surroundings) -> Said | None:
    if not _colourful(around) or min(around.shape[1:]) < 16:
        return None
    because = "G by nearest neighbours: a grid and rough texture would show in colour"
    return {"upsampling": "nearest"}, because


def slope(around: Surroundings) -> float:
    """Return the weight of the penalties on D's slope, by the number of pixels."""
    return round(around.shape[1] * around.shape[2] / 1024, 4)


def _lazy(around: Surroundings) -> int:
    return LAZY if _hurries(around) else 1


def _lr(around: Surroundings) -> Said | None:
    if not around.small_machine:
        return None
    rate = 2e-3 if _hurries(around) else 1e-3
    return rate, "higher than usual, since a processor makes few steps; no momentum"


def _course(around: Surroundings) -> Said | None:
    if not _colourful(around):
        return None
    because = "steps that grow smaller settle what a short run has learned (benchmarks/minutes.md)"
    # without the rise, emoji of 64 pixels became blank white for good after 5 kimg
    return {"warmup_kimg": 4.0}, f"small steps first, while D knows nothing; {because}"


def _hurries(around: Surroundings) -> bool:
    """Say whether nets are narrow enough for twice the rate, with lazy penalties.

    At twice the rate all of three runs with penalties at every step went wrong at 32 pixels, and
    none of four with penalties at every fourth step (benchmarks/minutes.md).
    """
    return _colourful(around) and max(around.shape[1:]) <= QUICK


def _colourful(around: Surroundings) -> bool:
    """Say whether these are images in colour on a processor, which benchmarks/minutes.py tried."""
    return around.small_machine and around.shape[0] >= 3


def _augment(around: Surroundings) -> Said:
    policies = ["translation", "cutout"]
    if around.shape[0] >= 3:
        policies.insert(0, "colour")
    because = (
        f"with {around.count:,} images, fewer than {around.few:,}, D would soon memorise "
        "them (benchmarks/small_data.md); --set augment=false leaves it out"
    )
    return {"name": "diffaugment", "policies": policies}, because


def _samples(around: Surroundings, short: bool) -> Said | None:
    if not around.small_machine:
        return None
    part = "a quarter" if short else "half"
    because = f"{part} of what is usual: an exam takes seconds on a processor"
    return 512 if short else 1024, because


def _further(shape: Shape) -> tuple[str, ...]:
    return ("artefacts",) if min(shape[1:]) >= SMALLEST else ()
