"""What ways change in a recipe that works, and which places they suit."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from gansmith.testing.zoo.places import Place

Changes = Mapping[str, Any]
Change = Callable[[Place], Changes]
PARTS = "gansmith.testing.zoo.parts"


def images(place: Place) -> bool:
    """Whether samples are pictures."""
    return place.images


def toys(place: Place) -> bool:
    """Whether samples are vectors."""
    return not place.images


def classes(place: Place) -> bool:
    """Whether the pictures have classes worth asking for."""
    return place.images and place.data != "emoji"


def told(place: Place) -> bool:
    """Whether the features of exams tell the classes: those of CIFAR they do not."""
    return classes(place) and place.data != "cifar"


def rates(generator: float, discriminator: float) -> Change:
    """Learning rates as multiples of the place's own."""
    return lambda place: {
        "optimizers.generator.lr": place.lr * generator,
        "optimizers.discriminator.lr": place.lr * discriminator,
    }


def perceptron(place: Place) -> bool:
    """Whether both players are small networks of plain layers."""
    return "widths" in place.networks["discriminator"]


def plain(place: Place) -> Changes:
    """Without any regulariser."""
    return {"terms": []}


def all_of(*parts: Change | Changes) -> Change:
    """Several changes, the later ones on top."""

    def changes(place: Place) -> Changes:
        found: dict[str, Any] = {}
        for part in parts:
            found |= part(place) if callable(part) else part
        return found

    return changes


def around(part: str, player: str = "generator", **options: Any) -> Change:
    """A network of the place inside a part of the zoo's own."""

    def changes(place: Place) -> Changes:
        net = place.networks[player]
        own = {name: value for name, value in net.items() if name != "name"}
        made = {"name": f"{PARTS}:{part}", "base": net["name"], **options, **own}
        return {f"networks.{player}": made}

    return changes


def shorter(place: Place) -> Changes:
    """A third of the time at half the rates."""
    kimg = place.kimg / 3
    return {
        "length.kimg": kimg,
        "evaluation.every_kimg": kimg / 12,
        "signals.tick": max(1, round(kimg * 1000 / place.batch / 48)),
        **rates(0.5, 0.5)(place),
    }


def thin(place: Place) -> Changes:
    """A generator as narrow as it goes: eight numbers wide, two for vectors, or one channel."""
    if "widths" in place.networks["generator"]:
        return {"networks.generator.widths": [8] if place.images else [2]}
    return {"networks.generator.width": 1}


def thick_discriminator(place: Place) -> Changes:
    """Twice the width, to learn few pictures by heart."""
    net = place.networks["discriminator"]
    if "widths" in net:
        return {"networks.discriminator.widths": [2 * width for width in net["widths"]]}
    return {"networks.discriminator.width": 2 * net["width"]}


def stretched(times: float) -> Change:
    """A run of another length, with as many ticks and exams as before."""
    return lambda place: {
        "length.kimg": times * place.kimg,
        "evaluation.every_kimg": times * place.kimg / (16 if not place.images else 13),
        "signals.tick": max(1, round(times * place.kimg * 1000 / place.batch / 80)),
    }


def gamma(place: Place) -> Changes:
    """A gradient penalty that flattens the discriminator."""
    return {"terms": [{"name": "r1", "gamma": 1e5}]}


def critic(place: Place) -> Changes:
    """A Wasserstein critic with a gradient penalty."""
    weight = 10.0 if place.images else 0.1
    terms = [{"name": "gradient_penalty", "weight": weight}]
    return {
        "loss": {"name": "wasserstein"},
        "terms": terms,
        "game.discriminator_turns": 2,
        "length.kimg": (2 if place.images else 1) * place.kimg,
    }


def circling(turns: int) -> Change:
    """The bilinear game: straight players under plain descent go round a number of times."""

    def changes(place: Place) -> Changes:
        steps = 1000 * place.kimg / place.batch
        sgd = {"name": "sgd", "lr": round(turns * 2 * math.pi / steps, 4)}
        offset = 0.5 if place.images else 1.0
        return {
            "loss": {"name": "wasserstein"},
            "constraints": [{"name": "weight_clip", "limit": 1000.0}],  # never reached
            "terms": [],
            "ema.half_life_kimg": place.kimg / 1000,  # an average would hide it
            "networks.generator": {"name": f"{PARTS}:linear", "offset": offset},
            "networks.discriminator": {"name": f"{PARTS}:linear_critic"},
            "optimizers.generator": sgd,
            "optimizers.discriminator": dict(sgd),
        }

    return changes
