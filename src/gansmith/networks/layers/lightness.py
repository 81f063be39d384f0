"""CIE lightness and colour of sRGB images: L*a*b* under D65, there and back."""

import torch
from jaxtyping import Float
from torch import Tensor

Colour = Float[Tensor, " batch 3 height width"]
Plane = Float[Tensor, " batch 1 height width"]
Chroma = Float[Tensor, " batch 2 height width"]

WHITE = (0.9504559271, 1.0, 1.0890577508)  # X, Y, Z of white: the sums of the rows of TO_XYZ
TO_XYZ = (
    (0.4123907993, 0.3575843394, 0.1804807884),
    (0.2126390059, 0.7151686788, 0.0721923154),
    (0.0193308187, 0.1191947798, 0.9505321522),
)
TO_RGB = (
    (3.2409699419, -1.5373831776, -0.4986107603),
    (-0.9692436363, 1.8759675015, 0.0415550574),
    (0.0556300797, -0.2039769589, 1.0569715142),
)
BEND = 6 / 29  # of the cube root, below which it is a line
LEVELS = 255


def linear(values: Tensor) -> Tensor:
    """Return the light, 0 to 1, of sRGB values in [-1, 1] (IEC 61966-2-1)."""
    share = (values + 1) / 2
    curve = ((share.clamp_min(0.04045) + 0.055) / 1.055) ** 2.4
    return torch.where(share <= 0.04045, share / 12.92, curve)


def encoded(light: Tensor) -> Tensor:
    """Return sRGB values in [-1, 1] of light, 0 to 1: the inverse of ``linear``."""
    curve = 1.055 * light.clamp_min(0.0031308) ** (1 / 2.4) - 0.055
    return 2 * torch.where(light <= 0.0031308, 12.92 * light, curve) - 1


def luminance(colours: Colour) -> Plane:
    """Return the luminance Y, 0 to 1, of sRGB images."""
    red, green, blue = linear(colours).unbind(1)
    weights = TO_XYZ[1]
    return (weights[0] * red + weights[1] * green + weights[2] * blue).unsqueeze(1)


def lightness(colours: Colour) -> Plane:
    """Return the grey image of the same CIE lightness, in [-1, 1], on 256 levels."""
    return on_levels(encoded(luminance(colours[:, :3])))


def on_levels(values: Tensor) -> Tensor:
    """Return values in [-1, 1] at the nearest of 256 levels."""
    return ((values + 1) * (LEVELS / 2)).round() / (LEVELS / 2) - 1


def coloured(grey: Plane, chroma: Chroma) -> Colour:
    """Return sRGB images of the lightness of grey ones and the colour a*, b*.

    Where sRGB has no such colour it is mixed with the grey of its luminance until it has, which
    keeps luminance and hue of light, so that the lightness is always that which was given.

    Args:
        grey: sRGB values in [-1, 1].
        chroma: a* and b*, about -110 to 110.
    """
    y = linear(grey)
    light = _light(y, chroma)
    over = torch.where(light > 1, (1 - y) / (light - y).clamp_min(1e-6), torch.ones_like(light))
    under = torch.where(light < 0, y / (y - light).clamp_min(1e-6), torch.ones_like(light))
    share = torch.minimum(over, under).amin(1, keepdim=True).clamp(0, 1)
    return encoded((y + share * (light - y)).clamp(0, 1))


def _light(y: Plane, chroma: Chroma) -> Colour:
    """Return linear RGB of a luminance and a*, b*; outside of 0 to 1 where sRGB has none."""
    root = torch.where(y > BEND**3, y.clamp_min(BEND**3) ** (1 / 3), y / (3 * BEND**2) + 4 / 29)
    x = WHITE[0] * _cube(root + chroma[:, :1] / 500)
    z = WHITE[2] * _cube(root - chroma[:, 1:] / 200)
    return torch.cat([row[0] * x + row[1] * y + row[2] * z for row in TO_RGB], 1)


def _cube(root: Tensor) -> Tensor:
    return torch.where(root > BEND, root**3, 3 * BEND**2 * (root - 4 / 29))


def chroma_of(colours: Colour) -> Chroma:
    """Return a* and b* of sRGB images."""
    red, green, blue = (plane.unsqueeze(1) for plane in linear(colours).unbind(1))
    roots = []
    for row, white in zip(TO_XYZ, WHITE, strict=True):
        share = (row[0] * red + row[1] * green + row[2] * blue) / white
        line = share / (3 * BEND**2) + 4 / 29
        roots.append(torch.where(share > BEND**3, share.clamp_min(BEND**3) ** (1 / 3), line))
    return torch.cat([500 * (roots[0] - roots[1]), 200 * (roots[1] - roots[2])], 1)


def in_bytes(colours: Colour, grey: Plane) -> Colour:
    """Return colours on 256 levels whose lightness, on 256 levels, is that of the grey image.

    Of the eight colours around each the nearest that has it; there is one, because a level of one
    channel moves the lightness by less than a level.

    Args:
        colours: in [-1, 1], of the lightness of ``grey`` before rounding.
        grey: in [-1, 1], on 256 levels.
    """
    scaled = (colours + 1) * (LEVELS / 2)
    low, wanted = (scaled - 1e-4).floor().clamp(0, LEVELS - 1), (grey + 1) * (LEVELS / 2)
    best, least = low, torch.full_like(wanted, torch.inf)
    for corner in range(8):
        tried = torch.stack([low[:, i] + ((corner >> i) & 1) for i in range(3)], 1)
        found = (encoded(luminance(tried / (LEVELS / 2) - 1)) + 1) * (LEVELS / 2)
        off = ((found - wanted).abs() - 0.49).clamp_min(0)
        cost = (tried - scaled).square().sum(1, keepdim=True) + 1e4 * off
        best = torch.where(cost < least, tried, best)
        least = torch.minimum(cost, least)
    return best / (LEVELS / 2) - 1
