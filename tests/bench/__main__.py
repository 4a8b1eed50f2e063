"""Runs the bench, prints a table, writes out/bench.json; `--write-docs` also the documentation."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from notices.letter.make import LetterMaker
from notices.letter.workspace import Workspace
from tests.bench import pipeline, studio
from tests.bench.letters import documents
from tests.bench.report import table, write_docs
from tests.bench.rig import pinned, race
from tests.bench.singles import printed_kb, proofs

RESULT = Path("out/bench.json")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--letters", type=int, default=100, help="different letters (100)")
    parser.add_argument("--only", choices=PARTS, action="append", help="these parts alone")
    parser.add_argument("--memory-letters", type=int, default=2000)
    parser.add_argument("--rows", type=int, default=5000, help="rows of the dry run")
    parser.add_argument("--print-letters", type=int, default=1000)
    parser.add_argument("--write-docs", action="store_true", help="from the last out/bench.json")
    asked = parser.parse_args()
    if asked.write_docs and not asked.only:
        write_docs(_known())
        return 0
    result = _known() if asked.only else {}
    result["machine"] = f"{platform.machine()}, Python {platform.python_version()}"
    for name in asked.only or PARTS:
        print(f"… {name}", file=sys.stderr, flush=True)
        result[name] = PARTS[name](asked)
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for line in table(result):
        print(line)
    if asked.write_docs:
        write_docs(result)
    return 0


def _known() -> dict[str, Any]:
    if not RESULT.exists():
        return {}
    known: dict[str, Any] = json.loads(RESULT.read_text(encoding="utf-8"))
    return known


def _engines(asked: argparse.Namespace) -> dict[str, Any]:
    with LetterMaker(Workspace()) as maker:
        letters = documents(asked.letters, maker)
    with pinned():
        return {"letters": len(letters), "engines": [asdict(one) for one in race(letters)]}


def _proof(asked: argparse.Namespace) -> dict[str, Any]:
    with pinned():
        return proofs(asked.letters)


def _stages(asked: argparse.Namespace) -> dict[str, Any]:
    with pinned():
        return {"letters": asked.letters, "ms": pipeline.stages(asked.letters)}


def _workers(asked: argparse.Namespace) -> dict[str, Any]:
    return {"letters": asked.letters, **pipeline.workers(asked.letters)}


def _memory(asked: argparse.Namespace) -> dict[str, Any]:
    return {"points": pipeline.memory(asked.memory_letters)}


def _dry_run(asked: argparse.Namespace) -> dict[str, Any]:
    with pinned():
        return {"rows": asked.rows, "rows_per_second": pipeline.dry_run(asked.rows)}


def _print(asked: argparse.Namespace) -> dict[str, Any]:
    return printed_kb(asked.print_letters)


def _cold(_asked: argparse.Namespace) -> dict[str, Any]:
    return {name: list(figures) for name, figures in pipeline.cold().items()}


def _studio(_asked: argparse.Namespace) -> dict[str, Any]:
    return studio.previews()


PARTS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "engines": _engines,
    "proof": _proof,
    "stages": _stages,
    "workers": _workers,
    "memory": _memory,
    "dry_run": _dry_run,
    "print": _print,
    "cold": _cold,
    "studio": _studio,
}


if __name__ == "__main__":
    sys.exit(main())
