"""Log-mel spectrograms of clips, and clips whose spectrograms are given."""

import math
from dataclasses import dataclass
from functools import lru_cache

import torch
from jaxtyping import Float
from torch import Tensor

Clips = Float[Tensor, " batch time"]
Bands = Float[Tensor, " batch bands frames"]
QUIETEST = 1e-10  # of power: -100 dB, so that silence has a logarithm
SOLVED = 50  # steps from mel bands back to bins of frequency
ROUNDS = 32  # of phases
MOMENTUM = 0.99  # of phases; Perraudin et al. 2013
BLOCK = 64  # clips that are worked on at once


@dataclass(frozen=True)
class MelGrid:
    """Where the values of a spectrogram lie in time and frequency.

    Attributes:
        rate: values of sound a second, in hertz.
        hop: values from one frame to the next.
        bands: of frequency, equally wide in mel, from 0 to half the rate.
    """

    rate: int
    hop: int
    bands: int = 64

    @property
    def window(self) -> int:
        """Values that a frame looks at: four hops, of which neighbours share three."""
        return 4 * self.hop

    def frames(self, length: int) -> int:
        """Return how many frames clips of so many values have: one for each hop, rounded up."""
        return -(-length // self.hop)


def log_mel(clips: Clips, grid: MelGrid) -> Bands:
    """Return the power of each band in each frame, in decibels; a full-scale sine is near 0.

    Formula: 10 log10(M |STFT(x)|^2 + 1e-10), a Hann window, M triangular filters.

    Args:
        clips: in [-1, 1].
        grid: of the result.
    """
    parts = [_log_mel(part, grid) for part in clips.float().split(BLOCK)]  # type: ignore[no-untyped-call]
    return torch.cat(parts)


def _log_mel(clips: Tensor, grid: MelGrid) -> Tensor:
    power = _stft(_padded(clips, grid), grid).abs().square()[:, :, :-1]
    bands = filters(grid.rate, grid.window, grid.bands).to(clips.device) @ power
    return 10 * (bands + QUIETEST).log10()


def _padded(clips: Tensor, grid: MelGrid) -> Tensor:
    missing = grid.frames(clips.shape[1]) * grid.hop - clips.shape[1]
    return torch.nn.functional.pad(clips, (0, missing)) if missing else clips


def _scale(grid: MelGrid) -> float:
    """Return what a full-scale sine's magnitude in its bin is divided by: half the window's sum."""
    return grid.window / 4


def _stft(clips: Tensor, grid: MelGrid) -> Tensor:
    """Return the spectrum of each frame, [batch, bins, frames + 1], of which a sine has size 1."""
    window = torch.hann_window(grid.window, device=clips.device)
    found = torch.stft(
        clips, grid.window, grid.hop, window=window, pad_mode="constant", return_complex=True
    )
    return found / _scale(grid)


def _istft(spectra: Tensor, grid: MelGrid) -> Tensor:
    window = torch.hann_window(grid.window, device=spectra.device)
    return torch.istft(spectra * _scale(grid), grid.window, grid.hop, window=window)


def mel(hertz: float) -> float:
    """Return a frequency on the mel scale (O'Shaughnessy 1987): 1000 Hz are 1000 mel."""
    return 2595 * math.log10(1 + hertz / 700)


@lru_cache(maxsize=32)
def filters(rate: int, window: int, bands: int) -> Float[Tensor, " bands bins"]:
    """Return triangular filters, equally wide in mel, from 0 to half the rate; peaks of 1.

    A band that is narrower than a bin takes its share of the nearest one, so that none is empty.
    """
    bins = torch.arange(window // 2 + 1, dtype=torch.float64) * rate / window
    places = 2595 * (1 + bins / 700).log10()
    corners = torch.linspace(0, mel(rate / 2), bands + 2, dtype=torch.float64)
    below = (places - corners[:-2, None]) / (corners[1:-1] - corners[:-2])[:, None]
    above = (corners[2:, None] - places) / (corners[2:] - corners[1:-1])[:, None]
    found = torch.minimum(below, above).clamp_min(0)
    empty = found.sum(1) == 0
    nearest = (places - corners[1:-1, None]).abs().argmin(1)
    found[empty, nearest[empty]] = 0.5
    return found.float()


def clips_of(decibels: Bands, grid: MelGrid, length: int) -> Clips:
    """Return clips whose log-mel spectrograms are nearest to those given.

    Powers of bins that explain the bands are found by multiplicative updates (Lee and Seung 2001),
    phases by Griffin and Lim's iteration (1984) with momentum. All begins at the same phases: the
    same spectrogram makes the same clip.

    Args:
        decibels: as ``log_mel`` returns them; what is at -100 dB is silent.
        grid: of the spectrograms.
        length: values of each clip.
    """
    parts = [_clips_of(part, grid, length) for part in decibels.float().split(BLOCK)]  # type: ignore[no-untyped-call]
    return torch.cat(parts)


def _clips_of(decibels: Tensor, grid: MelGrid, length: int) -> Tensor:
    power = (10 ** (decibels / 10) - QUIETEST).clamp_min(0)
    size = _bins(power, filters(grid.rate, grid.window, grid.bands).to(power.device)).sqrt()
    size = torch.cat([size, size[:, :, -1:]], 2)  # the frame after the end, which istft wants
    found = _with_phases(size, grid)
    return torch.nn.functional.pad(found, (0, max(0, length - found.shape[1])))[:, :length]


def _bins(power: Tensor, weights: Tensor) -> Tensor:
    """Return powers of bins, none below 0, of which the filters make these bands."""
    found = weights.T @ power
    for _ in range(SOLVED):
        found = found * (weights.T @ power) / (weights.T @ (weights @ found) + 1e-20)
    return found


def _with_phases(size: Tensor, grid: MelGrid) -> Tensor:
    """Return clips with spectra of this size, as far as phases can be found for them."""
    draws = torch.Generator().manual_seed(0)
    turns = torch.rand(1, *size.shape[1:], generator=draws).to(size.device)
    phase = torch.polar(torch.ones_like(turns), 2 * math.pi * turns)
    before = torch.zeros_like(size, dtype=phase.dtype)
    for _ in range(ROUNDS):
        now = _stft(_istft(size * phase, grid), grid)
        ahead = now + MOMENTUM * (now - before)
        phase, before = ahead / ahead.abs().clamp_min(1e-12), now
    return _istft(size * phase, grid)
