"""Which letter a record of a run gets: holds first, then the ladder and what was issued before.

The plan never looks at what this run itself has issued, so a resumed run plans as it did; a run
that repeats an earlier one does not look at that one's letters either, and makes their next
attempt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path

from notices.batch.case_keys import debt_numbers
from notices.batch.held_debts import without_held, without_holds
from notices.batch.isolation import fold
from notices.batch.next_letter import plan_record, planned
from notices.batch.not_due import without_not_due
from notices.batch.settings import Frozen
from notices.case.record import Record
from notices.case.schema import party_paths
from notices.case.schema_faults import value_at
from notices.errors import NoticesError
from notices.finding import Finding, errors_in
from notices.ledger.database import is_there
from notices.ledger.store import Ledger
from notices.ledger.types import PastLetter, digest_of_address
from notices.letter.check import Checked, Request, build_letter_id
from notices.letter.holds import check_holds, check_returned, read_holds
from notices.letter.options import LetterOptions
from notices.letter.resources import Resources
from notices.letter.stages import Planned
from notices.letter.workspace import Workspace
from notices.pack.types import Pack
from notices.plan.holds import NO_BOOK, HoldsBook
from notices.plan.ladder import VOID, Held, Past, held_finding


class Planner:
    """Plans one record after another; one per worker."""

    def __init__(
        self, workspace: Workspace, frozen: Frozen, resources: Resources, today: date
    ) -> None:
        self._days = sorted({frozen.issue_date, today})  # a hold added since the run began binds
        self._workspace = workspace
        self._frozen = frozen
        self._resources = resources
        self._book = read_holds(workspace)
        self._past: dict[tuple[str, str], tuple[PastLetter, ...]] = {}  # by creditor and case
        self._returned: dict[str, tuple[PastLetter, ...]] = {}  # by address digest
        self._sent: dict[str, tuple[PastLetter, ...]] = {}  # by address digest

    @cached_property
    def ledger(self) -> Ledger | None:
        """The workspace's ledger; drafts look into one that is there and make none."""
        url = self._workspace.ledger_url
        if not url or not (self._frozen.live or is_there(url)):
            return None
        return Ledger(url)

    def close(self) -> None:
        if "ledger" in self.__dict__ and self.ledger is not None:
            self.ledger.close()

    def look_back(self, records: Sequence[Record], request: Request) -> None:
        """Ask the ledger about many records at once: they are the ones to be planned next."""
        self._past, self._returned, self._sent = {}, {}, {}
        if self.ledger is None:
            return
        cases: dict[str, list[str]] = {}
        for record in records:
            creditor = _creditor(self._sender(record, request))
            cases.setdefault(creditor, []).append(_text(record, "id"))
        for creditor, ids in cases.items():
            found = self._ask(self.ledger, dict.fromkeys(filter(None, ids)), creditor)
            self._past.update({(creditor, case_id): found.get(case_id, ()) for case_id in ids})
        digests = {digest_of_address(lines) for record in records for lines in _addresses(record)}
        sent = self.ledger.sent_to(sorted(digests))
        self._sent = {digest: sent.get(digest, ()) for digest in digests}
        returned = self.ledger.returned_from(sorted(digests))
        self._returned = {digest: returned.get(digest, ()) for digest in digests}

    def plan_unheld(self, given: Record, request: Request) -> Planned | None:
        """What the record would get today if it were not on hold; None where that can't be known.

        Raises as `plan` does.
        """
        bare = without_holds(given)
        plan = self.plan(bare, request, NO_BOOK)
        data = plan.given.data
        if given.grouped and not data.get("debts"):
            return None
        if plan.held and not (request.options.kind or _text(bare, "kind")):
            return None
        return replace(plan, held=False, findings=())

    def plan(self, given: Record, request: Request, book: HoldsBook | None = None) -> Planned:
        """What the record gets today, on the run's own posting day; `book` in the place of the
        workspace's holds.

        Raises LedgerError, PackError, WorkspaceError, FileError.
        """
        book = self._book if book is None else book
        if given.faults:
            return Planned(given, given, request, findings=given.notes)
        debts = without_held(given, self._days)
        given, left_out = without_not_due(debts.record, request.issue_date)
        given = replace(given, notes=(*given.notes, *debts.notes, *left_out))
        stops = list(given.stops)
        if given.grouped and not given.data.get("debts"):
            if debts.holds:
                found = (*given.notes, *debts.holds)
                return Planned(given, given, request, held=True, findings=found)
            stops.append(Finding("nothing-due" if left_out else "nothing-owed", "note"))
        if stops:
            found = (*given.notes, *(_placed(stop, given) for stop in stops))
            return Planned(given, given, request, held=True, findings=found)
        posting_day = self._frozen.dispatch_by.isoformat()
        record = replace(given, data={**given.data, "dispatch_by": posting_day})
        plan = Planned(given, record, request, findings=given.notes)
        case_id = _text(record, "id")
        for day in self._days:
            found = check_holds(case_id, record, self._workspace, day, book)
            if errors_in(found):
                return replace(plan, held=True, findings=(*given.notes, *found))
        plan = replace(plan, findings=(*given.notes, *found))
        if elsewhere := self._written_elsewhere(record, request):
            return replace(plan, held=True, findings=(*plan.findings, *elsewhere))
        pack = self._resources.pack(_text(record, "pack") or self._workspace.defaults.pack)
        if pack is None:
            return replace(plan, findings=given.notes)  # the check tells
        letters = self._letters(case_id, _creditor(self._sender(record, request)))
        return self._on_ladder(plan, pack, letters, book)

    def _on_ladder(
        self, plan: Planned, pack: Pack, letters: tuple[PastLetter, ...], book: HoldsBook
    ) -> Planned:
        """The letter that the case comes to after its earlier ones."""
        record, request = plan.record, plan.request
        past = [_past(p) for p in letters if p.run_id not in self._frozen.repeats]
        chosen = plan_record(
            record,
            pack,
            past,
            self._frozen.issue_date,
            sender_role=str(self._sender(record, request).data.get("role") or ""),
            book=book,
            options=request.options,
        )
        if isinstance(chosen, Held):
            why = _placed(held_finding(chosen), record)
            return replace(plan, held=True, findings=(*plan.findings, why))
        attempt = 1
        if chosen is not None:
            record = planned(record, chosen, pack)
            options = replace(request.options, kind=chosen.kind, level=chosen.level)
            request = replace(request, options=options)
            attempt = chosen.attempt
        attempt = max(attempt, self._next_attempt(request.options, record, letters))
        request = replace(request, attempt=attempt)
        issued = {letter.letter_id: letter for letter in letters}
        return replace(plan, record=record, request=request, issued=issued)

    def check_address(self, checked: Checked) -> tuple[Finding, ...]:
        """Whether an earlier letter came back from where this one would go."""
        if checked.case is None or self.ledger is None:
            return ()
        digest = digest_of_address(checked.case.recipient.address)
        known = self._returned if digest in self._returned else self.ledger.returned_from((digest,))
        return check_returned(checked.case, known)

    def check_day(self, checked: Checked, plan: Planned) -> tuple[Finding, ...]:
        """Whether the letter stands in the ledger as one of another day: nothing is sent twice."""
        past = plan.issued.get(checked.letter_id)
        if not self._frozen.live or past is None or past.issue_date == self._frozen.issue_date:
            return ()
        params = {"letter": past.letter_id, "date": past.issue_date.isoformat()}
        return (_placed(Finding("letter-issued-before", "note", params=params), checked.record),)

    def _written_elsewhere(self, record: Record, request: Request) -> tuple[Finding, ...]:
        """Whether a debt of the record was written about, to the same address, as another case."""
        numbers = set(map(fold, debt_numbers(record.data)))
        if self.ledger is None or not numbers:
            return ()
        creditor, case_id = _creditor(self._sender(record, request)), _text(record, "id")
        besides = {self._frozen.run_id, *self._frozen.repeats} - {""}
        for lines in _addresses(record):
            digest = digest_of_address(lines)
            sent = self._sent if digest in self._sent else self.ledger.sent_to((digest,))
            for past in sent.get(digest, ()):
                other = past.creditor_id == creditor and past.case_id != case_id
                if not other or past.run_id in besides or past.state in VOID:
                    continue
                letter = self.ledger.letter(past.letter_id)
                if letter and numbers & set(map(fold, debt_numbers(letter.record))):
                    params = {"others": past.letter_id}
                    return (_placed(Finding("looks-already-written", params=params), record),)
        return ()

    def _next_attempt(
        self, options: LetterOptions, record: Record, letters: tuple[PastLetter, ...]
    ) -> int:
        """The attempt after the one that an earlier run made, where this run repeats it; else 1."""
        if not self._frozen.repeats:
            return 1
        kind = options.kind or _text(record, "kind")
        level = str(options.level or _text(record, "level"))
        cycle = _text(record, "cycle") or "1"
        same = [p for p in letters if p.kind == kind and str(p.cycle) == cycle]
        same = [p for p in same if level in ("", str(p.level))]
        return 1 + max((p.attempt for p in same), default=len(self._frozen.repeats))

    def _letters(self, case_id: str, creditor: str) -> tuple[PastLetter, ...]:
        if self.ledger is None or not case_id:
            return ()
        known = self._past.get((creditor, case_id))
        if known is None:
            known = self._ask(self.ledger, (case_id,), creditor).get(case_id, ())
        return known

    def _ask(
        self, ledger: Ledger, ids: Iterable[str], creditor: str
    ) -> dict[str, tuple[PastLetter, ...]]:
        run_id = self._frozen.run_id
        return ledger.past_letters(ids, creditor_id=creditor, besides_run=run_id)

    def _sender(self, record: Record, request: Request) -> Record:
        """The profile, as far as it can be found; what is wrong with it the check tells."""
        name = request.options.sender or _text(record, "sender") or self._workspace.defaults.sender
        if not name:
            return Record({})
        try:
            return self._resources.sender(name, from_door=bool(request.options.sender))
        except NoticesError:
            return Record({})


def replaced(checked: Checked, number: int, plan: Planned) -> str:
    """The letter whose place this one takes: the last attempt before it to the same party, which
    is the record's `number`th; "" for none."""
    if checked.case is None:
        return ""
    attempts = range(plan.request.attempt - 1, 0, -1)
    earlier = (build_letter_id(checked.case, number, attempt) for attempt in attempts)
    return next((letter_id for letter_id in earlier if letter_id in plan.issued), "")


def _past(letter: PastLetter) -> Past:
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


def _placed(finding: Finding, record: Record) -> Finding:
    return finding if finding.file else replace(finding, file=record.file, line=record.line())


def _creditor(sender: Record) -> str:
    """The id under which the ledger has a profile's letters."""
    return str(sender.data.get("id") or "") or (Path(sender.file).stem if sender.file else "")


def _addresses(record: Record) -> Iterator[tuple[str, ...]]:
    """The addresses that stand in a record as lines of text."""
    for path in party_paths(record.data):
        lines = value_at(record.data, (*path, "address"))
        if isinstance(lines, list) and lines and all(isinstance(line, str) for line in lines):
            yield tuple(lines)


def _text(record: Record, name: str) -> str:
    value = record.data.get(name)
    return value.strip() if isinstance(value, str) else ""
