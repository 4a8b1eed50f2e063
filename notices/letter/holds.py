"""Holds in a workspace: the holds file, the record's own, and addresses from which letters came
back. They bind single letters and batches alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from notices.case.record import Record
from notices.case.types import Case
from notices.finding import Finding, errors_in
from notices.ledger.types import PastLetter, digest_of_address
from notices.letter.workspace import Workspace
from notices.plan.holds import NO_BOOK, HoldsBook, build_book, check_case_holds
from notices.tables.cell_dates import date_reader
from notices.tables.list_words import known_as, list_encoding, name_columns, read_words
from notices.textfiles import read_text_file

if TYPE_CHECKING:
    from notices.ledger.store import Ledger

_T = TypeVar("_T")
_read_day = date_reader("", "")
TABLES = ("holds.csv", "holds.tsv", "holds.xlsx", "holds.ods")
TEXTS = ("holds.yaml", "holds.yml", "holds.json")


def read_holds(workspace: Workspace) -> HoldsBook:
    """The workspace's holds, from whichever of its holds files are there; read once per run.

    Raises FileError where one can't be read. Its `faults` name no case: while there are any, no
    letter may go out, and `check_holds` says so for each.
    """
    if workspace.root is None:
        return NO_BOOK
    places = [workspace.root / name for name in (*TABLES, *TEXTS)]
    books = [_read_book(place) for place in places if place.is_file()]
    if len(books) == 1:
        return books[0]
    return HoldsBook(
        _merged(book.by_case for book in books),
        tuple(fault for book in books for fault in book.faults),
        _merged(book.unread for book in books),
    )


def check_holds(
    case_id: str,
    record: Record,
    workspace: Workspace,
    today: date,
    book: HoldsBook | None = None,
) -> tuple[Finding, ...]:
    """Why this case gets no letter today. Give `book` where many cases are asked about."""
    book = read_holds(workspace) if book is None else book
    return check_case_holds(case_id, record.data, book, today, record.file, record.lines)


def check_address(case: Case, ledger: Ledger) -> tuple[Finding, ...]:
    """Whether an earlier letter came back from where this one would go."""
    digest = digest_of_address(case.recipient.address)
    return check_returned(case, ledger.returned_from((digest,)))


def check_returned(case: Case, returned: Mapping[str, Sequence[PastLetter]]) -> tuple[Finding, ...]:
    """The same, from what `Ledger.returned_from` said of many addresses.

    An address is held for the case and for the person: neighbours may share a house.
    """
    found = returned.get(digest_of_address(case.recipient.address), ())
    own = [p for p in found if p.case_id == case.id or p.recipient == case.recipient.name]
    if not own:
        return ()
    params = {"letter": own[-1].letter_id, "date": own[-1].issue_date.isoformat()}
    return (Finding("address-returned", path="recipient.address", params=params),)


def _read_book(file: Path) -> HoldsBook:
    notes: list[Finding] = []
    rows = _table_rows(file, notes) if file.name in TABLES else _text_rows(file)
    book = build_book(rows, file.name)
    return replace(book, faults=(*book.faults, *errors_in(notes))) if notes else book


def _table_rows(file: Path, notes: list[Finding]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """A table's rows; what the table itself has lost goes to `notes`."""
    from notices.tables.rows import read_rows  # few have such a table: letters load no readers

    for row in read_rows(file, encoding=list_encoding(file, "holds")):
        notes += row.notes
        yield row.number, _named(row.cells)


def _text_rows(file: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """A list of mappings, or a mapping of such by case id."""
    text = read_text_file(file, file.name)
    data = text.data or []
    entries = data if isinstance(data, list) else [data]
    for i, entry in enumerate(entries):
        line = text.line(i) if isinstance(data, list) else 1
        cells = entry if isinstance(entry, dict) else {}
        plain = {key: value if isinstance(value, str) else "" for key, value in cells.items()}
        yield line, _named(plain) if plain else {"note": "?"}


def _named(cells: Mapping[str, str]) -> dict[str, str]:
    """A row under its columns' proper names, its hold under its proper name, its days as ISO."""
    columns, values = name_columns(cells, "holds"), read_words("holds", "values")
    row = {columns[head]: text for head, text in cells.items()}
    read: dict[str, str] = {}
    for day in ("from", "until"):
        iso, verdict = _read_day(row.get(day, ""))
        read |= {day: iso} if verdict == "normalised" else {}
    if row.get("hold"):
        read["hold"] = known_as(row["hold"], values)
    return row | read


def _merged(books: Iterable[Mapping[str, tuple[_T, ...]]]) -> dict[str, tuple[_T, ...]]:
    whole: dict[str, tuple[_T, ...]] = {}
    for book in books:
        for key, held in book.items():
            whole[key] = (*whole.get(key, ()), *held)
    return whole
