"""A comparison as one HTML file that needs nothing else: for outside counsel, and for paper."""

from __future__ import annotations

from typing import Any

from notices.catalogue import message
from notices.finding import Finding
from notices.letter.live import LiveGate
from notices.markup import Layout
from notices.pack.types import Pack
from notices.places import TEMPLATES
from notices.review.compare import Comparison
from notices.review.redline_context import Context, find_contexts
from notices.review.redline_words import changed_keys, part_lines, reworded
from notices.textfiles import read_text_file
from notices.wording.digests import is_condition
from notices.wording.redline import PieceChange

FOLDER = TEMPLATES / "redline"
LANGUAGES = ("en", "zh")


def build_redline_page(gate: LiveGate, pack: Pack, comparison: Comparison, made: str) -> str:
    """The page, its furniture in both languages. `pack` is the working one, `made` the day, ISO
    8601. A few letters are drawn, to tell on which pages the changed clauses stand."""
    contexts = find_contexts(gate, pack, comparison)
    redline = comparison.redline
    said = {change.name for change in comparison.said}
    return Layout(FOLDER).render(
        "redline.html.j2",
        {
            "pack": pack.id,
            "names": pack.names,
            "it": comparison,
            "pieces": [
                _piece(pack, piece, contexts[piece.name])
                for piece in redline.pieces
                if not is_condition(piece.name) or piece.name.removesuffix("/when") not in said
            ],
            "parts": [(change.kind, [*part_lines(pack, change.runs)]) for change in redline.parts],
            "made": made,
            "texts": read_text_file(FOLDER / "texts.yaml").data,
            "languages": LANGUAGES,
            "findings": [
                _told(finding) for finding in (*comparison.findings, *comparison.reworded)
            ],
            "still": [_told(finding) for finding in comparison.still],
            "broken": [
                {
                    "about": broken.about,
                    "name": broken.name,
                    "findings": [_told(f) for f in broken.findings],
                }
                for broken in comparison.broken
            ],
            "css": (FOLDER / "redline.css").read_text(encoding="utf-8"),
        },
    )


def _piece(pack: Pack, piece: PieceChange, context: Context) -> dict[str, Any]:
    return {
        "change": piece,
        "context": context,
        "sentences": reworded(pack, piece),
        "differing": changed_keys(piece),
    }


def _told(finding: Finding) -> dict[str, str]:
    return {
        "place": finding.place,
        "rule": finding.rule,
        "severity": finding.severity,
        "en": message(finding, "en"),
        "zh": message(finding, "zh"),
    }
