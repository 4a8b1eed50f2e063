"""The studio in a real browser, over a real server: what a lawyer does and sees."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from notices.places import PACKS
from tests.cli.calls import Said
from tests.studio.conftest import TEXT, Server, serving

CHOICE = "#pack=CN&kind=formal_demand&example=demand-consumer-loan-no-rate&languages=zh-Hans+en"
CHINESE = "clauses/demand-opening/zh-Hans.person"
COMPANY = "clauses/demand-opening/zh-Hans.company"
SHIPPED = PACKS / "CN" / "clauses" / "opening.yaml"


@contextmanager
def desk_of(browser: Any, address: str, name: str = "", tab: str = "edit") -> Iterator[Any]:
    """Somebody's browser, with the studio open. A fault of the page's scripts fails the test."""
    faults: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None,
    )
    page.goto(f"{address}{CHOICE}&tab={tab}")
    page.wait_for_selector("#person")
    if name:
        page.fill("#person", name)
    yield page
    context.close()
    assert faults == []


def drawn(page: Any, before: str = "") -> str:
    """The digest of the page that is shown, once it is another than `before`."""
    page.wait_for_function(
        "before => { const now = document.querySelector('.status')?.dataset.digest;"
        " return now && now !== before; }",
        arg=before,
        timeout=60000,
    )
    return str(page.get_attribute(".status", "data-digest"))


def write(page: Any, scalar: str, text: str) -> None:
    """Type at the end of a text."""
    page.locator(f'[data-scalar="{scalar}"] .cm-content').click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def clause_of(page: Any, scalar: str) -> Any:
    inside = "ancestor::div[contains(concat(' ', @class, ' '), ' clause ')]"
    return page.locator(f'[data-scalar="{scalar}"]').locator(f"xpath={inside}")


def saved(page: Any, scalar: str, *, one_side: bool = False) -> None:
    """Press Save of the clause; where one language alone was changed, say that it is right so."""
    clause = clause_of(page, scalar)
    clause.locator(".save").click()
    if one_side:
        page.locator("dialog .do").click()
    clause.locator(".foot").wait_for(state="hidden")


def read_all(page: Any) -> None:
    """Open all that is to be read before an approval, and see each to its end."""
    page.wait_for_selector(".reading")
    items = page.locator(".toread > li")
    for number in range(items.count()):
        read_to_its_end(page, items.nth(number))
        page.locator(".toread > li.read").nth(number).wait_for(timeout=60000)


def read_to_its_end(page: Any, item: Any) -> None:
    """Open one thing that is to be read, and bring each of its ends into sight."""
    item.locator(".open").click()
    item.locator(".end").first.wait_for(state="attached", timeout=120000)
    for end in item.locator(".end").all():
        end.scroll_into_view_if_needed()
        page.evaluate("() => new Promise((seen) => requestAnimationFrame(() => setTimeout(seen)))")


def own(workspace: Path) -> str:
    return (workspace / "packs" / "CN" / "clauses" / "opening.yaml").read_text(encoding="utf-8")


def test_a_sentence_is_changed_on_the_page_and_in_the_file(
    browser: Any, server: Server, workspace: Path
) -> None:
    with desk_of(browser, server.address, "Ann Example") as page:
        before = drawn(page)
        picture = page.locator(".sheet img").first.screenshot()
        write(page, TEXT, " Please call us.")
        write(page, CHINESE, "请致电我们。")
        drawn(page, before)
        page.wait_for_function("() => !document.querySelector('.old')")
        assert page.locator(".sheet img").first.screenshot() != picture
        assert page.locator(".area.here").count() == 2, "the clause is marked on the page"
        assert not (workspace / "packs" / "CN").exists(), "nothing is written before it is saved"
        saved(page, TEXT, one_side=True)
    file = own(workspace)
    assert file.count("Please call us.") == 1 and file.count("请致电我们。") == 1
    assert len(file.splitlines()) == len(SHIPPED.read_text(encoding="utf-8").splitlines())


def test_a_lost_number_is_told_at_the_clause(browser: Any, server: Server) -> None:
    with desk_of(browser, server.address) as page:
        drawn(page)
        write(page, TEXT, " You have 14 days.")
        fault = page.locator('.found[data-clause="demand-opening"] [data-rule="number-parity"]')
        fault.nth(1).wait_for()  # what each recipient reads lacks it
        assert all("14" in text for text in fault.all_inner_texts())
        write(page, CHINESE, "您有14天时间。")
        fault.nth(1).wait_for(state="detached")
        assert "zh-Hans.company" in fault.inner_text()
        write(page, COMPANY, "贵公司有14天时间。")
        fault.wait_for(state="detached")


def test_a_placeholder_completes_with_its_meaning_and_value(browser: Any, server: Server) -> None:
    with desk_of(browser, server.address) as page:
        drawn(page)
        write(page, TEXT, " Total: {{ total")
        page.wait_for_selector(".cm-tooltip-autocomplete")
        page.wait_for_selector(".cm-completionInfo")
        assert "CNY 8,180.16" in page.inner_text(".cm-completionInfo")
        page.keyboard.press("Enter")
        chips = page.locator(f'[data-scalar="{TEXT}"] .chip')
        assert chips.last.inner_text() == "Total owed"
        assert "CNY 8,180.16" in page.locator(".card.chosen .place").inner_text()


def test_a_click_on_the_page_finds_the_clause(browser: Any, server: Server) -> None:
    with desk_of(browser, server.address) as page:
        drawn(page)
        page.locator('.area[data-part="clause-demand-opening"][data-lang="en"]').first.click()
        page.wait_for_selector('.card.chosen[data-part="clause-demand-opening"]')
        focused = page.evaluate("document.activeElement.closest('.cm-editor').dataset.scalar")
        assert focused == TEXT


def test_two_who_save_one_text(browser: Any, server: Server, workspace: Path) -> None:
    with (
        desk_of(browser, server.address, "Ann Example") as ann,
        desk_of(browser, server.address, "Bob Example") as bob,
    ):
        drawn(ann)
        drawn(bob)
        write(ann, TEXT, " From Ann.")
        saved(ann, TEXT, one_side=True)
        write(bob, TEXT, " From Bob.")
        clause_of(bob, TEXT).locator(".save").click()
        bob.locator("dialog .do").click()
        bob.wait_for_selector(".conflict")
        assert "From Ann." in bob.inner_text(".conflict")
        assert "From Bob." in bob.inner_text(".conflict")
        assert "From Ann." in own(workspace) and "From Bob." not in own(workspace)
        bob.click(".conflict .theirs")
        bob.wait_for_selector(".conflict", state="detached")
        assert "From Ann." in bob.locator(f'[data-scalar="{TEXT}"]').inner_text()


def test_a_killed_server_loses_nothing_typed(browser: Any, workspace: Path) -> None:
    with serving(workspace) as first:
        port = urlsplit(first.address).port or 0
        with desk_of(browser, first.address, "Ann Example") as page:
            drawn(page)
            with page.expect_response(lambda answer: answer.url.endswith("/api/draft")):
                write(page, TEXT, " Kept.")
            page.locator(".told", has_text="draft kept").wait_for()
            os.kill(first.process.pid, signal.SIGKILL)
            first.process.wait()
            write(page, TEXT, " And this.")
            page.locator(".told", has_text="does not answer").first.wait_for()
            with serving(workspace, port):
                page.locator(".told", has_text="draft kept").wait_for(timeout=30000)
                page.reload()
                drawn(page)
                text = page.locator(f'[data-scalar="{TEXT}"] .cm-content').inner_text()
                assert text.rstrip().endswith("Kept. And this.")
                saved(page, TEXT, one_side=True)
    assert "Kept. And this." in own(workspace)


def test_from_a_sentence_to_a_live_letter(
    browser: Any, server: Server, workspace: Path, live: Callable[[], Said]
) -> None:
    """Ann edits, sees what changed, can't approve alone; Bob approves; the next letter uses it."""
    with desk_of(browser, server.address, "Ann Example") as ann:
        drawn(ann)
        write(ann, TEXT, " Please call us.")
        write(ann, CHINESE, "请致电我们。")
        saved(ann, TEXT, one_side=True)
        ann.click("#tab-compare")
        ann.locator("ins", has_text="Please call us.").wait_for(timeout=120000)
        ann.locator("ins", has_text="请致电我们。").wait_for()
        ann.locator(".pair .column:nth-child(2) .area.here").first.wait_for(timeout=60000)
        ann.click("#tab-approve")
        read_all(ann)
        ann.click("#approve")
        ann.locator(".book li", has_text="Ann Example").wait_for(timeout=120000)
        ann.locator('[data-rule="four-eyes"]').wait_for()
    assert live().rules == {"four-eyes"}
    assert not list((workspace / "out").glob("*.pdf"))
    with desk_of(browser, server.address, "Bob Example", "approve") as bob:
        bob.wait_for_selector(".standing.open")
        read_all(bob)
        bob.click("#approve")
        bob.wait_for_selector(".standing.approved", timeout=120000)
    said = live()
    assert said.code == 0, said.out
    assert [file.suffix for file in (workspace / "out").iterdir()] == [".pdf"]


def test_where_used_draws_the_letters(browser: Any, server: Server) -> None:
    with desk_of(browser, server.address, tab="usage") as page:
        page.select_option("#name", "capped")
        page.locator("tbody tr", has_text="Formal demand").first.wait_for()
        page.locator("figure .area.here").first.wait_for(timeout=60000)


@pytest.mark.parametrize("tab", ["edit", "terms", "compare", "approve", "history", "usage"])
def test_the_page_speaks_chinese(browser: Any, server: Server, tab: str) -> None:
    with desk_of(browser, server.address, tab=tab) as page:
        page.wait_for_selector("#view > :not(.wait)")
        page.click("#language")
        page.wait_for_selector("text=函件工作台")
        assert page.evaluate("document.documentElement.lang") == "zh-Hans"
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_keys_alone_will_do(browser: Any, server: Server, workspace: Path) -> None:
    """From the name to the first text, a sentence, and saved: no mouse."""
    with desk_of(browser, server.address, "Ann Example") as page:
        drawn(page)
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("!!document.activeElement.closest('.cm-editor')"):
                break
        page.keyboard.press("Control+End")
        page.keyboard.type("!")
        page.keyboard.press("Control+s")
        page.wait_for_selector("dialog .do")  # one side alone was changed
        page.keyboard.press("Enter")
        page.wait_for_selector("#notices p")
    assert own(workspace) != SHIPPED.read_text(encoding="utf-8")
