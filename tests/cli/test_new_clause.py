"""`notices pack new-clause`: a clause like another, in its place, and undone."""

from __future__ import annotations

from pathlib import Path

from notices.pack.load import load_pack
from notices.places import PACKS
from tests.cli.calls import Call


def test_a_clause_like_another_and_its_way_back(call: Call, tmp_path: Path) -> None:
    place = ("--workspace", str(tmp_path / "ws"))
    assert call("init", str(tmp_path / "ws")).code == 0
    asked = ("pack", "new-clause", "CN", "hardship-2", "--like", "hardship", "--by", "Ann", *place)
    there = ("--in", "formal_demand", "--before", "3", "--style", "small")
    refused = call(*asked, *there, "--text", "en=Call us: {{ hardship_contct }}.")
    assert refused.code == 1 and "unknown-placeholder" in refused.err
    both = call(*asked, *there, "--text", "zh-Hans=请致电。")  # it has a text for each recipient
    assert both.code == 1 and "side-twice" in both.err
    in_kind = ("--in", "formal_demand", "--before")
    far = call(*asked, *in_kind, "999")
    assert far.code == 1 and "no-such-part" in far.err and "edit-place" not in far.err
    end = str(len(load_pack(PACKS / "CN").kinds["formal_demand"].parts) + 1)
    assert call(*asked, *in_kind, str(int(end) + 1)).code == 1
    dotted = call("pack", "new-clause", "CN", "hardship.2", *asked[4:], *in_kind, end)
    assert dotted.code == 1 and "id-with-dot" in dotted.err
    assert not (tmp_path / "ws" / "packs" / "CN").exists()
    other = ("hardship-3", *asked[4:])
    assert call("pack", "new-clause", "CN", *other, *in_kind, end).code == 0, "its remedy works"
    assert call(*asked, *there, "--text", "en=Do call us: {{ hardship_contact }}.").code == 0
    pack = load_pack(tmp_path / "ws" / "packs" / "CN")
    part = pack.kinds["formal_demand"].parts[2]
    assert (part.clause, part.style) == ("hardship-2", "small")
    clause, model = pack.clauses["hardship-2"], pack.clauses["hardship"]
    assert clause.texts["en"].startswith("Do call us") and clause.when == model.when
    assert clause.texts["zh-Hans.person"] == model.texts["zh-Hans.person"]
    undo = ("pack", "revert", "CN")
    held = call(*undo, "clauses/hardship-2", "--by", "Bob", *place)
    assert held.code == 1 and "unknown-clause" in held.err  # a letter prints it
    for piece in ("kinds/formal_demand/parts", "clauses/hardship-2"):
        assert call(*undo, piece, "--by", "Bob", *place).code == 0
    assert "hardship-2" not in load_pack(tmp_path / "ws" / "packs" / "CN").clauses
