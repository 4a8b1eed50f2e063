"""ladder.yaml: read with its sources, checked against the pack."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from notices.catalogue import hint, message
from notices.pack.load import load_pack, read_pack
from notices.places import PACKS

ZZ = Path(__file__).parent.parent / "packs" / "ZZ"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ZZ, tmp_path / "ZZ"))


def test_the_shipped_ladder() -> None:
    ladder = load_pack(PACKS / "CN").ladder
    assert ladder is not None
    assert [(r.first_day, r.kind, r.level) for r in ladder.rungs] == [
        (1, "reminder", 1),
        (7, "reminder", 2),
        (31, "reminder", 3),
        (91, "card_demand", 1),
        (91, "formal_demand", 1),
    ]
    assert ladder.source.kind == "product" and ladder.source.citation
    assert all(rung.source.kind == "product" and rung.source.citation for rung in ladder.rungs)


def test_a_ladder_s_facts_are_among_the_pack_s_sources() -> None:
    ids = {source.id for source in load_pack(ZZ).sources}
    assert {"ladder", "ladder/rappel", "ladder/demande"} <= ids


def test_a_pack_may_have_none(copy: Path) -> None:
    (copy / "ladder.yaml").unlink()
    pack, found = read_pack(copy)
    assert pack is not None and pack.ladder is None and found == ()


FAULTS = [
    ("kind: final_demand", "kind: finale_demand", "bad-choice", "rungs.demande.kind"),
    ("level: 2", "level: 3", "bad-choice", "rungs.second.level"),
    ("needs: [second]", "needs: [secnd]", "bad-choice", "rungs.demande.needs"),
    ("level: 2, needs: [rappel]", "level: 2, needs: [demande]", "bad-choice", "rungs.second.needs"),
    ("from: 1,", "from: 0,", "bad-value", "rungs.rappel.from"),
    ("from: 1,", "from: x,", "bad-value", "rungs.rappel.from"),
    ("from: 1, ", "", "key-missing", "rungs.rappel.from"),
    ("from: 45", "frm: 45", "unknown-key", "rungs.demande.frm"),
    ("from: 45", "from: 15", "ladder-unreachable", "rungs.demande.from"),
    ("level: 2", "level: 1", "ladder-twice", "rungs.second.level"),
    ("from: 45,", "from: 45, when: {kind: [reminder]},", "ladder-when", "rungs.demande.when"),
    ("from: 45,", "from: 45, when: {is: [time_barred]},", "ladder-when", "rungs.demande.when"),
    ("from: 45,", "from: 45, when: {debt_kind: [lone]},", "unknown-value", "rungs.demande.when"),
    ("posting_days: 3", "posting_days: three", "bad-value", "posting_days"),
    ("new_default: false", "new_default: perhaps", "bad-choice", "new_default"),
    ("gap_days: 0", "gap_days: 0\nstated_in: earlier", "unknown-field", "stated_in"),
    ("class: practice\nsource: Zetland Creditors' Charter, section 4\nposting", "posting", "", ""),
]


@pytest.mark.parametrize(("old", "new", "rule", "path"), FAULTS)
def test_a_fault_is_told_at_its_place(copy: Path, old: str, new: str, rule: str, path: str) -> None:
    file = copy / "ladder.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    _, found = read_pack(copy)
    told = [f for f in found if f.severity == "error"]
    if not rule:  # a missing source stops nothing from loading; `pack check` tells it
        return
    assert (rule, path) in [(f.rule, f.path) for f in told], told
    for finding in told:
        assert finding.file == "packs/ZZ/ladder.yaml" and finding.line
        assert message(finding, "zh") and hint(finding, "en")


def test_conditions_choose_between_rungs_of_one_day(copy: Path) -> None:
    file = copy / "ladder.yaml"
    extra = "  loans: {from: 45, kind: final_demand, level: 1, needs: [second],"
    extra += " when: {debt_kind: [loan]}, class: law, source: x}\n"
    text = file.read_text(encoding="utf-8").replace("  demande:", extra + "  demande:")
    text = text.replace(
        "from: 45, kind: final_demand, level: 1, needs: [second], class",
        "from: 45, kind: final_demand, level: 1, when: {debt_kind: [invoice]}, class",
    )
    file.write_text(text, encoding="utf-8")
    _, found = read_pack(copy)
    assert [f.rule for f in found] == []
