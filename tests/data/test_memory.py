"""Samples that Python holds already are a data set like any other."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset

import gansmith
from gansmith import open_data
from gansmith.data import as_source
from gansmith.data.in_memory import word_of
from gansmith.errors import DataError, GansmithError
from gansmith.runs.folder import plain_name
from gansmith.runs.reader import read_run
from tests.training.helpers import recipe

COUNT = 12
BYTES = np.random.default_rng(0).integers(0, 255, (COUNT, 8, 8, 3), dtype=np.uint8)
FLOATS = torch.from_numpy(BYTES.transpose(0, 3, 1, 2) / 127.5 - 1)
MARKS = np.arange(COUNT) % 3
PICTURES = [Image.fromarray(pixels) for pixels in BYTES]


class Pictured(Dataset[Any]):
    """A data set of pictures with labels, as torchvision's are."""

    classes = ("cat", "dog", "hen")

    def __len__(self) -> int:
        return COUNT

    def __getitem__(self, index: int) -> tuple[Image.Image, int]:
        return PICTURES[index], int(MARKS[index])


class Endless(IterableDataset[Any]):
    """A data set without a length."""

    def __iter__(self) -> Any:
        yield FLOATS[0]


def hub() -> Any:
    datasets = pytest.importorskip("datasets")
    features = datasets.Features(
        {"image": datasets.Image(), "label": datasets.ClassLabel(names=["cat", "dog", "hen"])}
    )
    return datasets.Dataset.from_dict({"image": PICTURES, "label": MARKS.tolist()}, features)


TENSORS = TensorDataset(FLOATS, torch.from_numpy(MARKS))
WAYS: dict[str, tuple[Callable[[], Any], bool]] = {
    "array of bytes": (lambda: BYTES, False),
    "array of bytes, channels first": (lambda: BYTES.transpose(0, 3, 1, 2), False),
    "array of doubles": (lambda: FLOATS.numpy(), False),
    "tensor": (lambda: FLOATS, False),
    "tensor with a graph": (lambda: FLOATS.clone().requires_grad_(), False),
    "pair of arrays": (lambda: (BYTES, MARKS), True),
    "pair with names": (lambda: (BYTES, [f"kind {mark}" for mark in MARKS]), True),
    "pair with one-hot labels": (lambda: (FLOATS, np.eye(3)[MARKS]), True),
    "pair with labels as floats": (lambda: (FLOATS, torch.from_numpy(MARKS).float()), True),
    "pictures": (lambda: PICTURES, False),
    "pair of pictures and labels": (lambda: (PICTURES, MARKS), True),
    "pictures with labels": (lambda: list(zip(PICTURES, MARKS.tolist(), strict=True)), True),
    "tensors": (lambda: list(FLOATS), False),
    "torch data set": (lambda: TENSORS, True),
    "torch data set without labels": (lambda: TensorDataset(FLOATS), False),
    "data set of pictures": (Pictured, True),
    "part of a data set": (lambda: torch.utils.data.Subset(Pictured(), range(COUNT)), True),
    "loader": (lambda: DataLoader(TENSORS, batch_size=5), True),
    "loader that shuffles": (lambda: DataLoader(TENSORS, batch_size=5, shuffle=True), True),
    "loader of samples": (lambda: DataLoader(FLOATS, batch_size=5), False),
    "loader of pictures": (
        lambda: DataLoader(PICTURES, batch_size=5, collate_fn=list),  # type: ignore[arg-type]
        False,
    ),
    "hub": (hub, True),
}


@pytest.mark.parametrize("way", WAYS)
def test_samples_in_memory_are_those_that_were_given(way: str) -> None:
    make, labelled = WAYS[way]
    data = open_data(as_source(make()), held_out=0)
    assert data.shape == (3, 8, 8)
    taken = data.train.take(np.arange(COUNT)).astype(np.float64)
    found = taken if taken.max() > 1 else (taken + 1) * 127.5
    given = BYTES.transpose(0, 3, 1, 2)
    order = [int(np.abs(found - pixels).sum((1, 2, 3)).argmin()) for pixels in given]
    assert sorted(order) == list(range(COUNT))
    np.testing.assert_allclose(found[order], given, atol=1e-3)
    assert ("labels" in data.train.beside) == labelled
    if labelled:
        assert data.train.beside["labels"][order].tolist() == MARKS.tolist()
        assert len(data.classes) == 3


@pytest.mark.parametrize("way", ["data set of pictures", "hub"])
def test_a_data_set_that_names_its_classes_keeps_their_names(way: str) -> None:
    source = as_source(WAYS[way][0]())
    assert source.classes == ("cat", "dog", "hen")


@pytest.mark.parametrize("way", WAYS)
def test_the_same_samples_have_the_same_name_and_other_samples_another(way: str) -> None:
    make, labelled = WAYS[way]
    name = word_of(as_source(make()))
    assert name == word_of(as_source(make()))
    assert name != word_of(as_source(BYTES[1:]))
    if labelled:
        assert name != word_of(as_source((BYTES, MARKS[::-1].copy())))


WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "generator": (lambda: (x for x in FLOATS), "data cannot be a generator; give a path"),
    "number": (lambda: 3, "data cannot be an int"),
    "mapping": (lambda: {"samples": FLOATS}, "data cannot be a dict"),
    "endless loader": (lambda: DataLoader(Endless()), "has no length and may never end"),
    "nothing": (list, "holds no samples"),
    "from 0 to 1": (lambda: FLOATS / 2 + 0.5, "looks like \\[0, 1\\].*2 \\* x - 1"),
    "nan": (lambda: FLOATS * float("nan"), "not finite"),
    "sizes": (lambda: [FLOATS[0], FLOATS[0][:, :4]], "differ in shape"),
    "kinds": (lambda: [PICTURES[0], FLOATS[0]], "mixes images and arrays"),
    "three": (lambda: [(FLOATS[0], 1, 2)], "an item is a tuple of 3"),
    "labels of some": (lambda: [(FLOATS[0], 1), FLOATS[0]], "some samples a label and others none"),
    "few labels": (lambda: (FLOATS, MARKS[1:]), "12 samples but 11 labels"),
    "fractions": (lambda: (FLOATS, MARKS / 2), "a label is a class: an integer or a name"),
    "maps": (lambda: list(zip(FLOATS, FLOATS, strict=True)), "a label is a class"),
    "columns": (lambda: [{"sound": 1}, {"sound": 2}], "holds sound but no sample"),
}


@pytest.mark.parametrize("way", WRONG)
def test_what_is_no_data_set_is_one_sentence(way: str) -> None:
    make, says = WRONG[way]
    with pytest.raises(DataError, match=says):
        as_source(make())


def trained(data: Any, run: Path | None, **more: Any) -> gansmith.Run:
    small = recipe(data__source=None, evaluation__extractor="identity", terms=[])
    first = {} if "resume" in more else {"recipe": small, "kimg": 0.16}
    return gansmith.train(data=data, run=run, quiet=True, **(first | more))


def test_a_run_on_samples_in_memory_goes_on_with_the_same_and_with_no_other(tmp_path: Path) -> None:
    run = trained((FLOATS, MARKS), tmp_path / "run")
    named = read_run(run).recipe["data"]["source"]
    assert named.startswith("memory:tensor-")
    again = trained((FLOATS, MARKS), run, resume=True, kimg=0.32)
    assert read_run(again).signals[-1]["kimg"] == 0.32
    for other in ((FLOATS * 0.5, MARKS), (FLOATS, MARKS[::-1].copy()), FLOATS):
        with pytest.raises(GansmithError, match=r"but memory:tensor-.* were given; pass the same"):
            trained(other, run, resume=True, kimg=0.48)
    with pytest.raises(GansmithError, match="are not kept in the run folder; pass the same"):
        trained(None, run, resume=True, kimg=0.48)


def test_a_run_in_memory_is_named_after_what_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert trained(FLOATS, None) == Path("runs/tensor-1")
    assert trained(TENSORS, None) == Path("runs/TensorDataset-1")


@pytest.mark.parametrize(
    ("named", "name"),
    [
        ("photos/", "photos"),
        ("some/my photos.zip", "my-photos"),
        ("own.py:my_source", "my_source"),
        ("/a/b/own.py:my_source", "my_source"),
        ("memory:CIFAR10-0123456789abcdef", "CIFAR10"),
        ("mixture:modes=25,sigma=0.2", "mixture-modes-25-sigma-0"),
        ("hub:owner/pictures", "pictures"),
        ("..", "run"),
        ("x" * 300, "x" * 60),
    ],
)
def test_a_run_has_a_name_that_a_folder_can_have(named: str, name: str) -> None:
    assert plain_name(named) == name


OWN = """
import numpy as np
from gansmith.data.source import Values

def points(limit: int = 40, seed: int = 0) -> Values:
    return Values("mine", np.random.default_rng(seed).normal(size=(limit, 2)).astype(np.float32))

def arrays() -> Values:
    return np.zeros((4, 8, 8), np.uint8), ["a", "b", "a", "b"]

def nothing() -> Values:
    pass

def broken() -> Values:
    return open("/nowhere/at/all").read()
"""


@pytest.fixture
def own(tmp_path: Path) -> str:
    (tmp_path / "own.py").write_text(OWN)
    return str(tmp_path / "own.py")


def test_a_source_of_ones_own_is_found_by_its_import_path(own: str) -> None:
    assert open_data(f"{own}:points").name == "mine"
    assert open_data(f"{own}:arrays", held_out=0).classes == ("a", "b")


def test_a_source_of_ones_own_that_is_none_is_named(own: str) -> None:
    with pytest.raises(DataError, match=r"source '.*own.py:nothing': data cannot be nothing"):
        open_data(f"{own}:nothing")
    with pytest.raises(DataError, match=r"source '.*own.py:broken' failed: FileNotFoundError"):
        open_data(f"{own}:broken")
    with pytest.raises(DataError, match=r"absent' cannot be imported"):
        open_data(f"{own}:absent")


def test_a_run_trains_on_a_source_of_ones_own(own: str, tmp_path: Path) -> None:
    run = trained(f"{own}:points", tmp_path / "run")
    assert read_run(run).environment["data"]["name"] == "mine"
    again = gansmith.train(run=run, resume=True, kimg=0.32, quiet=True)
    assert read_run(again).state == "finished"
