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
LIST = "open_items"  # its total stands in the itemisation's first row
UNREAD = "–"


def check_workings(document: Document, regions: Regions) -> Iterator[Finding]:
    """Interest, the set-off of payments, and rows that add up to their total."""
    for notation in document.notations:
        formats = notation.formats
        own = [r for r in regions.sides.values() if r.side.lang == formats.tag]
        for before, region in zip((None, *own), own, strict=False):
            if region.row.role == "table_row":
                yield from _check_listed(region, notation)
            if region.side.cells[0].role == "detail" and region.block.kind in WORKINGS:
                period = read_line(notation.period, _text(before), formats) if before else None
                yield from _check_interest(period, _text(region), region, notation)
            if region.block.kind == "payments" and region.row.role == "text":
                yield from _check_payment(_text(region), region, notation)
        for block in document.blocks:
            if block.kind in SUMS:
                yield from _check_rows([r for r in own if r.block is block], notation)
        yield from _check_list([r for r in own if r.block.kind in (LIST, *SUMS)], notation)


def _check_interest(
    period: Mapping[str, str] | None, working: str, region: Region, notation: Notation
) -> Iterator[Finding]:
    """principal × rate × days ÷ basis = amount, and the days from the period printed with it."""
    said = _numbers(notation.line, working, notation)
    if said is None:
        yield _finding(region, UNREAD)
        return
    principal, rate, days = (Fraction(said[name]) for name in ("principal", "rate", "days"))
    exact = principal * rate * days / 100 / Fraction(said["basis"])
    worked = rounded(exact, _decimals(said["amount"]))
    if worked != said["amount"]:
        yield _finding(region, str(worked))
    counted = _days_between(period, notation)
    if said["days"] not in counted:
        yield _finding(region, " / ".join(map(str, counted)) or UNREAD)


def _days_between(period: Mapping[str, str] | None, notation: Notation) -> tuple[int, ...]:
    """The days of the period, both ends counted; by the calendar, or with months of 30 days."""
    ends = (
        [read_day(period[n], notation.formats) for n in ("first_day", "last_day")] if period else []
    )
    first, last = ends if len(ends) == 2 else (None, None)
    if not isinstance(first, date) or not isinstance(last, date):
        return ()
    return tuple(dict.fromkeys(count_days(first, last, by) for by in ("ACT", "30E/360")))


def _check_listed(region: Region, notation: Notation) -> Iterator[Finding]:
    """A row of a list of interest or payments: as where each debt has its own."""
    if region.block.kind in WORKINGS:
        period = read_line(notation.span, _text(region, "1"), notation.formats)
        yield from _check_interest(period, _text(region, "2"), region, notation)
    elif region.block.kind == "payments":
        yield from _check_payment(_text(region, "1"), region, notation)


def _check_list(rows: list[Region], notation: Notation) -> Iterator[Finding]:
    """The list of open items adds up to its total, which is the itemisation's first row."""
    listed = [region for region in rows if region.row.role in ("table_row", "table_total")]
    first = next((region for region in rows if region.row.role == "item"), None)
    whole = ZERO
    for region in listed:
        amount = read_number(_text(region, str(len(region.side.cells) - 1)), notation.formats)
        if amount is None:
            yield _finding(region, UNREAD)
        elif region.row.role == "table_row":
            whole += amount
        elif amount != whole:
            yield _finding(region, str(whole))
    if listed and first and read_number(_text(first, "amount"), notation.formats) != whole:
        yield _finding(first, str(whole))


def _check_payment(text: str, region: Region, notation: Notation) -> Iterator[Finding]:
    """What a payment was set off against is no more than the payment: a rest is a credit."""
    said = _numbers(notation.payment, text, notation)
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


def _numbers(template: str, text: str, notation: Notation) -> Mapping[str, Decimal] | None:
    """The numbers in a label's slots as the file shows them; None where it shows another line."""
    said = read_line(template, text, notation.formats)
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
