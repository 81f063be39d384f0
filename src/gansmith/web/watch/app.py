"""The watch page as an ASGI application."""

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from gansmith.errors import GansmithError, UsageError
from gansmith.reporting.sample_images import thumbnail
from gansmith.runs.by_hand import ask, read_wish
from gansmith.runs.folder import SIGNALS
from gansmith.runs.reader import read_run
from gansmith.values import value_of
from gansmith.web.style import send_style
from gansmith.web.watch.runs import Runs, Signature, newest_lines, signature, summary
from gansmith.web.watch.view import View, knobs_of, picture_of, takes_moves

PAGE = Path(__file__).with_name("page")
VIEWED = 16  # runs whose records are kept in memory
SHARE = 0.01  # of a core that looking may cost
LEAST, MOST = 0.5, 15.0  # seconds between two looks
BODY = 4096  # bytes of a move
TYPES = {".png": "image/png", ".txt": "text/plain; charset=utf-8", ".wav": "audio/wav"}


class Watching:
    """Answers what the page asks, from run folders alone.

    Args:
        root: a folder of runs, or one run.

    Raises:
        RunError: there is no such folder.
    """

    def __init__(self, root: Path) -> None:
        self.runs, self._views = Runs(root), OrderedDict[str, View]()
        self._lock = Lock()  # views are asked from several threads

    def listed(self) -> list[dict[str, Any]]:
        """Return a line for each run."""
        return [summary(name, path) for name, path in self.runs.look().items()]

    def shown(self, name: str) -> dict[str, Any]:
        """Return what the page shows of a run."""
        view = self._view(name)
        with view.lock:
            return summary(name, view.run) | view.shown()

    def verdict(self, name: str) -> dict[str, Any]:
        """Return what the doctor says of a run."""
        view = self._view(name)
        with view.judging:
            return view.verdict()

    def _view(self, name: str) -> View:
        path = self.runs.path(name)
        with self._lock:
            view = self._views.setdefault(name, View(path))
            self._views.move_to_end(name)
            while len(self._views) > VIEWED:
                self._views.popitem(last=False)
            return view

    def news(self, seen: dict[str, Signature]) -> list[dict[str, Any]]:
        """Return the lines of runs that wrote since the last look; ``seen`` is brought up."""
        now = {name: signature(path) for name, path in self.runs.look().items()}
        changed = [name for name, mark in now.items() if seen.get(name) != mark]
        gone = [name for name in seen if name not in now]
        seen.clear()
        seen.update(now)
        lines = [summary(name, self.runs.known[name]) for name in changed]
        return lines + [{"id": name, "gone": True} for name in gone]

    def move(self, name: str, told: Any) -> str:
        """Ask a run for a move by hand, and say what becomes of it.

        Raises:
            UsageError: there is no such move.
            GansmithError: the run takes none.
        """
        wish, path = read_wish(told), self.runs.path(name)
        record = read_run(path)
        if not takes_moves(record):
            raise GansmithError("this run is not being trained by gansmith now; nothing was asked")
        knobs = knobs_of(newest_lines(path / SIGNALS))
        if wish.does == "knob" and wish.knob not in knobs:
            raise UsageError(f"this run has no knob {wish.knob}")
        ask(path, wish)
        return "asked; the run does it at its next tick and says so in its journal"


def watch_app(root: Path) -> Any:
    """Return the application over a folder of runs.

    Raises:
        RunError: there is no such folder.
    """
    from starlette.applications import Starlette
    from starlette.routing import Route

    watching = Watching(root)
    Thread(target=value_of, args=("frechet_distance", {}), daemon=True).start()  # loads torch
    get = partial(_answered, watching)
    return Starlette(
        routes=[
            Route("/", _static("page.html", "text/html")),
            Route("/page.js", _static("page.js", "text/javascript")),
            Route("/page.css", partial(send_style, PAGE)),
            Route("/plotly.js", _plotly),
            Route("/api/runs", get(lambda watch, request: {"runs": watch.listed()})),
            Route("/api/events", partial(_events, watching)),
            Route("/api/run/{name:path}/move", partial(_move, watching), methods=["POST"]),
            Route("/api/run/{name:path}/samples/{file}", partial(_samples, watching)),
            Route(
                "/api/run/{name:path}/verdict", get(lambda w, r: w.verdict(r.path_params["name"]))
            ),
            Route("/api/run/{name:path}", get(lambda w, r: w.shown(r.path_params["name"]))),
        ]
    )


def _answered(watching: Watching, answer: Callable[[Watching, Any], Any]) -> Any:
    """Return an endpoint that answers with JSON, in a thread, errors in one sentence."""

    async def endpoint(request: Any) -> Any:
        from starlette.responses import Response

        try:
            found = await asyncio.to_thread(lambda: json.dumps(answer(watching, request)))
        except GansmithError as error:
            return _told(error)
        return Response(found, media_type="application/json", headers={"cache-control": "no-store"})

    return endpoint


def _told(error: Exception) -> Any:
    from starlette.responses import JSONResponse

    status = 400 if isinstance(error, UsageError) else 404
    return JSONResponse({"error": str(error)}, status)


async def _move(watching: Watching, request: Any) -> Any:
    from starlette.responses import JSONResponse

    if request.headers.get("content-type", "").split(";")[0] != "application/json":
        return JSONResponse({"error": "a move is sent as application/json"}, 415)
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > BODY:
            return JSONResponse({"error": f"a move has at most {BODY} bytes"}, 413)
    try:
        name, told = request.path_params["name"], json.loads(body)
        return JSONResponse({"says": await asyncio.to_thread(watching.move, name, told)})
    except (ValueError, RecursionError):
        return JSONResponse({"error": "what was sent is not JSON"}, 400)
    except GansmithError as error:
        return _told(error)


async def _events(watching: Watching, request: Any) -> Any:
    from starlette.responses import StreamingResponse

    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(_stream(watching), media_type="text/event-stream", headers=headers)


async def _stream(watching: Watching) -> AsyncIterator[str]:
    """Yield the runs that wrote; how often it looks depends on what a look costs."""
    seen = dict[str, Signature]()
    yield "retry: 2000\n\n"
    while True:
        begun, first = time.thread_time(), not seen
        lines = watching.news(seen)
        cost = 0.0 if first else time.thread_time() - begun  # the first look warms caches up
        yield f"data: {json.dumps(lines)}\n\n" if lines else ": still here\n\n"
        await asyncio.sleep(min(MOST, max(LEAST, cost / SHARE)))


async def _samples(watching: Watching, request: Any) -> Any:
    from starlette.responses import FileResponse, Response

    try:
        run = watching.runs.path(request.path_params["name"])
    except GansmithError as error:
        return _told(error)
    path = picture_of(run, request.path_params["file"])
    if path is None or path.suffix not in TYPES:
        return Response("there is no such file", 404)
    kept = {"cache-control": "private, max-age=60"}
    if path.suffix == ".png" and "small" in request.query_params:
        made = await asyncio.to_thread(thumbnail, path)
        return Response(made or b"", 200 if made else 404, kept, "image/webp")
    return FileResponse(path, media_type=TYPES[path.suffix], headers=kept)


def _static(name: str, kind: str) -> Any:
    async def endpoint(request: Any) -> Any:
        from starlette.responses import FileResponse

        return FileResponse(PAGE / name, media_type=kind)

    return endpoint


async def _plotly(request: Any) -> Any:
    """Send the chart script out of the installed plotly."""
    import plotly
    from starlette.responses import FileResponse

    path = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    kept = {"cache-control": "private, max-age=86400"}
    return FileResponse(path, media_type="text/javascript", headers=kept)
