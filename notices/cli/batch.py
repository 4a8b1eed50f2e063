"""`notices batch`: many records in, proven letters out; ended at any moment, it goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import click

from notices.batch.call import place_run, run_batch
from notices.batch.rows import PlainRows, Rows, digest_of, open_table
from notices.batch.settings import BatchSettings, Limits, Progress, Start
from notices.cli import clock
from notices.cli.batch_dry import BatchCall, dry
from notices.cli.batch_progress import ProgressLine, say_summary
from notices.cli.command import command
from notices.cli.ctrl_c import Stop
from notices.cli.letter_options import letter_options, options_of
from notices.cli.options import iso_date, preset_options, table_options
from notices.cli.session import CLEAN, FAULT, FINDINGS, INTERRUPTED, Session
from notices.cli.translations import in_language
from notices.errors import NoticesError, RequestError, RunChangedError
from notices.finding import Finding, errors_in
from notices.tables.presets import Asked
from notices.tables.row import TableError, TableFormat
from notices.tables.stated_totals import read_expected


@command("batch")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map",
    "map_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="MAP",
    help="Which column fills which field (`notices map` drafts it); not for plain records.",
)
@preset_options
@click.option("--items", default="", metavar="FILE", help="The items file; else the mapping's.")
@table_options
@letter_options
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="The run's folder.")
@click.option("--dispatch-by", type=iso_date, metavar="DATE", help="The last posting day.")
@click.option("--live", is_flag=True, help="Letters that count: accepted wording, in the ledger.")
@click.option("--dry-run", is_flag=True, help="Check every row and write no letter.")
@click.option(
    "--expect",
    multiple=True,
    metavar="rows=N|total=X",
    help="What the source system states; once for the rows, once for the total.",
)
@click.option("--again", is_flag=True, help="Run the same input once more; needs --reason.")
@click.option("--reason", default="", metavar="TEXT", help="Why it is run again.")
@click.option("--simplex", is_flag=True, help="Printed on one side: a sheet for each page.")
@click.option("--workers", type=click.IntRange(1, 512), metavar="N", help="Else one a core.")
@click.option(
    "--limit-seconds",
    type=click.FloatRange(0.1, 3600),
    default=60.0,
    metavar="N",
    help="The longest that one letter may take.",
)
@click.option(
    "--memory-mb",
    type=click.IntRange(0, 1 << 20),
    default=3072,
    metavar="N",
    help="The most that one worker may take; 0: no limit.",
)
@click.option(
    "--pictures-every",
    type=click.IntRange(0, 1 << 20),
    default=50,
    metavar="N",
    help="One letter in so many is drawn and looked at; 0: only the first of each look.",
)
def batch(session: Session, file: Path, **given: Any) -> None:
    """Write the letters of a whole table, or of many records.

    Ended at any moment, the same command run again continues where it stopped, with the dates and
    the pack that it began with; run once more, it writes nothing new. Each run has a folder of its
    own: letters, manifest, findings, rejected rows and a report.
    """
    try:
        rows = _rows(session, file, given)
        limits = Limits(
            workers=given["workers"] or 0,
            seconds=given["limit_seconds"],
            memory_mb=given["memory_mb"],
            pictures_every=given["pictures_every"],
        )
        settings = _settings(session, rows, given)
        call = BatchCall(rows, settings, given["out"], limits, read_expected(given["expect"]))
        dry(session, call) if given["dry_run"] else _run(session, call)
    except RequestError as error:
        raise click.UsageError(str(error)) from error


def _rows(session: Session, file: Path, given: dict[str, Any]) -> Rows:
    asked = Asked(given["preset"], given["customers"] and str(Path(given["customers"]).absolute()))
    if given["map_file"] is None and not asked.preset:
        if file.suffix in (".yaml", ".yml", ".json", ".jsonl"):
            return PlainRows(file)
        raise click.UsageError(session.words("batch-needs-map", file=file.name))
    form = TableFormat(given["encoding"], given["delimiter"], given["sheet"], given["header_row"])
    try:
        rows = open_table(file, given["map_file"], session.workspace, form, given["items"], asked)
    except TableError as error:
        session.note(error.findings)
        session.finish({"file": str(file)}, FAULT)
    session.note(rows.findings)
    return rows


def _settings(session: Session, rows: Rows, given: dict[str, Any]) -> BatchSettings:
    if given["again"] != bool(given["reason"].strip()):
        raise click.UsageError(session.words("batch-again-reason"))
    how = (given["encoding"], given["delimiter"], given["sheet"], str(given["header_row"]))
    return BatchSettings(
        input_digest=digest_of(rows, how),
        options=options_of(given, live=given["live"]),
        fonts=tuple(str(font) for font in given["fonts"]),
        dispatch_by=given["dispatch_by"],
        duplex=not given["simplex"],
        reason=given["reason"].strip() if given["again"] else "",
    )


def _run(session: Session, call: BatchCall) -> NoReturn:
    """Make the letters, say what came of it, and leave."""
    line = ProgressLine(session, "batch-progress", "written")
    with Stop() as stop:
        start = Start(clock.today(), clock.stamp(), stop.asked, tell=line.tell)
        folder, _ = place_run(call.rows, call.settings, session.workspace, start, call.out)
        try:
            result = run_batch(
                *(call.rows, call.settings, session.workspace, start),
                *(call.out, call.limits, call.stated),
            )
        except KeyboardInterrupt:  # a second Ctrl-C ends the run at once
            line.end()
            session.say("batch-interrupted", folder=folder)
            session.finish({"folder": str(folder), **line.begun, "finished": False}, INTERRUPTED)
        except NoticesError as error:
            line.end()
            if line.begun and not isinstance(error, RunChangedError):
                _say_broken(session, line.at, error)
            raise
    line.end()
    session.note(result.findings)
    answer = {"folder": str(folder), **line.begun}
    if errors_in(result.findings):
        session.finish({**(answer if line.begun else {}), "finished": False}, FAULT)
    answer["done"] = result.progress.done
    if result.broken is not None:
        why, folder_name = str(result.broken), str(folder)
        _say_broken(session, result.progress, result.broken)
        params = {"detail": why[:200], "detail_zh": in_language(why, "zh")[:200]}
        session.note([Finding("batch-machine", file=folder_name, params=params)])
        session.finish({**answer, "finished": False}, FINDINGS)
    summary = result.summary
    if summary is None:
        at = result.progress
        session.say("batch-stopped", done=at.done, rows=at.rows, folder=folder)
        session.finish({**answer, "finished": False}, FINDINGS)
    say_summary(session, result, summary)
    del answer["done"]
    code = CLEAN if summary.states["written"] == sum(summary.states.values()) else FINDINGS
    answer |= {"finished": True, "made": result.progress.made}
    if summary.states["written"] and call.settings.options.live:
        session.next("next-print", run=folder)
    session.finish({**answer, **summary.plain()}, code)


def _say_broken(session: Session, at: Progress, error: NoticesError) -> None:
    """The machine failed on the way: why, and that the same command goes on."""
    why = in_language(str(error), session.lang)
    session.say("batch-broken", done=at.done, rows=at.rows, folder=at.folder, why=why)
