"""`python -m tests.accounts --rows 1000 --out DIR`: the table, its mapping, its verdicts."""

from __future__ import annotations

import argparse
import json
import shutil
from collections import Counter
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

from tests.accounts.defects import make_accounts
from tests.accounts.files import FORMATS, write_accounts
from tests.accounts.good import DISPATCH_BY, HOME, ISSUE_DATE, balance_of


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.accounts")
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--format", choices=FORMATS, default="csv")
    asked = parser.parse_args()
    accounts = make_accounts(asked.rows, asked.seed)
    write_accounts([a.row for a in accounts], asked.out / f"accounts.{asked.format}")
    shutil.copyfile(HOME / "mapping.yaml", asked.out / "accounts.map.yaml")
    states = Counter(
        account.verdict.state if account.verdict else "written" for account in accounts
    )
    facts = {
        "issue_date": ISSUE_DATE.isoformat(),
        "dispatch_by": DISPATCH_BY.isoformat(),
        "rows": len(accounts),
        "total": str(sum((balance_of(account.row) for account in accounts), Decimal(0))),
        "states": dict(sorted(states.items())),
        "verdicts": {
            number: {"defect": account.defect, **asdict(account.verdict)}
            for number, account in enumerate(accounts, start=2)  # as the spreadsheet counts
            if account.verdict
        },
    }
    text = json.dumps(facts, ensure_ascii=False, indent=1)
    (asked.out / "expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
