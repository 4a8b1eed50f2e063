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
from itertools import product
from pathlib import Path

from notices.batch.case_keys import address_digests
from notices.batch.first_asked import check_statement, part_debts, subject_of
from notices.batch.held_debts import without_held, without_holds
from notices.batch.history import (
    History,
    Letter,
    check_agreement,
    debt_number,
    named_in,
    past_of,
    read_history,
    stated_past,
    without_history,
)
from notices.batch.isolation import fold
from notices.batch.next_letter import early_facts, plan_record, planned
from notices.batch.not_due import without_not_due
from notices.batch.settings import Frozen
from notices.batch.split_contracts import contract_ids, split_contracts, wants_own_letters
from notices.batch.split_levels import case_ids, split_levels
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
from notices.pack.types import Pack, Rung
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
            pack = self._pack(record)
            apart = pack is not None and any(refusal.per_debt for refusal in pack.refusals)
            ids = [*case_ids(record), *(contract_ids(record) if apart else ())]
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
        given, holds, is_early = self._due(given, request)
        stops = list(given.stops)
        if given.grouped and not given.data.get("debts"):
            if holds:
                return Planned(given, given, request, held=True, findings=(*given.notes, *holds))
            stops.append(Finding("nothing-due" if is_early else "nothing-owed", "note"))
        if stops:
            found = (*given.notes, *(_placed(stop, given) for stop in stops))
            return Planned(given, given, request, held=True, findings=found)
        posting_day = self._frozen.dispatch_by.isoformat()
        record = replace(given, data={**given.data, "dispatch_by": posting_day})
        plan = Planned(given, record, request, findings=given.notes)
        case_id = _text(record, "id")
        own_ids = (record.part_of, case_id) if record.part_of else (case_id,)
        for day, own_id in product(self._days, own_ids):
            found = check_holds(own_id, record, self._workspace, day, book)
            if errors_in(found):
                return replace(plan, held=True, findings=(*given.notes, *found))
        plan = replace(plan, findings=(*given.notes, *found))
        if elsewhere := self._written_elsewhere(record, request):
            return replace(plan, held=True, findings=(*plan.findings, *elsewhere))
        pack = self._pack(record)
        if pack is None:
            return replace(plan, findings=given.notes)  # the check tells
        letters = self._of_case(record, _creditor(self._sender(record, request)))
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
        history, past = self._history(record, pack, rungs, letters, imported)
        record = without_history(record)
        notes = (*plan.findings, *check_agreement(history, record, pack, rungs))
        chosen = plan_record(
            subject_of(record, history),
            pack,
            history.past if history.of_debts else past,
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

    def _history(
        self,
        record: Record,
        pack: Pack,
        rungs: Sequence[Rung],
        letters: Sequence[PastLetter],
        imported: Sequence[ImportedLetter],
    ) -> tuple[History, list[Past]]:
        """What is known of each debt, and the case's letters: the ledger's own, and those that were
        imported into it."""
        case_id, today = _text(record, "id"), self._frozen.issue_date
        own = [p for p in letters if p.run_id not in self._frozen.repeats]
        known = [Letter(past_of(p), True, p.case_id == case_id) for p in own]
        past = [letter.past for letter in known]
        known += [Letter(stated_past(i, past), False, i.case_id == case_id) for i in imported]
        history = read_history(record, pack, rungs, known, self._numbers(imported), today)
        return history, [letter.past for letter in known]

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
        """As `plan`; several letters where the pack wants one for each debt, two where the mapping
        splits a case by how far its letters came."""
        return tuple(self.plan(part, request) for part in self._parts(given, request))

    def _parts(self, given: Record, request: Request) -> tuple[Record, ...]:
        pack = self._pack(given)
        if not given.grouped or given.faults or given.stops or pack is None:
            return (given,)
        sender = self._sender(given, request)
        role = str(sender.data.get("role") or "")
        days = {"issue_date": request.issue_date, "as_of": request.issue_date}
        days["dispatch_by"] = self._frozen.dispatch_by
        kind = request.options.kind or _text(given, "kind")
        if refusal := wants_own_letters(given, pack, role, kind, days):
            left, _, _ = self._due(given, request)
            return split_contracts(given, left, refusal) if left.data.get("debts") else (given,)
        if not given.splits_levels or pack.ladder is None:
            return (given,)
        rungs = open_rungs(pack.ladder, early_facts(given, pack, role), pack.conditions)
        letters, imported = self._of_case(given, _creditor(sender))
        history, _ = self._history(given, pack, rungs, letters, imported)
        return split_levels(given, history, pack, rungs)

    def _due(self, given: Record, request: Request) -> tuple[Record, tuple[Finding, ...], bool]:
        """The case without the debts that are on hold or not due, the findings of those holds, and
        whether a debt was not due."""
        debts = without_held(given, self._days)
        left, early = without_not_due(debts.record, request.issue_date)
        notes = (*given.notes, *debts.notes, *early)
        return replace(left, notes=notes), debts.holds, bool(early)

    def _of_case(
        self, record: Record, creditor: str
    ) -> tuple[tuple[PastLetter, ...], tuple[ImportedLetter, ...]]:
        """The letters of a case; of one that is split, those under its other id as well, as far as
        they name its debt where each has a letter of its own."""
        ids = case_ids(record)
        letters = [letter for name in ids for letter in self._letters(name, creditor)]
        imported = [one for name in ids for one in self._stated(name, creditor)]
        if record.part_of and not record.splits_levels:
            numbers = {debt_number(debt) for debt in record.data.get("debts") or ()}
            named = self._numbers(imported)

            def is_about(case_id: str, letter: str) -> bool:
                return (
                    case_id == ids[0] or not (said := named(letter)) or bool(numbers & said.keys())
                )

            letters = [one for one in letters if is_about(one.case_id, one.letter_id)]
            imported = [one for one in imported if is_about(one.case_id, one.id)]
        return tuple(letters), tuple(imported)

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
        creditor, own_ids = _creditor(self._sender(record, request)), case_ids(record)
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

    def _pack(self, record: Record) -> Pack | None:
        return self._resources.pack(_text(record, "pack") or self._workspace.defaults.pack)

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


def _placed(finding: Finding, record: Record) -> Finding:
    return finding if finding.file else replace(finding, file=record.file, line=record.line())


def _creditor(sender: Record) -> str:
    """The id under which the ledger has a profile's letters."""
    return str(sender.data.get("id") or "") or (Path(sender.file).stem if sender.file else "")


def _text(record: Record, name: str) -> str:
    value = record.data.get(name)
    return value.strip() if isinstance(value, str) else ""
