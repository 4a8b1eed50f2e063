"""What carriers report of letters: entered once, found by letter or by waybill."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from notices.finding import Finding
from notices.ledger.schema import DELIVERIES, LETTERS, STATES
from notices.ledger.types import RESULTS, Delivery, Recorded
from notices.pack.vocabulary import near_miss
from notices.tables.list_words import known_names

# Nothing that a carrier reports of the way comes after these; a late "posted" changes no state.
_ARRIVED = ("delivered", "refused", "returned", "lost")
_COLUMNS = [f.name for f in fields(Delivery)]
# Built once: a report asks these for each of its rows.
_BY_WAYBILL = sa.select(DELIVERIES.c.letter_id).where(DELIVERIES.c.waybill == sa.bindparam("w"))
_WRITTEN = sa.select(LETTERS.c.issue_date).where(LETTERS.c.letter_id == sa.bindparam("of"))
_REPORTED = sa.select(*(DELIVERIES.c[name] for name in _COLUMNS)).where(
    DELIVERIES.c.letter_id == sa.bindparam("of")
)
_STATES_OF = (
    sa.select(STATES.c.state)
    .where(STATES.c.letter_id == sa.bindparam("of"))
    .order_by(STATES.c.number.desc())
    .limit(1)
)
_NEW, _NEW_STATE = sa.insert(DELIVERIES), sa.insert(STATES)


def record(connection: sa.Connection, reported: Sequence[Delivery]) -> tuple[Recorded, ...]:
    """Enter each report with the state it gives its letter; one that stands there already, not."""
    return tuple(_record(connection, delivery) for delivery in reported)


def _record(connection: sa.Connection, reported: Delivery) -> Recorded:
    if reported.result not in RESULTS:
        near = near_miss(reported.result, RESULTS) or "–"
        params = {"name": reported.result[:40], "near": near}
        params |= known_names("deliveries", "values")
        return Recorded(None, (Finding("delivery-result", path="result", params=params),))
    letter_id, found = _letter_of(connection, reported)
    written = connection.execute(_WRITTEN, {"of": letter_id}).scalar() if letter_id else None
    if letter_id and written is None:
        params = {"letter": letter_id[:120]}
        found = (Finding("delivery-letter-unknown", path="letter_id", params=params),)
    if found:
        return Recorded(None, found)
    delivery = replace(
        reported,
        letter_id=letter_id,
        carrier=reported.carrier[:80],
        declared_content=reported.declared_content[:200],
        note=reported.note[:400],
    )
    if any(_same(row, delivery) for row in connection.execute(_REPORTED, {"of": letter_id})):
        return Recorded(delivery, (), True)
    last = connection.execute(_STATES_OF, {"of": letter_id}).scalar() or ""
    if refusals := _check_way(delivery, written, last):
        return Recorded(None, refusals)
    connection.execute(_NEW, {name: getattr(delivery, name) for name in _COLUMNS})
    if last == "settled" or (delivery.result == "posted" and last in _ARRIVED):
        return Recorded(delivery)
    note = " ".join(filter(None, (delivery.carrier, delivery.waybill)))
    state = {"letter_id": letter_id, "state": delivery.result, "at": delivery.at, "note": note}
    connection.execute(_NEW_STATE, state)
    return Recorded(delivery)


def _letter_of(connection: sa.Connection, reported: Delivery) -> tuple[str, tuple[Finding, ...]]:
    """The letter meant: by its own id, else by a waybill under which one letter was posted."""
    params = {"letter": reported.letter_id[:120], "waybill": reported.waybill[:80]}
    known: set[str] = set()
    if reported.waybill:
        known = set(connection.execute(_BY_WAYBILL, {"w": reported.waybill}).scalars())
    if reported.letter_id:
        if others := known - {reported.letter_id}:
            params["other"] = min(others)
            return "", (Finding("delivery-waybill-taken", path="waybill", params=params),)
        return reported.letter_id, ()
    if not reported.waybill:
        return "", (Finding("delivery-nameless", path="letter_id"),)
    if len(known) != 1:
        rule = "delivery-waybill-unknown" if not known else "delivery-waybill-shared"
        return "", (Finding(rule, path="waybill", params=params),)
    return known.pop(), ()


def _same(row: Any, delivery: Delivery) -> bool:
    """Whether the same was reported before; when it was entered does not matter."""
    return all(
        getattr(row, name) == getattr(delivery, name)
        for name in ("result", "day", "carrier", "waybill")
    )


def _check_way(delivery: Delivery, written: date | None, last: str) -> tuple[Finding, ...]:
    """A letter does not travel before the day it was written on, nor after it was taken out."""
    params = {
        "letter": delivery.letter_id,
        "day": str(delivery.day or "–"),
        "issued": str(written or "–"),
    }
    if delivery.day and written and delivery.day < written:
        return (Finding("delivery-too-early", path="date", params=params),)
    if last == "withdrawn":
        return (Finding("delivery-withdrawn", path="letter_id", params=params),)
    return ()


def of_letters(
    connection: sa.Connection, letter_ids: Iterable[str]
) -> dict[str, tuple[Delivery, ...]]:
    """What was reported of each letter, oldest first."""
    asked = sa.select(DELIVERIES).where(DELIVERIES.c.letter_id.in_(list(letter_ids)))
    found: dict[str, tuple[Delivery, ...]] = {}
    for row in connection.execute(asked.order_by(DELIVERIES.c.number)).mappings():
        values: dict[str, Any] = {name: row[name] for name in _COLUMNS}
        found[row["letter_id"]] = (*found.get(row["letter_id"], ()), Delivery(**values))
    return found
