"""Whatever goes wrong around a command is told in one line, and never with a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.calls import DATED, HOME, Call, run_outside

NO_PANGO = """import cffi
load = cffi.FFI.dlopen
def dlopen(self, name, flags=0):
    if "pango" in str(name):
        raise OSError(f"cannot load library {name!r}")
    return load(self, name, flags)
cffi.FFI.dlopen = dlopen
"""


@pytest.mark.heavy
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("command", ["letter", "rehearse"])
def test_without_the_system_libraries_the_way_to_install_them_is_said_once(
    case: Path, workspace: Path, lang: str, command: str
) -> None:
    """As on a machine without Pango: its loading is refused in the process and its children."""
    (workspace / "sitecustomize.py").write_text(NO_PANGO, encoding="utf-8")
    words = (
        ["letter", *DATED, case] if command == "letter" else ["pack", "check", "CN", "--rehearse"]
    )
    path = os.pathsep.join((str(workspace), str(HOME)))
    said = run_outside(*words, "--lang", lang, cwd=workspace, PYTHONPATH=path)
    assert said.code == 2 and "Traceback" not in said.err + said.out
    assert said.err.count("apt-get install libpangoft2-1.0-0 libharfbuzz-subset0") == 1
    assert said.err.count("brew install pango") == 1
    assert "WeasyPrint" not in said.out + said.err


@pytest.mark.heavy
@pytest.mark.parametrize("words", ["packs", "packs --json", "no-such-command --json", "--help"])
@pytest.mark.parametrize("where", ["nobody reads", "the disk is full"])
def test_an_output_that_takes_nothing_is_no_crash(tmp_path: Path, words: str, where: str) -> None:
    if where == "nobody reads":
        reader, writer = os.pipe()
        os.close(reader)
    else:
        writer = os.open("/dev/full", os.O_WRONLY)
    done = subprocess.run(
        [sys.executable, "-m", "notices.cli", *words.split()],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(HOME), "LANG": "C.UTF-8"},
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


@pytest.mark.heavy
@pytest.mark.parametrize(
    "words",
    [
        ("--workspace", "file", "packs"),
        ("--workspace", "nowhere", "packs"),
        ("init", "file"),
        ("init", "file/within"),
        ("new", "CN/reminder", "--out", "file/within"),
        ("check", "file"),
        ("letter", *DATED, "cases/good.json", "--out", "file"),
        ("letter", *DATED, "cases/good.json", "--font", "file"),
        ("map", "file", "--pack", "CN"),
        ("pack", "check", "CN", "--rehearse", "--out", "file"),
        ("pack", "diff", "CN", "--from", "shipped", "--html", "file/within"),
        ("pack", "accept", "CN", "--by", "A", "--key", "file"),
        ("keys", "new", "--name", "A", "--out", "file/within"),
        ("ledger", "record-delivery", "file"),
        ("ledger", "withdraw", "file"),
        ("holds", "--on", "soon"),
        ("explain", "no-such-rule"),
    ],
)
def test_odd_calls_are_told_in_a_line(
    call: Call, workspace: Path, case: Path, words: tuple[str, ...]
) -> None:
    (workspace / "file").write_text("no case\n", encoding="utf-8")
    said = call(*words)
    assert said.code in (1, 2)
    assert said.err.strip() and "went wrong that should not have" not in said.err


@pytest.mark.heavy
@pytest.mark.parametrize("env", [{"HOME": "/nonexistent"}, {"LANG": "C", "LC_ALL": "C"}])
def test_no_home_and_no_locale_are_no_hindrance(
    case: Path, workspace: Path, env: dict[str, str]
) -> None:
    said = run_outside("check", *DATED, case, "--lang", "zh", cwd=workspace, **env)
    assert said.code == 0 and not said.err
