"""Blurs, and the kernels by which images become smaller, as software and cameras do it."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from gansmith.records import Draws

Images = Float[Tensor, " batch channels height width"]
Other = Float[Tensor, " batch channels tall wide"]
Size = tuple[int, int]

CAMERA = (0.15, 0.45)  # deviation of a lens's blur, as a share of the factor
NOISE = 0.02  # largest deviation of a sensor's noise, of values in [-1, 1]
FAINT = 0.2  # the least blur or noise, as a share of the strongest


def resized(images: Images, size: Size) -> Other:
    """Return images of another size, bicubic; antialiased where they become smaller."""
    return F.interpolate(images, size, mode="bicubic", antialias=True).clamp(-1, 1)


def smaller(size: Size, factor: int) -> Size:
    """Return the size of images ``factor`` times smaller, rounded up."""
    return -(-size[0] // factor), -(-size[1] // factor)


def through_camera(images: Images, factor: int, draws: Draws) -> Other:
    """Return images as a camera of ``factor`` times fewer pixels has them.

    A lens blurs by a Gaussian of random breadth, length and direction, each pixel of the sensor
    takes the mean of its area, noise is added, and values are rounded to 256 levels.

    Reference: Zhang et al. 2021, arXiv:2103.14006 (in short).
    """
    chances = draws.uniform("camera", 4).to(images)
    low, high = CAMERA
    deviations = (low + (high - low) * chances[:, :2]) * factor
    seen = blurred(images, deviations, torch.pi * chances[:, 2], high * factor)
    small = F.avg_pool2d(seen, factor, ceil_mode=True)
    noise = draws.normal("sensor", *small.shape[1:]).to(images)
    noisy = small + NOISE * chances[:, 3].view(-1, 1, 1, 1) * noise
    return ((noisy.clamp(-1, 1) + 1) * 127.5).round() / 127.5 - 1


def noisy(images: Images, strength: float, draws: Draws) -> Images:
    """Return images with normal noise of a deviation drawn for each, up to ``strength``."""
    chances = draws.uniform("deviation", 1).to(images).view(-1, 1, 1, 1)
    noise = draws.normal("noise", *images.shape[1:]).to(images)
    return (images + strength * (FAINT + (1 - FAINT) * chances) * noise).clamp(-1, 1)


def out_of_focus(images: Images, strength: float, draws: Draws) -> Images:
    """Return images blurred by Gaussians of random breadth, length (up to ``strength``), angle.

    A narrow and long one is what motion does, a round one what a lens does.
    """
    chances = draws.uniform("blur", 3).to(images)
    deviations = strength * (FAINT + (1 - FAINT) * chances[:, :2])
    return blurred(images, deviations, torch.pi * chances[:, 2], strength)


def blurred(images: Images, deviations: Tensor, angles: Tensor, most: float) -> Images:
    """Return each image blurred by its own Gaussian.

    Args:
        images: [batch, C, H, W]; beyond the border the outermost pixel goes on.
        deviations: [batch, 2] in pixels, along the angle and across it.
        angles: [batch] in radians.
        most: the largest deviation that is possible.
    """
    batch, channels, height, width = images.shape
    kernels = _gaussians(deviations, angles, most)
    window = kernels.shape[-1] // 2
    each = kernels.repeat_interleave(channels, 0).unsqueeze(1)
    padded = F.pad(images, [window] * 4, mode="replicate")
    flat = padded.reshape(1, batch * channels, *padded.shape[2:])
    return F.conv2d(flat, each, groups=batch * channels).view(batch, channels, height, width)


def _gaussians(deviations: Tensor, angles: Tensor, most: float) -> Tensor:
    """Return kernels [batch, window, window] that sum to 1 and reach three deviations."""
    reach = max(1, round(3 * most))
    places = torch.arange(-reach, reach + 1, device=deviations.device, dtype=deviations.dtype)
    y, x = torch.meshgrid(places, places, indexing="ij")
    sin, cos = (t.view(-1, 1, 1) for t in (angles.sin(), angles.cos()))
    along, across = cos * x + sin * y, cos * y - sin * x
    long, broad = (deviations[:, i].clamp_min(0.05).view(-1, 1, 1) for i in (0, 1))
    weights = torch.exp(-((along / long).square() + (across / broad).square()) / 2)
    return weights / weights.sum((1, 2), keepdim=True)
