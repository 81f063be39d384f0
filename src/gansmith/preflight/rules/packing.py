"""Rules of discriminators that judge several samples at once."""

from collections.abc import Iterator

from gansmith.preflight.case import Case, Finding, rules
from gansmith.recipe.sections import Part
from gansmith.registry import conditions, discriminators, terms

PACKING = "Lin et al. 2017, arXiv:1712.04086"


@rules.add(needs="networks")
def packing_does_not_divide_batch(case: Case) -> Iterator[Finding]:
    """A discriminator that judges several samples at once needs a batch made of whole packs.

    Reference: Lin et al. 2017, arXiv:1712.04086.
    """
    pack, batch = case.networks["discriminator"].pack, case.recipe.data.batch or 0
    parts = case.recipe.runtime.processes * case.recipe.runtime.accumulation
    share, left = divmod(batch, parts)
    if left == 0 and share % pack:
        whole = parts * pack * max(1, round(share / pack))
        at_a_time = "at a time" if parts == 1 else "in each process and piece"
        yield Finding(
            "packing_does_not_divide_batch",
            "refuse",
            "data.batch",
            f"there are {share} samples {at_a_time}, which packs of {pack} do not divide",
            f"set data.batch = {whole}, or another multiple of {parts * pack}",
            {"data.batch": whole},
            PACKING,
        )


@rules.add
def packing_of_conditions(case: Case) -> Iterator[Finding]:
    """Labels, codes and input images belong to single samples, the score to a pack of them.

    Reference: Lin et al. 2017, arXiv:1712.04086.
    """
    part = case.recipe.networks.discriminator
    if part is None or not discriminators.get(part.name).facts.packs:
        return
    given = [conditions.get(condition.name).facts for condition in case.recipe.conditions]
    belong = [f"{facts.belong} belong" for facts in given if facts.belong and not facts.joined]
    coded = [p.name for p in case.recipe.terms if terms.get(p.name).facts.codes]
    belong += [f"the codes that {name} reads belong" for name in coded]
    for what in belong:
        yield Finding(
            "packing_of_conditions",
            "refuse",
            "networks.discriminator",
            f"it has one score and one row of features for a whole pack, but {what} to single"
            " samples",
            f'name its base, "{part.options.get("base")}", as the discriminator itself',
            {"networks.discriminator": _base(part)},
            PACKING,
        )


def _base(part: Part) -> dict[str, object]:
    """Return the discriminator inside as a part of its own."""
    own = {name: value for name, value in part.options.items() if name not in ("base", "samples")}
    return {"name": part.options.get("base"), **own}
