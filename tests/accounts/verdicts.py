"""What the demo's run must come to: `python -m tests.accounts.verdicts check INPUT RUN`."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any


def expected(folder: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return facts


def check_run(folder: Path, run: Path) -> list[str]:
    """Where the manifest differs from what was planned for each row; [] where it does not."""
    planned = expected(folder)["verdicts"]
    wrong: list[str] = []
    rules = _rules(run)
    rows = 0
    for text in (run / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        rows += 1
        verdict = planned.get(str(line["row"]), {"state": "written", "rule": "", "defect": "none"})
        met = rules[line["row"]]
        if line["state"] != verdict["state"] or (verdict["rule"] and verdict["rule"] not in met):
            wrong.append(
                f"row {line['row']} (defect: {verdict['defect']}): {line['state']}, "
                f"{', '.join(sorted(met)) or 'no rule'}; "
                f"planned: {verdict['state']} {verdict['rule']}"
            )
    if rows != expected(folder)["rows"]:
        wrong.append(f"{rows} rows in the manifest; planned: {expected(folder)['rows']}")
    return wrong


def _rules(run: Path) -> dict[int, set[str]]:
    """The rules told of each row."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    with (run / "findings.csv").open(encoding="utf-8-sig", newline="") as handle:
        for line in csv.DictReader(handle):
            found[int(line["row"] or 0)].add(line["rule"])
    return found


def main(arguments: list[str]) -> int:
    task, folder = arguments[0], Path(arguments[1])
    facts = expected(folder)
    if task == "words":
        print(facts["issue_date"], facts["dispatch_by"], facts["rows"], facts["total"])
        return 0
    wrong = check_run(folder, Path(arguments[2]))
    print(
        "\n".join(wrong)
        or "As planned: " + ", ".join(f"{n} {s}" for s, n in facts["states"].items())
    )
    kinds = Counter(verdict["defect"] for verdict in facts["verdicts"].values())
    if not wrong:
        print(f"Each of {kinds.total()} defective rows ({len(kinds)} ways) was found.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
