"""Compiling a mapping for one table: which container each column fills, and how it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from notices.finding import Finding, errors_in
from notices.pack.paths import Steps
from notices.pack.types import Pack
from notices.tables.cell_values import Style, since_reader, value_reader
from notices.tables.mapper import EntryFill, Fill, Mapper
from notices.tables.mapping import ColumnMap
from notices.tables.mapping_cases import Entry
from notices.tables.mapping_check import (
    ACCOUNT,
    LISTS,
    check_headers_known,
    check_mapping,
    declared,
    field_type,
    fields_by_path,
    repeats,
)
from notices.tables.mapping_columns import Column
from notices.tables.read_currency import CURRENCY, read_currency
from notices.tables.rejected_rows import ADDED
from notices.tables.row_rules import RowRules, steps_of
from notices.tables.signed_amounts import BALANCE, CREDIT
from notices.tables.table_words import currency_marks

_LISTS = (("debts",), ("parties",), ("credits",), ("payments",), ("enclosures",))
_OPEN_TYPES = ("amount", "percent", "date", "count", "code", "flag")
_OF_ACCOUNT = {
    "amount": "debts[0].items[].amount",
    "date": "debts[0].invoice_date",
    "reference": "debts[0].contract_number",
}
_MOST_LOOSE = 50  # numbered columns looked for where rows have keys of their own


def compile_mapping(
    column_map: ColumnMap,
    pack: Pack,
    headers: tuple[str, ...],
    file: Path,
    loose: bool = False,
    currency: str = "",
) -> tuple[Mapper | None, tuple[Finding, ...]]:
    """The mapping made ready for a table with these headers, and what is wrong with it.

    `loose`: the rows need not have the same keys (JSON); `currency`: that of the rows that it is
    for, where a column says it. None where an error stands against it.
    """
    found = check_mapping(column_map, pack)
    if not loose:
        found = (*found, *check_headers_known(column_map, headers, file))
    if errors_in(found):
        return None, found
    return _Compiler(column_map, pack, headers, loose, currency).mapper(), found


class _Compiler:
    def __init__(
        self,
        column_map: ColumnMap,
        pack: Pack,
        headers: tuple[str, ...],
        loose: bool,
        currency: str = "",
    ) -> None:
        self.map = column_map
        self.currency = currency
        self.pack = pack
        self.headers = headers
        self.loose = loose
        self.places: dict[Steps, int] = {(): 0}
        self.containers: list[tuple[int, str | int, bool]] = []
        self.style = self._style()

    def _style(self) -> Style:
        """The owner's way of writing, with the marks of the one currency that is meant."""
        own, other = currency_marks(self._currency(), self.pack)
        return replace(self.map.style, marks=own, other_marks=other)

    def _currency(self) -> str:
        """The currency of every row; "" where a column says it, and the row is not known yet."""
        if self.currency:
            return self.currency
        if any(column.path == "currency" for column in self.map.columns):
            return ""
        stated = self.map.constants.get("currency")
        if isinstance(stated, str):
            return stated
        return next(iter(self.pack.currencies)) if len(self.pack.currencies) == 1 else ""

    def mapper(self) -> Mapper:
        fills = tuple(self._fill(column) for column in self.map.columns)
        debt = self._place(("debts", 0))
        constants = dict(self.map.constants)
        for key in ("pack", "kind"):
            if value := getattr(self.map, key):
                constants.setdefault(key, value)
        constant_fills = []
        for path, value in constants.items():
            *outer, leaf = steps_of(path)
            constant_fills.append((self._place(tuple(outer)), str(leaf), value))
        entries = self._entries(self.map.entries)
        inner = self.map.items_file.entries if self.map.items_file else ()
        first = {("debts", 0), ("parties", 0)}
        optional = {
            place
            for steps, place in self.places.items()
            if isinstance((steps or ("",))[-1], int) and steps not in first
        }
        used = {name for column in self.map.columns for name in column.headers}
        used |= {*self.map.rules.headers, *self.map.plan.headers, *self.map.earlier.headers}
        used |= {header for entry in entries for _, header, _, _ in entry.columns}
        used |= {
            *self.map.grouping.by,
            *self.map.grouping.fill_down,
            self.map.signs.column,
            self.map.paid,
            *ADDED,
        }
        used |= {self.map.customers.same_as} if self.map.customers else set()
        return Mapper(
            column_map=self.map,
            columns=self._columns(),
            known=frozenset(used | self.map.ignored | {self.map.total}),
            loose=self.loose,
            blanks=self.map.style.blanks,
            constants=tuple(constant_fills),
            containers=tuple(self.containers),
            optional=frozenset(optional),
            fills=fills,
            entries=entries,
            file_entries=self._file_entries(inner),
            debt=debt,
            read_total=value_reader("amount", self.style),
            read_day=value_reader("date", self.style),
            signs={kind.id: kind.sign for kind in self.pack.item_kinds.values()},
            home=self.pack.id,
            rules=self._rules(),
        )

    def _rules(self) -> RowRules:
        """What each row must say; of fields that the table of customers fills, when it has."""
        rules = self.map.rules
        return rules.parted(self._columns())[0] if self.map.customers else rules

    def _place(self, steps: Steps) -> int:
        """The number of the container at `steps`, made on first need with those above it."""
        if steps not in self.places:
            *outer, last = steps
            if isinstance(last, int) and last:
                self._place((*outer, last - 1))  # lists are filled in order
            parent = self._place(tuple(outer))
            self.containers.append((parent, last, steps in _LISTS))
            self.places[steps] = len(self.containers)
        return self.places[steps]

    def _fill(self, column: Column) -> Fill:
        kind = field_type(column.path, self.pack)
        *outer, leaf = steps_of(column.path)
        read = value_reader(kind, self.style)
        if column.since:
            read = since_reader(column.since, self.style)
        elif column.path == CURRENCY:
            read = read_currency(self.pack)
        many = kind in LISTS
        return Fill(
            column.header,
            column.path.replace("[]", "[0]"),
            self._place(tuple(outer)),
            str(leaf),
            read,
            column.values,
            column.split if many else None,
            self._private(column.path, kind),
            column.joined,
        )

    def _private(self, path: str, kind: str) -> bool:
        field = fields_by_path(self.pack).get(declared(path))
        if field is not None and field.mask:
            return True
        return kind not in _OPEN_TYPES or (
            declared(path).startswith("recipient.") and kind not in ("code", "flag")
        )

    def _entries(self, entries: tuple[Entry, ...]) -> tuple[EntryFill, ...]:
        """Each entry as often as the table repeats its columns."""
        found: list[EntryFill] = []
        for entry in entries:
            if any("{n}" in header for header in entry.columns.values()):
                found += self._repeated(entry)
            else:
                found.append(self._entry(entry, entry.columns))
        return tuple(found)

    def _repeated(self, entry: Entry) -> list[EntryFill]:
        amounts = entry.columns["amount"]
        known = self.headers if not self.loose else tuple(_numbered(amounts))
        made: list[EntryFill] = []
        for name in repeats(amounts, known):
            n = name[
                len(amounts.partition("{n}")[0]) : len(name) - len(amounts.partition("{n}")[2])
            ]
            columns = {leaf: h.replace("{n}", n) for leaf, h in entry.columns.items()}
            made.append(self._entry(entry, columns))
        return made

    def _file_entries(self, entries: tuple[Entry, ...]) -> tuple[EntryFill, ...]:
        return tuple(self._entry(entry, entry.columns) for entry in entries)

    def _entry(self, entry: Entry, columns: Mapping[str, str]) -> EntryFill:
        made = []
        for leaf, header in columns.items():
            path = f"debts[].{entry.into}[].{'amount' if leaf in (CREDIT, BALANCE) else leaf}"
            kind = field_type(path, self.pack)
            read = value_reader(kind, self.style)
            made.append((leaf, header, read, self._private(path, kind)))
        return EntryFill(entry.into, tuple(made), entry.constants, entry.values)

    def _columns(self) -> dict[str, str]:
        """Field path → header, for telling a finding in the table's own terms."""
        found: dict[str, str] = {}
        for column in self.map.columns:
            path = (
                column.path if column.path.startswith(ACCOUNT) else column.path.replace("[]", "[0]")
            )
            found.setdefault(path, column.header)
        for entry in self.map.entries:
            for leaf, header in entry.columns.items():
                found.setdefault(f"debts[0].{entry.into}[].{leaf}", header)
        for leaf, of_debt in _OF_ACCOUNT.items():  # where the row is below zero
            if of_debt in found:
                for into in ("credits", "payments"):
                    found.setdefault(f"{into}[].{leaf}", found[of_debt])
        plan = self.map.plan
        if header := plan.case or plan.hold or plan.case_until:
            found.setdefault("holds", header)
        if header := self.map.earlier.level or self.map.earlier.date:
            found.setdefault("debts[0].earlier", header)
        if header := plan.debt or plan.debt_until or plan.until:
            found.setdefault("debts[0].holds", header)
        return found


def _numbered(header: str) -> list[str]:
    return [header.replace("{n}", str(n)) for n in range(1, _MOST_LOOSE + 1)]
