"""Draws docs/pictures/FAILURE.png: samples and typical curves of a zoo run of each failure.

    python -m scripts.make_failure_pictures [FAILURE ...]     # all of them: about five minutes

Every run is in a setting whose data ship with the package or are drawn from a formula.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.doctor.zoo import SCENARIOS, SETTINGS, PlannedRun, train_planned
from gansmith.doctor.history import History, Series
from gansmith.runs.reader import read_run

OUT = Path(__file__).parents[1] / "docs" / "pictures"
HEIGHT, WIDTH, GAP = 220, 300, 14
COLOURS = ((31, 90, 200), (200, 60, 40), (60, 140, 60))
SHOWN = {  # failure: scenario, setting, curves (a leading ~ asks for a logarithmic scale)
    "divergence": ("loose_critic", "ring-mlp", ["~loss/discriminator", "~scores/real/std"]),
    "vanishing_gradient": (
        "minimax_lost",
        "mnist-mlp",
        ["~gradient/samples", "scores/ranked_right"],
    ),
    "discriminator_dominates": (
        "slow_generator",
        "mnist-mlp",
        ["scores/ranked_right", "metrics/frechet_distance"],
    ),
    "generator_dominates": (
        "slow_discriminator",
        "mnist-mlp",
        ["scores/ranked_right", "metrics/frechet_distance"],
    ),
    "mode_collapse": (
        "narrow",
        "mnist-mlp",
        ["metrics/diversity_ratio", "metrics/duplicate_share"],
    ),
    "memorisation": (
        "recited",
        "emoji-conv",
        ["metrics/memorised_share", "~metrics/memorisation_p"],
    ),
    "discriminator_overfitting": (
        "few_pictures",
        "mnist-mlp",
        ["scores/trained/mean scores/held_out/mean scores/generated/mean"],
    ),
    "oscillation": ("circling", "ring-mlp", ["scores/fake/mean", "~metrics/frechet_distance"]),
    "undertrained": ("too_short", "emoji-mlp", ["~metrics/frechet_distance", "metrics/coverage"]),
    "underfitting": (
        "linear_generator",
        "mnist-mlp",
        ["~metrics/frechet_distance", "scores/ranked_right"],
    ),
    "unsuitable_loss": ("unbounded_critic", "ring-mlp", ["~scores/real/std", "~loss/generator"]),
    "data_problem": ("copies", "emoji-conv", ["metrics/coverage", "metrics/duplicate_share"]),
    "condition_ignored": ("deaf", "mnist-mlp", ["metrics/condition_consistency"]),
    "artefacts": (
        "overlooked",
        "emoji-mlp",
        ["metrics/checkerboard", "~metrics/high_frequency_ratio"],
    ),
}


def main() -> None:
    """Draw the images of the failures named on the command line, or of all."""
    OUT.mkdir(parents=True, exist_ok=True)
    for failure in sys.argv[1:] or SHOWN:
        scenario, setting, curves = SHOWN[failure]
        with tempfile.TemporaryDirectory() as scratch:
            run = train_planned(
                PlannedRun(SETTINGS[setting], SCENARIOS[scenario], 0), Path(scratch)
            )
            assert run is not None, "its data ship with the package"
            picture = draw(run, curves)
        path = OUT / f"{failure}.png"
        picture.quantize(48).save(path, optimize=True)
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


def draw(run: Path, curves: list[str]) -> Image.Image:
    """Samples of the last exam to the left, one chart for each entry of ``curves`` beside them."""
    record = read_run(run)
    history = History.of(record)
    with Image.open(record.samples[-1][1]) as opened:
        samples = opened.convert("RGB")
        samples = samples.resize((HEIGHT, HEIGHT), Image.Resampling.LANCZOS)
    width = HEIGHT + len(curves) * (WIDTH + GAP)
    canvas = Image.new("RGB", (width, HEIGHT), "white")
    canvas.paste(samples, (0, 0))
    for number, names in enumerate(curves):
        chart(canvas, HEIGHT + GAP + number * (WIDTH + GAP), history, names)
    return canvas


def chart(canvas: Image.Image, left: int, history: History, names: str) -> None:
    """One chart: lines over kimg with their names, and the range of values at the axis."""
    pen = ImageDraw.Draw(canvas)
    font = ImageFont.load_default(12)
    logarithmic, columns = names.startswith("~"), names.lstrip("~").split()
    lines = [_scaled(history.column(name).known, logarithmic) for name in columns]
    values = np.concatenate([line.values for line in lines])
    low, high = float(values.min()), float(values.max())
    top, bottom, right = 18 * len(columns) + 6, HEIGHT - 20, left + WIDTH - 4
    for number, (name, line) in enumerate(zip(columns, lines, strict=True)):
        note = f"{name} (log)" if logarithmic else name
        pen.text((left + 44, 16 * number), note, COLOURS[number], font)
        x = left + 44 + line.kimg / history.kimg * (right - left - 44)
        y = bottom - (line.values - low) / max(high - low, 1e-12) * (bottom - top)
        pen.line([*map(float, np.stack([x, y], 1).ravel())], COLOURS[number], 2)
    pen.line([left + 44, top, left + 44, bottom, right, bottom], (150, 150, 150))
    for value, place in ((low, bottom - 12), (high, top)):
        shown = 10**value if logarithmic else value
        pen.text((left, place), f"{shown:.2g}", (90, 90, 90), font)
    pen.text((right - 60, bottom + 4), f"{history.kimg:.3g} kimg", (90, 90, 90), font)


def _scaled(series: Series, logarithmic: bool) -> Series:
    if not logarithmic:
        return series
    return Series(series.kimg, np.log10(np.maximum(np.abs(series.values), 1e-12)))


if __name__ == "__main__":
    main()
