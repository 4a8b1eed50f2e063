"""`notices check`: everything that can be said about a case without drawing its letter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from notices.cli.command import door
from notices.cli.letter_options import case_argument, letter_options, read_cases, request_from
from notices.cli.session import Session


@door("check")
@case_argument
@letter_options
def check(session: Session, cases: tuple[Path, ...], fonts: tuple[Path, ...], **asked: Any) -> None:
    """Check case records without drawing a letter.

    Fields, rules, figures, wording and fonts: all findings are told at once. The exit code is 1
    where a letter would be refused.
    """
    from notices.letter.resources import Resources

    good = read_cases(session, cases, request_from(asked), Resources(session.workspace, fonts))
    answers = []
    for one in good:
        if one.case is None or one.figures is None:
            continue
        answers.append(
            {
                "letter_id": one.letter_id,
                "case": one.case.id,
                "file": one.record.file,
                "pack": one.case.pack,
                "kind": one.case.kind,
                "level": one.case.level,
                "languages": list(one.case.languages),
                "currency": one.figures.currency,
                "total_due": str(one.figures.total_due),
                "pay_by": one.figures.pay_by.isoformat() if one.figures.pay_by else None,
            }
        )
        session.say(
            "case-good",
            case=one.case.id,
            kind=one.case.kind,
            currency=one.figures.currency,
            total=one.figures.total_due,
            pay_by=one.figures.pay_by or "–",
        )
    session.finish({"cases": answers})
