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

from gansmith.data import read_samples

SIDE = 32


def clothing(folder: Path) -> dict[str, np.ndarray]:
    kept = np.load(folder / "clothing64_train.npz")
    return {"samples": smaller(kept["x"]), "labels": kept["y"].astype(np.int64)}


def cifar(folder: Path) -> dict[str, np.ndarray]:
    """Every fourth picture."""
    kept = np.load(folder / "cifar10_train.npz")
    return {"samples": kept["x"][::4], "labels": kept["y"][::4].astype(np.int64)}


def blended(folder: Path) -> dict[str, np.ndarray]:
    """Written digits that turn the colours of squares of small photos over; the label says which.

    As in Ganin et al. 2016, arXiv:1505.07818, on other photos: 12,000.
    """
    draws = np.random.default_rng(18)
    photos = np.load(folder / "cifar10_train.npz")["x"]
    digits, marks = read_samples("mnist", size=SIDE, labels=True)
    digits = digits.reshape(len(digits), SIDE, SIDE, 1)
    which = draws.integers(len(digits), size=12_000)
    grounds = photos[draws.integers(len(photos), size=12_000)]
    over = digits[which].astype(np.float32) / 255
    pictures = over * (255 - grounds) + (1 - over) * grounds
    return {"samples": pictures.round().astype(np.uint8), "labels": np.asarray(marks)[which]}


def clocks(folder: Path) -> dict[str, np.ndarray]:
    """Round dials of one of four colours, with two hands, on a plain wall: 6,000."""
    del folder
    draws, found, room = np.random.default_rng(19), [], 4 * SIDE
    kinds = draws.integers(4, size=6000)
    hues = np.array([[235, 230, 215], [60, 90, 140], [190, 80, 60], [70, 130, 90]])
    for kind in kinds:
        wall = tuple(draws.integers(100, 190, 3).tolist())
        picture = Image.new("RGB", (room, room), wall)
        draw = ImageDraw.Draw(picture)
        x, y, r = *draws.uniform(52, 76, 2), draws.uniform(34, 50)
        dial = tuple(np.clip(hues[kind] * draws.uniform(0.85, 1.1), 0, 255).astype(int).tolist())
        ink = (30, 30, 30) if kind == 0 else (235, 235, 225)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=dial, outline=ink, width=5)
        for length, width in ((0.5, 9), (0.8, 5)):
            turn = 2 * np.pi * draws.random()
            tip = (x + length * r * np.cos(turn), y + length * r * np.sin(turn))
            draw.line((x, y, *tip), fill=ink, width=width)
        found.append(np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BOX)))
    return {"samples": np.stack(found), "labels": kinds}


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


def cage(folder: Path) -> dict[str, np.ndarray]:
    """The six edges of a tetrahedron in space, some of them thicker: 100,000 points."""
    del folder
    draws = np.random.default_rng(20)
    corners = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) * 0.8
    edges = np.array([[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]])
    which, along = draws.integers(6, size=100_000), draws.random((100_000, 1))
    thick = np.array([0.04, 0.06, 0.09, 0.04, 0.06, 0.09])[which, None]
    ends = corners[edges[which]]
    points = along * ends[:, 0] + (1 - along) * ends[:, 1]
    return {"samples": (points + thick * draws.standard_normal(points.shape)).astype(np.float32)}


def profiles(folder: Path) -> dict[str, np.ndarray]:
    """How wide pieces of clothing are at ten heights, less their mean width: about [-1, 1]."""
    draws = np.random.default_rng(21)
    kept = [folder / f"clothing64_{part}.npz" for part in ("train", "validation", "test")]
    pictures = np.concatenate([np.load(path)["x"] for path in kept]).astype(np.float32).mean(-1)
    ground = np.median(pictures[:, [0, -1]], axis=(1, 2))[:, None, None]
    wide = (np.abs(pictures - ground) > 12).mean(2)
    wide = wide[:, 2:62].reshape(len(wide), 10, 6).mean(2)
    values = 2 * (wide - wide.mean(0))
    return {"samples": (values + 0.01 * draws.standard_normal(values.shape)).astype(np.float32)}


def leaves(folder: Path) -> dict[str, np.ndarray]:
    """Leaves of three kinds, with veins, on speckled soil; the label says the kind: 6,000."""
    del folder
    draws, found = np.random.default_rng(22), []
    kinds = draws.integers(3, size=6000)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    for kind in kinds:
        soil = np.array([95, 70, 50]) + draws.normal(0, 12, (SIDE, SIDE, 1))
        x, y, turn = *draws.uniform(12, 20, 2), 2 * np.pi * draws.random()
        long, wide = draws.uniform(9, 14), draws.uniform(0.35, 0.6)
        along = ((columns - x) * np.cos(turn) + (rows - y) * np.sin(turn)) / long
        across = ((rows - y) * np.cos(turn) - (columns - x) * np.sin(turn)) / (wide * long)
        shape = 1 - along**2
        if kind == 1:
            shape = shape * (0.75 + 0.25 * np.cos(9 * along))
        if kind == 2:
            shape = shape * (1 + along) / 1.3
        share = np.clip((shape - np.abs(across)) * wide * long + 0.5, 0, 1)
        share = (share * (np.abs(along) < 1))[..., None]
        veins = np.abs(across) < 0.12
        leaf = np.array([[70, 150, 60], [190, 120, 40], [150, 190, 90]])[kind]
        leaf = leaf * draws.uniform(0.8, 1.2) * np.where(veins, 1.3, 1.0)[..., None]
        found.append(np.clip(share * leaf + (1 - share) * soil, 0, 255).round().astype(np.uint8))
    return {"samples": np.stack(found), "labels": kinds}


def duotones(folder: Path) -> dict[str, np.ndarray]:
    """Small photos in the lightness of one of four hues; the label says which: 10,000."""
    draws = np.random.default_rng(23)
    photos = np.load(folder / "cifar10_train.npz")["x"][2::5].astype(np.float32).mean(-1) / 255
    kinds = draws.integers(4, size=len(photos))
    dark = np.array([[60, 0, 20], [0, 30, 70], [10, 50, 10], [40, 20, 60]])[kinds]
    light = np.array([[255, 220, 160], [190, 240, 255], [230, 255, 180], [255, 200, 240]])[kinds]
    tone = photos[..., None]
    pictures = dark[:, None, None] * (1 - tone) + light[:, None, None] * tone
    return {"samples": pictures.round().astype(np.uint8), "labels": kinds}


def spring(folder: Path) -> dict[str, np.ndarray]:
    """A coil of four turns in space, wider at one end: 100,000 points."""
    del folder
    draws = np.random.default_rng(24)
    t = draws.random(100_000)
    far, turn = 0.4 + 0.6 * t, 8 * np.pi * t
    points = np.stack([far * np.cos(turn), far * np.sin(turn), 2 * t - 1], axis=1)
    return {"samples": (points + 0.04 * draws.standard_normal(points.shape)).astype(np.float32)}


def slants(folder: Path) -> dict[str, np.ndarray]:
    """How much of the edges in small photos slants which way, eight ways, in logarithms."""
    photos = np.load(folder / "cifar10_train.npz")["x"].astype(np.float32).mean(-1)
    down, across = np.gradient(photos, axis=(1, 2))
    way = ((np.arctan2(down, across) % np.pi) * 8 / np.pi).astype(int) % 8
    strong = np.hypot(down, across)
    sums = np.stack([(strong * (way == k)).sum((1, 2)) for k in range(8)], axis=1) + 1
    shares = np.log(sums / sums.sum(1, keepdims=True))
    return {"samples": (0.7 * (shares - shares.mean(0))).astype(np.float32)}


def smaller(pictures: np.ndarray) -> np.ndarray:
    """Pictures [N, H, W, 3] brought to 32 x 32."""
    size, way = (SIDE, SIDE), Image.Resampling.LANCZOS
    return np.stack(
        [np.asarray(Image.fromarray(picture).resize(size, way)) for picture in pictures]
    )


PICTURES = (clothing, cifar, blended, clocks, leaves, duotones, kites, cutouts)
VECTORS = (cage, profiles, spring, slants, clifford, shades)
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
