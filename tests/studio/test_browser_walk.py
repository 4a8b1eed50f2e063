"""What a lawyer does one after the other: nothing left behind, lost or told in the file's words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from notices.pack.load import load_pack
from tests.studio.conftest import TEXT, Server
from tests.studio.test_browser import CHINESE, clause_of, drawn, own, write
from tests.studio.test_browser_struct7 import desk_of, ready, write_side
from tests.studio.test_browser_truth import part, press

pytestmark = pytest.mark.heavy


def has_focus(page: Any, selector: str) -> bool:
    return bool(
        page.evaluate("name => Boolean(document.activeElement.closest(name))", arg=selector)
    )


def test_another_recipient_s_text_is_not_left_behind_unasked(
    browser: Any, server: Server, workspace: Path
) -> None:
    with desk_of(browser, server.address, "Ann Example") as page:
        drawn(page)
        write(page, TEXT, " Please call us.")
        write(page, CHINESE, "请致电我们。")
        foot = clause_of(page, TEXT).locator(".foot").first
        foot.locator(".save").click()
        asked = page.inner_text("dialog")
        assert "Simplified Chinese" in asked and "company" in asked and "English" not in asked
        page.keyboard.press("Escape")
        assert not (workspace / "packs" / "CN").exists()
        foot.locator(".save").click()
        page.click("dialog .do")
        foot.wait_for(state="hidden")
        assert has_focus(page, f'[data-scalar="{CHINESE}"]'), "Save is gone, the text is not"
    assert own(workspace).count("请致电我们。") == 1


def test_a_new_clause_with_headings_and_no_style(
    browser: Any, server: Server, workspace: Path
) -> None:
    with desk_of(browser, server.address, "Ann Example") as page:
        ready(page)
        page.click("#add-last button")
        page.check("dialog input[value='new']")
        page.click("dialog .do")
        page.fill("#new-id", "in-writing")
        page.fill("#new-source", "Civil Code art. 469")
        for number, heading in enumerate(("书面约定", "In writing")):
            page.locator("#new-clause .new-heading").nth(number).fill(heading)
        write_side(page, "zh-Hans", "延期须书面约定。")
        write_side(page, "en", "More time is to be agreed in writing.")
        page.click("#new-save")
        page.locator(".card.chosen[data-part='clause-in-writing']").wait_for()
        assert has_focus(page, "[data-part='clause-in-writing']")
        page.locator("#notices .note", has_text="Saved").wait_for()
    parts = load_pack(workspace / "packs" / "CN").kinds["formal_demand"].parts
    assert (parts[-1].clause, parts[-1].style) == ("in-writing", "")


def test_a_move_is_told_and_stands_by_its_name_in_the_history(browser: Any, server: Server) -> None:
    with desk_of(browser, server.address, "Ann Example") as page:
        drawn(page)
        name = part(page, "clause-hardship").locator("h2").inner_text().split(" hardship")[0]
        press(page, "clause-hardship", "Move up")
        page.locator("#notices .note", has_text=f"Moved “{name}”: before").wait_for()
        page.click("#tab-history")
        change = page.locator(".change").first
        assert change.locator(".partlines ins").inner_text() == name
        change.locator(".back").click()
        page.click("dialog .do")
        page.locator("#notices .note").wait_for()
        page.locator(".change").nth(1).wait_for()


def test_a_comment_stays_when_the_name_changes(browser: Any, server: Server) -> None:
    with desk_of(browser, server.address, "Bob Example") as page:
        page.click("#tab-approve")
        page.fill("#note", "Too harsh")
        page.fill("#from-day", "2027-01-01")
        page.fill("#person", "Cai Example")
        page.click("#note")
        page.keyboard.press("End")
        page.keyboard.type(", please")
        assert page.input_value("#person") == "Cai Example"
        assert (page.input_value("#note"), page.input_value("#from-day")) == (
            "Too harsh, please",
            "2027-01-01",
        )


def test_an_inserted_value_runs_into_nothing(browser: Any, server: Server) -> None:
    """Two numbers that touch are one to whoever reads the letter, and to the proof."""
    with desk_of(browser, server.address, "Ann Example") as page:
        drawn(page)
        for scalar, end in ((TEXT, ". {{ sender_phone }}"), (CHINESE, "。{{ sender_phone }}")):
            write(page, scalar, "")
            tool = page.locator(f'.text:has([data-scalar="{scalar}"]) .insert')
            tool.click()
            page.keyboard.type("phone sender")  # the words in any order
            page.keyboard.press("Enter")
            editor = page.locator(f'[data-scalar="{scalar}"]')
            said = editor.evaluate("one => one.editor.state.doc.toString()")
            assert said.rstrip().endswith(end), said


def test_a_view_that_comes_late_draws_over_nothing(browser: Any, server: Server) -> None:
    """The one that was asked for last is the one that is shown."""
    with desk_of(browser, server.address, "Ann Example") as page:
        page.click("#tab-history")
        page.wait_for_selector("#history-of")
        held: list[Any] = []
        page.route("**/api/reading*", lambda route: held.append(route))
        page.click("#tab-approve")
        page.wait_for_selector(".wait")
        page.click("#tab-history")
        page.wait_for_selector("#history-of")
        assert held
        with page.expect_response("**/api/reading*"):
            held[0].continue_()
        page.click("#tab-usage")
        page.click("#tab-history")
        page.wait_for_selector("#history-of")
        assert page.locator(".approve").count() == 0
