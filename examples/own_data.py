"""Train on a folder of your own images, look at the verdict, draw samples, measure them.

    python examples/own_data.py photos/ [minutes]

Without a folder it makes one from the embedded emoji, so that it runs anywhere.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

import gansmith
from gansmith.data import open_data


def folder_of_emoji() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="emoji-"))
    emoji = open_data("emoji", size=32).train
    for number, picture in enumerate(emoji.take(np.arange(len(emoji)))):
        Image.fromarray(picture.transpose(1, 2, 0)).save(folder / f"{number:04d}.png")
    return folder


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else folder_of_emoji()
    minutes = sys.argv[2] if len(sys.argv) > 2 else "1"

    run = gansmith.train(data=folder, set={"length.budget": f"{minutes}m"})

    verdict = gansmith.diagnose(run)
    print(f"{verdict.verdict}: {verdict.says}")

    generator = gansmith.load(run)
    images = generator.sample(64, seed=0)  # [64, C, H, W] in [-1, 1]
    print(f"{len(images)} images of {tuple(images.shape[1:])} from step {generator.step}")

    found = gansmith.evaluate(folder, run, samples=256)
    print(f"frechet distance {found['metrics']['frechet_distance']:.1f}")
    print(f"report: {run / 'report.html'}")


if __name__ == "__main__":
    main()
