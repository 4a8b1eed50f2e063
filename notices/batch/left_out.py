"""Rows that are in no letter although nothing is wrong with them: how many, and their sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from notices.finding import Finding

RULES = ("row-not-due", "row-held", "row-below-zero", "row-paid")


class LeftOut:
    """Counts such rows by why they are left out, and by currency."""

    def __init__(self) -> None:
        self._many: Counter[tuple[str, str]] = Counter()
        self._sums: dict[tuple[str, str], Decimal] = {}

    def add(self, findings: Iterable[Finding], currency: object) -> None:
        """Count what is told of a case's rows."""
        for finding in findings:
            if finding.rule in RULES:
                key = finding.rule, str(currency or "")
                self._many[key] += 1
                self._sums[key] = self._sums.get(key, Decimal(0)) + Decimal(
                    finding.params["amount"]
                )

    def findings(self, file: str) -> Iterator[Finding]:
        """One note for each, of the table as a whole."""
        for (why, currency), many in self._many.items():
            total = f"{self._sums[why, currency]} {currency}".strip()
            params = {"why": why, "many": str(many), "sum": total}
            yield Finding("rows-left-out", "note", file, params=params)
