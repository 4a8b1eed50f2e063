"""The page tells the truth, in a real browser: conditions, all-clears, saves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.studio.conftest import TEXT, Server
from tests.studio.test_browser import (
    CHINESE,
    COMPANY,
    clause_of,
    desk_of,
    drawn,
    own,
    read_all,
    write,
)

LATER = "() => new Promise((done) => setTimeout(done, 1000))"  # than any timer begun before
NO_SUIT = ".card[data-part='clause-demand-opening-no-suit']"


def part(page: Any, name: str) -> Any:
    return page.locator(f".card[data-part='{name}']").first


def everything(page: Any) -> None:
    """Show also what this case does not print."""
    page.uncheck("#only-printed")


def press(page: Any, name: str, tool: str) -> None:
    """A button of a part's tools."""
    part(page, name).click()
    part(page, name).locator(f".parttools button[aria-label^='{tool}']").click()


def test_a_negated_condition_reads_as_it_is(browser: Any, server: Server) -> None:
    with desk_of(browser, server.address) as page:
        drawn(page)
        everything(page)
        said = page.inner_text(f"{NO_SUIT} .when")
        assert said.startswith("When: not: “The limitation period still runs"), said
        page.locator(f"{NO_SUIT} .count", has_text="printed in 1 of 9 examples").wait_for()
        page.click("#language")
        page.locator(f"{NO_SUIT} .when", has_text="条件：并非：“诉讼时效尚未届满").wait_for()
        page.locator(f"{NO_SUIT} .count", has_text="9 个示例中有 1 个印出").wait_for()


def test_conditions_of_part_and_clause_in_one_dialog(
    browser: Any, server: Server, workspace: Path
) -> None:
    """Is, is not, either: the sentence follows; a contradiction can't be applied."""
    with desk_of(browser, server.address, "Ann Example") as page:
        drawn(page)
        press(page, "clause-demand-opening", "Conditions")
        row = page.locator("dialog tr", has_text="limitation-runs").first
        place, clause = row.locator("select").nth(0), row.locator("select").nth(1)
        assert (place.input_value(), clause.input_value()) == ("either", "is")
        page.locator("dialog .sentence", has_text="When: “The limitation").wait_for()
        place.select_option("is-not")
        page.locator("dialog .sentence", has_text="could never be printed").wait_for()
        assert page.locator("dialog .do").is_disabled()
        place.select_option("either")
        capped = page.locator("dialog select[data-condition='capped']").first
        capped.select_option("is-not")
        page.locator("dialog .sentence", has_text="not: “A ceiling reduced").wait_for()
        page.wait_for_function("() => !document.querySelector('dialog .do').disabled")
        page.click("dialog .do")
        page.locator(".when", has_text="not: “A ceiling reduced").first.wait_for()
    kinds = (workspace / "packs" / "CN" / "kinds.yaml").read_text(encoding="utf-8")
    assert "- {clause: demand-opening, when: {not: [capped]}}" in kinds


def test_a_late_answer_stands_over_no_newer_one(browser: Any, server: Server) -> None:
    """What is chosen while an earlier question is under way is what is told, and what counts."""
    with desk_of(browser, server.address, "Ann Example") as page:
        drawn(page)
        held: list[Any] = []
        may_go: list[bool] = []
        page.route("**/api/sentence", lambda one: one.continue_() if may_go else held.append(one))
        press(page, "clause-close", "Conditions")
        row = page.locator("dialog tr", has_text="limitation-runs").first
        row.locator("select").nth(0).select_option("is")
        row.locator("select").nth(1).select_option("is-not")
        page.evaluate(
            "() => new Promise((done) => setTimeout(done, 700))"
        )  # later than any debounce
        may_go.append(True)
        for route in reversed(held):  # the newest answer first
            with page.expect_response("**/api/sentence"):
                route.continue_()
        page.locator("dialog .sentence", has_text="could never be printed").wait_for()
        page.wait_for_load_state("networkidle")
        assert "could never be printed" in page.inner_text("dialog .sentence")
        assert page.locator("dialog .do").is_disabled()


@pytest.mark.parametrize("fails", [False, True])
def test_drafts_are_sent_in_the_order_in_which_they_were_typed(
    browser: Any, server: Server, fails: bool
) -> None:
    """One at a time, the newest behind, also after one that failed."""
    with desk_of(browser, server.address, "Ann Example") as page:
        drawn(page)
        sent: list[str] = []
        held: list[Any] = []

        def hold(route: Any) -> None:
            sent.append(route.request.post_data_json["text"].rstrip().rpartition(" ")[2])
            if len(sent) == 1:
                held.append(route)
            else:
                route.continue_()

        page.route("**/api/draft", hold)
        with page.expect_request("**/api/draft"):
            write(page, TEXT, " One")
        page.keyboard.type(" Two")
        page.evaluate(
            "() => new Promise((done) => setTimeout(done, 1000))"
        )  # later than any debounce
        assert sent == ["One"]
        with page.expect_response(
            lambda answer: "/api/draft" in answer.url and "Two" in str(answer.request.post_data)
        ):
            held[0].fulfill(status=500, body="{}") if fails else held[0].continue_()
        assert sent == ["One", "Two"]


def test_one_save_for_both_sides_and_a_question_for_one(
    browser: Any, server: Server, workspace: Path
) -> None:
    with desk_of(browser, server.address, "Ann Example") as page:
        drawn(page)
        also = part(page, "clause-demand-opening").locator(".also")
        assert also.inner_text().startswith("also in: Card demand for payment")
        write(page, TEXT, " Please call us.")
        clause_of(page, TEXT).locator(".save").click()
        assert "Simplified Chinese" in page.inner_text("dialog")
        page.keyboard.press("Escape")
        assert not (workspace / "packs" / "CN").exists()
        write(page, CHINESE, "请致电我们。")
        write(page, COMPANY, "请致电我们。")
        clause_of(page, TEXT).locator(".save").click()
        clause_of(page, TEXT).locator(".foot").wait_for(state="hidden")
    file = own(workspace)
    assert file.count("Please call us.") == 1 and file.count("请致电我们。") == 2


def test_what_can_t_be_read_stays_a_draft(browser: Any, server: Server, workspace: Path) -> None:
    with desk_of(browser, server.address, "Ann Example") as page:
        drawn(page)
        write(page, TEXT, " You owe {{ total_due }.")
        page.keyboard.press("Escape")
        clause_of(page, TEXT).locator(".save").click()
        page.click("dialog .do")
        problems = clause_of(page, TEXT).locator(".problems").first
        problems.locator("[data-rule='clause-fault']").wait_for()
        assert "stays a draft" in problems.inner_text()
        assert not (workspace / "packs" / "CN").exists()
        page.reload()
        drawn_or_told = page.locator(".letter-findings[open] .error, .at-clauses").first
        drawn_or_told.wait_for(timeout=60000)
        text = page.locator(f'[data-scalar="{TEXT}"] .cm-content').inner_text()
        assert "{{ total_due }." in text
        assert "Nothing found" not in page.inner_text(".letter-findings summary")


@pytest.mark.slow
def test_no_all_clear_without_amounts_and_signature(
    browser: Any, server: Server, workspace: Path
) -> None:
    with desk_of(browser, server.address, "Ann Example") as page:
        drawn(page)
        for name in ("items-items-title", "clause-hardship"):
            press(page, name, "Remove")
            assert "protected" in page.inner_text("dialog")
            page.click("dialog .do")
            page.locator(f".card[data-part='{name}']").wait_for(state="detached")
        page.locator(".letter-findings [data-rule='protected-part']").first.wait_for()
        page.locator(".letter-findings [data-rule='must-print-gap']").first.wait_for()
        page.click("#tab-compare")
        page.locator(".breaks [data-rule='protected-part']").first.wait_for(timeout=120000)
        assert page.locator(".good").count() == 0
        page.click("#tab-approve")
        page.locator(".standing.open [data-rule='protected-part']").first.wait_for()
        read_all(page)
        page.click("#approve")
        page.locator(".told [data-rule='protected-part']").first.wait_for(timeout=120000)
        assert not list((workspace / "approvals").glob("CN.jsonl"))


def test_an_all_clear_says_what_was_made(browser: Any, server: Server) -> None:
    with desk_of(browser, server.address, "Ann Example") as page:
        drawn(page)
        write(page, TEXT, " Please call us.")
        write(page, CHINESE, "请致电我们。")
        write(page, COMPANY, "请致电我们。")
        clause_of(page, TEXT).locator(".save").click()
        clause_of(page, TEXT).locator(".foot").wait_for(state="hidden")
        page.click("#tab-compare")
        page.locator(".good", has_text="11 letters, 17 examples tried").wait_for(timeout=120000)
