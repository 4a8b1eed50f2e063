"""No letter without what it needs: each required field of each example, taken out of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from notices.catalogue import hint, line_of
from notices.finding import errors_in
from notices.letter.make import Checked, LetterMaker
from notices.pack.conditions import holds
from notices.pack.fields import required_fields
from notices.pack.load import load_pack
from notices.pack.paths import path_text, values_at
from notices.pack.types import Field
from notices.places import PACKS
from notices.words.facts import build_facts
from tests.letter import letters
from tests.letter.letters import EXAMPLES, ROOTS

# Without these nobody knows which letter is meant: other rules tell them.
TOLD_OTHERWISE = {"pack": "pack-unknown"}


def needed(checked: Checked) -> Iterator[Field]:
    """The fields that this very letter needs, by the pack's own conditions."""
    pack, case, figures = checked.pack, checked.case, checked.figures
    assert pack is not None and case is not None and figures is not None
    facts = build_facts(case, figures, pack)
    for field, need in required_fields(
        pack, case.kind, case.level, case.sender.role, case.recipient.type
    ):
        asked = any(holds(one, facts, pack.conditions) for one in field.required)
        if need == "always" or (need == "sometimes" and asked):
            yield field


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_required_field_is_missed_by_name(maker: LetterMaker, name: str) -> None:
    (good,) = letters.check(maker, letters.case(name), letters.sender(name))
    assert good.document is not None
    seen = 0
    for field in needed(good):
        record, profile = letters.case(name), letters.sender(name)
        owner, head = (profile, ("sender",)) if field.path.startswith("sender.") else (record, ())
        places = [
            steps for steps, _ in values_at({**record.data, "sender": profile.data}, field.path)
        ]
        if not places:  # stands for what another field requires, which is not in this record
            continue
        for steps in places[:1] + places[1:][-1:]:
            record, profile = letters.case(name), letters.sender(name)
            owner = profile if head else record
            path = steps[len(head) :]
            letters.put(owner.data, path, None)
            (bad,) = letters.check(maker, record, profile)
            assert bad.document is None, field.name
            rule = TOLD_OTHERWISE.get(field.name, "required-field")
            told = [f for f in errors_in(bad.findings) if f.rule == rule]
            assert (path_text(path), field.name) in {
                (f.path, f.params["name"] or field.name) for f in told
            }, field.name
            for finding in told:
                for language in ("en", "zh"):
                    assert line_of(finding, language) and hint(finding, language)
            seen += 1
    assert seen > 8, "an example stands on more fields than this"


@pytest.mark.parametrize("name", EXAMPLES)
def test_all_that_is_missing_is_told_at_once(maker: LetterMaker, name: str) -> None:
    (good,) = letters.check(maker, letters.case(name), letters.sender(name))
    bare = {
        key: good.record.data[key] for key in ("pack", "kind", "level") if key in good.record.data
    }
    empty = letters.case(name)
    record = type(empty)({**bare, "recipient": {"type": good.record.data["recipient"]["type"]}})
    (bad,) = letters.check(maker, record, type(empty)({"role": letters.sender(name).data["role"]}))
    assert bad.document is None
    missed = {f.params["name"] for f in bad.findings if f.rule == "required-field"}
    assert good.pack is not None and good.case is not None
    case = good.case
    always = {
        field.name: field.path
        for field, need in required_fields(
            good.pack, case.kind, case.level, case.sender.role, case.recipient.type
        )
        if need == "always"
    }
    told_by_their_list = {n for n, path in always.items() if "[]" in path}
    assert {*always} - told_by_their_list - {*bare} - {"recipient_type", "sender_role"} <= missed
    assert "debts" in missed


def test_a_blank_is_no_value(maker: LetterMaker) -> None:
    for blank in ("", "   ", "\u3000"):
        record = letters.case(letters.DEMAND, recipient__name=blank)
        (bad,) = letters.check(maker, record, letters.sender(letters.DEMAND))
        assert "required-field" in letters.rules(bad.findings)


SHIPPED = [root for root in ROOTS if root.parent == PACKS]


@pytest.mark.parametrize("root", SHIPPED, ids=lambda root: root.name)
def test_the_examples_reach_every_required_field(maker: LetterMaker, root: Path) -> None:
    """Else the field that no example has is taken out of none above, and nobody would notice."""
    pack = load_pack(root)
    names = [name for name in EXAMPLES if name.startswith(f"{root.name}/")]
    reached: set[str] = set()
    for name in names:
        record, profile = letters.case(name), letters.sender(name)
        (good,) = letters.check(maker, record, profile)
        data = {**record.data, "sender": profile.data}
        reached |= {f.name for f in needed(good) if any(values_at(data, f.path))}
    required = {f.name for f in pack.fields.values() if f.required}
    # What stands in a list of lists (an item's kind) requires by the schema alone.
    rest = [pack.fields[name] for name in required - reached]
    assert [f.name for f in rest if not any(is_missed(maker, name, f) for name in names)] == []


def is_missed(maker: LetterMaker, name: str, field: Field) -> bool:
    """Whether the example has the field, and is refused by its name without it."""
    record = letters.case(name)
    for steps in [steps for steps, _ in values_at(record.data, field.path)]:
        letters.put(record.data, steps, None)
    (bad,) = letters.check(maker, record, letters.sender(name))
    told = {f.params["name"] for f in errors_in(bad.findings) if f.rule == "required-field"}
    return field.name in told
