"""Letters of other systems, as somebody's list states them: entered once, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from notices.ledger.schema import IMPORTED
from notices.ledger.types import ImportedLetter


def enter(connection: sa.Connection, letters: Sequence[ImportedLetter]) -> int:
    """Enter those that do not stand there yet; how many they were."""
    by_digest = {letter.digest: letter for letter in letters}
    asked = sa.select(IMPORTED.c.digest).where(IMPORTED.c.digest.in_(by_digest))
    for known in connection.execute(asked).scalars():
        del by_digest[known]
    if by_digest:
        connection.execute(sa.insert(IMPORTED), [_values(one) for one in by_digest.values()])
    return len(by_digest)


def of_cases(
    connection: sa.Connection, case_ids: Iterable[str], creditor_id: str
) -> tuple[ImportedLetter, ...]:
    """Those of some cases, oldest first; of every creditor where none is named."""
    asked = sa.select(IMPORTED).where(IMPORTED.c.case_id.in_(list(case_ids)))
    if creditor_id:
        asked = asked.where(IMPORTED.c.creditor_id == creditor_id)
    rows = connection.execute(asked.order_by(IMPORTED.c.issue_date, IMPORTED.c.digest)).mappings()
    return tuple(_letter(row) for row in rows)


def _values(letter: ImportedLetter) -> dict[str, object]:
    values = {c.name: getattr(letter, c.name) for c in IMPORTED.c}
    return {**values, "debts": list(letter.debts)}


def _letter(row: sa.RowMapping) -> ImportedLetter:
    values = {name: value for name, value in row.items() if name != "digest"}
    return ImportedLetter(**{**values, "debts": tuple(values["debts"])})
