"""Eighteen steps, tried as a lawyer would: one long walk from a sentence to a live letter and back,
and beside it what needs no edit: other countries, a new pack, languages, keys, widths."""

from __future__ import annotations

import json
import os
import re
import signal
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from notices.cli.main import main
from notices.pack.load import load_pack
from notices.pack.unfilled import find_unfilled
from notices.proof.readback import read_pdf
from tests.cli.calls import example, run_outside, write_case
from tests.studio.conftest import TEXT, Server, edits_of, made_workspace, serving
from tests.studio.test_browser import (
    CHINESE,
    COMPANY,
    clause_of,
    drawn,
    own,
    saved,
    write,
)
from tests.studio.test_browser_names import LEAKS, go, wide_enough, window
from tests.studio.test_browser_struct7 import write_side
from tests.studio.test_browser_truth import part, press

pytestmark = pytest.mark.heavy

PACK = {"pack": "CN", "kind": "formal_demand", "example": "demand-consumer-loan-no-rate"}
TABS = ("edit", "terms", "compare", "approve", "history", "usage")
FIRST_DAY = date(2026, 4, 1)  # of the new text; the day before, letters have the old one
LONG = 300_000  # milliseconds: all letters of a kind are made and drawn


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A studio for those who change nothing that others look at."""
    with serving(made_workspace(tmp_path_factory.mktemp("shared") / "ws")) as server:
        yield server


def at_desk(page: Any, name: str, tab: str = "edit") -> None:
    """Whoever sits down says who they are and opens the letter."""
    page.set_default_timeout(LONG)
    page.fill("#person", name)
    go(page, **PACK, tab=tab)
    page.wait_for_selector(f"#tab-{tab}[aria-current]")
    page.wait_for_selector("#view > :not(.wait)")


def letter_of(workspace: Path, case_id: str, day: date) -> tuple[dict[str, Any], str]:
    """A live letter of that day: what the command says of it, and the words of its pages."""
    case = {**example("demand-consumer-loan-no-rate"), "sender": "sample-lender"}
    write_case(
        workspace / "cases" / "now.json",
        {**case, "id": case_id, "dispatch_by": day.isoformat()},
    )
    asked = ("letter", "cases/now.json", "--issue-date", day.isoformat(), "--live", "--json")
    said = run_outside(*asked, cwd=workspace)
    assert said.code == 0, said.out
    (letter,) = said.json["letters"]
    words = "".join(run.text for run in read_pdf(Path(letter["file"]).read_bytes()).runs)
    return letter["text"], re.sub(r"\s+", "", words)


@pytest.mark.slow
def test_the_walk(browser: Any, workspace: Path, tmp_path: Path) -> None:
    assert run_outside("pack", "accept", "CN", "--by", "Cy Example", cwd=workspace).code == 0
    with serving(workspace) as first:
        port = urlsplit(first.address).port or 0
        with window(browser, first.address) as ann:
            open_it(ann)
            change_a_sentence(ann, workspace)
            insert_a_value(ann, workspace)
            add_a_clause(ann, workspace)
            choose_conditions(ann, workspace)
            compare_and_export(ann, tmp_path)
            alone_is_not_enough(ann)
            with window(browser, first.address) as bob:
                approve_from_a_day(bob, workspace)
                where_used(bob)
                two_windows(ann, bob, workspace)
                one_side_is_stale(ann)
                back_again(ann, workspace)
            kill(ann, first)
            with serving(workspace, port):
                nothing_is_lost(ann, workspace)
    still_live(workspace)


def open_it(page: Any) -> None:
    """1. The letter, its clauses and its real page; nothing is wrong with it."""
    at_desk(page, "Ann Example")
    drawn(page)
    assert page.locator(".letter-findings li.error").count() == 0
    assert page.locator(".sheet img").count() >= 1
    assert "Formal demand" in page.inner_text("#kind option:checked")


def change_a_sentence(page: Any, workspace: Path) -> None:
    """2. All sides under one Save; live letters keep the approved text."""
    write(page, TEXT, " Please call us.")
    write(page, CHINESE, "请致电我们。")
    write(page, COMPANY, "请致电我们。")
    assert not (workspace / "packs" / "CN").exists()
    saved(page, TEXT)
    file = own(workspace)
    assert (file.count(" Please call us."), file.count("请致电我们。")) == (1, 2)
    assert {edit["by"] for edit in edits_of(workspace)} == {"Ann Example"}
    text, words = letter_of(workspace, "CN-W1", FIRST_DAY)
    assert text["approved_by"] == "Cy Example" and text["edits_waiting"] > 0
    assert "Pleasecallus." not in words


def insert_a_value(page: Any, workspace: Path) -> None:
    """3, 4. A value by its name; where one side alone has it, the clause says so until all have."""
    fault = page.locator('.found[data-clause="demand-opening"] [data-rule$="-parity"]')
    for scalar in (TEXT, CHINESE, COMPANY):
        write(page, scalar, " ")
        box = page.locator(f'[data-scalar="{scalar}"]').locator("xpath=..")
        box.locator(".insert").click()
        page.keyboard.type("in words")
        page.keyboard.press("Enter")
        name = page.locator(f'[data-scalar="{scalar}"] .chip').last.inner_text()
        assert name == "Total owed in words"
        if scalar == TEXT:
            fault.first.wait_for()
            assert "total_due_words" in fault.first.inner_text()
    fault.first.wait_for(state="detached")
    saved(page, TEXT)
    assert own(workspace).count("{{ total_due_words }}") == 3


def add_a_clause(page: Any, workspace: Path) -> None:
    """6. A clause after the last part, judged while it is written."""
    page.click("#add-last button")
    page.check("dialog input[value='new']")
    page.click("dialog .do")
    page.fill("#new-id", "thanks")
    page.fill("#new-source", "Our own courtesy")
    write_side(page, "zh-Hans", "多谢。")
    write_side(page, "en", "Thank you.")
    page.click("#new-save")
    page.locator(".card.chosen[data-part='clause-thanks']").wait_for()
    pack = load_pack(workspace / "packs" / "CN")
    assert pack.kinds["formal_demand"].parts[-1].clause == "thanks"


def choose_conditions(page: Any, workspace: Path) -> None:
    """5. The sentence says what is chosen; what contradicts itself can't be applied."""
    press(page, "clause-thanks", "Conditions")
    row = page.locator("dialog tr", has_text="limitation-runs").first
    place, clause = row.locator("select").nth(0), row.locator("select").nth(1)
    place.select_option("is")
    clause.select_option("is-not")
    page.locator("dialog .sentence", has_text="could never be printed").wait_for()
    assert page.locator("dialog .do").is_disabled()
    clause.select_option("either")
    page.locator("dialog .sentence", has_text="When: “The limitation period still runs").wait_for()
    page.wait_for_function("() => !document.querySelector('dialog .do').disabled")
    page.click("dialog .do")
    card = part(page, "clause-thanks")
    card.locator(".when", has_text="When: “The limitation period still runs").wait_for()
    card.locator(".count", has_text="printed in 8 of 9 examples").wait_for()
    last = load_pack(workspace / "packs" / "CN").kinds["formal_demand"].parts[-1]
    assert last.when == {"all": ("limitation-runs",)}


def compare_and_export(page: Any, tmp_path: Path) -> None:
    """7. What changed and that nothing broke; the same as one file, and as Word's changes."""
    page.click("#tab-compare")
    for said in ("Please call us.", "请致电我们。"):
        page.locator("ins", has_text=said).first.wait_for()
    page.locator(".good", has_text="examples tried").wait_for()
    with page.expect_download() as waiting:
        page.click("#export")
    html = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert "Please call us." in html and "Ann Example" in html and "Cy Example" in html
    assert not re.search(r'(src|href)="https?:', html), "it needs no network"
    with page.expect_download() as waiting:
        page.click("#counsel-get")
    with zipfile.ZipFile(waiting.value.path()) as document:
        text = document.read("word/document.xml").decode()
    inserted = "".join(re.findall(r"<w:ins\b.*?</w:ins>", text, re.DOTALL))
    assert "Please call us." in inserted and 'w:author="Ann Example"' in inserted
    assert "{{ total_due_words }}" in inserted


def alone_is_not_enough(page: Any) -> None:
    page.click("#tab-approve")
    page.locator(".needed", has_text="one person other than Ann Example").wait_for()
    assert page.locator("#approve").is_disabled()


def approve_from_a_day(page: Any, workspace: Path) -> None:
    """8, 10. Another person reads every touched letter, and approves from a day on."""
    at_desk(page, "Bob Example", "approve")
    page.wait_for_selector(".toread")
    letters = page.locator(".toread > li[data-item^='letters/']")
    assert letters.count() == 8, "all that print the opening or the thanks"
    assert "Card demand" in page.inner_text(".others")
    while page.locator(".toread > li:not(.read)").count() > 1:
        assert page.locator("#approve").is_disabled()
        read_one(page)
    assert page.locator("#approve").is_disabled()
    read_one(page)
    page.fill("#from-day", FIRST_DAY.isoformat())
    page.fill("#note", "Read in both languages.")
    page.click("#approve")
    page.wait_for_selector(".standing.approved")
    assert "Read in both languages." in page.inner_text(".book li >> nth=0")
    text, words = letter_of(workspace, "CN-W2", FIRST_DAY.replace(month=3, day=31))
    assert text["approved_by"] == "Cy Example" and "Pleasecallus." not in words
    text, words = letter_of(workspace, "CN-W3", FIRST_DAY)
    assert (text["approved_by"], text["edits_waiting"]) == ("Bob Example", 0)
    assert words.count("Pleasecallus.") == 1 and words.count("请致电我们。") == 1
    assert "Thankyou." in words and "多谢。" in words


def read_one(page: Any) -> None:
    """Open the first that is not read, and see it to its end."""
    item = page.locator(".toread > li:not(.read)").first
    name = item.get_attribute("data-item")
    item.locator(".open").click()
    one = page.locator(f".toread > li[data-item='{name}']")
    one.locator(".end").first.wait_for(state="attached")
    for end in one.locator(".end").all():
        end.scroll_into_view_if_needed()
    page.locator(f".toread > li.read[data-item='{name}']").wait_for()


def where_used(page: Any) -> None:
    """9. Which notices print a clause, and the letters with it marked."""
    page.click("#tab-usage")
    page.select_option("#name", "demand-opening")
    for kind in ("Formal demand", "Card demand"):
        page.locator("tbody tr", has_text=kind).first.wait_for()
    page.locator("figure .area.here").first.wait_for()


def two_windows(ann: Any, bob: Any, workspace: Path) -> None:
    """11. What another saves is told; what one typed is kept until one has chosen."""
    for page in (ann, bob):
        page.click("#tab-edit")
        drawn(page)
    write(ann, TEXT, " From Ann.")
    write(bob, TEXT, " From Bob.")
    saved(bob, TEXT, one_side=True)
    ann.locator("#news", has_text="Bob Example saved").wait_for()
    ann.locator(".conflict ins", has_text="From Bob.").wait_for()
    ann.locator(".conflict ins", has_text="From Ann.").wait_for()
    assert "From Ann." not in own(workspace)
    ann.click(".conflict .theirs")
    ann.locator(".conflict").wait_for(state="detached")
    assert "From Bob." in ann.locator(f'[data-scalar="{TEXT}"]').inner_text()


def one_side_is_stale(page: Any) -> None:
    """15. One language says something new: the clause says which did not follow."""
    page.reload()
    stale = page.locator('.found[data-clause="demand-opening"] [data-rule="translation-stale"]')
    stale.first.wait_for()
    page.click("#language")
    stale.filter(has_text=re.compile("[\u4e00-\u9fff]")).first.wait_for()
    page.click("#language")
    stale.filter(has_text="did not").first.wait_for()


def back_again(page: Any, workspace: Path) -> None:
    """16. Who, when, before, after; and as it was before."""
    page.locator(".card", has=page.locator(f'[data-scalar="{TEXT}"]')).locator(".history").click()
    change = page.locator("dialog .change").first
    assert "Bob Example" in change.inner_text()
    change.locator("ins", has_text="From Bob.").wait_for()
    page.locator("dialog .shipped").click()
    again = page.locator("dialog").last
    again.locator("del", has_text="From Bob.").wait_for()  # what restoring would take away
    again.locator("button", has_text="Cancel").click()
    change.locator(".back").click()
    page.locator("dialog .do").last.click()
    page.wait_for_function(
        "scalar => { const text = document.querySelector(`[data-scalar='${scalar}']`);"
        " return text && !text.innerText.includes('From Bob.'); }",
        arg=TEXT,
    )
    stale = page.locator('.found[data-clause="demand-opening"] [data-rule="translation-stale"]')
    stale.first.wait_for(state="detached")
    assert "From Bob." not in own(workspace) and "Please call us." in own(workspace)


def kill(page: Any, server: Server) -> None:
    """12. The server dies while somebody writes."""
    with page.expect_response(lambda answer: answer.url.endswith("/api/draft")):
        write(page, TEXT, " Kept.")
    page.locator(".told", has_text="draft kept").first.wait_for()
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    write(page, TEXT, " And this.")
    page.locator(".told", has_text="does not answer").first.wait_for()


def nothing_is_lost(page: Any, workspace: Path) -> None:
    page.locator(".told", has_text="draft kept").first.wait_for()
    page.reload()
    drawn(page)
    text = page.locator(f'[data-scalar="{TEXT}"] .cm-content').inner_text()
    assert text.rstrip().endswith("Kept. And this.")
    assert "Kept." not in own(workspace), "a draft is nobody's text yet"
    for scalar in (CHINESE, COMPANY):
        write(page, scalar, "已保留。")
    saved(page, TEXT)
    assert "Kept. And this." in own(workspace) and own(workspace).count("已保留。") == 2


def still_live(workspace: Path) -> None:
    """After all of it live letters say what was approved, and that edits wait."""
    text, words = letter_of(workspace, "CN-W4", FIRST_DAY)
    assert text["approved_by"] == "Bob Example" and text["edits_waiting"] > 0
    assert "Pleasecallus." in words and "Kept." not in words and "FromBob." not in words
    names = [json.loads(line)["by"] for line in book_of(workspace) if json.loads(line).get("kind")]
    assert set(names) == {"Cy Example", "Bob Example"}


def book_of(workspace: Path) -> list[str]:
    return (workspace / "approvals" / "CN.jsonl").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("pack", ["DE", pytest.param("US", marks=pytest.mark.slow)])
def test_other_countries_open_without_error(browser: Any, shared: Server, pack: str) -> None:
    """13. Every kind of theirs, in the example's own languages."""
    with window(browser, shared.address) as page:
        page.select_option("#pack", pack)
        page.wait_for_function("pack => location.hash.includes(`pack=${pack}`)", arg=pack)
        before = drawn(page)
        for kind in page.eval_on_selector_all("#kind option", "all => all.map(one => one.value)"):
            if page.input_value("#kind") != kind:
                page.select_option("#kind", kind)
                before = drawn(page, before)
            page.locator(".letter-findings").wait_for()
            assert page.locator(".letter-findings li.error").count() == 0, kind
            assert page.locator("#view .error").count() == 0, kind


def test_a_new_pack_is_filled_in_by_keys_alone(browser: Any, workspace: Path) -> None:
    """14. What `notices pack new` leaves to write, one after the other, until letters are drawn."""
    asked = ["pack", "new", "ZZ", "--languages", "en zh-Hans", "--currency", "EUR"]
    assert main([*asked, "--name", "en=Zedland", "--workspace", str(workspace)]) == 0
    root = workspace / "packs" / "ZZ"
    left = len(find_unfilled(root))
    assert left > 0
    with serving(workspace) as server, window(browser, server.address) as page:
        page.set_default_timeout(LONG)
        page.fill("#person", "Ann Example")
        go(page, pack="ZZ")
        page.locator("#todo-left", has_text=f"{left} left").wait_for()
        page.focus("#todo-next")
        page.keyboard.press("Enter")
        for number in range(left - 1, -1, -1):
            page.keyboard.type("文字")
            page.keyboard.press("Control+s")
            if number:
                page.locator("#todo-left", has_text=re.compile(rf"\b{number} left")).wait_for()
                page.wait_for_function("() => document.activeElement.matches('.fill textarea')")
        page.locator("#add-last").wait_for()
        drawn(page)
    assert find_unfilled(root) == ()
    # Filled in by a machine, it is a letter to be read, not one that is live.
    assert not (workspace / "approvals" / "ZZ.jsonl").exists()


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_every_view_speaks_the_chosen_language(browser: Any, shared: Server, locale: str) -> None:
    """17. By the browser's language, and by the button."""
    language = locale[:2]
    with window(browser, shared.address, locale=locale) as page:
        for chosen in (language, "en" if language == "zh" else "zh"):
            for tab in TABS:
                go(page, **PACK, tab=tab)
                page.wait_for_selector(f"#tab-{tab}[aria-current]")
                page.wait_for_selector("#view > :not(.wait)")
                assert page.evaluate("document.documentElement.lang").startswith(chosen)
                assert page.evaluate(LEAKS, chosen) == [], tab
            page.click("#language")


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(200):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {selector} by keys")


def test_the_keyboard_alone(browser: Any, server: Server, workspace: Path) -> None:
    """18. Name, letter, a sentence on both sides, Save, Compare, and what is to be read."""
    with window(browser, server.address) as page:
        page.wait_for_selector(".card .chip")
        tab_to(page, "#person")
        page.keyboard.type("Ann Example")
        tab_to(page, "#pack")
        page.keyboard.type("Mainland", delay=50)
        page.wait_for_function("() => location.hash.includes('pack=CN')")
        page.locator("#kind option[value=formal_demand]").wait_for(state="attached")
        tab_to(page, "#kind")
        page.keyboard.type("Formal", delay=50)
        page.wait_for_function("() => location.hash.includes('kind=formal_demand')")
        page.wait_for_selector(f'[data-scalar="{TEXT}"]')
        for scalar, text in ((CHINESE, "谢谢。"), (COMPANY, "谢谢。"), (TEXT, " Thank you.")):
            tab_to(page, f'[data-scalar="{scalar}"] .cm-content')
            page.keyboard.press("Control+End")
            page.keyboard.type(text)
        page.keyboard.press("Control+s")
        clause_of(page, TEXT).locator(".foot").wait_for(state="hidden")
        assert own(workspace).count("谢谢。") == 2 and " Thank you." in own(workspace)
        page.keyboard.press("F6")
        assert page.evaluate("document.activeElement.id") == "pages"
        page.keyboard.press("F6")
        tab_to(page, "#tab-compare")
        page.keyboard.press("Enter")
        page.locator("ins", has_text="Thank you.").wait_for()
        tab_to(page, "#tab-approve")
        page.keyboard.press("Enter")
        page.wait_for_selector(".toread .open")
        tab_to(page, ".toread .open")
        page.keyboard.press("Enter")
        page.locator(".toread ins", has_text="Thank you.").wait_for()


@pytest.mark.parametrize(
    ("width", "height"),
    [
        (360, 740),
        (1280, 720),
        pytest.param(768, 1024, marks=pytest.mark.slow),
        pytest.param(1920, 1080, marks=pytest.mark.slow),
        pytest.param(3840, 2160, marks=pytest.mark.slow),
    ],
)
def test_from_a_telephone_to_4k(browser: Any, shared: Server, width: int, height: int) -> None:
    """18. No view, list or drawn page is wider than the window."""
    with window(browser, shared.address, width, height) as page:
        for tab in TABS:
            go(page, **PACK, tab=tab)
            page.wait_for_selector(f"#tab-{tab}[aria-current]")
            page.wait_for_selector("#view > :not(.wait)")
            if tab == "edit":
                drawn(page)
                page.locator(".outline summary").click()
            if tab == "approve":
                page.locator(".toread .open").first.click()
                page.locator(".toread .end").first.wait_for(state="attached")
            assert wide_enough(page), tab
