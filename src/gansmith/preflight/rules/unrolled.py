"""Rules of the game that sees through steps of the discriminator's optimizer."""

from collections.abc import Iterator

from gansmith.preflight.case import Case, Finding, rules
from gansmith.recipe.declared import optimizer_address, optimizer_of
from gansmith.recipe.recipe import Recipe
from gansmith.registry import games, optimizers, terms

REFERENCE = "Metz et al. 2016, arXiv:1611.02163"
Broken = tuple[bool, str, str, str, dict[str, object]]


@rules.add
def steps_that_cannot_be_unrolled(case: Case) -> Iterator[Finding]:
    """Steps ahead must be those that D would take, and differentiable from end to end.

    Reference: Metz et al. 2016, arXiv:1611.02163.
    """
    recipe, game = case.recipe, case.recipe.game.name
    if not games.get(game).facts.unrolls:
        return
    for is_so, where, says, fix, changes in [*_optimizer(recipe), *_runtime(recipe)]:
        if is_so:
            yield Finding(
                "steps_that_cannot_be_unrolled",
                "refuse",
                where,
                f"the game {game} {says}",
                fix,
                changes,
                REFERENCE,
            )


@rules.add
def parts_that_cannot_be_unrolled(case: Case) -> Iterator[Finding]:
    """What changes with each step of D, outside its loss, would miss in the steps ahead.

    Reference: Metz et al. 2016, arXiv:1611.02163.
    """
    recipe, game = case.recipe, case.recipe.game.name
    if not games.get(game).facts.unrolls:
        return
    clipped = [c.name for c in recipe.constraints if c.name == "weight_clip"]
    memories = [t.name for t in recipe.terms if terms.get(t.name).facts.remembers]
    for kind, names in (("constraints", clipped), ("terms", memories)):
        for name in names:
            yield Finding(
                "parts_that_cannot_be_unrolled",
                "refuse",
                f"{kind}.{name}",
                f"it changes with every step of D, and the steps that the game {game} looks ahead"
                " are not to change anything",
                f"leave {name} out, or take the game two_player",
                {"game.name": "two_player"},
                REFERENCE,
            )


def _optimizer(recipe: Recipe) -> Iterator[Broken]:
    own, where = optimizer_of(recipe, "discriminator"), optimizer_address("discriminator")
    known = " or ".join(part.name for part in optimizers if part.facts.unrolls)
    yield (
        not optimizers.get(own.name).facts.unrolls,
        f"{where}.name",
        f"cannot differentiate a step of {own.name}",
        f"take {known}",
        {f"{where}.name": "adam"},
    )
    yield (
        own.clip is not None,
        f"{where}.clip",
        "looks ahead by steps of whole gradients",
        f"leave {where}.clip out; a slope penalty as r1 keeps D's gradients short",
        {f"{where}.clip": None},
    )


def _runtime(recipe: Recipe) -> Iterator[Broken]:
    yield (
        recipe.runtime.accumulation > 1,
        "runtime.accumulation",
        "looks ahead by steps on the whole batch, and each piece would take others",
        "set runtime.accumulation = 1",
        {"runtime.accumulation": 1},
    )
    yield (
        recipe.runtime.precision == "fp16",
        "runtime.precision",
        "takes slopes of the loss itself, of which fp16 rounds the small ones to 0",
        'set runtime.precision = "bf16"',
        {"runtime.precision": "bf16"},
    )
    yield (
        recipe.runtime.compile,
        "runtime.compile",
        "differentiates the discriminator twice, which torch cannot do once it is compiled",
        "set runtime.compile = false",
        {"runtime.compile": False},
    )
