"""Blank cells take the value above: nobody gets another customer's row."""

from __future__ import annotations

from pathlib import Path

import pytest

from notices.tables.row import TableError
from tests.tables.ledger_made import MAPPING, invoice, read_cases, write_table


def below(number: str, amount: str, **changes: str) -> dict[str, str]:
    """A further row of the customer above."""
    return invoice("10001", number, amount, **{"Konto": "", "Name": "", **changes})


def debts(folder: Path, rows: list[dict[str, str]], text: str) -> dict[str, list[str]]:
    cases = read_cases(write_table(folder, rows), text)
    return {
        case.data["id"]: [debt["contract_number"] for debt in case.data.get("debts", ())]
        for case in cases
    }


def test_a_row_that_is_left_out_still_says_whose_the_next_ones_are(tmp_path: Path) -> None:
    """The first row of the second customer is a draft; the row below it is still his."""
    rows = [
        invoice("10001", "RE-1", "100,00", Stand="fest"),
        invoice("10002", "RE-2", "200,00", Stand="Entwurf"),
        below("RE-3", "300,00", Stand="fest", Straße="Musterweg 02"),
    ]
    text = f"fill_down: [Konto]\nonly: {{Stand: [fest]}}\nskip: {{Stand: [Entwurf]}}\n{MAPPING}"
    assert debts(tmp_path, rows, text) == {"10001": ["RE-1"], "10002": ["RE-3"]}


def test_a_row_of_sums_ends_what_it_adds_up(tmp_path: Path) -> None:
    total = dict.fromkeys(invoice("", "", ""), "") | {"Betrag": "100,00"}
    rows = [invoice("10001", "RE-1", "100,00"), total, below("RE-2", "5,00")]
    with pytest.raises(TableError) as stopped:
        debts(tmp_path, rows, f"fill_down: [Konto]\nsum_rows: [Beleg, Fällig]\n{MAPPING}")
    assert [(f.rule, f.line) for f in stopped.value.findings] == [("key-blank", 4)]


def test_a_total_ends_what_stands_above_it(tmp_path: Path) -> None:
    """Also where no `sum_rows` are declared: the row below it may be anybody's."""
    total = dict.fromkeys(invoice("", "", ""), "") | {"Konto": "Summe", "Betrag": "100,00"}
    rows = [invoice("10001", "RE-1", "100,00"), total, below("RE-2", "5,00")]
    with pytest.raises(TableError) as stopped:
        debts(tmp_path, rows, f"fill_down: [Konto]\n{MAPPING}")
    assert [(f.rule, f.line) for f in stopped.value.findings] == [("key-blank", 4)]


def test_a_payment_without_a_number_is_no_row_of_sums(tmp_path: Path) -> None:
    """Left out, it would not count, and its customer be asked for too much."""
    rows = [invoice("10001", "RE-1", "100,00"), invoice("10001", "", "-30,00")]
    mapping = f"negative: payment\nsum_rows: [Beleg]\n{MAPPING}"
    with pytest.raises(TableError) as stopped:
        debts(tmp_path, rows, mapping)
    (fault,) = stopped.value.findings
    assert (fault.rule, fault.line, fault.params["amount"]) == ("sum-below-zero", 3, "-30.00")
    dated = mapping.replace("[Beleg]", f"[Beleg, {fault.params['day']}]")
    (case,) = read_cases(write_table(tmp_path, rows), dated)
    assert [entry["amount"] for entry in case.data["payments"]] == ["30.00"]


SUMS = f"negative: payment\nsum_rows: [Beleg, Fällig]\n{MAPPING}"
BARE = dict.fromkeys(invoice("", "", ""), "")


def sum_row(amount: str, **changes: str) -> dict[str, str]:
    return {**BARE, "Betrag": amount, **changes}


def undated(account: str, amount: str) -> dict[str, str]:
    """A payment that nobody allocated: it has neither number nor day."""
    return invoice(account, "", amount, Fällig="")


CREDITS = [invoice("10002", "GS-1", "-50,00"), invoice("10002", "RE-2", "20,00")]
FIRST = invoice("10001", "RE-1", "100,00")
OTHER = invoice("10003", "GS-2", "-5,00")


@pytest.mark.parametrize(
    ("rows", "paid", "faulty"),
    [
        # the sum of the rows above it, back to the last sum, bare or with its account
        ([FIRST, sum_row("100,00"), *CREDITS, sum_row("-30,00")], {}, []),
        ([FIRST, sum_row("100,00"), *CREDITS, sum_row("-30,00", Konto="10002")], {}, []),
        # the sum of all
        ([*CREDITS, sum_row("-30,00"), OTHER, sum_row("-35,00")], {}, []),
        # a payment of the customer whom it names
        ([FIRST, undated("10001", "-30,00")], {"10001": ["30.00"]}, []),
        ([undated("10001", "-30,00"), FIRST], {"10001": ["30.00"]}, []),
        ([FIRST, sum_row("100,00"), undated("10001", "-30,00")], {"10001": ["30.00"]}, []),
        # of another customer than the one whose rows come to it
        ([*CREDITS, undated("10001", "-30,00"), FIRST], {"10001": ["30.00"]}, []),
        # a payment is a part of the sum below it
        (
            [*CREDITS, undated("10002", "-7,00"), sum_row("-37,00", Konto="10002")],
            {"10002": ["7.00"]},
            [],
        ),
        # uncertain: the customer above it may be meant, or goes on below what looks like his sum
        ([FIRST, sum_row("-30,00")], {"10001": ["30.00"]}, ["10001"]),
        ([*CREDITS, sum_row("-30,00"), {**CREDITS[1], "Beleg": "RE-3"}], {}, ["10002"]),
    ],
)  # fmt: skip
def test_a_row_below_zero_is_a_sum_or_counts(
    tmp_path: Path, rows: list[dict[str, str]], paid: dict[str, list[str]], faulty: list[str]
) -> None:
    """Whatever is taken for a sum is none of what is owed; whatever is not makes it less."""
    cases = {case.data["id"]: case for case in read_cases(write_table(tmp_path, rows), SUMS)}
    found: dict[str, list[str]] = {}
    for name, case in cases.items():
        for payment in case.data.get("payments", ()):
            if "reference" not in payment:
                found.setdefault(name, []).append(payment["amount"])
    assert found == paid
    told = {name: {f.rule for f in case.faults} for name, case in cases.items() if case.faults}
    assert told == {name: {"sum-unproven"} for name in faulty}
    if paid and not faulty:
        assert [n.rule for c in cases.values() for n in c.notes].count("sum-counted") == 1


def test_what_may_be_anybodys_payment_stops_the_run(tmp_path: Path) -> None:
    for rows in ([FIRST, *CREDITS, sum_row("-7,00")], [FIRST, sum_row("100,00"), sum_row("-7,00")]):
        for skips in ("", "blank_key: skip\n"):
            with pytest.raises(TableError) as stopped:
                debts(tmp_path, rows, skips + SUMS)
            assert {(f.rule, f.line) for f in stopped.value.findings} == {
                ("sum-unproven", len(rows) + 1)
            }
    rows[-1] |= {"Konto": "10001"}  # the remedy
    assert debts(tmp_path, rows, SUMS) == {"10001": ["RE-1"]}


def test_a_title_below_zero_is_the_sum_of_the_rows_under_it(tmp_path: Path) -> None:
    text = SUMS.replace("group_by: [Konto]", "group_by: [Konto]\nheading: Konto")
    under = [{**row, "Konto": ""} for row in CREDITS]
    title = sum_row("-30,00", Konto="10002")
    (case,) = read_cases(write_table(tmp_path, [title, *under]), text)
    assert [p["amount"] for p in case.data["payments"]] == ["50.00"] and not case.faults
    title["Betrag"] = "-31,00"  # not what stands under it: it counts
    (case,) = read_cases(write_table(tmp_path, [title, *under]), text)
    assert sorted(p["amount"] for p in case.data["payments"]) == ["31.00", "50.00"]
    named = [undated("10001", "-30,00"), invoice("10001", "GS-1", "-30,00"), FIRST]
    (case,) = read_cases(write_table(tmp_path, named[::2] + named[1:2]), text)
    assert len(case.data["payments"]) == 2, "rows that name their customer have no title"


def test_a_new_name_beside_a_blank_account_is_not_the_account_above(tmp_path: Path) -> None:
    rows = [
        invoice("10001", "RE-1", "100,00"),
        below("RE-2", "5,00"),
        below("RE-3", "7,00", Name="Anders GmbH"),
    ]
    text = f"fill_down: [Name, Konto]\n{MAPPING}"
    with pytest.raises(TableError) as stopped:
        debts(tmp_path, rows, text)
    assert [(f.rule, f.line) for f in stopped.value.findings] == [("key-blank", 4)]
    rows[2]["Name"] = rows[0]["Name"]
    assert debts(tmp_path, rows, text) == {"10001": ["RE-1", "RE-2", "RE-3"]}


def test_a_row_with_nothing_open_is_left_out_and_told(tmp_path: Path) -> None:
    rows = [
        invoice("10001", "RE-1", "100,00"),
        invoice("10001", "RE-2", "0,00"),
        invoice("10002", "RE-3", "0,00"),
        invoice("10003", "RE-4", ""),
    ]
    first, second, third = read_cases(write_table(tmp_path, rows))
    assert [debt["contract_number"] for debt in first.data["debts"]] == ["RE-1"]
    told = [note.line for note in first.notes if note.rule == "row-paid"]
    assert told == [3]
    assert "debts" not in second.data and not second.faults
    assert "items" not in third.data["debts"][0], "nothing stated is not nothing owed"


@pytest.mark.parametrize(
    ("day", "within"), [("16.03.2026", "true"), ("31.12.2022", "false"), ("bald", "bald")]
)
def test_a_day_says_whether_it_is_since_another(day: str, within: str, tmp_path: Path) -> None:
    text = MAPPING.replace(
        'Fällig: "debts[].due_date"',
        'Fällig: ["debts[].due_date", {to: "debts[].limitation_uncertain", since: 2023-01-01}]',
    )
    (case,) = read_cases(write_table(tmp_path, [invoice("1", "RE-1", "5,00", Fällig=day)]), text)
    assert case.data["debts"][0]["limitation_uncertain"] == within
