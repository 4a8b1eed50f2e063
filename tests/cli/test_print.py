"""`notices print`, `reprint`, `calibrate`, `ems`: print files at the door, and the ledger."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from notices.files import lock_run
from notices.ledger.entry import build_entry
from notices.ledger.store import Ledger
from notices.ledger.types import Evidence, IssuedLetter, Occasion, State
from notices.letter.make import Letter, LetterMaker
from notices.letter.workspace import read_workspace
from notices.page.fonts import read_font_set
from notices.places import FONTS
from notices.post.print_files import PrintSetup, make_print, open_print_setup
from notices.post.print_ledger import enter_states, sent_before
from notices.post.runfolder import read_run
from notices.proof.decode import decode_codes
from notices.proof.readback import rasterise, read_pdf
from notices.wording.digests import KindText
from tests.cli.calls import Call
from tests.post.runs import DEMAND, REMINDER, RUN_ID, MadeRun, build_run, draw

ENTERED = "2026-03-31T08:00:00+00:00"
TEXT = KindText("t" * 64, {}, {})
EARLY = ("--today", "2026-04-01")
LIVE = (*EARLY, "--without-payments")


@pytest.fixture(scope="session")
def four(maker: LetterMaker) -> list[Letter]:
    return [*(draw(maker, REMINDER, n) for n in (1, 2, 3)), draw(maker, DEMAND, 4)]


@pytest.fixture(scope="module")
def setup() -> Iterator[PrintSetup]:
    with open_print_setup(read_font_set(FONTS), date(2026, 4, 1)) as setup:
        yield setup


def entry(letter: Letter, phone: str) -> IssuedLetter:
    one = letter.checked
    assert one.case and one.figures and one.pack
    record: dict[str, Any] = dict(one.record.data)
    record["recipient"] = {**record["recipient"], "phone": phone}
    return build_entry(
        *(one.case, one.figures, one.pack, record),
        Evidence(letter.letter_id, TEXT, letter.digest, ENTERED, letter.profile),
        Occasion(run_id=RUN_ID),
    )


@pytest.fixture
def run(workspace: Path, four: list[Letter]) -> MadeRun:
    """A live run of four letters in the workspace, entered in its ledger."""
    phones = ("+86 138-0000-0001", "", "13800000003", "=1+1")
    with Ledger(read_workspace(None, workspace).ledger_url) as ledger:
        for letter, phone in zip(four, phones, strict=True):
            assert ledger.issue(entry(letter, phone)).letter
    return build_run(workspace / "run", four)


def states(workspace: Path, letter: str) -> list[tuple[str, str]]:
    with Ledger(read_workspace(None, workspace).ledger_url) as ledger:
        return [(s.state, s.note) for s in ledger.states_of(letter)]


def ids(run: MadeRun) -> list[str]:
    return [str(line["letter_id"]) for line in run.lines[:-1]]


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


@pytest.mark.heavy
def test_a_run_is_printed_once(call: Call, workspace: Path, run: MadeRun) -> None:
    first = call("print", "run", *LIVE, "--json")
    assert first.code == 0, first.out
    answer = first.json
    assert answer["printed"]["letters"] == 4 and answer["withdrawn"]["letters"] == 0
    assert answer["printed"]["money"] == {"CNY": "17648.91"}
    before = snapshot(run.folder)
    again = call("print", "run", *LIVE, "--json")
    assert again.code == 0 and again.json["files"] == answer["files"]
    assert snapshot(run.folder) == before
    for letter in ids(run):
        assert [state for state, _ in states(workspace, letter)] == ["issued", "printed"]
    assert "17,648.91" in call("print", "run", *LIVE, "--lang", "zh").out


@pytest.mark.heavy
def test_a_fresh_list_withdraws(call: Call, workspace: Path, run: MadeRun) -> None:
    first, second, third, _ = run.lines[:4]
    text = (
        f"\ufeffletter;reason\n{first['letter_id']};paid\n{second['case_id']};争议\nX-77421;paid\n"
    )
    Path("paid.csv").write_text(text, encoding="utf-8")
    said = call("print", "run", *LIVE, "--withdraw", "paid.csv", "--json")
    assert said.code == 0, said.out
    assert "withdraw-unknown" in said.rules
    assert "X-77421" not in said.out
    assert said.json["printed"]["letters"] == 2 and said.json["withdrawn"]["letters"] == 2
    assert states(workspace, first["letter_id"])[-1] == ("withdrawn", f"{RUN_ID} paid")
    assert states(workspace, second["letter_id"])[-1] == ("withdrawn", f"{RUN_ID} dispute")
    assert states(workspace, third["letter_id"])[-1][0] == "printed"

    Path("more.csv").write_text(str(third["letter_id"]))
    before = snapshot(run.folder)
    other = call("print", "run", *LIVE, "--withdraw", "more.csv", "--json")
    assert other.code == 1 and "print-exists" in other.rules
    assert snapshot(run.folder) == before
    anew = call(
        *("print", "run", *LIVE, "--withdraw", "more.csv", "--json"), "--again", "paid at seven"
    )
    assert anew.code == 0, anew.out
    assert anew.json["withdrawn"]["letters"] == 3 and anew.json["printed"]["letters"] == 1
    there = {Path(file["file"]).name for file in anew.json["files"]} | {"print.json"}
    assert {file.name for file in (run.folder / "print").iterdir()} == there
    assert not list(run.folder.glob(".print-*"))


@pytest.mark.heavy
def test_payments_since_the_export(call: Call, workspace: Path, run: MadeRun) -> None:
    unsaid = call("print", "run", *EARLY, "--json")
    assert unsaid.code == 1 and "print-payments-unsaid" in unsaid.rules
    assert "--without-payments" in call("print", "run", *EARLY, "--lang", "zh").err
    first = run.lines[0]
    Path("bank.csv").write_text(
        f"交易日期,贷方金额,附言,对方户名\n2026-03-31,{first['total']},{first['letter_id']},乙示例\n",
        encoding="utf-8",
    )
    period = ("--paid-period", "2026-03-27", "2026-03-31")
    assert call("print", "run", *EARLY, "--paid", "bank.csv", "--json").rules == {"paid-period"}
    done = call("print", "run", *EARLY, "--paid", "bank.csv", *period, "--json")
    assert done.code == 0 and "paid-full" in done.rules, done.out
    assert done.json["withdrawn"]["letters"] == 1 and "乙示例" not in done.out
    assert states(workspace, first["letter_id"])[-1] == ("withdrawn", f"{RUN_ID} paid")
    rows = csv.DictReader(io.StringIO((run.folder / "print" / "paid.csv").read_text("utf-8-sig")))
    assert [(row["letter_id"], row["done"]) for row in rows] == [(first["letter_id"], "withdrawn")]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("CN-0001-1,because", "withdraw-reason"),
        ("", "withdraw-empty"),
        ("CN-0001-1,paid\nCN-0001-2\nCN-0001-3\nCN-0003-4", "print-nothing"),
    ],
)
def test_lists_that_will_not_do(call: Call, run: MadeRun, text: str, rule: str) -> None:
    Path("list.csv").write_text(text, encoding="utf-8")
    said = call("print", "run", *LIVE, "--withdraw", "list.csv", "--json")
    assert said.code == 1 and rule in said.rules
    assert not (run.folder / "print").exists()


@pytest.mark.heavy
def test_a_list_in_another_encoding(call: Call, run: MadeRun) -> None:
    """A Chinese office's own encoding is read, in a list of a line too; what leaves a doubt is
    asked for."""
    case = run.lines[0]["case_id"]
    words = ("print", "run", *LIVE, "--withdraw", "list.csv", "--json")
    Path("list.csv").write_bytes(f"{case},款已还".encode("gb18030"))
    unsure = call(*words)
    assert unsure.code == 1 and "encoding-unsure" in unsure.rules
    assert not (run.folder / "print").exists()
    Path("list.csv").write_bytes(f"案件编号,原因\r\n{case},已还清\r\n".encode("gb18030"))
    said = call(*words)
    assert said.code == 0 and said.json["withdrawn"]["letters"] == 1, said.out
    Path("list.csv").write_bytes(f"{case},已还款".encode("gb18030"))
    for more in ((), ("--encoding", "gb18030")):
        same = call(*words, *more)
        assert same.code == 0 and same.json["files"] == said.json["files"]


def test_too_late(call: Call, workspace: Path, run: MadeRun) -> None:
    said = call("print", "run", "--today", "2026-04-11", "--without-payments", "--json")
    assert said.code == 1 and "print-too-late" in said.rules
    assert not (run.folder / "print").exists()
    assert [state for state, _ in states(workspace, ids(run)[0])] == ["issued"]


def test_the_ledger_is_a_witness(call: Call, workspace: Path, run: MadeRun) -> None:
    """A letter gone from folder, manifest and journal alike is still missed."""
    run.file(0).unlink()
    (run.folder / "journal.jsonl").unlink()
    lost = run.lines.pop(0)
    run.write()
    said = call("print", "run", *LIVE, "--json")
    assert said.code == 1 and said.rules >= {"print-letter-lost"}
    assert lost["letter_id"] in said.out


@pytest.mark.heavy
def test_a_letter_that_was_never_issued(
    call: Call, workspace: Path, maker: LetterMaker, run: MadeRun, four: list[Letter]
) -> None:
    build_run(workspace / "other", [*four, draw(maker, REMINDER, 9)])
    said = call("print", "other", *LIVE, "--json")
    assert said.code == 1 and "print-not-issued" in said.rules


@pytest.mark.heavy
def test_no_letter_goes_out_twice(call: Call, workspace: Path, run: MadeRun) -> None:
    """What another run printed, or the post had, is withdrawn here."""
    first, second, *_ = ids(run)
    with Ledger(read_workspace(None, workspace).ledger_url) as ledger:
        at = "2026-03-31T20:00:00+00:00"
        ledger.add_states(
            [State(first, "posted", at, "EMS"), State(second, "printed", at, "othe-run #000001")]
        )
    said = call("print", "run", *LIVE, "--json")
    assert said.code == 0 and "print-sent-before" in said.rules
    assert said.json["withdrawn"]["letters"] == 2


@pytest.mark.heavy
def test_spoilt_letters_are_printed_once_more(call: Call, workspace: Path, run: MadeRun) -> None:
    assert call("reprint", "run", "--seq", "2-3", *EARLY, "--json").rules == {"print-none"}
    assert call("print", "run", *LIVE).code == 0
    said = call("reprint", "run", "--seq", "2-3", "--out", "spoilt", *EARLY, "--json")
    assert said.code == 0, said.out
    assert said.json["printed"]["letters"] == 2
    (file,) = Path("spoilt").iterdir()
    told = json.loads((run.folder / "print" / "print.json").read_bytes())["letters"]
    wanted = [f"{one['letter_id']} 1/{one['pages']} {one['seq']:06d}" for one in told[1:3]]
    codes = [decode_codes(rasterise(file.read_bytes(), page, 200)) for page in (3, 5)]
    assert all(mark in found for mark, found in zip(wanted, codes, strict=True))
    with Ledger(read_workspace(None, workspace).ledger_url) as ledger:
        assert len(list(ledger.letters(RUN_ID))) == 4
    way = states(workspace, told[1]["letter_id"])
    assert [state for state, _ in way] == ["issued", "printed", "printed"]
    assert way[-1][1].endswith("#000002 reprint")
    assert call("reprint", "run", "--seq", "4-9", *EARLY, "--json").rules == {"reprint-range"}
    for bad in ("0", "5-2", "a-b", ""):
        assert call("reprint", "run", "--seq", bad, *EARLY).code == 2


@pytest.mark.heavy
def test_orders_for_the_carrier(call: Call, workspace: Path, run: MadeRun) -> None:
    assert call("ems", "run", "--json").rules == {"print-none"}
    Path("list.csv").write_text(ids(run)[2] + ",held")
    assert call("print", "run", *LIVE, "--withdraw", "list.csv").code == 0
    said = call("ems", "run", *EARLY, "--json")
    assert said.code == 1 and said.rules == {"ems-no-phone"} and said.json["orders"] == 3
    file = Path(said.json["file"])
    assert file.stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(io.StringIO(file.read_bytes().decode("gb18030"))))
    by_letter = {row["商户订单号"]: row for row in rows}
    assert ids(run)[2] not in by_letter
    first = by_letter[ids(run)[0]]
    assert first["收件人手机号"] == "13800000001"
    assert first["内件品名"] == f"函件 {ids(run)[0]}"
    assert first["收件人姓名"] == "甲测试" and "虚构路" in first["收件人地址"]
    assert by_letter[ids(run)[3]]["收件人手机号"] == ""
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())

    own = workspace / "ems"
    own.mkdir()
    text = "encoding: utf-8-sig\ncontent: x\ncolumns: [{head: =cmd, value: recipient_name}]\n"
    (own / "mine.yaml").write_text(text)
    asked = ("ems", "run", *EARLY, "--profile", "mine", "--content", "催款函 {letter_id}", "--json")
    assert call(*asked).rules == {"ems-content"}
    assert (run.folder / "print" / "mine.csv").read_bytes().startswith(b"\xef\xbb\xbf'=cmd\r\n")
    (own / "mine.yaml").write_text(text.replace("recipient_name", "debt"))
    assert call(*asked).code == 2
    assert call("ems", "run", "--profile", "none").code == 2


@pytest.mark.heavy
def test_no_postage_for_what_must_not_go_out(call: Call, workspace: Path, run: MadeRun) -> None:
    """Paid, taken out, held or posted after the printing: what `reprint` refuses is not ordered."""
    assert call("print", "run", *LIVE).code == 0
    (first, second, third, fourth), held = ids(run), run.lines[2]["case_id"]
    assert call("ems", "run", *EARLY, "--json").json["orders"] == 4
    paid = f"案件编号,原因\n{run.lines[0]['case_id']},已还款\n"
    Path("paid.csv").write_text(paid, encoding="utf-8")
    assert call("ledger", "withdraw", "paid.csv").code == 0
    Path("out.csv").write_text(f"{second},dispute\n", encoding="utf-8")
    assert call("ledger", "withdraw", "out.csv").code == 0
    (workspace / "holds.csv").write_text(f"case_id,hold\n{held},dispute\n", encoding="utf-8")
    said = call("ems", "run", *EARLY, "--json")
    assert said.json["orders"] == 1 and said.rules >= {"ems-held", "ems-gone"}
    assert said.json["left_out"] == {"dispute": 1, "held": 1, "paid": 1}
    table = Path(said.json["file"])
    text = table.read_bytes().decode("gb18030")
    assert fourth in text and not any(one in text for one in (first, second, third))
    told = call("ems", "run", *EARLY, "--lang", "zh")
    assert "3 封信函现不得寄出" in told.out and "争议 1" in told.out and "已结清" in told.err

    with Ledger(read_workspace(None, workspace).ledger_url) as ledger:
        ledger.add_states([State(fourth, "posted", "2026-04-01T20:00:00+00:00", "EMS")])
    last = call("ems", "run", *EARLY, "--json")
    assert last.json["orders"] == 0 and last.json["file"] == "" and not table.exists()
    late = call("ems", "run", "--today", "2026-04-11", "--json")
    assert late.code == 1 and "print-too-late" in late.rules and not table.exists()
    (workspace / "holds.csv").write_text("case_id,hold\n,dispute\n", encoding="utf-8")
    broken = call("ems", "run", *EARLY, "--json")
    assert broken.code == 1 and "hold-row" in broken.rules and not table.exists()


@pytest.mark.heavy
@pytest.mark.parametrize("envelope", ["cn-dl", "cn-c5", "a4-windowless"])
def test_calibration_sheets(call: Call, workspace: Path, envelope: str) -> None:
    said = call("calibrate", envelope, "--json")
    assert said.code == 0, said.out
    data = Path(said.json["file"]).read_bytes()
    assert "CALIBRATION-0 1/1 000000" in decode_codes(rasterise(data, 1, 200))
    text = "".join(run.text for run in read_pdf(data).runs)
    assert envelope in text and "100 mm" in text and "校准" in text
    assert call("calibrate", envelope, "--out", "x/y.pdf").code == 0
    assert Path("x/y.pdf").read_bytes() == data
    assert call("calibrate", "none").code == 2


@pytest.mark.heavy
def test_a_hold_of_today_withdraws(call: Call, workspace: Path, run: MadeRun) -> None:
    first, second = run.lines[0], run.lines[1]
    (workspace / "holds.csv").write_text(
        f"case_id,hold,until\n{first['case_id']},dispute,\n{second['case_id']},minor,2026-03-31\n"
    )
    said = call("print", "run", *LIVE, "--json")
    assert said.code == 0 and "print-held" in said.rules
    assert said.json["withdrawn"]["letters"] == 1 and said.json["printed"]["letters"] == 3
    assert states(workspace, first["letter_id"])[-1] == ("withdrawn", f"{RUN_ID} dispute")
    (workspace / "holds.csv").write_text(f"case_id,hold\n{second['case_id']},deceased\n")
    numbers = json.loads((run.folder / "print" / "print.json").read_bytes())["letters"]
    (seq,) = [one["seq"] for one in numbers if one["letter_id"] == second["letter_id"]]
    again = call("reprint", "run", "--seq", seq, *EARLY, "--out", "spoilt", "--json")
    assert again.code == 1 and again.rules == {"print-held"} and not Path("spoilt").exists()
    (workspace / "holds.csv").write_text("case_id,hold\n,dispute\n")
    broken = call("print", "run", *LIVE, "--json", "--again", "x")
    assert broken.code == 1 and "hold-row" in broken.rules


@pytest.mark.heavy
def test_one_call_at_a_time_prints_a_run(call: Call, run: MadeRun) -> None:
    with lock_run(run.folder):
        for words in (("print", "run"), ("reprint", "run", "--seq", "1")):
            said = call(*words, *EARLY)
            assert said.code == 2 and "another call works on this run" in said.out + said.err
            assert "此刻另有命令正在处理本批次" in call(*words, *EARLY, "--lang", "zh").err
    assert not (run.folder / "print").exists()
    assert call("print", "run", *LIVE).code == 0


@pytest.mark.heavy
def test_of_two_runs_with_one_letter_the_first_to_finish_prints_it(
    workspace: Path, run: MadeRun, four: list[Letter], setup: PrintSetup
) -> None:
    """Both looked into the ledger before either had printed."""
    other = build_run(workspace / "other", four, run_id="another-run0")
    with Ledger(read_workspace(None, workspace).ledger_url) as ledger:
        made = []
        for folder in (run.folder, other.folder):
            found, _ = read_run(folder)
            assert found is not None and not sent_before(found, ledger, ())[0]
            files, _ = make_print(found, (), setup)
            assert files is not None
            made.append((found, files))
        told = [enter_states(ledger, found, files, "2026-04-01") for found, files in made]
        assert told[0] == () and {f.rule for f in told[1]} == {"print-sent-before"}
        assert {f.severity for f in told[1]} == {"error"} and len(told[1]) == 4
        assert len(sent_before(made[1][0], ledger, ())[0]) == 4


@pytest.mark.heavy
def test_what_is_gone_keeps_its_state(call: Call, workspace: Path, run: MadeRun) -> None:
    """A letter that the post has is no withdrawn one, and is not reprinted."""
    assert call("print", "run", *LIVE).code == 0
    first, second, *_ = ids(run)
    with Ledger(read_workspace(None, workspace).ledger_url) as ledger:
        ledger.add_states([State(first, "posted", "2026-04-01T20:00:00+00:00", "EMS")])
        ledger.add_states([State(second, "settled", "2026-04-01T20:00:00+00:00", "paid")])
    said = call("reprint", "run", "--seq", "1-4", *EARLY, "--out", "spoilt", "--json")
    assert said.code == 1 and said.rules == {"print-sent-before"} and not Path("spoilt").exists()
    anew = call("print", "run", *LIVE, "--again", "jam", "--json")
    assert anew.code == 0 and anew.json["withdrawn"]["letters"] == 2, anew.out
    assert states(workspace, first)[-1][0] == "posted"
    assert states(workspace, second)[-1][0] == "settled"
    told = json.loads((run.folder / "print" / "print.json").read_bytes())["withdrawn"]
    assert {one["letter_id"]: one["reason"] for one in told} == {first: "sent", second: "paid"}
