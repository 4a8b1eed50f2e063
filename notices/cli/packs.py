"""`notices packs`: the packs that there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.fields import hint_in
from notices.cli.session import Session
from notices.figures.reach import Reach, derive_reach
from notices.finding import errors_in
from notices.pack.check import check_tables
from notices.pack.load import read_pack
from notices.pack.overlay import overlaid_here
from notices.pack.types import Pack

DAYS_BEFORE = 30  # that a table ends, it is told


@command("packs")
@click.option("--names", is_flag=True, help="Only their ids, one a line.")
def packs(session: Session, names: bool) -> None:
    """List the packs that this workspace sees.

    And until which day of issue their letters can be made: so far rates and days off are known. 30
    days before, a warning tells what to add.
    """
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
            reach = derive_reach(pack)
            _say(session, pack, shipped)
            _say_reach(session, pack, reach)
            overlaid = sorted(overlaid_here(pack))
            if overlaid:
                session.say("pack-overlaid", names=", ".join(overlaid))
            session.note(check_tables(pack, clock.today(), DAYS_BEFORE))
            answer = {"shipped": shipped, "faults": faults, "overlaid": overlaid}
            answers.append({**_answer(pack, reach), **answer})
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


def _say_reach(session: Session, pack: Pack, reach: Sequence[Reach]) -> None:
    """Until when its letters can be made; kinds that end on one day stand together."""
    ends: dict[tuple[date, str], list[str]] = {}
    for one in reach:
        ends.setdefault((one.until, "" if one.always else one.table), []).append(one.kind)
    said = [
        session.words("packs-where", until=until, table=table, kinds=", ".join(kinds))
        if table
        else session.words("packs-kinds", until=until, kinds=", ".join(kinds))
        for (until, table), kinds in sorted(ends.items())
    ]
    if said:
        session.say("packs-until", until="; ".join(said))
    for table in pack.rates.values():
        session.say("packs-rates", table=table.id, through=table.known_through)


def _answer(pack: Pack, reach: Sequence[Reach]) -> dict[str, Any]:
    return {
        "pack": pack.id,
        "version": pack.version,
        "names": dict(pack.names),
        "root": str(pack.root),
        "digest": pack.digest,
        "kinds": {kind.id: list(kind.levels) for kind in pack.kinds.values()},
        "language_sets": [list(tags) for tags in pack.language_sets],
        "letters": [{**asdict(one), "until": str(one.until)} for one in reach],
        "rates": {table.id: str(table.known_through) for table in pack.rates.values()},
    }
