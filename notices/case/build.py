"""From a checked record to typed, frozen Cases: one for each party that is addressed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from notices.case.faults import value_at
from notices.case.reader import Record
from notices.case.schema import party_paths
from notices.case.types import (
    Case,
    Debt,
    DebtorType,
    Item,
    Party,
    PartyRole,
    Payment,
    Sender,
    SenderRole,
    Value,
)
from notices.case.values import pruned
from notices.money import round_money
from notices.pack.fieldtypes import FIELD_TYPES, MAX_ITEMS
from notices.pack.paths import values_at
from notices.pack.types import Field, Pack
from notices.pack.vocabulary import CORE_PATHS

_DEBT = "debts[]."


def build_cases(record: Record, sender: Record, pack: Pack, issue_date: date) -> tuple[Case, ...]:
    """A Case for each addressed party of a record that `check_schema` found clean.

    Dates the record does not state: issue_date is the caller's, as_of and dispatch_by are the
    letter's issue date.
    """
    data = pruned(record.data, MAX_ITEMS)
    parties = tuple(_build_party(value_at(data, path), pack) for path in party_paths(record.data))
    profile = build_sender(sender, pack)
    currency = data.get("currency") or next(iter(pack.currencies))
    debts = tuple(_build_debt(entry, pack, currency) for entry in data["debts"])
    kind = pack.kinds[data["kind"]]
    issued = _day(data.get("issue_date")) or issue_date
    languages = data.get("languages") or pack.defaults.get("languages")
    tags = FIELD_TYPES["language_list"].convert(languages) if languages else pack.language_sets[0]
    whole = {**data, "sender": pruned(sender.data, MAX_ITEMS)}
    present = frozenset(
        f.name
        for f in pack.fields.values()
        if not f.path.startswith("recipient.") and any(values_at(whole, f.path))
    )
    pay_by, stated = data.get("pay_by"), data.get("stated_total")
    return tuple(
        Case(
            id=data["id"],
            pack=pack.id,
            kind=kind.id,
            level=int(data.get("level", kind.levels[0])),
            cycle=int(data.get("cycle", 1)),
            languages=tags,
            currency=currency,
            sender=profile,
            recipient=party,
            parties=parties,
            debts=debts,
            issue_date=issued,
            as_of=_day(data.get("as_of")) or issued,
            dispatch_by=_day(data.get("dispatch_by")) or issued,
            pay_by=_day(pay_by),
            stated_total=Decimal(stated) if stated else None,
            facts={
                **_facts(data, pack, lambda f: "." not in f.path),
                **_listed_facts(data, pack),
                **profile.facts,
                **party.facts,
            },
            flags=profile.flags,
            present=present | party.facts.keys(),
        )
        for party in parties
    )


def build_case(record: Record, sender: Record, pack: Pack, issue_date: date) -> Case:
    """The Case of a record that addresses one party (the first, where it addresses more)."""
    return build_cases(record, sender, pack, issue_date)[0]


def build_sender(record: Record, pack: Pack) -> Sender:
    """The sender profile; its files are found beside it."""
    data = pruned(record.data, MAX_ITEMS)
    folder = Path(record.folder)
    facts = _facts({"sender": data}, pack, lambda f: _single(f.path, "sender."))

    def beside(name: str) -> str:
        return str(folder / data[name]) if data.get(name) else ""

    return Sender(
        id=str(data.get("id") or Path(record.file).stem),
        role=cast(SenderRole, data["role"]),
        name=FIELD_TYPES["text_by_language"].convert(data["name"]),
        accounts=tuple(data.get("accounts", ())),
        minimum_balance=Decimal(data.get("minimum_balance", 0)),
        flags=frozenset(
            name for name, value in facts.items() if pack.fields[name].type == "flag" and value
        ),
        logo=beside("logo"),
        signature=beside("signature"),
        seal=beside("seal"),
        seal_authorisation=str(data.get("seal_authorisation", "")),
        facts=facts,
    )


def _build_party(data: Mapping[str, Any], pack: Pack) -> Party:
    return Party(
        role=cast(PartyRole, data.get("role", "debtor")),
        type=cast(DebtorType, data["type"]),
        name=data["name"],
        address=tuple(data["address"]),
        salutation=data.get("salutation", ""),
        facts=_facts({"recipient": data}, pack, lambda f: _single(f.path, "recipient.")),
    )


def _build_debt(data: Mapping[str, Any], pack: Pack, currency: str) -> Debt:
    rate = data.get("agreed_rate")

    def money(
        text: str,
    ) -> Decimal:  # as many decimals as the currency has; the schema lets no more
        return round_money(Decimal(text), pack.currencies[currency])

    return Debt(
        debt_kind=data["debt_kind"],
        due_date=date.fromisoformat(data["due_date"]),
        items=tuple(
            Item(i["kind"], money(i["amount"]), _day(i.get("date")), i.get("note", ""))
            for i in data["items"]
        ),
        payments=tuple(
            Payment(date.fromisoformat(p["date"]), money(p["amount"]), p.get("reference", ""))
            for p in data.get("payments", ())
        ),
        contract_date=_day(data.get("contract_date")),
        agreed_rate=Decimal(rate) if rate is not None else None,
        facts=_facts(
            {"debts": [data]},
            pack,
            lambda f: _single(f.path, _DEBT),
        ),
    )


def _facts(
    data: Mapping[str, Any], pack: Pack, chosen: Callable[[Field], bool]
) -> dict[str, Value]:
    """Each chosen field's typed value, by the field's name."""
    return {
        field.name: typed(field, value)
        for field in pack.fields.values()
        if chosen(field)
        for _, value in values_at(data, field.path)
    }


def _single(path: str, head: str) -> bool:
    """Whether a field stands once in the part of the record that `head` names."""
    return path.startswith(head) and "[]" not in path.removeprefix(head)


def _listed_facts(data: Mapping[str, Any], pack: Pack) -> dict[str, Value]:
    """Fields of debts as facts of the letter: the value, or all distinct ones where they differ.

    What the typed core holds of items and payments is not repeated.
    """
    found: dict[str, Value] = {}
    for field in pack.fields.values():
        core_row = field.path in CORE_PATHS and field.path.count("[]") > 1
        if not field.path.startswith(_DEBT) or core_row:
            continue
        values: list[Value] = []
        for _, raw in values_at(data, field.path):
            value = typed(field, raw)
            if value not in values:
                values.append(value)
        if values:
            found[field.name] = values[0] if len(values) == 1 else cast(Value, tuple(values))
    return found


def typed(field: Field, value: Any) -> Value:
    """A checked raw value as its field's type has it."""
    return cast(Value, FIELD_TYPES[field.type].convert(value))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
