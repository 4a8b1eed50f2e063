"""The whole way of a letter: where its time goes, workers against one another, memory, checking."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import notices.batch.job as job_module
import notices.letter.make as letter_module
import notices.letter.stages as issue_module
from notices.batch.job import TEMPORARY, Row, RunIssuer, Setup
from notices.batch.manifest import Outcome
from notices.batch.outcomes import outcome_of
from notices.batch.run import BatchRun
from notices.batch.settings import BatchSettings, Limits, Start
from notices.case.record import Record
from notices.finding import errors_in
from notices.letter.make import LetterMaker, Request, check_record
from notices.letter.workspace import Workspace, read_workspace
from notices.page.pdf import PdfRenderer
from notices.places import PACKS
from notices.proof import check as proof
from notices.proof import readback
from tests.accounts.defects import make_accounts
from tests.accounts.files import write_accounts
from tests.accounts.good import DISPATCH_BY, HOME, ISSUE_DATE
from tests.bench.letters import examples, passing
from tests.cli.calls import DATED

DAY = date(2026, 4, 1)
NOW = "2026-04-01T08:00:00+00:00"
EARLIER = "2026-01-05"  # when the debtor was last written to, for letters that need a letter before
STAGES = ("check and compose", "render", "proof", "isolation", "write", "everything else")


@dataclass
class Stopwatch:
    """Seconds by stage; a stage within another counts for itself alone."""

    seconds: dict[str, float] = field(default_factory=dict)
    _inner: list[float] = field(default_factory=lambda: [0.0])

    def timed(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            self._inner.append(0.0)
            start = time.perf_counter()
            try:
                return work(*args, **kwargs)
            finally:
                spent = time.perf_counter() - start
                own = spent - self._inner.pop()
                self._inner[-1] += spent
                self.seconds[stage] = self.seconds.get(stage, 0.0) + own

        return run


@contextmanager
def _watched(watch: Stopwatch) -> Iterator[None]:
    """The stages' functions with a stopwatch around them."""
    places: list[tuple[Any, str, str]] = [
        (issue_module, "check_record", STAGES[0]),
        (letter_module.LetterMaker, "draw", "proof"),
        (PdfRenderer, "lay_out", "render"),
        (PdfRenderer, "draw", "render"),
        (proof, "check_pictures", "proof"),
        (job_module, "check_isolation", "isolation"),
        (job_module, "put_file", "write"),
    ]
    with ExitStack() as stack:
        for owner, name, stage in places:
            original = getattr(owner, name)
            stack.callback(setattr, owner, name, original)
            setattr(owner, name, watch.timed(stage, original))
        yield


@dataclass(frozen=True)
class Rows:
    """Records that each start anew when iterated; the sender travels with the run."""

    records: tuple[Record, ...]

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)


def _desk(folder: Path, many: int) -> tuple[Workspace, Rows]:
    """A workspace with the examples' senders, and `many` records that a run on DAY may write."""
    _run(["init", str(folder)])
    names: dict[int, str] = {}
    found: list[Record] = []
    with LetterMaker(Workspace()) as maker:
        for record, sender in islice(passing(maker), 20 * many):
            name = names.setdefault(id(sender.data), f"bench-{len(names)}")
            data = {"previous_notice_date": EARLIER, **record.data, "sender": name}
            data["issue_date"] = data["dispatch_by"] = DAY.isoformat()
            data.pop("as_of", None)
            tried = replace(record, data=data)
            checked = check_record(tried, maker.resources, Request(DAY), sender)
            if any(errors_in(one.findings) for one in checked):
                continue
            text = json.dumps(sender.data, ensure_ascii=False)
            (folder / "senders" / f"{name}.json").write_text(text, encoding="utf-8")
            found.append(tried)
            if len(found) == many:
                return read_workspace(folder, folder), Rows(tuple(found))
    raise RuntimeError("too few of the examples may be written on one day")


def stages(many: int) -> dict[str, float]:
    """Milliseconds a letter by stage, in one warm process on one core: medians would not add up,
    so these are means."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        workspace, rows = _desk(folder / "desk", many)
        settings = BatchSettings(input_digest="bench")
        start = Start(DAY, NOW)
        with BatchRun(rows, workspace, folder / "run", settings, Limits(workers=1), start) as run:
            setup = Setup(
                folder=run.folder,
                workspace=workspace,
                frozen=run.frozen,
                now=NOW,
                today=DAY,
                identities=run.folder / TEMPORARY / "identities",
                duplex=True,
                pictures_every=50,
            )
            watch = Stopwatch()
            with LetterMaker(workspace) as maker, RunIssuer(maker, setup) as issuer:
                given = [Row(n, n, record) for n, record in enumerate(rows, start=1)]
                warm = max(1, many // 10)
                for row in given[:warm]:
                    _done(issuer, row)
                with _watched(watch):
                    whole = watch.timed("everything else", _done)
                    outcomes = [outcome for row in given[warm:] for outcome in whole(issuer, row)]
    written = sum(outcome.state == "written" for outcome in outcomes)
    if not written:
        raise RuntimeError(f"no letter was written: {outcomes[0]}")
    return {stage: watch.seconds.get(stage, 0.0) * 1000 / written for stage in STAGES}


def _done(issuer: RunIssuer, row: Row) -> list[Outcome]:
    return [outcome_of(row, result, issuer.setup, 1) for result in issuer.results(row)]


def workers(many: int) -> dict[str, float]:
    """Letters a second with one and with two workers, their ratio, and the worst worker's MB."""
    speeds: dict[int, list[float]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        workspace, rows = _desk(folder / "desk", many)
        for number in (1, 2, 2, 1):  # there and back, for the drift
            times: list[float] = []
            settings = BatchSettings(input_digest="bench")
            limits = Limits(workers=number)
            run_folder = folder / f"run-{len(speeds[1])}-{len(speeds[2])}"
            with BatchRun(rows, workspace, run_folder, settings, limits, Start(DAY, NOW)) as run:
                times += (time.perf_counter() for o in run.outcomes() if o.state == "written")
            if len(times) < many // 2:
                raise RuntimeError(f"only {len(times)} of {many} letters were written")
            warm = len(times) // 4  # the workers' own warm-up
            speeds[number].append((len(times) - 1 - warm) / (times[-1] - times[warm]))
    one, two = (statistics.mean(speeds[number]) for number in (1, 2))
    return {"one": one, "two": two, "ratio": two / one}


def memory(many: int, points: int = 20) -> list[tuple[int, float]]:
    """(letters made, MB resident) of one worker that is never replaced."""
    from notices.batch.worker import settle
    from notices.memory import give_back_memory
    from notices.page.layout import build_page
    from notices.proof.check import check_bytes
    from tests.bench.letters import documents

    found: list[tuple[int, float]] = []
    give_back_memory()
    with LetterMaker(Workspace()) as maker:
        letters = documents(min(many, 100), maker)
        for number in range(many):
            document = letters[number % len(letters)]
            rendering = maker.renderer.render(build_page(document, maker.resources.fonts))
            check_bytes(document, rendering, (), readback.read_pdf(rendering.data))
            settle(number + 1)
            if number % max(1, many // points) == 0 or number == many - 1:
                found.append((number + 1, resident()))
    return found


def resident() -> float:
    """This process's memory in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def cold() -> dict[str, tuple[float, float]]:
    """Wall seconds and peak MB of whole commands, as a clerk starts them; medians of five."""
    with _clerk() as (desk, case):
        at = ["--workspace", str(desk)]
        asked = [str(case), *DATED]
        commands = {
            "notices --help": ["--help"],
            "notices check": [*at, "check", *asked],
            "notices letter": [*at, "letter", *asked, "--out", str(desk / "out")],
        }
        found = {}
        for name, arguments in commands.items():
            walls, peaks = zip(*(_run(arguments) for _ in range(5)), strict=True)
            found[name] = (statistics.median(walls), statistics.median(peaks))
    return found


def dry_run(many: int) -> float:
    """Rows a second that `notices batch --dry-run` checks in one worker, of fictional accounts as
    `make batch-demo` has them; what a table of one row takes is taken off."""
    senders = PACKS / "CN" / "examples" / "senders"
    with tempfile.TemporaryDirectory() as place:
        desk = Path(place) / "desk"
        _run(["init", str(desk)])
        for name in ("sample-bank.yaml", "sample-trading.yaml"):
            shutil.copyfile(senders / name, desk / "senders" / name)
        walls = []
        rows = [account.row for account in make_accounts(many, 1)]
        for count in (1, many):
            table = write_accounts(rows[:count], desk / f"{count}.csv")
            how = ["--map", str(HOME / "mapping.yaml"), "--issue-date", ISSUE_DATE.isoformat()]
            how += ["--dispatch-by", DISPATCH_BY.isoformat(), "--dry-run", "--workers", "1"]
            walls.append(_run(["--workspace", str(desk), "batch", str(table), *how])[0])
    return (many - 1) / (walls[1] - walls[0])


@contextmanager
def _clerk() -> Iterator[tuple[Path, Path]]:
    """A workspace as `notices init` makes it, with one case that its sender may write."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder) / "desk"
        _run(["init", str(desk)])
        example = next(e for e in examples() if e.name == "demand-consumer-loan-no-rate")
        case = desk / "case.json"
        record = {**example.record.data, "sender": "bench"}
        case.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
        sender = json.dumps(example.sender.data, ensure_ascii=False)
        (desk / "senders" / "bench.json").write_text(sender, encoding="utf-8")
        yield desk, case


def _run(arguments: list[str]) -> tuple[float, float]:
    """Wall seconds and peak MB of one command."""
    code = (
        "import resource,subprocess,sys;"
        "r=subprocess.run(sys.argv[1:],capture_output=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, r.returncode)"
    )
    command = [sys.executable, "-c", code, sys.executable, "-m", "notices.cli", *arguments]
    start = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    wall = time.perf_counter() - start
    peak, status = done.stdout.split()
    if int(status) > 1:
        raise RuntimeError(f"notices {' '.join(arguments)} ended with {status}")
    return wall, int(peak) / 1024
