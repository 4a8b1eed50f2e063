"""A pack's fault is a finding wherever it is met, and every door says the same of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from notices.pack.core import copy_pack
from notices.places import PACKS
from notices.proof.readback import read_pdf
from tests.cli.calls import SENDERS, Call, example, write_case

DATED = ("--issue-date", "2026-03-27")  # the example's own

Write = Callable[[str, str, str], None]


@pytest.fixture
def rewrite(workspace: Path) -> Write:
    """The workspace's own copy of CN, changed by hand."""
    own = workspace / "packs" / "CN"
    copy_pack(PACKS / "CN", own)

    def change(file: str, old: str, new: str) -> None:
        text = (own / file).read_text(encoding="utf-8")
        assert old in text
        (own / file).write_text(text.replace(old, new), encoding="utf-8")

    return change


@pytest.fixture
def first(workspace: Path) -> Path:
    """A first letter, which a run may begin with."""
    shutil.copy(SENDERS / "sample-bank.yaml", workspace / "senders")
    data = {**example("reminder-1-consumer-loan"), "sender": "sample-bank"}
    return write_case(workspace / "cases" / "first.json", data)


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("new", "rule"),
    [
        ("pay by {{ pay_by }", "clause-fault"),
        ("pay by {{ pay by }}", "clause-fault"),
        pytest.param("pay by {% now %}", "clause-fault", marks=pytest.mark.slow),
        pytest.param("pay by pay_by }}", "clause-fault", marks=pytest.mark.slow),
        ("pay by {{ payby }}", "placeholder-empty"),
        ("pay\n\n    by {{ pay_by }}", "paragraph-parity"),
    ],
)
def test_a_text_that_can_t_be_read_is_a_finding_at_every_door(
    call: Call, workspace: Path, first: Path, rewrite: Write, new: str, rule: str
) -> None:
    rewrite("clauses/opening.yaml", "pay by {{ pay_by }}", new)
    assert rule in call("check", *DATED, first, "--json").rules
    letter = call("letter", *DATED, first, "--json")
    assert letter.code == 1 and rule in letter.rules
    out = ("--out", workspace / "out" / "run", "--workers", 1)
    run = call("batch", first, *DATED, *out, "--json")
    assert run.code == 1
    assert rule in (workspace / "out" / "run" / "findings.csv").read_text(encoding="utf-8")
    check = call("pack", "check", "CN", "--json")
    assert check.code == 1
    if rule != "placeholder-empty":  # of a pack: unknown-placeholder
        assert rule in check.rules


@pytest.mark.heavy
def test_all_doors_agree_that_a_protected_part_is_gone(
    call: Call, workspace: Path, first: Path, rewrite: Write
) -> None:
    """What the last all-clear overlooked: amounts, signature, hardship."""
    assert call("pack", "accept", "CN", "--by", "Ann Example", "--all-facts").code == 0
    rewrite("kinds.yaml", "    - {block: items, title: items-title}\n", "")
    rewrite("kinds.yaml", "    - {clause: hardship}\n", "")
    check = call("pack", "check", "CN", "--json")
    assert check.code == 1 and {"protected-part", "must-print-gap"} <= check.rules
    diff = call("pack", "diff", "CN", "--from", "shipped", "--json")
    assert diff.json["clear"] is False and "protected-part" in diff.rules
    assert "nothing is missing" not in call("pack", "diff", "CN", "--from", "shipped").out
    for who in ("Ann Example", "Bo Example"):
        approve = call("pack", "approve", "CN", "formal_demand", "--by", who, "--json")
        assert approve.code == 1 and "protected-part" in approve.rules
        accept = call("pack", "accept", "CN", "--by", who, "--kind", "formal_demand", "--json")
        assert accept.code == 1 and "protected-part" in accept.rules
    live = call("letter", *DATED, first, "--live", "--json")
    assert live.code == 0 and live.json["letters"][0]["text"]["edits_waiting"]
    (page,) = (workspace / "out").rglob("*.pdf")
    said = " ".join(run.text for run in read_pdf(page.read_bytes()).runs)
    assert "If you cannot pay or disagree" in said, "as it was approved"


@pytest.mark.heavy
def test_a_negated_condition_reads_alike_at_every_door(
    call: Call, workspace: Path, rewrite: Write
) -> None:
    rewrite(
        "kinds.yaml", "- {clause: close}\n", "- {clause: close, when: {not: [limitation-runs]}}\n"
    )
    said = "not: “The limitation period still runs"
    show = call("pack", "show", "CN", "formal_demand")
    (line,) = [one for one in show.out.splitlines() if ". close: " in one]
    assert said in line and "printed in 1 of 9 examples" in line
    diff = call("pack", "diff", "CN", "--from", "shipped", "--json").json
    changed = {one["name"]: one for one in diff["said"]}["kinds/formal_demand/clause-close"]
    assert changed["before"]["en"] == "in every case"
    assert changed["after"]["en"].startswith(said)
    assert changed["after"]["zh"].startswith("并非：“诉讼时效尚未届满")


@pytest.mark.slow
@pytest.mark.heavy
def test_an_all_clear_is_earned_by_letters(call: Call, workspace: Path, rewrite: Write) -> None:
    rewrite("clauses/opening.yaml", "we ask you to pay", "we kindly ask you to pay")
    diff = call("pack", "diff", "CN", "--from", "shipped", "--json").json
    assert diff["touched"] == ["formal_demand", "card_demand"]
    assert diff["clear"] is True and diff["made"] == 11 and diff["played"] == 17
    rewrite("clauses/opening.yaml", "Formal demand for payment", "Formal demand to pay")
    diff = call("pack", "diff", "CN", "--from", "shipped", "--json")
    assert diff.json["clear"] is False and "rehearsal-phrase" in diff.rules, "an example expects it"
    assert call("pack", "approve", "CN", "formal_demand", "--by", "Bo Example").code == 0
