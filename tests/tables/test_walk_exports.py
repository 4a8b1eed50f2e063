"""The exports of docs/exports/ read as their systems write them: what each customer owes."""

from __future__ import annotations

from pathlib import Path

import pytest

from notices.batch.rows import open_table
from notices.letter.workspace import Workspace
from notices.tables.presets import Asked
from notices.tables.row import DETECTED
from tests.letter.letters import HOME
from tests.tables.test_presets import owed

EXPORTS = HOME / "docs" / "exports"
READ = {
    "datev-opos": (
        *("datev/OPOS-Debitoren.csv", "datev/Debitoren.csv", "DE"),
        {"10001": "3904.00", "10002": "59.50", "10007": "12346.25"},
    ),
    "kingdee-ar": (
        *("kingdee/应收单.xlsx", "kingdee/客户.xlsx", "CN"),
        {
            "样例机械（苏州）有限公司": "203175",
            "示例零售有限公司": "9040.5",
            "测试包装制品厂": "7910",
        },
    ),
    "odoo-aged": (
        *("odoo/Journal Entry (account.move).csv", "odoo/Contact (res.partner).csv", "NL"),
        {"Voorbeeld Handel B.V.": "1340.0", "Jan de Proef": "80.0", "Café Stalen B.V.": "1331.0"},
    ),
    "sap-fbl5n": (
        *("sap/FBL5N.XLSX", "sap/KNA1.XLSX", "DE"),
        {"0000100017": "2951", "0000100021": "3808"},
    ),
    "erpnext-ar": (
        *("erpnext/Accounts Receivable.csv", "erpnext/Address And Contacts.csv", "NL"),
        {"Voorbeeld Bouw N.V.": "1380.0", "Proef Winkels B.V.": "140.5"},
    ),
}


@pytest.mark.parametrize("preset", READ)
def test_an_export_reads_as_it_is(preset: str, tmp_path: Path) -> None:
    """The sums are those that the exports state in their own rows of sums, drafts left out."""
    table, customers, pack, expected = READ[preset]
    mapping = tmp_path / "map.yaml"
    mapping.write_text(f"preset: {preset}\npack: {pack}\nkind: reminder\n", "utf-8")
    asked = Asked(customers=str(EXPORTS / customers))
    rows = open_table(EXPORTS / table, mapping, Workspace(), DETECTED, "", asked)
    cases = [case for case in rows if "id" in case.data]
    named = {
        (case.data["id"] if case.data["id"] in expected else case.data["recipient"]["name"]): case
        for case in cases
    }
    assert {name: owed(case) for name, case in named.items()} == expected
    assert [fault for case in cases for fault in case.faults] == []
    assert all(len(case.data["recipient"]["address"]) >= 2 for case in cases)


@pytest.mark.parametrize(
    ("column", "mark", "holds"),
    [
        ("Insolvent", "1", ["insolvency"]),
        ("Insolvent", "0", []),
        ("Mahnsperre bis", "31122026", ["blocked until 2026-12-31"]),
        ("Mahnsperre bis", "", []),
    ],
)
def test_what_the_master_data_say_against_a_letter_holds_the_customer(
    tmp_path: Path, column: str, mark: str, holds: list[str]
) -> None:
    lines = (EXPORTS / "datev" / "Debitoren.csv").read_text("cp1252").splitlines()
    heads = ([cell.strip('"') for cell in line.split(";")] for line in lines)
    place = next(cells.index(column) for cells in heads if column in cells)
    changed = []
    for line in lines:
        cells = line.split(";")
        if cells[0] == "10002":
            cells[place] = mark
        changed.append(";".join(cells))
    customers = tmp_path / "Debitoren.csv"
    customers.write_text("\n".join(changed), "cp1252")
    mapping = tmp_path / "map.yaml"
    mapping.write_text("preset: datev-opos\npack: DE\nkind: reminder\n", "utf-8")
    table, asked = EXPORTS / "datev" / "OPOS-Debitoren.csv", Asked(customers=str(customers))
    rows = open_table(table, mapping, Workspace(), DETECTED, "", asked)
    (case,) = (case for case in rows if case.data.get("id") == "10002")
    assert case.data.get("holds", []) == holds
    assert "Mahnsperre bis" not in {f.params.get("name") for f in rows.findings}
