"""Bank statements read from their formats, and whether they leave a gap."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.finding import Finding
from notices.post.camt import read_camt
from notices.post.mt940_statements import read_mt940
from notices.post.paid import read_payments
from notices.post.payment_table import read_payment_table
from notices.post.statements import Statement, check_cover, check_sums, each_once, same_account
from tests.post.statements_made import ACCOUNT, Move, camt, mt940

SAMPLES = Path(__file__).parent / "statements"
AMOUNTS = st.decimals("0.01", "9999999.99", places=2).map(str)
WORDS = st.text("ABCDEFGHIJ0123456789-/. ", min_size=1, max_size=60)


def weekend(day: date) -> bool:
    return day.isoweekday() > 5


def rules(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.rule for finding in findings]


def one(data: bytes) -> Statement:
    (statement,), findings = read_camt(data, "x.xml")
    assert not findings
    return statement


def test_every_kind_of_entry_of_a_camt_053() -> None:
    data = (SAMPLES / "two-days.camt053.xml").read_bytes()
    (first, second), findings = read_camt(data, "two-days")
    assert rules(findings) == ["paid-batch"] and findings[0].line > 100
    assert (first.first, first.last, first.number) == (date(2026, 3, 30), date(2026, 3, 30), 61)
    assert (second.first, second.last, second.number) == (date(2026, 3, 31), date(2026, 3, 31), 62)
    assert first.opening == Decimal("-500.00") and not list(check_sums((first, second)))
    (paid,) = first.entries
    assert paid.references == ("RF18539007547034",) and paid.payer == "Beispiel Bau GmbH"
    assert "Rechnung RE-2026-0210 vom 1.3." in paid.texts
    told = [(str(e.amount), e.kind, e.whole, e.payer) for e in second.entries]
    assert told == [
        ("100.01", "credit", True, "Ann Example"),
        ("199.99", "credit", True, "Bob Sample"),
        ("400.00", "credit", False, ""),
        ("50.00", "returned", True, ""),
        ("60.00", "returned", True, ""),
        ("70.00", "debit", True, ""),
        ("80.00", "pending", True, ""),
        ("60.00", "debit", True, ""),
    ]
    assert not list(check_cover((first, second), date(2026, 3, 30), date(2026, 3, 31), weekend))


def test_a_batch_whose_details_do_not_add_up_is_one_sum() -> None:
    data = (SAMPLES / "two-days.camt053.xml").read_bytes().replace(b"199.99", b"190.00")
    (_, second), _ = read_camt(data, "two-days")
    whole = [(str(e.amount), e.whole) for e in second.entries][:2]
    assert whole == [("300.00", False), ("400.00", False)]
    assert second.entries[0].references == ("E-1", "E-2")


def test_every_kind_of_entry_of_an_mt940() -> None:
    text = (SAMPLES / "two-days.sta").read_text(encoding="utf-8")
    (first, second), findings = read_mt940(text, "two-days")
    assert not findings and not list(check_sums((first, second)))
    assert (first.number, first.part, first.final) == (89, 1, False)
    assert (second.number, second.part, second.final) == (89, 2, True)
    told = [(str(e.amount), e.kind, e.line) for e in first.entries]
    assert told == [
        ("250.50", "credit", 6),
        ("50.00", "returned", 9),
        ("60", "returned", 11),
        ("15", "credit", 13),
        ("10", "debit", 16),
    ]
    paid, _, _, dutch, _ = first.entries
    assert "DE-0003-65NXWQ Rechnung RE-2026-0310" in paid.texts and paid.payer == "MAX MUSTERMANN"
    assert dutch.payer == "JAN VOORBEELD" and any("F-2026-0042" in text for text in dutch.texts)
    assert not list(check_cover((first, second), date(2026, 3, 31), date(2026, 3, 31), weekend))
    assert [f.rule for f in check_cover((first,), date(2026, 3, 31), date(2026, 3, 31), weekend)]


@given(st.lists(st.tuples(AMOUNTS, WORDS, st.booleans()), max_size=5))
def test_both_formats_tell_the_same_exactly(given_moves: list[tuple[str, str, bool]]) -> None:
    moves = [Move(amount, text, credit=credit) for amount, text, credit in given_moves]
    xml = one(camt(moves))
    (swift,), findings = read_mt940(mt940(moves), "x.sta")
    assert not findings and not list(check_sums((xml, swift)))
    assert xml.entered == swift.entered == sum((m.signed for m in moves), Decimal(0))
    for move, entry, other in zip(moves, xml.entries, swift.entries, strict=True):
        assert entry.amount == other.amount == Decimal(move.amount)
        assert entry.kind == other.kind == ("credit" if move.credit else "debit")
    assert len(each_once((xml, swift))) == 1, "the same statement in two formats counts once"


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"<Document><BkToCstmrStmt>", "paid-broken"),
        (camt().replace(b"UTF-8", b"UTF-99"), "paid-broken"),
        (b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Document>&b;</Document>', None),
        (b'<!DOCTYPE d SYSTEM "file:///etc/passwd"><Document/>', None),
        (b"<a>" * 5000 + b"</a>" * 5000, None),
        (b"<Document><BkToCstmrAcctRpt><Rpt/></BkToCstmrAcctRpt></Document>", "paid-message"),
        (b"<Document><BkToCstmrStmt><GrpHdr/></BkToCstmrStmt></Document>", "paid-empty"),
        (camt([Move("12.00")]).replace(b">12.00<", b">12,00<"), "paid-element"),
        (camt([Move("12.00")]).replace(b">12.00<", b">1e3<"), "paid-element"),
        (camt([Move("12.00")]).replace(b">12.00<", b">-12.00<"), "paid-element"),
        (
            camt([Move("12.00")]).replace(b"<Dt>2026-03-31</Dt>", b"<Dt>31.03.26</Dt>"),
            "paid-element",
        ),
        (camt().replace(b"<IBAN>" + ACCOUNT.encode() + b"</IBAN>", b""), "paid-no-account"),
    ],
)
def test_what_is_no_good_statement_is_refused(data: bytes, rule: str | None) -> None:
    _, findings = read_camt(data, "x.xml")
    assert rules(findings) == [rule or "paid-doctype"]


def test_an_entry_that_was_lost_shows_in_the_balance() -> None:
    (found,) = check_sums([one(camt([Move("12.00")], closing="1013.00"))])
    assert found.rule == "paid-sum" and found.params["found"] == "1012.00"
    assert ACCOUNT not in str(found.params)
    text = mt940([Move("12.00"), Move("8.00")])
    lost = "\r\n".join(line for line in text.split("\r\n") if "C8,00" not in line)
    assert [f.rule for f in check_sums(read_mt940(lost, "x")[0])] == ["paid-sum"]


@pytest.mark.parametrize(
    "text",
    [
        mt940().replace(":62F:", ":64:"),
        mt940().replace(":25:", ":26:"),
        mt940([Move("12.00")]).replace("C12,00", "C12,00,5"),
        mt940([Move("12.00")]).replace(":61:", ":61:x"),
    ],
)
def test_a_broken_mt940_is_refused(text: str, caplog: pytest.LogCaptureFixture) -> None:
    """And no line of it is logged: it may name people."""
    statements, findings = read_mt940(text, "x.sta")
    assert findings or list(check_sums(statements))
    assert not caplog.records


def test_the_last_day_counts_where_it_is_over() -> None:
    """A statement made at noon has not seen the afternoon."""
    whole = camt(last="2026-03-31")
    assert one(whole).covered_through == date(2026, 3, 31)
    for time in (b"T12:30:00", b"T00:00:00+02:00"):
        cut = whole.replace(b"T23:59:59", time).replace(
            b"<Dt>2026-03-31</Dt>", b"<Dt>2026-03-30</Dt>"
        )
        assert one(cut).covered_through == date(2026, 3, 30), time


SINCE, UNTIL = date(2026, 3, 26), date(2026, 3, 31)  # a Thursday to a Tuesday


def days(*spans: tuple[str, str, int | None, str, str]) -> list[Statement]:
    return [one(camt((), *span[:3], opening=span[3], closing=span[4])) for span in spans]


THURSDAY = ("2026-03-26", "2026-03-26", 1, "0", "0")
FRIDAY = ("2026-03-27", "2026-03-27", 2, "0", "0")
MONDAY = ("2026-03-30", "2026-03-30", 3, "0", "0")
TUESDAY = ("2026-03-31", "2026-03-31", 4, "0", "0")


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([THURSDAY, FRIDAY, MONDAY, TUESDAY], []),
        ([TUESDAY, MONDAY, FRIDAY, THURSDAY], []),
        ([("2026-03-01", "2026-03-31", 9, "0", "0")], []),
        ([FRIDAY, MONDAY, TUESDAY], ["paid-gap"]),
        ([THURSDAY, FRIDAY, MONDAY], ["paid-gap"]),
        ([THURSDAY, FRIDAY, TUESDAY], ["paid-break"]),
        ([THURSDAY, FRIDAY, (*MONDAY[:2], None, "0", "0"), TUESDAY], []),
        (
            [THURSDAY, FRIDAY, (*MONDAY[:2], 8, "0", "0"), (*TUESDAY[:2], 9, "0", "0")],
            ["paid-break"],
        ),
        ([THURSDAY, FRIDAY, (*MONDAY[:3], "5", "5"), (*TUESDAY[:3], "5", "5")], ["paid-break"]),
        ([], ["paid-gap"]),
        ([("2026-02-01", "2026-02-28", 1, "0", "0")], ["paid-gap"]),
    ],
)
def test_days_are_covered_by_period_number_and_balance(
    spans: list[tuple[str, str, int | None, str, str]], expected: list[str]
) -> None:
    found = list(check_cover(days(*spans), SINCE, UNTIL, weekend))
    assert [finding.rule for finding in found] == expected


def test_numbers_begin_anew_with_the_year() -> None:
    spans = [("2025-12-31", "2025-12-31", 250, "0", "0"), ("2026-01-02", "2026-01-02", 1, "0", "0")]
    assert not list(check_cover(days(*spans), date(2025, 12, 31), date(2026, 1, 2), weekend))


def test_numbers_that_are_days_of_the_year_leave_weekends_out() -> None:
    spans = [("2026-03-27", "2026-03-27", 26086, "0", "0"), ("2026-03-30",) * 2 + (26089, "0", "0")]
    assert not list(check_cover(days(*spans), date(2026, 3, 27), date(2026, 3, 30), weekend))
    late = ("2026-03-31", "2026-03-31", 26090, "0", "0")
    found = check_cover(days(spans[0], late), date(2026, 3, 27), date(2026, 3, 31), weekend)
    assert [finding.rule for finding in found] == ["paid-break"]


def test_a_gap_is_named_by_its_days() -> None:
    (found,) = check_cover(days(THURSDAY, FRIDAY), SINCE, UNTIL, weekend)
    assert (found.params["from"], found.params["to"]) == ("2026-03-28", "2026-03-31")
    (found,) = check_cover(days(TUESDAY), SINCE, UNTIL, weekend)
    assert (found.params["from"], found.params["to"]) == ("2026-03-26", "2026-03-30")


@given(st.integers(0, 9), st.integers(1, 3))
def test_any_missing_day_is_a_gap(lost: int, width: int) -> None:
    first = date(2026, 3, 2)
    every = [
        one(camt((), str(day), str(day), number + 1, opening="0"))
        for number in range(10)
        for day in [first + timedelta(number)]
    ]
    kept = [s for s in every if not 0 <= (s.first - first).days - lost < width]
    last = first + timedelta(9)
    assert not list(check_cover(every, first, last, lambda day: False))
    assert list(check_cover(kept, first, last, lambda day: False))


@pytest.mark.parametrize(
    ("one_way", "other", "same"),
    [
        ("DE02120300000000202051", "de02 1203 0000 0000 2020 51", True),
        ("DE02120300000000202051", "12030000/0000202051", True),
        ("NL71RABO0123456789", "0123456789EUR", True),
        ("DE02120300000000202051", "DE02120300000000202052", False),
        ("DE02120300000000202051", "2051", False),
        ("12030000/0000202051", "12030000/0000202052", False),
    ],
)
def test_an_account_is_known_in_several_ways_of_writing(
    one_way: str, other: str, same: bool
) -> None:
    assert same_account(one_way, other) is same_account(other, one_way) is same


# — Tables


def table(tmp_path: Path, text: str, name: str = "paid.csv") -> Path:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # Sparkasse CSV-CAMT, its head
            "Auftragskonto;Buchungstag;Valutadatum;Buchungstext;Verwendungszweck;"
            "Kundenreferenz (End-to-End);Beguenstigter/Zahlungspflichtiger;Kontonummer/IBAN;"
            "Betrag;Waehrung;Info\n"
            "DE02;31.03.2026;31.03.2026;GUTSCHR;RE-2026-0310;NOTPROVIDED;Ann Example;DE43;"
            "1.250,50;EUR;Umsatz gebucht\n"
            "DE02;30.03.2026;31.03.2026;GUTSCHR;RE-2026-0311;;Bob;DE43;-20,00;EUR;Umsatz gebucht\n"
            "DE02;31.03.2026;31.03.2026;GUTSCHR;RE-2026-0312;;Bob;DE43;5,00;EUR;"
            "Umsatz vorgemerkt\n",
            [
                ("1250.50", "credit", "Ann Example"),
                ("20.00", "debit", "Bob"),
                ("5.00", "pending", "Bob"),
            ],
        ),
        (  # ING, its head
            '"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Code","Af Bij",'
            '"Bedrag (EUR)","Mededelingen"\n'
            '"20260331","JAN","NL71","NL43","OV","Bij","1250,50","F-2026-0042"\n'
            '"20260331","PIET","NL71","NL43","OV","Af","3,00","x"\n',
            [("1250.50", "credit", ""), ("3.00", "debit", "")],
        ),
        (  # a Chinese bank's, debit and credit apart
            "会计日期,摘要,借方发生额（支出）,贷方发生额（收入）,账户余额,对方户名\n"
            "2026年3月31日,还款DK-2025-0815-0001,0.00,3156.25,9000.00,甲测试\n"
            "20260331,缴税,150.00,0.00,8850.00,银行\n",
            [("3156.25", "credit", "甲测试"), ("150.00", "debit", "银行")],
        ),
        (
            "value date,amount,reference,payer,status\n"
            '2026-03-31,"1,250.50",RE-1,Ann,booked\n2026-03-31,1250.50,RE-1,Ann,reversed\n',
            [("1250.50", "credit", "Ann"), ("1250.50", "returned", "Ann")],
        ),
    ],
)
def test_tables_of_banks(tmp_path: Path, text: str, expected: list[tuple[str, str, str]]) -> None:
    entries, findings = read_payment_table(table(tmp_path, text))
    assert [finding for finding in findings if finding.severity != "note"] == []
    assert [(str(e.amount), e.kind, e.payer) for e in entries] == expected


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("03/04/2026,10.00,RE-1,booked", "booking_date"),
        ("2026-02-30,10.00,RE-1,booked", "booking_date"),
        ('2026-03-31,"1,234",RE-1,booked', "amount"),
        ("2026-03-31,ten,RE-1,booked", "amount"),
        ("2026-03-31,10.00,RE-1,perhaps", "status"),
    ],
)
def test_nothing_in_a_table_is_guessed(tmp_path: Path, row: str, column: str) -> None:
    file = table(tmp_path, f"booking date,amount,reference,status\n{row}\n")
    entries, findings = read_payment_table(file)
    assert not entries and {f.rule for f in findings} == {"paid-cell"}
    assert column in {f.path for f in findings} and all(f.line == 2 for f in findings)


def test_a_table_must_say_amount_day_and_reference(tmp_path: Path) -> None:
    _, findings = read_payment_table(table(tmp_path, "who,how much\nAnn,3\n"))
    needed = [f.params["needed"] for f in findings if f.rule == "paid-columns"]
    assert needed == ["amount", "booking_date", "reference"]


@given(st.lists(st.tuples(AMOUNTS, st.booleans()), min_size=1, max_size=5))
def test_amounts_of_tables_are_exact(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, bool]]
) -> None:
    lines = [f"2026-03-31,{'' if credit else '-'}{amount},R-1" for amount, credit in rows]
    text = "booking date,amount,reference\n" + "\n".join(lines) + "\n"
    entries, findings = read_payment_table(table(tmp_path_factory.mktemp("t"), text))
    assert not findings
    signed = [e.amount if e.kind == "credit" else -e.amount for e in entries]
    assert signed == [Decimal(amount) if credit else -Decimal(amount) for amount, credit in rows]


def test_a_folder_holds_statements_of_any_format(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(camt([Move("12.00")]))
    (tmp_path / "b.sta").write_text(mt940([Move("12.00")]))
    (tmp_path / "c.csv").write_text("booking date,amount,reference\n2026-03-31,12.00,R-1\n")
    (tmp_path / ".hidden").write_text("no statement")
    read = read_payments([tmp_path])
    assert not read.findings and read.has_tables
    assert len(read.statements) == 1 and len(read.all_entries) == 2
    (tmp_path / "d.pdf").write_bytes(b"%PDF-1.7")
    assert rules(read_payments([tmp_path]).findings) == ["not-a-table"]
