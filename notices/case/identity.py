"""Names and ids: one person per name, and no name or debt in an id that reaches file names."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from notices.places import TEMPLATES
from notices.textfiles import read_text_file

_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
_HAN = "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
_SIGNS = re.compile(r"\s*(?:、|;|&|\+|(?<!\b\w)/(?!\w\b))\s*")
# Numbers that name a person or an account: 11 digits (a phone), 15 to 19 (an identity card, a bank
# card), the last perhaps an X. What begins as a date (20260615…) is a number of the sender's own.
_PRIVATE = re.compile(r"(?<![0-9])(?:[0-9]{11}|[0-9]{15,19}|[0-9]{17}[Xx])(?![0-9])")
_BEGINS_AS_DATE = re.compile("(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])")
_IN_FOURS = re.compile(r"(?<![0-9])[0-9]{4}(?:-[0-9]{4}){2,3}-[0-9]{3,4}(?![0-9])")


@dataclass(frozen=True)
class _Words:
    """The words of templates/identity.yaml as patterns."""

    telling: re.Pattern[str]
    company_end: re.Pattern[str]
    joined: re.Pattern[str]
    joined_han: re.Pattern[str]


@cache
def _words() -> _Words:
    data = read_text_file(TEMPLATES / "identity.yaml").data

    def either(words: list[str]) -> str:
        return "|".join(map(re.escape, words))

    ends = data["company_endings"]
    return _Words(
        re.compile(either(data["telling"])),
        re.compile(rf"({either(ends['han'])}|\b({either(ends['words'])}))\.?\s*$", re.IGNORECASE),
        re.compile(rf"\s+(?:{either(data['and_words'])})\s+"),
        re.compile(rf"(?<={_HAN}{{2}})(?:{either(data['and_signs_between_han'])})(?={_HAN}{{2}})"),
    )


def id_fault(case_id: str, debtor_names: tuple[str, ...] = ()) -> str:
    """Why an id may not stand in a file name: `form`, `telling` or `name`; "" where it may."""
    if not _ID.fullmatch(case_id) or case_id.endswith("."):
        return "form"
    if _words().telling.search(case_id.casefold()):
        return "telling"
    folded = _folded(case_id)
    for name in debtor_names:
        if any(len(word) >= 4 and word in folded for word in map(_folded, name.split())):
            return "name"
    return ""


@lru_cache(maxsize=4096)  # most of a table's sentences come again in every row
def holds_private_number(text: str) -> bool:
    """Whether a text holds a run of digits as phones, bank cards and identity cards have."""
    plain = re.sub(r"(?<=[0-9])\s(?=[0-9])", "", unicodedata.normalize("NFKC", text))
    plain = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in plain)
    if _IN_FOURS.search(plain):
        return True
    return any(not _BEGINS_AS_DATE.match(m.group()) for m in _PRIVATE.finditer(plain))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if c.isalpha()).casefold()


def is_two_people(name: str, debtor_type: str) -> bool:
    """Whether a name holds two: `王五、赵六`, `Ann & Bob`; of companies only two whole firms."""
    name = unicodedata.normalize("NFKC", name)
    if debtor_type == "business":
        parts = [part for part in _SIGNS.split(name) if part]
        return len(parts) > 1 and all(_words().company_end.search(part) for part in parts)
    for separator in (_SIGNS, _words().joined, _words().joined_han):
        if len([part for part in separator.split(name) if len(part.strip()) > 1]) > 1:
            return True
    return False
