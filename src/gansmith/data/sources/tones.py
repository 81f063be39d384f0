"""A toy of clips of sound whose truth is known."""

import numpy as np

from gansmith.data.clips.cut import levelled
from gansmith.data.source import Values
from gansmith.registry import sources

COUNT, RATE = 2_000, 8_000  # clips; hertz
LENGTH = 2_048  # values: 16 frames of 16 ms
CLASSES = ("steady", "rising", "falling", "beeps")
LOWEST, HIGHEST = 200.0, 600.0  # hertz, of the tone a clip begins with
SLOPE = 2.0  # rising tones end an octave higher, falling ones an octave lower
BEEPS = 4
FADE = 0.01  # seconds


@sources.add(kinds=("spectrogram", "audio"))
def tones(kind: str = "", seed: int = 0) -> Values:
    """2,000 clips of 0.256 s at 8 kHz: a steady tone, one that rises, one that falls, four beeps.

    These are the classes. Each clip has its own pitch, from 200 to 600 Hz, length, from half to
    all of the clip, and phase, two overtones and a little noise.

    Args:
        kind: what networks make: spectrogram or audio; empty: spectrogram.
        seed: of pitches, lengths, phases and noise.
    """
    draws = np.random.Generator(np.random.Philox(key=seed))
    labels = draws.integers(0, len(CLASSES), COUNT)
    start = np.exp(draws.uniform(np.log(LOWEST), np.log(HIGHEST), COUNT))[:, None]
    lasting = draws.uniform(0.5, 1.0, COUNT)[:, None] * LENGTH / RATE
    times = np.arange(LENGTH) / RATE
    octaves = np.log2(SLOPE) * np.array([0, 1, -1, 0])[labels][:, None]
    cycles = start * _risen(times, octaves, lasting) + draws.uniform(0, 1, (COUNT, 1))
    values = sum(np.sin(2 * np.pi * n * cycles) / n**2 for n in (1, 2, 3))
    gate = (labels[:, None] != 3) | ((times / lasting * 2 * BEEPS).astype(int) % 2 == 0)
    fade = np.clip(np.minimum(times, lasting - times) / FADE, 0, 1)
    values = values * fade * gate + 1e-3 * draws.standard_normal(values.shape)
    clips = np.stack([levelled(clip) for clip in values.astype(np.float32)])[:, None]
    facts = {
        "kind": "toy",
        "rate": RATE,
        "seconds": LENGTH / RATE,
        "value_range": [float(clips.min()), float(clips.max())],
    }
    named = kind or "spectrogram"
    return Values("tones", clips, labels, CLASSES, facts=facts, declared=named)


def _risen(times: np.ndarray, octaves: np.ndarray, lasting: np.ndarray) -> np.ndarray:
    """Return the integral over time of 2^(octaves t / lasting), whose frequency glides evenly."""
    slope = np.log(2) * octaves / lasting
    safe = np.where(slope == 0, 1.0, slope)
    found: np.ndarray = np.where(slope == 0, times, np.expm1(safe * times) / safe)
    return found
