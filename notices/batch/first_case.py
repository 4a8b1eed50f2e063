"""The first case of a table as a mapping reads it, and its letter as a picture: whoever drafts the
mapping sees what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from notices.batch.dry_run import dry_setup
from notices.batch.job import Row, RunIssuer
from notices.batch.rows import TableRows, is_total
from notices.batch.settings import BatchSettings, Start
from notices.finding import Finding, errors_in
from notices.letter.make import LetterMaker
from notices.letter.stages import LetterResult
from notices.letter.workspace import Workspace
from notices.money import ZERO
from notices.tables.column_of import column_of
from notices.tables.signed_amounts import sum_of

DPI = 110  # small print can be read
_DEBT = re.compile(r"^debts\[\d+\]")  # each is a row of the same columns


@dataclass(frozen=True)
class ReadField:
    """A value of the case; `header` is the column that it comes from, "" for none."""

    path: str
    value: str
    header: str = ""


@dataclass(frozen=True)
class FirstCase:
    """The case as read, what its items come to, and its first letter: what it asks for and its
    pages below each other as PNG. Without a picture `findings` say why there is no letter."""

    rows: tuple[int, ...]
    fields: tuple[ReadField, ...]
    items: Decimal
    currency: str = ""
    total: Decimal | None = None
    findings: tuple[Finding, ...] = ()
    picture: bytes = b""


def read_first_case(
    rows: TableRows, settings: BatchSettings, workspace: Workspace, start: Start
) -> FirstCase | None:
    """The first case of a table, checked and drawn as a run begun now would; None where there is
    none. Nothing is written.

    Raises TableError, and NoticesError where the machine or the workspace is at fault.
    """
    with rows.records() as records:
        case, record = next(((c, r) for c, r in records if not is_total(r)), (None, None))
        if case is None or record is None:
            return None
        record = rows.named(record)
        columns = records.columns_of(case.first)
        fields = tuple(
            ReadField(path, value, column_of(_DEBT.sub("debts[0]", path), columns))
            for path, value in _flat(record.data)
        )
    items = sum((sum_of(debt.get("items", ())) for debt in record.data.get("debts", ())), ZERO)
    setup = dry_setup(settings, workspace, start)
    with LetterMaker(workspace) as maker, RunIssuer(maker, setup) as issuer:
        result = next(iter(issuer.results(Row(1, record.line(), record))))
        picture, found = _draw(result, maker)
    figures = result.checked.figures
    findings = (*result.findings, *found)
    return FirstCase(
        case.numbers,
        fields,
        items,
        figures.currency if figures else str(record.data.get("currency", "")),
        figures.total_due if figures else None,
        findings,
        picture,
    )


def _draw(result: LetterResult, maker: LetterMaker) -> tuple[bytes, tuple[Finding, ...]]:
    if result.state != "accepted":
        return b"", ()
    letter, found = maker.make(result.checked, result.plan.request)
    if letter is None:
        return b"", errors_in(found)
    from notices.page.images import stack_pictures  # a case that gets no letter needs neither
    from notices.proof.readback import rasterise

    pages = range(1, letter.pages + 1)
    return stack_pictures([rasterise(letter.data, page, DPI, grey=False) for page in pages]), ()


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value by its path, in order."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _flat(inner, f"{path}[{i}]")
    elif str(value).strip():
        yield path, str(value)
