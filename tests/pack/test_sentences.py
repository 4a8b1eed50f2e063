"""A condition's sentence means what the evaluation does: it is read back, and both are asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.pack.conditions import holds
from notices.pack.load import load_pack
from notices.pack.sentences import TONGUES, Tongue, read_sentence_words, say_condition
from notices.pack.types import Condition, Pack
from notices.pack.vocabulary import DEBTOR_TYPES, DERIVED_FLAGS, LAYOUTS, SENDER_ROLES
from notices.places import PACKS

CN = load_pack(PACKS / "CN")
SHIPPED = sorted(place.parent for place in PACKS.glob("*/pack.yaml"))
WORDS = read_sentence_words()
LETTER = {
    "level": ("1", "2", "3"),
    "kind": tuple(CN.kinds),
    "debtor_type": DEBTOR_TYPES,
    "sender_role": SENDER_ROLES,
    "layout": LAYOUTS,
    "debt_kind": CN.fields["debt_kind"].allowed,
    "creditor_kind": CN.fields["creditor_kind"].allowed,
    "sme_supply": ("true", "false"),
}
FIELDS = ("action_date", "enclosures", "agreed_rate")
FLAGS = ("time_barred", "interest_shown", "capped", "intends_to_act")
Facts = Mapping[str, object]


# --- reading a sentence back ---------------------------------------------------------------------


def read_back(said: str, tongue: Tongue, facts: Facts) -> bool:
    """Whether a sentence is true of the facts, by its words alone."""
    if said == WORDS["always"][tongue]:
        return True
    return all(is_true(one, tongue, facts) for one in split(said, WORDS["and"][tongue]))


def split(said: str, joint: str) -> list[str]:
    """Parts between the joints that stand in no quotation."""
    parts, depth, start, at = [], 0, 0, 0
    while at < len(said):
        depth += {"“": 1, "”": -1}.get(said[at], 0)
        if depth == 0 and said.startswith(joint, at):
            parts.append(said[start:at])
            at = start = at + len(joint)
        else:
            at += 1
    return [*parts, said[start:]]


def is_true(one: str, tongue: Tongue, facts: Facts) -> bool:
    either = WORDS["or"][tongue]
    for name in CN.conditions:
        quoted = f"“{explained(CN, name, tongue)}”"
        if one == quoted:
            return holds(CN.conditions[name], facts, CN.conditions)
        if one == WORDS["not-named"][tongue].format(said=quoted):
            return not holds(CN.conditions[name], facts, CN.conditions)
    own = facts["flags"]
    assert isinstance(own, frozenset)
    for flag in DERIVED_FLAGS:
        if one == WORDS["not-flags"][flag][tongue]:
            return flag not in own
    for key, present in (("lacks", "present"), ("is-not-stated", "flags")):
        if match := pattern(key, tongue).fullmatch(one):
            return names_in(match["said"])[0] not in facts[present]  # type: ignore[operator]
    if match := pattern("has", tongue).fullmatch(one):
        return any(n in facts["present"] for n in names_in(match["said"]))  # type: ignore[operator]
    for key in ("level", "kind", "debtor_type", "sender_role", "layout", "debt_kind"):
        if match := pattern(key, tongue).fullmatch(one):
            return facts[key] in codes_in(match["said"], either)
    for key in ("code-of-debts", "code"):
        if match := pattern(key, tongue).fullmatch(one):
            return facts[names_in(match["which"])[0]] in codes_in(match["said"], either)
    return any(flag_is_true(flag, tongue, own) for flag in split(one, either))


def flag_is_true(said: str, tongue: Tongue, own: frozenset[str]) -> bool:
    if match := pattern("is-stated", tongue).fullmatch(said):
        return names_in(match["said"])[0] in own
    (flag,) = [flag for flag in DERIVED_FLAGS if WORDS["flags"][flag][tongue] == said]
    return flag in own


def pattern(key: str, tongue: Tongue) -> re.Pattern[str]:
    words = re.escape(WORDS[key][tongue])
    return re.compile(
        words.replace(r"\{said\}", "(?P<said>.+)").replace(r"\{which\}", "(?P<which>.+?\\))")
    )


def names_in(said: str) -> list[str]:
    return re.findall(r"\((\w+)\)", re.sub("“[^”]*”", "", said))


def codes_in(said: str, either: str) -> list[str]:
    return [(names_in(one) or [one])[0] for one in split(said, either)]


def explained(pack: Pack, name: str, tongue: Tongue) -> str:
    return pack.explained[name]["zh-Hans" if tongue == "zh" else "en"]


# --- small conditions, and letters ---------------------------------------------------------------


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def conditions(draw: Any) -> Condition:
    keys: dict[str, tuple[str, ...]] = {
        **LETTER,
        "has": FIELDS,
        "lacks": FIELDS,
        "is": FLAGS,
        "is_not": FLAGS,
        "all": tuple(CN.conditions),
        "not": tuple(CN.conditions),
    }
    chosen = draw(st.lists(st.sampled_from(sorted(keys)), max_size=3, unique=True))
    return {key: draw(some(keys[key])) for key in chosen}


@st.composite
def letters(draw: Any) -> dict[str, object]:
    facts = {key: draw(st.sampled_from(values)) for key, values in LETTER.items()}
    present = draw(st.frozensets(st.sampled_from(FIELDS)))
    flags = draw(st.frozensets(st.sampled_from((*FLAGS, "limitation_running"))))
    return {**facts, "present": present, "flags": flags}


@given(condition=conditions(), other=conditions(), facts=letters(), tongue=st.sampled_from(TONGUES))
def test_a_sentence_is_true_of_the_letters_that_print_it(
    condition: Condition, other: Condition, facts: dict[str, object], tongue: Tongue
) -> None:
    """A part's condition and its clause's, said together."""
    said = say_condition(CN, tongue, condition, other)
    both = all(holds(one, facts, CN.conditions) for one in (condition, other))
    assert read_back(said, tongue, facts) is both, said


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({}, "in every case"),
        (
            {"not": ("limitation-runs",)},
            "not: “The limitation period still runs: suing, instalments and reply slips may be "
            "mentioned”",
        ),
        ({"level": ("2", "3")}, "the letter's level is 2 or 3"),
        (
            {"is_not": ("capped",), "debtor_type": ("consumer", "sole_trader")},
            "no cap reduced what was agreed; and the recipient is a consumer (consumer) or "
            "a sole trader (sole_trader)",
        ),
        ({"sme_supply": ("false",)}, " is no (false)"),
    ],
)
def test_what_a_lawyer_reads(condition: Condition, said: str) -> None:
    assert say_condition(CN, "en", condition).endswith(said)


@pytest.mark.parametrize("root", SHIPPED, ids=lambda root: root.name)
def test_every_code_of_a_condition_is_explained(root: Any) -> None:
    pack = load_pack(root)
    letter = {"kind", "level", "has", "lacks", "is", "is_not", "all", "not"}
    for condition in all_conditions(pack):
        for key, values in condition.items():
            for code in values if key not in letter else ():
                codes = WORDS["codes"]
                assert code in codes.get(key, {}) or code in codes["every"], (key, code)


def all_conditions(pack: Pack) -> Iterator[Condition]:
    yield from pack.conditions.values()
    yield from (part.when for kind in pack.kinds.values() for part in kind.parts)
    yield from (clause.when for clause in pack.clauses.values())


def test_every_flag_has_its_words_and_its_opposite() -> None:
    assert set(WORDS["flags"]) == set(WORDS["not-flags"]) == set(DERIVED_FLAGS)


@pytest.mark.parametrize("tongue", TONGUES)
def test_no_words_between_hold_what_joins_statements(tongue: Tongue) -> None:
    texts = [one[tongue] for key in ("flags", "not-flags") for one in WORDS[key].values()]
    texts += [one[tongue] for codes in WORDS["codes"].values() for one in codes.values()]
    joints = (WORDS["and"][tongue], WORDS["or"][tongue])
    for text in texts:
        assert not any(joint in text for joint in joints), text
