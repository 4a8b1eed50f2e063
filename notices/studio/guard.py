"""The door of the studio: who may knock, what may come in, and what every answer says of itself.

Nobody gets in without the token, on this machine either: other people may work on it. Against DNS
rebinding the Host header must name this server; against forged requests every write carries the
page's own token and Origin; against framing no other page may hold this one. The log has ids and
states, never texts.
"""

from __future__ import annotations

import hmac
import ipaddress
import logging
import secrets
import time
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from notices.batch.worker import fault_place
from notices.studio.view import read_words

LOG = logging.getLogger("notices.studio")
MAX_BODY = 256 * 1024
LARGER = {"/api/counsel_bring": 6 * 1024 * 1024}  # a document, in base 64
MAX_ADDRESS = 4096
MAX_DOOR = 1024  # bytes of the form that opens the door
READS = ("GET", "HEAD")
WRITES = ("POST", "PUT", "DELETE")


@dataclass(frozen=True)
class Rules:
    """`hosts` are the names (without port) by which this server may be called; "*" takes any
    address written as numbers, which no foreign name server can point at. Whoever shows `token`
    once gets it as a cookie."""

    port: int
    hosts: frozenset[str] = frozenset(("127.0.0.1", "localhost", "[::1]"))
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def cookie(self) -> str:
        """The cookie's name: of one machine's studios, each has its own."""
        return f"notices-studio-{self.port}"


class Guard:
    """Wraps the application: nothing reaches it that breaks the rules."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        began = time.monotonic()
        headers = Headers(scope=scope)
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        status = 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _protect(MutableHeaders(scope=message), nonce)
            await send(message)

        refusal = self._refuse(scope, headers)
        try:
            if refusal is not None:
                await refusal(scope, receive, answer)
            elif (scope["method"], scope["path"]) == ("POST", "/"):
                await (await self._door(receive))(scope, receive, answer)
            else:
                await self._app(scope, _limited(receive, _most(scope)), answer)
        except ClientDisconnect:
            status = 499  # nobody is there to be answered
        except Exception as error:  # noqa: BLE001 - whatever it says may be somebody's text
            LOG.error("%(kind)s at %(place)s", fault_place(error))
        spent = (time.monotonic() - began) * 1000
        LOG.info("%s %s %d %.0f ms", scope["method"], _shown(scope["path"]), status, spent)

    def _refuse(self, scope: Scope, headers: Headers) -> Response | None:
        rules, method = self._rules, scope["method"]
        host = headers.get("host", "")
        if not self._is_ours(host):
            return _no(421, "host")
        if len(scope["path"]) + len(scope["query_string"]) > MAX_ADDRESS:
            return _no(414, "too-large")
        if method not in (*READS, *WRITES):
            return _no(405, "method")
        if (method, scope["path"]) == ("POST", "/"):
            return None  # the door asks for the token itself
        if (no := self._without_token(scope, headers)) is not None:
            return no
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and scope["path"] != "/":
            return _no(403, "origin")
        if method in WRITES:
            if headers.get("origin") != f"http://{host}":
                return _no(403, "origin")
            if not _same(headers.get("x-csrf", ""), rules.csrf):
                return _no(403, "csrf")
            if headers.get("content-type", "").split(";")[0].strip() != "application/json":
                return _no(415, "content-type")
            length = headers.get("content-length", "")
            if length and (not length.isdecimal() or int(length) > _most(scope)):
                return _no(413, "too-large")
        return None

    def _is_ours(self, host: str) -> bool:
        name, _, port = host.rpartition(":")
        if port != str(self._rules.port):
            return False
        if name.lower() in self._rules.hosts:
            return True
        return "*" in self._rules.hosts and _is_number(name)

    def _without_token(self, scope: Scope, headers: Headers) -> Response | None:
        """The door for those who come without the cookie: the address with the token sets it."""
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            cookies = SimpleCookie()
        name = self._rules.cookie
        if name in cookies and _same(cookies[name].value, self._rules.token):
            return None
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if scope["method"] == "GET" and scope["path"] == "/" and _same(given, self._rules.token):
            return self._open(RedirectResponse("/", 303))
        return _shut() if scope["path"] == "/" else _no(401, "token")

    async def _door(self, receive: Receive) -> Response:
        """The form of the file that opens the page: no address carries the token then."""
        form, more, limited = b"", True, _limited(receive, MAX_DOOR)
        try:
            while more:
                message = await limited()
                if message["type"] != "http.request":
                    raise ClientDisconnect
                form, more = form + message.get("body", b""), message.get("more_body", False)
        except HTTPException:
            return _no(413, "too-large")
        given = parse_qs(form.decode("latin-1")).get("token", [""])[0]
        if not _same(given, self._rules.token):
            return _shut()
        # A redirect would still count as the file's, and a strict cookie stay behind.
        return self._open(HTMLResponse('<meta http-equiv="refresh" content="0;url=/">'))

    def _open(self, door: Response) -> Response:
        door.set_cookie(self._rules.cookie, self._rules.token, httponly=True, samesite="strict")
        return door


def _most(scope: Scope) -> int:
    return LARGER.get(scope["path"], MAX_BODY)


def _limited(receive: Receive, most: int) -> Receive:
    """More than is allowed ends the reading, whatever was announced."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise HTTPException(413)
        return message

    return counted


def _protect(headers: MutableHeaders, nonce: str) -> None:
    headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        f"style-src 'self' 'nonce-{nonce}'; font-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
    headers["X-Frame-Options"] = "DENY"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers.setdefault("Cache-Control", "no-store")


def _shut() -> Response:
    """What somebody sees who comes without the token."""
    lines = (f'<p lang="{lang}">{text}</p>' for lang, text in read_words()["token"].items())
    return HTMLResponse("".join(('<!doctype html><meta charset="utf-8">', *lines)), 401)


def _no(status: int, reason: str) -> Response:
    return JSONResponse({"error": reason}, status)


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _shown(path: str) -> str:
    return "".join(c if c.isalnum() or c in "/-_." else "?" for c in path[:120])
