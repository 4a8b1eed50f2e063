"""Letters as rows and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from notices.ledger.schema import LETTERS, STATES
from notices.ledger.types import IssuedLetter, PastLetter

_PAST = [f.name for f in fields(PastLetter) if f.name != "state"]


REASON_MOST = 400  # characters


def columns(letter: IssuedLetter) -> dict[str, Any]:
    """A letter as the values of its row."""
    values = {column.name: getattr(letter, column.name) for column in LETTERS.c}
    values["total"] = str(letter.total)
    values["languages"] = list(letter.languages)
    values["sources"] = [dict(source) for source in letter.sources]
    values["profile"] = dict(letter.profile)
    values["record"] = dict(letter.record)
    values["reason"] = letter.reason[:REASON_MOST]
    return values


def issued(row: Mapping[Any, Any]) -> IssuedLetter:
    """A row as the letter it holds."""
    values = dict(row)
    values["total"] = Decimal(values["total"])
    values["languages"] = tuple(values["languages"])
    values["sources"] = tuple(values["sources"])
    return IssuedLetter(**values)


def past_columns() -> sa.Select[Any]:
    """Letters without their records, each with its last state."""
    state = (
        sa.select(STATES.c.state)
        .where(STATES.c.letter_id == LETTERS.c.letter_id)
        .order_by(STATES.c.number.desc())
        .limit(1)
        .correlate(LETTERS)
        .scalar_subquery()
    )
    return sa.select(*(LETTERS.c[name] for name in _PAST), state.label("state"))


def past_letter(row: Any) -> PastLetter:
    """A row of `past_columns`; a letter without any state is one that was issued."""
    values = dict(row._mapping)
    return PastLetter(**{**values, "state": values["state"] or "issued"})
