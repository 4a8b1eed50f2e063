"""Exports of known systems go in as they are: what each preset reads, and what it refuses."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from notices.batch.dry_run import dry_run
from notices.batch.dry_summary import Summary
from notices.batch.rows import TableRows, open_table
from notices.batch.settings import BatchSettings, Limits, Start
from notices.case.record import Record
from notices.letter.options import LetterOptions
from notices.letter.workspace import Workspace
from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.places import PACKS
from notices.tables.mapping import read_mapping
from notices.tables.mapping_check import check_mapping
from notices.tables.presets import FOLDER, Asked, preset_names, read_column_map
from notices.tables.row import DETECTED, TableError
from notices.textfiles import read_text_file
from tests.tables import exports_made
from tests.tables.ledger_made import DAY

EXPORTS = Path(__file__).parent / "exports"
SENDERS = {"DE": "sample-trader", "CN": "sample-bank"}
DE = """\
pack: DE
kind: reminder
constants:
  languages: de en
  "debts[].cause": {de: Lieferung, en: Goods}
"""
BUSINESS = DE + "  recipient.type: business\n"
CN = """\
pack: CN
kind: reminder
constants:
  recipient.type: business
  "debts[].cause": {zh-Hans: 货款, en: Goods}
"""
COMMA = 'dates: dmy\ndecimal: ","\nthousands: "."\n'
POINT = 'dates: mdy\ndecimal: "."\nthousands: ","\n'


@dataclass(frozen=True)
class Export:
    preset: str
    table: str | Callable[[Path], Path]
    customers: str
    mapping: str
    open: tuple[str, ...]  # what each case owes, its credits taken off
    unknown: str = ""  # a head that the preset does not know
    left_out: str = ""  # what the rows of sums add up to

    def write(self, folder: Path) -> tuple[Path, Path, Asked]:
        """The table and the mapping in a folder, and what is asked beside them."""
        if isinstance(self.table, str):
            file = Path(shutil.copy(EXPORTS / self.table, folder))
        else:
            file = self.table(folder / "export.xlsx")
        mapping = folder / "map.yaml"
        mapping.write_text(f"preset: {self.preset}\n{self.mapping}", encoding="utf-8")
        return file, mapping, Asked(customers=str(EXPORTS / self.customers))


IN_EUR = BUSINESS + "  currency: EUR\n"
ALL = [
    Export(
        "datev-opos",
        "datev-op.csv",
        "datev-debitoren.csv",
        DE,
        ("3071.00", "500.00"),
        "Mandant",
        "3571.00",
    ),
    Export(
        "erpnext-ar",
        "erpnext-ar.csv",
        "erpnext-addresses.csv",
        BUSINESS,
        ("1380.0", "80.0"),
        "Project",
        "1380.0",
    ),
    Export(
        "erpnext-ar", "erpnext-de.csv", "erpnext-addresses-de.csv", BUSINESS, ("1000.0", "80.0")
    ),
    Export(
        "sap-fbl5n",
        "sap-fbl5n.csv",
        "sap-kna1.csv",
        COMMA + BUSINESS,
        ("1570.00", "80.00"),
        "Prüfvermerk",
        "3300.00",
    ),
    Export(
        "sap-fbl5n",
        "sap-en.csv",
        "sap-kna1-en.csv",
        POINT + BUSINESS,
        ("1190.00", "80.00"),
        "Profit Center",
    ),
    Export(
        "odoo-aged",
        "odoo-titles.csv",
        "odoo-contacts.csv",
        DE + "  currency: EUR\n",
        ("1500.50", "80.00"),
        "",
        "1580.50",
    ),
    Export(
        "odoo-aged",
        exports_made.aged_balance,
        "odoo-contacts.csv",
        IN_EUR,
        ("1380.5", "80"),
        "",
        "1460.5",
    ),
    Export(
        "odoo-aged",
        exports_made.grouped_items,
        "odoo-contacts.csv",
        IN_EUR,
        ("1500.5", "80"),
        "Salesperson",
        "1580.5",
    ),
    Export(
        "kingdee-ar",
        exports_made.receivable_bills,
        "kingdee-customers.csv",
        CN,
        ("1380", "80"),
        "项目",
        "1450",
    ),
    Export(
        "xero",
        "xero-detail.csv",
        "xero-contacts.csv",
        IN_EUR,
        ("1380.00", "80.00"),
        "Project",
        "2920.00",
    ),
    Export(
        "xero",
        "xero-invoices.csv",
        "xero-contacts.csv",
        "dates: dmy\n" + BUSINESS,
        ("1500.50", "80.00"),
        "Folder",
    ),
    Export(
        "quickbooks",
        "quickbooks-aging.csv",
        "quickbooks-contacts.csv",
        "dates: mdy\n" + IN_EUR,
        ("1380.00", "80.00"),
        "Class",
        "1460.00",
    ),
    Export(
        "quickbooks",
        "quickbooks-by-customer.csv",
        "quickbooks-contacts.csv",
        "dates: mdy\n" + IN_EUR,
        ("1380.00", "80.00"),
        "",
        "2920.00",
    ),
    Export(
        "business-central",
        exports_made.ledger_entries,
        "business-central-customers.csv",
        IN_EUR,
        ("2230.0", "80"),
        "Region",
    ),
    Export(
        "invoiceninja",
        "invoiceninja-invoices.csv",
        "invoiceninja-clients.csv",
        IN_EUR,
        ("1500.5", "80"),
        "Client Assigned User",
    ),
    Export(
        "invoiceninja",
        "invoiceninja-de.csv",
        "invoiceninja-clients.csv",
        COMMA + IN_EUR,
        ("1000.50", "80.00"),
        "Kundennummer",
    ),
]


def opened(export: Export, folder: Path) -> TableRows:
    file, mapping, asked = export.write(folder)
    return open_table(file, mapping, Workspace(), DETECTED, "", asked)


def owed(record: Record) -> str:
    """What a case owes, as the table says it."""
    items = [i for debt in record.data["debts"] for i in debt["items"]]
    credits = record.data.get("credits", ())
    total = sum(Decimal(i["amount"]) for i in items) - sum(Decimal(c["amount"]) for c in credits)
    return str(total)


def the_pack(pack: Pack, _: str) -> Pack:
    return pack


def checked(rows: TableRows, out: Path, sender: str) -> Summary:
    file = PACKS / sender / "examples" / "senders" / f"{SENDERS[sender]}.yaml"
    asked = BatchSettings(options=LetterOptions(sender=str(file), issue_date=DAY))
    found = dry_run(rows, asked, Workspace(), Start(DAY, ""), out, Limits(workers=1, laid_out=0))
    assert found.summary is not None
    return found.summary


@pytest.mark.parametrize(
    "export", ALL, ids=lambda e: f"{e.preset}-{getattr(e.table, '__name__', e.table)}"
)
def test_an_export_goes_unchanged_to_an_accepted_dry_run(export: Export, tmp_path: Path) -> None:
    rows = opened(export, tmp_path)
    assert tuple(owed(record) for record in rows if record.data.get("debts")) == export.open
    summary = checked(rows, tmp_path / "out", "CN" if export.mapping == CN else "DE")
    assert summary.states == {"accepted": 2}
    told = {(f.rule, f.params.get("name")) for f in rows.findings}
    assert ("column-unmapped", export.unknown) in told or not export.unknown
    sums = [
        f.params["sum"]
        for f in rows.findings
        if f.rule == "rows-skipped" and f.params["value"] == "–"
    ]
    assert sums == ([export.left_out] if export.left_out else [])


def test_names_and_addresses_come_from_the_customers_file(tmp_path: Path) -> None:
    first, second = opened(ALL[0], tmp_path)
    assert first.data["recipient"] == {
        "name": "Muster Handel GmbH",
        "address": ["Musterweg 1", "12345 Musterstadt"],
        "type": "business",
    }
    assert (second.data["recipient"]["name"], second.data["recipient"]["type"]) == (
        "Berta Beispiel",
        "consumer",
    )


def test_a_customer_s_name_is_no_id_and_gives_the_same_one_every_time(tmp_path: Path) -> None:
    ids = [[record.data["id"] for record in opened(ALL[5], tmp_path)][:2] for _ in range(2)]
    assert ids[0] == ids[1] and len({*ids[0]}) == 2
    assert all(case_id.startswith("N-") and "Sample" not in case_id for case_id in ids[0])


@pytest.mark.parametrize(
    ("balance", "rules"),
    [
        ("2.000,00", set()),
        ("2.000,00 S", set()),
        ("1.900,00", {"sign-twice"}),
        ("", {"sign-twice"}),
    ],
)
def test_a_part_paid_item_counts_where_its_balance_says_the_same(
    balance: str, rules: set[str], tmp_path: Path
) -> None:
    file, mapping, asked = ALL[0].write(tmp_path)
    text = file.read_text("cp1252").replace("380,00;2.000,00;", f"380,00;{balance};")
    file.write_text(text, "cp1252")
    first, _ = open_table(file, mapping, Workspace(), DETECTED, "", asked)
    assert {fault.rule for fault in first.faults} == rules


def test_a_mark_beside_the_balance_says_what_is_owed(tmp_path: Path) -> None:
    file, mapping, asked = ALL[0].write(tmp_path)
    file.write_text(
        "Konto;Rechnungsnummer;Datum;Fälligkeit;Saldo;S/H\n"
        "10001;RE-1;15.02.2026;01.03.2026;1.190,00;S\n10001;GS-2;01.03.2026;01.03.2026;90,00;H\n",
        "utf-8",
    )
    (case,) = open_table(file, mapping, Workspace(), DETECTED, "", asked)
    assert owed(case) == "1100.00"


def test_what_a_table_lacks_is_told_all_at_once(tmp_path: Path) -> None:
    file = tmp_path / "op.csv"
    file.write_text("Konto;Betrag\n10001;5\n", "utf-8")
    with pytest.raises(TableError) as error:
        read_column_map(file, None, DETECTED, Asked("datev-opos"))
    assert [(f.rule, f.path) for f in error.value.findings] == [
        *(("preset-column-missing", meaning) for meaning in ("number", "due")),
    ]


def test_what_was_billed_is_not_taken_for_what_is_open(tmp_path: Path) -> None:
    file = tmp_path / "bills.csv"
    file.write_text("单据编号,到期日,客户,价税合计\nAR1,2026-03-01,样例公司,100\n", "utf-8")
    with pytest.raises(TableError) as error:
        read_column_map(file, None, DETECTED, Asked("kingdee-ar"))
    assert [f.path for f in error.value.findings] == ["open"]


def test_an_unknown_preset_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(TableError) as error:
        read_column_map(EXPORTS / "datev-op.csv", None, DETECTED, Asked("datev"))
    (fault,) = error.value.findings
    assert (fault.rule, fault.params["near"]) == ("preset-unknown", "datev-opos")


def test_own_keys_count_before_the_preset_s(tmp_path: Path) -> None:
    file, mapping, asked = ALL[0].write(tmp_path)
    own = "negative: payment\nignore: [Mandant]\ncolumns: {Buchungstext: recipient.name}\n"
    mapping.write_text(f"preset: datev-opos\n{own}{DE}", "utf-8")
    made = read_column_map(file, mapping, DETECTED, asked)
    assert not made.findings
    assert made.signs.negative == "payments" and "Mandant" in made.ignored
    assert {c.path: c.header for c in made.columns}["recipient.name"] == "Buchungstext"
    assert made.grouping.by == ("Konto",)


def test_a_blank_partner_takes_the_title_above_and_nobody_else_s(tmp_path: Path) -> None:
    file, mapping, asked = ALL[5].write(tmp_path)
    stray = "Sample Trading Ltd,INV/40,2026-02-15,2026-03-01,7.00,\n,INV/41,,2026-03-01,9.00,\n"
    file.write_text(file.read_text("utf-8").replace("Total,", f"{stray}Total,"), "utf-8")
    with pytest.raises(TableError) as error:
        list(open_table(file, mapping, Workspace(), DETECTED, "", asked))
    assert [(f.rule, f.line) for f in error.value.findings] == [("key-blank", 8)]


def test_a_group_of_rows_without_a_partner_is_nobody_s(tmp_path: Path) -> None:
    file, mapping, asked = ALL[5].write(tmp_path)
    group = "Undefined (1),,,,9.00,\n,INV/2026/00041,2026-02-15,2026-03-01,9.00,\n"
    file.write_text(file.read_text("utf-8").replace("Total,", f"{group}Total,"), "utf-8")
    with pytest.raises(TableError) as error:
        list(open_table(file, mapping, Workspace(), DETECTED, "", asked))
    assert {f.rule for f in error.value.findings} == {"key-blank"}


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_says_what_it_reads_and_where_its_words_stand(name: str) -> None:
    said: dict[str, Any] = read_text_file(FOLDER / f"{name}.yaml").data
    assert said["system"] and all(source.startswith("https://") for source in said["sources"])
    for part in (said, said["customers"]):
        words = [word for words in part["words"].values() for word in words]
        assert {*part["needs"], part["key"]} <= {*part["words"]}
        used = set(re.findall(r"<([a-z0-9_]+)>", str({**part, "customers": ""})))
        assert used <= {*part["words"]}
        assert {*part["words"]} <= used | {*part["needs"], *part.get("also", ()), part["key"]}, (
            "each meaning is of use"
        )
        assert all(isinstance(word, str) and word == " ".join(word.split()) for word in words)
    assert {*said["holds"]} == {"items", "customers"}


@pytest.mark.parametrize("export", ALL, ids=lambda e: e.preset)
def test_what_a_preset_says_holds_in_every_pack(export: Export, tmp_path: Path) -> None:
    file, mapping, asked = export.write(tmp_path)
    mapping.write_text(f"preset: {export.preset}\n", "utf-8")
    for folder in PACKS.iterdir():
        if folder.name != "_core":
            pack = load_pack(folder)
            made = read_column_map(file, mapping, DETECTED, asked, partial(the_pack, pack))
            assert [f.rule for f in check_mapping(made, pack) if f.severity == "error"] == []


def test_a_mapping_without_a_preset_is_read_as_before(tmp_path: Path) -> None:
    mapping = tmp_path / "map.yaml"
    mapping.write_text("pack: DE\ncolumns: {Konto: id}\n", "utf-8")
    plain, again = read_mapping(mapping), read_column_map(tmp_path / "x.csv", mapping, DETECTED)
    assert (plain.columns, plain.pack) == (again.columns, again.pack)


def test_a_mapping_that_has_no_shape_is_told(tmp_path: Path) -> None:
    mapping = tmp_path / "map.yaml"
    mapping.write_text("preset: datev-opos\ncolumns: [Konto]\n", "utf-8")
    made = read_column_map(EXPORTS / "datev-op.csv", mapping, DETECTED)
    assert "mapping-shape" in {finding.rule for finding in made.findings}


def test_rejects_below_a_title_say_whose_they_are(tmp_path: Path) -> None:
    """Mended in place they run as they are, without the title that stood above them."""
    file, _, asked = ALL[5].write(tmp_path)
    sound = file.read_text("utf-8")
    file.write_text(sound.replace("500.00,", "5x0.00,", 1), "utf-8")
    rows = open_table(file, tmp_path / "map.yaml", Workspace(), DETECTED, "", asked)
    found = checked(rows, tmp_path / "out", "DE")
    assert found.states == {"accepted": 1, "rejected": 1} and found.rejects_file is not None
    mended = found.rejects_file.read_text("utf-8-sig").replace("5x0.00", "500.00")
    mended = mended.replace(mended.splitlines()[2].rpartition(",")[2], "")  # the sum was unknown
    found.rejects_file.write_text(mended, "utf-8")
    (case, *_) = open_table(
        found.rejects_file, tmp_path / "map.yaml", Workspace(), DETECTED, "", asked
    )
    assert (owed(case), case.faults) == ("1500.50", ())


@pytest.mark.parametrize(
    ("preset", "head", "level", "last"),
    [
        (
            "datev-opos",
            "Konto;Rechnungsnummer;Datum;Fälligkeit;Saldo;S/H",
            "Mahnstufe",
            "Letzte Mahnung",
        ),
        (
            "sap-fbl5n",
            "Account;Document Number;Document Date;Net due date;Amount in local currency;P",
            "Dunning Level",
            "Date of Last Dunning Notice",
        ),
    ],
)
def test_how_far_the_system_s_own_letters_went(
    tmp_path: Path, preset: str, head: str, level: str, last: str
) -> None:
    """The preset knows the columns, the own mapping says which letters these were."""
    file = tmp_path / "op.csv"
    row = "10001;RE-1;02.03.2026;16.03.2026;100,00;S;2;20.04.2026"
    file.write_text(f"{head};{level};{last}\n{row}\n", encoding="utf-8")
    own = tmp_path / "map.yaml"
    levels = "earlier: {levels: {1: reminder, 2: formal_demand}}\n"
    for said, letter in ((levels, "formal_demand"), ("", "")):
        text = f"preset: {preset}\n{COMMA}{BUSINESS}  currency: EUR\n{said}"
        own.write_text(text, encoding="utf-8")
        rows = open_table(file, own, Workspace())
        (record,) = rows
        assert record.data["debts"][0]["earlier"] == {"letter": letter, "date": "2026-04-20"}
        told = {f.rule for f in rows.findings}
        assert ("earlier-levels-undeclared" in told) == (not said) and "column-unmapped" not in told
    file.write_text(f"{head};{level}\n{row.rpartition(';')[0]}\n", encoding="utf-8")
    rows = open_table(file, own, Workspace())
    (record,) = rows
    assert record.data["debts"][0]["earlier"] == {"letter": ""}, "a level counts without a day"
    assert "column-unmapped" not in {f.rule for f in rows.findings}


def test_an_own_currency_for_all_is_one_for_blank_cells_only(tmp_path: Path) -> None:
    """Else an amount in dollars would be asked for in euros."""
    file, own = tmp_path / "op.csv", tmp_path / "map.yaml"
    head = "Customer No.,Customer Name,Document No.,Due Date,Remaining Amount,Currency Code"
    file.write_text(f"{head}\n1,A Ltd,7,2026-03-01,80,\n1,A Ltd,8,2026-03-01,50,USD\n", "utf-8")
    own.write_text(f"preset: business-central\ndates: ymd\n{BUSINESS}  currency: EUR\n", "utf-8")
    found = {r.data["id"]: r.data["currency"] for r in open_table(file, own, Workspace())}
    assert found == {"1": "EUR", "1-USD": "USD"}
