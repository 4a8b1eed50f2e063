"""How texts are compared: one width, one case, one script, whatever was put between the letters."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from notices.places import TEMPLATES
from notices.textfiles import read_text_file

HAN = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
_BESIDE_HAN = re.compile(rf"\s+(?=[{HAN}])|(?<=[{HAN}])\s+")
_BETWEEN_HAN = re.compile(rf"(?<=[{HAN}])[·・.*_\-]+(?=[{HAN}])")
_SPELLED_OUT = re.compile(r"(?<!\w)\w(?:[ .*_-]\w){3,}(?!\w)")
_QUOTES = dict.fromkeys(map(ord, "’‘ʼ´`"), "'")


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """`text` in one width and case, without invisible characters and letter-spacing."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Cc") or c.isspace())
    plain = re.sub(r"\s+", " ", plain)
    plain = _BETWEEN_HAN.sub("", _BESIDE_HAN.sub("", plain))
    return _SPELLED_OUT.sub(lambda m: re.sub(r"[ .*_-]", "", m.group()), plain)


def one_script(text: str) -> str:
    """`text` with traditional characters as simplified ones and one apostrophe; as long as it."""
    return text.translate(_characters())


@lru_cache(maxsize=4096)
def ready(text: str) -> str:
    """A folded text in one script and without accents, as patterns are held against it."""
    return bare(one_script(text))


def bare(text: str) -> str:
    """`text` without accents: é as e, ä as a; as long as it."""
    return text if text.isascii() else "".join(map(_bare, text))


@lru_cache(maxsize=8192)
def _bare(character: str) -> str:
    return (
        unicodedata.normalize("NFD", character)[0]
        if "\u00c0" <= character < "\u0250"
        else character
    )


@cache
def _characters() -> dict[int, str]:
    """Which character stands for which: templates/wording/characters.yaml. Raises FileError."""
    data = read_text_file(TEMPLATES / "wording" / "characters.yaml").data
    pairs = zip("".join(data["traditional"]), "".join(data["simplified"]), strict=True)
    return {ord(traditional): simplified for traditional, simplified in pairs} | _QUOTES
