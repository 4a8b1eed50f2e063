"""`notices batch`: many records in, proven letters out; ended at any moment, it goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from notices.batch.rows import PlainRows, Rows, TableRows, digest_of
from notices.cli import clock
from notices.cli.batch_progress import Progress, say_summary
from notices.cli.command import door
from notices.cli.ctrl_c import Stop
from notices.cli.letter_options import letter_options
from notices.cli.map import table_options
from notices.cli.options import iso_date
from notices.cli.session import CLEAN, FAULT, FINDINGS, INTERRUPTED, Session
from notices.cli.translations import in_language
from notices.errors import FileError, NoticesError
from notices.finding import Finding, errors_in

if TYPE_CHECKING:
    from notices.batch.run import BatchRun, Start
    from notices.batch.settings import BatchSettings, Limits


@door("batch")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map",
    "map_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="MAP",
    help="Which column fills which field (`notices map` drafts it); not for plain records.",
)
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
def batch(session: Session, file: Path, **asked: Any) -> None:
    """Write the letters of a whole table, or of many records.

    Ended at any moment, the same command goes on where it stopped, with the dates and the pack
    that it began with. Run once more, it writes nothing new. Each run has a folder of its own:
    letters, manifest, findings, rejected rows and a report.
    """
    from notices.batch.settings import RUN_FILE, Limits

    rows = _rows(session, file, asked)
    settings = _settings(rows, asked)
    _tell_holds(session)
    if settings.live and session.workspace.root is None:
        session.note([Finding("live-needs-workspace")])
        session.finish({"finished": False}, FAULT)
    if asked["dry_run"]:
        from notices.cli.batch_dry import dry_run

        dry_run(session, rows, settings, asked)
    folder = _folder(session, file, settings, asked)
    limits = Limits(
        workers=asked["workers"] or 0,
        seconds=asked["limit_seconds"],
        memory_mb=asked["memory_mb"],
        pictures_every=asked["pictures_every"],
    )
    folder, start = _again(session, folder, settings)
    if settings.live and not (folder / RUN_FILE).exists():
        from notices.cli.batch_dry import check_accepted

        check_accepted(session, rows, settings)
    _run(session, rows, folder, settings, limits, start, asked["expect"])


def _rows(session: Session, file: Path, asked: dict[str, Any]) -> Rows:
    if asked["map_file"] is None:
        if file.suffix in (".yaml", ".yml", ".json", ".jsonl"):
            return PlainRows(file)
        raise click.UsageError(session.words("batch-needs-map", file=file.name))
    from notices.tables.mapping import read_mapping
    from notices.tables.row import TableError, TableFormat
    from notices.tables.table_records import find_source

    column_map = read_mapping(asked["map_file"])
    try:
        if column_map.findings:
            raise TableError(*column_map.findings)
        form = TableFormat(
            asked["encoding"], asked["delimiter"], asked["sheet"], asked["header_row"]
        )
        pack = session.pack(
            column_map.pack or session.workspace.defaults.pack or session.only_pack()
        )
        rows = TableRows(find_source(file, column_map, form, asked["items"]), column_map, pack)
        with rows.records() as records:
            session.note(records.findings)
    except TableError as error:
        session.note(error.findings)
        session.finish({"file": str(file)}, FAULT)
    return rows


def _tell_holds(session: Session) -> None:
    """What the holds file has that nothing reads; its errors are told with the cases they hold."""
    from notices.letter.holds import read_holds

    session.note(f for f in read_holds(session.workspace).faults if f.severity != "error")


def _settings(rows: Rows, asked: dict[str, Any]) -> BatchSettings:
    from notices.batch.settings import BatchSettings

    how = (asked["encoding"], asked["delimiter"], asked["sheet"], str(asked["header_row"]))
    return BatchSettings(
        input_digest=digest_of(rows, how),
        kind=asked["kind"],
        level=asked["level"] or 0,
        languages=tuple(asked["languages"].replace(",", " ").split()),
        arrangement=asked["layout"] or "",
        envelope=asked["envelope"],
        large_print=asked["large_print"],
        sender=asked["sender"],
        fonts=tuple(str(font) for font in asked["fonts"]),
        issue_date=asked["issue_date"],
        dispatch_by=asked["dispatch_by"],
        live=asked["live"],
        duplex=not asked["simplex"],
        reason=asked["reason"].strip() if asked["again"] else "",
    )


def _folder(session: Session, file: Path, settings: BatchSettings, asked: dict[str, Any]) -> Path:
    """The folder that was asked for, else one that the same command finds again."""
    from dataclasses import replace

    if asked["again"] != bool(asked["reason"].strip()):
        raise click.UsageError(session.words("batch-again-reason"))
    first: date = asked["issue_date"] or clock.today()
    if asked["dispatch_by"] and asked["dispatch_by"] < first and asked["issue_date"]:
        raise click.UsageError(session.words("batch-dispatch-before"))
    if asked["out"]:
        return Path(asked["out"])
    digest = replace(settings, reason="").digest
    return session.workspace.defaults.out / f"{file.stem}-{digest[:8]}"


def _again(session: Session, folder: Path, settings: BatchSettings) -> tuple[Path, Start]:
    """The folder of a repetition stands beside the first one's, named by its reason."""
    from notices.batch.run import Start
    from notices.batch.settings import read_frozen

    plain = Start(clock.today(), clock.stamp())
    if not settings.reason:
        return folder, plain
    first = read_frozen(folder)
    if first is None:
        raise click.UsageError(session.words("batch-nothing-to-repeat", folder=folder))
    name = hashlib.sha256(settings.reason.encode()).hexdigest()[:8]
    target = folder.with_name(f"{folder.name}-again-{name}")
    others = sorted(folder.parent.glob(f"{folder.name}-again-*"))
    before = (read_frozen(other) for other in others if other != target)
    repeats = (first.run_id, *(frozen.run_id for frozen in before if frozen))
    return target, Start(plain.today, plain.now, repeats=repeats)


def _run(
    session: Session,
    rows: Rows,
    folder: Path,
    settings: BatchSettings,
    limits: Limits,
    start: Start,
    expect: tuple[str, ...],
) -> None:
    from notices.batch.finish import finish_run
    from notices.batch.run import BatchRun

    answer: dict[str, Any] = {"folder": str(folder)}
    with Stop() as stop, _told_if_interrupted(session, folder, answer):
        start = type(start)(start.today, start.now, stop.asked, start.repeats, start.make)
        with BatchRun(rows, session.workspace, folder, settings, limits, start) as run:
            answer |= {"run_id": run.frozen.run_id, "rows": run.survey.rows}
            _check_day(session, run, start.today)
            _check_input(session, rows, expect, answer)
            progress = Progress(session, run)
            try:
                for outcome in run.outcomes():
                    progress.tell(outcome)
                progress.end()
                summary = finish_run(run, rows.tell if isinstance(rows, TableRows) else None)
            except NoticesError as error:
                progress.end()
                _stopped(session, run, error, answer)
            except KeyboardInterrupt:
                progress.end()
                raise
            if summary is None:
                session.say("batch-stopped", done=run.done, rows=run.survey.rows, folder=folder)
                session.finish({**answer, "finished": False, "done": run.done}, FINDINGS)
    say_summary(session, summary, run, folder)
    code = CLEAN if summary.states["written"] == sum(summary.states.values()) else FINDINGS
    session.finish({**answer, "finished": True, "made": run.made, **summary.plain()}, code)


@contextmanager
def _told_if_interrupted(session: Session, folder: Path, answer: dict[str, Any]) -> Iterator[None]:
    """A second Ctrl-C ends the run at once; further ones are not heard."""
    try:
        yield
    except KeyboardInterrupt:
        session.say("batch-interrupted", folder=folder)
        session.finish({**answer, "finished": False}, INTERRUPTED)


def _check_input(
    session: Session, rows: Rows, expect: tuple[str, ...], answer: dict[str, Any]
) -> None:
    """What the source states must equal what was read, or nothing is made."""
    from notices.tables.stated_totals import compare_expected, read_expected

    name = str(rows.parts[0])
    if expect:
        session.note(compare_expected(read_expected(expect), rows.counted, name))
    if not rows.counted.rows:
        session.note([Finding("no-rows", file=name)])
    if errors_in(session.findings):
        session.finish({**answer, "finished": False}, FAULT)


def _check_day(session: Session, run: BatchRun, today: date) -> None:
    """Letters that count, and can no longer be posted in time."""
    frozen = run.frozen
    if frozen.live and today > frozen.dispatch_by:
        params = {"date": frozen.dispatch_by.isoformat(), "today": today.isoformat()}
        session.note([Finding("batch-too-late", "warning", str(run.folder), params=params)])


def _stopped(session: Session, run: BatchRun, error: NoticesError, answer: dict[str, Any]) -> None:
    """The machine failed on the way: say why, and that the same command goes on."""
    folder, done = run.folder, run.done
    why = in_language(str(error), session.lang)
    session.say("batch-broken", done=done, rows=run.survey.rows, folder=folder, why=why)
    if not done:
        raise error
    params = {"detail": str(error)[:200], "detail_zh": in_language(str(error), "zh")[:200]}
    session.note([Finding("batch-machine", file=str(folder), params=params)])
    session.finish({**answer, "finished": False, "done": done}, FINDINGS)


__all__ = ["FileError", "batch"]
