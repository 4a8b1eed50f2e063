"""Killed at any moment, interrupted, or two at once: nothing lost, nothing twice, no half file."""

from __future__ import annotations

import os
import random
import shutil
import signal
from pathlib import Path

import pytest

from notices.cli.main import main
from notices.ledger.store import Ledger
from notices.run.manifest import read_manifest
from notices.run.settings import Limits
from notices.run.workspace import Workspace, read_workspace
from tests.run import batches, letters
from tests.run.batches import Rows, files, run, settings

COUNT = 14
KILLS = 10


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


def test_killed_again_and_again_a_live_run_is_as_if_nothing_happened(
    live: Path, tmp_path: Path
) -> None:
    calm = workspace(live, tmp_path / "calm")
    made, finished = run(
        Rows(COUNT), tmp_path / "calm", calm, settings(live=True), Limits(workers=2)
    )
    assert finished and {outcome.state for outcome in made} == {"written"}

    place = workspace(live, tmp_path / "rough").root
    folder = tmp_path / "rough"
    draw = random.Random(20260401)
    kills = 0
    for _ in range(4 * KILLS):
        process = batches.start(folder, COUNT, 2, place)
        told = reads(process, draw.randrange(3))
        if "end\n" in told or kills >= KILLS:
            out, _ = process.communicate()
            assert process.returncode == 0 and "end" in out + "".join(told)
            break
        os.kill(process.pid, signal.SIGKILL)  # the parent alone: its workers see the pipe end
        process.communicate()
        kills += 1
    assert kills == KILLS
    assert files(folder) == files(tmp_path / "calm")
    assert (folder / "manifest.jsonl").read_bytes() == (
        (tmp_path / "calm" / "manifest.jsonl").read_bytes()
    )
    with Ledger(read_workspace(place, folder).ledger_url) as ledger:
        issued = {letter.letter_id: letter.pdf_sha256 for letter in ledger.letters()}
        assert [known.state for known in ledger.runs()] == ["finished"]
    assert issued == {o.letter_id: o.sha256 for o in read_manifest(folder)}
    assert len(issued) == COUNT


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
        for outcome in read_manifest(tmp_path / name):
            states.setdefault(outcome.letter_id or outcome.case_id, []).append(outcome.state)
    # both runs are the same run to the ledger: same input, dates and packs
    assert {tuple(sorted(found)) for found in states.values()} <= {
        ("written", "written"),
        ("known", "written"),
    }
    with Ledger(read_workspace(place, place).ledger_url) as ledger:
        assert len(list(ledger.letters())) == 8
