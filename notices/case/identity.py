"""Ids: no name, no debt and no private number in what reaches file names."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from notices.places import TEMPLATES
from notices.textfiles import read_text_file

_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
# Numbers that name a person or an account: 11 digits (a phone), 15 to 19 (an identity card, a bank
# card), the last perhaps an X. What begins as a date (20260615…) is a number of the sender's own.
_PRIVATE = re.compile(r"(?<![0-9])(?:[0-9]{11}|[0-9]{15,19}|[0-9]{17}[Xx])(?![0-9])")
_BEGINS_AS_DATE = re.compile("(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])")
_IN_FOURS = re.compile(r"(?<![0-9])[0-9]{4}(?:-[0-9]{4}){2,3}-[0-9]{3,4}(?![0-9])")


@cache
def _telling() -> re.Pattern[str]:
    """Words of templates/identity.yaml that tell of a debt."""
    words = read_text_file(TEMPLATES / "identity.yaml").data["telling"]
    return re.compile("|".join(map(re.escape, words)))


def id_fault(case_id: str, debtor_names: tuple[str, ...] = ()) -> str:
    """Why an id may not stand in a file name: `form`, `telling` or `name`; "" where it may."""
    if not _ID.fullmatch(case_id) or case_id.endswith("."):
        return "form"
    if _telling().search(case_id.casefold()):
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
