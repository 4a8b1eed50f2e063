"""The proof of printed arithmetic: what a reader with a calculator finds.

Each working is worked out again from the numbers that the finished file shows, in each language, as
that language writes them. Nothing is taken from the figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from notices.figures.daycounts import count_days, rounded
from notices.finding import Finding, masked
from notices.money import ZERO
from notices.page.document import Document, Notation
from notices.proof.notation import read_day, read_line, read_number
from notices.proof.regions import Region, Regions, squash

WORKINGS = ("working", "apart")
SUMS = ("items", "itemization")
UNREAD = "–"


def check_workings(document: Document, regions: Regions) -> Iterator[Finding]:
    """Interest, the set-off of payments, and rows that add up to their total."""
    for notation in document.notations:
        own = [r for r in regions.sides.values() if r.side.lang == notation.formats.tag]
        for before, region in zip((None, *own), own, strict=False):
            if region.side.cells[0].role == "detail" and region.block.kind in WORKINGS:
                yield from _check_interest(before, region, notation)
            if region.block.kind == "payments" and region.row.role == "text":
                yield from _check_payment(region, notation)
        for block in document.blocks:
            if block.kind in SUMS:
                yield from _check_rows([r for r in own if r.block is block], notation)


def _check_interest(before: Region | None, region: Region, notation: Notation) -> Iterator[Finding]:
    """principal × rate × days ÷ basis = amount, and the days from the period printed before it."""
    said = _numbers(notation.line, region, notation)
    if said is None:
        yield _finding(region, UNREAD)
        return
    principal, rate, days = (Fraction(said[name]) for name in ("principal", "rate", "days"))
    exact = principal * rate * days / 100 / Fraction(said["basis"])
    worked = rounded(exact, _decimals(said["amount"]))
    if worked != said["amount"]:
        yield _finding(region, str(worked))
    counted = _days_between(before, notation)
    if said["days"] not in counted:
        yield _finding(region, " / ".join(map(str, counted)) or UNREAD)


def _days_between(before: Region | None, notation: Notation) -> tuple[int, ...]:
    """The days of the period, both ends counted; by the calendar, or with months of 30 days."""
    formats = notation.formats
    said = read_line(notation.period, _text(before), formats) if before else None
    ends = [read_day(said[name], formats) for name in ("first_day", "last_day")] if said else []
    first, last = ends if len(ends) == 2 else (None, None)
    if not isinstance(first, date) or not isinstance(last, date):
        return ()
    return tuple(dict.fromkeys(count_days(first, last, by) for by in ("ACT", "30E/360")))


def _check_payment(region: Region, notation: Notation) -> Iterator[Finding]:
    """What a payment was set off against is no more than the payment: a rest is a credit."""
    said = _numbers(notation.payment, region, notation)
    if said is None:
        yield _finding(region, UNREAD)
        return
    spent = sum((said[name] for name in ("costs", "interest", "principal")), ZERO)
    if spent > said["amount"]:
        yield _finding(region, str(spent))


def _check_rows(rows: list[Region], notation: Notation) -> Iterator[Finding]:
    """The rows of each debt add up to its subtotal, and all of them to the total."""
    whole = part = ZERO
    for region in rows:
        role = region.row.role
        if role not in ("item", "subtotal", "total"):
            continue
        amount = read_number(_text(region, "amount"), notation.formats)
        if amount is None:
            yield _finding(region, UNREAD)
        elif role == "item":
            whole, part = whole + amount, part + amount
        elif amount != (part if role == "subtotal" else whole):
            yield _finding(region, str(part if role == "subtotal" else whole))
        if role == "subtotal":
            part = ZERO


def _numbers(template: str, region: Region, notation: Notation) -> Mapping[str, Decimal] | None:
    """The numbers in a label's slots as the file shows them; None where it shows another line."""
    said = read_line(template, _text(region), notation.formats)
    read = {name: read_number(text, notation.formats) for name, text in (said or {}).items()}
    return {name: number for name, number in read.items() if number is not None} or None


def _text(region: Region, cell: str = "") -> str:
    """What the file shows on a side, or in one cell of it."""
    ending = f"{region.id}-{cell}"
    return squash("".join(r.text for r in region.runs if not cell or ending in r.ids))


def _decimals(number: Decimal) -> int:
    return max(0, -int(number.as_tuple().exponent))


def _finding(region: Region, worked: str) -> Finding:
    params = {
        "block": region.block.id,
        "row": str(region.number + 1),
        "language": region.side.lang,
        "page": str(region.page or UNREAD),
        "text": masked(region.side.text),
        "worked": worked,
    }
    return Finding("proof-working", path=region.id, params=params)
