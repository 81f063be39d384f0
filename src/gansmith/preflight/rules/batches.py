"""Rules of the batch: how it is shared and normalised, and how long a run is."""

from collections.abc import Iterator

from gansmith.errors import counted
from gansmith.preflight.case import Case, Finding, rules

TICKS = 8  # fewer ticks show no trend to the doctor


@rules.add
def uneven_batch(case: Case) -> Iterator[Finding]:
    """Processes and pieces share a batch evenly or not at all."""
    recipe = case.recipe
    parts = recipe.runtime.processes * recipe.runtime.accumulation
    if recipe.data.batch and recipe.data.batch % parts:
        even = parts * max(1, round(recipe.data.batch / parts))
        yield Finding(
            "uneven_batch",
            "refuse",
            "data.batch",
            f"{recipe.data.batch} cannot be shared evenly by {parts} (processes times "
            "accumulation)",
            f"choose a multiple of {parts}",
            {"data.batch": even},
            "Goyal et al. 2017, arXiv:1706.02677",
        )


@rules.add(needs="networks")
def batch_norm_of_one(case: Case) -> Iterator[Finding]:
    """Batch norm over a single sample has no variance to divide by.

    Reference: Ioffe and Szegedy 2015, arXiv:1502.03167.
    """
    recipe = case.recipe
    parts = recipe.runtime.processes * recipe.runtime.accumulation
    share = (recipe.data.batch or 2 * parts) // parts
    normed = {n: net.pack for n, net in case.networks.items() if net.batch_norm}
    alone = [name for name, pack in normed.items() if share == pack]
    if alone:
        most = max(normed.values())
        what = "sample" if most == 1 else "pack"
        yield Finding(
            "batch_norm_of_one",
            "refuse",
            "data.batch",
            f"batch norm in the {' and the '.join(alone)} sees one {what} at a time and has no"
            " batch to normalise over",
            f"give it 8 {what}s or more, or use networks without batch norm",
            {"data.batch": 8 * parts * most},
            "Ioffe and Szegedy 2015, arXiv:1502.03167",
        )


@rules.add
def short_run(case: Case) -> Iterator[Finding]:
    """A run of a few ticks shows no trend, so that the doctor cannot judge it."""
    recipe, batch = case.recipe, case.recipe.data.batch
    if not recipe.length.kimg or not batch:
        return
    turns = recipe.game.discriminator_turns
    steps = int(1000 * recipe.length.kimg / (batch * turns))
    tick = steps // TICKS
    if tick < recipe.signals.tick:
        yield Finding(
            "short_run",
            "note",
            "length.kimg",
            f"{counted(steps, 'step')} in all, fewer than {TICKS} ticks of {recipe.signals.tick},"
            " too few for"
            " the doctor to see a trend",
            "train longer, or lower signals.tick",
            {"signals.tick": tick} if tick else {},
            "docs/failures.md",
        )
