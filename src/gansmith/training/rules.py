"""Rules that refuse what cannot work, before a second of training, each with the way out."""

from collections.abc import Iterator

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from gansmith.errors import RecipeError
from gansmith.recipe.sections import Recipe
from gansmith.registry import constraints, losses, terms


def check_recipe(recipe: Recipe) -> None:
    """Refuse combinations of parts that cannot work.

    Raises:
        RecipeError: every rule that is broken, with the change that mends it.
    """
    problems = [
        *_lipschitz(recipe),
        *_controlled(recipe),
        *_batches(recipe),
        *_knobs(recipe),
    ]
    if problems:
        raise RecipeError(problems)


def check_networks(recipe: Recipe, discriminator: nn.Module) -> None:
    """Refuse a discriminator that its loss or its terms cannot work with.

    Raises:
        RecipeError: the loss is of reconstruction errors and D is no autoencoder, or a term looks
            at the slope of D at each sample but D has batch norm.
    """
    errors = recipe.loss and losses.get(recipe.loss.name).facts.get("autoencoder")
    if recipe.loss and errors and not getattr(discriminator, "autoencodes", False):
        raise RecipeError(
            [
                f"loss.{recipe.loss.name}: needs a discriminator that reconstructs its samples, "
                'whose error is the score; set networks.discriminator.name = "autoencoder"'
            ]
        )
    sloped = [part.name for part in recipe.terms if terms.get(part.name).facts.get("slope")]
    if sloped and any(isinstance(module, _BatchNorm) for module in discriminator.modules()):
        raise RecipeError(
            [
                f"terms.{name}: penalises D's slope at each sample, but batch norm makes its "
                "scores depend on the whole batch; set networks.discriminator.batch_norm = false, "
                "or use a discriminator without batch norm (modern, sngan)"
                for name in sloped
            ]
        )


def check_shape(recipe: Recipe, shape: tuple[int, ...]) -> None:
    """Refuse terms that are for images where the data are vectors.

    Raises:
        RecipeError: names the terms.
    """
    pictures = [part.name for part in recipe.terms if terms.get(part.name).facts.get("images")]
    if pictures and len(shape) != 3:
        raise RecipeError(
            [
                f"terms.{name}: is for images, but a sample has the shape {shape}"
                for name in pictures
            ]
        )


def _lipschitz(recipe: Recipe) -> Iterator[str]:
    if recipe.loss is None or not losses.get(recipe.loss.name).facts.get("lipschitz"):
        return
    held = [constraints.get(part.name) for part in recipe.constraints]
    held += [terms.get(part.name) for part in recipe.terms]
    if not any(part.facts.get("lipschitz") for part in held):
        yield (
            f"loss.{recipe.loss.name}: needs a discriminator of bounded slope, without which its "
            "scores grow for ever; add the term gradient_penalty, or the constraint weight_clip "
            "or spectral_norm"
        )


def _controlled(recipe: Recipe) -> Iterator[str]:
    knob = recipe.loss and losses.get(recipe.loss.name).facts.get("controlled")
    if recipe.loss and knob and f"loss.{knob}" not in {c.knob for c in recipe.controllers}:
        yield (
            f"loss.{recipe.loss.name}: its knob loss.{knob} must be balanced while it trains; add "
            f"a controller, see `gansmith parts losses`"
        )


def _batches(recipe: Recipe) -> Iterator[str]:
    parts = recipe.runtime.processes * recipe.runtime.accumulation
    if recipe.data.batch and recipe.data.batch % parts:
        yield (
            f"data.batch: {recipe.data.batch} cannot be shared evenly by {parts} (processes times "
            f"accumulation); choose a multiple of {parts}"
        )


def _knobs(recipe: Recipe) -> Iterator[str]:
    seen: set[str] = set()
    for part in recipe.controllers:
        if part.knob in seen:
            yield f"controllers.{part.name}: {part.knob} has a controller already; keep one"
        seen.add(part.knob)
