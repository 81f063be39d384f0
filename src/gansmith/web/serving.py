"""Runs a page until Ctrl-C, on one port."""

import secrets
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from gansmith.errors import GansmithError
from gansmith.web.guard import LOCAL, Guard


def open_port(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one.

    Raises:
        GansmithError: the address cannot be used.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family, backlog=128)
    except (OSError, OverflowError) as error:
        raise GansmithError(
            f"{host}, port {port} cannot be used: {error}; choose another --port, 0 for any"
        ) from error
    # its connections inherit it: else the last packet of each answer waits 40 ms for the one before
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def address_of(listening: socket.socket, host: str, token: str) -> str:
    """Return the address to open; with the token where others than this machine reach it."""
    port = listening.getsockname()[1]
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/" + ("" if host in LOCAL else f"?token={token}")


def serve_app(app: Any, host: str, port: int, say: Callable[[str], object], grace: int = 5) -> None:
    """Serve an application until the process is told to end; open requests are answered first.

    Args:
        app: the ASGI application.
        host: address to listen on; other than this machine's own, everybody needs the token.
        port: to listen on; 0 takes a free one.
        say: prints the address once it can be opened.
        grace: seconds that open requests have to end when the process is told to.

    Raises:
        GansmithError: the port is taken.
    """
    import uvicorn

    token, listening = secrets.token_urlsafe(24), open_port(host, port)
    config = uvicorn.Config(
        Guard(app, token),
        log_level="error",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=grace,
        timeout_keep_alive=15,
        limit_concurrency=256,
        server_header=False,
        proxy_headers=False,
    )
    say(address_of(listening, host, token))
    signal.signal(signal.SIGTERM, _ended)
    with suppress(KeyboardInterrupt):  # it has stopped in order, and hands the signal on
        uvicorn.Server(config).run(sockets=[listening])


def _ended(number: int, frame: object) -> None:
    """End after an orderly stop: uvicorn hands the signal on when it is done."""
    raise SystemExit(0)
