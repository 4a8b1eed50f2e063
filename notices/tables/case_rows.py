"""The rows of a table that make one case, and their records put together: one debt a row.

What is of the case (its id, recipient, language …) must be the same in all of its rows, blank cells
apart; what is of a debt comes from the debt's own row.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from notices.case.raw_values import written_number
from notices.case.record import Record
from notices.finding import Finding
from notices.pack.paths import Steps
from notices.tables.row import Row
from notices.tables.row_earlier import STATED

ENTRIES = ("debts", "credits", "payments")  # lists of a record to which every row adds
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
TWICE = "row-twice"  # the rule of a debt that several rows state
_MOST_NAMED = 8  # rows named in one finding


@dataclass(frozen=True)
class CaseRows:
    """The rows of one case, in the table's order; without grouping it is one."""

    rows: tuple[Row, ...]
    faults: tuple[Finding, ...] = ()  # of its key
    others: tuple[int, ...] = ()  # the numbers of further rows, of a case of too many
    by_number: Mapping[int, Row] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_number", {row.number: row for row in self.rows})

    @property
    def first(self) -> Row:
        return self.rows[0]

    @property
    def numbers(self) -> tuple[int, ...]:
        return (*self.by_number, *self.others)

    def row_at(self, line: int) -> Row:
        """The row at a finding's line, else the first."""
        return self.by_number.get(line, self.first)


def fold_key(parts: Sequence[str]) -> str:
    """A key as those who mean the same may write it: blanks, width, case and the zeros before a
    number make no difference."""
    folded = (unicodedata.normalize("NFKC", part).casefold() for part in parts)
    return "\x1f".join(_ZEROS.sub("", "".join(part.split())) for part in folded)


def merge_records(
    case: CaseRows,
    read: Sequence[tuple[Row, Record]],
    columns: Mapping[str, str],
    first: frozenset[str] = frozenset(),
) -> Record:
    """One record of the rows of a case that were read; `first` names fields of which the first row
    counts. Where rows disagree the record is faulty."""
    data: dict[str, Any] = {}
    lines: dict[Steps, int] = {(): case.first.number}
    said: dict[Steps, dict[str, list[int]]] = {}  # value → rows
    faults = [*case.faults]
    for row, record in read:
        for name in ENTRIES:
            for entry in record.data.get(name, ()):
                lines[name, len(data.setdefault(name, []))] = row.number
                data[name].append(entry)
        for hold in record.data.get("holds", ()):
            if hold not in data.setdefault("holds", []):
                data["holds"].append(hold)
        for steps, value in own_values(record.data):
            values = said.get(steps)
            if values is None:
                values = said[steps] = {}
                put_value(data, steps, value)
                lines[steps] = row.number
            values.setdefault(str(value), []).append(row.number)
        faults += record.faults
    faults += _rows_twice(read)
    for steps, values in said.items():
        if len(values) > 1 and not first & {path := _path(steps), *_parents(path)}:
            faults.append(_disagreement(path, values, case.first, columns))
    notes = tuple(note for _, record in read for note in record.notes)
    undated = frozenset(line for _, record in read for line in record.undated)
    return Record(data, case.first.file, lines, tuple(faults), notes, undated=undated)


def _rows_twice(read: Sequence[tuple[Row, Record]]) -> Iterator[Finding]:
    """Rows that state the very debt of an earlier one, by a number: an export wrote it twice, and
    it would be asked for twice. Holds and earlier letters are no part of what is owed."""
    seen: dict[str, int] = {}
    for row, record in read:
        for debt in record.data.get("debts", ()):
            owed = {key: value for key, value in debt.items() if key not in ("holds", STATED)}
            if not written_number(owed):
                continue
            first = seen.setdefault(json.dumps(owed, sort_keys=True, default=str), row.number)
            if first != row.number:
                yield Finding(TWICE, "error", row.file, row.number, "", {"row": str(first)})


def own_values(data: Any, done: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """The values of a row's record that are of its case; a list of texts is one value."""
    for key, inner in data.items():
        if not done and key in (*ENTRIES, "holds"):
            continue
        if isinstance(inner, dict):
            yield from own_values(inner, (*done, key))
        elif isinstance(inner, list) and inner and isinstance(inner[0], dict):
            for i, entry in enumerate(inner):
                yield from own_values(entry, (*done, key, i))
        else:
            yield (*done, key), inner


def put_value(data: dict[str, Any], steps: Steps, value: Any) -> None:
    """Set what stands at `steps`, with the mappings and lists around it."""
    here: Any = data
    for step, following in pairwise(steps):
        inner: Any = [] if isinstance(following, int) else {}
        if isinstance(step, int):
            while len(here) <= step:
                here.append({})
            here = here[step]
        else:
            here = here.setdefault(step, inner)
    here[steps[-1]] = value


def _path(steps: Steps) -> str:
    return "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in steps).lstrip(".")


def _parents(path: str) -> Iterator[str]:
    while cut := max(path.rfind("."), path.rfind("["), 0):
        path = path[:cut]
        yield path


def _disagreement(
    path: str, values: Mapping[str, Sequence[int]], row: Row, columns: Mapping[str, str]
) -> Finding:
    """Which rows say other than the first one, without what they say."""
    others = sorted(n for numbers in list(values.values())[1:] for n in numbers)
    named = ", ".join(map(str, others[:_MOST_NAMED])) + (" …" if len(others) > _MOST_NAMED else "")
    where = columns.get(path, path)
    agreed = next(iter(values.values()))[0]
    params = {"column": where, "row": str(agreed), "others": named, "field": _loose(path)}
    return Finding("rows-disagree", "error", row.file, others[0], where, params)


def _loose(path: str) -> str:
    return re.sub(r"^parties\[0\]", "recipient", path)
