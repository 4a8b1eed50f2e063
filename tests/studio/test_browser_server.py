"""The page when its server is slow, gone, back, or another: in a real browser."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.studio.conftest import TEXT, Server, serving
from tests.studio.test_browser import desk_of, drawn, own, saved, write

pytestmark = pytest.mark.heavy


def child_of(server: Server) -> int:
    """The process that draws."""
    for file in Path(f"/proc/{server.process.pid}/task").glob("*/children"):
        for pid in file.read_text("ascii").split():
            if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return int(pid)
    raise AssertionError("no process draws")


def told(page: Any, text: str) -> None:
    page.locator("#notices", has_text=text).wait_for(timeout=60000)


def test_the_page_finds_its_server_again_and_loses_nothing(browser: Any, workspace: Path) -> None:
    with serving(workspace) as server:
        port = urlsplit(server.address).port or 0
        with desk_of(browser, server.address, "Ann Example") as page:
            drawn(page)
            server.process.kill()
            server.process.wait()
            write(page, TEXT, " Typed while nobody answered.")
            told(page, "connection to the studio is lost")
            with serving(workspace, port):
                told(page, "The studio is back")
                page.locator(".told", has_text="Draft kept").first.wait_for(timeout=60000)
                saved(page, TEXT, one_side=True)
                assert "Typed while nobody answered." in own(workspace)


def test_a_page_that_could_not_be_drawn_is_drawn_again(browser: Any, server: Server) -> None:
    with desk_of(browser, server.address) as page:
        before = drawn(page)
        os.kill(child_of(server), signal.SIGKILL)
        write(page, TEXT, " One more sentence.")
        drawn(page, before)
        page.route("**/api/preview", lambda route: route.fulfill(status=500, body="{}"))
        write(page, TEXT, " And another.")
        again = page.locator(".status .again")
        again.wait_for(timeout=60000)
        page.unroute("**/api/preview")
        again.click()
        again.wait_for(state="detached", timeout=60000)


def test_the_file_of_the_user_opens_the_page(browser: Any, server: Server, workspace: Path) -> None:
    """As `notices studio` opens it: neither address nor history has the token."""
    (opener,) = (workspace / ".studio").glob("open-*.html")
    token = (workspace / ".studio" / "token").read_text("ascii").strip()
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(opener.as_uri())
    page.wait_for_selector("#person", timeout=60000)
    assert page.url.startswith(server.address.split("?")[0]) and token not in page.url
    assert not any(token in url for url in asked)
    assert page.evaluate("document.referrer") == "" or token not in page.evaluate(
        "document.referrer"
    )
    context.close()


def test_without_the_token_the_page_says_what_it_wants(browser: Any, server: Server) -> None:
    context = browser.new_context()
    page = context.new_page()
    answer = page.goto(server.address.split("?")[0])
    assert answer.status == 401
    assert "start the studio again" in page.inner_text("body")
    context.close()


def test_another_pack_is_loaded_when_it_is_chosen(browser: Any, server: Server) -> None:
    with desk_of(browser, server.address) as page:
        before = drawn(page)
        page.select_option("#pack", "DE")
        drawn(page, before)
        assert "pack=DE" in page.url
        assert page.locator("#kind option").count() > 1
