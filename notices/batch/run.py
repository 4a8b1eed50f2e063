"""A run: many records in, letters in a folder out, nothing lost and nothing twice.

    with BatchRun(rows, workspace, folder, settings, limits, start) as run:
        for outcome in run.outcomes(): …   # as they are finished, in any order
        summary = finish_run(run)          # manifest, findings, report; None where rows are open

The folder decides what is done: run.json is written once, the journal only grows, a letter's file
is moved into place whole. A run that was ended at any moment goes on with the same call.
"""

from __future__ import annotations

import hashlib
import shutil
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from notices.batch.begin import (
    LOCK,
    Lock,
    Survey,
    case_key,
    check_empty,
    clear_folder,
    digest_key,
    look_over,
    make_folder,
    row_of,
)
from notices.batch.job import LETTERS, TEMPORARY, Job, MakeLetter, Setup, make_letter
from notices.batch.journal import Journal
from notices.batch.manifest import IN_PLACE, Outcome
from notices.batch.pool import MISHAPS, Answer, Pool
from notices.batch.settings import (
    BatchSettings,
    Frozen,
    Limits,
    check_profile,
    freeze,
    frozen_workspace,
    read_frozen,
    read_profile,
)
from notices.batch.worker import Sample
from notices.case.record import Record
from notices.errors import FileError
from notices.letter.live import UNACCEPTED
from notices.letter.workspace import Workspace
from notices.page.fonts import read_font_set
from notices.places import FONTS
from notices.textfiles import private_files

JOURNAL, IDENTITIES, WORKERS_LOG = "journal.jsonl", "identities", "workers.log"


@dataclass(frozen=True)
class Start:
    """What only the door knows."""

    today: date
    now: str  # ISO 8601
    stop: Callable[[], bool] = lambda: False  # asked between letters: should the run end early?
    repeats: tuple[str, ...] = ()  # earlier runs of this input, where it is run again on purpose
    make: MakeLetter = make_letter


class BatchRun:
    """One call on one run folder. `rows` is iterated twice: it must start anew each time."""

    def __init__(
        self,
        rows: Iterable[Record],
        workspace: Workspace,
        folder: Path,
        settings: BatchSettings,
        limits: Limits,
        start: Start,
    ) -> None:
        self._rows = rows
        self._workspace = workspace
        self.folder = folder
        self._settings = settings
        self._limits = limits
        self._start = start
        self._stack = ExitStack()
        self._pool: Pool | None = None
        self._taken: dict[int, dict[str, int]] = {}
        self._is_set_up = False
        self._under_way: set[int] = set()  # twins' case ids with a job in hand
        self.survey = Survey()
        self.before = 0  # rows that an earlier call had finished
        self.made = 0  # rows finished by this call
        self.mended = False  # its lists were written again, though no row was open
        self.frozen: Frozen
        self.journal: Journal

    def __enter__(self) -> Self:
        try:
            self._stack.enter_context(private_files())
            self._open()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def _open(self) -> None:
        self._find()  # before anything is touched in a folder that may be another's
        is_new = make_folder(self.folder)
        self._stack.enter_context(Lock(self.folder / LOCK))
        found = self._find()
        try:
            self._temporary()
            self.frozen = found or self._begin()
        except BaseException:
            if found is None:
                clear_folder(self.folder, remove=is_new)
            raise
        self.journal = self._stack.enter_context(Journal(self.folder / JOURNAL))
        self.survey = look_over(
            self._rows,
            frozen_workspace(self.folder, self._workspace),
            self.folder / TEMPORARY / IDENTITIES,
            self.frozen.run_id,
        )

    def _find(self) -> Frozen | None:
        """This run as it was begun in the folder; None where the folder is free. Raises FileError
        where it is neither."""
        found = read_frozen(self.folder)
        if found is None:
            check_empty(self.folder)
        elif found.asked != self._settings.digest:
            raise FileError(
                f"{self.folder}: another run stands here (begun {found.started_at}): other input"
                " or other options; give another --out"
            )
        return found

    def _begin(self) -> Frozen:
        renderer = self.pool.first_ready()
        fonts = read_font_set(FONTS, self._fonts)
        return freeze(
            self.folder,
            self._settings,
            self._workspace,
            read_profile(self._workspace, self._settings, fonts.digest, renderer),
            today=self._start.today,
            now=self._start.now,
            repeats=self._start.repeats,
            taken=self._is_taken,
        )

    @property
    def pool(self) -> Pool:
        """The workers, started when first asked for."""
        if self._pool is None:
            log = self.folder / TEMPORARY / WORKERS_LOG
            pool = Pool(self._workspace, self._fonts, self._limits, log)
            self._pool = self._stack.enter_context(pool)
        return self._pool

    @property
    def _fonts(self) -> tuple[Path, ...]:
        return (*self._workspace.defaults.fonts, *map(Path, self._settings.fonts))

    @property
    def done(self) -> int:
        return self.before + self.made

    @property
    def complete(self) -> bool:
        return self.done == self.survey.rows

    def outcomes(self) -> Iterator[Outcome]:
        """Makes what is not made yet; each outcome once it is in the journal.

        Raises NoticesError where the machine or the workspace is at fault; what was in hand is
        finished first.
        """
        jobs = self._jobs()
        following = next(jobs, None)
        if following is not None:
            self._set_up()
        pool = self._pool
        while pool is not None:
            while following is not None and pool.free and self._may_go(following):
                if self._start.stop():
                    following = None
                    break
                self._give(following)
                following = next(jobs, None)
            if pool.broken:
                following = None
            if following is None and not pool.busy:
                break
            for answer in pool.wait():
                yield from self._note(answer)
        if pool is not None and pool.broken:
            raise pool.broken

    def _jobs(self) -> Iterator[Job]:
        """The rows that are not done, in order."""
        if self.survey.twins:  # a later row may have made what an earlier call failed at
            for number, record in enumerate(self._rows, start=1):
                self._take(record, self.journal.outcomes_of(number))
        for number, record in enumerate(self._rows, start=1):
            outcomes = self.journal.outcomes_of(number)
            if outcomes and self._stands(outcomes):
                self.before += 1
                continue
            yield Job(number, row_of(record, number), record, {})

    def _stands(self, outcomes: tuple[Outcome, ...]) -> bool:
        """Whether the row needs no work: its files are whole, no machine failed it, and nobody's
        acceptance was lacking."""
        for outcome in outcomes:
            rules = {finding.rule for finding in outcome.findings}
            if rules & MISHAPS or (outcome.state == "held" and rules & UNACCEPTED):
                return False
            if outcome.state in IN_PLACE and not self._is_whole(outcome):
                return False
        return True

    def _is_whole(self, outcome: Outcome) -> bool:
        try:
            data = (self.folder / outcome.file).read_bytes()
        except OSError:
            return False
        return hashlib.sha256(data).hexdigest() == outcome.sha256

    def _may_go(self, job: Job) -> bool:
        """A row whose case id came before waits until that one is finished."""
        return case_key(job.record) not in self._under_way

    def _give(self, job: Job) -> None:
        key = case_key(job.record)
        if key in self.survey.twins:
            self._under_way.add(key)
            others = self._taken.get(key, {}).items()
            job = replace(job, taken={letter: row for letter, row in others if row != job.row})
        self.pool.give(job)

    def _note(self, answer: Answer) -> Iterator[Outcome]:
        job, outcomes = answer.job, answer.outcomes
        known = {outcome.letter_id for outcome in self.journal.outcomes_of(job.number)}
        if len(outcomes) == 1 and not outcomes[0].letter_id and len(known) == 1:
            outcomes = (replace(outcomes[0], letter_id=known.pop()),)
        self.journal.add(job.number, outcomes)
        self.made += 1
        self._take(job.record, outcomes)
        self._under_way.discard(case_key(job.record))
        yield from outcomes

    def _take(self, record: Record, outcomes: tuple[Outcome, ...]) -> None:
        """Remembers the letters of a case id that comes again."""
        key = case_key(record)
        if key in self.survey.twins:
            for outcome in outcomes:
                if outcome.state in IN_PLACE or outcome.state == "known":
                    self._taken.setdefault(key, {})[outcome.letter_id] = outcome.row

    def _set_up(self) -> None:
        pool = self.pool
        met = read_profile(
            self._workspace,
            self._settings,
            read_font_set(FONTS, self._fonts).digest,
            pool.first_ready(),
        )
        if changed := check_profile(self.frozen, met):
            raise FileError(
                f"{self.folder}: changed since this run began: {', '.join(changed)}."
                " Put it back to go on, or begin a new run with another --out"
            )
        self._is_set_up = True
        if self.frozen.live:
            self._enter_run(self.frozen)
        pool.set_up(
            Setup(
                folder=self.folder,
                workspace=frozen_workspace(self.folder, self._workspace),
                frozen=self.frozen,
                now=self._start.now,
                today=self._start.today,
                identities=self.folder / TEMPORARY / IDENTITIES,
                duplex=self._settings.duplex,
                pictures_every=self._limits.pictures_every,
                make=self._start.make,
            )
        )

    def _is_taken(self, frozen: Frozen) -> bool:
        """Whether the same run was begun in another folder: then this one is another run, or
        each of the two would take the other's letters for its own and print them."""
        return frozen.live and self._enter_run(frozen) != str(self.folder.resolve())

    def _enter_run(self, frozen: Frozen) -> str:
        """Begin the run in the ledger, or take it up again; returns the folder it stands in."""
        from notices.ledger.store import Ledger
        from notices.ledger.types import Run

        facts = {**frozen.plain(), "folder": str(self.folder.resolve())}
        with Ledger(self._workspace.ledger_url) as ledger:
            run = ledger.begin_run(Run(frozen.run_id, frozen.started_at, facts))
        return str(run.frozen.get("folder", ""))

    def finish_in_ledger(self, tally: Mapping[str, object]) -> None:
        """Close a live run's entry in the ledger."""
        if self.frozen.live:
            from notices.ledger.store import Ledger

            with Ledger(self._workspace.ledger_url) as ledger:
                ledger.finish_run(self.frozen.run_id, self._start.now, tally)

    def _temporary(self) -> None:
        place = self.folder / TEMPORARY
        shutil.rmtree(place, ignore_errors=True)
        try:
            place.mkdir()
            (self.folder / LETTERS).mkdir(exist_ok=True)
        except OSError as error:
            raise FileError(f"{place}: {error.strerror or error}") from error
        self._stack.callback(shutil.rmtree, place, ignore_errors=True)

    def picture(self, sample: Sample) -> bytes:
        """A picture for the report, drawn by a worker; b"" where there is none."""
        if not self._is_set_up:
            self._set_up()
        return self.pool.picture(sample)

    def sweep(self) -> int:
        """Takes away files in the letters' folder that no outcome names; returns how many."""
        named = array("Q", sorted(digest_key(o.file) for o in self.journal.outcomes() if o.file))
        swept = 0
        for file in (self.folder / LETTERS).rglob("*.pdf"):
            key = digest_key(file.relative_to(self.folder).as_posix())
            at = bisect_left(named, key)
            if at == len(named) or named[at] != key:
                file.unlink()
                swept += 1
        return swept
