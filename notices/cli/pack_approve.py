"""`notices pack approve`, `notices keys new`: a named person stands behind a kind's text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from notices.cli import clock
from notices.cli.command import door
from notices.cli.options import iso_date, pack_argument
from notices.cli.pack_accept import approvals_folder, key_option, signed
from notices.cli.session import CLEAN, FINDINGS, Session
from notices.finding import errors_in
from notices.letter.live import LiveGate


@door("approve")
@pack_argument()
@click.argument("kind", metavar="KIND")
@click.option("--by", required=True, metavar="NAME", help="Who approves: a person's name.")
@click.option("--note", default="", help="What the person wants remembered.")
@click.option("--from", "first", type=iso_date, metavar="DATE", help="First issue date it is for.")
@click.option("--until", "last", type=iso_date, metavar="DATE", help="Last issue date it is for.")
@key_option
def approve(
    session: Session,
    pack_id: str,
    kind: str,
    by: str,
    note: str,
    first: date | None,
    last: date | None,
    key: Path | None,
) -> None:
    """Approve one kind's text as it stands, on request for letters of some days only.

    A pack with errors is refused. Edited text needs two people: two approvers, or its editors
    (where every edit went through the product) and one approver who is none of them. The text is
    kept in approvals/text/, to be compared with later.
    """
    from notices.figures.methods import check_rules
    from notices.pack.check import check_pack
    from notices.wording.approval_check import SINCE_APPROVED
    from notices.wording.approvals import accept_kind, append_approval, keep_text
    from notices.words.locales import check_formats

    folder = approvals_folder(session)
    pack = session.kind(pack_id, kind)
    answer: dict[str, Any] = {"pack": pack.id, "kind": kind, "approved": None}
    found = check_pack(pack, None, lambda p: (*check_rules(p), *check_formats(p)))
    if errors_in(found):
        session.note(errors_in(found))
        session.say("approve-faulty")
        session.finish(answer, FINDINGS)
    gate = LiveGate(session.workspace, clock.stamp())
    seen = gate.seen(pack, kind)
    made = accept_kind(pack, kind, seen, by, clock.now(), note, first, last)
    made = signed(session, made, key)
    before = [f for f in gate.check_kind(pack, kind, ()) if f.rule in SINCE_APPROVED]
    keep_text(folder, pack, made)
    append_approval(folder, made)
    session.say("approved", what=f"{pack.id}/{kind}", by=made.by, digest=made.digest[:12])
    if first or last:
        session.say("approved-span", first=first or "…", last=last or "…")
    if not made.signature:
        session.say("name-declared")
    lacking = gate.check_kind(pack, kind, (), first.isoformat() if first else "")
    if not lacking:
        session.say("approved-enough")
    session.note(replace(finding, severity="warning") for finding in (*before, *lacking))
    answer["approved"] = {
        "by": made.by,
        "when": made.when,
        "digest": made.digest,
        "effective_from": made.effective_from,
        "effective_to": made.effective_to,
        "signed": bool(made.signature),
        "enough": not lacking,
    }
    session.finish(answer, CLEAN)


@door("new")
@click.option("--name", required=True, metavar="NAME", help="Whose key it is.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where the private key goes, outside of version control.",
)
def new_key_door(session: Session, name: str, out: Path) -> None:
    """Make a key that approvals are signed with (Ed25519; needs the extra notices[sign]).

    The private key is a file for its owner alone; the workspace keeps the public half. From the
    first key on only signed approvals count, and a line that was altered by hand shows.
    """
    from notices.wording.signatures import new_key, register_key

    folder = approvals_folder(session)
    key = new_key(out, name, clock.now())
    file = register_key(folder, key)
    session.say("key-made", file=out, name=key.name)
    session.say("key-registered", file=file, name=key.name)
    session.finish({"name": key.name, "public": key.public, "private": str(out)})
