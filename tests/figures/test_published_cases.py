"""Cases that others published, to the cent: courts, ministries, calculators, handbooks.

Each is data in published/: who published it, where its figure stands, and the record that it makes
of one of the pack's examples. What stands in `seen` was read; nothing there is derived.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from notices.case.build import build_case
from notices.figures.types import Figures
from notices.textfiles import read_text_file
from notices.words.context import build_contexts
from tests.figures import real_packs
from tests.letter import letters

FILES = sorted((Path(__file__).parent / "published").glob("*.yaml"))
CASES = {
    f"{file.stem}-{number}": found
    for file in FILES
    for number, found in enumerate(read_text_file(file, file.name).data, start=1)
}
TOLD = {"about", "title", "publisher", "seen", "example", "change", "expect"}


def test_each_pack_has_two_published_cases_that_say_where_they_stand() -> None:
    shipped = {root.name for root in letters.ROOTS if root.parent == letters.PACKS}
    counted = {pack: sum(name.startswith(f"{pack}-") for name in CASES) for pack in shipped}
    assert {pack: number for pack, number in counted.items() if number < 2} == {}
    for name, case in CASES.items():
        assert case.keys() >= TOLD, name
        assert case.keys() <= TOLD | {"address", "date", "note"}, name


@pytest.mark.parametrize("name", CASES)
def test_the_pack_comes_to_the_published_figures(name: str) -> None:
    case = CASES[name]
    record = letters.case(case["example"], **case["change"])
    sender = letters.sender(case["example"])
    figures = real_packs.figures(record, sender)
    for what, expected in case["expect"].items():
        if what == "words":
            law = real_packs.pack(record.data["pack"])
            built = build_case(record, sender, law, letters.TODAY)
            contexts = build_contexts(built, figures, law, "")
            said = {one.lang: one.values["total_due_words"].text for one in contexts}
            for language, allowed in expected.items():
                assert any(said[language].endswith(words) for words in allowed), said
        else:
            assert met(figures)[what] == plain(expected), what


def met(figures: Figures) -> Mapping[str, Any]:
    """The figures by the names that a published case may state."""
    lines = [line for debt in figures.debts for line in debt.interest]
    return {
        "total": figures.total_due,
        "interest": sum(debt.interest_due for debt in figures.debts),
        "costs": sum(debt.costs for debt in figures.debts),
        "lines": [line.amount for line in lines],
        "days": [line.days for line in lines],
        "rates": [line.rate for line in lines],
        "a_day": figures.daily_amount,
        "announced": [row.amount for row in figures.announced],
        "dates": {name: day.isoformat() for name, day in figures.dates.items()},
    }


def plain(stated: Any) -> Any:
    """A stated figure as a number; days stay text."""
    if isinstance(stated, dict):
        return stated
    if isinstance(stated, list):
        return [plain(one) for one in stated]
    return Decimal(stated)
