"""Letters taken out before they are posted: paid, held, or named by a fresh list."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from notices.finding import Finding, Severity, errors_in
from notices.ledger.types import State
from notices.letter.holds import read_holds
from notices.letter.workspace import Workspace
from notices.plan.holds import check_case_holds, reason_of
from notices.post.types import Proven, RunFolder, Withdrawal
from notices.post.withdrawal_list import Line
from notices.tables.list_words import in_chinese

if TYPE_CHECKING:
    from notices.ledger.store import Ledger

NOT_POSTED = ("issued", "proven", "printed")  # states of letters that the post does not have
PAID = "paid"  # the reason that settles letters, whatever their state


@dataclass(frozen=True)
class Recorded:
    """What came of a list in the ledger, in letters; nothing was entered where findings has an
    error about the whole list."""

    settled: int = 0
    withdrawn: int = 0
    known: int = 0  # stood there so already
    findings: tuple[Finding, ...] = ()


def match_withdrawals(
    lines: tuple[Line, ...], letters: tuple[Proven, ...], file: str
) -> tuple[tuple[Withdrawal, ...], tuple[Finding, ...]]:
    """The letters meant, in the run's order; ids that the run does not have are reported."""
    by_name: dict[str, list[Proven]] = {}
    for letter in letters:
        for name in {letter.letter_id, letter.case_id}:
            by_name.setdefault(name, []).append(letter)
    reasons: dict[str, str] = {}
    findings: list[Finding] = []
    for line in lines:
        meant = by_name.get(line.name, [])
        if not meant:
            params = {"id": line.shown}
            findings.append(Finding("withdraw-unknown", "warning", file, line.number, "", params))
        for letter in meant:
            reasons.setdefault(letter.letter_id, line.reason)
    taken = tuple(
        Withdrawal(letter, reasons[letter.letter_id])
        for letter in letters
        if letter.letter_id in reasons
    )
    return taken, tuple(findings)


def held_letters(
    run: RunFolder,
    workspace: Workspace,
    today: date,
    asked: Container[str] | None = None,
    severity: Severity = "warning",
    rule: str = "print-held",
) -> tuple[tuple[Withdrawal, ...], tuple[Finding, ...]]:
    """Letters of cases that the workspace's holds file holds on this day, and a finding for each.

    `asked` are the letter ids meant, if not all; `rule` and `severity` are the finding's. Where the
    holds file itself has faults, they are errors, and nobody is sure to be free of holds.
    """
    book = read_holds(workspace)
    if errors_in(book.faults):
        return (), book.faults
    held: list[Withdrawal] = []
    findings = list(book.faults)
    for letter in run.letters:
        if asked is not None and letter.letter_id not in asked:
            continue
        for found in errors_in(check_case_holds(letter.case_id, {}, book, today))[:1]:
            reason = reason_of(found.rule)
            held.append(Withdrawal(letter, reason))
            params = {"letter": letter.letter_id, "rule": found.rule, "reason": reason}
            params["reason_zh"] = in_chinese(reason, "withdrawals")
            findings.append(Finding(rule, severity, found.file, found.line, "", params))
    return tuple(held), tuple(findings)


def withdraw_letters(ledger: Ledger, lines: Sequence[Line], file: str, now: str) -> Recorded:
    """Enter a list's letters as settled or withdrawn, all in one transaction at `now` (ISO 8601).

    The reason `paid` settles every letter of a case, or the one letter named. Any other reason
    takes out the letter named as long as it is not in the post; it never takes out a case. `file`
    is the list's name in findings. Raises LedgerError.
    """
    meant, findings = _letters_meant(ledger, lines, file)
    if errors_in(findings):
        return Recorded(findings=tuple(findings))
    known = 0
    too_late: list[Finding] = []

    def decide(ways: Mapping[str, tuple[State, ...]]) -> Sequence[State]:
        nonlocal known
        known = 0
        too_late.clear()
        states = []
        for letter_id, line in meant.items():
            last = ways[letter_id][-1].state if letter_id in ways else "issued"
            state = "settled" if line.reason == PAID else "withdrawn"
            if last == state or (state == "settled" and last == "withdrawn"):
                known += 1
            elif state == "withdrawn" and last not in NOT_POSTED:
                names = {"letter": letter_id, "state": last, "state_zh": in_chinese(last, "states")}
                place = (file, line.number, "")
                too_late.append(Finding("withdraw-too-late", "error", *place, names))
            else:
                states.append(State(letter_id, state, now, line.reason))
        return states

    entered = [state.state for state in ledger.step(meant, decide)]
    return Recorded(
        settled=entered.count("settled"),
        withdrawn=entered.count("withdrawn"),
        known=known,
        findings=(*findings, *too_late),
    )


def _letters_meant(
    ledger: Ledger, lines: Iterable[Line], file: str
) -> tuple[dict[str, Line], list[Finding]]:
    """The ids of the letters that a list names, each with its first line."""
    lines = tuple(lines)
    meant: dict[str, Line] = {}
    findings: list[Finding] = []
    cases = ledger.past_letters(line.name for line in lines)
    for line in lines:
        if line.name in cases and line.reason != PAID:
            findings.append(Finding("withdraw-case", "error", file, line.number))
        ids = [letter.letter_id for letter in cases.get(line.name, ())]
        if not ids and ledger.letter(line.name):
            ids = [line.name]
        if not ids:
            params = {"id": line.shown}
            findings.append(Finding("withdraw-unknown", "warning", file, line.number, "", params))
        for letter_id in ids:
            meant.setdefault(letter_id, line)
    return meant, findings
