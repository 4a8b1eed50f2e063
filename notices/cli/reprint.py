"""`notices reprint`: spoilt letters once more."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.print import run_argument, say_print, today_option
from notices.cli.session import Session
from notices.post.print_run import reprint_run

_RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")


def sequence_range(text: str) -> tuple[int, int]:
    """`1200-1350`, or one number."""
    found = _RANGE.fullmatch(text.strip())
    first = int(found[1]) if found else 0
    last = int(found[2] or found[1]) if found else 0
    if not 0 < first <= last:
        raise click.BadParameter(f"{text!r} is not a range as 1200-1350")
    return first, last


@command("reprint")
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
    day = today or clock.today()
    say_print(session, reprint_run(folder, session.workspace, day, clock.stamp(), seq, out))
