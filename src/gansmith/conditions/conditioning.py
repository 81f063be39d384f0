"""One thing that samples are conditioned on: how it is read, asked for, judged and described."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from gansmith.data import Data, Stream
from gansmith.data.samples import Samples
from gansmith.features import Extractor
from gansmith.kinds.known import Facts, Groups
from gansmith.records import Condition, Draws
from gansmith.sampling.draws import CounterDraws

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Setting:
    """What is known where a conditioning is built: for training, and later from a run's records.

    Attributes:
        shape: of one sample.
        latent: numbers that go into G.
        classes: names of the classes of the data.
        inputs: shape of the images of a source of their own, if the data have one.
        directions: in how many directions the game translates; 0 where it does not.
        seed: of the run.
        facts: of the data.
    """

    shape: Shape
    latent: int = 0
    classes: tuple[str, ...] = ()
    inputs: Shape | None = None
    directions: int = 0
    seed: int = 0
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class NetworkSpec:
    """A network to be built.

    Attributes:
        shape: of one sample, which a generator makes and a discriminator judges.
        latent: numbers that go into a generator.
        inputs: shape of the images that go into a generator in place of a latent.
        reads: names of the conditions that the network is given itself.
    """

    shape: Shape
    latent: int = 0
    inputs: Shape | None = None
    reads: tuple[str, ...] = ()

    def with_latent(self, latent: int) -> "NetworkSpec":
        """Return the same network with another length of the latent."""
        return replace(self, latent=latent)

    def with_shape(self, shape: Shape) -> "NetworkSpec":
        """Return the same network for samples of another shape."""
        return replace(self, shape=shape)


Build = Callable[[NetworkSpec], nn.Module]


@dataclass(frozen=True)
class Drawn:
    """Real samples of a batch, with what the source has beside each of them, by name.

    ``position`` is that of the first in the stream.
    """

    real: Tensor
    beside: Mapping[str, np.ndarray]
    position: int
    draws: Draws


Reader = Callable[[Drawn], Tensor | None]


class Prompts(NamedTuple):
    """What a generator is asked, a row a sample: its arguments, and the name of the first.

    Attributes:
        inputs: latents [count, latent], or what stands in for them.
        condition: what else is asked for.
        called: what an export calls the inputs.
    """

    inputs: Tensor
    condition: Condition | None = None
    called: str = "latent"

    def first(self, count: int) -> "Prompts":
        """Return the first rows."""
        rows = slice(0, count)
        condition = self.condition and self.condition.rows(rows)
        return self._replace(inputs=self.inputs[rows], condition=condition)

    def beside(self, name: str, tensor: Tensor) -> "Prompts":
        """Return prompts that ask for this too, or for this instead, by name."""
        return self._replace(condition=Condition(**{**(self.condition or {}), name: tensor}))


class ConditionExam:
    """What exams ask of one condition, the same each time; by itself nothing.

    Attributes:
        tensor: one row a sample of an exam; None where nothing is asked for.
        floor: what a perfect generator would get.
        unchanged: samples of a generator that leaves its inputs as they are, if it has inputs.
    """

    tensor: Tensor | None = None
    floor: Mapping[str, float]
    unchanged: Tensor | None = None

    def __init__(self, tensor: Tensor | None = None) -> None:
        self.tensor, self.floor = tensor, {}

    def shown(self, count: int) -> Tensor | None:
        """Return what a grid of samples asks for, ``count`` rows; all in turn."""
        if self.tensor is None:
            return None
        return self.tensor[torch.arange(count) % len(self.tensor)]

    def judge(self, generator: nn.Module, prompts: Prompts, fakes: Tensor) -> dict[str, float]:
        """Return how far samples are what was asked for.

        Args:
            generator: made them.
            prompts: of the exam.
            fakes: the samples that it gave, on the processor.
        """
        return {}

    def picture(self, generator: nn.Module) -> Image.Image | None:
        """Return an image of the condition's own; None: a grid of samples will do."""
        return None


@dataclass(frozen=True)
class ExamSetting:
    """What the prompts of exams are chosen by.

    Attributes:
        data: of the run.
        count: samples of an exam.
        seed: of the run.
        reals: that samples are compared with, [n, ...].
        extractor: of the features.
    """

    data: Data
    count: int
    seed: int
    reals: Tensor
    extractor: Extractor


class Conditioning:
    """One thing that samples are conditioned on. What a condition does not override stays as it is.

    Attributes:
        name: of its tensor in a ``Condition``.
        inputs: shape of the images that stand in for the latent, where they do.
        read_by: the option of a network's function that says that it reads the condition itself;
            nothing is put around such a network.
        affects_scores: whether D's scores depend on it.
        usual: what is asked for where a user says nothing; None asks for nothing.
    """

    name: ClassVar[str]
    read_by: ClassVar[str] = ""
    inputs: Shape | None = None
    affects_scores: bool = True
    usual: Any = None

    def generator(self, build: Build, spec: NetworkSpec) -> nn.Module:
        """Return a generator that gets the condition, around or of what ``build`` makes."""
        return build(spec)

    def discriminator(self, build: Build, spec: NetworkSpec) -> nn.Module:
        """Return a discriminator that gets the condition, around or of what ``build`` makes."""
        return build(spec)

    def fed(self, shapes: Mapping[str, Shape]) -> Mapping[str, Shape]:
        """Return the shape of what goes into each player first, by player."""
        return shapes

    def probe(self, count: int) -> Tensor | None:
        """Return a tensor to try networks with; None where they get none beside their input."""
        return None

    def context(self) -> Mapping[str, Any]:
        """Return what terms may ask for by a parameter's name."""
        return {}

    def trained_on(self, data: Data) -> Samples:
        """Return the samples that training reads: those of the data, or some more often."""
        return data.train

    def reader(self, data: Data) -> Reader | None:
        """Return what reads the condition of a batch, a row for each real sample, on its device.

        A function of seed, step and position in the stream. None where there is nothing to read.
        """
        return None

    def prompt(self, count: int, given: Any = None) -> Tensor | None:
        """Return what to ask for, ``count`` rows; None asks for nothing.

        Args:
            count: of samples.
            given: what a user wants, as the command line or Python has it; None: the usual.

        Raises:
            ValueError: there is no such thing.
        """
        given = self.usual if given is None else given
        return None if given is None else self.rows(count, given)

    def rows(self, count: int, given: Any) -> Tensor:
        """Return what a user gave: a tensor of a row for each sample, or one number for all.

        Raises:
            ValueError: it is neither.
        """
        if isinstance(given, int | float):
            return torch.full((count,), float(given))
        if not isinstance(given, Tensor) or given.shape[:1] != (count,):
            raise ValueError(
                f"the condition '{self.name}' is a number, or a tensor of one row for each of "
                f"{count} samples"
            )
        return given

    def ask(self, prompts: Prompts, tensor: Tensor) -> Prompts:
        """Return prompts that ask for this."""
        return prompts.beside(self.name, tensor)

    def exam(self, about: ExamSetting) -> ConditionExam:
        """Return what exams ask for: by itself what the first samples of the stream have."""
        reader = self.reader(about.data)
        if reader is None:
            return ConditionExam()
        real, beside = Stream(about.data.train, about.seed).read(0, about.count)
        draws = CounterDraws((about.seed + 1,), about.count, slice(0, about.count), real)
        return ConditionExam(reader(Drawn(real, beside, 0, draws)))

    def example(self, count: int) -> Tensor | None:
        """Return rows to try an exported generator with."""
        return self.prompt(count)

    def file_shape(self, shape: Shape) -> Shape:
        """Return the shape that image files are read at, where images stand in for the latent.

        Args:
            shape: of an image that goes into a generator.
        """
        return shape

    def from_files(self, images: Tensor, shape: Shape) -> Tensor:
        """Return images of that shape, [count, *shape], from those that files gave."""
        return images

    def described(self) -> Mapping[str, str]:
        """Return the inputs of an exported generator that are the condition's, by name."""
        return {}

    def facts(self) -> Mapping[str, Any]:
        """Return what else a program must know to ask for it, by name; JSON-able."""
        return {}

    def groups(self, tensor: Tensor) -> Groups | None:
        """Return groups of samples that belong in a folder each, if what is asked for has such."""
        return None

    def written(self, tensor: Tensor) -> Mapping[str, np.ndarray]:
        """Return what an array of samples holds beside them, by name."""
        return {self.name: tensor.numpy()}
