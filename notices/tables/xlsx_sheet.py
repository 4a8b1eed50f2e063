"""One sheet's cells as text, from its XML: what the file typed as number or date is Exact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Context, Decimal, InvalidOperation

from notices.tables.cell_dates import day_of
from notices.tables.row import Exact
from notices.tables.xlsx_parts import Book, escaped, local, parse

Raw = tuple[int, dict[int, str], list[tuple[int, str]], bool]
_PRECISION = 15  # digits a spreadsheet keeps of a number; what follows is noise, or lost
_ROUND = Context(prec=_PRECISION)
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]{0,13})(?:\.[0-9]{1,8})?")
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]{1,3}[0-9]+):([A-Z]{1,3}[0-9]+)"')
_END = re.compile(rb"</(?:\w+:)?sheetData>")
_FILTER = re.compile(rb"<(?:\w+:)?filterColumn[ >]")
_MOST_MERGES = 100_000


class SheetParser:
    """Turns a sheet's XML into rows: number, cells by column, faults by column, hidden or not."""

    def __init__(self, book: Book, file: str, sheet: str) -> None:
        self.book = book
        self.file = file
        self.sheet = sheet
        self.ready: list[Raw] = []
        self.number = 0
        self.hidden = False
        self.cells: dict[int, str] = {}
        self.notes: list[tuple[int, str]] = []
        self.column = -1
        self.kind = self.style = ""
        self.pieces: list[str] = []
        self.taking = self.valued = False
        self.formula: str | None = None
        self.phonetic = 0
        self.columns: dict[str, int] = {}

    def rows(self, pieces: Iterator[bytes]) -> Iterator[Raw]:
        """The rows, as the XML comes in."""
        for parser in parse(pieces, self._start, self._end):
            parser.CharacterDataHandler = self._text
            if self.ready:
                yield from self.ready
                self.ready.clear()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = local(name)
        if name == "c":
            where = attributes.get("r", "")
            self.column = self._column(where) if where else self.column + 1
            self.kind = attributes.get("t", "n")
            self.style = attributes.get("s", "")
            self.formula, self.valued = None, False
        elif name == "v" or name == "t":
            self.taking = not self.phonetic
            self.valued = True
        elif name == "f":
            self.formula, self.taking = "", True
        elif name == "row":
            self.number = int(attributes.get("r", self.number + 1))
            self.hidden = attributes.get("hidden") in ("1", "true")
            self.cells, self.notes, self.column = {}, [], -1
        elif name == "rPh":
            self.phonetic += 1

    def _text(self, data: str) -> None:
        if self.taking:
            self.pieces.append(data)

    def _end(self, name: str) -> None:
        if ":" in name:
            name = local(name)
        if name == "v" or name == "t":
            self.taking = False
        elif name == "f":
            self.taking = False
            self.formula = "".join(self.pieces)
            self.pieces.clear()
        elif name == "c":
            text = "".join(self.pieces)
            self.pieces.clear()
            if self.formula is None:
                if self.valued:
                    self._cell(text)
            elif text or (self.valued and self.kind == "str"):
                self._cell(text)
            else:
                self.cells[self.column] = f"={self.formula}"
                self.notes.append((self.column, "formula-without-value"))
        elif name == "row":
            self.ready.append((self.number, self.cells, self.notes, self.hidden))
        elif name == "rPh":
            self.phonetic -= 1

    def _column(self, where: str) -> int:
        letters = where.rstrip("0123456789")
        column = self.columns.get(letters)
        if column is None:
            column = self.columns[letters] = column_index(letters)
        return column

    def _cell(self, text: str) -> None:
        kind, column = self.kind, self.column
        if kind == "s":
            self.cells[column] = self.book.texts[int(text)]
        elif kind == "n":
            if text:
                self.cells[column] = self._number(text, column)
        elif kind == "b":
            self.cells[column] = Exact("true" if text == "1" else "false")
        elif kind == "e":
            self.cells[column] = text
            self.notes.append((column, "formula-error"))
        elif kind == "d":
            self.cells[column] = Exact(text)
        elif text or self.formula is None:  # str: a formula's text; inlineStr
            self.cells[column] = escaped(text)

    def _number(self, text: str, column: int) -> str:
        """A number as its cell shows it, as far as that changes what it says."""
        shows = self.book.styles[int(self.style)] if self.style and self.book.styles else ""
        if not shows and len(text) <= _PRECISION and _PLAIN.fullmatch(text):
            return Exact(text)
        try:
            number = Decimal(text)
            if not number.is_finite():
                raise InvalidOperation
        except InvalidOperation:
            self.notes.append((column, "formula-error"))
            return text
        if abs(number) >= 10**_PRECISION and shows != "date":
            self.notes.append((column, "digits-lost"))
            return Exact(f"{number:f}")
        number = _ROUND.plus(number)
        if shows == "date":
            return self._day(number, column)
        if shows == "percent":
            return Exact(f"{plain(number * 100)}%")
        if shows and number == number.to_integral_value() and number >= 0:
            return Exact(str(int(number)).zfill(len(shows)))
        return Exact(plain(number))

    def _day(self, serial: Decimal, column: int) -> str:
        """A serial date as ISO; a time of day comes after it."""
        try:
            day = day_of(int(serial), self.book.from_1904)
        except (OverflowError, ValueError):
            self.notes.append((column, "not-a-day"))
            return Exact(plain(serial))
        if serial == int(serial):
            return Exact(day.isoformat())
        seconds = int((serial % 1) * 86400 + Decimal("0.5"))
        hours, rest = divmod(seconds, 3600)
        return Exact(f"{day} {hours:02}:{rest // 60:02}:{rest % 60:02}")


def plain(number: Decimal) -> str:
    """A number with all its digits, no exponent and no needless zeros."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def column_index(letters: str) -> int:
    """A column's place from 0: A, B … AA."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def merged_and_filtered(
    pieces: Iterator[bytes],
) -> tuple[list[tuple[int, int, int, int]], bool]:
    """The merged areas, which stand after all cells (column, row, column, row, from 0 and 1), and
    whether a filter is set. Raises ValueError where they are too many for a table."""
    merges: list[tuple[int, int, int, int]] = []
    filtered, after, tail = False, False, b""
    for piece in pieces:
        text = tail + piece
        tail = text[-64:]
        if not after:
            ended = _END.search(text)
            if not ended:
                continue
            after, text = True, text[ended.end() :]
        filtered = filtered or bool(_FILTER.search(text))
        for match in _MERGE.finditer(text):
            corners = [_ADDRESS.fullmatch(part.decode()) for part in match.groups()]
            a, b = ((column_index(m.group(1)), int(m.group(2))) for m in corners if m is not None)
            if (*a, *b) not in merges[-4:]:
                merges.append((*a, *b))
        if len(merges) > _MOST_MERGES:
            raise ValueError("too many merged areas")
    return merges, filtered
