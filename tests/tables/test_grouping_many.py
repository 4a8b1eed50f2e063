"""Ten thousand rows of three thousand customers in any order: no letter over a part of a case, and
the sums of an independent computation."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from notices.case.record import Record
from notices.tables.signed_amounts import sum_of
from tests.tables.ledger_made import MAPPING, check_table, invoice, read_cases, write_table

MANY, CUSTOMERS, FAULTY = 10_000, 3_000, 200
CREDITS = f"negative: credit_note\n{MAPPING}"


def german(amount: Decimal) -> str:
    whole, _, part = f"{amount:,.2f}".partition(".")
    return f"{whole.replace(',', '.')},{part}"


@pytest.fixture(scope="module")
def table() -> tuple[list[dict[str, str]], dict[str, Decimal], set[str]]:
    """The rows, what each customer owes, and the customers with a faulty row."""
    chance = Random(12)
    owed: dict[str, Decimal] = defaultdict(Decimal)
    rows: list[dict[str, str]] = []
    for number in range(MANY):
        place = number if number < CUSTOMERS else chance.randrange(CUSTOMERS)
        account = f"{100_000 + place}"
        is_credit = number >= CUSTOMERS and chance.random() < 0.2
        amount = Decimal(chance.randrange(100, 9_000 if is_credit else 900_000)) / 100
        amount = -amount if is_credit else amount + 100
        owed[account] += amount
        name = f"{'GS' if is_credit else 'RE'}-{number:06}"
        due = f"{chance.randrange(1, 29):02}.0{chance.randrange(1, 4)}.2026"
        rows.append(invoice(account, name, german(amount), Fällig=due))
    faulty = set(chance.sample(sorted(owed), FAULTY))
    for account in faulty:
        own = [row for row in rows if row["Konto"] == account]
        faults = [("Betrag", "12,3x"), ("Ort", "\ufffd"), ("Name", "Anders")]
        column, text = chance.choice(faults if len(own) > 1 else faults[:2])
        chance.choice(own)[column] = text
    chance.shuffle(rows)
    return rows, dict(owed), faulty


def comes_to(record: Record) -> Decimal:
    debts = [item for debt in record.data.get("debts", ()) for item in debt["items"]]
    return sum_of(debts) - sum_of(record.data.get("credits", ()))


def test_every_row_is_in_its_case_once(
    table: tuple[list[dict[str, str]], dict[str, Decimal], set[str]], tmp_path: Path
) -> None:
    rows, owed, faulty = table
    cases = read_cases(write_table(tmp_path, rows), CREDITS)
    assert [case.data["id"] for case in cases] == [*dict.fromkeys(row["Konto"] for row in rows)]
    sound = [case for case in cases if case.data["id"] not in faulty]
    assert {case.data["id"]: comes_to(case) for case in sound} == {
        account: amount for account, amount in owed.items() if account not in faulty
    }


@pytest.mark.heavy
def test_no_case_with_a_faulty_row_is_accepted_with_one_worker_or_two(
    table: tuple[list[dict[str, str]], dict[str, Decimal], set[str]], tmp_path: Path
) -> None:
    rows, owed, faulty = table
    owes = {account for account, amount in owed.items() if amount > 0}
    found = []
    for workers in (1, 2):
        place = tmp_path / str(workers)
        place.mkdir()
        summary = check_table(write_table(place, rows), CREDITS, workers)
        assert summary.states["accepted"] == len(owes - faulty)
        assert summary.states["rejected"] == FAULTY
        assert summary.table_rows == MANY
        assert summary.rejects_file is not None
        rejected = list(kept(summary.rejects_file))
        assert {row["Konto"] for row in rejected} == faulty
        assert len(rejected) == sum(row["Konto"] in faulty for row in rows)
        files = ("findings.csv", "rejects.csv")
        found.append([(place / "out" / name).read_text(encoding="utf-8-sig") for name in files])
    one, two = (
        [text.replace(f"{tmp_path}/{n}", "") for text in texts]
        for n, texts in enumerate(found, start=1)
    )
    assert one == two


def kept(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as handle:
        yield from csv.DictReader(handle, delimiter=";")
