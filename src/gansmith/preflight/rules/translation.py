"""Rules of games that make images from images, and of the terms that compare them."""

from collections.abc import Iterator

from gansmith.preflight.case import Case, Finding, rules
from gansmith.preflight.fixes import without
from gansmith.recipe.declared import directions, made_from_images, of_condition
from gansmith.registry import games, generators, terms

ISOLA, ZHU = "Isola et al. 2016, arXiv:1611.07004", "Zhu et al. 2017, arXiv:1703.10593"
UNFIT = {
    "latent": "changes the latent, but in the game {game} G gets an image and no latent",
    "codes": "reads codes of the latent, but in the game {game} G gets an image and no latent",
    "remembers": "remembers scores of one discriminator, but the game {game} has two",
    "moves": "moves samples but not the images beside which D of the game {game} judges them",
}


@rules.add
def game_without_images(case: Case) -> Iterator[Finding]:
    """Games of images from images need such a condition, and no other game can use it.

    Reference: Isola et al. 2016, arXiv:1611.07004.
    """
    game, images = case.recipe.game.name, made_from_images(case.recipe)
    translates = games.get(game).facts.translates
    if translates and not images:
        yield Finding(
            "game_without_images",
            "refuse",
            "condition",
            f"the game {game} makes samples from other images, but none are named",
            'add [condition] with name = "image" and a source, or a corruption such as "grey"',
            {"condition": {"name": "image", "corruption": "grey"}},
            ISOLA,
        )
    elif images and not translates:
        yield Finding(
            "game_without_images",
            "refuse",
            "condition",
            f"the game {game} makes samples from latents, not from images",
            'set game.name = "paired", or "cycle" where no image belongs to another',
            {"game.name": "paired"},
            ISOLA,
        )


@rules.add
def cycle_of_one_kind(case: Case) -> Iterator[Finding]:
    """Going there and back takes images of two kinds.

    Reference: Zhu et al. 2017, arXiv:1703.10593.
    """
    if directions(case.recipe) == 2 and of_condition(case.recipe, "corruption"):
        yield Finding(
            "cycle_of_one_kind",
            "refuse",
            "condition.corruption",
            f"the game {case.recipe.game.name} goes between two sets of images, but these inputs"
            " are made from the data and have their targets",
            'set game.name = "paired", or name a second set as condition.source',
            {"game.name": "paired"},
            ZHU,
        )


@rules.add
def generator_of_another_game(case: Case) -> Iterator[Finding]:
    """A generator makes samples from images or from latents.

    Reference: Isola et al. 2016, arXiv:1611.07004.
    """
    part, game = case.recipe.networks.generator, games.get(case.recipe.game.name)
    if part is None or ":" in part.name:
        return
    wanted = game.facts.translates
    if generators.get(part.name).facts.translates == wanted:
        return
    known = [p.name for p in generators if p.facts.translates == wanted]
    known.sort(key=lambda name: name != game.facts.generator)  # the game's own first
    yield Finding(
        "generator_of_another_game",
        "refuse",
        "networks.generator",
        f"{part.name} takes {'latents' if wanted else 'images'}, but the game {game.name} gives it"
        f" {'images' if wanted else 'latents'}",
        f"use {' or '.join(known)}",
        {"networks.generator": {"name": known[0]}},
        ISOLA,
    )


@rules.add
def nothing_to_compare(case: Case) -> Iterator[Finding]:
    """A term that compares images needs a game that makes both.

    Reference: Isola et al. 2016, arXiv:1611.07004; Zhu et al. 2017, arXiv:1703.10593.
    """
    game = case.recipe.game.name
    offered = games.get(game).facts.offers
    for part in case.recipe.terms:
        pair = terms.get(part.name).facts.compares
        if pair and pair not in offered:
            fitting = [g.name for g in games if pair in g.facts.offers]
            yield Finding(
                "nothing_to_compare",
                "refuse",
                f"terms.{part.name}",
                f"compares images that the game {game} does not make ({pair})",
                f'set game.name = "{fitting[0]}", or leave it out',
                {"game.name": fitting[0]},
                ISOLA if pair == "target" else ZHU,
            )


@rules.add
def term_of_another_game(case: Case) -> Iterator[Finding]:
    """Terms of latents mean nothing where there is none, and so on: see ``UNFIT``."""
    game, ways = case.recipe.game.name, directions(case.recipe)
    unfit = {1: ("latent", "codes", "moves"), 2: ("latent", "codes", "remembers")}.get(ways, ())
    for part in case.recipe.terms:
        for fact in unfit:
            if getattr(terms.get(part.name).facts, fact):
                yield Finding(
                    "term_of_another_game",
                    "refuse",
                    f"terms.{part.name}",
                    UNFIT[fact].format(game=game),
                    "leave it out",
                    without(case.recipe, "terms", [part]),
                    ISOLA if ways == 1 else ZHU,
                )


@rules.add
def cycle_not_closed(case: Case) -> Iterator[Finding]:
    """Without cycle consistency any image of the right kind will do for any input.

    Reference: Zhu et al. 2017, arXiv:1703.10593.
    """
    named = [part.name for part in case.recipe.terms]
    if directions(case.recipe) == 2 and case.recipe.loss and "cycle" not in named:
        yield Finding(
            "cycle_not_closed",
            "warn",
            "terms",
            "nothing ties an output to its input: any image of the right kind would do",
            "add the term cycle",
            {"terms.cycle.weight": 10.0},
            ZHU,
        )


@rules.add(needs="data")
def grey_already(case: Case) -> Iterator[Finding]:
    """Colour can only be taken from images that have it."""
    assert case.data is not None
    channels = case.data.shape[0]
    if of_condition(case.recipe, "corruption") in ("grey", "lightness") and channels < 3:
        yield Finding(
            "grey_already",
            "refuse",
            "condition.corruption",
            f"the data have {channels} channel{'s' * (channels > 1)} and no colour to take away",
            "set data.channels = 3 if the images are in colour, or choose mask or low_resolution",
            {"condition.corruption": "mask"},
            ISOLA,
        )


@rules.add(needs="data")
def identity_of_two_shapes(case: Case) -> Iterator[Finding]:
    """An image can only stay as it is where both kinds have as many channels.

    Reference: Zhu et al. 2017, arXiv:1703.10593.
    """
    assert case.data is not None
    shapes = case.data.shape, case.data.inputs
    compares = [terms.get(part.name).facts.compares for part in case.recipe.terms]
    if case.data.inputs and shapes[0] != shapes[1] and "identity" in compares:
        yield Finding(
            "identity_of_two_shapes",
            "refuse",
            "terms.identity",
            f"the data have {shapes[0][0]} channels and the inputs {shapes[1][0]}, so that none can"
            " come out as it went in",
            "leave it out",
            without(case.recipe, "terms", [p for p in case.recipe.terms if p.name == "identity"]),
            ZHU,
        )
