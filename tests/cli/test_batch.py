"""`notices batch`: a table in, letters out; again; dry; interrupted at a terminal."""

from __future__ import annotations

import csv
import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.calls import HOME, Call

pytestmark = pytest.mark.heavy

MAP = """\
pack: CN
kind: reminder
dates: ymd
decimal: "."
thousands: ","
total: 本金
columns:
  案号: id
  姓名: recipient.name
  地址: recipient.address
  合同号: "debts[].contract_number"
  合同日: "debts[].contract_date"
  到期日: "debts[].due_date"
  备注: "debts[].items[].note"
constants:
  level: "2"
  sender: sample-lender
  currency: CNY
  recipient.type: consumer
  "debts[].debt_kind": private_loan
  "debts[].cause.zh-Hans": 借条项下借款
  "debts[].cause.en": Loan under an IOU
items:
  - {kind: principal, amount: 本金, note: 备注}
"""
HEAD = ("案号", "姓名", "地址", "合同号", "合同日", "到期日", "本金", "备注")
ASKED = ("--issue-date", "2026-04-15", "--dispatch-by", "2026-04-17", "--workers", "1")


def line(row: int, **changes: str) -> list[str]:
    values = dict(
        zip(
            HEAD,
            (
                *(f"CS-{2000 + row}", f"测试{'甲乙丙丁戊己'[row % 6]}", "示例省样本市虚构路1号"),
                *(f"DK-2025-{row:06}", "2025-01-05", "2025-06-30", f"{8000 + row}.00", ""),
            ),
            strict=True,
        )
    )
    return list((values | changes).values())


def write(file: Path, rows: list[list[str]]) -> Path:
    with file.open("w", encoding="utf-8-sig", newline="") as handle:
        csv.writer(handle).writerows([HEAD, *rows])
    return file


@pytest.fixture
def table(workspace: Path) -> Path:
    """Four cases; the second has no name, the fourth names the first's debtor."""
    (workspace / "map.yaml").write_text(MAP.replace("  备注: ", "  #备注: "), encoding="utf-8")
    rows = [line(1), line(2, 姓名=""), line(3), line(4, 备注="与测试乙先生共同")]
    return write(workspace / "accounts.csv", rows)


def test_a_table_becomes_letters_and_rejects_come_back_as_a_table(
    call: Call, workspace: Path, table: Path
) -> None:
    words = (table, "--map", "map.yaml", *ASKED, "--out", "run")
    expect = ("--expect", "rows=4", "--expect", "total=32010.00")
    said = call("batch", *words, *expect, "--json")
    assert said.code == 1, said.out + said.err
    answer = said.json
    assert answer["finished"] and answer["states"]["written"] == 2
    assert answer["states"]["rejected"] == 2
    assert answer["reasons"] == {"rejected": {"foreign-value": 1, "required-field": 1}}
    assert len(list((workspace / "run" / "letters").rglob("*.pdf"))) == 2

    with (workspace / "run" / "findings.csv").open(encoding="utf-8-sig", newline="") as handle:
        told = {row["rule"]: row for row in csv.DictReader(handle)}
    assert told["required-field"]["row"] == "3" and told["required-field"]["column"] == "姓名"
    assert told["foreign-value"]["severity"] == "error" and told["foreign-value"]["row"] == "5"
    assert "测试乙" not in told["foreign-value"]["reason_zh"]
    rejects = (workspace / "run" / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rejects[0] == ",".join(("notices_reason", "notices_row", *HEAD)) and len(rejects) == 3

    manifest = (workspace / "run" / "manifest.jsonl").read_text(encoding="utf-8")
    assert [json.loads(text)["row"] for text in manifest.splitlines()] == [2, 3, 4, 5]
    assert "测试" not in manifest and "虚构路" not in manifest

    before = {file: file.stat().st_mtime_ns for file in (workspace / "run").rglob("*")}
    again = call("batch", *words)
    assert again.code == 1 and "nothing new" in again.out
    assert before == {file: file.stat().st_mtime_ns for file in (workspace / "run").rglob("*")}


def test_a_run_tells_total_rows_as_a_dry_run_does(call: Call, workspace: Path) -> None:
    (workspace / "map.yaml").write_text(MAP.replace("  备注: ", "  #备注: "), encoding="utf-8")
    total = dict.fromkeys(HEAD, "") | {"案号": "合计", "本金": "8001.00"}
    file = write(workspace / "accounts.csv", [line(1), list(total.values())])
    words = ("batch", file, "--map", "map.yaml", *ASKED)
    assert call(*words, "--dry-run", "--out", "dry").code == 0
    assert call(*words, "--out", "run").code == 0
    for folder in ("dry", "run"):
        with (workspace / folder / "findings.csv").open(encoding="utf-8-sig") as lines:
            (told,) = csv.DictReader(lines)
        assert (told["rule"], told["row"]) == ("total-row", "3"), folder


def test_a_dry_run_makes_nothing(call: Call, workspace: Path, table: Path) -> None:
    words = (table, "--map", "map.yaml", *ASKED, "--dry-run", "--out", "check")
    said = call("batch", *words, "--json")
    assert (said.code, said.json["accepted"], said.json["rejected"]) == (1, 2, 2), said.out
    assert said.json["reasons"] == {"rejected": {"foreign-value": 1, "required-field": 1}}, "as run"
    names = {file.name for file in (workspace / "check").iterdir()}
    assert names == {"findings.csv", "rejects.csv"}


def test_what_the_source_states_is_compared_before_anything_is_made(
    call: Call, workspace: Path, table: Path
) -> None:
    words = (table, "--map", "map.yaml", *ASKED, "--out", "run", "--expect")
    for stated, rule in (("rows=5", "expected-rows"), ("total=32010.01", "expected-total")):
        said = call("batch", *words, stated, "--json")
        assert said.code == 2 and rule in said.rules
    assert not list((workspace / "run" / "letters").iterdir())


def test_usage_is_told(call: Call, workspace: Path, table: Path) -> None:
    assert "notices map accounts.csv" in call("batch", table).err
    mapped = ("batch", table, "--map", "map.yaml", *ASKED)
    assert "--reason" in call(*mapped, "--again").err
    assert "no run stands there" in call(*mapped, "--again", "--reason", "jam").err
    early = ("--issue-date", "2026-04-15", "--dispatch-by", "2026-04-14")
    assert "lies before" in call("batch", table, "--map", "map.yaml", *early).err
    (workspace / "taken").mkdir()
    (workspace / "taken" / "mine").write_text("")
    said = call(*mapped, "--out", "taken")
    assert said.code == 2 and "not empty" in said.err and "Traceback" not in said.err
    broken = MAP.replace("recipient.name", "recipient.nme")
    (workspace / "broken.yaml").write_text(broken, encoding="utf-8")
    assert call("batch", table, "--map", "broken.yaml").code == 2


def test_a_repetition_has_a_reason_and_letters_of_its_own(
    call: Call, workspace: Path, table: Path
) -> None:
    call("pack", "accept", "CN", "--by", "Ann Example", "--json")
    call("pack", "accept", "CN", "--by", "Ann Example", "--all-facts", "--json")
    write(table, [line(1)])
    words = ("batch", table, "--map", "map.yaml", *ASKED, "--live", "--out", "run", "--json")
    first = call(*words)
    assert first.code == 0, first.out
    again = (*words, "--again", "--reason", "the printer ate them")
    second = call(*again)
    assert second.code == 0, second.out
    assert second.json["run_id"] != first.json["run_id"]
    assert second.json["folder"].startswith("run-again-")
    assert call(*again).json["made"] == 0
    shown = call("ledger", "show", "CS-2001", "--json").json["letters"]
    assert [letter["attempt"] for letter in shown] == [1, 2]


def test_a_live_batch_waits_for_text_that_holds_on_its_day(
    call: Call, workspace: Path, table: Path
) -> None:
    """Refused before; accepted for later letters is refused still; accepted for its day goes."""
    write(table, [line(1)])
    words = ("batch", table, "--map", "map.yaml", *ASKED, "--live", "--json", "--out")
    approve = ("pack", "approve", "CN", "reminder", "--by", "Ann Example")
    call("pack", "accept", "CN", "--by", "Ann Example", "--kind", "formal_demand", "--all-facts")
    assert call(*words, "first").rules == {"not-approved"}
    assert call(*approve, "--from", "2026-04-16").code == 0
    for asked in ((), ("--dry-run",)):
        said = call(*words, "first", *asked)
        assert (said.code, said.rules) == (2, {"not-effective"}), said.out
    assert call(*approve, "--from", "2026-04-15", "--until", "2099-12-31").code == 0
    third = call(*words, "first")
    assert third.code == 0 and third.json["states"]["written"] == 1, third.out


def test_a_terminal_sees_progress_and_ctrl_c_is_resumable(
    call: Call, workspace: Path, table: Path
) -> None:
    write(table, [line(row) for row in range(1, 7)])
    words = ["batch", str(table), "--map", "map.yaml", *ASKED, "--out", "run"]
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "notices.cli", *words],
        env={**os.environ, "PYTHONPATH": str(HOME), "LANG": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
        start_new_session=True,
    )
    os.close(theirs)
    seen = ""
    while "/6 · " not in seen:
        seen += os.read(ours, 4096).decode()
    os.killpg(process.pid, signal.SIGINT)
    out, _ = process.communicate()
    os.close(ours)
    assert process.returncode == 1, out
    assert "stopped" in out and "Run the same command again" in out
    assert "letters/s" in seen
    done = call(*words, "--json")
    assert done.code == 0 and done.json["states"]["written"] == 6
    assert 0 < done.json["made"] < 6


def test_letters_that_can_no_longer_be_posted_are_told(
    call: Call, workspace: Path, table: Path
) -> None:
    days = ("--issue-date", "2020-01-06", "--dispatch-by", "2020-01-07")
    words = ("batch", table, "--map", "map.yaml", *days, "--out", "late", "--workers", "1")
    assert "batch-too-late" not in call(*words, "--json").rules, "drafts harm nobody"
    assert "batch-too-late" in call(*words[:-3], "later", *words[-2:], "--live", "--json").rules


def test_a_hold_is_told_where_it_is_written(call: Call, workspace: Path) -> None:
    """In the holds file, not in the table's empty cell; what nothing reads there is told too."""
    text = MAP.replace("  备注: ", "  #备注: ") + "plan: {hold: 停催原因}\n"
    (workspace / "map.yaml").write_text(text, encoding="utf-8")
    with (workspace / "accounts.csv").open("w", encoding="utf-8-sig", newline="") as handle:
        csv.writer(handle).writerows([(*HEAD, "停催原因"), [*line(1), ""], [*line(2), "争议"]])
    rows = "案件编号,事由,起,止,哪天完\nCS-2001,破产,2026-04-01,,\n"
    (workspace / "holds.csv").write_text(rows, encoding="utf-8")
    said = call("batch", "accounts.csv", "--map", "map.yaml", *ASKED, "--out", "run", "--json")
    assert said.json["states"]["held"] == 2, said.out
    assert "hold-column" in said.rules
    with (workspace / "run" / "findings.csv").open(encoding="utf-8-sig", newline="") as handle:
        told = {row["rule"]: row for row in csv.DictReader(handle)}
    insolvency, dispute = told["hold-insolvency"], told["hold-dispute"]
    assert (insolvency["file"], insolvency["row"]) == ("holds.csv", "2")
    assert insolvency["column"] == "hold"
    assert (dispute["row"], dispute["column"]) == ("3", "停催原因")


def test_why_no_run_begins_is_told_in_chinese(call: Call, workspace: Path, table: Path) -> None:
    (workspace / "run").mkdir()
    (workspace / "run" / "mine.txt").write_text("x")
    words = ("batch", table, "--map", "map.yaml", *ASKED, "--out", "run", "--lang", "zh")
    said = call(*words)
    assert said.code == 2 and "文件夹非空(mine.txt)" in said.err and "needs its own" not in said.err
    assert "文件夹非空" in json.loads(call(*words, "--json").out)["error"]["message"]


@pytest.mark.heavy
def test_a_dry_run_that_accepts_nothing_proposes_no_letters(call: Call, workspace: Path) -> None:
    (workspace / "rows.jsonl").write_text('{"id": "A-1"}\n', encoding="utf-8")
    said = call("batch", "rows.jsonl", "--dry-run", "--out", "dry")
    assert said.code == 1 and "pack-unknown" in said.err
    assert "without --dry-run" not in said.out + said.err
