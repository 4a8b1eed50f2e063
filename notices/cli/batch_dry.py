"""`notices batch --dry-run`: every row checked up to its composed letter, and nothing made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from notices.case.expected import Expected, compare_expected, read_expected
from notices.case.reader import Record
from notices.cli.batch_rows import Rows, TableRows
from notices.cli.dryrun import check_rows, state_of
from notices.cli.session import CLEAN, FAULT, FINDINGS, Session
from notices.findings import Finding, errors_in

if TYPE_CHECKING:
    from notices.run.record import Request


def dry_run(session: Session, rows: Rows, request: Request, asked: dict[str, Any]) -> NoReturn:
    """Checks, says what came of it, and leaves."""
    from notices.cli.dry_plan import DryPlan
    from notices.run.record import Desk

    desk = Desk(session.workspace, tuple(asked["fonts"]))
    expected = read_expected(asked["expect"])
    with DryPlan(desk, request, asked["dispatch_by"], asked["live"]) as plan:
        plan.look_over(rows)

        def check(record: Record) -> Iterator[Finding]:
            return plan.check(rows.named(record) if isinstance(rows, TableRows) else record)

        if isinstance(rows, TableRows):
            _table(session, rows, check, expected, asked)
        states: Counter[str] = Counter()
        for record in rows:
            found = tuple(check(record))
            states[state_of(found)] += 1
            session.note(found)
    count = states.total()
    session.note(compare_expected(expected, rows.counted, str(rows.parts[0])))
    answer = {name: states[name] for name in ("accepted", "rejected", "held")}
    session.say("batch-dry", rows=count, **answer)
    session.finish({"rows": count, **answer}, None if count else FAULT)


def _table(
    session: Session, rows: TableRows, check: Any, expected: Expected, asked: dict[str, Any]
) -> NoReturn:
    file = rows.source.file
    folder = asked["out"] or session.workspace.defaults.out / f"{file.stem}-dry-run"
    with rows.records() as records:
        summary = check_rows(records, check, folder, expected)
    session.note(summary.found)
    counts = {"accepted": summary.accepted, "rejected": summary.rejected, "held": summary.held}
    session.say("batch-dry", rows=summary.rows, **counts)
    for rule, times in summary.by_rule.most_common():
        session.say("batch-reason", state=session.words("state-rejected"), rule=rule, n=times)
    for written in (summary.findings_file, summary.rejects_file):
        if written is not None:
            session.say("file-written", file=written)
    clean = not summary.rejected and not errors_in(summary.found)
    session.finish(summary.as_record(), CLEAN if clean else FINDINGS)
