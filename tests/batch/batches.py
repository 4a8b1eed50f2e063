"""Runs for tests: made-up records of the made-up country, ways to break a worker, and a run in a
process of its own: `python -m tests.batch.batches FOLDER ROWS [WORKERS]`."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from notices.batch.finish import finish_run
from notices.batch.manifest import Outcome, from_plain
from notices.batch.run import BatchRun
from notices.batch.settings import BatchSettings, Limits, Start
from notices.case.record import Record
from notices.errors import NoticesError
from notices.finding import Finding
from notices.letter.make import Checked, Letter, LetterMaker, Request
from notices.letter.options import NAMES as OPTIONS
from notices.letter.options import LetterOptions
from notices.letter.workspace import Workspace
from tests.letter import letters
from tests.letter.letters import HOME

DAY = date(2026, 4, 1)
NOW = "2026-04-01T08:00:00+00:00"
SENDER = letters.MADE_UP / "ZZ" / "examples" / "senders" / "zet-credit.yaml"
NAMES = ("Ada Exemple", "Bo Specimen", "Cy Muster", "Di Modelo", "Ed Patron", "Flo Esempio")


@dataclass(frozen=True)
class Rows:
    """`count` records in order; `changes` by row number replace values as `letters.case` does."""

    count: int
    changes: dict[int, dict[str, Any]] = field(default_factory=dict)
    first: int = 1

    def __iter__(self) -> Iterator[Record]:
        base = letters.EXAMPLES["ZZ/invoice-reminder"].record
        for row in range(self.first, self.first + self.count):
            data = copy.deepcopy(dict(base.data))
            letters.put(data, ("id",), f"A-{1000 + row}")
            letters.put(data, ("recipient", "name"), f"{NAMES[row % 6]}-{row}x")
            letters.put(data, ("debts", 0, "contract_number"), f"C-2025-{row:06}")
            letters.put(data, ("debts", 0, "items", 0, "amount"), f"{1000 + row}.000")
            for path, value in self.changes.get(row, {}).items():
                steps = tuple(int(s) if s.isdigit() else s for s in path.split("__"))
                letters.put(data, steps, value)
            yield Record(data, "rows.json", {(): row})


def settings(**changes: Any) -> BatchSettings:
    """A run's settings; a letter's options among `changes` go where they belong."""
    options = {name: changes.pop(name) for name in OPTIONS if name in changes}
    asked = replace(LetterOptions(sender=str(SENDER)), **options)
    return replace(BatchSettings(input_digest="rows", options=asked), **changes)


def run(
    rows: Any,
    folder: Path,
    workspace: Workspace = letters.WORKSPACE,
    asked: BatchSettings | None = None,
    limits: Limits | None = None,
    **start: Any,
) -> tuple[list[Outcome], bool]:
    """What this call made, and whether the run is finished."""
    begin = Start(start.pop("today", DAY), NOW, **start)
    limits = limits or Limits(workers=1)
    with BatchRun(rows, workspace, folder, asked or settings(), limits, begin) as batch:
        made = list(batch.outcomes())
        return made, finish_run(batch) is not None


def read_manifest(folder: Path) -> Iterator[Outcome]:
    """The outcomes of a finished run, in row order."""
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return (from_plain(json.loads(line)) for line in lines)


def files(folder: Path) -> dict[str, bytes]:
    """Every letter in the folder, by its place."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted((folder / "letters").rglob("*"))
        if file.is_file()
    }


# --- ways to break a worker: each stands in for the renderer of one case -----------------------


def canned(
    _maker: LetterMaker, checked: Checked, request: Request, _pictures: bool
) -> tuple[Letter | None, tuple[Finding, ...]]:
    """A letter that costs nothing, with bytes that only its id decides."""
    data = f"%PDF {checked.letter_id}".encode()
    digest = hashlib.sha256(data).hexdigest()
    return Letter(checked.letter_id, data, 1, digest, request.options.live, checked, {}), ()


def mishaps(
    maker: LetterMaker, checked: Checked, request: Request, pictures: bool
) -> tuple[Letter | None, tuple[Finding, ...]]:
    """Row 2 ends its process, row 3 never returns, row 4 wants all memory, row 5 stumbles."""
    case_id = checked.case.id if checked.case else ""
    if case_id == "A-1002":
        os.kill(os.getpid(), signal.SIGKILL)
    if case_id == "A-1003":
        signal.pause()
    if case_id == "A-1004":
        bytearray(1 << 40)
    if case_id == "A-1005":
        raise RecursionError("Ada Exemple")
    return canned(maker, checked, request, pictures)


def noisy(
    _maker: LetterMaker, _checked: Checked, _request: Request, _pictures: bool
) -> tuple[Letter | None, tuple[Finding, ...]]:
    """A library that cries out and ends the process."""
    os.write(1, b"GLib-ERROR\n")
    os.write(2, b"GLib-ERROR\n")
    os.kill(os.getpid(), signal.SIGTRAP)
    return None, ()


def no_room(
    maker: LetterMaker, checked: Checked, request: Request, pictures: bool
) -> tuple[Letter | None, tuple[Finding, ...]]:
    """From row 3 on the disk takes no more bytes."""
    import resource

    if checked.case and checked.case.id >= "A-1003":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4, resource.RLIM_INFINITY))
    return canned(maker, checked, request, pictures)


# --- a run in a process of its own --------------------------------------------------------------


def start(folder: Path, *words: object, **env: str) -> subprocess.Popen[str]:
    """The process; it prints a line when it begins, one for each outcome, and `end`."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.batch.batches", str(folder), *map(str, words)],
        cwd=HOME,
        env={**os.environ, "PYTHONPATH": str(HOME), **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def fill_disk(journal: Path) -> None:
    """From now on this process can add some bytes to its journal, and not a whole line."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    most = journal.stat().st_size + 50
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


def main(folder: str, count: str, workers: str = "1", place: str = "", room: str = "") -> int:
    from notices.cli.ctrl_c import Stop
    from notices.letter.workspace import read_workspace

    workspace = read_workspace(Path(place), Path(place)) if place else letters.WORKSPACE
    asked = settings(live=bool(place))
    with Stop() as stop:
        begin = Start(DAY, NOW, stop.asked)
        limits = Limits(workers=int(workers))
        with BatchRun(Rows(int(count)), workspace, Path(folder), asked, limits, begin) as batch:
            print("begun", flush=True)
            for done, outcome in enumerate(batch.outcomes(), start=1):
                print(outcome.number, outcome.state, flush=True)
                if str(done) == room:
                    fill_disk(Path(folder) / "journal.jsonl")
            finished = finish_run(batch) is not None
    print("end", flush=True)
    return 0 if finished else 1


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except NoticesError as error:
        sys.exit(str(error))
