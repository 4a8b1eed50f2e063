"""A new clause, or one like another, in the workspace's own pack, on request in a letter too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from notices.finding import Finding
from notices.letter.workspace import Workspace
from notices.pack.types import Pack
from notices.review.edit_pack import Change, edit_at_once
from notices.wording.edits import AddPart, Outcome, add_clause, change_parts, read_value
from notices.wording.new_clause import NewClause


@dataclass(frozen=True)
class Place:
    """Where a new clause is printed: before the part at `index` of a kind (at the end: the number
    of its parts). `seen` is the digest of the parts that the editor saw; "" = as they stand."""

    kind: str
    index: int
    style: str = ""
    seen: str = ""


def add_new_clause(
    workspace: Workspace,
    pack: Pack,
    clause: NewClause,
    by: str,
    when: datetime,
    place: Place | None = None,
) -> tuple[Outcome, ...]:
    """Add a clause to the pack, and to a letter: both or neither, each an edit like any other.

    Raises what `edit_at_once` raises.
    """
    file = _file_for(pack, clause, place)
    changes: list[Change] = [lambda root: add_clause(root, file, clause)]
    if place:
        changes.append(lambda root: _placed(root, clause, place))
    return edit_at_once(workspace, pack.id, by, when, changes)


def _placed(root: Path, clause: NewClause, place: Place) -> Outcome:
    now, digest = read_value(root, "kinds.yaml", (place.kind, "parts"))
    part = {"clause": clause.id} | ({"style": place.style} if place.style else {})
    outcome = change_parts(root, place.kind, AddPart(place.index, part), place.seen or digest)
    last = len(now or ())
    if place.index in range(last + 1):
        return outcome
    params = {"number": str(place.index + 1), "kind": place.kind, "count": str(last)}
    params["end"] = str(last + 1)
    return replace(outcome, findings=(Finding("no-such-part", file="kinds.yaml", params=params),))


def _file_for(pack: Pack, clause: NewClause, place: Place | None) -> str:
    """The file of the clause that it is like, else of the one printed before it, else the first."""
    parts = pack.kinds[place.kind].parts if place and place.kind in pack.kinds else ()
    before = (part.clause for part in reversed(parts[: place.index if place else 0]))
    near = (name for name in (clause.like, *before, *pack.clauses) if name in pack.clauses)
    return pack.clauses[next(near)].file.removeprefix(f"packs/{pack.root.name}/")
