"""Small runs for ``reliability.py``: how they are trained, called on, and compared bit for bit."""

import io
import json
import os
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import torch
from killing import forked

from gansmith.cli import main
from gansmith.errors import RunWarning
from gansmith.recipe.recipe import Recipe, make_recipe
from gansmith.runs.records import lines
from gansmith.training.session.checkpoint import checkpoints
from gansmith.training.start import Order, train

FAST = ("seconds", "samples_per_second", "memory_mb")
TIMES = (
    "seconds",
    "prepared",
    "costliest",
    "first_exam",
    "written",
)  # of a checkpoint's plain values
RING: dict[str, Any] = {
    "seed": 3,
    "length": {"kimg": 0.64},  # 40 steps of 16
    "data": {"source": "ring", "batch": 16},
    "game": {"latent": 4},
    "networks": {
        "generator": {"name": "mlp", "widths": [16, 16], "batch_norm": False},
        "discriminator": {"name": "mlp", "widths": [16, 16]},
    },
    "loss": {"name": "relativistic"},
    "terms": [{"name": "r1", "gamma": 0.1}],
    "ema": {"half_life_kimg": 0.1},
    "evaluation": {
        "every_kimg": 0.24,
        "samples": 64,
        "extractor": "identity",
        "metrics": ["frechet_distance"],
    },
    "signals": {"tick": 5, "every": 1},
    "checkpoints": {"keep": 1},
    "runtime": {"precision": "fp64", "device": "cpu", "threads": 1},
}
DIGITS = RING | {
    "length": {"kimg": 0.128},  # 16 steps of 8
    "data": {"source": "mnist", "batch": 8, "size": 16},
    "condition": {"name": "labels"},
    "networks": {
        "generator": {"name": "lean", "width": 4},
        "discriminator": {"name": "lean", "width": 4},
    },
    "augment": {"name": "ada"},
    "controllers": [{"name": "cosine", "knob": "optimizers.generator.lr"}],
    "evaluation": {
        "every_kimg": 0.04,
        "samples": 16,
        "extractor": "pixels",
        "metrics": ["frechet_distance"],
    },
    "signals": {"tick": 4, "every": 1},
    "runtime": {"device": "cpu", "threads": 1},
}


def recipe(tree: dict[str, Any], kimg: float | None = None) -> Recipe:
    return make_recipe(tree, {"length.kimg": kimg} if kimg else {})


def trained(tree: dict[str, Any], run: Path, kimg: float | None = None) -> None:
    train(Order(recipe(tree, kimg), run=str(run), quiet=True))


def gone_on(tree: dict[str, Any], run: Path, kimg: float | None = None) -> None:
    """Go on with a run; where none had begun yet, begin it: what a person would do."""
    resumed = (run / "recipe.toml").is_file()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RunWarning)
        train(Order(recipe(tree, kimg), run=str(run), resume=resumed, quiet=True))


def difference(one: Path, other: Path) -> str:
    """Say in what two runs differ that should be the same one; "" if in nothing."""
    first, second = checkpoints(one), checkpoints(other)
    if [c.step for c in first] != [c.step for c in second]:
        return f"checkpoints {[c.step for c in first]} and {[c.step for c in second]}"
    for a, b in zip(first, second, strict=True):
        if (a.path / "weights.safetensors").read_bytes() != (
            b.path / "weights.safetensors"
        ).read_bytes():
            return f"weights of step {a.step}"
        if not _equal(_state(a.path), _state(b.path)):
            return f"state of step {a.step}"
    for name in ("signals.jsonl", "metrics.jsonl", "journal.jsonl"):
        if _records(one / name) != _records(other / name):
            return name
    if _files(one) != _files(other):
        return f"files: {sorted(_files(one) ^ _files(other))}"
    return ""


def _state(path: Path) -> Any:
    state = torch.load(path / "state.pt", weights_only=True)
    for name in TIMES:
        state["progress"].pop(name)
    return state


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, torch.Tensor):
        return torch.equal(one.nan_to_num(), other.nan_to_num())
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_equal(one[k], other[k]) for k in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_equal, one, other))
    return bool(one == other)


def _records(path: Path) -> list[Any]:
    rows = [line.record or {} for line in lines(path)]
    told = [row for row in rows if row.get("event") not in ("resumed", "stopped")]
    return [{k: v for k, v in row.items() if k not in (*FAST, "at")} for row in told]


def _files(run: Path) -> set[str]:
    """Names of what a run holds, images with their bytes; what was damaged and kept apart."""
    found = set()
    for path in run.rglob("*"):
        name = str(path.relative_to(run))
        if "damaged-" not in name and name != "report.html":
            found.add(f"{name} {hash(path.read_bytes())}" if path.suffix == ".png" else name)
    return found


def verb(*words: str | Path, cache: Path | None = None) -> tuple[int, str, str]:
    """Call the command line in a process of its own; return code, stdout and stderr."""
    place = Path(os.environ["RELIABILITY_SCRATCH"]) / "said.json"

    def call() -> None:
        if cache:
            os.environ["GANSMITH_CACHE"] = str(cache)
        out, err, code = io.StringIO(), io.StringIO(), 0
        with redirect_stdout(out), redirect_stderr(err):
            try:
                main([str(word) for word in words])
            except SystemExit as end:
                code = int(end.code or 0)
        place.write_text(json.dumps([code, out.getvalue(), err.getvalue()]))

    place.unlink(missing_ok=True)
    ended, says = forked(call)
    if ended or not place.is_file():
        return ended, "", f"the process ended with {ended}: {says}"
    code, out, err = json.loads(place.read_text())
    return code, out, err


def one_sentence(err: str, *words: str) -> str:
    """Say what is wrong with an error message; "" if it is one sentence with these words."""
    said = [line for line in err.splitlines() if line.startswith("gansmith: ")]
    wrong = [
        "a traceback" if "Traceback" in err else "",
        "no sentence" if not said else "",
        "no cause" if "this should not happen" in err else "",
        "torch's advice" if "weights_only" in err else "",
        *(f"does not say {word!r}" if word not in err else "" for word in words),
    ]
    told = ", ".join(filter(None, wrong))
    return f"{told}: {err.strip()[:300]}" if told else ""


Case = Callable[[], str]  # does one thing; "" if it went as promised, else what did not
