"""`notices check`: everything that can be said about a case without drawing its letter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from notices.cli import clock
from notices.cli.command import command
from notices.cli.letter_options import as_asked, case_argument, letter_options, options_of
from notices.cli.session import Session
from notices.finding import errors_in
from notices.letter.check import Request
from notices.letter.stages import check_files, letter_issuer


@command("check")
@case_argument
@letter_options
def check(
    session: Session, cases: tuple[Path, ...], fonts: tuple[Path, ...], **options: Any
) -> None:
    """Check case records without drawing a letter.

    Fields, rules, figures, wording and fonts: all findings are reported at once. The exit code is 1
    where a letter would be refused.
    """
    request = Request(clock.today(), options_of(options))
    answers = []
    with letter_issuer(session.workspace, Path(), clock.stamp(), fonts) as issuer:
        for result in check_files(issuer, cases, request):
            session.note(result.findings)
            case, figures = result.checked.case, result.checked.figures
            if result.state != "accepted" or case is None or figures is None:
                continue
            answers.append(
                {
                    "letter_id": result.checked.letter_id,
                    "case": case.id,
                    "file": result.checked.record.file,
                    "pack": case.pack,
                    "kind": case.kind,
                    "level": case.level,
                    "languages": list(case.languages),
                    "currency": figures.currency,
                    "total_due": str(figures.total_due),
                    "pay_by": figures.pay_by.isoformat() if figures.pay_by else None,
                }
            )
            session.say(
                "case-good",
                case=case.id,
                kind=case.kind,
                currency=figures.currency,
                total=figures.total_due,
                until=session.words("until", day=figures.pay_by) if figures.pay_by else "",
            )
    if answers and not errors_in(session.findings):
        session.next("next-check", files=as_asked(cases, options))
    session.finish({"cases": answers})
