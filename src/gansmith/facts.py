"""What a part may declare of itself beside its options: one record a registry.

A decorator takes them by name, ``@losses.add(lipschitz=True)``; readers use attributes.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

Good = Literal["low", "high", "one", "half", "zero", ""]
About = Literal["distance", "realism", "diversity", "memorisation", "artefacts", "error bar", ""]
TARGETS = {"one": 1.0, "half": 0.5, "zero": 0.0}


@dataclass(frozen=True)
class NoFacts:
    """Parts of this kind have nothing to declare."""


@dataclass(frozen=True)
class SourceFacts:
    """Of a data source.

    Args:
        accepts: says whether a path is one of its own; a source without it is found by name only.
        word: the option that what follows its name in ``name:word`` is.
    """

    accepts: Callable[[Path], bool] | None = None
    word: str = "side"


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
        images: it is for images only.
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
    images: bool = False
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
    """Of an augmentation; any_samples: it works on other samples than images too."""

    any_samples: bool = False


@dataclass(frozen=True)
class GeneratorFacts:
    """Of a generator; translates: it makes images from images."""

    translates: bool = False


@dataclass(frozen=True)
class DiscriminatorFacts:
    """Of a discriminator.

    Args:
        wraps: it takes the options of the part named by its option ``base`` too.
        packs: it judges several samples at once.
    """

    wraps: bool = False
    packs: bool = False


@dataclass(frozen=True)
class OptimizerFacts:
    """Of an optimizer; extrapolates: its steps are taken in twos, the first a look ahead."""

    extrapolates: bool = False


@dataclass(frozen=True)
class ControllerFacts:
    """Of a controller; reacts: it reads signals, where a schedule reads the clock only."""

    reacts: bool = False


@dataclass(frozen=True)
class ExtractorFacts:
    """Of a feature extractor; weights: licence and origin of its trained weights."""

    weights: str = ""


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
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    needs: tuple[str, ...] = ("real", "fake")
    of: str = "features"
    influence: Callable[..., Any] | None = None


@dataclass(frozen=True)
class GameFacts:
    """Of a game.

    Args:
        translates: it makes images from images.
        directions: in how many directions it translates.
        offers: what it makes for terms that compare.
        generator: the generator of its paper.
        loss: the loss of its paper.
        term: the term of its paper, as a recipe has it.
        extrapolates: it needs optimizers that look ahead.
        slope_of_weights: it differentiates twice by the networks' weights.
    """

    translates: bool = False
    directions: int = 1
    offers: tuple[str, ...] = ()
    generator: str = ""
    loss: str = ""
    term: Mapping[str, Any] = field(default_factory=dict)
    extrapolates: bool = False
    slope_of_weights: bool = False


@dataclass(frozen=True)
class RuleFacts:
    """Of a pre-flight rule.

    Args:
        needs: what must be there for it to look at: recipe, data or networks.
        told: opening the data says the same.
    """

    needs: str = "recipe"
    told: bool = False
