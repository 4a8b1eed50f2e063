"""Killed at any moment, interrupted, or two at once: nothing lost, nothing twice, no half file."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from notices.batch.settings import Limits
from notices.cli.main import main
from notices.ledger.store import Ledger
from notices.letter.workspace import Workspace, read_workspace
from tests.batch import batches
from tests.batch.batches import Rows, files, run, settings
from tests.letter import letters

pytestmark = pytest.mark.heavy

COUNT = 10
RUNS, KILLS = 3, 10  # thirty moments; every day the first ten
SLOW = pytest.mark.slow


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the made-up pack, its wording and facts accepted by two people."""
    place = tmp_path_factory.mktemp("live") / "ws"
    assert main(["init", str(place)]) == 0
    shutil.copytree(letters.MADE_UP / "ZZ", place / "packs" / "ZZ")
    for person in ("Ann Example", "Bo Example"):
        main(["--workspace", str(place), "pack", "accept", "ZZ", "--by", person])
        words = ["pack", "accept", "ZZ", "--by", person, "--all-facts"]
        main(["--workspace", str(place), *words])
    return place


def workspace(live: Path, ledger: Path) -> Workspace:
    """The workspace with a ledger of its own."""
    settings = live.parent / ledger.name
    if not settings.exists():
        shutil.copytree(live, settings)
    return read_workspace(settings, settings)


def reads(process: object, lines: int) -> list[str]:
    """So many lines, or fewer where it ends before."""
    stream = process.stdout  # type: ignore[attr-defined]
    return [line for line in (stream.readline() for _ in range(lines)) if line]


@pytest.fixture(scope="module")
def calm(live: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("runs") / "calm"
    place = workspace(live, folder)
    made, finished = run(Rows(COUNT), folder, place, settings(live=True), Limits(workers=2))
    assert finished and {outcome.state for outcome in made} == {"written"}
    return folder


def everything(folder: Path) -> dict[str, bytes]:
    """All that a finished run leaves; only the journal's lines may stand in another order."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != "journal.jsonl"
    }


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=SLOW) for n in range(1, RUNS))])
def test_killed_at_random_moments_a_live_run_is_as_if_nothing_happened(
    live: Path, calm: Path, tmp_path: Path, seed: int
) -> None:
    folder = tmp_path / "rough"
    place = workspace(live, tmp_path / f"rough-{seed}").root
    draw = random.Random(seed)
    kills = 0
    for _ in range(6 * KILLS):
        process = batches.start(folder, COUNT, draw.choice((1, 2)), place)
        if draw.random() < 0.6:  # between two letters, or in the midst of one
            reads(process, draw.randrange(1, 4))
            waits = draw.uniform(0, 0.2)
        else:  # while the run begins, or looks where it stands
            waits = draw.uniform(0, 2.0)
        try:
            process.wait(waits)
        except subprocess.TimeoutExpired:
            # all of it, as a machine that fails; or the parent alone, whose workers go on a while
            (os.killpg if draw.random() < 0.5 else os.kill)(process.pid, signal.SIGKILL)
            kills += 1
        process.communicate()
        if kills == KILLS:
            break
    assert kills == KILLS
    process = batches.start(folder, COUNT, 2, place)
    out, err = process.communicate()
    assert process.returncode == 0 and "end" in out, err
    assert everything(folder) == everything(calm)
    with Ledger(read_workspace(place, folder).ledger_url) as ledger:
        issued = {letter.letter_id: letter.pdf_sha256 for letter in ledger.letters()}
        ways = ledger.states_of_many(issued)
        assert [known.state for known in ledger.runs()] == ["finished"]
    assert issued == {o.letter_id: o.sha256 for o in batches.read_manifest(folder)}
    assert {tuple(s.state for s in way) for way in ways.values()} == {("issued",)}
    assert len(issued) == COUNT == len(files(folder))


def test_ctrl_c_finishes_what_is_in_hand(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    process = batches.start(folder, 6)
    reads(process, 2)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    _, err = process.communicate()
    assert process.returncode == 1 and "Traceback" not in err, err
    done = len(files(folder))
    assert 1 <= done < 6 and not (folder / "manifest.jsonl").exists()
    assert len((folder / "journal.jsonl").read_text().splitlines()) == done
    made, finished = run(Rows(6), folder)
    assert finished and len(made) == 6 - done


def test_two_runs_at_once_on_one_ledger_issue_each_letter_once(live: Path, tmp_path: Path) -> None:
    place = workspace(live, tmp_path / "shared").root
    assert place is not None
    one, two = (batches.start(tmp_path / name, 8, 1, place) for name in ("one", "two"))
    for process in (one, two):
        _, err = process.communicate()
        assert process.returncode == 0, err
    states: dict[str, list[str]] = {}
    for name in ("one", "two"):
        for outcome in batches.read_manifest(tmp_path / name):
            states.setdefault(outcome.letter_id, []).append(outcome.state)
    assert {tuple(sorted(found)) for found in states.values()} == {("known", "written")}
    assert len(files(tmp_path / "one")) == 8 and files(tmp_path / "one") == files(tmp_path / "two")
    with Ledger(read_workspace(place, place).ledger_url) as ledger:
        runs = {o.run_id for o in ledger.letters()}
        assert len(list(ledger.letters())) == 8 and len(ledger.runs()) == 2
        assert runs <= {known.run_id for known in ledger.runs()}
    for name in ("one", "two"):  # asked again, neither writes anything
        process = batches.start(tmp_path / name, 8, 1, place)
        out, err = process.communicate()
        assert process.returncode == 0 and out.split() == ["begun", "end"], err


def test_a_disk_that_fills_up_under_the_journal_costs_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    process = batches.start(folder, 6, 1, "", 2)
    out, err = process.communicate()
    assert process.returncode == 1 and "end" not in out
    assert "too large" in err and "Traceback" not in err
    journal = (folder / "journal.jsonl").read_text().splitlines()
    assert len(journal) == 2 and all(line.endswith("}") for line in journal)
    made, finished = run(Rows(6), folder)
    assert finished and [outcome.number for outcome in made] == [3, 4, 5, 6]
    assert len(files(folder)) == 6
