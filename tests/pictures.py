"""Pictures for the README and docs, drawn from the demo's own letters: `make docs`.

Run after `make demo`. Each picture is a page of a letter of fictional people.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PIL import Image, ImageOps

from notices.page.readback import rasterise

HOME = Path(__file__).parent.parent
PICTURES = HOME / "docs" / "pictures"
DPI = 80


def draw(letter: Path, pages: list[int], target: Path) -> None:
    """The pages side by side, each in a thin frame; drawn large and scaled down to be even."""
    sheets = []
    for page in pages:
        large = rasterise(letter.read_bytes(), page, DPI * 3, grey=False)
        sheet = large.resize((large.width // 3, large.height // 3), Image.Resampling.LANCZOS)
        sheets.append(ImageOps.expand(sheet, 1, fill="#aaa"))
    width = sum(sheet.width + 16 for sheet in sheets) - 16
    picture = Image.new("RGB", (width, max(sheet.height for sheet in sheets)), "white")
    left = 0
    for sheet in sheets:
        picture.paste(sheet, (left, 0))
        left += sheet.width + 16
    PICTURES.mkdir(parents=True, exist_ok=True)
    picture.quantize(64).save(target, optimize=True)


def main() -> int:
    chosen = json.loads((HOME / "tests" / "pictures.json").read_text(encoding="utf-8"))
    for name, entry in chosen.items():
        letters = sorted((HOME / "out" / "demo" / entry["pack"]).glob(entry["letter"]))
        if len(letters) != 1:
            print(f"{name}: {entry['letter']} matches {len(letters)} letters; run `make demo`")
            return 1
        draw(letters[0], entry["pages"], PICTURES / f"{name}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
