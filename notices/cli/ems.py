"""`notices ems`: a carrier's table of orders."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.print import run_argument, today_option
from notices.cli.session import Session
from notices.post.order_ems import order_ems


@command("ems")
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
    is left out and reported. Recipients and phone numbers come from the ledger. The table holds
    personal data: it stands in RUN/print, readable by its owner only.
    """
    orders = order_ems(folder, session.workspace, today or clock.today(), profile, content)
    session.note(orders.findings)
    if orders.count:
        session.say("orders-written", file=orders.file, count=orders.count)
        session.next("next-delivery")
    if orders.left_out and not orders.stopped:
        reasons = orders.left_out.items()
        session.say(
            "orders-left-out",
            count=sum(orders.left_out.values()),
            reasons="; ".join(f"{session.call(name, 'withdrawals')} {n}" for name, n in reasons),
        )
    session.finish(
        {
            "run": orders.run_id,
            "left_out": orders.left_out,
            "file": str(orders.file or ""),
            "orders": orders.count,
        }
    )
