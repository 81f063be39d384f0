"""Full and read-only disks: small tmpfs mounts, where mounting is permitted."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from killing import forked
from reliability_bench import LONGER, Bench, Row, tally
from reliability_runs import RING, Case, difference, gone_on, one_sentence, trained, verb


@contextmanager
def disk(bench: Bench, size: str) -> Iterator[Path | None]:
    """Mount a small disk; None where that is not permitted."""
    place = bench.place()
    place.mkdir()
    mounted = not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place],
        capture_output=True,
        check=False,
    ).returncode
    try:
        yield place if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", place], check=True)


def remounted(place: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", place], check=True)


def full_disks(bench: Bench) -> Iterator[Row]:
    """Train onto disks of many sizes, make room, go on; write every kind of file onto full ones."""

    def train_on(size: int) -> str:
        with disk(bench, f"{size}k") as place:
            assert place is not None
            run = place / "run"
            code, says = forked(lambda: trained(RING, run))
            if not code:
                return difference(bench.whole, run)
            if "make room" not in says or "\n" in says:
                return f"says {says}"
            remounted(place, "size=20m")
            code, says = forked(lambda: gone_on(RING, run))
            return f"does not go on: {says}" if code else difference(bench.whole, run)

    sizes = bench.some([4, 12, 20, 28, 36, 44, 52, 60, 72, 84, 100, 120, 140, 160, 200], 3)
    yield tally(
        "disks of 4 to 200 kB while training; room made; resumed",
        ((f"{size} kB", lambda size=size: train_on(size)) for size in sizes),
    )
    yield tally("other verbs onto a full disk", _verbs(bench, full=True))
    yield tally("other verbs and a resume onto a read-only disk", _verbs(bench, full=False))


def _verbs(bench: Bench, full: bool) -> list[tuple[str, Case]]:
    run, digits = bench.whole, bench.digits
    reals = bench.scratch / "reals.npz"
    if not reals.exists():
        verb("sample", digits, "-n", "64", "--out", reals)
    forms = [("export", digits, "--format", form, "--out", "x") for form in FORMS]
    measure = ("evaluate", "--real", reals, "--fake", reals, "--metrics", "frechet_distance")
    measure = (*measure, "--features", "random_convolution", "--no-intervals")
    wanted: list[tuple[str | Path, ...]] = [
        *forms,
        ("sample", run, "--out", "x.csv"),
        ("sample", run, "--out", "x.npz"),
        ("sample", digits, "--out", "x.png"),
        ("sample", digits, "--out", "folder"),
        ("report", run, "--out", "x.html"),
        ("check", "mnist", "--page", "x.html"),
        (*measure, "--page", "x.html"),
    ]
    if not full:
        wanted.append(("train", "--resume", "--run", "run", "--kimg", str(LONGER)))
    named = [(" ".join(map(str, (w[0], *w[-2:]))), w) for w in bench.some(wanted, 4)]
    return [(name, lambda w=w: _refused(bench, w, full)) for name, w in named]


FORMS = ("onnx", "safetensors", "torchscript")


def _refused(bench: Bench, words: tuple[str | Path, ...], full: bool) -> str:
    """Call a verb that cannot write: one sentence, nothing half, and the numbers all the same."""
    with disk(bench, "16k" if full else "4m") as place:
        assert place is not None
        if full:
            with suppress(OSError), (place / "fill").open("wb", buffering=0) as file:
                while file.write(b"x" * 4096):
                    pass
        else:
            shutil.copytree(bench.whole, place / "run")
            remounted(place, "ro")
        there = {"x", "x.csv", "x.npz", "x.png", "x.html", "folder", "run"}
        words = tuple(place / w if w in there else w for w in words)
        before = set(place.rglob("*"))
        code, out, err = verb(*words, cache=None if words[0] == "train" else place)
        after = {p for p in set(place.rglob("*")) - before if not p.is_dir()}
        left = [p.name for p in after if p.suffix != ".png" and "feature" not in str(p)]
        wrong = one_sentence(err, "full" if full else "read-only", "; ")
        if code != 1 or left:
            wrong = f"code {code}, left {left}, {err.strip()[:200]}"
        if words[0] in ("evaluate", "check") and len(out) < 100:
            wrong = wrong or "what was found is lost"
        return wrong
