"""Previews for the studio: warm processes that draw, for several editors at once.

Whoever asks again before being served is answered once only: the older question is given up, also
while it is drawn.
"""

from __future__ import annotations

import hashlib
import io
import os
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from notices.catalogue import as_record
from notices.errors import NoticesError, RenderError
from notices.finding import Finding
from notices.letter.workspace import Workspace
from notices.proof.readback import rasterise
from notices.studio.drawer import DiedError, Drawer, TooSlowError
from notices.studio.preview_queue import PreviewQueue, Ticket
from notices.studio.preview_worker import Ask, Shown

SECONDS = 20.0  # of computing, for one preview
MOST = max(2, min(4, os.cpu_count() or 1))  # processes, for all editors
MOST_WAITING = 32  # questions, beyond which a further one is told to come again
GRACE = 2.0  # seconds for an outdated drawing: a new process would take longer to be ready
KEPT = 120  # letters whose pages can still be fetched
DPI = 110


class BusyError(NoticesError):
    """More wait than can be served soon: a key of words.yaml."""


@dataclass(frozen=True)
class Preview:
    """A drawn example: `digest` names its pages until `KEPT` others came."""

    digest: str
    shown: Shown
    seconds: float


class PreviewPool:
    """Draws for all editors. Close it, or its processes stay."""

    def __init__(self, workspace: Workspace, seconds: float = SECONDS, most: int = MOST) -> None:
        self._workspace = workspace
        self._seconds = seconds
        self._change = threading.Condition()  # of the queue and of what follows
        self._queue = PreviewQueue(most)
        self._idle: list[Drawer] = []
        self._busy: dict[Ticket, Drawer] = {}
        self._is_closed = False
        self._book = threading.Lock()  # of the letters
        self._letters: OrderedDict[str, bytes] = OrderedDict()
        self._rasterising = threading.Lock()  # pdfium is used by one thread at a time

    def warm_up(self) -> None:
        """Start a process before anybody waits for it."""
        with self._change:
            if self._is_closed or self._idle or self._busy:
                return
            drawer = Drawer(self._workspace, self._seconds)
            drawer.begin()
            self._idle.append(drawer)

    def close(self) -> None:
        with self._change:
            self._is_closed = True
            drawers = [*self._idle, *self._busy.values()]
            self._change.notify_all()
        for drawer in drawers:
            drawer.end()

    def show(self, window: str, ask: Ask, editor: str = "") -> Preview | None:
        """The example drawn; None where the same window asked again meanwhile, or left.

        Raises BusyError where too many wait, RenderError where no process can do its work at all.
        """
        ticket = Ticket(editor or window, window, ask)
        with self._change:
            self._outdate(ticket.editor, window)
            if len(self._queue) >= MOST_WAITING:
                raise BusyError("busy")
            self._queue.add(ticket)
            self._hand_out()
            self._change.wait_for(
                lambda: ticket in self._busy or ticket.is_outdated or self._is_closed
            )
            if ticket not in self._busy:
                return None
            drawer = self._busy[ticket]
        began = time.monotonic()
        try:
            shown = self._drawn(drawer, ticket)
        finally:
            with self._change:
                self._queue.done(ticket)
                self._idle.append(self._busy.pop(ticket))
                self._hand_out()
        if shown is None:
            return None
        return Preview(self._keep(shown.data), shown, time.monotonic() - began)

    def leave(self, window: str, editor: str = "") -> None:
        """A window asks for nothing any more: whatever it asked is given up."""
        with self._change:
            self._outdate(editor or window, window)
            self._change.notify_all()

    def page(self, digest: str, number: int) -> bytes:
        """A page of a drawn letter as PNG; b"" where it is not kept any more or never was."""
        with self._book:
            data = self._letters.get(digest, b"")
        if not data:
            return b""
        with self._rasterising:
            try:
                picture = rasterise(data, number, DPI, grey=False)
            except RenderError:
                return b""
        out = io.BytesIO()
        picture.save(out, "PNG", compress_level=1)
        return out.getvalue()

    def _hand_out(self) -> None:
        """A process for everybody whose turn it is."""
        while (ticket := self._queue.take()) is not None:
            drawer = self._idle.pop() if self._idle else Drawer(self._workspace, self._seconds)
            self._busy[ticket] = drawer
        self._change.notify_all()

    def _outdate(self, editor: str, window: str) -> None:
        for ticket in self._queue.leave(editor, window):
            drawer = self._busy[ticket]
            drawer.stop(ticket.ask)
            late = threading.Timer(GRACE, drawer.stop, (ticket.ask,), {"at_once": True})
            late.daemon = True
            late.start()

    def _drawn(self, drawer: Drawer, ticket: Ticket) -> Shown | None:
        """A process that died is begun anew, once."""
        for is_last in (False, True):
            try:
                return drawer.draw(ticket.ask, lambda: ticket.is_outdated)
            except TooSlowError:
                limit = {"seconds": f"{self._seconds:g}"}
                return _only(Finding("letter-time-limit", params=limit))
            except DiedError:
                if ticket.is_outdated or self._is_closed:
                    return None
                if is_last:
                    break
        return _only(Finding("letter-worker-died", params={"signal": "–"}))

    def _keep(self, data: bytes) -> str:
        """The name of a letter's pages, "" where there is none."""
        if not data:
            return ""
        digest = hashlib.sha256(data).hexdigest()[:32]
        with self._book:
            self._letters[digest] = data
            self._letters.move_to_end(digest)
            while len(self._letters) > KEPT:
                self._letters.popitem(last=False)
        return digest


def _only(finding: Finding) -> Shown:
    return Shown(findings=(as_record(finding),))
