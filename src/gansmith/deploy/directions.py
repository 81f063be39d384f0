"""Directions in which samples of a generator differ most, found without labels."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gansmith.conditions.of_run import prompts_for
from gansmith.deploy.loaded import LoadedGenerator
from gansmith.sampling.generate import draw_latents, make_samples
from gansmith.sampling.styles import find_styles, styled

SAMPLES = 1024  # latents that are compared
WIDEST = 2048  # numbers of a layer's output that are looked at


@dataclass(frozen=True)
class Directions:
    """Steps of one standard deviation along the principal components.

    Args:
        steps: [count, width], in latents, or in styles.
        shares: [count], of the variance that each explains, 0 to 1, the largest first.
        of_styles: whether they are added to styles.
    """

    steps: Tensor
    shares: Tensor
    of_styles: bool


def find_directions(loaded: LoadedGenerator, count: int = 8, seed: int = 0) -> Directions:
    """Find directions by the principal components of what the generator makes of latents first.

    Of a generator with styles the components are of the styles. Else they are of the output of its
    first layer, and each is brought back to latents by least squares.

    Args:
        loaded: the generator, which makes samples from latents.
        count: of directions, at most.
        seed: of the latents.

    Raises:
        ValueError: it translates images, or has no layer.

    Reference: Härkönen et al. 2020, arXiv:2004.02546.
    """
    if loaded.inputs is not None:
        raise ValueError("this run translates images; it has no latents to find directions in")
    latents = draw_latents(seed, SAMPLES, loaded.latent)
    asked = loaded.condition(SAMPLES)
    prompts = prompts_for(latents, loaded.conditionings, asked)
    if styled(loaded.network) is not None:
        styles = find_styles(loaded.network, prompts.inputs, prompts.condition)
        steps, shares, _ = components(styles, count)
        return Directions(steps, shares, True)
    with _first_outputs(loaded.network) as outputs:
        make_samples(loaded.network, prompts.inputs, prompts.condition)
    seen = torch.cat(outputs)[:SAMPLES].double()
    _, shares, scores = components(seen, count)
    back = torch.linalg.lstsq(scores, latents.double() - latents.double().mean(0)).solution
    return Directions(back.float(), shares, False)


def components(points: Tensor, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return principal components of points [n, width].

    Returns:
        steps [count, width], one standard deviation long; shares of the variance [count]; and
        scores of the points in standard deviations [n, count].
    """
    centred = (points - points.mean(0)).double()
    left, sizes, right = torch.linalg.svd(centred, full_matrices=False)
    known = int((sizes > 1e-6 * sizes[0].clamp_min(1e-30)).sum())
    kept = slice(0, max(1, min(count, known)))
    deviations = sizes[kept] / len(points) ** 0.5
    shares = sizes[kept] ** 2 / (sizes**2).sum().clamp_min(1e-30)
    signs = right[kept].gather(1, right[kept].abs().argmax(1, keepdim=True)).sign()
    steps = signs * right[kept] * deviations[:, None]
    scores = left[:, kept] * len(points) ** 0.5 * signs.T
    return steps.float(), shares.float(), scores


@contextmanager
def _first_outputs(network: nn.Module) -> Iterator[list[Tensor]]:
    """Collect what the first layer with weights makes of each batch, [batch, width]."""
    outputs: list[Tensor] = []

    def keep(layer: nn.Module, inputs: object, output: object) -> None:
        if isinstance(output, Tensor) and (not layers or layers[0] is layer):
            layers.append(layer)
            flat = output.detach().float().flatten(1).cpu()
            outputs.append(flat[:, :: -(-flat.shape[1] // WIDEST)])

    layers: list[nn.Module] = []
    kinds = nn.Linear | nn.Conv2d | nn.ConvTranspose2d | nn.Conv1d | nn.ConvTranspose1d
    found = [part for part in network.modules() if isinstance(part, kinds)]
    handles = [part.register_forward_hook(keep) for part in found]
    try:
        yield outputs
        if not outputs:
            raise ValueError("this generator has no layer in which to find directions")
    finally:
        for handle in handles:
            handle.remove()
