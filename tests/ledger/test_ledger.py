"""The ledger: what is issued is issued once, and stays as it was."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from notices.errors import LedgerError
from notices.ledger.store import Ledger
from notices.ledger.types import IssuedLetter, State

LETTER = IssuedLetter(
    letter_id="A-1-QWERTY",
    notice_key='["lender", "A-1", "reminder", 1, 1]',
    case_id="A-1",
    creditor_id="lender",
    recipient="丙虚构",
    attempt=1,
    kind="reminder",
    level=1,
    cycle=1,
    content_digest="c" * 64,
    text_digest="t" * 64,
    pdf_sha256="p" * 64,
    pack_id="CN",
    pack_version="1",
    pack_digest="d" * 64,
    issue_date=date(2026, 3, 31),
    as_of=date(2026, 3, 31),
    dispatch_by=date(2026, 4, 2),
    pay_by=date(2026, 4, 15),
    currency="CNY",
    total=Decimal("8180.160"),
    languages=("zh-Hans", "en"),
    created_at="2026-03-31T08:00:00+00:00",
    sources=({"id": "rules/x", "status": "verified"},),
    profile={"renderer": "70"},
    record={"id": "A-1", "account": "6222000000000000"},
)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger' / 'letters.sqlite'}"


def test_a_letter_comes_back_as_it_was_issued(url: str) -> None:
    with Ledger(url) as ledger:
        assert ledger.issue(LETTER).letter == LETTER
    with Ledger(url) as ledger:
        assert ledger.letter("A-1-QWERTY") == LETTER
        assert str(ledger.letters_of("A-1")[0].total) == "8180.160"
        assert ledger.letters_of("A-2") == ()
        assert ledger.letter("none") is None


def test_the_same_letter_again_is_the_stored_one(url: str) -> None:
    with Ledger(url) as ledger:
        ledger.issue(LETTER)
        again = ledger.issue(replace(LETTER, created_at="2027-01-01T00:00:00+00:00"))
        assert again.again and not again.findings
        assert again.letter == LETTER
        assert [s.state for s in ledger.states_of(LETTER.letter_id)] == ["issued"]


def test_other_content_under_the_same_key_is_refused(url: str) -> None:
    with Ledger(url) as ledger:
        ledger.issue(LETTER)
        refused = ledger.issue(replace(LETTER, content_digest="x" * 64, total=Decimal(1)))
        assert refused.letter is None
        (finding,) = refused.findings
        assert finding.rule == "already-issued" and finding.severity == "error"
        assert finding.params["date"] == "2026-03-31"
        assert ledger.letter(LETTER.letter_id) == LETTER


def test_the_same_content_drawn_otherwise_is_a_warning(url: str) -> None:
    with Ledger(url) as ledger:
        ledger.issue(LETTER)
        (finding,) = ledger.issue(replace(LETTER, pdf_sha256="y" * 64)).findings
        assert (finding.rule, finding.severity) == ("issued-other-bytes", "warning")


def test_states_are_added_in_order(url: str) -> None:
    with Ledger(url) as ledger:
        ledger.issue(LETTER)
        ledger.add_states([State(LETTER.letter_id, "posted", "2026-04-01", "EMS")])
        assert [s.state for s in ledger.states_of(LETTER.letter_id)] == ["issued", "posted"]
        with pytest.raises(Exception, match="FOREIGN KEY"):
            ledger.add_states([State("nobody", "posted", "2026-04-01")])


def test_the_file_is_its_owner_s_alone(url: str, tmp_path: Path) -> None:
    Ledger(url).close()
    assert (tmp_path / "ledger").stat().st_mode & 0o777 == 0o700
    file = tmp_path / "ledger" / "letters.sqlite"
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    Ledger(url).close()
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("broken", [b"nonsense " * 200, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_file_is_told(url: str, tmp_path: Path, broken: bytes) -> None:
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "letters.sqlite").write_bytes(broken)
    with pytest.raises(LedgerError, match="damaged"):
        Ledger(url)


def test_a_ledger_of_another_version_is_left_alone(url: str) -> None:
    import sqlite3

    Ledger(url).close()
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE about SET value = '99'")
    connection.close()
    with pytest.raises(LedgerError, match="schema 99"):
        Ledger(url)


@pytest.mark.parametrize("bad", ["nonsense", "nodb://x/y", "sqlite:////proc/none/x.sqlite"])
def test_a_url_that_does_not_work_is_told(bad: str) -> None:
    with pytest.raises(LedgerError):
        Ledger(bad)


def test_a_password_is_never_shown() -> None:
    with pytest.raises(LedgerError) as caught:
        Ledger("nodb://me:secret@host/ledger")
    assert "secret" not in str(caught.value)


_WRITER = """
import sys
from dataclasses import replace
from notices.ledger.store import Ledger
from tests.ledger.test_ledger import LETTER
with Ledger(sys.argv[1]) as ledger:
    for i in range(40):
        issue = ledger.issue(replace(LETTER, letter_id=f"A-{i}", case_id="A"))
        assert issue.letter is not None, issue
"""


@pytest.mark.heavy
def test_two_processes_write_at_once(url: str) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, url], cwd=Path(__file__).parents[2])
        for _ in range(3)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    with Ledger(url) as ledger:
        assert len(ledger.letters_of("A")) == 40
        assert all(len(ledger.states_of(f"A-{i}")) == 1 for i in range(40))
