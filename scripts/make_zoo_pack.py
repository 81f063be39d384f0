"""Make the data files of the failure zoo that do not ship with the package.

    python scripts/make_zoo_pack.py UNPACKED PACK

UNPACKED holds public data sets as arrays: ``clothing64_*.npz`` and ``cifar10_train.npz``
(``x`` uint8 pictures, ``y`` labels). PACK receives pictures of 32 x 32 with labels and vectors, one
file a function below. What is missing is left out and said.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

SIDE = 32


def clothing(folder: Path) -> dict[str, np.ndarray]:
    kept = np.load(folder / "clothing64_train.npz")
    return {"samples": smaller(kept["x"]), "labels": kept["y"].astype(np.int64)}


def cifar(folder: Path) -> dict[str, np.ndarray]:
    """Every fourth picture."""
    kept = np.load(folder / "cifar10_train.npz")
    return {"samples": kept["x"][::4], "labels": kept["y"][::4].astype(np.int64)}


def kites(folder: Path) -> dict[str, np.ndarray]:
    """Kites of three colours with a tail in a sky that fades; the label says the colour: 6,000."""
    del folder
    draws, found, room = np.random.default_rng(25), [], 4 * SIDE
    kinds = draws.integers(3, size=6000)
    hues = [(220, 60, 60), (250, 200, 60), (140, 60, 190)]
    for kind in kinds:
        high, low = draws.integers(120, 200, 3), draws.integers(190, 250, 3)
        fade = np.linspace(0, 1, room)[:, None, None]
        sky = np.broadcast_to((1 - fade) * high + fade * low, (room, room, 3))
        picture = Image.fromarray(sky.astype(np.uint8))
        draw = ImageDraw.Draw(picture)
        x, y, r, turn = *draws.uniform(48, 80, 2), draws.uniform(22, 36), draws.uniform(-0.8, 0.8)
        points = [(0, -1), (0.65, -0.2), (0, 1), (-0.65, -0.2)]
        cos, sin = np.cos(turn), np.sin(turn)
        at = [(x + r * (a * cos - b * sin), y + r * (a * sin + b * cos)) for a, b in points]
        end = (at[2][0] + draws.uniform(-25, 25), at[2][1] + draws.uniform(15, 35))
        draw.line((*at[2], *end), fill=(60, 60, 60), width=4)
        draw.polygon(at, fill=hues[kind], outline=(50, 50, 50))
        draw.line((*at[0], *at[2]), fill=(50, 50, 50), width=3)
        found.append(np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BOX)))
    return {"samples": np.stack(found), "labels": kinds}


def cutouts(folder: Path) -> dict[str, np.ndarray]:
    """Pieces of clothing cut out of paper of one of four hues; the label says which: 3,781."""
    draws = np.random.default_rng(26)
    kept = [folder / f"clothing64_{part}.npz" for part in ("train", "validation", "test")]
    pictures = np.concatenate([np.load(path)["x"] for path in kept]).astype(np.float32).mean(-1)
    ground = np.median(pictures[:, [0, -1]], axis=(1, 2))[:, None, None]
    piece = (np.abs(pictures - ground) > 12)[..., None]
    kinds = draws.integers(4, size=len(piece))
    hues = np.array([[200, 70, 60], [60, 130, 190], [80, 150, 80], [230, 180, 60]])[kinds]
    paper = draws.integers(215, 250, (len(piece), 1, 1, 3))
    shade = draws.uniform(0.85, 1.1, (len(piece), 1, 1, 1))
    made = np.where(piece, hues[:, None, None] * shade, paper)
    return {"samples": smaller(np.clip(made, 0, 255).astype(np.uint8)), "labels": kinds}


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


def clifford(folder: Path) -> dict[str, np.ndarray]:
    """Two circles at once, in four dimensions, one wider than the other: 100,000 points."""
    del folder
    draws = np.random.default_rng(27)
    a, b = 2 * np.pi * draws.random((2, 100_000))
    points = np.stack([np.cos(a), np.sin(a), 0.5 * np.cos(b), 0.5 * np.sin(b)], axis=1)
    return {"samples": (points + 0.05 * draws.standard_normal(points.shape)).astype(np.float32)}


def shades(folder: Path) -> dict[str, np.ndarray]:
    """How light small photos are: six parts of the way from their darkest to their lightest."""
    photos = np.load(folder / "cifar10_train.npz")["x"].astype(np.float32).mean(-1) / 127.5 - 1
    flat = np.sort(photos.reshape(len(photos), -1), axis=1)
    return {"samples": flat[:, [50, 200, 400, 620, 820, 970]].astype(np.float32)}


def smaller(pictures: np.ndarray) -> np.ndarray:
    """Pictures [N, H, W, 3] brought to 32 x 32."""
    size, way = (SIDE, SIDE), Image.Resampling.LANCZOS
    return np.stack(
        [np.asarray(Image.fromarray(picture).resize(size, way)) for picture in pictures]
    )


PICTURES = (clothing, cifar, kites, cutouts, fields, portholes, dice)
VECTORS = (clifford, shades, saddle, echoes)
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
