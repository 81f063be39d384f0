"""Pairs are matched by name, held out together, and moved alike."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gansmith.data.pairs import match_names, open_pairs, open_unmatched
from gansmith.errors import DataError


def write(folder: Path, names: list[str], dark: int = 0) -> str:
    """Write 8 x 8 pictures whose left column says which they are."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.full((8, 8, 3), 200 - dark, np.uint8)
        pixels[:, 0] = int(path.stem) + dark
        Image.fromarray(pixels).save(path)
    return str(folder)


def marks(values: np.ndarray) -> np.ndarray:
    """Return which pictures these are, whichever side their column is on."""
    return np.minimum(values[:, 0, 0, 0], values[:, 0, 0, -1])


def test_files_are_matched_by_name_whatever_their_kind_and_order(tmp_path: Path) -> None:
    names = [f"{n:02d}" for n in range(12)]
    targets = write(tmp_path / "a", [f"{n}.png" for n in names])
    inputs = write(tmp_path / "b", [f"{n}.bmp" for n in reversed(names)], dark=50)
    data = open_pairs(targets, inputs, held_out=0.25)
    assert data.inputs is not None
    for part in ("train", "held_out"):
        rows = np.arange(len(getattr(data, part)))
        one, other = getattr(data, part).take(rows), getattr(data.inputs, part).take(rows)
        assert np.array_equal(marks(one) + 50, marks(other))
    assert len(data.held_out) == 3
    assert data.digest != data.inputs.digest


def test_files_without_a_partner_are_left_out(tmp_path: Path) -> None:
    targets = write(tmp_path / "a", ["01.png", "02.png", "03.png"])
    inputs = write(tmp_path / "b", ["00.png", "02.png", "03.png"])
    data = open_pairs(targets, inputs, held_out=0.0)
    assert sorted(marks(data.train.take(np.arange(len(data.train))))) == [2, 3]


def test_folders_count_where_they_agree_and_not_where_they_do_not() -> None:
    both = ["x/1.png", "x/2.png", "y/1.png"]
    assert match_names(both, ["x/1.jpg", "y/1.jpg"]).tolist() == [[0, 0], [2, 1]]
    assert match_names(["a/1.png", "a/2.png"], ["2.jpg", "1.jpg"]).tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize("moves", [{"flip": True}, {"turn": True}, {"crop": "random"}])
def test_pairs_are_flipped_turned_and_cropped_alike(tmp_path: Path, moves: dict[str, bool]) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (6, 20, 20, 3), np.uint8)
    for name, values in (("a", pixels), ("b", 255 - pixels)):
        (tmp_path / name).mkdir()
        for number, picture in enumerate(values):
            Image.fromarray(picture).save(tmp_path / name / f"{number}.png")
    folders = str(tmp_path / "a"), str(tmp_path / "b")
    data = open_pairs(*folders, size=16, held_out=0.0, seed=1, **moves)  # type: ignore[arg-type]
    assert data.inputs is not None
    rows, seen = np.arange(6), []
    for draw in range(4):
        one, other = data.train.take(rows, draw), data.inputs.train.take(rows, draw)
        assert (np.abs(one.astype(int) + other - 255) <= 2).all()  # two resizes, two roundings
        seen.append(one)
    assert any(not np.array_equal(seen[0], later) for later in seen[1:])


def test_the_emoji_of_both_vendors_are_pairs() -> None:
    data = open_pairs("emoji:noto", "emoji:twemoji", size=16)
    assert data.inputs is not None
    rows = np.arange(len(data.train))
    one = data.train.take(rows).astype(float).mean((2, 3))
    other = data.inputs.train.take(rows).astype(float).mean((2, 3))
    assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.8


def test_what_does_not_match_is_refused_in_one_sentence(tmp_path: Path) -> None:
    a, b = write(tmp_path / "a", ["1.png", "2.png"]), write(tmp_path / "b", ["3.png", "4.png"])
    with pytest.raises(DataError, match="have the same names"):
        open_pairs(a, b)
    with pytest.raises(DataError, match=r"one of .* holds files, the other an array"):
        open_pairs(a, "emoji")
    with pytest.raises(DataError, match="762 samples and mnist 10000"):
        open_pairs("emoji", "mnist")
    with pytest.raises(DataError, match="random crops, which have no partners"):
        open_pairs("photos", "emoji")
    with pytest.raises(DataError, match="would separate the pairs"):
        open_pairs(a, b, crop="smart")
    twice = write(tmp_path / "c", ["1.png", "2.png", "x/1.png"])
    with pytest.raises(DataError, match="several files are called 1"):
        open_pairs(write(tmp_path / "d", ["y/1.png", "y/2.png"]), twice)


def test_a_set_without_partners_has_its_own_number_and_the_same_size(tmp_path: Path) -> None:
    inputs = write(tmp_path / "b", ["1.png", "2.png", "3.png", "4.png"])
    data = open_unmatched("emoji", inputs, size=16, held_out=0.25)
    assert data.inputs is not None
    assert len(data.inputs.train) == 3
    assert data.inputs.shape == (1, 16, 16)  # all of them are grey
