"""A currency as a pack's tables and records write it, as its code."""

from __future__ import annotations

from notices.pack.types import Pack
from notices.tables.cell_values import Reader, currency_reader
from notices.tables.table_words import known_currencies, marks_by_currency

CURRENCY = "currency"  # the field's path


def read_currency(pack: Pack) -> Reader:
    """The reader of the pack's currencies, and of those that tables are known to be in."""
    return currency_reader(known_currencies(pack), marks_by_currency(), pack.currencies)
