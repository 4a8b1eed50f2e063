"""`notices packs`: the packs that there are."""

from __future__ import annotations

from typing import Any

import click

from notices.cli.command import command
from notices.cli.fields import hint_in
from notices.cli.session import Session
from notices.finding import errors_in
from notices.pack.load import read_pack
from notices.pack.overlay import overlaid_here
from notices.pack.types import Pack


@command("packs")
@click.option("--names", is_flag=True, help="Only their ids, one a line.")
def packs(session: Session, names: bool) -> None:
    """List the packs that this workspace sees."""
    ids = session.workspace.pack_ids()
    if names:
        for pack_id in ids:
            session.print(pack_id)
        session.finish({"packs": [{"pack": pack_id} for pack_id in ids]})
    answers: list[dict[str, Any]] = []
    for pack_id in ids:
        root = session.pack_root(pack_id)
        pack, findings = read_pack(*session.workspace.of_pack(root))
        faults = len(errors_in(findings))
        if pack is None:
            session.say("pack-broken", pack=pack_id, root=root, faults=faults)
            answers.append({"pack": pack_id, "root": str(root), "faults": faults})
        else:
            shipped = root.parent == session.workspace.builtin_root
            _say(session, pack, shipped)
            overlaid = sorted(overlaid_here(pack))
            if overlaid:
                session.say("pack-overlaid", names=", ".join(overlaid))
            answer = {"shipped": shipped, "faults": faults, "overlaid": overlaid}
            answers.append({**_answer(pack), **answer})
    if kinds := next((answer["kinds"] for answer in answers if answer.get("kinds")), None):
        session.next("next-packs", kind=f"{answers[0]['pack']}/{next(iter(kinds))}")
    session.finish({"packs": answers})


def _say(session: Session, pack: Pack, shipped: bool) -> None:
    session.say(
        "pack-line",
        pack=pack.id,
        version=pack.version,
        name=hint_in(pack.names, session.lang),
        origin=session.words("shipped" if shipped else "own"),
        kinds=", ".join(pack.kinds),
        languages="; ".join("+".join(tags) for tags in pack.language_sets),
    )


def _answer(pack: Pack) -> dict[str, Any]:
    return {
        "pack": pack.id,
        "version": pack.version,
        "names": dict(pack.names),
        "root": str(pack.root),
        "digest": pack.digest,
        "kinds": {kind.id: list(kind.levels) for kind in pack.kinds.values()},
        "language_sets": [list(tags) for tags in pack.language_sets],
    }
