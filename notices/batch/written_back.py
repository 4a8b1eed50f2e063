"""What a run says back to the system that its table came from: one line for each row of a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from notices.batch.first_asked import RULE as FIRST_ASKED
from notices.batch.left_out import RULES
from notices.batch.manifest import IN_PLACE, Outcome, table_line
from notices.batch.settings import Frozen
from notices.batch.split_contracts import RULE as BY_CONTRACT
from notices.batch.split_levels import RULE as IN_OWN_LETTER
from notices.finding import Finding, errors_in
from notices.pack.vocabulary import DEBT_NUMBERS
from notices.tables.case_rows import CaseRows
from notices.tables.mapping import ColumnMap
from notices.tables.rejected_rows import FIRST_ROW
from notices.tables.row import Row

FILE = "written-back.csv"
LEFT_OUT, DRAFT = "left-out", "draft"  # states of rows, beside those of letters
_KEYS = ("id", *(f"{head}.{name}" for head in ("debts[]", "debts[0]") for name in DEBT_NUMBERS))
# Named apart from whatever the table's own columns are called.
_OWN = (
    *("notices_case", "notices_letter", "notices_kind", "notices_level", "notices_date"),
    *("notices_fee", "notices_currency", "notices_state", "notices_reason"),
)


@dataclass(frozen=True)
class WrittenBack:
    """Lines for one table: `keys` are its own columns by which a row is found again."""

    keys: tuple[str, ...]
    issue_date: str
    live: bool

    def head(self) -> str:
        # With a byte-order mark: spreadsheets take a CSV without one for the local encoding.
        return "\ufeff" + table_line((*self.keys, FIRST_ROW, *_OWN))

    def lines(self, case: CaseRows, outcomes: Sequence[Outcome]) -> Iterator[str]:
        """A line for each row of a case with these letters; of several, by the row's own."""
        apart: dict[int, list[Outcome]] = {}
        for outcome in outcomes:
            for f in outcome.findings:
                if f.rule in (IN_OWN_LETTER, BY_CONTRACT):
                    apart.setdefault(f.line, []).append(outcome)
        if apart:
            named = [outcome for about in apart.values() for outcome in about]
            rest = [outcome for outcome in outcomes if outcome not in named] or outcomes
            for row in case.rows:
                yield from self._lines((row,), apart.get(row.number, rest))
            return
        yield from self._lines(case.rows, outcomes)

    def _lines(self, rows: Sequence[Row], outcomes: Sequence[Outcome]) -> Iterator[str]:
        placed = [outcome for outcome in outcomes if outcome.state in IN_PLACE]
        others = [outcome for outcome in outcomes if outcome.state not in IN_PLACE]
        shown = (placed or others)[0]
        why = {f.rule for outcome in others for f in _reasons(outcome)}
        found = (others or placed)[0].state
        state = DRAFT if found == "written" and not self.live else found
        # One party's letter asks for the same fees as another's.
        fees = shown.fees if placed else {}
        letters = " ".join(outcome.letter_id for outcome in placed)
        out = {f.line: f.rule for o in outcomes for f in o.findings if f.rule in RULES}
        # For a debt that stands apart in it, the letter is the lowest one.
        apart = {f.line: f.params for o in placed for f in o.findings if f.rule == FIRST_ASKED}
        for row in rows:
            own = (*(row.cells.get(key, "") for key in self.keys), _number(row.cells, row.number))
            if placed and row.number in out:
                told = (shown.case_id, "", "", "", "", "", "", LEFT_OUT, out[row.number])
            elif placed:
                fee = Decimal(fees.get(str(row.number), "0"))
                counts = apart.get(row.number, {"kind": shown.kind, "level": str(shown.level)})
                kind, level = counts["kind"], counts["level"]
                letter = (letters, kind, level, self.issue_date, f"{fee:f}")
                told = (shown.case_id, *letter, shown.currency, state, " ".join(sorted(why)))
            else:
                reason = out.get(row.number) or " ".join(sorted(why))
                told = (shown.case_id, "", "", "", "", "", "", state, reason)
            yield table_line((*own, *told))


def written_back(column_map: ColumnMap, frozen: Frozen) -> WrittenBack:
    """For a run over a table by this mapping: its key columns, the case's and the debt's number."""
    named = [c.header for path in _KEYS for c in column_map.columns if c.path == path]
    keys = tuple(dict.fromkeys((*column_map.grouping.by, *named)))
    return WrittenBack(keys, frozen.issue_date.isoformat(), frozen.live)


def _reasons(outcome: Outcome) -> tuple[Finding, ...]:
    """What keeps a letter from going out: errors, else what a held case is told."""
    return errors_in(outcome.findings) or tuple(
        finding for finding in outcome.findings if finding.rule not in RULES
    )


def _number(cells: Mapping[str, str], number: int) -> str:
    """The row's number; of rejects the one that it had first."""
    return cells.get(FIRST_ROW) or str(number)
