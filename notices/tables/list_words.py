"""The owners' own words for columns and values of small tables, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from notices.files import read_bytes
from notices.places import TEMPLATES
from notices.textfiles import read_text_file

_FILE = TEMPLATES / "mappings" / "words.yaml"
_SHORT = 1 << 16  # bytes; a longer list tells its encoding by itself


@cache
def read_words(table: str, part: str) -> Mapping[str, str]:
    """Every word for a `table`'s columns or values, folded, and the name it means."""
    known = _read(table, part)
    return {folded(word): name for name, words in known.items() for word in (name, *words)}


@cache
def read_chinese(table: str, part: str) -> Mapping[str, str]:
    """By name the Chinese word under which it is reported: the first one."""
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


def list_encoding(file: Path, table: str) -> str:
    """`gb18030` or `big5` where a short list's bytes leave a doubt and only one of the two makes
    words that the table knows; "" leaves it to detection. Raises FileError."""
    if not file.is_file() or file.stat().st_size > _SHORT:
        return ""
    data = read_bytes(file)
    try:
        data.decode()
        return ""
    except UnicodeDecodeError:
        fits = [codec for codec in ("gb18030", "big5") if _makes_words(data, codec, table)]
        return fits[0] if len(fits) == 1 else ""


def _makes_words(data: bytes, codec: str, table: str) -> bool:
    try:
        cells = {folded(cell) for cell in re.split(r"[,;|\t\r\n\uff0c]", data.decode(codec))}
    except UnicodeDecodeError:
        return False
    known = {*read_words(table, "columns"), *read_words(table, "values")}
    return any(not cell.isascii() for cell in cells & known)


def _read(table: str, part: str) -> Mapping[str, list[str]]:
    known: Mapping[str, list[str]] = read_text_file(_FILE).data[table][part]
    return known
