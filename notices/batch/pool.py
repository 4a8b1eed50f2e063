"""The worker processes of a run: warm, replaceable, each with one LetterMaker.

A worker takes one job at a time over a pipe and answers with its outcomes: a row to be made, or
some to be checked. It may hang, run out of memory or be killed: the pool ends it, starts another,
and says what became of its letter. A worker whose parent is gone reads the pipe's end and leaves.
"""

from __future__ import annotations

import pickle
import signal
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from multiprocessing.reduction import ForkingPickler
from types import MappingProxyType, TracebackType
from typing import Self

from notices.batch.job import Job, Setup
from notices.batch.manifest import Outcome
from notices.batch.worker import Broken, Done, Equipment, Ready, Sample, failed, work
from notices.errors import NoticesError, RenderError
from notices.finding import Finding

ATTEMPTS = 2  # for a letter whose worker died
# Faults of the machine rather than the record: the next call tries such letters again.
MISHAPS = frozenset(("letter-time-limit", "letter-memory", "letter-worker-died", "letter-crashed"))
START_ATTEMPTS = 3  # in a row, before the pool gives up
START_SECONDS = 120.0
LEAVE_SECONDS = 10.0
SPAWN = get_context("spawn")  # no state of the parent, threads and locks included
# findings and cases hold frozen mappings, which travel as plain ones
ForkingPickler.register(MappingProxyType, lambda proxy: (dict, (dict(proxy),)))


@dataclass(frozen=True)
class Answer:
    """What became of a job."""

    job: Job
    outcomes: tuple[Outcome, ...]


@dataclass
class _Worker:
    process: SpawnProcess
    pipe: Connection
    since: float
    ready: bool = False
    job: Job | None = None


class Pool:
    """As many workers as the limits say. Use `with`; leaving it early ends them at once.

    A row that ends its worker, or takes too long, costs no other row its answer.
    """

    def __init__(self, equipment: Equipment) -> None:
        self._equipment = equipment
        self._limits = equipment.limits
        self._setup: Setup | None = None
        self._failed_starts = 0
        self._again: deque[Job] = deque()
        self.renderer = ""
        self.broken: NoticesError | None = None  # why the run can't go on
        self._workers = [self._start() for _ in range(equipment.limits.processes)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close(LEAVE_SECONDS if kind is None else 0.0)

    def close(self, seconds: float = 0.0) -> None:
        """Let the workers leave; those that haven't after `seconds` are ended."""
        for worker in self._workers:
            worker.pipe.close()
        until = time.monotonic() + seconds
        for worker in self._workers:
            worker.process.join(max(0.0, until - time.monotonic()))
            worker.process.kill()
            worker.process.join()
        self._workers = []

    def set_up(self, setup: Setup) -> None:
        """What all letters share. Waits until the first worker is ready."""
        self._setup = setup
        for worker in self._workers:
            if worker.ready:
                _send(worker, setup)

    def first_ready(self) -> str:
        """Waits for the first worker; returns the renderer's version. Raises NoticesError."""
        while not self.renderer:
            self.wait()
            if self.broken:
                raise self.broken
        return self.renderer

    @property
    def busy(self) -> int:
        """Jobs that are given and not answered."""
        return len(self._again) + sum(worker.job is not None for worker in self._workers)

    @property
    def free(self) -> bool:
        """Whether a worker waits for a job."""
        return not self._again and self._idle() is not None

    def give(self, job: Job) -> None:
        """Hand a job to a worker, now or as soon as one is free."""
        worker = self._idle()
        if worker is None:
            self._again.append(job)
            return
        worker.job = job
        worker.since = time.monotonic()
        _send(worker, job)

    def wait(self) -> list[Answer]:
        """The next answers; waits for at least one event. `broken` is set where a worker says that
        the run can't go on; letters that others have in hand stay in hand."""
        done: list[Answer] = []
        pipes = {worker.pipe: worker for worker in self._workers}
        for pipe in wait(list(pipes), self._patience()):
            if isinstance(pipe, Connection):
                done += self._hear(pipes[pipe])
        for worker in list(self._workers):
            if self._seconds_left(worker) <= 0:
                done += self._end_late(worker)
        while self._again and self._idle() is not None:
            self.give(self._again.popleft())
        return done

    def picture(self, sample: Sample) -> bytes:
        """A worker's picture of an example's first page; b"" where there is none."""
        while (worker := self._idle()) is None:
            self.wait()
            if self.broken:
                return b""
        _send(worker, sample)
        if not worker.pipe.poll(self._limits.seconds):
            return b""
        try:
            answer = worker.pipe.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            return b""
        return answer if isinstance(answer, bytes) else b""

    def _start(self) -> _Worker:
        ours, theirs = SPAWN.Pipe()
        process = SPAWN.Process(target=work, args=(theirs, self._equipment), daemon=True)
        # Ctrl-C goes to the whole group: workers never hear it and finish what they have in hand
        resource_tracker.ensure_running()  # else it starts within, and lets the signal through
        kept = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            process.start()
        except OSError as error:
            raise RenderError(f"no worker can be started: {error.strerror or error}") from error
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, kept)
        theirs.close()
        return _Worker(process, ours, time.monotonic())

    def _idle(self) -> _Worker | None:
        if self._setup is None:
            return None
        return next((w for w in self._workers if w.ready and w.job is None), None)

    def _patience(self) -> float | None:
        return max(0.0, min(self._seconds_left(worker) for worker in self._workers))

    def _seconds_left(self, worker: _Worker) -> float:
        if worker.ready and worker.job is None:
            return 3600.0
        seconds = self._limits.seconds if worker.ready else START_SECONDS
        return worker.since + seconds - time.monotonic()

    def _hear(self, worker: _Worker) -> Iterator[Answer]:
        try:
            said = worker.pipe.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            yield from self._replace(worker)
            return
        if isinstance(said, Ready):
            worker.ready = True
            self.renderer = said.renderer
            self._failed_starts = 0
            if self._setup is not None:
                _send(worker, self._setup)
        elif isinstance(said, Broken):
            worker.job = None
            self.broken = self.broken or said.error()
        elif isinstance(said, Done) and worker.job is not None:
            job, worker.job = worker.job, None
            if said.leaving:
                self._renew(worker)
            yield Answer(job, said.outcomes)

    def _end_late(self, worker: _Worker) -> Iterator[Answer]:
        """Ends a worker that is over its time; an answer that it just gave still counts."""
        worker.process.kill()
        worker.process.join()
        yield from _last_words(worker)
        if worker.job is not None:
            late = Finding("letter-time-limit", params={"seconds": f"{self._limits.seconds:g}"})
            yield from self._give_up(worker.job, late)
        elif not worker.ready:
            self.broken = RenderError(f"a worker is not ready after {START_SECONDS:g} s")
        self._renew(worker)

    def _replace(self, worker: _Worker) -> Iterator[Answer]:
        """A worker is gone: its letter is tried once more, then given up."""
        worker.process.join()
        job = worker.job
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= START_ATTEMPTS:
                self.broken = self.broken or self._no_start(worker)
        self._renew(worker)
        if job is None:
            return
        if len(job.rows) == 1 and job.tried < ATTEMPTS:
            self._again.append(replace(job, tried=job.tried + 1))
        else:
            params = {"signal": _signal_name(worker.process.exitcode)}
            yield from self._give_up(job, Finding("letter-worker-died", params=params))

    def _give_up(self, job: Job, finding: Finding) -> Iterator[Answer]:
        """The job's row has failed; of several rows each gets a job of its own first."""
        if len(job.rows) > 1:
            self._again.extend(Job((row,), job.tried + 1) for row in job.rows)
            return
        yield Answer(job, tuple(failed(row, finding, job.tried) for row in job.rows))

    def _no_start(self, worker: _Worker) -> NoticesError:
        why, memory = _signal_name(worker.process.exitcode), str(self._limits.memory_mb)
        error = RenderError(f"workers end before they begin ({why})")
        error.findings = (Finding("workers-end-early", params={"signal": why, "memory": memory}),)
        return error

    def _renew(self, worker: _Worker) -> None:
        worker.pipe.close()
        self._workers[self._workers.index(worker)] = self._start()


def _last_words(worker: _Worker) -> Iterator[Answer]:
    """What an ended worker had said before."""
    try:
        while worker.job is not None and worker.pipe.poll():
            said = worker.pipe.recv()
            if isinstance(said, Done):
                job, worker.job = worker.job, None
                yield Answer(job, said.outcomes)
    except (EOFError, OSError, pickle.UnpicklingError):
        return


def _send(worker: _Worker, message: object) -> None:
    try:
        worker.pipe.send(message)
    except (BrokenPipeError, ConnectionError):
        return  # gone: the pool reads the pipe's end and replaces it


def _signal_name(code: int | None) -> str:
    if code is not None and code < 0:
        return signal.Signals(-code).name
    return f"exit {code}"
