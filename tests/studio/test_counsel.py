"""The page's answers about documents that came back from counsel."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.review.counsel_files import came, paragraph, run, with_cell
from tests.review.test_counsel import PIECE, TEXT
from tests.studio.conftest import ORIGIN, Page, edits_of

ASKED = {"pack": "CN", "kind": "formal_demand", "from": "shipped"}


@pytest.fixture
def document(page: Page) -> bytes:
    answer = page.client.get("/api/counsel.docx", params={**ASKED, "languages": "zh-Hans en"})
    assert answer.status_code == 200 and answer.headers["content-disposition"] == "attachment"
    return answer.content


def changed(document: bytes, more: str = " More.") -> bytes:
    return with_cell(document, TEXT, paragraph(run(TEXT) + came(more)))


def bring(page: Page, data: bytes) -> Any:
    text = b64encode(data).decode()
    return page.post("counsel_bring", pack="CN", name="back.docx", data=text)


def test_a_document_s_proposals_stay_until_they_are_saved(
    page: Page, document: bytes, workspace: Path
) -> None:
    (one,) = bring(page, changed(document))["documents"]
    (proposal,) = one["proposals"]
    assert (one["name"], one["kind"]) == ("back.docx", "formal_demand")
    assert (proposal["piece"], proposal["by"]) == (PIECE, "Carla Counsel")
    assert proposal["runs"] == [["same", TEXT], ["added", " More."]]
    assert page.get("counsel", pack="CN")["documents"] == [one]
    asked = {"pack": "CN", "document": one["id"], "piece": PIECE, "by": "Ann Example"}
    assert page.post("counsel_take", **asked, seen="0" * 64)["status"] == "conflict"
    answer = page.post("counsel_take", **asked, seen=proposal["seen"])
    assert answer["status"] == "written" and not answer["documents"][0]["proposals"]
    (line, *_) = edits_of(workspace)
    assert (line["by"], line["path"], line["new"]) == (
        "Ann Example",
        "schedule-offer.en",
        f"{TEXT} More.",
    )


def test_what_is_dropped_is_not_shown_again(page: Page, document: bytes, workspace: Path) -> None:
    (one,) = bring(page, changed(document))["documents"]
    (left,) = page.post("counsel_drop", pack="CN", document=one["id"], piece=PIECE)["documents"]
    assert (left["proposals"], left["dropped"]) == ([], 1)
    assert not (workspace / "packs" / "CN").exists()
    assert page.post("counsel_drop", pack="CN", document=one["id"], piece="")["documents"] == []
    assert not [*(workspace / ".studio" / "counsel" / "CN").iterdir()]
    assert (workspace / ".studio" / ".gitignore").read_text() == "*\n"


def test_a_document_without_changes_or_of_a_stranger_is_not_kept(
    page: Page, document: bytes, workspace: Path
) -> None:
    assert bring(page, document) == {"refused": [], "empty": True}
    assert bring(page, b"PK")["refused"][0]["rule"] == "counsel-unreadable"
    assert not (workspace / ".studio" / "counsel").exists()


def test_a_document_may_be_larger_than_other_questions(page: Page, rules: Any) -> None:
    headers = {"X-CSRF": page.csrf, "Origin": ORIGIN}
    client: TestClient = page.client
    much = {"pack": "CN", "name": "x", "data": "A" * (1 << 20)}
    said = client.post("/api/counsel_bring", json=much, headers=headers)
    assert said.json()["refused"][0]["rule"] == "counsel-unreadable"
    assert client.post("/api/draft", json=much, headers=headers).status_code == 413
    more = {**much, "data": "A" * (7 << 20)}
    assert client.post("/api/counsel_bring", json=more, headers=headers).status_code == 413
    odd = client.post("/api/counsel_bring", json={**much, "data": "%%"}, headers=headers)
    assert odd.status_code == 404


def test_names_of_documents_never_become_paths(page: Page, document: bytes) -> None:
    for name in ("../../x", "0" * 16, ""):
        said = page.client.post(
            "/api/counsel_drop",
            json={"pack": "CN", "document": name, "piece": "", "editor": page.editor},
            headers={"X-CSRF": page.csrf, "Origin": ORIGIN},
        )
        assert said.status_code == 404


@pytest.mark.parametrize("name", ["\\ud800", "\\u0000", "a\\udfffb"])
def test_half_a_character_is_a_wrong_question_and_no_note(
    page: Page, document: bytes, workspace: Path, name: str
) -> None:
    (one,) = bring(page, changed(document))["documents"]
    headers = {"X-CSRF": page.csrf, "Origin": ORIGIN, "Content-Type": "application/json"}
    for asked, body in (
        ("bring", f'{{"pack": "CN", "name": "{name}", "data": ""}}'),
        ("drop", f'{{"pack": "CN", "document": "{one["id"]}", "piece": "{name}"}}'),
    ):
        answer = page.client.post(f"/api/counsel_{asked}", content=body, headers=headers)
        assert answer.status_code == 422
    note = workspace / ".studio" / "counsel" / "CN" / f"{one['id']}.json"
    note.write_text(f'{{"name": "{name}", "dropped": ["{name}", "{PIECE}"]}}')
    (read,) = page.get("counsel", pack="CN")["documents"]
    assert (read["name"], len(read["proposals"])) == (one["id"], 1)
