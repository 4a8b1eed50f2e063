"""A table as records: reader, mapping, grouping and the items file put together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from itertools import chain
from pathlib import Path
from types import MappingProxyType, TracebackType

from notices.case.raw_values import written_number
from notices.case.record import Record
from notices.finding import Finding, errors_in
from notices.money import ZERO
from notices.pack.types import Pack
from notices.tables.case_ids import CaseIds
from notices.tables.case_rows import ENTRIES, CaseRows, merge_records
from notices.tables.chosen_rows import ChosenRows
from notices.tables.column_of import column_of
from notices.tables.customers import NO_CUSTOMER, CustomersIndex
from notices.tables.fill_down import FillDown, filling_of
from notices.tables.grouping import BESIDE, GroupedRows, KeyPart
from notices.tables.items_file import ItemsIndex
from notices.tables.mapper import Fill, Mapper, is_total_row
from notices.tables.mapping import ColumnMap
from notices.tables.mapping_cases import UNSIGNED
from notices.tables.paid_amounts import check_paid, freed, is_settled, less_paid, nothing_open
from notices.tables.rejected_rows import CASE_ROWS, Control, check_controls
from notices.tables.row import Row, TableError, TableFormat, table_fault
from notices.tables.row_mappers import compile_for_rows
from notices.tables.rows import read_table, table_kind
from notices.tables.signed_amounts import amount_of, on_account, sum_of
from notices.tables.table_words import known_currencies
from notices.tables.title_rows import Gap, TitledRows

REJECTS, REJECTED_ITEMS = "rejects", "rejects-items"
REJECTED_CUSTOMERS = "rejects-customers"
NO_PACKS: Mapping[str, Pack] = MappingProxyType({})
_ENTRY = re.compile(r"debts\[0\]\.(?:items|payments)\[\d+\]")
_DEBT = re.compile(r"^debts\[\d+\]")


@dataclass(frozen=True)
class Source:
    """A table that is to become letters: the file, how it is read, and the items file if any."""

    file: Path
    form: TableFormat
    items: Path | None = None
    customers: Path | None = None


def find_source(file: Path, column_map: ColumnMap, form: TableFormat, items: str = "") -> Source:
    """What a door asked for, else what the mapping says; the items file stands beside the table.

    Beside rejects stand their own items, which are taken before those that the mapping names.
    """
    form = form.before(column_map.form)
    second = column_map.items_file
    customers = column_map.customers
    source = Source(file, form)
    if customers is not None:
        place = _beside_rejects(file, REJECTED_CUSTOMERS) or file.parent / customers.file
        source = replace(source, customers=place)
    if second is None:
        return source
    if items:
        return replace(source, items=Path(items))
    if beside := _beside_rejects(file, REJECTED_ITEMS):
        return replace(source, items=beside)
    if not second.file:
        raise table_fault("items-file-missing", file)
    return replace(source, items=file.parent / second.file)


def _beside_rejects(file: Path, name: str) -> Path | None:
    """The second table that stands beside rejects under its own name."""
    found = sorted(file.parent.glob(f"{name}.*")) if file.stem == REJECTS else []
    return found[0] if found else None


@dataclass(frozen=True)
class Placed:
    """A finding with the row that it stands in, and that row's columns by field."""

    finding: Finding
    row: Row
    columns: Mapping[str, str]

    @property
    def column(self) -> str:
        return column_of(self.finding.path, self.columns)


class TableRecords:
    """The cases of a table, each with its rows and its record, in the order of each one's first
    row. Use it in a `with`; its `groups` may serve another look and go when nobody has them."""

    def __init__(
        self,
        source: Source,
        column_map: ColumnMap,
        pack: Pack,
        packs: Mapping[str, Pack] = NO_PACKS,
        groups: GroupedRows | None = None,
    ) -> None:
        """`packs` are those that rows may name beside `pack`; `groups` those of an earlier look at
        the same table: it is not grouped anew.

        Raises TableError where the table can't be read or the mapping does not serve it.
        """
        self.source = source
        rows = read_table(source.file, source.form)
        titles = column_map.rules.titles
        self._titled = TitledRows(titles, column_map.style) if titles.name else None
        if self._titled is not None:
            rows = self._titled.rows(rows)
        first = next(rows, None)
        if first is None:
            raise table_fault("no-rows", source.file)
        loose = table_kind(source.file) == "json"
        mapper, found = compile_for_rows(column_map, pack, packs, first, source.file, loose)
        if mapper is None:
            raise TableError(*errors_in(found))
        self.mapper: Mapper = mapper
        if self._titled is not None:
            self._titled.amount = self._amount
        # warnings of the mapping as a whole
        self.findings: tuple[Finding, ...] = (*found, *check_paid(column_map))
        self.sheet = first.sheet
        main = next(iter(pack.currencies), "")
        others = known_currencies(pack) - {main} if "currency" in mapper.columns else ()
        self._ids = CaseIds(column_map.grouping, main, others, mapper.columns.get("id", ""))
        self._asked: tuple[Row, Mapping[str, str]] | None = None
        self.customers: CustomersIndex | None = None
        self.items: ItemsIndex | None = None
        grouping = column_map.grouping
        if loose and (grouping.fill_down or titles.name):
            raise table_fault("fill-down-json", source.file)
        self._chosen = ChosenRows(column_map.rules, mapper, FillDown(filling_of(column_map)))
        if groups is not None and groups.chosen is not None:
            self._chosen = groups.chosen  # it knows what was left out when the rows went by
            self._titled = groups.titled
        self._rows = self._chosen.kept(chain([first], rows))
        with ExitStack() as stack:
            second, place = column_map.customers, source.customers
            if second is not None and place is not None:
                customers = CustomersIndex(second, column_map, pack, place)
                self.customers = stack.enter_context(customers)
                self.findings = (*self.findings, *customers.findings)
            if column_map.items_file is not None and source.items is not None:
                key = next((c.header for c in column_map.columns if c.path == "id"), "")
                index = ItemsIndex(column_map.items_file, source.items, key)
                self.items = stack.enter_context(index)
            self.groups = groups
            if grouping.by and groups is None:
                beside = tuple(self._key_parts(pack))
                blanks = column_map.style.blanks
                self.groups = GroupedRows(self._rows, grouping, beside, blanks, self._amount)
                self.groups.chosen, self.groups.titled = self._chosen, self._titled
            self._stack = stack.pop_all()

    def __iter__(self) -> Iterator[tuple[CaseRows, Record]]:
        if self.groups is None:
            for row in self._rows:
                case = CaseRows((row,))
                if is_total_row(row):
                    yield case, self.mapper.record(row)
                else:
                    record = self._joined(case, self._signed(row) or self._left_out(case))
                    faults = (*record.faults, *self._check_controls(case))
                    yield case, replace(record, faults=faults) if faults else record
            return
        for case in self.groups.cases():
            if is_total_row(case.first):
                yield case, self.mapper.record(case.first)
            else:
                yield case, self._joined(case, self._grouped(case))

    def _joined(self, case: CaseRows, record: Record) -> Record:
        if self.customers is None:
            return record
        record = self.customers.joined(case, record)
        _, later = self.mapper.column_map.rules.parted(self.mapper.columns)
        found = tuple(later.faults(case.first, record.data, self.mapper.columns))
        return replace(record, faults=(*record.faults, *found)) if found else record

    def _signed(self, row: Row) -> Record | None:
        """A row's record, below zero as the mapping says; None where that is: left out."""
        signs = self.mapper.column_map.signs
        record = self.mapper.record(row, self.items)
        paid = self.mapper.column_map.paid
        if paid and row.cells.get(paid, "") not in (*self.mapper.blanks, ""):
            record = less_paid(record, row, self.mapper.column_map, self.mapper.read_total)
        elif self.groups is not None and not _has_items(record):
            header = self.mapper.nought(row)
            record = nothing_open(record, row, header) if header else record
        return on_account(record, signs.negative) if signs != UNSIGNED else record

    def _grouped(self, case: CaseRows) -> Record:
        read = [(row, record) for row in case.rows if (record := self._signed(row)) is not None]
        if not read:
            return self._left_out(case)
        grouping = self.mapper.column_map.grouping
        merged = merge_records(case, read, self.mapper.columns, grouping.first)
        kept = {row.number for row, _ in read}
        skipped = tuple(self._skipped(row) for row in case.rows if row.number not in kept)
        settled = [self._number(row) for row, record in read if is_settled(record)]
        merged = freed(merged, [number for number in settled if number])
        data = {**merged.data, "id": self._ids.of(case, merged.data)}
        return replace(
            merged,
            data=data,
            faults=(
                *merged.faults,
                *self._ids.faults(case, merged.data),
                *self._check_controls(case),
                *self._title_faults(case),
            ),
            notes=(*merged.notes, *skipped),
            splits_levels=grouping.splits_levels,
            grouped=True,
        )

    def _title_faults(self, case: CaseRows) -> Iterator[Finding]:
        """Where rows of the case do not come to the sum below them."""
        column = self.mapper.columns.get("debts[0].items[].amount", "")
        for gap in self._gaps(case):
            inside = (row for row in case.rows if gap.after < row.number < gap.until)
            yield gap.finding(next(inside, case.first), column)

    def _gaps(self, case: CaseRows) -> tuple[Gap, ...]:
        return self._titled.gaps_of(case.numbers) if self._titled is not None else ()

    def _number(self, row: Row) -> str:
        return written_number(next(iter(self.mapper.record(row).data.get("debts", ())), {}))

    def _left_out(self, case: CaseRows) -> Record:
        """A case of which the mapping leaves out every row."""
        row = case.first
        record = self.mapper.record(row, self.items)
        data = {key: value for key, value in record.data.items() if key not in ENTRIES}
        notes = tuple(map(self._skipped, case.rows))
        data["id"] = self._ids.of(case, data)
        return Record(data, row.file, record.lines, (), notes, grouped=True)

    def _skipped(self, row: Row) -> Finding:
        """What is told of a row below zero that is left out."""
        debt = self.mapper.record(row).data["debts"][0]
        params = {"amount": str(sum_of(debt.get("items", ())))}
        return Finding("row-below-zero", "warning", row.file, row.number, "", params)

    def control(self, case: CaseRows, record: Record) -> Control:
        """What the whole case must have, for the rejects: the number of its rows and their sum."""
        if self.groups is None:
            shared = (f.params["many"] for f in record.faults if f.rule == "rows-share-id")
            return Control(next(shared, ""))
        amounts = [self._amount(row) for row in case.rows]
        known = [amount for amount in amounts if amount is not None]
        is_whole = len(known) == len(case.numbers)
        # What the sums of its titles state: until the rows come to it, they are no case.
        beyond = [gap.stated - gap.found for gap in self._gaps(case)]
        total = str(sum((*known, *beyond), ZERO)) if is_whole else ""
        decimal = self.mapper.column_map.style.decimal or "."
        return Control(str(len(case.numbers)), total.replace(".", decimal))

    def filled_cells(self, case: CaseRows, number: int) -> Mapping[str, str]:
        """What a row of the case has in columns that rows above may fill; of a row beyond those
        that were read, in the columns of the key."""
        column_map = self.mapper.column_map
        rules = column_map.rules
        headers = [*column_map.grouping.fill_down, rules.heading, rules.titles.name]
        row = case.by_number.get(number)
        if row is None:
            row, headers = case.first, [h for h in headers if h in column_map.grouping.by]
        return {header: row.cells[header] for header in headers if header in row.cells}

    def _amount(self, row: Row) -> Decimal | None:
        """What a row comes to; None where it can't be read, or nothing is written."""
        debts = self.mapper.record(row).data.get("debts") or [{}]
        amounts = [amount_of(item) for item in debts[0].get("items", ())]
        if not amounts and not self.mapper.nought(row):
            return None
        known = [amount for amount in amounts if amount is not None]
        return sum(known, ZERO) if len(known) == len(amounts) else None

    def _check_controls(self, case: CaseRows) -> tuple[Finding, ...]:
        if CASE_ROWS not in case.first.cells:
            return ()
        found = self.control(case, Record({})) if self.groups else Control(str(len(case.rows)))
        return tuple(check_controls(case.rows, found, self.mapper.read_total))

    def _key_parts(self, pack: Pack) -> Iterator[KeyPart]:
        """The columns that part the cases of one key."""
        for fill in self.mapper.fills:
            if fill.path in BESIDE:
                known = known_currencies(pack) if fill.path == "currency" else frozenset()
                blank = self.mapper.column_map.constants.get(fill.path, "")
                yield KeyPart(fill.header, partial(self._key_value, fill, str(blank)), known)

    def _key_value(self, fill: Fill, blank: str, text: str) -> str:
        """What a cell says of the key; where it is blank, the mapping's constant."""
        return self.mapper.value(fill, text) or blank

    def unused_items(self) -> tuple[Finding, ...]:
        """Items of cases that no row named, and rows that the mapping leaves out; to be asked when
        all rows were read."""
        unused = self.items.without_case() if self.items else ()
        sums = self._titled.findings() if self._titled is not None else ()
        return (*sums, *self._chosen.findings(), *unused)

    def without_key(self) -> tuple[Finding, ...]:
        """What is left out because nobody's key stands in it, where the mapping says so."""
        if self.groups is None or not self.groups.left_out:
            return ()
        params = {"many": str(self.groups.left_out), "sum": str(self.groups.left_out_sum)}
        by = self.mapper.column_map.grouping.by[0]
        return (Finding("rows-without-key", "warning", str(self.source.file), 0, by, params),)

    def columns_of(self, row: Row) -> Mapping[str, str]:
        """Which header fills which field in this row."""
        if self._asked is None or self._asked[0] is not row:
            self._asked = row, self.mapper.columns_of(row, self.items)
        return self._asked[1]

    def placed(self, finding: Finding, case: CaseRows) -> Placed:
        """A finding of this case's record where it stands: in the row of its debt; what an item
        lacks, in the items file."""
        row = case.row_at(finding.line)
        if self.groups is not None:
            finding = replace(finding, path=_DEBT.sub("debts[0]", finding.path))
        if self.customers is not None and (own := self.customers.row_of(finding.path, case)):
            finding = replace(finding, file=own.file, line=own.number)
            return Placed(finding, own, self.customers.mapper.columns)
        entry = _ENTRY.match(finding.path)
        if self.items is not None and entry is not None:
            source = self.mapper.rows_of_entries(row, self.items).get(entry.group(), row)
            if source.file != row.file:
                finding = replace(finding, file=source.file, line=source.number)
                return Placed(finding, source, self.columns_of(row))
        return Placed(finding, row, self.columns_of(row))

    def follows(self, finding: Finding, placed: Placed, record: Record) -> bool:
        """Whether a finding only follows from a cell, or a customer, that could not be read."""
        spoilt = {(fault.line, fault.path) for fault in record.faults if fault.path}
        if (placed.row.number, placed.column) in spoilt:
            return True
        lost = any(fault.rule in NO_CUSTOMER for fault in record.faults)
        return lost and self.customers is not None and self.customers.fills(finding.path)

    def __enter__(self) -> TableRecords:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()


def _has_items(record: Record) -> bool:
    return any(debt.get("items") for debt in record.data.get("debts", ()))


def without_faults(record: Record) -> Record:
    """The record as far as it was read, for the checks that can still be made."""
    return replace(record, faults=())
