"""Exports of open items for tests: a row per invoice, several rows a customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from notices.batch.dry_run import dry_run
from notices.batch.dry_summary import Summary
from notices.batch.rows import TableRows
from notices.batch.settings import BatchSettings, Limits, Start
from notices.case.record import Record
from notices.letter.options import LetterOptions
from notices.letter.workspace import Workspace
from notices.pack.load import load_pack
from notices.places import PACKS
from notices.tables.mapping import ColumnMap, read_mapping
from notices.tables.row import TableFormat
from notices.tables.table_records import TableRecords, find_source
from tests.tables.tables_made import write_csv

NOWHERE = Workspace()
DAY = date(2026, 5, 18)
SENDER = PACKS / "DE" / "examples" / "senders" / "sample-trader.yaml"
MAPPING = """
pack: DE
kind: reminder
dates: dmy
decimal: ","
thousands: "."
total: Betrag
group_by: [Konto]
columns:
  Konto: id
  Name: recipient.name
  Straße: recipient.address
  Ort: recipient.address
  Beleg: "debts[].contract_number"
  Fällig: "debts[].due_date"
constants:
  recipient.type: business
  languages: de en
  currency: EUR
  "debts[].debt_kind": trade_invoice
  "debts[].cause": {de: Lieferung, en: Delivery}
items:
  - {kind: price, amount: Betrag}
"""


def invoice(account: str, number: str, amount: str, **changes: str) -> dict[str, str]:
    """A row; its customer's name and street follow from the account."""
    return {
        "Konto": account,
        "Name": f"Beispiel {account} GmbH",
        "Straße": f"Musterweg {account[-2:]}",
        "Ort": "12345 Musterstadt",
        "Beleg": number,
        "Fällig": "16.03.2026",
        "Betrag": amount,
        **changes,
    }


# two of one customer, apart, and one of another between them
ROWS = [
    invoice("10001", "RE-2026-0310", "1.000,50", Fällig="15.03.2026"),
    invoice("10002", "RE-2026-0311", "200,00"),
    invoice("10001", "RE-2025-0310", "99,50", Fällig="15.02.2026"),
]


def write_table(folder: Path, rows: Iterable[Mapping[str, str]], name: str = "op.csv") -> Path:
    return write_csv(folder / name, rows, delimiter=";")


def column_map(folder: Path, text: str = MAPPING) -> ColumnMap:
    file = folder / "map.yaml"
    file.write_text(text, encoding="utf-8")
    made = read_mapping(file)
    assert not made.findings
    return made


def read_cases(file: Path, text: str = MAPPING) -> list[Record]:
    """The cases of a table as records."""
    mapping = column_map(file.parent, text)
    source = find_source(file, mapping, TableFormat())
    with TableRecords(source, mapping, load_pack(PACKS / "DE")) as table:
        return [record for _, record in table]


def check_table(
    file: Path, text: str = MAPPING, workers: int = 1, workspace: Workspace = NOWHERE
) -> Summary:
    """A dry run over a table; findings and rejects go to `out` beside it."""
    mapping = column_map(file.parent, text)
    source = find_source(file, mapping, TableFormat())
    rows = TableRows(source, mapping, load_pack(PACKS / "DE"))
    asked = BatchSettings(options=LetterOptions(sender=str(SENDER), issue_date=DAY))
    limits, out = Limits(workers=workers, laid_out=0), file.parent / "out"
    found = dry_run(rows, asked, workspace, Start(DAY, ""), out, limits)
    assert found.summary is not None
    return found.summary
