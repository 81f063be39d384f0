"""A generator over HTTP answers what it is asked, refuses what is wrong, and stays up."""

import base64
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from gansmith.deploy import load
from gansmith.deploy.directions import components, find_directions
from gansmith.deploy.latents import slerp
from tests.training.helpers import run_small

pytest.importorskip("starlette", reason="needs the extra dashboard")
pytest.importorskip("uvicorn", reason="needs the extra dashboard")

from gansmith.web.play.app import Playing, Rate, RefusedError, serve_generator
from gansmith.web.play.maker import BusyError, Maker
from gansmith.web.play.wishes import read_wish
from tests.web.served import Client, served


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("play") / "run"
    return run_small(path, length__kimg=0.064, condition={"name": "labels"})


@pytest.fixture(scope="module")
def client(run: Path) -> Iterator[Client]:
    with served(serve_generator(load(run), per_second=1e6)) as found:
        yield found


def test_a_sample_over_http_is_the_sample_of_the_library(client: Client, run: Path) -> None:
    answer = client.post("/sample", {"count": 3, "seed": 5, "label": 2}).json()
    rows = [[float(cell) for cell in row] for row in answer["table"][1:]]
    expected = load(run).sample(3, seed=5, label=2)
    assert torch.allclose(torch.tensor(rows), expected, atol=1e-6)
    assert base64.b64decode(answer["files"][0]["base64"]).startswith(b"\x89PNG")


def test_halfway_ends_are_the_two_seeds(client: Client) -> None:
    def ask(**told: Any) -> torch.Tensor:
        table = client.post("/sample", {"count": 2, "label": 0, **told}).json()["table"]
        return torch.tensor([[float(cell) for cell in row] for row in table[1:]])

    assert torch.allclose(ask(seed=1, to_seed=2, at=0.0), ask(seed=1), atol=1e-5)
    assert torch.allclose(ask(seed=1, to_seed=2, at=1.0), ask(seed=2), atol=1e-5)
    assert not torch.allclose(ask(seed=1, directions={"0": 2.0}), ask(seed=1), atol=1e-3)


def test_a_file_is_sent_as_it_is_written(client: Client) -> None:
    answer = client.post("/sample", {"count": 2, "format": ".csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert len(answer.body.splitlines()) == 2


@pytest.mark.parametrize(
    "told",
    [
        *({"count": wrong} for wrong in (0, 257, -1, 1.5, "3", True, None, [1])),
        *({"seed": wrong} for wrong in (-1, 2**40, "x")),
        *({"label": wrong} for wrong in ("nope", 99, {}, 1.5)),
        *({"truncation": wrong} for wrong in (0.5, float("nan"), 1e9)),
        *({"directions": wrong} for wrong in ({"99": 1}, {"0": 1e9}, [1], {"x": 1})),
        *({"codes": wrong} for wrong in ({"0": 1}, 3, {"-1": 0})),
        *({"labels": wrong} for wrong in ([1, 2], ["nope"])),
        *([], 3, "x", {"unknown": 1}, {"format": ".exe"}, {"condition": 5}),
    ],
)
def test_a_wrong_request_gets_one_sentence(client: Client, told: object) -> None:
    answer = client.post("/sample", told)
    assert answer.status == 400
    assert len(answer.json()["error"]) > 10


def test_bad_bodies_are_refused_by_size_and_type(client: Client) -> None:
    assert client.post("/sample", body=b"{").status == 400
    assert client.post("/sample", body=b"[" * 60_000).status == 400
    assert client.post("/sample", body=b" " * 70_000).status == 413
    assert client.post("/sample", body=b"{}", kind="text/plain").status == 415
    assert client.post("/translate", body=b"x", kind="image/png").status == 404


def test_a_client_that_stalls_holds_up_nobody(client: Client) -> None:
    port = int(client.address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as stalled:
        stalled.sendall(b"POST /sample HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n")
        assert client.post("/sample", {"count": 1}).status == 200


def test_the_schema_names_what_the_run_can_be_asked(client: Client) -> None:
    schema = client.get("/openapi.json").json()
    body = schema["paths"]["/sample"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"]["properties"]["label"]["enum"] == client.get("/about").json()["classes"]
    assert client.get("/health").json()["state"] == "ready"
    assert client.get("/").status == client.get("/page.js").status == 200


def test_requests_that_wait_are_made_in_one_batch(run: Path) -> None:
    maker, loaded = Maker(load(run)), load(run)
    blocked = maker.alone(lambda: torch.tensor(0.0) * torch.randn(3000, 3000).matmul(BIG).sum())
    wishes = [read_wish({"count": 2, "seed": seed}, loaded, None) for seed in range(6)]
    answers = [maker.samples(wish.chosen) for wish in wishes]
    blocked.result(60)
    for seed, answer in enumerate(answers):
        assert torch.allclose(answer.result(60), loaded.sample(2, seed=seed), atol=1e-6)
    assert maker.batches <= 4
    maker.close()


BIG = torch.ones(3000, 2000)


def test_more_than_may_wait_are_refused(run: Path) -> None:
    maker = Maker(load(run), waiting=1)
    job = read_wish({}, maker.loaded, None).chosen
    with pytest.raises(BusyError):
        [maker.samples(job) for _ in range(2000)]
    maker.close()


def test_a_client_that_asks_too_often_is_told_so() -> None:
    rate = Rate(per_second=1e-9, at_once=2)
    for _ in range(2):
        rate.check("a")
    with pytest.raises(RefusedError):
        rate.check("a")
    rate.check("b")


def test_a_quarter_of_the_circle_by_slerp() -> None:
    a, b = torch.tensor([2.0, 0.0]), torch.tensor([0.0, 2.0])
    half = slerp(a, b, torch.tensor([0.0, 0.5, 1.0]))
    root = 2**0.5
    expected = torch.tensor([[2.0, 0.0], [root, root], [0.0, 2.0]])
    assert torch.allclose(half, expected, atol=1e-6)


def test_principal_components_of_an_ellipse_are_its_axes() -> None:
    points = torch.randn(4000, 2, generator=torch.Generator().manual_seed(0))
    points = (points - points.mean(0)) * torch.tensor([3.0, 1.0])
    steps, shares, _ = components(points, 2)
    assert torch.allclose(steps.abs(), torch.diag(torch.tensor([3.0, 1.0])), atol=0.1)
    assert torch.allclose(shares, torch.tensor([0.9, 0.1]), atol=0.01)


def test_directions_of_a_generator_are_steps_in_latents(run: Path) -> None:
    loaded = load(run)
    found = find_directions(loaded, count=3)
    assert found.steps.shape == (3, loaded.latent)
    assert torch.isfinite(found.steps).all()
    assert (found.shares.diff() <= 0).all()
    assert Playing(loaded).about()["directions"]


@pytest.mark.slow
def test_a_stop_answers_what_is_open_and_ends_with_code_0(run: Path) -> None:
    command = [sys.executable, "-m", "gansmith", "serve", str(run), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found is not None
        port = int(found[0].rstrip("/").rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
            body = b'{"count": 3}'
            head = "POST /sample HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json"
            client.sendall(f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode())
            assert Client(found[0].rstrip("/")).get("/health").status == 200  # it has come by now
            server.send_signal(signal.SIGTERM)
            client.sendall(body)
            assert client.recv(100).startswith(b"HTTP/1.1 200")
        assert server.wait(60) == 0
