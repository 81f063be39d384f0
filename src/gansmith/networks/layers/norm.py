"""Normalisation of hidden layers by name: over the batch, each sample, or each of its channels."""

from torch import nn


def chosen(norm: str | None, batch_norm: bool) -> str:
    """Return the norm of the option ``norm``, or where it is absent what ``batch_norm`` says."""
    return norm or ("batch" if batch_norm else "none")


def norm_of_vectors(norm: str, width: int) -> nn.Module:
    """Return a norm of vectors [batch, width]: none, batch or layer."""
    if norm == "none":
        return nn.Identity()
    return nn.BatchNorm1d(width) if norm == "batch" else nn.LayerNorm(width)


def norm_of_series(norm: str, channels: int) -> nn.Module:
    """Return a norm of [batch, channels, time], as ``norm_of_images``."""
    return nn.BatchNorm1d(channels) if norm == "batch" else norm_of_images(norm, channels)


def norm_of_images(norm: str, channels: int) -> nn.Module:
    """Return a norm of [batch, channels, height, width], with a learned scale and shift.

    Args:
        norm: none; batch, over all samples; layer, over each sample as a whole (Ba et al. 2016,
            arXiv:1607.06450); instance, over each of its channels (Ulyanov et al. 2016,
            arXiv:1607.08022).
        channels: how many there are.
    """
    if norm == "none":
        return nn.Identity()
    if norm == "batch":
        return nn.BatchNorm2d(channels)
    return nn.GroupNorm(1 if norm == "layer" else channels, channels)
