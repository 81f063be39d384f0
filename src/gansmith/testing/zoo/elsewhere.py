"""Data sets, architectures and losses that no other run of the zoo has, held back from the doctor.

Each seed has places of its own. Runs of the earlier seeds were under seal before and may be looked
at while detectors change; those of ``SEALED`` are read once, when nothing changes any more. They
share no data set and no architecture with each other, nor with ``PLACES``.
"""

from gansmith.testing.zoo.changes import (
    all_of,
    around,
    classes,
    critic,
    images,
    plain,
    rates,
    stretched,
    thick_discriminator,
    told,
    toys,
)
from gansmith.testing.zoo.places import Place, nets
from gansmith.testing.zoo.ways import HALF, LABELS, Way

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

SEALED = 15  # the seed whose runs are read once
TURNS = {14: 6, 15: 4}  # times each way is tried, by seed
AT: dict[int, tuple[Place, ...]] = {}
AT[14] = (
    Place("fields-twin", "fields", "twin", "fields.npz", 24, 7, TWIN),
    Place("saddle-rising", "saddle", "rising", "saddle.npz", 0, 130, RISING),
    Place("portholes-watchful", "portholes", "watchful", "portholes.npz", 24, 9, WATCHFUL),
    Place("dice-twin", "dice", "twin", "dice.npz", 24, 7, TWIN),
    Place("echoes-squat", "echoes", "squat", "echoes.npz", 0, 130, SQUAT),
    Place("fields-watchful", "fields", "watchful", "fields.npz", 24, 9, WATCHFUL),
    Place("portholes-twin", "portholes", "twin", "portholes.npz", 24, 7, TWIN),
    Place("echoes-rising", "echoes", "rising", "echoes.npz", 0, 130, RISING),
    Place("dice-watchful", "dice", "watchful", "dice.npz", 24, 9, WATCHFUL),
    Place("saddle-squat", "saddle", "squat", "saddle.npz", 0, 130, SQUAT),
)
AT[15] = (
    Place("roads-astute", "roads", "astute", "roads.npz", 24, 7, ASTUTE),
    Place("rose-level", "rose", "level", "rose.npz", 0, 110, LEVEL),
    Place("fish-keen", "fish", "keen", "fish.npz", 24, 8, KEEN),
    Place("strokes-waisted", "strokes", "waisted", "strokes.npz", 0, 450, WAISTED, 2e-3),
    Place("fish-astute", "fish", "astute", "fish.npz", 24, 15, ASTUTE),
    Place("strokes-level", "strokes", "level", "strokes.npz", 0, 300, LEVEL, 2e-3),
    Place("roads-keen", "roads", "keen", "roads.npz", 24, 8, KEEN),
    Place("rose-waisted", "rose", "waisted", "rose.npz", 0, 110, WAISTED),
)

HINGE = {"loss": {"name": "hinge"}}
SQUARES = {"loss": {"name": "least_squares"}}
AVERAGE = {"loss": {"name": "relativistic_average"}}

WAYS_ELSEWHERE = {
    way.name: way
    for way in (
        # healthy
        Way("dragan", "", lambda place: {"terms": [{"name": "dragan", "weight": 1.0}]}),
        Way("relativistic_average", "", lambda place: dict(AVERAGE)),
        Way("jensen_shannon", "", lambda place: {"loss": {"name": "f_divergence"}}),
        Way("energetic", "", all_of(rates(1.5, 1.5))),
        # failures
        Way("slow_under_hinge", "discriminator_dominates", all_of(plain, rates(0.002, 4.0), HINGE),
            also=("vanishing_gradient",)),
        Way("slow_against_critic", "discriminator_dominates", all_of(critic, rates(0.002, 1.0)),
            also=("underfitting", "undertrained")),
        Way("blunt_squares", "generator_dominates", all_of(rates(1.0, 1e-4), SQUARES)),
        Way("blunt_hinge", "generator_dominates", all_of(rates(1.0, 1e-4), HINGE)),
        Way("lost_on_average", "vanishing_gradient", all_of(plain, rates(0.003, 4.0), AVERAGE),
            also=("discriminator_dominates", "unsuitable_loss")),
        Way("narrow_critic", "mode_collapse",
            all_of(critic, around("defective", defect="narrow"))),
        Way("words_under_hinge", "mode_collapse",
            all_of(HINGE, around("defective", defect="words")), where=images),
        Way("folded_under_squares", "mode_collapse",
            all_of(SQUARES, around("defective", defect="folded")), where=toys,
            also=("discriminator_dominates", "underfitting")),
        Way("stiff_penalty", "divergence", lambda place: {
            "terms": [{"name": "r1", "gamma": 1e4}],
            "optimizers.generator": {"name": "sgd", "lr": 1.0},
            "optimizers.discriminator": {"name": "sgd", "lr": 1.0},
        }, also=("mode_collapse", "generator_dominates")),
        Way("few_under_hinge", "discriminator_overfitting",
            all_of(plain, HALF, HINGE, stretched(1.2)), data="few", where=images,
            also=("memorisation", "data_problem")),
        Way("unbounded_hurry", "unsuitable_loss", all_of(plain, rates(1.0, 3.0), {
            "loss": {"name": "wasserstein"}, "game.discriminator_turns": 3,
            "constraints": [{"name": "weight_clip", "limit": 1000.0}],
        }), also=("divergence", "mode_collapse", "oscillation", "discriminator_dominates")),
        Way("early_under_hinge", "undertrained", all_of(HINGE, stretched(0.25))),
        Way("tilted", "mode_collapse", around("defective", defect="tilted"), where=toys,
            also=("discriminator_dominates", "underfitting")),
        Way("cornered", "mode_collapse", around("defective", defect="cornered"), where=toys,
            also=("discriminator_dominates", "underfitting")),
        Way("faint", "condition_ignored", all_of(around("defective", defect="faint"), LABELS),
            where=classes),
        Way("misheard", "condition_ignored", all_of(around("defective", defect="misheard"), LABELS),
            where=told, also=("discriminator_dominates",)),
        Way("broken_off", "undertrained", all_of(rates(0.1, 0.1), stretched(0.2))),
        Way("crawling", "undertrained", all_of(HINGE, rates(0.03, 0.03), stretched(0.5))),
        Way("few_for_ages", "discriminator_overfitting", all_of(
            plain, HALF, HINGE, stretched(3.0), thick_discriminator, rates(0.5, 2.0),
        ), data="few", where=images, also=("memorisation", "data_problem")),
        Way("few_against_wide", "discriminator_overfitting", all_of(
            plain, HALF, SQUARES, stretched(4.0), thick_discriminator,
        ), data="few", where=images, also=("memorisation", "data_problem")),
    )
}  # fmt: skip
