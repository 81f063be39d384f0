"""While a run trains, what the doctor finds is said at once, written down, and shown."""

import contextlib
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.doctor.zoo import SCENARIOS, SETTINGS
from gansmith.doctor.diagnose import diagnose
from gansmith.recipe.recipe import make_recipe
from gansmith.recipe.tree import change
from gansmith.reporting.page import write_report
from gansmith.runs.reader import read_run
from gansmith.training.start import Order, train


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The run of a generator that makes four samples and no others, and what was said of it."""
    setting, folder = replace(SETTINGS["ring-mlp"], kimg=8), tmp_path_factory.mktemp("live")
    tree = setting.tree(0)
    tree["evaluation"] |= {"every_kimg": 1, "samples": 256}
    for dotted, value in SCENARIOS["narrow"].changes(setting).items():
        change(tree, dotted, value)
    with contextlib.redirect_stderr(io.StringIO()) as said:
        train(Order(make_recipe(tree), run=str(folder / "run")))
    return folder / "run", said.getvalue()


@pytest.fixture
def collapsed(told: tuple[Path, str]) -> Path:
    return told[0]


def test_a_diagnosis_is_written_into_the_journal_when_it_is_made(collapsed: Path) -> None:
    found = [row for row in read_run(collapsed).journal if row["event"] == "diagnosis"]
    assert "mode_collapse" in {row["diagnosis"]["failure"] for row in found}
    assert all(0 < row["kimg"] <= 10 for row in found)


def test_reals_that_no_fake_is_near_are_kept_as_a_picture_and_shown(collapsed: Path) -> None:
    assert (collapsed / "uncovered.png").is_file()
    evidence = json.dumps(diagnose(collapsed).as_dict())
    assert "of the reals have no fake near them" in evidence
    assert "uncovered.png" in evidence
    assert "Reals that no fake is near" in write_report(collapsed).read_text()


def test_a_person_who_watches_is_told(told: tuple[Path, str]) -> None:
    assert "doctor: mode collapse" in told[1]
