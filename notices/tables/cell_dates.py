"""Days as people write them → ISO 8601, where only one day can be meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

from notices.places import TEMPLATES
from notices.textfiles import read_text_file

Reading = Literal["", "normalised", "ambiguous"]
Read = tuple[str, Reading]
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = r"(?:[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
_YEAR_FIRST = re.compile(
    rf"([0-9]{{4}})\s*[-/.年]\s*([0-9]{{1,2}})\s*[-/.月]\s*([0-9]{{1,2}})\s*日?{_TIME}"
)
_YEAR_LAST = re.compile(rf"([0-9]{{1,2}})\s*[-/.]\s*([0-9]{{1,2}})\s*[-/.]\s*([0-9]{{4}}){_TIME}")
_SHORT_YEAR = re.compile(r"([0-9]{1,2})\s*[-/.]\s*([0-9]{1,2})\s*[-/.]\s*([0-9]{1,2})")
_HAN = "零一二三四五六七八九〇"
_HAN_DAY = re.compile(f"[{_HAN}0-9]{{4}}年[{_HAN}十0-9]{{1,3}}月[{_HAN}十0-9]{{1,3}}日?")
_TOKEN = re.compile(r"[0-9]+|[^\W0-9_]+")
_UNSURE = "?"
_EIGHT = re.compile(r"[0-9]{8}")
_SERIAL = re.compile(r"[0-9]{5}(?:\.0+)?")


def date_reader(order: str, serial: str, century: str = "") -> Callable[[str], Read]:
    """The reader of a column of days: `order` is ymd, dmy, mdy or "" (not said); `century` is that
    of years in two digits, 2000 or "" (not said)."""

    def read(text: str) -> Read:
        if len(text) == 10 and text.isascii() and _ISO.fullmatch(text):
            return str(text), ""
        value = unicodedata.normalize("NFKC", text).strip()
        if _ISO.fullmatch(value):
            return value, "normalised"
        value = _in_digits(value)
        if century and (short := _SHORT_YEAR.fullmatch(value)):
            return _short(short.groups(), text, order, century)
        if named := _named(value, century):
            return (named, "normalised") if named != _UNSURE else (text, "ambiguous")
        return _read(value, text, order, serial)

    return read


def _short(parts: tuple[str, ...], text: str, order: str, century: str) -> Read:
    """3/4/26 where both the order and the century are declared."""
    if not order:
        return text, "ambiguous"
    year, month, day = (parts[order.index(letter)] for letter in "ymd")
    year = str(int(century) + int(year))
    return (_iso(year, month, day), "normalised") if _is_day(year, month, day) else (text, "")


def _in_digits(value: str) -> str:
    """二〇二六年三月一日 as 2026年3月1日."""
    if not _HAN_DAY.fullmatch(value):
        return value
    year, rest = value.split("年", 1)
    year = "".join(str(_HAN.index(char) % 10) if char in _HAN else char for char in year)
    return f"{year}年{re.sub(f'[{_HAN}十]+', lambda m: str(_han_number(m[0])), rest)}"


def _han_number(text: str) -> int:
    """三十一 as 31."""
    tens, ten, ones = text.rpartition("十")
    digits = _HAN.index(ones) % 10 if ones else 0
    return digits + (10 * (_HAN.index(tens) % 10 if tens else 1) if ten else 0)


def _named(value: str, century: str) -> str:
    """A day whose month is a word, in any order that its year makes plain: `27. März 2026`, `March
    27, 2026`, `27-mrt-2026`. "" where it is none, `?` where the century is missing."""
    words = _month_words()
    tokens = _TOKEN.findall(_plain(value))
    if not 3 <= len(tokens) <= 8 or _TOKEN.sub("", _plain(value)).strip(" .,-/'°"):
        return ""
    if tokens[0] in words.weekdays and sum(token in words.months for token in tokens[1:]):
        tokens = tokens[1:]
    kept = [
        token
        for i, token in enumerate(tokens)
        if token not in words.between
        and not (i and tokens[i - 1].isdigit() and token in words.ordinals)
    ]
    if len(kept) != 3 or sum(token in words.months for token in kept) != 1:
        return ""
    at = next(i for i, token in enumerate(kept) if token in words.months)
    numbers = [token for token in kept if token.isdigit()]
    if len(numbers) != 2:
        return ""
    if len(numbers[0]) == 4:
        year, day = numbers
    else:
        day, year = numbers
    if at == 2 or len(day) > 2 or len(year) not in (2, 4):
        return ""
    if len(year) == 2:
        if not century:
            return _UNSURE
        year = str(int(century) + int(year))
    return _iso(year, str(words.months[kept[at]]), day)


@dataclass(frozen=True)
class _MonthWords:
    months: Mapping[str, int]
    weekdays: frozenset[str]
    between: frozenset[str]
    ordinals: frozenset[str]


@cache
def _month_words() -> _MonthWords:
    data = read_text_file(TEMPLATES / "mappings" / "months.yaml").data
    months = {_plain(word): int(n) for n, words in data["months"].items() for word in words}
    return _MonthWords(
        months,
        *(frozenset(map(_plain, data[key])) for key in ("weekdays", "between", "ordinals")),
    )


def _plain(text: str) -> str:
    """Small letters without accents: März, MÄRZ and Marz are one."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in folded if not unicodedata.combining(char))


def _read(value: str, text: str, order: str, serial: str) -> Read:
    if match := _YEAR_FIRST.fullmatch(value):
        year, month, day = match.groups()
        return _iso(year, month, day), "normalised"
    if match := _YEAR_LAST.fullmatch(value):
        first, second, year = match.groups()
        days = {_iso(year, *pair) for pair in _pairs(first, second, order) if _is_day(year, *pair)}
        if not days:  # no such day in any reading: one is handed on, for the schema to say so
            days = {_iso(year, *pair) for pair in _pairs(first, second, order) if int(pair[0]) < 13}
        return (days.pop(), "normalised") if len(days) == 1 else (text, "ambiguous")
    if _EIGHT.fullmatch(value):
        return _eight(value, text, order)
    if _SHORT_YEAR.fullmatch(value):
        return text, "ambiguous"
    if _SERIAL.fullmatch(value):
        if not serial or value < "00061":
            return text, "ambiguous"
        return day_of(int(value.partition(".")[0]), serial == "1904").isoformat(), "normalised"
    return value, ""


def _pairs(first: str, second: str, order: str) -> list[tuple[str, str]]:
    """(month, day) as the order has it; both readings where it says nothing."""
    if order == "dmy":
        return [(second, first)]
    if order == "mdy":
        return [(first, second)]
    return [(second, first), (first, second)]


def _eight(value: str, text: str, order: str) -> Read:
    """20260327; with the year last only where the order is declared."""
    if order in ("dmy", "mdy"):
        year, first, second = value[4:], value[:2], value[2:4]
        month, day = (second, first) if order == "dmy" else (first, second)
    else:
        year, month, day = value[:4], value[4:6], value[6:]
    if _is_day(year, month, day) and "1900" <= year < "2200":
        return _iso(year, month, day), "normalised"
    return text, "ambiguous"


def _iso(year: str, month: str, day: str) -> str:
    return f"{year}-{int(month):02}-{int(day):02}"


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def day_of(serial: int, from_1904: bool = False) -> date:
    """The day that a spreadsheet counts as `serial`. Raises ValueError, OverflowError."""
    if serial < 1 or (serial == 60 and not from_1904):  # 29 February 1900 never was
        raise ValueError
    epoch = date(1904, 1, 1) if from_1904 else date(1899, 12, 30 if serial > 60 else 31)
    return epoch + timedelta(days=serial)
