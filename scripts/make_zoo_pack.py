"""Make the data files of the failure zoo that do not ship with the package.

    python scripts/make_zoo_pack.py UNPACKED PACK

UNPACKED holds public data sets as arrays: ``clothing64_*.npz`` and ``cifar10_train.npz``
(``x`` uint8 pictures, ``y`` labels) and ``fsdd600.npz`` (``audio`` at 8 kHz). PACK receives
pictures of 32 x 32 with labels and vectors, one file a function below. What is missing is left out
and said.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from gansmith.data import read_samples

SIDE = 32
RATE, FRAME = 8000, 256


def clothing(folder: Path) -> dict[str, np.ndarray]:
    kept = np.load(folder / "clothing64_train.npz")
    return {"samples": smaller(kept["x"]), "labels": kept["y"].astype(np.int64)}


def cifar(folder: Path) -> dict[str, np.ndarray]:
    """Every fourth picture."""
    kept = np.load(folder / "cifar10_train.npz")
    return {"samples": kept["x"][::4], "labels": kept["y"][::4].astype(np.int64)}


def faces(folder: Path) -> dict[str, np.ndarray]:
    """Round faces on a plain ground that smile, frown, gape or sleep: 6,000."""
    del folder
    draws, found = np.random.default_rng(11), []
    kinds = draws.integers(4, size=6000)
    for kind in kinds:
        ground, skin = (
            tuple(map(int, draws.integers(*ends, 3))) for ends in ((0, 256), (120, 250))
        )
        picture = Image.new("RGB", (128, 128), ground)
        x, y, r = *draws.uniform(54, 74, 2), draws.uniform(38, 52)
        _draw_face(ImageDraw.Draw(picture), int(kind), x, y, r, skin)
        found.append(np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BOX)))
    return {"samples": np.stack(found), "labels": kinds}


def _draw_face(
    pen: ImageDraw.ImageDraw, kind: int, x: float, y: float, r: float, skin: tuple[int, ...]
) -> None:
    pen.ellipse((x - r, y - r, x + r, y + r), fill=skin)
    dark, thick = (30, 20, 20), int(r / 6)
    for side in (-1, 1):
        eye = (x + side * r / 2.5, y - r / 3)
        high = r / 16 if kind == 3 else r / 5
        pen.ellipse((eye[0] - r / 5, eye[1] - high, eye[0] + r / 5, eye[1] + high), fill=dark)
    mouth = (x - r / 2, y + r / 8, x + r / 2, y + r / 1.5)
    if kind == 0:
        pen.arc(mouth, 10, 170, fill=dark, width=thick)
    elif kind == 1:
        pen.arc((mouth[0], mouth[1] + r / 4, mouth[2], mouth[3] + r / 4), 190, 350, dark, thick)
    elif kind == 2:
        pen.ellipse(mouth, fill=dark)
    else:
        pen.line((x - r / 3, y + r / 2.5, x + r / 3, y + r / 2.5), fill=dark, width=thick)


def blooms(folder: Path) -> dict[str, np.ndarray]:
    """Flowers of three kinds over grass that is never twice the same: 6,000."""
    del folder
    draws, found = np.random.default_rng(12), []
    kinds = draws.integers(3, size=6000)
    for kind in kinds:
        grass = np.array([60, 130, 50]) + draws.normal(0, 14, (16, 16, 1)) + draws.normal(0, 8, 3)
        ground = Image.fromarray(np.clip(grass, 0, 255).astype(np.uint8))
        picture = ground.resize((128, 128), Image.Resampling.BICUBIC)
        pen, petals = ImageDraw.Draw(picture), (4, 6, 11)[kind]
        x, y, r, turn = *draws.uniform(50, 78, 2), draws.uniform(24, 38), 360 * draws.random()
        ink = tuple(map(int, ((230, 60, 70), (240, 240, 235), (120, 70, 210))[kind]))
        for angle in np.radians(turn + 360 / petals * np.arange(petals)):
            wide, at = 1.9 * r / petals, (x + r * np.cos(angle), y + r * np.sin(angle))
            pen.line((x, y, *at), fill=ink, width=int(wide))
            pen.ellipse((at[0] - wide, at[1] - wide, at[0] + wide, at[1] + wide), fill=ink)
        pen.ellipse((x - r / 3, y - r / 3, x + r / 3, y + r / 3), fill=(240, 190, 40))
        found.append(np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BOX)))
    return {"samples": np.stack(found), "labels": kinds}


def planets(folder: Path) -> dict[str, np.ndarray]:
    """Balls lit from one side, of three hues, some banded, before a dark sky with haze: 6,000."""
    del folder
    draws, found = np.random.default_rng(14), []
    kinds = draws.integers(3, size=6000)
    hues = np.array([[220, 120, 70], [90, 150, 230], [200, 190, 120]])
    rows, columns = np.mgrid[:SIDE, :SIDE]
    for kind in kinds:
        haze = draws.uniform(10, 70, 3) * (rows[..., None] / SIDE + 0.3)
        x, y, r = *draws.uniform(11, 21, 2), draws.uniform(7, 12)
        across, down = (columns - x) / r, (rows - y) / r
        deep = np.sqrt(np.clip(1 - across**2 - down**2, 0, None))
        light = 2 * np.pi * draws.random()
        lit = np.clip(0.6 * deep + 0.7 * (across * np.cos(light) + down * np.sin(light)), 0.05, 1)
        bands = 1 + 0.25 * np.sin(draws.uniform(0, 9) * down + 2 * np.pi * draws.random())
        ball = hues[kind] * (lit * bands)[..., None]
        share = np.clip((1 - np.hypot(across, down)) * r + 0.5, 0, 1)[..., None]
        picture = share * ball + (1 - share) * haze
        found.append(np.clip(picture, 0, 255).round().astype(np.uint8))
    return {"samples": np.stack(found), "labels": kinds}


def pebbles(folder: Path) -> dict[str, np.ndarray]:
    """Blobs of one of four hues, crowded or sparse, on sand; the label says the hue: 6,000."""
    del folder
    draws, found = np.random.default_rng(15), []
    kinds = draws.integers(4, size=6000)
    hues = np.array([[190, 60, 50], [60, 110, 190], [70, 150, 80], [90, 80, 90]])
    rows, columns = np.mgrid[:SIDE, :SIDE]
    for kind in kinds:
        picture = np.array([215, 195, 150]) + draws.normal(0, 6, (SIDE, SIDE, 1))
        for _ in range(int(draws.integers(2, 8))):
            x, y = draws.uniform(2, 30, 2)
            wide, high, turn = *draws.uniform(2, 6, 2), np.pi * draws.random()
            along = (columns - x) * np.cos(turn) + (rows - y) * np.sin(turn)
            across = (rows - y) * np.cos(turn) - (columns - x) * np.sin(turn)
            inside = (along / wide) ** 2 + (across / high) ** 2 < 1
            picture[inside] = hues[kind] * draws.uniform(0.7, 1.3)
        found.append(np.clip(picture, 0, 255).round().astype(np.uint8))
    return {"samples": np.stack(found), "labels": kinds}


def ribbon(folder: Path) -> dict[str, np.ndarray]:
    """A band in four dimensions that bends and twists, thin across: 100,000 points."""
    del folder
    draws = np.random.default_rng(16)
    t, across = 2 * draws.random(100_000) - 1, 0.3 * draws.standard_normal(100_000)
    turn = 3 * t
    points = [t, np.sin(turn) / 2 + across * np.cos(turn), across * np.sin(turn), t**2 - 0.4]
    noise = 0.03 * draws.standard_normal((100_000, 4))
    return {"samples": (np.stack(points, 1) + noise).astype(np.float32)}


def meters(folder: Path) -> dict[str, np.ndarray]:
    """Nine readings of a made-up plant that runs in three states: 100,000 rows."""
    del folder
    draws = np.random.default_rng(17)
    state = draws.choice(3, 100_000, p=[0.5, 0.3, 0.2])
    levels = draws.uniform(-0.8, 0.8, (3, 9))
    drift = draws.standard_normal((100_000, 2)) @ draws.normal(0, 0.15, (2, 9))
    noise = (0.05 + 0.1 * draws.random(9)) * draws.standard_normal((100_000, 9))
    return {"samples": np.clip(levels[state] + drift + noise, -3, 3).astype(np.float32)}


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


def knot(folder: Path) -> dict[str, np.ndarray]:
    """A trefoil in space, as a tube: 100,000 points."""
    del folder
    draws = np.random.default_rng(13)
    t = 2 * np.pi * draws.random(100_000)
    line = [np.sin(t) + 2 * np.sin(2 * t), np.cos(t) - 2 * np.cos(2 * t), -np.sin(3 * t)]
    points = np.stack(line, 1) / 3 + 0.05 * draws.standard_normal((100_000, 3))
    return {"samples": points.astype(np.float32)}


def bands(folder: Path) -> dict[str, np.ndarray]:
    """Loudness of ten bands of speech, frame by frame, where it is loud; about [-1, 1]."""
    speech = np.load(folder / "fsdd600.npz")["audio"]
    frames = np.lib.stride_tricks.sliding_window_view(speech, FRAME)[::32] * np.hanning(FRAME)
    filters = _bands()
    power = np.abs(np.fft.rfft(frames)) ** 2 @ filters[: len(filters) // 10 * 10].T
    loud = np.log(power.reshape(len(power), 10, -1).mean(-1) + 1e-6)
    kept = loud.max(1) > 0
    return {"samples": np.clip((loud[kept] + 2) / 5, -3, 3).astype(np.float32)}


def _bands() -> np.ndarray:
    """Triangles over the frequencies of a frame, evenly spaced in mel: [SIDE, FRAME / 2 + 1]."""
    mel = np.linspace(2595 * np.log10(1 + 80 / 700), 2595 * np.log10(1 + 3800 / 700), SIDE + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    hertz = np.fft.rfftfreq(FRAME, 1 / RATE)
    up = (hertz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    down = (edges[2:, None] - hertz) / (edges[2:] - edges[1:-1])[:, None]
    return np.clip(np.minimum(up, down), 0, None)


def smaller(pictures: np.ndarray) -> np.ndarray:
    """Pictures [N, H, W, 3] brought to 32 x 32."""
    size, way = (SIDE, SIDE), Image.Resampling.LANCZOS
    return np.stack(
        [np.asarray(Image.fromarray(picture).resize(size, way)) for picture in pictures]
    )


PICTURES = (clothing, cifar, faces, blooms, planets, pebbles, blended, clocks, leaves, duotones)
VECTORS = (knot, bands, ribbon, meters, cage, profiles, spring, slants)
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
