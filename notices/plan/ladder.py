"""The ladder applied: which letter a case gets next, or why it gets none. Pure.

A letter *counts* unless it was withdrawn, returned or lost. Nothing is sent before the last
letter's pay_by and the ladder's posting days have both passed; no rung is reached without one of
those it needs. Whatever lies between is left out: a rung that comes late is not sent twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType

from notices.finding import Finding, Severity
from notices.pack.conditions import holds as condition_holds
from notices.pack.types import Condition, Ladder, Rung
from notices.plan.holds import Hold, active_holds, hold_finding

VOID = frozenset({"withdrawn", "returned", "lost"})  # a letter in such a state counts for nothing
SETTLED = "settled"  # what the letter asked for was paid in full
NO_FACTS: Mapping[str, object] = MappingProxyType({})
NO_CONDITIONS: Mapping[str, Condition] = MappingProxyType({})
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Past:
    """A letter already issued. `state` is its last one in the ledger.

    `undated`: nobody stated its day; `issue_date` is then the last day that it can be of, and is
    never printed. `term_unknown`: nor can be known until when it gave time.
    """

    kind: str
    level: int
    cycle: int
    issue_date: date
    pay_by: date
    state: str
    attempt: int = 1
    letter_id: str = ""
    undated: bool = False
    term_unknown: bool = False

    @property
    def counts(self) -> bool:
        return self.state not in VOID


@dataclass(frozen=True)
class CaseState:
    """What the ladder looks at on a day: the case's past letters, its holds, its facts.

    `facts` and `named` are what the rungs' conditions ask about: see `conditions.holds`. `cycle`
    is the one that the record states: above the last one it begins a new one.
    """

    days_overdue: int
    past: Sequence[Past]
    today: date
    holds: Sequence[Hold] = ()
    facts: Mapping[str, object] = field(default_factory=lambda: NO_FACTS)
    named: Mapping[str, Condition] = field(default_factory=lambda: NO_CONDITIONS)
    cycle: int = 0


@dataclass(frozen=True)
class Step:
    """The letter to send. `reason` is a rule id; `previous` the issue date of the letter before.

    `attempt` is above 1, and `replaces` names a letter, where an earlier one went astray.
    """

    kind: str
    level: int
    cycle: int
    reason: str
    attempt: int = 1
    previous: date | None = None
    replaces: str = ""


@dataclass(frozen=True)
class Held:
    """No letter now, and why: a rule id. `until` is the last day of that, None where open."""

    reason: str
    until: date | None = None
    hold: Hold | None = None
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    severity: Severity = "note"  # an error: somebody must say more first


@dataclass(frozen=True)
class _Progress:
    """How far a case got: its cycle, the letters that count in it, the highest rung taken."""

    cycle: int
    new: bool
    counted: tuple[Past, ...]
    taken: int  # the first day of the highest rung; 0 = none
    waited: tuple[Past, ...] = ()  # those of the counted that the next one waits for
    unclear: tuple[Past, ...] = ()  # those of them of which a day is needed that nobody stated

    @property
    def last_day(self) -> date:
        return max(past.pay_by for past in self.waited)


def choose_step(case: CaseState, ladder: Ladder) -> Step | Held:
    """The next letter of a case."""
    days_overdue, past, today = case.days_overdue, case.past, case.today
    if held := _held(case.holds, today):
        return held
    rungs = open_rungs(ladder, case.facts, case.named)
    reached = [rung for rung in rungs if rung.first_day <= days_overdue]
    if not reached:
        wait = _before(rungs[0], days_overdue, today) if rungs else None
        return Held("ladder-not-due", wait, params={"days": str(days_overdue)})
    progress = _raised(_progress(past, ladder, rungs, today, days_overdue), case.cycle)
    if progress.taken >= reached[-1].first_day:
        return _nothing_new(progress, rungs, days_overdue, today)
    if held := _term_running(progress, ladder, today):
        return held
    for rung in reversed(reached):
        if rung.first_day > progress.taken and _needs_met(rung, progress, ladder, case, rungs):
            return _step(rung.kind, rung.level, progress, past, _reason(progress))
    return Held("ladder-needs-earlier", params={"needs": ", ".join(reached[-1].needs)})


def check_asked(kind: str, level: int, case: CaseState, ladder: Ladder | None) -> Step | Held:
    """The letter that somebody asked for by name: days overdue don't matter, the guards do.

    Asked for again, a letter that counts stays itself: the ledger says whether it is the same.
    """
    past, today = case.past, case.today
    if held := _held(case.holds, today):
        return held
    if ladder is None:
        cycle = max(case.cycle, *(letter.cycle for letter in past), 1)
        return _step(kind, level, _Progress(cycle, False, (), 0), past, "ladder-asked")
    own = open_rungs(ladder, case.facts, case.named)
    rungs = (*own, *ladder.rungs)  # the case's own rungs come first
    progress = _raised(_progress(past, ladder, rungs, today, case.days_overdue), case.cycle)
    step = _step(kind, level, progress, past, "ladder-asked")
    rung = _rung_of(kind, level, rungs)
    if rung is None or any((p.kind, p.level) == (kind, level) for p in progress.counted):
        return step
    if rung.first_day > progress.taken and (held := _term_running(progress, ladder, today)):
        return held
    if not _needs_met(rung, progress, ladder, case, own):
        return Held("ladder-needs-earlier", params={"needs": ", ".join(rung.needs)})
    return step


def open_rungs(
    ladder: Ladder, facts: Mapping[str, object], named: Mapping[str, Condition]
) -> tuple[Rung, ...]:
    """The rungs that a case of such facts may come to: one for each first day."""
    chosen: dict[int, Rung] = {}
    for rung in ladder.rungs:
        if condition_holds(rung.when, facts, named):
            chosen.setdefault(rung.first_day, rung)
    return tuple(chosen.values())


def held_finding(held: Held) -> Finding:
    """What to tell of a letter that is not sent now: a note, for nothing is wrong."""
    if held.hold:
        return hold_finding(held.hold)
    until = held.until.isoformat() if held.until else "–"
    return Finding(held.reason, held.severity, params={"until": until, **held.params})


def _held(holds: Sequence[Hold], today: date) -> Held | None:
    binding = active_holds(holds, today)
    return Held(binding[0].rule, binding[0].until, binding[0]) if binding else None


def _progress(
    past: Sequence[Past], ladder: Ladder, rungs: Sequence[Rung], today: date, days_overdue: int
) -> _Progress:
    """The cycle that the case is in: the last one, or a new one where that has ended."""
    rungs = (*rungs, *ladder.rungs)  # a case may have left the rungs it once stood on
    due = today - days_overdue * _ONE_DAY
    known = [p for p in past if _rung_of(p.kind, p.level, rungs)]
    cycle = max((p.cycle for p in past), default=1)
    counted = tuple(p for p in known if p.cycle == cycle and p.counts)
    if not counted:
        return _Progress(cycle, not past, (), 0)
    gap = max(p.pay_by for p in counted) + ladder.gap_days * _ONE_DAY
    ended = (
        any(p.state == SETTLED for p in counted)
        or (ladder.new_default and due > max(p.issue_date for p in counted))
        or (ladder.gap_days > 0 and today > gap)
    )
    if ended:
        return _Progress(cycle + 1, True, (), 0)
    stood = {p: rung for p in counted if (rung := _rung_of(p.kind, p.level, rungs))}
    taken = max(rung.first_day for rung in stood.values())
    # A lower one was over when the highest was written, whatever its days.
    waited = tuple(p for p in stood if not p.undated or stood[p].first_day == taken)
    unclear = tuple(p for p in waited if p.term_unknown or (p.undated and stood[p].prescribed))
    return _Progress(cycle, False, counted, taken, waited, unclear)


def _raised(progress: _Progress, cycle: int) -> _Progress:
    """A new cycle, where a later one is stated than the letters tell of."""
    return _Progress(cycle, True, (), 0) if cycle > progress.cycle else progress


def _rung_of(kind: str, level: int, rungs: Sequence[Rung]) -> Rung | None:
    return next((r for r in rungs if (r.kind, r.level) == (kind, level)), None)


def _term_running(progress: _Progress, ladder: Ladder, today: date) -> Held | None:
    """The last letter's days to pay, and the days of the post after them."""
    if not progress.counted:
        return None
    if progress.unclear:
        last = progress.unclear[-1]
        params = {"kind": last.kind, "level": str(last.level)}
        return Held("earlier-day-needed", params=params, severity="error")
    until = progress.last_day + ladder.posting_days * _ONE_DAY
    params = {"pay_by": progress.last_day.isoformat()}
    return Held("ladder-term-running", until, params=params) if today <= until else None


def _nothing_new(
    progress: _Progress, rungs: Sequence[Rung], days_overdue: int, today: date
) -> Held:
    """The rung of these days was taken: wait for the next one, or for a person."""
    above = next((rung for rung in rungs if rung.first_day > progress.taken), None)
    if above is None:
        return Held("ladder-end")
    return Held("ladder-step-taken", _before(above, days_overdue, today))


def _before(rung: Rung, days_overdue: int, today: date) -> date:
    """The last day on which the case is not yet at `rung`."""
    return today + (rung.first_day - days_overdue - 1) * _ONE_DAY


def _needs_met(
    rung: Rung, progress: _Progress, ladder: Ladder, case: CaseState, rungs: Sequence[Rung]
) -> bool:
    """Whether one of the rungs it needs was recorded, here or in the record itself."""
    if not rung.needs:
        return True
    present = case.facts.get("present")
    stated = isinstance(present, (frozenset, tuple)) and ladder.stated_in in present
    if ladder.stated_in and stated and stated_rung(ladder, rungs) in rung.needs:
        return True
    sent = {(past.kind, past.level) for past in progress.counted}
    return any(r.id in rung.needs and (r.kind, r.level) in sent for r in ladder.rungs)


def stated_rung(ladder: Ladder, rungs: Sequence[Rung]) -> str:
    """The rung as which a letter counts of which only the day is known: the one that the pack's
    field names, where the case may come to it, else the lowest of its `rungs`."""
    ids = [rung.id for rung in rungs]
    return ladder.stated_as if ladder.stated_as in ids else next(iter(ids), "")


def _reason(progress: _Progress) -> str:
    if progress.counted:
        return "ladder-next"
    return "ladder-new-cycle" if progress.new and progress.cycle > 1 else "ladder-first"


def _step(kind: str, level: int, progress: _Progress, past: Sequence[Past], reason: str) -> Step:
    """The step; where the same letter went astray before, its next attempt."""
    same = [p for p in past if (p.kind, p.level, p.cycle) == (kind, level, progress.cycle)]
    own = min((p.issue_date for p in same if p.counts), default=date.max)
    others = (p.issue_date for p in progress.counted if p not in same and p.issue_date < own)
    previous = None if any(p.undated for p in progress.counted) else max(others, default=None)
    step = Step(kind, level, progress.cycle, reason, previous=previous)
    if not same:
        return step
    last = max(same, key=lambda p: p.attempt)
    if last.counts:
        return replace(step, attempt=last.attempt)
    return replace(step, attempt=last.attempt + 1, replaces=last.letter_id, reason="ladder-repeat")
