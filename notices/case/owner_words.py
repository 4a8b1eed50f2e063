"""The owners' own words for columns and values of small tables, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from notices.places import TEMPLATES
from notices.textfiles import read_text_file

_FILE = TEMPLATES / "mappings" / "words.yaml"


@cache
def read_words(table: str, part: str) -> Mapping[str, str]:
    """Every word for a `table`'s columns or values, folded, and the name it means."""
    known: dict[str, list[str]] = read_text_file(_FILE).data[table][part]
    return {folded(word): name for name, words in known.items() for word in (name, *words)}


def folded(word: str) -> str:
    """A word without what people write differently: case, spaces, hyphens."""
    return "_".join(word.strip().casefold().replace("-", " ").replace("_", " ").split())


def known_as(word: str, words: Mapping[str, str]) -> str:
    """The name that `word` means; itself where it means none."""
    return words.get(folded(word), word.strip())
