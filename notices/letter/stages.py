"""One way of making a letter, for the command line, Python, a reissue and a run's worker.

    Planned   which letter a record gets: as asked; in a run as holds, ladder and ledger say
    check     the record up to its composed Document; needs no renderer and leaves nothing
    permit    whether a live letter may go out: text and facts accepted, no letter come back
    make      rendered and proven, into the ledger where it is live, then into its place

Each step takes what the one before returned and leaves what is not `accepted` as it is. A check, a
preflight and a dry run stop half-way; a run adds what only it can see (`batch.job`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from notices.case.record import Record, read_records
from notices.files import make_folder, private_files
from notices.finding import Finding, errors_in
from notices.ledger.types import Occasion, PastLetter
from notices.letter.check import Checked, Request, check_record
from notices.letter.live import LiveGate
from notices.letter.make import Letter, LetterMaker, write_letter
from notices.letter.resources import Resources
from notices.letter.workspace import Workspace
from notices.tables.written_record import as_written

State = Literal["accepted", "written", "known", "held", "rejected", "failed"]
RECORD_FILES = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class Planned:
    """The letter that a record gets, or why it is held back (`findings` then says so).

    `given` is the record as it came, `record` as it is to be written. `replaces` and `reason`
    belong to a letter that is written in place of another.
    """

    given: Record
    record: Record
    request: Request
    held: bool = False
    findings: tuple[Finding, ...] = ()
    replaces: str = ""
    reason: str = ""
    issued: Mapping[str, PastLetter] = field(default_factory=dict)  # the case's letters, by id
    taken: Mapping[str, int] = field(default_factory=dict)  # letters of earlier rows → their row


@dataclass(frozen=True)
class LetterResult:
    """One letter of a record, as far as it got.

    `accepted`: nothing has stopped it so far · `written`: in its place · `known`: so it is, and the
    ledger had it before · `held`: not now · `rejected`: its content is at fault · `failed`: the
    finished bytes are. `findings` are all that were made on the way.
    """

    state: State
    plan: Planned
    checked: Checked
    number: int = 0  # of the record's addressed parties, from 0
    findings: tuple[Finding, ...] = ()
    letter: Letter | None = None
    file: Path | None = None

    def add(self, state: State, findings: Iterable[Finding]) -> LetterResult:
        """The same with more findings, each once, and another state."""
        new = tuple(finding for finding in findings if finding not in self.findings)
        return replace(self, state=state, findings=(*self.findings, *new))


class LetterIssuer:
    """Makes letters one after another and puts them into the folder `out`; one per process."""

    def __init__(self, maker: LetterMaker, gate: LiveGate, out: Path) -> None:
        self.maker = maker
        self.gate = gate
        maker.resources.live_texts = gate.texts
        self.out = out
        self._has_folder = False

    def check(self, plan: Planned, sender: Record | None = None) -> Iterator[LetterResult]:
        """The planned record's letters, one per addressed party, up to their Documents.

        Without `sender` the profile is the one that request, record or workspace name. Raises
        FileError, PackError and WorkspaceError where a file, pack or profile can't be used.
        """
        if plan.held:
            yield LetterResult("held", plan, Checked(plan.record, ()), findings=plan.findings)
            return
        letters = check_record(plan.record, self.maker.resources, plan.request, sender)
        for number, checked in enumerate(letters):
            is_good = checked.document is not None and not errors_in(checked.findings)
            begun = LetterResult("accepted", plan, checked, number)
            if number == 0:
                begun = begun.add("accepted", plan.findings)
            yield begun.add("accepted" if is_good else "rejected", checked.findings)

    def permit(self, result: LetterResult) -> LetterResult:
        """Whether a live letter may go out; drafts always may. Raises LedgerError."""
        if result.state != "accepted":
            return result
        if not result.plan.request.options.live:
            pack = result.checked.pack
            return result.add("accepted", self.gate.law_edits(pack, "warning") if pack else ())
        found = self.gate.check(result.checked)
        return result.add("held" if errors_in(found) else "accepted", found)

    def make(self, result: LetterResult) -> LetterResult:
        """The letter made, proven, entered and placed, or what kept it from that.

        A live letter enters the ledger before its file is placed. Raises FileError, LedgerError,
        and RenderError where the renderer can't begin.
        """
        if result.state != "accepted":
            return result
        self.prepare_folder()
        letter, found = self.render(result)
        if letter is None:
            return result.add("failed", found)
        foreign = self.inspect(result, letter)
        result = result.add("rejected" if errors_in(foreign) else "written", (*found, *foreign))
        if result.state == "written":
            result = replace(result, letter=letter)
        if result.state == "written" and letter.live:
            state, entered = self.enter(result, letter)
            result = result.add(state, entered)
        if result.state in ("written", "known"):
            result = replace(result, file=self.place(letter))
        return result

    def prepare_folder(self) -> None:
        """See that letters can be put into `out` before one is made. Raises FileError."""
        if not self._has_folder:
            make_folder(self.out)
            self._has_folder = True

    def render(self, result: LetterResult) -> tuple[Letter | None, tuple[Finding, ...]]:
        """The proven letter, or why there is none."""
        return self.maker.make(result.checked, result.plan.request)

    def inspect(self, result: LetterResult, letter: Letter) -> tuple[Finding, ...]:
        """What only those can see who make many letters."""
        return ()

    def enter(self, result: LetterResult, letter: Letter) -> tuple[State, tuple[Finding, ...]]:
        """Enter a live letter into the ledger; an error means that it must not be placed."""
        plan = result.plan
        occasion = Occasion(plan.request.attempt, replaces=plan.replaces, reason=plan.reason)
        found = self.gate.enter(letter, occasion)
        return ("rejected" if errors_in(found) else "written"), found

    def place(self, letter: Letter) -> Path:
        """The letter's file, whole, in its place. Raises FileError."""
        return write_letter(letter, self.out)


@contextmanager
def letter_issuer(
    workspace: Workspace, out: Path, now: str, fonts: Iterable[Path] = ()
) -> Iterator[LetterIssuer]:
    """An issuer for one call of a door; what it writes is its owner's alone.

    `now` is the door's clock, ISO 8601; `fonts` are for characters that the shipped ones do not
    have.
    """
    with private_files(), LetterMaker(workspace, fonts) as maker, LiveGate(workspace, now) as gate:
        yield LetterIssuer(maker, gate, out)


def check_files(
    issuer: LetterIssuer, places: Iterable[Path], request: Request
) -> Iterator[LetterResult]:
    """Every letter that the records in files and folders ask for, checked and permitted.

    Of two records that make one letter the second is refused, not written over the first. Raises
    as `LetterIssuer.check` does.
    """
    first: dict[str, Record] = {}
    for read in _records(places):
        record = read_written(read, issuer.maker.resources)
        for result in issuer.check(Planned(record, record, request, findings=record.notes)):
            earlier = first.get(result.checked.letter_id)
            if result.state == "accepted" and earlier is not None:
                yield result.add("rejected", (_twice(result, earlier),))
                continue
            if result.state == "accepted":
                first[result.checked.letter_id] = result.checked.record
            yield issuer.permit(result)


def _records(places: Iterable[Path]) -> Iterator[Record]:
    """The records meant: a folder means those in its files, in name order; one without any is at
    fault as an empty file is."""
    for place in places:
        files = [place]
        if place.is_dir():
            files = sorted(file for file in place.iterdir() if file.suffix in RECORD_FILES)
        if not files:
            yield Record({}, str(place), {}, (Finding("empty-file", file=str(place)),))
        for file in files:
            yield from read_records(file)


def read_written(record: Record, resources: Resources) -> Record:
    """A single case's record as its owner wrote it, its keys and values read as the pack has them;
    what was changed is in its `notes`."""
    named = as_written(record, None)
    name = named.data.get("pack") or resources.workspace.defaults.pack
    return as_written(record, resources.pack(name) if isinstance(name, str) else None)


def _twice(result: LetterResult, earlier: Record) -> Finding:
    record = result.checked.record
    other = f"{earlier.file}:{earlier.line()}"
    params = {"letter": result.checked.letter_id, "other": other}
    return Finding("letter-twice", "error", record.file, record.line(), "", params)
