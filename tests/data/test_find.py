"""Which data set a word means: never another one than the user has before their eyes."""

import pytest
from PIL import Image

from gansmith.cli import main
from gansmith.data import open_data
from gansmith.errors import DataError
from gansmith.evaluation.sources import load
from tests.data.pictures import fill


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["photos", "mnist", "ring", "emoji"])
def test_a_name_that_is_a_set_and_a_path_is_refused_with_both_ways_to_write_it(here, name, capsys):
    fill(here / name, 4)
    for act in (open_data, load):
        with pytest.raises(DataError, match=rf"write \./{name} for the folder, or {name}: for"):
            act(name)
    with pytest.raises(SystemExit) as left:
        main(["check", name])
    assert left.value.code == 1
    assert open_data(f"./{name}").name == name
    assert open_data(f"{name}/").name == name
    assert len(open_data(f"{name}:").train) > 4


def test_a_run_folder_or_nothing_of_that_name_leaves_the_set(here):
    assert open_data("ring").name == "ring"
    (here / "ring").mkdir()
    (here / "ring" / "recipe.toml").write_text("")
    assert open_data("ring").name == "ring"


@pytest.mark.parametrize("path", [".\\pictures", "pictures\\deep", ".\\pictures\\deep\\"])
def test_backslashes_lead_to_the_folder_that_is_meant(here, path):
    fill(here / "pictures" / "deep", 4)
    assert open_data(path).facts["used"] == 4


def test_a_path_that_is_not_there_gets_no_name_of_a_set(here):
    for path in (".\\photos", "./photos"):
        with pytest.raises(DataError, match="check the path") as refused:
            open_data(path)
        assert "did you mean" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "says"),
    [("a.pt", "a file of torch"), ("A.PTH", "a file of torch"), ("a.ckpt", "a checkpoint")],
)
def test_files_of_torch_are_called_what_they_are(here, name, says):
    import torch

    torch.save({"x": torch.zeros(3)}, here / name)
    with pytest.raises(DataError, match=says):
        open_data(name)


@pytest.mark.parametrize("ending", ["JPG", "PNG", "BMP", "TIF", "WEBP"])
def test_capital_endings_of_pictures_are_read(here, ending):
    fill(here / "a", 3)
    for file in list((here / "a").iterdir()):
        Image.open(file).save(file.with_suffix(f".{ending}"))
        file.unlink()
    assert open_data(here / "a").facts["used"] == 3


def test_capital_endings_of_arrays_archives_and_shards_are_read(here):
    import tarfile
    import zipfile

    import numpy as np

    values = np.random.default_rng(0).integers(0, 256, (9, 8, 8), dtype=np.uint8)
    np.save(here / "x.npy", values)
    np.savez(here / "x.npz", samples=values)
    fill(here / "a", 5)
    (here / "shards").mkdir()
    with zipfile.ZipFile(here / "x.zip", "w") as packed, tarfile.open(here / "x.tar", "w") as tar:
        for file in (here / "a").iterdir():
            packed.write(file, file.name)
            tar.add(file, file.name)
    (here / "shards" / "1.TAR").write_bytes((here / "x.tar").read_bytes())
    for name in ("x.npy", "x.npz", "x.zip", "x.tar"):
        (here / name).rename(here / name.upper())
        assert len(open_data(here / name.upper(), held_out=0).train) in (5, 9)
    assert len(open_data(here / "shards", held_out=0).train) == 5


def test_a_missing_path_is_said_once(here, capsys):
    with pytest.raises(SystemExit) as left:
        main(["check", "nowhere/at/all"])
    assert left.value.code == 1
    told = capsys.readouterr()
    assert (told.out + told.err).count("there is no file or folder") == 1
    assert "there is no file or folder" in told.err


KINDS = ["h5", "hdf5", "mdb", "mat", "mp4", "rar", "7z", "pkl", "idx3-ubyte", "dcm", "nii", "pdf"]


@pytest.mark.parametrize("ending", KINDS)
def test_files_of_other_kinds_are_refused_in_one_sentence(here, ending):
    (here / f"data.{ending}").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(range(200)))
    with pytest.raises(DataError, match="is not a kind of file that holds a data set") as refused:
        open_data(f"data.{ending}")
    assert "\n" not in str(refused.value)
