"""The case record as typed, frozen values: a small core, and whatever facts the pack declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal

from notices.pack.vocabulary import DEBT_NUMBERS

PartyRole = Literal["debtor", "co_debtor", "guarantor", "estate", "guardian"]
DebtorType = Literal["consumer", "sole_trader", "business"]
AccountKind = Literal["payment", "credit_note"]
SenderRole = Literal["creditor", "agency", "lawyer", "debt_buyer"]
# A typed fact: text, address lines, an amount or rate, a date, a count, a flag, text by language.
Value = (
    str
    | Decimal
    | date
    | int
    | bool
    | tuple[str | Mapping[str, str], ...]
    | Mapping[str, str]
    | Mapping[str, tuple[str, ...]]
)
Note = str | Mapping[str, str]  # as written for every language, or by language
NO_FACTS: Mapping[str, Value] = MappingProxyType({})


@dataclass(frozen=True)
class Party:
    """Who is addressed. `address` is the lines below the name, top to bottom, as printed.

    `name` and `address` are as in the window: of forms by language, those of the first one printed.
    `names` are a name's forms, where it has several; `surname` is what a greeting says.
    """

    role: PartyRole
    type: DebtorType
    name: str
    address: tuple[str, ...]
    salutation: str = ""  # mr, ms …; "" = the neutral one of the party's type
    names: Note = field(default="", metadata={"later": True})
    surname: Note = field(default="", metadata={"later": True})
    facts: Mapping[str, Value] = field(default_factory=lambda: NO_FACTS)


@dataclass(frozen=True)
class Item:
    """One position as the creditor states it; the amount is positive, the kind gives the sign."""

    kind: str  # a key of the pack's item kinds
    amount: Decimal
    date: date | None = None
    note: Note = ""  # free text, printed verbatim


@dataclass(frozen=True)
class Payment:
    date: date
    amount: Decimal
    reference: str = ""


@dataclass(frozen=True)
class AccountEntry:
    """A payment or a credit note on the customer's account, which counts whatever its date.

    `debt_number` names the debt that it is for; "" leaves that to the pack's method.
    """

    kind: AccountKind
    amount: Decimal
    date: date | None = None  # a payment has one
    reference: str = ""
    debt_number: str = ""


@dataclass(frozen=True)
class Debt:
    """One debt. Interest runs from the day after `due_date`; rates are per cent per year."""

    debt_kind: str
    due_date: date
    items: tuple[Item, ...]
    payments: tuple[Payment, ...] = ()
    contract_date: date | None = None
    agreed_rate: Decimal | None = None
    facts: Mapping[str, Value] = field(default_factory=lambda: NO_FACTS)

    @property
    def number(self) -> str:
        """The number by which it is called; "" where the record has none."""
        return next((str(self.facts[n]) for n in DEBT_NUMBERS if n in self.facts), "")

    @property
    def first_asked(self) -> bool:
        """Whether no letter before this one named it, so that it stands apart."""
        return self.facts.get("first_asked") is True

    @property
    def payments_made(self) -> tuple[Payment, ...]:
        """Those of an amount: a payment of zero is none."""
        return tuple(paid for paid in self.payments if paid.amount)


@dataclass(frozen=True, eq=False)
class Sender:
    """The sender profile: who writes, in what role, with which trust flags and payment accounts.

    A profile equals itself only, so what is made ready from one is kept by `lru_cache`.
    """

    id: str
    role: SenderRole
    name: Mapping[str, str]  # by language tag; "und" serves every language
    accounts: tuple[Mapping[str, Any], ...]  # all text, but `bank` may be by language
    minimum_balance: Decimal | Mapping[str, Decimal]  # in any currency, or by ISO 4217 code
    flags: frozenset[str]  # e.g. intends_to_act, is_information_provider
    logo: str = ""  # image files, resolved against the profile's folder
    signature: str = ""
    seal: str = ""
    seal_authorisation: str = ""
    facts: Mapping[str, Value] = field(default_factory=lambda: NO_FACTS)

    def least_in(self, currency: str) -> Decimal:
        """The smallest total worth a letter in that currency; 0 where the profile names none."""
        least = self.minimum_balance
        return least if isinstance(least, Decimal) else least.get(currency, Decimal(0))


@dataclass(frozen=True, eq=False)
class Case:
    """One case, checked against its schema: `facts` holds every declared field by its name.

    A case equals itself only, so what is made ready from one is kept while it is worked on.

    Dates: due_date (of a debt) · as_of (figures) · issue_date (on the letter) · dispatch_by (last
    posting day) · pay_by (stated, else None and derived from the pack's rule).
    """

    id: str
    pack: str
    kind: str
    level: int
    cycle: int
    languages: tuple[str, ...]
    currency: str
    sender: Sender
    recipient: Party
    parties: tuple[Party, ...]
    debts: tuple[Debt, ...]
    issue_date: date
    as_of: date
    dispatch_by: date
    pay_by: date | None = None
    stated_total: Decimal | None = None
    facts: Mapping[str, Value] = field(default_factory=lambda: NO_FACTS)
    flags: frozenset[str] = field(default=frozenset())
    present: frozenset[str] = field(default=frozenset())  # every field that the record has
    account: tuple[AccountEntry, ...] = ()  # entries of an amount, beside the debts' own
