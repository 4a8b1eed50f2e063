"""Drafting a mapping: headers matched to fields by name, in Chinese and English.

What was not placed, and which required field has no source, is reported and stands in the draft as
comments. A draft is read by a person before it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher, get_close_matches
from itertools import islice
from pathlib import Path

from notices.finding import Finding
from notices.pack.fields import required_fields
from notices.pack.types import Field, Pack
from notices.pack.vocabulary import in_both, near_miss
from notices.tables.header_words import (
    BOTH,
    HEADERS,
    OF_ROWS,
    How,
    Names,
    claim_of,
    folded,
    names_of,
    synonyms,
)
from notices.tables.mapping_check import ACCOUNT, field_type
from notices.tables.presets import PAIR
from notices.tables.row import Row, TableError, TableFormat
from notices.tables.rows import read_table
from notices.textfiles import read_text_file

_NUMBERED = re.compile(r"^(.*?)([0-9]{1,3})(.*)$")
_NEAR = 0.84
_MANY = "recipient.address"  # several columns may fill it
_PART = "address."
_BESIDE = {"items.interest", "items.penalty", "items.fee", "items.costs"}
_WITHIN = (
    "items.principal",
    "items.price",
    "items.vat",
    "paid",
    "payments.amount",
    "payments.date",
)
_DEBT = ("debts[].contract_number", "debts[].due_date")  # what a row of a debt has, a sum has not
_TRAPS = ("issue_date", "dispatch_by")  # a run has its own
OFFERED = ("near", "trap", "refused", "language", "choice", "unproven")
_TITLES = 10  # rows in which headers are looked for
FEW = 2  # columns that were placed; with fewer, the row was perhaps a title
SAMPLED = 500  # rows that dates, marks and codes are looked at in


@dataclass(frozen=True)
class Match:
    """A header and the field that it most likely fills; `target` is a path, `items.KIND` or
    `payments.LEAF` for parts of lists, `plan.hold` or `plan.hold_until`; `part` is a part of the
    address (case.addresses.PARTS or country)."""

    header: str
    target: str
    how: How
    part: str = ""


@dataclass(frozen=True)
class Draft:
    """What could be matched, and what could not."""

    matches: tuple[Match, ...]
    repeated: Mapping[str, Mapping[str, str]]  # items | payments → leaf → header with {n}
    unplaced: tuple[str, ...]
    missing: tuple[Field, ...]  # required, with neither column nor constant
    constants: Mapping[str, str]
    group_by: tuple[str, ...] = ()  # the column by which rows are one customer's
    is_filled_down: bool = False  # that column says so once, above the rows
    levels: Mapping[str, str] = field(default_factory=dict)  # of earlier letters, each its letter


def draft_matches(
    headers: Iterable[str],
    pack: Pack,
    kind: str,
    sender_role: str,
    debtor_type: str,
    group_by: tuple[str, ...] = (),
) -> Draft:
    """Headers matched to a pack's fields, as a letter of `kind` needs them; `group_by` is the
    column by which rows are one customer's."""
    headers = tuple(headers)
    repeated, taken = _repeated(headers)
    free = [header for header in headers if header not in taken]
    matches = _judged(_assigned(free, names_of(pack)), pack, group_by)
    placed = {match.header for match in matches}
    unplaced = [header for header in free if header not in placed]
    used = {match.target for match in matches if match.how not in OFFERED}
    if group_by:
        used.add("id")  # the key is the id
    constants = {"kind": kind} | ({} if "pack" in used else {"pack": pack.id})
    if "currency" not in used and len(pack.currencies) == 1:
        constants["currency"] = next(iter(pack.currencies))
    amounts = ("items.", "pair.")
    has_item = bool(repeated.get("items")) or any(t.startswith(amounts) for t in used)
    missing = tuple(
        field
        for field, need in required_fields(
            pack, kind, pack.kinds[kind].levels[0], sender_role, debtor_type
        )
        if need == "always"
        and not field.path.startswith(("sender.", *ACCOUNT))
        and not used & {field.path, *(f"{field.path}.{tag}" for tag in pack.formats)}
        and field.path not in constants
        and not (has_item and field.path.startswith("debts[].items[]."))
    )
    return Draft(matches, repeated, tuple(unplaced), missing, constants, group_by)


def draft_table(
    file: Path, form: TableFormat, pack: Pack, kind: str, sender_role: str, debtor_type: str
) -> tuple[Draft, Mapping[str, tuple[str, ...]]]:
    """The draft for a table, and of each column some values.

    `kind` "" leaves the kind to the pack's ladder, where it has one; the fields are then those of
    its first kind. Raises TableError where the table can't be read, or where its headers seem to
    be in a later row, below a title.
    """
    try:
        rows = list(islice(read_table(file, form), SAMPLED))
    except TableError as error:
        raise _title_error(file, form, pack) or error from None
    headers = tuple(dict.fromkeys(name for row in rows for name in row.cells))
    samples = {h: tuple(row.cells[h] for row in rows if row.cells.get(h)) for h in headers}
    first = kind or next(iter(pack.kinds))
    draft = draft_matches(headers, pack, first, sender_role, debtor_type)
    key, is_filled_down = _repeating_key(draft, rows)
    if key:
        draft = draft_matches(headers, pack, first, sender_role, debtor_type, (key,))
        draft = replace(draft, is_filled_down=is_filled_down)
    if len(draft.matches) < FEW and (title := _title_error(file, form, pack)):
        raise title
    if not kind and pack.ladder:
        others = {name: value for name, value in draft.constants.items() if name != "kind"}
        draft = replace(draft, constants=others)
    return draft, samples


def _title_error(file: Path, form: TableFormat, pack: Pack) -> TableError | None:
    """Headers below a title: no draft is made of the title."""
    row = likely_header_row(file, form, pack)
    if not row:
        return None
    params = {"row": str(row)}
    return TableError(Finding("header-row-likely", "error", str(file), row, "", params))


def likely_header_row(file: Path, form: TableFormat, pack: Pack) -> int:
    """The row below a title that holds more known headers than the one asked for; 0 for none."""
    names = names_of(pack)

    def known(row: int) -> int:
        try:
            first = next(read_table(file, replace(form, header_row=row)), None)
        except TableError:
            return 0
        headers = first.cells if first else ()
        return sum(folded(header) in names for header in headers)

    best = max(range(_TITLES, 0, -1), key=known)
    return best if known(best) > max(known(form.header_row), 2) else 0


def draft_findings(draft: Draft, file: Path) -> tuple[Finding, ...]:
    """What a person must still decide."""
    known = list(synonyms())
    unplaced = [
        Finding(
            "column-unplaced",
            "warning",
            str(file),
            0,
            header[:60],
            {"name": header[:60], "near": near_miss(header, known) or "–"},
        )
        for header in draft.unplaced
    ]
    missing = [
        Finding(
            "field-without-column",
            "warning",
            str(file),
            0,
            field.path,
            {"name": field.name, **in_both(field.hint, "hint")},
        )
        for field in draft.missing
    ]
    return (*unplaced, *missing)


def _assigned(headers: list[str], names: Names) -> dict[str, tuple[str, How]]:
    """Header → target, as many as can be: names that are known before near ones, and a header
    gives way to another where it has a second meaning and the other has none."""
    wanted = {header: [*names.get(folded(header), {})] for header in headers}
    holder: dict[str, str] = {}

    def place(header: str, seen: set[str]) -> bool:
        for target in wanted[header]:
            if target in seen:
                continue
            seen.add(target)
            if target not in holder or place(holder[target], seen):
                holder[target] = header
                return True
        return False

    many = [h for h in headers if _MANY in wanted[h][:1]]
    for header in headers:
        if header not in many:
            place(header, {_MANY})
    found = {h: (t, names[folded(h)][t]) for t, h in holder.items()}
    found |= {h: (_MANY, names[folded(h)][_MANY]) for h in many}
    near = sorted(
        (-score, i, header, target)
        for i, header in enumerate(headers)
        if header not in found
        for target, score in _near(folded(header), names).items()
    )
    for _, _, header, target in near:
        if header not in found and (target not in holder or target == _MANY):
            holder[target] = header
            found[header] = (target, "near")
    return {header: found[header] for header in headers if header in found}


def _near(name: str, names: Names) -> dict[str, float]:
    """Targets that a header may mean, and how near their names are."""
    if len(name) < 3:
        return {}
    found: dict[str, float] = {}
    for word in get_close_matches(name, names, n=3, cutoff=_NEAR):
        for target in names[word]:
            found.setdefault(target, SequenceMatcher(None, name, word).ratio())
    if found:
        return found
    within = [w for w in names if len(w) > 2 and w in name and len(name) <= 2 * len(w)]
    longest = max(within, key=len, default="")
    return dict.fromkeys(names.get(longest, ()), _NEAR / 2)


def _judged(
    assigned: Mapping[str, tuple[str, How]], pack: Pack, group_by: tuple[str, ...]
) -> tuple[Match, ...]:
    """What is drafted and what is offered only: what the pack would refuse, what would be left out
    of account in a run. A payment without a day is what was paid on the row."""
    named = {target for target, how in assigned.values() if how != "near"}
    is_open = "items.open" in named and not named & _BESIDE
    matches = _addressed([*_opened(assigned, pack, is_open)])
    targets = {match.target for match in matches if match.how != "near"}
    computed = {rule.method for rule in pack.rules}
    refused = "simple_interest" in computed and "stated_interest" not in computed
    # A total beside rows, or beside amounts that are not drafted, is another sum than the letter's.
    another = group_by or (refused and "items.interest" in targets) or "payments.amount" in targets
    traps = {*_TRAPS, *(("stated_total",) if another or is_open else ())}
    if group_by:
        traps.add("level")  # of rows of invoices: the letter that was sent, not the one to come
    if not any(target.startswith(("items.", "pair.")) for target in named):
        traps.add("paid")  # it may be in the amount that somebody names later
    if {f"pair.{leaf}" for leaf in PAIR} <= targets:
        traps |= {"items.principal", "items.price"}  # the same amounts once more
    made = []
    for match in matches:
        target, how = match.target, match.how
        if target == "payments.amount" and "payments.date" not in targets and how != "near":
            target = "paid"
        if target.startswith("payments.") and "payments.amount" not in targets:
            continue  # a day or a number of no payment
        if target.startswith("pair.") and not {f"pair.{leaf}" for leaf in PAIR} <= targets:
            continue
        is_claim = assigned[match.header][0] == "items.open"
        if target in traps or (is_open and not is_claim and target in _WITHIN):
            how = "trap"
        elif target == "items.interest" and refused:
            how = "refused"
        elif target.partition(".")[0] == OF_ROWS:
            how = "choice"
        elif field_type(target, pack) in BOTH:
            how = "language"  # a column has one, a letter two
        made.append(replace(match, target=target, how=how))
    return tuple(made)


def _opened(assigned: Mapping[str, tuple[str, How]], pack: Pack, is_open: bool) -> Iterator[Match]:
    """What is open of an invoice is its claim: the whole amount and what was paid are in it. Beside
    interest and costs it is a total."""
    has_total = any(target == "stated_total" for target, _ in assigned.values())
    for header, (target, how) in assigned.items():
        if target != "items.open":
            yield Match(header, target, how)
        elif is_open:
            yield Match(header, claim_of(pack), how)
        else:
            yield Match(header, "stated_total", "trap" if has_total else how)


def _addressed(matches: list[Match]) -> list[Match]:
    """Columns of a street, a town and more such are parts, which each country's form joins; others
    are lines as they stand, and those end with the town."""
    sure = [m for m in matches if m.how != "near"]
    parts = {m.header: m.target.removeprefix(_PART) for m in sure if m.target.startswith(_PART)}
    lines = [m.header for m in sure if m.target == _MANY]
    if len(lines) == 1 and "street" not in parts.values():
        parts[lines.pop()] = "street"
    if lines or not {"street", "town"} <= {*parts.values()}:
        parts = {}
    found = []
    for match in matches:
        if match.header in parts:
            match = replace(match, target=_MANY, part=parts[match.header])
        elif match.target == f"{_PART}country":
            continue
        elif match.target.startswith(_PART):
            match = replace(match, target=_MANY)
        found.append(match)
    return found


def _repeating_key(draft: Draft, rows: Sequence[Row]) -> tuple[str, bool]:
    """The column of the customer whose values come again in several rows, "" for none; and whether
    it is blank in rows of debts, which are then those of the customer above."""
    placed = {m.target: m.header for m in draft.matches if m.how not in OFFERED}
    key = placed.get("id") or placed.get("recipient.name", "")
    of_debt = [h for t in _DEBT if (h := placed.get(t))]
    values = [text for row in rows if (text := row.cells.get(key, "").strip())]
    blank = [row for row in rows if key and not row.cells.get(key, "").strip()]
    is_blank = any(row.cells.get(header, "").strip() for row in blank for header in of_debt)
    return (key if is_blank or len({*values}) < len(values) else ""), is_blank


def _repeated(headers: tuple[str, ...]) -> tuple[dict[str, dict[str, str]], set[str]]:
    """Numbered columns (`item1_amount`, `项目1金额`) as items or payments with {n}."""
    words = read_text_file(HEADERS).data["repeated"]
    found: dict[str, dict[str, str]] = {}
    taken: set[str] = set()
    for header in headers:
        match = _NUMBERED.match(header)
        if not match:
            continue
        stem, _, leaf = match.groups()
        for into, stems in words["stems"].items():
            if folded(stem) not in map(folded, stems):
                continue
            for name, ends in words["leaves"][into].items():
                if folded(leaf) in map(folded, ends):
                    found.setdefault(into, {}).setdefault(name, f"{stem}{{n}}{leaf}")
                    taken.add(header)
    whole = {into: leaves for into, leaves in found.items() if "amount" in leaves}
    return whole, taken if whole == found else set()
