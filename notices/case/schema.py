"""Checking a record: the pack's schema, then what no schema can say. All faults at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from notices.case import schema_faults as faults
from notices.case.by_language import forms_of
from notices.case.characters import is_formula, texts_in, unsafe_character, unsafe_texts
from notices.case.identity import holds_private_number, id_fault
from notices.case.language_faults import fields_of, language_faults
from notices.case.names import is_two_people
from notices.case.raw_values import declared_path, path_text, pruned, shown_code
from notices.case.record import Record
from notices.case.route import Route, find_route
from notices.case.schema_faults import Fault
from notices.case.text_faults import (
    accident_faults,
    address_faults,
    name_faults,
    real_names,
    surname_faults,
)
from notices.finding import Finding, Private, masked
from notices.pack.bans import FREE_TYPES
from notices.pack.fields import compile_schema
from notices.pack.fieldtypes import FIELD_TYPES, MAX_ITEMS
from notices.pack.list_limits import list_limits
from notices.pack.paths import Steps, Written, all_values
from notices.pack.types import Pack
from notices.pack.vocabulary import in_both, near_miss

MAX_PARTIES = 50
MAX_FAULTS = 200  # of one record; a note says how many more there are
UNSUPPORTED_ROLES = ("guarantor", "estate")
NO_SENDER = Record({})
_ROUTE_RULES = ("required-field", "field-not-here")
_CHECKED_TYPES = tuple(kind.name for kind in FIELD_TYPES.values() if kind.check)

_ID_FAULTS = {
    "form": {"en": "its form", "zh": "格式不符"},
    "telling": {"en": "it tells of a debt", "zh": "透露了债务"},
    "name": {"en": "it holds the debtor's name", "zh": "含有债务人姓名"},
}

Validator = Callable[[Any], Iterator[Any]]
_validators: dict[tuple[int, str, int, str, str], tuple[Pack, Mapping[str, Any], Validator]] = {}
_profiles: dict[tuple[int, int], tuple[Pack, _Profile]] = {}


@dataclass(frozen=True)
class _Profile:
    """A sender profile made ready once for all the records it serves."""

    sender: Record
    data: Mapping[str, Any]  # without blanks
    written: Written  # the same by declared path
    unsafe: tuple[Fault, ...]


@dataclass(frozen=True)
class _Letter:
    """One letter that a record asks for: the instance to check, and whose words it is made of."""

    record: Record
    sender: Record
    party: Steps  # where the addressed party stands in the record
    written: Mapping[str, Any]  # without the sender, whose unsafe characters are known
    profile: _Profile
    instance: Mapping[str, Any]  # as written, without blanks
    pack: Pack


def check_schema(record: Record, sender: Record | None, pack: Pack) -> tuple[Finding, ...]:
    """All faults of a record and its sender profile, for each party it addresses, by place.

    After it returns no error, `case.build.build_cases` can't fail.
    """
    unreadable = (*record.faults, *(sender.faults if sender else ()))
    if unreadable:
        return unreadable
    found = list(_check_shape(record, sender))
    for letter in _letters(record, sender or NO_SENDER, pack):
        found += _check_letter(letter, sender is not None)
    return _told(found)


def _told(found: list[Finding]) -> tuple[Finding, ...]:
    once = {(f.rule, f.file, f.line, f.path): f for f in found}
    ordered = sorted(once.values(), key=lambda f: (f.file, f.line, f.path, f.rule))
    if len(ordered) <= MAX_FAULTS:
        return tuple(ordered)
    more = Finding(
        "more-faults", "note", ordered[0].file, 0, "", {"count": str(len(ordered) - MAX_FAULTS)}
    )
    return (*ordered[:MAX_FAULTS], more)


def _check_shape(record: Record, sender: Record | None) -> Iterator[Finding]:
    """Faults of the record as a whole, before any letter is thought of."""
    data = record.data
    if sender is None:
        yield Finding("sender-missing", file=record.file, path="sender")
    if isinstance(data.get("sender"), (dict, list)):
        line = record.line("sender")
        yield Finding("trust-field", "error", record.file, line, "sender", {"name": "sender"})
    if data.get("recipient") is not None and data.get("parties") is not None:
        line = record.line("parties")
        yield Finding("recipient-and-parties", "error", record.file, line, "parties")
    parties = data.get("parties")
    if parties is not None and not isinstance(parties, list):
        form = {"form_en": "a list", "form_zh": "列表"}
        yield Finding("wrong-type", "error", record.file, record.line("parties"), "parties", form)
    elif parties and len(parties) > MAX_PARTIES:
        params = {"most": str(MAX_PARTIES), "form_en": "a list", "form_zh": "列表"}
        params |= faults.limit_reason({})
        yield Finding("too-many", "error", record.file, record.line("parties"), "parties", params)


def party_paths(data: Mapping[str, Any]) -> tuple[Steps, ...]:
    """Where the addressed parties stand: `recipient`, or each of `parties`."""
    parties = data.get("parties")
    if isinstance(parties, list) and parties:
        return tuple(("parties", i) for i in range(min(len(parties), MAX_PARTIES)))
    return (("recipient",),)


def _letters(record: Record, sender: Record, pack: Pack) -> Iterator[_Letter]:
    most = pack.defaults.get("max_items", "")
    cut = min(int(most), MAX_ITEMS) if most.isdigit() else MAX_ITEMS
    limits = [list_limits().limits, *(kind.limits for kind in pack.kinds.values())]
    cut = max(cut, *(limit.most for lists in limits for limit in lists.values()))
    base = {k: v for k, v in record.data.items() if k not in ("parties", "sender")}
    profile = _profile(sender, pack, cut)
    clean = {**pruned(base, cut), "sender": profile.data}
    for path in party_paths(record.data):
        if path == ("recipient",):
            yield _Letter(record, sender, path, base, profile, clean, pack)
            continue
        party = faults.value_at(record.data, path)
        written, instance = base | {"recipient": party}, clean | {"recipient": pruned(party, cut)}
        yield _Letter(record, sender, path, written, profile, instance, pack)


def _check_letter(letter: _Letter, has_sender: bool) -> Iterator[Finding]:
    instance, pack = letter.instance, letter.pack
    route = find_route(instance, instance.get("recipient"), instance["sender"], pack)
    schema, validate = _validator(pack, route)
    unsafe = {fault.path: fault for fault in letter.profile.unsafe}
    unsafe |= {fault.path: fault for fault in _unsafe_texts(letter.written, pack)}
    faults_by_path: dict[tuple[str, Steps], Fault] = {}
    for error in validate(instance):
        for fault in _translated(error, instance, schema, pack):
            faults_by_path.setdefault((fault.rule, fault.path), fault)
    if pack.ladder and any(path[-1:] == ("due_date",) for _, path in faults_by_path):
        # the ladder chooses it by the due date
        faults_by_path.pop(("required-field", ("kind",)), None)
    judged = {path for rule, path in faults_by_path if rule != "required-field"}
    if ("kind-unknown", ("kind",)) in faults_by_path:
        has_sender = False  # what a profile must say depends on the kind
    further = [f for f in _further_faults(letter, route) if f.path not in judged]
    ends = {
        path: int(f.params["most"]) for (r, path), f in faults_by_path.items() if r == "too-many"
    }
    for fault in (*faults_by_path.values(), *further):
        if any(faults.is_past(fault.path, path, most) for path, most in ends.items()):
            continue
        if not has_sender and fault.path[:1] == ("sender",):
            continue
        if not route.sure and fault.rule in _ROUTE_RULES and not _always(fault, pack):
            continue
        if fault.path not in unsafe:
            yield _finding(fault, letter)
    for fault in unsafe.values():
        yield _finding(fault, letter)


def _always(fault: Fault, pack: Pack) -> bool:
    """Whether a field is required whatever the letter is."""
    field = faults.field_at(fault.path, pack)
    return fault.rule == "required-field" and (
        field is None or (not field.when and {} in field.required)
    )


def _validator(pack: Pack, route: Route) -> tuple[Mapping[str, Any], Validator]:
    """The route's schema and compiled validator, kept while the pack is."""
    key = (id(pack), route.kind, route.level, route.sender_role, route.debtor_type)
    if key not in _validators:
        if len(_validators) >= 128:
            _validators.pop(next(iter(_validators)))
        schema = compile_schema(pack, route.kind, route.level, route.sender_role, route.debtor_type)
        compiled = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
        _validators[key] = (pack, schema, compiled.iter_errors)
    return _validators[key][1:]


def _translated(
    error: Any, instance: Any, schema: Mapping[str, Any], pack: Pack
) -> Iterator[Fault]:
    path: Steps = tuple(error.instance_path)
    kind = error.kind
    if kind.name == "required":
        yield faults.required_fault((*path, kind.property), schema, pack)
    elif kind.name == "additionalProperties":
        yield from faults.unexpected_faults(path, kind.unexpected, instance, schema, pack)
    elif kind.name == "falseSchema":
        field = faults.field_at(path, pack)
        yield Fault("field-not-here", path, {"name": field.name if field else ""})
    elif kind.name != "propertyNames":  # languages are judged by `_further_faults`
        if path == ("id",) and isinstance(instance.get("id"), str):
            return  # judged by `id_fault`, which says more
        fault = faults.value_fault(path, instance, schema, pack)
        if fault:
            yield fault


def _profile(sender: Record, pack: Pack, cut: int) -> _Profile:
    """The profile without blanks, and its unsafe characters, kept while sender and pack are."""
    key = (id(sender), id(pack))
    if key not in _profiles:
        if len(_profiles) >= 128:
            _profiles.pop(next(iter(_profiles)))
        written = {"sender": {k: v for k, v in sender.data.items() if k != "id"}}
        unsafe = tuple(_unsafe_texts(written, pack))
        data = pruned(written, cut).get("sender", {})
        _profiles[key] = pack, _Profile(sender, data, all_values({"sender": data}), unsafe)
    return _profiles[key][1]


def _unsafe_texts(written: Mapping[str, Any], pack: Pack) -> Iterator[Fault]:
    if not unsafe_texts(written):
        return
    types: dict[str, str] = {}
    for path, text in texts_in(written):
        if path != ("id",) and is_formula(text):
            yield Fault("formula-text", path, {})
            continue
        if text.isascii() and text.isprintable():
            continue
        if unsafe_character(text) is None:
            continue
        types = types or {field.path: field.type for field in pack.fields.values()}
        unsafe = unsafe_character(text, _may_have_lines(types, path))
        if unsafe:
            yield Fault("unsafe-characters", path, {"at": str(unsafe[0]), "code": unsafe[1]})


def _may_have_lines(types: Mapping[str, str], path: Steps) -> bool:
    """Whether a text may hold line ends: a long text, or one side of it."""
    if types.get(declared_path(path)) == "long_text":
        return True
    return "long_text_by_language" in (
        types.get(declared_path(path)),
        types.get(declared_path(path[:-1])),
    )


def _further_faults(letter: _Letter, route: Route) -> Iterator[Fault]:
    """What no schema says; each looks only at values of the right shape."""
    instance, pack = letter.instance, letter.pack
    recipient = instance.get("recipient")
    name = recipient.get("name") if isinstance(recipient, dict) else None
    names = tuple(form for form in forms_of(name) if isinstance(form, str))
    two = [form for form in names if is_two_people(form, route.debtor_type)]
    if any(form.strip() not in real_names(letter.profile.data) for form in two):
        yield Fault("two-people-in-one-name", ("recipient", "name"), {})
    yield from surname_faults(recipient)
    if isinstance(recipient, dict) and recipient.get("role") in UNSUPPORTED_ROLES:
        yield Fault("unsupported-party", ("recipient", "role"), {"role": recipient["role"]})
    case_id = instance.get("id")
    if isinstance(case_id, str):
        why = id_fault(case_id, names if route.debtor_type != "business" else ())
        if why:
            yield Fault("unsafe-id", ("id",), in_both(_ID_FAULTS[why], "why"))
        elif holds_private_number(case_id):
            yield Fault("private-number", ("id",), {})
    said = {key: value for key, value in instance.items() if key != "sender"}
    own = all_values(said)
    yield from accident_faults(said, letter.profile.data)
    yield from name_faults(own, letter.profile.data, pack)
    yield from address_faults(recipient, letter.profile.data, pack)
    written = {**own, **letter.profile.written}
    yield from _payment_faults(written, pack)
    yield from _private_numbers(written, pack)
    yield from language_faults(instance, written, pack)
    yield from _decimal_faults(instance, written, pack)
    yield from _currency_faults(written, pack)
    for field in fields_of(pack, _CHECKED_TYPES):
        kind = FIELD_TYPES[field.type]
        for path, value in written.get(field.path, ()):
            if kind.check and isinstance(value, str) and not kind.check(value):
                yield Fault("wrong-form", path, in_both(kind.form, "form"))


def _payment_faults(written: Written, pack: Pack) -> Iterator[Fault]:
    """A payment is a day and an amount, a credit note an amount; without it says nothing."""
    for place in ("debts[].payments", "payments", "credits"):
        for path, entries in written.get(place, ()):
            for i, entry in enumerate(entries if isinstance(entries, list) else ()):
                here: Steps = (*path, i)
                if isinstance(entry, dict) and "date" not in entry and place != "credits":
                    yield Fault("payment-date-missing", (*here, "date"), {})
                if isinstance(entry, dict) and "amount" not in entry:
                    yield faults.required_fault((*here, "amount"), {}, pack)


def _private_numbers(written: Written, pack: Pack) -> Iterator[Fault]:
    """The record's own sentences that hold a number as of a phone, a card or an identity."""
    for field in fields_of(pack, FREE_TYPES):
        if field.path.startswith("sender."):
            continue
        for path, value in written.get(field.path, ()):
            for steps, text in texts_in(value, path):
                if holds_private_number(text):
                    yield Fault("private-number", steps, {}, "warning")


def _decimal_faults(instance: Mapping[str, Any], written: Written, pack: Pack) -> Iterator[Fault]:
    """The schema allows the most decimals that any of the pack's currencies has."""
    currency = instance.get("currency")
    units = pack.currencies.get(currency if isinstance(currency, str) else "", -1)
    if units < 0 or units == max(pack.currencies.values()):
        return
    for field in fields_of(pack, ("amount",)):
        for path, value in written.get(field.path, ()):
            if isinstance(value, str) and len(value.partition(".")[2].rstrip("0")) > units:
                yield Fault("too-many-decimals", path, {"most": str(units)})


def _currency_faults(written: Written, pack: Pack) -> Iterator[Fault]:
    """What stands before an amount by currency and is no code of ISO 4217."""
    for field in fields_of(pack, ("amount_by_currency",)):
        for path, value in written.get(field.path, ()):
            for currency in value if isinstance(value, dict) else ():
                if not re.fullmatch("[A-Z]{3}", str(currency)):
                    params = {
                        "value": Private(shown_code(currency), masked(str(currency)).clear),
                        "near": near_miss(str(currency), pack.currencies) or "–",
                        "allowed": ", ".join(pack.currencies),
                    }
                    yield Fault("unknown-code", (*path, currency), params)


def _finding(fault: Fault, letter: _Letter) -> Finding:
    """A fault as its owner meets it: in the record's file or in the sender profile's."""
    record, path = letter.record, fault.path
    if path[:1] == ("sender",):
        record, path = letter.sender, path[1:]
    elif path[:1] == ("recipient",):
        path = (*letter.party, *path[1:])
    line = record.line(*path)
    return Finding(fault.rule, fault.severity, record.file, line, path_text(path), fault.params)
