"""Clips and spectrograms on one scale of loudness, whichever of them networks make."""

from torch import Tensor

from gansmith.kinds.sounds.mel import MelGrid, log_mel

FRAMES, BANDS = 64, 64
DEPTH = 80.0  # decibels from 1, loud, to -1, silent
RATE = 16_000  # hertz, at which the mel scale is laid out where nobody says


def is_spectrogram(samples: Tensor) -> bool:
    """Say whether samples are spectrograms [batch, 1, bands, frames], and not clips."""
    return samples.ndim == 4


def silence_of(samples: Tensor) -> float:
    """Return the value of silence: of spectrograms -1, of clips 0."""
    return -1.0 if is_spectrogram(samples) else 0.0


def as_spectrograms(samples: Tensor, rate: int = RATE) -> Tensor:
    """Return samples as spectrograms [batch, bands, frames], 1 loud and -1 silent, 80 dB apart.

    Args:
        samples: clips [batch, 1, time], of which 64 bands by 64 frames are found, or spectrograms
            [batch, 1, bands, frames] as networks make them, which only lose their channel.
        rate: of clips, in hertz.
    """
    if is_spectrogram(samples):
        return samples[:, 0]
    clips = samples[:, 0]
    grid = MelGrid(rate, max(16, -(-clips.shape[1] // FRAMES)), BANDS)
    return log_mel(clips, grid).clamp_min(-DEPTH) / (DEPTH / 2) + 1


def powers(shown: Tensor) -> Tensor:
    """Return spectrograms in [-1, 1] as powers; silence is exactly 0."""
    power = 10 ** ((shown - 1) * (DEPTH / 20))
    return power * (shown > -1 + 1e-3)
