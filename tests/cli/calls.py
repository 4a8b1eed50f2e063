"""Two ways to call the command, and cases to call it with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notices.places import PACKS
from notices.textfiles import read_text_file

HOME = Path(__file__).parent.parent.parent
DATED = ("--issue-date", "2026-03-31")  # the examples' own date, far from any day of the clock
SENDERS = PACKS / "CN" / "examples" / "senders"


@dataclass(frozen=True)
class Said:
    """What a call answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def rules(self) -> set[str]:
        return {finding["rule"] for finding in self.json["findings"]}


Call = Callable[..., Said]


def run_outside(*arguments: object, cwd: Path, python: tuple[str, ...] = (), **env: str) -> Said:
    """`notices …` in a process of its own."""
    done = subprocess.run(
        [sys.executable, *python, "-m", "notices.cli", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(HOME), "LANG": "C.UTF-8", **env},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def example(name: str) -> dict[str, Any]:
    """The case of a CN example, as a record."""
    case: dict[str, Any] = read_text_file(PACKS / "CN" / "examples" / f"{name}.yaml").data["case"]
    return case


def write_case(file: Path, data: dict[str, Any]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return file


def approved_under_another_layout(workspace: Path) -> None:
    """The workspace's approvals of CN, as they would stand had the layout been another then."""
    file = workspace / "approvals" / "CN.jsonl"
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    other = [{**line, "layout": "0" * 64} if line.get("kind") else line for line in lines]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in other)
    file.write_text(text, encoding="utf-8")
