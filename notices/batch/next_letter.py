"""Choosing the next letter of a record: its past letters, the ladder, and the findings why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from notices.case.raw_values import is_blank
from notices.case.record import Record
from notices.letter.options import NO_OPTIONS, LetterOptions
from notices.pack.conditions import mentioned
from notices.pack.node import parse_day
from notices.pack.paths import values_at
from notices.pack.types import Pack
from notices.plan.holds import NO_BOOK, HoldsBook, holds_of_case
from notices.plan.ladder import (
    CaseState,
    Held,
    Past,
    Step,
    check_asked,
    choose_step,
    open_rungs,
)


def plan_record(
    record: Record,
    pack: Pack,
    past: Sequence[Past],
    today: date,
    *,
    sender_role: str = "",
    book: HoldsBook = NO_BOOK,
    options: LetterOptions = NO_OPTIONS,
) -> Step | Held | None:
    """The letter that a record gets on `today`, or why none; None where the record or the pack
    does not say enough (no due date, no ladder): then the record's own kind stands, and the
    schema tells what is missing.

    Kind and level are what `options` ask for; else what the record says; else the ladder's. A level
    alone is that of the only kind which has it on the ladder; of several, somebody must say which.
    Faults of holds are no step's business: `letter.holds.check_holds` tells them.
    """
    data = record.data
    holds, _ = holds_of_case(_text(data.get("id")), data, book, record.file, record.lines)
    facts = early_facts(record, pack, sender_role)
    days = days_overdue(data, today)
    cycle = _whole(data.get("cycle"))
    case = CaseState(days or 0, past, today, holds, facts, pack.conditions, cycle)
    kind = options.kind or _text(data.get("kind"))
    level = options.level or _whole(data.get("level"))
    if not kind and level and pack.ladder and days is not None:
        rungs = open_rungs(pack.ladder, facts, pack.conditions)
        kinds = sorted({rung.kind for rung in rungs if rung.level == level})
        if len(kinds) != 1:
            known = ", ".join(kinds) or ", ".join(dict.fromkeys(rung.kind for rung in rungs))
            params = {"level": str(level), "kinds": known or "–"}
            return Held("level-without-kind", params=params, severity="error")
        kind = kinds[0]
    if kind:
        level = level or _first_level(kind, pack)
        if days is None and pack.ladder:
            return None
        return check_asked(kind, level, case, pack.ladder)
    if pack.ladder is None or days is None:
        return None
    return choose_step(case, pack.ladder)


def planned(record: Record, step: Step, pack: Pack) -> Record:
    """The record as the step has it: kind, level, cycle, and when the debtor was last written to,
    where the record does not say so itself. The attempt goes into the Request."""
    changes: dict[str, Any] = {"kind": step.kind, "level": str(step.level)}
    changes["cycle"] = str(step.cycle)
    stated_in = pack.ladder.stated_in if pack.ladder else ""
    if stated_in and step.previous and is_blank(record.data.get(stated_in)):
        changes[stated_in] = step.previous.isoformat()
    return replace(record, data={**record.data, **changes})


def days_overdue(data: Mapping[str, Any], today: date) -> int | None:
    """Days since the oldest due date of a record as written; None where none can be read."""
    debts = data.get("debts")
    if not isinstance(debts, list):
        return None
    days = [parse_day(_text(d.get("due_date"))) for d in debts if isinstance(d, dict)]
    oldest = min((day for day in days if day), default=None)
    return (today - oldest).days if oldest else None


def early_facts(record: Record, pack: Pack, sender_role: str = "") -> Mapping[str, object]:
    """What is known of a record before its letter is chosen, as conditions ask for it."""
    data = record.data
    debts = [d for d in data.get("debts") or () if isinstance(d, dict)]
    parties = data.get("parties")
    party = data.get("recipient") or (parties[0] if isinstance(parties, list) and parties else {})
    return {
        "debt_kind": tuple(_text(debt.get("debt_kind")) for debt in debts),
        "debtor_type": _text(party.get("type")) if isinstance(party, dict) else "",
        "sender_role": sender_role,
        "present": frozenset(
            name
            for name in _asked_fields(pack)
            if name in pack.fields
            and any(not is_blank(value) for _, value in values_at(data, pack.fields[name].path))
        ),
    }


def _asked_fields(pack: Pack) -> Iterator[str]:
    """The fields whose presence the ladder asks about: few, so that planning stays cheap."""
    if pack.ladder is None:
        return
    yield pack.ladder.stated_in
    for rung in pack.ladder.rungs:
        names = mentioned(rung.when, pack.conditions) if rung.when else ()
        for condition in (rung.when, *(pack.conditions[name] for name in names)):
            for key in ("has", "lacks"):
                yield from condition.get(key, ())


def _first_level(kind: str, pack: Pack) -> int:
    levels = pack.kinds[kind].levels if kind in pack.kinds else ()
    return levels[0] if levels else 1


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _whole(value: object) -> int:
    text = _text(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
