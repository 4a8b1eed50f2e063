"""`notices studio`: the legal team's page in the browser."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from notices.cli.command import command
from notices.cli.options import key_option
from notices.cli.session import FAULT, Session

if TYPE_CHECKING:
    from notices.studio.server import Place


@command("studio")
@click.option("--port", type=click.IntRange(0, 65535), default=8377, help="0 takes a free one.")
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="ADDRESS",
    help="Answer there instead of on this machine alone.",
)
@click.option("--no-browser", is_flag=True, help="Say the address, open nothing.")
@key_option
def studio(session: Session, port: int, host: str, no_browser: bool, key: Path | None) -> None:
    """Edit, compare and approve wording in the browser.

    What is saved goes into the workspace's packs, one text at a time; drafts stand beside them.
    """
    if find_spec("starlette") is None or find_spec("uvicorn") is None:
        raise click.UsageError(session.words("studio-extra"))
    from notices.studio.server import serve

    def ready(place: Place) -> None:
        session.say("studio-ready", address=place.address)
        if not no_browser:
            click.launch(place.opener.as_uri())

    serve(session.workspace, host, port, ready, key)
    raise click.exceptions.Exit(FAULT if session.findings else 0)
