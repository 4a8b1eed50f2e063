"""A single case file as its owner wrote it: Chinese keys, and values as people write them.

Amounts, days and codes are read as a table's cells are (`cell_values`), so that `¥12,345.60` and
`2026年3月1日` mean the same in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from notices.case.raw_values import path_text
from notices.case.record import Record, header_words, part_words
from notices.finding import Finding
from notices.pack.paths import Steps
from notices.pack.types import Pack
from notices.tables.cell_values import CHANGES, Style, value_reader
from notices.tables.list_words import folded
from notices.tables.mapping_check import field_type
from notices.tables.read_currency import CURRENCY, read_currency
from notices.tables.row_rules import steps_of
from notices.tables.table_words import currency_marks

_READ = ("amount", "percent", "date", "count", "code", "flag")
_ENTRY_LISTS = ("items", "payments")


def as_written(record: Record, pack: Pack | None) -> Record:
    """The record with its keys as the pack knows them and its values as a record has them; what was
    changed is told in `notes`, what can be read in two ways as errors among them."""
    if not record.data:
        return record
    names = _Names(record)
    data = names.data
    if pack is None:
        return replace(record, data=data, lines=names.lines)
    currency = data.get("currency") or (*pack.currencies, "")[0]
    own, other = currency_marks(read_currency(pack)(str(currency))[0], pack)
    reader = _Values(record.file, names.lines, pack, Style(marks=own, other_marks=other))
    data = reader.read(data, ())
    return replace(record, data=data, lines=names.lines, notes=(*record.notes, *reader.notes))


class _Names:
    """A record's data with Chinese keys under the names of their fields, and where each stands."""

    def __init__(self, record: Record) -> None:
        self._old = record.lines
        self.lines: dict[Steps, int] = {(): record.line()}
        self.data: dict[str, Any] = {}
        self._name(record.data, (), (), self.data)

    def _name(self, data: Mapping[str, Any], old: Steps, new: Steps, into: dict[str, Any]) -> None:
        for key, value in data.items():
            for steps, inner in _placed(str(key), value, new):
                self._put(steps, inner, (*old, key), new, into)

    def _put(self, steps: Steps, value: Any, old: Steps, at: Steps, into: dict[str, Any]) -> None:
        """A value at its place below `at`, with what stands around it."""
        here: Any = into
        for step, following in pairwise(steps):
            wanted: Any = [] if isinstance(following, int) else {}
            if not _takes(here, step):
                return  # said twice, in two shapes: the first one counts, and is judged
            if isinstance(step, int):
                here.extend({} for _ in range(len(here), step + 1))
                here = here[step]
            else:
                here = here.setdefault(step, wanted)
        if not _takes(here, steps[-1]):
            return
        last = steps[-1]
        place: Steps = (*at, *steps[:-1], len(here) if isinstance(here, list) else last)
        if old in self._old:
            self.lines.setdefault(place, self._old[old])
        if isinstance(here, list):
            here.append(self._inner(value, old, place))
        elif last not in here or here[last] in (None, ""):
            here[last] = self._inner(value, old, place)
        elif isinstance(here[last], list) and isinstance(value, list):
            here[last] += self._inner(value, old, place)
        elif isinstance(here[last], dict) and isinstance(value, dict):
            self._name(value, old, place, here[last])

    def _inner(self, value: Any, old: Steps, new: Steps) -> Any:
        if isinstance(value, dict):
            named: dict[str, Any] = {}
            self._name(value, old, new, named)
            return named
        if isinstance(value, list):
            found = []
            for i, inner in enumerate(value):
                if (*old, i) in self._old:
                    self.lines[*new, i] = self._old[*old, i]
                found.append(self._inner(inner, (*old, i), (*new, i)))
            return found
        return value


def _takes(container: Any, step: str | int) -> bool:
    return isinstance(container, list if isinstance(step, int) else dict)


def _placed(key: str, value: Any, at: Steps) -> Iterator[tuple[Steps, Any]]:
    """Where below `at` a key's value belongs: itself where it is a name or no known word."""
    word = folded(key)
    around = "".join("[]" if isinstance(s, int) else f".{s}" for s in at).lstrip(".")
    if key.isascii():
        yield (key,), value
        return
    if (at and at[-1] in _ENTRY_LISTS) or (len(at) > 1 and at[-2] in _ENTRY_LISTS):
        yield (part_words("entries").get(word, key),), value
        return
    if isinstance(value, (dict, list)) and word in part_words("parts"):
        yield (part_words("parts")[word],), value
        return
    path = header_words().get(word, "")
    if path.startswith("items.") and around in ("", "debts[]"):
        entry = {"kind": path.removeprefix("items."), "amount": value}
        below: Steps = ("items", -1) if around else ("debts", 0, "items", -1)
        yield below, entry
    elif path.startswith(("plan.", "payments.", "items.")) or not path:
        yield (key,), value
    elif around and path.startswith(f"{_as_recipient(around)}."):
        yield steps_of(path.removeprefix(f"{_as_recipient(around)}.")), value
    elif not around:
        leaf = [value] if path == "recipient.address" and isinstance(value, str) else value
        yield steps_of(path), leaf
    else:
        yield (key,), value


def _as_recipient(around: str) -> str:
    return re.sub(r"^parties\[\]$", "recipient", around)


@dataclass
class _Values:
    """Values of a record, each read as its field's type has it."""

    file: str
    lines: Mapping[Steps, int]
    pack: Pack
    style: Style
    notes: list[Finding] = field(default_factory=list)

    def read(self, data: Any, path: Steps) -> Any:
        if isinstance(data, dict):
            return {key: self.read(value, (*path, key)) for key, value in data.items()}
        if isinstance(data, list):
            return [self.read(value, (*path, i)) for i, value in enumerate(data)]
        where = path_text(path)
        is_plain = isinstance(data, str) and data.isascii() and data.isalnum()
        if not isinstance(data, str) or (is_plain and where != CURRENCY):
            return data
        kind = field_type(where, self.pack)
        if kind not in _READ:
            return data
        read = read_currency(self.pack) if where == CURRENCY else value_reader(kind, self.style)
        value, change = read(data)
        if change:
            rule, severity = CHANGES[change]
            params = {"before": data[:40], "after": value[:40], "column": where, "sheet": "–"}
            line = self._line(path)
            found = Finding(rule, "error", self.file, line, where, params)
            self.notes.append(found if severity == "error" else replace(found, severity="note"))
        return value

    def _line(self, path: Steps) -> int:
        ends = (path[:end] for end in range(len(path), -1, -1))
        return next((self.lines[steps] for steps in ends if steps in self.lines), 0)
