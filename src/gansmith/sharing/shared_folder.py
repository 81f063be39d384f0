"""A run as others get it: recipe, weights of its generator, exams, samples and a model card.

It is a run folder in its form, so that everything that reads one reads it: ``gansmith.load``,
``sample``, ``serve``, ``evaluate``. Nothing in it can run code: the weights are safetensors.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from safetensors.torch import save

from gansmith.errors import GansmithError
from gansmith.runs import folder
from gansmith.runs.disk import told
from gansmith.runs.manifest import write_manifest
from gansmith.runs.reader import RunRecord, read_run
from gansmith.sharing.card import card
from gansmith.training.parts.state import under
from gansmith.training.session.checkpoint import WEIGHTS, Checkpoint, load_weights
from gansmith.training.startup.choose_checkpoint import candidates, first_whole

KEPT = ("started", "gansmith", "python", "packages", "processor", "cores", "device", "threads")
CARD = "README.md"


def write_shared(run: str | Path, out: Path, which: str = "best", name: str = "") -> Path:
    """Write what others need of a run into a folder of its own.

    Weights are the averaged ones where there are such. What describes the machine's files, as the
    path of the data, is left out.

    Args:
        run: the run folder.
        out: a new or empty folder.
        which: ``best`` by the recipe's first metric, or ``last``.
        name: that the model card tells others to load; the folder's if absent.

    Raises:
        RunError: no such run, or it has no whole checkpoint.
        GansmithError: the folder holds something already, or cannot be written.
    """
    record = read_run(run)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise GansmithError(f"{out} holds something already; name a new folder")
    kept, weights = first_whole(record.path, candidates(record.path, which), load_weights)
    with told(out, kind=GansmithError):
        _write_weights(out / folder.CHECKPOINTS / kept.path.name, kept, weights)
        (out / folder.RECIPE).write_text(_recipe(record), encoding="utf-8")
        (out / folder.ENVIRONMENT).write_text(_environment(record), encoding="utf-8")
        lines = "".join(json.dumps(row) + "\n" for row in record.metrics)
        (out / folder.METRICS).write_text(lines, encoding="utf-8")
        picture = _samples(record, out)
        text = card(record, kept.step, name or out.as_posix(), picture)
        (out / CARD).write_text(text, encoding="utf-8")
    return out


def _write_weights(path: Path, kept: Checkpoint, weights: Mapping[str, Any]) -> None:
    """Write the generator's weights, and the list that they are checked by."""
    path.mkdir(parents=True)
    own = under(weights, "ema.generator") or under(weights, "generator")
    named = {f"generator/{name}": value.contiguous() for name, value in own.items()}
    (path / WEIGHTS).write_bytes(save(named, {"format": "gansmith 1"}))
    write_manifest(path, kept.step, (WEIGHTS,))


def _recipe(record: RunRecord) -> str:
    """Return the recipe, with the name of the data in place of their path."""
    tree = tomlkit.parse(record.recipe_text)
    data = tree.get("data")
    if isinstance(data, dict) and "/" in str(data.get("source")):
        data["source"] = folder.plain_name(str(data["source"]))
    return tomlkit.dumps(tree)


def _environment(record: RunRecord) -> str:
    """Return what networks are built from and where they were trained, without paths."""
    found = {name: record.environment[name] for name in KEPT if name in record.environment}
    data = record.environment.get("data")
    if isinstance(data, Mapping):
        facts = data.get("facts")
        about = {**facts, "name": _plain(facts)} if isinstance(facts, Mapping) else {}
        found["data"] = {**data, "name": _plain(data), "facts": about}
    return json.dumps(found, indent=1) + "\n"


def _plain(named: Mapping[str, Any]) -> str:
    return folder.plain_name(str(named.get("name", "data")))


def _samples(record: RunRecord, out: Path) -> str:
    """Copy the newest samples; return their name in the folder, empty where there are none."""
    if not record.samples:
        return ""
    newest = record.samples[-1][1]
    (out / folder.SAMPLES).mkdir()
    shutil.copyfile(newest, out / folder.SAMPLES / newest.name)
    return f"{folder.SAMPLES}/{newest.name}"
