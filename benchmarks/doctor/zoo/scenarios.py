"""Scenarios, failing and healthy: each changes a recipe that works."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.doctor.zoo.recipe_changes import (
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
    separable,
    shorter,
    stretched,
    thick_discriminator,
    thin,
    toys,
)
from benchmarks.doctor.zoo.settings import Setting


@dataclass(frozen=True)
class Scenario:
    """One way for a run to fail, or to stay healthy.

    Args:
        name: of the scenario.
        failure: the diagnosis it is made for; "" for a healthy run.
        changes: from a setting to dotted recipe changes.
        data: how the data are altered, see ``settings.altered``; images only.
        where: which settings it applies to.
        also: other failures that are correct beside it.
    """

    name: str
    failure: str
    changes: Change
    data: str = ""
    where: Callable[[Setting], bool] = lambda setting: True
    also: tuple[str, ...] = ()


SGD = {"name": "sgd", "lr": 3.0}
CLIPPED = {"loss": {"name": "wasserstein"}, "terms": []}
LABELS = {"condition": {"name": "labels"}}
FIVE_TURNS = {"game.discriminator_turns": 5}
HALF = {"data.held_out": 0.5}

SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        # healthy
        Scenario("ns_r1", "", lambda setting: {}),
        Scenario("relativistic", "", lambda setting: {
            "loss": {"name": "relativistic"},
            "terms": [{"name": "r1", "gamma": 0.1}, {"name": "r2", "gamma": 0.1}],
        }),
        Scenario("hinge", "", lambda setting: {"loss": {"name": "hinge"}}),
        Scenario("least_squares", "", lambda setting: {"loss": {"name": "least_squares"}}),
        Scenario("wasserstein_gp", "", lambda setting: {
            **critic(setting), **(rates(0.5, 0.5)(setting) if setting.images else {}),
        }),
        Scenario("spectral", "", lambda setting: {
            "loss": {"name": "hinge"}, "terms": [], "constraints": [{"name": "spectral_norm"}],
        }, where=images),
        Scenario("cosine", "", lambda setting: {
            "controllers": [{"name": "cosine", "knob": f"optimizers.{p}.lr"}
                            for p in ("generator", "discriminator")],
        }),
        Scenario("slow_start", "",
            lambda setting: rates(*[0.5 if setting.images else 0.3] * 2)(setting)),
        Scenario("two_time_scales", "", all_of(rates(0.5, 2.0))),
        Scenario("single_class", "", lambda setting: {}, data="single", where=classes),
        Scenario("fine_stripes", "", lambda setting: {}, data="stripes", where=images),
        Scenario("labels", "", lambda setting: dict(LABELS), where=classes),
        Scenario("large_batch", "", lambda setting: {
            "data.batch": 2 * setting.batch, "length.kimg": 2 * setting.kimg,
            "evaluation.every_kimg": setting.kimg / 7,
        }),
        # failures
        Scenario("minimax_lost", "vanishing_gradient", all_of(plain, rates(0.003, 4.0), {
            "loss": {"name": "minimax"},
        }), also=("unsuitable_loss", "discriminator_dominates")),
        Scenario("narrow", "mode_collapse", around("defective", defect="narrow")),
        Scenario("slow_generator", "discriminator_dominates", all_of(plain, rates(0.002, 4.0)),
            also=("vanishing_gradient",)),
        Scenario("slow_discriminator", "generator_dominates", rates(1.0, 1e-4)),
        Scenario("huge_steps", "divergence", lambda setting: {
            "terms": [], "loss": {"name": "least_squares"},
            "optimizers.generator": dict(SGD), "optimizers.discriminator": dict(SGD),
        }, also=("mode_collapse",)),
        Scenario("few_pictures", "discriminator_overfitting", all_of(plain, HALF), data="few",
            where=images, also=("memorisation", "data_problem")),
        Scenario("momentum", "oscillation", all_of(plain, rates(5.0, 5.0), {
            "ema.half_life_kimg": 0.1,
            "optimizers.generator.betas": [0.9, 0.99],
            "optimizers.discriminator.betas": [0.9, 0.99],
        }), where=perceptron, also=("mode_collapse", "divergence", "underfitting")),
        Scenario("too_short", "undertrained", shorter),
        Scenario("linear_generator", "underfitting", lambda setting: {
            "networks.generator": {"name": f"{PARTS}:linear"},
            **rates(5.0 if setting.images else 1.0, 1.0)(setting),
        }, also=("discriminator_dominates",)),
        Scenario("minimax_outrun", "unsuitable_loss", all_of(plain, rates(0.1, 3.0), {
            "loss": {"name": "minimax"}, "game.discriminator_turns": 2,
        }), also=("vanishing_gradient", "discriminator_dominates")),
        Scenario("recited", "memorisation", all_of(
            around("reciting", source="", held_out=0.5, seed=0), {
                "evaluation.metrics": ["frechet_distance", "diversity", "memorisation"],
                "evaluation.samples": 32,
                "data.held_out": 0.5,
            }), data="handful", where=images,
            also=("discriminator_overfitting", "data_problem")),
        Scenario("deaf", "condition_ignored", all_of(around("defective", defect="deaf"), LABELS),
            where=separable),
        Scenario("checkered", "artefacts", around("defective", defect="checkered"), where=images,
            also=("discriminator_dominates", "underfitting")),
        Scenario("copies", "data_problem", lambda setting: {}, data="copies", where=images,
            also=("mode_collapse", "discriminator_overfitting")),  # ten images memorised
        Scenario("squares_lost", "vanishing_gradient", all_of(plain, rates(0.01, 4.0), {
            "loss": {"name": "least_squares"},
        }), also=("discriminator_dominates", "unsuitable_loss")),
        Scenario("words", "mode_collapse", around("defective", defect="words"), where=images),
        Scenario("folded", "mode_collapse", around("defective", defect="folded"), where=toys,
            also=("discriminator_dominates", "underfitting")),
        Scenario("alike", "mode_collapse", all_of(around("defective", defect="alike"), LABELS),
            where=classes),
        Scenario("many_turns", "discriminator_dominates",
            all_of(plain, rates(0.01, 2.0), FIVE_TURNS),
            also=("vanishing_gradient",)),
        Scenario("flat_discriminator", "generator_dominates", gamma),
        Scenario("loose_critic", "divergence", all_of(CLIPPED, rates(30.0, 100.0), {
            "constraints": [{"name": "weight_clip", "limit": 1e6}],
        }), also=("unsuitable_loss", "oscillation", "mode_collapse")),
        Scenario("few_under_squares", "discriminator_overfitting", all_of(plain, HALF, {
            "loss": {"name": "least_squares"},
        }), data="few", where=images, also=("memorisation", "data_problem")),
        Scenario("circling", "oscillation", circling(6), where=toys,
            also=("underfitting", "unsuitable_loss", "mode_collapse")),
        Scenario("circling_fast", "oscillation", circling(10), where=toys,
            also=("underfitting", "unsuitable_loss", "mode_collapse")),
        Scenario("unbounded_critic", "unsuitable_loss", all_of(CLIPPED, {
            "constraints": [{"name": "weight_clip", "limit": 1000.0}],
        }), also=("divergence", "mode_collapse", "oscillation")),
        Scenario("long_tail", "data_problem", lambda setting: dict(LABELS), data="long_tail",
            where=classes),
        Scenario("thin_generator", "underfitting", all_of(stretched(4.0), thin),
            also=("discriminator_dominates", "mode_collapse")),
        Scenario("stopped_early", "undertrained", stretched(0.2)),
        Scenario("few_for_long", "discriminator_overfitting", all_of(
            plain, HALF, stretched(1.5), thick_discriminator, {"loss": {"name": "hinge"}},
        ), data="few", where=images, also=("memorisation", "data_problem")),
        Scenario("striped", "artefacts", around("defective", defect="striped"), where=images,
            also=("discriminator_dominates", "underfitting")),
        Scenario("blind", "generator_dominates", lambda setting: {
            "networks.discriminator": {"name": f"{PARTS}:blind_critic"},
        }, also=("underfitting", "mode_collapse")),
        Scenario("coarse", "underfitting", around("defective", defect="coarse"), where=images,
            also=("discriminator_dominates",)),
        Scenario("slow_pair", "undertrained", all_of(rates(0.1, 0.1), stretched(0.7))),
        Scenario("few_relativistic", "discriminator_overfitting", all_of(
            HALF, stretched(1.5), {
                "loss": {"name": "relativistic"}, "terms": [{"name": "r1", "gamma": 0.005}],
            }), data="few", where=images, also=("memorisation", "data_problem")),
        Scenario("overlooked", "artefacts", around("shortsighted", "discriminator"), where=images,
            also=("discriminator_dominates", "underfitting")),
    )
}  # fmt: skip
