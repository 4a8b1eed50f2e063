"""Debts of a grouped table that are on hold by themselves: left out of the letter, and told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from notices.batch.not_due import can_be_read, without_debts
from notices.case.record import Record
from notices.finding import Finding
from notices.plan.holds import FIELD, active_holds, hold_finding, holds_of_record
from notices.tables.signed_amounts import sum_of


@dataclass(frozen=True)
class HeldDebts:
    """A record without its held debts: a note for each, and the findings of their holds."""

    record: Record
    notes: tuple[Finding, ...] = ()
    holds: tuple[Finding, ...] = ()


def without_held(record: Record, days: Iterable[date]) -> HeldDebts:
    """The record without the debts whose own holds bind on one of these days.

    A hold that can't be read, or that nobody knows, binds too: less is asked for, not more.
    """
    debts = record.data.get("debts", ())
    if not record.grouped or not any(FIELD in debt for debt in debts):
        return HeldDebts(record)
    held: list[int] = []
    notes: list[Finding] = []
    found: list[Finding] = []
    for i, debt in enumerate(debts):
        line = record.line("debts", i)
        holds, faults = holds_of_record(debt, record.file, {(FIELD,): line})
        binding = [hold for day in days for hold in active_holds(holds, day)]
        if not binding and not faults:
            continue
        if can_be_read(debt):
            held.append(i)
        told = [*(hold_finding(hold) for hold in dict.fromkeys(binding)), *faults]
        told = [replace(finding, path=f"debts[{i}].{FIELD}") for finding in told]
        found += told
        params = {
            "amount": str(sum_of(debt.get("items", ()))),
            "name": ", ".join(dict.fromkeys(hold.name[:40] for hold in binding)) or "?",
        }
        notes.append(Finding("row-held", "note", record.file, line, told[0].path, params))
        known = {hold.rule for hold in binding} - {"hold-unknown"}
        notes += (replace(f, severity="warning") for f in told if f.rule not in known)
    plain = [_bare(debt) for debt in debts]
    bare = replace(record, data={**record.data, "debts": plain})
    return HeldDebts(without_debts(bare, held) if held else bare, tuple(notes), tuple(found))


def without_holds(record: Record) -> Record:
    """The record as it would be if nothing held it or one of its debts."""
    data = {name: value for name, value in record.data.items() if name != FIELD}
    if isinstance(debts := data.get("debts"), list):
        data["debts"] = [_bare(debt) if isinstance(debt, dict) else debt for debt in debts]
    return replace(record, data=data, stops=())


def _bare(debt: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in debt.items() if key != FIELD}
