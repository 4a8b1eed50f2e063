"""A run: many records in, letters in a folder out, nothing lost and nothing twice.

    with BatchRun(rows, workspace, folder, settings, limits, start) as run:
        for outcome in run.outcomes(): …   # as they are finished, in any order
        summary = finish_run(run)          # manifest, findings, report; None where rows are open

`batch.call.run_batch` does this for a door, with the checks that come before.

The folder decides what is done: run.json is written once, the journal only grows, a letter's file
is moved into place whole. A run that was ended at any moment goes on with the same call.
"""

from __future__ import annotations

import hashlib
import shutil
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from notices.batch.begin import Survey, check_empty, clear_folder, look_over
from notices.batch.case_keys import case_key, digest_key, row_of
from notices.batch.job import LETTERS, TEMPORARY, Job, Row, Setup
from notices.batch.journal import Journal
from notices.batch.manifest import IN_PLACE, MANIFEST, Outcome
from notices.batch.pool import MISHAPS, Answer, Pool
from notices.batch.settings import (
    APPROVED,
    BatchSettings,
    Frozen,
    Limits,
    Progress,
    Start,
    check_profile,
    freeze,
    frozen_workspace,
    read_frozen,
    read_profile,
)
from notices.batch.worker import Equipment, Sample
from notices.case.record import Record
from notices.errors import FileError, RunChangedError
from notices.files import is_draft, lock_run, make_folder, private_files
from notices.ledger.store import Ledger
from notices.ledger.types import Run
from notices.letter.live import UNACCEPTED
from notices.letter.live_text import ApprovedText, LiveTexts
from notices.letter.workspace import Workspace
from notices.pack.load import load_pack
from notices.page.fonts import read_font_set
from notices.places import FONTS

JOURNAL, IDENTITIES, WORKERS_LOG = "journal.jsonl", "identities", "workers.log"


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
        self._stack.enter_context(lock_run(self.folder))
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
            self._start,
            self._is_taken,
        )

    @property
    def pool(self) -> Pool:
        """The workers, started when first asked for."""
        if self._pool is None:
            log = self.folder / TEMPORARY / WORKERS_LOG
            equipment = Equipment(self._workspace, self._fonts, self._limits, log)
            self._pool = self._stack.enter_context(Pool(equipment))
        return self._pool

    @property
    def _fonts(self) -> tuple[Path, ...]:
        return (*self._workspace.defaults.fonts, *map(Path, self._settings.fonts))

    @property
    def done(self) -> int:
        return self.before + self.made

    @property
    def progress(self) -> Progress:
        """How far the run is."""
        run_id, rows = self.frozen.run_id, self.survey.rows
        return Progress(self.folder, run_id, rows, self.done, self.made)

    @property
    def complete(self) -> bool:
        return self.done == self.survey.rows

    def outcomes(self) -> Iterator[Outcome]:
        """Makes what is not made yet; each outcome once it is in the journal.

        Raises NoticesError where the machine or the workspace is at fault; what was in hand is
        finished first.
        """
        rows = self._open_rows()
        following = next(rows, None)
        if following is not None:
            self._set_up()
        pool = self._pool
        while pool is not None:
            while following is not None and pool.free and self._may_go(following):
                if self._start.stop():
                    following = None
                    break
                self._give(following)
                following = next(rows, None)
            if pool.broken:
                following = None
            if following is None and not pool.busy:
                break
            for answer in pool.wait():
                yield from self._note(answer)
        if pool is not None and pool.broken:
            raise pool.broken

    def _open_rows(self) -> Iterator[Row]:
        """The rows that are not done, in order."""
        if self.survey.twins:  # a later row may have made what an earlier call failed at
            for number, record in enumerate(self._rows, start=1):
                self._take(record, self.journal.outcomes_of(number))
        for number, record in enumerate(self._rows, start=1):
            outcomes = self.journal.outcomes_of(number)
            if outcomes and self._is_done(outcomes):
                self.before += 1
                continue
            yield Row(number, row_of(record, number), record)

    def _is_done(self, outcomes: tuple[Outcome, ...]) -> bool:
        """Whether the row needs no work: its files are whole, no machine failed it, and nobody's
        acceptance was missing."""
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

    def _may_go(self, row: Row) -> bool:
        """A row whose case id came before waits until that one is finished."""
        return case_key(row.record) not in self._under_way

    def _give(self, row: Row) -> None:
        key = case_key(row.record)
        if key in self.survey.twins:
            self._under_way.add(key)
            others = self._taken.get(key, {}).items()
            taken = {letter: other for letter, other in others if other != row.row}
            row = replace(row, taken=taken)
        self.pool.give(Job((row,)))

    def _note(self, answer: Answer) -> Iterator[Outcome]:
        (row,), outcomes = answer.job.rows, answer.outcomes
        known = {outcome.letter_id for outcome in self.journal.outcomes_of(row.number)}
        if len(outcomes) == 1 and not outcomes[0].letter_id and len(known) == 1:
            outcomes = (replace(outcomes[0], letter_id=known.pop()),)
        self.journal.add(row.number, outcomes)
        self.made += 1
        self._take(row.record, outcomes)
        self._under_way.discard(case_key(row.record))
        yield from outcomes

    def _take(self, record: Record, outcomes: tuple[Outcome, ...]) -> None:
        """Remembers the letters of a case id that comes again."""
        key = case_key(record)
        if key in self.survey.twins:
            for outcome in outcomes:
                if outcome.state in IN_PLACE:
                    self._taken.setdefault(key, {})[outcome.letter_id] = outcome.row

    def _changed(self) -> tuple[str, ...]:
        """What the letters' bytes depend on and is other than when the run began, by name."""
        fonts = read_font_set(FONTS, self._fonts).digest
        renderer = self.pool.first_ready()
        return check_profile(
            self.frozen, read_profile(self._workspace, self._settings, fonts, renderer)
        )

    def _set_up(self) -> None:
        if changed := self._changed():
            raise RunChangedError(
                f"{self.folder}: changed since this run began: {', '.join(changed)}."
                f" Put it back to go on, or {self._way_out}"
            )
        pool = self.pool
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

    @property
    def _way_out(self) -> str:
        """How to finish a run that must not go on; nothing of it is lost or goes out twice. One
        that was finished before may be printed already: what it made is left alone."""
        if self.frozen.live and not (self.folder / MANIFEST).is_file():
            return (
                "give the same command with --again --reason TEXT: it makes every letter anew"
                " in a folder beside and takes out those made here"
            )
        return "begin a new run with another --out"

    def _is_taken(self, frozen: Frozen) -> bool:
        """Whether the same run was begun in another folder: then this one is another run, or
        each of the two would take the other's letters for its own and print them."""
        return frozen.live and self._enter_run(frozen) != str(self.folder.resolve())

    def _enter_run(self, frozen: Frozen) -> str:
        """Begin the run in the ledger, or take it up again; returns the folder it stands in."""
        facts = {**frozen.plain(), "folder": str(self.folder.resolve())}
        with Ledger(self._workspace.ledger_url) as ledger:
            run = ledger.begin_run(Run(frozen.run_id, frozen.started_at, facts))
        return str(run.frozen.get("folder", ""))

    def finish_in_ledger(self, tally: Mapping[str, object]) -> None:
        """Close a live run's entry in the ledger."""
        if self.frozen.live:
            with Ledger(self._workspace.ledger_url) as ledger:
                ledger.finish_run(self.frozen.run_id, self._start.now, tally)

    def _temporary(self) -> None:
        place = self.folder / TEMPORARY
        shutil.rmtree(place, ignore_errors=True)
        try:
            for left in filter(is_draft, self.folder.iterdir()):
                left.unlink()
            place.mkdir()
            (self.folder / LETTERS).mkdir(exist_ok=True)
        except OSError as error:
            raise FileError(f"{place}: {error.strerror or error}") from error
        self._stack.callback(shutil.rmtree, place, ignore_errors=True)

    def picture(self, sample: Sample) -> bytes:
        """A picture for the report, drawn by a worker; b"" where there is none, or where it would
        not look as the run's letters do."""
        if not self._is_set_up:
            if self._changed():
                return b""
            self._set_up()
        return self.pool.picture(sample)

    def texts(self, kinds: Iterable[tuple[str, str, int]]) -> tuple[ApprovedText, ...]:
        """The approved texts by which these kinds (pack, kind, level) were written."""
        if not self.frozen.live:
            return ()
        place = frozen_workspace(self.folder, self._workspace)
        texts = LiveTexts(place, self.frozen.texts, self.folder / APPROVED)
        day = self.frozen.issue_date.isoformat()
        written = dict.fromkeys((pack, kind) for pack, kind, _ in sorted(kinds))
        packs = {
            name: load_pack(*place.of_pack(self.folder / "packs" / name)) for name, _ in written
        }
        found = (texts.of(packs[name], kind, day).approved for name, kind in written)
        return tuple(text for text in found if text)

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
