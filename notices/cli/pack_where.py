"""`notices pack where`: which letters use a clause, a label, a placeholder or a condition."""

from __future__ import annotations

import click

from notices.cli.command import command
from notices.cli.options import pack_argument
from notices.cli.session import Session
from notices.pack.vocabulary import near_miss
from notices.wording.usage import Use, find_uses, rooms_of


@command("where")
@pack_argument()
@click.argument("name", metavar="NAME")
def where(session: Session, pack_id: str, name: str) -> None:
    """List the letters that use a clause, label, placeholder or condition.

    With their kinds and levels. Parts count from 1, in the order of kinds.yaml.
    """
    pack = session.pack(pack_id)
    rooms = rooms_of(pack, name)
    if not rooms:
        known = (*pack.clauses, *pack.labels, *pack.fields, *pack.conditions)
        near = near_miss(name, known) or "–"
        raise click.UsageError(session.words("no-name", pack=pack_id, name=name, near=near))
    uses = [(room, use) for room in rooms for use in find_uses(pack, room, name)]
    for room, use in uses:
        levels = ", ".join(map(str, use.levels))
        place = _place(session, use)
        session.say("where-line", room=room, name=name, kind=use.kind, levels=levels, place=place)
    if not uses:
        session.say("where-unused", name=name)
    session.next("next-where")
    session.finish(
        {
            "pack": pack_id,
            "name": name,
            "uses": [
                {
                    "room": room,
                    "kind": use.kind,
                    "levels": list(use.levels),
                    "part": use.part,
                    "through": use.through,
                }
                for room, use in uses
            ],
        }
    )


def _place(session: Session, use: Use) -> str:
    if use.part < 0:
        return session.words("where-subject")
    if use.through:
        return session.words("where-through", number=use.part + 1, through=use.through)
    return session.words("where-part", number=use.part + 1)
