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
from notices.pack.fieldtypes import is_structured_communication
from notices.page.document import Code
from notices.page.layout import build_page
from notices.page.payments import payment_payload, read_payment_form
from notices.proof.check import DPI, check_pictures
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
        ({"holder": "Müller & Söhne GmbH"}, ""),
        ({"holder": "\U00020000" * 70}, "sender.accounts"),  # four bytes each
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
    profile = letters.sender(PAID, accounts__0__holder="Ä&" * 35)
    letter = letters.made(maker, letters.case(PAID), profile)
    (code,) = read_code(letter)
    assert "Ä&" * 35 in code.split("\n")
    assert letters.says(letter, "Ä&" * 35, "de")


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


IN_TURKEY = "TR33 0006 1005 1978 6457 8413 26"
IN_BRITAIN = "GB82 WEST 1234 5698 7654 32"
IN_FRANCE = "FR14 2004 1010 0505 0001 3M02 606"


@pytest.mark.parametrize(
    "written",
    [
        "DE02120300000000202051",
        "de02 1203 0000 0000 2020 51",
        "De02\u00a01203\u00a00000 0000202051",
    ],
)
def test_an_iban_is_read_however_it_is_written(maker: LetterMaker, written: str) -> None:
    text, findings = payload(maker, iban=written, bic=" bylade m1001")
    assert not findings
    assert text.split("\n")[4:7] == ["BYLADEM1001", "Muster Handel GmbH", "DE02120300000000202051"]


@pytest.mark.parametrize(
    "bic", ["BYLADEM10012", "BYLADEM", "BYLA1EM1001", "BYLÄDEM1001", "BYLADEM1001X"]
)
def test_a_bic_that_is_none_is_refused_with_its_form(maker: LetterMaker, bic: str) -> None:
    (one,) = letters.check(maker, letters.case(PAID), letters.sender(PAID, accounts__0__bic=bic))
    assert one.document is None
    assert [f.path for f in one.findings if f.rule == "wrong-form"] == ["accounts[0].bic"]


def test_accounts_outside_sepa_have_no_code(maker: LetterMaker) -> None:
    assert payload(maker, iban=IN_TURKEY, bic=None) == ("", ())


def test_outside_the_eea_the_code_needs_the_bic(maker: LetterMaker) -> None:
    text, (told,) = payload(maker, iban=IN_BRITAIN, bic=None)
    assert (text, told.rule, told.severity) == ("", "payment-code-bic", "note")
    assert told.params["country"] == "GB"
    text, findings = payload(maker, iban=IN_BRITAIN, bic="WESTGB2L")
    assert not findings
    assert text.split("\n")[4] == "WESTGB2L"


def test_a_bic_of_another_country_warns_and_stops_nothing(maker: LetterMaker) -> None:
    text, (told,) = payload(maker, bic="ABNANL2A")
    assert text.split("\n")[4] == "ABNANL2A"
    assert (told.rule, told.severity) == ("bic-of-another-country", "warning")
    for language in ("en", "zh"):
        assert "ABNANL2A" in line_of(told, language)
    profile = letters.sender(PAID, accounts__0__bic="ABNANL2A")
    (one,) = letters.check(maker, letters.case(PAID), profile)
    assert one.document is not None
    assert "bic-of-another-country" in letters.rules(one.findings)


@pytest.mark.parametrize(("iban", "bic"), [(IN_FRANCE, "BNPAGPGX"), (IN_BRITAIN, "WESTJESH")])
def test_territories_have_a_bic_of_their_own(maker: LetterMaker, iban: str, bic: str) -> None:
    assert payload(maker, iban=iban, bic=bic)[1] == ()


def test_every_letter_in_euro_to_a_sepa_account_has_a_code(maker: LetterMaker) -> None:
    """In CH the payment slip has the code; the other packs' accounts are all in SEPA."""
    bare = set()
    for name, example in letters.EXAMPLES.items():
        account = example.sender.data.get("accounts", [{}])[0]
        if example.record.data.get("currency") != "EUR" or not account.get("iban"):
            continue
        (one,) = letters.check(maker, example.record, example.sender)
        assert one.document is not None
        if [code.name for code in one.document.codes] != ["code"]:
            bare.add(name)
    assert {name.partition("/")[0] for name in bare} <= {"CH"}


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("name", "lang", "account", "total"),
    [
        ("NL/veertiendagenbrief-consumer", "nl", "NL02 ABNA 0123 4567 89", "3.200,00"),
        ("NL/demand-business-lawyer", "en", "NL02 ABNA 0123 4567 89", "62,952.59"),
        ("BE/demand-collector", "nl", "BE43 0000 0000 0101", "543,00"),
        ("generic/demand-consumer-fr-en", "fr", IN_BRITAIN, "1 250,00"),
    ],
)
def test_the_other_packs_codes_say_what_is_in_print(
    finished: Callable[[str], Letter], name: str, lang: str, account: str, total: str
) -> None:
    letter = finished(name)
    (code,) = read_code(letter)
    lines = code.split("\n")
    assert lines[:4] == ["BCD", "002", "1", "SCT"]
    assert lines[6] == account.replace(" ", "")
    assert Decimal(lines[7].removeprefix("EUR")) == Decimal(re.sub("[^0-9]", "", total)) / 100
    assert lines[8:] == ["", "", letter.letter_id]
    assert letters.says(letter, total, lang)
    for text in (lines[5], account, letter.letter_id):  # they stand once for both languages
        assert letters.says(letter, text)


# Belgium's structured communication

STRUCTURED, STATED = "BE/first-reminder-by-post", "+++090/9337/55493+++"


def test_a_structured_communication_is_printed_and_encoded(
    finished: Callable[[str], Letter],
) -> None:
    """Twelve digits in the code's line for structured references, nothing in the free one: any
    addition makes it a free communication (Febelfin)."""
    letter = finished(STRUCTURED)
    (code,) = read_code(letter)
    assert code.split("\n")[7:] == ["EUR480.00", "", "090933755493"]
    for lang, text in (("fr", "Communication"), ("nl", "Mededeling"), ("fr", STATED)):
        assert letters.says(letter, text, lang)


@pytest.mark.parametrize("written", ["090933755493", "090/9337/55493", "***090/9337/55493***"])
def test_it_is_read_however_it_is_written(maker: LetterMaker, written: str) -> None:
    one = letters.checked(maker, STRUCTURED, structured_communication=written)
    assert one.document is not None
    (code,) = one.document.codes
    assert code.payload.endswith("\n090933755493")


@pytest.mark.parametrize(
    "written",
    ["+++090/9337/55494+++", "+++090/9337/5549+++", "+++090/9337/55493***", "90933755493",
     "+++000/0000/00000+++", "0909/3375/5493"],
)  # fmt: skip
def test_a_wrong_one_is_a_finding(maker: LetterMaker, written: str) -> None:
    one = letters.checked(maker, STRUCTURED, structured_communication=written)
    assert one.document is None
    told = [f for f in one.findings if f.path == "structured_communication"]
    assert {f.rule for f in told} == {"wrong-form"}
    assert "97" in line_of(told[0], "zh")


def test_a_remainder_of_nothing_is_written_97() -> None:
    """Ten digits that 97 divides: 0000000097."""
    assert is_structured_communication("+++000/0000/09797+++")
    assert not is_structured_communication("+++000/0000/09700+++")


def test_none_is_made_up(maker: LetterMaker) -> None:
    one = letters.checked(maker, STRUCTURED, structured_communication=None)
    assert one.document is not None
    (code,) = one.document.codes
    assert code.payload.split("\n")[8:] == ["", "", one.letter_id]


def test_a_code_with_another_communication_is_found(
    maker: LetterMaker, finished: Callable[[str], Letter]
) -> None:
    document = finished(STRUCTURED).checked.document
    assert document is not None
    (code,) = document.codes
    other = Code("code", code.payload.replace("090933755493", "010806817183"))
    page = build_page(replace(document, codes=(other,)), maker.resources.fonts)
    found = check_pictures(document, maker.renderer.render(page))
    assert letters.rules(found) == {"proof-code", "proof-code-extra"}


def test_a_form_that_nobody_ships_is_a_file_error() -> None:
    with pytest.raises(FileError, match="no form"):
        read_payment_form("swift-by-post")
