"""What the page says of conditions: sentences of the core, and what may be chosen."""

from __future__ import annotations

from collections.abc import Mapping

from notices.pack.contradictions import can_hold
from notices.pack.sentences import in_both_tongues
from notices.pack.types import Clause, Condition, Pack
from notices.review.edit_pack import Change
from notices.review.printed_in import count_printed
from notices.studio.answers import Studio
from notices.studio.question import AskError, part_of, text_of_question, texts_of, whole_of
from notices.studio.view import NAMED, Plain
from notices.wording.edits import read_value, set_clause_conditions


def printed(studio: Studio, asked: Plain) -> Plain:
    """How many of the kind's examples print each part and clause."""
    pack, kind = studio.packs.kind_asked(asked)
    found = count_printed(studio.workspace, pack, kind)
    parts: dict[str, dict[str, int]] = {
        str(index): {"": found.parts.get(index, 0)} for index in range(len(pack.kinds[kind].parts))
    }
    for index, part in enumerate(pack.kinds[kind].parts):
        for name in part.clauses:
            parts[str(index)][name] = found.clauses.get((index, name), 0)
    return {"examples": found.examples, "parts": parts}


def sentence(studio: Studio, asked: Plain) -> Plain:
    """What a choice of named conditions would say, part and clause together, and whether any letter
    could satisfy it."""
    pack, kind = studio.packs.kind_asked(asked)
    part = pack.kinds[kind].parts[_index(asked, len(pack.kinds[kind].parts))]
    whens = [_chosen(pack, part.when, part_of(asked, "part"))]
    if part.clause:
        whens.append(_chosen(pack, pack.clauses[part.clause].when, part_of(asked, "clause")))
    clause = pack.clauses.get(part.clause)
    seen = ""
    if clause:
        file = clause.file.removeprefix(f"packs/{pack.root.name}/")
        seen = read_value(studio.packs.root(pack.id), file, (clause.id, "when"))[1]
    return {
        "clause_digest": seen,
        "said": in_both_tongues(pack, *whens),
        "possible": can_hold(pack, whens, pack.kinds[kind]),
    }


def clause_change(pack: Pack, asked: Mapping[str, object], name: str) -> Change:
    """Setting the named conditions of a clause, in all letters that print it. Raises AskError."""
    clause = _clause(pack, name)
    file = clause.file.removeprefix(f"packs/{pack.root.name}/")
    hold, hold_not = names_of(pack, asked, "names"), names_of(pack, asked, "not_names")
    seen = text_of_question(asked, "seen")
    return lambda root: set_clause_conditions(root, file, clause.id, hold, hold_not, seen)


def names_of(pack: Pack, asked: Mapping[str, object], key: str) -> tuple[str, ...]:
    """Names of conditions in a question. Raises AskError for one that the pack does not have."""
    names = texts_of(asked, key)
    if unknown := [name for name in names if name not in pack.conditions]:
        raise AskError(f"{pack.id} has no condition {unknown[0][:40]}")
    return names


def _chosen(pack: Pack, now: Condition, given: Plain | None) -> Condition:
    """A condition with other named ones."""
    asked = given or {}
    hold, hold_not = names_of(pack, asked, "names"), names_of(pack, asked, "not_names")
    rest = {key: values for key, values in now.items() if key not in NAMED}
    return {**rest, **({"all": hold} if hold else {}), **({"not": hold_not} if hold_not else {})}


def _index(asked: Plain, count: int) -> int:
    index = whole_of(asked, "index")
    if not 0 <= index < count:
        raise AskError("there is no such part")
    return index


def _clause(pack: Pack, name: str) -> Clause:
    if name not in pack.clauses:
        raise AskError(f"{pack.id} has no clause {name[:40]}")
    return pack.clauses[name]
