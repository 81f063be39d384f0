"""Audio: clips of one channel, [channels, time] in [-1, 1], all of one length and rate."""

from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image
from torch import Tensor

from gansmith.kinds.files import picture_writers
from gansmith.kinds.kind import Defaults, Kind, Said, Surroundings
from gansmith.kinds.known import Facts
from gansmith.kinds.sounds.grid_of_clips import shares_of, spectrogram_grid
from gansmith.kinds.sounds.mel import log_mel
from gansmith.kinds.sounds.standard import FEW, grid_for
from gansmith.kinds.sounds.wav_files import (
    clips_with_rate,
    one_after_the_other,
    one_by_one,
    rate_of,
)
from gansmith.registry import kinds

PICTURED = 64  # clips in an image


@kinds.add
def audio() -> Kind:
    """Audio as waves: networks make the values of a clip; images are spectrograms, files WAV.

    A sample is [channels, time] with one channel, in [-1, 1].
    """
    return Kind(
        name="audio",
        plural="clips",
        axes=("channels", "time"),
        shown=spectrograms,
        written=WRITTEN,
        pieces=one_by_one,
        kept=".wav",
        defaults=sound_defaults(_network, _slope),
        bounds=(-1.0, 1.0),
        portrays=True,
        arranged=arranged,
        to_unit=lambda stored, facts: np.asarray(stored, np.float32),
    )


def sound_defaults(
    network: Callable[[Surroundings], Said], slope: Callable[[Surroundings], float]
) -> Defaults:
    """Return what is chosen for sound, as waves or as spectrograms.

    Args:
        network: name and options of both players' networks, and why.
        slope: weight of the penalties on D's slope.
    """
    return Defaults(
        batch=batch,
        network=network,
        slope=slope,
        extractor=EXTRACTOR,
        metrics=METRICS,
        lr=lr,
        augment=augment,
        few=FEW,
        interval=3,
        pictured=PICTURED,
        samples=samples,
        further=lambda shape: ("audibility",),
    )


def spectrograms(samples: Tensor, real: Tensor | None, facts: Facts) -> Image.Image:
    """Return an image of the spectrograms of clips [N, 1, time]."""
    clips = samples.flatten(1)[:PICTURED]
    grid = grid_for(rate_of(facts), clips.shape[1])
    return spectrogram_grid(shares_of(log_mel(clips, grid)))


WRITTEN = {
    ".wav": one_after_the_other,
    ".npz": clips_with_rate,
    **picture_writers(spectrograms),
}
METRICS = (
    ("frechet_distance", "prdc", "diversity", "nearest_neighbours"),
    "distance, its two sides, and how near samples are to each other and to the data",
)
EXTRACTOR = ("log_mel", "loudness of bands, and how it changes; no network is trained for it")


def arranged(values: Any) -> Any:
    """Return clips [N, time] with a channel; others as they are."""
    return values[:, None] if values.ndim == 2 else values


def batch(around: Surroundings) -> Said:
    """Choose the batch of a kind of clips."""
    return min(64, around.count), "in equal time many small steps go further than fewer large ones"


def lr(around: Surroundings) -> Said | None:
    """Choose the learning rate on a processor."""
    if not around.small_machine:
        return None
    return 1e-3, "higher than usual, since a processor makes few steps; no momentum"


def augment(around: Surroundings) -> Said:
    """Choose what is done for few clips."""
    because = (
        f"with {around.count:,} clips, fewer than {around.few:,}, D would soon memorise them; "
        "--set augment=false leaves it out"
    )
    return {"name": "sound"}, because


def samples(around: Surroundings, short: bool) -> Said | None:
    """Choose how many clips an exam compares on a processor."""
    return (512, "an exam takes seconds on a processor") if around.small_machine else None


def _network(around: Surroundings) -> Said:
    return {"name": "wavegan"}, "values of a wave depend on others thousands of values away"


def _slope(around: Surroundings) -> float:
    return max(0.1, round(around.shape[-1] / 4096, 2))
