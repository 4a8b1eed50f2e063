"""Reading, approving, history and collisions, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.calls import run_outside
from tests.studio.conftest import TEXT, Server
from tests.studio.test_browser import desk_of, drawn, own, read_all, saved, write
from tests.studio.test_browser_truth import part


@pytest.fixture
def accepted(workspace: Path) -> Path:
    """The workspace with the shipped text approved."""
    assert run_outside("pack", "accept", "CN", "--by", "Cy Example", cwd=workspace).code == 0
    return workspace


def edited(page: Any) -> None:
    page.wait_for_selector(f'[data-scalar="{TEXT}"] .cm-content')
    write(page, TEXT, " Please call us.")
    saved(page, TEXT, one_side=True)


def test_the_button_waits_until_all_was_opened(
    browser: Any, accepted: Path, server: Server
) -> None:
    """Neither loading the page nor opening a letter without seeing its end is reading."""
    with desk_of(browser, server.address, "Ann Example") as ann:
        edited(ann)
    with desk_of(browser, server.address, "Bob Example", "approve") as bob:
        bob.wait_for_selector(".toread")
        assert bob.locator("#approve").is_disabled() and bob.locator(".toread li.read").count() == 0
        bob.locator(".toread .open").first.click()
        bob.locator(".toread ins", has_text="Please call us.").wait_for()
        bob.locator(".progress", has_text="1 of").wait_for()
        letter = bob.locator(".toread > li").nth(1)
        letter.locator(".open").click()
        letter.locator(".sheet img").first.wait_for(timeout=60000)
        assert "not read" in letter.locator(".mark").inner_text()
        assert letter.locator(".area.here").count() >= 1, "what changed is marked on the page"
        assert bob.locator("#approve").is_disabled()
        # The name is the one that is typed now; another person begins anew.
        bob.fill("#person", "Bo Example")
        assert bob.inner_text(".you-now") == "Bo Example"
        bob.keyboard.press("Tab")
        bob.locator(".progress", has_text="0 of").wait_for()


def test_changes_are_asked_and_an_approval_follows(
    browser: Any, accepted: Path, server: Server
) -> None:
    with desk_of(browser, server.address, "Ann Example") as ann:
        edited(ann)
        with desk_of(browser, server.address, "Bob Example", "approve") as bob:
            bob.locator(".needed", has_text="one person other than Ann Example").wait_for()
            bob.click("#ask")
            bob.locator(".form .told", has_text="say what").wait_for()
            bob.fill("#note", "Say which number.")
            bob.click("#ask")
            bob.locator(".request", has_text="Say which number.").wait_for()
        ann.click("#tab-approve")
        ann.locator(".request .settle").click()
        ann.click("dialog .do")
        ann.locator(".request").wait_for(state="detached")
    with desk_of(browser, server.address, "Bob Example", "approve") as bob:
        read_all(bob)
        bob.click("#approve")
        bob.wait_for_selector(".standing.approved", timeout=180000)
        bob.click("#stop")
        assert bob.locator("dialog .do").is_disabled(), "a reason is needed"
        bob.fill("dialog .reason", "A wrong number")
        bob.click("dialog .do")
        bob.locator(".standing.open", has_text="A wrong number").wait_for()
        assert "notices pack" not in bob.inner_text("#view")


def test_who_changed_what_and_back_again(browser: Any, server: Server, workspace: Path) -> None:
    with desk_of(browser, server.address, "Ann Example") as page:
        drawn(page)
        edited(page)
        part(page, "clause-demand-opening").locator(".history").click()
        change = page.locator("dialog .change", has_text="Ann Example")
        change.locator("ins", has_text="Please call us.").wait_for()
        change.locator(".back").click()
        page.locator("dialog del", has_text="Please call us.").last.wait_for()
        page.locator("dialog .do").last.click()
        page.wait_for_function(
            "scalar => { const text = document.querySelector(`[data-scalar='${scalar}']`);"
            " return text && !text.innerText.includes('Please call us.'); }",
            arg=TEXT,
        )
    assert "Please call us." not in own(workspace)


def test_a_removed_block_comes_back(browser: Any, server: Server) -> None:
    with desk_of(browser, server.address, "Ann Example") as page:
        drawn(page)
        card = page.locator(".card[data-part='items-items-title']")
        card.click()
        card.locator(".parttools button[aria-label^='Remove']").click()
        page.click("dialog .do")
        card.wait_for(state="detached")
        page.click("#tab-history")
        page.locator(".change", has_text="removed").locator(".back").click()
        page.click("dialog .do")
        page.locator(".change").nth(1).wait_for()
        page.click("#tab-edit")
        card.wait_for()


def test_what_another_saves_is_told_and_nothing_typed_is_lost(
    browser: Any, server: Server, workspace: Path
) -> None:
    with (
        desk_of(browser, server.address, "Ann Example") as ann,
        desk_of(browser, server.address, "Bob Example") as bob,
    ):
        for page in (ann, bob):
            drawn(page)
        write(bob, TEXT, " From Bob.")
        write(ann, TEXT, " From Ann.")
        saved(ann, TEXT, one_side=True)
        bob.locator("#news", has_text="Ann Example saved").wait_for()
        box = bob.locator(".conflict")
        box.locator("ins", has_text="From Ann.").first.wait_for()
        box.locator("ins", has_text="From Bob.").wait_for()
        assert "From Bob." in bob.locator(f'[data-scalar="{TEXT}"]').inner_text()
        bob.click(".conflict .mine")
        saved(bob, TEXT, one_side=True)
        assert "From Bob." in own(workspace)
        # Ann has typed nothing since: she sees Bob's text.
        ann.locator(f'[data-scalar="{TEXT}"]', has_text="From Bob.").wait_for()
        ann.locator(".heard", has_text="Bob Example").wait_for()
