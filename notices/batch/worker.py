"""A worker's side of a run: one record at a time over a pipe, until the pipe ends."""

from __future__ import annotations

import ctypes
import gc
import mmap
import os
import signal
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from notices import errors
from notices.batch.job import Job, LetterWork, Setup
from notices.batch.manifest import Outcome
from notices.batch.settings import Limits
from notices.errors import NoticesError
from notices.finding import Finding
from notices.letter.make import LetterMaker
from notices.letter.workspace import Workspace

MB = 1024 * 1024
SPARE_MB = 32  # what loading a library may take at once
WARM = 2  # letters after which all is loaded that letters share
HOUSE = Path(__file__).parent.parent
_MMAP_THRESHOLD = -3  # mallopt's M_MMAP_THRESHOLD


@dataclass(frozen=True)
class Ready:
    """The worker has its fonts and its renderer."""

    renderer: str


@dataclass(frozen=True)
class Done:
    """A worker's answer to its job. `leaving`: the worker is spent and ends."""

    outcomes: tuple[Outcome, ...]
    leaving: bool = False


@dataclass(frozen=True)
class Broken:
    """The machine or the workspace is at fault, not the record: the run can't go on."""

    kind: str
    text: str

    def error(self) -> NoticesError:
        found = getattr(errors, self.kind, NoticesError)
        error: NoticesError = found(self.text)
        return error


@dataclass(frozen=True)
class Sample:
    """Asks for a picture of a kind's shipped example."""

    pack: Path
    kind: str
    level: int


def work(
    pipe: Connection, workspace: Workspace, fonts: tuple[Path, ...], limits: Limits, log: Path
) -> None:
    """A worker's life: until the pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What libraries print, and how a process died, is nothing for the terminal or the answer.
    for stream in (1, 2):
        os.dup2(_open_log(log), stream)
    limit_memory(limits.memory_mb)
    give_back_memory()
    try:
        from notices.proof import readback  # noqa: F401 - what a small limit has no room for

        with LetterMaker(workspace, fonts) as maker:
            pipe.send(Ready(maker.renderer.version))
            setup = pipe.recv()
            if isinstance(setup, Setup):
                maker.resources.workspace = setup.workspace
                _serve(pipe, maker, setup, limits.letters)
    except (EOFError, BrokenPipeError, ConnectionError):
        return
    except NoticesError as error:
        _tell(pipe, Broken(type(error).__name__, str(error)))


def _open_log(log: Path) -> int:
    try:
        return os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError:  # the run has ended meanwhile
        return os.open(os.devnull, os.O_WRONLY)


def _serve(pipe: Connection, maker: LetterMaker, setup: Setup, most: int) -> None:
    from notices.batch.report_pictures import sample_picture

    letters = LetterWork(maker, setup)
    made = 0
    try:
        while True:
            asked = pipe.recv()
            if isinstance(asked, Sample):
                pipe.send(sample_picture(maker, asked.pack, asked.kind, asked.level))
                continue
            answer = _answer(letters, asked)
            made += 1
            settle(made)
            if most and made >= most and isinstance(answer, Done):
                answer = replace(answer, leaving=True)  # what libraries keep goes with the process
            pipe.send(answer)
            if isinstance(answer, Done) and answer.leaving:
                return
    finally:
        letters.close()


def settle(made: int) -> None:
    """Once a process is warm, its collector need not look through what stays: it would cost a
    letter a tenth of its time."""
    if made == WARM:
        gc.collect()
        gc.freeze()


def _answer(letters: LetterWork, job: Job) -> Done | Broken:
    """The job's outcomes, whatever happens to it."""
    try:
        return Done(letters.do(job))
    except NoticesError as error:
        return Broken(type(error).__name__, str(error))
    except MemoryError:
        return Done(failed(job, Finding("letter-memory")), leaving=True)
    except Exception as error:  # noqa: BLE001 - one letter's fault must not stop the others
        if is_memory_short():  # libraries say it in many ways
            return Done(failed(job, Finding("letter-memory")), leaving=True)
        return Done(failed(job, Finding("letter-crashed", params=fault_place(error))))


def fault_place(error: Exception) -> dict[str, str]:
    """The kind of fault and where it happened: nothing of the case."""
    trace, place = error.__traceback__, "–"
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(HOUSE):
            place = f"{file.relative_to(HOUSE).as_posix()}:{trace.tb_lineno}"
        trace = trace.tb_next
    return {"kind": type(error).__name__, "place": place}


def _tell(pipe: Connection, broken: Broken) -> None:
    try:
        pipe.send(broken)
    except (BrokenPipeError, ConnectionError):
        return


def limit_memory(megabytes: int) -> None:
    """No more address space than this: a letter that wants more fails, the machine doesn't."""
    if not megabytes:
        return
    try:
        import resource
    except ImportError:  # no such limit on this system
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = megabytes * MB
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def give_back_memory() -> None:
    """Blocks as large as a font's copy go back to the system once they are free: glibc learns from
    them to keep such blocks, some 25 MB a process."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # glibc; any other C library is left alone
        mallopt(_MMAP_THRESHOLD, MB)


def is_memory_short() -> bool:
    """Whether hardly any address space is left under the limit."""
    try:
        mmap.mmap(-1, SPARE_MB * MB).close()
    except OSError:
        return True
    return False


def failed(job: Job, finding: Finding) -> tuple[Outcome, ...]:
    record = job.record
    case_id = record.data.get("id")
    at = replace(finding, file=record.file, line=record.line())
    outcome = Outcome(
        job.number,
        job.row,
        "failed",
        case_id if isinstance(case_id, str) else "",
        findings=(at,),
        tried=job.tried,
    )
    return (outcome,)
