"""What every reader of tables shares: a Row, and why a table could not be read at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from notices.catalogue import line_of, message
from notices.errors import FileError
from notices.finding import Finding
from notices.tables.table_words import filler_words

MAX_COLUMNS = 1000
MAX_CELL = 32_768  # characters; what a spreadsheet's cell can hold


class TableError(FileError):
    """A table that can't be read without guessing; `findings` says why and how to declare it."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(f"{line_of(f)} {message(f, 'zh')}" for f in findings))
        self.findings = findings


class Exact(str):
    """A number or date that the file itself typed: no mark or order of a mapping applies to it."""

    __slots__ = ()


@dataclass(frozen=True)
class Row:
    """One row of a table, its cells by header as written.

    `notes` are faults of the row (path "") or of a cell (path = its header). A formula that was
    never worked out is its own text. `beyond` are a workbook's cells past the last header.
    """

    file: str
    sheet: str
    number: int  # as the spreadsheet shows it, from 1
    cells: Mapping[str, str]
    notes: tuple[Finding, ...] = ()
    beyond: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableFormat:
    """How a table is to be read; "" leaves it to detection, `header_row` counts from 1."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int = 1
    numbers_blank: bool = False  # columns without a header are called (1), (2) … in their order

    def before(self, other: TableFormat) -> TableFormat:
        """What this one says, else the other: a door's word counts before a mapping's."""
        return TableFormat(
            self.encoding or other.encoding,
            self.delimiter or other.delimiter,
            self.sheet or other.sheet,
            other.header_row if self.header_row == 1 else self.header_row,
            self.numbers_blank or other.numbers_blank,
        )


DETECTED = TableFormat()


def table_fault(rule: str, file: Path, line: int = 0, path: str = "", **params: str) -> TableError:
    """A TableError with one finding."""
    return TableError(Finding(rule, "error", str(file), line, path, params))


def column_letter(index: int) -> str:
    """The spreadsheet's name of the column at `index` (from 0): A, B … AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def check_headers(
    headers: list[str], file: Path, line: int, sheet: str = "", numbers_blank: bool = False
) -> list[str]:
    """The headers without their outer blanks and trailing empty ones; those of columns that hold
    nothing are numbered where they stand again, and empty ones if `numbers_blank`.

    Raises TableError where one is empty, stands twice, or there is none.
    """
    names = [" ".join(name.replace("\ufeff", "").split()) for name in headers]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise table_fault("no-header", file, line, sheet=sheet or "–")
    if numbers_blank:
        blank = (f"({n})" for n in range(1, len(names) + 1))
        names = [name or next(blank) for name in names]
    found: list[Finding] = []
    seen: dict[str, int] = {}
    for i, name in enumerate(names):
        where = {"column": column_letter(i), "sheet": sheet or "–"}
        if not name:
            found.append(Finding("empty-header", "error", str(file), line, where["column"], where))
        elif name in seen and name.casefold() in filler_words():
            names[i] = f"{name} {i + 1}"
        elif name in seen:
            where |= {"name": name[:60], "first": column_letter(seen[name])}
            found.append(
                Finding("duplicate-header", "error", str(file), line, where["column"], where)
            )
        seen.setdefault(name, i)
    if len(names) > MAX_COLUMNS:
        most = {"most": str(MAX_COLUMNS)}
        found.append(Finding("too-many-columns", "error", str(file), line, "", most))
    if found:
        raise TableError(*found)
    return names
