"""Each file in bad/ trips exactly the rule it is named after; no file in good/ trips any."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from notices.case.build import build_case, build_cases
from notices.case.record import Record, read_records
from notices.case.schema import check_schema
from notices.catalogue import hint, line_of
from notices.finding import Finding
from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.places import PACKS

HERE = Path(__file__).parent
ZZ = HERE.parent / "packs" / "ZZ"
GOOD = sorted((HERE / "good").iterdir())
BAD = sorted((HERE / "bad").iterdir())
BAD_SENDERS = sorted((HERE / "bad_senders").iterdir())
TODAY = date(2026, 4, 1)


@cache
def zz() -> Pack:
    return load_pack(ZZ)


@cache
def sender() -> Record:
    return read_records(ZZ / "examples" / "senders" / "zet-credit.yaml")[0]


def faults(file: Path) -> list[Finding]:
    return [f for record in read_records(file) for f in check_schema(record, sender(), zz())]


def good(name: str) -> Record:
    return read_records(HERE / "good" / f"{name}.yaml")[0]


@pytest.mark.parametrize("file", GOOD, ids=lambda f: f.name)
def test_good_records_pass_and_become_cases(file: Path) -> None:
    assert faults(file) == []
    for record in read_records(file):
        assert build_cases(record, sender(), zz(), TODAY)


@pytest.mark.parametrize("file", BAD, ids=lambda f: f.name)
def test_bad_records_trip_their_own_rule_only(file: Path) -> None:
    found = faults(file)
    assert {f.rule for f in found} == {file.stem.partition("--")[0]}
    for finding in found:
        assert finding.severity == "error"
        assert finding.file == str(file)
        assert finding.line > 0 or file.suffix == ".json" or finding.rule == "empty-file"
        for language in ("en", "zh"):
            assert line_of(finding, language)
            assert hint(finding, language)


@pytest.mark.parametrize("file", BAD_SENDERS, ids=lambda f: f.name)
def test_bad_profiles_trip_their_own_rule_only(file: Path) -> None:
    profile = read_records(file)[0]
    found = check_schema(good("smallest"), profile, zz())
    assert {f.rule for f in found} == {file.stem.partition("--")[0]}
    assert {f.file for f in found} == {str(file)}


def test_a_finding_says_where_as_the_owner_writes_it() -> None:
    (finding,) = faults(HERE / "bad" / "required-field.yaml")
    assert (finding.line, finding.path) == (9, "debts[0].contract_number")
    (finding,) = check_schema(
        good("smallest"), read_records(HERE / "bad_senders" / "wrong-form.yaml")[0], zz()
    )
    assert (finding.line, finding.path) == (4, "phone")


def test_faults_of_one_party_are_told_at_that_party() -> None:
    record = good("two-parties")
    data = {**record.data, "parties": [*record.data["parties"], {"type": "consumer"}]}
    found = check_schema(Record(data, "f", record.lines), sender(), zz())
    assert {f.path for f in found} == {"parties[2].name", "parties[2].address"}


def test_a_missing_field_comes_with_hint_example_and_source() -> None:
    (finding,) = faults(HERE / "bad" / "required-field.yaml")
    assert hint(finding, "en") == (
        "contract_number: the number on the contract. Example: C-2025-0815. "
        "Required by: Zetland Debts Act, section 8 [law]."
    )


def test_near_misses_are_named() -> None:
    (finding,) = faults(HERE / "bad" / "kind-unknown.yaml")
    assert finding.params["near"] == "reminder"
    (finding,) = faults(HERE / "bad" / "unknown-field.yaml")
    assert finding.params["near"] == "due_date"
    (finding,) = faults(HERE / "bad" / "unknown-code.yaml")
    assert finding.params["near"] == "principal"


def test_no_sender_no_letter() -> None:
    assert [f.rule for f in check_schema(good("smallest"), None, zz())] == ["sender-missing"]


def test_all_faults_come_at_once_and_in_order() -> None:
    record = Record(
        {
            "id": "debt",
            "pack": "ZZ",
            "kind": "final_demand",
            "colour": "red",
            "recipient": {"type": "consumer", "name": "Al & Bee Cee", "address": "x"},
            "debts": [{"debt_kind": "loan", "due_date": "2026-13-01", "items": [{"kind": "x"}]}],
        },
        "f",
        {},
    )
    found = check_schema(record, sender(), zz())
    assert {f.rule for f in found} == {
        "unsafe-id",
        "unknown-field",
        "wrong-type",
        "impossible-date",
        "required-field",
        "unknown-code",
        "two-people-in-one-name",
    }
    assert list(found) == sorted(found, key=lambda f: (f.file, f.line, f.path, f.rule))
    assert found == check_schema(record, sender(), zz())


PRIVATE = ("Ada", "Exemple", "1200", "rue du Port", "C-2025-0815", "王五", "赵六")


@pytest.mark.parametrize("file", BAD, ids=lambda f: f.name)
def test_findings_do_not_repeat_what_is_private(file: Path) -> None:
    for finding in faults(file):
        told = " ".join((*finding.params.values(), finding.path))
        example = finding.params.get("example", "")
        assert not [word for word in PRIVATE if word in told.replace(example, "")]


def test_a_record_with_thousands_of_faults_stays_readable() -> None:
    data = {**good("smallest").data, **{f"field{i}": "x" for i in range(3000)}}
    found = check_schema(Record(data, "f", {}), sender(), zz())
    assert len(found) == 201
    assert found[-1].rule == "more-faults"
    assert found[-1].params["count"] == "2800"


def test_case_holds_core_and_facts() -> None:
    case = build_case(good("full"), sender(), zz(), date(2026, 9, 9))
    assert (case.issue_date, case.as_of) == (date(2026, 4, 1), date(2026, 3, 31))
    assert (case.dispatch_by, case.pay_by) == (date(2026, 4, 2), date(2026, 5, 4))
    assert case.stated_total == Decimal("1250.5")
    assert (case.level, case.cycle, case.languages) == (2, 1, ("fr", "en"))
    assert case.recipient.salutation == "ms"
    assert case.facts["contract_number"] == "C-2025-0815"
    assert case.facts["enclosures"] == ("copie du contrat", "copy of the account")
    assert case.facts["due"] == date(2026, 1, 31)
    assert "item_amount" not in case.facts
    assert {"item_note", "waybill", "recipient_salutation"} <= case.present
    assert "mediator" not in case.present
    assert case.debts[0].items[1].kind == "waiver"
    assert case.debts[0].payments[0].amount == Decimal("100.5")


def test_dates_and_languages_have_defaults() -> None:
    case = build_case(good("smallest"), sender(), zz(), TODAY)
    assert (case.issue_date, case.as_of, case.dispatch_by) == (TODAY, TODAY, TODAY)
    assert (case.pay_by, case.stated_total) == (None, None)
    assert (case.level, case.cycle, case.currency) == (1, 1, "XTS")
    assert case.languages == ("fr", "en")
    assert case.recipient.role == "debtor"


def test_one_case_for_each_party() -> None:
    ada, fils = build_cases(good("two-parties"), sender(), zz(), TODAY)
    assert (ada.recipient.name, fils.recipient.name) == ("Ada Exemple", "Exemple & Fils SARL")
    assert (ada.facts["recipient_type"], fils.facts["recipient_type"]) == ("consumer", "business")
    assert ada.parties == fils.parties


def test_values_that_differ_between_debts_are_all_facts() -> None:
    case = build_case(good("two-debts"), sender(), zz(), TODAY)
    assert case.facts["contract_number"] == ("C-2025-0815", "C-2025-0816")
    assert case.facts["agreed"] == Decimal(4)
    assert "agreed" not in case.debts[0].facts


def test_trust_flags_come_from_the_profile() -> None:
    profile = sender()
    told = Record({**profile.data, "intends_to_act": "true"}, profile.file, profile.lines)
    record = good("smallest")
    assert [f.path for f in check_schema(record, told, zz())] == ["action_date"]
    data = {**record.data, "action_date": "2026-06-01"}
    case = build_case(Record(data, record.file, {}), told, zz(), TODAY)
    assert case.flags == case.sender.flags == {"intends_to_act"}


def test_profile_files_stand_beside_the_profile(tmp_path: Path) -> None:
    text = sender().data
    file = tmp_path / "s.yaml"
    file.write_text("role: creditor\nname: Zet\nid: zet\n", encoding="utf-8")
    record = read_records(file)[0]
    assert record.folder == str(tmp_path)
    case_sender = build_case(good("smallest"), record, zz(), TODAY).sender
    assert case_sender.id == "zet"
    assert case_sender.logo == ""
    assert text["role"] == "creditor"


def test_a_private_number_in_a_note_is_warned_of() -> None:
    """Free text is printed as it stands, where fields of their own would mask such a number."""
    record = good("smallest")
    for note, rules in (
        ("call 138 0000 0000", {"private-number"}),
        ("card 6222 0000 0000 0000 000", {"private-number"}),
        ("6222-0000-0000-0000", {"private-number"}),
        ("身份证１１０１０１１９９００１０１００１Ｘ", {"private-number"}),
        ("invoice 20260115001", set()),
        ("invoices 1001 and 1002 of 2026-01-15", set()),
        ("+99 1 234567", set()),
    ):
        changed = replace(record, data={**record.data, "remark": note})
        found = check_schema(changed, sender(), zz())
        assert {f.rule for f in found} == rules, note
        assert all(f.severity == "warning" and note not in line_of(f) for f in found)


def test_one_text_serves_all_languages_only_without_words() -> None:
    names = {"fr": "Crédit Zet", "en": "Zet Credit"}
    for name, languages, rules in (
        (names, ["fr", "en"], set()),
        ("Zet Credit", ["en"], set()),
        ("Zet Credit", ["fr", "en"], {"text-side-missing"}),
        ({"und": "Zet"}, ["fr", "en"], {"text-side-missing"}),
        ("138-0000", ["fr", "en"], set()),
        ({"fr": "Crédit Zet"}, ["en"], {"text-side-missing"}),
        ({"fr": "Crédit Zet"}, ["fr"], set()),
    ):
        record = replace(good("smallest"), data={**good("smallest").data, "languages": languages})
        profile = replace(sender(), data={**sender().data, "name": name})
        assert {f.rule for f in check_schema(record, profile, zz())} == rules, (name, languages)


def test_an_unknown_kind_is_told_without_faults_of_the_profile() -> None:
    record = replace(good("smallest"), data={**good("smallest").data, "kind": "foo"})
    profile = replace(sender(), data={"role": "creditor", "name": ""})
    assert {f.rule for f in check_schema(record, profile, zz())} == {"kind-unknown"}


def test_an_empty_list_is_no_value() -> None:
    record = replace(good("smallest"), data={**good("smallest").data, "enclosures": []})
    case = build_case(record, sender(), zz(), TODAY)
    assert "enclosures" not in case.facts and "enclosures" not in case.present


@cache
def cn() -> tuple[Pack, Record, Record]:
    """A pack with the fields that all packs share, a record of it and a sender."""
    folder = PACKS / "CN"
    (record,) = read_records(HERE.parent / "catalogue" / "base" / "case.yaml")
    (profile,) = read_records(folder / "examples" / "senders" / "sample-bank.yaml")
    return load_pack(folder), record, profile


def of_recipient(record: Record, **said: object) -> Record:
    return replace(record, data={**record.data, "recipient": {**record.data["recipient"], **said}})


@pytest.mark.parametrize("name", ["NULL", "4711", "García López, María José", "{{x}}"])
def test_a_name_that_the_sender_vouches_for_is_let_through(name: str) -> None:
    pack, record, profile = cn()
    record = of_recipient(record, name=name)
    assert check_schema(record, profile, pack)
    vouching = replace(profile, data={**profile.data, "real_names": [name]})
    assert check_schema(record, vouching, pack) == ()


def test_an_undeliverable_address_warns_and_can_be_made_an_error() -> None:
    pack, record, profile = cn()
    record = of_recipient(record, address=["地址不详"])
    (found,) = check_schema(record, profile, pack)
    assert (found.rule, found.severity) == ("address-undeliverable", "warning")
    strict = replace(profile, data={**profile.data, "refuse_undeliverable": "true"})
    (found,) = check_schema(record, strict, pack)
    assert found.severity == "error"
