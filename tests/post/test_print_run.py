"""A Python caller prints as safely as the command line: no rule stands in a door."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from notices.errors import FileError, WorkspaceError
from notices.files import lock_run
from notices.finding import Finding, errors_in
from notices.ledger.store import Ledger
from notices.ledger.types import State
from notices.letter.live import LiveGate
from notices.letter.make import Letter
from notices.letter.workspace import Workspace
from notices.post.order_ems import order_ems
from notices.post.print_run import PrintOptions, print_run, reprint_run
from notices.post.withdraw import withdraw_letters
from notices.post.withdrawal_list import read_withdrawals
from tests.post.runs import MadeRun, build_run, enter

TODAY, NOW = date(2026, 4, 1), "2026-04-01T08:00:00+00:00"
UNSEEN = PrintOptions(without_payments=True)


@pytest.fixture
def workspace(tmp_path: Path, drawn: list[Letter]) -> Workspace:
    """With a ledger that has the seven letters of a live run."""
    place = Workspace(root=tmp_path, ledger_url=f"sqlite:///{tmp_path / 'letters.sqlite'}")
    with LiveGate(place, NOW) as gate:
        enter(gate, drawn)
    return place


def rules(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.rule for finding in errors_in(findings)}


def states(workspace: Workspace, letter: str) -> list[str]:
    with Ledger(workspace.ledger_url) as ledger:
        return [state.state for state in ledger.states_of(letter)]


def test_held_paid_and_sent_letters_stay_out(
    made: MadeRun, workspace: Workspace, tmp_path: Path
) -> None:
    (held, _), (paid, paid_case), (sent, _), (kept, _) = (
        (str(line["letter_id"]), line["case_id"]) for line in made.lines[:4]
    )
    (tmp_path / "holds.csv").write_text(f"case_id,hold\n{made.lines[0]['case_id']},dispute\n")
    (tmp_path / "paid.csv").write_text(f"{paid_case},paid\n")
    with Ledger(workspace.ledger_url) as ledger:
        ledger.add_states([State(sent, "posted", NOW, "EMS")])
    done = print_run(
        *(made.folder, workspace, TODAY, NOW),
        PrintOptions(withdraw=tmp_path / "paid.csv", without_payments=True),
    )
    assert not errors_in(done.findings)
    assert (done.printed.letters, done.withdrawn.letters) == (4, 3)
    assert [path.is_file() for path in done.paths] == [True] * len(done.paths)
    assert states(workspace, held) == ["issued", "withdrawn"] == states(workspace, paid)
    assert states(workspace, sent) == ["issued", "posted"]
    assert states(workspace, kept) == ["issued", "printed"]

    other = print_run(
        made.folder, workspace, TODAY, NOW, PrintOptions(most=1, without_payments=True)
    )
    assert rules(other.findings) == {"print-exists"} and other.paths == ()
    assert all(path.is_file() for path in done.paths)


def test_nothing_is_printed_after_the_last_day_to_post(made: MadeRun, workspace: Workspace) -> None:
    late = print_run(made.folder, workspace, date(2026, 4, 11), NOW, UNSEEN)
    assert rules(late.findings) == {"print-too-late"} and late.made is None
    assert not (made.folder / "print").exists()


def test_what_is_paid_after_the_printing_is_not_reprinted_nor_ordered(
    made: MadeRun, workspace: Workspace, tmp_path: Path
) -> None:
    assert print_run(made.folder, workspace, TODAY, NOW, UNSEEN).printed.letters == 7
    told = json.loads((made.folder / "print" / "print.json").read_bytes())["letters"]
    first = told[0]["letter_id"]
    (tmp_path / "paid.csv").write_text(f"{first},paid\n")
    lines, _ = read_withdrawals(tmp_path / "paid.csv")
    with Ledger(workspace.ledger_url) as ledger:
        assert withdraw_letters(ledger, lines, "paid.csv", NOW).settled == 1
        assert withdraw_letters(ledger, lines, "paid.csv", NOW).known == 1
    again = reprint_run(made.folder, workspace, TODAY, NOW, (1, 2), tmp_path / "spoilt")
    assert rules(again.findings) == {"print-sent-before"} and not (tmp_path / "spoilt").exists()
    assert len(reprint_run(made.folder, workspace, TODAY, NOW, (2, 3)).paths) > 0
    orders = order_ems(made.folder, workspace, TODAY)
    assert orders.file is not None and orders.left_out == {"paid": 1}
    assert orders.count == 6 and first.encode() not in orders.file.read_bytes()


def test_one_call_at_a_time(made: MadeRun, workspace: Workspace) -> None:
    with lock_run(made.folder):
        for call in (
            lambda: print_run(made.folder, workspace, TODAY, NOW, UNSEEN),
            lambda: reprint_run(made.folder, workspace, TODAY, NOW, (1, 1)),
            lambda: order_ems(made.folder, workspace, TODAY),
        ):
            with pytest.raises(FileError, match="another call"):
                call()


def test_a_live_run_needs_its_ledger_and_a_draft_none(
    made: MadeRun, drawn: list[Letter], tmp_path: Path
) -> None:
    with pytest.raises(WorkspaceError, match="keeps a ledger"):
        print_run(made.folder, Workspace(), TODAY, NOW)
    assert not (made.folder / "print").exists()
    drafts = build_run(tmp_path / "drafts", drawn[:1], live=False)
    done = print_run(drafts.folder, Workspace(), TODAY, NOW)
    assert done.printed.letters == 1 and "print-drafts" in {f.rule for f in done.findings}
