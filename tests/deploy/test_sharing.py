"""A run goes to others as a folder or through the hub's client, and comes back the same."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import torch

import gansmith
from gansmith.errors import GansmithError
from gansmith.sharing.push import push
from tests.training.helpers import run_small

COMMIT = "0123456789012345678901234567890123456789"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("private")
    points = np.random.default_rng(0).normal(size=(300, 2)).astype(np.float32)
    np.save(folder / "points.npy", points)
    return run_small(folder / "run", length__kimg=0.32, data__source=str(folder / "points.npy"))


@pytest.fixture(scope="module")
def shared(run: Path) -> Path:
    return Path(push(run, str(run.parent / "shared")))


def test_a_shared_folder_makes_the_same_samples(run: Path, shared: Path) -> None:
    wanted, found = (gansmith.load(path).sample(9, seed=3) for path in (run, shared))
    assert torch.equal(wanted, found)


def test_nothing_shared_can_run_code_or_tells_a_path(run: Path, shared: Path) -> None:
    files = [path for path in shared.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {
        ".toml",
        ".json",
        ".jsonl",
        ".md",
        ".png",
        ".safetensors",
    }
    for path in files:
        text = path.read_bytes().replace(str(shared).encode(), b"")
        assert str(run.parent).encode() not in text, path


def test_the_card_has_each_number_beside_its_floor_and_protocol(run: Path, shared: Path) -> None:
    card = (shared / "README.md").read_text()
    exam = json.loads((run / "metrics.jsonl").read_text().splitlines()[-1])
    value, floor = (exam[name]["frechet_distance"] for name in ("metrics", "floor"))
    row = next(line for line in card.splitlines() if line.startswith("| Frechet distance"))
    assert row.endswith(f"| {value:.4g} | {floor:.4g} | identity features, 64 fakes, 64 reals |")
    assert card.startswith("---\nlibrary_name: gansmith\nlicense: unknown")
    assert card.count("(to be filled in)") == 5
    for word in (
        "**unknown**: ",
        "@software{gansmith,",
        "arXiv",
        "gansmith.load(",
        "](samples/kimg",
    ):
        assert word in card


@pytest.mark.parametrize("name", ["nameless", "a/b/c", "org/na me", ""])
def test_what_is_no_repository_is_refused(run: Path, name: str) -> None:
    with pytest.raises(GansmithError, match="org/name"):
        push(run, name)


def test_a_folder_in_use_is_left_alone(run: Path, shared: Path) -> None:
    before = (shared / "README.md").read_text()
    with pytest.raises(GansmithError, match="holds something already"):
        push(run, str(shared))
    assert (shared / "README.md").read_text() == before


class Hub(BaseHTTPRequestHandler):
    """As much of the hub's API as pushing and fetching a repository uses."""

    files: dict[str, bytes] = {}  # noqa: RUF012

    def log_message(self, *given: object) -> None:
        pass

    def _send(self, told: object = None, body: bytes = b"", **headers: str) -> None:
        body = body or json.dumps(told).encode()
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        address = f"http://{self.headers['Host']}/org/name"
        if "/preupload/" in self.path:
            paths = [file["path"] for file in json.loads(body)["files"]]
            told = [{"path": p, "uploadMode": "regular", "shouldIgnore": False} for p in paths]
            self._send({"files": told})
        elif "/commit/" in self.path:
            for line in map(json.loads, body.splitlines()):
                if line["key"] == "file":
                    file = line["value"]
                    self.files[file["path"]] = base64.b64decode(file["content"])
            self._send(
                {"success": True, "commitOid": COMMIT, "commitUrl": f"{address}/commit/{COMMIT}"}
            )
        else:
            self._send({"url": address, "name": "org/name", "errors": [], "warnings": []})

    def do_GET(self) -> None:
        if self.path.startswith("/api/models/org/name/tree"):
            listed = [
                {"type": "file", "path": p, "size": len(c), "oid": COMMIT}
                for p, c in self.files.items()
            ]
            self._send(listed)
        elif self.path.startswith("/api/"):
            siblings = [{"rfilename": path} for path in self.files]
            self._send({"id": "org/name", "sha": COMMIT, "siblings": siblings})
        else:
            content = self.files[self.path.partition(f"/resolve/{COMMIT}/")[2]]
            tag = hashlib.sha1(content).hexdigest()
            self._send(body=content, ETag=f'"{tag}"', X_Repo_Commit=COMMIT)

    do_HEAD = do_GET  # noqa: N815


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    constants = pytest.importorskip("huggingface_hub.constants", reason="needs the extra hub")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    template = f"{address}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_PROGRESS_BARS", True)
    yield
    server.shutdown()
    server.server_close()


@pytest.mark.filterwarnings("ignore")
def test_what_is_pushed_to_a_hub_is_loaded_by_its_name(run: Path, hub: None) -> None:
    assert push(run, "org/name").endswith("/org/name")
    assert b'gansmith.load("hub:org/name")' in Hub.files["README.md"]
    loaded = gansmith.load("hub:org/name")
    assert torch.equal(loaded.sample(9, seed=3), gansmith.load(run).sample(9, seed=3))
    assert loaded.run == "hub:org/name"
