"""Clips at another rate, by one polyphase filter."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

ZEROS = 16  # crossings of zero of the filter on each side
CUT = 0.95  # of the lower of both Nyquist frequencies, from which tones fade
BETA = 8.0  # of the Kaiser window: 80 dB of what lies beyond is gone


def resample(clip: np.ndarray, rate: int, to: int) -> np.ndarray:
    """Return a clip [time] at another rate, float32; what the new rate cannot hold is removed.

    Formula: y[m] = sum_n x[n] h(m rate / to - n) with a windowed sinc h, one set of taps for each
    of the to / gcd phases.

    Args:
        clip: values.
        rate: of the clip, in hertz.
        to: the new rate.
    """
    if rate == to:
        return np.asarray(clip, np.float32)
    shared = math.gcd(rate, to)
    down, up = rate // shared, to // shared
    taps, reach = _taps(down, up)
    length = -(-len(clip) * up // down)
    x = torch.from_numpy(np.ascontiguousarray(clip, np.float32))[None, None]
    steps = -(-length // up)  # each step of ``down`` values gives one value of each phase
    missing = max(0, (steps - 1) * down + taps.shape[2] - reach - len(clip))
    found = F.conv1d(F.pad(x, (reach, missing)), taps, stride=down)
    return found[0, :, :steps].T.reshape(-1)[:length].numpy()


def _taps(down: int, up: int) -> tuple[Tensor, int]:
    """Return the filter of each phase, [up, 1, taps], and the values it sees before its own."""
    cut = CUT * min(1.0, up / down)
    reach = math.ceil(ZEROS / cut)
    places = torch.arange(-reach, reach + down + 1, dtype=torch.float64)
    away = places - torch.arange(up, dtype=torch.float64)[:, None] * down / up
    window = torch.special.i0(BETA * (1 - (away / reach).square()).clamp_min(0).sqrt())
    kernel = cut * torch.special.sinc(cut * away) * window / torch.special.i0(torch.tensor(BETA))
    kernel = torch.where(away.abs() <= reach, kernel, 0.0)
    kernel = kernel / kernel.sum(1, keepdim=True)  # a constant stays what it is
    return kernel[:, None].float(), reach
