"""A run as one call, with every rule that keeps it safe: what each door does.

    rows = PlainRows(Path("cases.jsonl"))
    result = run_batch(rows, BatchSettings(), workspace, Start(today, now), Path("run"))

The same call again goes on where this one ended, and makes no letter twice.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from notices.batch.dry_run import dry_equipment, dry_setup
from notices.batch.finish import finish_run
from notices.batch.preflight import check_start
from notices.batch.report import Summary
from notices.batch.rows import Rows, TableRows, digest_of
from notices.batch.run import BatchRun
from notices.batch.settings import (
    RUN_FILE,
    USUAL_LIMITS,
    BatchSettings,
    Limits,
    Progress,
    Start,
    read_frozen,
)
from notices.errors import NoticesError, RequestError, RunChangedError
from notices.finding import Finding, errors_in
from notices.letter.workspace import Workspace
from notices.tables.stated_totals import NOTHING_STATED, Expected, compare_expected


@dataclass(frozen=True)
class BatchResult:
    """What a call on a run came to.

    With an error among `findings` no letter was made. `summary` is there when every row is done;
    else the call was stopped, or `broken` says what the machine failed at on the way.
    """

    progress: Progress
    findings: tuple[Finding, ...] = ()
    summary: Summary | None = None
    live: bool = False
    mended: bool = False  # nothing was open; lists that were missing or altered are written again
    broken: NoticesError | None = None


def run_batch(
    rows: Rows,
    settings: BatchSettings,
    workspace: Workspace,
    start: Start,
    out: Path | None = None,
    limits: Limits = USUAL_LIMITS,
    stated: Expected = NOTHING_STATED,
) -> BatchResult:
    """Begin a run or go on with it: letters, manifest, findings and report in a folder of its own.

    `out` is the folder; without it one that the same input and settings find again. `stated` is
    what the source system says of the table: where the rows differ, nothing is made. Raises
    RequestError where the settings contradict themselves, and NoticesError where the machine or the
    workspace is at fault before a row is done.
    """
    settings = replace(
        settings,
        input_digest=settings.input_digest or digest_of(rows),
        reason=settings.reason.strip(),
    )
    if settings.options.live and not start.now:
        raise RequestError("a live letter needs the time at which it is made (`now`)")
    folder, start = place_run(rows, settings, workspace, start, out)
    setup = dry_setup(settings, workspace, start)
    equipment = dry_equipment(settings, workspace, limits)
    found = check_start(rows, setup, equipment, is_begun=(folder / RUN_FILE).exists())
    if errors_in(found):
        return BatchResult(Progress(folder, "", 0), found)
    with BatchRun(rows, workspace, folder, settings, limits, start) as run:
        found = (*found, *_check_day(run, start), *_check_input(rows, stated))
        start.tell(run.progress, None)
        if errors_in(found):
            return BatchResult(run.progress, found)
        result = BatchResult(run.progress, found, live=run.frozen.live)
        try:
            for outcome in run.outcomes():
                start.tell(run.progress, outcome)
            summary = finish_run(run, rows.write_findings if isinstance(rows, TableRows) else None)
        except RunChangedError:
            raise
        except NoticesError as error:
            if not run.done:
                raise
            return replace(result, progress=run.progress, broken=error)
        return replace(result, progress=run.progress, summary=summary, mended=run.mended)


def place_run(
    rows: Rows, settings: BatchSettings, workspace: Workspace, start: Start, out: Path | None
) -> tuple[Path, Start]:
    """The run's folder; a repetition's stands beside the first one's, named by its reason, and its
    start names the runs that it repeats.

    Raises RequestError where there is nothing to repeat, or letters would be posted before their
    own date.
    """
    issue_date, dispatch_by = settings.options.issue_date, settings.dispatch_by
    if issue_date and dispatch_by and dispatch_by < issue_date:
        raise RequestError("--dispatch-by lies before the date of the letters")
    name = f"{rows.parts[0].stem}-{replace(settings, reason='').digest[:8]}"
    folder = out or workspace.defaults.out / name
    if not settings.reason:
        return folder, start
    first = read_frozen(folder)
    if first is None:
        raise RequestError(f"{folder}: no run stands there; --again repeats one that does")
    again = f"{folder.name}-again-"
    target = folder.with_name(again + hashlib.sha256(settings.reason.encode()).hexdigest()[:8])
    others = (other for other in sorted(folder.parent.glob(f"{again}*")) if other != target)
    earlier = (first, *filter(None, map(read_frozen, others)))
    return target, replace(start, repeats=tuple(frozen.run_id for frozen in earlier))


def _check_day(run: BatchRun, start: Start) -> tuple[Finding, ...]:
    """Letters that count, and can no longer be posted in time."""
    frozen, today = run.frozen, start.today
    if not frozen.live or today <= frozen.dispatch_by:
        return ()
    params = {"date": frozen.dispatch_by.isoformat(), "today": today.isoformat()}
    return (Finding("batch-too-late", "warning", str(run.folder), params=params),)


def _check_input(rows: Rows, stated: Expected) -> tuple[Finding, ...]:
    """What the source states must equal what was read, or nothing is made."""
    name = str(rows.parts[0])
    found = compare_expected(stated, rows.counted, name)
    return found if rows.counted.rows else (*found, Finding("no-rows", file=name))
