"""What the user did not say, chosen from the data and the machine, each choice with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gansmith.recipe.declared import (
    made_from_images,
    network_address,
    network_of,
    of_condition,
    players_of,
)
from gansmith.recipe.default_optimizers import augments, usual_optimizers
from gansmith.recipe.default_players import further_optimizers, network_like
from gansmith.recipe.recipe import Recipe, make_recipe
from gansmith.registry import conditions, discriminators, games, terms

SHORT = 600.0  # seconds of a budget whose exams must be cheap to be several
MIRRORED = (
    "photographs by their texture, of which most look as likely the other way round; "
    "--set data.flip=false where left and right differ, as in pictures of text"
)


@dataclass(frozen=True)
class Surroundings:
    """What choices depend on: the data's shape and count, and the machine.

    Args:
        shape: of a sample.
        count: samples to train on.
        device: "cpu" or "cuda".
        cores: of the processor.
        why_size: why samples have this size.
        few: pictures below which D soon memorises them; 0 where that does not apply.
        photographs: whether samples look like photographs, which may be mirrored.
        settled: whether a run is gone on with, so that what its recipe leaves out is off.
    """

    shape: tuple[int, ...]
    count: int
    device: str
    cores: int
    why_size: str = ""
    few: int = 0
    photographs: bool = False
    settled: bool = False

    @property
    def images(self) -> bool:
        """Whether samples are images."""
        return len(self.shape) == 3

    @property
    def small_machine(self) -> bool:
        """Whether training runs on a processor."""
        return self.device == "cpu"


@dataclass(frozen=True)
class Choice:
    """One value that the library chose, and why."""

    path: str
    value: Any
    because: str


def from_scratch(source: str) -> dict[str, Any]:
    """Return the tree of a recipe for a user who names only the data."""
    return {"data": {"source": source}, "ema": {"half_life_kimg": 5.0}}


def complete(recipe: Recipe, around: Surroundings) -> tuple[Recipe, list[Choice]]:
    """Fill in what the recipe leaves open; return the whole recipe and the choices made."""
    choices = list(_choices(recipe, around))
    tree = recipe.model_dump(exclude_unset=True)
    return make_recipe(tree, {choice.path: choice.value for choice in choices}), choices


def _choices(recipe: Recipe, around: Surroundings) -> Iterator[Choice]:
    if around.images and recipe.data.size is None:
        height, width = around.shape[1:]
        size = height if height == width else [height, width]
        yield Choice("data.size", size, around.why_size or "the size of the data")
    if around.images and recipe.data.channels is None:
        yield Choice("data.channels", around.shape[0], "the colours found in the data")
    if _may_flip(recipe, around):
        yield Choice("data.flip", True, MIRRORED)
    if recipe.data.batch is None:
        yield _batch(around, _shares(recipe))
    yield from _networks(recipe, around)
    if recipe.loss is None:
        yield from _objective(recipe, around)
    yield from _optimizers(recipe, around)
    if _may_choose_way(recipe):
        yield _told_labels(recipe)
    if _may_augment(recipe, around):
        yield _augment(around)
    if recipe.augment and recipe.augment.name == "ada":
        yield from _strength(recipe)
    if recipe.length.kimg is None and recipe.length.budget is None:
        yield _length(around)
    yield from _evaluation(recipe, around)


def _evaluation(recipe: Recipe, around: Surroundings) -> Iterator[Choice]:
    if recipe.evaluation.extractor is None:
        yield _extractor(around)
    if recipe.evaluation.metrics is None:
        yield Choice("evaluation.metrics", *_metrics(around))
    said = "samples" in recipe.evaluation.model_fields_set
    if around.images and around.small_machine and not said:
        short = recipe.length.budget is not None and recipe.length.budget <= SHORT
        part = "a quarter" if short else "half"
        because = f"{part} of what is usual: an exam takes seconds on a processor"
        yield Choice("evaluation.samples", 512 if short else 1024, because)


def _batch(around: Surroundings, shares: int) -> Choice:
    batch, because = _usual_batch(around)
    whole = batch - batch % shares or shares
    if whole != batch:
        because = f"{because}; a multiple of {shares}, as its processes, pieces and packs need"
    return Choice("data.batch", whole, because)


def _usual_batch(around: Surroundings) -> tuple[int, str]:
    if not around.images:
        return min(128, around.count), "vectors are cheap"
    usual = 16 if around.small_machine else 64 if max(around.shape) > 128 else 128
    batch = usual
    while batch > around.count:
        batch //= 2
    if batch < usual:
        return max(batch, 1), f"there are only {around.count} training images"
    because = "in equal time many small steps go further than fewer large ones"
    return batch, because if around.small_machine else "a usual size on a GPU"


def _shares(recipe: Recipe) -> int:
    """Return of what number the batch must be a multiple."""
    part = recipe.networks.discriminator
    packs = part is not None and discriminators.get(part.name).facts.packs
    pack = int(part.options.get("samples", 2)) if part and packs else 1
    return recipe.runtime.processes * recipe.runtime.accumulation * max(1, pack)


def _networks(recipe: Recipe, around: Surroundings) -> Iterator[Choice]:
    chosen: dict[str, dict[str, Any]] = {}
    for player, kind in players_of(recipe).items():
        named = network_of(recipe, player)
        if named is None:
            part, because = network_like(kind, chosen) or _usual_network(recipe, player, around)
            yield Choice(network_address(player), part, because)
        chosen[player] = named.model_dump() if named else part


def _usual_network(recipe: Recipe, player: str, around: Surroundings) -> tuple[dict[str, Any], str]:
    return _translating(recipe, player) or _network(around)


def _translating(recipe: Recipe, player: str) -> tuple[dict[str, Any], str] | None:
    """Return the network that goes with a game of images from images."""
    facts = games.get(recipe.game.name).facts
    if not facts.translates:
        return None
    if player == "discriminator":
        return {"name": "patch"}, "judges texture patch by patch; layout is the terms' affair"
    return {"name": facts.generator}, f"what the paper of the game {recipe.game.name} takes"


def _network(around: Surroundings) -> tuple[dict[str, Any], str]:
    if not around.images:
        return {"name": "mlp"}, "vectors have no neighbourhoods for convolutions"
    if around.small_machine and min(around.shape[1:]) >= 16:
        return {"name": "lean"}, "strided nets: many quick steps, since this is a processor"
    return {"name": "modern"}, "norm-free residual nets, stable with the relativistic loss"


def _objective(recipe: Recipe, around: Surroundings) -> Iterator[Choice]:
    facts = games.get(recipe.game.name).facts
    if facts.translates:
        because = f"what the paper of the game {recipe.game.name} takes"
        yield Choice("loss", {"name": facts.loss}, because)
        if not recipe.terms:
            yield Choice("terms", [dict(facts.term)], "ties each output to its input")
        return
    because = "every fake is judged against a real sample, which leaves no place to collapse to"
    yield Choice("loss", {"name": "relativistic"}, because)
    if not recipe.terms and not recipe.constraints:
        gamma = _gamma(around)
        terms = [{"name": "r1", "gamma": gamma}, {"name": "r2", "gamma": gamma}]
        yield Choice("terms", terms, "with both the game converges; gamma grows with resolution")


def _gamma(around: Surroundings) -> float:
    if not around.images:
        return 0.1
    return round(around.shape[1] * around.shape[2] / 1024, 4)


def _optimizers(recipe: Recipe, around: Surroundings) -> Iterator[Choice]:
    generator, discriminator, because = usual_optimizers(recipe)
    translates = games.get(recipe.game.name).facts.translates
    if recipe.loss is None and around.images and around.small_machine and not translates:
        generator, discriminator = generator | {"lr": 1e-3}, discriminator | {"lr": 1e-3}
        because = "higher than usual, since a processor makes few steps; no momentum"
    for player, part in (("generator", generator), ("discriminator", discriminator)):
        if player not in recipe.optimizers.model_fields_set:
            yield Choice(f"optimizers.{player}", part, because)
    for address, part in further_optimizers(recipe, generator, discriminator):
        yield Choice(address, part, because)


def _is_open(recipe: Recipe, around: Surroundings) -> bool:
    """Say whether it is the library's to decide what D sees: the user left the game to it."""
    ours = recipe.loss is None or recipe.networks.discriminator is None or recipe.transfer
    return bool(around.images and ours and not around.settled)


def _may_flip(recipe: Recipe, around: Surroundings) -> bool:
    said = "flip" in recipe.data.model_fields_set
    wanted = around.photographs and _is_open(recipe, around)
    return wanted and not (said or made_from_images(recipe))


def _may_augment(recipe: Recipe, around: Surroundings) -> bool:
    said = "augment" in recipe.model_fields_set
    few = around.count < around.few
    return few and _is_open(recipe, around) and augments(recipe) and not said


def _augment(around: Surroundings) -> Choice:
    policies = ["translation", "cutout"]
    if around.shape[0] >= 3:
        policies.insert(0, "colour")
    because = (
        f"with {around.count:,} pictures, fewer than {around.few:,}, D would soon memorise "
        "them (benchmarks/small_data.md); --set augment=false leaves it out"
    )
    return Choice("augment", {"name": "diffaugment", "policies": policies}, because)


def _may_choose_way(recipe: Recipe) -> bool:
    """Say whether the condition leaves open how D comes to know it."""
    options = conditions.get(recipe.condition.name).options if recipe.condition else {}
    return "discriminator" in options and of_condition(recipe, "discriminator") is None


def _told_labels(recipe: Recipe) -> Choice:
    naming = [part.name for part in recipe.terms if terms.get(part.name).facts.classifies]
    if naming:
        because = f"{naming[0]} names the classes, so that D need not be shown them"
        return Choice("condition.discriminator", "classifier", because)
    because = "its score says how well sample and label agree, with no further loss to weigh"
    return Choice("condition.discriminator", "projection", because)


def _strength(recipe: Recipe) -> Iterator[Choice]:
    """Add the controller of ADA's strength, unless something moves it already."""
    knob = "augment.strength"
    if any(controller.knob == knob for controller in recipe.controllers):
        return
    relative = recipe.loss is None or recipe.loss.name.startswith("relativistic")
    signal = "scores/ranked_right" if relative else "scores/real/sign"
    kept = [controller.model_dump() for controller in recipe.controllers]
    added = {"name": "ada", "knob": knob, "signal": signal}
    yield Choice("controllers", [*kept, added], "ADA's strength follows how sure D is of reals")


def _length(around: Surroundings) -> Choice:
    budget = usual_budget(around.device)
    if around.small_machine:
        return Choice("length.budget", budget, "twenty minutes on a processor show what can be had")
    return Choice("length.budget", budget, "two hours on a GPU; lengthen with --resume --budget")


def usual_budget(device: str) -> float:
    """Return the seconds that a run takes where nobody says how long: "cpu" is a processor."""
    return 1200.0 if device == "cpu" else 7200.0


def _extractor(around: Surroundings) -> Choice:
    if around.images:
        because = "ImageNet features that are installed with the package"
        return Choice("evaluation.extractor", "efficientnet_lite", because)
    return Choice("evaluation.extractor", "identity", "vectors are compared as they are")


def _metrics(around: Surroundings) -> tuple[list[str], str]:
    if around.images:
        return ["frechet_distance", "prdc", "diversity"], "distance, and its two sides"
    return ["frechet_distance", "prdc", "diversity"], "distance, and its two sides"
