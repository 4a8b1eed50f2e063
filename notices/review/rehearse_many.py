"""Examples rehearsed in several processes, each with a renderer of its own."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import get_context, resource_tracker
from pathlib import Path

from notices.errors import NoticesError, RenderError
from notices.letter.workspace import Workspace
from notices.review.examples import Example
from notices.review.rehearse import Outcome, Rehearsal


@dataclass(frozen=True)
class Task:
    """An example to be rehearsed, and the folder that keeps its letters, if any does."""

    example: Example
    out: Path | None = None


def rehearse_many(
    workspace: Workspace, tasks: Sequence[Task], processes: int, *, live: bool = False
) -> Iterator[Outcome]:
    """The outcome of each task, in order, without the letters themselves.

    With one process the work is done in this one. Raises NoticesError where the machine is at
    fault, FileError where a folder can't be written.
    """
    if processes < 2 or len(tasks) < 2:
        with Rehearsal(workspace, live=live) as rehearsal:
            for task in tasks:
                yield _without_letters(rehearsal.play(task.example, task.out))
        return
    spawn = get_context("spawn")  # a renderer's threads and locks are not copied
    with ProcessPoolExecutor(min(processes, len(tasks)), spawn, _begin, (workspace, live)) as pool:
        resource_tracker.ensure_running()  # else it begins within, and lets Ctrl-C through
        kept = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            futures = [pool.submit(_play, task) for task in tasks]
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, kept)
        try:
            for future in futures:
                outcome = future.result()
                if isinstance(outcome, NoticesError):
                    raise outcome
                yield outcome
        except BrokenProcessPool as error:
            raise RenderError("a process of the rehearsal was ended from outside") from error
        finally:
            pool.shutdown(cancel_futures=True)


_rehearsal: list[Rehearsal] = []  # this process's own


def _begin(workspace: Workspace, live: bool) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _rehearsal.append(Rehearsal(workspace, live=live))


def _play(task: Task) -> Outcome | NoticesError:
    try:
        return _without_letters(_rehearsal[0].play(task.example, task.out))
    except NoticesError as error:
        again = type(error)(str(error))  # pickled as it is built: with its text alone
        again.findings = error.findings
        return again


def _without_letters(outcome: Outcome) -> Outcome:
    """What can go from process to process."""
    findings = tuple(replace(f, params=dict(f.params)) for f in outcome.findings)
    return replace(outcome, letters=(), findings=findings)
