"""A fresh list of what was paid or is held: a letter or case and a reason on each line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notices.files import read_bytes
from notices.finding import Finding, errors_in
from notices.tables.encodings import find_encoding
from notices.tables.list_words import folded, known_names, list_encoding, name_columns, read_words
from notices.tables.row import TableError, table_fault
from notices.tables.rows import read_rows, table_kind

TABLE = "withdrawals"  # in templates/mappings/words.yaml
UNSTATED = "other"
DELIMITERS = "\t;|,"
_PLAIN = ("case_id", "reason")  # a list without a head
Cells = Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """One line of the list: a letter's or a case's id, and the reason as a code."""

    name: str
    reason: str
    number: int

    @property
    def shown(self) -> str:
        """An id that nobody knows may be an account number: its ends only."""
        return self.name if len(self.name) < 5 else f"{self.name[:2]}…{self.name[-2:]}"


def read_withdrawals(
    file: Path, encoding: str = ""
) -> tuple[tuple[Line, ...], tuple[Finding, ...]]:
    """A table with a head (letter or case id, reason), CSV or XLSX; or a text without one: an id a
    line, then the reason. A list that names nobody is an error. Raises FileError."""
    lines: list[Line] = []
    findings: list[Finding] = []
    try:
        for number, cells, notes in _rows(file, encoding):
            findings += notes
            name = cells.get("letter_id") or cells.get("case_id") or ""
            if not name:
                continue
            code = reason_code(cells.get("reason", ""))
            if not code:
                params = {"reason": cells["reason"][:20], **known_names(TABLE, "values")}
                findings.append(Finding("withdraw-reason", "error", str(file), number, "", params))
            lines.append(Line(name, code, number))
    except TableError as error:
        return (), (*findings, *error.findings)
    if not lines and not errors_in(findings):
        findings.append(Finding("withdraw-empty", file=str(file)))
    return tuple(lines), tuple(findings)


def reason_code(text: str) -> str:
    """The code of a reason as people write it; "" where it is none."""
    return read_words(TABLE, "values").get(folded(text), "") if text.strip() else UNSTATED


def _rows(file: Path, encoding: str) -> Iterator[tuple[int, Cells, tuple[Finding, ...]]]:
    """Each row's number, its cells by their columns' proper names, and what is wrong with it."""
    data = read_bytes(file)
    if not data.strip():
        return
    if table_kind(file) == "text":
        yield from _text_rows(
            file, data.decode(find_encoding(file, encoding or list_encoding(file, TABLE)))
        )
        return
    is_first = True
    for row in read_rows(file, encoding=encoding):
        notes = errors_in(row.notes)
        columns = name_columns(row.cells, TABLE)
        if is_first:
            notes = (*_check_columns(columns, file, 1), *notes)
            is_first = False
        cells = {columns[head]: text.strip() for head, text in row.cells.items()}
        yield row.number, cells, notes


def _text_rows(file: Path, text: str) -> Iterator[tuple[int, Cells, tuple[Finding, ...]]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = next((mark for mark in DELIMITERS if mark in first), ",")
    rows = csv.reader(io.StringIO(text.replace("\uff0c", mark)), delimiter=mark)
    names: Sequence[str] = ()
    for number, row in enumerate(_unbroken(rows, file), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if not names and {folded(cell) for cell in cells} & read_words(TABLE, "columns").keys():
            columns = name_columns(cells, TABLE)
            names = [columns[cell] for cell in cells]
            yield number, {}, tuple(_check_columns(columns, file, number))
            continue
        names = names or _PLAIN
        yield number, dict(zip(names, cells, strict=False)), ()


def _unbroken(rows: Any, file: Path) -> Iterator[list[str]]:
    try:
        yield from rows
    except csv.Error as error:
        raise table_fault("broken-quoting", file, rows.line_num) from error


def _check_columns(columns: Mapping[str, str], file: Path, line: int) -> Iterator[Finding]:
    """What nothing reads, and whether an id stands there at all."""
    known = set(read_words(TABLE, "columns").values())
    names = known_names(TABLE, "columns")
    for head, name in columns.items():
        if name not in known and head:
            params = {"name": head[:40], **names}
            yield Finding("withdraw-column", "warning", str(file), line, head[:40], params)
    if not {"letter_id", "case_id"} & set(columns.values()):
        yield Finding("withdraw-no-id", "error", str(file), line, "", names)
