"""Samples of chosen latents: between two seeds, along directions, truncated."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from gansmith.conditions.of_run import prompts_for
from gansmith.deploy.loaded import LoadedGenerator
from gansmith.deploy.styled import styled_samples
from gansmith.sampling.generate import draw_latents, make_samples


@dataclass(frozen=True)
class Chosen:
    """Rows of latents and what they are asked to be.

    Args:
        latents: [count, latent].
        asked: by the name of a condition, a row for each, as ``LoadedGenerator.condition`` says.
        truncation: of styles; 1 changes nothing.
        shift: added to the styles of a generator that has such, [count, style]; None: nothing.
    """

    latents: Tensor
    asked: Mapping[str, Tensor]
    truncation: float = 1.0
    shift: Tensor | None = None


def samples_of(loaded: LoadedGenerator, chosen: Chosen) -> Tensor:
    """Return the samples of latents on the processor, as users get them.

    Raises:
        ValueError: truncation is asked of a generator without styles.
    """
    prompts = prompts_for(chosen.latents, loaded.conditionings, chosen.asked)
    network, bounds = loaded.network, loaded.kind.bounds
    if chosen.truncation == 1 and chosen.shift is None:
        samples = make_samples(network, prompts.inputs, prompts.condition, bounds=bounds)
    else:
        truncation = chosen.truncation
        samples = styled_samples(network, prompts, prompts, truncation, None, bounds, chosen.shift)
    return loaded.kind.from_unit(samples, loaded.facts)


def slerp(start: Tensor, end: Tensor, shares: Tensor) -> Tensor:
    """Return points of the great circle from one latent to another, the length between theirs.

    Normal latents lie near a sphere; a straight line would lead through its middle, where a
    generator has seen none. Formula: sin((1-t) w)/sin(w) a + sin(t w)/sin(w) b of the unit vectors,
    w the angle between them; the length goes evenly from that of the one to that of the other.

    Args:
        start: [latent].
        end: [latent].
        shares: [count], 0 for the start, 1 for the end.

    Reference: Shoemake 1985; White 2016, arXiv:1609.04468.
    """
    first, last = start.norm(), end.norm()
    if not float(first) or not float(last):
        return torch.lerp(start[None], end[None], shares[:, None])
    a, b, t = start / first, end / last, shares[:, None]
    angle = torch.arccos((a @ b).clamp(-1, 1))
    length = first + (last - first) * t
    if float(torch.sin(angle)) < 1e-4:  # alike, or opposite, where there is no one circle
        return torch.lerp(start[None], end[None], t)
    parts = torch.sin((1 - t) * angle) * a + torch.sin(t * angle) * b
    points: Tensor = length * parts / torch.sin(angle)
    return points


def path_of(loaded: LoadedGenerator, seed: int, stops: int, steps: int) -> Tensor:
    """Return latents [stops * steps, latent] along a closed path through the first of a seed.

    Args:
        loaded: the generator.
        seed: of the stops, the latents of the first samples of that seed.
        stops: how many samples it leads through, 2 at least.
        steps: latents from each to the next.

    Raises:
        ValueError: there are too few stops, or no steps.
    """
    if stops < 2 or steps < 1:
        raise ValueError("a path leads through 2 samples at least, in 1 step or more each")
    ends, shares = draw_latents(seed, stops, loaded.latent), torch.arange(steps) / steps
    return torch.cat([slerp(ends[i], ends[(i + 1) % stops], shares) for i in range(stops)])
