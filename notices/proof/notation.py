"""Reading printed numbers and days back, as one language writes them.

What is read is squashed text (`regions.squash`): spaces count for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache, partial

from notices.pack.types import LanguageFormats
from notices.proof.regions import squash
from notices.words.locales import MINUS, month_names, number_signs

DAYS = ("first_day", "last_day", "date")  # slots of labels that hold a day; the others hold numbers
_SLOT = re.compile(r"\{(\w+)\}")
_DATE_PIECE = re.compile(r"'([^']*)'|(y+|M+|d+)|([^'yMd]+)")


def read_line(template: str, text: str, formats: LanguageFormats) -> Mapping[str, str] | None:
    """What stands in the template's slots at the start of `text`; None where it isn't that line."""
    found = _line(template, formats).match(text)
    return found.groupdict() if found else None


def read_number(text: str, formats: LanguageFormats) -> Decimal | None:
    """The one number in `text`, as `+ $1,234.50`, `−5`, `8.125%`; None where there is none."""
    found = re.fullmatch(rf"([^0-9]*)({_number(formats)})[^0-9]*", text)
    if found is None:
        return None
    group, decimal = map(squash, number_signs(formats))
    plain = found[2].replace(group, "") if group else found[2]
    number = Decimal(plain.replace(decimal, "."))
    return -number if MINUS in found[1] else number


def read_day(text: str, formats: LanguageFormats) -> date | None:
    """The day that `text` says by one of the language's patterns; None where it says none."""
    for pattern in filter(None, (formats.date, formats.first_of_month)):
        found = re.fullmatch(_day(pattern, formats.locale), text)
        if found is None:
            continue
        said = found.groupdict()
        names = [squash(name) for name in month_names(formats.locale)]
        month = said.get("month") or str(names.index(said["name"]) + 1)
        try:
            return date(int(said["year"]), int(month), int(said["day"]))
        except ValueError:
            return None
    return None


@cache
def _line(template: str, formats: LanguageFormats) -> re.Pattern[str]:
    """A label's slots as groups, its fixed wording as it is."""
    pieces = _SLOT.split(template)
    day = "|".join(_unnamed(p, formats) for p in (formats.date, formats.first_of_month) if p)
    parts = []
    for place, piece in enumerate(pieces):
        if place % 2 == 0:
            parts.append(re.escape(squash(piece)))
        else:
            held = day if piece in DAYS else f"%?{_number(formats)}%?"
            parts.append(f"(?P<{piece}>{held})")
    return re.compile("".join(parts))


def _number(formats: LanguageFormats) -> str:
    group, decimal = (re.escape(squash(sign)) for sign in number_signs(formats))
    return rf"(?:[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+)(?:{decimal}[0-9]+)?"


def _unnamed(pattern: str, formats: LanguageFormats) -> str:
    return re.sub(r"\?P<\w+>", "?:", _day(pattern, formats.locale))


@cache
def _day(pattern: str, locale: str) -> str:
    """A CLDR date pattern of numbers and month names as a regular expression."""
    return _DATE_PIECE.sub(partial(_date_piece, locale), pattern)


def _date_piece(locale: str, piece: re.Match[str]) -> str:
    field = piece[2]
    if not field:
        return re.escape(squash(piece[1] or piece[3] or ""))
    if field.startswith("y"):
        return "(?P<year>[0-9]{4})"
    if field.startswith("d"):
        return "(?P<day>[0-9]{1,2})"
    names = "|".join(re.escape(squash(name)) for name in month_names(locale))
    return f"(?P<name>{names})" if len(field) > 2 else "(?P<month>[0-9]{1,2})"
