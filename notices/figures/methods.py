"""The methods that a pack's rules.yaml may name: section, name, typed parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from typing import Any

from notices.errors import PackError
from notices.figures.interest_types import (
    CapPeriod,
    NoInterest,
    RateSpec,
    ShownApart,
    SimpleInterest,
    StatedInterest,
)
from notices.figures.method_types import (
    AddDays,
    Bracket,
    ByRank,
    EarlierTerm,
    EqualInstalments,
    FlatFee,
    Floor,
    InOrder,
    ScaleFee,
    SumOfRows,
    Surcharge,
    YearsFromLastRestart,
)
from notices.figures.parameters import ParameterReader, nearest, parameter_name
from notices.finding import Finding
from notices.pack.types import Pack, Rule

CORE_FIELDS = frozenset(
    {"due_date", "contract_date", "agreed_rate", "issue_date", "as_of", "dispatch_by", "pay_by"}
)
METHODS: Mapping[str, Mapping[str, type]] = {
    "interest": {
        "simple_interest": SimpleInterest,
        "shown_apart": ShownApart,
        "stated_interest": StatedInterest,
        "no_interest": NoInterest,
    },
    "fee": {"flat_fee": FlatFee, "scale_fee": ScaleFee},
    "allocation": {"in_order": InOrder},
    "appropriation": {"by_rank": ByRank},
    "pay_by": {"add_days": AddDays},
    "date": {"add_days": AddDays},
    "earlier_term": {"stated_term": EarlierTerm},
    "limitation": {"years_from_last_restart": YearsFromLastRestart},
    "schedule": {"equal_instalments": EqualInstalments},
    "total": {"sum_of_rows": SumOfRows},
}


def read_method(rule: Rule) -> tuple[Any, tuple[Finding, ...]]:
    """The rule's method as its frozen dataclass, or None with findings that say what is wrong."""
    reader = ParameterReader(rule)
    known = METHODS.get(rule.section, {})
    if rule.method not in known:
        near = nearest(rule.method, known)
        names = " | ".join(known) or "-"
        reader.tell("unknown-method", "", section=rule.section, known=names, nearest=near)
        return None, tuple(reader.findings)
    return reader.read(known[rule.method], rule.params), tuple(reader.findings)


def read_term(pack: Pack, name: str) -> AddDays:
    """The term that a rule of `pay_by` sets. Raises PackError where the pack has none of that name
    that can be read: `check_rules` tells it before."""
    rules = (rule for rule in pack.rules if (rule.section, rule.id) == ("pay_by", name))
    term = next((read_method(rule)[0] for rule in rules), None)
    if not isinstance(term, AddDays):
        raise PackError(f"pack {pack.id} has no rule pay_by {name} that can be read")
    return term


def check_rules(pack: Pack) -> tuple[Finding, ...]:
    """Every rule's method and parameters, and that what they refer to exists in the pack."""
    findings: list[Finding] = []
    for rule in pack.rules:
        method, faults = read_method(rule)
        findings += faults
        if method is None:
            continue
        reader = ParameterReader(rule)
        for path, place, name in (*_references(method), *_regions(method, pack)):
            known = _known(pack, place)
            if name not in known:
                near = nearest(name, known)
                reader.tell("rule-reference", path, place=place, name=name, nearest=near)
        if isinstance(method, ShownApart) and len(method.range_times) > 1:
            for lang in (lang for lang, text in rule.basis.items() if "{times}" not in text):
                reader.tell("factor-unsaid", "basis", lang=lang)
        findings += reader.findings
    return tuple(findings)


def _known(pack: Pack, place: str) -> set[str]:
    """The names that a parameter may have."""
    if place == "pay_by":
        return {rule.id for rule in pack.rules if rule.section == place}
    return set(getattr(pack, place)) | (CORE_FIELDS if place == "fields" else set())


def _references(method: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Each parameter that names something of the pack: its path, where to look, and the name."""
    for slot in fields(method):
        value, where = getattr(method, slot.name), path + parameter_name(slot)
        for inner in value if isinstance(value, tuple) else (value,):
            if is_dataclass(inner):
                yield from _references(inner, f"{where}.")
            elif slot.metadata.get("may_be_missing") and inner == slot.default:
                continue
            elif inner and (place := slot.metadata.get("names")):
                yield where, place, inner


def _regions(method: Any, pack: Pack) -> Iterator[tuple[str, str, str]]:
    """The tables of days off that the values of a term's `region_field` name."""
    declared = pack.fields.get(getattr(method, "region_field", ""))
    for value in declared.allowed if declared else ():
        yield "region_field", "holidays", f"{method.calendar or pack.id}-{value}"


@dataclass(frozen=True)
class MethodDoc:
    """One line of the documentation: a method (parameter "") or one of its parameters."""

    section: str
    method: str
    parameter: str
    type: str
    default: str
    meaning: str


def method_docs() -> Iterator[MethodDoc]:
    """Every method and parameter with its docstring: the source of the documentation's table."""
    kinds: list[tuple[str, str, type]] = [
        (section, name, kind)
        for section, methods in METHODS.items()
        for name, kind in methods.items()
    ]
    kinds += [
        ("", part.__name__, part) for part in (RateSpec, CapPeriod, Bracket, Surcharge, Floor)
    ]
    for section, name, kind in kinds:
        text, meanings = _manual(kind)
        yield MethodDoc(section, name, "", "", "", text)
        for slot in fields(kind):
            parameter = parameter_name(slot)
            meaning = meanings[parameter]
            yield MethodDoc(section, name, parameter, str(slot.type), _default(slot), meaning)


def _manual(kind: type) -> tuple[str, Mapping[str, str]]:
    """The docstring's first sentence, and each `parameter: meaning` (a base class's too)."""
    lines = [line for k in reversed(kind.__mro__[:-1]) for line in (k.__doc__ or "").splitlines()]
    described = (line.strip().partition(": ") for line in lines)
    return (kind.__doc__ or "").splitlines()[0], {
        n: meaning for n, colon, meaning in described if colon
    }


def _default(slot: Field[Any]) -> str:
    if slot.default is MISSING:
        return "required"
    if isinstance(slot.default, bool):
        return str(slot.default).lower()
    if isinstance(slot.default, tuple):
        return ", ".join(map(str, slot.default))
    return "" if slot.default is None else str(slot.default)
