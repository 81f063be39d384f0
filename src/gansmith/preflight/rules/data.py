"""Rules of the data set: range, number, copies, balance, files."""

from collections.abc import Iterator
from dataclasses import replace

from gansmith.data.audit.enough import enough
from gansmith.data.audit.findings import COPIED, GREY, PAGE, balance
from gansmith.data.audit.findings import mixed_sizes as sizes_apart
from gansmith.data.audit.range_findings import TANH, far_numbers, narrow_range
from gansmith.data.labels.quantities import quantities as look_measured
from gansmith.data.used_range import Levels
from gansmith.errors import counted
from gansmith.preflight.case import Case, Finding, Severity, rules
from gansmith.recipe.declared import conditioned_on, of_condition
from gansmith.recipe.default_optimizers import augments

COPIES = 0.05  # share of exact copies from which they are more than a curiosity


@rules.add(needs="data")
def data_range(case: Case) -> Iterator[Finding]:
    """Pictures live in [-1, 1]; other numbers near it train as they are, far from it badly."""
    assert case.data is not None
    low, high = case.data.reach
    if case.data.kind.pixels:
        levels = Levels(*case.data.levels) if case.data.levels else None
        yield from _picture_range(low, high, levels)
    elif not case.data.kind.discrete and (found := far_numbers(low, high)):
        yield found


def _picture_range(low: float, high: float, levels: Levels | None) -> Iterator[Finding]:
    fix = "scale pixels to [-1, 1], or save bytes (uint8, 0 to 255)"
    if low < -1.001 or high > 1.001:
        says = f"pixels run from {low:.4g} to {high:.4g}, but the generator's lie in [-1, 1]"
        yield Finding("data_range", "refuse", "data.source", says, fix, {}, TANH)
    elif levels and (found := narrow_range(levels)):
        yield found
    elif low >= 0.0 and high > low:
        says = (
            f"pixels run from {low:.4g} to {high:.4g}, the upper half of [-1, 1] only, as pictures"
            " in [0, 1] do"
        )
        yield Finding("data_range", "warn", "data.source", says, fix, {}, TANH)


@rules.add(needs="data")
def few_images(case: Case) -> Iterator[Finding]:
    """Compare the number of images with what their resolution needs.

    Reference: Zhao et al. 2020, arXiv:2006.10738; Karras et al. 2020, arXiv:2006.06676.
    """
    assert case.data is not None
    if case.data.endless or not case.data.kind.pixels or case.data.inputs:
        return  # a few hundred pairs are enough: each output has an input to hold on to
    found = enough(case.data.count, min(case.data.shape[1:]))
    if found is None:
        return
    if case.data.count < 2 <= case.data.count + case.data.held_out:
        yield _all_but_held_out(found, case.data.count, case.data.held_out)
        return
    if case.recipe.augment or case.recipe.transfer:
        milder: dict[Severity, Severity] = {"refuse": "refuse", "warn": "note"}
        if found.severity in milder:
            fix = "watch D's scores of held-out images, and stop when they fall"
            yield replace(found, severity=milder[found.severity], fix=fix, changes={})
    else:
        yield found if augments(case.recipe) else replace(found, changes={})


def _all_but_held_out(found: Finding, count: int, held_out: int) -> Finding:
    """Say that a set of two or three images is divided, which leaves too few to train on."""
    says = (
        f"{count + held_out} usable images, of which {held_out} is held out and {count} left to "
        f"train on: a GAN needs at least 2, and hundreds to learn"
    )
    fix, changes = "add more, or hold none out", {"data.held_out": 0}
    return replace(found, says=says, fix=fix, changes=changes)


@rules.add(needs="data")
def duplicates(case: Case) -> Iterator[Finding]:
    """Exact copies count as often as they stand there, and are memorised first.

    Reference: Carlini et al. 2023, arXiv:2301.13188.
    """
    assert case.data is not None
    used = case.data.found - case.data.skipped
    copies = used - case.data.distinct
    if case.data.endless or copies <= 0 or case.data.distinct <= 0:
        return
    are = "is an exact copy" if copies == 1 else "are exact copies"
    says = f"{copies:,} of {used:,} samples ({copies / used:.1%}) {are} of another"
    fix = "remove them: copies are memorised first; see `gansmith check DATA` for their names"
    grave: Severity = "warn" if copies > COPIES * used else "note"
    if case.data.kind.discrete:  # short texts are the same now and then
        fix, grave = "remove them, unless they are as frequent in truth", "note"
    yield Finding("duplicates", grave, "data.source", says, fix, reference=COPIED)


@rules.add(needs="data")
def class_imbalance(case: Case) -> Iterator[Finding]:
    """Small classes are learned badly by a conditional GAN, and left out by others.

    Reference: Rangwani et al. 2022, arXiv:2208.09932.
    """
    assert case.data is not None
    found = balance(dict(case.data.classes))
    if not found or of_condition(case.recipe, "balanced"):
        return
    if not conditioned_on(case.recipe, "labels"):
        yield replace(found, severity="note")
        return
    fix = "set condition.balanced = true, so that training meets all classes equally often"
    yield replace(found, severity="warn", fix=fix, changes={"condition.balanced": True})


@rules.add(needs="data")
def quantities(case: Case) -> Iterator[Finding]:
    """Ages, years and scores are not classes: that 30 is next to 31 is lost on embeddings.

    Reference: Ding et al. 2020, arXiv:2011.07466.
    """
    assert case.data is not None
    found = look_measured(case.data.classes) if case.recipe.data.labels else None
    if found and conditioned_on(case.recipe, "labels"):
        yield replace(found, changes={})
    elif found:
        yield replace(found, severity="note")


@rules.add(needs="data")
def condition_without_classes(case: Case) -> Iterator[Finding]:
    """A condition on labels needs labels, of two classes at least."""
    assert case.data is not None
    filled = sum(count > 0 for count in case.data.classes.values())
    if not conditioned_on(case.recipe, "labels") or filled >= 2:
        return
    why, fix = (*case.data.no_labels, "", "")[:2]
    fix = fix or "put the images of each class into a folder of its own"
    yield Finding(
        "condition_without_classes",
        "refuse",
        "condition",
        f"the samples are to be conditioned on labels, but the data have "
        f"{counted(filled, 'class')}" + (f": {why}" if why else ""),
        f"{fix}, or leave [condition] out",
        reference="Mirza and Osindero 2014, arXiv:1411.1784",
    )


@rules.add(needs="data", told=True)
def corrupt_files(case: Case) -> Iterator[Finding]:
    """Files that cannot be read are left out; many of them mean that something went wrong."""
    assert case.data is not None
    skipped, found = case.data.skipped, case.data.found
    if skipped:
        yield Finding(
            "corrupt_files",
            "warn",
            "data.source",
            f"{skipped} of {found} files cannot be used",
            "see `gansmith check DATA` for their names and reasons",
            reference=PAGE,
        )


@rules.add(needs="data")
def mixed_sizes(case: Case) -> Iterator[Finding]:
    """Pictures of very different sizes end up blurred or cropped by very different amounts."""
    assert case.data is not None
    found = sizes_apart(case.data.sizes)
    if found:
        yield found


@rules.add(needs="data")
def grey_as_colour(case: Case) -> Iterator[Finding]:
    """Grey images in three channels cost three times the input and one more thing to learn."""
    assert case.data is not None
    if case.data.grey:
        yield Finding(
            "grey_as_colour",
            "note",
            "data.channels",
            "all three colour channels are alike: the images are grey",
            "set data.channels = 1",
            {"data.channels": 1},
            GREY,
        )
