"""Names as people and firms bear them: one person, one firm, or two in one field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from notices.places import TEMPLATES
from notices.textfiles import read_text_file

_HAN = "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
# A slash beside a single letter is part of a word: A/S, a/l, t/a.
_SIGNS = re.compile(r"\s*(?:、|;|&|\+|(?<!\b\w)/(?!\w\b))\s*")
_COMMA = re.compile(r"\s*,\s*")
_GLUED = re.compile(r"(?<=\w\w)\.(?=\w\w)")  # Co.KG
_FEWEST = 2  # words of a whole name


@dataclass(frozen=True)
class _Words:
    """The words of templates/identity.yaml, ready to be looked for."""

    forms: frozenset[str]
    han_forms: re.Pattern[str]
    partners: frozenset[str]
    joined: re.Pattern[str]
    joined_capitals: re.Pattern[str]
    joined_letters: re.Pattern[str]
    joined_han: re.Pattern[str]
    couples: frozenset[str]
    han_couples: re.Pattern[str]
    small: frozenset[str]  # titles and particles


@cache
def _words() -> _Words:
    data = read_text_file(TEMPLATES / "identity.yaml").data

    def either(words: Iterable[str]) -> str:
        return "|".join(map(re.escape, words))

    forms, couples = data["legal_forms"], data["couples"]
    ands, short = data["and_words"], data["and_short"]
    long_ands = [word.upper() for word in ands if len(word) > 1]
    return _Words(
        frozenset(word for words in forms["words"] for word in words),
        re.compile(rf"(?:{either(forms['han'])})(?:\([^()]*\))?$"),
        frozenset(data["partners"]),
        re.compile(rf"\s+(?:{either([*ands, *short])})\s+|\s+u\.(?=\w)"),
        re.compile(rf"\s+(?:{either(long_ands)})\s+"),
        re.compile(rf"\s+(?:{either(data['and_letters'])})\s+"),
        re.compile(rf"(?<={_HAN}{{2}})(?:{either(data['and_signs_between_han'])})(?={_HAN}{{2}})"),
        frozenset(couples["words"]),
        re.compile(either(couples["han"])),
        frozenset((*data["titles"], *data["particles"])),
    )


@lru_cache(maxsize=4096)
def is_two_people(name: str, debtor_type: str) -> bool:
    """Whether a name holds two: `王五、赵六`, `Ann & Bob`; of firms only two whole ones.

    `GmbH & Co. KG`, `SA/NV` and `Müller & Sohn` are one firm, whatever the debtor's type; `Eheleute
    Müller` are two. Two whole names with a comma between them count as two: `García López, María
    José` has to be written as it is spoken.
    """
    name = " ".join(_GLUED.sub(". ", unicodedata.normalize("NFKC", name)).split())
    if debtor_type == "business" or is_firm(name):
        parts = [part for part in _parts(name) if is_firm(part)]
        return len(_whole(parts)) > 1
    if _names_a_couple(name):
        return True
    words = _words()
    for separator in (_SIGNS, words.joined, words.joined_han):
        if len(_whole(separator.split(name))) > 1:
            return True
    if name.isupper() and len(_whole(words.joined_capitals.split(name))) > 1:
        return True
    return _by_letter(name) or _by_comma(name)


def is_firm(name: str) -> bool:
    """Whether a name ends as firms' names do: in a legal form, perhaps with a place behind it."""
    words = _words()
    if words.han_forms.search(name):
        return True
    last = [_plain(word) for word in re.split(r"[\s,/]+", name)[-3:]]
    return any(word in words.forms for word in last if len(word) > 1)


def _parts(name: str) -> list[str]:
    """A firm's name at every sign that could part two firms."""
    words = _words()
    found = [name]
    for separator in (_SIGNS, _COMMA, words.joined, words.joined_han):
        found = [part for whole in found for part in separator.split(whole)]
    return found


def _whole(parts: list[str]) -> list[str]:
    """The parts that stand for somebody: no legal form alone, nothing that begins as a partner."""
    words = _words()
    kept = []
    for part in parts:
        plain = [_plain(word) for word in part.split()]
        if len(part.strip()) < 2 or plain[0] in words.partners:
            continue
        if all(word in words.forms for word in plain if word):
            continue
        kept.append(part)
    return kept


def _names_a_couple(name: str) -> bool:
    words = _words()
    first = _plain(name.split()[0]) if name.split() else ""
    return first in words.couples or words.han_couples.search(name) is not None


def _by_letter(name: str) -> bool:
    """`Juan y María García`; but two surnames of one person are `Ortega y Gasset`."""
    parts = _words().joined_letters.split(name)
    if len(parts) != 2:
        return len(parts) > 2
    left, right = (_count(part) for part in parts)
    return not (right == 1 and left > 1) and bool(_whole(parts)[1:])


def _by_comma(name: str) -> bool:
    """`Anna Muster, Peter Muster`, `王五,赵六`; `Müller, Hans` and `Weber, Dr. Anna` are one."""
    parts = _COMMA.split(name)
    if len(parts) < 2:
        return False
    if all(re.fullmatch(f"{_HAN}{{2,4}}", part) for part in parts):
        return True
    return sum(_count(part) >= _FEWEST for part in parts) > 1


def _count(part: str) -> int:
    """Words that are neither title nor particle nor an initial."""
    plain = [_plain(word) for word in part.split()]
    return sum(len(word) > 1 and word not in _words().small for word in plain)


def _plain(word: str) -> str:
    """A word without points and brackets, in small letters: S.A. is sa."""
    return re.sub(r"[.()’']", "", word).casefold()
