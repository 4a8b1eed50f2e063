"""Previews for the studio: one warm worker that draws, ended where it takes too long.

Whoever asks again before being served is answered once only: the older question is given up.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from notices.catalogue import as_record
from notices.errors import RenderError
from notices.finding import Finding
from notices.letter.workspace import Workspace
from notices.proof.readback import rasterise
from notices.studio.preview_worker import Ask, Broken, Shown, serve_previews

SPAWN = get_context("spawn")
SECONDS = 20.0  # for one preview
MEMORY_MB = 3072  # address space of the worker
KEPT = 24  # letters whose pages can still be fetched
DPI = 110


@dataclass(frozen=True)
class Preview:
    """A drawn example: `digest` names its pages until `KEPT` others came."""

    digest: str
    shown: Shown
    seconds: float


class PreviewPool:
    """Draws for all editors, one question after the other. Close it, or a process stays."""

    def __init__(self, workspace: Workspace, seconds: float = SECONDS) -> None:
        self._workspace = workspace
        self._seconds = seconds
        self._turn = threading.Lock()  # of the worker
        self._book = threading.Lock()  # of what follows
        self._newest: dict[str, int] = {}
        self._letters: OrderedDict[str, bytes] = OrderedDict()
        self._drawing = threading.Lock()  # pdfium is used by one thread at a time
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None

    def warm_up(self) -> None:
        """Start the worker before anybody waits for it."""
        with self._turn:
            self._start()

    def close(self) -> None:
        with self._turn:
            self._end()

    def show(self, window: str, ask: Ask) -> Preview | None:
        """The example drawn; None where the same window asked again meanwhile.

        Raises RenderError where the worker can't do its work at all.
        """
        with self._book:
            number = self._newest[window] = self._newest.get(window, 0) + 1
        with self._turn:
            with self._book:
                if self._newest[window] != number:
                    return None
            began = time.monotonic()
            shown = self._ask(ask)
        digest = hashlib.sha256(shown.data).hexdigest()[:32] if shown.data else ""
        if digest:
            with self._book:
                self._letters[digest] = shown.data
                self._letters.move_to_end(digest)
                while len(self._letters) > KEPT:
                    self._letters.popitem(last=False)
        return Preview(digest, shown, time.monotonic() - began)

    def page(self, digest: str, number: int) -> bytes:
        """A page of a drawn letter as PNG; b"" where it is not kept any more or never was."""
        with self._book:
            data = self._letters.get(digest, b"")
        if not data:
            return b""
        with self._drawing:
            try:
                picture = rasterise(data, number, DPI, grey=False)
            except RenderError:
                return b""
        out = io.BytesIO()
        picture.save(out, "PNG", compress_level=1)
        return out.getvalue()

    def _ask(self, ask: Ask) -> Shown:
        pipe = self._start()
        try:
            pipe.send(ask)
            if not pipe.poll(self._seconds):
                self._end()
                limit = {"seconds": f"{self._seconds:g}"}
                return _only(Finding("letter-time-limit", params=limit))
            answer = pipe.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            self._end()
            return _only(Finding("letter-worker-died", params={"signal": "–"}))
        if isinstance(answer, Broken):
            raise RenderError(answer.text)
        if not isinstance(answer, Shown):
            raise RenderError("the preview worker gave no letter")
        return answer

    def _start(self) -> Connection:
        if self._pipe is not None and self._process is not None and self._process.is_alive():
            return self._pipe
        self._end()
        ours, theirs = SPAWN.Pipe()
        process = SPAWN.Process(
            target=serve_previews, args=(theirs, self._workspace, MEMORY_MB), daemon=True
        )
        process.start()
        theirs.close()
        self._process, self._pipe = process, ours
        return ours

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None


def _only(finding: Finding) -> Shown:
    return Shown(findings=(as_record(finding),))
