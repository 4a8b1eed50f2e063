"""Days as people write them → ISO 8601, where only one day can be meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

Reading = Literal["", "normalised", "ambiguous"]
Read = tuple[str, Reading]
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = r"(?:[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
_YEAR_FIRST = re.compile(
    rf"([0-9]{{4}})\s*[-/.年]\s*([0-9]{{1,2}})\s*[-/.月]\s*([0-9]{{1,2}})\s*日?{_TIME}"
)
_YEAR_LAST = re.compile(rf"([0-9]{{1,2}})\s*[-/.]\s*([0-9]{{1,2}})\s*[-/.]\s*([0-9]{{4}}){_TIME}")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}\s*[-/.]\s*[0-9]{1,2}\s*[-/.]\s*[0-9]{1,2}")
_EIGHT = re.compile(r"[0-9]{8}")
_SERIAL = re.compile(r"[0-9]{5}(?:\.0+)?")


def date_reader(order: str, serial: str) -> Callable[[str], Read]:
    """The reader of a column of days: `order` is ymd, dmy, mdy or "" (not said)."""

    def read(text: str) -> Read:
        if len(text) == 10 and text.isascii() and _ISO.fullmatch(text):
            return str(text), ""
        value = unicodedata.normalize("NFKC", text).strip()
        if _ISO.fullmatch(value):
            return value, "normalised"
        return _read(value, text, order, serial)

    return read


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
