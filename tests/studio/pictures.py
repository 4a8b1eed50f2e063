"""The pictures of docs/legal-team.md: a sentence's way to a live letter, in a real browser.

`make docs` calls this; it leaves the pictures as they are where there is no Chromium.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

from tests.cli.calls import run_outside
from tests.review.counsel_files import came, paragraph, run, went, with_cell
from tests.review.test_counsel import PIECE
from tests.review.test_counsel import TEXT as OFFER
from tests.studio.conftest import TEXT, serving
from tests.studio.test_browser import (
    CHINESE,
    COMPANY,
    desk_of,
    drawn,
    read_all,
    read_to_its_end,
    saved,
    write,
)

SLOW = 180_000  # milliseconds
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


def draw(page: Any, name: str) -> None:
    """What the window shows, in few colours."""
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").quantize(96).save(PICTURES / f"{name}.png", optimize=True)


def draw_all(browser: Any, workspace: Path) -> None:
    with serving(workspace) as server:
        with desk_of(browser, server.address, "Ann Example") as ann:
            before = drawn(ann)
            write(ann, TEXT, " You have 14 days.")
            ann.locator('[data-rule="number-parity"]').first.wait_for()
            drawn(ann, before)
            ann.locator('[data-rule="number-parity"]').first.scroll_into_view_if_needed()
            draw(ann, "studio-finding")
            write(ann, CHINESE, "您有14天时间。")
            write(ann, COMPANY, "贵公司有14天时间。")
            ann.locator('[data-rule="number-parity"]').first.wait_for(state="detached")
            before = str(ann.get_attribute(".status", "data-digest"))
            write(ann, TEXT, " Questions? Call {{ sender_ph")
            ann.wait_for_selector(".cm-completionInfo")
            draw(ann, "studio-edit")
            for _ in " Questions? Call {{ sender_ph":
                ann.keyboard.press("Backspace")
            saved(ann, TEXT)
            ann.click("#tab-compare")
            ann.locator(".good").wait_for(timeout=SLOW)
            ann.locator(".pair .column:nth-child(2) .area.here").first.wait_for(timeout=SLOW)
            ann.wait_for_function("() => [...document.images].every((one) => one.complete)")
            draw(ann, "studio-compare")
            from_counsel(ann, workspace)
        with desk_of(browser, server.address, "Bob Example", "approve") as bob:
            bob.set_default_timeout(SLOW)
            read_to_its_end(bob, bob.locator(".toread > li").first)
            bob.locator(".toread > li.read").wait_for()
            letter = bob.locator(".toread > li").nth(1)
            letter.locator(".open").click()
            letter.locator(".sheet img").first.wait_for()
            bob.wait_for_function("() => [...document.images].every((one) => one.complete)")
            bob.locator(".reading").evaluate("one => one.scrollIntoView()")
            draw(bob, "studio-reading")
            bob.reload()
            read_all(bob)
            bob.fill("#note", "Read in both languages; the term is fourteen days.")
            bob.click("#approve")
            bob.wait_for_selector(".standing.approved")
            for opened in bob.locator(".toread .open[aria-expanded=true]").all():
                opened.click()
            bob.locator(".standing").evaluate("one => one.scrollIntoView()")
            draw(bob, "studio-approve")
            bob.click("#tab-history")
            bob.locator(".change").first.wait_for()
            draw(bob, "studio-history")
            bob.goto(f"{server.address}#pack=XX")
            bob.reload()
            bob.locator(".card.fill").first.wait_for()
            draw(bob, "studio-to-write")


def from_counsel(page: Any, workspace: Path) -> None:
    """One sentence comes back with a change that counsel's Word has tracked."""
    with page.expect_download() as waiting:
        page.click("#counsel-get")
    first, last = OFFER.split(" an offer")
    new = run(first) + run(" an ") + went("offer") + came("invitation") + run(last)
    file = workspace.parent / "CN-formal_demand from counsel.docx"
    file.write_bytes(with_cell(Path(waiting.value.path()).read_bytes(), OFFER, paragraph(new)))
    page.set_input_files("#counsel-file", file)
    page.locator(f"[data-piece='{PIECE}'] ins").first.wait_for()
    draw(page, "studio-counsel")
    page.locator(f"[data-piece='{PIECE}'] .drop").click()
    page.locator(f"[data-piece='{PIECE}']").wait_for(state="detached")


def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = None
    if chromium is None:
        print("studio pictures: left as they are; they need playwright and Chromium")
        return 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        workspace = Path(folder) / "ws"
        run_outside("init", workspace, cwd=Path(folder))
        begun = ("--languages", "en zh-Hans", "--currency", "EUR", "--name", "en=Zedland")
        run_outside("pack", "new", "XX", *begun, cwd=workspace)
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        draw_all(browser, workspace)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
