"""The ASGI application: addresses, and how answers become JSON."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from notices.catalogue import as_record
from notices.errors import NoticesError
from notices.places import FONTS
from notices.studio import answers as answers
from notices.studio import approve, compare, conditions, counsel, history, new_parts, todo, usage
from notices.studio import part_edits as parts
from notices.studio.answers import Studio
from notices.studio.guard import Guard, Rules
from notices.studio.preview import BusyError
from notices.studio.question import (
    AskError,
    Plain,
    UnreadableError,
    check_characters,
    read_question,
)
from notices.studio.view import read_words

HERE = Path(__file__).parent
STATIC = HERE / "static"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Answer = Callable[[Studio, Plain], Plain]
R = TypeVar("R")
READ: dict[str, Answer] = {
    "packs": answers.packs,
    "letter": answers.letter,
    "terms": answers.terms,
    "compare": compare.compare,
    "approval": approve.approval_status,
    "reading": approve.reading,
    "history": history.history,
    "news": history.news,
    "counsel": counsel.documents,
    "names": usage.names,
    "usage": usage.usage,
    "printed": conditions.printed,
    "part_choices": new_parts.choices,
    "todo": todo.todo,
}
WRITE: dict[str, Answer] = {
    "preview": answers.preview,
    "draft": answers.draft,
    "discard": answers.discard,
    "save": answers.save,
    "save_together": answers.save_together,
    "sentence": conditions.sentence,
    "approve": approve.approve,
    "ask": approve.ask,
    "stop": approve.stop,
    "accept_facts": approve.accept_facts,
    "revert": history.revert,
    "words": history.words,
    "parts": parts.parts,
    "try_clause": new_parts.try_clause,
    "new_clause": new_parts.new_clause,
    "set_headings": new_parts.headings,
    "fill": todo.fill,
    "keep_fill": todo.keep,
    "counsel_bring": counsel.bring,
    "counsel_take": counsel.take,
    "counsel_drop": counsel.drop,
}
# Work that takes seconds waits in a room of its own, where it keeps nobody from reading and saving.
ROOMS = {"quick": 16, "previews": 48, "letters": 2, "pictures": 4}  # threads
MOST_WAITING = {"letters": 8}  # questions, beyond which a further one is told to come again
ROOM_OF = {
    "preview": "previews",
    **dict.fromkeys(("compare", "reading", "approve", "counsel_bring", "counsel_take"), "letters"),
}


class Rooms:
    """The threads in which answers are made."""

    def __init__(self) -> None:
        self._threads = {name: ThreadPoolExecutor(size, name) for name, size in ROOMS.items()}
        self._undone: dict[str, set[Future[Any]]] = {name: set() for name in ROOMS}

    def run(self, name: str, work: Callable[[], R]) -> asyncio.Future[R]:
        """Cancelled before its turn, it is never begun. Raises BusyError where too many wait."""
        undone = self._undone[name]
        if name in MOST_WAITING and len(undone) >= ROOMS[name] + MOST_WAITING[name]:
            raise BusyError("busy")
        working = self._threads[name].submit(work)
        undone.add(working)
        working.add_done_callback(undone.discard)
        return asyncio.wrap_future(working)

    def close(self) -> None:
        for threads in self._threads.values():
            threads.shutdown(wait=False, cancel_futures=True)


def build_app(studio: Studio, rules: Rules) -> ASGIApp:
    """The page and its addresses over one studio, which is closed when they stop."""
    rooms = Rooms()

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            studio.close()
            rooms.close()

    routes = [
        Route("/", _page),
        Route("/api/session", _session(studio, rooms, rules)),
        *(
            Route(f"/api/{name}", _asking(studio, rooms, name, answer, _from_address))
            for name, answer in READ.items()
        ),
        *(
            Route(
                f"/api/{name}", _asking(studio, rooms, name, answer, _from_body), methods=["POST"]
            )
            for name, answer in WRITE.items()
        ),
        Route("/api/redline.html", _file(studio, rooms, compare.export, "text/html")),
        Route("/api/counsel.docx", _file(studio, rooms, counsel.document, DOCX)),
        Route("/api/page/{digest}/{number:int}.png", _picture(studio, rooms)),
        Mount("/fonts", StaticFiles(directory=FONTS)),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    app = Starlette(routes=routes, lifespan=life, exception_handlers={Exception: _crashed})
    return Guard(app, rules)


async def _page(request: Request) -> Response:
    text = (STATIC / "index.html").read_text(encoding="utf-8")
    return HTMLResponse(text.replace("{{nonce}}", request.state.nonce))


def _session(studio: Studio, rooms: Rooms, rules: Rules) -> Callable[[Request], Any]:
    async def session(_: Request) -> Response:
        person = await rooms.run("quick", partial(approve.signer, studio))
        return JSONResponse({"csrf": rules.csrf, "words": read_words(), "person": person})

    return session


async def _crashed(_: Request, error: Exception) -> Response:
    """A fault of the studio itself: the page is told that, and the guard notes where."""
    return JSONResponse({"error": "crashed"}, 500)


async def _from_address(request: Request) -> Plain:
    return dict(request.query_params)


async def _from_body(request: Request) -> Plain:
    return read_question(await request.body())


def _asking(
    studio: Studio,
    rooms: Rooms,
    name: str,
    answer: Answer,
    read: Callable[[Request], Awaitable[Plain]],
) -> Callable[[Request], Any]:
    async def handle(request: Request) -> Response:
        async def work() -> Response:
            asked = await read(request)
            check_characters(asked)
            room = ROOM_OF.get(name, "quick")
            answering = rooms.run(room, partial(answer, studio, asked))
            if name == "preview":
                await _while_there(request, answering, partial(answers.leave, studio, asked))
            elif room == "letters" and name in READ:  # what writes is done all the same
                await _while_there(request, answering, answering.cancel)
            return JSONResponse(await answering)

        return await _answered(work)

    return handle


async def _while_there(
    request: Request, answering: asyncio.Future[R], leave: Callable[[], object]
) -> None:
    """Wait for the answer; whoever hangs up before is not worked for any more.

    Raises BusyError, which nobody hears, where `leave` cancelled the answer.
    """
    gone = asyncio.ensure_future(_hung_up(request))
    await asyncio.wait((answering, gone), return_when=asyncio.FIRST_COMPLETED)
    if not answering.done():
        leave()
    gone.cancel()
    if answering.cancelled():
        raise BusyError("busy")


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _answered(work: Callable[[], Awaitable[Response]]) -> Response:
    try:
        return await work()
    except UnreadableError as error:
        return JSONResponse({"error": str(error)}, 400)
    except AskError as error:
        return JSONResponse({"error": str(error)}, 404)
    except BusyError as error:
        return JSONResponse({"error": str(error)}, 503)
    except NoticesError as error:
        findings = [as_record(finding) for finding in error.findings]
        return JSONResponse({"error": str(error), "findings": findings}, 422)


def _file(
    studio: Studio, rooms: Rooms, make: Callable[[Studio, Plain], str | bytes], media_type: str
) -> Callable[[Request], Any]:
    """A file to be kept."""

    async def handle(request: Request) -> Response:
        async def work() -> Response:
            asked = await _from_address(request)
            check_characters(asked)
            making = rooms.run("letters", partial(make, studio, asked))
            await _while_there(request, making, making.cancel)
            kept = {"Content-Disposition": "attachment"}
            return Response(await making, media_type=media_type, headers=kept)

        return await _answered(work)

    return handle


def _picture(studio: Studio, rooms: Rooms) -> Callable[[Request], Any]:
    async def handle(request: Request) -> Response:
        digest, number = request.path_params["digest"], request.path_params["number"]
        data = await rooms.run("pictures", partial(studio.previews.page, digest, number))
        if not data:
            return JSONResponse({"error": "page"}, 404)
        return Response(data, media_type="image/png", headers={"Cache-Control": "private"})

    return handle
