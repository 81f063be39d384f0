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
    distinct,
    halves,
    images,
    plain,
    rates,
    stretched,
    toys,
)
from gansmith.testing.zoo.places import Place, nets
from gansmith.testing.zoo.ways import HALF, LABELS, Way

CROSSED = {
    "generator": {"name": "dcgan", "width": 8},
    "discriminator": {"name": "modern", "width": 8},
}
DEEP = nets("mlp", {"widths": [128] * 3}, {"widths": [128] * 3, "activation": "relu"})
PATCHED = {
    "generator": {"name": "lean", "width": 16},
    "discriminator": {"name": "patch", "width": 16, "halvings": 2, "norm": False},
}
MIXED = {
    "generator": {"name": "modern", "width": 8},
    "discriminator": {"name": "dcgan", "width": 12, "batch_norm": False},
}
TANH = nets("mlp", {"widths": [128, 128], "activation": "tanh"}, {"widths": [96, 96, 96]})
NORMED = nets(
    "mlp", {"widths": [128, 128], "batch_norm": True}, {"widths": [128, 128], "activation": "relu"}
)
UNEVEN = {
    "generator": {"name": "lean", "width": 14},
    "discriminator": {"name": "modern", "width": 8},
}
LOCAL = {
    "generator": {"name": "dcgan", "width": 8},
    "discriminator": {"name": "patch", "width": 12, "halvings": 2, "norm": False},
}
WIDE = nets("mlp", {"widths": [512]}, {"widths": [512]})
STEEP = nets(
    "mlp",
    {"widths": [64] * 4, "activation": "leaky_relu"},
    {"widths": [160, 80]},
)
FINE = {
    "generator": {"name": "modern", "width": 8},
    "discriminator": {"name": "patch", "width": 14, "halvings": 2, "norm": False},
}
STRIDED = {
    "generator": {"name": "lean", "width": 14},
    "discriminator": {"name": "dcgan", "width": 12, "batch_norm": False},
}
BROAD = nets("mlp", {"widths": [200] * 3}, {"widths": [200] * 3})
LEAKY = nets(
    "mlp",
    {"widths": [96, 96], "activation": "leaky_relu", "batch_norm": True},
    {"widths": [48, 48], "activation": "maxout"},
)
TURNED = {
    "generator": {"name": "dcgan", "width": 8},
    "discriminator": {"name": "lean", "width": 12},
}
GRAND = {
    "generator": {"name": "modern", "width": 8},
    "discriminator": {"name": "lean", "width": 12},
}
NARROWING = nets("mlp", {"widths": [192, 128, 64]}, {"widths": [64, 128, 192]})
FUNNEL = nets(
    "mlp",
    {"widths": [160, 160], "activation": "leaky_relu"},
    {"widths": [256, 64], "activation": "relu"},
)
HEAVY = {
    "generator": {"name": "sngan", "width": 8},
    "discriminator": {"name": "patch", "width": 14, "halvings": 2, "norm": False},
}
STEPPED = {
    "generator": {"name": "lean", "width": 14},
    "discriminator": {"name": "sngan", "width": 12},
}
TAPERING = nets("mlp", {"widths": [256, 96]}, {"widths": [128, 128], "activation": "tanh"})
SLENDER = nets(
    "mlp", {"widths": [80] * 4, "batch_norm": True}, {"widths": [224], "activation": "leaky_relu"}
)

OPENED = {
    "generator": {"name": "dcgan", "width": 10},
    "discriminator": {"name": "sngan", "width": 8},
}
QUIET = {
    "generator": {"name": "modern", "width": 8},
    "discriminator": {"name": "sngan", "width": 8},
}
TWISTED = nets(
    "mlp", {"widths": [112] * 3, "activation": "tanh"}, {"widths": [64] * 4, "activation": "relu"}
)
HOURGLASS = nets(
    "mlp",
    {"widths": [192, 48, 192], "activation": "leaky_relu"},
    {"widths": [96, 96], "activation": "maxout"},
)

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

SEALED = 11  # the seed whose runs are read once
TURNS = {4: 3, 5: 4, 6: 4, 7: 3, 8: 3, 9: 4, 10: 3, 11: 4}  # times each way is tried, by seed
AT: dict[int, tuple[Place, ...]] = {}
AT[4] = (
    Place("grid-deep", "grid", "deep", "grid", 0, 300, DEEP, 2e-3),
    Place("street-crossed", "street", "crossed", "street.npz", 32, 8, CROSSED),
    Place("pooled-deep", "pooled", "deep", "pooled.npz", 0, 100, DEEP),
)
AT[5] = (
    Place("spoken-patched", "spoken", "patched", "spoken.npz", 32, 6, PATCHED),
    Place("clusters-tanh", "clusters", "tanh", "clusters.npz", 0, 120, TANH),
    Place("photos-mixed", "photos", "mixed", "photos.npz", 32, 10, MIXED, 2e-3),
    Place("moons-normed", "moons", "normed", "moons.npz", 0, 120, NORMED),
    Place("spoken-mixed", "spoken", "mixed", "spoken.npz", 32, 8, MIXED, 2e-3),
    Place("colours-tanh", "colours", "tanh", "colours.npz", 0, 100, TANH),
    Place("photos-patched", "photos", "patched", "photos.npz", 32, 6, PATCHED),
    Place("colours-normed", "colours", "normed", "colours.npz", 0, 100, NORMED),
)
AT[6] = (
    Place("maps-uneven", "maps", "uneven", "maps.npz", 32, 8, UNEVEN),
    Place("wheel-wide", "wheel", "wide", "wheel.npz", 0, 120, WIDE),
    Place("sketches-local", "sketches", "local", "sketches.npz", 32, 8, LOCAL),
    Place("waves-steep", "waves", "steep", "waves.npz", 0, 200, STEEP),
    Place("maps-local", "maps", "local", "maps.npz", 32, 8, LOCAL),
    Place("waves-wide", "waves", "wide", "waves.npz", 0, 200, WIDE),
    Place("sketches-uneven", "sketches", "uneven", "sketches.npz", 32, 6, UNEVEN),
    Place("wheel-steep", "wheel", "steep", "wheel.npz", 0, 120, STEEP),
)
AT[7] = (
    Place("shapes-fine", "shapes", "fine", "shapes.npz", 32, 8, FINE, 2e-3),
    Place("circles-broad", "circles", "broad", "circles.npz", 0, 120, BROAD),
    Place("letters-strided", "letters", "strided", "letters.npz", 32, 12, STRIDED, 2e-3),
    Place("skewed-leaky", "skewed", "leaky", "skewed.npz", 0, 120, LEAKY),
    Place("letters-fine", "letters", "fine", "letters.npz", 32, 8, FINE, 2e-3),
    Place("skewed-broad", "skewed", "broad", "skewed.npz", 0, 120, BROAD),
    Place("shapes-strided", "shapes", "strided", "shapes.npz", 32, 12, STRIDED, 2e-3),
    Place("circles-leaky", "circles", "leaky", "circles.npz", 0, 120, LEAKY),
)
AT[8] = (
    Place("plaids-turned", "plaids", "turned", "plaids.npz", 32, 10, TURNED, 2e-3),
    Place("records-narrowing", "records", "narrowing", "records.npz", 0, 150, NARROWING),
    Place("scenes-grand", "scenes", "grand", "scenes.npz", 32, 10, GRAND, 2e-3),
    Place("shell-funnel", "shell", "funnel", "shell.npz", 0, 150, FUNNEL),
    Place("plaids-grand", "plaids", "grand", "plaids.npz", 32, 10, GRAND, 2e-3),
    Place("records-funnel", "records", "funnel", "records.npz", 0, 150, FUNNEL),
    Place("scenes-turned", "scenes", "turned", "scenes.npz", 32, 10, TURNED, 2e-3),
    Place("shell-narrowing", "shell", "narrowing", "shell.npz", 0, 150, NARROWING),
)
AT[9] = (
    Place("faces-heavy", "faces", "heavy", "faces.npz", 32, 8, HEAVY),
    Place("knot-tapering", "knot", "tapering", "knot.npz", 0, 150, TAPERING),
    Place("blooms-stepped", "blooms", "stepped", "blooms.npz", 32, 10, STEPPED, 2e-3),
    Place("bands-slender", "bands", "slender", "bands.npz", 0, 200, SLENDER),
    Place("faces-stepped", "faces", "stepped", "faces.npz", 32, 12, STEPPED, 2e-3),
    Place("bands-tapering", "bands", "tapering", "bands.npz", 0, 200, TAPERING),
    Place("blooms-heavy", "blooms", "heavy", "blooms.npz", 32, 8, HEAVY),
    Place("knot-slender", "knot", "slender", "knot.npz", 0, 150, SLENDER),
)
AT[10] = (
    Place("planets-opened", "planets", "opened", "planets.npz", 32, 12, OPENED),
    Place("ribbon-twisted", "ribbon", "twisted", "ribbon.npz", 0, 150, TWISTED),
    Place("pebbles-quiet", "pebbles", "quiet", "pebbles.npz", 32, 8, QUIET),
    Place("meters-hourglass", "meters", "hourglass", "meters.npz", 0, 150, HOURGLASS),
    Place("planets-quiet", "planets", "quiet", "planets.npz", 32, 12, QUIET),
    Place("meters-twisted", "meters", "twisted", "meters.npz", 0, 150, TWISTED),
    Place("pebbles-opened", "pebbles", "opened", "pebbles.npz", 32, 8, OPENED),
    Place("ribbon-hourglass", "ribbon", "hourglass", "ribbon.npz", 0, 150, HOURGLASS),
)
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
            all_of(SQUARES, around("defective", defect="folded")), where=halves,
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
        Way("cornered", "mode_collapse", around("defective", defect="cornered"), where=halves,
            also=("discriminator_dominates", "underfitting")),
        Way("faint", "condition_ignored", all_of(around("defective", defect="faint"), LABELS),
            where=classes),
        Way("misheard", "condition_ignored", all_of(around("defective", defect="misheard"), LABELS),
            where=distinct, also=("discriminator_dominates",)),
    )
}  # fmt: skip
