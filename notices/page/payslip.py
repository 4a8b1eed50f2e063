"""The payment slip (QR-bill) at a letter's foot: its facts, rows and code. The room of qrbill.

Limits, places and headings are data: `templates/layout/slips/qr-bill.yaml`. The slip is in one
language, whatever the letter's languages are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from notices.case.by_language import form_in
from notices.case.types import Case, Value
from notices.finding import Finding
from notices.pack.fieldtypes import iban_groups, reference_type
from notices.pack.types import Pack
from notices.pack.vocabulary import SLIP_FIELDS
from notices.page.document import Cell, PaySlip, PostalAddress, Row, Run, Side
from notices.places import LAYOUT
from notices.textfiles import read_text_file

SLIP_CODE = "slip-code"
NO_BREAK = "\u00a0"


@cache
def slip_terms() -> Mapping[str, Any]:
    """The slip's limits, places and headings. Places are mm of paper, never money: they may be
    worked with as floats. Raises FileError."""
    data: Mapping[str, Any] = read_text_file(LAYOUT / "slips" / "qr-bill.yaml").data
    return data


def build_slip(
    case: Case, pack: Pack, total: Decimal, letter_id: str, paper: str
) -> tuple[PaySlip, tuple[Finding, ...]]:
    """The slip over `total` from case and sender profile, and what is wrong with it.

    Its language is the letter's first that slips are printed in, else English.
    """
    facts = {field.path: case.facts.get(field.name) for field in pack.fields.values()}

    def address(head: str, name: str) -> PostalAddress:
        parts = (str(facts.get(f"{head}.{part}") or "") for part in SLIP_FIELDS)
        return PostalAddress(name, *parts)

    account = case.sender.accounts[0] if case.sender.accounts else {}
    reference = str(facts.get("slip_reference") or "").replace(" ", "").upper()
    spoken = [tag for tag in case.languages if tag.partition("-")[0] in slip_terms()["headings"]]
    slip = PaySlip(
        lang=spoken[0] if spoken else "en",
        iban=account.get("iban", ""),
        creditor=address("sender", str(account.get("holder", ""))),
        amount=total,
        currency=case.currency,
        debtor=address("recipient", case.recipient.name),
        reference_type=reference_type(reference) if reference else "NON",
        reference=reference,
        message=letter_id,
    )
    found = tuple(_faults(slip, case, facts, paper))
    return slip, found or tuple(_refusals(slip))


def _refusals(slip: PaySlip) -> Iterator[Finding]:
    """What qrbill has against a slip that passed all else."""
    try:
        slip_payload(slip)
    except ValueError as error:
        yield Finding("slip-refused", params={"detail": str(error)[:120]})


def _faults(
    slip: PaySlip, case: Case, facts: Mapping[str, Value | None], paper: str
) -> Iterator[Finding]:
    terms = slip_terms()
    if paper != terms["paper"]:
        yield Finding("slip-paper", params={"paper": paper, "needed": terms["paper"]})
    if slip.currency not in terms["currencies"]:
        allowed = ", ".join(terms["currencies"])
        params = {"currency": slip.currency, "allowed": allowed}
        yield Finding("slip-currency", path="currency", params=params)
    if not 0 < slip.amount <= Decimal(terms["most"]):
        yield Finding("slip-amount", params={"amount": str(slip.amount), "most": terms["most"]})
    if slip.iban[:2] not in terms["countries"]:
        allowed = ", ".join(terms["countries"])
        yield Finding("slip-account", path="sender.accounts[0].iban", params={"allowed": allowed})
    else:
        yield from _reference_faults(slip)
    if slip.creditor.name not in case.sender.name.values():
        yield Finding("slip-holder", path="sender.accounts[0].holder")
    lines, _ = form_in(facts.get("sender.address") or (), case.languages[0])
    yield from _address_faults("sender", slip.creditor, lines)
    yield from _address_faults("recipient", slip.debtor, case.recipient.address)


def is_slip_account(iban: str) -> bool:
    """Whether an IBAN (without spaces) is paid to with the slip's long reference alone."""
    terms = slip_terms()
    span = terms["reference_accounts"]
    return iban[:2] in terms["countries"] and span["first"] <= iban[4:9] <= span["last"]


def _reference_faults(slip: PaySlip) -> Iterator[Finding]:
    """The long reference goes with accounts of its own range, and with no others."""
    long_account = is_slip_account(slip.iban)
    if not slip.reference_type:
        yield Finding("slip-reference", path="slip_reference")
    elif long_account != (slip.reference_type == "QRR"):
        rule = "slip-reference-needed" if long_account else "slip-reference-account"
        yield Finding(rule, path="slip_reference")


def _address_faults(head: str, address: PostalAddress, lines: tuple[str, ...]) -> Iterator[Finding]:
    """Parts that lack, don't fit, or aren't words of the address `lines` that the letter prints."""
    terms, printed = slip_terms(), " ".join(lines).replace(",", " ")
    for part, text in address.parts.items():
        path = f"{head}.{part}" if part != "name" else f"{head}.accounts[0].holder"
        path = "recipient.name" if (head, part) == ("recipient", "name") else path
        most = int(terms["lengths"].get(part, "2"))
        params = {"name": path, "most": str(most)}
        if not text and part not in ("street", "building"):
            yield Finding("slip-address", path=path, params=params)
        elif len(text) > most or (part == "country" and not (text.isalpha() and text.isupper())):
            yield Finding("slip-too-long", path=path, params=params)
        elif strange := next((c for c in text if not _may_stand(c)), ""):
            params["char"] = strange
            yield Finding("slip-character", path=path, params=params)
        elif part in SLIP_FIELDS[:-1] and text and f" {text} " not in f" {printed} ":
            yield Finding("slip-address-differs", path=path, params=params)


def _may_stand(char: str) -> bool:
    spans = (span.partition("-") for span in slip_terms()["characters"].split())
    return any(int(a, 16) <= ord(char) <= int(b or a, 16) for a, _, b in spans)


def slip_payload(slip: PaySlip) -> str:
    """The text of the slip's code, one fact a line. Raises ValueError where qrbill refuses it."""
    from qrbill import QRBill  # only a letter with a slip needs it

    def address(place: PostalAddress) -> dict[str, str]:
        return {
            "name": place.name,
            "street": place.street,
            "house_num": place.building,
            "pcode": place.postcode,
            "city": place.town,
            "country": place.country,
        }

    bill = QRBill(
        account=slip.iban,
        creditor=address(slip.creditor),
        amount=f"{slip.amount:.2f}",
        currency=slip.currency,
        debtor=address(slip.debtor),
        reference_number=slip.reference or None,
        additional_information=slip.message,
    )
    return str(bill.qr_data())


def slip_rows(slip: PaySlip) -> tuple[Row, ...]:
    """One row per section, receipt first; each has headings and values by turns."""
    words = slip_terms()["headings"][slip.lang.partition("-")[0]]
    heads = {name: Cell("heading", (Run(text),)) for name, text in words.items()}
    amount = f"{slip.amount:,.2f}".replace(",", NO_BREAK)
    paid = (heads["currency"], _value(slip.currency), heads["amount"], _value(amount))
    creditor = (
        heads["creditor"],
        _value(iban_groups(slip.iban).replace(" ", NO_BREAK), *_lines(slip.creditor)),
    )
    reference = (heads["reference"], _value(slip.reference_groups)) if slip.reference else ()
    debtor = (heads["debtor"], _value(*_lines(slip.debtor)))
    information = (heads["information"], _value(slip.message))
    sections = (
        (heads["receipt"],),
        (*creditor, *reference, *debtor),
        paid,
        (heads["counter"],),
        (heads["payment"],),
        paid,
        (*creditor, *reference, *information, *debtor),
    )
    return tuple(Row("slip", (Side(slip.lang, cells),)) for cells in sections)


def _value(*lines: str) -> Cell:
    runs = [run for line in lines for run in (Run("\n"), Run(line))]
    return Cell("value", tuple(runs[1:]))


def _lines(address: PostalAddress) -> Iterator[str]:
    """The address as the slip prints it; a foreign place after its country."""
    home = address.country in slip_terms()["countries"][:1]
    yield address.name
    if address.street or address.building:
        yield f"{address.street} {address.building}".strip()
    yield f"{'' if home else address.country + '-'}{address.postcode} {address.town}"
