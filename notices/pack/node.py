"""A cursor over a pack's parsed YAML: typed reading that notes every fault and goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, cast

from notices.finding import Finding, Severity
from notices.pack.paths import path_text
from notices.pack.table_types import Status
from notices.pack.types import Condition, Source, SourceClass
from notices.pack.vocabulary import near_miss
from notices.textfiles import Path_, TextFile

SOURCE_KEYS = ("class", "source", "status")
_CLASSES = ("law", "practice", "product")
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INTEGER = re.compile("[0-9]{1,9}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def parse_day(text: str) -> date | None:
    """An ISO date, or None."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def named_conditions(text: str) -> Condition:
    """`a and not b` as `{all: [a], not: [b]}`; empty where the text is not of this form."""
    found: dict[str, tuple[str, ...]] = {}
    for term in text.split(" and "):
        name = term.strip().removeprefix("not ").strip()
        if not _ID.fullmatch(name):
            return {}
        key = "not" if term.strip() != name else "all"
        found[key] = (*found.get(key, ()), name)
    return found


@dataclass(frozen=True)
class Node:
    """One value of a file, where it stands, and the list in which all faults are noted."""

    file: TextFile
    value: Any
    found: list[Finding]
    path: Path_ = field(default=())

    @property
    def place(self) -> tuple[str, int]:
        """The file and line that say it: a pack's own, or those of the core that it builds on."""
        return self.file.place(*self.path)

    @property
    def line(self) -> int:
        return self.place[1]

    def fault(self, rule: str, severity: Severity = "error", **params: str) -> None:
        """Note a fault of this value."""
        self.found.append(Finding(rule, severity, *self.place, path_text(self.path), params))

    def _wrong(self, expected: str) -> None:
        met = {dict: "a mapping", list: "a list", str: "text", type(None): "nothing"}
        self.fault("pack-shape", expected=expected, met=met.get(type(self.value), "?"))

    def at(self, key: str) -> Node:
        """The value under `key`; a Node of None where there is none."""
        inner = self.value.get(key) if isinstance(self.value, dict) else None
        return Node(self.file, inner, self.found, (*self.path, key))

    def has(self, key: str) -> bool:
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def entries(self) -> Iterator[tuple[str, Node]]:
        """A mapping's keys and values; ids only of letters, digits, `_ . -`."""
        if self.value is None:
            return
        if not isinstance(self.value, dict):
            self._wrong("a mapping")
            return
        for key in self.value:
            if _ID.fullmatch(key):
                yield key, self.at(key)
            else:
                self.fault("bad-id", name=key[:40])

    def each(self) -> Iterator[Node]:
        """A list's values."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            self._wrong("a list")
            return
        for i, inner in enumerate(self.value):
            yield Node(self.file, inner, self.found, (*self.path, i))

    def only(self, keys: Iterable[str]) -> bool:
        """Whether this is a mapping; faults every key that is not one of `keys`."""
        if not isinstance(self.value, dict):
            self._wrong("a mapping")
            return False
        known = tuple(keys)
        for key in self.value:
            if key not in known:
                self.at(key).fault("unknown-key", name=key[:40], near=near_miss(key, known) or "–")
        return True

    def text(self, default: str = "") -> str:
        if self.value is None:
            return default
        if not isinstance(self.value, str):
            self._wrong("text")
            return default
        return self.value.strip()

    def needed(self) -> str:
        """Text that must be there."""
        if self.value is None or self.value == "":
            self.fault("key-missing", name=str(self.path[-1]) if self.path else "")
            return ""
        return self.text()

    def words(self) -> tuple[str, ...]:
        """A list of texts; one text is a list of one."""
        if isinstance(self.value, str):
            return (self.value,)
        return tuple(node.text() for node in self.each())

    def choice(self, allowed: Iterable[str], default: str) -> str:
        known = tuple(allowed)
        value = self.text(default)
        if value not in known:
            self.fault("bad-choice", allowed=", ".join(known), near=near_miss(value, known) or "–")
            return default
        return value

    def whole(self, default: int = 0) -> int:
        value = self.text(str(default))
        if not _INTEGER.fullmatch(value):
            self.fault("bad-value", form="30")
            return default
        return int(value)

    def number(self, default: str = "0") -> Decimal:
        value = self.text(default)
        if not _NUMBER.fullmatch(value):
            self.fault("bad-value", form="13.8")
            return Decimal(default)
        return Decimal(value)

    def flag(self) -> bool:
        return self.choice(("true", "false"), "false") == "true"

    def day(self) -> date | None:
        if self.value is None:
            return None
        day = parse_day(self.text())
        if day is None:
            self.fault("bad-value", form="2026-04-15")
        return day

    def days(self) -> Mapping[str, date]:
        """A mapping of dates by key."""
        if self.value is None:
            return {}
        return {key: day for key, node in self.entries() if (day := node.day()) is not None}

    def texts(self) -> Mapping[str, str]:
        """A mapping of text by key (by language, mostly)."""
        if self.value is None:
            return {}
        if not isinstance(self.value, dict):
            self._wrong("a mapping")
            return {}
        return {key: self.at(key).text() for key in self.value}

    def condition(self, besides: tuple[str, ...] = ()) -> Condition:
        """A `when:` mapping: each key with its values; what they mean is checked by `links`.

        Named conditions may stand there alone: `limitation-runs`, `person and not capped`.
        """
        if self.value is None:
            return {}
        if isinstance(self.value, str):
            named = named_conditions(self.value)
            if not named:
                self.fault("bad-value", form="limitation-runs and not capped")
            return named
        if not isinstance(self.value, dict):
            self._wrong("a mapping")
            return {}
        return {key: self.at(key).words() for key in self.value if key not in besides}


def read_source(node: Node, source_id: str) -> Source:
    """The `class`, `source` and `status` of an entry; check_pack faults what is left out."""
    given = node.has("class")
    file, line = node.place
    return Source(
        id=source_id,
        kind=cast(SourceClass, node.at("class").choice(_CLASSES, "product")),
        citation=node.at("source").text() if given else "",
        status=cast(Status, node.at("status").choice(("verified", "unverified"), "verified")),
        file=file,
        line=line,
    )
