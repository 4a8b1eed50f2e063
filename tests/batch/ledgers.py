"""Letters of an earlier day in a workspace's own ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from notices.case.record import Record
from notices.ledger.entry import build_entry
from notices.ledger.store import Ledger
from notices.ledger.types import Evidence
from notices.letter.check import Request, check_record
from notices.letter.options import LetterOptions
from notices.letter.resources import Resources
from notices.letter.workspace import Workspace
from notices.wording.digests import KindText


def with_ledger(folder: Path) -> Workspace:
    return Workspace(root=folder, ledger_url=f"sqlite:///{folder / 'letters.sqlite'}")


def enter_letter(
    workspace: Workspace, given: Mapping[str, Any], day: date, sender: Path, **more: Any
) -> str:
    """The record's letter of that day, entered; its id."""
    debts = [{k: v for k, v in d.items() if k != "earlier"} for d in given["debts"]]
    data = {**given, "cycle": "1", "debts": debts, **more}
    asked = Request(day, LetterOptions(sender=str(sender), issue_date=day))
    (checked,) = check_record(Record(data), Resources(workspace), asked)
    assert checked.case and checked.figures and checked.pack, checked.findings
    evidence = Evidence(checked.letter_id, KindText("t" * 64, {}, {}), "p" * 64, f"{day}T08:00")
    with Ledger(workspace.ledger_url) as ledger:
        ledger.issue(build_entry(checked.case, checked.figures, checked.pack, data, evidence))
    return checked.letter_id
