"""`notices keys new`: a key that approvals are signed with."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.session import Session
from notices.review.accept import approvals_folder
from notices.wording.signatures import new_key, register_key


@command("new")
@click.option("--name", required=True, metavar="NAME", help="Whose key it is.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where the private key goes, outside of version control.",
)
def new(session: Session, name: str, out: Path) -> None:
    """Make a key that approvals are signed with.

    An Ed25519 key; it needs the extra `sign`: pip install '.[sign]'. The private key is a file for
    its owner alone; the workspace keeps the public half. From the first key on only signed
    approvals count, and a line that was altered by hand shows.
    """
    folder = approvals_folder(session.workspace)
    key = new_key(out, name, clock.now())
    file = register_key(folder, key)
    session.say("key-made", file=out, name=key.name)
    session.say("key-registered", file=file, name=key.name)
    session.next("next-key", file=out, name=quote(key.name))
    session.finish({"name": key.name, "public": key.public, "private": str(out)})
