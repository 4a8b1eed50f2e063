"""Small run folders for tests: real letters of the packs' examples, several copies of each."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from notices.letter.live import LiveGate
from notices.letter.make import Letter, LetterMaker
from tests.letter import letters
from tests.letter.letters import DEMAND, REMINDER

INVOICE = "ZZ/invoice-reminder"
RUN_ID = "0123456789ab"
DISPATCH_BY = "2026-04-10"
POSTCODES = ("518000", "100027", "", "200001", "100005")


@dataclass
class MadeRun:
    """A run's folder and the lines of its manifest, to be changed and written again."""

    folder: Path
    lines: list[dict[str, Any]] = field(default_factory=list)

    def write(self) -> Path:
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in self.lines)
        (self.folder / "manifest.jsonl").write_text(text, encoding="utf-8")
        return self.folder

    def file(self, number: int) -> Path:
        return self.folder / str(self.lines[number]["file"])


def draw(maker: LetterMaker, name: str, number: int, *, live: bool = True) -> Letter:
    """An example's letter for a case of its own."""
    case = f"{letters.case(name).data['id']}-{number}"
    record = letters.case(name, id=case)
    return letters.made(maker, record, letters.sender(name), live=live)


def build_run(
    folder: Path,
    drawn: list[Letter],
    *,
    live: bool = True,
    run_id: str = RUN_ID,
    dispatch_by: str = DISPATCH_BY,
) -> MadeRun:
    """The folder of a finished run with these letters."""
    folder.mkdir(parents=True)
    run = MadeRun(folder)
    for number, letter in enumerate(drawn, start=1):
        case, figures = letter.checked.case, letter.checked.figures
        document = letter.checked.document
        assert case and figures and document
        shard = hashlib.sha256(letter.letter_id.encode()).hexdigest()[:2]
        name = f"letters/{shard}/{letter.letter_id}{'' if live else '.draft'}.pdf"
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(letter.data)
        run.lines.append(
            {
                "number": number,
                "row": number + 1,
                "state": "written",
                "case_id": case.id,
                "letter_id": letter.letter_id,
                "file": name,
                "findings": [],
                "pages": letter.pages,
                "sheets": (letter.pages + 1) // 2,
                "total": str(figures.total_due),
                "currency": figures.currency,
                "kind": case.kind,
                "level": case.level,
                "languages": list(case.languages),
                "sha256": letter.digest,
                "envelope": document.envelope.id,
                "postcode": POSTCODES[number % len(POSTCODES)],
            }
        )
    rejected = {"number": 99, "row": 100, "state": "rejected", "case_id": "R-1", "letter_id": ""}
    run.lines.append(rejected)
    frozen = {
        "run_id": run_id,
        "issue_date": "2026-03-31",
        "dispatch_by": dispatch_by,
        "live": live,
        "settings": {"dispatch_by": None},
    }
    (folder / "run.json").write_text(json.dumps(frozen))
    journal = "".join(json.dumps({**line, "part": 1, "parts": 1}) + "\n" for line in run.lines)
    (folder / "journal.jsonl").write_text(journal)
    run.write()
    return run


def enter(gate: LiveGate, drawn: list[Letter]) -> None:
    """The letters into the ledger, as a live run does."""
    for letter in drawn:
        assert not gate.enter(letter)


ORDER = (DEMAND, REMINDER, INVOICE)
