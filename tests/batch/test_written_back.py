"""What a letter adds to a row as fees, for the ledger that the row came from."""

from __future__ import annotations

from datetime import date

from notices.batch.outcomes import added_fees
from notices.case.record import Record
from notices.letter.check import Request, check_record
from notices.letter.options import LetterOptions
from notices.letter.resources import Resources
from notices.letter.workspace import Workspace
from notices.places import PACKS
from notices.textfiles import read_text_file


def fees(pack: str, example: str, day: date) -> dict[str, str]:
    """What is added to the debts of an example, which stand in rows 7, 8 …"""
    examples = PACKS / pack / "examples"
    given = read_text_file(examples / f"{example}.yaml").data
    sender = str(examples / "senders" / f"{given['sender']}.yaml")
    rows = {("debts", n): 7 + n for n in range(len(given["case"]["debts"]))}
    request = Request(day, LetterOptions(sender=sender, issue_date=day))
    record = Record(given["case"], "t.csv", {**rows})
    (checked,) = check_record(record, Resources(Workspace()), request)
    assert checked.figures is not None
    return added_fees(checked)


def test_a_fee_stands_at_the_row_of_its_debt_and_counts_once() -> None:
    two = fees("DE", "demand-2-business-two-invoices", date(2026, 6, 30))
    assert two == {"7": "40.00", "8": "40.00"}


def test_costs_that_the_table_states_are_none_that_the_letter_adds() -> None:
    assert fees("CN", "demand-consumer-card-instalments", date(2026, 5, 11)) == {}
