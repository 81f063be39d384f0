"""What an attacker or an accident puts into recipes, run folders, archives and folders."""

import io
import json
import os
import random
import re
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

ESCAPE = "\x1b]0;owned\x07\x1b[2J"
LONG = "a" * 5_000
VALUES = (
    *(
        "",
        "nan",
        "-inf",
        "1e999",
        "-1",
        "0",
        "true",
        "none",
        "''",
        "'''",
        '"',
        "[",
        "{",
        "[]",
        "{}",
    ),
    *("9" * 400, "9" * 5_000, "1" * 18, "0x", "1_0", "1979-05-27T07:32:00Z", "12:30:00", LONG),
    *(
        "[1, 'a', {b=2}]",
        "{name='r1'}",
        "{name=3}",
        "{name='r1', gamma=[1]}",
        "[[1],[2]]",
        "[" * 900,
    ),
    *("{a=" * 500, "[" * 500 + "]" * 500, "{a=" * 300 + "1" + "}" * 300, "'a\nb'", "a\nb", ESCAPE),
    *("\u202egnp.exe", "'\\u0000'", '"\\u001b[2J"', "'hinge'", "os:system", "no.py:f", "../../x"),
    *(
        "2.5",
        "1e-400",
        "[0.0, 0.9]",
        "['a', 'b']",
        "'" + LONG + "'",
        "a b " * 1_000,
        "é✿",
        "=",
        "==",
    ),
)
PATHS = (
    *("seed", "length", "length.kimg", "length.budget", "data", "data.size", "data.batch"),
    *("data.source", "data.crop", "game", "game.name", "game.latent", "networks.generator"),
    *(
        "networks.generator.name",
        "networks.generator.widths",
        "networks.discriminator.name",
        "loss",
    ),
    *("loss.name", "terms", "terms.r1.gamma", "terms.0.gamma", "terms.9.gamma", "terms.r1", "ema"),
    *("ema.half_life_kimg", "condition", "condition.name", "augment", "augment.name", "codes"),
    *("codes.categorical", "controllers", "controllers.cosine.knob", "evaluation.samples"),
    *("evaluation.extractor", "evaluation.metrics", "doctor.autopilot", "signals.tick"),
    *("checkpoints.keep", "runtime.device", "runtime.precision", "runtime.threads", "transfer.run"),
    *("optimizers.generator.lr", "optimizers.generator.betas", "optimizers.generator.name", ""),
    *(
        ".",
        "..",
        "a.b.c.d",
        "a" * 3_000,
        "a." * 400 + "b",
        "terms.\nr1.gamma",
        f"a{ESCAPE}.b",
        "0.1",
    ),
)
OPTIONS = (
    *("--out", "--json", "--device", "--seed", "-n", "--count", "--label", "--code", "--which"),
    *("--data", "--set", "--run", "--resume", "--from", "--budget", "--kimg", "--quiet", "--real"),
    *("--fake", "--metrics", "--features", "--samples", "--held-out", "--page", "--quarantine"),
    *(
        "--format",
        "--every",
        "--anyway",
        "--back",
        "--no-such",
        "-x",
        "--",
        "-",
        "--set=",
        "--out=",
    ),
)
WORDS = (
    *(
        "ring",
        "emoji",
        "x.csv",
        "x.png",
        "x.npz",
        "x.xyz",
        "cpu",
        "best",
        "3",
        "0",
        "-1",
        "1e9",
        "nan",
    ),
    *("inf", "9" * 30, "0=1", "a", "a=b", "0=", "=", "", " ", "/", "/dev/null", "/dev/zero", "."),
    *(
        "~nouser/x",
        "nothing/here",
        LONG,
        "x" * 300,
        "a b " * 1_000,
        "a\nb",
        ESCAPE,
        "\u202egnp",
        "é✿",
    ),
    *(
        "pixels",
        "pixels:a=1",
        "inception:weights=nowhere",
        "frechet_distance",
        "prdc,",
        ",",
        "identity",
    ),
    *(
        "mixture:modes=" + "9" * 30,
        "ring:a=[",
        "mixture:modes=[[[",
        "hub:",
        "emoji:x",
        "losses",
        "onnx",
    ),
)
JSON = (
    *(
        "[1, 2]",
        "3",
        "null",
        '"x"',
        "{}",
        "[]",
        "[" * 100_000,
        '{"a":' * 50_000,
        "{",
        "\x00",
        ESCAPE,
    ),
    *('{"a": ' * 400 + "1" + "}" * 400, '{"step": ' + "9" * 400 + "}", '{"kimg": "x", "step": []}'),
    *(
        '{"step": 4, "kimg": 0.1, "metrics": 3}',
        '{"metrics": {"frechet_distance": "x"}, "step": 1}',
    ),
    *('{"step": 1e999, "kimg": NaN}', '{"step": -5, "kimg": -1e308, "loss/generator": 1e308}'),
    *('{"step": 1, "kimg": 0.1, "metrics": {"frechet_distance": ' + "9" * 400 + "}}", LONG),
    *('{"event": 3, "says": [1], "kimg": {}, "at": null}', '{"event": "finished", "says": null}'),
    *('{"\\u001b[2J": 1, "step": 2, "kimg": 1}', '{"data": 3}', '{"data": {"shape": ["a"]}}'),
    *('{"data": {"shape": [2], "classes": 5, "inputs": 7}}', '{"data": {"shape": [2, 2]}}'),
    *('{"protocol": 3, "metrics": {}, "floor": []}', '{"file": "a\\u0000b", "label": {"x": 1}}'),
    *(
        '{"protocol": {"sources": {"real": 1}}, "metrics": {"x": "y"}, "floor": {}}',
        '{"file": null}',
    ),
    '{"protocol": {"sources": {"real": [1]}}, "metrics": {"[/b]\\u001b[2J": 1}, "floor": {"a": 1}}',
)


def flipped(text: str, draws: random.Random) -> str:
    """Return a text with up to eight characters replaced, left out or doubled."""
    letters = list(text)
    for _ in range(draws.randint(1, 8)):
        if letters:
            place = draws.randrange(len(letters))
            letters[place] = draws.choice(
                ("", letters[place] * 2, "=", "[", "]", '"', "'", ".", "\n", "\x1b", "é", "0", " ")
            )
    return "".join(letters)


def lines_changed(text: str, draws: random.Random) -> str:
    """Return a text with a line left out, doubled or moved."""
    lines = text.splitlines(keepends=True) or [""]
    line = lines.pop(draws.randrange(len(lines)))
    for _ in range(draws.randint(0, 2)):
        lines.insert(draws.randint(0, len(lines)), line)
    return "".join(lines)


def value_changed(text: str, draws: random.Random) -> str:
    """Return TOML with one value replaced by another of any kind."""
    places = list(re.finditer(r"(?m)^(\w+ *= *)([^#\n]*)", text))
    if not places:
        return text
    found = draws.choice(places)
    return text[: found.start(2)] + draws.choice(VALUES) + text[found.end(2) :]


def damage(path: Path, draws: random.Random) -> None:
    """Cut a file, flip bytes, put hostile values into it, or something else in its place."""
    content = path.read_bytes()
    way = draws.randrange(7)
    if way == 0:
        path.write_bytes(content[: draws.randint(0, len(content))])
    elif way == 1:
        changed = bytearray(content)
        for _ in range(draws.randint(1, 10)):
            changed[draws.randrange(len(changed))] = draws.randrange(256)
        path.write_bytes(changed)
    elif way == 2:
        path.unlink()
        draws.choice((os.mkfifo, os.mkdir, lambda p: p.symlink_to("/dev/zero"), lambda p: None))(
            path
        )
    elif way == 3 and path.suffix == ".toml":
        path.write_text(value_changed(content.decode(), draws), errors="replace")
    elif path.suffix in (".json", ".toml", ".csv"):
        path.write_text(draws.choice(JSON))
    else:
        lines = content.decode().splitlines() or [""]
        lines.insert(draws.randint(0, len(lines)), draws.choice(JSON))
        path.write_text("\n".join(lines) + "\n")


# --- folders, archives and tables -------------------------------------------------------------


def picture(seed: int = 0, side: int = 12, form: str = "PNG") -> bytes:
    """Return an encoded image of random pixels."""
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, form)
    return buffer.getvalue()


def pictures(folder: Path, count: int) -> Path:
    """Write images 000.png, 001.png ... into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"{number:03d}.png").write_bytes(picture(number))
    return folder


LEADING = (
    *("../up.png", "../../up.png", "a/../../up.png", "/tmp/gansmith-up.png", "..\\..\\up.png"),
    *("./../up.png", "c:\\up.png", "//up.png", "a/./b/../../../up.png", "ok.png", "up.png"),
    *(
        "\x1b]0;owned\x07\x1b[2J.png",
        "a\nb.png",
        "\u202egnp.png",
        "n" * 300 + ".png",
        "x/" * 400 + "y.png",
    ),
    *("[/red].png", "con.png", "a b/c d.png", "é/✿.png"),
)


def zip_of_names(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "names.zip", "w") as archive:
        for number, name in enumerate(LEADING):
            archive.writestr(zipfile.ZipInfo(name), picture(number))
    return folder / "names.zip"


def tar_of_names(folder: Path, suffix: str = ".tar") -> Path:
    path = folder / f"names{suffix}"
    with tarfile.open(path, f"w:{suffix[5:]}") as archive:
        for number, name in enumerate(LEADING):
            _add(archive, name, picture(number))
    return path


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def tar_of_links(folder: Path) -> Path:
    with tarfile.open(folder / "links.tar", "w") as archive:
        for kind, name in ((tarfile.SYMTYPE, "link.png"), (tarfile.LNKTYPE, "hard.png")):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "../../../etc/passwd"
            archive.addfile(member)
        for kind, name in ((tarfile.FIFOTYPE, "pipe.png"), (tarfile.CHRTYPE, "device.png")):
            member = tarfile.TarInfo(name)
            member.type = kind
            archive.addfile(member)
        _add(archive, "a.png", picture(1))
        _add(archive, "b.png", picture(2))
    return folder / "links.tar"


def zip_bomb(folder: Path) -> Path:
    with zipfile.ZipFile(
        folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9
    ) as archive:
        archive.writestr("a.png", picture(1))
        archive.writestr("bomb.png", picture(2) + bytes(400 << 20))
        archive.writestr("zeros.png", bytes(400 << 20))
    return folder / "bomb.zip"


def tar_bomb(folder: Path) -> Path:
    path = folder / "bomb.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        _add(archive, "a.png", picture(1))
        _add(archive, "bomb.png", picture(2) + bytes(400 << 20))
    return path


def array_bomb(folder: Path) -> Path:
    samples = np.zeros((4_000, 256, 256, 1), np.uint8)
    np.savez_compressed(folder / "bomb.npz", samples=samples)
    return folder / "bomb.npz"


def cut_off(folder: Path) -> Path:
    path = tar_of_names(folder, ".tar.gz")
    path.write_bytes(path.read_bytes()[:-200])
    return path


def table_of_names(folder: Path) -> Path:
    pictures(folder / "data", 3)
    pictures(folder, 3)
    up = ("../000.png", "../001.png", str(folder / "002.png"), "000.png", "/dev/zero", "a\0b.png")
    rows = ({"file": name, "label": f"{ESCAPE}{n % 2}"} for n, name in enumerate(up))
    table = folder / "data" / "t.jsonl"
    table.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return table


def folder_of_special_files(folder: Path) -> Path:
    made = pictures(folder / "special", 4)
    os.mkfifo(made / "pipe.png")
    (made / "zero.png").symlink_to("/dev/zero")
    (made / "null.png").symlink_to("/dev/null")
    (made / "loop.png").symlink_to("loop.png")
    (made / "above").symlink_to("..")
    (made / "directory.png").mkdir()
    return made


def folder_of_names(folder: Path) -> Path:
    made = pictures(folder / "odd", 2)
    for number, name in enumerate(
        ("\x1b]0;owned\x07\x1b[2J.png", "a\nb\n  ok.png", "[bold red].png")
    ):
        (made / name).write_bytes(picture(number + 5))
    with open(os.fsencode(made) + b"/\xff\xfe.png", "wb") as file:
        file.write(picture(9))
    return made


def folder_of_bad_names(folder: Path) -> Path:
    made = pictures(folder / "bad", 2)
    for name in ("\x1b[2Ja.png", "b\nc.png", "\u202egnp.png", "[bold].heic"):
        (made / name).write_bytes(b"no picture")
    return made


def sparse_picture(folder: Path) -> Path:
    made = pictures(folder / "sparse", 3)
    with (made / "sparse.png").open("wb") as file:
        file.write(picture(4))
        file.truncate(900 << 20)
    return made


def deep_folder(folder: Path) -> Path:
    made = pictures(folder / "deep", 2)
    here = os.open(made, os.O_RDONLY)
    for _ in range(1_500):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    return made


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "data.npz")
    return folder / "data.npz"


def device(folder: Path) -> Path:
    (folder / "data.zip").symlink_to("/dev/zero")
    return folder / "data.zip"


SOURCES: dict[str, Callable[[Path], Path]] = {
    "zip of names": zip_of_names,
    "tar of names": tar_of_names,
    "tar of links": tar_of_links,
    "zip bomb": zip_bomb,
    "tar bomb": tar_bomb,
    "array bomb": array_bomb,
    "cut off": cut_off,
    "table of names": table_of_names,
    "special files": folder_of_special_files,
    "odd names": folder_of_names,
    "bad files of odd names": folder_of_bad_names,
    "sparse picture": sparse_picture,
    "deep folder": deep_folder,
    "pipe": pipe,
    "device": device,
}
