"""Which device a process trains on, and how that is set up."""

import os

import torch

from gansmith.errors import GansmithError


def choose_device(name: str) -> torch.device:
    """Return the device of that name; ``auto`` takes CUDA where there is one.

    Raises:
        GansmithError: a CUDA device is requested and torch finds none, or too few.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    device = torch.device(name)
    if device.type != "cuda":
        return device
    if not torch.cuda.is_available():
        raise GansmithError(
            f"runtime.device is {name} but torch finds no CUDA device; "
            "use --device cpu, or install a CUDA build of torch"
        )
    number, there = device.index or 0, torch.cuda.device_count()
    if number >= there:
        raise GansmithError(
            f"this process needs the device {name} but torch finds {there} of them, from cuda:0 "
            "on; choose one of those, and no more runtime.processes than there are devices"
        )
    return torch.device("cuda", number)


def set_up(device: torch.device, deterministic: bool) -> None:
    """Make a device the current one, and choose between the quickest and repeatable algorithms."""
    torch.cuda.set_device(device)
    torch.backends.cudnn.benchmark = not deterministic  # batches have one size: try which is best
    torch.backends.cudnn.deterministic = deterministic
    if deterministic:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS repeats itself with it
        torch.use_deterministic_algorithms(True, warn_only=True)
