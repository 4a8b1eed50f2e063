"""`notices batch --dry-run`: every row judged up to its composed letter, and nothing made."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from notices.batch.begin import remove_empty
from notices.batch.dry_pool import CHUNK, Asked, Count, count_records, judge_all, refuse_twins
from notices.batch.dry_run import DRY_STATES, DrySetup, Verdict, dry_setup
from notices.batch.dry_summary import Summary, check_records, check_rows
from notices.batch.preflight import check_ready
from notices.batch.rows import Rows, TableRows
from notices.batch.settings import RUN_FILE
from notices.cli import clock
from notices.cli.batch_progress import Progress
from notices.cli.ctrl_c import no_more
from notices.cli.session import CLEAN, FAULT, FINDINGS, INTERRUPTED, Session
from notices.errors import FileError
from notices.finding import Finding, errors_in
from notices.tables.stated_totals import compare_expected, read_expected
from notices.textfiles import private_files

if TYPE_CHECKING:
    from notices.batch.settings import BatchSettings
    from notices.tables.row import Row


@dataclass
class _Going:
    """How far a dry run is, as a run's progress line asks for it."""

    survey: Count
    done: int = field(default=0)

    @property
    def made(self) -> int:
        return self.done


def dry_run(
    session: Session, rows: Rows, settings: BatchSettings, asked: dict[str, Any]
) -> NoReturn:
    """Judges every row, says what came of it, and leaves."""
    if settings.live:
        check_accepted(session, rows, settings)
    out = session.workspace.defaults.out
    folder = Path(asked["out"] or out / f"{rows.parts[0].stem}-dry-run")
    if (folder / RUN_FILE).exists():
        raise FileError(session.words("batch-dry-in-run", folder=folder))
    is_new = not folder.exists()
    try:
        with private_files():
            _judge(session, rows, settings, asked, folder)
    except KeyboardInterrupt:
        no_more()
        session.say("batch-dry-interrupted")
        session.finish({"finished": False}, INTERRUPTED)
    finally:
        if is_new:
            remove_empty(folder)


def check_accepted(session: Session, rows: Rows, settings: BatchSettings) -> None:
    """What no letter of the run has, and a person must accept, ends the call before anything is
    begun: told once, not for each row."""
    setup = _setup(session, settings, is_table=isinstance(rows, TableRows))
    found = check_ready(rows, setup)
    session.note(found)
    if errors_in(found):
        session.finish({"finished": False}, FAULT)


def _judge(
    session: Session,
    rows: Rows,
    settings: BatchSettings,
    asked: dict[str, Any],
    folder: Path,
) -> NoReturn:
    expected = read_expected(asked["expect"])
    count = count_records(rows)
    going = _Going(count)
    progress = Progress(session, going, "batch-dry-progress", "accepted")

    def judging(
        records: Iterator[Asked[Row | None]],
    ) -> Iterable[tuple[Asked[Row | None], Verdict]]:
        wanted = asked["workers"] or len(os.sched_getaffinity(0))
        processes = min(wanted, count.rows // CHUNK)
        return refuse_twins(judge_all(records, setup, processes), count.twins)

    def tell(summary: Summary, verdict: Verdict) -> None:
        going.done = summary.rows
        progress.tell(verdict)

    try:
        if isinstance(rows, TableRows):
            with rows.records() as records:
                setup = _setup(session, settings, is_table=True)
                summary = check_rows(records, judging, folder, expected, tell, rows.named)
        else:
            setup = _setup(session, settings, is_table=False)
            summary = check_records(rows, judging, folder, tell)
            session.note(compare_expected(expected, rows.counted, str(rows.parts[0])))
    finally:
        progress.end()
    session.note(summary.found)
    _say(session, summary)
    if not summary.rows:
        session.note([Finding("no-rows", file=str(rows.parts[0]))])
        session.finish(summary.as_record(), FAULT)
    clean = summary.accepted == summary.rows and not errors_in(session.findings)
    session.finish(summary.as_record(), CLEAN if clean else FINDINGS)


def _setup(session: Session, settings: BatchSettings, *, is_table: bool) -> DrySetup:
    today, now = clock.today(), clock.stamp()
    return dry_setup(settings, session.workspace, today, now, is_table=is_table)


def _say(session: Session, summary: Summary) -> None:
    states = summary.states
    session.say(
        "batch-dry",
        rows=summary.rows,
        **{state: states[state] for state in DRY_STATES},
    )
    for state, rules in summary.reasons.items():
        for rule, times in rules.most_common():
            session.say("batch-reason", state=session.words(f"state-{state}"), rule=rule, n=times)
    for written in (summary.findings_file, summary.rejects_file):
        if written is not None:
            session.say("file-written", file=written)
