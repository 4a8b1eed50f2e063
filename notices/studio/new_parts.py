"""New parts of a letter: what may be added, a clause that is being written, and its saving."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from notices.catalogue import as_record
from notices.pack.contradictions import can_hold
from notices.pack.sentences import in_both_tongues
from notices.pack.types import Pack
from notices.pack.vocabulary import (
    BLOCK_ROWS,
    BLOCK_STYLES,
    BLOCKS,
    CLAUSE_STYLES,
    FIGURES,
    ROWS_NEEDED,
)
from notices.review.add_clause import Place, add_new_clause
from notices.review.edit_pack import DONE, edit_pack
from notices.studio.answers import Studio, outcome_plain
from notices.studio.clause_check import check_one
from notices.studio.conditions import names_of
from notices.studio.question import (
    AskError,
    lists_of,
    long_text_of,
    mapping_of,
    part_of,
    text_of_question,
    texts_of,
    whole_or_none,
)
from notices.studio.view import Plain
from notices.wording.edits import (
    SHOWN,
    Outcome,
    clause_file,
    read_value,
    set_headings,
    set_value,
    value_digest,
)
from notices.wording.new_clause import NewClause, as_clause, check_sides, clause_entry
from notices.wording.yaml_rewrite import MISSING

_SIDES = 40  # of a clause
_ROWS = 60  # of a block


def choices(studio: Studio, asked: Plain) -> Plain:
    """What may be added to a letter: the layout's blocks, with their styles and what their rows may
    name; the styles of clauses, and the style that each clause has elsewhere in the pack."""
    pack = studio.packs.asked(asked)
    parts = [part for kind in pack.kinds.values() for part in kind.parts]
    titles = {part.title for part in parts if part.title}
    titles |= {name for name in pack.labels if name.endswith("-title")}
    shown = (*FIGURES, *pack.fields, *pack.dates)
    return {
        "blocks": [
            {
                "block": block,
                "styles": list(BLOCK_STYLES.get(block, ())),
                "rows": BLOCK_ROWS.get(block, ""),
                "needed": block in ROWS_NEEDED,
                "labelled": block in ("values", "reply_slip"),
                "title": next((p.title for p in parts if p.block == block and p.title), ""),
            }
            for block in BLOCKS
        ],
        "placeholder": list(dict.fromkeys(shown)),
        "label": list(pack.labels),
        "labels": {name: dict(texts) for name, texts in pack.labels.items()},
        "titles": sorted(titles),
        "items": {kind.id: dict(kind.labels) for kind in pack.item_kinds.values()},
        "styles": list(CLAUSE_STYLES),
        "style_of": {part.clause: part.style for part in parts if part.clause and part.style},
    }


def part_asked(pack: Pack, asked: Plain) -> dict[str, Any]:
    """A part as kinds.yaml writes it: a clause, or a block with its rows. Raises AskError."""
    clause, block = text_of_question(asked, "clause"), text_of_question(asked, "block")
    if clause and clause not in pack.clauses:
        raise AskError(f"{pack.id} has no clause {clause[:40]}")
    if not clause and block not in BLOCKS:
        raise AskError(f"{block[:40]}: no such block")
    what = {"clause": clause} if clause else {"block": block}
    return {**what, **shown_asked(asked)}


def shown_asked(asked: Plain) -> dict[str, Any]:
    """What a part is to show, and how. Raises AskError."""
    found: dict[str, Any] = {key: text_of_question(asked, key) for key in ("style", "title")}
    found["rows"] = [name for name in texts_of(asked, "rows", _ROWS) if name]
    found["sums"] = {row: kinds for row, kinds in lists_of(asked, "sums", _ROWS).items() if kinds}
    found["column"] = text_of_question(asked, "column")
    return {key: found[key] for key in SHOWN if found[key]}


def try_clause(studio: Studio, asked: Plain) -> Plain:
    """What is wrong with a clause that is being written, before anything of it is saved; when it
    will be printed, in a sentence, and whether any letter could."""
    pack, kind = studio.packs.kind_asked(asked)
    clause = _clause(pack, asked)
    like: Mapping[str, Any] = {}
    if clause.like:
        root = studio.packs.root(pack.id)
        like, _ = read_value(root, clause_file(root, clause.like), (clause.like,))
    twice = check_sides(clause.texts, clause.headings)
    if twice:  # its conditions can be told all the same
        clause = replace(clause, texts={}, headings={})
    read, unread = as_clause(pack, clause_entry(clause, like))
    found = [*twice, *unread]
    if not found:
        shown = replace(pack, clauses={**pack.clauses, read.id: read})
        found = [*check_one(shown, read.id)]
    return {
        "taken": clause.id in pack.clauses,
        "findings": [as_record(finding) for finding in found],
        "said": in_both_tongues(pack, read.when) if read.when else None,
        "possible": can_hold(pack, [read.when], pack.kinds[kind]),
    }


def new_clause(studio: Studio, asked: Plain) -> Plain:
    """Save a new clause and, where an `index` is given, print it before that part of the kind."""
    pack = studio.packs.asked(asked)
    kind = text_of_question(asked, "kind")
    index = whole_or_none(asked, "index")
    place = None
    if index is not None:
        if kind not in pack.kinds:
            raise AskError(f"{pack.id} has no kind {kind[:40]}")
        if index < 0:
            raise AskError("index: a whole number")
        seen = text_of_question(asked, "seen")
        place = Place(kind, index, text_of_question(asked, "style"), seen)
    clause, by = _clause(pack, asked), text_of_question(asked, "by")
    outcomes = add_new_clause(studio.workspace, pack, clause, by, datetime.now(UTC), place)
    undone = (outcome for outcome in outcomes if outcome.status not in (*DONE, "held"))
    return {**outcome_plain(next(undone, outcomes[0])), "clause": clause.id}


def headings(studio: Studio, asked: Plain) -> Plain:
    """Give a clause that has no heading one in each language; without texts its heading goes."""
    pack = studio.packs.asked(asked)
    name = text_of_question(asked, "clause")
    if name not in pack.clauses:
        raise AskError(f"{pack.id} has no clause {name[:40]}")
    texts = _sides(pack, asked, "texts")
    file = pack.clauses[name].file.removeprefix(f"packs/{pack.root.name}/")

    def change(root: Path) -> Outcome:
        if texts:
            return set_headings(root, file, name, texts, value_digest(MISSING))
        path = (name, "heading")
        return set_value(root, file, path, None, read_value(root, file, path)[1])

    by = text_of_question(asked, "by")
    return outcome_plain(edit_pack(studio.workspace, pack.id, by, datetime.now(UTC), change))


def _clause(pack: Pack, asked: Plain) -> NewClause:
    given = part_of(asked, "clause")
    if given is None:
        raise AskError("clause: a new clause")
    like = text_of_question(given, "like")
    if like and like not in pack.clauses:
        raise AskError(f"{pack.id} has no clause {like[:40]}")
    return NewClause(
        text_of_question(given, "id").strip(),
        text_of_question(given, "class"),
        long_text_of(given, "source"),
        _sides(pack, given, "texts"),
        _sides(pack, given, "headings"),
        names_of(pack, given, "names"),
        names_of(pack, given, "not_names"),
        like,
    )


def _sides(pack: Pack, given: Plain, key: str) -> dict[str, str]:
    sides = mapping_of(given, key, _SIDES)
    for side in sides:
        lang, _, variant = side.partition(".")
        if lang not in pack.formats or (variant and variant not in pack.conditions):
            raise AskError(f"{key}: texts by language")
    return sides
