"""The studio's door: no other page, machine or name gets in, and nothing too large."""

from __future__ import annotations

import logging

import pytest
from starlette.testclient import TestClient

from notices.studio.answers import Studio
from notices.studio.app import build_app
from notices.studio.guard import MAX_BODY, Rules
from tests.studio.conftest import ORIGIN, PORT, TEXT, Page

pytestmark = pytest.mark.heavy

DRAFT = {"pack": "CN", "scalar": TEXT, "text": "private words", "seen": "", "editor": "a" * 32}


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", f"127.0.0.1.evil.example:{PORT}", "127.0.0.1"]
)
def test_a_name_that_points_here_is_not_answered(page: Page, host: str) -> None:
    """DNS rebinding: the page of another name can't read, though its packets arrive."""
    answer = page.client.get("/api/session", headers={"Host": host})
    assert answer.status_code == 421
    assert page.csrf not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-CSRF": "wrong", "Origin": ORIGIN},
        {"Origin": ORIGIN},
        {"X-CSRF": "right"},
        {"X-CSRF": "right", "Origin": "http://evil.example"},
        {"X-CSRF": "right", "Origin": "null"},
        {"X-CSRF": "right", "Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_page_cannot_write(page: Page, desk: Studio, headers: dict[str, str]) -> None:
    sent = {k: page.csrf if v == "right" else v for k, v in headers.items()}
    answer = page.client.post("/api/draft", json=DRAFT, headers=sent)
    assert answer.status_code == 403
    assert desk.drafts.of("a" * 32, "CN") == ()


def test_a_form_cannot_write(page: Page) -> None:
    """What a plain form can send without asking is refused whatever else it carries."""
    answer = page.client.post(
        "/api/draft", data={"pack": "CN"}, headers={"X-CSRF": page.csrf, "Origin": ORIGIN}
    )
    assert answer.status_code == 415


def test_no_page_holds_this_one(page: Page) -> None:
    for address in ("/", "/api/session", "/static/studio.css", "/nothing"):
        headers = page.client.get(address).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert "access-control-allow-origin" not in headers


def test_scripts_come_from_here_alone(page: Page) -> None:
    answer = page.client.get("/")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy and "unsafe" not in policy
    assert "<script>" not in answer.text and " style=" not in answer.text
    assert page.client.get("/").headers["content-security-policy"] != policy, "a nonce used twice"


def test_what_is_too_large_is_not_read(page: Page) -> None:
    headers = {"X-CSRF": page.csrf, "Origin": ORIGIN, "Content-Type": "application/json"}
    big = b'{"text": "' + b"x" * MAX_BODY + b'"}'
    assert page.client.post("/api/draft", content=big, headers=headers).status_code == 413
    unannounced = (big[i : i + 4096] for i in range(0, len(big), 4096))
    assert page.client.post("/api/draft", content=unannounced, headers=headers).status_code == 413
    assert page.client.get("/api/letter?pack=" + "x" * 5000).status_code == 414
    long = {**DRAFT, "text": "x" * 9000}
    headers = {"X-CSRF": page.csrf, "Origin": ORIGIN}
    assert page.client.post("/api/draft", json=long, headers=headers).status_code == 404


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[" * 5000, b"\xff"])
def test_what_is_no_question_is_refused(page: Page, body: bytes) -> None:
    headers = {"X-CSRF": page.csrf, "Origin": ORIGIN, "Content-Type": "application/json"}
    assert page.client.post("/api/save", content=body, headers=headers).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.7"])
def test_nobody_gets_in_without_the_token(desk: Studio, host: str) -> None:
    """On this machine either: other people may work on it."""
    rules = Rules(PORT, frozenset((host,)), token="secret")
    base = f"http://{host}:{PORT}"
    client = TestClient(build_app(desk, rules), base_url=base, follow_redirects=False)
    for address in ("/", "/api/session", "/api/packs", "/static/js/main.js", "/api/page/x/1.png"):
        assert client.get(address).status_code == 401
    assert client.get("/?token=guess").status_code == 401
    assert client.post("/", data={"token": "guess"}).status_code == 401
    assert client.post("/", data={"token": "x" * 2000}).status_code == 413
    assert client.get("/api/session?token=secret").status_code == 401, "only the door takes it"
    opened = client.get("/?token=secret")
    assert opened.status_code == 303 and opened.headers["location"] == "/"
    assert "HttpOnly" in opened.headers["set-cookie"]
    assert "SameSite=strict" in opened.headers["set-cookie"]
    assert client.get("/api/session").status_code == 200
    client.cookies.clear()
    client.cookies.set(rules.cookie, "guess")
    assert client.get("/api/session").status_code == 401
    client.cookies.clear()
    opened = client.post("/", data={"token": "secret"}, headers={"Origin": "null"})
    assert opened.status_code == 200 and "secret" not in opened.text
    assert client.get("/api/session").status_code == 200


def test_two_studios_of_one_machine_do_not_lock_each_other_out() -> None:
    assert Rules(PORT).cookie != Rules(PORT + 1).cookie


@pytest.mark.parametrize(
    "address",
    [
        "/static/../desk.py",
        "/static/%2e%2e/desk.py",
        "/static/%2e%2e%2f%2e%2e%2fpyproject.toml",
        "/static//etc/passwd",
        "/api/page/../../x/1.png",
    ],
)
def test_only_the_page_s_own_files_are_served(page: Page, address: str) -> None:
    assert page.client.get(address).status_code == 404


@pytest.mark.parametrize("name", ["../../etc", "/etc", "CN/../DE", "..", "", "CN\0"])
def test_a_pack_is_a_name(page: Page, name: str) -> None:
    answer = page.client.get("/api/letter", params={"pack": name, "kind": "formal_demand"})
    assert answer.status_code == 422


def test_the_log_has_no_texts(page: Page, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "notices.studio"):
        page.post("draft", **DRAFT)
        page.get("letter", pack="CN", kind="formal_demand")
    ours = [record.getMessage() for record in caplog.records if record.name == "notices.studio"]
    assert [line.split()[:3] for line in ours] == [
        ["POST", "/api/draft", "200"],
        ["GET", "/api/letter", "200"],
    ]
    assert "private" not in " ".join(ours) and page.csrf not in " ".join(ours)
