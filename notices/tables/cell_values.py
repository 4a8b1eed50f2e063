"""Values as people and systems write them → as a record writes them; every change is reported.

Accepted only where the mapping, or the value's own form, leaves one reading. What is ambiguous is
an error; what is no number or date at all is left as it is, for the schema to say so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from notices.tables.cell_dates import date_reader
from notices.tables.row import Exact
from notices.tables.table_words import sign_words

Change = Literal["", "normalised", "ambiguous", "digits-lost", "other-currency"]
Read = tuple[str, Change]  # the value, and what was done to it
Reader = Callable[[str], Read]
# What a change is told as: rule and severity.
CHANGES: Mapping[Change, tuple[str, str]] = {
    "normalised": ("value-normalised", "note"),
    "ambiguous": ("value-ambiguous", "error"),
    "digits-lost": ("digits-lost", "error"),
    "other-currency": ("currency-differs", "error"),
}

_SPACES = " \t\u00a0\u2007\u2009\u202f\u3000"
_ENDS = _SPACES + "\r\n\v\f\x1c\x1d\x1e\x1f"  # and what str.strip takes off ASCII
_AMOUNT = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SCIENTIFIC = re.compile(r"[+-]?[0-9](?:[.,][0-9]+)?[eE][+-]?[0-9]{1,3}")
_FLOATED = re.compile(r"[0-9]{6,}\.0+")
_NUMERIC = frozenset("0123456789+-０１２３４５６７８９＋－")
# ASCII in full width; with marks of its own script beside it, a number prints as written.
_WIDE = re.compile("[\x20-\x7e０-９Ａ-Ｚａ-ｚ－／．＿＝＂＇＋\u3000]+")
_EXCEL_TEXT = re.compile(r'="(.*)"|=(?:T\(")(.*)"\)')
_NUMBER = re.compile(r"([+-]?)([0-9][0-9., '’]*)")


@dataclass(frozen=True)
class Style:
    """How the owner of a table writes. "" = not said: then only what has one reading is taken."""

    dates: str = ""  # ymd | dmy | mdy
    serial_dates: str = ""  # "" | 1900 | 1904
    century: str = ""  # of years in two digits: "" | 2000
    decimal: str = ""  # . | ,
    thousands: str = ""  # , | . | space | ' | none
    blanks: frozenset[str] = frozenset()  # what stands for nothing: -, N/A, 无
    marks: tuple[str, ...] = ()  # of the letters' currency: ¥, CNY, 元
    other_marks: tuple[str, ...] = ()  # of other currencies: a fault


def is_day(text: str) -> bool:
    """Whether a text is a day as records have it: 2026-03-27."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def since_reader(day: str, style: Style) -> Reader:
    """Reads a day as a flag: whether it is this one or later. What is no day stays as it is."""
    read_day = value_reader("date", style)

    def read(text: str) -> Read:
        value, change = read_day(text)
        if change not in ("", "normalised") or not is_day(value):
            return value, change
        return ("true" if value >= day else "false"), ""

    return read


def value_reader(kind: str, style: Style) -> Reader:
    """The reader of a field type's values, made once per column."""
    if kind in ("amount", "percent", "count"):
        return _number_reader(kind, style)
    if kind == "date":
        return date_reader(style.dates, style.serial_dates, style.century)
    if kind in ("reference", "iban", "structured_communication"):
        return _read_reference
    if kind == "phone":
        return _read_phone
    if kind == "flag":
        return _read_flag
    if kind in ("code", "bic", "email", "url", "language_list"):
        return _read_code
    return _read_text


def trimmed(text: str) -> str:
    """Without blanks of any kind at its ends, and with plain spaces for no-break ones inside."""
    if text.isascii():
        return text.strip()
    return text.strip(_ENDS).replace("\u00a0", " ").replace("\u202f", " ")


def narrowed(text: str) -> str:
    """Full-width letters, digits and signs as their half-width selves."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _told(value: str, written: str) -> Read:
    return str(value), "" if value == written else "normalised"


def _read_text(text: str) -> Read:
    """No name, street or postcode is a number with an exponent: a spreadsheet made it of digits."""
    value = trimmed(text)
    if value[:1] in _NUMERIC and _SCIENTIFIC.fullmatch(narrowed(value)):
        return str(text), "digits-lost"
    return _told(value, text)


def _read_code(text: str) -> Read:
    if isinstance(text, Exact):
        return str(text), ""
    return _told(narrowed(trimmed(text)), text)


def currency_reader(
    codes: Collection[str], marks: Mapping[str, Collection[str]], own: Collection[str]
) -> Reader:
    """Reads a currency as its code, however it is written: `eur`, `€`, `RMB`. `marks` are those of
    each code; one that several currencies have is that of the only one among `own`, else ambiguous.
    What is no currency stays as it is."""

    def read(text: str) -> Read:
        value = narrowed(trimmed(text))
        if value.upper() in codes:
            return _told(value.upper(), text)
        named = [code for code, known in marks.items() if value.upper() in map(str.upper, known)]
        if len(named) > 1:
            named = [code for code in named if code in own]
            if len(named) != 1:
                return text, "ambiguous"
        return _told(named[0] if named else value, text)

    return read


def _read_flag(text: str) -> Read:
    value = narrowed(trimmed(text))
    return _told(value.lower() if value.lower() in ("true", "false") else value, text)


def _read_reference(text: str) -> Read:
    """A number that names something: no digit may be lost, none invented."""
    if text.isascii() and text.isalnum():
        plain = text if not _SCIENTIFIC.fullmatch(text) else ""
        if plain:
            return str(text), ""
    value = trimmed(text)
    if _WIDE.fullmatch(value):
        value = narrowed(value)
    quoted = _EXCEL_TEXT.fullmatch(value)
    if quoted:
        value = quoted.group(1) or quoted.group(2) or ""
    elif value.startswith("'") and len(value) > 1:
        value = value[1:]
    if _SCIENTIFIC.fullmatch(value):
        return str(text), "digits-lost"
    if _FLOATED.fullmatch(value):
        return str(text), "ambiguous"
    return _told(value, text)


def _read_phone(text: str) -> Read:
    value, change = _read_reference(text)
    return value, change


def _number_reader(kind: str, style: Style) -> Reader:
    point = style.decimal != ","

    def read(text: str) -> Read:
        if isinstance(text, Exact):
            return _exact(text, kind)
        if point and text.isascii() and _AMOUNT.fullmatch(text):
            return text, ""
        value = narrowed(trimmed(text)).replace("−", "-")
        if _SCIENTIFIC.fullmatch(value):
            return text, "digits-lost"
        value, below = _unsigned(value) if kind == "amount" else (value, False)
        bare = _unmarked(value, style)
        if bare is None:
            return text, "other-currency"
        value = bare
        if kind == "amount" and not below:
            value, below = _unsigned(value)
        if kind == "percent" and value.endswith("%"):
            value = value[:-1].rstrip()
        match = _NUMBER.fullmatch(value)
        if match is None:
            return trimmed(text), ""  # no number at all: the schema says so
        number = _digits(match.group(2).rstrip(), style)
        if not number:
            return text, "ambiguous"
        if below and match.group(1):
            return text, "ambiguous"  # a minus in brackets, a sign before and after
        sign = "-" if below or match.group(1) == "-" else ""
        return _told(sign + number, text)

    return read


def _unsigned(value: str) -> tuple[str, bool]:
    """An amount without what says that it is below zero, and whether it is: `12-`, `(12)`, `12 CR`;
    `12 DR` is not."""
    if value[-1:].isdigit() and (value[:1].isdigit() or value[:1] == "-"):
        return value, False
    if value[:1] == "(" and value[-1:] == ")":
        return value[1:-1].strip(), True
    if value[-1:] == "-" and value[:1] != "-":
        return value[:-1].rstrip(), True
    folded = value.upper()
    for sign, words in sign_words().items():
        for word in words:
            before = folded.removesuffix(word)
            if before != folded and (before[-1:].isdigit() or before[-1:].isspace()):
                return value[: -len(word)].rstrip(), sign == "-"
            if folded.startswith(word) and folded[len(word) :].lstrip()[:1].isdigit():
                return value[len(word) :].lstrip(), sign == "-"
    return value, False


def _exact(text: str, kind: str) -> Read:
    if text.endswith("%") and kind == "percent":
        return text[:-1], "normalised"
    return str(text), ""


def _unmarked(value: str, style: Style) -> str | None:
    """Without the letters' own currency mark; None where it is another currency's."""
    for mark in style.marks:
        if value.startswith(mark):
            return value[len(mark) :].lstrip()
        if value.endswith(mark):
            return value[: -len(mark)].rstrip()
    if value[:1].isdigit() and value[-1:].isdigit():
        return value
    upper = value.upper()
    if any(upper.startswith(mark) or upper.endswith(mark) for mark in style.other_marks):
        return None
    return value


def _digits(text: str, style: Style) -> str:
    """A number without thousands marks and with a point; "" where it may be read in two ways.

    Declared marks are believed; a number that contradicts them is ambiguous. Where nothing is
    declared, the form must decide: 1.234,56 and 1 234,5 and 1,234,567 do, 1,234 does not.
    """
    decimal, group = style.decimal, style.thousands
    if not decimal:
        decimal, group = _by_form(text, group)
    if not decimal:
        return ""
    whole, mark, part = text.rpartition(decimal)
    if not mark:
        whole, part = text, ""
    elif not part.isdigit() or decimal in whole:
        return ""
    if whole.isdigit():
        return f"{whole}.{part}" if part else whole
    marks = {*_SPACED} if group in ("space", "") else {*group, *(_SPACED if group == "'" else "")}
    if group == "":
        marks |= {"," if decimal == "." else "."} | {"'", "’"}
    used = {char for char in whole if not char.isdigit()}
    if group == "none" or len(used) != 1 or not used <= marks:
        return ""
    first, *others = re.split(f"[{re.escape(''.join(used))}]", whole)
    if not (1 <= len(first) <= 3) or any(len(three) != 3 for three in others):
        return ""
    joined = first + "".join(others)
    return f"{joined}.{part}" if part else joined


_SPACED = " '’"


def _by_form(text: str, group: str) -> tuple[str, str]:
    """The decimal mark that a number's own form shows, and its thousands mark; "" if unclear."""
    if group in (",", "."):
        return ("." if group == "," else ","), group
    points, commas = text.count("."), text.count(",")
    if points and commas:
        last = "." if text.rfind(".") > text.rfind(",") else ","
        return (last, "," if last == "." else ".") if text.count(last) == 1 else ("", "")
    if commas > 1:
        return ".", ","
    if points > 1:
        return ",", "."
    if commas == 1:
        whole, _, part = text.partition(",")
        could_group = len(part) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0")
        return ("", "") if could_group else (",", "")
    return ".", ""
