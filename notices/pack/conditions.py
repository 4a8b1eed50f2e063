"""Conditions: a small language over facts. Keys AND, lists OR; negative keys: none of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from notices.pack.types import Condition


def holds(
    condition: Condition, facts: Mapping[str, object], named: Mapping[str, Condition]
) -> bool:
    """Whether `condition` holds of `facts`; an empty one always does.

    `facts` has kind, level, sender_role, debtor_type, debt_kind (all kinds of the letter's debts),
    layout, `present` (names of the fields in the record), `flags` (derived and trust flags), and
    each code or flag field by its name. What `facts` lacks holds no value.
    """
    if not condition:
        return True
    return all(_key_holds(key, wanted, facts, named) for key, wanted in condition.items())


def _key_holds(
    key: str, wanted: tuple[str, ...], facts: Mapping[str, object], named: Mapping[str, Condition]
) -> bool:
    if key == "has":
        return not _fact_set(facts, "present").isdisjoint(wanted)
    if key == "lacks":
        return _fact_set(facts, "present").isdisjoint(wanted)
    if key == "is":
        return not _fact_set(facts, "flags").isdisjoint(wanted)
    if key == "is_not":
        return _fact_set(facts, "flags").isdisjoint(wanted)
    if key == "all":
        return all(holds(named[name], facts, named) for name in wanted)
    if key == "not":
        return not any(holds(named[name], facts, named) for name in wanted)
    return not _values(facts.get(key)).isdisjoint(wanted)


def _fact_set(facts: Mapping[str, object], key: str) -> frozenset[str]:
    return _values(facts.get(key))


def fact_sets(facts: Mapping[str, object]) -> dict[str, frozenset[str]]:
    """The same facts in the form that `holds` compares: for facts that are asked about often."""
    return {name: _values(fact) for name, fact in facts.items()}


Asked = tuple[tuple[str, frozenset[str]], ...]  # a fact's name, the values asked about
KnownFacts = tuple[tuple[str, frozenset[str]], ...]  # a fact's name, those of them that it has
_SETS = {"has": "present", "lacks": "present", "is": "flags", "is_not": "flags"}


def asked_facts(conditions: Iterable[Condition], named: Mapping[str, Condition]) -> Asked:
    """All that the conditions, and those that they name, ask about."""
    asked: dict[str, set[str]] = {}
    for condition in conditions:
        for inner in (condition, *(named[name] for name in mentioned(condition, named))):
            for key, wanted in inner.items():
                if key not in ("all", "not"):
                    asked.setdefault(_SETS.get(key, key), set()).update(wanted)
    return tuple((key, frozenset(wanted)) for key, wanted in asked.items())


def cut_down(facts: Mapping[str, object], asked: Asked) -> KnownFacts:
    """The facts as far as `asked` goes, of which `holds` says the same: one key for all letters
    that are alike to those conditions."""
    return tuple([(key, _values(facts.get(key)) & wanted) for key, wanted in asked])


def _values(fact: object) -> frozenset[str]:
    if type(fact) is frozenset:  # a set of texts, or `fact_sets` has been here
        return fact
    if isinstance(fact, str):
        return frozenset((fact,))
    if fact is None:
        return frozenset()
    if isinstance(fact, bool):
        return frozenset({"true" if fact else "false"})
    if isinstance(fact, Iterable) and not isinstance(fact, str):
        return frozenset(value for item in fact for value in _values(item))
    return frozenset({str(fact)})


def mentioned(condition: Condition, named: Mapping[str, Condition]) -> frozenset[str]:
    """The names of all conditions that `condition` rests on, itself not counted."""
    found: set[str] = set()
    waiting = [name for key in ("all", "not") for name in condition.get(key, ())]
    while waiting:
        name = waiting.pop()
        if name not in found and name in named:
            found.add(name)
            waiting += [n for key in ("all", "not") for n in named[name].get(key, ())]
    return frozenset(found)
