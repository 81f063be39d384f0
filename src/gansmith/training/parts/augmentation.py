"""A recipe's augmentation, and what stands in its way."""

from gansmith.augment.augmentation import Augmenter
from gansmith.errors import RecipeError
from gansmith.recipe.default_optimizers import augments
from gansmith.recipe.recipe import Recipe
from gansmith.recipe.returns import build_part
from gansmith.registry import augmentations


def build_augmenter(recipe: Recipe) -> Augmenter | None:
    """Return what augments all that D judges, or None where the recipe wants none.

    Raises:
        RecipeError: the game does not augment, or an option is wrong.
    """
    if recipe.augment is None:
        return None
    _check_signal(recipe)
    if not augments(recipe):
        raise RecipeError([f"augment: the game {recipe.game.name} does not augment; leave it out"])
    try:
        built = build_part(augmentations, recipe.augment.name, recipe.augment.options)
    except ValueError as error:
        raise RecipeError([f"augment: {error}"]) from error
    return Augmenter(built)


def _check_signal(recipe: Recipe) -> None:
    """Refuse the sign of scores that have no zero of their own."""
    name = recipe.loss.name if recipe.loss else "relativistic"
    for part in recipe.controllers:
        reads = part.options.get("signal", "scores/real/sign")
        if part.name == "ada" and name.startswith("relativistic") and reads == "scores/real/sign":
            raise RecipeError(
                [
                    f"controllers.ada: only differences of scores count for the loss {name}, so "
                    'the sign of one says nothing; set controllers.ada.signal = "'
                    'scores/ranked_right"'
                ]
            )
