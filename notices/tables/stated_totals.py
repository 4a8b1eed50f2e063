"""What the source system states about a table, and whether the rows come to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from notices.finding import Finding


@dataclass(frozen=True)
class Expected:
    """`--expect rows=1000 --expect total=123456.78`; None where nothing is stated."""

    rows: int | None = None
    total: Decimal | None = None
    findings: tuple[Finding, ...] = ()


NOTHING_STATED = Expected()


@dataclass(frozen=True)
class Counted:
    """What was read: rows (accepted and rejected, totals not counted), the sum of the column that
    the mapping names, and how many rows had no readable amount there."""

    rows: int = 0
    total: Decimal = Decimal(0)
    unread: int = 0


def read_expected(words: Iterable[str]) -> Expected:
    """`rows=N` and `total=X`, one a word."""
    rows: int | None = None
    total: Decimal | None = None
    found: list[Finding] = []
    for word in " ".join(words).replace(",", " ").split():
        name, _, value = word.partition("=")
        try:
            if name == "rows":
                rows = int(value)
            elif name == "total":
                total = Decimal(value)
                if not total.is_finite():
                    raise ValueError
            else:
                raise ValueError
        except (ValueError, InvalidOperation):
            found.append(Finding("expected-form", params={"given": word[:40]}))
    return Expected(rows, total, tuple(found))


def compare_expected(expected: Expected, counted: Counted, file: str) -> tuple[Finding, ...]:
    """Where accepted + rejected are not what the source system states."""
    found = list(expected.findings)
    if expected.rows is not None and expected.rows != counted.rows:
        params = {"expected": str(expected.rows), "found": str(counted.rows)}
        found.append(Finding("expected-rows", file=file, params=params))
    if expected.total is not None and (expected.total != counted.total or counted.unread):
        params = {
            "expected": str(expected.total),
            "found": str(counted.total),
            "unread": str(counted.unread),
        }
        found.append(Finding("expected-total", file=file, params=params))
    return tuple(found)
