"""Live letters: nothing counts before a person accepted the wording; nothing is issued twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from notices.pack.core import copy_pack
from notices.places import PACKS
from tests.cli.calls import DATED, Call, approved_under_another_layout, write_case


@pytest.fixture
def accepted(call: Call, workspace: Path) -> Path:
    said = call("pack", "accept", "CN", "--by", "Ann Example", "--json")
    assert said.code == 0, said.out
    return workspace


def test_shipped_wording_comes_unaccepted(call: Call, workspace: Path, case: Path) -> None:
    said = call("letter", *DATED, case, "--live", "--json")
    assert said.code == 1
    assert said.rules == {"not-approved"}
    assert not list((workspace / "out").iterdir())


@pytest.mark.heavy
def test_accepted_wording_makes_live_letters_once(call: Call, accepted: Path, case: Path) -> None:
    first = call("letter", *DATED, case, "--live", "--json")
    assert first.code == 0, first.out
    file = Path(first.json["letters"][0]["file"])
    assert file.name == f"{first.json['letters'][0]['letter_id']}.pdf"
    data = file.read_bytes()
    file.unlink()
    again = call("letter", *DATED, case, "--live", "--json")
    assert again.code == 0, again.out
    assert file.read_bytes() == data

    record = json.loads(case.read_text())
    record["debts"][0]["items"][0]["amount"] = "9000.00"
    other = call("letter", *DATED, write_case(case, record), "--live", "--json")
    assert other.code == 1
    assert other.rules == {"already-issued"}
    assert file.read_bytes() == data

    shown = call("ledger", "show", record["id"], "--json")
    (line,) = shown.json["letters"]
    assert line["total_due"] == "8180.16" and line["states"][0]["state"] == "issued"
    assert "record" not in line
    assert call("ledger", "show", "nobody").code == 0


@pytest.mark.heavy
def test_another_layout_than_the_approved_one_is_told_and_stops_nothing(
    call: Call, accepted: Path, case: Path
) -> None:
    approved_under_another_layout(accepted)
    asked = ("letter", *DATED, case, "--live", "--json")
    accept = ("pack", "accept", "CN", "--by", "Ann Example", "--json")
    told = call(*asked)
    assert told.code == 0 and told.rules == {"layout-changed"}
    approved = call("pack", "approve", "CN", "reminder", "--by", "Bo Example", "--json")
    assert "layout-changed" in approved.rules and approved.json["approved"]["enough"]
    again = call(*accept)
    assert "layout-changed" in again.rules
    assert "formal_demand" in {line["kind"] for line in again.json["accepted"]}
    assert call(*asked).rules == set()
    assert call(*accept).json["accepted"] == []


@pytest.mark.heavy
def test_the_ledger_is_private(call: Call, accepted: Path, case: Path) -> None:
    assert call("letter", *DATED, case, "--live").code == 0
    folder = accepted / "ledger"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {f.stat().st_mode & 0o777 for f in folder.iterdir()} == {0o600}


def test_a_damaged_ledger_is_told_plainly(call: Call, accepted: Path, case: Path) -> None:
    (accepted / "ledger" / "letters.sqlite").write_bytes(b"not a database " * 100)
    said = call("letter", *DATED, case, "--live")
    assert said.code == 2
    assert "damaged" in said.err and "Traceback" not in said.err
    assert not list((accepted / "out").iterdir())


@pytest.mark.slow
@pytest.mark.heavy
def test_edited_wording_needs_two_people(call: Call, workspace: Path, case: Path) -> None:
    own = workspace / "packs" / "CN"
    copy_pack(PACKS / "CN", own)
    for file in (own / "clauses").glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("document", "paper"), encoding="utf-8")
    assert call("letter", *DATED, case, "--live", "--json").rules == {"not-approved"}
    first = call("pack", "accept", "CN", "--by", "Ann Example", "--json")
    assert "four-eyes" in first.rules
    assert call("letter", *DATED, case, "--live", "--json").rules == {"four-eyes"}
    call("pack", "accept", "CN", "--by", " ann  EXAMPLE ", "--json")
    assert call("letter", *DATED, case, "--live", "--json").rules == {"four-eyes"}
    call("pack", "accept", "CN", "--by", "Bo Example", "--json")
    assert call("letter", *DATED, case, "--live", "--json").code == 0


def test_unverified_facts_are_accepted_one_by_one_or_all(call: Call, workspace: Path) -> None:
    ready = ("pack", "check", "CN", "--as-of", "2026-06-01", "--live", "--json")
    call("pack", "accept", "CN", "--by", "Ann Example")
    open_ones = [f for f in call(*ready).json["findings"] if f["rule"] == "fact-unverified"]
    assert open_ones
    fact = open_ones[0]["hint"]["en"].partition("--fact ")[2].split()[0]
    one = call("pack", "accept", "CN", "--by", "Ann Example", "--fact", fact, "--json")
    assert [a["fact"] for a in one.json["accepted"]] == [fact]
    rest = call("pack", "accept", "CN", "--by", "Ann Example", "--all-facts", "--json")
    assert {a["kind"] for a in rest.json["accepted"]} == {""}
    assert fact not in {a["fact"] for a in rest.json["accepted"]}
    assert call(*ready).code == 0


@pytest.mark.parametrize("pack", ["US", "CN", "NL"])
def test_accepting_lists_every_open_fact_once(call: Call, workspace: Path, pack: str) -> None:
    """By the id that accepts it; the US pack's thirteen too, whose citations some share."""
    said = call("pack", "accept", pack, "--by", "Ann Example").out
    listed = [n for line in said.splitlines() if line.startswith("  ")
              for n in line.strip().partition(": ")[0].split(", ")]  # fmt: skip
    asked = call("pack", "accept", pack, "--by", "Ann Example", "--all-facts", "--json").json
    assert sorted(listed) == sorted(line["fact"] for line in asked["accepted"])
    assert len(listed) == len(set(listed))
    assert f"{len(listed)} fact(s)" in said


def test_accept_wants_known_names(call: Call, workspace: Path) -> None:
    assert call("pack", "accept", "CN", "--by", "").code == 2
    assert call("pack", "accept", "CN", "--by", "A", "--kind", "formal_demnd").code == 2
    assert call("pack", "accept", "CN", "--by", "A", "--fact", "rules/none").code == 2
    assert not list((workspace / "approvals").iterdir())


def test_accept_needs_a_workspace(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = call("pack", "accept", "CN", "--by", "Ann Example")
    assert said.code == 2 and "notices init" in said.err
