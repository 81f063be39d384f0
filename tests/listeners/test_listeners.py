"""Who listens to a run hears what its folder holds; one that fails costs the run nothing."""

import os
import runpy
import sys
from pathlib import Path

import pytest

import gansmith
from gansmith.errors import UsageError
from gansmith.listeners import (
    Announcer,
    Diagnosed,
    Ended,
    Event,
    Examined,
    Listener,
    Moved,
    Noted,
    Saved,
    Started,
    Ticked,
)
from gansmith.records import Move
from gansmith.runs.reader import read_run
from gansmith.training.session.audience import check_listeners
from gansmith.training.session.checkpoint import checkpoints
from tests.monitor.test_monitor import loop, watched
from tests.training.helpers import recipe

RATE = "optimizers.generator.lr"  # which falls along a cosine
EXAMPLE = Path(__file__).parents[2] / "examples" / "own_listener.py"


class Everything(Listener):
    """Remembers all that it is told of."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def started(self, event: Started) -> None:
        self.events.append(event)

    def ticked(self, event: Ticked) -> None:
        self.events.append(event)

    def examined(self, event: Examined) -> None:
        self.events.append(event)

    def diagnosed(self, event: Diagnosed) -> None:
        self.events.append(event)

    def moved(self, event: Moved) -> None:
        self.events.append(event)

    def saved(self, event: Saved) -> None:
        self.events.append(event)

    def noted(self, event: Noted) -> None:
        self.events.append(event)

    def ended(self, event: Ended) -> None:
        self.events.append(event)

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


class Fails(Listener):
    def examined(self, event: Examined) -> None:
        raise KeyError("no such plot")


def trained(run: Path, *listeners: Listener, **changes: object) -> Path:
    return gansmith.train(recipe(**changes), run=run, quiet=True, listeners=listeners)


def test_a_listener_hears_in_order_what_the_run_folder_holds(tmp_path: Path) -> None:
    heard = Everything()
    turns = {"name": "integral", "knob": "terms.r1.gamma", "signal": "scores/real/mean"}
    record = read_run(trained(tmp_path / "run", heard, controllers=[turns]))
    kinds = [type(event).__name__.lower() for event in heard.events]
    assert (kinds[0], kinds[-1]) == ("started", "ended")
    assert [event.record for event in heard.of(Ticked) if event.signals] == list(record.signals)
    for exam, row in zip(heard.of(Examined), record.metrics, strict=True):
        assert exam.metrics == row["metrics"]
        assert exam.values["frechet_distance"].good == "low"
    moves = [row for row in record.journal if row["event"] == "move"]
    assert [(e.move.knob, e.move.to) for e in heard.of(Moved)] == [
        (r["knob"], r["to"]) for r in moves
    ]
    assert len(heard.of(Diagnosed)) == len(heard.of(Examined)) - 1  # none of the untrained G
    assert heard.of(Saved)[-1].path == checkpoints(tmp_path / "run")[-1].path
    assert heard.of(Ended)[0].state == "finished"


def test_an_exam_is_heard_of_before_what_the_doctor_says_of_it(tmp_path: Path) -> None:
    heard = Everything()
    trained(tmp_path / "run", heard)
    kinds = [type(event) for event in heard.events if isinstance(event, Examined | Diagnosed)]
    assert kinds == [Examined, *[Examined, Diagnosed] * (len(kinds) // 2)]


def test_a_listener_that_raises_is_named_and_left_out_and_the_run_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heard = Everything()
    gansmith.train(recipe(), run=tmp_path / "run", listeners=[Fails(), heard])
    says = "the listener Fails failed in `examined` and is left out, training goes on"
    notes = [row["says"] for row in read_run(tmp_path / "run").journal if row["event"] == "note"]
    assert [note for note in notes if "listener" in note] == [f"{says}: 'no such plot'"]
    assert capsys.readouterr().err.count(says) == 1
    assert read_run(tmp_path / "run").state == "finished"
    assert len(heard.of(Examined)) == len(read_run(tmp_path / "run").metrics)
    assert checkpoints(tmp_path / "run")


def test_a_run_that_is_listened_to_is_the_same_to_the_bit(tmp_path: Path) -> None:
    runs = [trained(tmp_path / "heard", Everything(), Fails()), trained(tmp_path / "alone")]
    kept = [(checkpoints(run)[-1].path / "weights.safetensors").read_bytes() for run in runs]
    assert kept[0] == kept[1]


def test_a_listener_can_stop_a_run_which_then_can_be_resumed(tmp_path: Path) -> None:
    class Stops(Listener):
        def started(self, event: Started) -> None:
            self.stop = event.stop

        def ticked(self, event: Ticked) -> None:
            self.stop("Stops: seen enough")

    run = trained(tmp_path / "run", Stops())
    assert read_run(run).journal[-1]["says"] == "stopped by Stops: seen enough"
    assert [one.step for one in checkpoints(run)] == [0, 10][-len(checkpoints(run)) :]
    heard = Everything()
    gansmith.train(recipe(), run=run, quiet=True, resume=True, listeners=[heard])
    started = heard.of(Started)[0]
    assert (started.resumed, started.step) == (True, 10)
    assert read_run(run).state == "finished"


@pytest.mark.parametrize("listener", [Everything, "print"])
def test_what_is_no_listener_is_refused(listener: object) -> None:
    with pytest.raises(UsageError, match=r"derive its class from gansmith\.Listener"):
        check_listeners([listener])


def test_a_listener_that_cannot_reach_another_process_is_refused_before_training(
    tmp_path: Path,
) -> None:
    listener = Everything()
    listener.events = [lambda: None]  # type: ignore[list-item]
    with pytest.raises(UsageError, match="cannot be sent to the first of several processes"):
        trained(tmp_path / "run", listener, runtime__processes=2)
    assert not (tmp_path / "run").exists()


def test_the_run_folder_is_written_even_where_every_other_listener_fails() -> None:
    class Needed(Everything):
        essential = True

        def ended(self, event: Ended) -> None:
            raise OSError("the disk is full")

    needed = Needed()
    announce = Announcer([needed, Fails()])
    announce(Examined(1, 0.1, {"metrics": {}, "floor": {}}))
    assert [type(event) for event in needed.events] == [Examined, Noted]
    with pytest.raises(OSError, match="the disk is full"):
        announce(Ended(1, 0.1, "finished", ""))


def test_a_watched_loop_drives_the_same_listeners(tmp_path: Path) -> None:
    heard = Everything()
    monitor = watched(tmp_path / "run", listeners=[Fails(), heard])
    loop(monitor)
    monitor.finish()
    record = read_run(tmp_path / "run")
    assert [event.record for event in heard.of(Ticked)] == list(record.signals)
    assert [dict(e.metrics) for e in heard.of(Examined)] == [r["metrics"] for r in record.metrics]
    assert any("the listener Fails failed" in event.says for event in heard.of(Noted))
    assert heard.of(Ended)[0].state == record.state == "finished"


def test_the_example_stops_a_run_that_no_longer_improves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(EXAMPLE), "ring", "6"])
    runpy.run_path(str(EXAMPLE), run_name="__main__")
    said = capsys.readouterr().out
    assert "finished: finished at 6.0 kimg" in said
    assert f"run: runs{os.sep}ring-1; best frechet_distance: " in said


def test_a_listener_moves_a_knob_by_hand_and_the_schedule_goes_on_from_there(
    tmp_path: Path,
) -> None:
    class Halves(Listener):
        def started(self, event: Started) -> None:
            event.move(Move(RATE, 1e-4, "Halves", "half of 2e-4 is enough"))

    moved, alone = (
        read_run(trained(tmp_path / name, *listeners)).signals
        for name, listeners in (("moved", (Halves(),)), ("alone", ()))
    )
    pairs = zip(moved, alone, strict=True)
    assert all(a[f"knob/{RATE}"] == pytest.approx(b[f"knob/{RATE}"] / 2) for a, b in pairs)
    (row,) = [r for r in read_run(tmp_path / "moved").journal if r["event"] == "move"]
    assert (row["knob"], row["to"], row["by"]) == (RATE, 1e-4, "Halves")
