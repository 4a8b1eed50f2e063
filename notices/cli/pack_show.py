"""`notices pack show`: what a kind of letter says, part by part, and when each part is printed."""

from __future__ import annotations

from typing import Any

import click

from notices.cli.command import command
from notices.cli.options import pack_argument
from notices.cli.session import Session
from notices.pack.sentences import in_both_tongues
from notices.pack.types import Kind, Pack, Part
from notices.review.printed_in import Printed, count_printed


@command("show")
@pack_argument()
@click.argument("kind", metavar="KIND")
def show(session: Session, pack_id: str, kind: str) -> None:
    """Show a kind's parts in their order, and when each is printed, in a sentence.

    What the part and its clause ask is said together, with how many of the pack's examples print
    it. Parts count from 1, as in kinds.yaml.
    """
    pack = session.kind(pack_id, kind)
    counted = count_printed(session.workspace, pack, kind)
    asked = pack.kinds[kind]
    parts = [
        entry
        for index, part in enumerate(asked.parts)
        for entry in _entries(pack, asked, index, part, counted)
    ]
    for entry in parts:
        session.say(
            "show-line",
            number=entry["part"] + 1,
            name=entry["name"],
            when=entry["when"][session.lang],
            count=entry["printed"],
            examples=counted.examples,
        )
    session.finish({"pack": pack.id, "kind": kind, "examples": counted.examples, "parts": parts})


def _entries(
    pack: Pack, kind: Kind, index: int, part: Part, counted: Printed
) -> list[dict[str, Any]]:
    """A line for a block, and one for each clause of a part."""
    lines: list[dict[str, Any]] = []
    if part.block:
        when = in_both_tongues(pack, part.when)
        count = counted.parts.get(index, 0)
        lines.append({"part": index, "name": part.block, "when": when, "printed": count})
    for name in part.clauses:
        when = in_both_tongues(pack, part.when, pack.clauses[name].when)
        count = counted.clauses.get((index, name), 0)
        lines.append({"part": index, "name": name, "when": when, "printed": count})
    return lines
