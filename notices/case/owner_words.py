"""The owners' own words for columns and values of small tables, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from notices.places import TEMPLATES
from notices.textfiles import read_text_file

_FILE = TEMPLATES / "mappings" / "words.yaml"


@cache
def read_words(table: str, part: str) -> Mapping[str, str]:
    """Every word for a `table`'s columns or values, folded, and the name it means."""
    known = _read(table, part)
    return {folded(word): name for name, words in known.items() for word in (name, *words)}


@cache
def read_chinese(table: str, part: str) -> Mapping[str, str]:
    """By name the Chinese word under which it is told: the first one."""
    known = _read(table, part)
    return {
        name: next((word for word in words if not word.isascii()), name)
        for name, words in known.items()
    }


def in_chinese(name: str, table: str, part: str = "values") -> str:
    """The name's Chinese word; the name itself where it has none."""
    return read_chinese(table, part).get(name, name)


def known_names(table: str, part: str) -> dict[str, str]:
    """What may be written, as `known` and `known_zh` for a finding's sentence."""
    chinese = read_chinese(table, part)
    return {"known": ", ".join(chinese), "known_zh": "、".join(chinese.values())}


def folded(word: str) -> str:
    """A word without what people write differently: case, spaces, hyphens."""
    return "_".join(word.strip().casefold().replace("-", " ").replace("_", " ").split())


def known_as(word: str, words: Mapping[str, str]) -> str:
    """The name that `word` means; itself where it means none."""
    return words.get(folded(word), word.strip())


def name_columns(heads: Iterable[str], table: str) -> dict[str, str]:
    """By head the column it means; itself where it means none, or what an earlier head means."""
    words = read_words(table, "columns")
    named: dict[str, str] = {}
    for head in heads:
        name = known_as(head, words)
        named.setdefault(head, head.strip() if name in named.values() else name)
    return named


def _read(table: str, part: str) -> Mapping[str, list[str]]:
    known: Mapping[str, list[str]] = read_text_file(_FILE).data[table][part]
    return known
