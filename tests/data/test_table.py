import csv
import json

import pytest

from gansmith.data import audit, open_data
from gansmith.errors import DataError
from tests.data.pictures import fill


def written(path, rows):
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf8")
        return path
    with path.open("w", newline="", encoding="utf8") as file:
        tabs = path.suffix == ".tsv"
        writer = csv.DictWriter(file, list(rows[0]), delimiter="\t" if tabs else ",")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize("name", ["table.csv", "table.tsv", "table.jsonl"])
def test_a_table_names_files_labels_and_captions(tmp_path, name):
    fill(tmp_path / "pictures", 6)
    rows = [
        {"file": f"pictures/{n:03}.png", "label": "odd" if n % 2 else "even", "caption": f"no. {n}"}
        for n in range(6)
    ]
    data = open_data(written(tmp_path / name, rows), held_out=0)
    assert data.classes == ("even", "odd")
    assert data.train.beside["labels"].tolist() == [0, 1, 0, 1, 0, 1]
    assert data.train.beside["captions"].tolist() == [f"no. {n}" for n in range(6)]


def test_a_missing_file_is_named(tmp_path):
    fill(tmp_path, 4)
    rows = [{"file": f"{n:03}.png"} for n in range(5)]
    with pytest.raises(DataError, match=r"1 of 5 .*004.png: there is no such file"):
        open_data(written(tmp_path / "table.csv", rows))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no rows"),
        ("file,label\nx.png,\n", "row 1 is incomplete"),
    ],
)
def test_bad_tables_are_refused(tmp_path, text, says):
    (tmp_path / "table.csv").write_text(text)
    with pytest.raises(DataError, match=says):
        open_data(tmp_path / "table.csv")


def rows_of(separator, head, names, labels):
    lines = [separator.join((name, label)) for name, label in zip(names, labels, strict=True)]
    return "\n".join([separator.join(head), *lines]) + "\n"


NAMES, MARKS = [f"{n:03}.png" for n in range(6)], ["a", "b"] * 3


@pytest.mark.parametrize(
    "text",
    [
        rows_of(",", ("filename", "label"), NAMES, [f"{mark} " for mark in MARKS]),
        rows_of(",", ("filename", "label"), [f" {name}" for name in NAMES], MARKS),
        rows_of(",", (" File Name ", "LABEL"), NAMES, MARKS),
        rows_of(";", ("filename", "label"), NAMES, MARKS),
        rows_of("\t", ("filename", "label"), NAMES, MARKS),
        rows_of("|", ("filename", "label"), NAMES, MARKS),
        "sep=;\n" + rows_of(";", ("filename", "label"), NAMES, MARKS),
        "\ufeff" + rows_of(",", ("filename", "label"), NAMES, MARKS),
        rows_of(",", ("filename", "label"), [f".\\{name}" for name in NAMES], MARKS),
        rows_of(",", ("filename", "label"), [f"./{name}" for name in NAMES], MARKS),
        rows_of(",", ("image_id", "label"), [name[:3] for name in NAMES], MARKS),
        rows_of(",", ("filename", "label"), [f'"{name}\n"' for name in NAMES], MARKS),
        rows_of(",", ("filename", "class"), NAMES, MARKS).replace("\n", "\r\n"),
    ],
)
@pytest.mark.parametrize("called", ["table.csv", "TABLE.CSV", "table.tsv"])
def test_a_table_is_read_as_people_write_it(tmp_path, text, called):
    fill(tmp_path, 6)
    (tmp_path / called).write_text(text, encoding="utf8", newline="")
    data = open_data(tmp_path / called, held_out=0)
    assert data.classes == ("a", "b")
    assert data.train.beside["labels"].tolist() == [0, 1] * 3


def test_a_table_of_another_encoding_with_a_mark_is_read(tmp_path):
    fill(tmp_path, 6)
    (tmp_path / "t.csv").write_text(rows_of(",", ("file", "label"), NAMES, MARKS), encoding="utf16")
    assert open_data(tmp_path / "t.csv").classes == ("a", "b")


@pytest.mark.parametrize("names", [["x/000", "x/001"], ["C:\\pictures\\000.png", "D:\\1.png"]])
def test_where_no_file_is_found_the_place_is_named_and_no_vain_remedy_offered(tmp_path, names):
    fill(tmp_path, 2)
    (tmp_path / "t.csv").write_text(rows_of(",", ("file", "label"), names, ["a", "b"]))
    for act in (open_data, audit):
        with pytest.raises(DataError, match="none of the 2 files") as refused:
            act(tmp_path / "t.csv")
        assert str(tmp_path) in str(refused.value)
        assert "allow_corrupt" not in str(refused.value)
        assert not refused.value.changes


def test_further_columns_are_attributes_unless_they_have_gaps(tmp_path):
    fill(tmp_path, 6)
    lines = [f"{name},{n},tall,{n or ''},nan,{n}" for n, name in enumerate(NAMES)]
    (tmp_path / "t.csv").write_text("\n".join(["image,age,size,gaps,never,labels", *lines]))
    data = open_data(tmp_path / "t.csv", held_out=0)
    assert set(data.train.beside) == {"age", "size"}
    assert data.train.beside["age"].tolist() == list(range(6))
    assert set(data.train.beside["size"]) == {"tall"}
    assert data.facts["columns_not_read"] == ["gaps", "never", "labels"]


def test_columns_that_name_no_classes_are_named(tmp_path):
    fill(tmp_path, 6)
    lines = [f"{name},1,0,{n}" for n, name in enumerate(NAMES)]
    (tmp_path / "t.csv").write_text("\n".join(["image,Male,Smiling,age", *lines]))
    findings = {finding.rule: finding for finding in audit(tmp_path / "t.csv").findings}
    assert "Male, Smiling, age are attributes, not classes" in findings["unread_tables"].says
    assert "no column 'label'" in findings["labels"].says
    choice = open_data(tmp_path / "t.csv").facts["choices"]["labels"]
    assert choice.startswith("none: t.csv has no column 'label' (it has image, Male, Smiling, age)")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("file,label\n000.png,a,b\n", "row 1 has more values than there are columns"),
        ("file,label\n000.png,a\n000.png,b\n001.png,a\n", "000.png stands in t.csv with two"),
        ("file,label\n" + "".join(f"{n}.png,0.{n}\n" for n in range(6)), "numbers, not classes"),
        ("file,label\n000.png, \n", "row 1 is incomplete"),
    ],
)
def test_tables_that_would_give_wrong_labels_are_refused(tmp_path, text, says):
    fill(tmp_path, 6)
    for n in range(6):
        (tmp_path / f"{n:03}.png").rename(tmp_path / f"{n}.png") if "0.0" in text else None
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(DataError, match=says):
        open_data(tmp_path / "t.csv")


def test_two_files_of_one_bare_name_are_no_guess(tmp_path):
    fill(tmp_path, 120, 8, 8)
    (tmp_path / "000.jpg").write_bytes(b"x")
    lines = [f"{n:03},a" for n in range(120)]
    (tmp_path / "t.csv").write_text("\n".join(["id,label", *lines]))
    assert [name for name, _ in open_data(tmp_path / "t.csv").facts["skipped"]] == ["000"]
