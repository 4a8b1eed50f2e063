"""Rejected rows as a file of the same shape: same headers, same way of writing, with why each is
rejected; to be corrected and run again as it is."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

from notices.files import replacing
from notices.tables.customers import CustomersIndex
from notices.tables.encodings import find_encoding
from notices.tables.items_file import ItemsIndex
from notices.tables.json_rows import listed_texts
from notices.tables.reasons import Reasons, told, told_in
from notices.tables.rejected_rows import (
    BEFORE,
    CONTROLS,
    FIRST_ROW,
    REASON,
    RejectedRows,
    added_controls,
    added_headers,
    filled_row,
    reasons_of,
)
from notices.tables.row import Row, TableError, TableFormat
from notices.tables.rows import TextLayout, find_layout, raw_rows, read_table, table_kind
from notices.tables.table_records import REJECTED_CUSTOMERS, REJECTED_ITEMS, REJECTS, Source

_BETWEEN = " | "  # the reasons of a row, in one line
# What an earlier run put at the beginning of an object.
_TOLD = re.compile(
    rf'(\s*\{{)\s*"{REASON}"\s*:\s*"(?:[^"\\]|\\.)*"\s*,'
    rf'\s*"{FIRST_ROW}"\s*:\s*"([0-9]*)"\s*(?:,|(?=\}}))'
)
_BOMS = {"utf_16_le": "\ufeff", "utf_16_be": "\ufeff"}


def write_rejects(
    source: Source,
    numbers: Collection[int],
    folder: Path,
    items: ItemsIndex | None = None,
    customers: CustomersIndex | None = None,
) -> Path | None:
    """Write `rejects.<as the source>` with the rows of these numbers; None where there are none.

    `rejects-items.<as it>` holds the items of those rows, `rejects-customers.<as it>` their
    customers. The source is read a second time. Raises FileError.
    """
    if items is not None:
        own = Source(items.file, items.form)
        wanted = _asked(
            source, numbers, lambda row: items.rows(row.cells.get(items.key_of_cases, ""))
        )
        _write_second(own, wanted, REJECTED_ITEMS, folder)
    if customers is not None:
        own = Source(customers.file, customers.form)
        wanted = _asked(source, numbers, customers.of_row)
        _write_second(own, wanted, REJECTED_CUSTOMERS, folder)
    if not numbers:
        _place(source, REJECTS, folder).unlink(missing_ok=True)
        return None
    return _write(source, numbers, REJECTS, folder)


def _asked(
    source: Source, numbers: Collection[int], rows_of: Callable[[Row], tuple[Row, ...]]
) -> RejectedRows:
    """The rows of a second table that belong to these rows."""
    wanted = RejectedRows(numbers.reasons if isinstance(numbers, RejectedRows) else None)
    for row in read_table(source.file, source.form) if numbers else ():
        if row.number in numbers:
            for other in rows_of(filled_row(row, numbers)):
                wanted.add(other.number)
    return wanted


def _write_second(own: Source, wanted: RejectedRows, name: str, folder: Path) -> None:
    if wanted:
        _write(own, wanted, name, folder)
    else:
        _place(own, name, folder).unlink(missing_ok=True)


def _place(source: Source, name: str, folder: Path) -> Path:
    kind = table_kind(source.file)
    return folder / f"{name}{'.xlsx' if kind == 'workbook' else source.file.suffix.lower()}"


def _write(source: Source, numbers: Collection[int], name: str, folder: Path) -> Path:
    kind = table_kind(source.file)
    file = _place(source, name, folder)
    writer: dict[str, Callable[[Source, Collection[int], Path], None]] = {
        "text": _write_text,
        "json": _write_json,
        "workbook": _write_workbook,
    }
    with replacing(file) as draft:
        writer[kind](source, numbers, draft)
    return file


def _write_text(source: Source, numbers: Collection[int], draft: Path) -> None:
    """Delimiter, encoding, byte-order mark and line ends as in the source; but where the few rows
    leave a doubt that all rows did not, the file says what it is."""
    layout = find_layout(source.file, source.form)
    _write_rows(source, numbers, draft, layout, layout)
    if not _reads_back(draft, source.form, layout):
        codec = layout.codec if source.form.encoding else "utf_8_sig"
        skipped = layout.skipped if source.form.delimiter else 1
        _write_rows(source, numbers, draft, layout, replace(layout, codec=codec, skipped=skipped))


def _reads_back(draft: Path, form: TableFormat, layout: TextLayout) -> bool:
    try:
        found = find_layout(draft, form)
    except TableError:
        return False
    return (_bare(found.codec), found.delimiter) == (_bare(layout.codec), layout.delimiter)


def _bare(codec: str) -> str:
    return codec.removesuffix("_le").removesuffix("_be")


def _write_rows(
    source: Source, numbers: Collection[int], draft: Path, layout: TextLayout, to: TextLayout
) -> None:
    head = source.form.header_row + layout.skipped
    added = added_controls(layout.headers, numbers)
    beside = added_headers(layout.headers, numbers)
    before = _Before(source, numbers, layout, to.codec)
    with draft.open("w", encoding=to.codec, newline="") as handle:
        handle.write(_BOMS.get(to.codec, ""))
        if to.skipped:
            handle.write(f"sep={layout.delimiter}{layout.line_end}")
        writer = csv.writer(handle, delimiter=layout.delimiter, lineterminator=layout.line_end)
        for _ in range(source.form.header_row - 1):
            writer.writerow([""])  # so that the headers stand where the mapping looks for them
        filled = _Filled(numbers, layout, beside)
        for number, cells in raw_rows(source.file, layout):
            if number == head:
                handle.write(before.head())
                names = [*filled.padded(before.without(cells)), *beside]
                writer.writerow([*names, *(CONTROLS if added else ())])
                continue
            if number in numbers:
                cells = filled.cells(number, cells)
                control = added.control(number).cells.values() if added else ()
                handle.write(before.row(number, cells))
                writer.writerow([*before.without(cells), *control])


class _Before:
    """What stands before the cells of a rejected row: why, and the row that it was first."""

    def __init__(
        self, source: Source, numbers: Collection[int], layout: TextLayout, codec: str
    ) -> None:
        self._file, self._codec, self._mark = str(source.file), codec, layout.delimiter
        self._reasons: Reasons | None = reasons_of(source.file, numbers)
        self._own = {i for i, header in enumerate(layout.headers) if header in BEFORE}
        self._number = next((i for i, h in enumerate(layout.headers) if h == FIRST_ROW), -1)

    def head(self) -> str:
        return "".join(f"{name}{self._mark}" for name in BEFORE) if self._reasons else ""

    def row(self, number: int, cells: list[str]) -> str:
        if self._reasons is None:
            return ""
        why = told_in(self._reasons.of_row(self._file, number), _BETWEEN, self._codec)
        first = cells[self._number] if 0 <= self._number < len(cells) else ""
        quoted = io.StringIO()  # in quotes, so that no mark of the text parts columns
        csv.writer(quoted, quoting=csv.QUOTE_ALL, lineterminator="").writerow([why])
        return f"{quoted.getvalue()}{self._mark}{first or number}{self._mark}"

    def without(self, cells: list[str]) -> list[str]:
        """The cells without what an earlier run put before them."""
        if self._reasons is None or not self._own:
            return cells
        return [cell for i, cell in enumerate(cells) if i not in self._own]


class _Filled:
    """Cells with what rows above have filled: in the rejects other rows may stand above."""

    def __init__(
        self, numbers: Collection[int], layout: TextLayout, beside: tuple[str, ...]
    ) -> None:
        """`beside` are columns that the table does not have; they stand after its own."""
        self._rows = numbers if isinstance(numbers, RejectedRows) else None
        self._width = len(layout.headers) if beside else 0
        names = (*layout.headers, *beside)
        self._places = {header: place for place, header in enumerate(names)}

    def cells(self, number: int, cells: list[str]) -> list[str]:
        filled = self._rows.filled(number) if self._rows is not None else {}
        cells = self.padded(cells)
        for header, text in filled.items():
            place = self._places[header]
            cells[place : place + 1] = [text]
        return cells

    def padded(self, cells: list[str]) -> list[str]:
        """A row as wide as the headers, where columns stand after them."""
        return [*cells, *[""] * (self._width - len(cells))]


def _write_json(source: Source, numbers: Collection[int], draft: Path) -> None:
    codec = find_encoding(source.file, source.form.encoding or "utf-8")
    first = next(read_table(source.file, source.form), None)
    added = added_controls(first.cells if first else (), numbers)

    reasons = reasons_of(source.file, numbers)

    def controlled(number: int, text: str) -> str:
        """The object with its reasons in front and its controls at the end; what can't be read as
        one stays as it is."""
        body = text.rstrip()
        end = text[len(body) :]
        if not (body.lstrip().startswith("{") and body.endswith("}")):
            return text
        if added is not None:
            control = json.dumps(added.control(number).cells)[1:]
            body = f"{body[:-1].rstrip()}, {control}"
        if reasons is not None:
            body = _with_reason(
                body, told(reasons.of_row(str(source.file), number), _BETWEEN), number
            )
        return f"{body}{end}"

    if source.file.suffix.lower() == ".json":
        texts = enumerate(listed_texts(source.file.read_text(encoding=codec)), start=1)
        kept = [controlled(number, text) for number, text in texts if number in numbers]
        draft.write_text("[\n" + ",\n".join(kept) + "\n]\n", encoding=codec)
        return
    with (
        source.file.open(encoding=codec, newline="\n") as handle,
        draft.open("w", encoding=codec, newline="") as out,
    ):
        for number, line in enumerate(handle, start=1):
            if number in numbers:
                out.write(controlled(number, line if line.endswith("\n") else f"{line}\n"))


def _with_reason(body: str, why: str, number: int) -> str:
    first = str(number)
    if match := _TOLD.match(body):
        first, body = match[2] or first, f"{match[1]}{body[match.end() :]}"
    elif f'"{REASON}"' in body:  # moved by whoever corrected it: no key stands there twice
        return body
    rest = body.lstrip()[1:].lstrip()
    said = json.dumps({REASON: why, FIRST_ROW: first}, ensure_ascii=False)[:-1]
    return f"{said}{'' if rest == '}' else ', '}{rest}"


def _write_workbook(source: Source, numbers: Collection[int], draft: Path) -> None:
    from notices.tables.rejects_xlsx import write_rows

    write_rows(source, numbers, draft)
