"""Data sets, architectures and losses of the validation and the test split, which no other run has.

The test split is evaluated once, when nothing changes any more. Both splits share no data set and
no architecture with each other, nor with the development settings in ``settings.py``.
"""

from benchmarks.doctor.zoo.recipe_changes import (
    all_of,
    around,
    classes,
    critic,
    images,
    plain,
    rates,
    separable,
    stretched,
    thick_discriminator,
    toys,
)
from benchmarks.doctor.zoo.scenarios import HALF, LABELS, Scenario
from benchmarks.doctor.zoo.settings import Setting, nets

TWIN = {
    "generator": {"name": "sngan", "width": 8},
    "discriminator": {"name": "sngan", "width": 8},
}
WATCHFUL = {
    "generator": {"name": "lean", "width": 14},
    "discriminator": {"name": "dcgan", "width": 10, "batch_norm": False, "minibatch_stddev": True},
}
RISING = nets("mlp", {"widths": [48, 96, 192], "activation": "relu"}, {"widths": [112, 112, 56]})
SQUAT = nets(
    "mlp",
    {"widths": [176, 88], "activation": "tanh", "batch_norm": True},
    {"widths": [72, 72], "activation": "maxout"},
)

ASTUTE = {
    "generator": {"name": "modern", "width": 8},
    "discriminator": WATCHFUL["discriminator"],
}
KEEN = {
    "generator": {"name": "dcgan", "width": 10},
    "discriminator": {"name": "sngan", "width": 8, "minibatch_stddev": True},
}
WAISTED = nets("mlp", {"widths": [128, 64, 128], "activation": "relu"}, {"widths": [144, 48]})
LEVEL = nets(
    "mlp",
    {"widths": [64] * 3, "activation": "tanh", "batch_norm": True},
    {"widths": [96, 48], "activation": "maxout"},
)

VALIDATION_SEED, TEST_SEED = 14, 15
ROUNDS_BY_SEED = {VALIDATION_SEED: 6, TEST_SEED: 4}  # times each scenario is tried
HELD_OUT_SETTINGS: dict[int, tuple[Setting, ...]] = {}
HELD_OUT_SETTINGS[VALIDATION_SEED] = (
    Setting("fields-twin", "fields", "twin", "fields.npz", 24, 7, TWIN),
    Setting("saddle-rising", "saddle", "rising", "saddle.npz", 0, 130, RISING),
    Setting("portholes-watchful", "portholes", "watchful", "portholes.npz", 24, 9, WATCHFUL),
    Setting("dice-twin", "dice", "twin", "dice.npz", 24, 7, TWIN),
    Setting("echoes-squat", "echoes", "squat", "echoes.npz", 0, 130, SQUAT),
    Setting("fields-watchful", "fields", "watchful", "fields.npz", 24, 9, WATCHFUL),
    Setting("portholes-twin", "portholes", "twin", "portholes.npz", 24, 7, TWIN),
    Setting("echoes-rising", "echoes", "rising", "echoes.npz", 0, 130, RISING),
    Setting("dice-watchful", "dice", "watchful", "dice.npz", 24, 9, WATCHFUL),
    Setting("saddle-squat", "saddle", "squat", "saddle.npz", 0, 130, SQUAT),
)
HELD_OUT_SETTINGS[TEST_SEED] = (
    Setting("roads-astute", "roads", "astute", "roads.npz", 24, 7, ASTUTE),
    Setting("rose-level", "rose", "level", "rose.npz", 0, 110, LEVEL),
    Setting("fish-keen", "fish", "keen", "fish.npz", 24, 8, KEEN),
    Setting("strokes-waisted", "strokes", "waisted", "strokes.npz", 0, 450, WAISTED, 2e-3),
    Setting("fish-astute", "fish", "astute", "fish.npz", 24, 15, ASTUTE),
    Setting("strokes-level", "strokes", "level", "strokes.npz", 0, 300, LEVEL, 2e-3),
    Setting("roads-keen", "roads", "keen", "roads.npz", 24, 8, KEEN),
    Setting("rose-waisted", "rose", "waisted", "rose.npz", 0, 110, WAISTED),
)

HINGE = {"loss": {"name": "hinge"}}
SQUARES = {"loss": {"name": "least_squares"}}
AVERAGE = {"loss": {"name": "relativistic_average"}}

HELD_OUT_SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        # healthy
        Scenario("dragan", "", lambda setting: {"terms": [{"name": "dragan", "weight": 1.0}]}),
        Scenario("relativistic_average", "", lambda setting: dict(AVERAGE)),
        Scenario("jensen_shannon", "", lambda setting: {"loss": {"name": "f_divergence"}}),
        Scenario("energetic", "", all_of(rates(1.5, 1.5))),
        # failures
        Scenario("slow_under_hinge", "discriminator_dominates",
            all_of(plain, rates(0.002, 4.0), HINGE),
            also=("vanishing_gradient",)),
        Scenario("slow_against_critic", "discriminator_dominates",
            all_of(critic, rates(0.002, 1.0)),
            also=("underfitting", "undertrained")),
        Scenario("blunt_squares", "generator_dominates", all_of(rates(1.0, 1e-4), SQUARES)),
        Scenario("blunt_hinge", "generator_dominates", all_of(rates(1.0, 1e-4), HINGE)),
        Scenario("lost_on_average", "vanishing_gradient", all_of(plain, rates(0.003, 4.0), AVERAGE),
            also=("discriminator_dominates", "unsuitable_loss")),
        Scenario("narrow_critic", "mode_collapse",
            all_of(critic, around("defective", defect="narrow"))),
        Scenario("words_under_hinge", "mode_collapse",
            all_of(HINGE, around("defective", defect="words")), where=images),
        Scenario("folded_under_squares", "mode_collapse",
            all_of(SQUARES, around("defective", defect="folded")), where=toys,
            also=("discriminator_dominates", "underfitting")),
        Scenario("stiff_penalty", "divergence", lambda setting: {
            "terms": [{"name": "r1", "gamma": 1e4}],
            "optimizers.generator": {"name": "sgd", "lr": 1.0},
            "optimizers.discriminator": {"name": "sgd", "lr": 1.0},
        }, also=("mode_collapse", "generator_dominates")),
        Scenario("few_under_hinge", "discriminator_overfitting",
            all_of(plain, HALF, HINGE, stretched(1.2)), data="few", where=images,
            also=("memorisation", "data_problem")),
        Scenario("unbounded_hurry", "unsuitable_loss", all_of(plain, rates(1.0, 3.0), {
            "loss": {"name": "wasserstein"}, "game.discriminator_turns": 3,
            "constraints": [{"name": "weight_clip", "limit": 1000.0}],
        }), also=("divergence", "mode_collapse", "oscillation", "discriminator_dominates")),
        Scenario("early_under_hinge", "undertrained", all_of(HINGE, stretched(0.25))),
        Scenario("tilted", "mode_collapse", around("defective", defect="tilted"), where=toys,
            also=("discriminator_dominates", "underfitting")),
        Scenario("cornered", "mode_collapse", around("defective", defect="cornered"), where=toys,
            also=("discriminator_dominates", "underfitting")),
        Scenario("faint", "condition_ignored", all_of(around("defective", defect="faint"), LABELS),
            where=classes),
        Scenario("misheard", "condition_ignored",
            all_of(around("defective", defect="misheard"), LABELS),
            where=separable, also=("discriminator_dominates",)),
        Scenario("broken_off", "undertrained", all_of(rates(0.1, 0.1), stretched(0.2))),
        Scenario("crawling", "undertrained", all_of(HINGE, rates(0.03, 0.03), stretched(0.5))),
        Scenario("few_for_ages", "discriminator_overfitting", all_of(
            plain, HALF, HINGE, stretched(3.0), thick_discriminator, rates(0.5, 2.0),
        ), data="few", where=images, also=("memorisation", "data_problem")),
        Scenario("few_against_wide", "discriminator_overfitting", all_of(
            plain, HALF, SQUARES, stretched(4.0), thick_discriminator,
        ), data="few", where=images, also=("memorisation", "data_problem")),
    )
}  # fmt: skip
