"""What a search taught, in sentences: where trials failed, and what decided most."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from gansmith.search.study import FAILURE, OUTCOME, Study

FEWEST = 3  # trials on one side of a limit, of which something can be said
MOSTLY = 0.7  # share that fails, from which on the side is bad
SELDOM = 0.3  # share that fails on the other side, up to which the limit explains it
WORDS = {
    "mode_collapse": "collapsed",
    "divergence": "diverged",
    "vanishing_gradient": "lost G's gradient",
    "behind": "fell far behind",
    "impossible": "were refused",
}
Side = Callable[[Any], bool]


def lessons(study: Study) -> Iterator[str]:
    """Yield a sentence for each thing that the trials of a study taught."""
    yield from limits(study.counted)
    yield from _decisive(study)


def limits(trials: Sequence[Any]) -> Iterator[str]:
    """Yield a sentence for each value beyond which trials failed, and those nearer did not."""
    known = [t for t in trials if FAILURE in t.user_attrs or OUTCOME in t.user_attrs]
    for path in sorted({path for trial in known for path in trial.params}):
        yield from _of(path, [trial for trial in known if path in trial.params])


def _of(path: str, trials: Sequence[Any]) -> Iterator[str]:
    values = [trial.params[path] for trial in trials]
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
    found = list(_limits(path, trials, values) if numbers else _choices(path, trials, values))
    if found:
        yield max(found)[1]


def _limits(path: str, trials: Sequence[Any], values: Sequence[Any]) -> Iterator[tuple[float, str]]:
    for limit in sorted(set(values)):
        yield from _split(trials, lambda v, at=limit: v > at, path, f"above {limit:.2g}")  # type: ignore[misc]
        yield from _split(trials, lambda v, at=limit: v < at, path, f"below {limit:.2g}")  # type: ignore[misc]


def _choices(
    path: str, trials: Sequence[Any], values: Sequence[Any]
) -> Iterator[tuple[float, str]]:
    for label in sorted(set(map(str, values))):
        yield from _split(trials, lambda v, at=label: str(v) == at, path, f"= {label}")  # type: ignore[misc]


def _split(trials: Sequence[Any], on: Side, path: str, where: str) -> Iterator[tuple[float, str]]:
    """Yield how strong the split is and its sentence, if a side fails mostly, the other seldom."""
    side = [trial for trial in trials if on(trial.params[path])]
    other = [trial for trial in trials if not on(trial.params[path])]
    bad = [trial.user_attrs[FAILURE] for trial in side if FAILURE in trial.user_attrs]
    if len(side) < FEWEST or len(other) < FEWEST or len(bad) < MOSTLY * len(side):
        return
    elsewhere = sum(FAILURE in trial.user_attrs for trial in other) / len(other)
    if elsewhere <= SELDOM:
        name, count = Counter(bad).most_common(1)[0]
        word = WORDS.get(name, name.replace("_", " ")) if count == len(bad) else "failed"
        strength = len(bad) / len(side) - elsewhere + len(side) / len(trials)
        yield (
            strength,
            f"{path} {where}: {len(bad)} of {len(side)} {word}, elsewhere {elsewhere:.0%}.",
        )


def _decisive(study: Study) -> Iterator[str]:
    """Yield what decided most among the trials that came to their end."""
    import optuna

    done = [trial for trial in study.counted if OUTCOME in trial.user_attrs]
    if len(done) < 8 or study.plan.against:
        return
    try:
        found = optuna.importance.get_param_importances(study.optuna)
    except (ValueError, RuntimeError, ImportError):  # all alike, or nothing in common
        return
    for path, share in list(found.items())[:1]:
        if share >= SELDOM:
            yield f"{path} decided most: {share:.0%} of the differences among whole trials."
