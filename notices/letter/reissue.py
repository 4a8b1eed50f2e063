"""A letter once more: new dates, the next attempt, linked to the one whose place it takes.

Asked for again, a reissue that stands in the ledger is finished, not repeated: a run that ended
between the ledger and the file is mended by running it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from notices.case.record import Record
from notices.finding import Finding
from notices.ledger.rows import REASON_MOST
from notices.ledger.store import Ledger
from notices.ledger.types import IssuedLetter, State, replacement_note, waits
from notices.letter.check import Checked, Request, build_letter_id, check_record
from notices.letter.holds import check_address
from notices.letter.resources import Resources
from notices.letter.workspace import find_sender
from notices.plan.ladder import VOID
from notices.tables.list_words import in_chinese

TAKES_OUT, STILL_OUT = "replaces-unprinted", "reissue-still-counts"
# What belongs to the letter before; as_of and pay_by are worked out anew.
_OLD = ("issue_date", "as_of", "dispatch_by", "pay_by", "stated_total")


@dataclass(frozen=True)
class Reissue:
    """A reissue as far as it got: `checked` is None, or has error findings, where there is none."""

    replaces: str
    reason: str
    attempt: int
    request: Request
    checked: Checked | None
    findings: tuple[Finding, ...] = ()


def check_reissue(
    letter_id: str,
    reason: str,
    ledger: Ledger,
    resources: Resources,
    request: Request,
    records: Sequence[Record] = (),
) -> Reissue:
    """The letter that takes the place of `letter_id`, checked up to its Document.

    `records` hold the case as it stands now; without any, the ledger's own record is used, its
    dates made new. Raises LedgerError, and what `check_record` raises.
    """
    nothing = Reissue(letter_id, reason, 0, request, None)
    stored = ledger.letter(letter_id)
    if stored is None:
        params = {"letter": letter_id[:120]}
        return replace(nothing, findings=(Finding("reissue-unknown", params=params),))
    if not reason.strip():
        return replace(nothing, findings=(Finding("reissue-no-reason"),))
    record = next((one for one in records if one.data.get("id") == stored.case_id), None)
    if records and record is None:
        faults = tuple(fault for one in records for fault in one.faults)
        return replace(nothing, findings=faults or (_other_case(stored, records[0]),))
    begun = _begun(stored, ledger)
    if begun and begun.reason != reason.strip()[:REASON_MOST]:
        return replace(nothing, attempt=begun.attempt, findings=(_done_before(stored, begun),))
    request = replace(
        request,
        attempt=begun.attempt if begun else _next_attempt(stored, ledger),
        issue_date=begun.issue_date if begun else request.issue_date or request.today,
    )
    asked = _record(stored, begun, record, resources)
    checks = check_record(asked, resources, request)
    checked = _same_party(stored, checks)
    if checked is None:
        found = tuple(f for one in checks for f in one.findings) or (_other_case(stored, asked),)
        return replace(nothing, attempt=request.attempt, request=request, findings=found)
    findings = (*checked.findings, *_remarks(stored, begun, record, ledger))
    if checked.case is not None and not begun:
        findings = (*findings, *check_address(checked.case, ledger))
    checked = replace(checked, findings=findings)
    return Reissue(letter_id, reason.strip(), request.attempt, request, checked, findings)


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
    return 1 + max(one.attempt for one in letters if one.notice_key == stored.notice_key)


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


def _same_party(stored: IssuedLetter, checks: tuple[Checked, ...]) -> Checked | None:
    """The letter to the party that the old one addressed: its place in the record tells."""
    for number, checked in enumerate(checks):
        case = checked.case
        if case and build_letter_id(case, number, stored.attempt) == stored.letter_id:
            return checked
    return None


def _other_case(stored: IssuedLetter, record: Record) -> Finding:
    params = {"letter": stored.letter_id}
    return Finding("reissue-other-case", "error", record.file, record.line("id"), "id", params)


def check_replaced(stored: IssuedLetter, ledger: Ledger) -> tuple[Finding, ...]:
    """What became of the letter whose place `stored` takes: told, or both may arrive."""
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
        told = {"state": state, "state_zh": in_chinese(state, "states")}
        params = {"letter": stored.letter_id, **told}
        rule = TAKES_OUT if waits(stored, state) else STILL_OUT
        found.append(Finding(rule, "warning", params=params))
    if record is None and not begun:
        params = {"date": stored.issue_date.isoformat()}
        found.append(Finding("reissue-old-record", "note", params=params))
    return tuple(found)
