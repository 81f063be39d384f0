"""Ways to fail and ways to stay healthy: each changes a recipe that works."""

from collections.abc import Callable
from dataclasses import dataclass

from gansmith.testing.zoo.changes import (
    PARTS,
    Change,
    all_of,
    around,
    circling,
    classes,
    critic,
    gamma,
    images,
    perceptron,
    plain,
    rates,
    shorter,
    stretched,
    thick_discriminator,
    thin,
    told,
    toys,
)
from gansmith.testing.zoo.places import Place


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
    changes: Change
    data: str = ""
    where: Callable[[Place], bool] = lambda place: True
    also: tuple[str, ...] = ()


SGD = {"name": "sgd", "lr": 3.0}
CLIPPED = {"loss": {"name": "wasserstein"}, "terms": []}
LABELS = {"condition": {"name": "labels"}}
FIVE_TURNS = {"game.discriminator_turns": 5}
HALF = {"data.held_out": 0.5}

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
            **critic(place), **(rates(0.5, 0.5)(place) if place.images else {}),
        }),
        Way("spectral", "", lambda place: {
            "loss": {"name": "hinge"}, "terms": [], "constraints": [{"name": "spectral_norm"}],
        }, where=images),
        Way("cosine", "", lambda place: {
            "controllers": [{"name": "cosine", "knob": f"optimizers.{p}.lr"}
                            for p in ("generator", "discriminator")],
        }),
        Way("slow_start", "", lambda place: rates(*[0.5 if place.images else 0.3] * 2)(place)),
        Way("two_time_scales", "", all_of(rates(0.5, 2.0))),
        Way("single_class", "", lambda place: {}, data="single", where=classes),
        Way("fine_stripes", "", lambda place: {}, data="stripes", where=images),
        Way("labels", "", lambda place: dict(LABELS), where=classes),
        Way("large_batch", "", lambda place: {
            "data.batch": 2 * place.batch, "length.kimg": 2 * place.kimg,
            "evaluation.every_kimg": place.kimg / 7,
        }),
        # failures
        Way("minimax_lost", "vanishing_gradient", all_of(plain, rates(0.003, 4.0), {
            "loss": {"name": "minimax"},
        }), also=("unsuitable_loss", "discriminator_dominates")),
        Way("narrow", "mode_collapse", around("defective", defect="narrow")),
        Way("slow_generator", "discriminator_dominates", all_of(plain, rates(0.002, 4.0)),
            also=("vanishing_gradient",)),
        Way("slow_discriminator", "generator_dominates", rates(1.0, 1e-4)),
        Way("huge_steps", "divergence", lambda place: {
            "terms": [], "loss": {"name": "least_squares"},
            "optimizers.generator": dict(SGD), "optimizers.discriminator": dict(SGD),
        }, also=("mode_collapse",)),
        Way("few_pictures", "discriminator_overfitting", all_of(plain, HALF), data="few",
            where=images, also=("memorisation", "data_problem")),
        Way("momentum", "oscillation", all_of(plain, rates(5.0, 5.0), {
            "ema.half_life_kimg": 0.1,
            "optimizers.generator.betas": [0.9, 0.99],
            "optimizers.discriminator.betas": [0.9, 0.99],
        }), where=perceptron, also=("mode_collapse", "divergence", "underfitting")),
        Way("too_short", "undertrained", shorter),
        Way("linear_generator", "underfitting", lambda place: {
            "networks.generator": {"name": f"{PARTS}:linear"},
            **rates(5.0 if place.images else 1.0, 1.0)(place),
        }, also=("discriminator_dominates",)),
        Way("minimax_outrun", "unsuitable_loss", all_of(plain, rates(0.1, 3.0), {
            "loss": {"name": "minimax"}, "game.discriminator_turns": 2,
        }), also=("vanishing_gradient", "discriminator_dominates")),
        Way("recited", "memorisation", all_of(
            around("reciting", source="", held_out=0.5, seed=0), {
                "evaluation.metrics": ["frechet_distance", "diversity", "memorisation"],
                "evaluation.samples": 32,
                "data.held_out": 0.5,
            }), data="handful", where=images,
            also=("discriminator_overfitting", "data_problem")),
        Way("deaf", "condition_ignored", all_of(around("defective", defect="deaf"), LABELS),
            where=told),
        Way("checkered", "artefacts", around("defective", defect="checkered"), where=images,
            also=("discriminator_dominates", "underfitting")),
        Way("copies", "data_problem", lambda place: {}, data="copies", where=images,
            also=("mode_collapse", "discriminator_overfitting")),  # ten of them by heart
        Way("squares_lost", "vanishing_gradient", all_of(plain, rates(0.01, 4.0), {
            "loss": {"name": "least_squares"},
        }), also=("discriminator_dominates", "unsuitable_loss")),
        Way("words", "mode_collapse", around("defective", defect="words"), where=images),
        Way("folded", "mode_collapse", around("defective", defect="folded"), where=toys,
            also=("discriminator_dominates", "underfitting")),
        Way("alike", "mode_collapse", all_of(around("defective", defect="alike"), LABELS),
            where=classes),
        Way("many_turns", "discriminator_dominates", all_of(plain, rates(0.01, 2.0), FIVE_TURNS),
            also=("vanishing_gradient",)),
        Way("flat_discriminator", "generator_dominates", gamma),
        Way("loose_critic", "divergence", all_of(CLIPPED, rates(30.0, 100.0), {
            "constraints": [{"name": "weight_clip", "limit": 1e6}],
        }), also=("unsuitable_loss", "oscillation", "mode_collapse")),
        Way("few_under_squares", "discriminator_overfitting", all_of(plain, HALF, {
            "loss": {"name": "least_squares"},
        }), data="few", where=images, also=("memorisation", "data_problem")),
        Way("circling", "oscillation", circling(6), where=toys,
            also=("underfitting", "unsuitable_loss", "mode_collapse")),
        Way("circling_fast", "oscillation", circling(10), where=toys,
            also=("underfitting", "unsuitable_loss", "mode_collapse")),
        Way("unbounded_critic", "unsuitable_loss", all_of(CLIPPED, {
            "constraints": [{"name": "weight_clip", "limit": 1000.0}],
        }), also=("divergence", "mode_collapse", "oscillation")),
        Way("long_tail", "data_problem", lambda place: dict(LABELS), data="long_tail",
            where=classes),
        Way("thin_generator", "underfitting", all_of(stretched(4.0), thin),
            also=("discriminator_dominates", "mode_collapse")),
        Way("stopped_early", "undertrained", stretched(0.2)),
        Way("few_for_long", "discriminator_overfitting", all_of(
            plain, HALF, stretched(1.5), thick_discriminator, {"loss": {"name": "hinge"}},
        ), data="few", where=images, also=("memorisation", "data_problem")),
        Way("striped", "artefacts", around("defective", defect="striped"), where=images,
            also=("discriminator_dominates", "underfitting")),
        Way("blind", "generator_dominates", lambda place: {
            "networks.discriminator": {"name": f"{PARTS}:blind_critic"},
        }, also=("underfitting", "mode_collapse")),
        Way("coarse", "underfitting", around("defective", defect="coarse"), where=images,
            also=("discriminator_dominates",)),
        Way("slow_pair", "undertrained", all_of(rates(0.1, 0.1), stretched(0.7))),
        Way("few_relativistic", "discriminator_overfitting", all_of(
            HALF, stretched(1.5), {
                "loss": {"name": "relativistic"}, "terms": [{"name": "r1", "gamma": 0.005}],
            }), data="few", where=images, also=("memorisation", "data_problem")),
        Way("overlooked", "artefacts", around("shortsighted", "discriminator"), where=images,
            also=("discriminator_dominates", "underfitting")),
    )
}  # fmt: skip
