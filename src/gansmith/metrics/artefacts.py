"""Artefacts that a network for objects overlooks: wrong spectrum, checkerboard, shifted colours."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from gansmith.facts import Value
from gansmith.registry import metrics

Images = Float[Tensor, " _ _ _ _"]
FLOOR = 1e-12  # of power: below what bytes can show
BLOCK = 256
SMALLEST = 8  # pixels of a side
VALUES = {
    "spectral_discrepancy": Value(
        "low", "artefacts", "Spectral discrepancy", "difference of power spectra, decibels", least=0
    ),
    "high_frequency_ratio": Value(
        "one",
        "artefacts",
        "High frequencies",
        "power of fakes over that of reals at fine detail",
        least=0,
    ),
    "grain": Value(
        "low",
        "artefacts",
        "Grain",
        "fine detail that reals do not have, over their contrast",
        least=0,
    ),
    "checkerboard": Value(
        "low",
        "artefacts",
        "Checkerboard",
        "pattern of one pixel on, one off, over contrast",
        least=0,
    ),
    "checkerboard_excess": Value(
        "low", "artefacts", "Checkerboard alone", "decibels above neighbouring patterns"
    ),
    "colour_shift": Value(
        "low", "artefacts", "Colour shift", "difference of colour statistics", least=0
    ),
}


@metrics.add(of="samples", values=VALUES, kinds=("image",))
def artefacts(real: Images, fake: Images) -> dict[str, float]:
    """What is wrong with the fakes' spectrum and colours, from the images themselves.

    ``spectral_discrepancy``: root mean square over frequencies of the difference of mean power, in
    decibels; upsampling without care shows here. ``high_frequency_ratio``: power of the fakes over
    that of the reals above half the highest frequency; below 1 is blur, above 1 is noise or
    sharpened edges. ``grain``: amplitude of the detail above half the highest frequency, over the
    reals' contrast, as far as reals have it not: how visible that noise is. ``checkerboard``: the
    amplitude of the pattern of one pixel on, one pixel off, by rows, by columns or both, over the
    reals' contrast, as far as reals have it not; strided transposed convolutions do this.
    ``checkerboard_excess``: by how many decibels the strongest of the three stands out of its
    neighbours in the spectrum, which noise does not. ``colour_shift``: distance between the mean
    colours, in units of [-1, 1]. All are about the fakes; the reals set the scale.

    Formula: P(r) = mean over images and over directions of |FFT(x)|^2 at radius r. grain =
    sqrt((sum of P_fake - P_real over fine k) / sum over k > 0 of P_real(k)). With N the three
    frequencies and e(k) = P(k) - the median of P around k, or 0 where that is below it:
    checkerboard = sqrt((sum over N of e_fake - e_real) / sum over k > 0 of P_real(k)); excess =
    10 log10 of the largest R(k) / median of R around k, R = P_fake / P_real; around k: all up to
    two frequencies off.

    Args:
        real: reals [samples, channels, height, width] in [-1, 1].
        fake: fakes of the same channels, height and width.

    Raises:
        ValueError: the sides are not images of one size, or below 8 pixels.

    Reference: Durall et al. 2020, arXiv:2003.01826; checkerboard Odena et al. 2016,
    Deconvolution and checkerboard artifacts, Distill.
    """
    if real.shape[1:] != fake.shape[1:] or min(real.shape[2:]) < SMALLEST:
        raise ValueError(
            f"artefacts needs images of one size, 8 pixels at least, on both sides but got "
            f"{list(real.shape[1:])} real and {list(fake.shape[1:])} fake; make them the same size"
        )
    return artefacts_between(Looks.of(real), Looks.of(fake))


@dataclass(frozen=True)
class Looks:
    """Power by frequency and colours of images seen so far: constant memory, mergeable; float64."""

    count: int
    power: Float[Tensor, " rows columns"]  # summed over images, mean over channels
    colour: Float[Tensor, " channels"]  # summed over images, mean over pixels

    @classmethod
    def of(cls, images: Images) -> "Looks":
        """Return the looks of images [samples, channels, height, width], block by block."""
        power = torch.zeros(images.shape[2:], dtype=torch.float64)
        for block in torch.split(images.cpu(), BLOCK):
            transformed = torch.fft.fft2(block.double(), norm="ortho")
            power += transformed.abs().square().sum((0, 1))
        colour = images.cpu().mean((2, 3), dtype=torch.float64).sum(0)
        return cls(len(images), power / images.shape[1], colour)

    def __add__(self, other: "Looks") -> "Looks":
        """Return the looks of both sets together."""
        power, colour = self.power + other.power, self.colour + other.colour
        return Looks(self.count + other.count, power, colour)

    @property
    def mean_power(self) -> Tensor:
        """The power spectrum, mean over images and channels, zero frequency first."""
        return self.power / self.count + FLOOR


def artefacts_between(real: Looks, fake: Looks) -> dict[str, float]:
    """Return ``artefacts`` of streamed looks, as of the images."""
    powers = real.mean_power, fake.mean_power
    profiles = [radial_profile(power) for power in powers]
    decibels = 10 * (profiles[1] / profiles[0]).log10()
    high = len(profiles[0]) // 2
    pattern, excess = _checkerboard(*powers)
    shift = real.colour / real.count - fake.colour / fake.count
    return {
        "spectral_discrepancy": float(decibels.square().mean().sqrt()),
        "high_frequency_ratio": float(profiles[1][high:].mean() / profiles[0][high:].mean()),
        "grain": _grain(*powers),
        "checkerboard": pattern,
        "checkerboard_excess": excess,
        "colour_shift": float(shift.norm()),
    }


def radial_profile(power: Tensor) -> Float[Tensor, " radii"]:
    """Return the mean power at each radius, from just above 0 to the highest frequency of a side.

    Radii are in cycles per image of the shorter side.
    """
    bins = _radii(power).flatten()
    highest = min(power.shape) // 2
    counts = torch.bincount(bins)[1 : highest + 1]
    return torch.bincount(bins, power.flatten())[1 : highest + 1] / counts


def _radii(power: Tensor) -> Tensor:
    """The radius of each frequency, in whole cycles per image of the shorter side."""
    rows, columns = (torch.fft.fftfreq(n, dtype=torch.float64) for n in power.shape)
    radius: Tensor = (rows[:, None].square() + columns.square()).sqrt() * min(power.shape)
    return radius.round().long()


def _contrast(power: Tensor) -> float:
    return float(power.sum() - power[0, 0])


def _grain(real: Tensor, fake: Tensor) -> float:
    """Amplitude of fine detail that reals do not have, over their contrast."""
    fine = _radii(real) > min(real.shape) // 4
    more = float((fake - real)[fine].sum())
    return math.sqrt(max(more, 0.0) / _contrast(real))


def _checkerboard(real: Tensor, fake: Tensor) -> tuple[float, float]:
    """Amplitude of the finest patterns over the reals' contrast, and decibels above neighbours."""
    height, width = (length // 2 for length in real.shape)
    finest = [(height, 0), (0, width), (height, width)]
    alone = sum(_above_neighbours(fake, k) - _above_neighbours(real, k) for k in finest)
    gains = fake / real
    excess = max(float(gains[k] / _neighbours(gains, k)) for k in finest)
    return math.sqrt(max(alone, 0.0) / _contrast(real)), 10 * math.log10(excess)


def _above_neighbours(power: Tensor, frequency: tuple[int, int]) -> float:
    return max(float(power[frequency]) - _neighbours(power, frequency), 0.0)


def _neighbours(power: Tensor, frequency: tuple[int, int]) -> float:
    """Return the median of the power around a frequency, up to two off each way, without it."""
    here = [2 - place for place in frequency]
    around = power.roll(here, (0, 1))[:5, :5].flatten()
    return float(torch.cat([around[:12], around[13:]]).median())
