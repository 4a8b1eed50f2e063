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
from tests.studio.conftest import TEXT, serving
from tests.studio.test_browser import CHINESE, COMPANY, desk_of, drawn, saved, write

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
            draw(ann, "studio-finding")
            write(ann, CHINESE, "您有14天时间。")
            write(ann, COMPANY, "贵公司有14天时间。")
            ann.locator('[data-rule="number-parity"]').wait_for(state="detached")
            before = str(ann.get_attribute(".status", "data-digest"))
            write(ann, TEXT, " Questions? Call {{ sender_ph")
            ann.wait_for_selector(".cm-completionInfo")
            draw(ann, "studio-edit")
            for _ in " Questions? Call {{ sender_ph":
                ann.keyboard.press("Backspace")
            saved(ann, TEXT)
            saved(ann, CHINESE)
            saved(ann, COMPANY)
            ann.click("#tab-compare")
            ann.locator(".pair .column:nth-child(2) .area.here").first.wait_for(timeout=60000)
            ann.wait_for_function("() => [...document.images].every((one) => one.complete)")
            draw(ann, "studio-compare")
            ann.click("#tab-approve")
            ann.click("#approve")
            ann.locator(".book li").wait_for()
        with desk_of(browser, server.address, "Bob Example", "approve") as bob:
            bob.wait_for_selector(".standing.open")
            bob.fill("#note", "Read in both languages; the term is fourteen days.")
            bob.click("#approve")
            bob.wait_for_selector(".standing.approved")
            draw(bob, "studio-approve")


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
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        draw_all(browser, workspace)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
