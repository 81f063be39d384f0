"""A run that was killed or damaged goes on from what is whole, says so, and loses nothing else."""

import gc
import importlib.util
import json
import os
import shutil
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

import gansmith
from gansmith import api
from gansmith.cli import main
from gansmith.deploy.open_run import open_run
from gansmith.errors import GansmithError, RunError, RunWarning
from gansmith.runs import folder
from gansmith.runs.lock import Lock
from gansmith.runs.reader import read_run
from gansmith.training.session.checkpoint import checkpoints, save_checkpoint
from gansmith.training.session.session import Session
from gansmith.training.startup.leftovers import sweep
from tests.training.helpers import recipe, run_small
from tests.training.test_resume import assert_same_run, exams

SHORT = {
    "length__kimg": 0.32,  # 20 steps
    "evaluation__every_kimg": 0.16,
    "networks__generator__widths": [4],
    "networks__discriminator__widths": [4],
    "evaluation__samples": 16,
    "terms": [],
    "controllers": [],  # their schedules would follow the length
    "signals__tick": 5,
}
LONG = SHORT | {"length__kimg": 0.48}


def killing() -> ModuleType:
    """Return the harness of the benchmark, which kills at any operation on the disk."""
    path = Path(__file__).parents[2] / "benchmarks" / "killing.py"
    spec = importlib.util.spec_from_file_location("killing", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of 20 steps with checkpoints of step 10 and 20."""
    return run_small(tmp_path_factory.mktemp("whole") / "run", **SHORT)


@pytest.fixture(scope="module")
def longer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same run, 30 steps long."""
    return run_small(tmp_path_factory.mktemp("longer") / "run", **LONG)


@pytest.fixture
def run(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "run"))


def newest(run: Path) -> Path:
    return checkpoints(run)[-1].path


def flip(path: Path, share: float) -> None:
    content = bytearray(path.read_bytes())
    content[int(share * len(content))] ^= 16
    path.write_bytes(content)


def sittings(run: Path) -> list[str]:
    told = [row["event"] for row in read_run(run).journal]
    return [event for event in told if event in ("started", "resumed", "stopped", "finished")]


def resumed(run: Path) -> str:
    return [row["says"] for row in read_run(run).journal if row["event"] == "resumed"][-1]


# --- killed ---


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a run does on the disk, in order."""
    run = tmp_path_factory.mktemp("watched") / "run"
    names: list[str] = killing().operations(run, lambda: run_small(run, **SHORT))
    return names


@pytest.mark.parametrize(
    ("place", "later"),
    [
        ("os.mkdir checkpoints", 0),
        ("os.rename recipe.toml", 0),
        ("open signals.jsonl", 1),  # in the middle of the line
        ("os.rename step-", 0),
    ],
)
def test_a_run_killed_before_its_first_checkpoint_is_the_run_never_killed(
    whole: Path, operations: list[str], tmp_path: Path, place: str, later: int
) -> None:
    run = tmp_path / "run"
    number = next(n for n, name in enumerate(operations) if name.startswith(place)) + later
    assert killing().killed(run, lambda: run_small(run, **SHORT), number)
    assert not checkpoints(run)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RunWarning)
        run_small(run, resume=(run / "recipe.toml").is_file(), **SHORT)
    assert_same_run(whole, run)
    assert not list(run.rglob(".*.tmp"))
    assert sittings(run).count("started") == sittings(run).count("finished") == 1


def test_a_run_whose_checkpoints_are_gone_starts_anew_and_says_so(whole: Path, run: Path) -> None:
    shutil.rmtree(run / "checkpoints")
    with pytest.warns(RunWarning, match="has no checkpoint yet, so training starts from the begin"):
        run_small(run, resume=True, **SHORT)
    assert_same_run(whole, run)
    assert sittings(run) == ["started", "resumed", "finished"]
    assert "no checkpoint yet" in resumed(run)


@pytest.mark.parametrize("name", [folder.SIGNALS, folder.METRICS, folder.JOURNAL])
def test_a_torn_last_line_is_no_obstacle(whole: Path, run: Path, name: str) -> None:
    shutil.rmtree(run / "checkpoints")
    lines = (run / name).read_bytes().splitlines(keepends=True)
    (run / name).write_bytes(b"".join([*lines[:1], lines[-1][:9]]))
    with pytest.warns(RunWarning, match="no checkpoint yet"):
        run_small(run, resume=True, **SHORT)
    assert_same_run(whole, run)


def test_what_a_kill_left_before_the_run_began_counts_as_nothing(tmp_path: Path) -> None:
    run = folder.create_run(tmp_path / "run")
    for name in (".recipe.toml.77.tmp", folder.LOCK, folder.JOURNAL, folder.ENVIRONMENT):
        (run / name).write_text("half")
    with pytest.raises(RunError, match="start it again without --resume"):
        read_run(run)
    assert folder.require_free(run) == run


def test_finished_is_never_said_twice(run: Path, longer: Path) -> None:
    run_small(run, resume=True, **SHORT)
    assert sittings(run) == ["started", "resumed", "finished"]
    run_small(run, resume=True, **LONG)
    assert sittings(run) == ["started", "resumed", "resumed", "finished"]
    assert_same_run(longer, run)


def test_an_exam_after_its_steps_checkpoint_is_not_recorded_twice(run: Path) -> None:
    """Killed between the last exam and the checkpoint that knows of it."""
    state = torch.load(newest(run) / "state.pt", weights_only=True)
    last = (run / folder.METRICS).read_bytes().splitlines(keepends=True)[-1]
    state["progress"]["exams"].pop()
    state["progress"]["written"][folder.METRICS] -= len(last)
    torch.save(state, newest(run) / "state.pt")
    (newest(run) / "manifest.json").unlink()
    before = exams(run)
    with pytest.warns(RunWarning, match="cannot be checked"):
        run_small(run, resume=True, **SHORT)
    assert exams(run) == before


def test_a_step_that_is_kept_is_not_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[int] = []

    def counted(run: Path, state: Any) -> Any:
        steps.append(state.progress["step"])
        return save_checkpoint(run, state)

    monkeypatch.setattr("gansmith.training.session.checkpoint.save_checkpoint", counted)
    run_small(tmp_path / "run", **SHORT, checkpoints__keep=1)
    assert steps == [10, 20]
    run_small(tmp_path / "run", resume=True, **SHORT, checkpoints__keep=1)
    assert steps == [10, 20]


def test_a_checkpoint_that_a_kill_left_beyond_its_time_is_removed(run: Path) -> None:
    shutil.copytree(checkpoints(run)[0].path, run / "checkpoints" / "step-00000005")
    run_small(run, resume=True, **SHORT)
    assert [c.step for c in checkpoints(run)] == [10, 20]


@pytest.mark.parametrize("left", ["", ".old"])
def test_a_checkpoint_killed_before_its_rename_is_taken(whole: Path, run: Path, left: str) -> None:
    path = newest(run)
    path.rename(path.with_name(f".{path.name}{left}.tmp"))
    shutil.rmtree(newest(run))
    run_small(run, resume=True, **SHORT)
    assert [c.step for c in checkpoints(run)] == [20]
    assert not list((run / "checkpoints").glob(".*"))


def test_litter_is_swept_when_resuming(run: Path) -> None:
    left = [
        ".recipe.toml.7.tmp",
        ".signals.jsonl.7.tmp",
        "samples/.kimg-000001.png.7.tmp",
        "checkpoints/.step-00000015.tmp/state.pt",
        "checkpoints/.step-00000010.gone.tmp/weights.safetensors",
        "checkpoints/step-00000005/state.pt",
    ]
    for name in left:
        (run / name).parent.mkdir(exist_ok=True)
        (run / name).write_bytes(b"half")
    (run / ".report.html.7.tmp").write_text("being written")
    kept = [c.step for c in checkpoints(run)]
    sweep(run)
    assert not [name for name in left if (run / name).exists()]
    assert (run / ".report.html.7.tmp").exists()
    assert [c.step for c in checkpoints(run)] == kept


# --- damaged ---


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a bit of the weights": lambda c: flip(c / "weights.safetensors", 0.7),
    "a bit of the weights' header": lambda c: flip(c / "weights.safetensors", 0.01),
    "a bit of the state": lambda c: flip(c / "state.pt", 0.5),
    "a bit of the manifest": lambda c: flip(c / "manifest.json", 0.5),
    "the state cut": lambda c: cut(c / "state.pt"),
    "weights of another kind": lambda c: (c / "weights.safetensors").write_bytes(b"\xff" * 99),
    "no weights": lambda c: (c / "weights.safetensors").unlink(),
    "no state": lambda c: (c / "state.pt").unlink(),
    "an empty folder": lambda c: (shutil.rmtree(c), c.mkdir()),
    "files of another step": lambda c: shutil.copytree(
        checkpoints(c.parents[1])[0].path, c, dirs_exist_ok=True
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_newest_checkpoint_is_passed_over_and_that_is_said(
    run: Path, longer: Path, damage: str
) -> None:
    DAMAGES[damage](newest(run))
    with pytest.warns(RunWarning) as told:
        run_small(run, resume=True, **LONG)
    (says,) = [str(one.message) for one in told]
    assert (
        "goes on from the checkpoint of step 10, for a newer one is damaged: that of step" in says
    )
    assert "weights_only" not in says
    assert "\n" not in says
    assert says in resumed(run)
    assert (run / "checkpoints" / "damaged-step-00000020").is_dir()
    assert_same_run(longer, run)


def test_where_no_checkpoint_is_whole_the_remedy_is_said_and_nothing_is_touched(run: Path) -> None:
    for kept in checkpoints(run):
        cut(kept.path / "weights.safetensors")
    before = {path: path.read_bytes() for path in run.glob("*.jsonl")}
    with pytest.raises(
        RunError, match=r"no checkpoint of .* can be used: .*step-00000020 \(weig"
    ) as no:
        run_small(run, resume=True, **LONG)
    assert f"remove {run / 'checkpoints'} and train from the start again" in str(no.value)
    assert {path: path.read_bytes() for path in run.glob("*.jsonl")} == before
    with pytest.raises(RunError, match="no checkpoint of"):
        gansmith.load(run)


def best_is_last(run: Path) -> None:
    for exam in (rows := read_run(run).metrics):
        exam["metrics"] = {"frechet_distance": -exam["step"]}
    (run / folder.METRICS).write_text("".join(map(folder.json_line, rows)))


def cli(*words: str | Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    assert ended.value.code == 0


USES: dict[str, Callable[[Path, Path], object]] = {
    "load the last": lambda run, out: gansmith.load(run, "last"),
    "evaluate": lambda run, out: open_run(run, 4, 0),
    "transfer": lambda run, out: run_small(out / "new", transfer__run=str(run), **SHORT),
}


@pytest.mark.parametrize("use", USES)
def test_damaged_weights_are_never_used(run: Path, tmp_path: Path, use: str) -> None:
    best_is_last(run)
    flip(newest(run) / "weights.safetensors", 0.8)
    with pytest.warns(RunWarning, match="step 10 is used, for another is damaged: step-00000020"):
        USES[use](run, tmp_path)


@pytest.mark.parametrize("words", ["sample --out x.csv", "export --out x.safetensors"])
def test_the_command_line_says_it_in_one_line(
    run: Path, words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    flip(newest(run) / "weights.safetensors", 0.8)
    monkeypatch.chdir(run.parent)
    verb, *more = words.split()
    cli(verb, run, *more, "--which", "last")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("gansmith: the checkpoint of step 10 is used, for another is damaged")


@pytest.mark.parametrize("harm", [cut, lambda path: flip(path, 0.5)])
def test_a_damaged_state_is_said_where_the_weights_alone_are_used(run: Path, harm: Any) -> None:
    best_is_last(run)
    harm(newest(run) / "state.pt")
    with pytest.warns(RunWarning, match=r"state\.pt is not as it was .* --resume will go on from"):
        assert len(gansmith.load(run).sample(2)) == 2


def test_weights_that_are_not_finite_are_refused_also_without_a_manifest(run: Path) -> None:
    from safetensors.torch import load_file, save_file

    for kept in checkpoints(run):
        weights = load_file(kept.path / "weights.safetensors")
        next(iter(weights.values())).flatten()[0] = torch.nan
        save_file(weights, kept.path / "weights.safetensors")
        (kept.path / "manifest.json").unlink()
    for use in (gansmith.load, lambda run: run_small(run, resume=True, **LONG)):
        with pytest.raises(RunError, match="holds numbers that are infinite or not a number"):
            use(run)


def test_a_checkpoint_of_an_older_version_is_opened_and_said_to_be_unchecked(
    run: Path, longer: Path
) -> None:
    for kept in checkpoints(run):
        (kept.path / "manifest.json").unlink()
        state = torch.load(kept.path / "state.pt", weights_only=True)
        del state["progress"]["written"]
        torch.save(state, kept.path / "state.pt")
    with pytest.warns(RunWarning, match="has no manifest, as older versions wrote none"):
        gansmith.load(run)
    with pytest.warns(RunWarning, match="cannot be checked for damage"):
        run_small(run, resume=True, **LONG)
    assert_same_run(longer, run)
    assert sittings(run) == ["started", "resumed", "finished"]


def test_no_advice_to_run_foreign_code_is_passed_on(run: Path) -> None:
    for kept in checkpoints(run):
        torch.save({"progress": Path("x")}, kept.path / "state.pt")
        (kept.path / "manifest.json").unlink()
    with pytest.raises(RunError, match="it cannot be read as a checkpoint") as refused:
        run_small(run, resume=True, **LONG)
    assert "weights_only" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_equal_runs_have_equal_files(whole: Path, tmp_path: Path) -> None:
    other = run_small(tmp_path / "other", **SHORT)
    for one, two in zip(checkpoints(whole), checkpoints(other), strict=True):
        names = [c.path / "weights.safetensors" for c in (one, two)]
        assert names[0].read_bytes() == names[1].read_bytes()


def test_all_files_of_a_run_follow_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        run = run_small(tmp_path / "run", **SHORT)
        for form in ("safetensors", "torchscript"):
            cli("export", run, "--format", form, "--out", tmp_path / f"x.{form}")
        cli("report", run)
    finally:
        os.umask(before)
    files = [*run.rglob("*"), *tmp_path.glob("x.*")]
    assert {path.stat().st_mode & 0o777 for path in files if path.is_file()} == {0o640}


# --- records ---


@pytest.mark.parametrize("name", [folder.SIGNALS, folder.METRICS, folder.JOURNAL])
def test_a_damaged_line_is_left_out_by_all_who_read_it(
    run: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (run / name).read_bytes().splitlines(keepends=True)
    (run / name).write_bytes(b"".join([lines[0], b"rubbish\n", *lines[1:]]))
    says = rf"line 2 of .*{name} is damaged and was left out"
    with pytest.warns(RunWarning, match=says):
        gansmith.diagnose(run)
    with pytest.warns(RunWarning, match=says):
        page = api.report(run, tmp_path / "report.html")
    assert f"{name} is damaged and was left out" in page.read_text()
    with pytest.warns(RunWarning, match=says):
        run_small(run, resume=True, **LONG)
    assert b"rubbish" not in (run / name).read_bytes()


@pytest.mark.parametrize("harm", ["rubbish in the journal", "no recipe", "no samples", "no place"])
def test_what_training_does_not_need_does_not_end_it(
    tmp_path: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, tick = tmp_path / "run", Session.tick

    def harmed(self: Session, trainer: Any, signals: Any) -> None:
        if trainer.step == 5:
            if harm == "rubbish in the journal":
                with (run / folder.JOURNAL).open("a") as file:
                    file.write("x\nx\n")
            elif harm == "no recipe":
                (run / folder.RECIPE).unlink()
            else:
                shutil.rmtree(run / folder.SAMPLES)
            if harm == "no place":
                (run / folder.SAMPLES).write_text("a file")
        tick(self, trainer, signals)

    monkeypatch.setattr(Session, "tick", harmed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RunWarning)
        run_small(run, **SHORT)
        rows = [json.loads(x) for x in (run / folder.JOURNAL).read_text().splitlines() if x != "x"]
    assert rows[-1]["event"] == "finished"
    notes = [row["says"] for row in rows if row.get("during") == "training"]
    wanted = {"no recipe": "the diagnosis was left", "no place": "the picture was left out"}
    assert all("training goes on" in says for says in notes)
    assert len(notes) == (harm in wanted)
    assert all(says.startswith(wanted[harm]) for says in notes)


def test_a_report_that_cannot_be_written_does_not_end_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(run: Path) -> None:
        raise OSError("no page today")

    monkeypatch.setattr("gansmith.api.write_report", broken)
    with pytest.warns(RunWarning, match="the report of .* could not be written: no page today"):
        gansmith.train(recipe(**SHORT), run=tmp_path / "run", quiet=True)


# --- one writer ---


def test_a_second_writer_is_refused_in_one_sentence(run: Path) -> None:
    with Lock(run), pytest.raises(RunError, match=r"is being written by another process \(process"):
        run_small(run, resume=True, **LONG)
    run_small(run, resume=True, **LONG)


def test_a_watched_run_has_one_writer_for_as_long_as_the_monitor_lives(tmp_path: Path) -> None:
    monitor = gansmith.Monitor(run=tmp_path / "run", quiet=True)
    with pytest.raises(RunError, match="is being written by another process"):
        Lock(tmp_path / "run")
    del monitor
    gc.collect()
    Lock(tmp_path / "run").release()


def test_a_lock_that_a_killed_process_left_is_free(run: Path) -> None:
    kill = killing()

    def hold_and_die() -> None:
        held = Lock(run)
        os.kill(os.getpid(), 9 if held else 0)

    assert kill.forked(hold_and_die)[0] == -9
    Lock(run).release()


@pytest.mark.slow
@pytest.mark.distributed
def test_one_process_of_several_holds_the_run(run: Path) -> None:
    document = (run / folder.RECIPE).read_text().replace("processes = 1", "processes = 2")
    (run / folder.RECIPE).write_text(document)
    with Lock(run), pytest.raises(GansmithError, match="another process"):
        run_small(run, resume=True, **LONG, runtime__processes=2)


# --- other data ---


def test_a_run_does_not_go_on_with_other_data_in_silence(tmp_path: Path) -> None:
    import numpy as np

    points = np.random.default_rng(0).normal(size=(120, 2)).astype("float32")
    np.save(tmp_path / "points.npy", points)
    given = SHORT | {"data__source": str(tmp_path / "points.npy")}
    run = run_small(tmp_path / "run", **given)
    np.save(tmp_path / "points.npy", points[:100])
    longer = {**given, "length__kimg": 0.48}
    with pytest.raises(RunError, match=r"108 to train on and 12 held out .* then, 90 .* now") as no:
        run_small(run, resume=True, **longer)
    assert "--from" in str(no.value)
    assert "--set data.changed=allow" in str(no.value)
    with pytest.warns(RunWarning, match="exams from here on are not comparable"):
        run_small(run, resume=True, **longer, data__changed="allow")
    known = read_run(run).environment
    assert known["data"]["train"] == 90
    assert [data["train"] for data in known["data_before"]] == [108]
    assert "not comparable" in resumed(run)
    np.save(tmp_path / "points.npy", points)
    with pytest.raises(RunError, match="90 to train on"):
        run_small(run, resume=True, **{**given, "length__kimg": 0.64})


def test_a_run_does_not_go_on_with_other_captions_or_attributes_in_silence(tmp_path: Path) -> None:
    import numpy as np

    points = np.random.default_rng(0).normal(size=(120, 2)).astype("float32")
    path, angle = tmp_path / "points.npz", np.arange(120.0)
    np.savez(path, samples=points, angle=angle)
    given = SHORT | {"data__source": str(path)}
    run = run_small(tmp_path / "run", **given)
    longer = {**given, "length__kimg": 0.48}
    for beside in ({"angle": angle[::-1]}, {}):
        np.savez(path, samples=points, **beside)
        with pytest.raises(RunError, match=r"then, .* now, with other angle; what is held out"):
            run_small(run, resume=True, **longer)
    np.savez(path, samples=points, angle=angle, captions=np.array(["new"] * 120))
    run_small(run, resume=True, **longer)
    facts = json.loads((run / folder.ENVIRONMENT).read_text())
    assert list(facts["data"].pop("beside")) == ["angle"]
    folder.write_text(run / folder.ENVIRONMENT, json.dumps(facts))  # as an older version wrote it
    np.savez(path, samples=points, angle=angle[::-1])
    run_small(run, resume=True, **{**given, "length__kimg": 0.64})


def test_a_lost_environment_is_written_again_and_said(run: Path) -> None:
    (run / folder.ENVIRONMENT).unlink()
    with pytest.warns(RunWarning, match="does not say which data the run was started on"):
        run_small(run, resume=True, **LONG)
    assert read_run(run).environment["data"]["train"]
    assert "does not say which data" in resumed(run)


def test_a_restart_takes_the_weights_of_the_run_it_came_from_again(
    whole: Path, tmp_path: Path
) -> None:
    given = SHORT | {"transfer__run": str(whole)}
    run = run_small(tmp_path / "run", **given)
    once = (newest(run) / "weights.safetensors").read_bytes()
    shutil.rmtree(run / "checkpoints")
    with pytest.warns(RunWarning, match="no checkpoint yet"):
        run_small(run, resume=True, **given)
    assert (newest(run) / "weights.safetensors").read_bytes() == once


@pytest.mark.slow
def test_the_benchmark_of_reliability_finds_nothing(tmp_path: Path) -> None:
    import subprocess

    script = Path(__file__).parents[2] / "benchmarks" / "reliability.py"
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, str(script), "--quick"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
