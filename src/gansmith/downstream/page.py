"""The answer of a study as text: a page in Markdown that reads well in a terminal too."""

from collections.abc import Iterator, Mapping
from typing import Any

from gansmith.downstream.scores import ACCURACY, BALANCED, CALIBRATION, recall_of
from gansmith.shown import one_line

NAMES = {ACCURACY: "accuracy", BALANCED: "balanced accuracy", CALIBRATION: "calibration error"}
MANY = 8  # classes, from which on only the rare ones have a column


def page_of(found: Mapping[str, Any]) -> str:
    """Return the page of what ``augmentation_study`` found."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    protocol = found["protocol"]
    yield f"# Do samples of {one_line(protocol['run'])} help a classifier?"
    yield ""
    yield one_line(found["says"])
    for result in found["results"]:
        yield from ("", f"## With {result['real']:,} real samples", "")
        yield one_line(result["says"])
        yield ""
        yield from _table(result, _columns(found))
        if result["agreed"] is not None:
            yield ""
            yield (
                f"The classifier of the real samples took {result['agreed']:.0%} of the synthetic "
                "candidates for their class."
            )
    yield from ("", "## How it was measured", "")
    yield from _measured(protocol)
    if found.get("privacy"):
        yield from _private(found["privacy"])


def _columns(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the scores that are shown, with their headings."""
    classes = list(found["protocol"]["test"])
    named = found["rare_classes"] if len(classes) > MANY else classes
    return [*NAMES.items(), *((recall_of(name), recall_of(name)) for name in named)]


def _table(result: Mapping[str, Any], columns: list[tuple[str, str]]) -> Iterator[str]:
    any_arm = next(iter(result["arms"].values()))["scores"]
    known = [(score, heading) for score, heading in columns if score in any_arm]
    heads = ["trained on", "real", "synthetic", *(one_line(heading) for _, heading in known)]
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)
    for name, arm in result["arms"].items():
        cells = [name, f"{arm['real']:,}", f"{arm['synthetic']:,}"]
        cells += [_cell(arm["scores"][score]) for score, _ in known]
        yield f"| {' | '.join(cells)} |"


def _cell(score: Mapping[str, float]) -> str:
    return f"{score['value']:.3f} ({score['low']:.3f} to {score['high']:.3f})"


def _measured(protocol: Mapping[str, Any]) -> Iterator[str]:
    train, test = (_counts(protocol[part]) for part in ("train", "test"))
    yield f"- Real samples that the generator was trained on: {train}."
    yield (
        f"- Test samples ({one_line(protocol['test_part'])}), seen by neither the generator nor a "
        f"classifier, as their content hashes show: {test}."
    )
    yield f"- Classifier: {protocol['classifier']}; seeds {protocol['seeds']}."
    yield f"- Each class is filled up to {protocol['filled_to']}; filter: {protocol['filter']}."
    yield f"- Intervals of {protocol['level']:.0%}: {protocol['intervals']}."
    yield (
        "- Where two arms may win, intervals of differences to the alternatives are wider by "
        "Bonferroni's rule. They do not cover another training of the generator."
    )


def _counts(counts: Mapping[str, int]) -> str:
    listed = [f"{one_line(name)} {count:,}" for name, count in counts.items()]
    more = f" and {len(listed) - 12} more classes" if len(listed) > 12 else ""
    return f"{sum(counts.values()):,} ({', '.join(listed[:12])}{more})"


def _private(found: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", "## Are training samples given away?", "")
    yield " ".join(found["says"])
    yield from ("", "| measure | value |", "|---|---|")
    for name, value in found["metrics"].items():
        yield f"| {name} | {value:.3g} |"
    yield ""
    yield (
        "The closest samples of each class; distances over the median distance of a held-out real "
        "to its nearest training sample:"
    )
    yield from ("", "| class | sample | nearest training sample | distance |", "|---|---|---|---|")
    for row in found["nearest"]:
        name = one_line(row["class"] or "all")
        yield f"| {name} | {row['sample']} | {row['training_sample']} | {row['distance']:.2f} |"
