"""Payments held against letters: only a named payment of the whole total withdraws one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.post.claims import Claim, find_mentions, plain_name, plain_reference
from notices.post.match_payments import Claims, Verdict, match_payments
from notices.post.statements import Entry
from notices.post.types import Proven

AS_OF, DAY = date(2026, 3, 27), date(2026, 3, 31)


def claim(
    case: str, total: str, *references: str, name: str = "", others: tuple[str, ...] = ()
) -> Claim:
    letter = Proven(
        f"{case}-65NXWQ",
        case,
        "x.pdf",
        "0",
        1,
        1,
        "EUR",
        Decimal(total),
        "cn-dl",
        "",
        "reminder",
        1,
    )
    known = (letter.letter_id, *references)
    return Claim(letter, AS_OF, plain_name(name), known, (case, *others), frozenset())


def paid(amount: str, text: str = "", *references: str, payer: str = "") -> Entry:
    texts = (text,) if text else ()
    return Entry("s.xml", 9, DAY, Decimal(amount), "EUR", "credit", references, texts, payer)


BAU = claim("DE-0011", "1540.20", "RE-2026-0210", "RE-2026-0310", name="Beispiel Bau GmbH")
ANN = claim("DE-0012", "80.00", "2026-0400", name="Ann Example", others=("DE-0012-OLD4X",))
TWIN = claim("DE-0013", "80.00", "RE-2026-0500", name="Bob Sample")


def verdicts(*entries: Entry, claims: tuple[Claim, ...] = (BAU, ANN, TWIN)) -> list[Verdict]:
    return list(match_payments(entries, Claims(claims)))


def told(*entries: Entry, claims: tuple[Claim, ...] = (BAU, ANN, TWIN)) -> dict[str, str]:
    """By case what was done and why; `-` for what is nobody's."""
    return {
        verdict.claim.letter.case_id if verdict.claim else "-": f"{verdict.done} {verdict.why}"
        for verdict in verdicts(*entries, claims=claims)
    }


@pytest.mark.parametrize(
    "text",
    [
        "RE-2026-0310",
        "Rechnung RE-2026-0310 vom 1.3.",
        "re 2026 0310",
        "RE20260310",
        "ＲＥ－２０２６－０３１０",
        "Rg.: RE-2026-0310, danke",
        "EREF+RE-2026-0310",
        "款项RE-2026-0310已付",
        "DE-0011-65NXWQ",
        "RE-2026-0210 und RE-2026-0310",
    ],
)
def test_an_exact_reference_with_the_whole_total_withdraws(text: str) -> None:
    assert told(paid("1540.20", text)) == {"DE-0011": "withdrawn full"}
    assert told(paid("1540.20", "", text)) == {"DE-0011": "withdrawn full"}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (paid("1540.19", "RE-2026-0310"), {"DE-0011": "held part"}),
        (paid("1540.21", "RE-2026-0310"), {"DE-0011": "held more"}),
        (paid("80.00", "RE-2026-0310"), {"DE-0011": "held part"}),
        (paid("80.00", "12-2026-0400"), {"DE-0012": "held unclear"}),
        (paid("80.00", "2026-0400/A"), {"DE-0012": "held unclear"}),
        (paid("80.00", "X2026-0400"), {"DE-0012": "held amount", "DE-0013": "held amount"}),
        (paid("80.00", "DE-0012-OLD4X"), {"DE-0012": "held unclear"}),
        (paid("80.00", "DE-0012"), {"DE-0012": "held unclear"}),
        (
            paid("80.00", "2026-0400 RE-2026-0500"),
            dict.fromkeys(("DE-0012", "DE-0013"), "held ambiguous"),
        ),
        (paid("80.00", "danke"), {"DE-0012": "held amount", "DE-0013": "held amount"}),
        (paid("3.00", "danke", payer="EXAMPLE, ANN"), {"DE-0012": "held name"}),
        (paid("3.00", "danke", payer="Cara Muster"), {"-": "none unmatched"}),
        (replace(paid("1540.20", "RE-2026-0310"), kind="pending"), {"DE-0011": "held pending"}),
        (replace(paid("1540.20", "RE-2026-0310"), whole=False), {"DE-0011": "held batch"}),
        (replace(paid("1540.20", "RE-2026-0310"), currency="CHF"), {"DE-0011": "held currency"}),
        (replace(paid("1540.20", "RE-2026-0310"), kind="returned"), {"DE-0011": "held returned"}),
        (replace(paid("1540.20", "RE-2026-0310"), kind="debit"), {"DE-0011": "held debit"}),
        (replace(paid("80.00", "rent"), kind="debit"), {}),
        (replace(paid("80.00", "?"), kind="returned"), {"-": "none unmatched"}),
    ],
)
def test_everything_else_that_touches_a_case_holds_it(
    entry: Entry, expected: dict[str, str]
) -> None:
    assert told(entry) == expected


def test_parts_that_make_the_total_pay_it() -> None:
    parts = (paid("1000.20", "RE-2026-0210"), paid("540.00", "RE-2026-0310"))
    assert told(*parts) == {"DE-0011": "withdrawn full"}
    assert told(parts[0], replace(parts[1], kind="pending")) == {"DE-0011": "held pending"}


def test_a_payment_in_two_lists_counts_once() -> None:
    full, half = paid("1540.20", "RE-2026-0310"), paid("770.10", "RE-2026-0310")
    assert told(full, replace(full, file="b.csv")) == {"DE-0011": "withdrawn full"}
    assert told(half, replace(half, file="b.csv")) == {"DE-0011": "held part"}
    assert told(half, half) == {"DE-0011": "withdrawn full"}


def test_what_was_taken_back_is_not_paid() -> None:
    full = paid("1540.20", "RE-2026-0310")
    assert told(full, replace(full, kind="returned"))["DE-0011"] == "held returned"
    nameless = replace(paid("1540.20", "STORNO"), kind="returned")
    assert told(full, nameless) == {"DE-0011": "held returned", "-": "none unmatched"}


def test_a_case_paid_by_one_letter_is_paid_for_all_its_letters() -> None:
    other = replace(BAU, letter=replace(BAU.letter, letter_id="DE-0011-OTHER"), references=("Q-9",))
    found = verdicts(paid("1540.20", "DE-0011-65NXWQ"), claims=(BAU, other))
    assert [(v.done, v.why) for v in found] == [("withdrawn", "full")] * 2


def test_what_the_letter_s_figures_have_already_is_not_counted_again() -> None:
    entry = paid("1540.20", "RE-2026-0310")
    early = replace(entry, day=date(2026, 3, 26))
    assert told(early) == {"-": "none before"}
    assert told(replace(entry, day=AS_OF)) == {"DE-0011": "withdrawn full"}
    known = replace(BAU, counted=frozenset({(DAY, Decimal("1540.20"))}))
    assert told(entry, claims=(known,)) == {"-": "none before"}


def test_a_short_number_counts_only_in_a_place_of_its_own() -> None:
    short = claim("DE-0020", "12.00", "12")
    assert told(paid("12.00", "", "12"), claims=(short,)) == {"DE-0020": "withdrawn full"}
    assert told(paid("12.00", "am 12 gezahlt"), claims=(short,)) == {"DE-0020": "held amount"}


REFERENCES = st.from_regex(r"[A-Z]{1,3}[-/ .]?[0-9]{4}[-/.][0-9]{2,5}", fullmatch=True)
NOISE = st.text("abcäöü ,;:()+款项", max_size=20)


@given(REFERENCES, NOISE, NOISE, st.sampled_from([" ", ", ", "：", "+", " ("]))
def test_a_reference_is_found_in_any_sentence(
    reference: str, before: str, after: str, mark: str
) -> None:
    key = plain_reference(reference)
    text = f"{before}{mark}{reference}{mark}{after}"
    assert [m.key for m in find_mentions(text, {key: None}) if m.exact] == [key]


@given(REFERENCES, st.text("0123456789", min_size=1, max_size=3))
def test_a_longer_number_is_another_number(reference: str, more: str) -> None:
    key = plain_reference(reference)
    assert not [*find_mentions(f"{reference}{more}", {key: None})]
    assert not any(m.exact for m in find_mentions(f"{more}-{reference}", {key: None}))


@given(st.decimals("0.01", "99999.99", places=2), st.decimals("0.01", "99999.99", places=2))
def test_only_the_exact_total_withdraws(total: Decimal, amount: Decimal) -> None:
    one = claim("DE-0030", str(total), "RE-2026-0900")
    done = told(paid(str(amount), "RE-2026-0900"), claims=(one,))["DE-0030"]
    assert done.startswith("withdrawn") is (amount == total)
