"""How much memory grouping takes: `python -m tests.tables.grouped_memory ROWS`.

A made-up ledger, three rows a customer in any order, is grouped and read case by case, each in a
process of its own; the figures of docs/performance.md come from here.
"""

from __future__ import annotations

import csv
import resource
import sys
import tempfile
import time
from pathlib import Path

from notices.pack.load import load_pack
from notices.places import PACKS
from notices.tables.row import TableFormat
from notices.tables.table_records import TableRecords, find_source
from tests.tables.ledger_made import MAPPING, column_map, invoice

STEP = 611_953  # prime: every number once, far from the one before it


def write_ledger(file: Path, rows: int) -> None:
    with file.open("w", encoding="utf-8", newline="") as handle:
        table = csv.DictWriter(handle, list(invoice("", "", "")), delimiter=";")
        table.writeheader()
        for turn in range(rows):
            number = turn * STEP % rows
            account = f"{10_000_000 + number // 3}"
            amount = f"{100 + number % 9000},{number % 100:02}"
            table.writerow(invoice(account, f"RE-{number:07}", amount))


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "op.csv"
        write_ledger(file, rows)
        mapping = column_map(folder, MAPPING)
        began = time.perf_counter()
        cases = debts = 0
        with TableRecords(
            find_source(file, mapping, TableFormat()), mapping, load_pack(PACKS / "DE")
        ) as table:
            for _, record in table:
                cases += 1
                debts += len(record.data["debts"])
        seconds = time.perf_counter() - began
        assert (cases, debts) == (-(-rows // 3), rows)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{rows:,} rows, {cases:,} cases: {seconds:.0f} s, at most {most:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]))
