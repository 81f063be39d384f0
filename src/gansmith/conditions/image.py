"""Images that samples are made from, in place of a latent: a source of their own, or corrupted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import torch
from PIL import Image
from torch import Tensor, nn

from gansmith.conditions.conditioning import (
    Build,
    ConditionExam,
    Conditioning,
    Drawn,
    ExamSetting,
    NetworkSpec,
    Prompts,
    Reader,
    Setting,
    Shape,
)
from gansmith.data import Data, Stream
from gansmith.data.loading.degradations import enlarged, grey, low_resolution, mask
from gansmith.errors import RunError
from gansmith.networks.conditioning.directions import Directions, Judges
from gansmith.ranges import Range
from gansmith.records import Draws
from gansmith.registry import conditions
from gansmith.sampling.draws import CounterDraws, mix
from gansmith.sampling.first_samples import first_samples
from gansmith.sampling.generate import make_samples
from gansmith.sampling.grids import side_by_side

EXAMPLES = 20  # translations in an image, four to a row
LEAST = 16  # held-out inputs, below which those trained on are asked


@dataclass(frozen=True)
class Corruption:
    """What is taken from an image, so that a generator learns to put it back.

    Attributes:
        name: grey, mask or low_resolution.
        factor: how many times smaller a low resolution is.
    """

    name: str
    factor: int = 1

    def __call__(self, images: Tensor, draws: Draws) -> Tensor:
        """Return images with something missing."""
        act: Mapping[str, Callable[[], Tensor]] = {
            "grey": lambda: grey(images),
            "mask": lambda: mask(images, draws),
            "low_resolution": lambda: low_resolution(images, self.factor),
        }
        return act[self.name]()

    def shape(self, shape: Shape) -> Shape:
        """Return the shape of what images of a shape become."""
        return (1, *shape[1:]) if self.name == "grey" else shape


class OnImages(Conditioning):
    """Samples made from other images, [count, C, H, W] in [-1, 1].

    Args:
        setting: of the run.
        corruption: makes them from the real samples; None: they have a source of their own.
    """

    name = "images"

    def __init__(self, setting: Setting, corruption: Corruption | None) -> None:
        self.setting, self.corruption = setting, corruption
        self.inputs = corruption.shape(setting.shape) if corruption else setting.inputs
        self.matched = setting.directions == 1

    @property
    def shape(self) -> Shape:
        """Of one image."""
        assert self.inputs is not None
        return self.inputs

    def generator(self, build: Build, spec: NetworkSpec) -> nn.Module:
        """Return a generator of images from images, or one for either direction."""
        there = build(replace(spec, latent=0, inputs=self.shape))
        if self.matched:
            return there
        return Directions(there, build(replace(spec, shape=self.shape, inputs=spec.shape)))

    def discriminator(self, build: Build, spec: NetworkSpec) -> nn.Module:
        """Return a judge of outputs beside their inputs, or one of either kind of image."""
        if self.setting.directions == 2:
            return Judges(build(spec), build(replace(spec, shape=self.shape)))
        return build(replace(spec, shape=self._judged(spec.shape)))

    def _judged(self, shape: Shape) -> Shape:
        return (shape[0] + self.shape[0], *shape[1:]) if self.matched else shape

    def fed(self, shapes: Mapping[str, Shape]) -> Mapping[str, Shape]:
        """Return images for G; in the game of pairs, output and input on one another for D."""
        judged = self._judged(shapes["discriminator"])
        return {**shapes, "generator": self.shape, "discriminator": judged}

    def reader(self, data: Data) -> Reader:
        """Return what makes or reads the images of a batch: of pairs those that belong to it."""
        if self.corruption:
            corrupted = self.corruption
            return lambda drawn: corrupted(drawn.real, drawn.draws)
        assert data.inputs is not None
        seed = self.setting.seed if self.matched else mix(self.setting.seed, "inputs")
        stream = Stream(data.inputs.train, seed)  # of the same length and seed: in the same order

        def read(drawn: Drawn) -> Tensor:
            images, _ = stream.read(drawn.position, len(drawn.real), drawn.real.device)
            return images.to(drawn.real)

        return read

    def prompt(self, count: int, given: Any = None) -> Tensor:
        """Return images that were given.

        Raises:
            RunError: none were.
            ValueError: they have another shape than those trained on.
        """
        if given is None:
            raise RunError(
                "this run makes images from images, not from latents; use `gansmith translate RUN "
                "INPUT --out DIR`, or translate(images) in Python"
            )
        return check_images(self.rows(count, given), self.shape)

    def ask(self, prompts: Prompts, tensor: Tensor) -> Prompts:
        """Ask for images in place of latents."""
        return prompts._replace(inputs=tensor, called=self.name)

    def exam(self, about: ExamSetting) -> ConditionExam:
        """Return images held out from training, unless there are too few of them."""
        return ImagesExam(self, about)

    def example(self, count: int) -> Tensor:
        """Return noise."""
        return torch.rand(count, *self.shape, generator=torch.Generator().manual_seed(7))

    def described(self) -> Mapping[str, str]:
        """Return what goes in."""
        return {self.name: f"float32 [batch, {', '.join(map(str, self.shape))}] in [-1, 1]"}

    def file_shape(self, shape: Shape) -> Shape:
        """Return the shape that image files are read at, for images of a shape to translate."""
        name = self.corruption.name if self.corruption else ""
        factor = self._factor
        small = (-(-side // factor) for side in shape[1:])
        return (3 if name == "grey" else shape[0], *small)

    def from_files(self, images: Tensor, shape: Shape) -> Tensor:
        """Return images of that shape as files give them: their brightness, or enlarged in blocks.

        A run that learned to fill a box gets them as they are, with mid grey where it is to fill.
        """
        whole = grey(images) if self.corruption and self.corruption.name == "grey" else images
        return enlarged(whole, self._factor, (shape[1], shape[2]))

    @property
    def _factor(self) -> int:
        return self.corruption.factor if self.corruption else 1


def check_images(images: Tensor, shape: Shape) -> Tensor:
    """Return images as float32 if they have the shape that a run translates.

    Raises:
        ValueError: they have another one.
    """
    if tuple(images.shape[1:]) != shape:
        raise ValueError(
            f"this run translates images of shape {list(shape)} but got {list(images.shape)}; "
            f"give [count, {', '.join(map(str, shape))}]"
        )
    return images.float()


class ImagesExam(ConditionExam):
    """Images to be translated at every exam, and how far outputs are from what is known of them.

    Args:
        conditioning: whose images they are.
        about: what they are chosen by.
    """

    def __init__(self, conditioning: OnImages, about: ExamSetting) -> None:
        source = about.data.inputs
        held = source.held_out if source else about.data.held_out
        part = "held_out" if len(held) >= LEAST else "train"
        targets = (
            first_samples(getattr(about.data, part), about.count) if conditioning.matched else None
        )
        if conditioning.corruption:
            assert targets is not None
            rows = slice(0, len(targets))
            draws = CounterDraws((about.seed + 1,), len(targets), rows, targets)
            images = conditioning.corruption(targets, draws)
        else:
            assert source is not None
            images = first_samples(getattr(source, part), about.count)
        super().__init__(images)
        self.bounds = about.data.kind.bounds
        self.images, self.targets, self.unchanged = images, targets, images

    def judge(self, generator: nn.Module, prompts: Prompts, fakes: Tensor) -> dict[str, float]:
        """Return how far, by mean absolute difference, outputs are from what is known of them."""
        if self.targets is not None:
            return {"target_distance": float((fakes - self.targets).abs().mean())}
        return {"cycle_distance": float((self._back(generator, fakes) - self.images).abs().mean())}

    def picture(self, generator: nn.Module) -> Image.Image:
        """Return an image of triples: input, output, and target (or there and back)."""
        inputs = self.images[:EXAMPLES]
        outputs = make_samples(generator, inputs, bounds=self.bounds)
        known = self.targets
        last = self._back(generator, outputs) if known is None else known[:EXAMPLES]
        return side_by_side(inputs, outputs, last)

    def _back(self, generator: nn.Module, images: Tensor) -> Tensor:
        assert isinstance(generator, Directions)
        return make_samples(generator.back, images, bounds=self.bounds)


def check(corruption: str | None, factor: int | None, source: str | None) -> None:
    """Refuse images from nowhere, or from two places.

    Raises:
        ValueError: not exactly one of corruption and source is given, or a factor for neither.
    """
    if (corruption is None) == (source is None):
        raise ValueError("images come from either a corruption or a source: give one of them")
    if factor is not None and corruption != "low_resolution":
        raise ValueError("factor is for the corruption low_resolution: leave it out")


@conditions.add(check=check, in_place_of_latent=True, belong="input images", kinds=("image",))
def image(
    setting: Setting,
    corruption: Literal["grey", "mask", "low_resolution"] | None = None,
    factor: Annotated[int | None, Range(low=2, high=16, why="it makes images smaller")] = None,
    source: str | None = None,
) -> OnImages:
    """Images that samples are made from, for a game that translates.

    Either a corruption makes them from the real samples, or they come from a source, matched to
    the data by file name in the game paired, of any number in the game cycle.

    Args:
        setting: of the run.
        corruption: grey; mask: a random box is blanked; low_resolution: made smaller by ``factor``.
        factor: how many times smaller; 4 if not said.
        source: a folder, archive, array or name of other images.

    Reference: Isola et al. 2016, arXiv:1611.07004; Zhu et al. 2017, arXiv:1703.10593.
    """
    times = (factor or 4) if corruption == "low_resolution" else 1
    return OnImages(setting, Corruption(corruption, times) if corruption else None)
