"""Every example of every pack, drawn, measured and laid out to look at: `make pages`.

    python -m tests.look [PACK …] [--layouts NAME …] [--out DIR] [--write-docs]

Writes each letter, sheets of all pages (PNG, 110 dpi) and the table (pages.txt), and prints the
table. What passes a limit of pages.yaml and is no exception there is marked `!`; exit 1 if any is.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.look.draw import LAYOUTS, SHIPPED, draw_all
from tests.look.record import write_docs
from tests.look.sheets import write_sheets
from tests.look.table import pack_table, table, unexcused


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
