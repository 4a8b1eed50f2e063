"""The mapping file: which column of somebody's table fills which field. Reviewed once, kept.

Reading it needs no pack: `mapping_check` compares it with one, `mapping_compile` compiles it, and
`mapper` makes records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from notices.case.raw_values import shown
from notices.finding import Finding
from notices.pack.vocabulary import near_miss
from notices.tables.cell_values import Style
from notices.tables.mapping_cases import (
    ALLOWED,
    EARLIER,
    NO_EARLIER,
    NO_HOLDS,
    PLAN,
    PLAN_OF_CUSTOMERS,
    SCOPES,
    UNGROUPED,
    UNSIGNED,
    EarlierLetters,
    Entry,
    Grouping,
    RowHolds,
    Signs,
    read_earlier,
    read_row_holds,
)
from notices.tables.mapping_columns import NONE, Column, Customers, ItemsFile
from notices.tables.mapping_texts import plain_header, plain_headers, plain_texts
from notices.tables.row import TableFormat
from notices.tables.row_rules import NO_RULES, RowRules, read_joined, read_rules
from notices.textfiles import TextFile, TextFileError, read_text_file

_FORM, _STYLE = TableFormat(), Style()
_KEYS: Mapping[str, type] = {
    "pack": str,
    "kind": str,
    "table": dict,
    "dates": str,
    "serial_dates": str,
    "short_years": str,
    "decimal": str,
    "thousands": str,
    "blanks": list,
    "hidden_rows": str,
    "total": str,
    "columns": dict,
    "constants": dict,
    "ignore": list,
    "items": list,
    "payments": list,
    "items_file": dict,
    "plan": dict,
    "earlier": dict,
    "group_by": list,
    "fill_down": list,
    "blank_key": str,
    "first": list,
    "negative": object,
    "signs": dict,
    "customers": dict,
    "paid": str,
    "fields": dict,
    "only": dict,
    "skip": dict,
    "required": list,
    "values_only": dict,
    "same_as": dict,
    "sum_rows": list,
    "heading": str,
    "title_rows": dict,
    "levels": str,
}
_TABLE = ("encoding", "delimiter", "sheet", "header_row", "blank_headers")
_COLUMN = ("to", "values", "split", "since", "lines", "parts")
_FILE = ("file", "key", "table", "items", "payments", "hidden_rows")
_CUSTOMERS = ("file", "key", "same_as", "table", "columns", "prefer", "plan")
_LEAVES: Mapping[str, tuple[str, ...]] = {
    "items": ("kind", "amount", "date", "note"),
    "payments": ("amount", "date", "reference"),
}
_NEGATIVE = {"credit_note": "credits", "payment": "payments"}  # where such a row goes in a record
_SAID = {"skip": "said"}
_PAIR = {"debit", "credit"}  # of an amount that stands in one of two columns
_PAIRS = (_PAIR, {*_PAIR, "balance"})  # where both are filled, the balance confirms what is left
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True)
class ColumnMap:
    """A mapping file as values. `findings` says what is wrong with it; then it serves nobody."""

    file: str
    pack: str = ""
    kind: str = ""
    form: TableFormat = _FORM
    style: Style = _STYLE
    hidden_rows: bool = False
    total: str = ""  # the column whose sum the source system states
    columns: tuple[Column, ...] = ()
    constants: Mapping[str, Any] = field(default_factory=lambda: NONE)
    constant_lines: Mapping[str, int] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    entries: tuple[Entry, ...] = ()
    items_file: ItemsFile | None = None
    plan: RowHolds = NO_HOLDS
    earlier: EarlierLetters = NO_EARLIER
    grouping: Grouping = UNGROUPED
    signs: Signs = UNSIGNED
    customers: Customers | None = None
    paid: str = ""  # header: what was paid on the row, on a day nobody stated
    rules: RowRules = NO_RULES
    preset: str = ""  # the preset's file, where one was taken
    findings: tuple[Finding, ...] = ()


def read_mapping(file: Path) -> ColumnMap:
    """The mapping in a YAML file; its faults are findings of it. Raises FileError."""
    name = str(file)
    try:
        text = read_text_file(file)
    except TextFileError as error:
        params = {"detail": shown(error.fault.detail, 80)}
        fault = Finding(error.fault.rule, "error", name, error.fault.line, "", params)
        return ColumnMap(name, findings=(fault,))
    return read_mapping_text(text)


def read_mapping_text(text: TextFile) -> ColumnMap:
    """The mapping that a parsed text holds."""
    return _Reader(text).mapping()


class _Reader:
    """Turns the file's plain data into a ColumnMap, and gathers what is wrong with it."""

    def __init__(self, text: TextFile) -> None:
        self.text = text
        self.found: list[Finding] = []

    def mapping(self) -> ColumnMap:
        data = self._table(self.text.data, (), tuple(_KEYS))
        for key in [k for k, v in data.items() if v is not None and not isinstance(v, _KEYS[k])]:
            self._tell("mapping-shape", (key,), name=key)
            del data[key]
        for key, allowed in ALLOWED.items():
            if data.get(key) and data[key] not in allowed:
                known = ", ".join(allowed)
                self._tell("mapping-value", (key,), name=key, value=shown(data[key]), known=known)
                del data[key]
        constants = data.get("constants") or {}
        plan = self._table(data.get("plan") or {}, ("plan",), PLAN)
        scope = self._table(plan.pop("scope", None) or {}, ("plan", "scope"), SCOPES)
        earlier = self._table(data.get("earlier") or {}, ("earlier",), EARLIER)
        rules = read_rules(data, self._shapeless)
        by = plain_headers(data.get("group_by")) or tuple(filter(None, (rules.titles.name,)))
        return ColumnMap(
            file=self.text.name,
            pack=data.get("pack") or "",
            kind=data.get("kind") or "",
            form=self._form(data.get("table") or {}, ("table",)),
            style=self._style(data),
            hidden_rows=data.get("hidden_rows") == "accept",
            total=plain_header(data.get("total") or ""),
            columns=(
                *self._columns(data.get("columns") or {}, ("columns",)),
                *self._joined(data.get("fields") or {}, ("fields",)),
            ),
            constants=constants,
            constant_lines={key: self.text.line("constants", key) for key in constants},
            ignored=frozenset(plain_header(str(name)) for name in data.get("ignore") or ()),
            entries=self._entries(data, ()),
            items_file=self._items_file(data.get("items_file")),
            plan=read_row_holds(plan, scope, self._shapeless),
            earlier=read_earlier(earlier, self._shapeless),
            grouping=Grouping(
                by=by,
                fill_down=plain_headers(data.get("fill_down")),
                skips_blank=data.get("blank_key") == "skip",
                first=frozenset(plain_headers(data.get("first"))),
                splits_levels=data.get("levels") == "split",
            ),
            signs=self._signs(data),
            paid=plain_header(data.get("paid") or ""),
            customers=self._customers(data.get("customers"), by),
            rules=rules,
            findings=tuple(self.found),
        )

    def _tell(self, rule: str, path: tuple[str | int, ...], **params: str) -> None:
        place = ".".join(shown(str(step)) for step in path)
        line = self.text.line(*path)
        self.found.append(Finding(rule, "error", self.text.name, line, place, params))

    def _table(
        self, data: Any, path: tuple[str | int, ...], known: tuple[str, ...]
    ) -> dict[str, Any]:
        """A mapping with known keys only."""
        if not isinstance(data, dict):
            self._tell("mapping-shape", path, name=str(path[-1]) if path else "–")
            return {}
        for key in data:
            if key not in known:
                near = near_miss(key, known) or ", ".join(known)
                self._tell("mapping-key", (*path, key), name=shown(key), near=near)
        return {key: value for key, value in data.items() if key in known}

    def _form(self, data: Any, path: tuple[str, ...]) -> TableFormat:
        said = self._table(data, path, _TABLE)
        row = said.get("header_row") or "1"
        if not isinstance(row, str) or not _NUMBER.fullmatch(row):
            said_row = {"name": "header_row", "value": "…", "known": "1, 2, 3 …"}
            self._tell("mapping-value", (*path, "header_row"), **said_row)
            row = "1"
        blank = said.get("blank_headers") or ""
        if blank not in ("", "numbered"):
            params = {"name": "blank_headers", "value": shown(str(blank)), "known": "numbered"}
            self._tell("mapping-value", (*path, "blank_headers"), **params)
        texts = {key: str(said.get(key) or "") for key in ("encoding", "delimiter", "sheet")}
        return TableFormat(**texts, header_row=int(row), numbers_blank=blank == "numbered")

    def _style(self, data: Mapping[str, Any]) -> Style:
        decimal, thousands = data.get("decimal") or "", data.get("thousands") or ""
        if decimal and decimal == thousands:
            self._tell(
                "mapping-value",
                ("thousands",),
                name="thousands",
                value=thousands,
                known="≠ decimal",
            )
        return Style(
            dates=data.get("dates") or "",
            serial_dates=data.get("serial_dates") or "",
            century=data.get("short_years") or "",
            decimal=decimal,
            thousands=thousands,
            blanks=frozenset(str(blank) for blank in data.get("blanks") or () if blank),
        )

    def _signs(self, data: Mapping[str, Any]) -> Signs:
        said = data.get("negative")
        negative = (
            "skip" if said == _SAID else _NEGATIVE.get(said) if isinstance(said, str) else None
        )
        if said is not None and negative is None:
            known = ", ".join((*_NEGATIVE, "{skip: said}"))
            value = shown(str(said))
            self._tell("mapping-value", ("negative",), name="negative", value=value, known=known)
        table = self._table(data.get("signs") or {}, ("signs",), ("column", "values"))
        values = table.get("values", {})
        if table and (
            not isinstance(table.get("column"), str)
            or not isinstance(values, dict)
            or not {*values.values()} <= {"+", "-"}
            or not values
        ):
            self._tell("mapping-shape", ("signs",), name="signs")
            table, values = {}, {}
        return Signs(negative or "", plain_header(table.get("column", "")), plain_texts(values))

    def _columns(self, data: Mapping[str, Any], within: tuple[str, ...]) -> Iterator[Column]:
        """Each column with each of the fields that it fills; `lines` join columns into a field."""
        for header, said in data.items():
            if isinstance(said, dict) and {"lines", "parts"} & said.keys():
                yield from self._joined({header: said}, within)
                continue
            for i, target in enumerate(said if isinstance(said, list) else [said]):
                several = (i,) if isinstance(said, list) else ()
                path: tuple[str | int, ...] = (*within, header, *several)
                yield from self._column(header, target, path)

    def _column(self, header: str, said: Any, path: tuple[str | int, ...]) -> Iterator[Column]:
        line = self.text.line(*path)
        if isinstance(said, str):
            yield Column(plain_header(header), said.strip(), line=line)
            return
        if said is None:
            self._shapeless(path, header)
            return
        known = self._table(said, path, _COLUMN)
        target, values = known.get("to"), known.get("values") or {}
        if not isinstance(target, str) or not isinstance(values, dict):
            self._shapeless(path, header)
            return
        split, since = str(known.get("split") or "\n"), str(known.get("since") or "")
        translated = plain_texts(values)
        yield Column(plain_header(header), target.strip(), translated, split, line, since=since)

    def _joined(self, data: Mapping[str, Any], within: tuple[str, ...]) -> Iterator[Column]:
        for path, said in data.items():
            here = (*within, path)
            known = self._table(said, here, ("lines", "parts"))
            if known and (joined := read_joined(known, here, self._shapeless)):
                line = self.text.line(*here)
                yield Column(joined.headers[0], path.strip(), line=line, joined=joined)

    def _shapeless(self, path: tuple[str | int, ...], name: str) -> None:
        self._tell("mapping-shape", path, name=shown(name))

    def _entries(self, data: Mapping[str, Any], path: tuple[str | int, ...]) -> tuple[Entry, ...]:
        found: list[Entry] = []
        for into, leaves in _LEAVES.items():
            for i, said in enumerate(data.get(into) or ()):
                here: tuple[str | int, ...] = (*path, into, i)
                known = self._table(said, here, (*leaves, "kind_column", "values"))
                pair = known.get("amount")
                if isinstance(pair, dict) and pair.keys() in _PAIRS:
                    known |= {"amount": pair["debit"], **pair}
                    del known["debit"]
                if isinstance(note := known.get("note"), dict):  # a column a language
                    del known["note"]
                    known |= {f"note.{language}": header for language, header in note.items()}
                if not known.get("amount") or not all(
                    isinstance(v, dict if k == "values" else str) for k, v in known.items()
                ):
                    self._tell("mapping-shape", here, name=into)
                    continue
                by_language = [leaf for leaf in known if leaf.startswith("note.")]
                named = (*leaves, *by_language, "credit", "balance")
                columns = {leaf: plain_header(known[leaf]) for leaf in named if known.get(leaf)}
                constants = {}
                if into == "items":
                    if "kind" in columns:
                        constants["kind"] = columns.pop("kind")
                    if known.get("kind_column"):
                        columns["kind"] = plain_header(known["kind_column"])
                    if "kind" not in {**columns, **constants}:
                        self._tell("mapping-shape", here, name="kind")
                        continue
                values = plain_texts(known.get("values") or {})
                found.append(Entry(into, columns, constants, values, self.text.line(*here)))
        return tuple(found)

    def _items_file(self, data: Any) -> ItemsFile | None:
        if data is None:
            return None
        path = ("items_file",)
        said = self._table(data, path, _FILE)
        entries = self._entries(said, path)
        if not isinstance(said.get("key"), str) or not entries:
            self._tell("mapping-shape", path, name="items_file")
            return None
        form = self._form(said.get("table") or {}, (*path, "table"))
        return ItemsFile(str(said.get("file") or ""), plain_header(said["key"]), form, entries)

    def _customers(self, data: Any, group_by: tuple[str, ...]) -> Customers | None:
        if data is None:
            return None
        path = ("customers",)
        said = self._table(data, path, _CUSTOMERS)
        columns, same_as = said.get("columns"), said.get("same_as")
        same_as = same_as or (group_by[0] if len(group_by) == 1 else said.get("key"))
        texts = (said.get("file"), said.get("key"), same_as)
        if not all(isinstance(t, str) and t for t in texts) or not isinstance(columns, dict):
            self._tell("mapping-shape", path, name="customers")
            return None
        form = self._form(said.get("table") or {}, (*path, "table"))
        own = tuple(self._columns(columns, (*path, "columns")))
        prefer = said.get("prefer") or {}
        if not isinstance(prefer, dict):
            self._tell("mapping-shape", (*path, "prefer"), name="prefer")
            return None
        key, other = plain_header(str(texts[1])), plain_header(str(texts[2]))
        plan = self._table(said.get("plan") or {}, (*path, "plan"), PLAN_OF_CUSTOMERS)
        holds = read_row_holds(plan, {}, self._shapeless)
        return Customers(str(texts[0]), key, other, form, own, plain_texts(prefer), holds)
