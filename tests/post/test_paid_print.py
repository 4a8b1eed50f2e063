"""Bank statements beside a live printing: who paid gets no letter, and no day goes unseen."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from notices.catalogue import message
from notices.finding import errors_in
from notices.ledger.store import Ledger
from notices.letter.live import LiveGate
from notices.letter.make import Letter
from notices.letter.workspace import Workspace
from notices.post.print_run import PrintOptions, PrintResult, print_run
from tests.post.runs import MadeRun, build_run, enter
from tests.post.statements_made import Move, camt, mt940

pytestmark = pytest.mark.heavy
TODAY, NOW = date(2026, 4, 1), "2026-04-01T08:00:00+00:00"
SENDER = """id: sample-bank
accounts: [{holder: A, bank: B, iban: DE02 1203 0000 0000 2020 51}]
"""


@pytest.fixture
def workspace(tmp_path: Path, drawn: list[Letter]) -> Workspace:
    """With the first four letters of the run in its ledger: three reminders, one demand."""
    senders = tmp_path / "senders"
    senders.mkdir()
    place = Workspace(
        root=tmp_path, ledger_url=f"sqlite:///{tmp_path / 'letters.sqlite'}", senders=senders
    )
    with LiveGate(place, NOW) as gate:
        enter(gate, drawn[:4])
    return place


@pytest.fixture
def run(drawn: list[Letter], tmp_path: Path) -> MadeRun:
    return build_run(tmp_path / "run", drawn[:4])


def printed(
    run: MadeRun,
    workspace: Workspace,
    *files: Path,
    without_payments: bool = False,
    paid_period: tuple[date, date] | None = None,
) -> PrintResult:
    asked = PrintOptions(paid=files, without_payments=without_payments, paid_period=paid_period)
    return print_run(run.folder, workspace, TODAY, NOW, asked)


def statement(
    tmp_path: Path,
    moves: Sequence[Move],
    name: str = "a.xml",
    first: str = "2026-03-27",
    last: str = "2026-03-31",
    number: int = 7,
) -> Path:
    file = tmp_path / name
    file.write_bytes(camt(moves, first, last, number))
    return file


def table(run: MadeRun) -> list[dict[str, str]]:
    text = (run.folder / "print" / "paid.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def rules(done: PrintResult) -> list[str]:
    return [finding.rule for finding in errors_in(done.findings)]


def test_who_paid_gets_no_letter(run: MadeRun, workspace: Workspace, tmp_path: Path) -> None:
    first, _, third = run.lines[:3]
    moves = [
        Move(first["total"], f"还款 {first['letter_id']} 谢谢", payer="乙示例"),
        Move("5.00", "", reference=third["letter_id"]),
        Move("77.00", "rent", payer="Cara Muster"),
        Move("10.00", "fee", credit=False),
    ]
    done = printed(run, workspace, statement(tmp_path, moves))
    assert not rules(done), done.findings
    assert (done.printed.letters, done.withdrawn.letters) == (2, 2)
    record = json.loads((run.folder / "print" / "print.json").read_bytes())
    assert {w["letter_id"]: w["reason"] for w in record["withdrawn"]} == {
        first["letter_id"]: "paid",
        third["letter_id"]: "held",
    }
    with Ledger(workspace.ledger_url) as ledger:
        notes = {
            n: ledger.states_of(str(line["letter_id"]))[-1] for n, line in enumerate(run.lines[:4])
        }
    assert [notes[n].state for n in range(4)] == ["withdrawn", "printed", "withdrawn", "printed"]
    assert notes[0].note.endswith("paid") and notes[2].note.endswith("held")

    rows = table(run)
    assert [(row["letter_id"], row["amount"], row["done"], row["why"]) for row in rows] == [
        (first["letter_id"], first["total"], "withdrawn", "full"),
        (third["letter_id"], "5.00", "held", "part"),
        ("", "77.00", "none", "unmatched"),
    ]
    assert rows[0]["case_id"] == first["case_id"] and rows[0]["reference"] == first["letter_id"]
    assert all(row["why_en"] and row["why_zh"] for row in rows)
    assert (run.folder / "print" / "paid.csv").stat().st_mode & 0o077 == 0
    (held,) = (f for f in done.findings if f.rule == "paid-held")
    assert "a part of the total" in message(held, "en") and "部分款项" in message(held, "zh")
    assert "Cara" not in "".join(message(f, "en") for f in done.findings)

    files = {f.name: f.read_bytes() for f in (run.folder / "print").iterdir()}
    again = printed(run, workspace, statement(tmp_path, moves))
    assert not rules(again)
    assert {f.name: f.read_bytes() for f in (run.folder / "print").iterdir()} == files


def test_a_debt_s_number_is_a_reference_too(
    run: MadeRun, workspace: Workspace, drawn: list[Letter], tmp_path: Path
) -> None:
    """Three letters of one contract number here: who is meant is in doubt, and all are held."""
    number = str(drawn[0].checked.record.data["debts"][0]["contract_number"])
    total = run.lines[0]["total"]
    done = printed(run, workspace, statement(tmp_path, [Move(total, number)]))
    held = [f for f in done.findings if f.rule == "paid-held"]
    assert len(held) == 3 and {row["why"] for row in table(run)} == {"ambiguous"}
    one = build_run(tmp_path / "one", drawn[:1], run_id="abcdefabcdef")
    with Ledger(workspace.ledger_url) as ledger:
        assert ledger.letter(str(one.lines[0]["letter_id"]))
    done = printed(one, workspace, statement(tmp_path, [Move(total, number)]))
    assert {f.rule for f in done.findings} >= {"paid-full", "print-nothing"}


def test_payments_are_listed_where_no_letter_is_left(
    run: MadeRun, workspace: Workspace, tmp_path: Path
) -> None:
    moves = [Move(str(one["total"]), str(one["letter_id"])) for one in run.lines[:4]]
    moves[3] = Move("5.00", str(run.lines[3]["letter_id"]))
    done = printed(run, workspace, statement(tmp_path, moves))
    assert rules(done) == ["print-nothing"] and done.made is None
    assert [row["done"] for row in table(run)] == ["withdrawn"] * 3 + ["held"]
    (said,) = (f for f in done.findings if f.rule == "paid-all-out")
    assert Path(said.file) == run.folder / "print" / "paid.csv" and said.params["count"] == "4"
    assert Path(said.file).stat().st_mode & 0o077 == 0
    assert [file.name for file in (run.folder / "print").iterdir()] == ["paid.csv"]
    later = printed(run, workspace, statement(tmp_path, moves[3:]))
    assert not rules(later) and later.printed.letters == 3, "the folder is free for a print"


def test_live_letters_want_the_payments(
    run: MadeRun, workspace: Workspace, tmp_path: Path, drawn: list[Letter]
) -> None:
    unsaid = printed(run, workspace)
    assert rules(unsaid) == ["print-payments-unsaid"] and unsaid.made is None
    assert not (run.folder / "print").exists()
    drafts = build_run(tmp_path / "drafts", drawn[:4], live=False)
    assert not rules(printed(drafts, workspace))
    assert rules(printed(drafts, workspace, statement(tmp_path, []))) == ["paid-drafts"]
    done = printed(run, workspace, without_payments=True)
    assert not rules(done) and done.printed.letters == 4
    assert "print-without-payments" in {f.rule for f in done.findings}
    assert not (run.folder / "print" / "paid.csv").exists()


def test_no_day_since_the_figures_goes_unseen(
    run: MadeRun, workspace: Workspace, tmp_path: Path
) -> None:
    """The letters' figures are of 27 March 2026, a Friday, and of 30 March."""
    late = statement(tmp_path, [], first="2026-03-30")
    gap = printed(run, workspace, late)
    assert rules(gap) == ["paid-gap"] and gap.made is None
    assert not (run.folder / "print").exists()
    assert (gap.findings[-1].params["from"], gap.findings[-1].params["to"]) == (
        "2026-03-27",
        "2026-03-29",
    )
    before = statement(tmp_path, [], "b.xml", last="2026-03-27", number=6)
    assert not rules(printed(run, workspace, late, before))


def test_days_without_a_statement_may_be_said(
    run: MadeRun, workspace: Workspace, tmp_path: Path
) -> None:
    """Banks make none where nothing is booked; one that is missing between two is missed."""
    asked = (date(2026, 3, 27), date(2026, 3, 31))
    friday = statement(tmp_path, [], last="2026-03-27", number=6)
    assert rules(printed(run, workspace, friday)) == ["paid-gap"]
    later = statement(tmp_path, [], "b.xml", first="2026-03-31", number=8)
    broken = printed(run, workspace, friday, later, paid_period=asked)
    assert rules(broken) == ["paid-break"]
    short = (date(2026, 3, 28), date(2026, 3, 31))
    assert rules(printed(run, workspace, friday, paid_period=short)) == ["paid-gap"]
    assert not rules(printed(run, workspace, friday, paid_period=asked))


def test_every_account_that_the_letters_name_is_seen(
    run: MadeRun, workspace: Workspace, tmp_path: Path
) -> None:
    assert workspace.senders is not None
    profile = workspace.senders / "sample-bank.yaml"
    profile.write_text(SENDER.replace("2020 51", "2020 52"))
    other = printed(run, workspace, statement(tmp_path, []))
    assert rules(other) == ["paid-account"]
    profile.write_text(SENDER)
    assert not rules(printed(run, workspace, statement(tmp_path, [])))


def test_a_table_covers_the_days_that_its_owner_says(
    run: MadeRun, workspace: Workspace, tmp_path: Path
) -> None:
    line = run.lines[0]
    file = tmp_path / "paid.csv"
    file.write_text(
        f"value date,amount,reference\n2026-03-31,{line['total']},{line['letter_id']}\n"
    )
    unsaid = printed(run, workspace, file)
    assert rules(unsaid) == ["paid-period"] and unsaid.findings[-1].params["to"] == "2026-03-31"
    short = printed(run, workspace, file, paid_period=(date(2026, 3, 28), date(2026, 3, 31)))
    assert rules(short) == ["paid-period"]
    done = printed(run, workspace, file, paid_period=(date(2026, 3, 27), date(2026, 3, 31)))
    assert not rules(done) and done.withdrawn.letters == 1
    assert table(run)[0]["currency"] == line["currency"]


def test_mt940_and_what_can_t_be_read(run: MadeRun, workspace: Workspace, tmp_path: Path) -> None:
    line = run.lines[1]
    file = tmp_path / "a.sta"
    text = mt940([Move(line["total"], line["letter_id"])], opened=date(2026, 3, 26))
    file.write_text(text)
    bad = tmp_path / "bad.xml"
    bad.write_text("<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")
    refused = printed(run, workspace, file, bad)
    assert rules(refused) == ["paid-doctype"] and not (run.folder / "print").exists()
    done = printed(run, workspace, file)
    assert not rules(done) and done.withdrawn.letters == 1
