"""To counsel and back in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.review.counsel_files import came, paragraph, run, went, with_cell
from tests.review.test_counsel import NAMED, PIECE, TEXT, WITH_NAME
from tests.studio.conftest import Server, edits_of
from tests.studio.test_browser import desk_of

pytestmark = pytest.mark.heavy


def ready(page: Any) -> None:
    page.locator("#counsel-get[href*='formal_demand']").wait_for()


def sent_back(data: bytes) -> bytes:
    """Two changes: one that can be saved, and one that can't be read."""
    first, last = TEXT.split(" an offer")
    new = run(first) + run(" an ") + went("offer") + came("invitation") + run(last)
    data = with_cell(data, TEXT, paragraph(new))
    return with_cell(data, WITH_NAME, paragraph(run(WITH_NAME.replace(" }}", " }"))))


def test_from_the_page_to_counsel_and_back(
    browser: Any, server: Server, workspace: Path, tmp_path: Path
) -> None:
    with desk_of(browser, server.address, tab="compare") as page:
        ready(page)
        with page.expect_download() as waiting:
            page.click("#counsel-get")
        assert waiting.value.suggested_filename == "CN-formal_demand.docx"
        file = tmp_path / "from counsel.docx"
        file.write_bytes(sent_back(Path(waiting.value.path()).read_bytes()))
        page.set_input_files("#counsel-file", file)
        good = page.locator(f"[data-piece='{PIECE}']")
        good.locator("del", has_text="offer").wait_for()
        assert "Carla Counsel May 5, 2026" in good.inner_text()
        bad = page.locator(f"[data-piece='{NAMED}']")
        assert bad.locator(".save").count() == 0
        assert bad.locator("[data-rule='clause-fault'] .hint").is_visible()
        page.click("#language")
        page.locator(".counsel-document h2", has_text="律师的修改：from counsel.docx").wait_for()
        page.click("#language")
        good.locator(".save").click()
        page.locator(".counsel .told", has_text="name").wait_for()  # nobody's edit is saved
        assert not (workspace / "packs" / "CN").exists()
        page.fill("#person", "Ann Example")
        good.locator(".save").click()
        page.locator(".counsel .told", has_text="Saved: Offer of instalments").wait_for()
        good.wait_for(state="detached")
        bad.locator(".drop").click()
        bad.wait_for(state="detached")
        page.locator(".counsel-document", has_text="nothing left to decide").wait_for()
        page.click(".counsel-document .close")
        page.locator(".counsel-document").wait_for(state="detached")
    assert edits_of(workspace)[0]["by"] == "Ann Example"


def test_a_file_of_a_stranger_is_told(browser: Any, server: Server, tmp_path: Path) -> None:
    with desk_of(browser, server.address, "Ann Example", "compare") as page:
        ready(page)
        file = tmp_path / "strange.docx"
        file.write_bytes(b"MZ")
        page.set_input_files("#counsel-file", file)
        page.locator(".counsel .told [data-rule='counsel-unreadable'] .hint").wait_for()
