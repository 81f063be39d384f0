"""From a list of metric names to a table of numbers: gives each metric the sides it works on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import signature
from typing import Any

from gansmith.errors import wrong_return
from gansmith.evaluation.sides import Choice, Side
from gansmith.facts import MetricFacts
from gansmith.features import Extractor
from gansmith.recipe.returns import naming
from gansmith.registry import Part
from gansmith.registry import metrics as registry
from gansmith.version import __version__

FACTS = ("centres", "sigma", "table", "trained")  # of the data, that metrics may ask for


@dataclass(frozen=True)
class Comparison:
    """Reals and fakes, with reals that were held out and what is known of the data."""

    real: Side
    fake: Side
    held_out: Side | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def choices(names: Sequence[str | Choice]) -> list[Choice]:
    """Return (metric, options) for each, after checking names and options.

    Raises:
        UnknownPartError: there is no such metric; the message suggests the nearest.
        ValueError: an option does not exist or has a wrong value.
    """
    chosen: list[Choice] = []
    for item in names:
        name, options = (item, {}) if isinstance(item, str) else item
        checked, problems = registry.get(name).check_options(options)
        if problems:
            raise ValueError("; ".join(problems))
        chosen.append((registry.get(name).name, checked))
    return chosen


def measure(
    chosen: Sequence[Choice],
    comparison: Comparison,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, float]:
    """Return {name: value} of every chosen metric.

    A metric that returns a plain number is entered under its own name.

    Args:
        chosen: metrics with their options.
        comparison: the sides.
        progress: called with (metrics done, metrics in all).

    Raises:
        ValueError: a metric cannot work on these sides; the message says why.
    """
    values: dict[str, float] = {}
    for done, (name, options) in enumerate(chosen, 1):
        part = registry.get(name)
        with naming(part):
            found = registry.build(name, options, **_context(part, comparison))
        values.update(_numbers(name, found))
        if progress is not None:
            progress(done, len(chosen))
    return values


def _numbers(name: str, found: Any) -> dict[str, float]:
    """Return what a metric found, {name: value}.

    Raises:
        PartError: it returned neither a number nor numbers by name.
    """
    values = found if isinstance(found, Mapping) else {name: found}
    try:
        return {str(key): float(value) for key, value in values.items()}
    except (TypeError, ValueError, RuntimeError) as error:
        must = "a number, or numbers by name as a dict"
        raise wrong_return(f"metric '{name}'", must, found) from error


def measure_floor(
    chosen: Sequence[Choice],
    real: Side,
    other: Side,
    facts: Mapping[str, Any],
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, float]:
    """Return the metrics between two disjoint sets of reals, the second in place of the fakes.

    Metrics that need a third set of reals are left out.
    """
    possible = [
        (name, options)
        for name, options in chosen
        if "held_out" not in registry.get(name).facts.needs
    ]
    return measure(possible, Comparison(real, other, None, facts), progress)


def needs_held_out(chosen: Sequence[Choice]) -> bool:
    """Say whether a metric compares with reals that were held out from training."""
    return any("held_out" in registry.get(name).facts.needs for name, _ in chosen)


def takes_held_out(chosen: Sequence[Choice]) -> bool:
    """Say whether a metric is better with reals that were held out, though it may do without."""
    return any("held_out" in signature(registry.get(name).builder).parameters for name, _ in chosen)


def check_possible(
    chosen: Sequence[Choice], extractor: Extractor, held_out: bool, facts: Mapping[str, Any]
) -> None:
    """Refuse metrics that will lack something, before anything is computed.

    Raises:
        ValueError: a metric needs held-out reals, facts of a toy or class probabilities that are
            not there.
    """
    there = {"held_out": held_out, **{key: facts.get(key) is not None for key in FACTS}}
    for name, _ in chosen:
        asked = registry.get(name).facts
        kind = asked.of
        missing = [key for key in asked.needs if not there.get(key, True)]
        if kind == "probabilities" and getattr(extractor, "probabilities", None) is None:
            missing.append("real")
        if missing:
            raise ValueError(_lacks(name, kind, missing))


def describe(extractor: Extractor, chosen: Sequence[Choice], seed: int) -> dict[str, Any]:
    """Return the part of a protocol that does not depend on the samples; JSON-able.

    ``names`` are those under which the chosen metrics are known in these features: FID.
    """
    names = getattr(extractor, "names", {})
    return {
        "extractor": extractor.name,
        "digest": extractor.digest,
        "resize": extractor.resize,
        "seed": seed,
        "version": __version__,
        "metrics": {name: dict(options) for name, options in chosen},
        "names": {name: names[name] for name, _ in chosen if name in names},
    }


def _context(part: Part[MetricFacts], comparison: Comparison) -> dict[str, Any]:
    kind = part.facts.of
    held_out = comparison.held_out.of(kind) if comparison.held_out else None
    context: dict[str, Any] = {
        "real": comparison.real.of(kind),
        "fake": comparison.fake.of(kind),
        "held_out": held_out,
        **{key: comparison.facts.get(key) for key in FACTS},
    }
    missing = [key for key in part.facts.needs if context[key] is None]
    if missing:
        raise ValueError(_lacks(part.name, kind, missing))
    return context


def _lacks(name: str, kind: str, missing: Sequence[str]) -> str:
    if kind == "probabilities":
        return f"{name} works on class probabilities; use it with the extractor 'classifier'"
    words = {
        "centres": "the centres of a toy mixture (such as ring or grid)",
        "sigma": "the width of a toy mixture's modes",
        "held_out": "reals that were held out from training",
        "table": "the columns of a table",
        "trained": "the texts that were trained on",
    }
    needs = " and ".join(words.get(key, f"{kind} of {key}s") for key in missing)
    return f"{name} needs {needs}, which these data do not have; leave it out of the metrics"
