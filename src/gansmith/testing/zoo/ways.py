"""Ways to fail and ways to stay healthy: each changes a recipe that works."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gansmith.testing.zoo.places import Place

Changes = Mapping[str, Any]
PARTS = "gansmith.testing.zoo.parts"


@dataclass(frozen=True)
class Way:
    """One way a run goes.

    Args:
        name: of the way.
        failure: what it is to be called; "" for a healthy run.
        changes: place to dotted recipe changes.
        data: alteration of the data, see ``places.altered``; pictures only.
        where: which places it suits.
        also: other failures that are right to name beside it.
    """

    name: str
    failure: str
    changes: Callable[[Place], Changes]
    data: str = ""
    where: Callable[[Place], bool] = lambda place: True
    also: tuple[str, ...] = ()


def _images(place: Place) -> bool:
    return place.images


def _toys(place: Place) -> bool:
    return not place.images


def _classes(place: Place) -> bool:
    return place.images and place.data != "emoji"


def _told(place: Place) -> bool:
    """Whether the features of exams tell the classes: those of CIFAR they do not."""
    return _classes(place) and place.data != "cifar"


def _rates(generator: float, discriminator: float) -> Callable[[Place], Changes]:
    return lambda place: {
        "optimizers.generator.lr": place.lr * generator,
        "optimizers.discriminator.lr": place.lr * discriminator,
    }


def _vectors_and_mnist(place: Place) -> bool:
    return place.architecture == "mlp"


def _plain(place: Place) -> Changes:
    return {"terms": []}


def _with(*parts: Callable[[Place], Changes] | Changes) -> Callable[[Place], Changes]:
    def changes(place: Place) -> Changes:
        found: dict[str, Any] = {}
        for part in parts:
            found |= part(place) if callable(part) else part
        return found

    return changes


def _around(part: str, player: str = "generator", **options: Any) -> Callable[[Place], Changes]:
    """A network of the place inside a part of the zoo's own."""

    def changes(place: Place) -> Changes:
        net = place.networks[player]
        own = {name: value for name, value in net.items() if name != "name"}
        made = {"name": f"{PARTS}:{part}", "base": net["name"], **options, **own}
        return {f"networks.{player}": made}

    return changes


def _shorter(place: Place) -> Changes:
    kimg = place.kimg / 3
    return {
        "length.kimg": kimg,
        "evaluation.every_kimg": kimg / 12,
        "signals.tick": max(1, round(kimg * 1000 / place.batch / 48)),
        **_rates(0.5, 0.5)(place),
    }


def _thin(place: Place) -> Changes:
    """A generator as narrow as it goes: eight numbers wide, two for vectors, or one channel."""
    if place.architecture in ("mlp", "maxout"):
        return {"networks.generator.widths": [8] if place.images else [2]}
    return {"networks.generator.width": 1}


def _thick_discriminator(place: Place) -> Changes:
    """Twice the width, to learn few pictures by heart."""
    net = place.networks["discriminator"]
    if "widths" in net:
        return {"networks.discriminator.widths": [2 * width for width in net["widths"]]}
    return {"networks.discriminator.width": 2 * net["width"]}


def _stretched(times: float) -> Callable[[Place], Changes]:
    """A run of another length, with as many ticks and exams as before."""
    return lambda place: {
        "length.kimg": times * place.kimg,
        "evaluation.every_kimg": times * place.kimg / (16 if not place.images else 13),
        "signals.tick": max(1, round(times * place.kimg * 1000 / place.batch / 80)),
    }


def _gamma(place: Place) -> Changes:
    return {"terms": [{"name": "r1", "gamma": 1e5}]}


def _critic(place: Place) -> Changes:
    weight = 10.0 if place.images else 0.1
    terms = [{"name": "gradient_penalty", "weight": weight}]
    return {
        "loss": {"name": "wasserstein"},
        "terms": terms,
        "game.discriminator_turns": 2,
        "length.kimg": (2 if place.images else 1) * place.kimg,
    }


SGD = {"name": "sgd", "lr": 3.0}
CLIPPED = {"loss": {"name": "wasserstein"}, "terms": []}
LABELS = {"condition": {"name": "labels"}}
FIVE_TURNS = {"game.discriminator_turns": 5}
HALF = {"data.held_out": 0.5}


def _circling(turns: int) -> Callable[[Place], Changes]:
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


WAYS = {
    way.name: way
    for way in (
        # healthy
        Way("ns_r1", "", lambda place: {}),
        Way("relativistic", "", lambda place: {
            "loss": {"name": "relativistic"},
            "terms": [{"name": "r1", "gamma": 0.1}, {"name": "r2", "gamma": 0.1}],
        }),
        Way("hinge", "", lambda place: {"loss": {"name": "hinge"}}),
        Way("least_squares", "", lambda place: {"loss": {"name": "least_squares"}}),
        Way("wasserstein_gp", "", lambda place: {
            **_critic(place), **(_rates(0.5, 0.5)(place) if place.images else {}),
        }),
        Way("spectral", "", lambda place: {
            "loss": {"name": "hinge"}, "terms": [], "constraints": [{"name": "spectral_norm"}],
        }, where=_images),
        Way("cosine", "", lambda place: {
            "controllers": [{"name": "cosine", "knob": f"optimizers.{p}.lr"}
                            for p in ("generator", "discriminator")],
        }),
        Way("slow_start", "", lambda place: _rates(*[0.5 if place.images else 0.3] * 2)(place)),
        Way("two_time_scales", "", _with(_rates(0.5, 2.0))),
        Way("single_class", "", lambda place: {}, data="single", where=_classes),
        Way("fine_stripes", "", lambda place: {}, data="stripes", where=_images),
        Way("labels", "", lambda place: dict(LABELS), where=_classes),
        Way("large_batch", "", lambda place: {
            "data.batch": 2 * place.batch, "length.kimg": 2 * place.kimg,
            "evaluation.every_kimg": place.kimg / 7,
        }),
        # failures
        Way("minimax_lost", "vanishing_gradient", _with(_plain, _rates(0.003, 4.0), {
            "loss": {"name": "minimax"},
        }), also=("unsuitable_loss", "discriminator_dominates")),
        Way("narrow", "mode_collapse", _around("defective", defect="narrow")),
        Way("slow_generator", "discriminator_dominates", _with(_plain, _rates(0.002, 4.0)),
            also=("vanishing_gradient",)),
        Way("slow_discriminator", "generator_dominates", _rates(1.0, 1e-4)),
        Way("huge_steps", "divergence", lambda place: {
            "terms": [], "loss": {"name": "least_squares"},
            "optimizers.generator": dict(SGD), "optimizers.discriminator": dict(SGD),
        }, also=("mode_collapse",)),
        Way("few_pictures", "discriminator_overfitting", _with(_plain, HALF), data="few",
            where=_images, also=("memorisation", "data_problem")),
        Way("momentum", "oscillation", _with(_plain, _rates(5.0, 5.0), {
            "ema.half_life_kimg": 0.1,
            "optimizers.generator.betas": [0.9, 0.99],
            "optimizers.discriminator.betas": [0.9, 0.99],
        }), where=_vectors_and_mnist, also=("mode_collapse", "divergence", "underfitting")),
        Way("too_short", "undertrained", _shorter),
        Way("linear_generator", "underfitting", lambda place: {
            "networks.generator": {"name": f"{PARTS}:linear"},
            **_rates(5.0 if place.images else 1.0, 1.0)(place),
        }, also=("discriminator_dominates",)),
        Way("minimax_outrun", "unsuitable_loss", _with(_plain, _rates(0.1, 3.0), {
            "loss": {"name": "minimax"}, "game.discriminator_turns": 2,
        }), also=("vanishing_gradient", "discriminator_dominates")),
        Way("recited", "memorisation", _with(
            _around("reciting", source="", held_out=0.5, seed=0), {
                "evaluation.metrics": ["frechet_distance", "diversity", "memorisation"],
                "evaluation.samples": 32,
                "data.held_out": 0.5,
            }), data="handful", where=_images,
            also=("discriminator_overfitting", "data_problem")),
        Way("deaf", "condition_ignored", _with(_around("defective", defect="deaf"), LABELS),
            where=_told),
        Way("checkered", "artefacts", _around("defective", defect="checkered"), where=_images,
            also=("discriminator_dominates", "underfitting")),
        Way("copies", "data_problem", lambda place: {}, data="copies", where=_images,
            also=("mode_collapse", "discriminator_overfitting")),  # ten of them by heart
        Way("squares_lost", "vanishing_gradient", _with(_plain, _rates(0.01, 4.0), {
            "loss": {"name": "least_squares"},
        }), also=("discriminator_dominates", "unsuitable_loss")),
        Way("words", "mode_collapse", _around("defective", defect="words"), where=_images),
        Way("folded", "mode_collapse", _around("defective", defect="folded"), where=_toys,
            also=("discriminator_dominates", "underfitting")),
        Way("alike", "mode_collapse", _with(_around("defective", defect="alike"), LABELS),
            where=_classes),
        Way("many_turns", "discriminator_dominates", _with(_plain, _rates(0.01, 2.0), FIVE_TURNS),
            also=("vanishing_gradient",)),
        Way("flat_discriminator", "generator_dominates", _gamma),
        Way("loose_critic", "divergence", _with(CLIPPED, _rates(30.0, 100.0), {
            "constraints": [{"name": "weight_clip", "limit": 1e6}],
        }), also=("unsuitable_loss", "oscillation", "mode_collapse")),
        Way("few_under_squares", "discriminator_overfitting", _with(_plain, HALF, {
            "loss": {"name": "least_squares"},
        }), data="few", where=_images, also=("memorisation", "data_problem")),
        Way("circling", "oscillation", _circling(6), where=_toys,
            also=("underfitting", "unsuitable_loss", "mode_collapse")),
        Way("circling_fast", "oscillation", _circling(10), where=_toys,
            also=("underfitting", "unsuitable_loss", "mode_collapse")),
        Way("unbounded_critic", "unsuitable_loss", _with(CLIPPED, {
            "constraints": [{"name": "weight_clip", "limit": 1000.0}],
        }), also=("divergence", "mode_collapse", "oscillation")),
        Way("long_tail", "data_problem", lambda place: dict(LABELS), data="long_tail",
            where=_classes),
        Way("thin_generator", "underfitting", _with(_stretched(4.0), _thin),
            also=("discriminator_dominates", "mode_collapse")),
        Way("stopped_early", "undertrained", _stretched(0.2)),
        Way("few_for_long", "discriminator_overfitting", _with(
            _plain, HALF, _stretched(1.5), _thick_discriminator, {"loss": {"name": "hinge"}},
        ), data="few", where=_images, also=("memorisation", "data_problem")),
        Way("striped", "artefacts", _around("defective", defect="striped"), where=_images,
            also=("discriminator_dominates", "underfitting")),
        Way("blind", "generator_dominates", lambda place: {
            "networks.discriminator": {"name": f"{PARTS}:blind_critic"},
        }, also=("underfitting", "mode_collapse")),
        Way("coarse", "underfitting", _around("defective", defect="coarse"), where=_images,
            also=("discriminator_dominates",)),
        Way("slow_pair", "undertrained", _with(_rates(0.1, 0.1), _stretched(0.7))),
        Way("few_relativistic", "discriminator_overfitting", _with(
            HALF, _stretched(1.5), {
                "loss": {"name": "relativistic"}, "terms": [{"name": "r1", "gamma": 0.005}],
            }), data="few", where=_images, also=("memorisation", "data_problem")),
        Way("overlooked", "artefacts", _around("shortsighted", "discriminator"), where=_images,
            also=("discriminator_dominates", "underfitting")),
    )
}  # fmt: skip
