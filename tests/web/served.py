"""A page served on a free port by a thread, as its verb serves it, and asked over a socket."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import uvicorn

from gansmith.web.guard import Guard
from gansmith.web.serving import open_port

TOKEN = "a-token"


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *given: Any) -> None:
        return None


class Client:
    """Asks one server."""

    def __init__(self, address: str) -> None:
        self.address, self.opener = address, urllib.request.build_opener(Stay)

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask(urllib.request.Request(self.address + path, headers=headers))

    def post(self, path: str, told: object = None, body: bytes = b"", kind: str = "") -> Answer:
        body = body or json.dumps(told).encode()
        headers = {"content-type": kind or "application/json"}
        return self._ask(urllib.request.Request(self.address + path, body, headers))

    def _ask(self, request: urllib.request.Request) -> Answer:
        try:
            with self.opener.open(request, timeout=60) as found:
                return Answer(found.status, found.headers, found.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())


@contextmanager
def served(app: Any) -> Iterator[Client]:
    """Serve an application until the block ends."""
    listening = open_port("127.0.0.1", 0)
    config = uvicorn.Config(
        Guard(app, TOKEN), log_level="error", timeout_graceful_shutdown=1, ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield Client(f"http://127.0.0.1:{listening.getsockname()[1]}")
    finally:
        server.should_exit = True
        thread.join(20)
        listening.close()
