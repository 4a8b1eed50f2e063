"""What a pack demands and computes: conditions, declared fields, rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, cast

from notices.pack.fieldtypes import FIELD_TYPES
from notices.pack.node import SOURCE_KEYS, Node, read_source
from notices.pack.read_letters import check_slots
from notices.pack.types import Condition, Field, Refusal, Rule, Scale
from notices.pack.vocabulary import DATE_BOUNDS, MASKS, SECTIONS, near_miss

_FIELD_KEYS = ["path", "type", "required", "when", "mask", "trust", "values", "example", "hint"]
_FIELD_KEYS += ["unmasked"]
_FIELD_KEYS += DATE_BOUNDS
_VERSION_KEYS = ("valid_from", "valid_to", "selected_on")
_RULE_VERSION_KEYS = (*_VERSION_KEYS, "or_from", "undated_from")
_OWN_RULE_KEYS = (
    *SOURCE_KEYS,
    "method",
    "when",
    "scale",
    *_RULE_VERSION_KEYS,
    "basis",
    "day_after",
)
_REFUSAL_KEYS = (
    *("severity", "when", "at", "per_debt", "by_contract", "own_contract", "reason"),
    *_VERSION_KEYS,
)


def read_conditions(top: Node, langs: tuple[str, ...]) -> dict[str, Condition]:
    conditions: dict[str, Condition] = {}
    for name, node in top.entries():
        if node.has("explain"):
            node.at("explain").only(langs)
        conditions[name] = node.condition(besides=("explain",))
    return conditions


def read_explanations(top: Node) -> dict[str, Mapping[str, str]]:
    """What each named condition means, by language, in its author's words."""
    return {name: node.at("explain").texts() for name, node in top.entries()}


def read_fields(top: Node) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for name, node in top.entries():
        if not node.only((*SOURCE_KEYS, *_FIELD_KEYS)):
            continue
        fields[name] = Field(
            name=name,
            path=node.at("path").needed(),
            type=node.at("type").choice(FIELD_TYPES, "text"),
            required=_read_required(node.at("required")),
            allowed=node.at("values").words(),
            source=read_source(node, f"fields/{name}"),
            example=_example(node.at("example")),
            hint=node.at("hint").texts(),
            mask=node.at("mask").choice(("", *MASKS), ""),
            unmasked=node.at("unmasked").condition(),
            when=node.at("when").condition(),
            trust=node.at("trust").flag(),
            bounds={k: node.at(k).words() for k in DATE_BOUNDS if node.has(k)},
        )
    return fields


def _example(node: Node) -> str:
    """An example in one line, however it is written."""
    return _in_line(node.value) if isinstance(node.value, (dict, list)) else node.text()


def _in_line(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_in_line(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_in_line, value)) + "]"
    return str(value)


def _read_required(node: Node) -> tuple[Condition, ...]:
    if isinstance(node.value, str):
        return ({},) if node.choice(("always", "never"), "never") == "always" else ()
    return tuple(inner.condition() for inner in node.each())


def read_rules(top: Node) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    seen: set[str] = set()
    if top.value and not top.only(("scales", *SECTIONS)):
        return ()
    scales = {name: _read_scale(name, node) for name, node in top.at("scales").entries()}
    for section, kind in SECTIONS.items():
        for rule_id, node in top.at(section).entries():
            if not isinstance(node.value, dict):
                node.only(())
                continue
            if rule_id in seen:
                node.fault("id-twice", name=rule_id)
            seen.add(rule_id)
            rules.append(_read_rule(rule_id, node, kind, scales))
    named = {rule.scale.id for rule in rules if rule.scale}
    for name in scales.keys() - named:
        top.at("scales").at(name).fault("unused-scale", "warning", name=name)
    return tuple(rules)


def _read_scale(name: str, node: Node) -> Scale:
    own = (*SOURCE_KEYS, *_RULE_VERSION_KEYS)
    given = node.value if isinstance(node.value, dict) else {}
    if not given:
        node.only(())
    return Scale(
        id=name,
        params={key: value for key, value in given.items() if key not in own},
        source=read_source(node, f"scales/{name}"),
        valid_from=node.at("valid_from").day(),
        valid_to=node.at("valid_to").day(),
        selected_on=node.at("selected_on").text() or "as_of",
        or_from=node.at("or_from").days(),
        undated_from=node.at("undated_from").days(),
    )


def _read_rule(rule_id: str, node: Node, section: str, scales: Mapping[str, Scale]) -> Rule:
    """A rule with its scale's parameters, and the scale's validity where it states none."""
    for lang, text in node.at("basis").texts().items():
        check_slots(node.at("basis").at(lang), text, ("times",))
    name = node.at("scale").text()
    scale = scales.get(name)
    if name and scale is None:
        near = near_miss(name, scales) or "–"
        node.at("scale").fault("unknown-scale", name=name[:60], near=near)
    own = {key: value for key, value in node.value.items() if key not in _OWN_RULE_KEYS}
    rule = Rule(
        id=rule_id,
        section=section,
        method=node.at("method").needed(),
        params={**scale.params, **own} if scale else own,
        when=node.at("when").condition(),
        source=read_source(node, f"rules/{rule_id}"),
        valid_from=node.at("valid_from").day(),
        valid_to=node.at("valid_to").day(),
        basis=node.at("basis").texts(),
        selected_on=node.at("selected_on").text() or "as_of",
        scale=scale,
        or_from=node.at("or_from").days(),
        undated_from=node.at("undated_from").days(),
        day_after=node.at("day_after").texts(),
    )
    if scale and not any(node.has(key) for key in _RULE_VERSION_KEYS):
        return replace(
            rule,
            valid_from=scale.valid_from,
            valid_to=scale.valid_to,
            selected_on=scale.selected_on,
            or_from=scale.or_from,
            undated_from=scale.undated_from,
        )
    if scale and not scale.covers(rule):
        node.at("scale").fault("scale-not-in-force", name=name)
    return rule


def read_refusals(top: Node, langs: tuple[str, ...]) -> tuple[Refusal, ...]:
    refusals: list[Refusal] = []
    for refusal_id, node in top.entries():
        if not node.only((*SOURCE_KEYS, *_REFUSAL_KEYS)):
            continue
        for key in ("when", "reason"):
            if not node.has(key):
                node.fault("key-missing", name=key)
        severity = node.at("severity").choice(("error", "warning"), "error")
        reason = node.at("reason").texts()
        for lang in langs if reason else ():
            if not reason.get(lang):
                node.fault("label-missing", name="reason", lang=lang)
        refusals.append(
            Refusal(
                id=refusal_id,
                severity=cast(Literal["error", "warning"], severity),
                when=node.at("when").condition(),
                at=node.at("at").text(),
                reason=reason,
                per_debt=node.at("per_debt").flag(),
                by_contract=node.at("by_contract").words(),
                own_contract=node.at("own_contract").text(),
                source=read_source(node, f"refusals/{refusal_id}"),
                valid_from=node.at("valid_from").day(),
                valid_to=node.at("valid_to").day(),
                selected_on=node.at("selected_on").text() or "as_of",
            )
        )
    return tuple(refusals)
