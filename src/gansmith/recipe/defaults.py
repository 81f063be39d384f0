"""What the user did not say, chosen from the data and the machine, each choice with its reason."""

from collections.abc import Iterator
from typing import Any

from gansmith.facts import TWO_PLAYERS
from gansmith.kinds.kind import Choice as Choice
from gansmith.kinds.kind import Surroundings as Surroundings
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

CAREFUL = 1e-3  # the highest learning rate beside penalties that are not of our choice
FINAL = 0.05  # share of a learning rate that is left at the end, where it falls
SHORT = 600.0  # seconds of a budget whose exams must be cheap to be several
MIRRORED = (
    "photographs by their texture, most of which look as likely mirrored; "
    "--set data.flip=false where left and right differ, as in images of text"
)


def from_scratch(source: str) -> dict[str, Any]:
    """Return the tree of a recipe for a user who names only the data."""
    return {"data": {"source": source}, "ema": {"half_life_kimg": 5.0}}


def complete(recipe: Recipe, around: Surroundings) -> tuple[Recipe, list[Choice]]:
    """Fill in what the recipe leaves open; return the whole recipe and the choices made."""
    choices = list(_choices(recipe, around))
    tree = recipe.model_dump(exclude_unset=True)
    return make_recipe(tree, {choice.path: choice.value for choice in choices}), choices


def _choices(recipe: Recipe, around: Surroundings) -> Iterator[Choice]:
    if recipe.data.kind is None and around.why_kind and not around.settled:
        yield Choice("data.kind", around.kind.name, around.why_kind)
    yield from _prepared(recipe, around)
    if _may_flip(recipe, around):
        yield Choice("data.flip", True, MIRRORED)
    yield from _game(recipe, around)
    if recipe.data.batch is None:
        yield _batch(around, _shares(recipe))
    yield from _networks(recipe, around)
    if recipe.loss is None:
        yield from _objective(recipe, around)
    yield from _optimizers(recipe, around)
    if _may_choose_way(recipe):
        yield _told_labels(recipe)
    if _may_augment(recipe, around):
        yield from _augment(around)
    yield from _controllers(recipe, around)
    if recipe.length.kimg is None and recipe.length.budget is None:
        yield _length(around)
    yield from _evaluation(recipe, around)


def _prepared(recipe: Recipe, around: Surroundings) -> Iterator[Choice]:
    """Choose how data are prepared, as far as the recipe leaves it open."""
    for choice in around.kind.defaults.prepared(around):
        if getattr(recipe.data, choice.path.removeprefix("data.")) is None:
            yield choice


def _game(recipe: Recipe, around: Surroundings) -> Iterator[Choice]:
    """Choose what of the game is not the usual for samples of this kind, and nobody said."""
    said = {*recipe.game.model_fields_set, *recipe.game.options}
    choices = around.kind.defaults.game(around)
    usual = {choice.path: choice.value for choice in choices}.get("game.name")
    if "name" in said and recipe.game.name != usual:
        return
    for choice in choices:
        if choice.path.removeprefix("game.") not in said:
            yield choice


def _evaluation(recipe: Recipe, around: Surroundings) -> Iterator[Choice]:
    defaults = around.kind.defaults
    if recipe.evaluation.extractor is None:
        yield Choice("evaluation.extractor", *defaults.extractor)
    if recipe.evaluation.metrics is None:
        names, because = defaults.metrics
        yield Choice("evaluation.metrics", list(names), because)
    short = recipe.length.budget is not None and recipe.length.budget <= SHORT
    chosen = defaults.samples(around, short)
    if chosen and "samples" not in recipe.evaluation.model_fields_set:
        yield Choice("evaluation.samples", *chosen)


def _batch(around: Surroundings, shares: int) -> Choice:
    batch, because = around.kind.defaults.batch(around)
    whole = batch - batch % shares or shares
    if whole != batch:
        because = f"{because}; a multiple of {shares}, as its processes, pieces and packs need"
    return Choice("data.batch", whole, because)


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
            usual = _translating(recipe, player) or _usual_network(kind, around)
            part, because = network_like(kind, chosen) or usual
            yield Choice(network_address(player), part, because)
        chosen[player] = named.model_dump() if named else part


def _usual_network(kind: str, around: Surroundings) -> tuple[dict[str, Any], str]:
    part, because = around.kind.defaults.network(around)
    more = around.kind.defaults.generator(around) if kind == "generator" else None
    return (part | more[0], f"{because}; {more[1]}") if more else (part, because)


def _translating(recipe: Recipe, player: str) -> tuple[dict[str, Any], str] | None:
    """Return the network that goes with a game of images from images."""
    facts = games.get(recipe.game.name).facts
    if not facts.translates:
        return None
    if player == "discriminator":
        return {"name": "patch"}, "judges texture patch by patch; layout is left to the terms"
    return {"name": facts.generator}, f"what the paper of the game {recipe.game.name} takes"


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
        yield _penalties(around)


def _penalties(around: Surroundings) -> Choice:
    gamma, every = around.kind.defaults.slope(around), around.kind.defaults.lazy(around)
    lazy = {"every": every} if every > 1 else {}
    terms = [{"name": name, "gamma": gamma, **lazy} for name in ("r1", "r2")]
    because = "with both the game converges; gamma grows with resolution"
    rarely = f"; only at every {every}th step, which takes a fifth of the time off" if lazy else ""
    return Choice("terms", terms, because + rarely)


def _optimizers(recipe: Recipe, around: Surroundings) -> Iterator[Choice]:
    generator, discriminator, because = usual_optimizers(recipe)
    translates = games.get(recipe.game.name).facts.translates
    quicker = around.kind.defaults.lr(around)
    if recipe.loss is None and quicker and not translates:
        rate, because = quicker
        rate = min(rate, CAREFUL) if recipe.terms or recipe.constraints else rate
        generator, discriminator = generator | {"lr": rate}, discriminator | {"lr": rate}
    for player, part in (("generator", generator), ("discriminator", discriminator)):
        if player not in recipe.optimizers.model_fields_set:
            yield Choice(f"optimizers.{player}", part, because)
    for address, part in further_optimizers(recipe, generator, discriminator):
        yield Choice(address, part, because)


def _is_open(recipe: Recipe, around: Surroundings) -> bool:
    """Say whether it is the library's to decide what D sees: the user left the game to it."""
    ours = recipe.loss is None or recipe.networks.discriminator is None or recipe.transfer
    return bool(ours and not around.settled)


def _may_flip(recipe: Recipe, around: Surroundings) -> bool:
    said = "flip" in recipe.data.model_fields_set
    wanted = around.photographs and _is_open(recipe, around)
    return wanted and not (said or made_from_images(recipe))


def _may_augment(recipe: Recipe, around: Surroundings) -> bool:
    said = "augment" in recipe.model_fields_set
    few = around.count < around.few
    return few and _is_open(recipe, around) and augments(recipe) and not said


def _augment(around: Surroundings) -> Iterator[Choice]:
    chosen = around.kind.defaults.augment(around)
    if chosen:
        yield Choice("augment", *chosen)


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


def _controllers(recipe: Recipe, around: Surroundings) -> Iterator[Choice]:
    """Add what moves ADA's strength and the learning rates, unless something moves them already."""
    moved = {controller.knob for controller in recipe.controllers}
    wanted = (*_strength(recipe), *_decay(recipe, around))
    added = [(part, because) for part, because in wanted if part["knob"] not in moved]
    if added:
        kept = [controller.model_dump() for controller in recipe.controllers]
        reasons = dict.fromkeys(because for _, because in added)
        yield Choice("controllers", [*kept, *(part for part, _ in added)], "; ".join(reasons))


def _strength(recipe: Recipe) -> Iterator[tuple[dict[str, Any], str]]:
    if recipe.augment and recipe.augment.name == "ada":
        relative = recipe.loss is None or recipe.loss.name.startswith("relativistic")
        signal = "scores/ranked_right" if relative else "scores/real/sign"
        added = {"name": "ada", "knob": "augment.strength", "signal": signal}
        yield added, "ADA's strength follows how sure D is of reals"


def _decay(recipe: Recipe, around: Surroundings) -> Iterator[tuple[dict[str, Any], str]]:
    """Let the learning rates fall where the user left the optimizers and their course to us."""
    course = around.kind.defaults.course(around)
    said = "controllers" in recipe.model_fields_set or recipe.optimizers.model_fields_set
    ours = recipe.loss is None and not (said or around.settled)
    if course and ours and not games.get(recipe.game.name).facts.translates:
        for player in TWO_PLAYERS:
            knob = f"optimizers.{player}.lr"
            yield {"name": "cosine", "knob": knob, "final": FINAL, **course[0]}, course[1]


def _length(around: Surroundings) -> Choice:
    budget = usual_budget(around.device)
    if around.small_machine:
        return Choice("length.budget", budget, "twenty minutes on a processor show what to expect")
    return Choice("length.budget", budget, "two hours on a GPU; lengthen with --resume --budget")


def usual_budget(device: str) -> float:
    """Return the seconds that a run takes where nobody says how long: "cpu" is a processor."""
    return 1200.0 if device == "cpu" else 7200.0
