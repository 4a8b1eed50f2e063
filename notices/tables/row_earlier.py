"""The letter that another system sent about a row's debt, as the row's own columns state it."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping

from notices.finding import Finding
from notices.tables.cell_values import Reader, trimmed
from notices.tables.mapping_cases import EarlierLetters
from notices.tables.row import Row

STATED = "earlier"  # where a debt of a record has it until its letter is chosen
NOTHING = "-"  # no letter was sent
LETTER, DATE, PAY_BY, LATEST = "letter", "date", "pay_by", "latest"


def row_earlier(
    row: Row, earlier: EarlierLetters, blanks: Collection[str], read_day: Reader
) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """The last letter: `letter` as the mapping calls it ("" = which one is not said); where stated,
    `date` and `pay_by`; and of one without a date the `latest` that the mapping vouches for. {}
    where the row says that none was sent. And what is wrong with it."""

    def said(header: str) -> str:
        text = row.cells.get(header, "") if header else ""
        return "" if text in blanks else trimmed(text)

    def fault(rule: str, header: str, **params: str) -> tuple[dict[str, str], tuple[Finding, ...]]:
        params["column"] = header
        return {}, (Finding(rule, "error", row.file, row.number, header, params),)

    level = said(earlier.level)
    letter = letter_of(level, earlier.levels)
    if letter is None:
        known = ", ".join(earlier.levels) or "0, 1, 2 …"
        return fault("earlier-level-unknown", earlier.level, value=level[:40], known=known)
    if level and letter == NOTHING:
        return {}, ()
    days: dict[str, str] = {}
    for name, header in ((DATE, earlier.date), (PAY_BY, earlier.pay_by)):
        value, change = read_day(said(header))
        if change not in ("", "normalised"):
            return fault("earlier-day-unclear", header)
        if value:
            days[name] = value
    if level and DATE not in days and earlier.latest:
        days[LATEST] = earlier.latest
    if DATE in days or level:
        return {LETTER: letter, **days}, ()
    return fault("earlier-undated", earlier.date, value="–") if days else ({}, ())


def letter_of(level: str, levels: Mapping[str, str]) -> str | None:
    """What the mapping calls the letter of a level: "" where it does not say which, NOTHING where
    none was sent; None where it does not know the level."""
    plain = plain_level(level)
    named = {plain_level(known): letter or NOTHING for known, letter in levels.items()}
    if not level:
        return ""
    if level in levels or plain in named:
        return levels.get(level) or named[plain]
    if plain == "0":  # ledgers count from there
        return NOTHING
    return "" if not levels and plain.isdecimal() else None


def plain_level(level: str) -> str:
    """A level as those who mean the same may write it: `02`, `2.0`, `２`."""
    text = unicodedata.normalize("NFKC", level).casefold().strip()
    whole, _, rest = text.partition(".")
    text = whole if whole.isdecimal() and not rest.strip("0") else text
    return text.lstrip("0") or text[-1:]
