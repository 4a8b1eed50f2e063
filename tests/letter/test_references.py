"""References print as the creditor writes them, in any script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from notices.case.record import Record
from notices.letter.make import LetterMaker
from tests.letter import letters

REFERENCES = ("（2026）样购字第0302号", "INV/2026/00017", "RE#2026-1", "F(2026) 17/b", "№ 17–2026")
FIELDS = ("contract_number", "invoice_number")


@pytest.fixture(scope="module")
def maker() -> Iterator[LetterMaker]:
    with LetterMaker(letters.WORKSPACE) as made:
        yield made


def first_examples() -> list[str]:
    """One example of each shipped pack whose debt has a number."""
    found: dict[str, str] = {}
    for name, example in letters.EXAMPLES.items():
        debt = example.record.data["debts"][0]
        if any(field in debt for field in FIELDS) and not name.startswith("ZZ"):
            found.setdefault(name.partition("/")[0], name)
    return sorted(found.values())


def with_reference(name: str, reference: str) -> Record:
    record = letters.case(name)
    debt = record.data["debts"][0]
    for field in FIELDS:
        if field in debt:
            debt[field] = reference
    return record


@pytest.mark.parametrize("name", first_examples())
@pytest.mark.parametrize("reference", REFERENCES)
def test_a_reference_is_taken_as_written(maker: LetterMaker, name: str, reference: str) -> None:
    record = with_reference(name, reference)
    (checked,) = letters.check(maker, record, letters.sender(name))
    said = {(f.rule, f.path) for f in checked.findings if f.severity == "error"}
    assert not said, name
    assert checked.case is not None
    assert reference in checked.case.debts[0].facts.values()


@pytest.mark.heavy
@pytest.mark.parametrize("reference", REFERENCES)
def test_a_reference_is_printed_as_written(maker: LetterMaker, reference: str) -> None:
    name = "CH/" + next(n.partition("/")[2] for n in first_examples() if n.startswith("CH/"))
    letter = letters.made(maker, with_reference(name, reference), letters.sender(name))
    assert letters.says(letter, reference)
