"""Rows and records of one id, from every reader: none of them goes out alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from notices.batch.dry_run import dry_run
from notices.batch.rows import PlainRows
from notices.batch.settings import BatchSettings, Limits, Start
from notices.letter.options import LetterOptions
from notices.tables.rows import read_rows
from tests.tables.ledger_made import (
    DAY,
    MAPPING,
    NOWHERE,
    ROWS,
    SENDER,
    check_table,
    read_cases,
    write_table,
)
from tests.tables.tables_made import write_csv, write_jsonl, write_xlsx
from tests.tables.test_ods import line, sheet, text, write_ods

Rows = Iterable[Mapping[str, str]]


def write_list(file: Path, rows: Rows) -> Path:
    file.write_text(json.dumps(list(rows), ensure_ascii=False), encoding="utf-8")
    return file


def write_sheet(file: Path, rows: Rows) -> Path:
    table = [[*ROWS[0]], *(row.values() for row in rows)]
    return write_ods(file, sheet(*(line(*map(text, cells)) for cells in table)))


WRITERS = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "ods": write_sheet,
    "json": write_list,
    "jsonl": write_jsonl,
}


@pytest.mark.parametrize("suffix", [*WRITERS])
def test_all_rows_of_one_id_are_among_the_rejects(tmp_path: Path, suffix: str) -> None:
    """Whichever reader: none goes out, and one that is taken out leaves a part."""
    ungrouped = MAPPING.replace("group_by: [Konto]", "")
    summary = check_table(WRITERS[suffix](tmp_path / f"op.{suffix}", ROWS), ungrouped)
    assert summary.states == {"accepted": 1, "rejected": 2}
    assert summary.reasons == {"rejected": {"rows-share-id": 2}}
    assert summary.rejects_file is not None
    kept = [row.cells for row in read_rows(summary.rejects_file)]
    assert [row["Beleg"] for row in kept] == [ROWS[0]["Beleg"], ROWS[2]["Beleg"]]
    assert [row["notices_case_rows"] for row in kept] == ["2", "2"]
    alone = write_table(tmp_path, kept[:1], "rejects.csv")
    assert check_table(alone, ungrouped).reasons == {"rejected": {"case-incomplete": 1}}


@pytest.mark.parametrize("suffix", ["json", "jsonl", "yaml"])
def test_all_records_of_one_id_are_rejected(tmp_path: Path, suffix: str) -> None:
    first, second = read_cases(write_table(tmp_path, ROWS))
    records = [
        {**dict(one.data), "pack": "DE", "kind": "reminder"} for one in (first, second, first)
    ]
    file = tmp_path / f"cases.{suffix}"
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in records)
    file.write_text(lines if suffix == "jsonl" else json.dumps(records), encoding="utf-8")
    asked = BatchSettings(options=LetterOptions(sender=str(SENDER), issue_date=DAY))
    limits = Limits(workers=1, laid_out=0)
    found = dry_run(PlainRows(file), asked, NOWHERE, Start(DAY, ""), tmp_path / "out", limits)
    assert found.summary and found.summary.states == {"accepted": 1, "rejected": 2}
    assert found.summary.reasons == {"rejected": {"records-share-id": 2}}
