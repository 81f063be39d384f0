"""Ways to fail and ways to stay healthy: each changes a recipe that works."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gansmith.testing.zoo.places import Place

Changes = Mapping[str, Any]
DEFECTIVE = "gansmith.testing.zoo.parts:defective"
NETS = ("networks.generator", "networks.discriminator")


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


def _rates(generator: float, discriminator: float) -> Callable[[Place], Changes]:
    return lambda place: {
        "optimizers.generator.lr": place.lr * generator,
        "optimizers.discriminator.lr": place.lr * discriminator,
    }


def _plain(place: Place) -> Changes:
    return {"terms": []}


def _with(*parts: Callable[[Place], Changes] | Changes) -> Callable[[Place], Changes]:
    def changes(place: Place) -> Changes:
        found: dict[str, Any] = {}
        for part in parts:
            found |= part(place) if callable(part) else part
        return found

    return changes


def _defect(defect: str) -> Callable[[Place], Changes]:
    def changes(place: Place) -> Changes:
        net = place.networks["generator"]
        options = {name: value for name, value in net.items() if name != "name"}
        made = {"name": DEFECTIVE, "base": net["name"], "defect": defect, **options}
        return {"networks.generator": made}

    return changes


def _small_generator(place: Place) -> Changes:
    if place.architecture == "mlp":
        return {"networks.generator.widths": [3], "game.latent": 2}
    return {"networks.generator.width": 1, "game.latent": 2}


def _shorter(place: Place) -> Changes:
    kimg = place.kimg / 8
    return {
        "length.kimg": kimg,
        "evaluation.every_kimg": kimg / 10,
        "signals.tick": max(1, round(kimg * 1000 / (32 if place.images else 128) / 40)),
        **_rates(0.3, 0.3)(place),
    }


def _gamma(place: Place) -> Changes:
    return {"terms": [{"name": "r1", "gamma": 1e5}]}


def _critic(place: Place) -> Changes:
    return {"loss": {"name": "wasserstein"}, "terms": [{"name": "gradient_penalty", "weight": 10}]}


SGD = {"name": "sgd", "lr": 3.0}
CLIPPED = {"loss": {"name": "wasserstein"}, "terms": []}
LABELS = {"condition": {"name": "labels"}}

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
        Way("wasserstein_gp", "", _with(_critic, _rates(0.5, 0.5), {
            "game.discriminator_turns": 2,
        })),
        Way("spectral", "", lambda place: {
            "loss": {"name": "hinge"}, "terms": [], "constraints": [{"name": "spectral_norm"}],
        }, where=_images),
        Way("cosine", "", lambda place: {
            "controllers": [{"name": "cosine", "knob": f"optimizers.{p}.lr"}
                            for p in ("generator", "discriminator")],
        }),
        Way("slow_start", "", _with(_rates(0.3, 0.3))),
        Way("two_time_scales", "", _with(_rates(0.5, 2.0))),
        Way("single_class", "", lambda place: {}, data="single", where=_classes),
        Way("fine_stripes", "", lambda place: {}, data="stripes", where=_images),
        Way("labels", "", lambda place: dict(LABELS), where=_classes),
        Way("large_batch", "", lambda place: {"data.batch": 256 if not place.images else 64}),
        # failures
        Way("minimax_lost", "vanishing_gradient", _with(_plain, _rates(0.003, 4.0), {
            "loss": {"name": "minimax"},
        }), also=("unsuitable_loss", "discriminator_dominates")),
        Way("squares_lost", "vanishing_gradient", _with(_plain, _rates(0.01, 4.0), {
            "loss": {"name": "least_squares"},
        }), also=("discriminator_dominates", "unsuitable_loss")),
        Way("minimax_outrun", "unsuitable_loss", _with(_plain, _rates(0.1, 3.0), {
            "loss": {"name": "minimax"}, "game.discriminator_turns": 2,
        }), also=("vanishing_gradient", "discriminator_dominates")),
        Way("unbounded_critic", "unsuitable_loss", _with(CLIPPED, {
            "constraints": [{"name": "weight_clip", "limit": 1000.0}],
        }), also=("divergence", "mode_collapse", "oscillation")),
        Way("slow_generator", "discriminator_dominates", _with(_plain, _rates(0.002, 4.0)),
            also=("vanishing_gradient",)),
        Way("slow_discriminator", "generator_dominates", _rates(1.0, 1e-4)),
        Way("flat_discriminator", "generator_dominates", _with(_gamma)),
        Way("narrow", "mode_collapse", _defect("narrow")),
        Way("hasty_generator", "mode_collapse", _with(_plain, _rates(30.0, 1.0)), where=_toys,
            also=("oscillation",)),
        Way("loose_critic", "divergence", _with(CLIPPED, _rates(30.0, 100.0), {
            "constraints": [{"name": "weight_clip", "limit": 1e6}],
        }), also=("unsuitable_loss", "oscillation", "mode_collapse")),
        Way("huge_steps", "divergence", lambda place: {
            "terms": [], "loss": {"name": "least_squares"},
            "optimizers.generator": dict(SGD), "optimizers.discriminator": dict(SGD),
        }, also=("mode_collapse",)),
        Way("few_pictures", "discriminator_overfitting", _with(_plain), data="few", where=_images,
            also=("memorisation", "data_problem")),
        Way("handful", "memorisation", lambda place: {
            "evaluation.metrics": ["frechet_distance", "diversity", "memorisation"],
            "evaluation.samples": 18,
        }, data="handful", where=_images, also=("discriminator_overfitting", "data_problem")),
        Way("momentum", "oscillation", _with(_plain, _rates(5.0, 5.0), {
            "optimizers.generator.betas": [0.9, 0.99],
            "optimizers.discriminator.betas": [0.9, 0.99],
        }), where=_toys, also=("mode_collapse", "divergence", "underfitting")),
        Way("too_short", "undertrained", _shorter),
        Way("small_generator", "underfitting", _small_generator,
            also=("mode_collapse", "discriminator_dominates", "undertrained")),
        Way("deaf", "condition_ignored", _with(_defect("deaf"), LABELS), where=_classes),
        Way("checkered", "artefacts", _defect("checkered"), where=_images,
            also=("discriminator_dominates", "underfitting")),
        Way("copies", "data_problem", lambda place: {}, data="copies", where=_images,
            also=("mode_collapse",)),
        Way("long_tail", "data_problem", lambda place: dict(LABELS), data="long_tail",
            where=_classes),
    )
}  # fmt: skip
