"""What the schema's validator says, in our own rules. A person's value is repeated masked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from notices.case.raw_values import declared_path, shown, shown_code
from notices.finding import Private, Severity, masked
from notices.pack.fieldtypes import FIELD_TYPES
from notices.pack.links import trust_flags
from notices.pack.paths import Steps
from notices.pack.types import Field, Pack
from notices.pack.vocabulary import PARTY_ROLES, in_both, near_miss

_SIGNED = re.compile(r"[-−–]\s*[0-9][0-9., ]*")
_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?")
_ISO_SHAPE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CODE_RULES = {"pack": "pack-mismatch", "kind": "kind-unknown"}


@dataclass(frozen=True)
class Fault:
    """A fault at a path of the checked instance; `schema` gives it file, line and owner."""

    rule: str
    path: Steps
    params: Mapping[str, str]
    severity: Severity = "error"


def field_params(field: Field) -> dict[str, str]:
    """What a finding says about a field: its hint, example and source."""
    return {
        **in_both(field.hint, "hint"),
        "example": field.example or "–",
        "source": f"{field.source.citation or '–'} [{field.source.kind}]",
    }


def required_fault(path: Steps, schema: Mapping[str, Any], pack: Pack) -> Fault:
    """A field, or a whole part of the record, that must be there and is not."""
    if path == ("recipient",):
        return Fault("no-debtor", path, {})
    field = field_at(path, pack)
    if field is not None:
        return Fault("required-field", path, {"name": field.name, **field_params(field)})
    inner = schema_at(schema, path)
    names = ", ".join(inner.get("items", inner).get("required", ()))
    params = {"name": str(path[-1]), "hint_en": names, "hint_zh": names}
    return Fault("required-field", path, {**params, "example": "–", "source": "–"})


def unexpected_faults(
    path: Steps, keys: list[str], instance: Any, schema: Mapping[str, Any], pack: Pack
) -> Iterator[Fault]:
    """Keys that may not stand where they are."""
    trusted = {f.name for f in pack.fields.values() if f.trust} | trust_flags(pack)
    trusted |= {pack.fields[name].path.rpartition(".")[2] for name in trusted}
    known = tuple(schema_at(schema, path).get("properties", ()))
    for key in keys:
        here = (*path, key)
        field = field_at(here, pack)
        if field is not None:
            yield Fault("field-not-here", here, {"name": field.name})
        elif key in trusted and path[:1] != ("sender",):
            yield Fault("trust-field", here, {"name": key})
        elif key == "currency" and path and value_at(instance, here) != instance.get("currency"):
            yield Fault("mixed-currency", here, {})
        else:
            params = {"name": shown(key), "near": near_miss(key, known) or "–"}
            yield Fault("unknown-field", here, params)


def value_fault(path: Steps, instance: Any, schema: Mapping[str, Any], pack: Pack) -> Fault | None:
    """Why the value at `path` is not what its field's type asks, with the value."""
    value = value_at(instance, path)
    fault = _value_fault(path, value, schema, pack)
    if fault is None or not isinstance(value, str) or "value" in fault.params:
        return fault
    return replace(fault, params={**fault.params, "value": masked(value)})


def _value_fault(path: Steps, value: Any, schema: Mapping[str, Any], pack: Pack) -> Fault | None:
    found, owner = _typed(schema, path)
    if found is None:
        return _container_fault(path, value, schema_at(schema, path))
    kind = FIELD_TYPES[found["x-type"]]
    form = {"form_en": kind.form["en"], "form_zh": kind.form["zh"]}
    here = schema_at(schema, path)
    if isinstance(value, list):
        if "array" not in _types(here):
            return Fault("wrong-type", path, form)
        params = {"most": str(here.get("maxItems", "")), **limit_reason({})}
        return Fault("too-many", path, {**params, **form})
    if isinstance(value, dict) or value is None:
        return Fault("wrong-type", path, form)
    if "string" not in _types(here) and "enum" not in here:
        return Fault("wrong-type", path, form)
    if kind.name == "code" or "enum" in here:
        return _code_fault(path, value, here, owner, pack, form)
    longest = here.get("maxLength")
    if longest and len(value) > longest:
        return Fault("too-long", path, {"most": str(longest), "length": str(len(value))})
    if kind.name in ("amount", "amount_by_currency", "percent", "count"):
        return number_fault(path, value, kind.name, _units(pack), form)
    if kind.name == "date" and _ISO_SHAPE.fullmatch(value):
        return Fault("impossible-date", path, {})
    return Fault("wrong-form", path, form)


def number_fault(path: Steps, value: str, kind: str, units: int, form: Mapping[str, str]) -> Fault:
    """Why a text is not the number that is asked."""
    plain = value.strip()
    if _SIGNED.fullmatch(plain):
        return Fault("negative-amount", path, form)
    if not plain.isascii() or not _PLAIN.fullmatch(plain) or plain != value:
        return Fault("not-a-number", path, form)
    whole, _, decimals = plain.partition(".")
    if kind == "count" and decimals:
        return Fault("not-a-number", path, form)
    if kind == "amount" and len(whole) <= 15 and len(decimals.rstrip("0")) > units:
        return Fault("too-many-decimals", path, {"most": str(units)})
    return Fault("out-of-range", path, form)


def _units(pack: Pack) -> int:
    return max(pack.currencies.values(), default=2)


def _code_fault(
    path: Steps,
    value: str,
    schema: Mapping[str, Any],
    declared: str,
    pack: Pack,
    form: Mapping[str, str],
) -> Fault:
    allowed = [str(code) for code in schema.get("enum", ()) if not isinstance(code, bool)]
    if not allowed or allowed == ["true", "false"]:
        return Fault("wrong-form", path, form)
    if declared == "recipient.role" and value in PARTY_ROLES:
        return Fault("unsupported-party", path, {"role": value})
    params = {
        "value": Private(shown_code(value), masked(value).clear),
        "near": near_miss(value, allowed) or "–",
        "allowed": ", ".join(dict.fromkeys(allowed)),
    }
    return Fault(_CODE_RULES.get(declared, "unknown-code"), path, params)


def limit_reason(reason: Mapping[str, str]) -> dict[str, str]:
    """Why a list is limited, to follow its number; nothing where no reason is stated."""
    said = in_both(reason, "reason") if reason else {"reason_en": "", "reason_zh": ""}
    marks = {"reason_en": ": ", "reason_zh": "："}
    return {key: f"{marks[key]}{text}" if text else "" for key, text in said.items()}


def _container_fault(path: Steps, value: Any, schema: Mapping[str, Any]) -> Fault | None:
    """A part of the record (`debts`, `recipient`) that has the wrong shape or length."""
    wants_list = schema.get("type") == "array"
    if wants_list and isinstance(value, list):
        if len(value) > schema.get("maxItems", len(value)):
            most = str(schema["maxItems"])
            params = {"most": most, "form_en": "a list", "form_zh": "列表"}
            params |= limit_reason(schema.get("x-reason", {}))
            return Fault("too-many", path, params)
        names = ", ".join(schema["items"].get("required", ()))
        params = {"name": str(path[-1]), "hint_en": names, "hint_zh": names}
        return Fault("required-field", path, {**params, "example": "–", "source": "–"})
    form = (
        {"form_en": "a list", "form_zh": "列表"}
        if wants_list
        else {"form_en": "a mapping (key: value)", "form_zh": "映射（键: 值）"}
    )
    return Fault("wrong-type", path, form)


def _types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    types = schema.get("type", ())
    return (types,) if isinstance(types, str) else tuple(types)


def _typed(schema: Mapping[str, Any], path: Steps) -> tuple[Mapping[str, Any] | None, str]:
    """The declared field that the value at `path` belongs to: its schema and declared path."""
    for end in range(len(path), 0, -1):
        here = schema_at(schema, path[:end])
        if "x-type" in here:
            return here, declared_path(path[:end])
    return None, ""


def schema_at(schema: Mapping[str, Any], path: Steps) -> Mapping[str, Any]:
    """The part of a flat schema that speaks of the value at `path`; {} where none does."""
    here: Any = schema
    for step in path:
        if isinstance(step, int):
            here = here.get("items", {})
        else:
            here = here.get("properties", {}).get(step, here.get("additionalProperties", {}))
        if not isinstance(here, dict):
            return {}
    return here if isinstance(here, dict) else {}


def value_at(data: Any, path: Steps) -> Any:
    """The value at `path`, None where there is none."""
    for step in path:
        if isinstance(data, dict) and isinstance(step, str):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def field_at(path: Steps, pack: Pack) -> Field | None:
    """The field that the pack declares at `path`."""
    declared = declared_path(path)
    return next((f for f in pack.fields.values() if f.path == declared), None)


def is_past(path: Steps, too_long: Steps, most: int) -> bool:
    """Whether a path leads into an entry of a list after those that it may have."""
    step = path[len(too_long)] if path[: len(too_long)] == too_long != path else None
    return isinstance(step, int) and step >= most
