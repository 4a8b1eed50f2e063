"""Which letter a record of a run gets: holds first, then the ladder and what was issued before.

The plan never looks at what this run itself has issued, so a resumed run plans as it did; a run
that repeats an earlier one does not look at that one's letters either, and makes their next
attempt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from notices.batch.case_keys import address_digests
from notices.batch.first_asked import check_statement, part_debts
from notices.batch.held_debts import without_held, without_holds
from notices.batch.history import (
    History,
    Letter,
    check_agreement,
    named_in,
    read_history,
    without_history,
)
from notices.batch.isolation import fold
from notices.batch.next_letter import early_facts, plan_record, planned
from notices.batch.not_due import without_not_due
from notices.batch.settings import Frozen
from notices.batch.split_levels import other_id, split_levels
from notices.batch.written_elsewhere import WrittenElsewhere
from notices.case.record import Record
from notices.errors import NoticesError
from notices.finding import Finding, errors_in
from notices.ledger.database import is_there
from notices.ledger.store import Ledger
from notices.ledger.types import ImportedLetter, PastLetter, digest_of_address
from notices.letter.check import Checked, Request, build_letter_id
from notices.letter.holds import check_holds, check_returned, read_holds
from notices.letter.options import LetterOptions
from notices.letter.resources import Resources
from notices.letter.stages import Planned
from notices.letter.workspace import Workspace
from notices.pack.types import Pack
from notices.plan.holds import NO_BOOK, HoldsBook
from notices.plan.ladder import Held, Past, held_finding, open_rungs


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
        self._imported: dict[tuple[str, str], tuple[ImportedLetter, ...]] = {}
        self._returned: dict[str, tuple[PastLetter, ...]] = {}  # by address digest

    @cached_property
    def ledger(self) -> Ledger | None:
        """The workspace's ledger; drafts look into one that is there and make none."""
        url = self._workspace.ledger_url
        if not url or not (self._frozen.live or is_there(url)):
            return None
        return Ledger(url)

    @cached_property
    def _elsewhere(self) -> WrittenElsewhere | None:
        return None if self.ledger is None else WrittenElsewhere(self.ledger)

    def close(self) -> None:
        if "ledger" in self.__dict__ and self.ledger is not None:
            self.ledger.close()

    def look_back(self, records: Sequence[Record], request: Request) -> None:
        """Ask the ledger about many records at once: they are the ones to be planned next."""
        self._past, self._imported, self._returned = {}, {}, {}
        if self.ledger is None or self._elsewhere is None:
            return
        cases: dict[str, list[str]] = {}
        for record in records:
            creditor = _creditor(self._sender(record, request))
            ids = [_text(record, "id")]
            ids += [other_id(ids[0])] if record.splits_levels else []
            cases.setdefault(creditor, []).extend(ids)
        for creditor, ids in cases.items():
            found = self._ask(self.ledger, dict.fromkeys(filter(None, ids)), creditor)
            self._past.update({(creditor, case_id): found.get(case_id, ()) for case_id in ids})
            stated = self.ledger.imported_letters(filter(None, ids), creditor_id=creditor)
            self._imported.update({(creditor, name): stated.get(name, ()) for name in ids})
        self._elsewhere.look_back(records)
        digests = {digest for record in records for digest in address_digests(record.data)}
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
        plan = self._plan(given, request, self._book if book is None else book)
        return replace(plan, given=without_history(plan.given), record=without_history(plan.record))

    def _plan(self, given: Record, request: Request, book: HoldsBook) -> Planned:
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
        creditor = _creditor(self._sender(record, request))
        letters = self._of_case(case_id, creditor, splits=record.splits_levels)
        return self._on_ladder(plan, pack, book, *letters)

    def _on_ladder(
        self,
        plan: Planned,
        pack: Pack,
        book: HoldsBook,
        letters: tuple[PastLetter, ...],
        imported: tuple[ImportedLetter, ...],
    ) -> Planned:
        """The letter that the case comes to after its earlier ones."""
        record, request = plan.record, plan.request
        role = str(self._sender(record, request).data.get("role") or "")
        ladder, facts = pack.ladder, early_facts(record, pack, role)
        rungs = open_rungs(ladder, facts, pack.conditions) if ladder else ()
        past = self._earlier(_text(record, "id"), letters, imported)
        history = read_history(record, pack, rungs, past, self._numbers(imported))
        record = without_history(record)
        notes = (*plan.findings, *check_agreement(history, record, pack, rungs))
        chosen = plan_record(
            _subject(record, history),
            pack,
            history.past if history.of_debts else [letter.past for letter in past],
            self._frozen.issue_date,
            sender_role=role,
            book=book,
            options=request.options,
        )
        if isinstance(chosen, Held):
            why = _placed(held_finding(chosen), record)
            return replace(plan, held=True, findings=(*notes, why))
        attempt = 1
        if chosen is not None:
            parted = part_debts(record, chosen, history, pack, rungs)
            sender = self._sender(record, request).data
            asked = (record, chosen, history, parted.named, pack, rungs, sender)
            if unstated := tuple(check_statement(*asked)):
                return replace(plan, held=True, findings=(*notes, *unstated))
            notes = (*notes, *parted.notes)
            if len(parted.named) < len(history.of_debts):
                chosen = replace(chosen, previous=history.last_day(parted.named))
            record = planned(parted.record, chosen, pack)
            options = replace(request.options, kind=chosen.kind, level=chosen.level)
            request = replace(request, options=options)
            attempt = chosen.attempt
        attempt = max(attempt, self._next_attempt(request.options, record, letters))
        request = replace(request, attempt=attempt)
        issued = {letter.letter_id: letter for letter in letters}
        return replace(plan, record=record, request=request, findings=notes, issued=issued)

    def _earlier(
        self,
        case_id: str,
        letters: Sequence[PastLetter],
        imported: Sequence[ImportedLetter],
    ) -> list[Letter]:
        """A case's letters, the ledger's own and those that were imported into it."""
        own = [p for p in letters if p.run_id not in self._frozen.repeats]
        known = [Letter(_past(p), True, p.case_id == case_id) for p in own]
        past = [letter.past for letter in known]
        return known + [
            Letter(_stated_past(i, past), False, i.case_id == case_id) for i in imported
        ]

    def _numbers(self, imported: Sequence[ImportedLetter]) -> Callable[[str], Mapping[str, bool]]:
        """Which debts a letter named, by its id."""
        stated = {one.id: dict.fromkeys(map(fold, one.debts), False) for one in imported}

        def numbers_of(letter_id: str) -> Mapping[str, bool]:
            if letter_id in stated:
                return stated[letter_id]
            letter = self.ledger.letter(letter_id) if self.ledger and letter_id else None
            return named_in(letter.record) if letter else {}

        return cache(numbers_of)  # asked for each debt of a case

    def plans(self, given: Record, request: Request) -> tuple[Planned, ...]:
        """As `plan`; two letters where the mapping splits a case by how far its letters came."""
        return tuple(self.plan(part, request) for part in self._parts(given, request))

    def _parts(self, given: Record, request: Request) -> tuple[Record, ...]:
        pack = self._resources.pack(_text(given, "pack") or self._workspace.defaults.pack)
        if not given.splits_levels or given.faults or pack is None or pack.ladder is None:
            return (given,)
        sender = self._sender(given, request)
        facts = early_facts(given, pack, str(sender.data.get("role") or ""))
        rungs = open_rungs(pack.ladder, facts, pack.conditions)
        case_id, creditor = _text(given, "id"), _creditor(sender)
        letters, imported = self._of_case(case_id, creditor, splits=True)
        past = self._earlier(case_id, letters, imported)
        history = read_history(given, pack, rungs, past, self._numbers(imported))
        return split_levels(given, history, pack, rungs)

    def _of_case(
        self, case_id: str, creditor: str, *, splits: bool
    ) -> tuple[tuple[PastLetter, ...], tuple[ImportedLetter, ...]]:
        """The letters of a case; of one that is split, those under its other id as well."""
        ids = (case_id, other_id(case_id)) if splits else (case_id,)
        letters = tuple(letter for name in ids for letter in self._letters(name, creditor))
        return letters, tuple(one for name in ids for one in self._stated(name, creditor))

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
        """Whether a debt of the record was written about as another case."""
        if self._elsewhere is None:
            return ()
        creditor, case_id = _creditor(self._sender(record, request)), _text(record, "id")
        own_ids = (case_id, other_id(case_id)) if record.splits_levels else (case_id,)
        own_runs = {self._frozen.run_id, *self._frozen.repeats} - {""}
        return self._elsewhere.check(record, creditor, own_ids, own_runs)

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

    def _stated(self, case_id: str, creditor: str) -> tuple[ImportedLetter, ...]:
        """What was imported of another system's letters."""
        if self.ledger is None or not case_id:
            return ()
        if (known := self._imported.get((creditor, case_id))) is None:
            asked = self.ledger.imported_letters((case_id,), creditor_id=creditor)
            known = asked.get(case_id, ())
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


def _subject(record: Record, history: History) -> Record:
    """The record as the ladder looks at it: debts that no letter named begin no later rung, and no
    earlier cycle is gone on with where all that it was about is gone."""
    data, named = dict(record.data), history.named
    if record.grouped and named and len(named) < len(history.of_debts):
        data["debts"] = [data["debts"][i] for i in named]
    if history.cycle > 1 and not _text(record, "cycle"):
        data["cycle"] = str(history.cycle)
    return replace(record, data=data)


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


def _stated_past(letter: ImportedLetter, own: Sequence[Past]) -> Past:
    """An imported letter, in the cycle that the ledger's own letters were in then."""
    cycle = max((past.cycle for past in own if past.issue_date <= letter.issue_date), default=1)
    days = (letter.issue_date, letter.pay_by)
    return Past(letter.kind, letter.level, cycle, *days, "imported", letter_id=letter.id)


def _placed(finding: Finding, record: Record) -> Finding:
    return finding if finding.file else replace(finding, file=record.file, line=record.line())


def _creditor(sender: Record) -> str:
    """The id under which the ledger has a profile's letters."""
    return str(sender.data.get("id") or "") or (Path(sender.file).stem if sender.file else "")


def _text(record: Record, name: str) -> str:
    value = record.data.get(name)
    return value.strip() if isinstance(value, str) else ""
