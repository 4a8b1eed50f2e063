"""The where-used view's answers."""

from __future__ import annotations

from notices.pack import names as called
from notices.pack.vocabulary import FIGURES
from notices.studio.answers import Studio
from notices.studio.question import AskError, text_of_question
from notices.studio.view import Plain
from notices.wording.usage import ROOMS, find_uses


def usage(studio: Studio, asked: Plain) -> Plain:
    """Every kind, level and part that can show a clause, a term, a placeholder or a condition."""
    pack = studio.packs.asked(asked)
    room, name = text_of_question(asked, "room"), text_of_question(asked, "name")
    if room not in ROOMS:
        raise AskError(f"{room[:20]}: no such room")
    uses = find_uses(pack, room, name)
    return {
        "uses": [
            {
                "kind": use.kind,
                "levels": list(use.levels),
                "part": pack.kinds[use.kind].parts[use.part].id if use.part >= 0 else "subject",
                "index": use.part,
                "through": use.through,
            }
            for use in uses
        ]
    }


def names(studio: Studio, asked: Plain) -> Plain:
    """What can be looked up, by room."""
    pack = studio.packs.asked(asked)
    used = {part for kind in pack.kinds.values() for p in kind.parts for part in (*p.rows, p.title)}
    return {
        "clause": {c.id: called.name_clause(pack, c) for c in pack.clauses.values()},
        "label": {name: dict(t) for name, t in pack.labels.items() if name in used},
        "placeholder": {
            name: called.name_placeholder(pack, name)
            for name in sorted({*pack.fields, *pack.dates, *FIGURES})
        },
        "condition": {name: called.name_condition(pack, name) for name in pack.conditions},
    }
