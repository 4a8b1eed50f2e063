"""Adding, removing, moving a kind's parts, and choosing their conditions."""

from __future__ import annotations

from datetime import UTC, datetime

from notices.pack.types import Pack
from notices.review.edit_pack import DONE, Change, edit_at_once
from notices.studio.answers import Studio, outcome_plain
from notices.studio.conditions import clause_change, names_of
from notices.studio.new_parts import part_asked, shown_asked
from notices.studio.question import AskError, part_of, text_of_question, whole_of
from notices.studio.view import Plain
from notices.wording.edits import (
    AddPart,
    ChangePart,
    MovePart,
    PartsChange,
    RemovePart,
    SetConditions,
    change_parts,
)


def parts(studio: Studio, asked: Plain) -> Plain:
    """One change of a kind's parts, if they still read as the page showed them; with conditions of
    the part also those of its clause."""
    pack, kind = studio.packs.kind_asked(asked)
    change = _change(pack, kind, asked)
    seen = text_of_question(asked, "seen")
    changes: list[Change] = [lambda root: change_parts(root, kind, change, seen)]
    clause = part_of(asked, "clause_conditions")
    if isinstance(change, SetConditions) and clause is not None:
        name = pack.kinds[kind].parts[change.index].clause
        changes.append(clause_change(pack, clause, name))
    by = text_of_question(asked, "by")
    outcomes = edit_at_once(studio.workspace, pack.id, by, datetime.now(UTC), changes)
    undone = (outcome for outcome in outcomes if outcome.status not in (*DONE, "held"))
    return outcome_plain(next(undone, outcomes[0]))


def _change(pack: Pack, kind: str, asked: Plain) -> PartsChange:
    index, last = whole_of(asked, "index"), len(pack.kinds[kind].parts)
    action = text_of_question(asked, "action")
    if action == "add" and 0 <= index <= last:
        return AddPart(index, part_asked(pack, asked))
    if not 0 <= index < last:
        raise AskError("there is no such part")
    if action == "remove":
        return RemovePart(index)
    if action == "move" and 0 <= whole_of(asked, "to") < last:
        return MovePart(index, whole_of(asked, "to"))
    if action == "show":
        return ChangePart(index, shown_asked(asked))
    if action == "conditions":
        hold, hold_not = names_of(pack, asked, "names"), names_of(pack, asked, "not_names")
        return SetConditions(index, hold, hold_not)
    raise AskError(f"{action[:20]}: no such change of a part")
