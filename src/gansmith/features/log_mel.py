"""Features of clips without a network: the loudness of bands, and how it changes in time."""

from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor

from gansmith.features.extractor import FixedExtractor, Reference, digest_of
from gansmith.kinds.sounds.loudness import RATE, as_spectrograms
from gansmith.ranges import Range
from gansmith.registry import extractors

AUDIO = ("audio", "spectrogram")
COARSE = (8, 16)  # bands and frames of the overview
LEAST = 0.025  # a deviation that counts, 1 dB: where reals are silent, fakes may be nearly so
Rate = Annotated[int, Range(low=1_000, high=192_000, why="it is in hertz")]


@extractors.add(kinds=AUDIO)
def log_mel(reference: Reference | None = None, rate: Rate = RATE) -> FixedExtractor:
    """Clips as numbers to compare: the loudness of 64 bands, its spread, change and course.

    Of the log-mel spectrogram of a clip, 64 bands by 64 frames: of each band the mean, the standard
    deviation and the mean size of the change from frame to frame, and means over blocks, 8 bands by
    16 frames, which tell what comes when. Each feature is scaled by its own mean and deviation over
    the reals. Nothing is learned or drawn. Spectrograms, where networks make them, are taken as
    they are.

    Args:
        reference: (samples, labels): reals; without them features are not scaled.
        rate: at which the mel scale is laid out, in hertz; the same for both sides.
    """
    if reference is None:
        return FixedExtractor("log_mel", 0, "none", lambda x: _features(x, rate), kinds=AUDIO)
    reals = torch.as_tensor(reference[0]).detach().to("cpu", torch.float32)
    found = torch.cat([_features(part, rate) for part in torch.split(reals, 256)])
    mean, scale = found.mean(0), found.std(0, correction=0).clamp_min(LEAST)

    def features(samples: Tensor) -> Tensor:
        return (_features(samples, rate) - mean.to(samples.device)) / scale.to(samples.device)

    return FixedExtractor(
        name="log_mel",
        width=len(mean),
        resize="none",
        function=features,
        digest=digest_of((mean, scale)),
        kinds=AUDIO,
    )


def _features(samples: Tensor, rate: int) -> Tensor:
    shown = as_spectrograms(samples, rate)
    parts = [shown.mean(2), shown.std(2), shown.diff(dim=2).abs().mean(2)]
    overview = F.adaptive_avg_pool2d(shown[:, None], COARSE)
    return torch.cat([*parts, overview.flatten(1)], 1)
