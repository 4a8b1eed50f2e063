"""One process that draws previews: started before it is needed, ended where it takes too long."""

from __future__ import annotations

import pickle
import signal
import threading
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from notices.errors import RenderError
from notices.letter.workspace import Workspace
from notices.studio.preview_worker import Ask, Broken, Shown, Word, serve_previews

SPAWN = get_context("spawn")
MEMORY_MB = 3072  # address space of a process
START_SECONDS = 120.0  # for a process to be ready, or to load a pack: no fault of what is drawn
BUSY = 10  # times as long as a drawing may compute, it may take on a busy machine


class TooSlowError(RenderError):
    """The drawing took longer than it may."""


class DiedError(RenderError):
    """The process ended while it drew, or before."""


class Drawer:
    """A process, begun again where it has ended. `draw` is called by one thread at a time.

    A drawing may compute for `seconds`, counted from when the process is ready and has the pack
    loaded; that the machine is busy is not its fault.
    """

    def __init__(self, workspace: Workspace, seconds: float) -> None:
        self._workspace = workspace
        self._seconds = seconds
        self._sending = threading.Lock()  # of the pipe and the process, by draw and stop
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._is_ready = False
        self._asked: Ask | None = None

    def begin(self) -> None:
        """Start the process, if none runs; it becomes ready by itself."""
        with self._sending:
            if self._process is not None and self._process.is_alive():
                return
        self.end()
        ours, theirs = SPAWN.Pipe()
        given = (theirs, self._workspace, MEMORY_MB, self._seconds)
        process = SPAWN.Process(target=serve_previews, args=given, daemon=True)
        process.start()
        theirs.close()
        with self._sending:
            self._process, self._pipe, self._is_ready = process, ours, False

    def end(self) -> int:
        """End the process, whatever it does; its exit code, as far as there is one."""
        with self._sending:
            process, pipe = self._process, self._pipe
            self._process = self._pipe = None
        if process is not None:
            process.kill()
            process.join()
        if pipe is not None:
            pipe.close()
        return (process.exitcode or 0) if process is not None else 0

    def draw(self, ask: Ask, is_outdated: Callable[[], bool]) -> Shown | None:
        """The example drawn; None where it was outdated meanwhile, or `stop` came.

        Raises TooSlowError and DiedError, after which the next call begins anew; RenderError where
        the machine or the workspace is at fault.
        """
        self.begin()
        pipe = self._pipe
        if pipe is None:  # ended meanwhile
            raise DiedError("the preview's process was ended")
        try:
            if not self._is_ready:
                self._expect(pipe, START_SECONDS)
                self._is_ready = True
            with self._sending:
                if is_outdated():
                    return None
                pipe.send(ask)
                self._asked = ask
            answer = self._expect(pipe, START_SECONDS)
            if answer is Word.BEGUN:
                answer = self._expect(pipe, self._seconds * BUSY)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            if self._process is not None:
                self._process.join(1)  # it ends by itself: by which signal is to be seen
            if self.end() == -signal.SIGXCPU:
                raise TooSlowError("the drawing computed too long") from error
            raise DiedError("the preview's process ended") from error
        except TooSlowError:
            self.end()
            raise
        finally:
            with self._sending:
                self._asked = None
        if isinstance(answer, Shown):
            return answer
        if answer is Word.OUTDATED:
            return None
        raise RenderError("the preview's process gave no letter")

    def stop(self, ask: Ask, *, at_once: bool = False) -> None:
        """Give up the drawing of `ask`, if that is what the process does: as soon as it looks up,
        or at once, with the process."""
        with self._sending:
            if self._asked is not ask or self._pipe is None or self._process is None:
                return
            if at_once:
                self._process.kill()  # the thread that waits sees it end
                return
            try:
                self._pipe.send(Word.STOP)
            except OSError:
                return  # it has ended, as the thread that waits sees

    def _expect(self, pipe: Connection, seconds: float) -> object:
        if not pipe.poll(seconds):
            raise TooSlowError("the drawing took too long")
        answer = pipe.recv()
        if isinstance(answer, Broken):
            raise RenderError(answer.text)
        return answer
