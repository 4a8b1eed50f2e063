"""A customer as a title above its rows: known by its form, its rows held to the sum below them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from notices.tables.row import TableError
from tests.tables.ledger_made import MAPPING, check_table, read_cases

TITLED = MAPPING.replace("group_by: [Konto]\n", "title_rows: {column: Fällig, as: Konto}\n")
HEAD = ["Fällig", "Beleg", "Name", "Straße", "Ort", "Betrag"]
OF = ["Beispiel GmbH", "Musterweg 1", "12345 Musterstadt"]


def title(text: str) -> list[str]:
    return [text, "", "", "", "", ""]


def total(text: str, amount: str) -> list[str]:
    return [text, "", "", "", "", amount]


def debt(number: str, amount: str, due: str = "16.03.2026") -> list[str]:
    return [due, number, *OF, amount]


def write(folder: Path, *rows: list[str]) -> Path:
    file = folder / "op.csv"
    text = "\n".join(";".join(row) for row in (HEAD, *rows))
    file.write_text(f"{text}\n", encoding="utf-8")
    return file


def owed(folder: Path, *rows: list[str], text: str = TITLED) -> dict[str, list[str]]:
    """What each customer is asked for; a case that is held back says why."""
    found = {}
    for case in read_cases(write(folder, *rows), text):
        amounts = [item["amount"] for d in case.data["debts"] for item in d["items"]]
        found[case.data["id"]] = [fault.rule for fault in case.faults] or amounts
    return found


WRONG = ["title-sum-differs"]


def test_rows_are_those_of_the_title_above(tmp_path: Path) -> None:
    found = owed(
        tmp_path,
        title("K-1"),
        debt("RE-1", "100,00"),
        debt("RE-2", "50,00"),
        total("Summe K-1", "150,00"),
        title("K-2"),
        debt("RE-3", "5,00"),
        total("Summe K-2", "5,00"),
        total("Gesamtsumme", "155,00"),
    )
    assert found == {"K-1": ["100.00", "50.00"], "K-2": ["5.00"]}


@pytest.mark.parametrize(
    "text", ["Total K-1", "Total for K-1", "Summe für K-1", "K-1 合计", "Totaal van K-1", "Total"]
)
def test_a_sum_that_differs_holds_its_own_case_only(tmp_path: Path, text: str) -> None:
    rows = [title("K-1"), debt("RE-1", "100,00"), total(text, "150,00"), title("K-2")]
    found = owed(tmp_path, *rows, debt("RE-3", "5,00"), total("Total K-2", "5,00"))
    assert found == {"K-1": WRONG, "K-2": ["5.00"]}


def test_a_sum_of_another_holds_what_is_open(tmp_path: Path) -> None:
    """A title was lost: the rows of two customers stand below one."""
    rows = [title("K-1"), debt("RE-1", "100,00"), debt("RE-3", "5,00")]
    assert owed(tmp_path, *rows, total("Summe K-2", "5,00")) == {"K-1": WRONG}


def test_one_sum_below_all_holds_all_where_it_differs(tmp_path: Path) -> None:
    rows = [title("K-1"), debt("RE-1", "100,00"), title("K-2"), debt("RE-3", "5,00")]
    assert owed(tmp_path, *rows, total("Total", "105,00")) == {"K-1": ["100.00"], "K-2": ["5.00"]}
    assert owed(tmp_path, *rows, total("Total", "205,00")) == {"K-1": WRONG, "K-2": WRONG}


def test_titles_within_titles(tmp_path: Path) -> None:
    rows = [title("K-1"), title("K-1 Werk 2"), debt("RE-1", "100,00")]
    rows += [total("Summe K-1 Werk 2", "100,00"), debt("RE-2", "1,00")]
    assert owed(tmp_path, *rows, total("Summe K-1", "101,00")) == {
        "K-1 Werk 2": ["100.00"],
        "K-1": ["1.00"],
    }
    assert owed(tmp_path, *rows, total("Summe K-1", "100,00"))["K-1"] == WRONG


@pytest.mark.parametrize("text", ["16.03.2026", "03/04/2026", "1.234,00", "2026年3月1日", "-"])
def test_what_reads_as_a_day_or_an_amount_is_no_title(tmp_path: Path, text: str) -> None:
    """Its row lacks the rest, and its case is held; nobody is called so."""
    rows = [title("K-1"), debt("RE-1", "100,00"), title(text), debt("RE-2", "5,00")]
    (case,) = read_cases(write(tmp_path, *rows), TITLED)
    assert case.data["id"] == "K-1" and len(case.data["debts"]) == 3


def test_a_customer_may_be_called_total(tmp_path: Path) -> None:
    rows = [title("Total Cleaning"), debt("RE-1", "100,00"), total("Total Total Cleaning", "100")]
    rows += [title("Lorem Ipsum"), debt("RE-2", "5,00"), total("Total Lorem Ipsum", "5,00")]
    assert {*map(tuple, owed(tmp_path, *rows).values())} == {("100.00",), ("5.00",)}


def test_a_debt_with_a_day_is_no_sum(tmp_path: Path) -> None:
    text = TITLED.replace("column: Fällig", "column: Beleg")
    rows = [["", "K-1", "", "", "", ""], debt("Total-77", "100,00"), debt("RE-2", "5,00")]
    assert owed(tmp_path, *rows, text=text) == {"K-1": ["100.00", "5.00"]}


def test_rows_above_the_first_title_and_below_the_last_sum_are_nobody_s(tmp_path: Path) -> None:
    rows = [title("K-1"), debt("RE-1", "100,00"), total("Summe K-1", "100,00")]
    for wrong in ([debt("RE-0", "1,00"), *rows], [*rows, debt("RE-2", "1,00")]):
        with pytest.raises(TableError) as stopped:
            owed(tmp_path, *wrong)
        assert {fault.rule for fault in stopped.value.findings} == {"key-blank"}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_rejects_say_whose_they_are_and_stay_rejected_until_they_add_up(
    tmp_path: Path, kind: str
) -> None:
    rows = [title("K-1"), debt("RE-1", "100,00"), total("Summe K-1", "150,00")]
    file = write(tmp_path, *rows, title("K-2"), debt("RE-3", "5,00"))
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for line in file.read_text("utf-8").splitlines():
            book.active.append([cell or None for cell in line.split(";")])
        file = tmp_path / "op.xlsx"
        book.save(file)
    found = check_table(file, TITLED)
    assert found.states == {"accepted": 1, "rejected": 1} and found.rejects_file is not None
    again = found.rejects_file.rename(tmp_path / f"again.{kind}")
    assert check_table(again, TITLED).reasons == {"rejected": {"case-sum-differs": 1}}
    if kind == "csv":
        again.write_text(again.read_text("utf-8-sig").replace(";100,00;", ";150,00;"), "utf-8")
        (case,) = read_cases(again, TITLED)
        assert (case.data["id"], case.faults) == ("K-1", ())


def test_columns_without_a_header_are_numbered_where_the_mapping_says_so(tmp_path: Path) -> None:
    file = tmp_path / "op.csv"
    rows = [
        ["", *HEAD],
        ["K-1", *[""] * 6],
        ["", *debt("RE-1", "7,00")],
        ["Total for K-1", *[""] * 5, "7,00"],
    ]
    file.write_text("\n".join(map(";".join, rows)), encoding="utf-8")
    text = TITLED.replace("column: Fällig, ", "") + "table: {blank_headers: numbered}\n"
    (case,) = read_cases(file, text)
    assert (case.data["id"], case.faults) == ("K-1", ())
    with pytest.raises(TableError) as stopped:
        read_cases(file, text.replace("table: {blank_headers: numbered}\n", ""))
    assert stopped.value.findings[0].rule == "empty-header"
