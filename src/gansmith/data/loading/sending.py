"""Batches on their way to the device, without the processor waiting for it."""

import torch
from torch import Tensor


def sent(batch: Tensor, device: torch.device) -> Tensor:
    """Return a batch on a device.

    To CUDA it goes through pinned memory and does not block: the device copies while the processor
    goes on, and torch uses the pinned block again once the copy is over.
    """
    if device.type != "cuda" or batch.device.type == "cuda":
        return batch.to(device)
    return batch.pin_memory().to(device, non_blocking=True)
