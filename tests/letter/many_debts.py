"""Records over many invoices, made of a pack's example of several."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from notices.case.record import Record
from notices.case.types import Case
from notices.review.examples import Example, read_examples
from tests.letter import letters

EXAMPLES = {
    "DE": "demand-2-business-payment-names-none",
    "CN": "demand-business-payment-names-none",
    "NL": "veertiendagenbrief-payment-names-none",
    "generic": "demand-business-nl-en-lawyer",
}


def example(pack: str) -> Example:
    found = {one.name: one for one in read_examples(letters.PACKS / pack)}
    return found[EXAMPLES[pack]]


def number_of(place: int) -> str:
    """Numbers that end alike in pairs: RE-2025-0310, RE-2026-0310, RE-2025-0311 …"""
    return f"RE-{2025 + place % 2}-{310 + place // 2:04d}"


def many(pack: str, count: int, **changes: Any) -> tuple[Record, Record]:
    """The record and its sender's profile; a week between the due dates, the amounts odd."""
    one = example(pack)
    data = deepcopy(dict(one.record.data))
    first = data["debts"][0]
    last_due = date.fromisoformat(first["due_date"])
    debts = []
    for place in range(count):
        due = last_due - timedelta(7 * place % 200)
        moved = {k: due.isoformat() if v == first["due_date"] else v for k, v in first.items()}
        made = {"contract_number": number_of(place), "invoice_date": due - timedelta(30)}
        made |= {"contract_date": due - timedelta(30)} if "contract_date" in first else {}
        item = {**first["items"][0], "amount": f"{1000 + 133.7 * place:.2f}"}
        debt = {**moved, **{k: str(v) for k, v in made.items()}, "items": [item]}
        debts.append({k: v for k, v in debt.items() if k != "payments"})
    data.pop("credits", None)
    data["debts"] = debts
    data["payments"] = [{**paid, "amount": "900.00"} for paid in data.get("payments", ())]
    return Record({**data, **changes}), one.sender


def numbers(case: Case) -> list[str]:
    return [debt.number for debt in case.debts]
