"""Where used: the kinds and levels that a change touches, no more and no fewer."""

from __future__ import annotations

from pathlib import Path

import pytest

from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.places import PACKS
from notices.wording.usage import Use, find_uses, rooms_of

ZZ = Path(__file__).parent.parent / "packs" / "ZZ"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(ZZ)


def test_a_clause_is_used_at_the_levels_that_print_it(pack: Pack) -> None:
    assert Use("reminder", (2,), 3) in find_uses(pack, "clause", "opening-second")
    assert {use.levels for use in find_uses(pack, "clause", "opening-second")} == {(2,)}
    assert find_uses(pack, "clause", "subject-second") == (Use("reminder", (2,), -1),)
    assert {use.kind for use in find_uses(pack, "clause", "greeting")} >= {"reminder"}


def test_a_placeholder_is_used_in_clauses_rows_and_blocks(pack: Pack) -> None:
    uses = find_uses(pack, "placeholder", "contract_number")
    assert Use("reminder", (1, 2), 0) in uses
    total = find_uses(pack, "placeholder", "total_due")
    assert Use("reminder", (1, 2), -1) in total  # required
    assert any(use.through for use in total)


def test_labels_and_conditions(pack: Pack) -> None:
    assert Use("reminder", (1, 2), 4) in find_uses(pack, "label", "items-title")
    assert Use("reminder", (1, 2), 7) in find_uses(pack, "condition", "interest-runs")
    assert find_uses(pack, "label", "nothing") == ()


def test_a_condition_counts_through_others_and_through_clauses() -> None:
    cn = load_pack(PACKS / "CN")
    uses = find_uses(cn, "condition", "limitation-runs")
    assert any(use.through == "reminder-opening-1" for use in uses)
    direct = {use.part for use in uses if use.kind == "reminder" and not use.through}
    named = {
        i for i, p in enumerate(cn.kinds["reminder"].parts) if "limitation-runs" in str(p.when)
    }
    assert named and named <= direct


def test_a_condition_counts_through_the_variants_of_a_clause(pack: Pack) -> None:
    (use,) = find_uses(pack, "condition", "company")
    assert use == Use("reminder", (2,), 3, "opening-second")


def test_every_clause_that_the_check_calls_used_is_found() -> None:
    for name in ("CN", "DE", "US"):
        pack = load_pack(PACKS / name)
        assert all(find_uses(pack, "clause", clause) for clause in pack.clauses), name


def test_a_name_may_mean_several_things(pack: Pack) -> None:
    assert rooms_of(pack, "opening") == ("clause",)
    assert set(rooms_of(pack, "total_due")) == {"label", "placeholder"}
    assert rooms_of(pack, "nothing") == ()
