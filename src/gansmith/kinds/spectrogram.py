"""Audio as log-mel spectrograms: networks for images make them, Griffin-Lim makes them clips."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gansmith.errors import RunError, as_float
from gansmith.kinds.audio import (
    PICTURED,
    WRITTEN,
    arranged,
    sound_defaults,
    spectrograms,
)
from gansmith.kinds.image import network, slope
from gansmith.kinds.kind import Kind
from gansmith.kinds.known import Facts
from gansmith.kinds.sounds.grid_of_clips import spectrogram_grid
from gansmith.kinds.sounds.loudness import DEPTH
from gansmith.kinds.sounds.mel import MelGrid, clips_of, log_mel
from gansmith.kinds.sounds.standard import grid_for
from gansmith.kinds.sounds.wav_files import one_by_one, rate_of
from gansmith.registry import kinds

SCALE = "mel"  # the fact that holds how spectrograms are made and scaled
PARTS = ("rate", "hop", "bands", "length")


@kinds.add
def spectrogram() -> Kind:
    """Audio as log-mel spectrograms: networks for images make them, Griffin-Lim makes them sound.

    A sample is [channels, bands, frames] with one channel. -1 is silence, all that is 80 dB or more
    below the loudest value of the data, and 1 that value. What users get are clips [1, time].
    """
    return Kind(
        name="spectrogram",
        plural="spectrograms",
        axes=("channels", "bands", "frames"),
        shown=spectrograms,
        drawn=_drawn,
        written=WRITTEN,
        pieces=one_by_one,
        kept=".wav",
        like="image",
        given="audio",
        defaults=sound_defaults(network, slope),
        bounds=(-1.0, 1.0),
        portrays=True,
        arranged=arranged,
        fit=fit,
        to_unit=to_unit,
        from_unit=from_unit,
    )


def fit(values: np.ndarray, facts: Facts) -> dict[str, Any]:
    """Return the facts by which clips become spectrograms: where their values lie, and how loud.

    Args:
        values: clips to train on, [N, 1, time].
        facts: of the data; ``rate`` in hertz.
    """
    length = int(values.shape[-1])
    grid = grid_for(rate_of(facts), length)
    blocks = np.array_split(values[:, 0], max(1, len(values) // 256))
    loudest = max(float(_decibels(block, grid).max()) for block in blocks)
    told = {"rate": grid.rate, "hop": grid.hop, "bands": grid.bands, "length": length}
    return {SCALE: {**told, "loudest": loudest}}


def _decibels(clips: np.ndarray, grid: MelGrid) -> Tensor:
    return log_mel(torch.from_numpy(np.ascontiguousarray(clips, np.float32)), grid)


def to_unit(stored: Any, facts: Facts) -> Any:
    """Return clips [N, 1, time] as spectrograms [N, 1, bands, frames] in [-1, 1], float32."""
    grid, _, loudest = grid_of(facts)
    values = np.asarray(stored, np.float32)[:, 0]
    found = _decibels(values, grid).sub(loudest).div(DEPTH / 2).add(1).clamp(-1, 1)
    return found[:, None].numpy()


def from_unit(samples: Tensor, facts: Facts) -> Tensor:
    """Return spectrograms as clips [N, 1, time]; no clip is louder than full scale.

    The inverse of ``to_unit`` but for phases, which are not in a spectrogram.
    """
    if facts.get(SCALE) is None:
        return samples
    grid, length, loudest = grid_of(facts)
    decibels = (samples[:, 0].float() - 1) * (DEPTH / 2) + loudest
    silent = samples[:, 0] <= -1 + 1e-3
    clips = clips_of(torch.where(silent, -torch.inf, decibels), grid, length)
    peak = clips.abs().amax(1, keepdim=True)
    return (clips / peak.clamp_min(1.0))[:, None]


def grid_of(facts: Facts) -> tuple[MelGrid, int, float]:
    """Return where spectrograms have their values, the length of clips, and the loudest value.

    Raises:
        RunError: what is recorded does not say so.
    """
    told = facts.get(SCALE)
    known = told if isinstance(told, Mapping) else {}
    numbers = [known.get(name) for name in PARTS]
    loudest = known.get("loudest")
    if not (
        all(isinstance(one, int) and one > 0 for one in numbers)
        and isinstance(loudest, int | float)
    ):
        raise RunError(
            f"data.facts.{SCALE} in environment.json does not hold {', '.join(PARTS)} and loudest, "
            f"without which spectrograms cannot be made clips; put the file back"
        )
    rate, hop, bands, length = (int(one) for one in numbers if isinstance(one, int))
    return MelGrid(rate, hop, bands), length, as_float(loudest)


def _drawn(samples: Tensor, real: Tensor | None, facts: Facts) -> Image.Image:
    return spectrogram_grid((samples[:PICTURED, 0] + 1) / 2)
