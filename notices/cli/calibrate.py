"""`notices calibrate`: a test sheet for an envelope."""

from __future__ import annotations

from pathlib import Path

import click

from notices.cli.command import command
from notices.cli.session import Session
from notices.files import write_whole
from notices.post.sheets import make_calibration


@command("calibrate")
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
    data = make_calibration(envelope, session.workspace.envelopes)
    file = out or Path(f"calibrate-{Path(envelope).name}.pdf")
    write_whole(file, data)
    session.say("file-written", file=file)
    session.next("next-calibrate")
    session.finish({"envelope": envelope, "file": str(file)})
