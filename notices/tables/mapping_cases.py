"""What a mapping says of rows as cases: which belong together, what an amount's sign means, what
else makes an item or holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from notices.pack.node import parse_day
from notices.tables.mapping_texts import plain_header, plain_texts

PLAN = ("hold", "hold_until", "hold_note", "blocked_until", "scope", "values")
PLAN_OF_CUSTOMERS = ("hold", "hold_until", "blocked_until", "values")
SCOPES = ("case", "debt")
# What a word of a mapping may say, where it is one of few.
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "dates": ("ymd", "dmy", "mdy"),
    "serial_dates": ("1900", "1904"),
    "short_years": ("2000",),
    "decimal": (".", ","),
    "thousands": (",", ".", "space", "'", "none"),
    "hidden_rows": ("refuse", "accept"),
    "blank_key": ("stop", "skip"),
    "levels": ("apart", "split"),
}
EARLIER = ("levels", "level", "date", "pay_by", "latest")
NO_VALUES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Grouping:
    """How rows become cases: all rows of a key are one case, each row one debt of it."""

    by: tuple[str, ...] = ()  # headers; () = each row is a case of its own
    fill_down: tuple[str, ...] = ()  # headers: a blank cell takes the value above
    skips_blank: bool = False  # rows whose key is blank are left out, and told
    first: frozenset[str] = frozenset()  # fields of which a case's first row counts
    splits_levels: bool = False  # debts that fewer letters named get a letter of their own


@dataclass(frozen=True)
class Signs:
    """What an amount's sign says, and a column that says it beside the amount."""

    negative: str = ""  # what a row below zero is: credits | payments | skip; "" = a fault
    column: str = ""  # header
    values: Mapping[str, str] = field(default_factory=lambda: NO_VALUES)  # text → + or -


@dataclass(frozen=True)
class RowHolds:
    """Columns that say why no letter goes out, or a row is not asked for; headers, "" = none."""

    hold: str = ""  # of the case
    case: str = ""  # of the case as well, where a row says both
    debt: str = ""  # of the row's own debt
    until: str = ""  # the last day of what the row says
    note: str = ""
    case_until: str = ""  # a day until which nothing of the case is asked for
    debt_until: str = ""  # a day until which the row's own debt is not
    values: Mapping[str, str] = field(default_factory=lambda: NO_VALUES)  # text → a hold; "" = none

    @property
    def headers(self) -> tuple[str, ...]:
        named = (self.hold, self.case, self.debt, self.until, self.note)
        return tuple(filter(None, (*named, self.case_until, self.debt_until)))


@dataclass(frozen=True)
class EarlierLetters:
    """Columns that say which letters another system sent about a row's debt; headers, "" = none.

    `levels` has the letter of each level by what the pack's ladder calls it: `reminder`,
    `formal_demand 2`, or a rung's name; "" = none was sent. Undeclared, each counts as the lowest.
    `latest`: the day by which every letter had been sent of which the row states no date.
    """

    level: str = ""
    date: str = ""  # when the last one was sent
    pay_by: str = ""  # until when it gave time
    latest: str = ""  # a day, no header
    levels: Mapping[str, str] = field(default_factory=lambda: NO_VALUES)

    @property
    def headers(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.level, self.date, self.pay_by)))


@dataclass(frozen=True)
class Entry:
    """One item or payment of a row: each leaf from a column, the rest constant.

    `{n}` in headers stands for 1, 2, 3 … as far as the table has them.
    """

    into: str  # items | payments
    columns: Mapping[str, str]  # leaf → header
    constants: Mapping[str, str]
    values: Mapping[str, str] = field(default_factory=lambda: NO_VALUES)  # translations of the kind
    line: int = 0


NO_HOLDS = RowHolds()
NO_EARLIER = EarlierLetters()
UNGROUPED, UNSIGNED = Grouping(), Signs()


def read_row_holds(
    plan: Mapping[str, Any],
    scope: Mapping[str, Any],
    shapeless: Callable[[tuple[str, ...], str], None],
) -> RowHolds:
    """What `plan` says; `shapeless` is told what can't be read."""
    headers: dict[str, str] = {}
    until = plan.get("blocked_until")
    ends = until if isinstance(until, dict) else {"case": until}
    for name, header in ends.items():
        if name in SCOPES and isinstance(header, str):
            headers[f"{name}_until"] = plain_header(header)
        elif name not in SCOPES or header is not None:
            shapeless(("plan", "blocked_until"), "blocked_until")
    for name, said in (*plan.items(), *scope.items()):
        if name == "blocked_until":
            continue
        if isinstance(said, str):
            headers[name.removeprefix("hold_")] = plain_header(said)
        elif name != "values" and said is not None:
            shapeless(("plan", name), name)
    values = plan.get("values") or {}
    if not isinstance(values, dict):
        shapeless(("plan", "values"), "values")
        values = {}
    return RowHolds(**headers, values=plain_texts(values)) if headers else NO_HOLDS


def read_earlier(
    said: Mapping[str, Any], shapeless: Callable[[tuple[str, ...], str], None]
) -> EarlierLetters:
    """What `earlier` says; `shapeless` is told what can't be read."""
    headers: dict[str, str] = {}
    for name in ("level", "date", "pay_by"):
        if isinstance(text := said.get(name), str):
            headers[name] = plain_header(text)
        elif name in said:
            shapeless(("earlier", name), name)
    levels = said.get("levels") or {}
    if not isinstance(levels, dict) or not all(isinstance(v, str | None) for v in levels.values()):
        shapeless(("earlier", "levels"), "levels")
        levels = {}
    latest = said.get("latest", "")
    if not isinstance(latest, str) or (latest and parse_day(latest) is None):
        shapeless(("earlier", "latest"), "latest")
        latest = ""
    if said and not headers.keys() & {"level", "date"}:
        shapeless(("earlier", "level"), "level")
        return NO_EARLIER
    if not headers:
        return NO_EARLIER
    return EarlierLetters(**headers, latest=latest, levels=plain_texts(levels))
