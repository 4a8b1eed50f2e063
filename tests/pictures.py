"""Pictures for the README and docs, drawn from the demo's own letters: `make docs`.

Run after `make demo-all` and `make batch-demo`. Each picture is a page of a fictional letter,
or the batch's report as a browser shows it (left as it is where there is no Chromium). The letter
over several invoices and the sheet of rejects come from an export of docs/exports/.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from PIL import Image, ImageOps

from notices.batch.call import run_batch
from notices.batch.report_pictures import sample_picture
from notices.batch.rows import open_table
from notices.batch.settings import BatchSettings, Start
from notices.letter.make import LetterMaker
from notices.letter.options import LetterOptions
from notices.letter.workspace import Workspace
from notices.pack.load import load_pack
from notices.places import PACKS
from notices.proof.readback import rasterise
from notices.tables.presets import Asked
from notices.tables.row import DETECTED

HOME = Path(__file__).parent.parent
PICTURES = HOME / "docs" / "pictures"
DPI = 80
DAY = date(2026, 5, 18)
REPORT_SIZE = (1000, 1500)  # CSS pixels
SHEET_SIZE = (1130, 316)
LEDGER = HOME / "docs" / "exports" / "kingdee" / "应收单.xlsx"
CUSTOMERS = LEDGER.with_name("客户.xlsx")
SUPPLIER = PACKS / "CN" / "examples" / "senders" / "sample-supplier.yaml"
MAPPING = """\
preset: kingdee-ar
pack: CN
kind: reminder
constants:
  recipient.type: business
  "debts[].cause": {zh-Hans: 货款, en: Goods delivered}
"""
FAULTS = {"I9": "约9040", "F13": None}  # cells of the export, and what is written there instead
SHOWN = (0, 1, 3, 4, 5, 7, 10)  # columns of the rejects that the picture has room for
STYLE = """
@font-face { font-family: Latin; src: url(FONTS/NotoSans-Regular.ttf); }
@font-face { font-family: Han; src: url(FONTS/NotoSansSC-Regular.ttf); }
body { margin: 0; font: 13px Latin, Han; background: white; }
table { border-collapse: collapse; margin: 8px; }
td, th { border: 1px solid #c8c8c8; padding: 4px 7px; text-align: left; vertical-align: top; }
th, td.n { background: #eee; font-weight: normal; color: #555; text-align: center; }
td.why { width: 330px; font-size: 12px; }
p { margin: 0 10px 4px 44px; font-size: 12px; } p b { display: inline-block; min-width: 26px; }
"""


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


def draw_page(page: Path, size: tuple[int, int], target: Path) -> None:
    """The top of a page as a browser shows it."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None or not page.is_file():
        print(f"{target.name}: left as it is; it needs Chromium and `make batch-demo`")
        return
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
    options += ("--virtual-time-budget=9000",)  # the fonts are there before the picture is taken
    with tempfile.TemporaryDirectory() as folder:
        shot = Path(folder) / "shot.png"
        window = "--window-size={},{}".format(*size)
        call = [browser, *options, window, f"--screenshot={shot}", page.resolve().as_uri()]
        subprocess.run(call, check=True, capture_output=True, timeout=120)
        with Image.open(shot) as picture:
            picture.convert("RGB").quantize(64).save(target, optimize=True)


def run_export(folder: Path, table: Path) -> Path:
    """The run over an export, and its folder."""
    mapping = folder / "map.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    rows = open_table(table, mapping, Workspace(), DETECTED, "", Asked(customers=str(CUSTOMERS)))
    asked = BatchSettings(options=LetterOptions(sender=str(SUPPLIER), issue_date=DAY))
    run_batch(rows, asked, Workspace(), Start(DAY, f"{DAY}T08:00:00+00:00"), folder / "run")
    return folder / "run"


def draw_many_invoices() -> None:
    """The letter over four invoices and a credit note."""
    with tempfile.TemporaryDirectory() as name:
        run = run_export(Path(name), LEDGER)
        longest = max((run / "letters").rglob("*.pdf"), key=lambda file: len(file.read_bytes()))
        draw(longest, [1, 2], PICTURES / "invoice-table.png")


def draw_rejects() -> None:
    """The sheet of rejects of the same export with two faults: cells, colours and comments."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = load_workbook(LEDGER)
        for cell, text in FAULTS.items():
            book.worksheets[0][cell] = text
        book.save(folder / LEDGER.name)
        rejects = run_export(folder, folder / LEDGER.name) / "rejects.xlsx"
        page = folder / "sheet.html"
        page.write_text(sheet_as_html(load_workbook(rejects).worksheets[0]), encoding="utf-8")
        draw_page(page, SHEET_SIZE, PICTURES / "rejects.png")


def sheet_as_html(sheet: Any) -> str:
    """A few columns of a sheet with its own colours, its comments below."""
    letters = "".join(f"<th>{chr(65 + n)}</th>" for n in SHOWN)
    lines, notes = [f"<tr><th></th>{letters}</tr>"], []
    for row in sheet.iter_rows():
        cells = []
        for n in SHOWN:
            cell = row[n]
            filled = cell.fill.fgColor.rgb if cell.fill.fill_type else None
            colour = f' style="background: #{filled[-6:]}"' if filled else ""
            value = cell.value.date() if isinstance(cell.value, datetime) else cell.value
            text = escape("" if value is None else str(value)).replace("\n", "<br>")
            cells.append(f"<td{' class=why' if not n else ''}{colour}>{text}</td>")
            if cell.comment:
                notes.append(f"<p><b>{cell.coordinate}</b> {escape(cell.comment.text)}</p>")
        lines.append(f"<tr><td class=n>{row[0].row}</td>{''.join(cells)}</tr>")
    style = STYLE.replace("FONTS", (HOME / "fonts").as_uri())
    table = f"<table>{''.join(lines)}</table>"
    return f"<!doctype html><meta charset=utf-8><style>{style}</style>{table}{''.join(notes)}"


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
    report = HOME / "out" / "batch-demo" / "run" / "report.html"
    draw_page(report, REPORT_SIZE, PICTURES / "batch-report.png")
    draw_many_invoices()
    draw_rejects()
    return 0


if __name__ == "__main__":
    sys.exit(main())
