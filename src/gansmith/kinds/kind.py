"""What a kind is, and which one is meant by a name or by the shape of a sample."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from gansmith.errors import wrong_return
from gansmith.kinds.known import Facts, Known
from gansmith.kinds.recorded import BY_RANK, RecordedKind
from gansmith.registry import kinds

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image
    from torch import Tensor, nn

Shape = tuple[int, ...]
Said = tuple[Any, str]  # a value that is chosen, and why


Writer = Callable[["Tensor", Known], bytes]
Set = tuple[str, "np.ndarray", Facts]  # name, samples as stored, facts
Common = Callable[[Sequence[Set]], tuple[list["np.ndarray"], dict[str, Any], list[str]]]
Pieces = Callable[["Tensor", Known], Iterator[tuple[str, bytes]]]


@dataclass(frozen=True)
class Surroundings:
    """What choices depend on: the data's shape and count, and the machine.

    Args:
        shape: of a sample.
        count: samples to train on.
        device: "cpu" or "cuda".
        cores: of the processor.
        kind: of the samples; None: read off the shape.
        why_size: why samples have this size.
        why_kind: why they are taken to be of this kind, where that was a guess.
        few: images below which D soon memorises them; 0 where that does not apply.
        photographs: whether samples look like photographs, which may be mirrored.
        settled: whether a run is gone on with, so that what its recipe leaves out is off.
    """

    shape: Shape
    count: int
    device: str
    cores: int
    kind: "Kind" = None  # type: ignore[assignment]
    why_size: str = ""
    why_kind: str = ""
    few: int = 0
    photographs: bool = False
    settled: bool = False

    def __post_init__(self) -> None:
        read_off_shape(self)

    @property
    def small_machine(self) -> bool:
        """Whether training runs on a processor."""
        return self.device == "cpu"


@dataclass(frozen=True)
class Choice:
    """One value that the library chose, and why."""

    path: str
    value: Any
    because: str


def _nothing(*asked: Any) -> None:
    """Choose nothing."""


@dataclass(frozen=True)
class Defaults:
    """What is chosen for samples of a kind where nobody says; each choice comes with its reason.

    Args:
        batch: samples in a batch.
        network: name and options of both players' networks.
        slope: weight of the penalties on D's slope.
        extractor: name of the features that exams compare.
        metrics: of exams and of the monitor.
        lazy: at which steps they apply: every n-th.
        lr: a learning rate other than the usual one, and why; None where the usual one is right.
        generator: options that a generator's network gets beside those, and why.
        course: options of the cosine by which learning rates fall, and why; None: they stay.
        prepared: further choices of how data are prepared: (path, value, because).
        augment: the augmentation of few samples, and why; None where there is none.
        game: what of the game is not the usual: (path, value, because).
        samples: of an exam, given whether the run is short; None where the usual number is right.
        further: metrics that exams add to those of the recipe, by the shape of a sample.
        interval: steps from one look at scores and gradients to the next.
        pictured: samples in an image; None: as many as an exam draws.
        monitored: samples of an exam of a loop that is watched.
        costly: whether features take so long that a short budget affords fewer samples.
        few: samples, below which D soon memorises them; 0: for images by their size, else any
            number is enough.
    """

    batch: Callable[[Surroundings], Said]
    network: Callable[[Surroundings], Said]
    slope: Callable[[Surroundings], float]
    extractor: Said
    metrics: Said = (("frechet_distance", "prdc", "diversity"), "distance, and its two sides")
    lr: Callable[[Surroundings], Said | None] = _nothing
    lazy: Callable[[Surroundings], int] = lambda around: 1
    generator: Callable[[Surroundings], Said | None] = _nothing
    course: Callable[[Surroundings], Said | None] = _nothing
    prepared: Callable[[Surroundings], tuple[Choice, ...]] = lambda around: ()
    augment: Callable[[Surroundings], Said | None] = _nothing
    game: Callable[[Surroundings], tuple[Choice, ...]] = lambda around: ()
    samples: Callable[[Surroundings, bool], Said | None] = _nothing
    further: Callable[[Shape], tuple[str, ...]] = lambda shape: ()
    interval: int = 5
    pictured: int | None = None
    monitored: int = 1024
    costly: bool = False
    few: int = 0


def _as_they_are(samples: Any, facts: Facts) -> Any:
    return samples


@dataclass(frozen=True, eq=False)
class Kind:
    """Everything that depends on what a sample is.

    Args:
        name: what recipes call it, ``data.kind``.
        plural: the noun for samples, for messages.
        axes: what the axes of one sample are.
        shown: draws samples, and reals behind them where given, as one image; with the facts of
            the data.
        written: what turns samples into a file's bytes, by the file's ending.
        defaults: what is chosen where nobody says.
        bounds: smallest and largest value of a sample as networks see it; None: any number.
        pixels: whether samples have pixels: a size, colours, black and white, left and right.
        portrays: whether an image of a single sample says something of it.
        compares_raw: whether samples are their own features, which distances compare directly.
        legend: what an image of samples and reals shows, one sentence; empty: it needs none.
        unlabelled: endings of files that have no room for the classes of samples.
        pieces: files of a folder, one a sample: (name, bytes); None: samples go into one file.
        fit: facts, JSON-able, by which ``to_unit`` scales stored values: of those to train on, and
            of what the source says of them; None: no such facts are needed.
        to_unit: stored values to what networks make and judge, float32, with the facts of the data.
        from_unit: the inverse: what users get.
        arranged: how an array of samples is brought to its axes, [N, *axes]; an array that cannot
            be is returned as it is.
        made: given the facts of the data, what turns a network's raw numbers into samples; None:
            networks make samples themselves.
        said: given the facts of a set, what the source of another is asked with, so that it reads
            samples of that set's form.
        common: brings sets as stored, each with name and facts, to what networks see, by the
            first's facts; with these facts, and what is to be said. None: they compare as they are.
        corrects: given many samples of a generator, and facts, a module that corrects them; None.
        self_contained: whether exported networks undo ``to_unit`` themselves.
        discrete: whether samples are rows of token numbers, [places] where networks are built for
            (places, tokens); they may differ in length as files have them.
        lines: samples as users get them as strings, where they are text.
        sized: the shape that networks are built for, of that of a stored sample and the facts.
        compared: samples as networks make them to what metrics compare, with the facts.
        mask: (lengths [N], length) to which places of a sample count, bool [N, length]; None where
            samples have no places.
        like: name of the kind whose networks, terms and augmentations are for this one too, since
            what networks make has its axes; empty: none.
        given: name of the kind of what is stored, and of what users get, where networks make
            another: spectrograms are given as clips; empty: the same.
        drawn: draws samples as networks make them, and reals; None: ``shown`` draws what users get.
        kept: ending of the file that a run writes of its samples beside each image; empty: none.
    """

    name: str
    plural: str
    axes: tuple[str, ...]
    shown: "Callable[[Tensor, Tensor | None, Facts], Image.Image]"
    written: Mapping[str, Writer]
    defaults: Defaults
    bounds: tuple[float, float] | None = None
    pixels: bool = False
    portrays: bool = False
    compares_raw: bool = False
    legend: str = ""
    unlabelled: tuple[str, ...] = ()
    pieces: Pieces | None = None
    fit: "Callable[[np.ndarray, Facts], dict[str, Any]] | None" = None
    to_unit: Callable[[Any, Facts], Any] = _as_they_are
    from_unit: "Callable[[Tensor, Facts], Tensor]" = _as_they_are
    arranged: Callable[[Any], Any] = lambda values: values
    said: Callable[[Facts], Facts] = lambda facts: {}
    common: "Common | None" = None
    made: "Callable[[Facts], Callable[[Tensor], Tensor]] | None" = None
    corrects: "Callable[[Tensor, Facts], nn.Module] | None" = None
    self_contained: bool = True
    discrete: bool = False
    lines: "Callable[[Tensor], list[str]] | None" = None
    sized: Callable[[Shape, Facts], Shape] = _as_they_are
    compared: "Callable[[Tensor, Facts], Tensor]" = _as_they_are
    mask: "Callable[[Tensor, int], Tensor] | None" = None
    like: str = ""
    given: str = ""
    drawn: "Callable[[Tensor, Tensor | None, Facts], Image.Image] | None" = None
    kept: str = ""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return kind_named, (self.name,)  # its functions need not travel to another process

    def fits(self, shape: Shape) -> bool:
        """Say whether one sample may have this shape."""
        return len(shape) == len(self.axes) and all(side > 0 for side in shape)

    @property
    def form(self) -> str:
        """The samples with their axes, in words: ``images [channels, height, width]``."""
        return f"{self.plural} [{', '.join(self.axes)}]"

    def picture(
        self, samples: "Tensor", real: "Tensor | None" = None, facts: Facts | None = None
    ) -> "Image.Image | str":
        """Return an image of samples as networks see them, in the units of the data; text as lines.

        Args:
            samples: what to show.
            real: reals to draw behind generated samples; some kinds show none.
            facts: of the data.
        """
        known = facts or {}
        if self.lines:
            texts = self.lines(self.from_unit(samples, known))
            return "\n".join(text.replace("\n", " ") for text in texts)
        if self.drawn:
            return self.drawn(samples, real, known)
        reals = None if real is None else self.from_unit(real, known)
        return self.shown(self.from_unit(samples, known), reals, known)

    @property
    def users(self) -> "Kind":
        """The kind of what is stored and of what users get."""
        return kind_named(self.given) if self.given else self

    @property
    def recorded(self) -> RecordedKind:
        """What a run folder remembers of it."""
        return RecordedKind(self.name, self.compares_raw, self.legend)


@cache
def kind_named(name: str) -> Kind:
    """Return a kind by its name, or by an import path that the user named.

    Raises:
        UnknownPartError: there is no such kind.
        NotPermittedError: an import path that the user did not name.
        PartError: it is a function of the user's own that returned no kind.
    """
    found = kinds.build(name)
    if not isinstance(found, Kind):
        raise wrong_return(f"kind '{name}'", "a Kind", found)
    return replace(found, name=name) if ":" in name else found


def kind_of_shape(shape: Shape) -> Kind:
    """Return the kind of samples of which nothing but the shape is known.

    Raises:
        ValueError: no kind has samples of so many axes.
    """
    if not (name := BY_RANK.get(len(shape), ("", False))[0]):
        known = ", ".join(kind_named(one).form for one in kinds.names())
        raise ValueError(f"no kind has samples of shape {list(shape)}; there are: {known}")
    return kind_named(name)


def require_kind(shape: Shape, kinds: tuple[str, ...], who: str, instead: str = "") -> None:
    """Refuse samples that a part is not for.

    Args:
        shape: of one sample.
        kinds: names of the kinds that the part takes; empty: all.
        who: what the message calls the part.
        instead: what to do.

    Raises:
        ValueError: no kind of these has samples of this shape.
    """
    taken = [kind_named(name) for name in kinds]
    if taken and not any(kind.fits(shape) for kind in taken):
        forms = " or ".join(kind.form for kind in taken)
        raise ValueError(f"{who} is for {forms} but a sample has the shape {shape}{instead}")


def read_off_shape(record: Any) -> None:
    """Give a frozen record whose ``kind`` is None the kind of samples of its ``shape``."""
    if getattr(record, "kind", None) is None:
        object.__setattr__(record, "kind", kind_of_shape(tuple(record.shape)))
