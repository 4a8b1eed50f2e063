"""A workspace, the studio over it without a browser, and the studio in a process with one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from notices.cli.main import main
from notices.letter.workspace import read_workspace
from notices.studio.answers import Studio, open_studio
from notices.studio.app import build_app
from notices.studio.guard import Rules
from tests.cli.calls import DATED, HOME, SENDERS, Said, example, run_outside, write_case

PORT = 8377
ORIGIN = f"http://127.0.0.1:{PORT}"
ANN, BOB = "a" * 32, "b" * 32  # two browsers
TEXT = "clauses/demand-opening/en"


def made_workspace(place: Path) -> Path:
    """What `notices init` makes, with a sample profile and one good case."""
    assert main(["init", str(place)]) == 0
    shutil.copy(SENDERS / "sample-lender.yaml", place / "senders")
    case = {**example("demand-consumer-loan-no-rate"), "sender": "sample-lender"}
    write_case(place / "cases" / "good.json", case)
    return place


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return made_workspace(tmp_path / "ws")


@pytest.fixture
def live(workspace: Path) -> Callable[[], Said]:
    """A live letter of the good case, asked for on the command line."""
    asked = ("letter", "cases/good.json", *DATED, "--live", "--json")
    return lambda: run_outside(*asked, cwd=workspace)


@pytest.fixture
def desk(workspace: Path) -> Iterator[Studio]:
    desk = open_studio(read_workspace(workspace, workspace))
    yield desk
    desk.close()


@dataclass(frozen=True)
class Page:
    """The studio as a browser's page would talk to it."""

    client: TestClient
    csrf: str
    editor: str = ANN

    def get(self, name: str, /, **asked: str) -> Any:
        answer = self.client.get(f"/api/{name}", params={"editor": self.editor, **asked})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, name: str, /, **asked: Any) -> Any:
        answer = self.client.post(
            f"/api/{name}",
            json={"editor": self.editor, **asked},
            headers={"X-CSRF": self.csrf, "Origin": ORIGIN},
        )
        assert answer.status_code == 200, answer.text
        return answer.json()


def all_read(page: Page, **kind: str) -> dict[str, Any]:
    """What a page sends beside a name: that everything was read as it stands now."""
    found = page.get("reading", **kind)
    since = found["since"]["when"] if found["since"] else ""
    return {"digest": found["digest"], "since": since, "read": found["items"]}


@pytest.fixture
def rules() -> Rules:
    return Rules(PORT)


def client_of(studio: Studio, rules: Rules) -> TestClient:
    """A browser that has been let in."""
    cookies = {rules.cookie: rules.token}
    return TestClient(build_app(studio, rules), base_url=ORIGIN, cookies=cookies)


@pytest.fixture
def page(desk: Studio, rules: Rules) -> Page:
    return Page(client_of(desk, rules), rules.csrf)


@dataclass(frozen=True)
class Server:
    """The studio in a process of its own."""

    process: subprocess.Popen[str]
    address: str


@contextmanager
def serving(workspace: Path, port: int = 0) -> Iterator[Server]:
    process = subprocess.Popen(
        [sys.executable, "-m", "notices.cli", "studio", "--no-browser", "--port", str(port)],
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(HOME), "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert "http://" in said, said
        yield Server(process, next(word for word in said.split() if word.startswith("http://")))
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture
def server(workspace: Path) -> Iterator[Server]:
    with serving(workspace) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium. Where CI=true it must be there; elsewhere its tests are left out."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = None
    if chromium is None:
        message = "needs playwright and a Chromium: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


def edits_of(workspace: Path) -> list[dict[str, Any]]:
    lines = (workspace / "approvals" / "edits.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
