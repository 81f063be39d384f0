"""The latent whose sample is nearest to an image."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gansmith.conditions.of_run import prompts_for
from gansmith.data import to_bytes, to_unit
from gansmith.data.prepare.arrays import prepare
from gansmith.data.prepare.bounded import read_picture
from gansmith.data.source import Pictures
from gansmith.data.sources.lookup import as_path
from gansmith.deploy.loaded import LoadedGenerator
from gansmith.errors import DataError, GansmithError, RunError, UsageError
from gansmith.kinds.drawing import image_grid
from gansmith.reading import is_regular
from gansmith.runs.disk import told
from gansmith.runs.folder import write_bytes
from gansmith.sampling.generate import draw_latents, make_samples

TRIED = 2048  # latents among which the start is looked for
STARTS = 4  # of the nearest that are gone on from
RATE = 0.05  # of Adam, falling to 0 along a cosine


@dataclass(frozen=True)
class Projected:
    """What was found.

    Args:
        latent: [latent].
        sample: what the generator makes of it, as users get it [C, H, W].
        error: root of the mean squared difference to the image, in its units (-1 to 1).
        drawn: the same of the nearest of 2,048 drawn latents.
    """

    latent: Tensor
    sample: Tensor
    error: float
    drawn: float


def project(
    loaded: LoadedGenerator,
    image: Tensor,
    steps: int = 200,
    seed: int = 0,
    condition: dict[str, Tensor] | None = None,
) -> Projected:
    """Find the latent whose sample is nearest to an image, by the mean squared difference.

    The nearest of 2,048 drawn latents are improved by Adam; each is held to the length that normal
    latents have, so that it stays where the generator was trained. The best moment is kept.

    Args:
        loaded: a generator of images from latents.
        image: [C, H, W] in [-1, 1], of the size that it makes.
        steps: of the search.
        seed: of the latents that it starts from.
        condition: one row of what the sample is to be, by name; None: the usual.

    Raises:
        RunError: the run does not make images from latents.
        ValueError: the image has another shape.

    Reference: Zhu et al. 2016, arXiv:1609.03552; Lipton and Tripathi 2017, arXiv:1702.04782.
    """
    if loaded.inputs is not None or not loaded.kind.pixels:
        raise RunError("only runs that make images from latents have a latent for an image")
    if tuple(image.shape) != loaded.shape:
        raise ValueError(f"the image must be {loaded.shape} but is {tuple(image.shape)}")
    row = condition or loaded.condition(1)
    latents = draw_latents(seed, TRIED, loaded.latent)
    prompts = prompts_for(latents, loaded.conditionings, _rows(row, TRIED))
    drawn = _errors(make_samples(loaded.network, prompts.inputs, prompts.condition), image)
    nearest = drawn.argsort()[:STARTS]
    found, error = _improved(loaded, latents[nearest], image, row, steps)
    if error > float(drawn.min()):
        found, error = latents[nearest[0]], float(drawn.min())
    prompts = prompts_for(found[None], loaded.conditionings, row)
    sample = make_samples(loaded.network, prompts.inputs, prompts.condition)
    sample = sample.clamp_(*loaded.kind.bounds) if loaded.kind.bounds else sample
    shown = loaded.kind.from_unit(sample, loaded.facts)[0]
    return Projected(found, shown, error, float(drawn.min()))


def _improved(
    loaded: LoadedGenerator, start: Tensor, image: Tensor, row: dict[str, Tensor], steps: int
) -> tuple[Tensor, float]:
    weight = next(loaded.network.parameters())
    length, target = loaded.latent**0.5, image.to(weight.device, weight.dtype)
    latents = start.to(weight.device, weight.dtype).requires_grad_()
    adam = torch.optim.Adam([latents], lr=RATE)
    course = torch.optim.lr_scheduler.CosineAnnealingLR(adam, max(1, steps))
    best, least = start[0], float("inf")
    for _ in range(steps):
        held = latents * (length / latents.norm(dim=1, keepdim=True).clamp_min(1e-6))
        prompts = prompts_for(held, loaded.conditionings, _rows(row, len(held), weight.device))
        told = () if prompts.condition is None else (prompts.condition.to(weight.device),)
        errors = _errors(loaded.network(prompts.inputs, *told), target)
        place = int(errors.argmin())
        if float(errors[place]) < least:
            best, least = held[place].detach().float().cpu(), float(errors[place])
        (latents.grad,) = torch.autograd.grad(errors.square().sum(), latents)
        adam.step()
        course.step()
    return best, least


def _rows(row: dict[str, Tensor], count: int, device: object = None) -> dict[str, Tensor]:
    rows = {name: one[:1].expand(count, *one.shape[1:]) for name, one in row.items()}
    return {name: one.to(device) if device else one for name, one in rows.items()}  # type: ignore[call-overload]


def _errors(samples: Tensor, image: Tensor) -> Tensor:
    """Return the root of the mean squared difference of each sample to an image."""
    return (samples - image).flatten(1).square().mean(1).sqrt()


def write_projected(out: Path, target: Tensor, found: Projected) -> None:
    """Write the image beside the sample as .png, or latent, sample and image as .npz.

    Raises:
        UsageError: the ending is another.
        GansmithError: the file cannot be written.
    """
    ending = out.suffix.lower()
    if ending not in (".png", ".npz"):
        raise UsageError("what was found is written as .png or .npz")
    packed = BytesIO()
    if ending == ".npz":
        arrays = {"latent": found.latent, "sample": found.sample, "image": target}
        np.savez(packed, **{name: one.numpy() for name, one in arrays.items()})  # type: ignore[arg-type]
    else:
        pair = to_bytes(torch.stack([target, found.sample]).clamp(-1, 1))
        image_grid(pair).save(packed, "PNG")
    with told(out, kind=GansmithError):
        out.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(out, packed.getvalue())


def read_target(loaded: LoadedGenerator, source: str) -> Tensor:
    """Return a picture file [C, H, W] in [-1, 1] in the size and colours of a run's samples.

    Raises:
        RunError: the run does not make images from latents.
        DataError: the file is no picture.
    """
    if loaded.inputs is not None or not loaded.kind.pixels:
        raise RunError("only runs that make images from latents have a latent for an image")
    channels, height, width = loaded.shape
    path = as_path(source)
    if not is_regular(path):
        raise DataError(f"there is no picture file {path}")
    found = Pictures(path.name, [path.name], lambda index: read_picture(path))
    prepared = prepare(found, (height, width), channels, allow_corrupt=0.0)
    return to_unit(prepared.values[np.array([0])])[0]
