"""What a payment code says: a payment address of the sender profile, the letter's total and number.

Either the address that the profile spells out (`payload`), or a standard's own text composed of the
account's data; such forms are data in templates/layout/payment_codes/, named by a pack's defaults.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from urllib.parse import quote

from notices.case.types import Case
from notices.errors import FileError
from notices.figures.types import Figures
from notices.finding import Finding
from notices.pack.types import Pack
from notices.places import LAYOUT
from notices.textfiles import read_text_file

FOLDER = LAYOUT / "payment_codes"
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class PaymentForm:
    """A standard's text, line by line; `longest` in characters, `bytes` of the whole in UTF-8.
    Countries are ISO 3166 codes as an IBAN begins with them."""

    currency: str
    countries: frozenset[str]  # of the account; one elsewhere has no code
    bic_countries: frozenset[str]  # of these, where the code needs the BIC too
    territories: Mapping[str, str]  # a BIC's country → the country of its bank's IBANs
    needs: tuple[str, ...]  # account data without which there is no code
    lines: tuple[str, ...]
    longest: Mapping[str, int]
    most: Decimal  # the highest amount
    bytes: int


@cache
def read_payment_form(name: str) -> PaymentForm:
    """The shipped form `name`. Raises FileError where there is none or it says too little."""
    file = FOLDER / f"{name}.yaml"
    if not file.is_file():
        raise FileError(f"no form of a payment code is called {name}")
    data = read_text_file(file).data
    try:
        return PaymentForm(
            currency=data["currency"],
            countries=frozenset(data["countries"]),
            bic_countries=frozenset(data["bic_countries"]),
            territories={code: home for home, all in data["territories"].items() for code in all},
            needs=tuple(data["needs"]),
            lines=tuple(data["lines"]),
            longest={slot: int(most) for slot, most in data["longest"].items()},
            most=Decimal(data["most"]),
            bytes=int(data["bytes"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise FileError(f"{file}: not a form of a payment code: {error}") from error


def payment_payload(
    case: Case, figures: Figures, pack: Pack, letter_id: str
) -> tuple[str, tuple[Finding, ...]]:
    """The text of the letter's payment code, "" where it has none; and what is wrong with it.

    A stated structured communication goes instead of the letter's number: a standard's text holds
    one of both. A form that the account doesn't fit is no fault: such a letter has no code.
    """
    account = case.sender.accounts[0] if case.sender.accounts else {}
    slots = {
        "amount": str(figures.total_due),
        "reference": letter_id,
        "currency": case.currency,
    }
    if address := account.get("payload", ""):
        for slot, value in slots.items():
            address = address.replace(f"{{{slot}}}", quote(value, safe=""))
        return address, ()
    named = pack.defaults.get("payment_code")
    form = read_payment_form(named) if named else None
    if form is None or form.currency != case.currency or not all(map(account.get, form.needs)):
        return "", ()
    country = account["iban"][:2]
    if country not in form.countries:
        return "", ()
    found = tuple(_bic_faults(form, country, account.get("bic", "")))
    if any(finding.rule == "payment-code-bic" for finding in found):
        return "", found
    communication = str(case.facts.get("structured_communication") or "")
    slots |= {"bic": "", **account, "structured_communication": communication}
    if communication:
        slots["reference"] = ""
    lines = (_SLOT.sub(lambda slot: slots[slot[1]], line) for line in form.lines)
    text = "\n".join(lines).rstrip("\n")  # no separator after the last line that says something
    misfits = tuple(_misfits(form, slots, text, figures.total_due))
    return ("", (*found, *misfits)) if misfits else (text, found)


def _bic_faults(form: PaymentForm, country: str, bic: str) -> Iterator[Finding]:
    """A BIC that the code needs and hasn't, or that is another country's than the IBAN."""
    path = "sender.accounts[0].bic"
    if not bic and country in form.bic_countries:
        yield Finding("payment-code-bic", "note", path=path, params={"country": country})
    elif bic and form.territories.get(bic[4:6], bic[4:6]) != country:
        params = {"bic": bic, "country": bic[4:6], "iban_country": country}
        yield Finding("bic-of-another-country", "warning", path=path, params=params)


def _misfits(
    form: PaymentForm, slots: Mapping[str, str], text: str, total: Decimal
) -> Iterator[Finding]:
    for slot, most in form.longest.items():
        if len(slots[slot]) > most:
            yield _misfit(f"sender.accounts[0].{slot}", slot, len(slots[slot]), most)
    if total > form.most:
        yield _misfit("", "amount", total, form.most)
    if len(text.encode()) > form.bytes:
        yield _misfit("sender.accounts", "bytes", len(text.encode()), form.bytes)


def _misfit(path: str, name: str, found: object, most: object) -> Finding:
    params = {"name": name, "found": str(found), "most": str(most)}
    return Finding("payment-code-misfit", path=path, params=params)
