"""Engines side by side: each in a process of its own, all on one core, one letter at a time.

Only one of them works at any moment, by turns, so that a machine that drifts drifts for all.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from notices.page.document import Document
from tests.bench.engines import ENGINES, NAMES, lacking

WARM = 3  # letters that each engine draws before any is timed
LONGEST = 300.0  # seconds for one answer


@dataclass(frozen=True)
class Measured:
    """One engine: the median of its letters, and how often that fits into the naive loop's."""

    engine: str
    ms: float | None
    ratio: float | None
    kb: float | None
    tagged: str
    note: str  # why it was not measured, or what to know


def pin() -> int:
    """This process, and all it starts, on one core. -1 where the system can't."""
    if not hasattr(os, "sched_setaffinity"):
        return -1
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


@contextmanager
def pinned() -> Iterator[int]:
    """On one core for a while."""
    before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    try:
        yield pin()
    finally:
        if before:
            os.sched_setaffinity(0, before)


def race(documents: list[Document]) -> list[Measured]:
    """Every engine that is here, over the same letters; medians of single letters."""
    absent = {name: why for name in ENGINES if (why := lacking(name))}
    context = get_context("spawn")
    pipes: dict[str, Connection] = {}
    told: dict[str, tuple[str, str]] = {}
    times: dict[str, list[float]] = {}
    sizes: dict[str, list[int]] = {}
    for name in ENGINES.keys() - absent.keys():
        ours, theirs = context.Pipe()
        context.Process(target=_work, args=(name, theirs, documents), daemon=True).start()
        theirs.close()
        pipes[name] = ours
        told[name] = _answer(ours)
        times[name], sizes[name] = [], []
    for number in range(-WARM, len(documents)):
        for name, pipe in pipes.items():
            pipe.send(number % len(documents))
            seconds, size = _answer(pipe)
            if number >= 0:
                times[name].append(seconds)
                sizes[name].append(size)
    for pipe in pipes.values():
        pipe.send(None)
    naive = statistics.median(times["naive"])
    return [_measured(name, absent, told, times, sizes, naive) for name in ENGINES]


def _measured(
    name: str,
    absent: dict[str, str],
    told: dict[str, tuple[str, str]],
    times: dict[str, list[float]],
    sizes: dict[str, list[int]],
    naive: float,
) -> Measured:
    if name in absent:
        return Measured(NAMES[name], None, None, None, "–", f"not measured: {absent[name]}")
    median = statistics.median(times[name])
    tagged, note = told[name]
    kb = statistics.median(sizes[name]) / 1024
    return Measured(NAMES[name], median * 1000, naive / median, kb, tagged, note)


def _answer(pipe: Connection) -> Any:
    if not pipe.poll(LONGEST):
        raise TimeoutError("an engine does not answer")
    answer = pipe.recv()
    if isinstance(answer, str):
        raise RuntimeError(answer)
    return answer


def _work(name: str, pipe: Connection, documents: list[Document]) -> None:
    """An engine's process. Any fault is told, for a bench that leaves one out is no bench."""
    try:
        engine = ENGINES[name]()
        pipe.send((engine.tagged, engine.note))
        while (number := pipe.recv()) is not None:
            markup = engine.markup(documents[number])
            start = time.perf_counter()
            data = engine.pdf(markup)
            seconds = time.perf_counter() - start
            if not data.startswith(b"%PDF"):
                raise ValueError("no PDF came back")
            pipe.send((seconds, len(data)))
        engine.close()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told
        pipe.send(f"{name}: {type(error).__name__}: {error}")
