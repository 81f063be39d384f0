"""A budget is for everything; a run that trained nothing fails and says so first, everywhere."""

import json
import re
import time
from pathlib import Path

import pytest
import torch

from gansmith.cli import main
from gansmith.features.extractor import FixedExtractor
from gansmith.imports import permit
from gansmith.recipe.write import recipe_text
from gansmith.reporting.page import write_report
from gansmith.runs.console import Display
from gansmith.runs.reader import read_run
from gansmith.training.session.clock import Clock
from gansmith.training.session.exam_cost import TRIED, Cost, affordable_samples
from gansmith.training.session.examiner import SHARE
from gansmith.training.start import Order, train
from tests.training.helpers import recipe


def ordered(tmp_path: Path) -> Path:
    """Write the small recipe: twenty steps, whatever the budget."""
    file = tmp_path / "small.toml"
    file.write_text(recipe_text(recipe(length={"kimg": 0.32}, signals__tick=2)))
    return file


def run_cli(*words: str) -> int:
    with pytest.raises(SystemExit) as found:
        main(list(words))
    return int(found.value.code or 0)


@pytest.fixture
def nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, int, str]:
    """A run whose budget was over before its first step: folder, exit code and stderr."""
    run = tmp_path / "run"
    words = ["train", str(ordered(tmp_path)), "--run", str(run), "--budget", "0.001s"]
    return run, run_cli(*words), capsys.readouterr().err


def test_a_run_that_trained_nothing_fails_and_says_so(nothing: tuple[Path, int, str]) -> None:
    run, code, err = nothing
    assert code == 1
    last = err.strip().splitlines()[-1]
    assert last.startswith("gansmith: nothing was trained: the budget of 0.001 seconds")
    assert "data.size" in last
    assert f"--resume --run {run} --budget" in last
    assert not re.search(r"\bnan\b", err)
    assert "100%" not in err


def test_its_journal_and_its_report_say_so_too(nothing: tuple[Path, int, str]) -> None:
    run = nothing[0]
    record = read_run(run)
    assert record.state == "stopped"
    assert record.journal[-1]["says"].startswith("nothing was trained")
    page = (run / "report.html").read_text()
    body = page[page.index("<header") :]
    assert body.index("Nothing was trained") < body.index('class="lead"') < body.index("facts")
    assert not list(record.signals)


def test_it_can_be_gone_on_with(nothing: tuple[Path, int, str]) -> None:
    run = nothing[0]
    assert run_cli("train", "--resume", "--run", str(run), "--budget", "10m", "--quiet") == 0
    record = read_run(run)
    assert record.state == "finished"
    assert "Nothing was trained" not in write_report(run).read_text().split('class="lead"')[0]
    steps = [row["step"] for row in record.metrics]
    assert len(steps) == len(set(steps))


@pytest.mark.parametrize("given", ["600", "length.budget=600"])
def test_a_budget_without_a_unit_says_what_it_means(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str
) -> None:
    words = ["--set", given] if "=" in given else ["--budget", given]
    assert run_cli("train", str(ordered(tmp_path)), "--run", str(tmp_path / "run"), *words) == 0
    err = capsys.readouterr().err
    assert "a budget of 600 without a unit is 10 minutes" in err
    assert re.search(r"expect: about [\d,]+ steps of 16 fit into 10 minutes, preparation", err)


def test_preparation_is_part_of_the_budget() -> None:
    clock = Clock(recipe(length={"budget": 100}).length, prepared=40.0)
    assert clock.budget() == 60
    clock.restore({"seconds": 10.0, "prepared": 5.0, "costliest": 0.0})
    assert clock.budget() == 55
    clock.restore({"seconds": 57.0, "costliest": 0.0})
    assert clock.progress(0) == 1.0
    assert Clock(recipe(length={"kimg": 1}).length, 40.0).progress(500) == 0.5


SLOW = f"{__name__}:slow_on_few"


def slow_on_few() -> FixedExtractor:
    """Samples as they are; a few take long, so that many seem to."""

    def look(samples: torch.Tensor) -> torch.Tensor:
        time.sleep(0.05 if len(samples) <= TRIED else 0.0)
        return samples.flatten(1)

    return FixedExtractor("slow_on_few", 0, "none", look)


@pytest.mark.parametrize(("budget", "steps"), [(200.0, [20]), (2000.0, [0, 20])])
def test_a_first_exam_that_would_take_much_of_the_budget_is_left_out(
    tmp_path: Path, budget: float, steps: list[int]
) -> None:
    """Of 4,000 samples, at 6 ms each, it would take about two minutes."""
    permit(SLOW)
    made = recipe(
        length={"kimg": 0.32, "budget": budget},
        evaluation__samples=4000,
        evaluation__every_kimg=10,
        evaluation__extractor=SLOW,
    )
    record = read_run(train(Order(made, run=str(tmp_path / "run"), quiet=True)))
    assert [row["step"] for row in record.metrics] == steps
    says = [row["says"] for row in record.journal if row["event"] == "note"]
    told = [sentence for sentence in says if sentence.startswith("no exam before training")]
    assert len(told) == (0 in steps) ^ 1
    assert record.state == "finished"


@pytest.mark.parametrize("budget", [10.0, 60.0, 240.0, 7200.0])
@pytest.mark.parametrize("each", [0.0001, 0.003, 0.03, 0.3])
def test_exams_of_a_chosen_size_take_their_share_of_the_budget(budget: float, each: float) -> None:
    cost = Cost(generated=each / 4, features=each)
    samples = affordable_samples(cost, 1024, budget)
    assert 64 <= samples <= 1024
    assert samples == 64 or cost.first(samples) + cost.later(samples) <= SHARE * budget


def test_the_bar_shows_the_first_exam_and_then_the_time_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        run_cli("train", str(ordered(tmp_path)), "--run", str(tmp_path / "a"), "--budget", "10m")
        == 0
    )
    lines = capsys.readouterr().err.splitlines()
    (first,) = [n for n, line in enumerate(lines) if line.startswith("first exam, ")]
    assert any(line.startswith("exam at 0.0 kimg") for line in lines[first:])
    display = Display()
    display.phase("training", 75.0)
    assert display._bar.tasks[0].fields["seen"] == "1:15 left"
    display._live = True
    display.phase("first exam, about 12 seconds")
    assert display._bar.tasks[0].description == "first exam, about 12 seconds"


def test_a_loss_that_no_player_had_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"kimg": 0.0, "seconds": 1.0, "samples_per_second": 0.0, "loss/discriminator": 1.0}
    Display().tick(row, 0.5)
    shown = capsys.readouterr().err
    assert "D 1.000" in shown
    assert "G " not in shown


def test_what_was_chosen_then_stays_when_a_run_is_gone_on_with(tmp_path: Path) -> None:
    """The recipe leaves batch and samples open, and the journal says what they were."""
    tree = recipe(length={"kimg": 0.4}).model_dump(exclude_unset=True)
    del tree["data"]["batch"]
    file = tmp_path / "open.toml"
    file.write_text(recipe_text(type(recipe())(**tree)))
    run = train(Order(str(file), run=str(tmp_path / "run"), quiet=True))
    text = (run / "recipe.toml").read_text()
    (run / "recipe.toml").write_text(text.replace("batch = 128", "batch = 64"))
    train(Order(str(file), None, {"length.kimg": 0.8}, str(run), resume=True, quiet=True))
    assert json.loads((run / "signals.jsonl").read_text().splitlines()[-1])["step"] > 3
    assert read_run(run).recipe["data"]["batch"] == 64
