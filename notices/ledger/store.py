"""The ledger: which letters were issued, when, with which text; the one room of SQLAlchemy.

SQLite in the workspace by default; any other database by its URL. One transaction writes a letter
and its first state, so a crash leaves either both or none, and issuing again is harmless.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from notices.errors import LedgerError
from notices.findings import Finding
from notices.ledger.types import Issue, IssuedLetter, State

SCHEMA = 1
PATIENCE = 20  # seconds to wait while another process writes

_META = sa.MetaData()
_ABOUT = sa.Table(
    "about",
    _META,
    sa.Column("key", sa.String(40), primary_key=True),
    sa.Column("value", sa.String(200), nullable=False),
)
_RUNS = sa.Table(
    "runs",
    _META,
    sa.Column("run_id", sa.String(80), primary_key=True),
    sa.Column("started_at", sa.String(40), nullable=False),
    sa.Column("frozen", sa.JSON, nullable=False),  # dates, pack snapshot, font digests
    sa.Column("state", sa.String(20), nullable=False),
)
_LETTERS = sa.Table(
    "letters",
    _META,
    sa.Column("letter_id", sa.String(120), primary_key=True),
    sa.Column("notice_key", sa.String(400), nullable=False, index=True),
    sa.Column("case_id", sa.String(80), nullable=False, index=True),
    sa.Column("creditor_id", sa.String(200), nullable=False),
    sa.Column("recipient", sa.String(200), nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("cycle", sa.Integer, nullable=False),
    sa.Column("content_digest", sa.String(64), nullable=False),
    sa.Column("text_digest", sa.String(64), nullable=False),
    sa.Column("pdf_sha256", sa.String(64), nullable=False),
    sa.Column("pack_id", sa.String(20), nullable=False),
    sa.Column("pack_version", sa.String(40), nullable=False),
    sa.Column("pack_digest", sa.String(64), nullable=False),
    sa.Column("issue_date", sa.Date, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("dispatch_by", sa.Date, nullable=False),
    sa.Column("pay_by", sa.Date, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("total", sa.String(40), nullable=False),  # exact, as decimal text
    sa.Column("languages", sa.JSON, nullable=False),
    sa.Column("created_at", sa.String(40), nullable=False),
    sa.Column("sources", sa.JSON, nullable=False),
    sa.Column("profile", sa.JSON, nullable=False),
    sa.Column("record", sa.JSON, nullable=False),
    sa.Column("run_id", sa.String(80), nullable=False, index=True),
)
_STATES = sa.Table(
    "states",
    _META,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("letter_id", sa.ForeignKey("letters.letter_id"), nullable=False, index=True),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("note", sa.String(400), nullable=False),
)


class Ledger:
    """An open ledger. Every method raises LedgerError where the database fails, and says why."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = _engine(url)
        with self._writing() as connection:
            _META.create_all(connection)
            _check_schema(connection, url)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

    def issue(self, letter: IssuedLetter) -> Issue:
        """Enter a letter. Issued before with the same content: the stored one comes back."""
        try:
            with self._writing() as connection:
                if stored := _letter(connection, letter.letter_id):
                    return _compare(stored, letter)
                connection.execute(sa.insert(_LETTERS).values(_columns(letter)))
                _add_state(connection, State(letter.letter_id, "issued", letter.created_at))
                return Issue(letter)
        except IntegrityError:  # another process was faster between the look and the entry
            with self._writing() as connection:
                stored = _letter(connection, letter.letter_id)
            if stored is None:
                raise LedgerError(f"{_shown(self.url)}: refused the letter") from None
            return _compare(stored, letter)

    def letter(self, letter_id: str) -> IssuedLetter | None:
        """The letter as issued."""
        with self._reading() as connection:
            return _letter(connection, letter_id)

    def letters_of(self, case_id: str) -> tuple[IssuedLetter, ...]:
        """Every letter of a case, in order of issue."""
        asked = sa.select(_LETTERS).where(_LETTERS.c.case_id == case_id)
        with self._reading() as connection:
            rows = connection.execute(asked.order_by(_LETTERS.c.created_at, _LETTERS.c.letter_id))
            return tuple(_issued(row) for row in rows.mappings())

    def states_of(self, letter_id: str) -> tuple[State, ...]:
        """A letter's way, oldest first."""
        asked = sa.select(_STATES).where(_STATES.c.letter_id == letter_id)
        with self._reading() as connection:
            rows = connection.execute(asked.order_by(_STATES.c.number)).mappings()
            return tuple(State(r["letter_id"], r["state"], r["at"], r["note"]) for r in rows)

    def add_state(self, state: State) -> None:
        """Note a step of a letter's way."""
        with self._writing() as connection:
            _add_state(connection, state)

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except SQLAlchemyError as error:
            raise LedgerError(_why(self.url, error)) from error

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect().execution_options(reading=True) as connection:
                yield connection
        except SQLAlchemyError as error:
            raise LedgerError(_why(self.url, error)) from error


def _engine(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return sa.create_engine(parsed, json_serializer=_json)
        _make_private(Path(parsed.database or ""))
        engine = sa.create_engine(parsed, connect_args={"timeout": PATIENCE}, json_serializer=_json)
    except (SQLAlchemyError, ImportError) as error:
        raise LedgerError(f"{_shown(url)}: not a database URL that works here: {error}") from error
    except OSError as error:
        raise LedgerError(f"{_shown(url)}: {error.strerror or error}") from error
    sa.event.listen(engine, "connect", _on_connect)
    sa.event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: Any) -> None:
    """Transactions are begun by `_on_begin`, not by the driver."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def _on_begin(connection: sa.Connection) -> None:
    """A writer takes the lock at once: two processes queue instead of failing half-way."""
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _make_private(file: Path) -> None:
    """The ledger holds full account numbers: nobody but its owner reads it."""
    if not file.parent.is_dir():
        file.parent.mkdir(parents=True, mode=0o700)
        file.parent.chmod(0o700)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    if file.stat().st_mode & 0o077:
        file.chmod(0o600)


def _check_schema(connection: sa.Connection, url: str) -> None:
    asked = sa.select(_ABOUT.c.value).where(_ABOUT.c.key == "schema")
    found = connection.execute(asked).scalar()
    if found is None:
        connection.execute(sa.insert(_ABOUT).values(key="schema", value=str(SCHEMA)))
    elif found != str(SCHEMA):
        raise LedgerError(f"{_shown(url)}: written by another version of notices (schema {found})")


def _letter(connection: sa.Connection, letter_id: str) -> IssuedLetter | None:
    asked = sa.select(_LETTERS).where(_LETTERS.c.letter_id == letter_id)
    row = connection.execute(asked).mappings().first()
    return _issued(row) if row else None


def _add_state(connection: sa.Connection, state: State) -> None:
    connection.execute(
        sa.insert(_STATES).values(
            letter_id=state.letter_id, state=state.state, at=state.at, note=state.note
        )
    )


def _columns(letter: IssuedLetter) -> dict[str, Any]:
    values = {f.name: getattr(letter, f.name) for f in fields(letter)}
    values["total"] = str(letter.total)
    values["languages"] = list(letter.languages)
    values["sources"] = [dict(source) for source in letter.sources]
    values["profile"] = dict(letter.profile)
    values["record"] = dict(letter.record)
    return values


def _issued(row: Mapping[Any, Any]) -> IssuedLetter:
    values = dict(row)
    values["total"] = Decimal(values["total"])
    values["languages"] = tuple(values["languages"])
    values["sources"] = tuple(values["sources"])
    return IssuedLetter(**values)


def _compare(stored: IssuedLetter, asked: IssuedLetter) -> Issue:
    params = {
        "letter": stored.letter_id,
        "case": stored.case_id,
        "date": stored.issue_date.isoformat(),
        "digest": stored.pdf_sha256[:12],
    }
    if stored.content_digest != asked.content_digest:
        return Issue(None, (Finding("already-issued", params=params),))
    if stored.pdf_sha256 != asked.pdf_sha256:
        return Issue(stored, (Finding("issued-other-bytes", "warning", params=params),), True)
    return Issue(stored, (), True)


def _why(url: str, error: SQLAlchemyError) -> str:
    """The database's failure, told plainly and without the values it was about."""
    cause = str(getattr(error, "orig", None) or error).splitlines()[0]
    if "locked" in cause:
        return f"{_shown(url)}: another process is writing to the ledger; try again"
    if "not a database" in cause or "malformed" in cause:
        return f"{_shown(url)}: damaged, or not a ledger: restore it from a backup"
    if isinstance(error, OperationalError) and "readonly" in cause:
        return f"{_shown(url)}: the ledger can't be written"
    return f"{_shown(url)}: {cause}"


def _shown(url: str) -> str:
    """The URL as messages may show it: a file's path, never a password."""
    try:
        parsed = sa.make_url(url)
    except SQLAlchemyError:
        return "ledger"
    return parsed.database or url if parsed.drivername == "sqlite" else parsed.render_as_string()
