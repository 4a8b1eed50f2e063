"""Names and ids: one person per name, and no name or debt in an id that reaches file names."""

from __future__ import annotations

import re
import unicodedata

_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
# A file name is seen by people who must not learn of a debt.
_TELLING = re.compile(
    "debt|debitor|overdue|arrear|unpaid|collect|dunning|demand|reminder|schuld|mahn|inkasso|"
    "dette|impaye|incasso|qiankuan|cuishou|cuikuan|zhaiwu|欠|催|债|債"
)

_HAN = "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
_COMPANY_END = re.compile(
    r"(公司|厂|廠|店|行|社|中心|集团|事务所|合作社|部|有限合伙|"
    r"\b(ltd|limited|llc|llp|lp|plc|inc|corp|corporation|co|company|gmbh|ag|kg|ohg|gbr|ug|se|sa|"
    r"sas|sarl|sprl|srl|spa|bv|nv|vof|oy|ab|as|aps|kft|sl))\.?\s*$",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"\s*(?:、|;|&|\+|(?<!\b\w)/(?!\w\b))\s*")
_WORDS = re.compile(r"\s+(?:and|und|et|oder|or|og|och|en)\s+")
_HAN_AND = re.compile(rf"(?<={_HAN}{{2}})[和与與及跟](?={_HAN}{{2}})")

# Numbers that name a person or an account: 11 digits (a phone), 15 to 19 (an identity card, a bank
# card), the last perhaps an X. What begins as a date (20260615…) is a number of the sender's own.
_PRIVATE = re.compile(r"(?<![0-9])(?:[0-9]{11}|[0-9]{15,19}|[0-9]{17}[Xx])(?![0-9])")
_BEGINS_AS_DATE = re.compile("(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])")
_IN_FOURS = re.compile(r"(?<![0-9])[0-9]{4}(?:-[0-9]{4}){2,3}-[0-9]{3,4}(?![0-9])")


def id_fault(case_id: str, debtor_names: tuple[str, ...] = ()) -> str:
    """Why an id may not stand in a file name: `form`, `telling` or `name`; "" where it may."""
    if not _ID.fullmatch(case_id) or case_id.endswith("."):
        return "form"
    if _TELLING.search(case_id.casefold()):
        return "telling"
    folded = _folded(case_id)
    for name in debtor_names:
        if any(len(word) >= 4 and word in folded for word in map(_folded, name.split())):
            return "name"
    return ""


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
        return len(parts) > 1 and all(_COMPANY_END.search(part) for part in parts)
    for separator in (_SIGNS, _WORDS, _HAN_AND):
        if len([part for part in separator.split(name) if len(part.strip()) > 1]) > 1:
            return True
    return False
