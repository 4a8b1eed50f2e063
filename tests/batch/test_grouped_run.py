"""A run over a table of open items: one letter a case, the verdicts of the dry run, any workers."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from notices.batch.call import run_batch
from notices.batch.rows import TableRows
from notices.batch.settings import BatchSettings, Limits, Start
from notices.letter.options import LetterOptions
from notices.letter.workspace import Workspace
from notices.pack.load import load_pack
from notices.places import PACKS
from notices.tables.row import TableFormat
from notices.tables.table_records import find_source
from tests.batch.batches import canned
from tests.tables.ledger_made import (
    DAY,
    MAPPING,
    SENDER,
    check_table,
    column_map,
    invoice,
    write_table,
)

pytestmark = pytest.mark.heavy
ROWS = [
    invoice("10001", "RE-1", "1.000,50"),
    invoice("10002", "RE-2", "200,00"),
    invoice("10003", "RE-3", "300,00"),
    invoice("10001", "RE-4", "99,50"),
    invoice("10002", "RE-5", "12,3x"),
    invoice("10003", "RE-6", "70,00", Fällig="18.05.2026"),
    invoice("10004", "RE-7", "70,00", Fällig="18.05.2026"),
]


def test_a_run_makes_one_letter_a_case(tmp_path: Path) -> None:
    file = write_table(tmp_path, ROWS)
    dry = check_table(file)
    assert dry.states == {"accepted": 2, "rejected": 1, "held": 1}
    mapping = column_map(tmp_path, MAPPING)
    made = {}
    for workers in (1, 2):
        source = find_source(file, mapping, TableFormat())
        rows = TableRows(source, mapping, load_pack(PACKS / "DE"))
        asked = BatchSettings(options=LetterOptions(sender=str(SENDER), issue_date=DAY))
        start = Start(DAY, f"{DAY}T08:00:00+00:00", make=canned)
        out = tmp_path / str(workers)
        result = run_batch(rows, asked, Workspace(), start, out, Limits(workers=workers))
        assert result.summary is not None
        assert result.summary.reasons["held"] == {"nothing-due": 1}
        lines = (out / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
        outcomes = [json.loads(line) for line in lines]
        made[workers] = [(o["case_id"], o["state"], o["row"], o["total"]) for o in outcomes]
        rejects = (out / "rejects.csv").read_text(encoding="utf-8-sig")
        assert rejects == (tmp_path / "out" / "rejects.csv").read_text(encoding="utf-8-sig")
        with (out / "findings.csv").open(encoding="utf-8-sig", newline="") as handle:
            told = {(line["row"], line["rule"]) for line in csv.DictReader(handle)}
        assert {("6", "not-a-number"), ("7", "row-not-due"), ("8", "nothing-due")} <= told
        assert ("", "rows-left-out") in told
    assert made[1] == made[2]
    assert made[1] == [
        ("10001", "written", 2, "1100.00"),
        ("10002", "rejected", 3, ""),
        ("10003", "written", 4, "300.00"),
        ("10004", "held", 8, ""),
    ]


HELD = invoice("10001", "=RE-8", "5,00", Sperre="X")


def test_what_became_of_each_row_is_written_back(tmp_path: Path) -> None:
    """In the table's own key columns; a row that no letter asks for says why."""
    file = write_table(tmp_path, [*({**row, "Sperre": ""} for row in ROWS), HELD])
    text = MAPPING.replace("columns:\n", "plan: {scope: {debt: Sperre}}\ncolumns:\n", 1)
    mapping = column_map(tmp_path, text)
    rows = TableRows(find_source(file, mapping, TableFormat()), mapping, load_pack(PACKS / "DE"))
    asked = BatchSettings(options=LetterOptions(sender=str(SENDER), issue_date=DAY))
    start = Start(DAY, f"{DAY}T08:00:00+00:00", make=canned)
    out = tmp_path / "run"
    run_batch(rows, asked, Workspace(), start, out, Limits(workers=1))
    raw = (out / "written-back.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    with (out / "written-back.csv").open(encoding="utf-8-sig", newline="") as handle:
        lines = {line["notices_row"]: line for line in csv.DictReader(handle)}
    assert list(lines["2"])[:2] == ["Konto", "Beleg"] and len(lines) == len(ROWS) + 1
    became = {n: (line["notices_state"], line["notices_reason"]) for n, line in lines.items()}
    assert became == {
        "2": ("draft", ""),
        "3": ("rejected", "not-a-number"),
        "4": ("draft", ""),
        "5": ("draft", ""),
        "6": ("rejected", "not-a-number"),
        "7": ("left-out", "row-not-due"),
        "8": ("held", "row-not-due"),
        "9": ("left-out", "row-held"),
    }
    letter = {name: lines["5"][f"notices_{name}"] for name in ("case", "kind", "level", "date")}
    assert letter == {"case": "10001", "kind": "reminder", "level": "1", "date": str(DAY)}
    assert lines["5"]["notices_letter"] == lines["2"]["notices_letter"] != ""
    assert lines["9"]["notices_letter"] == "" and lines["9"]["Beleg"] == "'=RE-8"
