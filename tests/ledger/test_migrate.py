"""A ledger of an older schema becomes one of today's, whole or not at all."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateColumn, CreateTable

from notices.ledger.schema import LETTERS, META
from notices.ledger.store import Ledger
from notices.ledger.types import Delivery, digest_of_address, digest_of_name
from tests.ledger.letters import letter

HOME = Path(__file__).parents[2]
OLD = (Path(__file__).parent / "schema-1.sql").read_text(encoding="utf-8")
LATER = (Path(__file__).parent / "schema-3.sql").read_text(encoding="utf-8")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'letters.sqlite'}"


@contextmanager
def opened(url: str) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    with connection:
        yield connection
    connection.close()


def write_old(url: str) -> None:
    records = [
        {"id": "A-1", "recipient": {"name": "丙虚构", "address": ["示例路1号", "北京市"]}},
        {
            "id": "A-2",
            "parties": [
                {"name": "丁虚构", "address": ["甲街2号"]},
                {"name": "丙虚构", "address": ["乙街３号"]},
            ],
        },
        {"id": "A-3"},
    ]
    with opened(url) as connection:
        connection.executescript(OLD)
        for n, record in enumerate(records, 1):
            connection.execute(
                "INSERT INTO letters VALUES (?,?,?,'lender','丙虚构',1,'reminder',1,1,'c','t','p',"
                "'CN','1','d','2026-03-31','2026-03-31','2026-04-02','2026-04-15','CNY','81.60',"
                "'[\"zh-Hans\"]','now','[]','{}',?,'')",
                (f"A-{n}-Q", "k", f"A-{n}", json.dumps(record)),
            )
            connection.execute(
                "INSERT INTO states (letter_id, state, at, note) VALUES (?, 'issued', 'now', '')",
                (f"A-{n}-Q",),
            )


def test_what_stood_in_an_old_ledger_stands_in_the_new_one(url: str) -> None:
    write_old(url)
    with Ledger(url) as ledger:
        letters = list(ledger.letters())
        assert [one.letter_id for one in letters] == ["A-1-Q", "A-2-Q", "A-3-Q"]
        assert letters[0].address_digest == digest_of_address(["示例路1号北京市"])
        assert letters[1].address_digest == digest_of_address(["乙街3号"])
        assert letters[2].address_digest == letters[2].replaces == ""
        assert {one.name_digest for one in letters} == {digest_of_name("丙虚构")}
        assert str(letters[0].total) == "81.60"
        assert [s.state for s in ledger.states_of("A-1-Q")] == ["issued"]
        assert ledger.record_delivery(Delivery("A-1-Q", "returned")).delivery
        assert set(ledger.returned_from([letters[0].address_digest])) == {letters[0].address_digest}
        ledger.issue(letter(9))
    with opened(url) as connection:
        assert connection.execute("SELECT value FROM about").fetchall() == [("4",)]
        indexes = {
            r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type='index'")
        }
        named = ("address_digest", "name_digest", "replaces")
        assert {f"ix_letters_{name}" for name in named} <= indexes
    with Ledger(url) as ledger:  # and once is enough
        assert len(list(ledger.letters())) == 4


@pytest.mark.parametrize("schema", ["2", "3"])
def test_letters_of_a_later_schema_are_found_by_their_names(url: str, schema: str) -> None:
    with opened(url) as connection:
        connection.executescript(LATER)
        for n in range(1, 4):
            connection.execute(
                "INSERT INTO letters VALUES (?,'k',?,'lender',?,1,'reminder',1,1,'c','t','p','CN',"
                "'1','d','2026-03-31','2026-03-31','2026-04-02','2026-04-15','CNY','81.60',"
                "'[\"zh-Hans\"]','now','[]','{}','{}','','a','','')",
                (f"A-{n}-Q", f"A-{n}", "丁虚构" if n == 3 else "Muster GmbH"),
            )
        if schema == "2":
            connection.execute("DROP TABLE imported")
            connection.execute("UPDATE about SET value = '2'")
    wanted = digest_of_name("MUSTER  G.m.b.H.")
    with Ledger(url) as ledger:
        found = ledger.written_to([wanted])[wanted]
        assert [past.letter_id for past in found] == ["A-1-Q", "A-2-Q"]
        assert len(ledger.sent_to(["a"])["a"]) == 3  # what stood there stands there
        assert ledger.imported_letters(["A-1"]) == {}
        ledger.issue(letter(9))
    with opened(url) as connection:
        assert connection.execute("SELECT value FROM about").fetchall() == [("4",)]


_KILLED = """
import os, signal, sys
import sqlalchemy as sa
from notices.ledger.store import Ledger
from notices.ledger.schema import LETTERS, META
@sa.event.listens_for(sa.Engine, "before_cursor_execute")
def die(connection, cursor, statement, parameters, context, executemany):
    if statement.startswith("UPDATE letters"):
        os.kill(os.getpid(), signal.SIGKILL)
Ledger(sys.argv[1])
"""


@pytest.mark.heavy
def test_a_kill_on_the_way_leaves_the_old_ledger(url: str) -> None:
    write_old(url)
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, url],
        cwd=HOME,
        env={**os.environ, "PYTHONPATH": str(HOME)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    with opened(url) as connection:
        assert connection.execute("SELECT value FROM about").fetchall() == [("1",)]
        columns = {row[1] for row in connection.execute("PRAGMA table_info(letters)")}
        assert "replaces" not in columns
    with Ledger(url) as ledger:
        assert len(list(ledger.letters())) == 3


@pytest.mark.heavy
def test_two_processes_may_bring_it_up_to_date_at_once(url: str) -> None:
    write_old(url)
    code = "import sys; from notices.ledger.store import Ledger; "
    code += "print(len(list(Ledger(sys.argv[1]).letters())))"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, url],
            cwd=HOME,
            env={**os.environ, "PYTHONPATH": str(HOME)},
            stdout=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    assert [one.communicate(timeout=60)[0].strip() for one in both] == [b"3"] * 3


def test_the_tables_and_the_change_can_be_said_to_another_database() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for table in META.sorted_tables:
        made = str(CreateTable(table).compile(dialect=dialect))
        assert made.strip().startswith("CREATE TABLE")
        for column in table.columns:
            added = str(CreateColumn(column).compile(dialect=dialect))
            assert "DATETIME" not in added
    for name in ("address_digest", "name_digest", "replaces", "reason"):
        added = str(CreateColumn(LETTERS.c[name]).compile(dialect=dialect))
        assert "DEFAULT '' NOT NULL" in added  # so rows of the old schema can have it
