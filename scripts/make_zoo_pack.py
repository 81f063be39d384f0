"""Make the data files of the failure zoo that do not ship with the package.

    python scripts/make_zoo_pack.py UNPACKED PACK

UNPACKED holds public data sets as arrays: ``clothing64_*.npz`` and ``cifar10_train.npz``
(``x`` uint8 images, ``y`` labels). PACK receives images of 32 x 32 with labels, and vectors, one
file a function below. Missing sources are left out and reported.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from gansmith.data import read_samples

SIDE = 32


def clothing(folder: Path) -> dict[str, np.ndarray]:
    kept = np.load(folder / "clothing64_train.npz")
    return {"samples": smaller(kept["x"]), "labels": kept["y"].astype(np.int64)}


def cifar(folder: Path) -> dict[str, np.ndarray]:
    """Every fourth image."""
    kept = np.load(folder / "cifar10_train.npz")
    return {"samples": kept["x"][::4], "labels": kept["y"][::4].astype(np.int64)}


def fields(folder: Path) -> dict[str, np.ndarray]:
    """Farmland from above in one of three seasons: plots with furrows, and a lane: 6,000."""
    del folder
    draws, found = np.random.default_rng(28), []
    seasons = draws.integers(3, size=6000)
    crops = np.array(
        [
            [[110, 160, 70], [80, 130, 60], [150, 180, 90], [130, 110, 80]],
            [[215, 190, 100], [190, 150, 70], [140, 150, 80], [225, 210, 150]],
            [[225, 230, 235], [200, 205, 215], [120, 100, 90], [170, 160, 155]],
        ]
    )
    rows, columns = np.mgrid[: 2 * SIDE, : 2 * SIDE] / (2.0 * SIDE)
    for season in seasons:
        middle = draws.random((draws.integers(4, 8), 2))
        far = (rows[..., None] - middle[:, 0]) ** 2 + (columns[..., None] - middle[:, 1]) ** 2
        plot = far.argmin(-1)
        turn = draws.uniform(0, np.pi, len(middle))[plot]
        waves = np.sin(50 * (rows * np.cos(turn) + columns * np.sin(turn)))
        land = crops[season][draws.integers(4, size=len(middle))][plot]
        land = land * (1 + 0.08 * waves[..., None])
        slope, across = draws.uniform(-0.6, 0.6), draws.uniform(0.2, 0.8)
        lane = np.abs(columns - across - slope * (rows - 0.5)) < 0.03
        land[lane] = (190, 175, 160)
        picture = Image.fromarray(np.clip(land, 0, 255).round().astype(np.uint8))
        found.append(np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BOX)))
    return {"samples": np.stack(found), "labels": seasons}


def portholes(folder: Path) -> dict[str, np.ndarray]:
    """Small photos through a round hole in a plate of one of four hues: 10,000."""
    draws = np.random.default_rng(29)
    photos = np.load(folder / "cifar10_test.npz")["x"].astype(np.float32)
    kinds = draws.integers(4, size=len(photos))
    hues = np.array([[150, 60, 50], [60, 90, 130], [200, 180, 90], [70, 110, 80]])[kinds]
    plate = hues[:, None, None] * draws.uniform(0.85, 1.15, (len(photos), 1, 1, 1))
    rows, columns = np.mgrid[:SIDE, :SIDE] + 0.5
    y, x = draws.uniform(14, 18, (2, len(photos), 1, 1))
    radius = draws.uniform(9, 13, (len(photos), 1, 1))
    inside = np.clip(radius + 0.5 - np.hypot(rows - y, columns - x), 0, 1)[..., None]
    made = inside * photos + (1 - inside) * plate
    return {"samples": np.clip(made, 0, 255).round().astype(np.uint8), "labels": kinds}


def dice(folder: Path) -> dict[str, np.ndarray]:
    """Dice of three colours with one to six pips, turned, on felt; the label says the colour."""
    del folder
    draws, found, room = np.random.default_rng(31), [], 4 * SIDE
    kinds = draws.integers(3, size=6000)
    bodies, inks = (
        [(235, 230, 215), (180, 40, 45), (50, 60, 80)],
        [(30,) * 3, (245,) * 3, (245,) * 3],
    )
    spots = {"middle": [(0, 0)], "falling": [(-1, -1), (1, 1)], "rising": [(-1, 1), (1, -1)]}
    spots["sides"] = [(-1, 0), (1, 0)]
    for kind in kinds:
        felt = tuple((np.array([40, 110, 70]) * draws.uniform(0.8, 1.2)).astype(int).tolist())
        picture = Image.new("RGB", (room, room), felt)
        pen, pips = ImageDraw.Draw(picture), int(draws.integers(1, 7))
        x, y, r, turn = (
            *draws.uniform(54, 74, 2),
            draws.uniform(28, 42),
            draws.uniform(0, np.pi / 2),
        )
        cos, sin = np.cos(turn), np.sin(turn)

        def at(a: float, b: float, x=x, y=y, r=r, cos=cos, sin=sin) -> tuple[float, float]:
            return x + r * (a * cos - b * sin), y + r * (a * sin + b * cos)

        pen.polygon([at(-1, -1), at(1, -1), at(1, 1), at(-1, 1)], fill=bodies[kind])
        shown = spots["middle"] * (pips % 2) + spots["falling"] * (pips > 1)
        shown = shown + spots["rising"] * (pips > 3) + spots["sides"] * (pips == 6)
        for a, b in shown:
            u, v = at(0.55 * a, 0.55 * b)
            pen.ellipse((u - r / 5, v - r / 5, u + r / 5, v + r / 5), fill=inks[kind])
        found.append(np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BOX)))
    return {"samples": np.stack(found), "labels": kinds}


def fish(folder: Path) -> dict[str, np.ndarray]:
    """Fish of three kinds, this way or that, in water that darkens downwards: 6,000."""
    del folder
    draws, found, room = np.random.default_rng(32), [], 4 * SIDE
    kinds = draws.integers(3, size=6000)
    hues = [(240, 130, 50), (210, 215, 230), (230, 210, 70)]
    for kind in kinds:
        top, low = draws.integers(100, 170, 3) * [0.5, 0.9, 1.2], draws.integers(10, 60, 3)
        fade = np.linspace(0, 1, room)[:, None, None]
        water = np.broadcast_to((1 - fade) * top + fade * low, (room, room, 3))
        picture = Image.fromarray(np.clip(water, 0, 255).astype(np.uint8))
        pen, way = ImageDraw.Draw(picture), draws.choice([-1, 1])
        x, y, r = *draws.uniform(48, 80, 2), draws.uniform(24, 36)
        high = r * (0.45, 0.3, 0.7)[kind]
        tail = [
            (x - way * 0.8 * r, y),
            (x - way * 1.5 * r, y - high),
            (x - way * 1.5 * r, y + high),
        ]
        pen.polygon(tail, fill=hues[kind])
        pen.ellipse((x - r, y - high, x + r, y + high), fill=hues[kind])
        if kind == 0:
            for at in (-0.3, 0.3):
                pen.line(
                    (x + at * r, y - high, x + at * r, y + high), fill=(250, 250, 250), width=6
                )
        eye = x + way * 0.6 * r
        pen.ellipse((eye - 4, y - 6, eye + 4, y + 2), fill=(20, 20, 20))
        found.append(np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BOX)))
    return {"samples": np.stack(found), "labels": kinds}


def roads(folder: Path) -> dict[str, np.ndarray]:
    """Squares of photos of streets, from their upper, middle or lower part: 8,412."""
    draws, found, marks = np.random.default_rng(33), [], []
    for part in ("train", "val", "test"):
        for photo in np.load(folder / f"camvid128_{part}.npz")["photo"]:
            for label, row in enumerate((0, 20, 40)):
                for _ in range(4):
                    y, x = row + draws.integers(8), draws.integers(photo.shape[1] - 48)
                    found.append(photo[y : y + 48, x : x + 48])
                    marks.append(label)
    return {"samples": smaller(np.stack(found)), "labels": np.array(marks)}


def rose(folder: Path) -> dict[str, np.ndarray]:
    """A rose of three petals, thin lines with noise: 100,000 points."""
    del folder
    draws = np.random.default_rng(34)
    turn = np.pi * draws.random(100_000)
    far = np.cos(3 * turn)
    points = np.stack([far * np.cos(turn), far * np.sin(turn)], axis=1)
    return {"samples": (points + 0.05 * draws.standard_normal(points.shape)).astype(np.float32)}


def strokes(folder: Path) -> dict[str, np.ndarray]:
    """Where the ink of written digits lies: its middle, spread, slant and amount; about [-1, 1]."""
    del folder
    digits = read_samples("mnist", size=28).reshape(-1, 28, 28).astype(np.float32) / 255
    ink = digits.sum((1, 2))
    at = np.linspace(-1, 1, 28)
    x, y = (digits.sum(1) @ at) / ink, (digits.sum(2) @ at) / ink
    wide = np.sqrt((digits.sum(1) @ at**2) / ink - x**2)
    high = np.sqrt((digits.sum(2) @ at**2) / ink - y**2)
    slant = np.einsum("nij,i,j->n", digits, at, at) / ink - x * y
    values = np.stack([x, y, wide, high, slant, np.log(ink)], axis=1)
    return {"samples": (0.5 * (values - values.mean(0)) / values.std(0)).astype(np.float32)}


def saddle(folder: Path) -> dict[str, np.ndarray]:
    """A round piece of a saddle in space with a hole in it, thicker on one side: 100,000 points."""
    del folder
    draws = np.random.default_rng(30)
    far, turn = np.sqrt(draws.uniform(0.15, 1, 100_000)), 2 * np.pi * draws.random(100_000)
    x, y = far * np.cos(turn), far * np.sin(turn)
    points = np.stack([x, y, 0.9 * (x**2 - y**2)], axis=1)
    thick = (0.05 + 0.03 * (x > 0))[:, None]
    return {"samples": (points + thick * draws.standard_normal(points.shape)).astype(np.float32)}


def echoes(folder: Path) -> dict[str, np.ndarray]:
    """How like itself loud speech is seven delays later, of 256 samples each; about [-1, 1]."""
    speech, delays = np.load(folder / "fsdd600.npz")["audio"], (1, 2, 4, 8, 16, 32, 64)
    here, *later = (
        np.lib.stride_tricks.sliding_window_view(speech[d : len(speech) - 64 + d], 256)[::80]
        for d in (0, *delays)
    )
    strong = np.sqrt((here**2).mean(1))
    like = [(here * e).mean(1) / (strong * np.sqrt((e**2).mean(1)) + 1e-6) for e in later]
    values = 0.5 * np.arctanh(0.98 * np.stack(like, axis=1)[strong > 0.02])
    return {"samples": (values - values.mean(0)).astype(np.float32)}


def smaller(pictures: np.ndarray) -> np.ndarray:
    """Images [N, H, W, 3] resized to 32 x 32."""
    size, way = (SIDE, SIDE), Image.Resampling.LANCZOS
    return np.stack(
        [np.asarray(Image.fromarray(picture).resize(size, way)) for picture in pictures]
    )


PICTURES = (clothing, cifar, fields, portholes, dice, fish, roads)
VECTORS = (saddle, echoes, rose, strokes)
MADE = PICTURES + VECTORS


def main() -> None:
    source, out = map(Path, sys.argv[1:3])
    out.mkdir(parents=True, exist_ok=True)
    for make in MADE:
        try:
            kept = make(source)
        except FileNotFoundError as missing:
            print(f"{make.__name__}: left out, there is no {missing.filename}")
            continue
        np.savez(out / f"{make.__name__}.npz", **kept)
        print(f"{make.__name__}: {kept['samples'].shape}", flush=True)


if __name__ == "__main__":
    main()
