"""From two sources to everything that is found about them: the steps of an evaluation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from gansmith.data.stored_range import Span, check_span
from gansmith.errors import DataError, GansmithError
from gansmith.evaluation.by_class import align, by_condition, says_missing
from gansmith.evaluation.caveats import caveats, unlike_formats, unused
from gansmith.evaluation.common import in_common
from gansmith.evaluation.intervals import LEVEL, METHOD, intervals
from gansmith.evaluation.loaded import Loaded
from gansmith.evaluation.measure import (
    Comparison,
    check_possible,
    choices,
    describe,
    measure,
    measure_floor,
)
from gansmith.evaluation.noise_floor import Division, divide
from gansmith.evaluation.sides import Choice, Side, side_of
from gansmith.evaluation.sources import OpenRun, Source, load
from gansmith.evaluation.value_ranges import range_caveats
from gansmith.features import Extractor, build_team
from gansmith.kinds.kind import Kind

USUAL = ("frechet_distance", "kernel_distance", "prdc", "diversity", "authenticity")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Question:
    """What is measured of two sets; see ``evaluate`` for what the words mean."""

    metrics: Sequence[str | Choice] | None = None
    features: str | Extractor | None = None
    samples: int | None = None
    seed: int = 0
    progress: Progress | None = None
    device: str = "auto"
    open_run: OpenRun | None = None
    intervals: bool = True
    keep: bool = True
    range: tuple[float, float] | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Answer:
    """What was found, as JSON has it, and the samples and features that it was found in."""

    found: dict[str, Any]
    reals: Loaded
    fakes: Loaded
    divided: Division


def answer(real: Source, fake: Source, held_out: Source | None, question: Question) -> Answer:
    """Measure fakes against reals.

    Raises:
        DataError: a side is missing, empty, unreadable or unlike the other.
        ValueError: a metric cannot work on these samples or has no such option.
        UnknownPartError: there is no such metric or extractor.
    """
    asked, count = question, question.samples
    reals, fakes, kept = _sides(real, fake, held_out, asked)
    differences = _differences(reals, fakes) + range_caveats(reals.reach, fakes.reach)
    facts = {**fakes.facts, **reals.facts}
    if reals.kind.discrete:
        facts["trained"] = reals.samples
    chosen = choices(asked.metrics or _usual(reals, fakes, facts, held_out is not None))
    team, notes = _team(asked, reals)
    check_possible(chosen, team[0], held_out is not None, facts)
    side = partial(_side, team=team, chosen=chosen, question=asked)
    labels = None if fakes.labels is None else align(fakes.labels, fakes.classes, reals.classes)
    fake_side = side(replace(fakes, labels=labels), "features of fakes")
    divided = divide(side(reals, "features of reals"), fake_side, count, asked.seed)
    if kept is not None:
        range_caveats(kept.reach, reals.reach)
    third = side(kept, "features of held-out reals") if kept else None
    comparison = Comparison(divided.real, divided.fake, third, facts)
    protocol = {
        **describe(team[0], chosen, asked.seed),
        "sources": {
            "real": reals.name,
            "fake": fakes.name,
            "size": fakes.size,
            "kind": reals.kind.name,
        },
        **divided.counts(),
        "intervals": {"level": LEVEL, "method": METHOD} if asked.intervals else None,
        "caveats": [
            *notes,
            *fakes.notes,
            *reals.notes,
            *differences,
            *unused(chosen, held_out is not None),
            *caveats(divided.real, divided.fake, team[0]),
            *divided.caveats(),
        ],
    }
    found = {"protocol": protocol, **_measured(chosen, comparison, divided, asked)}
    classes = by_condition(divided.real, divided.fake, reals.classes)
    protocol["caveats"] += says_missing(classes or {})
    return Answer(found | ({"conditions": classes} if classes else {}), reals, fakes, divided)


def _sides(
    real: Source, fake: Source, held_out: Source | None, asked: Question
) -> tuple[Loaded, Loaded, Loaded | None]:
    """Return reals, fakes and held-out reals, read alike."""
    span, count = _told(asked.range), asked.samples
    how = (asked.seed, asked.open_run, span, asked.kind)
    fakes = load(fake, None, count, *how)
    reals = load(real, fakes, count and 2 * count, *how)
    said = reals.kind.said(reals.facts)
    if said:  # to be read as the reals are
        fakes = load(fake, reals, count, *how, said)
    kept = None if held_out is None else load(held_out, fakes, None, *how, said)
    reals, fakes, *others = in_common([reals, fakes, *([kept] if kept else [])])
    return reals, fakes, others[0] if others else None


def _measured(
    chosen: Sequence[Choice], comparison: Comparison, divided: Division, asked: Question
) -> dict[str, Any]:
    told = {
        what: asked.progress and partial(asked.progress, what)
        for what in ("metrics", "noise floor", "intervals")
    }
    found: dict[str, Any] = {"metrics": measure(chosen, comparison, told["metrics"]), "floor": {}}
    if divided.parts is not None:
        facts = {**comparison.facts}
        if "trained" in facts:  # of two parts of the reals, the first stands for those trained on
            facts["trained"] = divided.parts[0].samples
        floor = measure_floor(chosen, *divided.parts, facts, told["noise floor"])
        found["floor"] = floor
    if asked.intervals:
        found["intervals"] = intervals(
            chosen, comparison, found["metrics"], asked.seed, told["intervals"]
        )
    return found


def _told(ends: tuple[float, float] | None) -> Span | None:
    """The stored values of black and white of everything but bytes, if they were given."""
    found = check_span(ends)
    return Span(*found, of_bytes=False) if isinstance(found, tuple) else None


def _usual(reals: Loaded, fakes: Loaded, facts: dict[str, Any], held_out: bool) -> Sequence[str]:
    """The report's parts: distance, realism, diversity, memorisation; what else the data allow."""
    alike = reals.size == fakes.size
    further = reals.kind.defaults.further(reals.shape) if alike else ()
    more = {"modes": "centres" in facts, "memorisation": held_out}
    return (*_of_kind(reals.kind), *further, *(name for name, possible in more.items() if possible))


def _of_kind(kind: Kind) -> Sequence[str]:
    """The report's metrics: the usual ones, or those of a kind that has its own."""
    return kind.defaults.metrics[0] if kind.discrete else USUAL


def _team(asked: Question, reals: Loaded) -> tuple[list[Extractor], list[str]]:
    """The extractor on each device, and what is to be said about the choice."""
    if asked.features is not None and not isinstance(asked.features, str):
        return [asked.features], []
    reference = (reals.samples, None if reals.labels is None else reals.labels.numpy())
    if asked.features:
        return build_team(asked.features, reference, asked.device, reals.facts), []
    try:
        named = reals.kind.defaults.extractor[0]
        return build_team(named, reference, asked.device, reals.facts), []
    except GansmithError as error:
        if not reals.kind.pixels:
            raise
        return build_team("random", reference, asked.device), [f"features 'random': {error}"]


def _side(
    loaded: Loaded, label: str, team: list[Extractor], chosen: list[Choice], question: Question
) -> Side:
    told = question.progress and partial(question.progress, label)
    return side_of(loaded.samples, team, chosen, told, loaded.labels, question.keep)


def _differences(reals: Loaded, fakes: Loaded) -> list[str]:
    """Return caveats about sides of different kind; refuse those that cannot be compared."""
    formats = unlike_formats(reals.lossy, fakes.lossy)
    texts = reals.kind.discrete and fakes.kind.discrete  # which may differ in length
    if texts or reals.size == fakes.size:
        return formats
    if not (reals.kind.pixels and fakes.kind.pixels):
        raise DataError(
            f"reals are {reals.kind.plural} of {reals.size} and fakes {fakes.kind.plural} of "
            f"{fakes.size}: they cannot be compared; give two sets of images, or two of one kind "
            f"and size"
        )
    return [
        *formats,
        f"reals are {reals.size} and fakes are {fakes.size}: both are resized for the extractor, "
        f"so the numbers include the difference in sharpness and colour",
    ]
