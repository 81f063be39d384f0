"""Rules of the game whose players descend the slopes of their weights."""

from collections.abc import Iterator

from gansmith.preflight.case import Case, Finding, rules
from gansmith.registry import games

REFERENCE = "Mescheder et al. 2017, arXiv:1705.10461"


@rules.add
def slope_of_weights(case: Case) -> Iterator[Finding]:
    """The slope of both losses by all weights must be had whole, in true scale, and twice.

    Reference: Mescheder et al. 2017, arXiv:1705.10461.
    """
    recipe, game = case.recipe, case.recipe.game.name
    if not games.get(game).facts.slope_of_weights:
        return
    runtime, transfer = recipe.runtime, recipe.transfer
    broken = [
        (
            runtime.accumulation > 1,
            "runtime.accumulation",
            "takes the slope of the whole batch, and each piece has another",
            1,
        ),
        (
            runtime.precision == "fp16",
            "runtime.precision",
            "squares slopes of weights, of which fp16 rounds the small ones to 0",
            "bf16",
        ),
        (
            runtime.compile,
            "runtime.compile",
            "differentiates both networks twice, which torch cannot do once they are compiled",
            False,
        ),
        (
            bool(transfer and transfer.freeze),
            "transfer.freeze",
            "counts the slope of every weight of D, also of those that are not to move",
            0,
        ),
    ]
    for is_so, where, says, value in broken:
        if is_so:
            written = str(value).lower() if isinstance(value, bool | int) else f'"{value}"'
            yield Finding(
                "slope_of_weights",
                "refuse",
                where,
                f"the game {game} {says}",
                f"set {where} = {written}",
                {where: value},
                REFERENCE,
            )
