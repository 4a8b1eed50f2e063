"""`notices batch --dry-run`: every row checked up to its composed letter, and nothing made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from notices.case.expected import Expected, compare_expected, read_expected
from notices.case.reader import Record
from notices.cli.batch_rows import Rows, TableRows
from notices.cli.dryrun import check_rows
from notices.cli.session import CLEAN, FAULT, FINDINGS, Session
from notices.findings import Finding, errors_in

if TYPE_CHECKING:
    from notices.run.record import Request


def dry_run(session: Session, rows: Rows, request: Request, asked: dict[str, Any]) -> NoReturn:
    """Checks, says what came of it, and leaves."""
    from notices.run.record import Desk, check_record

    desk = Desk(session.workspace, tuple(asked["fonts"]))
    stated = {"dispatch_by": asked["dispatch_by"].isoformat()} if asked["dispatch_by"] else {}

    def check(record: Record) -> Iterator[Finding]:
        if isinstance(rows, TableRows):
            record = rows.named(record)
        record = _with(record, stated)
        for checked in check_record(record, desk, request):
            yield from checked.findings

    expected = read_expected(asked["expect"])
    if isinstance(rows, TableRows):
        _table(session, rows, check, expected, asked)
    count = bad = 0
    for record in rows:
        count += 1
        found = tuple(check(record))
        bad += bool(errors_in(found))
        session.note(found)
    session.note(compare_expected(expected, rows.counted, str(rows.parts[0])))
    session.say("batch-dry", rows=count, accepted=count - bad, rejected=bad)
    answer = {"rows": count, "accepted": count - bad, "rejected": bad}
    session.finish(answer, None if count else FAULT)


def _table(
    session: Session, rows: TableRows, check: Any, expected: Expected, asked: dict[str, Any]
) -> NoReturn:
    file = rows.source.file
    folder = asked["out"] or session.workspace.defaults.out / f"{file.stem}-dry-run"
    with rows.records() as records:
        summary = check_rows(records, check, folder, expected)
    session.note(summary.found)
    session.say(
        "batch-dry", rows=summary.rows, accepted=summary.accepted, rejected=summary.rejected
    )
    for rule, times in summary.by_rule.most_common():
        session.say("batch-reason", state=session.words("state-rejected"), rule=rule, n=times)
    for written in (summary.findings_file, summary.rejects_file):
        if written is not None:
            session.say("file-written", file=written)
    clean = not summary.rejected and not errors_in(summary.found)
    session.finish(summary.as_record(), CLEAN if clean else FINDINGS)


def _with(record: Record, stated: dict[str, str]) -> Record:
    from dataclasses import replace

    return replace(record, data={**record.data, **stated}) if stated else record
