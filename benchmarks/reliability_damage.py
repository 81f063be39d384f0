"""Single bits of a run's files flipped: noticed, or without effect on what is trained."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from killing import forked
from reliability_bench import LONGER, Bench, Row, tally
from reliability_runs import RING, difference, trained, verb

from gansmith.training.session.checkpoint import checkpoints


def flips(bench: Bench) -> Iterator[Row]:
    """Flip single bits of a run's files; each is noticed, or changes nothing that counts."""
    chance = random.Random(7)
    files = [("weights.safetensors", 20), ("state.pt", 16), ("manifest.json", 8)]
    for name, count in files:
        spots = [chance.random() for _ in range(count)]
        yield tally(
            f"one bit of {name} flipped: sample, then resume",
            ((f"at {s:.3f}", lambda s=s, n=name: _flip(bench, n, s)) for s in bench.some(spots, 2)),
        )
    spots = [(n, chance.random()) for n in ("signals", "metrics", "journal") for _ in range(6)]
    yield tally(
        "one bit of a record flipped: diagnose, report, resume",
        (
            (f"{n} at {s:.3f}", lambda n=n, s=s: _record(bench, n, s))
            for n, s in bench.some(spots, 3)
        ),
    )


def _flipped(path: Path, spot: float) -> None:
    content = bytearray(path.read_bytes())
    bit = int(spot * len(content) * 8)
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


def _flip(bench: Bench, name: str, spot: float) -> str:
    run = bench.place()
    shutil.copytree(bench.pair, run)
    _flipped(checkpoints(run)[-1].path / name, spot)
    (code, err, made), (_, _, right) = _sampled(bench, run), _sampled(bench, bench.pair)
    if code or not (made == right or "is damaged" in err):  # sampling does not need the state
        return f"sample: {code} {err}"
    code, _, err = verb("train", "--resume", "--run", run, "--kimg", LONGER, "--quiet")
    wrong = "" if code == 0 and "newer one is damaged" in err else f"resume: {code} {err}"
    tree = RING | {"checkpoints": {"keep": 2}}
    whole = bench.scratch / "longer-pair"
    if not whole.exists():
        forked(lambda: trained(tree, whole, LONGER))
    wrong = wrong or difference(whole, run)
    shutil.rmtree(run)
    return wrong


def _sampled(bench: Bench, run: Path) -> tuple[int, str, str]:
    out = bench.scratch / "samples.csv"
    out.unlink(missing_ok=True)
    code, _, err = verb("sample", run, "--which", "last", "-n", "8", "--out", out)
    return code, err, out.read_text() if out.is_file() else ""


def _record(bench: Bench, name: str, spot: float) -> str:
    run = bench.place()
    shutil.copytree(bench.whole, run)
    _flipped(run / f"{name}.jsonl", spot)
    wrong = ""
    for words in (
        ("diagnose", run),
        ("report", run),
        ("train", "--resume", "--run", run, "--kimg", LONGER, "--quiet"),
    ):
        code, _, err = verb(*words)
        wrong = wrong or (f"{words[0]}: {code} {err}" if code or "Traceback" in err else "")
    weights = [checkpoints(r)[-1].path / "weights.safetensors" for r in (run, bench.longer)]
    same = weights[0].read_bytes() == weights[1].read_bytes()
    shutil.rmtree(run)
    return wrong or ("" if same else "other weights")
