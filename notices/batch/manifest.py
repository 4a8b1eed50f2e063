"""What became of each row, and the manifest that says so: as JSON lines and as a table.

An Outcome names no person: letter, case id, figures and digests, and where the file stands.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from notices.files import safe_cell
from notices.finding import Finding, errors_in
from notices.letter.stages import State

MANIFEST = "manifest.jsonl"  # in the run's folder, once every row is done
STATES: tuple[State, ...] = ("written", "rejected", "held", "failed", "known")  # of a run's rows
IN_PLACE = ("written", "known")  # the states with a file
TO_MEND = ("rejected", "failed")  # those whose rows come back as rejects
_BELOW_ZERO = re.compile(r"-[0-9]+(\.[0-9]*)?|-\.[0-9]+")


@dataclass(frozen=True)
class Outcome:
    """What became of one letter of a row, or of a row that made none.

    `number` counts the records of the input from 1; `row` is where the record stands in its file.
    `file` is relative to the run's folder; `total` is exact decimal text. `known`: the ledger had
    this very letter already, and its file was put in place again.
    """

    number: int
    row: int
    state: State
    case_id: str = ""
    letter_id: str = ""
    file: str = ""
    findings: tuple[Finding, ...] = ()
    pages: int = 0
    sheets: int = 0
    total: str = ""
    currency: str = ""
    pack: str = ""
    kind: str = ""
    level: int = 0
    languages: tuple[str, ...] = ()
    sha256: str = ""
    envelope: str = ""
    postcode: str = ""
    days_overdue: int = -1
    # by the row of a debt: what the letter adds to it as costs, exact decimal text
    fees: Mapping[str, str] = field(default_factory=dict)
    tried: int = 1  # how often the letter was begun


def reasons_of(outcome: Outcome) -> set[str]:
    """The rules that say why a row gets no letter: its errors; where nothing is wrong, the last
    note."""
    notes = [finding.rule for finding in outcome.findings if finding.severity == "note"]
    return {finding.rule for finding in errors_in(outcome.findings)} or {*notes[-1:]}


def as_plain(outcome: Outcome) -> dict[str, Any]:
    """The outcome as JSON has it."""
    plain = {f.name: getattr(outcome, f.name) for f in fields(outcome)}
    plain["findings"] = [_plain_finding(finding) for finding in outcome.findings]
    plain["languages"] = list(outcome.languages)
    plain["fees"] = dict(outcome.fees)
    return plain


def from_plain(plain: Mapping[str, Any]) -> Outcome:
    """The outcome that `as_plain` wrote."""
    values = {f.name: plain[f.name] for f in fields(Outcome) if f.name in plain}
    values["findings"] = tuple(Finding(**finding) for finding in plain.get("findings", ()))
    values["languages"] = tuple(plain.get("languages", ()))
    return Outcome(**values)


def _plain_finding(finding: Finding) -> dict[str, Any]:
    plain = {name: value for name, value in vars(finding).items() if value not in ("", 0)}
    return {**plain, "params": dict(finding.params)}


def manifest_line(outcome: Outcome) -> str:
    return json.dumps(as_plain(outcome), ensure_ascii=False, separators=(",", ":")) + "\n"


COLUMNS = tuple(f.name for f in fields(Outcome))


def table_lines(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """The manifest as CSV, head first; findings by their rules."""
    yield table_line(COLUMNS)
    for outcome in outcomes:
        values = {name: getattr(outcome, name) for name in COLUMNS}
        values["findings"] = " ".join(sorted({finding.rule for finding in outcome.findings}))
        values["languages"] = " ".join(outcome.languages)
        values["fees"] = " ".join(f"{row}:{fee}" for row, fee in outcome.fees.items())
        yield table_line(values[name] for name in COLUMNS)


def table_line(values: Iterable[object]) -> str:
    """One line of CSV in which no cell can be taken for a formula. Negative numbers are none."""
    cells = [text if _BELOW_ZERO.fullmatch(text) else safe_cell(text) for text in map(str, values)]
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()
