"""Running the studio: the one room of uvicorn."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from notices.errors import FileError
from notices.letter.workspace import Workspace
from notices.studio.answers import open_studio
from notices.studio.app import build_app
from notices.studio.guard import Rules
from notices.studio.token_file import read_token, write_opener

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ANY = ("0.0.0.0", "::")
REQUEST_SECONDS = 15.0  # for a request to come whole, from its connection on
ANSWER_SECONDS = 30.0  # for somebody to take what is sent
MOST_CONNECTIONS = 256  # at a time; a further one is told to come again


@dataclass(frozen=True)
class Place:
    """Where the studio answers: the address to open, which has the token, and a file that opens it
    without saying the token to anybody."""

    host: str
    port: int
    token: str = field(repr=False)
    opener: Path

    @property
    def address(self) -> str:
        return f"{_address(self.host, self.port)}?token={self.token}"


class Patient(H11Protocol):
    """A connection that ends where a request does not come whole in time, or its answer is not
    taken: so nobody holds the door with half a request."""

    _late: asyncio.TimerHandle | None = None
    _stuck: asyncio.TimerHandle | None = None

    # uvicorn, which this extends, narrows asyncio's type in the same way
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._late, self._stuck):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        super().handle_events()
        self._watch()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stuck = self.loop.call_later(ANSWER_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stuck is not None:
            self._stuck.cancel()

    def _watch(self) -> None:
        """Count while a request is awaited or comes in; an answer may take its time."""
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete and not cycle.more_body:
            if self._late is not None:
                self._late.cancel()
                self._late = None
        elif self._late is None:
            self._late = self.loop.call_later(REQUEST_SECONDS, self._end)

    def _end(self) -> None:
        if self.transport.is_closing():
            return
        if self.cycle is None or not self.cycle.response_started:
            end = b"Connection: close\r\nContent-Length: 0\r\n\r\n"
            self.transport.write(b"HTTP/1.1 408 Request Timeout\r\n" + end)
        self.transport.close()


def serve(
    workspace: Workspace,
    host: str,
    port: int,
    ready: Callable[[Place], None],
    key: Path | None = None,
) -> None:
    """Serve until interrupted; `ready` is reported the address once the door is open.

    `port` 0 takes a free one; approvals are signed with the private key in `key`. Raises
    WorkspaceError, FileError where the port is taken.
    """
    studio = open_studio(workspace, key)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)  # so have its connections
        door.bind((host, port))
        door.listen(64)  # whoever comes before the server is ready waits
    except OSError as error:
        door.close()
        raise FileError(f"{host}:{port}: {error.strerror or error}") from error
    port = door.getsockname()[1]
    folder = studio.drafts.folder.parent
    token = read_token(folder)
    place = Place(host, port, token, write_opener(folder, _address(host, port), port, token))
    _log_to_stderr()
    try:  # an interrupt may come as soon as the address is said
        server = uvicorn.Server(
            uvicorn.Config(
                build_app(studio, Rules(place.port, _names(host), token)),
                log_level="warning",
                access_log=False,
                server_header=False,
                http=Patient,
                ws="none",
                limit_concurrency=MOST_CONNECTIONS,
                timeout_graceful_shutdown=2,
            )
        )
        Thread(target=studio.previews.warm_up, daemon=True).start()
        ready(place)
        server.run(sockets=[door])
    finally:
        door.close()
        studio.close()
        place.opener.unlink(missing_ok=True)


def _address(host: str, port: int) -> str:
    named = socket.gethostname() if host in ANY else host
    return f"http://{f'[{named}]' if ':' in named else named}:{port}/"


def _names(host: str) -> frozenset[str]:
    """The names by which the server may be called."""
    if host in LOOPBACK:
        return frozenset(("127.0.0.1", "localhost", "[::1]"))
    own = socket.gethostname().lower()
    return frozenset(("*", own)) if host in ANY else frozenset((host.lower(), f"[{host}]"))


def _log_to_stderr() -> None:
    log = logging.getLogger("notices.studio")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
