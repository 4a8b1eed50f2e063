"""A mapping held against a pack and the headers of a table: what it may not say, what it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from notices.case.by_language import ALL_LANGUAGES
from notices.case.raw_values import shown, shown_code
from notices.finding import Finding
from notices.pack.fields import allowed_codes
from notices.pack.links import trust_flags
from notices.pack.read_ladder import named_rung, rung_names
from notices.pack.types import Field, Pack
from notices.pack.vocabulary import CORE_PATHS, near_miss
from notices.tables.cell_values import is_day
from notices.tables.mapping import ColumnMap
from notices.tables.rejected_rows import ADDED

# Whether a claim is out of time is a fact of one debt: no constant may say it of all.
LIMITATION = "limitation"
LISTS = ("address", "text_list", "printed_texts")  # types that several columns may fill
# What a column of one language fills, by the type of the whole: `recipient.name.en`.
_SIDES = {
    "text_by_language": "text",
    "printed_name": "name",
    "printed_text": "text",
    "address": "address",
}
_STEP = re.compile(r"([a-z_]+)(?:\[([0-9]{0,2})\])?")
MAX_REPEATS = 200
ACCOUNT = ("credits[].", "payments[].")
# What tells one person or case from another: the same for all rows, it would be wrong for most.
_OF_ONE = {
    *("id", "slip_reference", "structured_communication"),
    *("debts[].contract_number", "recipient.id_number"),
    *(f"recipient.{leaf}" for leaf in ("name", "address", "street", "phone", "email")),
}


def declared(path: str) -> str:
    """A mapping's path as fields.yaml has it: `debts[1].due_date`, `parties[0].name`."""
    path = re.sub(r"\[[0-9]*\]", "[]", path)
    if path.startswith("parties[]."):
        path = "recipient." + path.removeprefix("parties[].")
    return path


def fields_by_path(pack: Pack) -> Mapping[str, Field]:
    return {field.path: field for field in pack.fields.values()}


def field_type(path: str, pack: Pack) -> str:
    """The type of what a mapping's path names; "" where the pack knows no such field."""
    known = fields_by_path(pack)
    name = declared(path)
    if name == "sender":
        return "reference"
    if name in known:
        return known[name].type
    if name in CORE_PATHS:
        return CORE_PATHS[name]
    head, _, tag = name.rpartition(".")
    if tag not in pack.formats and tag != ALL_LANGUAGES:
        return ""
    if head in known and known[head].type != "printed_texts":
        return _SIDES.get(known[head].type, "")
    entries = known.get(head.removesuffix("[]"))  # of a list: `enclosures[0].en`
    return "text" if entries and entries.type == "printed_texts" and head.endswith("[]") else ""


def is_trusted(path: str, pack: Pack) -> bool:
    """Whether only the sender profile may say this."""
    name = declared(path)
    if name.startswith("sender."):
        return True
    trusted = {f.path for f in pack.fields.values() if f.trust}
    leaves = {path.rpartition(".")[2] for path in trusted} | trust_flags(pack)
    return name in trusted or (name not in fields_by_path(pack) and name in leaves)


def check_mapping(column_map: ColumnMap, pack: Pack) -> tuple[Finding, ...]:
    """What is wrong with a mapping whatever the table: paths, trust, kinds of items."""
    found = [*column_map.findings]
    filled: dict[str, str] = {}
    for column in column_map.columns:
        found += _path_faults(column.path, column.line, column_map, pack)
        many = field_type(column.path, pack) in LISTS
        if column.since and not is_day(column.since):
            params = {"name": "since", "value": shown(column.since), "known": "2024-01-01"}
            found.append(_fault("mapping-value", column_map, column.line, column.path, params))
        elif column.since and field_type(column.path, pack) not in ("", "flag"):
            params = {"name": "since", "value": shown(column.path, 80), "known": "true | false"}
            found.append(_fault("mapping-value", column_map, column.line, column.path, params))
        if column.path in filled and not many:
            params = {"name": column.path, "first": shown(filled[column.path])}
            found.append(_fault("mapping-twice", column_map, column.line, column.path, params))
        filled.setdefault(column.path, column.header)
    for column in column_map.columns:  # once for all languages, or once for each
        whole = re.sub(r"(\[[0-9]*\])?\.[^.]*$", "", column.path)
        is_side = whole != column.path and whole in filled
        if is_side and field_type(whole, pack) in (*LISTS, *_SIDES):
            params = {"name": whole, "first": shown(filled[whole])}
            found.append(_fault("mapping-twice", column_map, column.line, column.path, params))
    for column in column_map.customers.columns if column_map.customers else ():
        if column.path in filled:
            params = {"name": column.path, "first": shown(filled[column.path])}
            found.append(_fault("mapping-twice", column_map, column.line, column.path, params))
        elif column.path.startswith(("debts[", *ACCOUNT)) or column.path == "id":
            params = {"name": shown(column.path, 80)}
            found.append(_fault("mapping-place", column_map, column.line, column.path, params))
    for path in column_map.constants:
        line = column_map.constant_lines.get(path, 0)
        found += _path_faults(path, line, column_map, pack, constant=True) or _constant_faults(
            path, line, column_map, pack
        )
    for path in (*column_map.rules.required, *column_map.rules.values_only):
        if not field_type(path, pack):
            found += _path_faults(path, 0, column_map, pack)
    found += _grouping_faults(column_map, pack)
    found += _earlier_faults(column_map, pack)
    entries = column_map.entries
    if column_map.items_file:
        entries += column_map.items_file.entries
    for entry in entries:
        for leaf in entry.columns:
            if leaf.startswith("note."):
                path = f"debts[].{entry.into}[].{leaf}"
                if not field_type(path, pack):
                    found += _path_faults(path, entry.line, column_map, pack)
        kind = entry.constants.get("kind", "")
        for item_kind in ({kind} | set(entry.values.values())) - {""}:
            if item_kind not in pack.item_kinds:
                near = near_miss(item_kind, pack.item_kinds) or ", ".join(pack.item_kinds)
                params = {"name": shown(item_kind), "near": near}
                found.append(_fault("mapping-path", column_map, entry.line, entry.into, params))
    return tuple(found)


def _grouping_faults(column_map: ColumnMap, pack: Pack) -> Iterator[Finding]:
    """What can't be said of rows that become one case: a row is one debt, and its items are its
    own."""
    grouping = column_map.grouping
    for path in sorted(grouping.first):
        if not field_type(path, pack) and not path.startswith("parties["):
            known = [*fields_by_path(pack), *CORE_PATHS]
            params = {"name": shown(path, 80), "near": near_miss(path, known) or "–"}
            yield _fault("mapping-path", column_map, 0, "first", params)
    if not grouping.by:
        return
    if column_map.items_file:
        yield _fault("mapping-grouping", column_map, 0, "items_file", {"name": "items_file"})
    for column in column_map.columns:
        if re.match(r"debts\[[1-9]", column.path):
            name = {"name": shown(column.path, 80)}
            yield _fault("mapping-grouping", column_map, column.line, column.path, name)


def _earlier_faults(column_map: ColumnMap, pack: Pack) -> Iterator[Finding]:
    """Levels that stand for no letter of the pack's ladder, or for which no letter is named."""
    earlier = column_map.earlier
    names = rung_names(pack.ladder)
    for level, letter in earlier.levels.items():
        if letter and named_rung(pack.ladder, letter) is None:
            params = {"name": shown(letter), "level": shown(level), "pack": pack.id}
            params["near"] = near_miss(letter, names) or ", ".join(names) or "–"
            yield _fault("earlier-letter-unknown", column_map, 0, "earlier.levels", params)
    if earlier.level and not earlier.levels:
        params = {"column": earlier.level, "letters": ", ".join(names) or "–"}
        found = _fault("earlier-levels-undeclared", column_map, 0, "earlier", params)
        yield replace(found, severity="warning")


def _fault(
    rule: str, column_map: ColumnMap, line: int, path: str, params: Mapping[str, str]
) -> Finding:
    return Finding(rule, "error", column_map.file, line, shown(path, 80), params)


def _path_faults(
    path: str, line: int, column_map: ColumnMap, pack: Pack, *, constant: bool = False
) -> list[Finding]:
    leaf = declared(path).rpartition(".")[2]
    if is_trusted(path, pack) or (constant and LIMITATION in leaf):
        return [_fault("mapping-trust", column_map, line, path, {"name": shown(leaf)})]
    if not field_type(path, pack):
        known = [*fields_by_path(pack), *CORE_PATHS]
        near = near_miss(declared(path), [p for p in known if not p.startswith("sender.")])
        params = {"name": shown(path, 80), "near": near or "–"}
        return [_fault("mapping-path", column_map, line, path, params)]
    if not _well_formed(path):
        return [_fault("mapping-place", column_map, line, path, {"name": shown(path, 80)})]
    return []


def _constant_faults(path: str, line: int, column_map: ColumnMap, pack: Pack) -> Iterator[Finding]:
    """A constant that would be wrong in every row, or in all but one."""
    value, field = column_map.constants[path], fields_by_path(pack).get(declared(path))
    if declared(path) in _OF_ONE:
        yield _fault("mapping-constant", column_map, line, path, {"name": shown(path, 80)})
    elif field is not None and field.type == "code" and isinstance(value, str):
        allowed = allowed_codes(field, pack)
        if allowed and value not in allowed:
            params = {"value": shown_code(value), "near": near_miss(value, allowed) or "–"}
            params["allowed"] = ", ".join(allowed)
            yield _fault("unknown-code", column_map, line, path, params)


def _well_formed(path: str) -> bool:
    """Items and payments of a row are entries of their own lists, never columns; but what a row
    below zero is beside its amount comes from columns."""
    if path.startswith(ACCOUNT):
        return not path.endswith("].amount")
    if re.search(r"(items|payments)\[", path):
        return False
    return not path.startswith("parties[]") and path.count("[") <= 1


def check_headers_known(
    column_map: ColumnMap, headers: tuple[str, ...], file: Path
) -> tuple[Finding, ...]:
    """Columns that the mapping wants and the table lacks, and those it does not speak of."""
    wanted = {name: column.line for column in column_map.columns for name in column.headers}
    wanted |= dict.fromkeys(column_map.rules.headers, 0)
    wanted |= dict.fromkeys((*column_map.plan.headers, *column_map.earlier.headers), 0)
    used = set(wanted) | column_map.ignored | set(ADDED)
    for entry in column_map.entries:
        for header in entry.columns.values():
            names = repeats(header, headers)
            used |= set(names)
            if not names:
                wanted.setdefault(header, entry.line)
    for header in (*column_map.grouping.by, *column_map.grouping.fill_down):
        used.add(header)
        wanted.setdefault(header, 0)
    if column_map.customers:
        used.add(column_map.customers.same_as)
        wanted.setdefault(column_map.customers.same_as, 0)
    for header in filter(None, (column_map.signs.column, column_map.paid)):
        used.add(header)
        wanted.setdefault(header, 0)
    if column_map.total:
        used.add(column_map.total)
        wanted.setdefault(column_map.total, 0)
    found: list[Finding] = []
    for header, line in wanted.items():
        if header not in headers:
            params = {"name": shown(header), "near": shown(near_miss(header, headers)) or "–"}
            found.append(_fault("column-missing", column_map, line, header, params))
    for header in headers:
        if header not in used:
            params = {"name": shown(header)}
            found.append(Finding("column-unmapped", "warning", str(file), 0, shown(header), params))
    return tuple(found)


def repeats(header: str, headers: tuple[str, ...]) -> list[str]:
    """`item{n}_amount` as the headers that there are; a header without {n} as itself."""
    if "{n}" not in header:
        return [header] if header in headers else []
    names = (header.replace("{n}", str(n)) for n in range(1, MAX_REPEATS + 1))
    return [name for name in names if name in headers]
