"""Structure in a real browser: new and cloned clauses, blocks, sources, begun and broken packs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from notices.cli.main import main
from notices.pack.load import load_pack
from tests.studio import test_browser
from tests.studio.conftest import Server, serving
from tests.studio.test_browser import drawn, own
from tests.studio.test_browser_truth import part, press

SLOW = 180_000  # milliseconds


@contextmanager
def desk_of(browser: Any, address: str, name: str) -> Iterator[Any]:
    """Somebody's browser that waits as long as a busy machine needs."""

    class Patient:
        def new_context(self, **given: Any) -> Any:
            context = browser.new_context(**given)
            context.set_default_timeout(SLOW)
            return context

    with test_browser.desk_of(Patient(), address, name) as page:
        yield page


def saved_kinds(workspace: Path) -> Any:
    return load_pack(workspace / "packs" / "CN").kinds["formal_demand"].parts


def ready(page: Any) -> None:
    page.locator("#add-last").wait_for()


def write_side(page: Any, side: str, text: str) -> None:
    page.locator(f"#new-clause [data-side='{side}'] .cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def test_a_new_clause_after_the_last_part(browser: Any, server: Server, workspace: Path) -> None:
    """Written in its place, judged while it is written, kept over a reload, then saved."""
    with desk_of(browser, server.address, "Ann Example") as page:
        ready(page)
        page.click("#add-last button")
        page.check("dialog input[value='new']")
        page.click("dialog .do")
        page.fill("#new-id", "hardship")
        page.locator("#new-clause .line .told", has_text="taken").wait_for()
        page.fill("#new-id", "thanks")
        page.fill("#new-source", "Our own courtesy")
        write_side(page, "zh-Hans", "多谢。")
        write_side(page, "en", "Thank you, 5 times.")
        page.locator("#new-clause [data-rule='number-parity']").wait_for()
        page.locator("#new-clause summary").click()
        page.locator("#new-clause select[data-condition='company']").select_option("is-not")
        page.locator("#new-clause .when", has_text="not: “").wait_for()
        page.reload()
        ready(page)
        assert page.input_value("#new-id") == "thanks"
        page.select_option("#new-style", "small")
        page.locator("#new-clause [data-side='en'] .cm-content").click()
        page.keyboard.press("Control+A")
        page.keyboard.type("Thank you.")
        page.locator("#new-clause [data-rule='number-parity']").wait_for(state="detached")
        for side in ("en", "zh-Hans"):
            box = page.locator(f"#new-clause .text:has([data-side='{side}'])")
            box.locator(".cm-content").click()
            page.keyboard.press("Control+End")
            box.locator(".insert").click()
            page.keyboard.type("in words")
            page.keyboard.press("Enter")
            box.locator(".chip", has_text="Total owed in words").wait_for()
        page.click("#new-save")
        page.locator(".card.chosen[data-part='clause-thanks']").wait_for()
        assert page.locator("#new-clause").count() == 0
    last = saved_kinds(workspace)[-1]
    assert (last.clause, last.style) == ("thanks", "small")
    clause = load_pack(workspace / "packs" / "CN").clauses["thanks"]
    assert clause.when == {"not": ("company",)} and clause.source.citation == "Our own courtesy"


def test_a_clone_a_block_and_other_rows(browser: Any, server: Server, workspace: Path) -> None:
    with desk_of(browser, server.address, "Ann Example") as page:
        ready(page)
        before = len(saved_parts(page))
        press(page, "clause-hardship", "New clause like")
        assert page.input_value("#new-id") == "hardship-2"
        assert page.locator("#new-clause .cm-editor").count() == 3
        page.click("#new-save")
        page.locator(".card[data-part='clause-hardship-2']").wait_for(state="attached")
        page.click("#add-last button")
        page.check("dialog input[value='block']")
        assert page.locator("dialog .do").is_disabled()
        page.select_option("#part-style", "plain")
        page.select_option("#part-title", "")
        for row in ("pay_by", "total_due"):
            page.locator("dialog .rows-add").select_option(row)
        page.locator("dialog li[data-row='total_due'] button[aria-label^='Move up']").click()
        page.click("dialog .do")
        page.locator(".card[data-part='values-plain']").wait_for(state="attached")
        page.uncheck("#only-printed")
        press(page, "values-plain", "Rows and style")
        page.locator("dialog li[data-row='pay_by'] button[aria-label^='Remove']").click()
        page.click("dialog .do")
        page.locator(".card[data-part='values-plain'] .rows", has_not_text="·").wait_for()
        assert len(saved_parts(page)) == before + 2
    parts = saved_kinds(workspace)
    names = [one.clause for one in parts]
    assert names.index("hardship-2") == names.index("hardship") + 1
    assert (parts[-1].block, parts[-1].style, parts[-1].rows) == ("values", "plain", ("total_due",))
    assert "# If you cannot pay" in (workspace / "packs/CN/clauses/help.yaml").read_text("utf-8")


def saved_parts(page: Any) -> list[Any]:
    return list(page.locator(".card[id^='part-']").all())


def test_sources_headings_and_terms(browser: Any, server: Server, workspace: Path) -> None:
    with desk_of(browser, server.address, "Ann Example") as page:
        ready(page)
        card = part(page, "clause-demand-opening")
        card.click()
        card.locator(".pen").click()
        page.fill("[data-scalar='sources/demand-opening/source']", "Civil Code, article 675")
        card.locator(".source-edit .save").click()
        card.locator(".source", has_text="Civil Code, article 675").wait_for()
        card.locator(".source-class").select_option("practice")
        card.locator(".source", has_text="practice").wait_for()
        card.locator(".heading-tool").click()
        page.fill("dialog input[lang='zh-Hans']", "要求")
        assert page.locator("dialog .do").is_disabled()
        page.fill("dialog input[lang='en']", "What we ask")
        page.click("dialog .do")
        heading = "[data-scalar='headings/demand-opening/en']"
        page.locator(heading, has_text="What we ask").wait_for()
        page.click("#tab-terms")
        page.select_option("#term-room", "glossary")
        row = page.locator(".term[data-key='glossary/seal']")
        row.locator("summary").click()
        text = row.locator(".cm-content[lang=en]")
        text.fill("Seal: 3 round stamps.")
        row.locator("[data-rule='number-parity']").wait_for()
        page.reload()
        row.locator(".cm-content", has_text="Seal: 3 round stamps.").wait_for()
        text.fill("Seal: the round stamp.")
        row.locator(".save").click()
        page.locator("dialog .do").click()  # the other language stays as it was
        row.locator(".foot").wait_for(state="hidden")
    assert "Civil Code, article 675" in own(workspace)
    pack = load_pack(workspace / "packs" / "CN")
    assert pack.glossary["seal"]["en"] == "Seal: the round stamp."
    assert pack.clauses["demand-opening"].headings["zh-Hans"] == "要求"


@pytest.fixture
def begun(workspace: Path) -> Path:
    """Two packs: of one three texts are left to write, the other is broken."""
    for name in ("XX", "YY"):
        asked = ["pack", "new", name, "--languages", "en zh-Hans", "--currency", "EUR"]
        assert main([*asked, "--name", f"en={name}", "--workspace", str(workspace)]) == 0
    terms = workspace / "packs" / "YY" / "terms.yaml"
    terms.write_text("labels:\n  a: [\n", encoding="utf-8")
    return workspace / "packs" / "XX"


def test_a_begun_pack_is_filled_and_then_opens(browser: Any, workspace: Path, begun: Path) -> None:
    left = load_todo(begun)
    with serving(workspace) as server, desk_of(browser, server.address, "Ann Example") as page:
        page.goto(f"{server.address}#pack=XX")
        page.reload()
        page.locator("#todo-left", has_text=f"{left} left").wait_for()
        for number in range(left, 0, -1):
            card = page.locator(".card.fill:not(.filled)").first
            card.locator("textarea").fill("文字")
            card.locator("button.save").click()
            if number > 1:
                page.locator("#todo-left", has_text=f"{number - 1} left").wait_for()
                assert page.locator(":focus").get_attribute("aria-label")
        page.locator("#add-last").wait_for()
        assert page.locator("#tab-todo").count() == 0
        drawn(page)


def load_todo(root: Path) -> int:
    from notices.pack.unfilled import find_unfilled

    return len(find_unfilled(root))


def test_a_broken_pack_says_where(browser: Any, workspace: Path, begun: Path) -> None:
    with serving(workspace) as server, desk_of(browser, server.address, "Ann Example") as page:
        page.goto(f"{server.address}#pack=YY&kind=reminder&tab=compare")
        page.reload()
        page.locator(".broken-pack code", has_text="packs/YY/terms.yaml:3").wait_for()
        page.click("#language")
        page.locator(".broken-pack h2", has_text="包 YY 无法使用").wait_for()
        page.click("#language")
        (workspace / "packs" / "YY" / "terms.yaml").write_bytes((begun / "terms.yaml").read_bytes())
        page.click("#read-again")
        page.locator(".broken-pack").wait_for(state="detached")
        page.select_option("#pack", "CN")
        page.locator("#pack").wait_for()
