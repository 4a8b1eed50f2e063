"""The one room of Babel: values as one language writes them, by the pack's own patterns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date as babel_date
from babel.dates import get_month_names
from babel.numbers import format_decimal, format_percent, get_decimal_symbol, get_group_symbol

from notices.finding import Finding
from notices.pack.types import LanguageFormats, Pack

MINUS = "\u2212"
_PLAIN = re.compile(r"#,##0(?:\.(0+))?")
_DECIMALS = re.compile(r"(?<=0)(?:\.0+)?$")
# Languages that put the day first in one place and the month in another (CLDR, short dates).
_SWAPPED = ("en", "es", "ks")
_Own = tuple[str, str]  # the pack's signs between groups and before decimals; "" = the locale's


@lru_cache(maxsize=256)
def in_minor_units(formats: LanguageFormats, minor_units: int) -> LanguageFormats:
    """The formats, their amounts with as many decimals as the currency has."""
    decimals = f".{'0' * minor_units}" if minor_units else ""
    return replace(formats, amount=_DECIMALS.sub(decimals, formats.amount, count=1))


def amount_words(amount: Decimal, formats: LanguageFormats) -> str:
    """A bare amount, `1,234.56`: for columns whose head names the currency. Negative: U+2212."""
    own = formats.group, formats.decimal
    text = _decimal_words(abs(amount), formats.amount, formats.locale, own)
    return MINUS + text if amount < 0 else text


def money_words(amount: Decimal, currency: str, formats: LanguageFormats) -> str:
    """An amount with its currency, by the pack's pattern: `¥1,234.56`, `CNY 1,234.56`."""
    return formats.money.format(amount=amount_words(amount, formats), currency=currency)


def percent_words(percent: Decimal, formats: LanguageFormats) -> str:
    """`percent` (13.8 = 13.8 %) by the pack's pattern, with every digit that it has: 8.125%."""
    own = formats.group, formats.decimal
    return _percent_words(percent, formats.percent, formats.locale, own)


def factor_words(factor: Decimal, formats: LanguageFormats) -> str:
    """A factor with every digit that it has: `1.3`."""
    plain = format_decimal(factor, "0.#", locale=formats.locale, decimal_quantization=False)
    return _own_signs(plain, formats.locale, (formats.group, formats.decimal))


def date_words(day: date, formats: LanguageFormats) -> str:
    """A calendar date by the pack's pattern: `2026年4月7日`, `7 April 2026`, `1er avril 2026`."""
    first = formats.first_of_month if day.day == 1 else ""
    return _date_words(day, first or formats.date, formats.locale)


def count_words(count: int, formats: LanguageFormats) -> str:
    """A whole number, grouped as the language does."""
    return _count_words(count, formats.locale, (formats.group, formats.decimal))


# Babel parses pattern and locale anew with every call; a batch asks for few days and rates.
@lru_cache(maxsize=4096)
def _date_words(day: date, pattern: str, locale: str) -> str:
    return babel_date(day, pattern, locale=locale)


@lru_cache(maxsize=1024)
def _percent_words(percent: Decimal, pattern: str, locale: str, own: _Own) -> str:
    # 8.12 beside a sum worked out at 8.125 would be false: the pattern never cuts a digit off
    words = format_percent(percent / 100, pattern, locale=locale, decimal_quantization=False)
    return _own_signs(words, locale, own)


@lru_cache(maxsize=4096)
def _count_words(count: int, locale: str, own: _Own) -> str:
    return _own_signs(format_decimal(count, "#,##0", locale=locale), locale, own)


def _decimal_words(amount: Decimal, pattern: str, locale: str, own: _Own) -> str:
    """As `format_decimal` writes it; of amounts there are many, so plain patterns are taken apart
    once."""
    plain = _PLAIN.fullmatch(pattern)
    if plain is None:
        return _own_signs(format_decimal(amount, pattern, locale=locale), locale, own)
    return f"{amount:,.{len(plain[1] or '')}f}".translate(_signs(locale, own))


def number_signs(formats: LanguageFormats) -> tuple[str, str]:
    """The sign between groups of digits and the one before decimals."""
    signs = _signs(formats.locale, (formats.group, formats.decimal))
    return signs[ord(",")], signs[ord(".")]


@cache
def month_names(locale: str) -> tuple[str, ...]:
    """January to December as a date says them."""
    names = get_month_names("wide", context="format", locale=locale)
    return tuple(names[number] for number in range(1, 13))


@cache
def _signs(locale: str, own: _Own) -> dict[int, str]:
    """What stands for `,` between thousands and `.` before decimals: the pack's own, else the
    locale's."""
    group, decimal = own
    known = Locale.parse(locale)
    return {
        ord(","): group or get_group_symbol(known),
        ord("."): decimal or get_decimal_symbol(known),
    }


def _own_signs(number: str, locale: str, own: _Own) -> str:
    """A number as the locale writes it, with the pack's own signs where it names some."""
    if own == ("", ""):
        return number
    known, signs = Locale.parse(locale), _signs(locale, own)
    return number.translate(
        {
            ord(get_group_symbol(known)): signs[ord(",")],
            ord(get_decimal_symbol(known)): signs[ord(".")],
        }
    )


def check_formats(pack: Pack) -> Iterator[Finding]:
    """Each language's locale and patterns, tried on a date, an amount and a rate."""
    for formats in pack.formats.values():
        try:
            date_words(date(2026, 4, 7), formats)
            tried = {
                "amount": amount_words(Decimal("1234.5"), formats),
                "percent": percent_words(Decimal("13.8"), formats),
                "money": money_words(Decimal("1234.5"), "XXX", formats),
            }
        except (UnknownLocaleError, ValueError, KeyError, AttributeError, IndexError) as error:
            yield _unusable(pack, formats, "locale", f"{type(error).__name__}: {error}")
            continue
        if "%" not in tried["percent"]:
            yield _unusable(pack, formats, "percent", "no % in the pattern")
        if tried["amount"] not in tried["money"]:
            yield _unusable(pack, formats, "money", "no {amount} in the pattern")
        for pattern in filter(None, (formats.date, formats.first_of_month)):
            if _is_ambiguous(pattern, formats.locale):
                params = {"language": formats.tag, "pattern": pattern}
                path = f"formats.{formats.tag}.date"
                file = f"packs/{pack.id}/pack.yaml"
                yield Finding("date-ambiguous", file=file, path=path, params=params)


def _is_ambiguous(pattern: str, locale: str) -> bool:
    """Whether readers of the language may take the day for the month, or either for the year."""
    fields = re.findall("y+|[ML]+|d+", re.sub("'[^']*'", "", pattern))
    if any(field[0] in "ML" and len(field) > 2 for field in fields):
        return False  # a month in words
    swapped = locale.partition("_")[0] in _SWAPPED and not fields[0].startswith("y")
    return swapped or "yy" in fields


def _unusable(pack: Pack, formats: LanguageFormats, name: str, detail: str) -> Finding:
    path = f"formats.{formats.tag}.{name}"
    params = {"language": formats.tag, "detail": detail[:120]}
    return Finding("format-unusable", file=f"packs/{pack.id}/pack.yaml", path=path, params=params)
