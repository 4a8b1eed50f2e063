"""Many rows of many customers, shuffled: no letter over a part, exact sums, any number of workers.

What each customer owes is computed here, row by row, in whole cents: an invoice that is due adds
its amount; a credit note takes its amount off, whatever its date, unless it names an invoice that
is not due: with that it stays, as far as it is not more.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from notices.batch.call import run_batch
from notices.batch.rows import TableRows
from notices.batch.settings import BatchSettings, Limits, Start
from notices.letter.options import LetterOptions
from notices.letter.workspace import Workspace
from notices.pack.load import load_pack
from notices.places import PACKS
from notices.tables.row import TableFormat
from notices.tables.table_records import find_source
from tests.batch.batches import canned
from tests.tables.ledger_made import DAY, MAPPING, SENDER, column_map, invoice, write_table

pytestmark = pytest.mark.heavy
SAMPLE = (300, 90, 6)  # rows, customers, faulty ones
WHOLE = pytest.param((10_000, 3_000, 200), marks=pytest.mark.slow)
CREDITS = "negative: credit_note\n" + MAPPING.replace(
    "columns:\n",
    'columns:\n  Datum: "debts[].invoice_date"\n  Bezug: "credits[].debt_number"\n',
    1,
)


@dataclass
class Ledger:
    """The rows, and what the test itself says of them; amounts in cents."""

    rows: list[dict[str, str]] = field(default_factory=list)
    owed: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    faulty: set[str] = field(default_factory=set)


def made_up(rows: int, customers: int, faults: int) -> Ledger:
    chance = Random(rows)
    ledger = Ledger()
    invoices: dict[str, list[tuple[str, int, bool]]] = defaultdict(list)
    later: dict[str, int] = {}  # an invoice that is not due → what is left of it
    for number in range(rows):
        account = f"{100_000 + (number if number < customers else chance.randrange(customers))}"
        document = f"{chance.randrange(1, 29):02}.0{chance.randrange(1, 3)}.2026"
        if invoices[account] and chance.random() < 0.25:
            of, amount, due = chance.choice(invoices[account])
            credit = chance.randrange(1, amount + 1)
            named = chance.random() < 0.5
            stays = min(credit, later[of]) if named and not due else 0
            if stays:
                later[of] -= stays
            ledger.owed[account] -= credit - stays
            row = invoice(account, f"GS-{number:06}", german(-credit), Bezug=of if named else "")
        else:
            amount, due = chance.randrange(1_000, 900_000), chance.random() < 0.9
            ledger.owed[account] += amount if due else 0
            invoices[account].append((f"RE-{number:06}", amount, due))
            later |= {} if due else {f"RE-{number:06}": amount}
            day = "16.03.2026" if due else "30.06.2026"
            row = invoice(account, f"RE-{number:06}", german(amount), Fällig=day, Bezug="")
        ledger.rows.append({**row, "Datum": document})
    ledger.faulty = set(chance.sample(sorted(ledger.owed), faults))
    for account in sorted(ledger.faulty):
        own = [row for row in ledger.rows if row["Konto"] == account]
        row = chance.choice(own)
        faults_of = [("Betrag", "12,3x"), ("Ort", "\ufffd"), ("Datum", "bald")]
        column, text = chance.choice(faults_of if row["Beleg"].startswith("RE") else faults_of[:2])
        row[column] = text
    chance.shuffle(ledger.rows)
    return ledger


def german(cents: int) -> str:
    return f"{'-' * (cents < 0)}{abs(cents) // 100},{abs(cents) % 100:02}"


def run(file: Path, workers: int) -> Path:
    mapping = column_map(file.parent, CREDITS)
    rows = TableRows(find_source(file, mapping, TableFormat()), mapping, load_pack(PACKS / "DE"))
    asked = BatchSettings(options=LetterOptions(sender=str(SENDER), issue_date=DAY))
    start = Start(DAY, f"{DAY}T08:00:00+00:00", make=canned)
    out = file.parent / f"run-{workers}"
    result = run_batch(rows, asked, Workspace(), start, out, Limits(workers=workers))
    assert result.summary is not None, result.findings
    return out


def files(folder: Path) -> dict[str, bytes]:
    """All that a run leaves; only the journal's lines may stand in another order."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and file.name != "journal.jsonl"
    }


@pytest.mark.parametrize("size", [SAMPLE, WHOLE], ids=["sample", "whole"])
def test_every_letter_is_over_all_that_is_owed(size: tuple[int, int, int], tmp_path: Path) -> None:
    ledger = made_up(*size)
    one = run(write_table(tmp_path, ledger.rows), 1)
    lines = (one / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    outcomes = {outcome["case_id"]: outcome for outcome in map(json.loads, lines)}
    assert outcomes.keys() == ledger.owed.keys() and len(outcomes) == len(lines)
    written = {case for case, outcome in outcomes.items() if outcome["state"] == "written"}
    asked = {case: outcomes[case]["total"] for case in written}
    least = 500  # cents; below the sender's own minimum no letter goes out
    owe = {case for case, cents in ledger.owed.items() if cents >= least}
    assert asked == {
        case: f"{ledger.owed[case] // 100}.{ledger.owed[case] % 100:02}"
        for case in owe - ledger.faulty
    }
    assert {outcomes[case]["state"] for case in ledger.faulty} == {"rejected"}
    with (one / "rejects.csv").open(encoding="utf-8-sig", newline="") as handle:
        kept = list(csv.DictReader(handle, delimiter=";"))
    small = {case for case, cents in ledger.owed.items() if 0 < cents < least} - ledger.faulty
    whole = [row for row in ledger.rows if row["Konto"] in ledger.faulty | small]
    assert [row["Beleg"] for row in kept] == [row["Beleg"] for row in whole]
    assert files(one) == files(run(tmp_path / "op.csv", 2))
