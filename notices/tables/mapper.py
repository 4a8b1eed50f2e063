"""A mapping applied to each row: Row → Record; every change of a value becomes a finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from notices.case.accidents import accident_in
from notices.case.record import Record
from notices.finding import Finding, errors_in, masked
from notices.pack.paths import Steps
from notices.tables.cell_values import CHANGES, Change, Reader, trimmed
from notices.tables.items_file import ItemsIndex
from notices.tables.mapping import ColumnMap
from notices.tables.mapping_cases import NO_EARLIER, NO_HOLDS
from notices.tables.row import Row
from notices.tables.row_earlier import STATED, row_earlier
from notices.tables.row_holds import row_holds
from notices.tables.row_rules import NO_RULES, Joined, RowRules
from notices.tables.signed_amounts import CREDIT, sign_amount
from notices.tables.table_words import bare, total_words

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_HIDDEN = ("hidden-row", "filtered-row")


@dataclass(frozen=True)
class Fill:
    """One column's way into the record: the container's number, the key in it, how to read it."""

    header: str
    path: str  # as a finding has it
    container: int
    key: str
    read: Reader
    values: Mapping[str, str]
    split: str | None  # what parts a list; None = one value
    private: bool
    joined: Joined | None = None  # several columns


@dataclass(frozen=True)
class EntryFill:
    into: str
    columns: tuple[tuple[str, str, Reader, bool], ...]  # leaf, header, reader, private
    constants: Mapping[str, str]
    values: Mapping[str, str]


@dataclass(frozen=True)
class Mapper:
    """A mapping made ready for one table. `columns` maps a field's path to its header."""

    column_map: ColumnMap
    columns: Mapping[str, str]
    known: frozenset[str]
    loose: bool  # rows of JSON need not all have the same keys
    blanks: frozenset[str]
    constants: tuple[tuple[int, str, Any], ...]
    containers: tuple[tuple[int, str | int, bool], ...]  # parent, key, whether it is a list
    optional: frozenset[int]  # containers that stand only where a column fills them
    fills: tuple[Fill, ...]
    entries: tuple[EntryFill, ...]
    file_entries: tuple[EntryFill, ...]
    debt: int  # container of the first debt
    read_total: Reader
    read_day: Reader
    signs: Mapping[str, int]
    home: str = ""  # the pack's country
    rules: RowRules = NO_RULES  # of what the table itself says
    faults: tuple[Finding, ...] = ()  # of every row that it is for
    of_row: Callable[[Row], Mapper] | None = None  # where rows name their own pack or currency

    def record(self, row: Row, items: ItemsIndex | None = None) -> Record:
        """The row as a record; errors of reading it are its faults, other findings its notes."""
        if self.of_row is not None:
            return self.of_row(row).record(row, items)
        findings: list[Finding] = self._row_notes(row)
        if not row.cells and findings:
            return _record(row, {}, findings)  # nothing of it could be read
        made: list[Any] = [{}]
        for parent, key, is_list in self.containers:
            inner: Any = [] if is_list else {}
            if isinstance(key, int):
                made[parent].append(inner)
            else:
                made[parent][key] = inner
            made.append(inner)
        for container, leaf, value in self.constants:
            made[container][leaf] = value
        filled = {0}
        get = row.cells.get
        blanks = self.blanks
        for fill in self.fills:
            if fill.joined is not None:
                if self._fill_joined(made[fill.container], fill, fill.joined, row, findings):
                    filled.add(fill.container)
                continue
            text = get(fill.header, "")
            if not text or text in blanks:
                text = ""
                if not fill.values.get(text):
                    continue
            target = made[fill.container]
            if fill.split is not None:
                self._fill_list(target, fill, text, row, findings)
            elif text in fill.values:
                if value := fill.values[text]:
                    target[fill.key] = value
            else:
                value, change = fill.read(text)
                if value:
                    target[fill.key] = value
                if change:
                    findings.append(_change(change, row, fill.header, text, value, fill.private))
            filled.add(fill.container)
        debt = made[self.debt]
        for entry in self.entries:
            self._add_entry(entry, row, debt, findings)
        if items is not None:
            for other in items.rows(get(items.key_of_cases, "")):
                findings += other.notes
                for entry in self.file_entries:
                    self._add_entry(entry, other, debt, findings)
        data = made[0]
        if self.column_map.plan is not NO_HOLDS:
            self._add_holds(row, data)
        if self.column_map.earlier is not NO_EARLIER:
            plan = self.column_map.earlier
            debt[STATED], wrong = row_earlier(row, plan, self.blanks, self.read_day)
            findings += wrong
        if self.optional:
            _drop_unfilled(made, self.containers, self.optional - filled)
        if self.rules is not NO_RULES:
            findings += self.rules.faults(row, data, self.columns)
        return _record(row, data, findings)

    def _add_holds(self, row: Row, data: dict[str, Any]) -> None:
        """The row's own holds; those of its debt, where rows are put together, stand with it."""
        of_case, of_debt = row_holds(row.cells, self.column_map.plan, self.blanks, self.read_day)
        if of_debt and not self.column_map.grouping.by:
            of_case, of_debt = (*of_case, *of_debt), ()
        if of_case:
            data.setdefault("holds", []).extend(of_case)
        if of_debt and data.get("debts"):
            data["debts"][0]["holds"] = [*of_debt]

    def value(self, fill: Fill, text: str) -> str:
        """What a column's text says, translated and read; "" for nothing."""
        if not text or text in self.blanks:
            return fill.values.get("", "")
        return fill.values[text] if text in fill.values else fill.read(text)[0]

    def items(self, row: Row) -> list[Mapping[str, str]]:
        """The row's own items, without the rest of its record."""
        if self.of_row is not None:
            return self.of_row(row).items(row)
        debt: dict[str, list[Any]] = {}
        for entry in self.entries:
            if entry.into == "items":
                self._add_entry(entry, row, debt, [])
        return debt.get("items", [])

    def nought(self, row: Row) -> str:
        """The header under which the row's amounts come to nought; "" where one does not, or
        where none is stated."""
        if self.of_row is not None:
            return self.of_row(row).nought(row)
        amounts = [
            (entry, header)
            for entry in self.entries
            for leaf, header, _, _ in entry.columns
            if entry.into == "items" and leaf in ("amount", CREDIT)
        ]
        debt: dict[str, list[Any]] = {}
        for entry, _ in amounts:
            self._add_entry(entry, row, debt, [])
        stated = (h for _, h in amounts if trimmed(row.cells.get(h, "")) not in ("", *self.blanks))
        return "" if debt or self.file_entries else next(stated, "")

    def total(self, row: Row) -> Decimal | None:
        """What the row adds to the control total; None where it can't be read."""
        if self.of_row is not None:
            return self.of_row(row).total(row)
        header = self.column_map.total
        value, change = self.read_total(row.cells.get(header, ""))
        if change not in ("", "normalised"):
            return None
        try:
            return Decimal(value or "0")
        except ArithmeticError:
            return None

    def columns_of(self, row: Row, items: ItemsIndex | None = None) -> dict[str, str]:
        """`columns` as this row has them: which column made its third item, its second address
        line. Worked out only for rows of which something is findings."""
        if self.of_row is not None:
            return self.of_row(row).columns_of(row, items)
        found = dict(self.columns)
        for fill in self.fills:
            text = row.cells.get(fill.header, "")
            lists: dict[str, Any] = {}
            if fill.joined is not None and fill.split is not None:
                self._fill_joined(lists, fill, fill.joined, row, [])
            elif fill.split is None or not text or text in self.blanks:
                continue
            else:
                self._fill_list(lists, fill, text, row, [])
            for _ in lists.get(fill.key, ()):
                n = sum(path.startswith(f"{fill.path}[") for path in found)
                found[f"{fill.path}[{n}]"] = fill.header
        for place, _, entry in self._entry_places(row, items):
            leaves = {leaf: header for leaf, header, _, _ in entry.columns}
            found |= {f"{place}.{leaf}": header for leaf, header in leaves.items()}
            found[place] = leaves["amount"]
        return found

    def rows_of_entries(self, row: Row, items: ItemsIndex | None = None) -> dict[str, Row]:
        """Which row, of the table or of the items file, each item and payment was made from."""
        if self.of_row is not None:
            return self.of_row(row).rows_of_entries(row, items)
        return {place: source for place, source, _ in self._entry_places(row, items)}

    def _entry_places(
        self, row: Row, items: ItemsIndex | None
    ) -> Iterator[tuple[str, Row, EntryFill]]:
        debt: dict[str, list[Any]] = {}
        sources = [(row, entry) for entry in self.entries]
        if items is not None:
            others = items.rows(row.cells.get(items.key_of_cases, ""))
            sources += [(other, entry) for other in others for entry in self.file_entries]
        for source, entry in sources:
            n = len(debt.get(entry.into, ()))
            self._add_entry(entry, source, debt, [])
            if len(debt.get(entry.into, ())) > n:
                yield f"debts[0].{entry.into}[{n}]", source, entry

    def _row_notes(self, row: Row) -> list[Finding]:
        """The row's own faults; those of columns that no field needs are left out."""
        findings = [note for note in row.notes if not note.path or note.path in self.known]
        if self.column_map.hidden_rows:
            findings = [replace(n, severity="note") if n.rule in _HIDDEN else n for n in findings]
        findings += [replace(f, file=row.file, line=row.number) for f in self.faults]
        if _CONTROL.search("".join(row.cells.values())):
            findings += self._controls(row)
        if is_total_row(row):
            findings.append(Finding("total-row", "error", row.file, row.number, "", {}))
        if self.loose and not row.cells.keys() <= self.known:
            for name in row.cells.keys() - self.known:
                params = {"name": masked(name)}
                findings.append(
                    Finding("column-unmapped", "error", row.file, row.number, masked(name), params)
                )
        return findings

    def _controls(self, row: Row) -> Iterator[Finding]:
        """Control characters in columns that the mapping knows: the row came here damaged."""
        for header, text in row.cells.items():
            if header in self.known and (match := _CONTROL.search(text)):
                params = {"column": header, "code": f"U+{ord(match[0]):04X}"}
                yield Finding("control-character", "error", row.file, row.number, header, params)

    def _fill_list(
        self, target: dict[str, Any], fill: Fill, text: str, row: Row, findings: list[Finding]
    ) -> None:
        parts = text.replace("\r\n", "\n").split(fill.split) if fill.split else [text]
        for part in parts:
            value, change = fill.read(part)
            if value:
                target.setdefault(fill.key, []).append(value)
            if change:
                findings.append(_change(change, row, fill.header, part, value, fill.private))

    def _fill_joined(
        self, target: dict[str, Any], fill: Fill, joined: Joined, row: Row, findings: list[Finding]
    ) -> bool:
        """Several columns as one field: a list's entries, or one text. Whether there was any."""
        cells: dict[str, str] = {}
        for header in joined.headers:
            text = trimmed(row.cells.get(header, ""))
            cells[header] = "" if text in self.blanks else text
            if left := accident_in(text) if cells[header] else "":  # in a line it would be hidden
                params = {"left": left[:40]}
                fault = Finding("merge-accident", "error", row.file, row.number, header, params)
                findings.append(fault)
        values = joined.fill(cells, self.home)
        if values and fill.split is not None:
            target.setdefault(fill.key, []).extend(values)
        elif values:
            target[fill.key] = " ".join(values)
        return bool(values)

    def _add_entry(
        self, entry: EntryFill, row: Row, debt: dict[str, Any], findings: list[Finding]
    ) -> None:
        """One item or payment, where the row has an amount that is not zero."""
        made: dict[str, Any] = dict(entry.constants)
        changes: list[Finding] = []
        for leaf, header, read, private in entry.columns:
            text = row.cells.get(header, "")
            if not text or text in self.blanks:
                continue
            if leaf == "kind" and text in entry.values:
                made[leaf] = entry.values[text]
                continue
            value, change = read(text)
            if value:
                whole, _, language = leaf.partition(".")
                if language:
                    made.setdefault(whole, {})[language] = value
                else:
                    made[leaf] = value
            if change:
                changes.append(_change(change, row, header, text, value, private))
        if entry.into == "items":
            headers = {leaf: header for leaf, header, _, _ in entry.columns}
            if fault := sign_amount(made, headers, row, self.column_map.signs, self.blanks):
                changes.append(fault)
        if made.get("amount", "").strip("0.") or errors_in(changes):
            debt.setdefault(entry.into, []).append(made)
            findings += changes


def _record(row: Row, data: dict[str, Any], findings: list[Finding]) -> Record:
    lines: dict[Steps, int] = {(): row.number}
    if not findings:
        return Record(data, row.file, lines)
    faults = errors_in(findings)
    notes = tuple(finding for finding in findings if finding.severity != "error")
    return Record(data, row.file, lines, faults, notes)


def _change(
    change: Change, row: Row, header: str, before: str, after: str, private: bool
) -> Finding:
    rule, severity = CHANGES[change]
    show = masked if private else _open
    params = {
        "before": show(before),
        "after": show(after),
        "column": header,
        "sheet": row.sheet or "–",
    }
    return Finding(
        rule, "error" if severity == "error" else "note", row.file, row.number, header, params
    )


def _open(text: str) -> str:
    return re.sub(r"[^\S ]", "␣", text[:40])


def _drop_unfilled(
    made: list[Any], containers: tuple[tuple[int, str | int, bool], ...], empty: frozenset[int]
) -> None:
    """Take out second debts and parties of which the row says nothing."""
    for number in sorted(empty, reverse=True):
        parent, _, _ = containers[number - 1]
        made[parent][:] = [entry for entry in made[parent] if entry is not made[number]]


def is_total_row(row: Row) -> bool:
    """Whether a row is the sum below a table: its first text says so, and most cells are empty."""
    filled = [text for text in row.cells.values() if text and not text.isspace()]
    if not filled or 2 * len(filled) > len(row.cells) + 1:
        return False
    return bare(filled[0]) in total_words()
