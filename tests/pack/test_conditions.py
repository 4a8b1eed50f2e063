"""Conditions over facts, and what a schema can decide beforehand."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.pack.conditions import holds, mentioned
from notices.pack.formula import Literal, conjunction, disjuncts, possible
from notices.pack.types import Condition

FACTS: Mapping[str, object] = {
    "kind": "reminder",
    "level": 2,
    "sender_role": "creditor",
    "debtor_type": "consumer",
    "debt_kind": ("loan", "invoice"),
    "layout": "parallel",
    "present": frozenset({"contract_number"}),
    "flags": frozenset({"interest_runs"}),
    "delivery": "post",
    "secured": True,
}
NAMED: Mapping[str, Condition] = {
    "person": {"debtor_type": ("consumer", "sole_trader")},
    "company": {"debtor_type": ("business",)},
    "never": {"kind": ()},
}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, True),
        ({"kind": ("reminder",)}, True),
        ({"kind": ("demand", "reminder")}, True),
        ({"kind": ("demand",)}, False),
        ({"level": ("2",)}, True),
        ({"kind": ("reminder",), "level": ("1",)}, False),
        ({"debt_kind": ("invoice",)}, True),
        ({"debt_kind": ("card",)}, False),
        ({"has": ("contract_number",)}, True),
        ({"has": ("other", "contract_number")}, True),
        ({"has": ("other",)}, False),
        ({"lacks": ("other",)}, True),
        ({"lacks": ("other", "contract_number")}, False),
        ({"is": ("interest_runs",)}, True),
        ({"is": ("time_barred",)}, False),
        ({"is_not": ("time_barred",)}, True),
        ({"is_not": ("time_barred", "interest_runs")}, False),
        ({"all": ("person",)}, True),
        ({"all": ("person", "company")}, False),
        ({"not": ("company",)}, True),
        ({"not": ("company", "person")}, False),
        ({"delivery": ("post",)}, True),
        ({"delivery": ("courier",)}, False),
        ({"secured": ("true",)}, True),
        ({"secured": ("false",)}, False),
        ({"unsaid": ("x",)}, False),
        ({"kind": ()}, False),
    ],
)
def test_holds(condition: Condition, expected: bool) -> None:
    assert holds(condition, FACTS, NAMED) is expected


def test_mentioned_follows_names() -> None:
    named: Mapping[str, Condition] = {"a": {"all": ("b",)}, "b": {"not": ("c",)}, "c": {}}
    assert mentioned({"all": ("a",)}, named) == {"a", "b", "c"}
    circle: Mapping[str, Condition] = {"a": {"all": ("b",)}, "b": {"all": ("a",)}}
    assert mentioned({"all": ("a",)}, circle) == {"a", "b"}


WORDS = st.lists(st.sampled_from("pqr"), min_size=1, max_size=2).map(tuple)
PLAIN = st.dictionaries(
    st.sampled_from(["kind", "colour", "has", "lacks", "is", "is_not"]), WORDS, max_size=3
)
NESTED = st.tuples(
    PLAIN,
    st.dictionaries(
        st.sampled_from(["all", "not"]),
        st.lists(st.sampled_from(["a", "b"]), min_size=1, max_size=2).map(tuple),
    ),
).map(lambda two: {**two[0], **two[1]})
LETTERS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from("pqr"),
        "colour": st.sampled_from("pqr"),
        "present": st.frozensets(st.sampled_from("pqr")),
        "flags": st.frozensets(st.sampled_from("pqr")),
    }
)


def literal_holds(literal: Literal, facts: Mapping[str, object]) -> bool:
    return holds({literal.key: literal.values}, facts, {}) is literal.positive


@given(NESTED, PLAIN, PLAIN, LETTERS, st.booleans())
def test_alternatives_say_the_same_as_holds(
    condition: Condition, a: Condition, b: Condition, facts: Mapping[str, object], positive: bool
) -> None:
    named = {"a": a, "b": b}
    alternatives = disjuncts(condition, {"kind": str(facts["kind"])}, named, positive)
    said = any(all(literal_holds(x, facts) for x in literals) for literals in alternatives)
    assert said is (holds(condition, facts, named) is positive)
    if said:
        assert possible(alternatives)


def test_what_can_never_be() -> None:
    def of(*conditions: Condition) -> bool:
        return possible(conjunction(*(disjuncts(c, {}, {}) for c in conditions)))

    assert not of({"is": ("time_barred",)}, {"is_not": ("time_barred",)})
    assert not of({"is": ("limitation_running",)}, {"is": ("time_barred",)})
    assert not of({"is_not": ("time_barred", "limitation_unknown", "limitation_running")})
    assert not of({"colour": ("red",)}, {"colour": ("blue",)})
    assert of({"debt_kind": ("loan",)}, {"debt_kind": ("card",)})
    assert of({"has": ("x",)}, {"lacks": ("y",)})
    assert not of({"has": ("x",)}, {"lacks": ("x", "y")})
