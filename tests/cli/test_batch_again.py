"""`notices batch` on rows whose letters stand in the ledger: nothing goes out twice."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calls import Call, Said, approved_under_another_layout
from tests.cli.test_batch import MAP, line, write

pytestmark = pytest.mark.heavy

DAY, NEXT = "2026-04-15", "2026-04-16"
TODAY = ("--today", DAY)
PRINT = (*TODAY, "--without-payments")


@pytest.fixture
def live(call: Call, workspace: Path) -> Any:
    """`notices batch --live` on two cases; their kind stands in the mapping."""
    call("pack", "accept", "CN", "--by", "Ann Example", "--all-facts", "--json")
    call("pack", "accept", "CN", "--by", "Ann Example", "--json")
    text = MAP.replace("  备注: ", "  #备注: ")
    (workspace / "map.yaml").write_text(text, encoding="utf-8")
    cycle = text.replace('level: "2"', 'level: "2"\n  cycle: "7"')
    (workspace / "cycle.yaml").write_text(cycle, encoding="utf-8")
    write(workspace / "accounts.csv", [line(1), line(2)])

    def run(out: str, *more: str, day: str = DAY, by: str = "map.yaml") -> Said:
        dates = ("--issue-date", day, "--dispatch-by", "2026-04-20", "--workers", "1")
        words = ("accounts.csv", "--map", by, *dates, "--live", "--out", out, "--json")
        return call("batch", *words, *more)

    return run


def letters(call: Call, case: str = "CS-2001") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call("ledger", "show", case, "--json").json["letters"]
    return found


def last_states(call: Call) -> list[str]:
    return [letter["states"][-1]["state"] for letter in letters(call)]


def told(folder: Path) -> list[dict[str, str]]:
    with (folder / "findings.csv").open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_a_repetition_takes_out_what_waits_to_be_printed(
    call: Call, workspace: Path, live: Any
) -> None:
    assert live("run").code == 0
    again = live("run", "--again", "--reason", "wrong paper")
    assert again.code == 0 and again.json["warnings"] == {"replaces-unprinted": 2}
    first, second = letters(call)
    assert (second["attempt"], second["reason"]) == (2, "wrong paper")
    assert second["replaces"] == first["letter_id"]
    assert first["states"][-1]["note"] == f"replaced by {second['letter_id']}"
    shown = call("ledger", "show", "CS-2001").out
    assert "attempt 2" in shown and "wrong paper" in shown and first["letter_id"] in shown

    refused = call("print", "run", *PRINT, "--json")
    assert refused.code == 1 and {"print-sent-before", "print-nothing"} <= refused.rules
    printed = call("print", again.json["folder"], *PRINT, "--json")
    assert printed.code == 0 and printed.json["printed"]["letters"] == 2
    assert last_states(call) == ["withdrawn", "printed"]


def test_a_run_tells_that_the_layout_is_not_the_approved_one(
    call: Call, workspace: Path, live: Any
) -> None:
    approved_under_another_layout(workspace)
    run = live("run")
    assert run.code == 0 and "layout-changed" in run.rules
    assert run.json["warnings"] == {"layout-changed": 2}
    report = (workspace / "run" / "report.html").read_text(encoding="utf-8")
    assert "layout has changed" in report and "版式已改动" in report
    assert {one["rule"] for one in told(workspace / "run")} == {"layout-changed"}


@pytest.mark.slow
def test_a_letter_taken_out_by_its_repetition_still_adds_up(
    call: Call, workspace: Path, live: Any
) -> None:
    assert live("run").code == 0
    write(workspace / "accounts.csv", [line(1)])
    assert live("other").json["states"]["known"] == 1
    again = live("other", "--again", "--reason", "wrong paper")
    assert again.json["states"]["written"] == 1, again.out
    printed = call("print", "run", *PRINT, "--json").json
    assert (printed["printed"]["letters"], printed["withdrawn"]["letters"]) == (1, 1)


def test_what_is_paper_already_keeps_its_repetition_from_being_printed(
    call: Call, workspace: Path, live: Any
) -> None:
    assert live("run").code == 0
    assert call("print", "run", *PRINT, "--json").code == 0
    again = live("run", "--again", "--reason", "the printer ate them")
    assert again.code == 0 and again.json["warnings"] == {"reissue-still-counts": 2}
    third = live("run", "--again", "--reason", "and those too")
    assert third.json["warnings"] == {"replaces-unprinted": 2}
    folder = third.json["folder"]
    for asked in (again.json["folder"], folder):
        refused = call("print", asked, *PRINT, "--json")
        assert refused.code == 1 and not (workspace / asked / "print").exists()
    assert "print-earlier-out" in refused.rules
    assert last_states(call) == ["printed", "withdrawn", "issued"]

    names = [letters(call, f"CS-200{n}")[0]["letter_id"] for n in (1, 2)]
    (workspace / "out.csv").write_text("".join(f"{name},other\n" for name in names))
    assert call("ledger", "withdraw", "out.csv").code == 0
    assert call("print", folder, *PRINT, "--json").json["printed"]["letters"] == 2
    assert last_states(call) == ["withdrawn", "withdrawn", "printed"]


def test_a_letter_in_the_post_may_be_repeated(call: Call, workspace: Path, live: Any) -> None:
    assert live("run").code == 0
    posted = [f"{letters(call, f'CS-200{n}')[0]['letter_id']},posted,{DAY}\n" for n in (1, 2)]
    (workspace / "post.csv").write_text("letter_id,result,date\n" + "".join(posted))
    assert call("ledger", "record-delivery", "post.csv").code == 0
    again = live("run", "--again", "--reason", "strike at the post")
    assert again.json["warnings"] == {"reissue-still-counts": 2}
    assert call("print", again.json["folder"], *PRINT, "--json").code == 0
    assert last_states(call) == ["posted", "printed"]


@pytest.mark.slow
def test_the_same_letters_of_another_run_are_known(call: Call, workspace: Path, live: Any) -> None:
    """Their kind stands in the mapping, so that the letter before is never the letter itself."""
    assert live("run").code == 0
    dry = live("check", "--dry-run").json
    assert (dry["known"], dry["rejected"], dry["accepted"]) == (2, 0, 0)
    other = live("other").json
    assert other["states"]["known"] == 2, other
    files = [sorted((workspace / out / "letters").rglob("*.pdf")) for out in ("run", "other")]
    assert [f.read_bytes() for f in files[0]] == [f.read_bytes() for f in files[1]]


def test_on_another_day_nothing_is_rejected_and_nothing_sent_twice(
    call: Call, workspace: Path, live: Any
) -> None:
    assert live("run").code == 0
    dry = live("check", "--dry-run", day=NEXT).json
    assert (dry["held"], dry["rejected"], dry["accepted"]) == (2, 0, 0)
    held = live("other", day=NEXT).json
    assert held["reasons"] == {"held": {"letter-issued-before": 2}}
    assert not (workspace / "other" / "rejects.csv").exists()
    assert [(one["row"], one["severity"]) for one in told(workspace / "other")] == [
        ("2", "note"),
        ("3", "note"),
    ]
    assert len(letters(call)) == 1
    # the remedies that are named work: another cycle, and the day of the letter
    assert live("seven", day=NEXT, by="cycle.yaml").json["states"]["written"] == 2
    assert [letter["cycle"] for letter in letters(call)] == [1, 7]
    assert live("later", day=NEXT, by="cycle.yaml").json["states"]["known"] == 2
    reissued = call("reissue", letters(call)[0]["letter_id"], "--reason", "lost", "--json")
    assert reissued.code == 0 and "replaces-unprinted" in reissued.rules


def test_a_dry_run_tells_of_other_content_as_the_run_does(
    call: Call, workspace: Path, live: Any
) -> None:
    assert live("run").code == 0
    write(workspace / "accounts.csv", [line(1, 本金="9000.00"), line(2)])
    dry, run = live("check", "--dry-run").json, live("other").json
    reasons = {"rejected": {"already-issued": 1}, "known": {}}
    assert dry["reasons"] == run["reasons"] == reasons
    assert dry["known"] == run["states"]["known"] == 1
