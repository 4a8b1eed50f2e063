"""A carrier's orders for a printed run: one for each letter that may still go out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notices.case.by_language import form_in, forms_of
from notices.files import lock_run, naming, write_whole
from notices.finding import Finding, errors_in
from notices.letter.workspace import Workspace
from notices.post.ems import Addressee, build_orders, read_profile
from notices.post.print_files import check_day
from notices.post.print_ledger import sent_before
from notices.post.print_record import Printed, read_printed
from notices.post.print_run import open_run_ledger
from notices.post.runfolder import PRINT, read_run
from notices.post.types import Proven, RunFolder, Withdrawal
from notices.post.withdraw import held_letters

if TYPE_CHECKING:
    from notices.ledger.store import Ledger


@dataclass(frozen=True)
class Orders:
    """What came of it. `file` is the carrier's table; None where nothing is ordered."""

    run_id: str  # "" where the folder holds no run
    findings: tuple[Finding, ...]
    file: Path | None = None
    count: int = 0  # lines of the table
    left_out: Mapping[str, int] = field(default_factory=dict)  # printed letters, by reason
    stopped: bool = False  # by an error: a table of an earlier call stands as it was


def order_ems(
    folder: Path, workspace: Workspace, today: date, profile: str = "cn-ems", content: str = ""
) -> Orders:
    """Write the table of orders for the printed run in `folder`, for its owner's eyes only.

    What was withdrawn, paid or sent since, or is held on `today`, is left out; a table of an
    earlier call goes where nothing is left to order. `profile` names the carrier's table; `content`
    is declared instead of the profile's. Raises FileError, LedgerError, WorkspaceError.
    """
    table = read_profile(profile, (workspace.root / "ems",) if workspace.root else ())
    with lock_run(folder):
        run, found = read_run(folder)
        if run is None or errors_in(found):
            return Orders(run.run_id if run else "", found, stopped=True)
        printed = read_printed(folder)
        if printed is None or printed.manifest != run.digest:
            rule = "print-none" if printed is None else "print-run-changed"
            findings = (*found, Finding(rule, file=str(folder)))
            return Orders(run.run_id, findings, stopped=True)
        letters = _numbered(run, printed)
        with open_run_ledger(run, workspace) as ledger:
            gone, refusals = _must_not_go(run, ledger, workspace, letters, today)
            out = {withdrawal.letter.letter_id for withdrawal in gone}
            letters = {n: letter for n, letter in letters.items() if letter.letter_id not in out}
            addressees = _addressees(ledger, run, letters) if ledger else {}
        findings = (*found, *check_day(run, today), *refusals)
        left_out = dict(sorted(Counter(withdrawal.reason for withdrawal in gone).items()))
        if errors_in(findings):
            return Orders(run.run_id, findings, left_out=left_out, stopped=True)
        data, missing = build_orders(table, tuple(letters.items()), addressees, content)
        findings = (*findings, *missing)
        count = sum(letter.letter_id in addressees for letter in letters.values())
        file = folder / PRINT / f"{table.name}.csv"
        if not count:
            with naming(file):
                file.unlink(missing_ok=True)
            return Orders(run.run_id, findings, left_out=left_out)
        write_whole(file, data, private=True)
        return Orders(run.run_id, findings, file, count, left_out)


def _numbered(run: RunFolder, printed: Printed) -> dict[int, Proven]:
    """The printed letters by their numbers, in order."""
    known = {letter.letter_id: letter for letter in run.letters}
    return {number: known[name] for number, name in sorted(printed.numbers.items())}


def _must_not_go(
    run: RunFolder,
    ledger: Ledger | None,
    workspace: Workspace,
    letters: Mapping[int, Proven],
    today: date,
) -> tuple[tuple[Withdrawal, ...], tuple[Finding, ...]]:
    """Printed letters that must not go out any more: what a reprint would refuse."""
    printed = {letter.letter_id for letter in letters.values()}
    held, findings = held_letters(run, workspace, today, printed, rule="ems-held")
    if ledger is None:
        return held, findings
    gone, found = sent_before(run, ledger, held, printed, "ems-gone")
    return (*held, *gone), (*findings, *found)


def _addressees(
    ledger: Ledger, run: RunFolder, letters: Mapping[int, Proven]
) -> dict[str, Addressee]:
    """By letter id who each letter goes to, as its record in the ledger says."""
    found: dict[str, Addressee] = {}
    entries = {letter.letter_id: letter for letter in ledger.letters(run.run_id)}
    for name in sorted(letter.letter_id for letter in letters.values()):
        entry = entries.get(name) or ledger.letter(name)
        if entry is None:
            continue
        party = _party(entry.record, entry.recipient)
        address, _ = form_in(party.get("address"), entry.languages[0])  # as in the window
        lines = tuple(map(str, address)) if isinstance(address, list) else ()
        if lines:
            found[name] = Addressee(entry.recipient, lines, str(party.get("phone") or ""))
    return found


def _party(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The record's party whom the letter addresses."""
    parties = [record.get("recipient"), *(record.get("parties") or [])]
    named = [p for p in parties if isinstance(p, Mapping) and name in forms_of(p.get("name"))]
    return named[0] if named else {}
