import csv
import json

import pytest

from gansmith.data import open_data
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
    assert data.train.labels.tolist() == [0, 1, 0, 1, 0, 1]
    assert data.train.captions == tuple(f"no. {n}" for n in range(6))


def test_a_missing_file_is_named(tmp_path):
    fill(tmp_path, 4)
    rows = [{"file": f"{n:03}.png"} for n in range(5)]
    with pytest.raises(DataError, match=r"1 of 5 .*004.png: there is no such file"):
        open_data(written(tmp_path / "table.csv", rows))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n", "has the columns a, b but none of file"),
        ("", "has no rows"),
        ("file,label\nx.png,\n", "row 1 is incomplete"),
    ],
)
def test_bad_tables_are_refused(tmp_path, text, says):
    (tmp_path / "table.csv").write_text(text)
    with pytest.raises(DataError, match=says):
        open_data(tmp_path / "table.csv")
