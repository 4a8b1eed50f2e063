"""A worker's side of a run: one record at a time over a pipe, until the pipe ends."""

from __future__ import annotations

import gc
import os
import signal
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from notices import errors
from notices.batch.job import Job, Row, RunIssuer, Setup
from notices.batch.manifest import Outcome
from notices.batch.outcomes import outcome_of
from notices.batch.settings import Limits
from notices.errors import NoticesError
from notices.finding import Finding
from notices.letter.make import LetterMaker
from notices.letter.workspace import Workspace
from notices.memory import give_back_memory, is_memory_short, limit_memory

WARM = 2  # letters after which all is loaded that letters share
HOUSE = Path(__file__).parent.parent


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
    findings: tuple[Finding, ...] = ()

    def error(self) -> NoticesError:
        found = getattr(errors, self.kind, NoticesError)
        error: NoticesError = found(self.text)
        error.findings = self.findings
        return error


def broken(error: NoticesError) -> Broken:
    """The fault as it can be sent."""
    return Broken(type(error).__name__, str(error), error.findings)


@dataclass(frozen=True)
class Sample:
    """Asks for a picture of a kind's shipped example."""

    pack: Path
    kind: str
    level: int


@dataclass(frozen=True)
class Equipment:
    """What a worker needs before it knows its run. `draws`: it makes letters, so it begins with its
    renderer; what it and its libraries print goes to `log`."""

    workspace: Workspace
    fonts: tuple[Path, ...]
    limits: Limits
    log: Path
    draws: bool = True


def work(pipe: Connection, equipment: Equipment) -> None:
    """A worker's life: until the pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What libraries print, and how a process died, is nothing for the terminal or the answer.
    for stream in (1, 2):
        os.dup2(_open_log(equipment.log), stream)
    limit_memory(equipment.limits.memory_mb)
    give_back_memory()
    try:
        with LetterMaker(equipment.workspace, equipment.fonts) as maker:
            pipe.send(Ready(_begin_drawing(maker) if equipment.draws else "none"))
            setup = pipe.recv()
            if isinstance(setup, Setup):
                maker.resources.workspace = setup.workspace
                _serve(pipe, maker, setup, equipment.limits.letters if equipment.draws else 0)
    except (EOFError, BrokenPipeError, ConnectionError):
        return
    except NoticesError as error:
        _tell(pipe, broken(error))


def _begin_drawing(maker: LetterMaker) -> str:
    """The renderer's version, once all is loaded that a small memory limit has no room for."""
    from notices.proof import readback  # noqa: F401 - loaded for what it brings in

    return maker.renderer.version


def _open_log(log: Path) -> int:
    try:
        return os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError:  # the run has ended meanwhile
        return os.open(os.devnull, os.O_WRONLY)


def _serve(pipe: Connection, maker: LetterMaker, setup: Setup, most: int) -> None:
    made = 0
    with RunIssuer(maker, setup) as issuer:
        while True:
            message = pipe.recv()
            if isinstance(message, Sample):
                from notices.batch.report_pictures import sample_picture

                pipe.send(sample_picture(maker, message.pack, message.kind, message.level))
                continue
            answer = answer_job(issuer, message)
            made += len(message.rows)
            settle(made)
            if most and made >= most and isinstance(answer, Done):
                answer = replace(answer, leaving=True)  # what libraries keep goes with the process
            pipe.send(answer)
            if isinstance(answer, Done) and answer.leaving:
                return


def settle(made: int) -> None:
    """Once a process is warm, its collector need not look through what stays: it would cost a
    letter a tenth of its time."""
    if made >= WARM and not gc.get_freeze_count():
        gc.collect()
        gc.freeze()


def answer_job(issuer: RunIssuer, job: Job) -> Done | Broken:
    """The outcomes of the job's rows, whatever happens to one of them."""
    outcomes: list[Outcome] = []
    leaving = False
    try:
        issuer.look_back(job)
        for row in job.rows:
            try:
                results = list(issuer.results(row))
                outcomes += (outcome_of(row, r, issuer.setup, job.tried) for r in results)
            except NoticesError:
                raise
            except MemoryError:
                leaving = True
                outcomes.append(failed(row, Finding("letter-memory"), job.tried))
            except Exception as error:  # noqa: BLE001 - one letter's fault must not stop the others
                finding = Finding("letter-crashed", params=fault_place(error))
                if is_memory_short():  # libraries say it in many ways
                    leaving, finding = True, Finding("letter-memory")
                outcomes.append(failed(row, finding, job.tried))
    except NoticesError as error:
        return broken(error)
    return Done(tuple(outcomes), leaving)


def fault_place(error: Exception) -> dict[str, str]:
    """The kind of fault and where it happened: nothing of the case."""
    trace, place = error.__traceback__, "–"
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(HOUSE):
            place = f"{file.relative_to(HOUSE).as_posix()}:{trace.tb_lineno}"
        trace = trace.tb_next
    return {"kind": type(error).__name__, "place": place}


def _tell(pipe: Connection, why: Broken) -> None:
    try:
        pipe.send(why)
    except (BrokenPipeError, ConnectionError):
        return


def failed(row: Row, finding: Finding, tried: int) -> Outcome:
    """The outcome of a row whose letter the machine failed at."""
    record = row.record
    case_id = record.data.get("id")
    at = replace(finding, file=record.file, line=record.line())
    return Outcome(
        row.number,
        row.row,
        "failed",
        case_id if isinstance(case_id, str) else "",
        findings=(at,),
        tried=tried,
    )
