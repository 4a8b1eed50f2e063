"""Every row of a run checked as the run would, up to where its letter would be made.

What only a finished letter shows (its pages, the proof) is looked at in a few letters of each look,
those with the longest values; see `lay_out`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from notices.batch.begin import remove_empty
from notices.batch.case_keys import case_key, row_of
from notices.batch.dry_summary import GivenRow, Summary, check_records, check_rows
from notices.batch.isolation import IdentityWriter, identities
from notices.batch.job import Job, Row, RunIssuer, Setup
from notices.batch.lay_out import Layouts
from notices.batch.manifest import Outcome
from notices.batch.pool import Pool
from notices.batch.preflight import check_start
from notices.batch.rows import Rows, TableRows
from notices.batch.settings import (
    RUN_FILE,
    USUAL_LIMITS,
    BatchSettings,
    Limits,
    Progress,
    Start,
    freeze_dates,
)
from notices.batch.worker import Broken, Equipment, answer_job
from notices.case.record import Record
from notices.errors import FileError
from notices.files import private_files
from notices.finding import Finding, errors_in
from notices.letter.make import LetterMaker
from notices.letter.resources import Resources
from notices.letter.workspace import Workspace
from notices.tables.stated_totals import NOTHING_STATED, Expected, compare_expected

CHUNK = 64  # rows that a worker gets at once
_BITS = 1 << 27


@dataclass(frozen=True)
class DryRun:
    """What a dry run came to; without a summary nothing was checked, and `findings` say why."""

    findings: tuple[Finding, ...]
    summary: Summary | None = None


def dry_run(
    rows: Rows,
    settings: BatchSettings,
    workspace: Workspace,
    start: Start,
    out: Path | None = None,
    limits: Limits = USUAL_LIMITS,
    stated: Expected = NOTHING_STATED,
) -> DryRun:
    """Check all rows; findings.csv and the rejected rows go to the folder `out`.

    `stated` is what the source system says of the table. Raises FileError where `out` is a run's
    folder, and NoticesError where the machine or the workspace is at fault.
    """
    setup = dry_setup(settings, workspace, start)
    equipment = dry_equipment(settings, workspace, limits)
    found = check_start(rows, setup, equipment)
    if errors_in(found):
        return DryRun(found)
    name = str(rows.parts[0])
    folder = out or workspace.defaults.out / f"{rows.parts[0].stem}-dry-run"
    if (folder / RUN_FILE).exists():
        raise FileError(
            f"{folder} is a run's folder: a dry run would write over its findings; give another"
            " --out"
        )
    is_new = not folder.exists()
    try:
        with private_files():
            summary = _check_all(rows, setup, equipment, folder, start, stated)
    finally:
        if is_new:
            remove_empty(folder)
    found = (*found, *summary.found)
    if not isinstance(rows, TableRows):
        found = (*found, *compare_expected(stated, rows.counted, name))
    if not summary.rows:
        found = (*found, Finding("no-rows", file=name))
    return DryRun(found, summary)


def _check_all(
    rows: Rows, setup: Setup, equipment: Equipment, folder: Path, start: Start, stated: Expected
) -> Summary:
    with tempfile.TemporaryDirectory(prefix="notices-") as place:
        names = IdentityWriter(Path(place) / "identities", setup.frozen.run_id)
        resources = Resources(equipment.workspace, equipment.fonts)
        counted = count_records(_with_names_noted(rows, names, resources))
        setup = replace(setup, identities=names.finish())
        return _check_counted(rows, counted, setup, equipment, folder, start, stated)


def _check_counted(
    rows: Rows,
    counted: Count,
    setup: Setup,
    equipment: Equipment,
    folder: Path,
    start: Start,
    stated: Expected,
) -> Summary:
    start.tell(Progress(folder, "", counted.rows), None)

    layouts = Layouts(setup, equipment)

    def check(given: Iterator[GivenRow]) -> Iterator[tuple[GivenRow, tuple[Outcome, ...]]]:
        each = check_each(given, setup, equipment, counted.rows)
        return layouts.watch(refuse_twins(each, counted.twins))

    def tell(summary: Summary, outcome: Outcome) -> None:
        start.tell(Progress(folder, "", counted.rows, summary.rows, summary.rows), outcome)

    if not isinstance(rows, TableRows):
        return check_records(rows, check, layouts.lay_out, folder, tell)
    with rows.records() as records:
        lay_out = layouts.lay_out
        return check_rows(records, rows.named, check, lay_out, folder, tell, stated)


def _with_names_noted(
    records: Iterable[Record], names: IdentityWriter, resources: Resources
) -> Iterator[Record]:
    """The records as they go by; what identifies each of them is noted."""
    for number, record in enumerate(records, start=1):
        name = record.data.get("pack") or resources.workspace.defaults.pack
        pack = resources.pack(name) if isinstance(name, str) else None
        names.add(row_of(record, number), identities(record.data, pack))
        yield record


def dry_setup(settings: BatchSettings, workspace: Workspace, start: Start) -> Setup:
    """The dates and choices that a run begun now would freeze; nothing is copied."""
    frozen = freeze_dates(settings, start)
    folder = workspace.defaults.out
    days = start.now, start.today
    return Setup(folder, workspace, frozen, *days, make=start.make, dry=True)


def dry_equipment(settings: BatchSettings, workspace: Workspace, limits: Limits) -> Equipment:
    """Workers without a renderer."""
    fonts = tuple(Path(font) for font in settings.fonts)
    return Equipment(workspace, fonts, limits, Path(os.devnull), draws=False)


def check_each(
    given: Iterable[GivenRow], setup: Setup, equipment: Equipment, many: int
) -> Iterator[tuple[GivenRow, tuple[Outcome, ...]]]:
    """Each of some `many` rows with its outcomes, in order; few of them in this process.

    Raises NoticesError where the machine or the workspace is at fault.
    """
    limits = equipment.limits
    processes = min(limits.processes, many // CHUNK)
    jobs = _jobs(given)
    if processes < 2:
        maker = LetterMaker(equipment.workspace, equipment.fonts)
        with maker, RunIssuer(maker, setup) as issuer:
            for rows, job in jobs:
                answer = answer_job(issuer, job)
                if isinstance(answer, Broken):
                    raise answer.error()
                yield from zip(rows, _by_row(job, answer.outcomes), strict=True)
        return
    equipment = replace(equipment, limits=replace(limits, workers=processes))
    with Pool(equipment) as pool:
        pool.set_up(setup)
        pool.first_ready()
        yield from _in_order(jobs, pool)


def _in_order(
    jobs: Iterator[tuple[list[GivenRow], Job]], pool: Pool
) -> Iterator[tuple[GivenRow, tuple[Outcome, ...]]]:
    """The answers of a pool, put back into the order of the rows."""
    waiting: dict[int, GivenRow] = {}
    answered: dict[int, tuple[Outcome, ...]] = {}
    turn = 1
    following = next(jobs, None)
    while following is not None or pool.busy:
        while following is not None and pool.free:
            rows, job = following
            waiting.update(zip((row.number for row in job.rows), rows, strict=True))
            pool.give(job)
            following = next(jobs, None)
        for answer in pool.wait():
            numbers = (row.number for row in answer.job.rows)
            answered.update(zip(numbers, _by_row(answer.job, answer.outcomes), strict=True))
        if pool.broken:
            raise pool.broken
        while turn in answered:
            yield waiting.pop(turn), answered.pop(turn)
            turn += 1


def _jobs(given: Iterable[GivenRow]) -> Iterator[tuple[list[GivenRow], Job]]:
    """The rows by chunks, each with the job that a worker gets."""
    numbered = enumerate(given, start=1)
    while chunk := list(islice(numbered, CHUNK)):
        rows = (Row(number, row_of(row.record, number), row.record) for number, row in chunk)
        yield [row for _, row in chunk], Job(tuple(rows))


def _by_row(job: Job, outcomes: Iterable[Outcome]) -> list[tuple[Outcome, ...]]:
    found: dict[int, list[Outcome]] = {row.number: [] for row in job.rows}
    for outcome in outcomes:
        found[outcome.number].append(outcome)
    return [tuple(of_row) for of_row in found.values()]


@dataclass(frozen=True)
class Count:
    """How many records there are, and keys of case ids that come again (a few others too)."""

    rows: int
    twins: frozenset[int]


def count_records(records: Iterable[Record]) -> Count:
    """The first look, in memory that does not grow: a bit stands for the case ids seen so far."""
    seen = bytearray(_BITS >> 3)
    twins: set[int] = set()
    rows = 0
    for record in records:
        rows += 1
        key = case_key(record)
        bit = key % _BITS
        if seen[bit >> 3] & 1 << (bit & 7):
            twins.add(key)
        seen[bit >> 3] |= 1 << (bit & 7)
    return Count(rows, frozenset(twins))


def refuse_twins(
    checked: Iterable[tuple[GivenRow, tuple[Outcome, ...]]], twins: frozenset[int]
) -> Iterator[tuple[GivenRow, tuple[Outcome, ...]]]:
    """A case that gets a letter by an earlier row gets no second one."""
    taken: dict[int, tuple[str, int]] = {}
    for given, outcomes in checked:
        record, last = given.record, outcomes[-1]
        key = case_key(record)
        if key in twins and all(o.state == "accepted" and o.letter_id for o in outcomes):
            letter, row = taken.setdefault(key, (outcomes[0].letter_id, last.row))
            if row != last.row:
                params = {"letter": letter, "other": str(row)}
                place = (record.file, record.line(), "id")
                twice = Finding("letter-twice-in-run", "error", *place, params)
                rejected = replace(last, state="rejected", findings=(*last.findings, twice))
                outcomes = (*outcomes[:-1], rejected)
        yield given, outcomes
