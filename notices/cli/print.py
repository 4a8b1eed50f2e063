"""`notices print`, `notices reprint`: print files of a run, and spoilt letters once more."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from notices.cli import clock
from notices.cli.command import door
from notices.cli.options import iso_date
from notices.cli.session import Session
from notices.errors import WorkspaceError
from notices.finding import Finding, Severity, errors_in
from notices.textfiles import private_files

if TYPE_CHECKING:
    from notices.ledger.store import Ledger
    from notices.post.print_files import Print, PrintSetup
    from notices.post.types import RunFolder, Withdrawal

MOST = 500
_RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")
run_argument = click.argument(
    "folder", metavar="RUN", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
today_option = click.option(
    "--today", type=iso_date, metavar="DATE", help="The day of the call; else the clock's."
)

encoding_option = click.option(
    "--encoding", default="", metavar="NAME", help="The list's, where it can't be told: gb18030 …"
)


def sequence_range(text: str) -> tuple[int, int]:
    """`1200-1350`, or one number."""
    found = _RANGE.fullmatch(text.strip())
    first = int(found[1]) if found else 0
    last = int(found[2] or found[1]) if found else 0
    if not 0 < first <= last:
        raise click.BadParameter(f"{text!r} is not a range as 1200-1350")
    return first, last


@door("print")
@run_argument
@click.option(
    "--withdraw",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A fresh list of what was paid or is held: letter or case id, reason.",
)
@encoding_option
@click.option(
    "--most",
    type=click.IntRange(1, 100_000),
    default=MOST,
    metavar="N",
    help=f"Letters in one file, {MOST} if left out.",
)
@click.option("--again", default="", metavar="REASON", help="Print anew what was printed already.")
@today_option
def print_(
    session: Session,
    folder: Path,
    withdraw: Path | None,
    encoding: str,
    most: int,
    again: str,
    today: date | None,
) -> None:
    """Make the print files of a finished run.

    RUN is the folder that `notices batch` wrote. Files by envelope and sheet count, sorted by
    postcode, each page with its number and code; in RUN/print. Printed and withdrawn letters must
    add up to the proven ones, in letters, pages, sheets and money, or nothing is written.
    """
    from notices.batch.begin import LOCK, Lock
    from notices.post.print_files import drop_print, make_print, place_print
    from notices.post.print_record import read_printed
    from notices.post.runfolder import PRINT

    day = today or clock.today()
    with private_files(), Lock(folder / LOCK):
        run = read_run_of(session, folder)
        before = read_printed(folder)
        withdrawn = (
            *held_letters(session, run, day),
            *_read_withdrawn(session, run, withdraw, encoding),
        )
        with ledger_of(session, run) as ledger, _press(session, day, most) as setup:
            if ledger is not None:
                withdrawn += _check_ledger(session, run, ledger, withdrawn)
            made = None
            if not errors_in(session.findings):
                made, findings = make_print(run, withdrawn, setup, before)
                session.note(findings)
            if made is not None and before is not None and not again and _differs(made, folder):
                drop_print(made)
                params = {"what": ", ".join(_changed(made, before.files)) or "print.json"}
                session.note([Finding("print-exists", file=str(folder / PRINT), params=params)])
                made = None
            if made is None or not _entered(session, run, ledger, made, again):
                session.finish({"run": run.run_id, "files": []})
            files = place_print(made, folder / PRINT, before)
    _say(session, run, made, files)


@door("reprint")
@run_argument
@click.option(
    "--seq", required=True, type=sequence_range, metavar="FROM-TO", help="Numbers, as 1200-1350."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where the files go; RUN/print if left out.",
)
@today_option
def reprint(
    session: Session,
    folder: Path,
    seq: tuple[int, int],
    out: Path | None,
    today: date | None,
) -> None:
    """Print spoilt letters once more.

    The same letters with the same numbers and codes, in files of their own; no letter is new.
    """
    from notices.batch.begin import LOCK, Lock
    from notices.post.print_files import make_reprint, place_print
    from notices.post.print_record import read_printed
    from notices.post.runfolder import PRINT

    day = today or clock.today()
    with private_files(), Lock(folder / LOCK):
        run = read_run_of(session, folder)
        before = read_printed(folder)
        if before is None:
            session.note([Finding("print-none", file=str(folder))])
            session.finish({"run": run.run_id, "files": []})
        asked = {name for number, name in before.numbers.items() if seq[0] <= number <= seq[1]}
        held_letters(session, run, day, asked, "error")
        with ledger_of(session, run) as ledger, _press(session, day, MOST) as setup:
            made, findings = make_reprint(run, before, *seq, setup)
            session.note(findings)
            if made is None or not _entered(session, run, ledger, made, "reprint"):
                session.finish({"run": run.run_id, "files": []})
            files = place_print(made, out or folder / PRINT)
    _say(session, run, made, files)


def read_run_of(session: Session, folder: Path) -> RunFolder:
    """The run in the folder; the call ends where it can't be printed."""
    from notices.post.runfolder import read_run

    run, findings = read_run(folder)
    session.note(findings)
    if run is None or errors_in(findings):
        session.finish({"run": run.run_id if run else "", "files": []})
    return run


@contextmanager
def ledger_of(session: Session, run: RunFolder) -> Iterator[Ledger | None]:
    """The ledger of a live run; None for drafts, which are in none."""
    from notices.ledger.store import Ledger

    if not run.live:
        yield None
        return
    if session.workspace.root is None:
        raise WorkspaceError(session.words("ledger-needs-workspace"))
    with Ledger(session.workspace.ledger_url) as ledger:
        yield ledger


@contextmanager
def _press(session: Session, day: date, most: int) -> Iterator[PrintSetup]:
    from notices.page.fonts import read_font_set
    from notices.places import FONTS
    from notices.post.print_files import open_print_setup

    fonts = read_font_set(FONTS)
    with open_print_setup(fonts, day, session.workspace.envelopes, most) as setup:
        yield setup


def _read_withdrawn(
    session: Session, run: RunFolder, file: Path | None, encoding: str
) -> tuple[Withdrawal, ...]:
    from notices.post.withdraw import match_withdrawals, read_withdrawals

    if file is None:
        return ()
    lines, findings = read_withdrawals(file, encoding)
    session.note(findings)
    if not lines and not errors_in(findings):
        session.note([Finding("withdraw-empty", file=str(file))])
    withdrawn, findings = match_withdrawals(lines, run.letters, str(file))
    session.note(findings)
    return withdrawn


def _check_ledger(
    session: Session, run: RunFolder, ledger: Ledger, withdrawn: Sequence[Withdrawal]
) -> tuple[Withdrawal, ...]:
    """Holds the run against the ledger; letters that went out before come back, withdrawn."""
    from notices.post.print_ledger import check_earlier, check_issued, sent_before

    session.note(check_issued(run, ledger))
    more, findings = sent_before(run, ledger, withdrawn)
    session.note(findings)
    session.note(check_earlier(run, ledger, (*withdrawn, *more)))
    return more


def held_letters(
    session: Session,
    run: RunFolder,
    day: date,
    asked: Container[str] | None = None,
    severity: Severity = "warning",
    rule: str = "print-held",
) -> tuple[Withdrawal, ...]:
    """Letters of cases that the workspace's holds file holds on this day; `asked` are the letters
    meant, if not all. `rule` tells each: an error where it can't be left out."""
    from notices.letter.holds import read_holds
    from notices.plan.holds import check_case_holds, reason_of
    from notices.post.types import Withdrawal
    from notices.tables.list_words import in_chinese

    book = read_holds(session.workspace)
    session.note(book.faults)
    if errors_in(session.findings):
        return ()
    held: list[Withdrawal] = []
    for letter in run.letters:
        if asked is not None and letter.letter_id not in asked:
            continue
        for found in errors_in(check_case_holds(letter.case_id, {}, book, day))[:1]:
            reason = reason_of(found.rule)
            held.append(Withdrawal(letter, reason))
            params = {"letter": letter.letter_id, "rule": found.rule, "reason": reason}
            params["reason_zh"] = in_chinese(reason, "withdrawals")
            session.note([Finding(rule, severity, found.file, found.line, "", params)])
    return tuple(held)


def _entered(
    session: Session, run: RunFolder, ledger: Ledger | None, made: Print, reason: str
) -> bool:
    """Whether the ledger has taken note; only then the files may be put in place."""
    from notices.post.print_files import drop_print
    from notices.post.print_ledger import enter_states

    if ledger is not None and not errors_in(session.findings):
        session.note(enter_states(ledger, run, made, clock.stamp(), reason))
    if errors_in(session.findings):
        drop_print(made)
        return False
    return True


def _differs(made: Print, folder: Path) -> bool:
    from notices.post.print_record import PRINT_JSON
    from notices.post.runfolder import PRINT

    return (folder / PRINT / PRINT_JSON).read_text(encoding="utf-8") != made.record


def _changed(made: Print, before: Any) -> list[str]:
    now = {file.name: digest for file, digest in made.files}
    return sorted(name for name in {*now, *before} if now.get(name) != before.get(name))[:5]


def _say(session: Session, run: RunFolder, made: Print, files: Sequence[Path]) -> None:
    from notices.post.types import total_of

    answers = []
    for (file, digest), path in zip(made.files, files, strict=True):
        totals = total_of(placed.letter for placed in file.letters)
        answers.append(
            {
                "file": str(path),
                "sha256": digest,
                "bytes": path.stat().st_size,
                "first": file.letters[0].sequence,
                "last": file.letters[-1].sequence,
                **totals.as_record(),
            }
        )
        session.say("print-file", money=money(totals.money), **_plain(answers[-1]))
    printed = total_of(placed.letter for file, _ in made.files for placed in file.letters)
    withdrawn = total_of(withdrawal.letter for withdrawal in made.withdrawn)
    for name, totals in (("print-total", printed), ("print-withdrawn", withdrawn)):
        if totals.letters:
            session.say(name, money=money(totals.money), **_plain(totals.as_record()))
    session.finish(
        {
            "run": run.run_id,
            "files": answers,
            "printed": printed.as_record(),
            "withdrawn": withdrawn.as_record(),
        }
    )


def money(sums: Sequence[tuple[str, Any]]) -> str:
    return ", ".join(f"{currency} {amount:,}" for currency, amount in sums) or "–"


def _plain(values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != "money"}
