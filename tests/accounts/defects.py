"""Accounts with a defect, each with the verdict that it must get: defects.yaml says which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

import yaml

from tests.accounts.good import HOME, Row, draw_ages, draw_products, good_row


@dataclass(frozen=True)
class Verdict:
    """What becomes of a row: its state, and the rule and column that are told."""

    state: str
    rule: str
    column: str


@dataclass(frozen=True)
class Account:
    """A row of the export; where it has a fault, its defect and verdict, and the row without it."""

    row: Row
    defect: str = ""
    verdict: Verdict | None = None
    sound: Row | None = None


@cache
def defects() -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.safe_load((HOME / "defects.yaml").read_text(encoding="utf-8"))
    return data


def verdict_of(defect: str) -> Verdict:
    return Verdict(*defects()[defect]["verdict"])


def make_accounts(count: int, seed: int, share: int = 5) -> tuple[Account, ...]:
    """`count` accounts, of which `share` per cent are defective, every defect in its turn.

    The first account is always sound; the same count, seed and share give the same accounts.
    """
    chance = Random(seed)
    products, ages = draw_products(chance, count), draw_ages(chance, count)
    faulty = sorted(chance.sample(range(2, count + 1), count * share // 100))
    turns = dict(zip(faulty, _in_turn(), strict=False))
    made: list[Account] = []
    for number, (product, age) in enumerate(zip(products, ages, strict=True), start=1):
        if number in turns:
            before = next(i for i, one in reversed([*enumerate(made)]) if not one.defect)
            made += _defective(chance, number, turns[number], made, before)
        else:
            made.append(Account(good_row(chance, number, product, age)))
    return tuple(made)


def one_of_each(seed: int) -> tuple[Account, ...]:
    """One account with each defect, each between two sound ones."""
    chance = Random(seed)
    made = [Account(good_row(chance, 1, "consumer_loan", 20))]
    for defect in defects():
        made += _defective(chance, len(made) + 1, defect, made, len(made) - 1)
        made.append(Account(good_row(chance, len(made) + 1, "card", 12)))
    return tuple(made)


def _in_turn() -> Iterator[str]:
    while True:
        yield from defects()


def _defective(
    chance: Random, number: int, defect: str, made: list[Account], before: int
) -> tuple[Account]:
    """An account with the defect. One that repeats the account at `before` makes that one
    defective too: which of the two is meant can't be known."""
    about = defects()[defect]
    row = good_row(chance, number, about.get("product", "consumer_loan"), about.get("age", 25))
    if about.get("repeats"):
        row = made[before].row
        made[before] = Account(row, defect, verdict_of(defect), row)
    owed = row["账面余额"]
    known = {"{owed+1}": owed + 1} if isinstance(owed, Decimal) else {}
    cells = {header: known.get(text, text) for header, text in about["set"].items()}
    return (Account(row | cells, defect, verdict_of(defect), row),)
