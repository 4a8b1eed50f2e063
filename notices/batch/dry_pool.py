"""Records judged in many processes: chunks out, verdicts back in order, never many at a time."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from itertools import islice
from multiprocessing import resource_tracker
from typing import Generic, TypeVar

from notices.batch.begin import case_key, row_of
from notices.batch.dry_run import DrySetup, Judge, Verdict
from notices.batch.pool import SPAWN
from notices.batch.worker import Broken
from notices.case.record import Record
from notices.errors import NoticesError, RenderError
from notices.finding import Finding

CHUNK = 64  # records
AHEAD = 3  # chunks for each process
_BITS = 1 << 27
T = TypeVar("T")


@dataclass(frozen=True)
class Asked(Generic[T]):
    """A record to be judged, and what its owner wants to find again beside the verdict."""

    record: Record
    beside: T


def judge_all(
    asked: Iterable[Asked[T]], setup: DrySetup, processes: int
) -> Iterator[tuple[Asked[T], Verdict]]:
    """Each record with its verdict, in order; with one process, in this one.

    Raises NoticesError where the machine or the workspace is at fault.
    """
    if processes < 2:
        with Judge(setup) as judge:
            rest = iter(asked)
            while chunk := list(islice(rest, CHUNK)):
                verdicts = judge.judge_many([one.record for one in chunk])
                yield from zip(chunk, verdicts, strict=True)
        return
    with ProcessPoolExecutor(processes, SPAWN, _begin, (setup,)) as pool:
        try:
            yield from _in_order(iter(asked), pool, processes * AHEAD)
        except BrokenProcessPool as error:
            raise RenderError("a process of the dry run was ended from outside") from error
        finally:
            pool.shutdown(cancel_futures=True)


def _in_order(
    asked: Iterator[Asked[T]], pool: ProcessPoolExecutor, most: int
) -> Iterator[tuple[Asked[T], Verdict]]:
    under_way: deque[tuple[list[Asked[T]], Future[list[Verdict] | Broken]]] = deque()
    while True:
        while len(under_way) < most and (chunk := list(islice(asked, CHUNK))):
            under_way.append((chunk, _submit(pool, [one.record for one in chunk])))
        if not under_way:
            return
        chunk, future = under_way.popleft()
        verdicts = future.result()
        if isinstance(verdicts, Broken):
            raise verdicts.error()
        yield from zip(chunk, verdicts, strict=True)


def _submit(pool: ProcessPoolExecutor, records: list[Record]) -> Future[list[Verdict] | Broken]:
    # Ctrl-C goes to the whole group: processes never hear it, this one ends them
    resource_tracker.ensure_running()
    kept = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(_judge, records)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, kept)


@dataclass
class _Here:
    """What this process is: a judge, or why it can't be one."""

    judge: Judge | None = None
    broken: Broken | None = None


_here = _Here()


def _begin(setup: DrySetup) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        _here.judge = Judge(setup)
    except NoticesError as error:
        _here.broken = Broken(type(error).__name__, str(error))


def _judge(records: list[Record]) -> list[Verdict] | Broken:
    if _here.judge is None:
        return _here.broken or Broken("RenderError", "a process of the dry run did not begin")
    try:
        return _here.judge.judge_many(records)
    except NoticesError as error:
        return Broken(type(error).__name__, str(error))


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
    judged: Iterable[tuple[Asked[T], Verdict]], twins: frozenset[int]
) -> Iterator[tuple[Asked[T], Verdict]]:
    """A case that gets a letter by an earlier row gets no second one."""
    taken: dict[int, tuple[str, int]] = {}
    for number, (one, verdict) in enumerate(judged, start=1):
        key = case_key(one.record)
        if key in twins and verdict.state == "accepted" and verdict.letters:
            row = row_of(one.record, number)
            letter, other = taken.setdefault(key, (verdict.letters[0], row))
            if other != row:
                params, line = {"letter": letter, "other": str(other)}, one.record.line()
                told = Finding("letter-twice-in-run", "error", one.record.file, line, "id", params)
                verdict = replace(verdict, state="rejected", findings=(*verdict.findings, told))
        yield one, verdict
