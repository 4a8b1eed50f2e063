"""`notices letter`: from case records to proven PDF letters."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from notices.cli import clock
from notices.cli.command import door
from notices.cli.letter_options import case_argument, letter_options, read_cases, request_from
from notices.cli.session import Session
from notices.errors import FileError
from notices.finding import Finding, errors_in
from notices.letter.live import LiveGate
from notices.textfiles import private_files

if TYPE_CHECKING:
    from notices.letter.make import Checked, Letter, LetterMaker, Request


@door("letter")
@case_argument
@letter_options
@click.option("--live", is_flag=True, help="A letter that counts: accepted wording, in the ledger.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Where letters go.")
def letter(
    session: Session,
    cases: tuple[Path, ...],
    live: bool,
    out: Path | None,
    fonts: tuple[Path, ...],
    **asked: Any,
) -> None:
    """Write the letters of one or more case records.

    CASE is a YAML or JSON file with one or many records, or a folder of such files. Letters are
    watermarked drafts unless --live is given. A case with a fault gets findings and no letter.
    """
    from notices.letter.make import LetterMaker

    request = replace(request_from(asked), live=live)
    folder = out or session.workspace.defaults.out
    written: list[dict[str, Any]] = []
    with (
        private_files(),
        LetterMaker(session.workspace, fonts) as maker,
        LiveGate(session.workspace, clock.stamp()) as gate,
    ):
        good = _without_twins(session, read_cases(session, cases, request, maker.resources))
        good = [one for one in good if not live or _passes(session, gate.check(one))]
        if good:
            _make_folder(folder)
        for one in session.each(good):
            if answer := _write(session, maker, gate, one, request, folder):
                written.append(answer)
    _say(session, written, folder)
    session.finish({"letters": written})


def _passes(session: Session, findings: tuple[Finding, ...]) -> bool:
    session.note(findings)
    return not errors_in(findings)


def _without_twins(session: Session, checked: Sequence[Checked]) -> list[Checked]:
    """Two records that make one letter: the second is refused, not written over the first."""
    seen: dict[str, Checked] = {}
    for one in checked:
        first = seen.setdefault(one.letter_id, one)
        if first is not one:
            other = f"{first.record.file}:{first.record.line()}"
            params = {"letter": one.letter_id, "other": other}
            record = one.record
            twice = Finding("letter-twice", "error", record.file, record.line(), "", params)
            session.note([twice])
    return list(seen.values())


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{folder}: {error.strerror or error}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FileError(f"{folder}: the folder can't be written")


def _write(
    session: Session,
    maker: LetterMaker,
    gate: LiveGate,
    one: Checked,
    request: Request,
    folder: Path,
) -> dict[str, Any] | None:
    """Make one letter, enter it where it is live, write it; what to say about it."""
    from notices.letter.make import write_letter

    made, findings = maker.make(one, request)
    session.note(findings)
    if made is None or (request.live and not _passes(session, gate.enter(made))):
        return None
    return _answer(made, write_letter(made, folder))


def _answer(made: Letter, file: Path) -> dict[str, Any]:
    case, figures = made.checked.case, made.checked.figures
    if case is None or figures is None:
        return {}
    return {
        "letter_id": made.letter_id,
        "file": str(file),
        "live": made.live,
        "case": case.id,
        "pack": case.pack,
        "kind": case.kind,
        "level": case.level,
        "languages": list(case.languages),
        "currency": figures.currency,
        "total_due": str(figures.total_due),
        "issue_date": case.issue_date.isoformat(),
        "pay_by": figures.pay_by.isoformat() if figures.pay_by else None,
        "pages": made.pages,
        "sha256": made.digest,
    }


def _say(session: Session, written: list[dict[str, Any]], folder: Path) -> None:
    for answer in written:
        state = session.words("live" if answer["live"] else "draft")
        session.say("letter-written", state=state, **answer)
    if written and not written[0]["live"]:
        session.say("drafts-hint")
    if len(written) > 1:
        session.say("letters-written", count=len(written), folder=folder)
