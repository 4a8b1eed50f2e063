"""`notices pack new-clause`: a clause like another, in its place, and undone."""

from __future__ import annotations

from pathlib import Path

from notices.pack.load import load_pack
from tests.cli.calls import Call


def test_a_clause_like_another_and_its_way_back(call: Call, tmp_path: Path) -> None:
    place = ("--workspace", str(tmp_path / "ws"))
    assert call("init", str(tmp_path / "ws")).code == 0
    asked = ("pack", "new-clause", "CN", "hardship-2", "--like", "hardship", "--by", "Ann", *place)
    there = ("--in", "formal_demand", "--before", "3", "--style", "small")
    refused = call(*asked, *there, "--text", "en=Call us: {{ hardship_contct }}.")
    assert refused.code == 1 and "unknown-placeholder" in refused.err
    assert not (tmp_path / "ws" / "packs" / "CN").exists()
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
