"""The real samples of a study, read as a run read its own, and divided so that nothing leaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from gansmith.data import Data, as_source, open_data
from gansmith.data.samples import Samples
from gansmith.deploy.loaded import LoadedGenerator
from gansmith.downstream.labelled import Form, Labelled, Part
from gansmith.downstream.leak import known_contents, refuse_overlap
from gansmith.downstream.rows import read_rows
from gansmith.errors import DataError
from gansmith.kinds.units import to_unit
from gansmith.training.startup.open_for_training import AS_NAMED

KINDS = ("image", "series", "table", "vector")
MOST = 10_000  # samples of the test part
LEAST = 2  # real samples of a class


@dataclass(frozen=True)
class Reals:
    """What is real in a study.

    Args:
        train: what the run was trained on.
        test: what neither it nor a classifier sees.
        kept: samples of the same source as ``train`` that the run was not trained on; may be those
            of the test part.
        form: of the samples.
        test_name: what the test part is, in words.
        left_out: samples of the data to train on that the run has not seen.
    """

    train: Labelled
    test: Labelled
    kept: Labelled
    form: Form
    test_name: str
    left_out: int = 0


def open_reals(loaded: LoadedGenerator, run: Path, data: Any, test: Any = None) -> Reals:
    """Return the real samples of a study of a run.

    Args:
        loaded: the run's generator.
        run: its folder.
        data: what it was trained on: a path, the name of a set that ships, or samples in memory.
        test: samples to test on; None: the part of the data that the run held out.

    Raises:
        DataError: the samples have no classes, the test part overlaps what the run was trained on,
            or too little is left.
        RunError: the run does not record what it was trained on.
    """
    if loaded.kind.users.name not in KINDS or loaded.inputs is not None:
        raise DataError(
            f"classifiers are trained on {', '.join(KINDS[:-1])} or {KINDS[-1]} samples, but this "
            f"run makes {loaded.kind.plural} or translates images; give another run"
        )
    seen = known_contents(run)
    read = read_rows if loaded.kind.name == "table" else _read
    parts, form = read(loaded, data)
    tested = parts[1] if test is None else read(loaded, test, form)[0][2]
    name = "the part that the run held out" if test is None else f"{test_name(test)}"
    who = f"the run {run.resolve().name}"
    _refuse_none(len(tested.contents), test is None)
    refuse_overlap(tested.contents, seen, who, form.kind)
    refuse_overlap(tested.contents, parts[0].contents, "the classifiers", form.kind)
    known = np.isin(parts[0].contents, seen)
    train = parts[0][np.flatnonzero(known)].samples
    _refuse_few(train, form, run)
    kept = parts[1][np.flatnonzero(~np.isin(parts[1].contents, seen))].samples
    return Reals(train, _most(tested.samples), kept, form, name, int((~known).sum()))


def test_name(test: Any) -> str:
    """Return what a test part is called."""
    return Path(test).name if isinstance(test, str | Path) else "the samples given as test"


def _most(test: Labelled) -> Labelled:
    if len(test) <= MOST:
        return test
    return test[np.sort(np.random.default_rng(0).permutation(len(test))[:MOST])]


def _refuse_none(count: int, own: bool) -> None:
    if count == 0:
        hint = "the run held nothing out; give --test" if own else "it holds no samples"
        raise DataError(f"there is no test part: {hint}")


def _refuse_few(train: Labelled, form: Form, run: Path) -> None:
    if not len(train):
        raise DataError(
            f"none of these samples was trained on by {run}; give the data of its training"
        )
    few = [n for n, c in zip(form.classes, train.counts(len(form.classes)), strict=True) if c == 1]
    if len(set(train.labels.tolist())) < 2 or few:
        what = f"class '{few[0]}' has one real sample" if few else "there is only one class"
        raise DataError(f"{what}, so that nothing can be learned of it; add samples")


def _read(
    loaded: LoadedGenerator, data: Any, like: Form | None = None
) -> tuple[tuple[Part, Part, Part], Form]:
    """Return the parts to train on and held out, and all samples; and their form."""
    options: dict[str, Any] = loaded.recipe.data.model_dump(include=set(AS_NAMED))
    options |= {"seed": loaded.recipe.seed, "flip": False, "turn": False, "labels": True}
    options |= {"kind": loaded.kind.users.name, "range": loaded.range}
    if loaded.kind.pixels:
        options |= {"size": loaded.shape[1:], "channels": loaded.shape[0]}
        options["crop"] = "centre" if options["crop"] == "random" else options["crop"]
    if like is not None:
        options["held_out"] = 0.0
    source = data if isinstance(data, str | Path) else as_source(data)
    opened = open_data(source, **options)
    form = like or _form(loaded, opened)
    train = _part(opened, opened.train, opened.contents, form)
    held = _part(opened, opened.held_out, opened.kept_contents, form)
    return (train, held, train), form


def _form(loaded: LoadedGenerator, opened: Data) -> Form:
    if not opened.classes:
        raise DataError(
            f"{opened.name} has no classes for a classifier to learn; give folders of classes, or "
            f"an array with labels"
        )
    asked = loaded.recipe.data
    return Form(loaded.kind.name, opened.classes, flip=asked.flip, turn=asked.turn)


def _part(opened: Data, samples: Samples, contents: np.ndarray | None, form: Form) -> Part:
    if contents is None:
        raise DataError(f"{opened.name} are crops of photographs, which have no classes")
    taken = torch.from_numpy(np.ascontiguousarray(samples.take(np.arange(len(samples)))))
    values = to_unit(taken) if opened.kind.pixels else taken
    found = opened.kind.from_unit(values, opened.facts).numpy()
    labels = np.asarray(samples.beside.get("labels", np.empty(0, np.int64)))
    if len(labels) != len(samples):
        raise DataError(f"{opened.name} has no classes; a test part needs those of the data")
    return Part(Labelled(found, in_classes(labels, opened.classes, form.classes)), contents)


def in_classes(labels: np.ndarray, own: Sequence[str], classes: Sequence[str]) -> np.ndarray:
    """Return labels as numbers of other classes, by name.

    Raises:
        DataError: a class is not among those.
    """
    unknown = [own[label] for label in np.unique(labels) if own[label] not in classes]
    if unknown:
        raise DataError(
            f"the class '{unknown[0]}' is not one of the data ({', '.join(classes[:10])}); name "
            f"the classes alike"
        )
    numbers = np.array([list(classes).index(n) if n in classes else 0 for n in own] or [0])
    return np.asarray(numbers[labels], np.int64)
