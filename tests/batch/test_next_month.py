"""Next month's export of the same customers makes exactly the letters that it should."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from notices.batch.call import run_batch
from notices.batch.rows import TableRows
from notices.batch.settings import BatchSettings, Limits, Start
from notices.cli.main import main
from notices.ledger.store import Ledger
from notices.letter.options import LetterOptions
from notices.letter.workspace import Workspace, read_workspace
from notices.pack.load import load_pack
from notices.places import PACKS
from notices.tables.row import TableFormat
from notices.tables.table_records import find_source
from tests.batch.batches import canned
from tests.tables.ledger_made import MAPPING, SENDER, column_map, invoice, write_table

pytestmark = pytest.mark.heavy
MAY, JUNE = date(2026, 5, 18), date(2026, 6, 22)
SIGNED = """constants:
  handler_name: Erika Exempel
  handler_role: {de: Buchhaltung, en: Accounts}
"""
LADDER = "plan: {scope: {debt: Sperre}}\nnegative: credit_note\n" + MAPPING.replace(
    "kind: reminder\n", ""
).replace("constants:\n", SIGNED)
OPEN = {  # number → customer, what is open in May, in June; "" = not in the export
    "RE-01": ("10001", "1.000,50", "1.000,50"),  # nothing happened
    "RE-02": ("10001", "99,50", "99,50"),
    "RE-03": ("10002", "200,00", "80,00"),  # paid in part
    "RE-04": ("10003", "300,00", ""),  # paid whole: the export has it no more
    "RE-05": ("10004", "400,00", "0,00"),  # paid whole: the export still has it
    "RE-06": ("10005", "70,00", "70,00"),
    "RE-07": ("10005", "60,00", "60,00"),  # in dispute since
    "RE-08": ("10006", "500,00", "500,00"),  # all of it in dispute since
    "RE-09": ("10007", "250,00", "250,00"),
    "RE-10": ("10007", "", "130,00"),  # new since, and due
    "RE-11": ("10008", "", "45,00"),  # a new customer
    "RE-12": ("10009", "75,00", "75,00"),
    "GS-13": ("10009", "", "-75,00"),  # a credit note for all of it
}
DISPUTED = {"RE-07", "RE-08"}
FRESH = {"RE-10", "RE-11", "GS-13"}


def export(folder: Path, day: date) -> Path:
    folder.mkdir()
    column = 1 if day == MAY else 2
    rows = []
    for number, said in OPEN.items():
        if said[column]:
            due = "25.05.2026" if number in FRESH else "16.03.2026"
            held = "bestritten" if day == JUNE and number in DISPUTED else ""
            rows.append(invoice(said[0], number, said[column], Fällig=due, Sperre=held))
    return write_table(folder, rows)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    place = tmp_path / "desk"
    main(["init", str(place)])
    main(["--workspace", str(place), "pack", "accept", "DE", "--by", "Ann Example", "--all-facts"])
    return read_workspace(place, place)


def write_letters(file: Path, day: date, workspace: Workspace, out: str) -> list[dict[str, Any]]:
    """What a live run made of each case, in the table's order."""
    mapping = column_map(file.parent, LADDER)
    rows = TableRows(find_source(file, mapping, TableFormat()), mapping, load_pack(PACKS / "DE"))
    options = LetterOptions(sender=str(SENDER), issue_date=day, live=True)
    start = Start(day, f"{day}T08:00:00+00:00", make=canned)
    asked = BatchSettings(options=options, dispatch_by=day)
    folder = file.parent / out
    result = run_batch(rows, asked, workspace, start, folder, Limits(workers=1))
    assert result.summary is not None, result.findings
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def made(outcomes: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """Case → kind and level, and the total that its letter asks for."""
    written = [o for o in outcomes if o["state"] == "written"]
    return {o["case_id"]: (f"{o['kind']} {o['level']}", o["total"]) for o in written}


def test_the_next_month_s_export_makes_exactly_the_letters_it_should(
    tmp_path: Path, workspace: Workspace
) -> None:
    may = write_letters(export(tmp_path / "may", MAY), MAY, workspace, "run")
    assert made(may) == {
        "10001": ("reminder 1", "1100.00"),
        "10002": ("reminder 1", "200.00"),
        "10003": ("reminder 1", "300.00"),
        "10004": ("reminder 1", "400.00"),
        "10005": ("reminder 1", "130.00"),
        "10006": ("reminder 1", "500.00"),
        "10007": ("reminder 1", "250.00"),
        "10009": ("reminder 1", "75.00"),
    }
    june = write_letters(export(tmp_path / "june", JUNE), JUNE, workspace, "run")
    letters = made(june)
    assert letters == {
        "10001": ("formal_demand 1", "1100.00"),
        "10002": ("formal_demand 1", "80.00"),
        "10005": ("formal_demand 1", "70.00"),
        "10007": ("formal_demand 1", "380.00"),  # the new invoice stands apart
        "10008": ("reminder 1", "45.00"),
    }
    others = {o["case_id"]: o["state"] for o in june if o["state"] == "held"}
    assert {*others} == {"10004", "10006", "10009"}
    with (tmp_path / "june" / "run" / "written-back.csv").open(encoding="utf-8-sig") as handle:
        back = {line["Beleg"]: line for line in csv.DictReader(handle)}
    assert back["RE-07"]["notices_state"] == "left-out" and back["RE-07"]["notices_letter"] == ""
    assert back["RE-05"]["notices_reason"] == "row-paid"
    with Ledger(workspace.ledger_url) as ledger:
        kinds = [letter.kind for letter in ledger.letters_of("10002")]
    assert kinds == ["reminder", "formal_demand"]


def test_the_same_export_again_sends_nothing_twice(tmp_path: Path, workspace: Workspace) -> None:
    file = export(tmp_path / "may", MAY)
    first = write_letters(file, MAY, workspace, "run")
    again = write_letters(file, MAY, workspace, "again")
    assert len(made(first)) == 8 and made(again) == {}
    with Ledger(workspace.ledger_url) as ledger:
        assert sum(1 for _ in ledger.letters()) == 8
