"""Where the parts of a drawn letter came to stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from notices.letter.make import Drawing
from notices.page.document import Document


@dataclass(frozen=True)
class Place:
    """Where one side of a part came to stand: mm from the page's top left corner."""

    part: str
    lang: str
    page: int
    left: float
    top: float
    width: float
    height: float


def find_places(drawing: Drawing, variants: Mapping[str, str]) -> Iterator[Place]:
    """Each side of each part; `variants` are the clauses' variants that the letter prints."""
    parts = _parts(drawing.document, variants)
    for box in drawing.rendering.boxes:
        names = (box.name, *(box.name.removesuffix(end) for end in ("-label", "-value", "-amount")))
        found = next((parts[name] for name in names if name in parts), None)
        if found is not None:
            part, lang = found
            at = box.frame
            yield Place(part, lang, box.page, at.left, at.top, at.width, at.height)


def _parts(document: Document, variants: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """(part, language) by the id that the page gives each of their rows."""
    found: dict[str, tuple[str, str]] = {}
    parts = {f"clause-{name}-{variant}": f"clause-{name}" for name, variant in variants.items()}
    for block in document.blocks:
        for index, row in enumerate(block.rows):
            for side in row.sides:
                part = block.id.removesuffix(f"-{side.lang}")
                place = (parts.get(part, part), side.lang)
                found[f"{block.id}-{index}-{side.lang}"] = place
    for side in document.subject:
        found[f"subject-{side.lang}"] = ("subject", side.lang)
    return found
