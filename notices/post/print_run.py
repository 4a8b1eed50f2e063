"""A finished run printed, and spoilt letters printed once more: every rule of safety in its order.

One call at a time works on a run's folder. Letters that are held, paid, or went out before stay
out; the ledger takes note before the files are put in place, and nothing is where it did not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from notices.files import lock_run, make_folder, private_files, write_whole
from notices.finding import Finding, errors_in
from notices.letter.workspace import Workspace
from notices.page.fonts import read_font_set
from notices.places import FONTS
from notices.post.paid import PAID_CSV, PaidResult, hold_against_payments
from notices.post.print_files import (
    MOST,
    NOTHING,
    REPRINT,
    Print,
    PrintSetup,
    drop_print,
    make_print,
    make_reprint,
    open_print_setup,
    place_print,
)
from notices.post.print_ledger import check_earlier, check_issued, enter_states, sent_before
from notices.post.print_record import PRINT_JSON, Printed, read_printed
from notices.post.runfolder import PRINT, read_run
from notices.post.types import RunFolder, Totals, Withdrawal, total_of
from notices.post.withdraw import held_letters, match_withdrawals
from notices.post.withdrawal_list import read_withdrawals

if TYPE_CHECKING:
    from notices.ledger.store import Ledger


@dataclass(frozen=True)
class PrintOptions:
    """What may be asked of a printing beside the run and the day."""

    withdraw: Path | None = None  # a fresh list of what was paid or is held
    encoding: str = ""  # the list's, where it can't be known
    most: int = MOST  # letters in one file
    again: str = ""  # why a run is printed anew, with other letters than before
    paid: tuple[Path, ...] = ()  # bank statements and tables of payments, or folders of them
    paid_period: tuple[date, date] | None = None  # for which the bank was asked, as is said
    without_payments: bool = False  # live letters go out though payments may have come since


@dataclass(frozen=True)
class PrintResult:
    """What came of it: finished files in their places, or only the findings that say why not."""

    run_id: str  # "" where the folder holds no run
    findings: tuple[Finding, ...]
    made: Print | None = None
    paths: tuple[Path, ...] = ()  # of made.files, in that order

    @property
    def printed(self) -> Totals:
        files = self.made.files if self.made else ()
        return total_of(placed.letter for file, _ in files for placed in file.letters)

    @property
    def withdrawn(self) -> Totals:
        withdrawn = self.made.withdrawn if self.made else ()
        return total_of(withdrawal.letter for withdrawal in withdrawn)


def print_run(
    folder: Path,
    workspace: Workspace,
    today: date,
    now: str,
    options: PrintOptions = PrintOptions(),
) -> PrintResult:
    """Make the print files of the finished run in `folder`, into its folder `print`.

    `today` is the day of the call: nothing is printed after the run's last day to post. `now` (ISO
    8601) is when the ledger takes note. A run that was printed before gives the same files, or an
    error unless `options.again` says why. Raises FileError, FontError, RenderError, LedgerError,
    WorkspaceError.
    """
    with private_files(), lock_run(folder):
        run, found = read_run(folder)
        if run is None or errors_in(found):
            return PrintResult(run.run_id if run else "", found)
        before = read_printed(folder)
        withdrawn, findings = _withdrawn(run, workspace, today, options)
        findings = [*found, *findings]
        with (
            open_run_ledger(run, workspace) as ledger,
            _open_setup(workspace, today, options.most) as setup,
        ):
            paid = _check_payments(run, ledger, workspace, today, options)
            findings += paid.findings
            out = {withdrawal.letter.letter_id for withdrawal in withdrawn}
            withdrawn += tuple(w for w in paid.withdrawn if w.letter.letter_id not in out)
            if ledger is not None:
                withdrawn += _check_ledger(run, ledger, withdrawn, findings)
            made = None
            if not errors_in(findings):
                made, found = make_print(run, withdrawn, setup, before)
                findings += found
            if made is not None and paid.record:
                write_whole(made.staged / PAID_CSV, paid.record)
            if made is not None and before is not None and not options.again:
                findings += _check_unchanged(made, folder / PRINT, before)
            if made is None or not _entered(run, ledger, made, now, options.again, findings):
                if before is None and {f.rule for f in errors_in(findings)} == {NOTHING}:
                    findings += _list_payments(folder / PRINT / PAID_CSV, paid, withdrawn)
                return PrintResult(run.run_id, tuple(findings))
            paths = place_print(made, folder / PRINT, before)
        return PrintResult(run.run_id, tuple(findings), made, paths)


def reprint_run(
    folder: Path,
    workspace: Workspace,
    today: date,
    now: str,
    numbers: tuple[int, int],
    out: Path | None = None,
) -> PrintResult:
    """Print the letters with the numbers from `numbers[0]` to `numbers[1]` once more.

    The same letters with the same numbers and codes, in files of their own in `out`, else in the
    run's folder `print`. A letter that is held, or went out meanwhile, is an error. Raises as
    `print_run`.
    """
    with private_files(), lock_run(folder):
        run, found = read_run(folder)
        if run is None or errors_in(found):
            return PrintResult(run.run_id if run else "", found)
        before = read_printed(folder)
        if before is None:
            return PrintResult(run.run_id, (*found, Finding("print-none", file=str(folder))))
        first, last = numbers
        asked = {letter for number, letter in before.numbers.items() if first <= number <= last}
        _, held = held_letters(run, workspace, today, asked, "error")
        findings = [*found, *held]
        with (
            open_run_ledger(run, workspace) as ledger,
            _open_setup(workspace, today, MOST) as setup,
        ):
            made, found = make_reprint(run, before, first, last, setup)
            findings += found
            if made is None or not _entered(run, ledger, made, now, REPRINT, findings):
                return PrintResult(run.run_id, tuple(findings))
            paths = place_print(made, out or folder / PRINT)
        return PrintResult(run.run_id, tuple(findings), made, paths)


@contextmanager
def open_run_ledger(run: RunFolder, workspace: Workspace) -> Iterator[Ledger | None]:
    """The ledger of a live run; None for drafts, which are in none. Raises WorkspaceError where
    there is no workspace, LedgerError."""
    if not run.live:
        yield None
        return
    from notices.ledger.store import Ledger

    with Ledger(workspace.ledger_url) as ledger:
        yield ledger


@contextmanager
def _open_setup(workspace: Workspace, today: date, most: int) -> Iterator[PrintSetup]:
    with open_print_setup(read_font_set(FONTS), today, workspace.envelopes, most) as setup:
        yield setup


def _withdrawn(
    run: RunFolder, workspace: Workspace, today: date, options: PrintOptions
) -> tuple[tuple[Withdrawal, ...], list[Finding]]:
    """Who is held today, and who stands in the list."""
    held, findings = held_letters(run, workspace, today)
    if options.withdraw is None:
        return held, list(findings)
    lines, found = read_withdrawals(options.withdraw, options.encoding)
    listed, unknown = match_withdrawals(lines, run.letters, str(options.withdraw))
    return (*held, *listed), [*findings, *found, *unknown]


def _check_payments(
    run: RunFolder,
    ledger: Ledger | None,
    workspace: Workspace,
    today: date,
    options: PrintOptions,
) -> PaidResult:
    """Live letters go out only where it is known what was paid since their figures were made, or
    where it is said by name that nobody looked."""
    if ledger is None:
        drafts = Finding("paid-drafts", file=str(run.folder))
        return PaidResult((), (drafts,) if options.paid else ())
    if not options.paid:
        if options.without_payments:
            return PaidResult((), (Finding("print-without-payments", "warning"),))
        return PaidResult((), (Finding("print-payments-unsaid", file=str(run.folder)),))
    return hold_against_payments(
        *(run, ledger, workspace, today, options.paid, options.paid_period, options.encoding),
        complete=not options.without_payments,
    )


def _list_payments(
    file: Path, paid: PaidResult, withdrawn: Sequence[Withdrawal]
) -> Iterator[Finding]:
    """The list of payments, also where they leave nothing to print. Raises FileError."""
    if not paid.record:
        return
    make_folder(file.parent)
    write_whole(file, paid.record)
    out = len({withdrawal.letter.letter_id for withdrawal in withdrawn})
    yield Finding("paid-all-out", "note", str(file), params={"count": str(out)})


def _check_ledger(
    run: RunFolder, ledger: Ledger, withdrawn: Sequence[Withdrawal], findings: list[Finding]
) -> tuple[Withdrawal, ...]:
    """Holds the run against the ledger; letters that went out before come back, withdrawn."""
    findings += check_issued(run, ledger)
    sent, found = sent_before(run, ledger, withdrawn)
    findings += found
    findings += check_earlier(run, ledger, (*withdrawn, *sent))
    return sent


def _check_unchanged(made: Print, place: Path, before: Printed) -> Iterator[Finding]:
    """A run that was printed is not printed otherwise without a word why."""
    if (place / PRINT_JSON).read_text(encoding="utf-8") != made.record:
        changed = ", ".join(_changed(made, before.files)) or PRINT_JSON
        yield Finding("print-exists", file=str(place), params={"what": changed})


def _changed(made: Print, before: Mapping[str, str]) -> list[str]:
    now = {file.name: digest for file, digest in made.files}
    return sorted(name for name in {*now, *before} if now.get(name) != before.get(name))[:5]


def _entered(
    run: RunFolder,
    ledger: Ledger | None,
    made: Print,
    now: str,
    reason: str,
    findings: list[Finding],
) -> bool:
    """Whether the ledger has taken note: only then may the files be put in place. Else they are
    gone."""
    if ledger is not None and not errors_in(findings):
        findings += enter_states(ledger, run, made, now, reason)
    if errors_in(findings):
        drop_print(made)
        return False
    return True
