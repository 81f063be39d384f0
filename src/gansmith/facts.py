"""What a part may declare of itself beside its options: one record a registry.

A decorator takes them by name, ``@losses.add(lipschitz=True)``; readers use attributes.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from gansmith.errors import GansmithError
from gansmith.ranges import between
from gansmith.shown import value

Good = Literal["low", "high", "one", "half", "zero", ""]
About = Literal["distance", "realism", "diversity", "memorisation", "artefacts", "error bar", ""]
TARGETS = {"one": 1.0, "half": 0.5, "zero": 0.0}

YIELDED = 0.4  # confidence that is left of a finding which another one explains


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
    """

    accepts: Callable[[Path], bool] | None = None
    word: str = "side"
    kinds: tuple[str, ...] = ()


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
        features: it reads D's features.
        remembers: it keeps averages from step to step.
        latent: it reads or changes the latent.
    """

    slope: bool = False
    lipschitz: bool = False
    kinds: tuple[str, ...] = ()
    compares: str = ""
    moves: bool = False
    codes: bool = False
    classifies: bool = False
    features: bool = False
    remembers: bool = False
    latent: bool = False


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
        translates: it makes images from images.
        kinds: the kinds of samples that it is for; empty: all.
    """

    translates: bool = False
    kinds: tuple[str, ...] = ()


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
    """Of an optimizer; extrapolates: its steps are taken in twos, the first an extrapolation."""

    extrapolates: bool = False


@dataclass(frozen=True)
class ControllerFacts:
    """Of a controller; reacts: it reads signals, where a schedule reads the clock only."""

    reacts: bool = False


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
class Value:
    """How to read one number of a metric.

    Args:
        good: which values are good: low, high, near one, half or zero; "" where nobody knows.
        about: which part of the gap between fakes and reals it is about.
        title: what a table calls it.
        meaning: what it says, in a clause.
        least: the lowest that it can be.
        most: the highest.
    """

    good: Good = ""
    about: About = ""
    title: str = ""
    meaning: str = ""
    least: float = -math.inf
    most: float = math.inf

    @property
    def better(self) -> str:
        """What is better, in a word for a table: lower, higher, near 1; "" where nobody knows."""
        words = {"": "", "low": "lower", "high": "higher"}
        return words[self.good] if self.good in words else f"near {TARGETS[self.good]:g}"

    @property
    def arrow(self) -> str:
        """What is better, in a sign."""
        signs = {"low": "↓", "high": "↑", "one": "→ 1", "half": "→ ½", "zero": "→ 0", "": ""}
        return signs[self.good]

    def clip(self, low: float, high: float) -> tuple[float, float]:
        """Return the part of an interval in which the number can lie."""
        return max(low, self.least), min(high, self.most)

    def best(self, values: Sequence[float]) -> int | None:
        """Return where the best of some values is; None where nobody knows which is better."""
        if not self.good:
            return None
        return min(range(len(values)), key=lambda place: self.loss(values[place]))

    def loss(self, value: float | None) -> float:
        """Return a number that is lower for better values; lower is better where nobody knows."""
        if value is None or not math.isfinite(value):
            return math.inf
        if self.good in ("low", "high", ""):
            return -value if self.good == "high" else value
        return abs(value - TARGETS[self.good])

    def as_dict(self) -> dict[str, Any]:
        """Return what a run folder remembers of it, as JSON."""
        known = asdict(self)
        return {n: known[n] for n in ("title", "meaning", "good", "about")}

    @classmethod
    def read(cls, found: object) -> "Value | None":
        """Return what a run folder remembers; None where that is damaged."""
        table = found if isinstance(found, Mapping) else {}
        words = {n: table.get(n, "") for n in ("good", "about", "title", "meaning")}
        if not all(isinstance(word, str) for word in words.values()):
            return None
        known = words["good"] in get_args(Good) and words["about"] in get_args(About)
        return cls(**words) if known and words["title"] else None


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
class MeasurementFacts:
    """Of a number that the doctor reads off a history.

    Args:
        unit: of the value, such as "share of pairs"; empty for a ratio.
        healthy: its lowest and highest healthy value; None where that side is open.
    """

    unit: str = ""
    healthy: tuple[float | None, float | None] = (None, None)

    @property
    def shown(self) -> dict[str, str]:
        """What a listing says of it beside its summary."""
        return {"unit": self.unit or "ratio", "healthy": between(*self.healthy)}


@dataclass(frozen=True)
class DetectorFacts:
    """Of a detector.

    Args:
        yields_to: failures that, where they are found, explain what it sees. Its own finding then
            has a confidence of 0.4 at most; a mapping gives each failure a cap of its own, and 0
            withdraws the finding.
    """

    yields_to: tuple[str, ...] | Mapping[str, float] = ()

    def __post_init__(self) -> None:
        """Refuse what is neither a tuple of names nor a mapping of names to caps.

        Raises:
            GansmithError: so it is.
        """
        given: object = self.yields_to
        names = isinstance(given, tuple | Mapping) and all(isinstance(name, str) for name in given)
        if not names or not all(0 <= cap < 1 for cap in self.caps.values()):
            raise GansmithError(
                "yields_to of a detector must be a tuple of failures, or a mapping of failures to"
                f" caps of at least 0 and below 1; got {value(self.yields_to)}"
            )

    @property
    def caps(self) -> dict[str, float]:
        """The confidence that each failure leaves it at most."""
        if isinstance(self.yields_to, Mapping):
            return dict(self.yields_to)
        return dict.fromkeys(self.yields_to, YIELDED)

    @property
    def shown(self) -> dict[str, str]:
        """What a listing says of it beside its summary."""
        return {"yields to": ", ".join(self.yields_to)} if self.yields_to else {}


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
    """

    flag: str = ""
    parse: Callable[[Sequence[str]], Any] | None = None
    table: str = "condition"
    reads: tuple[str, ...] = ()
    belong: str = "conditions"
    in_place_of_latent: bool = False
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuleFacts:
    """Of a pre-flight rule.

    Args:
        needs: what it depends on: recipe, data or networks.
        told: opening the data says the same.
    """

    needs: str = "recipe"
    told: bool = False
