"""A drafted mapping as YAML: what was matched stands open, what must be decided is a comment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from notices.case.blank_record import quoted
from notices.pack.fields import allowed_codes
from notices.pack.types import Field, Pack
from notices.tables.earlier_draft import earlier_lines
from notices.tables.header_words import value_words
from notices.tables.mapping_check import LIMITATION, field_type, fields_by_path
from notices.tables.mapping_draft import OFFERED, Draft, Match
from notices.tables.row import TableFormat
from notices.tables.seen_styles import seen_marks, seen_order

# What all rows of a table may share; names, numbers, days and amounts come from columns.
_SAME_FOR_ALL = ("code", "flag", "text", "text_by_language", "language_list", "percent", "count")
_BELOW_ZERO = re.compile(r"^[(\-−]|-$|(?i:CR)$")  # how exports write it
_MOST_VALUES = 12  # of a column, in a line
Words = Callable[..., str]
Samples = Mapping[str, tuple[str, ...]]  # header → some of its values


@dataclass(frozen=True)
class Sheet:
    """What is known of the table: how it is read, and some of its values."""

    form: TableFormat
    samples: Samples


def mapping_text(draft: Draft, pack: Pack, sheet: Sheet, words: Words) -> str:
    """The mapping's text."""
    lines = [f"# {line}" for line in words("map-head").splitlines()]
    lines += [
        f"{key}: {value}" for key, value in draft.constants.items() if key in ("pack", "kind")
    ]
    if "kind" not in draft.constants:
        lines.append(f"# kind: {next(iter(pack.kinds))}  # {words('map-ladder')}")
    lines += [*_table(sheet.form), *_style(draft, pack, sheet, words)]
    if draft.group_by:
        lines.append(f"group_by: [{quoted(draft.group_by[0])}]  # {words('map-group')}")
    if draft.is_filled_down:
        lines.append(f"fill_down: [{quoted(draft.group_by[0])}]  # {words('map-filled')}")
    for match in draft.matches:
        if match.target == "paid" and match.how in OFFERED:
            lines.append(f"# paid: {quoted(match.header)}  # {words(f'map-{match.how}')}")
        elif match.target == "paid":
            lines.append(f"paid: {quoted(match.header)}  # {words('map-paid')}")
    amounts = [m for m in draft.matches if m.target.startswith(("items.", "pair."))]
    cells = (text for m in amounts for text in sheet.samples.get(m.header, ()))
    if any(m.target.startswith("pair.") for m in amounts) or any(map(_BELOW_ZERO.search, cells)):
        lines.append(f"# negative: credit_note | payment  # {words('map-negative')}")
    lines += _choices(draft, sheet, words)
    if parts := {m.part: m.header for m in draft.matches if m.part}:
        inner = ", ".join(f"{part}: {quoted(header)}" for part, header in parts.items())
        lines += ["", "fields:", f"  recipient.address: {{parts: {{{inner}}}}}"]
    lines += ["", "columns:"]
    lines += _columns(draft, pack, sheet, words)
    lines += ["", "constants:"]
    lines += [
        f"  {path}: {quoted(value)}"
        for path, value in draft.constants.items()
        if path not in ("pack", "kind")
    ]
    lines += _same_for_all(draft, pack, words)
    for into in ("items", "payments"):
        lines += _entries(draft, into, pack, words)
    if plan := {
        m.target.partition(".")[2]: m.header
        for m in draft.matches
        if m.target[:5] == "plan." and m.how not in OFFERED
    }:
        lines += ["", "plan: {" + ", ".join(f"{k}: {quoted(v)}" for k, v in plan.items()) + "}"]
    lines += earlier_lines(draft, words)
    return "\n".join(lines) + "\n"


def _choices(draft: Draft, sheet: Sheet, words: Words) -> Iterator[str]:
    """What rows are, a reference: lines that a person may open."""
    for match in draft.matches:
        if match.target == "rows.kind":
            seen = dict.fromkeys(text.strip() for text in sheet.samples.get(match.header, ()))
            values = ", ".join(map(quoted, list(seen)[:_MOST_VALUES]))
            yield f"# only: {{{quoted(match.header)}: [{values}]}}  # {words('map-row-kinds')}"
        elif match.target == "rows.reference":
            target = quoted("debts[].contract_number")
            yield f"#   {quoted(match.header)}: {target}  # {words('map-reference')}"


def _table(form: TableFormat) -> Iterator[str]:
    said = {
        key: value
        for key, value in (
            ("encoding", form.encoding),
            ("delimiter", form.delimiter),
            ("sheet", form.sheet),
            ("header_row", str(form.header_row) if form.header_row > 1 else ""),
        )
        if value
    }
    if said:
        yield "table: {" + ", ".join(f"{key}: {quoted(value)}" for key, value in said.items()) + "}"


def _style(draft: Draft, pack: Pack, sheet: Sheet, words: Words) -> Iterator[str]:
    by_type: dict[str, list[str]] = {"date": [], "amount": []}
    for match in draft.matches:
        head, _, leaf = match.target.partition(".")
        path = "debts[].items[].amount" if head == "items" else match.target
        path = f"debts[].payments[].{leaf}" if head == "payments" else path
        path = "debts[].items[].amount" if head == "paid" else path
        kind = "date" if path == "earlier.date" else field_type(path, pack)
        if kind in by_type:
            by_type[kind] += sheet.samples.get(match.header, ())
    order = seen_order(by_type["date"])
    yield f"dates: {order}" if order else f"# dates: ymd | dmy | mdy  # {words('map-dates')}"
    decimal, thousands = seen_marks(by_type["amount"])
    if decimal:
        yield f'decimal: "{decimal}"'
        if thousands:
            yield f"thousands: {quoted(thousands)}"
    else:
        yield f'# decimal: "." | ","  # {words("map-marks")}'
        yield '# thousands: "," | "." | space | "\'" | none'


def _columns(draft: Draft, pack: Pack, sheet: Sheet, words: Words) -> Iterator[str]:
    known = fields_by_path(pack)
    for match in draft.matches:
        if (
            match.target.startswith(("items.", "payments.", "plan.", "pair.", "rows.", "earlier."))
            or match.target == "paid"
            or match.part
        ):
            continue
        field = known.get(match.target)
        remark = _hint(field, pack) if field else ""
        line = f"{quoted(match.header)}: {_target(match, pack, sheet)}"
        if match.how in OFFERED:
            yield f"  # {line}  # {words(f'map-{match.how}')}: {remark}"
        else:
            yield f"  {line}" + (f"  # {remark}" if remark else "")
    yield from _own_columns(draft, pack, words)
    for header in draft.unplaced:
        yield f"  # {quoted(header)}:  # {words('map-unplaced')}"


def preset_text(draft: Draft, pack: Pack, preset: str, customers: str, words: Words) -> str:
    """A preset's mapping: what it cannot know."""
    lines = [f"# {line}" for line in words("map-head").splitlines()]
    lines += [f"preset: {preset}", f"pack: {pack.id}"]
    kind = draft.constants.get("kind")
    lines.append(f"kind: {kind}" if kind else f"# kind: …  # {words('map-ladder')}")
    if customers:
        lines.append(f"customers: {{file: {quoted(customers)}}}")
    if own := [*_own_columns(draft, pack, words)]:
        lines += ["columns:", *own]
    return "\n".join([*lines, "constants:", *_same_for_all(draft, pack, words)]) + "\n"


def _own_columns(draft: Draft, pack: Pack, words: Words) -> Iterator[str]:
    """What is missing and differs from row to row; whether a period runs, a day may say."""
    for field in draft.missing:
        if not _is_same_for_all(field) and not field.path.startswith("debts[].items[]."):
            to = quoted(field.path)
            to = f"{{to: {to}, since: 2024-01-01}}" if LIMITATION in field.path else to
            yield f"  # …: {to}  # {words('map-needed')}: {_hint(field, pack)}"


def _same_for_all(draft: Draft, pack: Pack, words: Words) -> Iterator[str]:
    for field in draft.missing:
        if _is_same_for_all(field) and not field.path.startswith("debts[].items[]."):
            remark = f"# {words('map-needed')}: {_hint(field, pack)}"
            yield f"  # {quoted(field.path)}: {_example(field)}  {remark}"


def _is_same_for_all(field: Field) -> bool:
    return field.type in _SAME_FOR_ALL and LIMITATION not in field.path


def _target(match: Match, pack: Pack, sheet: Sheet) -> str:
    """The field, with translations of the values that the table was seen to hold."""
    kind = field_type(match.target, pack)
    usual = value_words().get("flag" if kind == "flag" else match.target, {})
    field = fields_by_path(pack).get(match.target)
    codes = allowed_codes(field, pack) if field and kind == "code" else ("true", "false")
    seen = dict.fromkeys(text.strip() for text in sheet.samples.get(match.header, ()))
    values = {
        text: usual[text]
        for text in seen
        if text in usual and text != usual[text] and usual[text] in codes
    }
    if kind not in ("code", "flag") or not values:
        return quoted(match.target)
    inner = ", ".join(f"{quoted(text)}: {quoted(code)}" for text, code in values.items())
    return f"{{to: {quoted(match.target)}, values: {{{inner}}}}}"


def _entries(draft: Draft, into: str, pack: Pack, words: Words) -> Iterator[str]:
    """Items: a column per kind, or numbered columns. Payments: one of each column."""
    lines: list[str] = []
    if leaves := draft.repeated.get(into):
        inner = {("kind_column" if leaf == "kind" else leaf): h for leaf, h in leaves.items()}
        if into == "items" and "kind" not in leaves:
            inner = {"kind": "principal", **inner}
        lines.append(_entry(inner, "") + f"  # {words('map-repeated')}")
    matches = [m for m in draft.matches if m.target.startswith(f"{into}.")]
    pair = {m.target[5:]: m.header for m in draft.matches if m.target.startswith("pair.")}
    if into == "items" and pair:
        both = ", ".join(f"{leaf}: {quoted(header)}" for leaf, header in sorted(pair.items()))
        kind = next(kind for kind in ("principal", "price") if kind in pack.item_kinds)
        lines.append(f"  - {{kind: {kind}, amount: {{{both}}}}}  # {words('map-pair')}")
    if into == "items":
        for m in matches:
            kind = m.target.partition(".")[2]
            remark = f"  # {words(f'map-{m.how}')}" if m.how in OFFERED else ""
            mark = "# " if m.how in OFFERED else ""
            lines.append(_entry({"kind": kind, "amount": m.header}, mark) + remark)
    elif any(m.target == "payments.amount" for m in matches):
        lines.append(_entry({m.target.partition(".")[2]: m.header for m in matches}, ""))
    if lines:
        yield ""
        yield (
            f"{into}:" if any(not line.lstrip().startswith("#") for line in lines) else f"# {into}:"
        )
        yield from lines
    elif into == "items":
        yield ""
        yield f"# items:  # {words('map-needed')}"
        yield "#   - {kind: principal, amount: …}"


def _entry(parts: Mapping[str, str], mark: str) -> str:
    inner = ", ".join(f"{key}: {quoted(value)}" for key, value in parts.items())
    return f"  {mark}- {{{inner}}}"


def _hint(field: Field, pack: Pack) -> str:
    return " · ".join(field.hints(pack.formats))


def _example(field: Field) -> str:
    return field.example or "…"
