"""Debts that a letter names beside those that an earlier letter named: they stand apart in it.

What a letter says of an earlier one, fees, default that a letter began, further steps: all that is
only for the debts that the earlier letter named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from notices.batch.history import FIRST_ASKED, History
from notices.case.raw_values import is_blank
from notices.case.record import Record
from notices.finding import Finding
from notices.pack.types import Ladder, Pack, Rung
from notices.pack.vocabulary import in_both
from notices.plan.ladder import Step
from notices.tables.signed_amounts import sum_of

STATEMENT = "earlier_letters_complete"  # in a sender profile: kinds of earlier letters
RULE = "debt-first-asked"


@dataclass(frozen=True)
class Parted:
    """A record whose debts are parted: those that an earlier letter named, then the others."""

    record: Record
    named: tuple[int, ...]  # as the debts were numbered before
    notes: tuple[Finding, ...] = ()


def part_debts(
    record: Record, step: Step, history: History, pack: Pack, rungs: Sequence[Rung]
) -> Parted:
    """The record as this step's letter has it; as it is where all debts are alike in this."""
    debts, rung = record.data.get("debts") or (), _rung_of(step, pack.ladder, rungs)
    every = tuple(range(len(debts)))
    if not record.grouped or rung is None or not rung.needs or rung.prescribed or len(debts) < 2:
        return Parted(record, every)
    wanted = _wanted(rung, pack.ladder)
    named = tuple(i for i in every if history.letters_for(i, wanted))
    if not named or len(named) == len(debts):
        return Parted(record, every)
    others = tuple(i for i in every if i not in named)
    order = (*named, *others)
    data = [debts[i] if i in named else _apart(debts[i], pack) for i in order]
    lines = {k: v for k, v in record.lines.items() if k[:1] != ("debts",)}
    lines |= {("debts", n): record.line("debts", i) for n, i in enumerate(order)}
    parted = replace(record, data={**record.data, "debts": data}, lines=lines)
    lowest = next(iter(rungs), rung)
    notes = tuple(_note(parted, n, lowest) for n in range(len(named), len(order)))
    return Parted(parted, named, notes)


def subject_of(record: Record, history: History) -> Record:
    """The record as the ladder looks at it: debts that no letter named begin no later rung, and no
    earlier cycle is gone on with where all that it was about is gone."""
    data, named = dict(record.data), history.named
    if record.grouped and named and len(named) < len(history.of_debts):
        data["debts"] = [data["debts"][i] for i in named]
    if history.cycle > 1 and is_blank(record.data.get("cycle")):
        data["cycle"] = str(history.cycle)
    return replace(record, data=data)


def check_statement(
    record: Record,
    step: Step,
    history: History,
    named: Sequence[int],
    pack: Pack,
    rungs: Sequence[Rung],
    sender: Mapping[str, Any],
) -> Iterator[Finding]:
    """Whether the sender stands for what the law wants in an earlier letter that nobody has: one
    that another system sent, or that only a day in the record tells of."""
    rung = _rung_of(step, pack.ladder, rungs)
    if rung is None or not rung.needs or pack.ladder is None:
        return
    stated = sender.get(STATEMENT) or ()
    stated = stated if isinstance(stated, list) else str(stated).split()
    for needed in (r for r in pack.ladder.rungs if r.id in rung.needs and r.prescribed):
        if needed.kind in stated:
            continue
        for i in named:
            letters = history.letters_for(i, (needed,))
            if not any(known.own for known in letters):
                params = {"kind": needed.kind, "statement": STATEMENT}
                params |= in_both(needed.prescribed, "content")
                place = (record.file, record.line("debts", i))
                yield Finding("earlier-content-unstated", "error", *place, "", params)
                break


def _rung_of(step: Step, ladder: Ladder | None, rungs: Sequence[Rung]) -> Rung | None:
    every = (*rungs, *(ladder.rungs if ladder else ()))
    return next((r for r in every if (r.kind, r.level) == (step.kind, step.level)), None)


def _wanted(rung: Rung, ladder: Ladder | None) -> list[Rung]:
    """The letters of which one must have named a debt: those that the rung needs; or a higher one,
    where the law does not say what had to stand in it."""
    every = ladder.rungs if ladder else ()
    needed = [r for r in every if r.id in rung.needs]
    if any(r.prescribed for r in needed):
        return needed
    first = min((r.first_day for r in needed), default=0)
    return [r for r in every if r.first_day >= first]


def _apart(debt: Mapping[str, Any], pack: Pack) -> dict[str, Any]:
    """The debt marked, without what only a letter that named it could have begun."""
    begun = pack.ladder.begun_by_letter if pack.ladder else None
    kept = dict(debt)
    if begun is not None and debt.get(begun.field) in begun.values:
        kept = {name: value for name, value in debt.items() if name not in begun.facts}
    return {**kept, FIRST_ASKED: "true"}


def _note(record: Record, number: int, lowest: Rung) -> Finding:
    debt = record.data["debts"][number]
    params = {"amount": str(sum_of(debt.get("items", ()))), "kind": lowest.kind}
    params["level"] = str(lowest.level)
    return Finding(RULE, "note", record.file, record.line("debts", number), "", params)
