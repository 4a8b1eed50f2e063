"""What print files are made of, as frozen values: proven letters, places in files, totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from notices.page.envelopes import PrintZone


@dataclass(frozen=True, slots=True)
class Proven:
    """A letter that the run wrote, as its manifest says; `line` is its line there."""

    letter_id: str
    case_id: str
    file: str  # relative to the run's folder
    sha256: str
    pages: int
    sheets: int
    currency: str
    total: Decimal
    envelope: str
    postcode: str
    kind: str
    line: int


@dataclass(frozen=True)
class RunFolder:
    """A finished run. Dates are the run's frozen ones; a draft run has watermarked letters."""

    folder: Path
    run_id: str
    issue_date: date
    dispatch_by: date
    live: bool
    letters: tuple[Proven, ...]
    digest: str  # of the manifest
    listed: frozenset[str] = frozenset()  # ids of all letters in the manifest, in place or not


@dataclass(frozen=True)
class Withdrawal:
    """A letter that is not printed, and the code of the reason."""

    letter: Proven
    reason: str


@dataclass(frozen=True)
class Placed:
    """A letter in its print file: `first` is its first page there, from 1."""

    sequence: int
    letter: Proven
    first: int

    @property
    def last(self) -> int:
        return self.first + self.letter.pages - 1


@dataclass(frozen=True)
class PrintFile:
    """One merged file: letters of one envelope and one number of sheets."""

    name: str
    zone: PrintZone
    sheets: int  # of each letter
    letters: tuple[Placed, ...]
    pages: int  # cover sheet and blank backs included


@dataclass(frozen=True)
class Totals:
    """What must add up."""

    letters: int = 0
    pages: int = 0
    sheets: int = 0
    money: tuple[tuple[str, Decimal], ...] = ()  # by currency, in order

    def __add__(self, other: Totals) -> Totals:
        money = dict(self.money)
        for currency, amount in other.money:
            money[currency] = money.get(currency, Decimal(0)) + amount
        return Totals(
            self.letters + other.letters,
            self.pages + other.pages,
            self.sheets + other.sheets,
            tuple(sorted(money.items())),
        )

    def as_record(self) -> Mapping[str, object]:
        return {
            "letters": self.letters,
            "pages": self.pages,
            "sheets": self.sheets,
            "money": {currency: str(amount) for currency, amount in self.money},
        }


def total_of(letters: Iterable[Proven]) -> Totals:
    """Letters, pages, sheets and money by currency."""
    pages = sheets = count = 0
    money: dict[str, Decimal] = {}
    for letter in letters:
        count += 1
        pages += letter.pages
        sheets += letter.sheets
        money[letter.currency] = money.get(letter.currency, Decimal(0)) + letter.total
    return Totals(count, pages, sheets, tuple(sorted(money.items())))
