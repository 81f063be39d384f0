"""Images that samples are made from, in place of a latent: a source of their own, or corrupted."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

import torch
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
from gansmith.conditions.corruption import GREYS, Corruption
from gansmith.conditions.images_exam import ImagesExam
from gansmith.data import Data, Stream
from gansmith.errors import RunError
from gansmith.networks.conditioning.directions import Directions, Judges
from gansmith.networks.conditioning.stages import Residual
from gansmith.ranges import Range
from gansmith.registry import conditions
from gansmith.sampling.draws import mix

STRENGTH = {"noise": 0.2, "blur": 2.0}  # of values in [-1, 1]; in pixels


class OnImages(Conditioning):
    """Samples made from other images, [count, C, H, W] in [-1, 1].

    Args:
        setting: of the run.
        corruption: makes them from the real samples; None: they have a source of their own.
        residual: whether G's values are added to the input.
    """

    name = "images"

    def __init__(
        self, setting: Setting, corruption: Corruption | None, residual: bool = False
    ) -> None:
        self.setting, self.corruption, self.residual = setting, corruption, residual
        self.inputs = corruption.shape(setting.shape) if corruption else setting.inputs
        self.matched = setting.directions == 1

    @property
    def shape(self) -> Shape:
        """Of one image."""
        assert self.inputs is not None
        return self.inputs

    def generator(self, build: Build, spec: NetworkSpec) -> nn.Module:
        """Return a generator of images from images, or one for either direction."""
        there = self._behind(build, replace(spec, latent=0, inputs=self.shape))
        if self.matched:
            return there
        back = replace(spec, latent=0, shape=self.shape, inputs=spec.shape)
        return Directions(there, self._behind(build, back))

    def _behind(self, build: Build, spec: NetworkSpec) -> nn.Module:
        """Return a generator, and behind it what keeps what is known."""
        if not self.residual or (self.corruption and self.corruption.name == "holes"):
            made = self.corruption and self.corruption.generator(build, spec, self.residual)
            return made or build(spec)
        if spec.inputs != spec.shape:
            raise ValueError(
                f"condition.residual adds to the input, whose shape {list(spec.inputs or ())} is "
                f"not that of the output {list(spec.shape)}; leave it out"
            )
        return Residual(build(spec))

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
        return ImagesExam(self.corruption, self.matched, about)

    def example(self, count: int) -> Tensor:
        """Return noise."""
        return torch.rand(count, *self.shape, generator=torch.Generator().manual_seed(7))

    def described(self) -> Mapping[str, str]:
        """Return what goes in."""
        return {self.name: f"float32 [batch, {', '.join(map(str, self.shape))}] in [-1, 1]"}

    def file_shape(self, shape: Shape) -> Shape:
        """Return the shape that image files are read at, for images of a shape to translate."""
        channels = self.corruption.channels(shape) if self.corruption else shape[0]
        return (channels, *(-(-side // self.factor) for side in shape[1:]))

    def from_files(self, images: Tensor, shape: Shape) -> Tensor:
        """Return images of that shape as files give them: their brightness, enlarged, and so on.

        A run that learned to fill gets them as they are, with mid grey where it is to fill.
        """
        if self.corruption is None:
            return images
        return self.corruption.given(images, (shape[1], shape[2]))

    def from_pictures(self, pictures: Tensor, hole: Tensor | None = None) -> Tensor:
        """Return inputs of pictures [count, C, H, W] of any size, enlarged where G enlarges.

        Args:
            pictures: in [-1, 1], with the channels of ``file_shape``.
            hole: [count, 1, H, W], 1 where a run that fills is to fill.
        """
        return self.corruption.given(pictures, None, hole) if self.corruption else pictures

    @property
    def fills(self) -> bool:
        """Whether G fills holes that it is told."""
        return self.corruption is not None and self.corruption.name == "holes"

    @property
    def factor(self) -> int:
        """How many times larger outputs are than the pictures of files."""
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


OPTIONS = {
    "factor": ("low_resolution",),
    "kernel": ("low_resolution",),
    "form": ("holes",),
    "masks": ("holes",),
    "strength": tuple(STRENGTH),
}


def check(
    corruption: str | None,
    source: str | None,
    residual: bool,
    factor: int | None,
    kernel: str | None,
    strength: float | None,
    form: str | None,
    masks: str | None,
) -> None:
    """Refuse images from nowhere, or from two places, and options of another corruption.

    Raises:
        ValueError: not exactly one of corruption and source is given, an option is not for the
            corruption, or the output keeps the input twice.
    """
    if (corruption is None) == (source is None):
        raise ValueError("images come from either a corruption or a source: give one of them")
    given = {"factor": factor, "kernel": kernel, "form": form, "masks": masks, "strength": strength}
    for name, wanted in OPTIONS.items():
        if given[name] is not None and corruption not in wanted:
            fitting = " and ".join(wanted)
            raise ValueError(f"{name} is for the corruption {fitting}: leave it out")
    if form is not None and masks is not None:
        raise ValueError("holes have either a form or masks of yours: give one of them")
    if residual and corruption in GREYS:
        raise ValueError(f"residual is not for {corruption}, whose input is no picture to add to")


@conditions.add(check=check, in_place_of_latent=True, belong="input images", kinds=("image",))
def image(
    setting: Setting,
    corruption: Literal["grey", "lightness", "mask", "holes", "low_resolution", "noise", "blur"]
    | None = None,
    factor: Annotated[int | None, Range(low=2, high=16, why="it makes images smaller")] = None,
    kernel: Literal["blocks", "antialiased", "camera"] | None = None,
    strength: Annotated[float | None, Range(above=0.0)] = None,
    form: Literal["rectangles", "strokes", "both"] | None = None,
    masks: str | None = None,
    residual: bool = False,
    source: str | None = None,
) -> OnImages:
    """Images that samples are made from, for a game that translates.

    Either a corruption makes them from the real samples, or they come from a source, matched to
    the data by file name in the game paired, of any number in the game cycle. What the input knows
    already can stay as it is: with lightness, holes and residual the generator's values pass
    through a stage that keeps it, in training, in samples and in exports.

    Args:
        setting: of the run.
        corruption: what the input has lost. grey: colour, its brightness (ITU-R 601) stays;
            lightness: colour, G gives a* and b* and the CIE lightness stays to the bit; mask: a
            random box; holes: boxes or strokes, interpolated and marked by a further channel, and
            all other pixels stay; low_resolution: made smaller by ``factor``; noise; blur.
        factor: how many times smaller; 4 if not said.
        kernel: by which images become smaller. blocks (if not said): means of blocks, shown as
            blocks; antialiased: bicubic, as software does; camera: a random lens, a sensor and its
            noise. The latter two are enlarged again by bicubic interpolation.
        strength: the strongest noise, as a deviation of values in [-1, 1] (0.2 if not said), or
            blur, as a deviation in pixels (2 if not said); each image gets its own.
        form: of holes: rectangles (if not said), strokes or both.
        masks: pictures that are white where holes are, in place of a form.
        residual: G's values are added to the input, for a picture of the same thing; in holes to
            what was interpolated.
        source: a folder, archive, array or name of other images.

    Reference: Isola et al. 2016, arXiv:1611.07004; Zhu et al. 2017, arXiv:1703.10593; free-form
    holes Yu et al. 2018, arXiv:1806.03589; colour in L*a*b* Zhang et al. 2016, arXiv:1603.08511;
    cameras Zhang et al. 2021, arXiv:2103.14006; residual Zhang et al. 2016, arXiv:1608.03981.
    """
    if corruption is None:
        return OnImages(setting, None, residual)
    taken = Corruption(
        corruption,
        (factor or 4) if corruption == "low_resolution" else 1,
        kernel or "blocks",
        STRENGTH.get(corruption, 0.0) if strength is None else strength,
        form or "rectangles",
        masks,
    )
    return OnImages(setting, taken, residual)
