"""A record judged as a run would, up to where its letter would be made: plan, check, what hinders.

What only a finished letter shows (its pages, the proof, another recipient's name in it) is left to
the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from notices.batch.job import frozen_record, of_row
from notices.batch.planner import Planned, Planner
from notices.batch.settings import BatchSettings, Frozen
from notices.batch.worker import fault_place
from notices.case.record import Record
from notices.errors import NoticesError
from notices.finding import Finding, errors_in
from notices.letter.check import Checked, check_record
from notices.letter.live import LiveGate
from notices.letter.resources import Resources
from notices.letter.workspace import Workspace
from notices.tables.table_records import without_faults

State = Literal["accepted", "known", "held", "rejected", "failed"]
DRY_STATES: tuple[State, ...] = get_args(State)
_WORST: tuple[State, ...] = ("rejected", "held", "known")  # of several letters of one row


@dataclass(frozen=True)
class Verdict:
    """What a run would make of a record; `letters` are the ids of those that it asks for."""

    state: State
    findings: tuple[Finding, ...] = ()
    letters: tuple[str, ...] = ()


@dataclass(frozen=True)
class DrySetup:
    """What all records of a dry run share. `is_table`: a row that could not be read whole still
    says enough to be checked."""

    workspace: Workspace
    frozen: Frozen
    today: date
    now: str
    fonts: tuple[Path, ...] = ()
    is_table: bool = False


def dry_setup(
    settings: BatchSettings,
    workspace: Workspace,
    today: date,
    now: str,
    *,
    is_table: bool = False,
) -> DrySetup:
    """The dates and choices that a run begun now would freeze; nothing is copied."""
    issue_date = settings.issue_date or today
    frozen = Frozen(
        run_id="",
        asked=settings.digest,
        settings=asdict(settings),
        started_at=now,
        issue_date=issue_date,
        dispatch_by=settings.dispatch_by or issue_date,
        live=settings.live,
        repeats=(),
        packs=(),
        profile={},
    )
    fonts = tuple(Path(font) for font in settings.fonts)
    return DrySetup(workspace, frozen, today, now, fonts, is_table)


class Judge:
    """Judges one record after another; one per process. Close it, or use `with`."""

    def __init__(self, setup: DrySetup) -> None:
        self._setup = setup
        self._request = setup.frozen.request()
        self._desk = Resources(setup.workspace, setup.fonts)
        self._planner = Planner(setup.workspace, setup.frozen, self._desk, setup.today)
        self._gate = LiveGate(setup.workspace, setup.now)

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the ledger."""
        self._planner.close()
        self._gate.close()

    def judge_many(self, records: Sequence[Record]) -> list[Verdict]:
        """The same for many, who share each look into the ledger."""
        self._planner.look_back(records, self._request)
        return [self.judge(record) for record in records]

    def judge(self, record: Record) -> Verdict:
        """Raises NoticesError where the fault is the machine's or the workspace's."""
        try:
            return self._faulty(record) if record.faults else self._whole(record)
        except NoticesError:
            raise
        except Exception as error:  # noqa: BLE001 - one record's fault must not stop the others
            crashed = Finding("letter-crashed", "error", record.file, record.line(), "")
            return Verdict("failed", (replace(crashed, params=fault_place(error)),))

    def _whole(self, record: Record) -> Verdict:
        plan = self._planner.plan(frozen_record(record, self._setup.frozen), self._request)
        found = [*record.notes, *plan.findings]
        if plan.held:
            return Verdict("held", tuple(found))
        states: set[State] = set()
        letters: list[str] = []
        for checked in check_record(plan.record, self._desk, plan.request):
            state, further = self._hindered(checked, plan)
            states.add(state)
            letters += [checked.letter_id] * bool(checked.letter_id)
            found += [one for one in (*checked.findings, *further) if one not in found]
        worst: State = next((state for state in _WORST if state in states), "accepted")
        return Verdict(worst, tuple(found), tuple(letters))

    def _hindered(self, checked: Checked, plan: Planned) -> tuple[State, tuple[Finding, ...]]:
        if errors_in(checked.findings) or checked.document is None:
            return "rejected", ()
        returned = self._planner.check_address(checked)
        if errors_in(returned):
            return "held", returned
        if issued := self._planner.check_day(checked, plan):
            return "held", issued
        if not self._request.live:
            return "accepted", ()
        live = tuple(of_row(one, checked.record) for one in self._gate.check_accepted(checked))
        if errors_in(live) or checked.letter_id not in plan.issued:
            return ("held" if errors_in(live) else "accepted"), live
        other = self._gate.check_issued(checked)
        return ("rejected" if errors_in(other) else "known"), (*live, *other)

    def _faulty(self, record: Record) -> Verdict:
        """A row that could not be read whole is rejected; the rest of it is checked as well, so
        that all its faults are told at once."""
        told = (*record.faults, *record.notes)
        further = (one for one in self._rest(record) if one not in told)
        return Verdict("rejected", (*told, *further))

    def _rest(self, record: Record) -> Iterator[Finding]:
        if not record.data or not self._setup.is_table:
            return
        read = frozen_record(without_faults(record), self._setup.frozen)
        plan = self._planner.plan(read, self._request)
        if plan.held or not (plan.record.data.get("kind") or plan.request.kind):
            return  # which letter it would get can't be told
        for checked in check_record(plan.record, self._desk, plan.request):
            yield from checked.findings
