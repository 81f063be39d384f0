"""Classes come from where they are meant, and no reason for their absence is silent."""

import io
import json
import zipfile

import numpy as np
import pytest
from PIL import Image

from gansmith.data import audit, open_data, read_samples
from gansmith.errors import DataError
from tests.data.pictures import colours, fill, save

PICTURES = np.random.default_rng(0).integers(0, 256, (40, 8, 8, 3), dtype=np.uint8)


def png(seed):
    target = io.BytesIO()
    Image.fromarray(colours(seed, 8, 8)).save(target, "png")
    return target.getvalue()


def zipped(path, names, **others):
    """A zip with a picture of each name, backslashes as some tools of Windows write them."""
    with zipfile.ZipFile(path, "w") as archive:
        for seed, name in enumerate(names):
            member = zipfile.ZipInfo("x")
            member.filename = name
            archive.writestr(member, png(seed))
        for name, text in others.items():
            archive.writestr(name.replace("_json", ".json"), text)
    return path


def of(data):
    return [data.classes[label] for label in data.train.beside["labels"]]


def rules(path):
    return {finding.rule: finding for finding in audit(path).findings}


# --- dataset.json and what else lies beside pictures -------------------------------------------


BLOCKS = [f"{number // 4:05}/img{number:08}.png" for number in range(12)]
STYLEGAN = [[name, number % 3] for number, name in enumerate(BLOCKS)]


def unpacked(folder, names, told=None, called="dataset.json"):
    for seed, name in enumerate(names):
        save(folder / name, colours(seed, 8, 8))
    if told is not None:
        (folder / called).write_text(told if isinstance(told, str) else json.dumps(told))
    return folder


@pytest.mark.parametrize(
    "labels",
    [
        STYLEGAN,
        dict(STYLEGAN),
        [[name, np.eye(3)[label].tolist()] for name, label in STYLEGAN],
        [[name.replace("/", "\\"), label] for name, label in STYLEGAN],
    ],
)
def test_dataset_json_names_the_classes_of_stylegans_blocks(tmp_path, labels):
    told = {"labels": labels}
    data = open_data(unpacked(tmp_path / "a", BLOCKS, told), held_out=0)
    packed = zipped(tmp_path / "a.zip", BLOCKS, dataset_json=json.dumps(told))
    deeper = zipped(
        tmp_path / "b.zip", [f"set/{n}" for n in BLOCKS], **{"set/dataset_json": json.dumps(told)}
    )
    for found in (data, open_data(packed, held_out=0), open_data(deeper, held_out=0)):
        assert found.classes == ("0", "1", "2")
        assert of(found) == [str(number % 3) for number in range(12)]
        assert "dataset.json" in found.facts["choices"]["labels"]


@pytest.mark.parametrize(
    "told", ['{"labels": null}', '{"labels":null}', '{"title": "mine"}', "no json"]
)
def test_blocks_of_files_with_a_dataset_json_are_never_classes(tmp_path, told):
    data = open_data(unpacked(tmp_path, BLOCKS, told))
    assert data.classes == ()
    assert data.facts["choices"]["labels"].startswith("none: dataset.json")
    assert "dataset.json" in rules(tmp_path)["labels"].says


def test_a_dataset_json_that_leaves_pictures_out_is_no_guess(tmp_path):
    data = open_data(unpacked(tmp_path, BLOCKS, {"labels": STYLEGAN[:-2]}))
    assert data.classes == ()
    assert "no class for 2 of 12 images" in data.facts["choices"]["labels"]
    assert "00002/img00000011.png" in rules(tmp_path)["labels"].says


@pytest.mark.parametrize(
    ("called", "text"),
    [
        ("metadata.jsonl", "".join(f'{{"file":"{n}.png","label":{n % 2}}}\n' for n in range(6))),
        ("metadata.csv", "file_name,label\n" + "".join(f"{n}.png,{n % 2}\n" for n in range(6))),
        ("labels.csv", "Image;Class\n" + "".join(f"{n};{n % 2}\n" for n in range(6))),
        ("labels.json", json.dumps({f"{n}.png": n % 2 for n in range(6)})),
        ("LABELS.TSV", "ID\tLabel\n" + "".join(f"{n}\t{n % 2}\n" for n in range(6))),
    ],
)  # fmt: skip
def test_tables_beside_pictures_whose_meaning_is_certain_are_read(tmp_path, called, text):
    data = open_data(unpacked(tmp_path, [f"{n}.png" for n in range(6)], text, called), held_out=0)
    assert of(data) == ["0", "1"] * 3
    assert called in data.facts["choices"]["labels"]
    assert "unread_tables" not in rules(tmp_path)


@pytest.mark.parametrize("called", ["notes.csv", "train.tsv", "list_attr.txt", "labels.xlsx"])
def test_a_table_that_is_not_read_is_named(tmp_path, called):
    unpacked(tmp_path, [f"{n}.png" for n in range(6)], "id,dx\n0,a\n", called)
    says = rules(tmp_path)["unread_tables"].says
    assert called in says
    assert "not read" in says
    assert called in open_data(tmp_path).facts["unread"]


def test_class_folders_beside_a_table_of_labels_stay_and_the_table_is_named(tmp_path):
    fill(tmp_path / "a", 3), fill(tmp_path / "b", 3, first=9)
    (tmp_path / "labels.csv").write_text("file,label\n000.png,x\n")
    assert open_data(tmp_path).classes == ("a", "b")
    assert "labels.csv" in rules(tmp_path)["unread_tables"].says


# --- sub-folders --------------------------------------------------------------------------------


def test_backslashes_in_the_names_of_members_are_folders(tmp_path):
    names = [f"photos\\{'ab'[n % 2]}\\{n}.png" for n in range(8)]
    data = open_data(zipped(tmp_path / "a.zip", names), held_out=0)
    assert data.classes == ("a", "b")
    assert of(data) == ["a"] * 4 + ["b"] * 4


def test_backslashes_in_the_names_of_files_are_folders(tmp_path):
    for n in range(6):
        save(tmp_path / f"photos\\{'ab'[n % 2]}\\{n}.png", colours(n, 8, 8))
    assert open_data(tmp_path).classes == ("a", "b")


def test_pictures_beside_class_folders_are_named(tmp_path):
    fill(tmp_path / "set" / "a", 5), fill(tmp_path / "set" / "b", 5, first=9)
    save(tmp_path / "cover.png", colours(30))
    data = open_data(tmp_path)
    assert data.classes == ()
    finding = rules(tmp_path)["labels"]
    for says in (finding.says, data.facts["choices"]["labels"]):
        assert "cover.png lies beside the sub-folders a, b" in says
    assert finding.severity == "warn"
    assert any("cover.png lies beside" in line for line in data.facts["warnings"])


@pytest.mark.parametrize(
    "names",
    [
        ("trainA", "trainB", "testA", "testB"),
        ("train", "test"),
        ("Train", "Val"),
        ("train2017", "val2017"),
        ("train_a", "train_b"),
        ("training_set", "test_set"),
        ("train", "test", "extra"),
        ("images", "masks"),
    ],
)
def test_a_split_is_never_taken_for_classes(tmp_path, names):
    for first, name in enumerate(names):
        fill(tmp_path / name, 2, 8, 8, first=9 * first)
    with pytest.raises(DataError, match=r"not like classes; give one of them"):
        open_data(tmp_path)
    save(tmp_path / "cover.png", colours(90))
    with pytest.raises(DataError, match="not like classes"):
        open_data(tmp_path)
    assert open_data(tmp_path, labels=False).facts["used"] == 2 * len(names) + 1


def test_one_class_that_is_called_like_a_part_of_a_split_is_a_class(tmp_path):
    for first, name in enumerate(("car", "train", "ship")):
        fill(tmp_path / name, 2, 8, 8, first=9 * first)
    assert open_data(tmp_path).classes == ("car", "ship", "train")


def flat(path):
    fill(path, 4)


def one_folder(path):
    fill(path / "a", 4)


def strays(path):
    fill(path / "a", 4), fill(path / "b", 4, first=9), fill(path, 1, first=20)


def null(path):
    unpacked(path, BLOCKS, {"labels": None})


@pytest.mark.parametrize("make", [flat, one_folder, strays, null])
@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_no_reason_for_absent_labels_is_silent(tmp_path, make, kind):
    make(tmp_path / "set")
    path = tmp_path / "set"
    if kind == "zip":
        path = tmp_path / "set.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for file in sorted((tmp_path / "set").rglob("*")):
                if file.is_file():
                    archive.write(file, file.relative_to(tmp_path / "set"))
    choice = open_data(path).facts["choices"]["labels"]
    assert choice.startswith("none: ")
    assert audit(path).facts["labels"] == choice
    assert choice in audit(path).text()
    assert open_data(path, labels=False).facts["choices"]["labels"] == "none: data.labels is false"


# --- arrays -------------------------------------------------------------------------------------


def saved(path, **arrays):
    np.savez(path / "set.npz", samples=PICTURES, **arrays)
    return path / "set.npz"


DRAWS = np.random.default_rng(1)


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ((DRAWS.random((40, 5)) < 0.4).astype(np.uint8), "several labels for one sample"),
        (np.zeros((40, 3)), "0 of 40 rows have several ones and 40 have none"),
        (DRAWS.random((40, 5)), "several labels for one sample"),
        (np.array([["a", "b"]] * 40), "several labels for one sample"),
        (DRAWS.uniform(0, 90, 40), "look like numbers, not classes"),
        (np.arange(40), "look like numbers, not classes"),
        (np.array([f"{n}.5" for n in range(20)] * 2), "look like numbers, not classes"),
        (np.array([1j] * 40), "neither numbers nor words"),
    ],
)
def test_labels_that_are_no_classes_are_refused_with_what_to_do(tmp_path, labels, says):
    path = saved(tmp_path, labels=labels)
    with pytest.raises(DataError, match=f"(?s)({says}).*data.labels = false") as refused:
        open_data(path)
    assert refused.value.changes == {"data.labels": False}
    assert rules(path)["labels"].severity == "refuse"
    assert "class_imbalance" not in rules(path)
    assert open_data(path, labels=False).classes == ()
    assert len(read_samples(path)) == 40


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (np.eye(4)[np.arange(40) % 4], ("0", "1", "2", "3")),
        (2 * np.eye(4)[np.arange(40) % 4] - 1, ("0", "1", "2", "3")),
        (np.arange(40) % 4 * 1.0, ("0", "1", "2", "3")),
        ((np.arange(40) % 4)[:, None], ("0", "1", "2", "3")),
        (np.array(["a", "b ", " a", "b"] * 10), ("a", "b")),
        (np.array([b"a", b"b"] * 20), ("a", "b")),
        (np.arange(40) % 2 == 0, ("False", "True")),
    ],
)
def test_labels_that_are_classes_are_read_as_such(tmp_path, labels, classes):
    assert open_data(saved(tmp_path, labels=labels)).classes == classes


def test_missing_labels_and_names_that_do_not_fit_are_said(tmp_path):
    some = np.where(np.arange(40) < 3, np.nan, 1.0)
    assert "3 of 40 labels" in open_data(saved(tmp_path, labels=some)).facts["choices"]["labels"]
    path = saved(tmp_path, labels=np.arange(40) % 5, classes=np.array(["a", "b"]))
    with pytest.raises(DataError, match="run to 4 but there are names for 2 classes"):
        open_data(path)
    path = saved(tmp_path, targets=np.arange(40) % 5)
    assert "targets" in rules(path)["labels"].says
    np.save(tmp_path / "set.npy", PICTURES)
    assert (
        "an .npy holds samples only" in open_data(tmp_path / "set.npy").facts["choices"]["labels"]
    )


def test_sentences_on_balance_make_sense(tmp_path):
    path = saved(tmp_path, labels=np.arange(40) // 2)
    assert "class_imbalance" not in rules(path)
    path = saved(tmp_path, labels=np.arange(40) // 39)
    assert "'0' has 39 samples, '1' has 1, 39 times fewer" in rules(path)["class_imbalance"].says


# --- conditions, shards and names ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (strays, "000.png lies beside the sub-folders a, b"),
        (null, "dataset.json holds no labels"),
        (one_folder, "all images lie in the one folder 'a'"),
        (flat, "all images lie in one folder"),
    ],
)
def test_a_condition_on_labels_is_refused_with_the_real_reason(tmp_path, make, says):
    from gansmith.preflight.check import inspect, look
    from tests.training.helpers import recipe

    make(tmp_path)
    labelled = recipe(data__source=str(tmp_path), condition={"name": "labels"})
    findings = {f.rule: f for f in look(inspect(labelled, open_data(tmp_path)))}
    refusal = findings["condition_without_classes"]
    assert refusal.severity == "refuse"
    assert says in refusal.says
    findings = look(inspect(labelled, open_data(tmp_path, labels=False)))
    assert any("data.labels is false" in f.says for f in findings)


def test_a_table_beside_pictures_stands_in_the_refusal_of_a_condition(tmp_path):
    from gansmith.data.audit.unused import why_no_labels

    unpacked(tmp_path, [f"{n}.png" for n in range(6)], "id,dx\n0,a\n", "train.csv")
    why, fix = why_no_labels(open_data(tmp_path).facts)
    assert "train.csv beside them is not read" in why
    assert fix == "give the table that names the classes as --data"


def test_shards_without_a_class_for_every_picture_say_so(tmp_path):
    import tarfile

    for count, says in (
        (0, "no .cls files"),
        (2, "4 images have 2 .cls files"),
        (4, "2 classes, from the .cls files"),
    ):
        place = tmp_path / str(count)
        place.mkdir()
        with tarfile.open(place / "0.tar", "w") as tar:
            for number in range(4):
                mark = {".CLS": b"%d" % (number % 2)} if number < count else {}
                beside = {".png": png(number)} | mark
                for ending, content in beside.items():
                    member = tarfile.TarInfo(f"{number}{ending}")
                    member.size = len(content)
                    tar.addfile(member, io.BytesIO(content))
        assert says in open_data(place).facts["choices"]["labels"]


def test_folders_called_by_numbers_are_classes_by_their_names(tmp_path):
    for first, name in enumerate(("0", "1", "10", "11", "2")):
        fill(tmp_path / name, 2, 8, 8, first=9 * first)
    assert open_data(tmp_path).classes == ("0", "1", "10", "11", "2")


def test_what_systems_put_into_archives_is_no_class(tmp_path):
    names = [f"set/{'ab'[n % 2]}/{n}.png" for n in range(8)]
    left = {"__MACOSX/set/a/._0.png": "x", "set/a/._0.png": "x", "set/.DS_Store": "x"}
    assert open_data(zipped(tmp_path / "a.zip", names, **left)).classes == ("a", "b")
