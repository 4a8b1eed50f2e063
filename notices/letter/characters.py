"""Characters that can't be set: no font has them, or their script can't be set yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from notices.case.characters import texts_in
from notices.case.record import Record
from notices.finding import Finding
from notices.pack.paths import Steps, path_text
from notices.page.document import Document
from notices.page.fonts import Coverage, FontSet
from notices.places import LAYOUT
from notices.textfiles import read_text_file


@dataclass(frozen=True)
class Script:
    """A script that can't be set yet: its name in `en` and `zh`, and its characters."""

    names: Mapping[str, str]
    characters: Coverage


@cache
def unset_scripts() -> tuple[Script, ...]:
    """The scripts that no font helps to set."""
    scripts = read_text_file(LAYOUT / "scripts.yaml").data["unset"]
    return tuple(
        Script({lang: s[lang] for lang in ("en", "zh")}, Coverage(s["blocks"])) for s in scripts
    )


def check_characters(
    document: Document, fonts: FontSet, written: tuple[Record, ...]
) -> Iterator[Finding]:
    """Every character that can't be set, once in each field of `written` that has it."""
    sides = (side for block in document.blocks for row in block.rows for side in row.sides)
    texts = [run.text for side in sides for cell in side.cells for run in cell.runs]
    texts += [*document.recipient.lines, *document.return_address.lines]
    head = (*document.subject, *document.letterhead.names, *document.letterhead.lines)
    texts += [side.text for side in head]
    furniture = document.furniture
    for by_language in (furniture.page_of, furniture.short, furniture.language_heads):
        texts += by_language.values()
    texts.append(furniture.watermark)
    printed = "".join(texts)
    if printed.isascii():
        return
    missing = fonts.missing(printed)
    told: set[tuple[str, str, str]] = set()
    for char in dict.fromkeys(printed):
        script = _unset_script(char)
        if not script and char not in missing:
            continue
        params = {"char": char, "code": f"U+{ord(char):04X}"}
        rule = "no-font"
        if script:
            rule, params = "script-unset", {f"script_{k}": v for k, v in script.names.items()}
        for place, path in _fields(char, written):
            file, line = (place.file, place.line(*path)) if place else ("", 0)
            said = (rule, str(params), f"{file} {path}")
            if said not in told:
                told.add(said)
                yield Finding(rule, "error", file, line, path_text(path), params)


def _unset_script(char: str) -> Script | None:
    if char < "\u0590":
        return None  # Latin, Greek, Cyrillic, Armenian
    return next((script for script in unset_scripts() if char in script.characters), None)


def _fields(char: str, written: tuple[Record, ...]) -> Iterator[tuple[Record | None, Steps]]:
    """The fields that have the character; none where it was not given."""
    places: list[tuple[Record | None, Steps]] = [
        (where, path)
        for where in written
        for path, text in texts_in(where.data)
        if char in text and "real_names" not in path
    ]
    yield from places or [(None, ())]
