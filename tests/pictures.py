"""Pictures for the README and docs, drawn from the demo's own letters: `make docs`.

Run after `make demo-all` and `make batch-demo`. Each picture is a page of a fictional letter,
or the batch's report as a browser shows it (left as it is where there is no Chromium).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageOps

from notices.batch.report_pictures import sample_picture
from notices.letter.make import LetterMaker
from notices.letter.workspace import Workspace
from notices.pack.load import load_pack
from notices.places import PACKS
from notices.proof.readback import rasterise

HOME = Path(__file__).parent.parent
PICTURES = HOME / "docs" / "pictures"
DPI = 80
REPORT_SIZE = (1000, 1500)  # CSS pixels


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


def draw_report(report: Path, target: Path) -> None:
    """The head of the report, down to its days overdue."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None or not report.is_file():
        print(f"{target.name}: left as it is; it needs Chromium and `make batch-demo`")
        return
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
    with tempfile.TemporaryDirectory() as folder:
        shot = Path(folder) / "shot.png"
        size = "--window-size={},{}".format(*REPORT_SIZE)
        call = [browser, *options, size, f"--screenshot={shot}", report.resolve().as_uri()]
        subprocess.run(call, check=True, capture_output=True, timeout=120)
        with Image.open(shot) as picture:
            picture.convert("RGB").quantize(64).save(target, optimize=True)


def draw_samples() -> None:
    """The first page of an example of each kind of each pack, for docs/packs/."""
    (PICTURES / "packs").mkdir(parents=True, exist_ok=True)
    with LetterMaker(Workspace()) as maker:
        for root in sorted(file.parent for file in PACKS.glob("*/pack.yaml")):
            for kind in load_pack(root).kinds.values():
                png = sample_picture(maker, root, kind.id, kind.levels[0])
                (PICTURES / "packs" / f"{root.name}-{kind.id}.png").write_bytes(png)


def main() -> int:
    draw_samples()
    chosen = json.loads((HOME / "tests" / "pictures.json").read_text(encoding="utf-8"))
    for name, entry in chosen.items():
        letters = sorted((HOME / "out" / "demo" / entry["pack"]).glob(entry["letter"]))
        if len(letters) != 1:
            print(f"{name}: {entry['letter']} matches {len(letters)} letters; run `make demo-all`")
            return 1
        draw(letters[0], entry["pages"], PICTURES / f"{name}.png")
    draw_report(HOME / "out" / "batch-demo" / "run" / "report.html", PICTURES / "batch-report.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
