"""What a mapping says of rows and joined fields: read from its file, applied to one row.

fields: {recipient.address: {lines: ["{Straße} {Nr}", "{PLZ} {Ort}"]}}
only: {Typ: [RE, GS]}      skip: {Typ: [SUMME]}
required: [debts[].contract_number]      values_only: {recipient.type: [business]}
same_as: {Kunde: Debitor}
sum_rows: [Belegnummer, Fällig]      heading: Kunde
title_rows: {column: Datum, as: Kunde}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from notices.case.addresses import PARTS, address_forms, country_code, fill_line
from notices.case.schema_faults import value_at
from notices.finding import Finding, masked
from notices.pack.paths import Steps
from notices.tables.row import Row

Tell = Callable[[tuple[str | int, ...], str], None]  # a place of the mapping, what has no shape
_NONE: Mapping[str, Any] = MappingProxyType({})
_NAME = re.compile(r"\{([^{}]*)\}")
COUNTRY = "country"


@dataclass(frozen=True)
class Joined:
    """Several columns as one field: lines with `{headers}`, or the parts of an address, which are
    joined as the recipient's country writes them."""

    lines: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=lambda: _NONE)  # part → header

    @property
    def headers(self) -> tuple[str, ...]:
        named = (plain(name) for line in self.lines for name in _NAME.findall(line))
        return tuple(dict.fromkeys((*named, *self.parts.values())))

    def fill(self, cells: Mapping[str, str], home: str) -> tuple[str, ...]:
        """The lines that are not empty; `home` is the country where no column names one."""
        if self.lines:
            return tuple(filter(None, (fill_line(line, cells) for line in self.lines)))
        said = {part: cells.get(header, "") for part, header in self.parts.items()}
        named = said.pop(COUNTRY, "")
        country = country_code(named) or home
        forms = address_forms()
        lines = forms.get(country, forms["default"]).join(said)
        return (*lines, named) if named and country != home else lines


@dataclass(frozen=True)
class Titles:
    """Where a customer stands alone in a row above its rows, and what its name is then headed."""

    column: str = ""  # header; "" = the table's first column
    name: str = ""  # the header that the rows below get, where they have none; "" = no titles


NO_TITLES = Titles()


@dataclass(frozen=True)
class RowRules:
    """Which rows are cases, and what each must say."""

    only: Mapping[str, frozenset[str]] = field(default_factory=lambda: _NONE)  # header → values
    skip: Mapping[str, frozenset[str]] = field(default_factory=lambda: _NONE)
    required: tuple[str, ...] = ()  # paths
    values_only: Mapping[str, frozenset[str]] = field(default_factory=lambda: _NONE)  # by path
    same_as: Mapping[str, str] = field(default_factory=lambda: _NONE)  # header → header
    sums: tuple[str, ...] = ()  # headers: a row in which all of them are blank is a sum or a title
    heading: str = ""  # header: what such a row says there counts for the rows below it
    titles: Titles = NO_TITLES

    @property
    def headers(self) -> tuple[str, ...]:
        named = (*self.only, *self.skip, *self.same_as, *self.same_as.values(), *self.sums)
        return (*named, *filter(None, (self.heading, self.titles.column, self.titles.name)))

    def parted(self, paths: Collection[str]) -> tuple[RowRules, RowRules]:
        """What is wanted of these fields and of columns, and what of other fields."""
        wanted = {path: path.replace("[]", "[0]") in paths for path in self.required}
        values = {path: path.replace("[]", "[0]") in paths for path in self.values_only}

        def of(own: bool) -> RowRules:
            required = tuple(path for path in self.required if wanted[path] is own)
            only = {path: v for path, v in self.values_only.items() if values[path] is own}
            return replace(self, required=required, values_only=only)

        return of(True), replace(of(False), same_as=_NONE)

    def faults(
        self, row: Row, data: Mapping[str, Any], columns: Mapping[str, str]
    ) -> list[Finding]:
        """What a row lacks or says otherwise, of all that the mapping wants of it."""
        return list(self._faults(row, data, columns))

    def _faults(
        self, row: Row, data: Mapping[str, Any], columns: Mapping[str, str]
    ) -> Iterator[Finding]:
        for path in self.required:
            if not value_at(data, steps_of(path)):
                header = columns.get(path.replace("[]", "[0]"), path)
                yield _fault("row-lacks", row, header, {"name": header})
        for path, values in self.values_only.items():
            value = value_at(data, steps_of(path))
            if value is not None and value not in values:
                header = columns.get(path.replace("[]", "[0]"), path)
                params = {"value": masked(str(value)), "known": ", ".join(sorted(values))}
                yield _fault("value-not-listed", row, header, params)
        for header, other in self.same_as.items():
            cells = (" ".join(row.cells.get(name, "").split()) for name in (header, other))
            if len(set(cells)) > 1:
                yield _fault("cells-differ", row, header, {"column": header, "other": other})


NO_RULES = RowRules()


def read_rules(data: Mapping[str, Any], tell: Tell) -> RowRules:
    """The rules in a mapping's plain data."""
    return RowRules(
        only=dict(_listed(data, "only", tell)),
        skip=dict(_listed(data, "skip", tell)),
        required=tuple(map(str, data.get("required") or ())),
        values_only=dict(_listed(data, "values_only", tell)),
        same_as={plain(a): plain(str(b)) for a, b in (data.get("same_as") or {}).items()},
        sums=tuple(plain(str(name)) for name in data.get("sum_rows") or ()),
        heading=plain(data.get("heading") or ""),
        titles=_titles(data.get("title_rows") or {}, tell),
    )


def _titles(said: Mapping[str, Any], tell: Tell) -> Titles:
    texts = all(isinstance(text, str) for text in said.values())
    if said and (not texts or not {"as"} <= said.keys() <= {"column", "as"}):
        tell(("title_rows",), "title_rows")
        return NO_TITLES
    return Titles(plain(said.get("column", "")), plain(said.get("as", "")))


def _listed(data: Mapping[str, Any], key: str, tell: Tell) -> Iterator[tuple[str, frozenset[str]]]:
    for name, values in (data.get(key) or {}).items():
        if isinstance(values, list) and not any(isinstance(v, (dict, list)) for v in values):
            yield plain(name), frozenset("" if v is None else str(v).strip() for v in values)
        else:
            tell((key, name), name)


def read_joined(said: Mapping[str, Any], path: tuple[str | int, ...], tell: Tell) -> Joined | None:
    """`lines` or `parts` of a field; None where they have no shape."""
    lines, parts = said.get("lines"), said.get("parts")
    texts = isinstance(lines, list) and all(isinstance(line, str) for line in lines)
    if texts and lines and parts is None and all(map(_NAME.search, lines)):
        return Joined(tuple(_NAME.sub(lambda m: f"{{{plain(m[1])}}}", line) for line in lines))
    known = (*PARTS, COUNTRY)
    named = isinstance(parts, dict) and all(isinstance(h, str) for h in parts.values())
    if named and parts and lines is None and parts.keys() <= set(known):
        return Joined((), {part: plain(header) for part, header in parts.items()})
    tell(path, str(path[-1]))
    return None


def steps_of(path: str) -> Steps:
    """A mapping's path as steps into a record: `debts[].due_date` is the first debt's."""
    steps: list[str | int] = []
    for name, index in re.findall(r"([^.\[\]]+)(\[[0-9]*\])?", path):
        steps.append(name)
        if index:
            steps.append(int(index[1:-1] or 0))
    return tuple(steps)


def plain(header: str) -> str:
    """A header as the readers give it."""
    return " ".join(str(header).split())


def _fault(rule: str, row: Row, header: str, params: Mapping[str, str]) -> Finding:
    return Finding(rule, "error", row.file, row.number, header, params)
