"""Which charts a report draws, with a sentence on how to read each, and their colours."""

from dataclasses import dataclass

# The page's style holds these colours by name for both schemes, and its script exchanges them.
PALETTE = {
    "blue": "#2563b8",
    "orange": "#b8500f",
    "green": "#27794d",
    "violet": "#7d4fc0",
    "teal": "#14737f",
    "rose": "#c03a6b",
    "grey": "#667080",
}
*COLOURS, GREY = PALETTE.values()
REAL, FAKE = PALETTE["blue"], PALETTE["orange"]


@dataclass(frozen=True)
class Curve:
    """One line of a chart: the column it shows, its name in the legend, its colour."""

    column: str
    label: str
    colour: str
    dash: str = "solid"


@dataclass(frozen=True)
class Plan:
    """What a chart is to show, whether or not the run recorded it."""

    title: str
    reads: str
    curves: tuple[Curve, ...]
    log: bool = False
    share: bool = False


PLANS = (
    Plan(
        "Likelihood",
        "-log p a token of real texts under the generator, in nats, of the batch and at exams."
        " Held-out texts far above those trained on: the generator knows the data by heart.",
        (
            Curve("likelihood/nll", "batch", COLOURS[2]),
            Curve("likelihood/trained/nll", "trained on", REAL),
            Curve("likelihood/held_out/nll", "held out", FAKE),
        ),
    ),
    Plan(
        "Losses",
        "Both players' total losses. They are a balance, not a measure of quality.",
        (
            Curve("loss/discriminator", "discriminator", REAL),
            Curve("loss/generator", "generator", FAKE),
        ),
    ),
    Plan(
        "Ranked right",
        "Share of real-fake pairs that the discriminator ranks right: 0.5 is chance, near 1 it wins"
        " outright. Saturated: share of scores at which a logistic loss is flat.",
        (
            Curve("scores/ranked_right", "in the right order", REAL),
            Curve("scores/saturated", "saturated", FAKE),
        ),
        share=True,
    ),
    Plan(
        "Gradients",
        "Norms before each step. The slope at the samples is the gradient that the generator gets.",
        (
            Curve("gradient/discriminator", "discriminator", REAL),
            Curve("gradient/generator", "generator", FAKE),
            Curve("gradient/samples", "at the samples", COLOURS[2]),
        ),
        log=True,
    ),
    Plan(
        "Updates",
        "How far a step moves the weights, over their size: around 0.001 is common with Adam.",
        (
            Curve("update/discriminator", "discriminator", REAL),
            Curve("update/generator", "generator", FAKE),
        ),
        log=True,
    ),
)
