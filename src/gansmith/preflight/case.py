"""What a rule depends on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gansmith.facts import RuleFacts
from gansmith.finding import Finding, Severity
from gansmith.kinds.kind import Kind, read_off_shape
from gansmith.recipe.recipe import Recipe
from gansmith.registry import Registry

__all__ = ["Case", "DataFacts", "Finding", "NetworkFacts", "Severity", "rules"]

rules = Registry("rule", "gansmith.preflight.rules", RuleFacts, context=("case",))


@dataclass(frozen=True)
class DataFacts:
    """What rules may know of the data, taken once.

    Args:
        shape: of a sample.
        count: samples to train on.
        classes: samples by class; empty without labels.
        found: samples found in the source.
        distinct: of them, with a content of their own.
        skipped: files that could not be used.
        sizes: smallest and largest (width, height) of image files; empty if they are alike.
        reach: smallest and largest value among a few hundred samples.
        grey: True if every one of these samples has equal colour channels.
        inputs: shape of the images that samples are made from, where they have a source.
        held_out: samples that training never sees.
        beside: names of what the source has beside each sample: labels, captions, attributes.
        truth: what is known of a toy mixture: "centres", "sigma".
        kind: what a sample is; None: read off the shape.
        endless: True where samples are drawn anew: points of a toy, crops of photographs.
        levels: smallest and largest stored value, and those of black and white; empty if unknown.
        no_labels: why there are no classes, and what to do about it; empty if that is not known.
    """

    shape: tuple[int, ...]
    count: int
    classes: Mapping[str, int] = field(default_factory=dict)
    found: int = 0
    distinct: int = 0
    skipped: int = 0
    sizes: tuple[tuple[int, int], ...] = ()
    reach: tuple[float, float] = (-1.0, 1.0)
    grey: bool = False
    endless: bool = False
    inputs: tuple[int, ...] = ()
    held_out: int = 0
    levels: tuple[float, ...] = ()
    no_labels: tuple[str, ...] = ()
    truth: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    kind: Kind = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        read_off_shape(self)


@dataclass(frozen=True)
class NetworkFacts:
    """What rules may know of a built network.

    Args:
        parameters: how many numbers it learns.
        batch_norm: True if a layer normalises over the batch.
        autoencodes: True for a discriminator whose score is a reconstruction error.
        tables: how many classes each of its embeddings has room for.
        reach: smallest and largest value that came out for inputs of any size, in evaluation mode;
            None where no probe was made.
        bounded: True if huge inputs drive its outputs to the two ends of ``reach``, or to 1 and -1
            and none further, as they do after a tanh or a sigmoid.
        narrowest: the fewest numbers of a sample that a hidden dense layer passes on; None where it
            has no such layer.
        pack: samples that one score of a discriminator judges together.
        features: width of the features that a discriminator gives with its scores; 0 for none.
        gives: shape of one sample that a generator makes; empty where no probe was made.
    """

    parameters: int = 0
    batch_norm: bool = False
    autoencodes: bool = False
    tables: tuple[int, ...] = ()
    reach: tuple[float, float] | None = None
    bounded: bool = False
    narrowest: int | None = None
    pack: int = 1
    features: int = 0
    gives: tuple[int, ...] = ()


@dataclass(frozen=True)
class Case:
    """A recipe with what is known of its data and networks; rules see nothing else.

    ``known_classes`` are those of the run that a transfer starts from, where it has labels.
    """

    recipe: Recipe
    data: DataFacts | None = None
    networks: Mapping[str, NetworkFacts] = field(default_factory=dict)
    known_classes: tuple[str, ...] = ()
