"""Running the studio: the one room of uvicorn."""

from __future__ import annotations

import logging
import secrets
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import uvicorn

from notices.errors import FileError
from notices.letter.workspace import Workspace
from notices.studio.answers import open_studio
from notices.studio.app import build_app
from notices.studio.guard import Rules

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ANY = ("0.0.0.0", "::")


@dataclass(frozen=True)
class Place:
    """Where the studio answers, and the address to open."""

    host: str
    port: int
    token: str

    @property
    def address(self) -> str:
        host = socket.gethostname() if self.host in ANY else self.host
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown}:{self.port}/" + (f"?token={self.token}" if self.token else "")


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
        door.bind((host, port))
        door.listen(64)  # whoever comes before the server is ready waits
    except OSError as error:
        door.close()
        raise FileError(f"{host}:{port}: {error.strerror or error}") from error
    token = "" if host in LOOPBACK else secrets.token_urlsafe(24)
    place = Place(host, door.getsockname()[1], token)
    _log_to_stderr()
    server = uvicorn.Server(
        uvicorn.Config(
            build_app(studio, Rules(place.port, _names(host), token)),
            log_level="warning",
            access_log=False,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=2,
        )
    )
    Thread(target=studio.previews.warm_up, daemon=True).start()
    ready(place)
    try:
        server.run(sockets=[door])
    finally:
        door.close()
        studio.close()


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
