"""By what cases of one input are told apart, or found to be the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from notices.batch.isolation import fold
from notices.case.by_language import forms_of
from notices.case.raw_values import written_number
from notices.case.record import Record
from notices.case.schema import party_paths
from notices.case.schema_faults import value_at
from notices.ledger.types import digest_of_address, digest_of_name


def row_of(record: Record, number: int) -> int:
    """Where the record stands in its file, as its owner counts."""
    return record.line() or number


def case_key(record: Record) -> int:
    """A number that stands for the record's sender and case id; 0 where it has no case id."""
    sender, case_id = record.data.get("sender"), record.data.get("id")
    if not isinstance(case_id, str) or not case_id.strip():
        return 0
    return digest_key(f"{sender if isinstance(sender, str) else ''}\x1f{case_id.strip()}")


def digest_key(text: str) -> int:
    """Eight bytes that stand for a text."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def debt_keys(data: Mapping[str, Any]) -> Iterator[str]:
    """Each recipient, by name and by address, with the number of each debt."""
    numbers = number_keys(data)
    if not numbers:
        return
    for one in (*name_digests(data), *address_digests(data)):
        yield from (f"{one}\x1f{number}" for number in numbers)


def name_digests(data: Mapping[str, Any]) -> Iterator[str]:
    """The names of a record's addressed parties, as the ledger compares them."""
    for path in party_paths(data):
        for name in forms_of(value_at(data, (*path, "name"))):
            if isinstance(name, str) and (digest := digest_of_name(name)):
                yield digest


def address_digests(data: Mapping[str, Any]) -> Iterator[str]:
    """The addresses that stand in a record as lines of text, as the ledger compares them."""
    for path in party_paths(data):
        for lines in forms_of(value_at(data, (*path, "address"))):
            are_lines = isinstance(lines, list) and all(isinstance(line, str) for line in lines)
            if are_lines and (digest := digest_of_address(lines)):
                yield digest


def number_keys(data: Mapping[str, Any]) -> set[str]:
    """The numbers of a record's debts as different hands may write them: blanks and marks between
    letters and digits make no difference."""
    folded = map(fold, debt_numbers(data))
    return {"".join(filter(str.isalnum, number)) or number for number in folded}


def debt_numbers(data: Mapping[str, Any]) -> Iterator[str]:
    """The numbers of a record's debts as written."""
    debts = data.get("debts")
    for debt in debts if isinstance(debts, list) else ():
        if isinstance(debt, dict) and (number := written_number(debt)):
            yield number
