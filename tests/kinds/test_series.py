"""Series from arrays and tables, through every verb, and back in the units of the data."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
import torch

import gansmith
from gansmith import imports
from gansmith.cli.check import check
from gansmith.cli.diagnose import diagnose
from gansmith.cli.evaluate import evaluate
from gansmith.cli.export import export
from gansmith.cli.report import report
from gansmith.cli.sample import sample
from gansmith.data import open_data
from gansmith.errors import DataError, GansmithError, RecipeError
from gansmith.imports import NotPermittedError
from gansmith.kinds.guess import guess_kind
from gansmith.kinds.kind import kind_named
from gansmith.runs.reader import read_run

TINY = {
    "length.kimg": 0.6,
    "data.batch": 16,
    "networks.generator.width": 2,
    "networks.discriminator.width": 2,
    "game.latent": 4,
    "evaluation.samples": 64,
    "evaluation.every_kimg": 0.3,
    "signals.tick": 4,
}


def table(path: Path, rows: list[list[object]], head: str = "id,time,level,pressure") -> Path:
    lines = [head, *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def in_units(data) -> torch.Tensor:
    """Return the samples to train on in the units of the data."""
    seen = torch.from_numpy(data.train.take(np.arange(len(data.train))))
    return data.kind.from_unit(seen, data.facts)


def rows(series: int = 6, times: int = 9) -> list[list[object]]:
    return [[f"s{s}", t, s + 0.1 * t, 100 * s - t] for s in range(series) for t in range(times)]


# --- which kind an array holds ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "whole", "kind", "ambiguous"),
    [
        ((9, 2), False, "vector", False),
        ((9, 3, 8, 8), True, "image", False),
        ((9, 28, 28), True, "image", True),
        ((9, 28, 28), False, "image", True),
        ((9, 64, 8), False, "series", True),
        ((9, 16, 2), False, "series", True),
    ],
)
def test_what_an_array_is_taken_for_is_said_wherever_it_could_be_two_things(
    shape, whole, kind, ambiguous
):
    guess = guess_kind(shape, whole)
    assert guess.name == kind
    assert ("data.kind" in guess.because) == ambiguous


def test_an_array_that_is_refused_as_images_names_the_way_to_read_it_as_series(tmp_path):
    path = tmp_path / "some.npy"
    np.save(path, np.random.default_rng(0).normal(0, 9, (30, 16, 12)).astype(np.float32))
    with pytest.raises(DataError, match=r'data\.range.* data\.kind = "series"'):
        open_data(path)
    assert open_data(path, kind="series").shape == (16, 12)


def test_the_user_says_which_kind_an_array_holds_and_a_wrong_kind_is_refused(tmp_path):
    path = tmp_path / "some.npy"
    np.save(path, np.random.default_rng(0).uniform(-1, 1, (30, 16, 12)).astype(np.float32))
    guessed, said = open_data(path), open_data(path, kind="series")
    assert (guessed.kind.name, guessed.shape) == ("image", (1, 16, 12))
    assert 'data.kind = "series"' in guessed.facts["choices"]["kind"]
    assert (said.kind.name, said.shape) == ("series", (16, 12))
    assert "kind" not in said.facts.get("choices", {})
    with pytest.raises(DataError, match=r"vectors are arrays \[N, values\]"):
        open_data(path, kind="vector")
    with pytest.raises(DataError, match="mnist holds samples of the kind 'image'"):
        open_data("mnist", kind="series")


def test_rows_of_numbers_are_series_of_one_channel_where_the_user_says_so(tmp_path):
    path = tmp_path / "rows.npz"
    np.savez(path, samples=np.random.default_rng(0).normal(5, 3, (30, 20)))
    assert open_data(path).kind.name == "vector"
    assert open_data(path, kind="series").shape == (20, 1)


# --- scale ------------------------------------------------------------------------------------


def test_channels_are_standardised_by_the_samples_to_train_on_and_given_back_in_their_units():
    data = open_data("waves", seed=1)
    seen = data.train.take(np.arange(len(data.train)))
    np.testing.assert_allclose(seen.mean((0, 1)), 0, atol=1e-4)
    np.testing.assert_allclose(seen.std((0, 1)), 1, atol=1e-4)
    held = data.held_out.take(np.arange(len(data.held_out)))
    assert 0 < np.abs(held.mean((0, 1))).max() < 0.1  # near, but not theirs
    back = data.kind.from_unit(torch.from_numpy(seen), data.facts)
    assert back[..., 1].mean().item() == pytest.approx(50, abs=0.1)
    assert back[..., 1].std().item() == pytest.approx(10 * back[..., 0].std().item(), rel=0.05)


def test_a_channel_that_never_changes_is_shifted_and_not_divided_by_nothing():
    kind, values = kind_named("series"), np.ones((4, 9, 2), np.float32)
    values[..., 1] = np.arange(9)
    facts = kind.fit(values, {})
    seen = kind.to_unit(values, facts)
    assert np.isfinite(seen).all()
    assert not seen[..., 0].any()


def test_a_mask_says_which_times_of_a_series_count():
    wanted = [[True, True, False], [False, False, False], [True, True, True]]
    assert kind_named("series").mask(torch.tensor([2, 0, 3]), 3).tolist() == wanted


# --- tables -----------------------------------------------------------------------------------


def test_a_table_of_series_is_read_in_the_order_of_time_and_says_what_it_sorted(tmp_path):
    whole = rows()
    mixed = [whole[i] for i in np.random.default_rng(3).permutation(len(whole))]
    plain = open_data(table(tmp_path / "a.csv", whole), kind="series", held_out=0.0)
    data = open_data(table(tmp_path / "b.csv", mixed), kind="series", held_out=0.0)
    assert data.shape == plain.shape == (9, 2)
    assert data.facts["channels"] == ["level", "pressure"]
    assert "order of time: 6 of 6" in data.facts["warnings"][0]
    assert "warnings" not in plain.facts
    found = [in_units(one) for one in (data, plain)]
    by_level = [one[one[:, 0, 0].argsort()] for one in found]
    torch.testing.assert_close(by_level[0], by_level[1])
    assert by_level[1][2, :, 0].tolist() == pytest.approx([2 + 0.1 * t for t in range(9)])


def test_dates_labels_and_columns_of_other_names_are_read(tmp_path):
    found = [
        [f"p{s}", f"2026-01-{t + 1:02d}", s + t, "ab"[s % 2]] for s in range(6) for t in range(9)
    ]
    path = table(tmp_path / "a.csv", found, "patient;day;pulse;class".replace(";", ","))
    with pytest.raises(DataError, match=r"say which one is the id with --set data.columns.id=NAME"):
        open_data(path, kind="series")
    data = open_data(path, kind="series", columns={"id": "patient", "time": "day"})
    assert (data.classes, data.shape) == (("a", "b"), (9, 1))
    assert data.facts["columns"] == {"id": "patient", "time": "day", "label": "class"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda found: found[:-1], "have 8 to 9 times"),
        (lambda found: [*found, ["s0", 3, 1.0, 2.0]], "rows 4 and 55 are both of series s0"),
        (lambda found: [["s0", 0, 1.0], *found[1:]], "row 1 ends before 'pressure'"),
        (lambda found: [["s0", 0, 1.0, "high"], *found[1:]], "'pressure' of row 1 is high"),
        (lambda found: [["s0", "soon", 1.0, 1.0], *found[1:]], "not a time"),
        (lambda found: [["", 0, 1.0, 1.0], *found[1:]], "row 1 has no 'id'"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_by_row(tmp_path, change, says):
    with pytest.raises(DataError) as caught:
        open_data(table(tmp_path / "a.csv", change(rows())), kind="series")
    assert says in str(caught.value).replace("'s0'", "s0").replace("'high'", "high")


@pytest.mark.parametrize(
    "option", [{"flip": True}, {"size": 32}, {"channels": 1}, {"range": [0, 1]}]
)
def test_options_of_images_are_refused_for_series(option):
    name = next(iter(option))
    with pytest.raises(DataError, match=f"waves holds series.*data.{name}"):
        open_data("waves", **option)


def test_a_table_without_files_is_refused_with_the_way_to_read_series(tmp_path):
    with pytest.raises(DataError, match=r'data\.kind = "series"'):
        open_data(table(tmp_path / "a.csv", rows()))


# --- every verb -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    path = tmp_path_factory.mktemp("series") / "run"
    return gansmith.train("waves", run=path, quiet=True, set=TINY)


def test_the_recipe_that_ships_is_sound_and_parts_of_other_kinds_are_refused(capsys):
    check("waves")
    assert "waves is sound" in capsys.readouterr().out
    others = ("networks.generator.name=lean", "evaluation.extractor=pixels")
    with pytest.raises(RecipeError, match=r"lean is for images .*, but the data are series") as no:
        check("waves", set=others)
    assert "pixels is for images" in str(no.value)
    with pytest.raises(RecipeError, match="conv1d is for series"):
        check("ring", set=("networks.discriminator.name=conv1d",))


def test_a_run_on_series_records_its_kind_and_is_examined_and_pictured(run):
    record = read_run(run)
    assert record.environment["data"]["kind"]["name"] == "series"
    assert record.environment["data"]["facts"]["standard"]["mean"][1] == pytest.approx(50, abs=1)
    assert record.metrics[-1]["protocol"]["extractor"] == "series"
    assert record.metrics[-1]["metrics"]["frechet_distance"] > 0
    assert len(record.samples) >= 2


def test_samples_of_a_run_are_written_in_the_units_of_its_data(run, tmp_path, capsys):
    for name in ("a.csv", "a.npz", "a.png"):
        sample(str(run), count=5, seed=3, out=str(tmp_path / name))
    table = list(csv.reader(io.StringIO((tmp_path / "a.csv").read_text())))
    assert table[0] == ["id", "time", "level", "pressure"]
    assert len(table) == 1 + 5 * 64
    kept = np.load(tmp_path / "a.npz")["samples"]
    assert kept.shape == (5, 64, 2)
    assert float(table[1][3]) == pytest.approx(float(kept[0, 0, 1]), rel=1e-6)
    assert abs(kept[..., 1].mean() - 50) < 25  # pressure, not a number near 0
    with pytest.raises(GansmithError, match="series go into one file"):
        sample(str(run), count=2, out=str(tmp_path / "folder"))
    with pytest.raises(GansmithError, match=r"use .csv, .npz"):
        sample(str(run), count=2, out=str(tmp_path / "a.txt"))


@pytest.mark.filterwarnings("ignore:.torch.jit")
def test_a_run_on_series_is_exported_evaluated_diagnosed_and_reported(run, tmp_path, capsys):
    export(str(run), form="torchscript", out=str(tmp_path / "g.pt"))
    latents = torch.zeros(3, 4)
    made = torch.jit.load(str(tmp_path / "g.pt"))(latents)
    assert made.shape == (3, 64, 2)
    assert abs(made[..., 1].mean() - 50) < 25
    capsys.readouterr()
    asked = {"samples": 40, "intervals": False, "keep": False, "page": tmp_path / "e.html"}
    evaluate(real="waves", fake=str(run), json=True, **asked)
    assert (tmp_path / "e.html").read_text().count("data:image/png") > 20
    found = json.loads(capsys.readouterr().out)
    assert found["protocol"]["extractor"] == "series"
    assert found["metrics"]["frechet_distance"] > found["floor"]["frechet_distance"]
    diagnose(str(run), json=True)
    assert json.loads(capsys.readouterr().out)["verdict"] in ("healthy", "ill", "unknown")
    report(str(run), out=str(tmp_path / "page.html"))
    assert "Grey curves are real, blue ones generated." in (tmp_path / "page.html").read_text()


def test_a_run_on_series_goes_on_from_its_checkpoint(run):
    gansmith.train(run=run, resume=True, quiet=True, kimg=0.7)
    assert read_run(run).signals[-1]["kimg"] > 0.65


# --- a kind from outside the package ----------------------------------------------------------

OWN = '''
from dataclasses import replace

from gansmith.kinds.kind import Kind
from gansmith.imports import NotPermittedError
from gansmith.kinds.kind import kind_named


def pulses() -> Kind:
    """Pulses: series that networks see as they are."""
    same = dict(fit=None, to_unit=lambda stored, facts: stored)
    same["from_unit"] = lambda made, facts: made
    return replace(kind_named("series"), plural="pulses", **same)
'''


def test_a_kind_from_a_file_of_ones_own_is_used_and_remembered_but_never_run_unasked(
    tmp_path, monkeypatch
):
    own = tmp_path / "own.py"
    own.write_text(OWN)
    values = np.random.default_rng(0).normal(7, 2, (64, 16, 1)).astype(np.float32)
    net = {"name": "mlp", "widths": [4]}
    nets = {"networks.generator": net, "networks.discriminator": net}
    changes = {"data.kind": f"{own}:pulses", "evaluation.extractor": {"name": "identity"}, **nets}
    tiny = {name: value for name, value in TINY.items() if "width" not in name}
    path = gansmith.train(data=values, run=tmp_path / "run", quiet=True, set=tiny | changes)
    assert read_run(path).environment["data"]["kind"]["name"] == f"{own}:pulses"
    assert gansmith.load(path).sample(3).shape == (3, 16, 1)
    kind_named.cache_clear()
    monkeypatch.setattr(imports, "_permitted", set())  # as in a process of somebody else
    with pytest.raises(NotPermittedError, match="pulses' is code outside gansmith"):
        gansmith.load(path)
    assert gansmith.diagnose(path).verdict in ("healthy", "ill", "unknown")  # reads the record only


def test_arrays_of_series_are_evaluated_as_such_and_the_caveats_say_what_was_guessed():
    draws = np.random.default_rng(0)
    reals, fakes = (draws.normal(5, 2, (120, 24, 2)).astype(np.float32) for _ in range(2))
    asked = {"intervals": False, "keep": False, "metrics": ["frechet_distance"]}
    guessed = gansmith.evaluate(reals, fakes, **asked)
    said = gansmith.evaluate(reals, fakes, kind="series", **asked)
    assert guessed["metrics"] == said["metrics"]
    assert guessed["protocol"]["extractor"] == "series"
    for found, count in ((guessed, 2), (said, 0)):
        assert sum("data.kind" in caveat for caveat in found["protocol"]["caveats"]) == count
    with pytest.raises(DataError, match="cannot be compared"):
        gansmith.evaluate(reals, fakes[:, :20], **asked)
    with pytest.raises(ValueError, match="'pixels' is for images"):
        gansmith.evaluate(reals, fakes, features="pixels", **asked)


def test_a_table_is_compared_with_a_run_by_the_columns_that_the_run_was_trained_on(tmp_path):
    draws = np.random.default_rng(0)
    lines = [[f"s{s}", t, "ab"[s % 2], *draws.normal(size=2)] for s in range(64) for t in range(9)]
    path = table(tmp_path / "t.csv", lines, "machine,hour,state,level,pressure")
    columns = {"id": "machine", "time": "hour", "label": "state"}
    nets = {f"networks.{player}.name": "conv1d" for player in ("generator", "discriminator")}
    run = gansmith.train(
        data=str(path),
        run=tmp_path / "run",
        quiet=True,
        set=TINY | nets | {"data.kind": "series", "data.columns": columns},
    )
    asked = {"metrics": ["frechet_distance"], "intervals": False, "keep": False, "samples": 32}
    found = gansmith.evaluate(str(path), run, **asked)
    assert found["metrics"]["frechet_distance"] > 0
    assert found["protocol"]["extractor"] == "series"
    with pytest.raises(DataError, match="none named id"):
        gansmith.evaluate(str(path), str(path), kind="series", **asked)
