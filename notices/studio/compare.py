"""The compare view's answers: a redline, what it breaks, and a file for outside counsel."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime

from notices.catalogue import as_record
from notices.letter.live import LiveGate
from notices.pack.names import name_example
from notices.review.compare import Comparison, compare_states
from notices.review.redline_page import build_redline_page
from notices.studio.answers import Studio
from notices.studio.question import text_of_question
from notices.studio.view import Plain, clause_names
from notices.wording.redline import as_data


def compare(studio: Studio, asked: Plain) -> Plain:
    """Two states of a kind's text, word by word; the faults that the later one alone has, and the
    examples that no longer come out."""
    it = _compared(studio, asked)
    pack = studio.packs.asked(asked)
    kind = text_of_question(asked, "kind")
    return {
        **as_data(it.redline),
        "called": {f"clauses/{name}": called for name, called in clause_names(pack).items()},
        "breaks": [as_record(finding) for finding in (*it.findings, *it.reworded)],
        "broken": [
            {
                "called": name_example(pack, example.name, example.about),
                "findings": [as_record(f) for f in example.findings],
            }
            for example in it.broken
        ],
        "played": it.played,
        "made": it.made,
        "touched": list(it.touched),
        "untried": list(it.untried),
        "still": [as_record(finding) for finding in it.still],
        "clear": it.is_clear,
        "sentences": [
            asdict(said)
            for said in it.said
            if not said.name.startswith("kinds/") or said.name.startswith(f"kinds/{kind}/")
        ],
        "unapproved": list(it.unapproved),
    }


def export(studio: Studio, asked: Plain) -> str:
    """The comparison as one HTML file that needs nothing else."""
    pack = studio.packs.asked(asked)
    now = datetime.now(UTC)
    gate = LiveGate(studio.workspace, now.isoformat(timespec="seconds"))
    return build_redline_page(gate, pack, _compared(studio, asked), now.date().isoformat())


def _compared(studio: Studio, asked: Plain) -> Comparison:
    """The comparison of the pack, of which the one kind's pieces are kept."""
    pack = studio.packs.asked(asked)
    kind = text_of_question(asked, "kind")
    before, after = text_of_question(asked, "from"), text_of_question(asked, "to")
    gate = LiveGate(studio.workspace, datetime.now(UTC).isoformat(timespec="seconds"))
    it = compare_states(gate, pack.id, before, after, tried=studio.tried)
    parts = tuple(change for change in it.redline.parts if change.kind == kind)
    return replace(it, redline=replace(it.redline, parts=parts))
