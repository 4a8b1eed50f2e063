"""`notices ledger show`: what was issued in a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from notices.cli.doors import door
from notices.cli.session import Session
from notices.errors import WorkspaceError

if TYPE_CHECKING:
    from notices.ledger.types import IssuedLetter, State


@door("show")
@click.argument("case")
def show(session: Session, case: str) -> None:
    """List the letters issued in a case.

    CASE is a case id, or one letter's id; the oldest comes first.
    """
    from notices.ledger.store import Ledger

    if session.workspace.root is None:
        raise WorkspaceError(session.words("ledger-needs-workspace"))
    answers = []
    with Ledger(session.workspace.ledger_url) as ledger:
        one = ledger.letter(case)
        for letter in (one,) if one else ledger.letters_of(case):
            states = ledger.states_of(letter.letter_id)
            answers.append(_answer(letter, states))
            session.say("ledger-line", **answers[-1])
    if not answers:
        session.say("ledger-empty", case=case)
    session.finish({"case": case, "letters": answers})


def _answer(letter: IssuedLetter, states: tuple[State, ...]) -> dict[str, Any]:
    """A letter's line, without the record: that stays in the ledger."""
    return {
        "letter_id": letter.letter_id,
        "kind": letter.kind,
        "level": letter.level,
        "cycle": letter.cycle,
        "attempt": letter.attempt,
        "issue_date": letter.issue_date.isoformat(),
        "pay_by": letter.pay_by.isoformat(),
        "currency": letter.currency,
        "total_due": str(letter.total),
        "languages": list(letter.languages),
        "pack": letter.pack_id,
        "pack_version": letter.pack_version,
        "text_digest": letter.text_digest,
        "sha256": letter.pdf_sha256,
        "created_at": letter.created_at,
        "states": [{"state": s.state, "at": s.at, "note": s.note} for s in states],
    }
