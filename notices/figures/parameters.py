"""Typed parameters: a pack's text scalars become a method's frozen dataclass, or findings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from notices.finding import Finding
from notices.pack.types import Rule
from notices.pack.vocabulary import near_miss

T = TypeVar("T")


def _decimal(text: str) -> Decimal:
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        raise ValueError(text)
    return Decimal(text)


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]+", text):
        raise ValueError(text)
    return int(text)


def _date(text: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _flag(text: str) -> bool:
    return {"true": True, "false": False}[text]


SCALARS: Mapping[type, tuple[str, Callable[[str], Any]]] = {
    str: ("text", str),
    int: ("a whole number", _count),
    bool: ("true | false", _flag),
    date: ("YYYY-MM-DD", _date),
    Decimal: ("a decimal number", _decimal),
}


def parameter_name(slot: Field[Any]) -> str:
    """As packs write it: `from`, which Python can only call `from_`."""
    return slot.name.rstrip("_")


def nearest(name: str, known: Iterable[str]) -> str:
    """` (name?)` where a known name is near, else nothing: for the end of a sentence."""
    near = near_miss(name, known)
    return f" ({near}?)" if near else ""


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


class ParameterReader:
    """Reads the parameters of one rule and keeps every fault it meets."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.findings: list[Finding] = []

    def tell(self, finding: str, parameter: str, **params: str) -> None:
        source = self.rule.source
        names = {"rule_id": self.rule.id, "method": self.rule.method, "parameter": parameter}
        self.findings.append(
            Finding(finding, file=source.file, line=source.line, params=names | params)
        )

    def read(self, kind: type[T], params: Mapping[str, Any], path: str = "") -> T | None:
        """`params` as a `kind`; None, with findings, where they don't fit."""
        before, hints, values = len(self.findings), _hints(kind), {}  # type: ignore[arg-type]
        slots = {parameter_name(slot): slot for slot in fields(kind)}  # type: ignore[arg-type]
        for name in params:
            if name not in slots:
                known = " | ".join(slots) or "-"
                near = nearest(name, slots)
                self.tell("unknown-parameter", path + name, known=known, nearest=near)
        for name, slot in slots.items():
            if name in params:
                values[slot.name] = self._value(hints[slot.name], params[name], path + name)
            elif slot.default is MISSING and slot.default_factory is MISSING:
                self.tell("missing-parameter", path + name)
        if len(self.findings) > before:
            return None
        built = kind(**values)
        if wanted := getattr(built, "wanted", lambda: "")():
            self.tell("method-parameter", path.rstrip("."), expected=wanted, found=_shown(params))
            return None
        return built

    def _value(self, kind: Any, raw: Any, path: str) -> Any:
        origin = get_origin(kind)
        if origin in (Union, UnionType):  # `X | None`: left out or X
            return self._value(next(a for a in get_args(kind) if a is not type(None)), raw, path)
        if origin is tuple:
            each = get_args(kind)[0]
            many = raw if isinstance(raw, (list, tuple)) else (raw,)
            return tuple(self._value(each, inner, f"{path}[{i}]") for i, inner in enumerate(many))
        if origin is Mapping:
            if isinstance(raw, Mapping):
                return dict(raw)
            expected = "language: text"
        elif is_dataclass(kind):
            if isinstance(raw, Mapping):
                return self.read(kind, raw, f"{path}.")  # type: ignore[arg-type]
            expected = " | ".join(parameter_name(slot) for slot in fields(kind))
        elif origin is Literal:
            if raw in get_args(kind):
                return raw
            expected = " | ".join(get_args(kind))
        else:
            expected, convert = SCALARS[kind]
            try:
                if isinstance(raw, str):
                    return convert(raw)
            except (ValueError, KeyError):
                pass
        self.tell("method-parameter", path, expected=expected, found=_shown(raw))
        return None


def _shown(raw: Any) -> str:
    if isinstance(raw, Mapping):
        return "{" + ", ".join(map(str, raw)) + "}"
    return "-" if raw is None else str(raw)
