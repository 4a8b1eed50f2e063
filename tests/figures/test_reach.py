"""Until when letters can be made: held against the figures of each pack's examples, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from notices.case.build import build_cases
from notices.figures.daycounts import ONE_DAY
from notices.figures.derive import derive_figures
from notices.figures.reach import Reach, derive_reach
from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.places import PACKS
from notices.review.examples import Example, read_examples

TOO_SHORT = {"calendar-unknown": "holidays/", "rate-unknown": "rates/"}
PACK_IDS = sorted(file.parent.name for file in PACKS.glob("*/pack.yaml"))


def missing_on(example: Example, pack: Pack, day: date) -> set[str]:
    """Which tables the example's figures would lack, were its letter of that day."""
    kept = {k: v for k, v in example.record.data.items() if k not in ("as_of", "dispatch_by")}
    moved = {**kept, "issue_date": str(day)}
    moved.pop("pay_by", None)
    record = type(example.record)(moved)
    (case, *_) = build_cases(record, example.sender, pack, day)
    _, findings = derive_figures(case, pack)
    return {
        TOO_SHORT[f.rule] + (f.params.get("table") or pack.id)
        for f in findings
        if f.rule in TOO_SHORT
    }


def known_examples(pack: Pack) -> Iterator[Example]:
    yield from (one for one in read_examples(pack.root) if not one.faults)


@pytest.mark.parametrize("pack_id", PACK_IDS)
def test_no_letter_lacks_a_table_before_its_kind_s_end(pack_id: str) -> None:
    pack = load_pack(PACKS / pack_id)
    for example in known_examples(pack):
        own = [r for r in derive_reach(pack) if r.kind == example.record.data["kind"]]
        for reach in own:
            missing = missing_on(example, pack, reach.until)
            assert reach.table not in missing, (example.name, reach)
        last = min((reach.until for reach in own), default=date(2026, 6, 1))
        assert not missing_on(example, pack, last), example.name


@pytest.mark.parametrize("pack_id", PACK_IDS)
def test_the_day_after_its_end_a_letter_of_the_kind_lacks_the_table(pack_id: str) -> None:
    pack = load_pack(PACKS / pack_id)
    examples = list(known_examples(pack))
    for reach in derive_reach(pack):
        own = [one for one in examples if one.record.data["kind"] == reach.kind]
        lacks = any(reach.table in missing_on(one, pack, reach.until + ONE_DAY) for one in own)
        assert lacks != ((pack_id, reach.kind, reach.table) in UNPLAYED), reach


# Kinds none of whose examples has interest on that table, though the rules would allow it.
UNPLAYED = {
    ("CN", "reminder", "rates/lpr_1y"),  # a loan of before 2020-08-20
    ("CN", "card_demand", "rates/lpr_1y"),
    ("NL", "veertiendagenbrief", "rates/wettelijke_handelsrente"),
}


def test_the_chinese_demand_ends_with_the_year_that_is_known() -> None:
    """15 days after 2026-12-16 is 2026-12-31, the last day known; a day later nothing is."""
    ends = {(r.kind, r.table): r for r in derive_reach(load_pack(PACKS / "CN"))}
    demand = ends["formal_demand", "holidays/CN"]
    assert demand == Reach("formal_demand", "holidays/CN", date(2026, 12, 16), True)
    assert ends["reminder", "holidays/CN"].until == date(2026, 12, 24)
