"""The recipe as a frozen, validated tree: what is absent is off, or chosen from the data."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    field_validator,
)

from gansmith.ranges import Range
from gansmith.recipe.durations import seconds
from gansmith.recipe.part import Extractor as Extractor
from gansmith.recipe.part import Part as Part
from gansmith.recipe.part import Section as Section
from gansmith.shown import value as quoted


@dataclass(frozen=True)
class Within(Range):
    """A range that a number of a recipe is held to."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Check the number once it is one."""
        return AfterValidator(self._held).__get_pydantic_core_schema__(source, handler)

    def _held(self, value: float, info: Any) -> float:
        self.check(str(info.field_name), value)
        return value


Positive = Annotated[int, Within(low=1, why="it is a count, and a count of 0 does nothing")]
Span = Annotated[float, Within(above=0, why="it is a span of training")]
Share = Annotated[float, Within(low=0, high=1, why="it is a share of a whole")]


Duration = Annotated[float, BeforeValidator(seconds)]


def unless_off(given: Any) -> Any:
    """Read ``false`` as none: it says that nothing is to be chosen either."""
    return None if given is False else given


class LengthSection(Section):
    """How long to train: thousands of real samples seen, or wall time; the first ends it."""

    kimg: Span | None = None
    budget: Duration | None = None


class TokensSection(Section):
    """What a token of text is, how many a text may have, and how many there may be in all."""

    unit: Literal["characters", "words", "pairs"] | None = None
    length: Positive | None = None
    vocabulary: Annotated[int, Within(low=2, why="one token says nothing")] | None = None


class WindowsSection(Section):
    """Windows that series are cut into: length, stride and blocks of the split, in times."""

    length: Annotated[int, Within(low=2, why="one time has no course")]
    stride: Positive | None = None
    block: Positive | None = None


class DataSection(Section):
    """Where samples come from and how they are prepared; ``size`` is pixels, or (height, width).

    ``flip`` mirrors training images left to right and ``turn`` turns them by quarters: only where
    the mirrored or turned image could be one of the set. ``cache`` is the share of the free disk
    space that prepared images may take; ``audit`` checks the data before training.
    ``changed = "allow"`` lets --resume go on with data that are not those of the run's start.
    ``range`` is the stored values of black and white of images deeper than bytes and of arrays;
    "auto": the smallest and largest of the training part. ``largest`` is how many pixels an image
    file may have; absent: as many as Pillow lets. ``kind`` is what a sample is: image, vector,
    series, table, text, spectrogram, audio; absent: as the source says. ``columns`` names the
    columns id, time and label of a table of series, where they are called otherwise, and says the
    types of the columns of a table of rows. ``rows`` is how many rows of a table are read at most,
    ``target`` the column that metrics predict from the others; ``tokens`` says what a token of text
    is, ``windows`` how long series are cut. ``rate`` (hertz) and ``seconds`` are those of clips of
    sound, absent: as most files have them; ``loudness`` = "kept" leaves files as loud as they are.
    """

    source: str | None = None
    kind: str | None = None
    columns: dict[str, str | dict[str, str | int]] | None = None
    rows: Positive | None = None
    target: str | None = None
    tokens: TokensSection | None = None
    windows: WindowsSection | None = None
    size: Positive | tuple[Positive, Positive] | None = None
    channels: (
        Annotated[int, Within(low=1, high=4, why="pictures are grey, with alpha, RGB or RGBA")]
        | None
    ) = None
    batch: Positive | None = None
    crop: Literal["centre", "smart", "letterbox", "random"] = "centre"
    flip: bool = False
    turn: bool = False
    range: Literal["auto"] | tuple[float, float] | None = None
    labels: bool = True
    held_out: Annotated[float, Within(low=0, high=0.5, why="most samples are for training")] = 0.1
    allow_corrupt: Share = 0.01
    largest: Positive | None = None
    cache: Share = 0.5
    audit: bool = True
    changed: Literal["allow"] | None = None
    rate: Positive | None = None
    seconds: Span | None = None
    loudness: Literal["peak", "kept"] = "peak"


class Game(Part):
    """Who plays: ``latent`` numbers go into G, D takes ``discriminator_turns`` turns a step."""

    name: str = "two_player"
    latent: Positive = 128
    discriminator_turns: Positive = 1


class NetworksSection(Section):
    """The players' networks."""

    generator: Part | None = None
    discriminator: Part | None = None


class Optimizer(Part):
    """An optimizer by name, its learning rate, and its own options.

    ``clip`` is the longest gradient that a step takes, as a norm over all of the player's
    parameters; absent: as long as it is.
    """

    name: str = "adam"
    lr: Annotated[float, Within(above=0, why="at 0 nothing is learned")] = 2e-4
    clip: Annotated[float, Within(above=0, why="it is the length of a step")] | None = None


class OptimizersSection(Section):
    """One optimizer a player."""

    generator: Optimizer = Optimizer()
    discriminator: Optimizer = Optimizer()


class PlayerSection(Section):
    """A further player of a game that has more than generator and discriminator: [players.NAME].

    Absent: the network and optimizer are chosen by those of the others.
    """

    network: Part | None = None
    optimizer: Optimizer | None = None


class EmaSection(Section):
    """Average of G's weights over training, by half-life in thousands of samples seen."""

    half_life_kimg: Span = 10.0
    warmup: (
        Annotated[float, Within(above=0, high=1, why="it is a share of the samples seen")] | None
    ) = 0.05


class ConditionSection(Part):
    """What a sample is to be; ``labels`` are the classes of the data, ``image`` other images."""

    name: str = "labels"


class CodesSection(Section):
    """The first numbers of the latent as codes that a term such as ``infogan`` makes readable.

    ``categorical`` is the number of categories of each categorical code, ``continuous`` how many
    codes in [-1, 1] follow.
    """

    categorical: tuple[Annotated[int, Within(low=2, why="one category says nothing")], ...] = ()
    continuous: Annotated[int, Within(low=0, why="it is a number of codes")] = 0


class Controller(Part):
    """A rule that proposes moves of one knob, named by its address."""

    knob: str


class EvaluationSection(Section):
    """Exams while training: how often, on how many samples, with which extractor and metrics.

    The extractor is a name, a line with options as ``evaluate`` takes it, or a table.
    """

    every_kimg: Span | None = None
    samples: Annotated[int, Within(low=2, why="one sample has no spread")] = 2048
    extractor: Extractor = None
    metrics: tuple[str, ...] | None = None


class TransferSection(Section):
    """A trained run to start from; D's lowest ``freeze`` blocks keep its weights for good."""

    run: str
    freeze: Annotated[int, Within(low=0, why="it is a number of blocks")] = 0


class DoctorSection(Section):
    """The doctor diagnoses the run at every exam; with ``autopilot`` it treats what it finds.

    It treats at most ``treatments`` times, what it found at ``patience`` exams in a row, and leaves
    the ``last`` share of the run to the segment that comes out of it.
    """

    autopilot: bool = False
    treatments: Positive = 3
    patience: Positive = 2
    last: Share = 0.25


class SignalsSection(Section):
    """Vital signs are read from the device and written every ``tick`` steps.

    Losses are seen at each step, scores and gradients every ``every`` steps; absent: at every
    third, and where samples are vectors, and steps so short that looking would slow them, fifth.
    """

    tick: Positive = 50
    every: Positive | None = None


class CheckpointsSection(Section):
    """The last ``keep`` checkpoints and the best by the first metric are kept."""

    every_kimg: Span | None = None
    keep: Positive = 2


class RuntimeSection(Section):
    """Device, number format, processes, threads a process, and speed options.

    ``deterministic`` matters on CUDA, where the quickest algorithms add up in any order: with it a
    run gives the same digits each time, and resumes to the bit. On a processor it always does.
    """

    device: str = "auto"
    precision: Literal["fp32", "bf16", "fp16", "fp64"] = "fp32"
    processes: Positive = 1
    threads: Positive | None = None
    accumulation: Positive = 1
    compile: bool = False
    deterministic: bool = False
    tensorboard: bool = False

    @field_validator("device")
    @classmethod
    def _known(cls, value: str) -> str:
        if not re.fullmatch(r"auto|cpu|cuda(:\d+)?", value):
            raise ValueError(f"{quoted(value)} is not a device; use auto, cpu, cuda or cuda:1")
        return value
