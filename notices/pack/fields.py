"""Declared fields → one flat JSON Schema 2020-12 per kind × level × sender role × debtor type.

What is known of the letter beforehand is decided here; what depends on the record itself (kinds of
debt, other fields) becomes `if`/`then`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any

from notices.pack.fieldtypes import FIELD_TYPES, MAX_ITEMS, amount_pattern
from notices.pack.formula import ALWAYS, NEVER, Alternatives, Literal, disjuncts
from notices.pack.list_limits import list_limits
from notices.pack.types import Field, Pack
from notices.pack.vocabulary import (
    DEBTOR_TYPES,
    EMPTY_LISTS,
    NEEDED_PATHS,
    PARTY_ROLES,
    SENDER_ROLES,
)

Schema = dict[str, Any]
_DEBT = "debts[]."


def required_fields(
    pack: Pack, kind: str, level: int, sender_role: str, debtor_type: str
) -> tuple[tuple[Field, str], ...]:
    """The fields of such a letter: (field, `always` | `sometimes` | `optional`), in pack order."""
    route = _route(kind, level, sender_role, debtor_type)
    return tuple(
        (field, "always" if need == ALWAYS else "sometimes" if need else "optional")
        for field in pack.fields.values()
        if _stands(field, pack, route)
        for need in [_need(field, pack, route)]
    )


def compile_schema(pack: Pack, kind: str, level: int, sender_role: str, debtor_type: str) -> Schema:
    """The schema of such a letter's record, the sender profile under `sender`. No `$ref`."""
    route = _route(kind, level, sender_role, debtor_type)
    root: Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{pack.id} {kind} {level}",
        "description": f"{sender_role} → {debtor_type}; pack {pack.id} {pack.version}",
        **_object(),
    }
    rules: list[Schema] = []
    for field in pack.fields.values():
        stands = _may_stand(field, pack, route)
        if not stands:
            continue
        owner = _owner(root, field.path, pack, kind)
        leaf = field.path.rpartition(".")[2].removesuffix("[]")
        owner["properties"][leaf] = _property(field, pack, kind, debtor_type)
        need = _need(field, pack, route)
        if need == ALWAYS:
            owner["required"].append(leaf)
        else:
            rules += _conditional(field, need, pack, {"required": [leaf]})
        if stands != ALWAYS:
            absent = disjuncts(field.when, route, pack.conditions, positive=False)
            rules += _conditional(field, absent, pack, {"properties": {leaf: False}})
    _require_parents(root)
    if rules:
        root["allOf"] = rules
    return root


def _route(kind: str, level: int, sender_role: str, debtor_type: str) -> dict[str, str]:
    return {
        "kind": kind,
        "level": str(level),
        "sender_role": sender_role,
        "debtor_type": debtor_type,
    }


def _stands(field: Field, pack: Pack, route: dict[str, str]) -> Alternatives:
    return disjuncts(field.when, route, pack.conditions)


def _may_stand(field: Field, pack: Pack, route: dict[str, str]) -> Alternatives:
    """As `_stands`; but a sender profile serves many letters, so only its role bars its fields."""
    if not field.path.startswith("sender."):
        return _stands(field, pack, route)
    role = {"sender_role": route["sender_role"]}
    return ALWAYS if disjuncts(field.when, role, pack.conditions) else NEVER


def _need(field: Field, pack: Pack, route: dict[str, str]) -> Alternatives:
    """When the field is required: any of its conditions, and only where it may stand."""
    if field.path in NEEDED_PATHS:
        return ALWAYS
    stands = _stands(field, pack, route)
    needed = {
        tuple(dict.fromkeys((*a, *b)))
        for required in field.required
        for b in disjuncts(required, route, pack.conditions)
        for a in stands
    }
    return ALWAYS if () in needed else tuple(sorted(needed, key=repr))


def _object() -> Schema:
    return {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


def _owner(root: Schema, path: str, pack: Pack, kind: str) -> Schema:
    """The object schema that holds the field at `path`, made on the way where it lacks."""
    owner, limits = root, {**list_limits().limits, **pack.kinds[kind].limits}
    for step in path.split(".")[:-1]:
        name = step.removesuffix("[]")
        inner = owner["properties"].get(name)
        if inner is None:
            inner = _object()
            if step.endswith("[]"):
                most = int(pack.defaults.get("max_items", "")) if _limits(pack) else MAX_ITEMS
                inner = {"type": "array", "minItems": 1, "maxItems": most, "items": inner}
                if owner is root and name in limits:
                    inner |= {"maxItems": limits[name].most, "x-reason": limits[name].reason}
                inner["maxItems"] = min(inner["maxItems"], MAX_ITEMS)
                if name in EMPTY_LISTS:
                    inner["minItems"] = 0
            owner["properties"][name] = inner
        owner = inner["items"] if step.endswith("[]") else inner
    return owner


def _limits(pack: Pack) -> bool:
    return pack.defaults.get("max_items", "").isdigit()


def _property(field: Field, pack: Pack, kind: str, debtor_type: str) -> Schema:
    schema = dict(FIELD_TYPES[field.type].schema)
    if field.type == "code":
        schema = {"enum": list(allowed_codes(field, pack, debtor_type))}
    if field.path == "level":
        levels = pack.kinds[kind].levels
        schema = {"enum": [*map(str, levels), *levels]}
    if field.type == "amount":
        units = max(pack.currencies.values(), default=2)
        schema["pattern"] = amount_pattern(units)
    return {
        "title": field.name,
        "description": " / ".join(field.hints(pack.formats)),
        **schema,
        **({"examples": [field.example]} if field.example else {}),
        "x-field": field.name,
        "x-type": field.type,
        "x-source": field.source.citation,
        "x-class": field.source.kind,
    }


def allowed_codes(field: Field, pack: Pack, debtor_type: str = "") -> tuple[str, ...]:
    """The codes a field may have: declared by it, else those that the pack or the code knows.

    A salutation must also be worded for the debtor's type.
    """
    prefix = f"{debtor_type}-"
    if field.allowed and field.path == "recipient.salutation" and debtor_type:
        return tuple(code for code in field.allowed if f"{prefix}{code}" in pack.salutations)
    if field.allowed:
        return field.allowed
    elsewhere = {
        "pack": (pack.id,),
        "kind": tuple(pack.kinds),
        "currency": tuple(pack.currencies),
        "recipient.role": PARTY_ROLES,
        "recipient.type": DEBTOR_TYPES,
        "recipient.salutation": tuple(
            key.removeprefix(prefix) for key in pack.salutations if key.startswith(prefix)
        ),
        "debts[].items[].kind": tuple(pack.item_kinds),
        "sender.role": SENDER_ROLES,
    }
    return elsewhere.get(field.path, ())


def _require_parents(schema: Schema) -> None:
    """An object with a required field is itself required; the typed core always is."""
    for name, inner in schema["properties"].items():
        below = inner.get("items", inner) if isinstance(inner, dict) else {}
        if "properties" not in below:
            continue
        _require_parents(below)
        if below["required"] and inner.get("minItems", 1):
            schema["required"].append(name)


def _conditional(field: Field, when: Alternatives, pack: Pack, then: Schema) -> Iterator[Schema]:
    """`if`/`then` from the root, one per alternative; a debt's field is judged debt by debt."""
    for literals in when:
        if field.path.startswith(_DEBT):
            inner = [x for x in literals if _of_debt(x, pack)]
            outer = [x for x in literals if not _of_debt(x, pack)]
            consequence = _below(field.path.removeprefix(_DEBT), then)
            if inner:
                consequence = {"if": _every([_ask(x, pack, True) for x in inner])} | {
                    "then": consequence
                }
            consequence = {"properties": {"debts": {"items": consequence}}}
        else:
            outer, consequence = list(literals), _below(field.path, then)
        if outer:
            yield {"if": _every([_ask(x, pack, False) for x in outer]), "then": consequence}
        else:
            yield consequence


def _below(path: str, then: Schema) -> Schema:
    """`then`, said of the object that holds the last step of `path`, wherever that one exists."""
    for step in reversed(path.split(".")[:-1]):
        name = step.removesuffix("[]")
        then = {"properties": {name: {"items": then} if step.endswith("[]") else then}}
    return then


def _every(asked: list[Schema]) -> Schema:
    return asked[0] if len(asked) == 1 else {"allOf": asked}


def _of_debt(literal: Literal, pack: Pack) -> bool:
    """Whether a literal is about fields of a debt alone."""
    if literal.key == "debt_kind":
        return True
    names = literal.values if literal.key in ("has", "is") else (literal.key,)
    return all(pack.fields[n].path.startswith(_DEBT) for n in names if n in pack.fields)


def _ask(literal: Literal, pack: Pack, inside_debt: bool) -> Schema:
    """A schema that is valid where the literal holds."""
    if literal.key == "debt_kind":
        asked = _has(f"{_DEBT}debt_kind", {"enum": list(literal.values)}, inside_debt)
    elif literal.key in ("has", "is"):
        value: Schema | bool = {"enum": ["true", True]} if literal.key == "is" else True
        options = [
            _has(pack.fields[n].path, value, inside_debt)
            for n in literal.values
            if n in pack.fields
        ]
        asked = options[0] if len(options) == 1 else {"anyOf": options or [False]}
    else:
        values = list(literal.values)
        asked = _has(pack.fields[literal.key].path, {"enum": values}, inside_debt)
    return asked if literal.positive else {"not": asked}


def _has(path: str, value: Schema | bool, inside_debt: bool) -> Schema:
    """Valid where the record has, at `path`, something that `value` accepts; in lists: any."""
    if inside_debt:
        path = path.removeprefix(_DEBT)
    steps = path.split(".")
    schema: Schema | bool = value
    for step in reversed(steps):
        name = step.removesuffix("[]")
        inner: Schema | bool = {"contains": schema} if step.endswith("[]") else schema
        schema = {"required": [name], "properties": {name: inner}}
    return schema if isinstance(schema, dict) else {}


@lru_cache(maxsize=64)
def fields_of(pack: Pack, types: Collection[str]) -> tuple[Field, ...]:
    """The pack's fields of these types."""
    return tuple(field for field in pack.fields.values() if field.type in types)
