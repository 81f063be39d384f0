"""Augmentation of clips: moved in time, made louder, bands and stretches silenced, mirrored."""

from typing import Annotated

import torch
from torch import Tensor

from gansmith.augment.augmentation import Augmentation, Numbers, Samples
from gansmith.errors import suggest
from gansmith.kinds.sounds.loudness import DEPTH, is_spectrogram, silence_of
from gansmith.ranges import Range
from gansmith.records import Knob
from gansmith.registry import augmentations

SHIFT = 0.125  # of a clip
LOUDER = 6.0  # decibels
HOLE = 0.125  # of the frames, and of the bands
TONES = 2  # bands up or down


def known_policies(policies: tuple[str, ...]) -> None:
    """Refuse policies that there are not."""
    unknown = [word for word in policies if word not in POLICIES]
    if unknown or not policies:
        raise ValueError(f"policies: unknown '{', '.join(unknown)}'{suggest('', POLICIES)}")


@augmentations.add(check=known_policies, kinds=("audio", "spectrogram"))
def sound(
    policies: tuple[str, ...] = ("shift", "gain", "pitch", "mask"),
    strength: Annotated[float, Range(low=0, high=1, why="it is a chance")] = 1.0,
) -> Augmentation:
    """Clips moved in time, made louder or quieter, a little higher, with parts silenced.

    What it hides of reals and fakes alike, D cannot memorise: for few clips. ``shift`` moves by up
    to an eighth of the length, ``gain`` changes the level by up to 6 dB either way and turns half
    of the waves upside down, ``pitch`` moves spectrograms by up to 2 bands (waves are left),
    ``mask`` silences a stretch of an eighth of the length and, in spectrograms, an eighth of the
    bands.

    Args:
        policies: any of shift, gain, pitch and mask.
        strength: chance of each policy for each clip, 0 to 1.

    Raises:
        ValueError: a policy is unknown, or strength outside its range.

    Reference: Zhao et al. 2020, arXiv:2006.10738 (what D sees of both sides); Park et al. 2019,
    arXiv:1904.08779 (masks).
    """

    def apply(samples: Samples, numbers: Numbers, chance: float) -> Samples:
        for policy in policies:
            changed = POLICIES[policy](samples, numbers)
            if chance < 1:
                happens = numbers.happens(policy, chance)[:, None, None]
                changed = torch.where(happens, _rows(changed), _rows(samples)).view_as(samples)
            samples = changed
        return samples

    return Augmentation(apply, Knob("strength", strength, 0.0, 1.0))


def _rows(samples: Samples) -> Tensor:
    """Return waves, or the bands of spectrograms, as rows over time, [batch, rows, time]."""
    return samples.flatten(1, -2)


def _shift(samples: Samples, numbers: Numbers) -> Samples:
    most = round(SHIFT * samples.shape[-1])
    return _moved(samples, _steps(numbers, "shift", most))


def _gain(samples: Samples, numbers: Numbers) -> Samples:
    draws = numbers.uniform("gain", 2).to(samples.dtype)
    decibels = ((2 * draws[:, 0] - 1) * LOUDER)[:, None, None]
    if is_spectrogram(samples):
        return (_rows(samples) + decibels / (DEPTH / 2)).view_as(samples)
    signs = torch.where(draws[:, 1] < 0.5, -1.0, 1.0).to(samples.dtype)[:, None, None]
    return _rows(samples) * signs * 10 ** (decibels / 20)


def _pitch(samples: Samples, numbers: Numbers) -> Samples:
    if not is_spectrogram(samples):
        return samples
    turned = samples.transpose(-1, -2)
    return _moved(turned, _steps(numbers, "pitch", TONES)).transpose(-1, -2)


def _mask(samples: Samples, numbers: Numbers) -> Samples:
    draws = numbers.uniform("mask", 2)
    kept = _rows(samples)
    silence = kept.new_full((), silence_of(samples))
    if is_spectrogram(samples):
        kept = torch.where(_near(kept.shape[1], draws[:, 1])[:, :, None], silence, kept)
    kept = torch.where(_near(kept.shape[2], draws[:, 0])[:, None], silence, kept)
    return kept.view_as(samples)


def _steps(numbers: Numbers, stream: str, most: int) -> Tensor:
    """Return whole numbers from -most to most, int64 [batch]."""
    return (numbers.uniform(stream, 1)[:, 0] * (2 * most + 1)).long() - most


def _moved(samples: Samples, steps: Tensor) -> Samples:
    """Move each sample along its last axis by its own number of places; what comes in is silent."""
    rows = _rows(samples)
    size = rows.shape[2]
    places = (torch.arange(size, device=samples.device) - steps[:, None])[:, None]
    taken = rows.gather(2, places.clamp(0, size - 1).expand_as(rows))
    inside = (places >= 0) & (places < size)
    return torch.where(inside, taken, rows.new_full((), silence_of(samples))).reshape(samples.shape)


def _near(size: int, centre: Tensor) -> Tensor:
    """Say which of so many places lie in a hole around a centre in [0, 1), bool [batch, size]."""
    place = (torch.arange(size, device=centre.device) + 0.5) / size
    return (place - centre[:, None]).abs() < HOLE / 2


POLICIES = {"shift": _shift, "gain": _gain, "pitch": _pitch, "mask": _mask}
