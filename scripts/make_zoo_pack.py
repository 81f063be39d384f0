"""Make the data files of the failure zoo that do not ship with the package.

    python scripts/make_zoo_pack.py UNPACKED PACK

UNPACKED holds public data sets as arrays: ``clothing64_*.npz`` and ``cifar10_train.npz``
(``x`` uint8 pictures, ``y`` labels), ``camvid128_*.npz`` (``photo``, ``label``, ``dusk`` and
``palette``) and ``fsdd600.npz`` (``audio`` at 8 kHz, ``length`` and ``digit`` of each clip). PACK
receives pictures of 32 x 32 with labels and vectors, one file a function below. What is missing is
left out and said.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gansmith.data import read_samples

SIDE = 32
CROPS = 400  # of each photograph
WINDOWS = 4  # of each spoken digit
RATE, FRAME = 8000, 256


def clothing(folder: Path) -> dict[str, np.ndarray]:
    kept = np.load(folder / "clothing64_train.npz")
    return {"samples": smaller(kept["x"]), "labels": kept["y"].astype(np.int64)}


def cifar(folder: Path) -> dict[str, np.ndarray]:
    """Every fourth picture."""
    kept = np.load(folder / "cifar10_train.npz")
    return {"samples": kept["x"][::4], "labels": kept["y"][::4].astype(np.int64)}


def street(folder: Path) -> dict[str, np.ndarray]:
    """Three squares of each photo of a street; the label says whether it was dusk."""
    kept = [np.load(folder / f"camvid128_{part}.npz") for part in ("train", "val", "test")]
    photos, dusk = (np.concatenate([k[name] for k in kept]) for name in ("photo", "dusk"))
    squares = np.concatenate([photos[:, :, left : left + 96] for left in (0, 16, 32)])
    return {"samples": smaller(squares), "labels": np.tile(dusk, 3).astype(np.int64)}


def maps(folder: Path) -> dict[str, np.ndarray]:
    """What stands where in each photo of a street, one colour a kind; the label says of dusk."""
    kept = [np.load(folder / f"camvid128_{part}.npz") for part in ("train", "val", "test")]
    kinds, dusk = (np.concatenate([k[name] for k in kept]) for name in ("label", "dusk"))
    pictures = kept[0]["palette"][kinds]
    squares = np.concatenate([pictures[:, 1::3, left + 1 : left + 97 : 3] for left in (0, 16, 31)])
    return {"samples": squares, "labels": np.tile(dusk, 3).astype(np.int64)}


def sketches(folder: Path) -> dict[str, np.ndarray]:
    """Edges of small photos: dark lines on white."""
    kept = np.load(folder / "cifar10_train.npz")
    grey = kept["x"][::5].astype(np.float32).mean(-1)
    down, across = np.gradient(grey, axis=(1, 2))
    dark = np.clip(255 - 6 * np.hypot(down, across), 0, 255).round().astype(np.uint8)
    pictures = np.repeat(dark[..., None], 3, axis=-1)
    return {"samples": pictures, "labels": kept["y"][::5].astype(np.int64)}


def photos(folder: Path) -> dict[str, np.ndarray]:
    """Squares of the embedded photographs, 32 to 128 pixels a side; the label says of which."""
    del folder
    place = Path(__file__).parents[1] / "src" / "gansmith" / "data" / "embedded"
    draws = np.random.default_rng(0)
    found = []
    for path in sorted(place.glob("photo_*.jpg")):
        picture = Image.open(path).convert("RGB")
        for _ in range(CROPS):
            side = int(draws.integers(32, 129))
            left, top = (int(draws.integers(0, whole - side + 1)) for whole in picture.size)
            crop = picture.crop((left, top, left + side, top + side))
            found.append(np.asarray(crop.resize((SIDE, SIDE), Image.Resampling.BOX)))
    return {"samples": np.stack(found), "labels": np.arange(len(found)) // CROPS}


def spoken(folder: Path) -> dict[str, np.ndarray]:
    """Pictures of spoken digits: 32 bands over half a second, four windows of each clip."""
    kept = np.load(folder / "fsdd600.npz")
    ends = np.cumsum(kept["length"])
    bands, window = _bands(), RATE // 2
    found = []
    for end, length in zip(ends, kept["length"], strict=True):
        clip = np.pad(kept["audio"][end - length : end], window // 4)
        clip = np.pad(clip, (0, max(0, window + WINDOWS * FRAME - len(clip))))
        for begin in np.linspace(0, len(clip) - window, WINDOWS).astype(int):
            found.append(_spectrogram(clip[begin : begin + window], bands))
    pictures = np.repeat(np.stack(found)[..., None], 3, axis=-1)
    return {"samples": pictures, "labels": np.repeat(kept["digit"], WINDOWS).astype(np.int64)}


def shapes(folder: Path) -> dict[str, np.ndarray]:
    """Discs, squares, triangles, rings and crosses of any size, place and colour: 6,000."""
    del folder
    draws, found = np.random.default_rng(3), []
    kinds = draws.integers(5, size=6000)
    for kind in kinds:
        x, y, r = *draws.uniform(32, 96, 2), draws.uniform(16, 30)
        back, ink = (tuple(map(int, 255 * draws.random(3))) for _ in range(2))
        picture = Image.new("RGB", (128, 128), back)
        _draw_shape(ImageDraw.Draw(picture), int(kind), x, y, r, ink)
        found.append(np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BOX)))
    return {"samples": np.stack(found), "labels": kinds}


def _draw_shape(
    pen: ImageDraw.ImageDraw, kind: int, x: float, y: float, r: float, ink: tuple[int, ...]
) -> None:
    box = (x - r, y - r, x + r, y + r)
    if kind == 0:
        pen.ellipse(box, fill=ink)
    elif kind == 1:
        pen.rectangle(box, fill=ink)
    elif kind == 2:
        pen.polygon([(x, y - r), (x - r, y + r), (x + r, y + r)], fill=ink)
    elif kind == 3:
        pen.ellipse(box, outline=ink, width=int(r / 2.5))
    else:
        pen.rectangle((x - r, y - r / 4, x + r, y + r / 4), fill=ink)
        pen.rectangle((x - r / 4, y - r, x + r / 4, y + r), fill=ink)


def letters(folder: Path) -> dict[str, np.ndarray]:
    """Capitals from A to H, turned, moved and of any size, light on dark: 6,000."""
    del folder
    draws, found = np.random.default_rng(4), []
    kinds = draws.integers(8, size=6000)
    for kind in kinds:
        picture = Image.new("L", (128, 128), int(draws.integers(0, 60)))
        font = ImageFont.load_default(size=float(draws.uniform(70, 110)))
        where = (64 + draws.uniform(-14, 14), 64 + draws.uniform(-14, 14))
        ink = int(draws.integers(170, 256))
        ImageDraw.Draw(picture).text(where, "ABCDEFGH"[kind], ink, font, anchor="mm")
        turned = picture.rotate(draws.uniform(-15, 15), Image.Resampling.BILINEAR)
        small = np.asarray(turned.resize((SIDE, SIDE), Image.Resampling.BOX))
        found.append(np.repeat(small[..., None], 3, axis=-1))
    return {"samples": np.stack(found), "labels": kinds}


def circles(folder: Path) -> dict[str, np.ndarray]:
    """Two circles, one inside the other, with noise: 100,000 points."""
    del folder
    draws = np.random.default_rng(5)
    far = np.where(draws.random(100_000) < 0.4, 0.4, 1.0)
    angle = 2 * np.pi * draws.random(100_000)
    points = far[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return {"samples": (points + 0.04 * draws.standard_normal(points.shape)).astype(np.float32)}


def skewed(folder: Path) -> dict[str, np.ndarray]:
    """Six numbers that depend on one another, some of them skewed: 100,000 points."""
    del folder
    draws = np.random.default_rng(6)
    hidden = draws.standard_normal((100_000, 3))
    mixed = hidden @ draws.standard_normal((3, 6)) + 0.3 * draws.standard_normal((100_000, 6))
    mixed[:, :2] = np.exp(0.4 * mixed[:, :2]) - 1
    return {"samples": np.clip(0.4 * mixed, -3, 3).astype(np.float32)}


def plaids(folder: Path) -> dict[str, np.ndarray]:
    """Woven stripes of two colours; five classes by how fine they are: 6,000."""
    del folder
    draws = np.random.default_rng(7)
    kinds = draws.integers(5, size=6000)
    rows, columns = np.mgrid[:SIDE, :SIDE] / SIDE
    found = []
    for kind in kinds:
        turns = (1.5, 3, 5, 8, 12)[kind] * draws.uniform(0.9, 1.1, 2)
        phases = 2 * np.pi * draws.random(2)
        across = np.sin(2 * np.pi * turns[0] * rows + phases[0])
        down = np.sin(2 * np.pi * turns[1] * columns + phases[1])
        weave = (across + down)[..., None] / 4 + 0.5
        first, second = 255 * draws.random((2, 3))
        found.append((weave * first + (1 - weave) * second).round().astype(np.uint8))
    return {"samples": np.stack(found), "labels": kinds}


def scenes(folder: Path) -> dict[str, np.ndarray]:
    """A sky by day or night over hills, snow, sand or sea, with a sun or a moon: 6,000."""
    del folder
    draws = np.random.default_rng(8)
    kinds = draws.integers(4, size=6000)
    grounds = np.array([[60, 120, 50], [235, 240, 245], [200, 170, 110], [30, 80, 150]])
    rows, columns = np.mgrid[:SIDE, :SIDE]
    found = []
    for kind in kinds:
        night = draws.random() < 0.3
        top, low = np.array([[20, 20, 60], [60, 50, 90]] if night else [[70, 130, 220], [190] * 3])
        share = rows[..., None] / SIDE
        picture = (1 - share) * top + share * low
        x, y, r = draws.uniform(4, 28), draws.uniform(3, 10), draws.uniform(2, 4)
        picture[np.hypot(columns - x, rows - y) < r] = (240, 240, 220) if night else (255, 220, 80)
        swell = 0 if kind == 3 else draws.uniform(1, 4)
        phase, waves_ = 2 * np.pi * draws.random(), draws.uniform(0.5, 2)
        line = draws.uniform(16, 24) + swell * np.sin(
            2 * np.pi * waves_ * np.arange(SIDE) / SIDE + phase
        )
        ground = grounds[kind] * (0.4 if night else 1.0) * draws.uniform(0.85, 1.1)
        picture = np.where((rows > line[None])[..., None], ground, picture)
        picture = picture + draws.normal(0, 4, picture.shape)
        found.append(np.clip(picture, 0, 255).round().astype(np.uint8))
    return {"samples": np.stack(found), "labels": kinds}


def shell(folder: Path) -> dict[str, np.ndarray]:
    """A sphere's skin in five dimensions, thicker on one side: 100,000 points."""
    del folder
    draws = np.random.default_rng(9)
    points = draws.standard_normal((100_000, 5)) + np.array([0.0, 0.5, 0.0, 0.0, 0.5])
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    far = 1 + 0.06 * draws.standard_normal((100_000, 1))
    return {"samples": (points * far).astype(np.float32)}


def records(folder: Path) -> dict[str, np.ndarray]:
    """Seven columns of a made-up table: sizes, counts, shares, two groups: 100,000 rows."""
    del folder
    draws = np.random.default_rng(10)
    hidden = draws.standard_normal((100_000, 2))
    group = draws.random(100_000) < 0.35
    noise = draws.standard_normal((100_000, 7))
    columns = [
        0.6 * hidden[:, 0] + 0.2 * noise[:, 0],
        np.exp(0.5 * hidden[:, 0] + 0.3 * noise[:, 1]) - 1,
        np.floor(2 * np.abs(hidden[:, 1]) + np.abs(noise[:, 2])) / 3 - 0.5 + 0.02 * noise[:, 3],
        np.where(group, 0.8, -0.6) + 0.1 * noise[:, 4],
        np.tanh(hidden[:, 1] + 0.5 * group + 0.4 * noise[:, 5]),
        0.4 * hidden[:, 0] * hidden[:, 1] + 0.1 * noise[:, 6],
        0.5 * hidden[:, 1] - 0.3 * group + 0.15 * draws.standard_normal(100_000),
    ]
    return {"samples": np.clip(np.stack(columns, 1), -3, 3).astype(np.float32)}


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


def waves(folder: Path) -> dict[str, np.ndarray]:
    """Eight numbers of speech at 4 kHz, where it is loud, brought to [-1, 1]."""
    speech = np.load(folder / "fsdd600.npz")["audio"]
    slow = speech[: len(speech) // 2 * 2].reshape(-1, 2).mean(1)
    windows = np.lib.stride_tricks.sliding_window_view(slow, 8)[::8]
    loudest = np.abs(windows).max(1, keepdims=True)
    kept = (loudest > 0.05)[:, 0]
    return {"samples": (windows[kept] / loudest[kept]).astype(np.float32)}


def _bands() -> np.ndarray:
    """Triangles over the frequencies of a frame, evenly spaced in mel: [SIDE, FRAME / 2 + 1]."""
    mel = np.linspace(2595 * np.log10(1 + 80 / 700), 2595 * np.log10(1 + 3800 / 700), SIDE + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    hertz = np.fft.rfftfreq(FRAME, 1 / RATE)
    up = (hertz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    down = (edges[2:, None] - hertz) / (edges[2:] - edges[1:-1])[:, None]
    return np.clip(np.minimum(up, down), 0, None)


def _spectrogram(clip: np.ndarray, bands: np.ndarray) -> np.ndarray:
    begins = np.linspace(0, len(clip) - FRAME, SIDE).astype(int)
    frames = np.stack([clip[b : b + FRAME] for b in begins]) * np.hanning(FRAME)
    power = bands @ (np.abs(np.fft.rfft(frames)) ** 2).T
    decibels = 10 * np.log10(power + 1e-6)
    shown = np.clip((decibels + 30) / 60, 0, 1)
    return (255 * shown[::-1]).round().astype(np.uint8)


def colours(folder: Path) -> dict[str, np.ndarray]:
    """Mean colours of the quarters of photos: vectors of 12 numbers in [-1, 1]."""
    pictures = np.load(folder / "cifar10_train.npz")["x"].astype(np.float32) / 127.5 - 1
    means = pictures.reshape(len(pictures), 2, 16, 2, 16, 3).mean((2, 4))
    return {"samples": means.reshape(len(means), 12)}


def pooled(folder: Path) -> dict[str, np.ndarray]:
    """Means over blocks of written digits: vectors of 16 numbers in [-1, 1]."""
    del folder
    digits, _ = read_samples("mnist", size=28, labels=True)
    values = digits.reshape(len(digits), 4, 7, 4, 7).astype(np.float32) / 127.5 - 1
    return {"samples": values.mean((2, 4)).reshape(len(digits), 16)}


def moons(folder: Path) -> dict[str, np.ndarray]:
    """Two half circles that reach into each other, with noise: 100,000 points."""
    del folder
    draws = np.random.default_rng(0)
    angle, which = np.pi * draws.random(100_000), draws.integers(2, size=100_000)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    points = np.where(which[:, None] > 0, upper, np.array([1.0, 0.5]) - upper)
    points = points - [0.5, 0.25] + 0.05 * draws.standard_normal(points.shape)
    return {"samples": points.astype(np.float32)}


def wheel(folder: Path) -> dict[str, np.ndarray]:
    """Five arms that bend to one side: 100,000 points."""
    del folder
    draws = np.random.default_rng(2)
    far, off = np.abs(0.3 * draws.standard_normal(100_000)) + 0.2, draws.standard_normal(100_000)
    angle = 2 * np.pi * draws.integers(5, size=100_000) / 5 + 1.2 * far + 0.05 * off / far
    points = np.stack([np.cos(angle), np.sin(angle)], axis=1) * far[:, None]
    return {"samples": points.astype(np.float32)}


def clusters(folder: Path) -> dict[str, np.ndarray]:
    """Ten stretched clouds in eight dimensions, some twice as likely as others: 100,000 points."""
    del folder
    draws = np.random.default_rng(1)
    centres, reach = 0.5 * draws.standard_normal((10, 8)), 0.05 + 0.1 * draws.random((10, 8))
    which = draws.choice(10, 100_000, p=np.repeat([2, 1], 5) / 15)
    points = centres[which] + reach[which] * draws.standard_normal((len(which), 8))
    return {"samples": points.astype(np.float32)}


def smaller(pictures: np.ndarray) -> np.ndarray:
    """Pictures [N, H, W, 3] brought to 32 x 32."""
    size, way = (SIDE, SIDE), Image.Resampling.LANCZOS
    return np.stack(
        [np.asarray(Image.fromarray(picture).resize(size, way)) for picture in pictures]
    )


PICTURES = (clothing, cifar, street, maps, sketches, photos, spoken, shapes, letters)
PICTURES += (plaids, scenes, faces, blooms, planets, pebbles, blended, clocks)
VECTORS = (colours, pooled, waves, moons, wheel, clusters, circles, skewed, shell, records)
VECTORS += (knot, bands, ribbon, meters, cage, profiles)
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
