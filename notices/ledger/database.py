"""The database behind the ledger: opening it, its transactions, and its failures said plainly."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from notices.errors import LedgerError

PATIENCE = 30  # seconds to wait while another process writes


class Database:
    """A database by its URL: SQLite in the workspace, or any other that SQLAlchemy knows."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = _engine(url)

    @property
    def shown(self) -> str:
        """The URL as messages may show it: a file's path, never a password."""
        return _shown(self.url)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction: all of it or nothing. IntegrityError comes through, for a retry."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except SQLAlchemyError as error:
            raise LedgerError(_why(self.url, error)) from error

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect().execution_options(reading=True) as connection:
                yield connection
        except SQLAlchemyError as error:
            raise LedgerError(_why(self.url, error)) from error


def is_there(url: str) -> bool:
    """Whether the database exists already, as far as its URL tells: a file may not yet."""
    try:
        parsed = sa.make_url(url)
    except SQLAlchemyError:
        return False
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").is_file()


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
    """Transactions are begun by `_on_begin`, not by the driver. Readers don't wait for a writer:
    the write-ahead log; a commit is on the disk before it returns."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):  # locked: another process is just doing this
                raise


def _on_begin(connection: sa.Connection) -> None:
    """A writer takes the lock at once: two processes queue instead of failing half-way."""
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _make_private(file: Path) -> None:
    """The ledger holds full account numbers: nobody but its owner reads it.

    A file that is there is never opened here: closing it would drop this process's locks on it
    (POSIX), those of connections in use included (sqlite.org/howtocorrupt.html, 2.2).
    """
    if not file.parent.is_dir():
        file.parent.mkdir(parents=True, mode=0o700)
        file.parent.chmod(0o700)
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    if file.stat().st_mode & 0o077:
        file.chmod(0o600)


def _why(url: str, error: SQLAlchemyError) -> str:
    """The database's failure, said plainly and without the values it was about."""
    cause = str(getattr(error, "orig", None) or error).splitlines()[0]
    if "locked" in cause:
        return f"{_shown(url)}: another process is writing to the ledger; try again"
    if "not a database" in cause or "malformed" in cause:
        return f"{_shown(url)}: damaged, or not a ledger: restore it from a backup"
    if "full" in cause and isinstance(error, OperationalError):
        return f"{_shown(url)}: no space is left for the ledger"
    if isinstance(error, OperationalError) and "readonly" in cause:
        return f"{_shown(url)}: the ledger can't be written"
    return f"{_shown(url)}: {cause}"


def _shown(url: str) -> str:
    try:
        parsed = sa.make_url(url)
    except SQLAlchemyError:
        return "ledger"
    return parsed.database or url if parsed.drivername == "sqlite" else parsed.render_as_string()
