"""A letter once more: new dates, the next attempt, linked to the one whose place it takes.

Asked for again, a reissue that stands in the ledger is finished, not repeated: a run that ended
between the ledger and the file is mended by running it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from notices.case.record import Record
from notices.finding import Finding, errors_in
from notices.ledger.rows import REASON_MOST
from notices.ledger.store import Ledger
from notices.ledger.types import IssuedLetter, State, replacement_note, waits
from notices.letter.check import Checked, Request, build_letter_id
from notices.letter.holds import check_address
from notices.letter.resources import Resources
from notices.letter.stages import LetterIssuer, LetterResult, Planned
from notices.letter.workspace import find_sender
from notices.plan.ladder import VOID
from notices.tables.list_words import in_chinese

TAKES_OUT, STILL_OUT = "replaces-unprinted", "reissue-still-counts"
# What belongs to the letter before; as_of and pay_by are worked out anew.
_OLD = ("issue_date", "as_of", "dispatch_by", "pay_by", "stated_total")


def check_reissue(
    issuer: LetterIssuer,
    letter_id: str,
    reason: str,
    request: Request,
    records: Sequence[Record] = (),
) -> LetterResult:
    """The letter that takes the place of `letter_id`, checked up to its Document.

    `records` hold the case as it stands now; without any, the ledger's own record is used, its
    dates made new. Raises LedgerError, and what `LetterIssuer.check` raises.
    """
    ledger, resources = issuer.gate.ledger, issuer.maker.resources
    nothing = Record({}, letter_id)
    plan = Planned(nothing, nothing, request, replaces=letter_id, reason=reason.strip())
    stored = ledger.letter(letter_id)
    if stored is None:
        return _refused(plan, Finding("reissue-unknown", params={"letter": letter_id[:120]}))
    if not plan.reason:
        return _refused(plan, Finding("reissue-no-reason"))
    record = next((r for r in records if r.data.get("id") == stored.case_id), None)
    if records and record is None:
        faults = tuple(fault for r in records for fault in r.faults)
        return _refused(plan, *(faults or (_other_case(stored, records[0]),)))
    begun = _begun(stored, ledger)
    if begun and begun.reason != plan.reason[:REASON_MOST]:
        return _refused(plan, _done_before(stored, begun))
    request = Request(
        request.today,
        replace(request.options, issue_date=begun.issue_date if begun else request.issue_date),
        attempt=begun.attempt if begun else _next_attempt(stored, ledger),
    )
    whole = _record(stored, begun, record, resources)
    results = tuple(issuer.check(replace(plan, given=whole, record=whole, request=request)))
    result = _same_party(stored, results)
    if result is None:
        found = tuple(finding for other in results for finding in other.findings)
        other = () if errors_in(found) else (_other_case(stored, whole),)
        return _refused(results[0].plan, *found, *other)
    findings = _remarks(stored, begun, record, ledger)
    if result.checked.case is not None and not begun:
        findings = (*findings, *check_address(result.checked.case, ledger))
    return result.add("rejected" if errors_in(findings) else result.state, findings)


def _refused(plan: Planned, *findings: Finding) -> LetterResult:
    return LetterResult("rejected", plan, Checked(plan.record, ()), findings=findings)


def _begun(stored: IssuedLetter, ledger: Ledger) -> IssuedLetter | None:
    """The reissue that stands in the ledger already."""
    known = ledger.replaced_by(stored.letter_id)
    return ledger.letter(known[-1]) if known else None


def _done_before(stored: IssuedLetter, begun: IssuedLetter) -> Finding:
    """What another reason asks for is another letter, and there is one in this one's place."""
    day = begun.issue_date.isoformat()
    params = {"letter": stored.letter_id, "new": begun.letter_id, "date": day}
    return Finding("reissue-known", params=params | {"reason": begun.reason})


def _next_attempt(stored: IssuedLetter, ledger: Ledger) -> int:
    letters = ledger.letters_of(stored.case_id)
    return 1 + max(past.attempt for past in letters if past.notice_key == stored.notice_key)


def _record(
    stored: IssuedLetter, begun: IssuedLetter | None, record: Record | None, resources: Resources
) -> Record:
    """The record to write from: the notice is the old letter's, whatever the record says."""
    if record is None and begun:
        record = Record(begun.record, file=begun.letter_id)  # with the dates it was given
    elif record is None:
        data: dict[str, Any] = {k: v for k, v in stored.record.items() if k not in _OLD}
        record = Record(data, file=stored.letter_id)
    same: Mapping[str, Any] = {
        "pack": stored.pack_id,
        "kind": stored.kind,
        "level": str(stored.level),
        "cycle": str(stored.cycle),
    }
    data = {"languages": list(stored.languages), **record.data, **same}
    if not data.get("sender") and find_sender(resources.workspace, stored.creditor_id):
        data["sender"] = stored.creditor_id
    return replace(record, data=data)


def _same_party(stored: IssuedLetter, results: Sequence[LetterResult]) -> LetterResult | None:
    """The letter to the party that the old one addressed: its place in the record tells."""
    for result in results:
        case = result.checked.case
        if case and build_letter_id(case, result.number, stored.attempt) == stored.letter_id:
            return result
    return None


def _other_case(stored: IssuedLetter, record: Record) -> Finding:
    params = {"letter": stored.letter_id}
    return Finding("reissue-other-case", "error", record.file, record.line("id"), "id", params)


def check_replaced(stored: IssuedLetter, ledger: Ledger) -> tuple[Finding, ...]:
    """What became of the letter whose place `stored` takes: reported, or both may arrive."""
    last = _last(ledger, stored.replaces) if stored.replaces else None
    if last is None:
        return ()
    params = {"letter": stored.replaces, "state": last.state}
    if last.note == replacement_note(stored.letter_id):
        return (Finding(TAKES_OUT, "warning", params=params),)
    if last.state in VOID:
        return ()
    return (Finding(STILL_OUT, "warning", params=params),)


def _last(ledger: Ledger, letter_id: str) -> State | None:
    return next(reversed(ledger.states_of(letter_id)), None)


def _remarks(
    stored: IssuedLetter, begun: IssuedLetter | None, record: Record | None, ledger: Ledger
) -> tuple[Finding, ...]:
    found: list[Finding] = []
    last = _last(ledger, stored.letter_id)
    state = last.state if last else "issued"
    if state not in VOID and not begun:
        params = {"letter": stored.letter_id, "state": state}
        params["state_zh"] = in_chinese(state, "states")
        rule = TAKES_OUT if waits(stored, state) else STILL_OUT
        found.append(Finding(rule, "warning", params=params))
    if record is None and not begun:
        params = {"date": stored.issue_date.isoformat()}
        found.append(Finding("reissue-old-record", "note", params=params))
    return tuple(found)
