"""Names for people, and the page everywhere: its languages, narrow windows, keys, focus, axe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from notices.cli.main import main
from tests.studio.conftest import TEXT, Server, serving
from tests.studio.test_browser import CHINESE, clause_of, desk_of, drawn, write

pytestmark = pytest.mark.heavy

# What a page says in another language than its own, where nothing says that it is in one.
LEAKS = """language => {
  const foreign = language === 'zh' ? /\\b[a-z]{3,} [a-z]{2,} [a-z]{2,}/ : /[\\u4e00-\\u9fff]/;
  const own = language === 'zh' ? 'zh' : 'en';
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const holder = node.parentElement;
    if (holder.closest('[translate=no], .cm-editor, #language, script')) continue;
    if (!holder.closest('[lang]').lang.startsWith(own)) continue;
    // a finding quotes the letter, or a command
    const quoted = holder.closest('.findings') ? /“[^”]*”|`[^`]*`/g : /$^/;
    const said = node.data.replace(quoted, '');
    if (foreign.test(said)) found.push(said);
  }
  for (const one of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
    if (one.id === 'language' || one.closest('.cm-editor')) continue;
    for (const name of ['aria-label', 'title', 'placeholder'])
      if (foreign.test(one.getAttribute(name) ?? '')) found.push(one.getAttribute(name));
  }
  return found;
}"""


@contextmanager
def window(
    browser: Any, address: str, width: int = 1280, height: int = 900, locale: str = "en-GB"
) -> Iterator[Any]:
    """A browser without anything chosen yet."""
    faults: list[str] = []
    context = browser.new_context(viewport={"width": width, "height": height}, locale=locale)
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.set_default_timeout(90000)
    page.goto(address)
    page.wait_for_selector("#person")
    yield page
    context.close()
    assert faults == []


def go(page: Any, **chosen: str) -> None:
    """By the address, as a bookmark would."""
    page.evaluate(
        "hash => { location.hash = hash; }", "&".join(f"{k}={v}" for k, v in chosen.items())
    )


def wide_enough(page: Any) -> bool:
    return bool(
        page.evaluate(
            "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


def breaches(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {[n['target'] for n in v['nodes']][:3]}" for v in found]


def test_a_workspace_made_for_a_pack_opens_on_it(browser: Any, tmp_path: Path) -> None:
    assert main(["init", str(tmp_path / "ws"), "--pack", "CN"]) == 0
    with serving(tmp_path / "ws") as server, window(browser, server.address) as page:
        page.wait_for_selector(".card")
        assert page.input_value("#pack") == "CN"


@pytest.mark.parametrize("pack", ["US", pytest.param("generic", marks=pytest.mark.slow)])
def test_every_example_opens_in_its_own_languages(browser: Any, server: Server, pack: str) -> None:
    with window(browser, server.address) as page:
        go(page, pack=pack)
        page.wait_for_function("pack => document.getElementById('pack').value === pack", arg=pack)
        before = ""
        for kind in page.eval_on_selector_all("#kind option", "all => all.map(one => one.value)"):
            page.select_option("#kind", kind)
            names = "all => all.map(one => one.value)"
            for example in page.eval_on_selector_all("#example option", names):
                page.select_option("#example", example)
                before = drawn(page, before)
                assert page.locator(".letter-findings li.error").count() == 0, example


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("pack", ["CN", pytest.param("DE", marks=pytest.mark.slow)])
def test_the_page_speaks_one_language(
    browser: Any, server: Server, pack: str, language: str
) -> None:
    locale = "zh-CN" if language == "zh" else "en-GB"
    with window(browser, server.address, locale=locale) as page:
        for tab in ("edit", "terms", "usage", "approve"):
            go(page, pack=pack, tab=tab)
            page.wait_for_selector(f"#tab-{tab}[aria-current]")
            page.wait_for_selector("#view > :not(.wait)")
            if tab == "edit":
                page.locator(".count", has_text=re.compile(r"\d")).first.wait_for()
                page.uncheck("#only-printed")
            assert page.evaluate(LEAKS, language) == [], tab


def test_chips_and_values_are_called_by_name(browser: Any, server: Server) -> None:
    with desk_of(browser, server.address) as page:
        page.wait_for_selector(".card .chip")
        chips = page.locator(f'[data-scalar="{TEXT}"] .chip')
        assert "total_due" not in chips.all_inner_texts()
        write(page, TEXT, " See ")
        clause_of(page, TEXT).locator(".side", has_text="English").locator(".insert").click()
        page.keyboard.type("in words")
        page.keyboard.press("Enter")
        assert chips.last.inner_text() == "Total owed in words"
        assert page.evaluate("document.activeElement.closest('.cm-editor').dataset.scalar") == TEXT
        sides = page.locator(f'[data-scalar="{TEXT}"] .cm-content')
        assert (sides.get_attribute("spellcheck"), sides.get_attribute("lang")) == ("true", "en")
        chinese = page.locator(f'[data-scalar="{CHINESE}"] .cm-content')
        assert chinese.get_attribute("lang") == "zh-Hans"


def test_the_outline_finds_marks_and_goes_there(browser: Any, server: Server) -> None:
    with desk_of(browser, server.address) as page:
        drawn(page)
        page.click(".outline summary")
        write(page, TEXT, " You have 14 days.")
        item = page.locator(".outline .item[data-part='clause-demand-opening']")
        item.locator(".mark.draft").wait_for()
        item.locator(".mark.error").wait_for()
        hidden = page.locator(".outline .item", has_text="limitation over").first
        hidden.locator(".mark.absent").wait_for()
        page.fill("#find-part", "limitation over")
        assert not item.is_visible()
        hidden.click()
        card = page.locator(f".card[data-part='{hidden.get_attribute('data-part')}']").first
        card.wait_for(state="visible")
        assert card.evaluate("one => one.contains(document.activeElement)")


def test_a_move_says_what_it_passes_and_keeps_focus(
    browser: Any, server: Server, workspace: Path
) -> None:
    with desk_of(browser, server.address, "Ann Example") as page:
        drawn(page)
        page.wait_for_function("() => document.querySelectorAll('.card[hidden]').length > 3")
        card = page.locator(".card[data-part='clause-demand-opening']").first
        up = card.locator(".tool.move").first
        label = up.get_attribute("aria-label")
        assert label.startswith("Move up: before “")
        up.focus()
        page.keyboard.press("Enter")
        page.locator("#notices p", has_text="Moved “Opening: demand”").wait_for()
        page.wait_for_function(
            "() => document.activeElement.closest('.card')?.dataset.part"
            " === 'clause-demand-opening'"
        )
        card.locator(".tool[aria-label^='Move to']").click()
        page.select_option("dialog select", index=0)
        assert "It also passes" in page.inner_text("dialog .sentence") or page.inner_text(
            "dialog .sentence"
        ).startswith("before")
        page.keyboard.press("Escape")
    assert (workspace / "packs" / "CN" / "kinds.yaml").exists()


def test_a_reload_comes_back_to_the_same_place(browser: Any, server: Server) -> None:
    with desk_of(browser, server.address) as page:
        page.wait_for_selector(".card .chip")
        page.locator(f'[data-scalar="{TEXT}"] .cm-content').click()
        page.evaluate("() => { document.querySelector('.left').scrollTop = 300; }")
        page.reload()
        page.wait_for_function(
            "scalar => document.activeElement?.closest('.cm-editor')?.dataset.scalar === scalar",
            arg=TEXT,
        )
        assert page.evaluate("document.querySelector('.left').scrollTop") > 0
        page.select_option("#layout", "stacked")
        page.focus("#layout")
        page.select_option("#layout", "parallel")
        assert page.evaluate("document.activeElement.id") == "layout"


def test_the_skip_link_keeps_the_address(browser: Any, server: Server) -> None:
    with desk_of(browser, server.address) as page:
        page.wait_for_selector(".card")
        before = page.url
        page.focus("#skip")
        page.keyboard.press("Enter")
        assert page.url == before
        assert page.evaluate("document.activeElement.id") == "view"


def test_places_on_the_page_are_buttons(browser: Any, server: Server) -> None:
    with desk_of(browser, server.address) as page:
        drawn(page)
        place = page.get_by_role("button", name="Edit: Opening: demand (English)").first
        place.focus()
        page.keyboard.press("Enter")
        focused = "() => document.activeElement.closest('.cm-editor')?.dataset.scalar"
        assert page.evaluate(focused) == TEXT


def test_a_term_is_drafted_previewed_and_held_against_its_twin(
    browser: Any, server: Server, workspace: Path
) -> None:
    with desk_of(browser, server.address, "Ann Example", "terms") as page:
        before = drawn(page)
        page.fill("#find", "total_due")
        term = page.locator(".term", has_text="label in letters").locator("visible=true").first
        term.locator("summary").click()
        term.locator(".cm-content[lang=en]").click()
        page.keyboard.press("Control+End")
        page.keyboard.type(" of 14 days")
        term.locator("[data-rule='number-parity']").wait_for()
        term.locator(".mark.draft").wait_for()
        drawn(page, before)
        page.reload()
        page.locator(".term[open] .cm-content", has_text="of 14 days").wait_for()
        page.locator(".term[open] .save").click()
        page.locator("dialog .do").click()
        page.locator(".term[open] .foot").wait_for(state="hidden")
    terms = workspace / "packs" / "CN" / "_core" / "terms.yaml"
    own = (workspace / "packs" / "CN" / "terms.yaml").read_text(encoding="utf-8")
    assert "of 14 days" in own + terms.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "width",
    [320, 1239, *(pytest.param(width, marks=pytest.mark.slow) for width in (360, 640, 1000, 3840))],
)
def test_nothing_scrolls_both_ways(browser: Any, server: Server, width: int) -> None:
    with window(browser, server.address, width, 700) as page:
        for tab in ("edit", "terms", "usage", "approve", "compare"):
            go(page, pack="CN", tab=tab)
            page.wait_for_selector(f"#tab-{tab}[aria-current]")
            page.wait_for_selector("#view > :not(.wait)")
            assert wide_enough(page), tab
        go(page, pack="CN", tab="edit")
        page.wait_for_selector(".card")
        left, right = (page.locator(name).bounding_box() for name in (".left", ".right"))
        assert left and right
        if width < 1240:
            assert right["y"] >= left["y"] + left["height"] - 1, "one below the other"
            page.click(".jumps button:last-child")
            assert page.evaluate("document.activeElement.id") == "pages"
        for tool in ("Conditions", "Add something", "Move to"):
            card = page.locator(".card[data-part='clause-salutation-line']").first
            card.locator(f".tool[aria-label^='{tool}']").click()
            page.wait_for_selector("dialog[open]")
            assert wide_enough(page), tool
            page.keyboard.press("Escape")


@pytest.mark.parametrize("locale", [pytest.param("en-GB", marks=pytest.mark.slow), "zh-CN"])
def test_axe_finds_nothing(browser: Any, server: Server, locale: str) -> None:
    with window(browser, server.address, locale=locale) as page:
        for tab in ("edit", "terms", "usage", "approve", "compare"):
            go(page, pack="CN", tab=tab)
            page.wait_for_selector(f"#tab-{tab}[aria-current]")
            page.wait_for_selector("#view > :not(.wait)")
            for details in page.locator("details:not([open]) > summary").all()[:3]:
                if details.is_visible():
                    details.click()
            assert breaches(page) == [], tab
        go(page, pack="CN", tab="edit")
        drawn(page)
        card = page.locator(".card[data-part='clause-salutation-line']").first
        for index in range(card.locator(".tool").count()):
            tool = card.locator(".tool").nth(index)
            if "move" in (tool.get_attribute("class") or ""):
                continue
            tool.click()
            page.wait_for_selector("dialog[open], .new-facts")
            assert breaches(page) == [], index
            page.keyboard.press("Escape")
        card.locator(".insert").first.click()
        assert breaches(page) == []
        page.keyboard.press("Escape")
        card.locator(".cm-content").first.click()
        page.keyboard.type(" {{ to")
        page.wait_for_selector(".cm-tooltip-autocomplete")
        assert breaches(page) == []


def test_latin_punctuation_is_narrow_in_english(browser: Any, server: Server) -> None:
    """A quotation mark within English is as narrow as Latin fonts draw it."""
    with window(browser, server.address) as page:
        page.wait_for_selector(".card")
        width = page.evaluate(
            """() => {
              const span = document.createElement('span');
              span.lang = 'en';
              span.textContent = '“';
              span.style.fontSize = '100px';
              span.style.position = 'absolute';
              document.body.append(span);
              return document.fonts.ready.then(() => span.getBoundingClientRect().width);
            }"""
        )
        assert width < 60
