"""Holds that a row states in its own columns: of its case, or of its own debt only."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from notices.tables.cell_values import Reader, trimmed
from notices.tables.list_words import folded, known_as, read_words
from notices.tables.mapping_cases import RowHolds

Texts = tuple[str, ...]


def row_holds(
    cells: Mapping[str, str], plan: RowHolds, blanks: Collection[str], read_day: Reader
) -> tuple[Texts, Texts]:
    """The holds of the case and those of the debt, as a record writes them: `dispute until
    2026-09-30`.

    What names no hold, and a last day without one, are handed on: they hold as well.
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

    of_case = [name for header in (plan.hold, plan.case) if header and (name := named(header))]
    of_debt = [name for header in (plan.debt,) if header and (name := named(header))]
    until = said(plan.until) if plan.until else ""
    if until and not of_case and not of_debt:
        (of_case if plan.hold or plan.case else of_debt).append("?")
    last = f" until {read_day(until)[0]}" if until else ""
    return tuple(f"{name}{last}" for name in of_case), tuple(f"{name}{last}" for name in of_debt)
