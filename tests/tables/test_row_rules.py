"""A mapping's words for rows and joined fields, on whole tables."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from notices.case.record import Record
from notices.finding import Finding
from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.places import PACKS
from notices.tables.column_of import column_of
from notices.tables.mapping import read_mapping
from notices.tables.row import TableError, TableFormat
from notices.tables.table_records import TableRecords, find_source

MAPPING = """
pack: DE
kind: reminder
columns:
  Konto: id
  Name: recipient.name
fields:
  recipient.address: {lines: ["{Straße} {Nr}", "{PLZ} {Ort}"]}
items:
  - {kind: principal, amount: Betrag}
"""
TABLE = """Konto,Name,Straße,Nr,PLZ,Ort,Land,Typ,Betrag
K-1,Anna Muster,Musterweg,1,10115,Berlin,,RE,100.00
K-2,Bert Muster,Dorfplatz,,17291,Musterdorf,,RE,50.00
"""


@cache
def pack(name: str) -> Pack:
    return load_pack(PACKS / name)


def read(
    tmp_path: Path, mapping: str = MAPPING, table: str = TABLE, name: str = "DE"
) -> tuple[list[Record], tuple[Finding, ...]]:
    """The records of a table, and what is told of it as a whole."""
    (tmp_path / "t.csv").write_text(table, encoding="utf-8")
    (tmp_path / "m.yaml").write_text(mapping, encoding="utf-8")
    column_map = read_mapping(tmp_path / "m.yaml")
    assert column_map.findings == ()
    source = find_source(tmp_path / "t.csv", column_map, TableFormat())
    with TableRecords(source, column_map, pack(name)) as records:
        return [record for _, record in records], records.unused_items()


def addresses(records: list[Record]) -> list[Any]:
    return [record.data["recipient"]["address"] for record in records]


def test_lines_join_columns_and_leave_out_what_is_empty(tmp_path: Path) -> None:
    records, _ = read(tmp_path, MAPPING + "ignore: [Land, Typ]\n")
    assert addresses(records) == [
        ["Musterweg 1", "10115 Berlin"],
        ["Dorfplatz", "17291 Musterdorf"],
    ]
    assert all(record.faults == () for record in records)


PARTS = (
    "{parts: {street: Straße, building: Nr, postcode: PLZ, town: Ort, state: Staat, country: Land}}"
)


def test_parts_join_as_the_recipients_country_writes(tmp_path: Path) -> None:
    mapping = MAPPING.replace('{lines: ["{Straße} {Nr}", "{PLZ} {Ort}"]}', PARTS)
    table = (
        "Konto,Name,Straße,Nr,PLZ,Ort,Staat,Land,Betrag\n"
        "K-1,Anna,Musterweg,1,10115,Berlin,,,1.00\n"
        "K-2,Bob,Sample Road,12,62701,Springfield,IL,Vereinigte Staaten,1.00\n"
        "K-3,Claire,rue du Port,5,75001,Paris,,FR,1.00\n"
    )
    records, _ = read(tmp_path, mapping, table)
    assert addresses(records) == [
        ["Musterweg 1", "10115 Berlin"],
        ["12 Sample Road", "Springfield, IL 62701", "Vereinigte Staaten"],
        ["5 rue du Port", "75001 Paris", "FR"],
    ]


def test_one_column_fills_several_fields_and_joins_others(tmp_path: Path) -> None:
    mapping = """
pack: CH
kind: reminder
columns:
  Konto: id
  Name: recipient.name
  Strasse: recipient.street
  Nr: recipient.building
  PLZ: recipient.postcode
  Ort: [recipient.town, {to: "debts[].cause.de"}]
  recipient.address: {lines: ["{Strasse} {Nr}", "{PLZ} {Ort}"]}
items:
  - {kind: principal, amount: Betrag}
"""
    table = "Konto,Name,Strasse,Nr,PLZ,Ort,Betrag\nK-1,Anna Muster,Musterweg,1,3000,Bern,100.00\n"
    ((record,), _) = read(tmp_path, mapping, table, "CH")
    assert record.data["recipient"] == {
        "name": "Anna Muster",
        "street": "Musterweg",
        "building": "1",
        "postcode": "3000",
        "town": "Bern",
        "address": ["Musterweg 1", "3000 Bern"],
    }
    assert record.data["debts"][0]["cause"] == {"de": "Bern"}


def test_an_accident_is_seen_before_it_is_joined(tmp_path: Path) -> None:
    table = TABLE.replace("10115", "NULL")
    records, _ = read(tmp_path, MAPPING + "ignore: [Land, Typ]\n", table)
    assert [f.rule for f in records[0].faults] == ["merge-accident"]
    assert records[0].faults[0].path == "PLZ"


CHOSEN = MAPPING + "ignore: [Land]\nonly: {Typ: [RE]}\nskip: {Typ: [SUMME, GS]}\n"


def test_rows_are_chosen_by_value_and_what_is_left_out_is_summed(tmp_path: Path) -> None:
    table = TABLE + "K-3,,,,,,,SUMME,150.00\nK-4,,,,,,,SUMME,50.00\n"
    records, told = read(tmp_path, CHOSEN, table)
    assert [record.data["id"] for record in records] == ["K-1", "K-2"]
    ((rule, params),) = [(f.rule, f.params) for f in told]
    assert rule == "rows-skipped"
    assert (params["count"], params["sum"], params["value"]) == ("2", "200.00", "SUMME")


def test_a_value_of_neither_list_stops_the_run_and_all_are_named(tmp_path: Path) -> None:
    table = TABLE + "K-3,C,x,1,1,y,,ZA,1.00\nK-4,D,x,1,1,y,,,1.00\nK-5,E,x,1,1,y,,ZA,1.00\n"
    with pytest.raises(TableError) as stopped:
        read(tmp_path, CHOSEN, table)
    found = [(f.rule, f.line, f.params["value"]) for f in stopped.value.findings]
    assert found == [("value-unlisted", 4, "ZA"), ("value-unlisted", 5, "–")]


def test_a_row_below_zero_is_not_dropped_without_a_word(tmp_path: Path) -> None:
    table = TABLE + "K-3,C,x,1,1,y,,GS,-20.00\n"
    with pytest.raises(TableError) as stopped:
        read(tmp_path, CHOSEN, table)
    assert [f.rule for f in stopped.value.findings] == ["skipped-below-zero"]
    records, told = read(tmp_path, CHOSEN + "negative: {skip: said}\n", table)
    assert len(records) == 2
    assert [f.params["sum"] for f in told] == ["-20.00"]


def test_what_a_mapping_wants_of_each_row(tmp_path: Path) -> None:
    rules = (
        'ignore: [Land]\nrequired: [recipient.name]\nvalues_only: {recipient.name: ["Anna Muster"]}'
        "\nsame_as: {Typ: Land}\n"
    )
    table = TABLE.replace("Berlin,,RE", "Berlin,RE,RE").replace("Bert Muster", "")
    records, _ = read(tmp_path, MAPPING + rules, table)
    assert [[(f.rule, f.path) for f in record.faults] for record in records] == [
        [],
        [("row-lacks", "Name"), ("cells-differ", "Typ")],
    ]
    records, _ = read(tmp_path, MAPPING + rules)
    assert ("value-not-listed", "Name") in [(f.rule, f.path) for f in records[1].faults]


MIXED = """
columns:
  Konto: id
  Land: pack
  Brief: kind
  Absender: sender
  Name: recipient.name
  PLZ: recipient.postcode
  Ort: recipient.town
  Währung: currency
  recipient.address: {lines: ["{Straße}", "{PLZ} {Ort}"]}
constants:
  "debts[].cause": {de: Ware, en: goods, fr: marchandise}
items:
  - {kind: principal, amount: Betrag}
"""


def test_rows_name_their_own_pack_kind_sender_and_currency(tmp_path: Path) -> None:
    table = (
        "Konto,Land,Brief,Absender,Name,Straße,PLZ,Ort,Währung,Betrag\n"
        "K-1,DE,reminder,ours,Anna,Weg 1,10115,Berlin,EUR,100 €\n"
        "K-2,CH,formal_demand,theirs,Beat,Weg 2,3000,Bern,CHF,CHF 50\n"
        "K-3,CH,reminder,ours,Cleo,Weg 3,3000,Bern,EUR,€ 70\n"
        "K-4,DE,reminder,ours,Dora,Weg 4,10115,Berlin,EUR,CHF 100\n"
        "K-5,,reminder,ours,Emil,Weg 5,10115,Berlin,EUR,100\n"
    )
    (tmp_path / "t.csv").write_text(table, encoding="utf-8")
    (tmp_path / "m.yaml").write_text(MIXED, encoding="utf-8")
    column_map = read_mapping(tmp_path / "m.yaml")
    source = find_source(tmp_path / "t.csv", column_map, TableFormat())
    packs = {name: pack(name) for name in ("DE", "CH")}
    with TableRecords(source, column_map, packs["DE"], packs=packs) as records:
        found = [record for _, record in records]
        assert records.findings == ()
    causes = [record.data["debts"][0]["cause"].keys() for record in found[:2]]
    assert causes == [{"de", "en"}, {"de", "en", "fr"}]
    amounts = [record.data["debts"][0]["items"][0]["amount"] for record in found[:3]]
    assert amounts == ["100", "50", "70"]
    assert [(r.data["kind"], r.data["sender"], r.data.get("pack")) for r in found[:2]] == [
        ("reminder", "ours", "DE"),
        ("formal_demand", "theirs", "CH"),
    ]
    assert "postcode" not in found[0].data["recipient"]  # which records of DE do not have
    assert found[1].data["recipient"]["postcode"] == "3000"
    assert [[f.rule for f in record.faults] for record in found] == [
        [],
        [],
        [],
        ["currency-differs"],
        ["row-lacks"],
    ]


@pytest.mark.parametrize(
    ("path", "column"),
    [
        ("recipient-0", "Name"),
        ("recipient-2", "Ort"),
        ("recipient", "Name"),
        ("contract_number", "Beleg"),
        ("debts[0].items[3].amount", "Betrag"),
        ("clause-opening", ""),
    ],
)
def test_what_the_proof_finds_is_told_by_column(path: str, column: str) -> None:
    columns = {
        "recipient.name": "Name",
        "recipient.address[0]": "Straße",
        "recipient.address[1]": "Ort",
        "debts[0].contract_number": "Beleg",
        "debts[0].items[].amount": "Betrag",
    }
    assert column_of(path, columns) == column


def test_grouped_rows_are_chosen_too_and_told_at_every_look(tmp_path: Path) -> None:
    mapping = CHOSEN.replace("columns:", "group_by: [Name]\ncolumns:").replace(
        "Konto: id", 'Konto: "debts[].contract_number"'
    )
    table = TABLE.replace("Bert Muster", "Anna Muster") + "K-3,Anna Muster,,,,,,SUMME,150.00\n"
    (tmp_path / "t.csv").write_text(
        table.replace("Dorfplatz,,17291,Musterdorf", "Musterweg,1,10115,Berlin"), encoding="utf-8"
    )
    (tmp_path / "m.yaml").write_text(mapping, encoding="utf-8")
    column_map = read_mapping(tmp_path / "m.yaml")
    assert column_map.findings == ()
    source = find_source(tmp_path / "t.csv", column_map, TableFormat())
    groups = None
    for _ in range(2):
        with TableRecords(source, column_map, pack("DE"), groups=groups) as records:
            ((_, record),) = list(records)
            groups = records.groups
            told = [f.params["sum"] for f in records.unused_items()]
        assert [debt["contract_number"] for debt in record.data["debts"]] == ["K-1", "K-2"]
        assert (record.faults, told) == ((), ["150.00"])
