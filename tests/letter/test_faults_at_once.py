"""A record's faults are told all at once: the figures' too, while the recipient is not mended."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from notices.finding import errors_in
from notices.letter.make import LetterMaker, Request, check_record
from tests.letter import letters
from tests.letter.letters import DEMAND

ISSUED = date(2026, 3, 31)
SUM = {"stated_total": "1.00"}


def rules(maker: LetterMaker, **changes: Any) -> list[str]:
    record = letters.case(DEMAND, issue_date=None, as_of=None, dispatch_by=None, **changes)
    (one,) = check_record(record, maker.resources, Request(ISSUED), letters.sender(DEMAND))
    return [fault.rule for fault in errors_in(one.findings)]


@pytest.mark.parametrize(
    "changes", [{"recipient__name": None}, {"recipient__address": None}, {"recipient__name": "#NV"}]
)
def test_a_wrong_sum_is_told_beside_a_wrong_recipient(
    maker: LetterMaker, changes: dict[str, Any]
) -> None:
    (of_recipient,) = rules(maker, **changes)
    (of_sum,) = (rule for rule in rules(maker, **SUM) if rule == "stated-total-mismatch")
    assert rules(maker, **changes, **SUM) == [of_recipient, of_sum]


@pytest.mark.parametrize(
    "changes",
    [
        *({"recipient__type": "?"}, {"recipient__country": ["?"]}, {"recipient": None}),
        {"debts__0__due_date": "soon"},
    ],
)
def test_no_sum_is_doubted_that_depends_on_what_is_wrong(
    maker: LetterMaker, changes: dict[str, Any]
) -> None:
    assert rules(maker, **changes, **SUM) == rules(maker, **changes)
