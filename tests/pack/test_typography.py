"""One apostrophe and one way to write a percentage in each language, whatever the pack."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from notices.pack.load import load_pack
from notices.places import PACKS

NAMES = sorted(file.parent.name for file in PACKS.glob("*/pack.yaml"))
APOSTROPHE = {"fr": "’", "it": "’"}
NO_BREAK = "\u00a0"
BEFORE_PERCENT = {"de": NO_BREAK, "fr": NO_BREAK, "es": NO_BREAK}  # others: nothing


def texts(name: str) -> Iterator[tuple[str, str]]:
    """Every language and fixed wording of a pack."""
    pack = load_pack(PACKS / name)
    for clause in pack.clauses.values():
        yield from clause.texts.items()
        yield from (clause.headings or {}).items()
    for labels in pack.labels.values():
        yield from labels.items()
    for kind in pack.item_kinds.values():
        yield from kind.labels.items()
    for formats in pack.formats.values():
        yield formats.tag, formats.percent.replace("#", "0")


@pytest.mark.parametrize("name", NAMES)
def test_apostrophes_are_of_one_kind(name: str) -> None:
    for lang, text in texts(name):
        if wanted := APOSTROPHE.get(lang):
            assert set(re.findall(r"(?<=[^\W\d])['’](?=[^\W\d])", text)) <= {wanted}, text


@pytest.mark.parametrize("name", NAMES)
def test_percentages_are_spaced_alike(name: str) -> None:
    for lang, text in texts(name):
        wanted = BEFORE_PERCENT.get(lang, "")
        assert set(re.findall(r"\d(\s*)%", text)) <= {wanted}, text
