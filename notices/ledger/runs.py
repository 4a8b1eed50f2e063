"""Runs in the ledger: what each froze when it began, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from notices.errors import LedgerError
from notices.ledger.schema import RUNS
from notices.ledger.types import RUN_STATES, Run


def begin(connection: sa.Connection, run: Run) -> Run:
    """Enter the run; one that stands there already comes back as it is."""
    if stored := find(connection, run.run_id):
        return stored
    connection.execute(
        sa.insert(RUNS).values(
            run_id=run.run_id,
            started_at=run.started_at,
            frozen=dict(run.frozen),
            state=run.state,
            finished_at=run.finished_at,
            tally=dict(run.tally),
        )
    )
    return run


def finish(
    connection: sa.Connection, run_id: str, at: str, tally: Mapping[str, object], state: str
) -> None:
    """Close the run. Raises LedgerError where there is none, or the state is unknown."""
    if state not in RUN_STATES:
        raise LedgerError(f"no run is ever {state[:40]}")
    change = sa.update(RUNS).where(RUNS.c.run_id == run_id)
    done = connection.execute(change.values(state=state, finished_at=at, tally=dict(tally)))
    if done.rowcount != 1:
        raise LedgerError(f"no run is called {run_id[:80]}")


def find(connection: sa.Connection, run_id: str) -> Run | None:
    row = connection.execute(sa.select(RUNS).where(RUNS.c.run_id == run_id)).mappings().first()
    return _run(row) if row else None


def every(connection: sa.Connection) -> tuple[Run, ...]:
    """All runs, the latest first."""
    asked = sa.select(RUNS).order_by(RUNS.c.started_at.desc(), RUNS.c.run_id)
    return tuple(_run(row) for row in connection.execute(asked).mappings())


def _run(row: Mapping[Any, Any]) -> Run:
    values = dict(row)
    return Run(**{**values, "tally": values["tally"] or {}})
