"""Rules of the loss, its penalties and the optimizers."""

from collections.abc import Iterator
from typing import Any

from gansmith.preflight.case import Case, Finding, rules
from gansmith.preflight.fixes import at, without
from gansmith.recipe.recipe import Recipe
from gansmith.registry import Part, constraints, controllers, losses, optimizers, terms

FAR_APART = 10.0  # ratio of learning rates; two time scales use 4 (arXiv:1706.08500)
CRITIC_TURNS = 2  # fewer leave a clipped critic far from its best; the paper takes 5


@rules.add
def wasserstein_without_lipschitz(case: Case) -> Iterator[Finding]:
    """A Wasserstein loss needs a discriminator of bounded slope.

    Reference: Arjovsky et al. 2017, arXiv:1701.07875; Gulrajani et al. 2017, arXiv:1704.00028.
    """
    loss = case.recipe.loss
    if loss is None or not losses.get(loss.name).facts.lipschitz:
        return
    held: list[Part[Any]] = [constraints.get(part.name) for part in case.recipe.constraints]
    held += [terms.get(part.name) for part in case.recipe.terms]
    if not any(part.facts.lipschitz for part in held):
        yield Finding(
            "wasserstein_without_lipschitz",
            "refuse",
            f"loss.{loss.name}",
            "needs a discriminator of bounded slope, without which its scores grow for ever",
            "add the term gradient_penalty, or the constraint weight_clip or spectral_norm",
            {"terms.gradient_penalty.weight": 10.0},
            "Gulrajani et al. 2017, arXiv:1704.00028",
        )


@rules.add
def uncontrolled_knob(case: Case) -> Iterator[Finding]:
    """A loss whose balance must be kept while it trains needs its controller.

    Reference: Berthelot et al. 2017, arXiv:1703.10717.
    """
    loss = case.recipe.loss
    knob = loss and losses.get(loss.name).facts.controlled
    if loss and knob and f"loss.{knob}" not in {c.knob for c in case.recipe.controllers}:
        yield Finding(
            "uncontrolled_knob",
            "refuse",
            f"loss.{loss.name}",
            f"its knob loss.{knob} must be balanced while it trains",
            f'add [[controllers]] with name = "integral", knob = "loss.{knob}" and '
            'signal = "equilibrium/balance"',
            at(
                "controllers.integral",
                {"knob": f"loss.{knob}", "signal": "equilibrium/balance"},
            ),
            "Berthelot et al. 2017, arXiv:1703.10717",
        )


@rules.add
def saturating_loss(case: Case) -> Iterator[Finding]:
    """A loss that is flat where the discriminator wins teaches nothing when it matters most.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661; Arjovsky and Bottou 2017, arXiv:1701.04862.
    """
    loss = case.recipe.loss
    why = loss and losses.get(loss.name).facts.saturates
    if loss and why:
        yield Finding(
            "saturating_loss",
            "warn",
            f"loss.{loss.name}",
            "its gradient dies as soon as the discriminator wins",
            'set loss.name = "non_saturating"',
            {"loss": {"name": "non_saturating"}},
            "Goodfellow et al. 2014, arXiv:1406.2661",
        )


@rules.add
def momentum_with_penalty(case: Case) -> Iterator[Finding]:
    """Momentum of 0.9 in the discriminator's Adam works against a penalty on its slope.

    Reference: Gulrajani et al. 2017, arXiv:1704.00028; Mescheder et al. 2018, arXiv:1801.04406.
    """
    sloped = [p.name for p in case.recipe.terms if terms.get(p.name).facts.slope]
    for player in ("discriminator", "generator") if sloped else ():
        beta = _momentum(case.recipe, player)
        if beta >= 0.8:
            name, value = _still(case.recipe, player)
            yield Finding(
                "momentum_with_penalty",
                "warn",
                f"optimizers.{player}.{name}",
                f"momentum of {beta:g} drives a player past the point where {sloped[0]} turns it",
                f"set optimizers.{player}.{name} = {value}",
                {f"optimizers.{player}.{name}": value},
                "Gulrajani et al. 2017, arXiv:1704.00028; Mescheder et al. 2018, arXiv:1801.04406",
            )


@rules.add
def clipping_with_one_turn(case: Case) -> Iterator[Finding]:
    """A critic held by weight clipping learns slowly and needs several turns.

    Reference: Arjovsky et al. 2017, arXiv:1701.07875.
    """
    turns = case.recipe.game.discriminator_turns
    if any(p.name == "weight_clip" for p in case.recipe.constraints) and turns < CRITIC_TURNS:
        yield Finding(
            "clipping_with_one_turn",
            "warn",
            "game.discriminator_turns",
            "a clipped critic learns slowly: after one turn it is far from its best, and the"
            " generator follows a wrong slope",
            "set game.discriminator_turns = 5",
            {"game.discriminator_turns": 5},
            "Arjovsky et al. 2017, arXiv:1701.07875",
        )


@rules.add
def rates_far_apart(case: Case) -> Iterator[Finding]:
    """Learning rates more than a factor of ten apart keep one player from moving.

    Reference: Heusel et al. 2017, arXiv:1706.08500.
    """
    both = case.recipe.optimizers
    if both.generator.name != both.discriminator.name:
        return
    ratio = both.discriminator.lr / both.generator.lr
    if max(ratio, 1 / ratio) <= FAR_APART:
        return
    slow = "generator" if ratio > 1 else "discriminator"
    lr = max(both.generator.lr, both.discriminator.lr)
    yield Finding(
        "rates_far_apart",
        "warn",
        f"optimizers.{slow}.lr",
        f"the {slow}'s steps are {max(ratio, 1 / ratio):.0f} times smaller than its opponent's",
        f"set optimizers.{slow}.lr = {lr:g}, or within a factor of 4 of it",
        {f"optimizers.{slow}.lr": lr},
        "Heusel et al. 2017, arXiv:1706.08500",
    )


@rules.add
def two_controllers_of_a_knob(case: Case) -> Iterator[Finding]:
    """Two controllers of one knob undo each other, but one that keeps a balance scales the other.

    Twice the same is too much of any.
    """
    seen: set[str] = set()
    for part in case.recipe.controllers:
        scales = controllers.get(part.name).facts.scales
        of_knob = f"{part.name} of {part.knob}" if scales else part.knob
        if of_knob in seen:
            yield Finding(
                "two_controllers_of_a_knob",
                "refuse",
                f"controllers.{part.name}",
                f"{part.knob} has a controller already",
                "keep one",
                without(case.recipe, "controllers", [part]),
                "docs/parts.md, controllers",
            )
        seen.add(of_knob)


def _still(recipe: Recipe, player: str) -> tuple[str, Any]:
    """Return the option that takes a player's momentum away, and its value."""
    has = optimizers.get(getattr(recipe.optimizers, player).name).options
    return ("betas", [0.0, 0.99]) if "betas" in has else ("momentum", 0.0)


def _momentum(recipe: Recipe, player: str) -> float:
    part = getattr(recipe.optimizers, player)
    given = part.options.get("betas", part.options.get("momentum"))
    if given is None:
        options = optimizers.get(part.name).options
        known = options.get("betas") or options.get("momentum")
        given = known.default if known else 0.0
    first = given[0] if isinstance(given, list | tuple) else given
    return float(first) if isinstance(first, int | float) else 0.0
