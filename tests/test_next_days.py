"""Every example on the days ahead: time alone closes letters, and the safe side opens them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from notices.letter.make import LetterMaker
from tests.letter import letters
from tests.next_days import BY_TIME, dated_examples, outcome

SHIPPED = sorted({root.name for root in letters.ROOTS if root.parent == letters.PACKS})
FIRST = date(2026, 11, 29)


@pytest.fixture(scope="module")
def maker() -> Iterator[LetterMaker]:
    with LetterMaker(letters.WORKSPACE) as maker:
        yield maker


def check_days(maker: LetterMaker, pack: str, step: int) -> None:
    seen = set()
    for number, name in enumerate(dated_examples([pack])):
        stated = letters.EXAMPLES[name].record.data.get("pay_by") is not None
        for ahead in range(number % step, 400, step):
            day = FIRST + timedelta(ahead)
            strict, safe = outcome(maker, name, day), outcome(maker, name, day, safe_side=True)
            assert strict <= BY_TIME, (name, day)
            assert safe <= BY_TIME, (name, day)
            assert "calendar-unknown" not in safe, (name, day)
            if not strict and not stated:
                assert not safe, (name, day)  # the choice closes nothing
            seen.add(strict)
    assert frozenset() in seen


@pytest.mark.parametrize("pack", SHIPPED)
def test_a_sample_of_the_next_400_days(maker: LetterMaker, pack: str) -> None:
    check_days(maker, pack, step=59)


@pytest.mark.slow
@pytest.mark.parametrize("pack", SHIPPED)
def test_each_of_the_next_400_days(maker: LetterMaker, pack: str) -> None:
    check_days(maker, pack, step=1)
