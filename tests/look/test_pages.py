"""What `make pages` measures, held over a sample of the examples: how their pages end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from notices.letter.make import Letter
from tests.letter.letters import EXAMPLES
from tests.look.measure import measure
from tests.look.table import Row, faults, reason

ONE_PAGE = (
    "BE/first-reminder-clause-under-the-ceiling",
    "CN/reminder-1-consumer-loan",
    "DE/reminder-1-consumer",
)
SAMPLE = (
    "BE/first-reminder-highest-indemnity",
    "CH/reminder-business-agency",
    "CN/reminder-2-consumer-chinese-only",
    "HK/reminder-consumer-private-loan",
    "NL/reminder-consumer",
    "US/reminder-consumer",
)
REST = (name for name in EXAMPLES if name not in (*ONE_PAGE, *SAMPLE) and "ZZ/" not in name)


@pytest.mark.parametrize("name", ONE_PAGE)
def test_a_first_reminder_is_one_page(finished: Callable[[str], Letter], name: str) -> None:
    assert finished(name).pages == 1


@pytest.mark.parametrize(
    "name", [*SAMPLE, *(pytest.param(name, marks=pytest.mark.slow) for name in REST)]
)
def test_a_last_page_carries_a_whole_thought_and_a_third(
    finished: Callable[[str], Letter], name: str
) -> None:
    row = Row(name, "usual", measure(finished(name).data))
    assert "fill" not in faults(row) or reason(row, "fill"), row.measures
