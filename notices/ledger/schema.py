"""The ledger's tables, and how an older ledger becomes a present one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from notices.errors import LedgerError
from notices.ledger.types import digest_of_address, digest_of_name

SCHEMA = 4

META = sa.MetaData()
ABOUT = sa.Table(
    "about",
    META,
    sa.Column("key", sa.String(40), primary_key=True),
    sa.Column("value", sa.String(200), nullable=False),
)
RUNS = sa.Table(
    "runs",
    META,
    sa.Column("run_id", sa.String(80), primary_key=True),
    sa.Column("started_at", sa.String(40), nullable=False),
    sa.Column("frozen", sa.JSON, nullable=False),  # dates, pack snapshot, font digests
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("finished_at", sa.String(40), nullable=False, server_default=""),
    sa.Column("tally", sa.JSON, nullable=True),
)
LETTERS = sa.Table(
    "letters",
    META,
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
    sa.Column("address_digest", sa.String(64), nullable=False, server_default="", index=True),
    sa.Column("name_digest", sa.String(64), nullable=False, server_default="", index=True),
    sa.Column("replaces", sa.String(120), nullable=False, server_default="", index=True),
    sa.Column("reason", sa.String(400), nullable=False, server_default=""),
)
STATES = sa.Table(
    "states",
    META,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("letter_id", sa.ForeignKey("letters.letter_id"), nullable=False, index=True),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("note", sa.String(400), nullable=False),
)
DELIVERIES = sa.Table(
    "deliveries",
    META,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("letter_id", sa.ForeignKey("letters.letter_id"), nullable=False, index=True),
    sa.Column("result", sa.String(20), nullable=False),
    sa.Column("day", sa.Date, nullable=True),
    sa.Column("carrier", sa.String(80), nullable=False),
    sa.Column("waybill", sa.String(80), nullable=False, index=True),
    sa.Column("declared_content", sa.String(200), nullable=False),
    sa.Column("note", sa.String(400), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
)
# What other systems sent before, as somebody stated it: no letter of this ledger, and no proof.
IMPORTED = sa.Table(
    "imported",
    META,
    sa.Column("digest", sa.String(64), primary_key=True),  # of what is stated: once only
    sa.Column("case_id", sa.String(80), nullable=False, index=True),
    sa.Column("creditor_id", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("issue_date", sa.Date, nullable=False),
    sa.Column("pay_by", sa.Date, nullable=False),
    sa.Column("debts", sa.JSON, nullable=False),  # their numbers; [] = all of the case
    sa.Column("file", sa.String(200), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
)
# What each older schema lacks: (table, columns). New tables are made by themselves.
_ADDED: Mapping[str, tuple[tuple[sa.Table, tuple[str, ...]], ...]] = {
    "1": (
        (RUNS, ("finished_at", "tally")),
        (LETTERS, ("address_digest", "name_digest", "replaces", "reason")),
    ),
    "2": ((LETTERS, ("name_digest",)),),
    "3": ((LETTERS, ("name_digest",)),),
}
_PAGE = 5_000  # letters brought up to date at once
_MAKING = 0x6E6F7469  # whoever makes or migrates the tables holds this lock: "noti"


def prepare(connection: sa.Connection, shown: str) -> None:
    """Make the tables, or bring an older ledger's up to date; all within the caller's transaction.

    Raises LedgerError where the ledger is of a version that this code does not know.
    """
    if _schema(connection, shown) == str(SCHEMA):
        return
    if connection.dialect.name == "postgresql":  # SQLite's writers queue by themselves
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MAKING)))
    found = _schema(connection, shown)  # another process may have made it meanwhile
    if found == str(SCHEMA):
        return
    if found in _ADDED:
        _migrate(connection, found)
    elif found:
        raise LedgerError(f"{shown}: written by another version of notices (schema {found})")
    META.create_all(connection)
    connection.execute(sa.delete(ABOUT).where(ABOUT.c.key == "schema"))
    connection.execute(sa.insert(ABOUT).values(key="schema", value=str(SCHEMA)))


def _schema(connection: sa.Connection, shown: str) -> str:
    """The schema of the ledger that is there; "" where the database is empty."""
    tables = sa.inspect(connection).get_table_names()
    if not tables:
        return ""
    if ABOUT.name not in tables:
        raise LedgerError(f"{shown}: holds other things; give the ledger a database of its own")
    return str(connection.execute(sa.select(ABOUT.c.value).where(ABOUT.c.key == "schema")).scalar())


def _migrate(connection: sa.Connection, found: str) -> None:
    for table, names in _ADDED[found]:
        for name in names:
            column = sa.schema.CreateColumn(table.c[name]).compile(dialect=connection.dialect)
            connection.execute(sa.text(f"ALTER TABLE {table.name} ADD COLUMN {column}"))
        for index in table.indexes:
            if any(column.name in names for column in index.columns):
                index.create(connection, checkfirst=True)
    if found == "1":
        _fill_addresses(connection)
    _fill_names(connection)


def _fill_addresses(connection: sa.Connection) -> None:
    """Where each letter of schema 1 went, from the record it was made of."""
    rows = connection.execute(sa.select(LETTERS.c.letter_id, LETTERS.c.recipient, LETTERS.c.record))
    digests = [
        {"of": letter_id, "digest": digest_of_address(_address(record, recipient))}
        for letter_id, recipient, record in rows
    ]
    if digests:
        change = (
            sa.update(LETTERS)
            .where(LETTERS.c.letter_id == sa.bindparam("of"))
            .values(address_digest=sa.bindparam("digest"))
        )
        connection.execute(change, digests)


def _fill_names(connection: sa.Connection) -> None:
    """To whom each letter went, from the name in its own row."""
    last = ""
    change = (
        sa.update(LETTERS)
        .where(LETTERS.c.letter_id == sa.bindparam("of"))
        .values(name_digest=sa.bindparam("digest"))
    )
    while True:
        asked = sa.select(LETTERS.c.letter_id, LETTERS.c.recipient).where(
            LETTERS.c.letter_id > last
        )
        rows = connection.execute(asked.order_by(LETTERS.c.letter_id).limit(_PAGE)).all()
        if not rows:
            return
        digests = [{"of": of, "digest": digest_of_name(recipient)} for of, recipient in rows]
        connection.execute(change, digests)
        last = rows[-1].letter_id


def _address(record: Any, recipient: str) -> tuple[str, ...]:
    """The address of the party called `recipient` in a record; nothing where it can't be known."""
    if not isinstance(record, dict):
        return ()
    parties = [record.get("recipient"), *(record.get("parties") or ())]
    lines = next(
        (p.get("address") for p in parties if isinstance(p, dict) and p.get("name") == recipient),
        None,
    )
    return tuple(map(str, lines)) if isinstance(lines, list) else ()
