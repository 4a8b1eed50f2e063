"""The walks of the documentation: every command runs in its order, in a fresh folder, as written.

` ```sh ` blocks run line by line (`sh exit 1`: so the last line ends), ` ```yaml FILE ` is saved,
` ```text ` is part of what the last command said.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_legal_team import edit
from tests.letter.letters import HOME

WALKS = ("tutorial.md", "clerks.md", pytest.param("operators.md", marks=pytest.mark.slow))
BLOCK = re.compile(r"^```(\w+) ?(.*)\n((?:.*\n)*?)^```$", re.M)


class Walk:
    """A shell in a folder, with `notices` as this checkout has it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said = folder, ""
        self.here = folder.parent / "pwd"
        command = folder.parent / "bin" / "notices"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m notices.cli "$@"\n')
        command.chmod(0o755)
        self.env = {
            **os.environ,
            "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(HOME),
            "NOTICES": str(HOME),
            "LANG": "C.UTF-8",
        }

    def run(self, line: str) -> int:
        if line == "notices studio":
            edit_as_the_studio_does(self.folder)
            return 0
        done = subprocess.run(
            ["sh", "-c", f"{line}\ncode=$?; pwd > {shlex.quote(str(self.here))}; exit $code"],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        self.said = done.stdout + done.stderr
        self.folder = Path(self.here.read_text(encoding="utf-8").strip())
        return done.returncode


def edit_as_the_studio_does(desk: Path) -> None:
    """The two words of the third walk, saved under a name; `tests/studio` clicks them."""
    edit(desk, "en", "we ask you to pay", "we kindly ask you to pay")
    edit(desk, "zh-Hans.person", "请", "谨请")


@pytest.mark.heavy
@pytest.mark.parametrize("page", WALKS)
def test_a_walk_runs_as_written(page: str, tmp_path: Path) -> None:
    (tmp_path / "walk").mkdir()
    walk = Walk(tmp_path / "walk")
    for kind, rest, body in BLOCK.findall((HOME / "docs" / page).read_text(encoding="utf-8")):
        lines = body.splitlines()
        if kind == "sh":
            codes = [walk.run(line) for line in lines]
            assert codes == [*[0] * (len(lines) - 1), int(rest.removeprefix("exit ") or 0)], (
                f"{body}{walk.said}"
            )
        elif kind == "text":
            assert body.strip() in walk.said
        else:
            (walk.folder / rest).write_text(body, encoding="utf-8")
