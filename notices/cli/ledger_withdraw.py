"""`notices ledger withdraw`: letters that will not go out, and cases that were paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from notices.cli import clock
from notices.cli.command import door
from notices.cli.ledger_show import open_ledger
from notices.cli.print import encoding_option
from notices.cli.session import Session
from notices.finding import Finding, errors_in
from notices.tables.list_words import in_chinese

if TYPE_CHECKING:
    from notices.ledger.store import Ledger
    from notices.ledger.types import State
    from notices.post.withdraw import Line

OPEN = ("issued", "proven", "printed")  # not in the post yet
PAID = "paid"


@door("withdraw")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@encoding_option
def withdraw(session: Session, file: Path, encoding: str) -> None:
    """Record letters that will not go out, and cases that were paid.

    FILE is a list as `notices print --withdraw` reads it: an id, a reason. The reason `paid`
    settles every letter of a case, or the one letter named: the next letter of that case begins
    anew. Any other reason takes out the letter named, as long as it is not in the post; it then
    counts for no level.
    """
    from notices.post.withdraw import read_withdrawals

    lines, findings = read_withdrawals(file, encoding)
    session.note(findings)
    if not lines and not errors_in(findings):
        session.note([Finding("withdraw-empty", file=str(file))])
    counts = {"settled": 0, "withdrawn": 0, "known": 0}
    if not errors_in(session.findings):
        with open_ledger(session) as ledger:
            session.note(_record(ledger, lines, str(file), counts))
    session.say("ledger-withdrawn", **counts)
    session.finish(counts)


def _record(
    ledger: Ledger, lines: Sequence[Line], file: str, counts: dict[str, int]
) -> list[Finding]:
    """Every line's letters take their step, all in one transaction; `counts` gets how many."""
    from notices.ledger.types import State

    findings: list[Finding] = []
    meant: dict[str, Line] = {}
    cases = ledger.past_letters(line.name for line in lines)
    for line in lines:
        if line.name in cases and line.reason != PAID:
            findings.append(Finding("withdraw-case", "error", file, line.number))
        names = [letter.letter_id for letter in cases.get(line.name, ())]
        if not names and ledger.letter(line.name):
            names = [line.name]
        if not names:
            params = {"id": line.shown}
            findings.append(Finding("withdraw-unknown", "warning", file, line.number, "", params))
        for name in names:
            meant.setdefault(name, line)
    if errors_in(findings):
        return findings
    now = clock.stamp()

    def decide(ways: Mapping[str, tuple[State, ...]]) -> Sequence[State]:
        told: list[Finding] = []
        states = []
        for name, line in meant.items():
            last = ways[name][-1].state if name in ways else "issued"
            state = "settled" if line.reason == PAID else "withdrawn"
            if last == state or (state == "settled" and last == "withdrawn"):
                counts["known"] += 1
            elif state == "withdrawn" and last not in OPEN:
                params = {"letter": name, "state": last, "state_zh": in_chinese(last, "states")}
                told.append(Finding("withdraw-too-late", "error", file, line.number, "", params))
            else:
                counts[state] += 1
                states.append(State(name, state, now, line.reason))
        findings.extend(told)
        return states

    ledger.step(meant, decide)
    return findings
