"""Tables from files, through every verb, and back with the header, order, types and categories."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
import torch

import gansmith
from gansmith.cli.check import check
from gansmith.cli.diagnose import diagnose
from gansmith.cli.evaluate import evaluate
from gansmith.cli.sample import sample
from gansmith.data import open_data
from gansmith.data.tables import cells
from gansmith.errors import DataError, GansmithError
from gansmith.kinds.known import Known
from gansmith.kinds.tables.columns import columns_of
from gansmith.kinds.tables.dates import as_number, as_text, form_of
from gansmith.kinds.tables.mixture import fit_mixture

HEAD = ["id", "born", "age", "height", "city", "income"]
TINY = {
    "length.kimg": 0.6,
    "data.batch": 16,
    "networks.generator.width": 8,
    "networks.discriminator.width": 8,
    "game.latent": 4,
    "evaluation.samples": 32,
    "evaluation.every_kimg": 0.6,
    "signals.tick": 4,
}

PLAIN = {"json": True, "intervals": False, "keep": False}


def people(count: int = 120, seed: int = 0) -> list[list[object]]:
    """Return rows with a key, dates, whole numbers, fractions, categories and missing values."""
    draws, found = np.random.default_rng(seed), []
    for number in range(count):
        age = int(draws.integers(18, 90))
        city = draws.choice(["Rome", "Oslo", "Bonn"], p=[0.6, 0.3, 0.1])
        income = "" if draws.random() < 0.2 else f"{draws.lognormal(3, 0.5):.2f}"
        height = f"{draws.normal(170, 8):.1f}"
        found.append([number + 1, f"{2026 - age}-03-{1 + age % 28:02d}", age, height, city, income])
    return found


def write(path: Path, rows: list[list[object]], head: list[str] = HEAD, by: str = ",") -> Path:
    lines = [by.join(head), *(by.join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def columns(path: Path, **options: object) -> dict[str, str]:
    facts = open_data(path, **options).facts
    return {column.name: column.type for column in columns_of(facts)}


def in_units(data) -> torch.Tensor:
    """Return the rows to train on as they are stored."""
    seen = torch.from_numpy(data.train.take(np.arange(len(data.train))))
    return data.kind.from_unit(seen, data.facts)


# --- types ------------------------------------------------------------------------------------


def test_types_are_found_and_can_be_said_otherwise(tmp_path):
    path = write(tmp_path / "people.csv", people())
    found = columns(path)
    assert list(found.values()) == [
        "key",
        "date",
        "integer",
        "continuous",
        "categorical",
        "continuous",
    ]
    said = columns(path, columns={"age": "categorical", "id": "drop", "height": {"scale": "modes"}})
    assert "id" not in said
    assert said["age"] == "categorical"


@pytest.mark.parametrize(
    ("cells_", "kind"),
    [
        (["1", "0"] * 20, "categorical"),
        ([str(n) for n in range(40)], "key"),
        ([f"{n * n}" for n in range(40)], "integer"),
        ([f"{n / 7:.3f}" for n in range(40)], "continuous"),
        (["007", "008"] * 20, "categorical"),  # zeros in front are no numbers
        ([f"name {n}" for n in range(40)], "key"),
        ([f"{1 + n % 28:02d}.02.2020" for n in range(40)], "date"),
        (["1e3", "2.5e-4", "", "3"] * 10, "continuous"),
    ],
)
def test_the_cells_of_a_column_tell_its_type(tmp_path, cells_, kind):
    rows = [[cell, number % 7 * 1.5] for number, cell in enumerate(cells_)]
    assert columns(write(tmp_path / "a.csv", rows, ["it", "other"]))["it"] == kind


def test_dates_of_the_known_forms_come_back_as_they_were():
    for form, text in (("%d.%m.%Y", "03.02.2001"), ("%Y-%m-%d %H:%M:%S", "1969-12-31 23:59:58")):
        assert form_of([text], [form]) == form
        assert as_text(as_number(text, form), form) == text
    assert form_of(["31.12.2020", "12/31/2020"]) == ""
    assert as_number("1970-01-11", "%Y-%m-%d") == 10


# --- to networks and back ---------------------------------------------------------------------


@pytest.mark.parametrize("scale", ["quantiles", "modes"])
def test_rows_come_back_from_what_networks_see(tmp_path, scale):
    path = write(tmp_path / "people.csv", people())
    said = {name: {"scale": scale} for name in ("born", "age", "height", "income")}
    data = open_data(path, columns=said, held_out=0.0)
    again = in_units(data)
    source = open_data(path, columns=said, held_out=0.0)
    raw = np.array([[row[2], float(row[3])] for row in people()], float)
    np.testing.assert_allclose(again[:, 2].numpy(), raw[:, 0], atol=1e-9)
    np.testing.assert_allclose(again[:, 3].numpy(), raw[:, 1], atol=0.051)
    gone = np.array([row[5] == "" for row in people()])
    assert np.array_equal(np.isnan(again[:, 5].numpy()), gone)
    assert data.digest == source.digest


def test_numbers_by_quantiles_are_standard_normal_whatever_their_distribution(tmp_path):
    draws = np.random.default_rng(0)
    rows = [
        [f"{draws.exponential():.6f}", int(draws.random() < 0.9) * 5, n % 3] for n in range(2000)
    ]
    rows = [[a, b if b else n % 50, c] for n, (a, b, c) in enumerate(rows)]
    data = open_data(write(tmp_path / "a.csv", rows, ["a", "b", "c"]), held_out=0.0)
    seen = data.train.take(np.arange(2000))
    for number in (0, 1):  # the second: nine tenths are one value
        assert abs(seen[:, number].mean()) < 0.05
        assert abs(seen[:, number].std() - 1) < 0.05


def test_a_mixture_finds_two_modes_and_no_more():
    draws = np.random.default_rng(0)
    values = np.concatenate([draws.normal(-5, 1, 3000), draws.normal(20, 2, 1000)])
    found = fit_mixture(values)
    order = np.argsort(found.means)
    main = order[found.weights[order] > 0.05]
    assert len(main) == 2
    np.testing.assert_allclose(found.means[main], [-5, 20], atol=0.2)
    np.testing.assert_allclose(found.deviations[main], [1, 2], rtol=0.1)
    np.testing.assert_allclose(found.weights[main], [0.75, 0.25], atol=0.02)
    assert found.posterior(np.array([-5.0]))[0, main[0]] > 0.99


# --- files that cannot be used ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a,b\n1,2\n3\n", "line 3 has 1 value but there are 2 columns"),
        (b"a,b\n1,2\n3,4,5\n", "line 3 has 3 values but there are 2 columns"),
        (b"a,b\n1,\xe9t\xe9\n", "line 2 holds the byte 0xe9, which is not UTF-8"),
        (b"a,b\n", "has no rows"),
        (b"", "is empty"),
        (b"1,2\n3,4\n", "the first line holds numbers only"),
        (b"a,a\n1,2\n", "has two columns named 'a'"),
        (b'a,b\n1,"x\n2,y\n', "line 2"),
        (b"a,b\n" + b"".join(b"%d,1\n" % (n * n) for n in range(30)) + b"x,2\n", "line 32 has 'x'"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_by_file_and_line(tmp_path, content, says):
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    with pytest.raises(DataError) as error:
        open_data(path, kind="table")
    assert says in str(error.value)
    assert "people.csv" in str(error.value)


def test_other_separators_encodings_and_decimal_commas_are_read(tmp_path):
    text = "a;b\n" + "".join(f"{n},5;x{n % 2}\n" for n in range(30))
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-16")
    data = open_data(path, held_out=0.0)
    assert columns(path) == {"a": "continuous", "b": "categorical"}
    written = data.kind.written[".csv"](in_units(data), Known(facts=data.facts))
    assert written.decode().splitlines()[:2] == ["a;b", "0,5;x0"]


def test_an_option_or_a_column_that_is_not_there_is_refused(tmp_path):
    path = write(tmp_path / "people.csv", people())
    for said, says in (
        ({"agee": "integer"}, "has no column 'agee'"),
        ({"age": "text"}, "cannot be 'text'"),
        ({"age": {"sort": 1}}, "has no option 'sort'"),
        ({"city": "integer"}, "line 2 has"),
        ({"city": "date"}, "no known form of dates"),
    ):
        with pytest.raises(DataError) as error:
            open_data(path, columns=said)
        assert says in str(error.value)


def test_of_a_large_table_an_even_choice_of_rows_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(cells, "STRETCH", 100)
    path = write(tmp_path / "a.csv", [[n * n, n % 2] for n in range(5000)], ["a", "b"])
    data = open_data(path, rows=500, held_out=0.0)
    assert 400 < len(data.train) < 600
    assert any("5,000 rows" in line for line in data.facts["warnings"])
    assert open_data(path, rows=500, held_out=0.0).digest == data.digest


# --- which kind a table holds -----------------------------------------------------------------


def test_a_table_of_rows_is_not_taken_for_series_or_a_list_of_images(tmp_path):
    assert open_data(write(tmp_path / "people.csv", people())).kind.name == "table"
    series = write(
        tmp_path / "s.csv", [[n // 9, n % 9, n / 7] for n in range(90)], ["id", "t", "x"]
    )
    with pytest.raises(DataError, match="its rows may be times of series, or samples each"):
        open_data(series)
    assert open_data(series, kind="series").kind.name == "series"
    assert open_data(series, kind="table").kind.name == "table"
    files = write(tmp_path / "f.csv", [["a.png", "cat"], ["b.png", "dog"]], ["file", "label"])
    with pytest.raises(DataError, match=r"none of the 2 files"):
        open_data(files)


# --- through every verb -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("table")
    path = write(folder / "people.csv", people())
    return gansmith.train("table", data=path, run=folder / "run", set=TINY, quiet=True)


def test_samples_have_the_header_order_types_and_categories_of_the_table(run, tmp_path):
    sample(str(run), count=40, out=str(tmp_path / "new.csv"))
    rows = list(csv.DictReader(io.StringIO((tmp_path / "new.csv").read_text())))
    assert list(rows[0]) == HEAD
    assert [row["id"] for row in rows[:3]] == ["1", "2", "3"]
    assert {row["city"] for row in rows} <= {"Rome", "Oslo", "Bonn"}
    for row in rows:
        as_number(row["born"], "%Y-%m-%d")
        assert 18 <= int(row["age"]) < 90
        assert len(row["height"].partition(".")[2]) <= 1
        assert row["income"] == "" or float(row["income"]) > 0


def test_a_category_that_is_asked_for_is_in_every_row(run, tmp_path, capsys):
    sample(str(run), count=30, out=str(tmp_path / "a.csv"), condition=("category=city=Bonn",))
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text())))
    assert {row["city"] for row in rows} == {"Bonn"}
    assert len({row["height"] for row in rows}) > 1
    with pytest.raises(ValueError, match="'city' has no category 'Mars'"):
        sample(str(run), count=3, out=str(tmp_path / "a.csv"), condition=("category=city=Mars",))


def test_rows_go_into_parquet_and_are_the_same_as_in_csv(run, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    for ending in ("csv", "parquet"):
        sample(str(run), count=20, out=str(tmp_path / f"a.{ending}"))
    table = parquet.read_table(tmp_path / "a.parquet")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text())))
    assert table.column_names == HEAD
    assert table["age"].to_pylist() == [int(row["age"]) for row in rows]
    assert [v is None for v in table["income"].to_pylist()] == [not r["income"] for r in rows]
    assert columns(tmp_path / "a.parquet", held_out=0.0)["age"] == "integer"


def test_evaluate_reads_the_fakes_as_the_reals_and_names_what_differs(run, tmp_path, capsys):
    real = write(tmp_path / "people.csv", people())
    fake = write(tmp_path / "fake.csv", [[*row[:4], "Mars", row[5]] for row in people(60, 1)])
    evaluate(real=str(real), fake=str(fake), metrics="column_shapes", **PLAIN)
    found = json.loads(capsys.readouterr().out)
    assert found["metrics"]["lost_categories"] == 1
    assert any("that people.csv has not: 'Mars'" in line for line in found["protocol"]["caveats"])
    evaluate(real=str(real), fake=str(run), metrics="tree_auc", samples=40, **PLAIN)
    assert 0 <= json.loads(capsys.readouterr().out)["metrics"]["tree_auc"] <= 1
    odd = write(tmp_path / "odd.csv", [[*row[:3], "tall", *row[4:]] for row in people(60, 1)])
    with pytest.raises(GansmithError, match="line 2 has 'tall' in 'height'"):
        evaluate(real=str(real), fake=str(odd), **PLAIN)


def test_check_shows_types_and_what_is_wrong_with_a_table(tmp_path, capsys):
    rows = [[*row, "x", row[4].lower()] for row in people()]
    path = write(tmp_path / "people.csv", [*rows, rows[0]], [*HEAD, "same", "town"])
    check(str(path), json=True)
    found = json.loads(capsys.readouterr().out)
    rules = {finding["rule"] for finding in found["findings"]}
    assert found["facts"]["columns"]["city"] == "categorical (3)"
    assert rules >= {"duplicates", "constant_columns", "missing_values", "twin_columns"}


def test_a_run_on_a_table_is_diagnosed_reported_and_resumed(run, capsys):
    diagnose(str(run), json=True)
    assert json.loads(capsys.readouterr().out)["verdict"] in ("healthy", "unknown", "ill")
    assert (run / "report.html").is_file()
    assert list((run / "samples").glob("kimg-*.png"))
    again = gansmith.train(run=run, resume=True, kimg=0.7, quiet=True)
    assert json.loads((again / "signals.jsonl").read_text().splitlines()[-1])["kimg"] >= 0.69


def test_frames_are_trained_on_as_files_are(tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(write(tmp_path / "people.csv", people()))
    assert gansmith.data.as_source(frame).kind.name == "table"
