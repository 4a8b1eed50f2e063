"""Runs over made-up tables: what became of each case."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from notices.batch.call import run_batch
from notices.batch.rows import open_table
from notices.batch.settings import BatchSettings, Limits, Start
from notices.letter.options import LetterOptions
from notices.letter.workspace import Workspace
from tests.batch.batches import canned
from tests.tables.ledger_made import write_table


def run_table(
    folder: Path,
    rows: Iterable[Mapping[str, str]],
    mapping: str,
    options: LetterOptions,
    workspace: Workspace,
    workers: int = 1,
) -> dict[str, dict[str, Any]]:
    """A run of made-up rows into `run` of the folder: the manifest's lines by case."""
    folder.mkdir(exist_ok=True)
    file = write_table(folder, rows)
    (folder / "map.yaml").write_text(mapping, encoding="utf-8")
    table = open_table(file, folder / "map.yaml", workspace)
    assert options.issue_date is not None
    start = Start(options.issue_date, f"{options.issue_date}T08:00:00+00:00", make=canned)
    asked, limits = BatchSettings(options=options), Limits(workers=workers)
    result = run_batch(table, asked, workspace, start, folder / "run", limits)
    assert result.summary is not None, result.findings
    lines = (folder / "run" / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return {outcome["case_id"]: outcome for outcome in map(json.loads, lines)}
