"""A table's rows by case, wherever they lie: an index on disk, so that memory does not grow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from notices.finding import Finding
from notices.money import ZERO
from notices.tables.case_rows import CaseRows, fold_key
from notices.tables.cell_values import trimmed
from notices.tables.chosen_rows import ChosenRows
from notices.tables.disk_rows import DiskRows
from notices.tables.mapper import is_total_row
from notices.tables.mapping_cases import Grouping
from notices.tables.row import Row, TableError
from notices.tables.title_rows import TitledRows

BESIDE = ("currency", "sender", "pack")  # fields that part cases of one key
MOST_ROWS = 5_000  # of one case; no letter has as many, and memory does not grow with them
_MOST_TOLD = 20  # blank keys
_SEPARATOR = "\x1f"
_ALONE = "\x00"  # before the key of a row that belongs to no case


@dataclass(frozen=True)
class KeyPart:
    """A column that parts the cases of one key: `known` are the values it may have, if few."""

    header: str
    read: Callable[[str], str]
    known: frozenset[str] = frozenset()

    def is_clear(self, value: str) -> bool:
        return value in self.known if self.known else bool(value)


class GroupedRows(DiskRows):
    """The rows of each case, in the order of each case's first row.

    `beside` are the columns of currency, sender and pack: several of them are several cases. Raises
    TableError where a key is blank and nobody said what that means.
    """

    def __init__(
        self,
        rows: Iterable[Row],
        grouping: Grouping,
        beside: tuple[KeyPart, ...],
        blanks: frozenset[str],
        amount: Callable[[Row], Decimal | None],
    ) -> None:
        self._grouping = grouping
        self._beside = beside
        self._blanks = blanks
        self._amount = amount
        self.chosen: ChosenRows | None = None  # what left rows out before they were grouped
        self.titled: TitledRows | None = None  # what gave them the titles above them
        self.left_out = 0  # rows without a key
        self.left_out_sum = ZERO  # of those whose amount can be read
        super().__init__(self._keyed(rows))

    def _keyed(self, rows: Iterable[Row]) -> Iterator[tuple[str, str, Row]]:
        blank: list[Finding] = []
        by = self._grouping.by
        columns = ", ".join(by)
        for row in rows:
            key = [row.cells.get(header, "") for header in by]
            blanks = [h for h, part in zip(by, key, strict=True) if self._is_blank(part)]
            if is_total_row(row) or not row.cells:
                yield f"{_ALONE}{row.number}", f"{_ALONE}{row.number}", row
            elif blanks:
                self.left_out += 1
                self.left_out_sum += self._amount(row) or ZERO
                if len(blank) < _MOST_TOLD and not self._grouping.skips_blank:
                    place = (row.file, row.number, blanks[0])
                    blank.append(Finding("key-blank", "error", *place, {"columns": columns}))
            else:
                beside = [part.read(row.cells.get(part.header, "")) for part in self._beside]
                yield _SEPARATOR.join((*key, *beside)), fold_key(key), row
        if blank:
            raise TableError(*blank)

    def _is_blank(self, text: str) -> bool:
        return not trimmed(text) or text in self._blanks

    def cases(self) -> Iterator[CaseRows]:
        """The rows of each case, with what makes it unsure which rows are the case's."""
        for key, rows, others in self.groups(MOST_ROWS):
            faults = list(self._key_faults(key, rows[0]))
            if others:
                params = {"many": str(len(rows) + len(others)), "most": str(MOST_ROWS)}
                place = (rows[0].file, rows[0].number, self._grouping.by[0])
                faults.append(Finding("case-too-large", "error", *place, params))
            yield CaseRows(rows, tuple(faults), others)

    def _key_faults(self, key: str, row: Row) -> Iterator[Finding]:
        near = self.near(key)
        if not near:
            return
        by, many = key.split(_SEPARATOR), len(self._grouping.by)
        others = [number for other, number in near if other.split(_SEPARATOR)[:many] != by[:many]]
        if others:
            params = {
                "columns": ", ".join(self._grouping.by),
                "others": ", ".join(map(str, others)),
            }
            where = self._grouping.by[0]
            yield Finding("key-nearly-same", "error", row.file, row.number, where, params)
        keys = [(key, row.number), *near]
        for i, part in enumerate(self._beside, start=many):
            unclear = [n for k, n in keys if not part.is_clear(k.split(_SEPARATOR)[i])]
            if unclear:
                params = {"column": part.header, "others": ", ".join(map(str, sorted(unclear)))}
                yield Finding(
                    "key-part-unclear", "error", row.file, row.number, part.header, params
                )
