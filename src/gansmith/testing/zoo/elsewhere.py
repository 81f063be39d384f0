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
    told,
    toys,
)
from gansmith.testing.zoo.places import Place, nets
from gansmith.testing.zoo.ways import HALF, LABELS, Way

SOBER = {
    "generator": {"name": "sngan", "width": 8},
    "discriminator": {"name": "dcgan", "width": 12, "batch_norm": False},
}
LOFTY = {
    "generator": {"name": "sngan", "width": 8},
    "discriminator": {"name": "modern", "width": 8},
}
SPRUNG = nets("mlp", {"widths": [320]}, {"widths": [72] * 3, "activation": "leaky_relu"})
BULKY = nets(
    "mlp",
    {"widths": [72, 144, 72], "activation": "relu"},
    {"widths": [160, 160, 40], "activation": "relu"},
)

FLAT = {
    "generator": {"name": "lean", "width": 14},
    "discriminator": {"name": "mlp", "widths": [256, 128]},
}
MILD = {
    "generator": {"name": "sngan", "width": 8},
    "discriminator": {"name": "lean", "width": 12},
}
STOUT = nets("mlp", {"widths": [96] * 4, "activation": "leaky_relu"}, {"widths": [256, 128]})
WOVEN = nets(
    "mlp",
    {"widths": [144, 144], "activation": "relu", "batch_norm": True},
    {"widths": [64] * 3, "activation": "maxout"},
)

TERSE = {
    "generator": {"name": "dcgan", "width": 8},
    "discriminator": {"name": "mlp", "widths": [192, 96]},
}
FRANK = {
    "generator": {"name": "sngan", "width": 8},
    "discriminator": {"name": "mlp", "widths": [256, 128]},
}
EVEN = nets("mlp", {"widths": [100, 100]}, {"widths": [100] * 3, "activation": "relu"})
BENT = nets(
    "mlp",
    {"widths": [80] * 3, "activation": "leaky_relu"},
    {"widths": [128, 48], "activation": "maxout"},
)

SEALED = 13  # the seed whose runs are read once
TURNS = {11: 4, 12: 4, 13: 4}  # times each way is tried, by seed
AT: dict[int, tuple[Place, ...]] = {}
AT[11] = (
    Place("clocks-sober", "clocks", "sober", "clocks.npz", 32, 9, SOBER, 2e-3),
    Place("cage-sprung", "cage", "sprung", "cage.npz", 0, 150, SPRUNG),
    Place("blended-lofty", "blended", "lofty", "blended.npz", 32, 8, LOFTY),
    Place("profiles-bulky", "profiles", "bulky", "profiles.npz", 0, 150, BULKY),
    Place("blended-sober", "blended", "sober", "blended.npz", 32, 9, SOBER, 2e-3),
    Place("profiles-sprung", "profiles", "sprung", "profiles.npz", 0, 150, SPRUNG),
    Place("clocks-lofty", "clocks", "lofty", "clocks.npz", 32, 8, LOFTY),
    Place("cage-bulky", "cage", "bulky", "cage.npz", 0, 150, BULKY),
)
AT[12] = (
    Place("leaves-flat", "leaves", "flat", "leaves.npz", 32, 12, FLAT),
    Place("spring-stout", "spring", "stout", "spring.npz", 0, 150, STOUT),
    Place("duotones-mild", "duotones", "mild", "duotones.npz", 32, 8, MILD),
    Place("slants-woven", "slants", "woven", "slants.npz", 0, 150, WOVEN),
    Place("duotones-flat", "duotones", "flat", "duotones.npz", 32, 18, FLAT, 2e-3),
    Place("slants-stout", "slants", "stout", "slants.npz", 0, 150, STOUT),
    Place("leaves-mild", "leaves", "mild", "leaves.npz", 32, 8, MILD),
    Place("spring-woven", "spring", "woven", "spring.npz", 0, 150, WOVEN),
)
AT[13] = (
    Place("kites-terse", "kites", "terse", "kites.npz", 24, 10, TERSE),
    Place("clifford-even", "clifford", "even", "clifford.npz", 0, 120, EVEN),
    Place("cutouts-frank", "cutouts", "frank", "cutouts.npz", 24, 12, FRANK),
    Place("shades-bent", "shades", "bent", "shades.npz", 0, 120, BENT),
    Place("cutouts-terse", "cutouts", "terse", "cutouts.npz", 24, 16, TERSE),
    Place("shades-even", "shades", "even", "shades.npz", 0, 120, EVEN),
    Place("kites-frank", "kites", "frank", "kites.npz", 24, 10, FRANK),
    Place("clifford-bent", "clifford", "bent", "clifford.npz", 0, 120, BENT),
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
    )
}  # fmt: skip
