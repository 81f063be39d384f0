"""What is taken from an image, so that a generator learns to put it back, and how it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor, nn

from gansmith.conditions.conditioning import Build, NetworkSpec, Shape
from gansmith.data import to_unit
from gansmith.data.loading import degradations, holes, kernels
from gansmith.data.prepare.arrays import prepare
from gansmith.data.source import Photographs
from gansmith.data.sources.lookup import find_source
from gansmith.errors import DataError
from gansmith.networks.conditioning.stages import Coloured, Filled
from gansmith.networks.layers.lightness import lightness
from gansmith.records import Draws

GREYS = ("grey", "lightness")
MIDDLE = 128 / 127.5 - 1  # mid grey as a byte: in what is read without a mask it marks a hole


@dataclass(frozen=True)
class Corruption:
    """What is taken from an image.

    Attributes:
        name: grey, lightness, mask, holes, low_resolution, noise or blur.
        factor: how many times smaller a low resolution is.
        kernel: by which it is: blocks, antialiased or camera.
        strength: of noise (of values in [-1, 1]) or of blur (in pixels).
        form: of holes: rectangles, strokes or both.
        masks: a source of pictures, white where holes are, in place of a form.
    """

    name: str
    factor: int = 1
    kernel: str = "blocks"
    strength: float = 0.0
    form: str = "rectangles"
    masks: str | None = None

    def __call__(self, images: Tensor, draws: Draws) -> Tensor:
        """Return images with something missing."""
        act: Mapping[str, Callable[[], Tensor]] = {
            "grey": lambda: degradations.grey(images),
            "lightness": lambda: lightness(images),
            "mask": lambda: degradations.mask(images, draws),
            "holes": lambda: with_holes(images, self._holes(images, draws)),
            "low_resolution": lambda: self._low_resolution(images, draws),
            "noise": lambda: kernels.noisy(images, self.strength, draws),
            "blur": lambda: kernels.out_of_focus(images, self.strength, draws),
        }
        return act[self.name]()

    def shape(self, shape: Shape) -> Shape:
        """Return the shape of what images of a shape become."""
        if self.name in GREYS:
            return (1, *shape[1:])
        return (shape[0] + 1, *shape[1:]) if self.name == "holes" else shape

    def generator(self, build: Build, spec: NetworkSpec, residual: bool) -> nn.Module:
        """Return a generator that keeps what the corruption leaves, or adds to the input."""
        if self.name == "holes":
            return Filled(build(spec), residual)
        if self.name == "lightness":
            return Coloured(build(spec.with_shape((2, *spec.shape[1:]))))
        return build(spec)

    def channels(self, shape: Shape) -> int:
        """Return the channels that pictures are read with, to be inputs of a shape."""
        if self.name in GREYS:
            return 3
        return shape[0] - 1 if self.name == "holes" else shape[0]

    def given(
        self, images: Tensor, size: tuple[int, int] | None = None, hole: Tensor | None = None
    ) -> Tensor:
        """Return inputs made of pictures as they are, of any size.

        Args:
            images: [count, C, H, W]: in colour, small, noisy or blurred, with holes.
            size: that enlarged ones get; None: ``factor`` times their own.
            hole: [count, 1, H, W], 1 where they are to be filled; None: where they are mid grey.
        """
        if self.name in GREYS:
            return lightness(images) if self.name == "lightness" else degradations.grey(images)
        if self.name == "low_resolution":
            times = (images.shape[2] * self.factor, images.shape[3] * self.factor)
            return self._enlarged(images, size or times)
        if self.name == "holes":
            return with_holes(images, grey_places(images) if hole is None else hole)
        return images

    def shown(self, images: Tensor) -> Tensor:
        """Return inputs without what is no colour of theirs."""
        return images[:, :-1] if self.name == "holes" else images

    def _low_resolution(self, images: Tensor, draws: Draws) -> Tensor:
        if self.kernel == "blocks":
            return degradations.low_resolution(images, self.factor)
        size = (images.shape[2], images.shape[3])
        if self.kernel == "camera":
            small = kernels.through_camera(images, self.factor, draws)
        else:
            small = kernels.resized(images, kernels.smaller(size, self.factor))
        return self._enlarged(small, size)

    def _enlarged(self, small: Tensor, size: tuple[int, int]) -> Tensor:
        if self.kernel == "blocks":
            return degradations.enlarged(small, self.factor, size)
        return kernels.resized(small, size)

    def _holes(self, images: Tensor, draws: Draws) -> Tensor:
        if self.masks is None:
            return holes.FORMS[self.form](images, draws)
        size = (images.shape[2], images.shape[3])
        return holes.from_masks(images, self._masks(size, images.device), draws)

    @cached_property
    def _read(self) -> dict[tuple[tuple[int, int], torch.device], Tensor]:
        return {}

    def _masks(self, size: tuple[int, int], device: torch.device) -> Tensor:
        assert self.masks is not None
        if (size, device) not in self._read:
            self._read[size, device] = read_masks(self.masks, size).to(device)
        return self._read[size, device]


def read_masks(source: str, size: tuple[int, int]) -> Tensor:
    """Return masks [count, 1, H, W] of pictures: 1 where they are brighter than mid grey.

    Raises:
        DataError: there are none, or none of them has a hole.
    """
    found = find_source(source, labels=False)
    if isinstance(found, Photographs):
        raise DataError(f"{source} are large photographs; give a folder of masks")
    values = prepare(found, size, 1, 0.0).values
    masks = (to_unit(values[np.arange(len(values))]) > 0).float()
    masks = masks[masks.amax((1, 2, 3)) > 0]
    if not len(masks):
        raise DataError(f"no mask of {source} is white anywhere; white is what is to be filled")
    return masks


def with_holes(images: Tensor, hole: Tensor) -> Tensor:
    """Return images, their holes interpolated, and a channel that is 1 there and -1 elsewhere.

    What lies under a hole has no influence.
    """
    return torch.cat([holes.interpolated(images, hole), 2 * hole - 1], 1)


def grey_places(images: Tensor) -> Tensor:
    """Return 1 where all channels are mid grey, the byte 128 or 0 of [-1, 1], and 0 elsewhere."""
    grey = ((images - MIDDLE).abs() < 1e-4) | (images.abs() < 1e-6)
    return grey.all(1, keepdim=True).to(images.dtype)
