"""What a worker does with the records of its jobs: plan, check, make, prove, enter, put in place.

It is the way of a single letter (`letter.stages`) with what only a run sees: the plan, letters of
earlier rows, other recipients' names. Each step leaves either nothing or something that the next
attempt finds and agrees with: the ledger takes the same content twice, and a file is moved into its
place whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Self

from notices.batch.isolation import (
    IdentityIndex,
    check_isolation,
    ordinary_words,
    own_texts,
    printed_free_texts,
    printed_texts,
)
from notices.batch.looks import Look, look_of
from notices.batch.planner import Planner, replaced
from notices.batch.settings import APPROVED, Frozen, MakeLetter
from notices.case.record import Record
from notices.files import write_whole
from notices.finding import Finding, errors_in
from notices.ledger.types import Occasion
from notices.letter.check import Checked, placed
from notices.letter.live import LiveGate
from notices.letter.live_text import LiveTexts
from notices.letter.make import Letter, LetterMaker
from notices.letter.reissue import check_replaced
from notices.letter.stages import LetterIssuer, LetterResult, Planned, State
from notices.letter.workspace import Workspace
from notices.pack.types import Pack
from notices.plan.holds import NO_BOOK
from notices.tables.table_records import without_faults

LETTERS, TEMPORARY = "letters", "tmp"


@dataclass(frozen=True)
class Setup:
    """What all letters of a run share; sent to each worker once.

    `dry`: rows are checked and no letter is made; with `draws` letters are proven, and not kept.
    """

    folder: Path
    workspace: Workspace  # with the run's own packs in front
    frozen: Frozen
    now: str
    today: date  # the day of this call, on which holds bind besides the letters' own
    identities: Path | None = None
    duplex: bool = True
    pictures_every: int = 0
    make: MakeLetter | None = None
    dry: bool = False
    draws: bool = False


@dataclass(frozen=True)
class Row:
    """A record of the input: the `number`th, from 1, standing in `row` of its file. `taken` are the
    letters that earlier rows with the same case id have made, each with its row."""

    number: int
    row: int
    record: Record
    taken: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """What a worker gets at once: one row to be made, or some to be looked at."""

    rows: tuple[Row, ...]
    tried: int = 1


class RunIssuer(LetterIssuer):
    """The letters of one process of a run."""

    def __init__(self, maker: LetterMaker, setup: Setup) -> None:
        texts = LiveTexts(setup.workspace, setup.frozen.texts, setup.folder / APPROVED)
        if not setup.workspace.is_frozen:  # nothing is begun: what a run begun now would choose
            texts = LiveTexts(setup.workspace)
        super().__init__(maker, LiveGate(setup.workspace, setup.now, texts), setup.folder)
        self.setup = setup
        self._request = setup.frozen.request()
        self._planner = Planner(setup.workspace, setup.frozen, maker.resources, setup.today)
        self._ordinary: dict[str, str] = {}
        self._looks: set[Look] = set()
        if setup.dry:  # the planner holds; what else is wrong with a held case is told as well
            maker.resources.holds = NO_BOOK
        file = setup.identities
        self._index = IdentityIndex(file, setup.frozen.run_id) if file else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of ledger and index."""
        self.gate.close()
        self._planner.close()
        if self._index is not None:
            self._index.close()

    def look_back(self, job: Job) -> None:
        """Ask the ledger once about all rows of a job."""
        if len(job.rows) > 1:
            self._planner.look_back([row.record for row in job.rows], self._request)

    def results(self, row: Row) -> Iterator[LetterResult]:
        """What becomes of the row's record: one result for each letter that it asks for.

        Raises NoticesError where the fault is the machine's or the workspace's.
        """
        if self.setup.dry and row.record.faults:
            yield self._unread(row)
            return
        plans = self._planner.plans(row.record, self._request)
        checked = (
            self.permit(_without_day(_in_credit(result)))
            for plan in plans
            for result in self.check(replace(plan, taken=row.taken))
        )
        for permitted in _all_or_nothing([*checked]) if len(plans) > 1 else checked:
            yield self._foresee(permitted) if self.setup.dry else self.make(permitted)

    def ready(self, record: Record) -> Iterator[LetterResult]:
        """The record's letters up to their Documents."""
        for plan in self._planner.plans(record, self._request):
            yield from self.check(plan)

    def _unread(self, row: Row) -> LetterResult:
        """A row that could not be read whole is rejected; the rest of it is checked as well, so
        that all its faults are reported at once."""
        record = row.record
        plan = Planned(record, record, self._request)
        faults = (*record.faults, *record.notes)
        result = LetterResult("rejected", plan, Checked(record, ()), findings=faults)
        if not record.data:
            return result
        for rest in self._planner.plans(without_faults(record), self._request):
            if rest.held or not (rest.record.data.get("kind") or rest.request.options.kind):
                continue  # which letter it would get can't be known
            for other in self.check(replace(rest, findings=())):
                result = result.add("rejected", other.findings)
        return result

    def _foresee(self, result: LetterResult) -> LetterResult:
        """What will become of a letter that is not made: what else is wrong where it is held, what
        the ledger will say of a live one, and, of one that is laid out, what its proof says."""
        options, checked = result.plan.request.options, result.checked
        if result.plan.held:
            return result.add("held", self._besides(result.plan))
        if result.state == "accepted" and checked.document and checked.pack:
            said = printed_free_texts(checked.record.data, checked.document, checked.pack)
            foreign = self._foreign(result, said)
            result = result.add("rejected" if errors_in(foreign) else "accepted", foreign)
        if result.state == "accepted" and self.setup.draws:
            return self._lay_out(result)
        if result.state != "accepted" or not options.live:
            return result
        if checked.letter_id not in result.plan.issued:
            return result
        other = self.gate.check_issued(checked)
        return result.add("rejected" if errors_in(other) else "known", other)

    def _besides(self, held: Planned) -> Iterator[Finding]:
        """What would keep a held case from its letter if nothing held it, as warnings."""
        plan = self._planner.plan_unheld(held.given, self._request)
        if plan is None:
            return
        for result in self.check(plan):
            for finding in errors_in(_without_day(result).findings):
                yield replace(finding, severity="warning")

    def _lay_out(self, result: LetterResult) -> LetterResult:
        """The letter rendered, proven and forgotten."""
        letter, found = self.render(result)
        if letter is None:
            return result.add("failed", found)
        foreign = self.inspect(result, letter)
        return result.add("rejected" if errors_in(foreign) else "accepted", (*found, *foreign))

    def permit(self, result: LetterResult) -> LetterResult:
        """Whether the letter may go out: not made by an earlier row, nothing come back from where
        it would go, not issued on another day, and live ones accepted."""
        checked, plan = result.checked, result.plan
        if result.state != "accepted":
            return result
        for letter_id, row in plan.taken.items():
            params = {"letter": letter_id, "other": str(row)}
            file, line = checked.record.file, checked.record.line()
            twice = Finding("letter-twice-in-run", "error", file, line, "id", params)
            return result.add("rejected", (twice,))
        returned = self._planner.check_address(checked)
        if errors_in(returned):
            return result.add("held", returned)
        if issued := self._planner.check_day(checked, plan):
            return result.add("held", issued)
        if not plan.request.options.live:
            return result
        found = [of_row(finding, checked.record) for finding in self.gate.check_accepted(checked)]
        return result.add("held" if errors_in(found) else "accepted", found)

    def prepare_folder(self) -> None:
        """The run has made its folder."""

    def render(self, result: LetterResult) -> tuple[Letter | None, tuple[Finding, ...]]:
        checked, request = result.checked, result.plan.request
        pictures = self._wants_pictures(checked)
        if self.setup.make is not None:
            return self.setup.make(self.maker, checked, request, pictures)
        return self.maker.make(checked, request, pictures=pictures)

    def inspect(self, result: LetterResult, letter: Letter) -> tuple[Finding, ...]:
        """Whether the letter holds another recipient's name, reference or account."""
        document = letter.checked.document
        return self._foreign(result, printed_texts(document)) if document else ()

    def _foreign(self, result: LetterResult, texts: Iterable[str]) -> tuple[Finding, ...]:
        """What in these texts of a letter is another recipient's."""
        checked = result.checked
        case, pack = checked.case, checked.pack
        if self._index is None or case is None or pack is None:
            return ()
        sender = case.sender
        said = {"id": sender.id, "name": sender.name, "facts": sender.facts}
        given = {**result.plan.given.data, "letter_id": checked.letter_id}
        foreign = check_isolation(
            texts,
            own_texts(given, {**said, "accounts": sender.accounts}, pack),
            self._words(pack),
            self._index,
            checked.letter_id,
        )
        return tuple(placed(finding, checked.record) for finding in foreign)

    def enter(self, result: LetterResult, letter: Letter) -> tuple[State, tuple[Finding, ...]]:
        """Enter the letter; `known` is one that another run or call has issued just so."""
        plan, frozen = result.plan, self.setup.frozen
        occasion = Occasion(
            plan.request.attempt,
            frozen.run_id,
            replaced(result.checked, result.number, plan),
            str(frozen.settings.get("reason") or ""),
        )
        issue = self.gate.issue(letter, occasion)
        if errors_in(issue.findings):
            return "rejected", issue.findings
        if issue.letter is None:
            return "written", issue.findings
        earlier = check_replaced(issue.letter, self.gate.ledger)
        earlier = tuple(placed(finding, letter.checked.record) for finding in earlier)
        is_known = issue.again and issue.letter.run_id != frozen.run_id
        return ("known" if is_known else "written"), (*issue.findings, *earlier)

    def place(self, letter: Letter) -> Path:
        place = letter_place(letter.letter_id, letter.live)
        put_file(letter.data, self.out, place)
        return self.out / place

    def _wants_pictures(self, checked: Checked) -> bool:
        """The first letter of each look in this process, and a sample that only the ids decide."""
        if (look := look_of(checked)) is None:
            return False
        first = look not in self._looks
        self._looks.add(look)
        drawn = int.from_bytes(hashlib.sha256(checked.letter_id.encode()).digest()[:4], "big")
        every = self.setup.pictures_every
        return first or (every > 0 and drawn % every == 0)

    def _words(self, pack: Pack) -> str:
        if pack.digest not in self._ordinary:
            self._ordinary[pack.digest] = ordinary_words(pack)
        return self._ordinary[pack.digest]


def _all_or_nothing(results: list[LetterResult]) -> list[LetterResult]:
    """The letters of a case that is split: where one is at fault, none is made."""
    faulty = next((result for result in results if result.state == "rejected"), None)
    if faulty is None:
        return results
    params = {"case": str(faulty.plan.record.data.get("id") or "–")}
    found = []
    for result in results:
        record = result.plan.record
        with_part = Finding("rejected-with-part", "error", record.file, record.line(), "", params)
        is_good = result.state == "accepted"
        found.append(result.add("rejected", (with_part,)) if is_good else result)
    return found


def _in_credit(result: LetterResult) -> LetterResult:
    """A grouped case that only its credits keep from a letter is held: nothing is wrong with it."""
    record = result.plan.record
    if not record.grouped or {f.rule for f in errors_in(result.findings)} != {"total-not-positive"}:
        return result
    others = tuple(f for f in result.findings if f.severity != "error")
    why = Finding("nothing-owed", "note", record.file, record.line())
    return replace(result, state="held", findings=(*others, why))


def _without_day(result: LetterResult) -> LetterResult:
    """A case is refused where interest depends on the day of a payment that nobody stated."""
    record, figures = result.plan.record, result.checked.figures
    if not record.undated or figures is None:
        return result
    found = [
        Finding("paid-needs-date", "error", record.file, line, f"debts[{debt.debt}]")
        for debt in figures.debts
        if (line := record.line("debts", debt.debt)) in record.undated
        and (debt.interest or debt.apart)
    ]
    return result.add("rejected", found) if found else result


def letter_place(letter_id: str, live: bool) -> str:
    """Where a letter stands in its run's folder."""
    shard = hashlib.sha256(letter_id.encode()).hexdigest()[:2]
    return f"{LETTERS}/{shard}/{letter_id}{'' if live else '.draft'}.pdf"


def put_file(data: bytes, folder: Path, place: str) -> None:
    """The file in its place, whole or not at all. Raises FileError."""
    write_whole(folder / place, data, beside=folder / TEMPORARY)


def of_row(finding: Finding, record: Record) -> Finding:
    """A finding about a pack's text, reported at the row whose letter it holds back."""
    return replace(finding, file=record.file, line=record.line(), path="")
