"""Previews by real processes: several editors, outdated drawings, processes that are killed."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import active_children
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from notices.letter.workspace import read_workspace
from notices.pack.load import load_pack
from notices.places import PACKS
from notices.studio.drawer import Drawer
from notices.studio.preview import BusyError, PreviewPool
from notices.studio.preview_worker import Ask

pytestmark = pytest.mark.heavy

ASK = Ask("CN", "demand-consumer-loan-no-rate", draw=False)
DRAWN = Ask("CN", "demand-consumer-loan-no-rate")


@pytest.fixture
def pool(workspace: Path) -> Iterator[PreviewPool]:
    pool = PreviewPool(read_workspace(workspace, workspace), most=2)
    yield pool
    pool.close()
    assert not active_children(), "no process stays"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set once a process has a question whose answer is awaited, anew after each `clear`."""
    event = threading.Event()
    expect = Drawer._expect

    def awaited(self: Drawer, pipe: Connection, seconds: float) -> object:
        event.set()
        return expect(self, pipe, seconds)

    monkeypatch.setattr(Drawer, "_expect", awaited)
    return event


def test_a_killed_process_is_begun_anew_and_nobody_notices(pool: PreviewPool) -> None:
    first = pool.show("1", ASK)
    (process,) = active_children()
    os.kill(process.pid or 0, signal.SIGKILL)
    again = pool.show("1", ASK)
    assert first is not None and again is not None
    assert again.shown.values == first.shown.values and not again.shown.findings


def test_a_process_killed_while_it_draws_draws_again(pool: PreviewPool) -> None:
    pool.show("1", ASK)
    (process,) = active_children()
    os.kill(process.pid or 0, signal.SIGSTOP)  # it hangs, so that it is surely killed at work
    with ThreadPoolExecutor(1) as threads:
        drawing = threads.submit(pool.show, "1", DRAWN)
        os.kill(process.pid or 0, signal.SIGKILL)
        preview = drawing.result()
    assert preview is not None and preview.digest


def test_a_hanging_outdated_drawing_does_not_hold_up_the_newer_one(
    pool: PreviewPool, sent: threading.Event
) -> None:
    pool.show("1", ASK)
    sent.clear()
    (process,) = active_children()
    os.kill(process.pid or 0, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as threads:
        older = threads.submit(pool.show, "1", DRAWN)
        assert sent.wait(60)
        newer = pool.show("1", ASK)
        assert older.result() is None
    assert newer is not None and newer.shown.values


def test_a_window_that_leaves_is_not_drawn_for(pool: PreviewPool, sent: threading.Event) -> None:
    pool.show("1", ASK)
    sent.clear()
    (process,) = active_children()
    os.kill(process.pid or 0, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(pool.show, "1", DRAWN)
        assert sent.wait(60)
        pool.leave("1")
        assert asked.result() is None


def test_there_are_never_more_processes_than_allowed(pool: PreviewPool) -> None:
    with ThreadPoolExecutor(6) as threads:
        editors = [f"editor {number}" for number in range(6)]
        shown = list(threads.map(lambda editor: pool.show("1", ASK, editor), editors))
    assert all(preview is not None and preview.shown.values for preview in shown)
    assert len(active_children()) == 2


def test_too_many_who_wait_are_told_to_come_again(
    pool: PreviewPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notices.studio.preview.MOST_WAITING", 0)
    with pytest.raises(BusyError):
        pool.show("1", ASK)


def test_a_drawing_that_computes_without_end_is_ended(workspace: Path) -> None:
    """By the kernel, though the studio would wait; the next one is drawn by a new process."""
    pool = PreviewPool(read_workspace(workspace, workspace), seconds=1)
    pack = load_pack(PACKS / "CN")
    kind = pack.kinds["formal_demand"]
    long = " ".join(["This sentence makes the letter long."] * 180)
    named = [name for part in kind.parts for name in part.clauses]
    edits = {(name, "text", side): long for name in named for side in pack.clauses[name].texts}
    try:
        preview = pool.show("1", Ask("CN", "demand-consumer-loan-no-rate", edits=edits))
        assert preview is not None
        assert [f["rule"] for f in preview.shown.findings] == ["letter-time-limit"]
        assert pool.show("1", ASK) is not None
    finally:
        pool.close()
