"""A comparison as one HTML file that needs nothing else: for outside counsel, and for paper."""

from __future__ import annotations

from collections.abc import Mapping

from notices.catalogue import message
from notices.finding import Finding
from notices.markup import Layout
from notices.places import TEMPLATES
from notices.review.compare import Comparison
from notices.textfiles import read_text_file

FOLDER = TEMPLATES / "redline"
LANGUAGES = ("en", "zh")


def build_redline_page(
    pack_id: str, names: Mapping[str, str], comparison: Comparison, made: str
) -> str:
    """The page, its furniture in both languages. `made` is the day, ISO 8601."""
    return Layout(FOLDER).render(
        "redline.html.j2",
        {
            "pack": pack_id,
            "names": names,
            "it": comparison,
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


def _told(finding: Finding) -> dict[str, str]:
    return {
        "place": finding.place,
        "rule": finding.rule,
        "severity": finding.severity,
        "en": message(finding, "en"),
        "zh": message(finding, "zh"),
    }
