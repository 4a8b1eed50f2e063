"""The one room of Babel: values as one language writes them, by the pack's own patterns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from babel import UnknownLocaleError
from babel.dates import format_date as babel_date
from babel.numbers import format_decimal, format_percent, get_decimal_symbol, get_group_symbol

from notices.findings import Finding
from notices.pack.types import LanguageFormats, Pack

MINUS = "\u2212"


def amount_words(amount: Decimal, formats: LanguageFormats) -> str:
    """A bare amount, `1,234.56`: for columns whose head names the currency. Negative: U+2212."""
    text = _own_signs(format_decimal(abs(amount), formats.amount, locale=formats.locale), formats)
    return MINUS + text if amount < 0 else text


def money_words(amount: Decimal, currency: str, formats: LanguageFormats) -> str:
    """An amount with its currency, by the pack's pattern: `¥1,234.56`, `CNY 1,234.56`."""
    return formats.money.format(amount=amount_words(amount, formats), currency=currency)


def percent_words(percent: Decimal, formats: LanguageFormats) -> str:
    """`percent` (13.8 = 13.8 %) by the pack's pattern."""
    text = format_percent(percent / 100, formats.percent, locale=formats.locale)
    return _own_signs(text, formats)


def date_words(day: date, formats: LanguageFormats) -> str:
    """A calendar date by the pack's pattern: `2026年4月7日`, `7 April 2026`."""
    return babel_date(day, formats.date, locale=formats.locale)


def count_words(count: int, formats: LanguageFormats) -> str:
    """A whole number, grouped as the language does."""
    return _own_signs(format_decimal(count, "#,##0", locale=formats.locale), formats)


def _own_signs(number: str, formats: LanguageFormats) -> str:
    """A number with the pack's own signs, where it names some, for those of the locale."""
    signs = {
        ord(get_group_symbol(formats.locale)): formats.group,
        ord(get_decimal_symbol(formats.locale)): formats.decimal,
    }
    return number.translate({sign: own for sign, own in signs.items() if own})


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


def _unusable(pack: Pack, formats: LanguageFormats, name: str, detail: str) -> Finding:
    path = f"formats.{formats.tag}.{name}"
    params = {"language": formats.tag, "detail": detail[:120]}
    return Finding("format-unusable", file=f"packs/{pack.id}/pack.yaml", path=path, params=params)
