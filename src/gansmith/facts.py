"""What a part may declare of itself beside its options: one record a registry.

A decorator takes them by name, ``@losses.add(lipschitz=True)``; readers use attributes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gansmith.metric_value import Value as Value


@dataclass(frozen=True)
class NoFacts:
    """Parts of this kind have nothing to declare."""


@dataclass(frozen=True)
class SourceFacts:
    """Of a data source.

    Args:
        accepts: says whether a path is one of its own; a source without it is found by name only.
        word: the option that what follows its name in ``name:word`` is.
        kinds: what its samples are; empty: anything.
        claims: says whether a file that several sources take looks like one of its own, where
            nobody says of which kind its samples are.
    """

    accepts: Callable[[Path], bool] | None = None
    word: str = "side"
    kinds: tuple[str, ...] = ()
    claims: Callable[[Path], bool] | None = None


@dataclass(frozen=True)
class LossFacts:
    """Of an adversarial loss.

    Args:
        lipschitz: it is only right for a D whose slope is bounded.
        paired: it compares scores of reals with scores of fakes.
        autoencoder: its scores are an autoencoder's negative errors.
        saturates: why G's gradient fades where it loses, if it does.
        controlled: name of the knob that a controller of its own moves.
    """

    lipschitz: bool = False
    paired: bool = False
    autoencoder: bool = False
    saturates: str = ""
    controlled: str = ""


@dataclass(frozen=True)
class TermFacts:
    """Of a term.

    Args:
        slope: it needs D's slope at single samples, which batch norm does not have.
        lipschitz: it bounds D's slope.
        kinds: the kinds of samples that it is for; empty: all.
        compares: what it compares G's samples with: target, cycle or identity.
        moves: it moves or mirrors what D judges.
        codes: it reads codes of the latent.
        classifies: it names classes, and so needs labels.
        conditioned: it needs a condition that D is given.
        features: it reads D's features.
        remembers: it keeps averages from step to step.
        latent: it reads or changes the latent.
        pulls: it needs the slope of G by its latent.
    """

    slope: bool = False
    lipschitz: bool = False
    kinds: tuple[str, ...] = ()
    compares: str = ""
    moves: bool = False
    codes: bool = False
    classifies: bool = False
    conditioned: bool = False
    features: bool = False
    remembers: bool = False
    latent: bool = False
    pulls: bool = False


@dataclass(frozen=True)
class ConstraintFacts:
    """Of a constraint on D; lipschitz: it bounds D's slope."""

    lipschitz: bool = False


@dataclass(frozen=True)
class AugmentationFacts:
    """Of an augmentation; kinds: of samples that it is for; empty: all."""

    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class GeneratorFacts:
    """Of a generator.

    Args:
        wraps: it takes the options of the part named by its option ``base`` too.
        translates: it makes images from images.
        kinds: the kinds of samples that it is for; empty: all.
        former: what to write in place of options that it once had, by their names.
    """

    wraps: bool = False
    translates: bool = False
    kinds: tuple[str, ...] = ()
    former: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DiscriminatorFacts:
    """Of a discriminator.

    Args:
        wraps: it takes the options of the part named by its option ``base`` too.
        packs: it judges several samples at once.
        kinds: the kinds of samples that it is for; empty: all.
    """

    wraps: bool = False
    packs: bool = False
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class OptimizerFacts:
    """Of an optimizer.

    Args:
        extrapolates: its steps are taken in twos, the first an extrapolation.
        unrolls: the game ``unrolled`` can differentiate its step.
    """

    extrapolates: bool = False
    unrolls: bool = False


@dataclass(frozen=True)
class ControllerFacts:
    """Of a controller.

    Args:
        reacts: it reads signals, where a schedule reads the clock only.
        scales: it proposes factors, on top of any schedule, and is given them.
        reads: what it needs besides signals: "held_out", D's margin on held-out reals, or "exam",
            the newest exam.
    """

    reacts: bool = False
    scales: bool = False
    reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExtractorFacts:
    """Of a feature extractor.

    Args:
        weights: licence and origin of its trained weights.
        kinds: the kinds of samples that it is for; empty: all.
    """

    weights: str = ""
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class MetricFacts:
    """Of a metric.

    Args:
        values: how to read each number that it returns, by its name.
        needs: the sides and facts that it compares.
        of: what of the samples it reads: features, probabilities or the samples themselves.
        influence: how much each sample moves the value, for an interval.
        kinds: the kinds of samples that it is for; empty: all.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    needs: tuple[str, ...] = ("real", "fake")
    of: str = "features"
    influence: Callable[..., Any] | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class EncoderFacts:
    """Of an encoder; wraps: it takes the options of the discriminator named by its ``base`` too."""

    wraps: bool = False


TWO_PLAYERS = {"generator": "generator", "discriminator": "discriminator"}


@dataclass(frozen=True)
class GameFacts:
    """Of a game.

    Args:
        players: name to what its network is: generator, discriminator or encoder. A generator and
            a discriminator of these names are among them.
        averaged: players whose weights are averaged where a recipe has [ema].
        translates: it makes images from images.
        directions: in how many directions it translates.
        offers: what it makes for terms that compare.
        generator: the generator of its paper.
        loss: the loss of its paper.
        term: the term of its paper, as a recipe has it.
        extrapolates: it needs optimizers that extrapolate.
        slope_of_weights: it differentiates twice by the networks' weights.
        unrolls: it differentiates the steps of D's optimizer.
        kinds: the kinds of samples that it is for; empty: all.
    """

    players: Mapping[str, str] = field(default_factory=TWO_PLAYERS.copy)
    averaged: tuple[str, ...] = ("generator",)
    translates: bool = False
    directions: int = 1
    offers: tuple[str, ...] = ()
    generator: str = ""
    loss: str = ""
    term: Mapping[str, Any] = field(default_factory=dict)
    extrapolates: bool = False
    slope_of_weights: bool = False
    unrolls: bool = False
    kinds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not TWO_PLAYERS.items() <= self.players.items():
            raise ValueError("the players of a game are a generator, a discriminator and others")
        for name in self.averaged:
            if name not in self.players:
                raise ValueError(f"'{name}' is to be averaged but is no player of the game")


@dataclass(frozen=True)
class ConditionFacts:
    """Of a condition.

    Args:
        flag: what the command line and ``sample`` call what is asked for; empty: it cannot be.
        parse: the words of the command line to what is asked for; None where none were said.
        table: the recipe's table that names it.
        reads: what of the data it needs beside each sample: labels, captions, an attribute.
        belong: what D is given of it with each sample, in the plural; empty if it is given none.
        in_place_of_latent: samples are made from it and not from a latent.
        kinds: names of the kinds of samples that it is for; empty: all.
        joined: D is given it as a part of each sample, so that packs of samples hold it too.
    """

    flag: str = ""
    parse: Callable[[Sequence[str]], Any] | None = None
    table: str = "condition"
    reads: tuple[str, ...] = ()
    belong: str = "conditions"
    in_place_of_latent: bool = False
    kinds: tuple[str, ...] = ()
    joined: bool = False


@dataclass(frozen=True)
class RuleFacts:
    """Of a pre-flight rule.

    Args:
        needs: what it depends on: recipe, data or networks.
        told: opening the data says the same.
    """

    needs: str = "recipe"
    told: bool = False
