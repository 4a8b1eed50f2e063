"""Conditions as logical formulas: what can be decided before the record is read, and what is left.

`disjuncts` turns a condition into alternatives of literals; a literal asks the record something.
No alternatives: never. An empty alternative: always.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from notices.pack.types import Condition


@dataclass(frozen=True)
class Literal:
    """`key` has (or, negated, has not) one of `values`; for `has` and `is` any of the fields."""

    key: str
    values: tuple[str, ...]
    positive: bool = True


Alternatives = tuple[tuple[Literal, ...], ...]
NEVER: Alternatives = ()
ALWAYS: Alternatives = ((),)


def disjuncts(
    condition: Condition,
    known: Mapping[str, str],
    named: Mapping[str, Condition],
    positive: bool = True,
) -> Alternatives:
    """`condition` (or its opposite) as alternatives, with the keys of `known` decided."""
    terms = [_term(key, values, known, named, positive) for key, values in condition.items()]
    return _and(terms) if positive else _or(terms)


def _term(
    key: str,
    values: tuple[str, ...],
    known: Mapping[str, str],
    named: Mapping[str, Condition],
    positive: bool,
) -> Alternatives:
    if key in ("all", "not"):
        wanted = positive if key == "all" else not positive
        inner = [disjuncts(named[name], known, named, wanted) for name in values]
        return _and(inner) if positive else _or(inner)
    if key in known:
        return ALWAYS if (known[key] in values) == positive else NEVER
    opposite = {"lacks": "has", "is_not": "is"}
    if key in opposite:
        return ((Literal(opposite[key], values, not positive),),)
    return ((Literal(key, values, positive),),)


def _or(terms: list[Alternatives]) -> Alternatives:
    alternatives = tuple(dict.fromkeys(a for term in terms for a in term))
    return ALWAYS if () in alternatives else alternatives


def _and(terms: list[Alternatives]) -> Alternatives:
    alternatives: Alternatives = ALWAYS
    for term in terms:
        joined = (tuple(dict.fromkeys((*a, *b))) for a, b in product(alternatives, term))
        alternatives = tuple(dict.fromkeys(joined))
    return ALWAYS if () in alternatives else alternatives


_LIMITATION = frozenset({"time_barred", "limitation_unknown", "limitation_running"})
_MANY_VALUED = ("has", "is", "debt_kind")


def conjunction(*terms: Alternatives) -> Alternatives:
    """All of `terms` at once."""
    return _and(list(terms))


Choices = tuple[tuple[str, frozenset[str]], ...]  # keys, with values of which each letter has one


def possible(
    alternatives: Alternatives,
    many_valued: frozenset[str] = frozenset(),
    choices: Choices = (),
) -> bool:
    """Whether some letter could satisfy one of `alternatives`.

    `many_valued` are fields that a letter may have several values of (those of its debts).
    """
    return any(_consistent(literals, many_valued, choices) for literals in alternatives)


def only_possible(
    alternatives: Alternatives, many_valued: frozenset[str], choices: Choices
) -> Alternatives:
    """The alternatives without those that no letter could satisfy."""
    return tuple(a for a in alternatives if _consistent(a, many_valued, choices))


def _consistent(
    literals: tuple[Literal, ...], many_valued: frozenset[str], choices: Choices
) -> bool:
    wanted: dict[str, list[frozenset[str]]] = {}
    refused: dict[str, set[str]] = {}
    for literal in map(_limitation, literals):
        if literal.positive:
            wanted.setdefault(literal.key, []).append(frozenset(literal.values))
        else:
            refused.setdefault(literal.key, set()).update(literal.values)
    if refused.get("limitation", set()) >= _LIMITATION:
        return False
    if any(refused.get(key, set()) >= values for key, values in choices):
        return False
    for key, options in wanted.items():
        left = [values - refused.get(key, set()) for values in options]
        if not all(left):
            return False
        single = key not in _MANY_VALUED and key not in many_valued
        if single and not frozenset.intersection(*left):
            return False
    return True


def _limitation(literal: Literal) -> Literal:
    """Exactly one of the three limitation flags holds: they are one key with three values."""
    if literal.key == "is" and _LIMITATION.issuperset(literal.values):
        return Literal("limitation", literal.values, literal.positive)
    return literal
