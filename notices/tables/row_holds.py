"""Holds that a row states in its own columns: of its case, or of its own debt only."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from notices.tables.cell_values import Reader, trimmed
from notices.tables.list_words import folded, known_as, read_words
from notices.tables.mapping_cases import RowHolds

Texts = tuple[str, ...]
_BLOCKED = "blocked"  # for no reason that is stated


def row_holds(
    cells: Mapping[str, str], plan: RowHolds, blanks: Collection[str], read_day: Reader
) -> tuple[Texts, Texts]:
    """The holds of the case and those of the debt, as a record writes them: `dispute until
    2026-09-30`.

    What names no hold is handed on: it holds as well. A last day without one is that of a block.
    """

    def said(header: str) -> str:
        text = cells.get(header, "")
        return "" if text in blanks else trimmed(text)

    def named(header: str) -> str:
        text = said(header)
        text = plan.values.get(text, text)
        if not text or folded(text) in read_words("holds", "no"):
            return ""
        return "_".join(known_as(text, read_words("holds", "values")).split())

    def ended(header: str) -> str:
        """` until DAY`; "" where no day is stated."""
        text = said(header) if header else ""
        stated = text and folded(text) not in read_words("holds", "no")
        return f" until {read_day(text)[0]}" if stated else ""

    of_case = [name for header in (plan.hold, plan.case) if header and (name := named(header))]
    of_debt = [name for header in (plan.debt,) if header and (name := named(header))]
    last = ended(plan.until)
    if last and not of_case and not of_debt:
        (of_case if plan.hold or plan.case else of_debt).append(_BLOCKED)
    case, debt = (tuple(f"{name}{last}" for name in of) for of in (of_case, of_debt))
    if until := ended(plan.case_until):
        case = (*case, f"{_BLOCKED}{until}")
    if until := ended(plan.debt_until):
        debt = (*debt, f"{_BLOCKED}{until}")
    return case, debt
