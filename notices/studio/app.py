"""The ASGI application: addresses, and how answers become JSON."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
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
from notices.studio.answers import AskError, Studio
from notices.studio.guard import Guard, Rules
from notices.studio.view import Plain, read_words

HERE = Path(__file__).parent
STATIC = HERE / "static"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Answer = Callable[[Studio, Plain], Plain]
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


def build_app(studio: Studio, rules: Rules) -> ASGIApp:
    """The studio over one studio; it ends the studio's worker when it stops."""

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            studio.close()

    routes = [
        Route("/", _page),
        Route("/api/session", _session(studio, rules)),
        *(Route(f"/api/{name}", _read(studio, answer)) for name, answer in READ.items()),
        *(
            Route(f"/api/{name}", _write(studio, answer), methods=["POST"])
            for name, answer in WRITE.items()
        ),
        Route("/api/redline.html", _export(studio)),
        Route("/api/counsel.docx", _document(studio)),
        Route("/api/page/{digest}/{number:int}.png", _picture(studio)),
        Mount("/fonts", StaticFiles(directory=FONTS)),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    return Guard(Starlette(routes=routes, lifespan=life), rules)


async def _page(request: Request) -> Response:
    text = (STATIC / "index.html").read_text(encoding="utf-8")
    return HTMLResponse(text.replace("{{nonce}}", request.state.nonce))


def _session(studio: Studio, rules: Rules) -> Callable[[Request], Any]:
    async def session(_: Request) -> Response:
        person = await run_in_threadpool(approve.signer, studio)
        return JSONResponse({"csrf": rules.csrf, "words": read_words(), "person": person})

    return session


def _read(studio: Studio, answer: Answer) -> Callable[[Request], Any]:
    async def handle(request: Request) -> Response:
        return await _answered(studio, answer, dict(request.query_params))

    return handle


def _write(studio: Studio, answer: Answer) -> Callable[[Request], Any]:
    async def handle(request: Request) -> Response:
        try:
            asked = json.loads(await request.body())
        except (ValueError, RecursionError):
            asked = None
        if not isinstance(asked, dict):
            return JSONResponse({"error": "not JSON"}, 400)
        return await _answered(studio, answer, asked)

    return handle


async def _answered(studio: Studio, answer: Answer, asked: Plain) -> Response:
    try:
        return JSONResponse(await run_in_threadpool(answer, studio, asked))
    except AskError as error:
        return JSONResponse({"error": str(error)}, 404)
    except NoticesError as error:
        findings = [as_record(finding) for finding in error.findings]
        return JSONResponse({"error": str(error), "findings": findings}, 422)


def _export(studio: Studio) -> Callable[[Request], Any]:
    async def handle(request: Request) -> Response:
        try:
            text = await run_in_threadpool(compare.export, studio, dict(request.query_params))
        except NoticesError as error:
            return JSONResponse({"error": str(error)}, 404)
        return HTMLResponse(text, headers={"Content-Disposition": "attachment"})

    return handle


def _document(studio: Studio) -> Callable[[Request], Any]:
    async def handle(request: Request) -> Response:
        try:
            data = await run_in_threadpool(counsel.document, studio, dict(request.query_params))
        except NoticesError as error:
            return JSONResponse({"error": str(error)}, 404)
        return Response(data, media_type=DOCX, headers={"Content-Disposition": "attachment"})

    return handle


def _picture(studio: Studio) -> Callable[[Request], Any]:
    async def handle(request: Request) -> Response:
        digest, number = request.path_params["digest"], request.path_params["number"]
        data = await run_in_threadpool(studio.previews.page, digest, number)
        if not data:
            return JSONResponse({"error": "page"}, 404)
        return Response(data, media_type="image/png", headers={"Cache-Control": "private"})

    return handle
