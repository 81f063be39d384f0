"""The optimizers that go with a loss, as the papers that brought the loss found."""

import inspect
from typing import Any

from gansmith.recipe.recipe import Recipe
from gansmith.registry import games, losses, terms

Optimizer = dict[str, Any]
DIRECT = ("minimax", "non_saturating", "least_squares")  # the losses of the first GANs


def usual_optimizers(recipe: Recipe) -> tuple[Optimizer, Optimizer, str]:
    """Return optimizers for G and D that suit the recipe's loss and penalties, and why."""
    game = games.get(recipe.game.name).facts
    loss = losses.get(recipe.loss.name).name if recipe.loss else (game.loss or "relativistic")
    held = {part.name for part in recipe.constraints}
    if game.extrapolates:
        because = "the game needs extrapolation steps (Gidel et al. 2018)"
        return *_both({"name": "extra_adam", "lr": 1e-4, "betas": [0.5, 0.9]}), because
    if loss == "wasserstein" and "weight_clip" in held:
        because = "momentum unsettles a clipped critic (Arjovsky et al. 2017)"
        return *_both({"name": "rmsprop", "lr": 5e-5}), because
    if loss == "wasserstein":
        because = "as with the gradient penalty of Gulrajani et al. 2017: no momentum, small steps"
        return *_both(_adam(1e-4, 0.0, 0.9)), because
    if loss == "hinge" and recipe.game.discriminator_turns == 1:
        because = "two time scales: with one turn a step D must learn faster (Heusel et al. 2017)"
        return _adam(1e-4, 0.0, 0.9), _adam(4e-4, 0.0, 0.9), because
    if loss == "hinge":
        return *_both(_adam(2e-4, 0.0, 0.9)), "as in SNGAN (Miyato et al. 2018)"
    if loss in ("energy", "boundary_equilibrium"):
        because = "autoencoders learn with momentum and small steps (Berthelot et al. 2017)"
        return *_both(_adam(1e-4, 0.5, 0.999)), because
    if game.translates and not _penalised(recipe):
        return *_both(_adam(2e-4, 0.5, 0.999)), f"as in the paper of the game {recipe.game.name}"
    if loss in DIRECT and not _penalised(recipe):
        return *_both(_adam(2e-4, 0.5, 0.999)), "as in DCGAN (Radford et al. 2015)"
    because = "no momentum: it pushes a player on when the other has turned (Mescheder et al. 2018)"
    return *_both(_adam(2e-4, 0.0, 0.99)), because


def augments(recipe: Recipe) -> bool:
    """Say whether the recipe's game can augment what D judges."""
    return "augment" in inspect.signature(games.get(recipe.game.name).builder).parameters


def _adam(lr: float, momentum: float, decay: float) -> Optimizer:
    return {"name": "adam", "lr": lr, "betas": [momentum, decay]}


def _both(one: Optimizer) -> tuple[Optimizer, Optimizer]:
    return one, dict(one)


def _penalised(recipe: Recipe) -> bool:
    return any(terms.get(part.name).facts.slope for part in recipe.terms)
