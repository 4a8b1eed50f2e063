"""Many letters at once, many processes at once, and the end of a process at any moment."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from notices.errors import LedgerError
from notices.ledger.store import Ledger
from notices.ledger.types import Run, State
from tests.ledger.letters import AT, at, letter

HOME = Path(__file__).parents[2]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger' / 'letters.sqlite'}"


def count(url: str, table: str) -> int:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    connection.close()
    return found


def test_many_letters_are_entered_in_one_go_each_with_its_answer(url: str) -> None:
    many = [letter(n) for n in range(1200)]
    with Ledger(url) as ledger:
        assert all(issue.letter and not issue.again for issue in ledger.issue_many(many))
        mixed = [
            letter(1),
            letter(2, content_digest="x" * 64),
            letter(5000),
            letter(5000),
            letter(5001),
            letter(5001, content_digest="y" * 64),
        ]
        answers = ledger.issue_many(mixed)
        assert [(a.letter is not None, a.again) for a in answers] == [
            (True, True),
            (False, False),
            (True, False),
            (True, True),
            (True, False),
            (False, False),
        ]
        assert ledger.issue_many(()) == ()
        assert len(list(ledger.letters())) == 1202
    assert count(url, "states") == 1202


def test_readers_do_not_wait_for_a_writer(url: str) -> None:
    with Ledger(url) as ledger:
        ledger.issue(letter())
        writer = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE letters SET reason = 'half-way'")
        seen = ledger.letter("A-1-QWERTY")
        assert seen is not None and seen.reason == ""
        writer.execute("ROLLBACK")
        writer.close()


_WRITER = """
import sys
from notices.ledger.store import Ledger
from notices.ledger.types import State
from tests.ledger.letters import letter
url, first = sys.argv[1], int(sys.argv[2])
with Ledger(url) as ledger:
    for start in range(first, first + 400, 50):
        issues = ledger.issue_many([letter(n) for n in range(start, start + 50)])
        assert all(issue.letter is not None for issue in issues), issues
        proven = range(start, start + 5)
        ledger.add_states([State(letter(n).letter_id, "proven", "now") for n in proven])
"""


@pytest.mark.heavy
def test_processes_that_open_and_issue_at_once_lose_and_double_nothing(url: str) -> None:
    """Three of them, half of whose letters overlap; the ledger is made by whichever is first."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITER, url, str(first)],
            cwd=HOME,
            env={**os.environ, "PYTHONPATH": str(HOME)},
        )
        for first in (0, 200, 400)
    ]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0]
    assert count(url, "letters") == 800
    with Ledger(url) as ledger:
        states = ledger.states_of_many(letter(n).letter_id for n in range(800))
        assert len(states) == 800
        assert all([s.state for s in way].count("issued") == 1 for way in states.values())


_KILLED = """
import os, signal, sys
import sqlalchemy as sa
from notices.ledger.store import Ledger
from tests.ledger.letters import letter
ledger = Ledger(sys.argv[1])
ledger.issue(letter(0))
@sa.event.listens_for(sa.Engine, "before_cursor_execute")
def die(connection, cursor, statement, parameters, context, executemany):
    if statement.startswith("INSERT INTO states"):
        os.kill(os.getpid(), signal.SIGKILL)
ledger.issue_many([letter(n) for n in range(1, 30)])
"""


@pytest.mark.heavy
def test_a_kill_between_letters_and_their_states_leaves_neither(url: str) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, url],
        cwd=HOME,
        env={**os.environ, "PYTHONPATH": str(HOME)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    with Ledger(url) as ledger:
        assert [one.letter_id for one in ledger.letters()] == ["A-0-QWERTY"]
        assert all(not i.again for i in ledger.issue_many([letter(n) for n in range(1, 30)]))
        assert all(ledger.states_of(letter(n).letter_id) for n in range(30))


def test_past_letters_of_many_cases(url: str) -> None:
    with Ledger(url) as ledger:
        ledger.issue_many([letter(n, run_id="r1") for n in range(1100)])
        later = letter(7, letter_id="A-7-LATER", level=2, issue_date=at(20), run_id="r2")
        ledger.issue(later)
        ledger.issue(letter(8, letter_id="A-8-OTHER", creditor_id="other"))
        ledger.add_states([State("A-7-QWERTY", "posted", AT)])
        ledger.add_states([State("A-7-QWERTY", "returned", AT)])
        past = ledger.past_letters(f"A-{n}" for n in range(1050))
        assert len(past) == 1050
        assert [(p.level, p.state) for p in past["A-7"]] == [(1, "returned"), (2, "issued")]
        assert len(past["A-8"]) == 2
        own = ledger.past_letters(["A-8", "A-8", "none"], creditor_id="lender")
        assert [p.letter_id for p in own["A-8"]] == ["A-8-QWERTY"] and len(own) == 1
        before = ledger.past_letters(["A-7", "A-9"], besides_run="r2")
        assert [p.letter_id for p in before["A-7"]] == ["A-7-QWERTY"]
        assert ledger.past_letters([]) == {}
        assert [one.letter_id for one in ledger.letters("r2")] == ["A-7-LATER"]
        assert [one.letter_id for one in ledger.letters("r2")] == ["A-7-LATER"]


def test_unknown_states_are_refused(url: str) -> None:
    with Ledger(url) as ledger:
        ledger.issue(letter())
        with pytest.raises(LedgerError, match="postet"):
            ledger.add_states(
                [State("A-1-QWERTY", "posted", AT), State("A-1-QWERTY", "postet", AT)]
            )
        with pytest.raises(LedgerError):
            ledger.add_states([State("A-1-QWERTY", "posted", AT), State("nobody", "posted", AT)])
        assert [s.state for s in ledger.states_of("A-1-QWERTY")] == ["issued"]


# — Runs


def test_a_run_keeps_what_it_froze(url: str) -> None:
    first = Run(
        "abc", "2026-04-01T08:00:00+00:00", {"issue_date": "2026-04-01", "packs": {"CN": "d"}}
    )
    with Ledger(url) as ledger:
        assert ledger.run("abc") is None
        assert ledger.begin_run(first) == first
        again = ledger.begin_run(replace(first, started_at="later", frozen={"issue_date": "other"}))
        assert again == first
        ledger.finish_run("abc", "2026-04-01T09:00:00+00:00", {"written": 7})
        done = ledger.run("abc")
        assert done is not None
        assert (done.state, done.tally, done.frozen) == ("finished", {"written": 7}, first.frozen)
        ledger.begin_run(Run("xyz", "2026-04-02T08:00:00+00:00"))
        assert [run.run_id for run in ledger.runs()] == ["xyz", "abc"]
        with pytest.raises(LedgerError, match="no run"):
            ledger.finish_run("none", AT, {})
        with pytest.raises(LedgerError):
            ledger.finish_run("abc", AT, {}, "half")


# — Damage


def test_a_ledger_damaged_in_the_middle_is_told_plainly(url: str) -> None:
    with Ledger(url) as ledger:
        ledger.issue_many([letter(n) for n in range(400)])
    file = Path(url.removeprefix("sqlite:///"))
    raw = bytearray(file.read_bytes())
    raw[8192 : len(raw) - 4096] = b"\xa5" * (len(raw) - 12288)
    file.write_bytes(raw)
    with pytest.raises(LedgerError, match="damaged"), Ledger(url) as ledger:
        list(ledger.letters())


def test_an_empty_file_is_a_new_ledger_and_another_database_is_left_alone(
    url: str, tmp_path: Path
) -> None:
    file = tmp_path / "ledger" / "letters.sqlite"
    file.parent.mkdir()
    file.touch()
    Ledger(url).close()
    file.unlink()
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE photos (name)")
    other.close()
    with pytest.raises(LedgerError, match="database of its own"):
        Ledger(url)
    with sqlite3.connect(file) as other:
        assert [r[0] for r in other.execute("SELECT name FROM sqlite_master")] == ["photos"]
    other.close()


@pytest.mark.heavy
def test_a_second_opening_in_one_process_keeps_the_firsts_hold_on_the_file(url: str) -> None:
    """Closing any handle of a file drops all its process's locks on it: another process would then
    take itself for the last one and take the log away from under this one's writes."""
    log = Path(url.removeprefix("sqlite:///") + "-wal")
    other = f"from notices.ledger.store import Ledger\nwith Ledger({url!r}) as l: l.letter('none')"
    with Ledger(url) as ledger:
        ledger.issue(letter(1))
        with Ledger(url) as second:
            assert second.letter(letter(1).letter_id)
            subprocess.run([sys.executable, "-c", other], check=True, cwd=HOME)
            assert log.is_file()
            assert ledger.issue(letter(2)).letter and second.issue(letter(3)).letter
    assert count(url, "letters") == 3
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()
