"""Is there anything to hear: the share of clips that are silent, or one tone throughout."""

import torch
from jaxtyping import Float
from torch import Tensor

from gansmith.facts import Value
from gansmith.kinds.sounds.loudness import as_spectrograms, powers
from gansmith.registry import metrics

Sounds = Float[Tensor, " _ channels *places"]
SILENT = -0.5  # of the scale from -1 to 1: 60 dB below the loudest
AROUND = 2  # bands on each side of the loudest that belong to the same tone
TONE = 0.95  # of a clip's energy, from which it is one tone
STEADY = 0.5  # of the frames, at least, in which that tone is heard
BLOCK = 256
VALUES = {
    "silent_share": Value(
        "low", "artefacts", "Silent", "share of fakes in which nothing is heard", least=0
    ),
    "one_tone_share": Value(
        "low", "artefacts", "One tone", "share of fakes that are one steady tone", least=0
    ),
}


@metrics.add(of="samples", values=VALUES, kinds=("audio", "spectrogram"))
def audibility(real: Sounds, fake: Sounds) -> dict[str, float]:
    """Is there anything to hear: how many fakes are silent, and how many are one steady tone.

    ``silent_share``: of fakes whose loudest band in the loudest frame is more than 60 dB below full
    scale, or below the loudest of the data where networks make spectrograms. ``one_tone_share``: of
    fakes that are not silent, but have 95 % of their energy in five neighbouring bands of 64, for
    at least half of their length. Both are about the fakes; reals have their own in the floor.

    Args:
        real: reals [samples, 1, time] or [samples, 1, bands, frames] in [-1, 1]; not used.
        fake: fakes alike.

    Raises:
        ValueError: there are no fakes.
    """
    if len(fake) == 0:
        raise ValueError("audibility needs fakes but got none")
    parts = [_judged(part) for part in torch.split(fake.float(), BLOCK)]
    silent, tone = (torch.cat(side).double().mean() for side in zip(*parts, strict=True))
    return {"silent_share": float(silent), "one_tone_share": float(tone)}


def _judged(samples: Tensor) -> tuple[Tensor, Tensor]:
    """Say which samples are silent, and which are one tone; bool [batch] each."""
    shown = as_spectrograms(samples)
    silent = shown.flatten(1).amax(1) < SILENT
    power = powers(shown)
    total = power.sum(2)
    near = torch.nn.functional.avg_pool1d(total[:, None], 2 * AROUND + 1, 1, AROUND)[:, 0]
    share = (near * (2 * AROUND + 1) / total.sum(1, keepdim=True).clamp_min(1e-12)).amax(1)
    loud = power.sum(1)
    heard = (loud > 1e-3 * loud.amax(1, keepdim=True)).double().mean(1)
    return silent, ~silent & (share > TONE) & (heard >= STEADY)
