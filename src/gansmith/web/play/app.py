"""The application of ``gansmith serve``: an API, and a page that uses it."""

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from torch import Tensor

from gansmith.deploy.directions import Directions, find_directions
from gansmith.deploy.loaded import LoadedGenerator
from gansmith.deploy.translating import translate_content
from gansmith.errors import GansmithError
from gansmith.sampling.styles import styled
from gansmith.web.play.answers import as_file, as_json
from gansmith.web.play.maker import BusyError, Maker
from gansmith.web.play.schema import schema_of
from gansmith.web.play.wishes import MOST, read_wish
from gansmith.web.style import send_style

PAGE = Path(__file__).with_name("page")
BODY, IMAGE = 64 * 1024, 16 * 1024 * 1024  # bytes of a request, of an image
STALLED = 10.0  # seconds that a request may take to arrive
PER_SECOND, AT_ONCE = 50.0, 100.0  # requests of one client
CLIENTS = 4096  # whose rate is remembered


class RefusedError(Exception):
    """A request that is not answered, with its status."""

    def __init__(self, status: int, says: str) -> None:
        super().__init__(says)
        self.status = status


class Rate:
    """A bucket of requests for each client, filled at a steady rate."""

    def __init__(self, per_second: float = PER_SECOND, at_once: float = AT_ONCE) -> None:
        self.per_second, self.at_once = per_second, at_once
        self._left = OrderedDict[str, tuple[float, float]]()

    def check(self, client: str) -> None:
        """Count a request.

        Raises:
            RefusedError: there were too many.
        """
        now = time.monotonic()
        left, last = self._left.pop(client, (self.at_once, now))
        left = min(self.at_once, left + (now - last) * self.per_second)
        self._left[client] = max(left - 1, 0.0), now
        if len(self._left) > CLIENTS:
            self._left.popitem(last=False)
        if left < 1:
            raise RefusedError(429, "too many requests; slow down")


class Playing:
    """A generator and who asks it.

    Args:
        loaded: the generator.
        per_second: requests a second that one client may make.
    """

    def __init__(self, loaded: LoadedGenerator, per_second: float = PER_SECOND) -> None:
        self.loaded, self.maker = loaded, Maker(loaded)
        self.rate = Rate(per_second, 2 * per_second)
        self.directions: Directions | None = None if loaded.inputs else _found(loaded)

    def about(self) -> dict[str, Any]:
        """Return what the page offers."""
        loaded = self.loaded
        codes = next((one.known for one in loaded.conditionings if hasattr(one, "known")), None)
        found = self.directions
        return {
            "run": loaded.run,
            "kimg": loaded.kimg,
            "step": loaded.step,
            "kind": loaded.kind.name,
            "shape": list(loaded.shape),
            "classes": list(loaded.classes),
            "codes": _codes(codes),
            "styled": styled(loaded.network) is not None,
            "text": any(one.name == "text" for one in loaded.conditionings),
            "translates": loaded.inputs is not None,
            "directions": [] if found is None else found.shares.tolist(),
            "formats": list(loaded.kind.written),
            "most": MOST,
        }

    def translated(self, content: bytes) -> Tensor:
        """Return the translation of an image file [1, C, H, W].

        Raises:
            GansmithError: it is no image, or the run does not translate.
        """
        return translate_content(self.loaded, content)


def _found(loaded: LoadedGenerator) -> Directions | None:
    try:
        return find_directions(loaded)
    except ValueError:
        return None


def _codes(known: Any) -> list[int]:
    """Return the categories of each code, 0 for a continuous one."""
    return [] if known is None else [*known.categorical, *[0] * known.continuous]


def serve_generator(loaded: LoadedGenerator, per_second: float = PER_SECOND) -> Any:
    """Return the application for one generator.

    Args:
        loaded: the generator.
        per_second: requests a second that one client may make.
    """
    from starlette.applications import Starlette
    from starlette.routing import Route

    playing = Playing(loaded, per_second)

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(playing.maker.close)

    return Starlette(
        routes=[
            *(Route(f"/{name or ''}", partial(_file, file)) for name, file in FILES.items()),
            Route("/page.css", partial(send_style, PAGE)),
            Route("/openapi.json", partial(_plain, lambda: schema_of(loaded))),
            Route("/about", partial(_plain, playing.about)),
            Route("/health", partial(_plain, lambda: _health(playing))),
            Route("/sample", partial(_guarded, playing, _sample), methods=["POST"]),
            Route("/translate", partial(_guarded, playing, _translate), methods=["POST"]),
        ],
        lifespan=lifespan,
    )


FILES = {"": "page.html", "page.js": "page.js"}


async def _file(name: str, request: Any) -> Any:
    from starlette.responses import FileResponse

    return FileResponse(PAGE / name)


async def _plain(make: Any, request: Any) -> Any:
    from starlette.responses import JSONResponse

    return JSONResponse(make())


def _health(playing: Playing) -> dict[str, Any]:
    maker = playing.maker
    told = {"state": "ready", "run": playing.loaded.run, "waiting": maker.waiting}
    return told | {"batches": maker.batches, "samples": maker.made}


async def _guarded(playing: Playing, answer: Any, request: Any) -> Any:
    """Answer a request, and any error in one sentence with its status."""
    from starlette.responses import JSONResponse

    try:
        playing.rate.check(request.client.host if request.client else "")
        return await answer(playing, request)
    except RefusedError as error:
        return JSONResponse({"error": str(error)}, error.status)
    except BusyError as error:
        return JSONResponse({"error": str(error)}, 503, {"retry-after": "1"})
    except (GansmithError, ValueError, TypeError, RecursionError) as error:
        return JSONResponse({"error": str(error) or "what was sent cannot be read"}, 400)


async def _sample(playing: Playing, request: Any) -> Any:
    from starlette.responses import JSONResponse, Response

    if playing.loaded.inputs is not None:
        raise RefusedError(404, "this run translates images; use /translate")
    _require_type(request, "application/json")
    body = await _body(request, BODY)
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedError(400, "what was sent is not JSON") from None
    wish = read_wish(told, playing.loaded, playing.directions)
    samples = await asyncio.wrap_future(playing.maker.samples(wish.chosen))
    if wish.form != "json":
        content, kind = await asyncio.to_thread(as_file, playing.loaded, wish, samples)
        return Response(content, media_type=kind)
    asked = wish.chosen.asked
    return JSONResponse(await asyncio.to_thread(as_json, playing.loaded, samples, asked))


async def _translate(playing: Playing, request: Any) -> Any:
    from starlette.responses import JSONResponse

    if playing.loaded.inputs is None:
        raise RefusedError(404, "this run makes samples from latents; use /sample")
    _require_type(request, "image/", "application/octet-stream")
    content = await _body(request, IMAGE)
    images = await asyncio.wrap_future(playing.maker.alone(partial(playing.translated, content)))
    return JSONResponse(await asyncio.to_thread(as_json, playing.loaded, images, {}))


def _require_type(request: Any, *kinds: str) -> None:
    """Refuse what a page of another site can send without asking."""
    if not request.headers.get("content-type", "").startswith(kinds):
        raise RefusedError(415, f"the body must be {' or '.join(kinds)}")


async def _body(request: Any, most: int) -> bytes:
    """Return the body, in time and not too large."""
    body = bytearray()
    try:
        async with asyncio.timeout(STALLED):
            async for piece in request.stream():
                body += piece
                if len(body) > most:
                    raise RefusedError(413, f"a request has at most {most:,} bytes")
    except TimeoutError:
        raise RefusedError(408, f"the request did not arrive in {STALLED:g} s") from None
    return bytes(body)
