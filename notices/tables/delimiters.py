"""What parts the columns of a text table: the one mark under which its first rows agree."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path

from notices.tables.row import MAX_CELL, table_fault

MARKS: Mapping[str, str] = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SPOKEN: Mapping[str, str] = {
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "\\t": "\t",
    "bar": "|",
    "pipe": "|",
}
_ROWS = 50


def find_delimiter(file: Path, lines: Iterable[str], declared: str = "") -> str:
    """The mark between columns, from the first lines (the header on). Raises TableError."""
    if declared:
        mark = _SPOKEN.get(declared.lower(), declared)
        if len(mark) != 1 or mark in '"\r\n':
            known = ", ".join(MARKS.values())
            raise table_fault("delimiter-unknown", file, name=declared[:10], known=known)
        return mark
    sample = list(islice(lines, _ROWS))
    widths = {mark: width for mark in MARKS if (width := _width(sample, mark)) > 1}
    if not widths:
        return "\t" if file.suffix.lower() in (".tsv", ".tab") else ","
    if len(widths) > 1:
        best, second = sorted(widths, key=lambda mark: -widths[mark])[:2]
        raise table_fault("delimiter-unsure", file, first=MARKS[best], second=MARKS[second])
    return next(iter(widths))


def _width(lines: list[str], mark: str) -> int:
    """How many columns the header has under `mark`, if no row of the sample has fewer than two
    and nine in ten have as many; else 0."""
    try:
        rows = [row for row in csv.reader(lines, delimiter=mark) if any(row)]
    except csv.Error:
        return 0
    if not rows:
        return 0
    width = len(rows[0])
    same = sum(1 for row in rows if len(row) == width)
    return width if same * 10 >= len(rows) * 9 else 0


def widen_cells() -> None:
    """Let a cell be as long as a spreadsheet's, and no longer: an unclosed quote ends there."""
    csv.field_size_limit(MAX_CELL * 4)
