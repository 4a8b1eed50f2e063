"""Words that tables use, from templates/mappings/: marks of currencies, names of total rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from notices.pack.types import Pack
from notices.places import TEMPLATES
from notices.textfiles import read_text_file

_FOLDER = TEMPLATES / "mappings"


@cache
def _read_marks() -> dict[str, tuple[str, ...]]:
    data = read_text_file(_FOLDER / "currencies.yaml").data
    return {code: tuple(sorted(marks, key=len, reverse=True)) for code, marks in data.items()}


def currency_marks(currency: str, pack: Pack) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(the currency's own marks, those of all others), the longest first."""
    known = _read_marks()
    own = (currency, *known.get(currency, ())) if currency else ()
    others = {mark for code, marks in known.items() for mark in (code, *marks)}
    others |= set(pack.currencies)
    rest = sorted(others - set(own), key=lambda mark: (-len(mark), mark))
    return tuple(sorted(own, key=len, reverse=True)), tuple(mark.upper() for mark in rest)


def marks_by_currency() -> Mapping[str, tuple[str, ...]]:
    """What stands for each currency, by its code."""
    return _read_marks()


def known_currencies(pack: Pack) -> frozenset[str]:
    """The currencies that tables are known to be in, the pack's own among them."""
    return frozenset((*pack.currencies, *_read_marks()))


@cache
def sign_words() -> Mapping[str, tuple[str, ...]]:
    """What stands beside an amount for a sign: + or - → words in capitals, the longest first."""
    said = read_text_file(_FOLDER / "signs.yaml").data["signs"]
    return {
        sign: tuple(sorted((word.upper() for word in words), key=len, reverse=True))
        for sign, words in said.items()
    }


@cache
def total_words() -> frozenset[str]:
    """What the first text of a total row says, folded."""
    return frozenset(read_text_file(_FOLDER / "totals.yaml").data["totals"])


@cache
def sum_words() -> frozenset[str]:
    """What stands before or after the name of whose rows a sum adds up, folded; alone, too."""
    return total_words() | frozenset(read_text_file(_FOLDER / "totals.yaml").data["of"])


def bare(text: str) -> str:
    """A text without blanks and marks, in small letters."""
    return re.sub(r"[\W_]", "", text).casefold()


@cache
def filler_words() -> frozenset[str]:
    """How columns that hold nothing are headed, in small letters."""
    return frozenset(read_text_file(_FOLDER / "fillers.yaml").data["fillers"])
