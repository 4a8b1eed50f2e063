"""The room of the letters: who hangs up is not worked for, and not too many wait."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from starlette.requests import Request

from notices.studio.answers import Studio
from notices.studio.app import MOST_WAITING, ROOMS, Rooms, _asking, _from_address
from notices.studio.preview import BusyError
from notices.studio.question import Plain

_T = TypeVar("_T")


def run_apart(asked: Coroutine[Any, Any, _T]) -> _T:
    """In a thread of its own: a browser's tests may have a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asked).result()


@pytest.fixture
def rooms() -> Iterator[Rooms]:
    rooms = Rooms()
    yield rooms
    rooms.close()


def test_beyond_a_few_who_wait_one_is_told_to_come_again(rooms: Rooms) -> None:
    go = threading.Event()

    async def asked() -> list[bool]:
        waiting = [rooms.run("letters", go.wait) for _ in range(ROOMS["letters"])]
        waiting += [rooms.run("letters", go.wait) for _ in range(MOST_WAITING["letters"])]
        with pytest.raises(BusyError):
            rooms.run("letters", go.wait)
        assert await rooms.run("quick", lambda: True), "nobody else is kept waiting"
        go.set()
        await asyncio.gather(*waiting)
        return [await rooms.run("letters", go.wait)]

    assert run_apart(asked()) == [True]


def test_whoever_hangs_up_is_not_drawn_for(rooms: Rooms, desk: Studio) -> None:
    go, done = threading.Event(), []

    def answer(_: Studio, asked: Plain) -> Plain:
        done.append(asked["from"])
        return {}

    def asking(name: str) -> Request:
        asked = f"from={name}".encode()
        return Request(
            {"type": "http", "method": "GET", "query_string": asked, "headers": []}, hung_up
        )

    async def hung_up() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def asked() -> None:
        drawing = [rooms.run("letters", go.wait) for _ in range(ROOMS["letters"])]
        compare = _asking(desk, rooms, "compare", answer, _from_address)
        await asyncio.create_task(compare(asking("compare")))
        go.set()  # an approval is wished by whoever closes the window, too
        await _asking(desk, rooms, "approve", answer, _from_address)(asking("approve"))
        await asyncio.gather(*drawing)

    run_apart(asked())
    assert done == ["approve"]
