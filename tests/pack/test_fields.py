"""Declared fields become one flat JSON Schema that anybody's validator understands."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import jsonschema_rs
import pytest

from notices.pack.fields import compile_schema, required_fields
from notices.pack.fieldtypes import FIELD_TYPES, is_iban
from notices.pack.list_limits import Limit, list_limits
from notices.pack.load import load_pack
from notices.pack.vocabulary import DEBTOR_TYPES, SENDER_ROLES, mask_value, near_miss
from notices.places import PACKS

ZZ = load_pack(Path(__file__).parent.parent / "packs" / "ZZ")
ALL = [ZZ, *(load_pack(p.parent) for p in sorted(PACKS.glob("*/pack.yaml")))]


@pytest.mark.parametrize("pack", ALL, ids=lambda p: p.id)
def test_every_schema_is_valid_flat_and_closed(pack) -> None:  # type: ignore[no-untyped-def]
    for kind in pack.kinds.values():
        for level, role, debtor in product(kind.levels, SENDER_ROLES, DEBTOR_TYPES):
            schema = compile_schema(pack, kind.id, level, role, debtor)
            jsonschema_rs.meta.validate(schema)
            assert "$ref" not in json.dumps(schema)
            for owner in (schema, schema["properties"]["debts"]["items"]):
                assert owner["additionalProperties"] is False
            for leaf in schema["properties"]["sender"]["properties"].values():
                if "x-type" in leaf:
                    assert leaf["title"] and leaf["description"] and leaf["x-source"]


@pytest.mark.parametrize("pack", ALL, ids=lambda p: p.id)
def test_every_example_fits_its_own_field(pack) -> None:  # type: ignore[no-untyped-def]
    for field in pack.fields.values():
        if not field.example or field.example[0] in "[{":
            continue
        schema = FIELD_TYPES[field.type].schema
        if field.type != "code":
            jsonschema_rs.validate(schema, field.example)
            FIELD_TYPES[field.type].convert(field.example)
        elif field.allowed:
            assert field.example in field.allowed


def needs(kind: str, role: str = "creditor", debtor: str = "consumer") -> dict[str, str]:
    return {f.name: need for f, need in required_fields(ZZ, kind, 1, role, debtor)}


def test_required_fields_by_letter() -> None:
    reminder, demand = needs("reminder"), needs("final_demand")
    assert reminder["contract_number"] == demand["contract_number"] == "always"
    assert (reminder["contract_date"], demand["contract_date"]) == ("optional", "always")
    assert (reminder["agreed"], demand["mediator"]) == ("sometimes", "sometimes")
    assert "mediator" not in reminder
    assert "licence_number" not in reminder
    assert needs("reminder", role="agency")["licence_number"] == "always"


def test_a_field_that_needs_the_figures_is_not_asked_for() -> None:
    assert needs("reminder")["action_date"] == "sometimes"
    assert needs("final_demand")["action_date"] == "optional"


def test_iban_check_digits() -> None:
    assert is_iban("GB82 WEST 1234 5698 7654 32")
    assert is_iban("DE89370400440532013000")
    assert not is_iban("DE89370400440532013001")
    assert not is_iban("DE")


@pytest.mark.parametrize(
    ("mask", "text", "masked"),
    [
        ("last4", "HT-2024-0815", "****0815"),
        ("last4", "12", "****"),
        ("last4", "GB82 WEST 1234", "****1234"),
        ("phone", "13812340000", "138****0000"),
        ("phone", "12378", "****"),
        ("", "as it is", "as it is"),
    ],
)
def test_masks(mask: str, text: str, masked: str) -> None:
    assert mask_value(mask, text) == masked


def test_near_miss() -> None:
    assert near_miss("remindr", ["reminder", "demand"]) == "reminder"
    assert near_miss("xyz", ["reminder", "demand"]) == ""
    assert near_miss("x" * 100_000, ["reminder"]) == ""


def test_a_profile_serves_letters_of_every_kind() -> None:
    mediator = replace(ZZ.fields["mediator"], path="sender.mediator")
    pack = replace(ZZ, fields={**ZZ.fields, "mediator": mediator})
    for kind in ("reminder", "final_demand"):
        schema = compile_schema(pack, kind, 1, "creditor", "consumer")
        sender = schema["properties"]["sender"]["properties"]
        assert "mediator" in sender
        assert "licence_number" not in sender


def test_a_kind_may_limit_a_list_of_the_record() -> None:
    pack = load_pack(PACKS / "DE")
    few = {"debts": Limit(5, {"en": "one page"})}
    kind = replace(pack.kinds["reminder"], limits=few)
    other = replace(pack, kinds={**pack.kinds, "reminder": kind})
    debts = [
        compile_schema(one, "reminder", 1, "creditor", "consumer")["properties"]["debts"]
        for one in (pack, other)
    ]
    assert [one["maxItems"] for one in debts] == [list_limits().limits["debts"].most, 5]
    assert debts[1]["x-reason"] == {"en": "one page"}
