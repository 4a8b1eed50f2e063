"""The studio as a process of its own, over real sockets: its token, its patience, its end."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import stat
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor, as_completed
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from notices.errors import FileError
from notices.studio.token_file import read_token, write_opener
from tests.studio.conftest import ANN, TEXT, Server, serving

EXAMPLE = "demand-consumer-loan-no-rate"


def place_of(server: Server) -> tuple[str, int, str]:
    parts = urlsplit(server.address)
    return parts.hostname or "", parts.port or 0, parse_qs(parts.query)["token"][0]


def ask(server: Server, way: str, address: str, asked: Any = None, cookie: str = "") -> Any:
    """An answer over a connection of its own: its status, headers and body."""
    host, port, token = place_of(server)
    line = HTTPConnection(host, port, timeout=300)
    cookie = cookie or f"notices-studio-{port}={token}"
    headers = {"Cookie": cookie}
    if asked is not None:
        session = json.loads(ask(server, "GET", "/api/session")[2])
        headers |= {"Content-Type": "application/json", "X-CSRF": session["csrf"]}
        headers |= {"Origin": f"http://{host}:{port}"}
    line.request(way, address, None if asked is None else json.dumps(asked), headers)
    answer = line.getresponse()
    found = answer.status, answer.headers, answer.read()
    line.close()
    return found


@pytest.mark.heavy
def test_the_token_is_its_user_s_alone_and_outlives_the_server(workspace: Path) -> None:
    folder = workspace / ".studio"
    with serving(workspace) as server:
        _, port, token = place_of(server)
        for file in (folder / "token", folder / f"open-{port}.html"):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            assert token in file.read_text(encoding="ascii")
        assert ask(server, "GET", "/api/packs", cookie="notices-studio=x")[0] == 401
        assert ask(server, "GET", "/", cookie="notices-studio=x")[0] == 401
        assert ask(server, "GET", "/api/packs?pack=CN")[0] == 200
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
    with serving(workspace, port) as server:
        assert place_of(server)[2] == token, "a page that is open goes on"
        server.process.send_signal(signal.SIGINT)
        server.process.wait()
        assert not (folder / f"open-{port}.html").exists()


def test_a_token_that_others_can_read_or_wrote_is_not_taken(tmp_path: Path) -> None:
    token = read_token(tmp_path)
    assert read_token(tmp_path) == token
    (tmp_path / "token").chmod(0o640)
    changed = read_token(tmp_path)
    assert changed != token
    other = tmp_path / "planted"
    other.write_text("x" * 40, encoding="ascii")
    other.chmod(0o600)
    (tmp_path / "token").unlink()
    (tmp_path / "token").symlink_to(other)
    assert read_token(tmp_path) not in (token, changed, "x" * 40)
    assert (tmp_path / ".gitignore").read_text(encoding="ascii") == "*\n"


def test_the_opener_says_no_address_with_the_token(tmp_path: Path) -> None:
    text = write_opener(tmp_path, "http://127.0.0.1:8377/", 8377, "secret").read_text("utf-8")
    assert 'method="post"' in text and 'action="http://127.0.0.1:8377/"' in text
    assert "?" not in text and text.count("secret") == 1


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileError):
        read_token(tmp_path / "file")


@pytest.mark.heavy
def test_half_a_request_is_given_up(server: Server) -> None:
    """Head, body, or a body after a refusal: whoever sends one byte now and then is not waited for.
    Others are answered meanwhile."""
    host, port, token = place_of(server)
    named = f"Host: {host}:{port}\r\nCookie: notices-studio-{port}={token}\r\n".encode()
    halves = [
        b"",
        b"GET / HTTP/1.1\r\nHost: x",
        b"POST / HTTP/1.1\r\n" + named + b"Content-Length: 100\r\n\r\ntoken=",
        b"POST /api/save HTTP/1.1\r\n" + named + b"Content-Length: 100\r\n\r\n{",
    ]
    lines = []
    for half in halves * 10:
        line = socket.create_connection((host, port), timeout=120)
        line.sendall(half)
        lines.append(line)
    dripping = {line for line in lines if line in lines[1:4]}
    assert ask(server, "GET", "/api/packs?pack=CN")[0] == 200
    waiting = set(lines)
    while waiting:
        ready, _, _ = select.select(waiting, [], [], 1)
        for line in ready:
            try:
                if line.recv(4096) == b"":
                    waiting.discard(line)
            except ConnectionError:
                waiting.discard(line)
        for line in dripping & waiting:
            try:
                line.send(b"x")
            except OSError:
                waiting.discard(line)
    for line in lines:
        line.close()
    assert ask(server, "GET", "/api/packs?pack=CN")[0] == 200


@pytest.mark.heavy
def test_raw_nonsense_is_no_fault_of_the_server(server: Server) -> None:
    host, port, token = place_of(server)
    for sent in (
        b"\x00\x01\r\n\r\n",
        b"GET /\xed\xa0\x80 HTTP/1.1\r\nHost: x\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: {host}:".encode() + b"\xb2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: [::1\r\nCookie: =;;==\xff\r\n\r\n",
        f"POST / HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: -1\r\n\r\n".encode(),
        f"GET /?token={token}%ED%A0%80 HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode(),
        f"BREW / HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode(),
    ):
        with socket.create_connection((host, port), timeout=120) as line:
            line.sendall(sent)
            assert line.recv(4096)[9:10] == b"4", sent


def cmdline(process: int) -> bytes:
    return Path(f"/proc/{process}/cmdline").read_bytes()


def children_of(server: Server) -> list[int]:
    files = Path(f"/proc/{server.process.pid}/task").glob("*/children")
    return [int(pid) for file in files for pid in file.read_text("ascii").split()]


@pytest.mark.heavy
def test_previews_starve_nobody_who_reads_and_are_bounded(server: Server) -> None:
    """While sixty windows wait for processes that hang, a draft is kept and a list is read."""

    def draw(number: int) -> int:
        mine = {"page": str(number), "editor": f"{number % 9:032}", "draw": False}
        asked = {"pack": "CN", "example": EXAMPLE, **mine}
        return int(ask(server, "POST", "/api/preview", asked)[0])

    assert draw(0) == 200
    (process,) = (p for p in children_of(server) if b"spawn_main" in cmdline(p))
    os.kill(process, signal.SIGSTOP)
    with ThreadPoolExecutor(60) as threads:
        drawing = [threads.submit(draw, number) for number in range(60)]
        try:
            assert 503 in (one.result() for one in as_completed(drawing)), "the queue has an end"
            draft = {"pack": "CN", "scalar": TEXT, "text": "x", "editor": ANN}
            assert ask(server, "POST", "/api/draft", draft)[0] == 200
            assert ask(server, "GET", "/api/packs?pack=DE")[0] == 200
            assert not all(one.done() for one in drawing), "others still wait"
        finally:
            server.process.kill()  # whoever waits is let go


@pytest.mark.heavy
def test_no_process_outlives_a_killed_server(server: Server) -> None:
    ask(server, "POST", "/api/preview", {"pack": "CN", "example": EXAMPLE, "draw": False})
    children = children_of(server)
    assert children
    handles = [os.pidfd_open(pid) for pid in children]
    server.process.kill()
    for handle in handles:
        assert select.select([handle], [], [], 60)[0], "it ends with the server"
        os.close(handle)


@pytest.mark.heavy
def test_what_is_kept_is_there_after_kill_nine(workspace: Path) -> None:
    draft = {"pack": "CN", "kind": "formal_demand", "scalar": TEXT, "text": "kept", "editor": ANN}
    with serving(workspace) as server:
        assert ask(server, "POST", "/api/draft", draft)[0] == 200
        server.process.kill()
        server.process.wait()
    with serving(workspace) as server:
        asked = f"/api/letter?pack=CN&kind=formal_demand&editor={ANN}"
        answer = json.loads(ask(server, "GET", asked)[2])
        assert [one["text"] for one in answer["drafts"]] == ["kept"]


@pytest.mark.heavy
def test_the_door_forgets_the_address_with_the_token(server: Server) -> None:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    opener = urllib.request.build_opener(Stay, urllib.request.ProxyHandler({}))
    try:
        opener.open(server.address)
        raise AssertionError("a redirect was expected")
    except urllib.error.HTTPError as redirect:
        assert redirect.code == 303 and redirect.headers["location"] == "/"
        assert "no-referrer" in redirect.headers["referrer-policy"]
        assert redirect.headers["cache-control"] == "no-store"
