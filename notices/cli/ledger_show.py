"""`notices ledger show`: what was issued in a case, and what became of it."""

from __future__ import annotations

from typing import Any

import click

from notices.cli.command import command
from notices.cli.session import Session
from notices.ledger.store import Ledger
from notices.ledger.types import Delivery, ImportedLetter, IssuedLetter, State


def open_ledger(session: Session) -> Ledger:
    """The workspace's ledger. Raises WorkspaceError where there is no workspace, LedgerError."""
    return Ledger(session.workspace.ledger_url)


@command("show")
@click.argument("case")
def show(session: Session, case: str) -> None:
    """List the letters issued in a case.

    CASE is a case id, or one letter's id; the oldest comes first. What was imported from another
    system stands below, marked as such.
    """
    answers = []
    with open_ledger(session) as ledger:
        named = ledger.letter(case)
        letters = (named,) if named else ledger.letters_of(case)
        ids = [letter.letter_id for letter in letters]
        states, deliveries = ledger.states_of_many(ids), ledger.deliveries_of(ids)
        imported = ledger.imported_letters([case]).get(case, ())
    for letter in letters:
        at = letter.letter_id
        answers.append(_answer(letter, states.get(at, ()), deliveries.get(at, ())))
        _say(session, answers[-1])
    stated = [_stated(letter) for letter in imported]
    for line in stated:
        session.say("imported-line", **line | {"debts": ", ".join(line["debts"]) or "–"})
    if answers:
        session.next("next-reissue", letter=answers[-1]["letter_id"])
    elif not stated:
        session.say("ledger-empty", case=case)
    session.finish({"case": case, "letters": answers, "imported": stated})


def _stated(letter: ImportedLetter) -> dict[str, Any]:
    """What another system's list states of a letter."""
    return {
        "kind": letter.kind,
        "level": letter.level,
        "issue_date": letter.issue_date.isoformat(),
        "pay_by": letter.pay_by.isoformat(),
        "debts": list(letter.debts),
        "file": letter.file,
        "at": letter.at,
    }


def _say(session: Session, answer: dict[str, Any]) -> None:
    session.say("ledger-line", **answer)
    if answer["text_of"]:
        session.say("ledger-text", **answer)
    if answer["replaces"]:
        session.say("ledger-replaces", **answer)
    for state in answer["states"]:
        session.say("ledger-state", **{**state, "state": session.call(state["state"], "states")})


def _answer(
    letter: IssuedLetter, states: tuple[State, ...], deliveries: tuple[Delivery, ...]
) -> dict[str, Any]:
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
        "run": letter.run_id,
        "replaces": letter.replaces,
        "reason": letter.reason,
        "text_of": letter.profile.get("text_of", ""),
        "edits_waiting": letter.profile.get("edits_waiting", ""),
        "states": [{"state": s.state, "at": s.at, "note": s.note} for s in states],
        "deliveries": [
            {
                "result": d.result,
                "date": d.day.isoformat() if d.day else "",
                "carrier": d.carrier,
                "waybill": d.waybill,
                "declared_content": d.declared_content,
                "note": d.note,
            }
            for d in deliveries
        ],
    }
