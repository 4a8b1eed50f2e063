"""What was issued, told and exported; deliveries, holds and reissues at the door."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calls import DATED, Call, example, write_case

pytestmark = pytest.mark.heavy


@pytest.fixture
def issued(call: Call, workspace: Path, case: Path) -> dict[str, Any]:
    """One live letter."""
    assert call("pack", "accept", "CN", "--by", "Ann Example", "--json").code == 0
    said = call("letter", *DATED, case, "--live", "--json")
    assert said.code == 0, said.out
    letter: dict[str, Any] = said.json["letters"][0]
    return letter


def report(workspace: Path, text: str, encoding: str = "utf-8") -> Path:
    file = workspace / "report.csv"
    file.write_text(text, encoding=encoding)
    return file


def test_a_carrier_s_table_is_recorded_once(
    call: Call, workspace: Path, issued: dict[str, Any]
) -> None:
    text = (
        "信函编号,运单号,承运人,内件品名,日期,投递结果\n"
        f"{issued['letter_id']},EX1,EMS,催收函,2026年5月21日,交寄\n"
        ",EX1,EMS,,2026-05-23,妥投\n"
        ",EX7,EMS,,2026-05-23,妥投\n"
        ",EX1,EMS,,3.12.,妥投\n"
    )
    file = report(workspace, text)
    first = call("ledger", "record-delivery", file, "--json")
    assert first.code == 1
    assert (first.json["entered"], first.json["refused"]) == (2, 2)
    assert first.json["results"] == {"delivered": 1, "posted": 1}
    assert first.rules == {"delivery-waybill-unknown", "delivery-day"}
    assert {f["line"] for f in first.json["findings"]} == {4, 5}
    again = call("ledger", "record-delivery", file, "--json").json
    assert (again["entered"], again["known"], again["refused"]) == (0, 2, 2)
    (line,) = call("ledger", "show", issued["letter_id"], "--json").json["letters"]
    assert [state["state"] for state in line["states"]] == ["issued", "posted", "delivered"]
    assert line["deliveries"][0]["declared_content"] == "催收函"
    assert "EX1" in call("ledger", "show", issued["case"]).out


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_table_as_a_chinese_carrier_writes_it(
    call: Call, workspace: Path, issued: dict[str, Any], encoding: str
) -> None:
    letter = issued["letter_id"]
    text = (
        f"信函编号,运单号,结果,时间,承运商\n{letter},EX1,已寄出,2026年5月22日,EMS\n"
        f"{letter},EX1,已签收,2026/5/24 10:30,EMS\n"
    )
    said = call("ledger", "record-delivery", report(workspace, text, encoding), "--json")
    assert said.code == 0 and said.rules == set(), said.out
    (line,) = call("ledger", "show", letter, "--json").json["letters"]
    told = [(d["result"], d["date"], d["carrier"]) for d in line["deliveries"]]
    assert told == [("posted", "2026-05-22", "EMS"), ("delivered", "2026-05-24", "EMS")]
    again = call("ledger", "record-delivery", report(workspace, text), "--lang", "zh")
    assert "此前已有 2 条" in again.out
    assert "已妥投" in call("ledger", "show", letter, "--lang", "zh").out


def test_a_result_is_told_in_the_reader_s_language(
    call: Call, workspace: Path, issued: dict[str, Any]
) -> None:
    file = report(workspace, f"函号,状态,日期\n{issued['letter_id']},妥投,2026-05-24\n")
    said = call("ledger", "record-delivery", file, "--lang", "zh")
    assert "已妥投 1" in said.out and "delivered" not in said.out
    file = report(workspace, f"函号,状态,日期\n{issued['letter_id']},飞走了,2026-05-24\n")
    said = call("ledger", "record-delivery", file, "--lang", "zh")
    assert said.code == 1 and "已妥投" in said.err and "delivered" not in said.err


def test_no_delivery_is_undated_in_silence(
    call: Call, workspace: Path, issued: dict[str, Any]
) -> None:
    """Without a date column, with a day to come, or one that could be two: refused, and told."""
    letter = issued["letter_id"]
    for text, rule in (
        (f"letter_id,result\n{letter},delivered\n", "delivery-column-missing"),
        (f"letter_id,result,何时\n{letter},delivered,2026-05-24\n", "delivery-column-missing"),
        (f"letter_id,result,date\n{letter},delivered,2999-05-24\n", "delivery-future"),
        (f"letter_id,result,date\n{letter},delivered,03/04/2026\n", "delivery-day"),
    ):
        said = call("ledger", "record-delivery", report(workspace, text), "--json")
        assert said.code == 1 and rule in said.rules and said.json["entered"] == 0, text
    assert state_of(call, letter) == "issued"
    text = f"letter_id,result,date\n{letter},delivered,\n"
    said = call("ledger", "record-delivery", report(workspace, text), "--json")
    assert said.code == 0 and said.json["entered"] == 1 and said.rules == {"delivery-undated"}


def test_a_table_without_its_columns_is_refused(
    call: Call, workspace: Path, issued: dict[str, Any]
) -> None:
    said = call("ledger", "record-delivery", report(workspace, "a,b\n1,2\n"), "--json")
    assert said.code == 1
    assert "delivery-column-missing" in said.rules and said.json["entered"] == 0


def test_export_in_each_form(call: Call, workspace: Path, issued: dict[str, Any]) -> None:
    table = call("ledger", "export")
    (line,) = csv.DictReader(io.StringIO(table.out))
    assert line["letter_id"] == issued["letter_id"] and line["total"] == issued["total_due"]
    (same,) = call("ledger", "export", "--json").json["letters"]
    assert same == line
    for suffix in ("csv", "jsonl"):
        file = workspace / f"letters.{suffix}"
        assert call("ledger", "export", "--out", file).code == 0
        assert file.stat().st_mode & 0o777 == 0o600
        assert call("ledger", "export", "--out", file).code == 2  # never over a file
    assert json.loads((workspace / "letters.jsonl").read_text("utf-8")) == line
    assert call("ledger", "export", "--csv", "--json").code == 2
    assert call("ledger", "export", "--out", "x.pdf").code == 2
    assert call("ledger", "export", "--case", "nobody", "--json").json["letters"] == []


def test_a_returned_letter_and_its_reissue(
    call: Call, workspace: Path, case: Path, issued: dict[str, Any]
) -> None:
    text = f"letter_id,result,date\n{issued['letter_id']},returned,2026-05-25\n"
    assert call("ledger", "record-delivery", report(workspace, text)).code == 0
    ask = ("reissue", issued["letter_id"], "--reason", "退回,已更正地址", "--json")
    kept = call(*ask)
    assert kept.code == 1 and "address-returned" in kept.rules
    data = json.loads(case.read_text())
    data["recipient"]["address"] = ["新虚构路9号", "示例市 100000"]
    for name in ("issue_date", "as_of", "dispatch_by", "pay_by"):
        data.pop(name, None)
    moved = write_case(workspace / "cases" / "moved.json", data)
    day = ("--issue-date", "2026-06-01")
    draft = call(*ask, "--case", moved, "--draft", *day)
    assert draft.code == 0, draft.out
    assert draft.json["letters"][0]["file"].endswith(".draft.pdf")
    said = call(*ask, "--case", moved, *day)
    assert said.code == 0, said.out
    (new,) = said.json["letters"]
    assert new["attempt"] == 2 and new["letter_id"] != issued["letter_id"]
    file = Path(new["file"])
    data_before = file.read_bytes()
    file.unlink()
    again = call(*ask, "--case", moved)  # another day: the same letter, finished
    assert again.code == 0, again.out
    assert Path(again.json["letters"][0]["file"]).read_bytes() == data_before
    other = ("reissue", issued["letter_id"], "--reason", "客户要求", "--case", moved)
    refused = call(*other, "--json")
    assert refused.code == 1 and refused.rules == {"reissue-known"}
    assert refused.json["letters"] == []
    told = call(*other, "--lang", "zh")
    assert (
        new["letter_id"] in told.err and "退回,已更正地址" in told.err and "2026-06-01" in told.err
    )
    lines = call("ledger", "show", issued["case"], "--json").json["letters"]
    assert [line["replaces"] for line in lines] == ["", issued["letter_id"]]
    assert issued["letter_id"] in call("ledger", "show", new["letter_id"]).out


def test_a_reissue_needs_a_letter_and_a_reason(
    call: Call, workspace: Path, issued: dict[str, Any]
) -> None:
    assert call("reissue", "none", "--reason", "x", "--json").rules == {"reissue-unknown"}
    assert call("reissue", issued["letter_id"], "--reason", " ", "--json").code == 1
    assert call("reissue", issued["letter_id"]).code == 2


def test_holds_bind_single_letters(call: Call, workspace: Path, case: Path) -> None:
    record = json.loads(case.read_text())
    (workspace / "holds.csv").write_text(
        f"case_id,hold,from,until,note\n{record['id']},dispute,,,\nX,minor,,2020-01-01,\n", "utf-8"
    )
    said = call("letter", *DATED, case, "--json")
    assert said.code == 1 and said.rules == {"hold-dispute"}
    assert said.json["letters"] == []
    assert "hold-dispute" in call("check", *DATED, case, "--json").rules
    listed = call("holds", "--json").json
    assert [(one["case"], one["hold"]) for one in listed["holds"]] == [(record["id"], "dispute")]
    assert len(call("holds", "--on", "2019-12-31", "--json").json["holds"]) == 2
    assert call("holds", "nobody", "--json").json["holds"] == []
    (workspace / "holds.csv").unlink()
    assert call("letter", *DATED, case, "--json").code == 0
    held = {**example("demand-consumer-loan-no-rate"), "sender": "sample-lender"}
    own = write_case(workspace / "cases" / "own.json", {**held, "holds": ["hardship"]})
    assert call("letter", *DATED, own, "--json").rules == {"hold-hardship"}
    past = {**held, "holds": ["hardship until 2020-01-01"]}
    assert call("letter", *DATED, write_case(own, past), "--json").code == 0


def test_a_broken_holds_file_stops_every_letter(call: Call, workspace: Path, case: Path) -> None:
    (workspace / "holds.csv").write_text("case_id,hold\n,deceased\n", "utf-8")
    assert call("letter", *DATED, case, "--json").rules == {"hold-row"}
    assert call("holds", "--json").code == 1
    (workspace / "holds.csv").unlink()
    (workspace / "holds.yaml").write_text("- {case_id: [\n", "utf-8")
    said = call("letter", *DATED, case)
    assert said.code == 2 and "holds.yaml" in said.err


def test_these_doors_need_a_workspace(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (("holds",), ("ledger", "export"), ("reissue", "X", "--reason", "y")):
        assert call(*words).code == 2


def withdraw(call: Call, workspace: Path, text: str) -> Any:
    file = workspace / "list.csv"
    file.write_text(text, encoding="utf-8")
    return call("ledger", "withdraw", file, "--json")


def state_of(call: Call, letter: str) -> str:
    (line,) = call("ledger", "show", letter, "--json").json["letters"]
    return str(line["states"][-1]["state"])


def test_a_paid_case_is_settled_and_told_once(
    call: Call, workspace: Path, issued: dict[str, Any]
) -> None:
    said = withdraw(call, workspace, f"case,reason\n{issued['case']},已还款\nX-77421,paid\n")
    assert said.code == 0 and said.rules == {"withdraw-unknown"} and "X-77421" not in said.out
    assert said.json["settled"] == 1
    assert state_of(call, issued["letter_id"]) == "settled"
    again = withdraw(call, workspace, f"{issued['letter_id']},paid")
    assert (again.json["settled"], again.json["known"]) == (0, 1)
    assert withdraw(call, workspace, f"{issued['letter_id']},dispute").rules == {
        "withdraw-too-late"
    }


def test_a_letter_that_did_not_go_out_is_taken_out_by_its_own_id(
    call: Call, workspace: Path, issued: dict[str, Any], case: Path
) -> None:
    whole = withdraw(call, workspace, f"{issued['case']},dispute")
    assert whole.code == 1 and whole.rules == {"withdraw-case"}
    assert state_of(call, issued["letter_id"]) == "issued"
    said = withdraw(call, workspace, f"{issued['letter_id']},dispute")
    assert said.code == 0 and said.json["withdrawn"] == 1
    assert state_of(call, issued["letter_id"]) == "withdrawn"
