"""`notices letter`: from case records to proven PDF letters."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.letter_options import as_asked, case_argument, letter_options, options_of
from notices.cli.session import Session
from notices.finding import errors_in
from notices.letter.check import Request
from notices.letter.live import UNACCEPTED, LiveGate
from notices.letter.stages import LetterResult, check_files, letter_issuer


@command("letter")
@case_argument
@letter_options
@click.option("--live", is_flag=True, help="A letter that counts: accepted wording, in the ledger.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Where letters go.")
@click.option("--open", "show", is_flag=True, help="Open the letter, where this machine can.")
def letter(
    session: Session,
    cases: tuple[Path, ...],
    live: bool,
    out: Path | None,
    show: bool,
    fonts: tuple[Path, ...],
    **options: Any,
) -> None:
    """Write the letters of one or more case records.

    CASE is a YAML or JSON file with one or many records, or a folder of such files. Letters are
    watermarked drafts unless --live is given. A case with a fault gets findings and no letter.
    """
    request = Request(clock.today(), options_of(options, live=live))
    folder = out or session.workspace.defaults.out
    written: list[dict[str, Any]] = []
    with letter_issuer(session.workspace, folder, clock.stamp(), fonts) as issuer:
        good: list[LetterResult] = []
        for result in check_files(issuer, cases, request):
            session.note(result.findings)
            good += [result] if result.state == "accepted" else []
        for accepted in session.each(good):
            result = issuer.make(accepted)
            session.note(result.findings)
            written += _answer(result, issuer.gate)
    _say(session, written, folder)
    if written and show and _can_open():  # else its path, said above, has to do
        click.launch(written[0]["file"])
    _next(session, as_asked(cases, options), written)
    session.finish({"letters": written})


def _answer(result: LetterResult, gate: LiveGate) -> list[dict[str, Any]]:
    """What to say about a letter, if it was written."""
    letter, case, figures = result.letter, result.checked.case, result.checked.figures
    if result.file is None or letter is None or case is None or figures is None:
        return []
    answer = {
        "letter_id": letter.letter_id,
        "file": str(result.file),
        "live": letter.live,
        "case": case.id,
        "pack": case.pack,
        "kind": case.kind,
        "level": case.level,
        "languages": list(case.languages),
        "currency": figures.currency,
        "total_due": str(figures.total_due),
        "issue_date": case.issue_date.isoformat(),
        "pay_by": figures.pay_by.isoformat() if figures.pay_by else None,
        "pages": letter.pages,
        "sha256": letter.digest,
    }
    text = gate.texts.told(result.checked.pack, case.kind) if result.checked.pack else None
    if letter.live and text:
        answer["text"] = text.plain()
    return [answer]


def _can_open() -> bool:
    """Whether this machine has a screen, and a command that opens a file on it."""
    if sys.platform in ("darwin", "win32"):
        return True
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(screen and shutil.which("xdg-open"))


def _next(session: Session, files: str, written: list[dict[str, Any]]) -> None:
    """After drafts the live letter, after a live letter the ledger; where only acceptances are
    missing, how to give them."""
    errors = errors_in(session.findings)
    if errors:
        if all(finding.rule in UNACCEPTED for finding in errors):
            session.next("next-accept", pack=errors[0].params.get("pack", "PACK"))
    elif written and written[0]["live"]:
        session.next("next-posted", case=written[0]["case"])
    elif written:
        session.next("next-draft", files=files)


def _say(session: Session, written: list[dict[str, Any]], folder: Path) -> None:
    for answer in written:
        state = session.words("live" if answer["live"] else "draft")
        pay_by = answer["pay_by"]
        until = session.words("until", day=pay_by) if pay_by else ""
        session.say("letter-written", state=state, until=until, **answer)
    texts = (answer["text"] for answer in written if "text" in answer)
    for text in {(text["pack"], text["kind"]): text for text in texts}.values():
        session.say("text-of", **text)
    if written and not written[0]["live"]:
        session.say("drafts-hint")
    if len(written) > 1:
        session.say("letters-written", count=len(written), folder=folder)
