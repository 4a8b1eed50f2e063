"""Which earlier letters named each debt of a case: those of the ledger, those that were imported
into it, and those that the record's table states.

A letter counts for the debts that it named. One that named a debt apart, for the first time, counts
for that debt as the lowest letter of the ladder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from notices.batch.isolation import fold
from notices.case.raw_values import written_number
from notices.case.record import Record
from notices.figures.method_types import AddDays
from notices.figures.methods import read_method
from notices.finding import Finding
from notices.ledger.types import ImportedLetter, PastLetter
from notices.pack.node import parse_day
from notices.pack.read_ladder import named_rung
from notices.pack.types import Pack, Rung
from notices.plan.ladder import SETTLED, Past
from notices.tables.row_earlier import DATE, LATEST, LETTER, PAY_BY, STATED

FIRST_ASKED = "first_asked"  # of a debt that no letter before this one named
Numbers = Mapping[str, bool]  # debts that a letter named by their numbers; whether apart


@dataclass(frozen=True)
class Known:
    """A letter as it concerns one debt. `own`: the ledger has it as a letter that it issued;
    `apart`: it named the debt for the first time, beside those that it was about; `direct`: it was
    written under the record's own case id, not under the other one of a case that is split."""

    past: Past
    own: bool
    apart: bool = False
    direct: bool = True  # under the record's own case id


@dataclass(frozen=True)
class Letter:
    """An earlier letter of a case: `own` and `direct` as of Known."""

    past: Past
    own: bool
    direct: bool = True


@dataclass(frozen=True)
class History:
    """The letters that named each debt of a record, in the debts' order, and the cycle that they
    are in; `differing` are the debts of which table and ledger do not say the same."""

    of_debts: tuple[tuple[Known, ...], ...]
    cycle: int = 1
    differing: tuple[tuple[int, Past, Past | None], ...] = ()  # the ledger's, the table's

    @property
    def past(self) -> tuple[Past, ...]:
        """Each letter that named a debt, once."""
        return tuple(dict.fromkeys(known.past for debt in self.of_debts for known in debt))

    @property
    def named(self) -> tuple[int, ...]:
        """The debts that a letter which counts has named in this cycle."""
        return tuple(i for i, debt in enumerate(self.of_debts) if self._count(debt))

    def _count(self, debt: Sequence[Known]) -> list[Known]:
        return [k for k in debt if k.past.counts and k.past.cycle == self.cycle]

    def counting(self, number: int) -> list[Known]:
        """The letters that count for a debt in this cycle."""
        return self._count(self.of_debts[number])

    def letters_for(self, number: int, rungs: Sequence[Rung]) -> tuple[Known, ...]:
        """Those of a debt that count and are one of these rungs."""
        wanted = {(rung.kind, rung.level) for rung in rungs}
        return tuple(k for k in self.counting(number) if (k.past.kind, k.past.level) in wanted)

    def last_day(self, numbers: Iterable[int]) -> date | None:
        """When the last of the letters to these debts was written; None where nobody stated it."""
        counting = [k.past for i in numbers for k in self.counting(i)]
        undated = any(past.undated for past in counting)
        return None if undated else max((past.issue_date for past in counting), default=None)


def read_history(
    record: Record,
    pack: Pack,
    rungs: Sequence[Rung],
    letters: Sequence[Letter],
    numbers_of: Callable[[str], Numbers],
    today: date,
) -> History:
    """What is known of each debt of a record `today`. `rungs` are those that the case may come to,
    `letters` what the ledger has; `numbers_of` says which debts one of them named.
    """
    debts = [debt for debt in record.data.get("debts") or () if isinstance(debt, dict)]
    cycle = max((letter.past.cycle for letter in letters), default=1)
    known = [list(_known(record, debt, rungs, letters, numbers_of)) for debt in debts]
    last = [k for debt in known for k in debt if k.past.cycle == cycle]
    others = any(letter.direct and letter.past.cycle == cycle for letter in letters)
    if debts and others and all(k.apart or not k.direct for k in last):
        # All that this cycle's letters were about is gone: the rest begins a cycle of its own.
        cycle += 1
        last_ids = {k.past.letter_id for k in last}
        known = [
            [_moved(k, cycle) if k.past.letter_id in last_ids else k for k in d] for d in known
        ]
    ended = [x.past for x in letters if x.past.state == SETTLED and x.past.cycle == cycle]
    settled = [past.issue_date for past in ended]
    differing = []
    for i, debt in enumerate(debts):
        stated = _stated(debt.get(STATED) or {}, pack, rungs, cycle, today)
        if stated is not None and settled:
            # What was paid whole begins anew; an older statement is of letters before that.
            is_later = not stated.undated and stated.issue_date > max(settled)
            stated = replace(stated, cycle=cycle + 1) if is_later else None
        if stated is not None and any(_is_same(stated, k.past) for k in known[i]):
            continue
        counting = [k.past for k in known[i] if k.past.counts and k.past.cycle == cycle]
        if STATED in debt and counting and not settled:
            highest = max(counting, key=lambda past: first_day(past, rungs, pack))
            if stated is None or (highest.kind, highest.level) != (stated.kind, stated.level):
                differing.append((i, highest, stated))
        if stated is not None:
            known[i].append(Known(stated, own=False))
    cycle = max((k.past.cycle for debt in known for k in debt), default=cycle)
    return History(tuple(map(tuple, known)), cycle, tuple(differing))


def _known(
    record: Record,
    debt: Mapping[str, Any],
    rungs: Sequence[Rung],
    letters: Sequence[Letter],
    numbers_of: Callable[[str], Numbers],
) -> Iterator[Known]:
    """The ledger's letters to a debt; where the debts can't be told apart, all of the case."""
    number = debt_number(debt)
    for letter in letters:
        past = letter.past
        named = numbers_of(past.letter_id) if record.grouped and number else {}
        if not named or number in named:
            apart = named.get(number, False)
            counts_as = _as_lowest(past, rungs) if apart else past
            yield Known(counts_as, letter.own, apart, letter.direct)


def check_agreement(
    history: History, record: Record, pack: Pack, rungs: Sequence[Rung]
) -> Iterator[Finding]:
    """Of which debts table and ledger do not say the same; the higher letter counts."""
    for i, own, stated in history.differing:
        higher = max(filter(None, (own, stated)), key=lambda past: first_day(past, rungs, pack))
        params = {"ledger": _said(own), "table": _said(stated), "counts": _said(higher)}
        place = (record.file, record.line("debts", i), f"debts[{i}].{STATED}")
        yield Finding("history-differs", "warning", *place, params)


def debt_number(debt: Mapping[str, Any]) -> str:
    """A debt's number as letters are compared by it; "" where it has none."""
    return fold(written_number(debt))


def named_in(data: Mapping[str, Any]) -> dict[str, bool]:
    """The numbers of the debts that a letter's record names, and whether it names them apart."""
    debts = [debt for debt in data.get("debts") or () if isinstance(debt, dict)]
    return {n: bool(debt.get(FIRST_ASKED)) for debt in debts if (n := debt_number(debt))}


def without_history(record: Record) -> Record:
    """The record as a letter is made of it: what a table states of earlier letters is no field."""
    debts = record.data.get("debts")
    if not isinstance(debts, list) or not any(STATED in d for d in debts if isinstance(d, dict)):
        return record
    plain = [{k: v for k, v in d.items() if k != STATED} for d in debts]
    return replace(record, data={**record.data, "debts": plain})


def usual_term(pack: Pack) -> int:
    """The longest of the pack's usual terms to pay, in days: what an earlier letter is taken to
    have given where nobody says it."""
    methods = (read_method(rule)[0] for rule in pack.rules if rule.section == "pay_by")
    return max((m.days or 0 for m in methods if isinstance(m, AddDays)), default=0)


def _stated(
    said: Mapping[str, str], pack: Pack, rungs: Sequence[Rung], cycle: int, today: date
) -> Past | None:
    """The letter that a row states of its debt; the lowest of its case's, where the row does not
    say which. Without a date of its own it was written at the latest on the day until which it gave
    time, or on the day that its owner vouches for, or today."""
    letter = said.get(LETTER, "")
    rung = named_rung(pack.ladder, letter) if letter else next(iter(rungs), None)
    if not said or rung is None:
        return None
    day, pay_by = parse_day(said.get(DATE, "")), parse_day(said.get(PAY_BY, ""))
    latest = parse_day(said.get(LATEST, ""))
    known = day or latest
    last = known or pay_by or today
    until = pay_by or last + timedelta(days=usual_term(pack))
    bare = Past(rung.kind, rung.level, cycle, last, until, STATED)
    return replace(bare, undated=day is None, term_unknown=known is None and pay_by is None)


def _as_lowest(past: Past, rungs: Sequence[Rung]) -> Past:
    lowest = next(iter(rungs), None)
    return replace(past, kind=lowest.kind, level=lowest.level) if lowest else past


def _moved(known: Known, cycle: int) -> Known:
    return replace(known, past=replace(known.past, cycle=cycle))


def _is_same(stated: Past, past: Past) -> bool:
    """Whether the table states a letter of the ledger, which then says itself what became of it."""
    same = (past.kind, past.level) == (stated.kind, stated.level)
    return same and (stated.undated or past.issue_date == stated.issue_date)


def first_day(past: Past, rungs: Sequence[Rung], pack: Pack) -> int:
    """How high a letter stands: the first day of its rung, of the case's own `rungs` before others
    of that kind and level; 0 where there is none."""
    every = (*rungs, *(pack.ladder.rungs if pack.ladder else ()))
    own = (rung.first_day for rung in every if (rung.kind, rung.level) == (past.kind, past.level))
    return next(own, 0)


def _said(past: Past | None) -> str:
    if past is None:
        return "–"
    return f"{past.kind} {past.level}" + ("" if past.undated else f", {past.issue_date}")


def past_of(letter: PastLetter) -> Past:
    """A letter of the ledger, as the ladder counts it."""
    return Past(
        letter.kind,
        letter.level,
        letter.cycle,
        letter.issue_date,
        letter.pay_by,
        letter.state,
        letter.attempt,
        letter.letter_id,
    )


def stated_past(letter: ImportedLetter, own: Sequence[Past]) -> Past:
    """An imported letter, in the cycle that the ledger's own letters were in then."""
    cycle = max((past.cycle for past in own if past.issue_date <= letter.issue_date), default=1)
    days = (letter.issue_date, letter.pay_by)
    return Past(letter.kind, letter.level, cycle, *days, "imported", letter_id=letter.id)
