"""What a worker does with one record: check, make, prove, enter into the ledger, put in place.

Each step leaves either nothing or something that the next attempt finds and agrees with: the ledger
takes the same content twice, and a file is moved into its place whole.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from notices.batch.isolation import (
    IdentityIndex,
    check_isolation,
    ordinary_words,
    own_texts,
    printed_texts,
)
from notices.batch.manifest import Outcome
from notices.batch.planner import Planned, Planner, replaced
from notices.batch.settings import Frozen
from notices.case.record import Record
from notices.errors import FileError
from notices.finding import Finding, errors_in
from notices.letter.check import Checked, Request, check_record, placed
from notices.letter.live import LiveGate, used_sources
from notices.letter.make import Letter, LetterMaker
from notices.letter.reissue import check_replaced
from notices.letter.workspace import Workspace
from notices.pack.types import Pack

LETTERS, TEMPORARY = "letters", "tmp"

MakeLetter = Callable[
    [LetterMaker, Checked, Request, bool], tuple[Letter | None, tuple[Finding, ...]]
]


def make_letter(
    maker: LetterMaker, checked: Checked, request: Request, pictures: bool
) -> tuple[Letter | None, tuple[Finding, ...]]:
    """The renderer's part of a letter. A caller may hand its own to the run; it must be a function
    at the top of a module, for it travels to the workers by name."""
    return maker.make(checked, request, pictures=pictures)


@dataclass(frozen=True)
class Setup:
    """What all letters of a run share; sent to each worker once."""

    folder: Path
    workspace: Workspace  # with the run's own packs in front
    frozen: Frozen
    now: str
    today: date  # the day of this call, on which holds bind besides the letters' own
    identities: Path
    duplex: bool
    pictures_every: int
    make: MakeLetter = make_letter


@dataclass(frozen=True)
class Job:
    """One record. `taken` are the letters that earlier rows with the same case id have made."""

    number: int
    row: int
    record: Record
    taken: Mapping[str, int]
    tried: int = 1


class LetterWork:
    """The work of one process."""

    def __init__(self, maker: LetterMaker, setup: Setup) -> None:
        self._maker = maker
        self._setup = setup
        self._request = setup.frozen.request()
        self._gate = LiveGate(setup.workspace, setup.now)
        self._planner = Planner(setup.workspace, setup.frozen, maker.resources, setup.today)
        self._index = IdentityIndex(setup.identities, setup.frozen.run_id)
        self._ordinary: dict[str, str] = {}
        self._looks: set[tuple[object, ...]] = set()

    def close(self) -> None:
        self._gate.close()
        self._planner.close()
        self._index.close()

    def do(self, job: Job) -> tuple[Outcome, ...]:
        """What becomes of the job's record: one outcome for each letter it asks for.

        Raises NoticesError where the fault is the machine's or the workspace's.
        """
        record = frozen_record(job.record, self._setup.frozen)
        begun = Outcome(job.number, job.row, "rejected", _case_id(record), tried=job.tried)
        plan = self._planner.plan(record, self._request)
        told = (*record.notes, *plan.findings)
        if plan.held:
            return (replace(begun, state="held", findings=told),)
        return tuple(
            self._letter(checked, n, job, plan, replace(begun, findings=told if n == 0 else ()))
            for n, checked in enumerate(
                check_record(plan.record, self._maker.resources, plan.request)
            )
        )

    def _letter(
        self, checked: Checked, number: int, job: Job, plan: Planned, begun: Outcome
    ) -> Outcome:
        outcome = _described(checked, begun)
        if errors_in(checked.findings) or checked.document is None or checked.pack is None:
            return outcome
        for made, other in job.taken.items():
            params = {"letter": made, "other": str(other)}
            return _with(outcome, "rejected", _at(checked, "letter-twice-in-run", params))
        returned = self._planner.check_address(checked)
        if errors_in(returned):
            return _with(outcome, "held", *returned)
        if issued := self._planner.check_day(checked, plan):
            return _with(outcome, "held", *issued)
        if self._request.live:
            found = tuple(of_row(f, checked.record) for f in self._gate.check_accepted(checked))
            if errors_in(found):
                return _with(outcome, "held", *found)
            outcome = _with(outcome, "rejected", *found)
        letter, told = self._setup.make(
            self._maker, checked, plan.request, self._wants_pictures(checked)
        )
        outcome = _with(outcome, "failed", *(f for f in told if f not in outcome.findings))
        if letter is None or letter.checked.document is None:
            return outcome
        foreign = check_isolation(
            printed_texts(letter.checked.document),
            self._own_texts(checked, job.record),
            self._words(checked.pack),
            self._index,
            letter.letter_id,
        )
        outcome = _with(outcome, "rejected", *(placed(f, checked.record) for f in foreign))
        if errors_in(foreign):
            return outcome
        return self._issue(letter, plan.attempt, replaced(checked, number, plan), outcome)

    def _issue(self, letter: Letter, attempt: int, replaces: str, outcome: Outcome) -> Outcome:
        """Into the ledger where it is live, then into its place."""
        document = letter.checked.document
        duplex = self._setup.duplex and (document is None or document.envelope.duplex)
        sheets = (letter.pages + 1) // 2 if duplex else letter.pages
        outcome = replace(outcome, pages=letter.pages, sheets=sheets, sha256=letter.digest)
        state = "written"
        if self._request.live:
            found, again = self._enter(letter, attempt, replaces)
            if errors_in(found):
                return _with(replace(outcome, sha256=""), "rejected", *found)
            outcome = replace(outcome, findings=(*outcome.findings, *found))
            state = "known" if again else "written"
        place = letter_place(letter.letter_id, letter.live)
        put_file(letter.data, self._setup.folder, place)
        return _with(replace(outcome, file=place), state)

    def _enter(
        self, letter: Letter, attempt: int, replaces: str
    ) -> tuple[tuple[Finding, ...], bool]:
        """What the ledger says, and whether another run or call has issued this very letter."""
        from notices.ledger.entry import build_entry

        one = letter.checked
        if one.case is None or one.figures is None or one.pack is None:
            return (), False
        run_id = self._setup.frozen.run_id
        entry = build_entry(
            one.case,
            one.figures,
            one.pack,
            one.record.data,
            letter_id=letter.letter_id,
            text_digest=self._gate.text_digest(one.pack, one.case.kind),
            pdf_sha256=letter.digest,
            created_at=self._setup.now,
            profile=letter.profile,
            attempt=attempt,
            sources=used_sources(one),
            run_id=run_id,
            replaces=replaces,
            reason=str(self._setup.frozen.settings.get("reason") or ""),
        )
        issue = self._gate.ledger.issue(entry)
        stored = issue.letter
        if stored is None:
            return issue.findings, False
        told = check_replaced(stored, self._gate.ledger)
        told = tuple(placed(finding, one.record) for finding in told)
        return (*issue.findings, *told), issue.again and stored.run_id != run_id

    def _wants_pictures(self, checked: Checked) -> bool:
        """The first letter of each look in this process, and a sample that only the ids decide."""
        document, case = checked.document, checked.case
        if document is None or case is None:
            return False
        look = (
            *(case.pack, case.kind, case.level, document.languages),
            *(document.arrangement, document.envelope.id, document.large_print),
        )
        first = look not in self._looks
        self._looks.add(look)
        drawn = int.from_bytes(hashlib.sha256(checked.letter_id.encode()).digest()[:4], "big")
        every = self._setup.pictures_every
        return first or (every > 0 and drawn % every == 0)

    def _own_texts(self, checked: Checked, record: Record) -> tuple[str, ...]:
        case = checked.case
        if case is None or checked.pack is None:
            return ()
        sender = case.sender
        said: dict[str, object] = {"id": sender.id, "name": sender.name, "facts": sender.facts}
        said["accounts"] = sender.accounts
        return own_texts({**record.data, "letter_id": checked.letter_id}, said, checked.pack)

    def _words(self, pack: Pack) -> str:
        if pack.digest not in self._ordinary:
            self._ordinary[pack.digest] = ordinary_words(pack)
        return self._ordinary[pack.digest]


def frozen_record(record: Record, frozen: Frozen) -> Record:
    """The record with the run's own posting day."""
    if record.faults:
        return record
    return replace(record, data={**record.data, "dispatch_by": frozen.dispatch_by.isoformat()})


def letter_place(letter_id: str, live: bool) -> str:
    """Where a letter stands in its run's folder."""
    shard = hashlib.sha256(letter_id.encode()).hexdigest()[:2]
    return f"{LETTERS}/{shard}/{letter_id}{'' if live else '.draft'}.pdf"


def put_file(data: bytes, folder: Path, place: str) -> None:
    """The file in its place, whole or not at all. Raises FileError."""
    target = folder / place
    draft = folder / TEMPORARY / f"{target.name}.{os.getpid()}"
    try:
        target.parent.mkdir(exist_ok=True)
        with draft.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise FileError(f"{target}: {error.strerror or error}") from error


def find_postcode(lines: tuple[str, ...], pattern: str) -> str:
    """The last thing in an address that looks as the pack says a postcode does; "" for none."""
    if not pattern:
        return ""
    whole = re.compile(rf"(?<![0-9A-Za-z])(?:{pattern})(?![0-9A-Za-z])")
    found = [match[0] for line in lines for match in whole.finditer(line)]
    return found[-1] if found else ""


def of_row(finding: Finding, record: Record) -> Finding:
    """A finding about a pack's text, told of the row whose letter it holds back."""
    return replace(finding, file=record.file, line=record.line(), path="")


def _case_id(record: Record) -> str:
    case_id = record.data.get("id")
    return case_id if isinstance(case_id, str) and len(case_id) <= 64 else ""


def _described(checked: Checked, begun: Outcome) -> Outcome:
    """The outcome with what is known of the letter, whatever becomes of it."""
    found = (*begun.findings, *(f for f in checked.findings if f not in begun.findings))
    outcome = replace(begun, findings=found, letter_id=checked.letter_id)
    case, figures, document = checked.case, checked.figures, checked.document
    if case is not None and checked.pack is not None:
        outcome = replace(
            outcome,
            case_id=case.id,
            pack=checked.pack.id,
            kind=case.kind,
            level=case.level,
            languages=case.languages,
            currency=case.currency,
            postcode=find_postcode(case.recipient.address, checked.pack.postcode),
        )
    if figures is not None:
        total, overdue = str(figures.total_due), figures.days_overdue
        outcome = replace(outcome, total=total, currency=figures.currency, days_overdue=overdue)
    return replace(outcome, envelope=document.envelope.id) if document else outcome


def _with(outcome: Outcome, state: str, *findings: Finding) -> Outcome:
    return replace(outcome, state=state, findings=(*outcome.findings, *findings))  # type: ignore[arg-type]


def _at(checked: Checked, rule: str, params: Mapping[str, str]) -> Finding:
    record = checked.record
    return Finding(rule, "error", record.file, record.line(), "id", params)
