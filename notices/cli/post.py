"""`notices calibrate`, `notices ems`: a test sheet for an envelope, and a carrier's orders."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from notices.cli import clock
from notices.cli.command import door
from notices.cli.print import held_letters, ledger_of, read_run_of, run_argument, today_option
from notices.cli.session import Session
from notices.errors import FileError
from notices.finding import Finding, errors_in

if TYPE_CHECKING:
    from notices.ledger.store import Ledger
    from notices.post.ems import Addressee
    from notices.post.print_record import Printed
    from notices.post.types import Proven, RunFolder, Withdrawal


@door("calibrate")
@click.argument("envelope", metavar="ENVELOPE")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="calibrate-ENVELOPE.pdf if left out.",
)
def calibrate(session: Session, envelope: str, out: Path | None) -> None:
    """Draw an envelope's window, folds and zones to the millimetre.

    For a test print: fold it, put it into the envelope, and look through the window.
    """
    from notices.page.envelopes import PAPER, read_envelope, read_print_zone
    from notices.page.fonts import read_font_set
    from notices.page.pdf import PdfRenderer
    from notices.places import FONTS
    from notices.post.sheets import draw_calibration

    folders = session.workspace.envelopes
    profile = read_envelope(envelope, folders)
    zone = read_print_zone(envelope, folders)
    fonts = read_font_set(FONTS)
    with tempfile.TemporaryDirectory(prefix="notices-") as folder:
        renderer = PdfRenderer(fonts, Path(folder))
        data = draw_calibration(renderer, fonts, profile, zone, PAPER[profile.page])
    file = out or Path(f"calibrate-{profile.id}.pdf")
    _write(file, data)
    session.say("file-written", file=file)
    session.finish({"envelope": profile.id, "file": str(file)})


@door("ems")
@run_argument
@click.option("--profile", default="cn-ems", metavar="NAME", help="The carrier's table; cn-ems.")
@click.option(
    "--content",
    default="",
    metavar="TEXT",
    help="Declared content instead of the profile's; {letter_id} may stand in it.",
)
@today_option
def ems(session: Session, folder: Path, profile: str, content: str, today: date | None) -> None:
    """Write the carrier's table of orders for a printed run.

    One line a printed letter. What was withdrawn, paid or sent meanwhile, and what is held today,
    is left out and told. Recipients and phone numbers come from the ledger. The table holds
    personal data: it stands in RUN/print, readable by its owner only.
    """
    from notices.batch.begin import LOCK, Lock
    from notices.post.ems import build_orders, read_profile
    from notices.post.print_files import check_day
    from notices.post.print_record import read_printed

    root = session.workspace.root
    table = read_profile(profile, (root / "ems",) if root else ())
    day = today or clock.today()
    with Lock(folder / LOCK):
        run = read_run_of(session, folder)
        printed = read_printed(folder)
        if printed is None or printed.manifest != run.digest:
            rule = "print-none" if printed is None else "print-run-changed"
            session.note([Finding(rule, file=str(folder))])
            session.finish({"run": run.run_id, "file": "", "orders": 0})
        session.note(check_day(run, day))
        letters = _numbered(run, printed)
        with ledger_of(session, run) as ledger:
            left = _left_out(session, run, ledger, {one.letter_id for _, one in letters}, day)
            out = {withdrawal.letter.letter_id for withdrawal in left}
            letters = [(number, one) for number, one in letters if one.letter_id not in out]
            known = {letter.letter_id for _, letter in letters}
            addressees = _addressees(ledger, run, known) if ledger else {}
        reasons = Counter(withdrawal.reason for withdrawal in left)
        answer = {"run": run.run_id, "left_out": dict(sorted(reasons.items()))}
        if errors_in(session.findings):
            session.finish({**answer, "file": "", "orders": 0})
        data, findings = build_orders(table, letters, addressees, content)
        session.note(findings)
        orders = sum(1 for _, letter in letters if letter.letter_id in addressees)
        file = _place_orders(folder, table.name, data if orders else b"")
    if orders:
        session.say("orders-written", file=file, count=orders)
    if left:
        told = "; ".join(
            f"{session.call(r, 'withdrawals')} {n}" for r, n in sorted(reasons.items())
        )
        session.say("orders-left-out", count=len(left), reasons=told)
    session.finish({**answer, "file": str(file) if orders else "", "orders": orders})


def _left_out(
    session: Session, run: RunFolder, ledger: Ledger | None, printed: set[str], day: date
) -> tuple[Withdrawal, ...]:
    """Printed letters that must not go out any more: what `reprint` would refuse."""
    from notices.post.print_ledger import sent_before

    held = held_letters(session, run, day, printed, rule="ems-held")
    if ledger is None:
        return held
    gone, findings = sent_before(run, ledger, held, printed, "ems-gone")
    session.note(findings)
    return (*held, *gone)


def _place_orders(folder: Path, name: str, data: bytes) -> Path:
    """The table in its place; one of an earlier call goes where nothing is left to order."""
    from notices.post.runfolder import PRINT

    file = folder / PRINT / f"{name}.csv"
    if data:
        _write(file, data, private=True)
        return file
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise FileError(f"{file}: {error.strerror or error}") from error
    return file


def _numbered(run: RunFolder, printed: Printed) -> list[tuple[int, Proven]]:
    known = {letter.letter_id: letter for letter in run.letters}
    return [(number, known[name]) for number, name in sorted(printed.numbers.items())]


def _addressees(ledger: Ledger, run: RunFolder, wanted: set[str]) -> dict[str, Addressee]:
    """Who each letter goes to, as its record in the ledger says."""
    from notices.post.ems import Addressee

    found: dict[str, Addressee] = {}
    entries = {letter.letter_id: letter for letter in ledger.letters(run.run_id)}
    for name in sorted(wanted):
        entry = entries.get(name) or ledger.letter(name)
        if entry is None:
            continue
        party = _party(entry.record, entry.recipient)
        address = party.get("address")
        lines = tuple(map(str, address)) if isinstance(address, list) else ()
        if lines:
            found[name] = Addressee(entry.recipient, lines, str(party.get("phone") or ""))
    return found


def _party(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The record's party whom the letter addresses."""
    parties = [record.get("recipient"), *(record.get("parties") or [])]
    named = [p for p in parties if isinstance(p, Mapping) and p.get("name") == name]
    return named[0] if named else {}


def _write(file: Path, data: bytes, *, private: bool = False) -> None:
    draft = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.touch(mode=0o600 if private else 0o644)
        draft.write_bytes(data)
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise FileError(f"{file}: {error.strerror or error}") from error
