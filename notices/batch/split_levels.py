"""A case in two letters: about the debts that letters came furthest with, and about the others.

The second is a case of its own in the ledger, under the case's id and a word. A case of which an
entry on account names no debt stays one: both letters would have to reckon with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from notices.batch.history import History, debt_number, first_day
from notices.batch.isolation import fold
from notices.batch.not_due import ACCOUNT
from notices.case.record import Record
from notices.finding import Finding
from notices.pack.paths import Steps
from notices.pack.types import Pack, Rung
from notices.tables.case_ids import FEWER_NAMED

RULE = "row-in-own-letter"


def other_id(case_id: str) -> str:
    """The other id of a case that is split."""
    first = case_id.removesuffix(FEWER_NAMED)
    return first if first != case_id else f"{case_id}{FEWER_NAMED}"


def case_ids(record: Record) -> tuple[str, ...]:
    """The ids under which a case may have been written about: its own first, then the other one of
    a case that is split."""
    own = record.data.get("id")
    own_id = own.strip() if isinstance(own, str) else ""
    other = other_id(own_id) if record.splits_levels else record.part_of
    return (own_id, other) if other else (own_id,)


def split_levels(
    record: Record, history: History, pack: Pack, rungs: Sequence[Rung]
) -> tuple[Record, ...]:
    """The record whole, or in two: the debts at the highest rung, and all others."""
    debts = record.data.get("debts") or ()
    reached = [
        max((first_day(known.past, rungs, pack) for known in history.counting(i)), default=0)
        for i in range(len(debts))
    ]
    highest = max(reached, default=0)
    newer = {i for i, day in enumerate(reached) if day < highest}
    if not newer or not highest:
        return (record,)
    numbers = [debt_number(debt) for debt in debts]
    entries = [entry for name in ACCOUNT for entry in record.data.get(name, ())]
    if any(fold(str(entry.get("debt_number") or "")) not in numbers for entry in entries):
        return (record,)
    older = set(range(len(debts))) - newer
    first, second = part_of_case(record, older), part_of_case(record, newer)
    second_id = f"{record.data.get('id', '')}{FEWER_NAMED}"
    notes = tuple(
        Finding(RULE, "note", record.file, record.line("debts", i), "", {"case": second_id})
        for i in sorted(newer)
    )
    data = {**second.data, "id": second_id}
    second = replace(second, data=data, notes=notes, part_of=str(record.data.get("id", "")))
    return first, second


def part_of_case(record: Record, kept: set[int]) -> Record:
    """The record with these debts and what its account has for them."""
    own = {debt_number(record.data["debts"][i]) for i in kept}
    heads = ("debts", *ACCOUNT)
    data = {key: value for key, value in record.data.items() if key not in heads}
    lines: dict[Steps, int] = {
        k: v for k, v in record.lines.items() if k[:1] not in {(h,) for h in heads}
    }
    for name in heads:
        entries = list(enumerate(record.data.get(name, ())))
        if name == "debts":
            mine = [(i, entry) for i, entry in entries if i in kept]
        else:
            mine = [(i, e) for i, e in entries if fold(str(e.get("debt_number") or "")) in own]
        if mine:
            data[name] = [entry for _, entry in mine]
            lines |= {(name, n): record.line(name, i) for n, (i, _) in enumerate(mine)}
    first = min((lines["debts", n] for n in range(len(kept))), default=record.line())
    return replace(record, data=data, lines={**lines, (): first})
