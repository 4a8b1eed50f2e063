"""Every example of every pack, drawn, measured and laid out to look at: `make pages`.

    python -m tests.look [PACK …] [--layouts NAME …] [--out DIR] [--write-docs]

Writes each letter, sheets of all pages (PNG, 110 dpi) and the table (pages.txt), and prints the
table. What passes a limit of pages.yaml and is no exception there is marked `!`; exit 1 if any is.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from notices.finding import Finding, errors_in
from notices.letter.make import Letter, LetterMaker
from tests.letter import letters
from tests.look.measure import measure
from tests.look.record import write_docs
from tests.look.sheets import write_sheets
from tests.look.table import Row, pack_table, table, unexcused

LAYOUTS: Mapping[str, Mapping[str, Any]] = {
    "usual": {},
    "stacked": {"arrangement": "stacked"},
    "sequential": {"arrangement": "sequential"},
    "first": {"alone": 0},  # one language, the record's first or second
    "second": {"alone": 1},
    "large": {"large_print": True},
}
REFUSED = {"arrangement-not-permitted", "language-not-permitted"}
SHIPPED = [name for name in letters.EXAMPLES if (letters.PACKS / name.partition("/")[0]).is_dir()]


@cache
def _maker() -> LetterMaker:
    return LetterMaker(letters.WORKSPACE)


def draw(name: str, layouts: Sequence[str], out: Path) -> list[Row]:
    """The example's letter in each of the layouts that its pack permits, kept in `out`."""
    made = _make(name, {})
    document = made[0].checked.document if made[0] else None
    languages = document.languages if document else ()
    rows = []
    for layout in layouts:
        asked = dict(LAYOUTS[layout])
        if len(languages) == 1 and ("arrangement" in asked or "alone" in asked):
            continue  # it is the usual one
        if "alone" in asked:
            asked = {"languages": languages[asked["alone"] :][:1]}
        letter, findings = made if layout == "usual" else _make(name, asked)
        if letter is not None:
            file = out / f"{name}.{layout}.pdf"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(letter.data)
            rows.append(Row(name, layout, measure(letter.data)))
        elif not letters.rules(findings) & REFUSED:
            said = ", ".join(sorted(letters.rules(errors_in(findings))))
            rows.append(Row(name, layout, None, said))
    return rows


def _make(name: str, asked: Mapping[str, Any]) -> tuple[Letter | None, tuple[Finding, ...]]:
    """The letter; proven but for what only rasterised pages show, which the tests look at."""
    record, options = letters.case(name), {"live": True, **asked}
    (checked,) = letters.check(_maker(), record, letters.sender(name), **options)
    if errors_in(checked.findings):
        return None, checked.findings
    return _maker().make(checked, letters.request(record, **options), pictures=False)


def draw_all(names: Sequence[str], layouts: Sequence[str], out: Path) -> Iterator[Row]:
    """The rows of these examples in order, on all cores that this process may use."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), spawn) as pool:
        for found in [pool.submit(draw, name, layouts, out) for name in names]:
            yield from found.result()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.look", description=__doc__)
    parser.add_argument("packs", nargs="*", metavar="PACK", help="only these; else all")
    parser.add_argument("--layouts", nargs="+", choices=LAYOUTS, default=list(LAYOUTS))
    parser.add_argument("--out", type=Path, default=Path("out/pages"))
    parser.add_argument("--no-sheets", action="store_true", help="only the table")
    parser.add_argument("--write-docs", action="store_true", help="docs/look.md and its pictures")
    asked = parser.parse_args(arguments)
    names = [name for name in SHIPPED if not asked.packs or name.partition("/")[0] in asked.packs]
    rows = list(draw_all(names, asked.layouts, asked.out))
    if not asked.no_sheets:
        write_sheets(rows, asked.out)
    text = f"{table(rows)}\n\n{pack_table(rows)}\n"
    (asked.out / "pages.txt").write_text(text, encoding="utf-8")
    print(text, end="")
    if asked.write_docs:
        write_docs(rows, asked.out)
    return 1 if any(map(unexcused, rows)) else 0


if __name__ == "__main__":
    sys.exit(main())
