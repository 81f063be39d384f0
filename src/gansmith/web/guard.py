"""Who may ask: this machine, or whoever has the token; never a page of another site."""

import hmac
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

LOCAL = ("localhost", "127.0.0.1", "::1")
COOKIE = "gansmith_token"
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; media-src 'self' data: blob:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}
CROSS_SITE = "a page of another site asked; open this page by its own address"


@dataclass(frozen=True)
class Asked:
    """What a request says of who asks."""

    client: str
    host: str
    origin: str | None
    token: str
    reads: bool


class Guard:
    """Lets requests of this machine pass, and those of others with the token.

    A name that leads here by DNS rebinding is refused by its Host header, a page of another site
    by its Origin. Answers get headers under which the page can load nothing from elsewhere.

    Args:
        app: the ASGI application.
        token: that others must know, as ``?token=``, a cookie or ``Authorization: Bearer``; kept
            out of the address once it is known.
    """

    def __init__(self, app: Any, token: str) -> None:
        self.app, self.token = app, token

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked, query = read_asked(scope), given_token(scope)
        why = refusal(asked, self.token)
        if why:
            await _answer(send, 403, {}, why)
        elif query and scope["method"] == "GET" and scope["path"] == "/":
            cookie = f"{COOKIE}={query}; Path=/; HttpOnly; SameSite=Strict"
            await _answer(send, 303, {"location": "/", "set-cookie": cookie}, "")
        else:
            await self.app(scope, receive, _with_headers(send))


def refusal(asked: Asked, token: str) -> str:
    """Return why a request is refused; empty where it is not."""
    own = f"//{asked.host}"
    if not asked.reads and asked.origin is not None and _place(asked.origin) != _place(own):
        return CROSS_SITE
    if hmac.compare_digest(asked.token.encode(), token.encode()):
        return ""
    if asked.client in LOCAL and urlsplit(own).hostname in LOCAL:
        return ""
    return "open the address with its token, as the terminal printed it"


def _place(address: str) -> tuple[str | None, int | None]:
    try:
        parts = urlsplit(address)
        return parts.hostname, parts.port or 80
    except ValueError:
        return None, None


def read_asked(scope: Any) -> Asked:
    """Read from a request who asks."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    origin = headers.get("origin")
    if headers.get("sec-fetch-site") == "cross-site" and origin is None:
        origin = "cross-site"
    bearer = headers.get("authorization", "").removeprefix("Bearer ")
    token = given_token(scope) or bearer or _cookie(headers.get("cookie", ""))
    client = (scope.get("client") or ("",))[0]
    reads = scope["method"] in ("GET", "HEAD")
    host = headers.get("host", "")
    return Asked(client, host if _place(f"//{host}")[0] else "", origin, token, reads)


def given_token(scope: Any) -> str:
    """Return the token in an address; empty where there is none."""
    query: dict[str, list[str]] = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return query.get("token", [""])[0]


def _cookie(header: str) -> str:
    try:
        kept = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return kept.value if kept else ""


def _with_headers(send: Any) -> Any:
    more = [(name.encode(), value.encode()) for name, value in HEADERS.items()]

    async def sent(message: Any) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *more]}
        await send(message)

    return sent


async def _answer(send: Any, status: int, headers: dict[str, str], says: str) -> None:
    told = {"content-type": "text/plain; charset=utf-8", **headers}
    pairs = [(name.encode(), value.encode("latin-1", "replace")) for name, value in told.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": says.encode()})
