"""The one place where bytes become numbers in [-1, 1], and back."""

import numpy as np
import torch
from jaxtyping import Float, Shaped, UInt8
from torch import Tensor

Raw = (
    UInt8[np.ndarray, " batch channels height width"]
    | Float[np.ndarray, " batch *shape"]
    | UInt8[Tensor, " batch channels height width"]
    | Float[Tensor, " batch *shape"]
)
Stored = Shaped[Tensor, " batch ..."] | Shaped[np.ndarray, " batch ..."]

CHUNK = 1 << 16  # numbers converted at a time: each step finds them in the processor's cache
HALF, ONE = np.float32(127.5), np.float32(1.0)


def to_unit(
    raw: Raw, out: Float[Tensor, " batch *shape"] | None = None
) -> Float[Tensor, " batch *shape"]:
    """Turn stored samples into what the nets see: float32, bytes 0..255 onto [-1, 1].

    Formula: x / 127.5 - 1, so that 0 is -1 and 255 is 1 exactly. Samples that are floating point
    already (vectors, arrays of samples) pass through. A tensor stays on its device, so bytes may be
    copied there first.

    Args:
        raw: samples as stored, on any device.
        out: where the numbers of bytes in memory are to be written; a new tensor if absent.
    """
    tensor = torch.from_numpy(raw) if isinstance(raw, np.ndarray) else raw
    if tensor.dtype != torch.uint8:
        return tensor.to(torch.float32)
    if tensor.device.type != "cpu":
        half = torch.full((), 127.5, device=tensor.device)  # a number would become its reciprocal
        return tensor.to(torch.float32).div_(half).sub_(1.0)
    whole = torch.empty(tensor.shape, dtype=torch.float32) if out is None else out
    flat, target = tensor.numpy().reshape(-1), whole.numpy().reshape(-1)
    for start in range(0, len(flat), CHUNK):
        part = target[start : start + CHUNK]
        np.divide(flat[start : start + CHUNK], HALF, out=part, dtype=np.float32)
        np.subtract(part, ONE, out=part)
    return whole


def as_unit(samples: Stored) -> Tensor:
    """Return samples as float32 in [-1, 1]; bytes may have their channels first or last."""
    if isinstance(samples, np.ndarray):
        samples = torch.from_numpy(samples)
    if samples.dtype == torch.uint8 and samples.ndim == 3:
        samples = samples[:, None]
    elif samples.dtype == torch.uint8 and samples.shape[-1] <= 4 < samples.shape[1]:
        samples = samples.permute(0, 3, 1, 2)
    return to_unit(samples if samples.dtype == torch.uint8 else samples.to(torch.float32))


def to_bytes(samples: Float[Tensor, " *shape"]) -> UInt8[np.ndarray, " *shape"]:
    """Turn images in [-1, 1] into bytes: the inverse of ``to_unit``, rounded and clipped."""
    scaled = samples.detach().to(torch.float32).add(1.0).mul(127.5).round().clamp(0, 255)
    return scaled.to(torch.uint8).cpu().numpy()
