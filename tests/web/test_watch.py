"""The watch page reads run folders; what a person asks goes through the run's own moves."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from gansmith.errors import GansmithError, UsageError
from gansmith.listeners import Listener, Ticked
from gansmith.monitor import Monitor
from gansmith.runs.by_hand import ASKED, ByHand, ask, read_wish, take
from gansmith.training.start import Order, train
from gansmith.web.guard import Asked, refusal
from tests.training.helpers import recipe

pytest.importorskip("starlette", reason="needs the extra dashboard")
pytest.importorskip("uvicorn", reason="needs the extra dashboard")

from gansmith.web.watch.app import Watching, watch_app
from tests.web.served import TOKEN, Client, served


class Asks(Listener):
    """A person who asks at the second tick."""

    def __init__(self, run: Path) -> None:
        self.path, self.ticks = run, 0

    def ticked(self, event: Ticked) -> None:
        self.ticks += 1
        if self.ticks == 2:
            knob = "optimizers.generator.lr"
            for wish in (ByHand("knob", knob, 1e-4), ByHand("knob", "nope", 1.0), CHECKPOINT):
                ask(self.path, wish)
        if self.ticks == 8:
            ask(self.path, ByHand("stop"))


CHECKPOINT = ByHand("checkpoint")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runs") / "asked"
    small = recipe(signals__tick=1, controllers=())
    return train(Order(small, run=str(path), quiet=True, listeners=(Asks(path),)))


@pytest.fixture(scope="module")
def client(run: Path) -> Iterator[Client]:
    with served(watch_app(run.parent)) as found:
        yield found


def journal(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "journal.jsonl").read_text().splitlines()]


def test_a_knob_a_checkpoint_and_a_stop_are_done_at_a_tick_and_stand_in_the_journal(
    run: Path,
) -> None:
    rows = journal(run)
    (moved,) = [row for row in rows if row.get("by") == "hand"]
    assert (moved["knob"], moved["to"]) == ("optimizers.generator.lr", 1e-4)
    notes = [row["says"] for row in rows if row["event"] == "note"]
    assert any("there is no knob 'nope'" in says for says in notes)
    assert any("checkpoint was asked for" in says for says in notes)
    assert rows[-1]["event"] == "stopped"
    assert "hand" in rows[-1]["says"]
    assert not (run / ASKED).exists()
    assert len(list((run / "checkpoints").glob("step-*"))) >= 2


def test_what_is_asked_is_taken_once_and_damaged_files_do_nothing(tmp_path: Path) -> None:
    ask(tmp_path, CHECKPOINT)
    (tmp_path / ASKED / "1.json").write_text("{")
    (tmp_path / ASKED / "2.json").write_text('{"does": "format"}')
    assert take(tmp_path) == [CHECKPOINT]
    assert take(tmp_path) == []
    assert not (tmp_path / ASKED).exists()


@pytest.mark.parametrize("told", [{"does": "x"}, [], {"does": "knob", "knob": "a", "to": None}])
def test_what_cannot_be_asked_is_refused(told: object) -> None:
    with pytest.raises(UsageError):
        read_wish(told)


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        (Asked("127.0.0.1", "localhost:8765", None, "", True), False),
        (Asked("127.0.0.1", "localhost:8765", "http://localhost:8765", "", False), False),
        (Asked("127.0.0.1", "localhost:8765", "http://evil.example", "", False), True),
        (Asked("127.0.0.1", "localhost:8765", "null", "", False), True),
        (Asked("127.0.0.1", "localhost:8765", "http://localhost:9000", "", False), True),
        (Asked("127.0.0.1", "evil.example:8765", None, "", True), True),
        (Asked("127.0.0.1", "", None, "", True), True),
        (Asked("10.0.0.2", "localhost:8765", None, "", True), True),
        (Asked("10.0.0.2", "server:8765", None, "wrong", True), True),
        (Asked("10.0.0.2", "server:8765", "http://server:8765", TOKEN, False), False),
        (Asked("10.0.0.2", "server:8765", "http://evil.example", TOKEN, False), True),
    ],
)
def test_only_this_machine_or_the_token_may_ask_and_no_page_of_another_site(
    asked: Asked, refused: bool
) -> None:
    assert bool(refusal(asked, TOKEN)) == refused


def test_the_token_in_the_address_becomes_a_cookie(client: Client) -> None:
    away = {"Host": "server:8765"}
    assert client.get("/api/runs", **away).status == 403
    answer = client.get(f"/?token={TOKEN}", **away)
    assert answer.status == 303
    assert TOKEN not in answer.headers["location"]
    cookie = answer.headers["set-cookie"].partition(";")[0]
    assert client.get("/api/runs", **away, Cookie=cookie).status == 200
    assert "default-src 'none'" in client.get("/").headers["content-security-policy"]


def test_the_page_shows_curves_samples_verdict_and_moves_of_a_run(client: Client) -> None:
    (line,) = client.get("/api/runs").json()["runs"]
    shown = client.get(f"/api/run/{line['id']}").json()
    assert line["state"] == "stopped"
    assert {"Losses", "Throughput"} <= {chart["title"] for chart in shown["charts"]}
    assert [mark["on"] for mark in shown["marks"]] == [["knob/optimizers.generator.lr"]]
    assert not shown["moves"]
    kimg, ending = shown["samples"][0]
    file = f"/api/run/{line['id']}/samples/kimg-{kimg:06d}.{ending}"
    assert client.get(file).headers["content-type"] == "image/png"
    assert client.get(f"{file}?small").headers["content-type"] == "image/webp"


@pytest.mark.parametrize("path", ["nope", "../../etc/passwd", "%2e%2e%2f", "asked/samples/x.png"])
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    assert client.get(f"/api/run/{path}").status == 404


def test_files_outside_the_samples_of_a_run_are_not_sent(client: Client) -> None:
    for name in ("..%2frecipe.toml", "%2e%2e", "..%2f..%2fx.png"):
        assert client.get(f"/api/run/asked/samples/{name}").status == 404


def test_a_run_that_is_over_takes_no_moves_and_bad_ones_are_refused(client: Client) -> None:
    move = "/api/run/asked/move"
    assert client.post(move, {"does": "stop"}).status == 404
    assert client.post(move, {"does": "format"}).status == 400
    assert client.post(move, body=b"{}", kind="text/plain").status == 415
    long = {"does": "stop", "because": "x" * 5000}
    assert client.post(move, long).status == 413


def test_a_loop_of_others_is_shown_and_takes_no_moves(tmp_path: Path) -> None:
    points = torch.randn(99, 2, generator=torch.Generator().manual_seed(0))
    about = {"samples": 32, "tick": 1, "every_kimg": 0.064, "quiet": True}
    monitor = Monitor(
        sample=lambda count: torch.randn(count, 2), real=points, run=tmp_path / "theirs", **about
    )
    scores = {"real_scores": points[:16, :1], "fake_scores": -points[:16, 1:]}
    for _ in range(8):
        monitor.step(**scores, losses={"discriminator": 0.7, "generator": 1.1})
    watching = Watching(tmp_path)
    assert [line["id"] for line in watching.listed()] == ["theirs"]
    shown = watching.shown("theirs")
    assert {"Losses", "Scores"} <= {chart["title"] for chart in shown["charts"]}
    assert not shown["moves"]
    with pytest.raises(GansmithError, match="not being trained by gansmith"):
        watching.move("theirs", {"does": "stop"})
