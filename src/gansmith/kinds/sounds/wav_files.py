"""Clips as the bytes of WAV files: one channel, 16 bits."""

import io
import wave
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gansmith.kinds.known import Facts, Known
from gansmith.kinds.sounds import PAUSE

RATE = 16_000  # hertz, of clips of which nobody says
LOUDEST = 32_767


def rate_of(facts: Facts) -> int:
    """Return the rate of clips in hertz, as the facts of the data have it."""
    found = facts.get("rate")
    return found if isinstance(found, int) and found > 0 else RATE


def wav_bytes(values: Tensor, rate: int) -> bytes:
    """Return one clip [time] in [-1, 1] as a WAV file; what is louder is cut off."""
    steps = (values.float().clamp(-1, 1) * LOUDEST).round().to(torch.int16).cpu().numpy()
    packed = io.BytesIO()
    with wave.open(packed, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(steps.astype("<i2").tobytes())
    return packed.getvalue()


def one_after_the_other(samples: Tensor, known: Known) -> bytes:
    """Return all clips [N, 1, time] as one WAV file, with a quarter of a second between them."""
    rate = rate_of(known.facts)
    clips = samples.flatten(1)
    pause = clips.new_zeros(len(clips), round(PAUSE * rate))
    return wav_bytes(torch.cat([clips, pause], 1).flatten(), rate)


def one_by_one(samples: Tensor, known: Known) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of a WAV file for each clip."""
    for number, clip in enumerate(samples.flatten(1)):
        yield f"sample-{number:05d}.wav", wav_bytes(clip, rate_of(known.facts))


def clips_with_rate(samples: Tensor, known: Known) -> bytes:
    """Return clips as an .npz: ``samples``, float32, ``rate``, and what stands beside them."""
    packed = io.BytesIO()
    more: dict[str, Any] = {**known.beside, "rate": np.array(rate_of(known.facts))}
    np.savez_compressed(packed, samples=samples.float().numpy(), **more)
    return packed.getvalue()
