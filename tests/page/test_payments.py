"""Payment codes: what they say is the sender's own address and the letter's own total."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from notices.catalogue import hint, line_of
from notices.errors import FileError
from notices.finding import Finding
from notices.letter.make import Letter, LetterMaker
from notices.page.payments import payment_payload, read_payment_form
from notices.proof.check import DPI
from notices.proof.decode import decode_codes
from notices.proof.readback import rasterise
from tests.letter import letters

PAID = "DE/demand-2-consumer-rate-change"


def payload(
    maker: LetterMaker, name: str = PAID, **changes: Any
) -> tuple[str, tuple[Finding, ...]]:
    """The code's text of an example whose sender's account is changed."""
    profile = letters.sender(name, **{f"accounts__0__{key}": v for key, v in changes.items()})
    (one,) = letters.check(maker, letters.case(name), profile)
    assert one.case is not None and one.figures is not None and one.pack is not None
    return payment_payload(one.case, one.figures, one.pack, one.letter_id)


def read_code(letter: Letter) -> list[str]:
    pages = range(1, letter.pages + 1)
    return [text for n in pages for text in decode_codes(rasterise(letter.data, n, DPI))]


def test_an_epc_code_says_payee_iban_total_and_reference(maker: LetterMaker) -> None:
    text, findings = payload(maker)
    assert findings == ()
    (one,) = letters.check(maker, letters.case(PAID), letters.sender(PAID))
    assert text.split("\n") == [
        *("BCD", "002", "1", "SCT", "BYLADEM1001", "Muster Handel GmbH"),
        *("DE02120300000000202051", "EUR1264.57", "", "", one.letter_id),
    ]


@pytest.mark.heavy
@pytest.mark.parametrize(
    "name",
    [PAID, "DE/demand-2-business-two-invoices", "DE/reminder-2-consumer-german-only",
     "DE/collection-1-consumer-simple-vat"],
)  # fmt: skip
def test_the_code_on_the_page_asks_for_the_total_on_the_page(
    finished: Callable[[str], Letter], name: str
) -> None:
    """Decoded from the drawn page; the total is read from the file's own text."""
    letter = finished(name)
    (code,) = read_code(letter)
    lines = code.split("\n")
    (asked,) = re.fullmatch(r"EUR([0-9]+\.[0-9]{2})", lines[7]).groups()  # type: ignore[union-attr]
    printed = f"{Decimal(asked):,.2f}".translate(str.maketrans(",.", ".,")) + "€"
    assert letters.says(letter, f"Summe{printed}", "de")
    assert letters.says(letter, lines[6], "de"), "the IBAN of the code is the one in print"
    assert letters.says(letter, lines[-1], "de"), "and so is the reference"
    assert len(code.encode()) <= 331


def test_the_bic_may_be_left_out(maker: LetterMaker) -> None:
    text, findings = payload(maker, bic=None)
    assert not findings
    assert text.split("\n")[4] == ""


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"holder": "x" * 71}, "sender.accounts[0].holder"),
        ({"holder": "ü" * 70}, ""),
        ({"bic": "BYLADEM10012"}, "sender.accounts[0].bic"),
    ],
)
def test_what_does_not_fit_is_told(maker: LetterMaker, changes: dict[str, str], path: str) -> None:
    text, findings = payload(maker, **changes)
    assert [f.path for f in findings] == ([path] if path else [])
    assert bool(text) is not bool(path)
    for finding in findings:
        for language in ("en", "zh"):
            assert "{" not in line_of(finding, language) + hint(finding, language)
    profile = letters.sender(PAID, **{f"accounts__0__{k}": v for k, v in changes.items()})
    (one,) = letters.check(maker, letters.case(PAID), profile)
    assert (one.document is None) is bool(path), "no letter whose code was cut short"


@pytest.mark.heavy
def test_the_fullest_code_still_decodes_from_the_page(maker: LetterMaker) -> None:
    profile = letters.sender(PAID, accounts__0__holder="Ä" * 70)
    (code,) = read_code(letters.made(maker, letters.case(PAID), profile))
    assert "Ä" * 70 in code


def test_other_currencies_and_accounts_without_iban_have_no_code(maker: LetterMaker) -> None:
    (one,) = letters.check(maker, letters.case(PAID), letters.sender(PAID))
    assert one.case is not None and one.figures is not None and one.pack is not None
    other = replace(one.case, currency="XTS")
    assert payment_payload(other, one.figures, one.pack, "A-1") == ("", ())
    numbered = replace(one.case.sender, accounts=({"holder": "Muster", "number": "1"},))
    without = replace(one.case, sender=numbered)
    assert payment_payload(without, one.figures, one.pack, "A-1") == ("", ())
    nameless = replace(one.pack, defaults={})
    assert payment_payload(one.case, one.figures, nameless, "A-1") == ("", ())


def test_a_profile_s_own_address_goes_first(maker: LetterMaker) -> None:
    text, _ = payload(maker, payload="https://pay.example/?a={amount}&r={reference}")
    assert text.startswith("https://pay.example/?a=1264.57&r=DE-0007-")


def test_an_iban_with_wrong_check_digits_is_refused(maker: LetterMaker) -> None:
    profile = letters.sender(PAID, accounts__0__iban="DE03 1203 0000 0000 2020 51")
    (one,) = letters.check(maker, letters.case(PAID), profile)
    assert one.document is None
    assert "accounts[0].iban" in {f.path for f in one.findings if f.rule == "wrong-form"}


def test_a_form_that_nobody_ships_is_a_file_error() -> None:
    with pytest.raises(FileError, match="no form"):
        read_payment_form("swift-by-post")
