"""The one room of Babel: values as one language writes them, by the pack's own patterns."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import format_date as babel_date
from babel.numbers import format_decimal, format_percent

from notices.pack.types import LanguageFormats

MINUS = "\u2212"


def amount_words(amount: Decimal, formats: LanguageFormats) -> str:
    """A bare amount, `1,234.56`: for columns whose head names the currency. Negative: U+2212."""
    text = format_decimal(abs(amount), formats.amount, locale=formats.locale)
    return MINUS + text if amount < 0 else text


def money_words(amount: Decimal, currency: str, formats: LanguageFormats) -> str:
    """An amount with its currency, by the pack's pattern: `¥1,234.56`, `CNY 1,234.56`."""
    return formats.money.format(amount=amount_words(amount, formats), currency=currency)


def percent_words(percent: Decimal, formats: LanguageFormats) -> str:
    """`percent` (13.8 = 13.8 %) by the pack's pattern."""
    return format_percent(percent / 100, formats.percent, locale=formats.locale)


def date_words(day: date, formats: LanguageFormats) -> str:
    """A calendar date by the pack's pattern: `2026年4月7日`, `7 April 2026`."""
    return babel_date(day, formats.date, locale=formats.locale)


def count_words(count: int, formats: LanguageFormats) -> str:
    """A whole number, grouped as the language does."""
    return format_decimal(count, "#,##0", locale=formats.locale)


def is_locale(name: str) -> bool:
    """Whether Babel knows the locale (pack check)."""
    try:
        Locale.parse(name)
    except ValueError:
        return False
    return True
