"""From a checked record to typed, frozen Cases: one for each party that is addressed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from notices.case.by_language import form_in
from notices.case.raw_values import pruned
from notices.case.record import Record
from notices.case.schema import party_paths
from notices.case.schema_faults import value_at
from notices.case.types import (
    AccountEntry,
    AccountKind,
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
from notices.money import round_money
from notices.pack.fieldtypes import FIELD_TYPES, MAX_ITEMS
from notices.pack.paths import Written, all_values
from notices.pack.types import Field, Pack
from notices.pack.vocabulary import CORE_PATHS

_DEBT = "debts[]."
_ACCOUNT: Mapping[str, AccountKind] = {"payments": "payment", "credits": "credit_note"}


def build_cases(record: Record, sender: Record, pack: Pack, issue_date: date) -> tuple[Case, ...]:
    """A Case for each addressed party of a record that `check_schema` found clean.

    Dates the record does not state: issue_date is the caller's, as_of and dispatch_by are the
    letter's issue date.
    """
    data = pruned(record.data, MAX_ITEMS)
    written = all_values(data)
    tags = languages_of(data, pack)
    parties = tuple(
        _build_party(value_at(data, path), written, pack, tags[0])
        for path in party_paths(record.data)
    )
    profile = build_sender(sender, pack)
    currency = data.get("currency") or next(iter(pack.currencies))
    debts = tuple(_build_debt(entry, data, written, pack, currency) for entry in data["debts"])
    account = tuple(_account_entries(data, pack.currencies[currency]))
    kind = pack.kinds[data["kind"]]
    issued = _day(data.get("issue_date")) or issue_date
    present = _sender_present(sender, pack) | {
        f.name for f in _fields(pack).elsewhere if written.get(f.path)
    }
    facts = {
        **_facts(written, _fields(pack).letter),
        **_listed_facts(written, _fields(pack).listed),
        **profile.facts,
    }
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
            facts={**facts, **party.facts},
            flags=profile.flags,
            present=present | party.facts.keys(),
            account=account,
        )
        for party in parties
    )


def languages_of(data: Mapping[str, Any], pack: Pack) -> tuple[str, ...]:
    """The languages of a record's letters, as printed: its own, else the pack's usual ones."""
    languages = data.get("languages") or pack.defaults.get("languages")
    if not languages:
        return pack.language_sets[0]
    tags: tuple[str, ...] = FIELD_TYPES["language_list"].convert(languages)
    return tags


def build_case(record: Record, sender: Record, pack: Pack, issue_date: date) -> Case:
    """The Case of a record that addresses one party (the first, where it addresses more)."""
    return build_cases(record, sender, pack, issue_date)[0]


@lru_cache(maxsize=128)
def build_sender(record: Record, pack: Pack) -> Sender:
    """The sender profile; its files are found beside it."""
    data = pruned(record.data, MAX_ITEMS)
    folder = Path(record.folder)
    facts = _facts(all_values({"sender": data}), _fields(pack).sender)

    def beside(name: str) -> str:
        return str(folder / data[name]) if data.get(name) else ""

    return Sender(
        id=str(data.get("id") or Path(record.file).stem),
        role=cast(SenderRole, data["role"]),
        name=FIELD_TYPES["text_by_language"].convert(data["name"]),
        accounts=tuple(map(_account, data.get("accounts", ()))),
        minimum_balance=FIELD_TYPES["amount_by_currency"].convert(data.get("minimum_balance", 0)),
        flags=frozenset(
            name for name, value in facts.items() if pack.fields[name].type == "flag" and value
        ),
        logo=beside("logo"),
        signature=beside("signature"),
        seal=beside("seal"),
        seal_authorisation=str(data.get("seal_authorisation", "")),
        facts=facts,
    )


def _account(data: Mapping[str, str]) -> Mapping[str, str]:
    """An account's data; IBAN and BIC as they are encoded, however they are written."""
    coded = {key: FIELD_TYPES[key].convert(data[key]) for key in ("iban", "bic") if data.get(key)}
    return {**data, **coded}


def _build_party(data: Mapping[str, Any], written: Written, pack: Pack, first: str) -> Party:
    """The party; `first` is the language printed first, whose forms show in the window."""
    alone = any(party is data for _, party in written.get("recipient", ()))
    return Party(
        role=cast(PartyRole, data.get("role", "debtor")),
        type=cast(DebtorType, data["type"]),
        name=form_in(data["name"], first)[0],
        address=tuple(form_in(data["address"], first)[0]),
        salutation=data.get("salutation", ""),
        names=data["name"] if isinstance(data["name"], dict) else "",
        surname=data.get("surname", ""),
        facts=_facts(
            written if alone else all_values({"recipient": data}), _fields(pack).recipient
        ),
    )


def _build_debt(
    data: Mapping[str, Any],
    record: Mapping[str, Any],
    written: Written,
    pack: Pack,
    currency: str,
) -> Debt:
    if len(record["debts"]) > 1:
        written = all_values({"debts": [data]})
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
        facts=_facts(written, _fields(pack).debt),
    )


def _account_entries(data: Mapping[str, Any], minor_units: int) -> Iterator[AccountEntry]:
    """The payments and credit notes beside the debts' own, in the record's order."""
    for name, kind in _ACCOUNT.items():
        for entry in data.get(name, ()):
            amount = round_money(Decimal(entry["amount"]), minor_units)
            said = entry.get("reference", ""), entry.get("debt_number", "")
            if amount:
                yield AccountEntry(kind, amount, _day(entry.get("date")), *said)


@dataclass(frozen=True)
class _Fields:
    """A pack's fields by the part of a record that they stand in once."""

    letter: tuple[Field, ...]
    sender: tuple[Field, ...]
    recipient: tuple[Field, ...]
    debt: tuple[Field, ...]
    listed: tuple[Field, ...]  # of debts, as facts of the letter: what the typed core lacks
    elsewhere: tuple[Field, ...]  # all that are neither the sender's nor the recipient's


@lru_cache(maxsize=16)
def _fields(pack: Pack) -> _Fields:
    def single(head: str) -> tuple[Field, ...]:
        return tuple(f for f in fields if _single(f.path, head))

    fields = tuple(pack.fields.values())
    return _Fields(
        letter=tuple(f for f in fields if "." not in f.path),
        sender=single("sender."),
        recipient=single("recipient."),
        debt=single(_DEBT),
        listed=tuple(
            f
            for f in fields
            if f.path.startswith(_DEBT) and not (f.path in CORE_PATHS and f.path.count("[]") > 1)
        ),
        elsewhere=tuple(f for f in fields if not f.path.startswith(("recipient.", "sender."))),
    )


@lru_cache(maxsize=128)
def _sender_present(sender: Record, pack: Pack) -> frozenset[str]:
    """The sender's fields that its profile has, nested ones too."""
    written = all_values({"sender": pruned(sender.data, MAX_ITEMS)})
    fields = (f for f in pack.fields.values() if f.path.startswith("sender."))
    return frozenset(f.name for f in fields if written.get(f.path))


def _facts(written: Written, fields: tuple[Field, ...]) -> dict[str, Value]:
    """Each field's typed value, by the field's name."""
    return {
        field.name: typed(field, value)
        for field in fields
        for _, value in written.get(field.path, ())
    }


def _single(path: str, head: str) -> bool:
    """Whether a field stands once in the part of the record that `head` names."""
    return path.startswith(head) and "[]" not in path.removeprefix(head)


def _listed_facts(written: Written, fields: tuple[Field, ...]) -> dict[str, Value]:
    """Fields of debts as facts of the letter: the value, or all distinct ones where they differ."""
    found: dict[str, Value] = {}
    for field in fields:
        values: list[Value] = []
        for _, raw in written.get(field.path, ()):
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
