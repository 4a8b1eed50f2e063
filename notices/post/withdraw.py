"""Taking letters out before they are printed: a fresh list of what was paid or is held."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from notices.findings import Finding
from notices.places import TEMPLATES
from notices.post.types import Proven, Withdrawal
from notices.textfiles import read_bytes, read_text_file

REASONS = TEMPLATES / "post" / "reasons.yaml"
UNSTATED = "other"
HEADS = frozenset(("id", "letter", "letter_id", "case", "case_id", "函号", "信函编号", "案号"))
DELIMITERS = "\t;,"


@dataclass(frozen=True)
class Line:
    """One line of the list: a letter's or a case's id, and the reason as a code."""

    name: str
    reason: str
    number: int

    @property
    def shown(self) -> str:
        """An id that nobody knows may be an account number: its ends only."""
        return self.name if len(self.name) < 5 else f"{self.name[:2]}…{self.name[-2:]}"


def read_withdrawals(file: Path) -> tuple[tuple[Line, ...], tuple[Finding, ...]]:
    """One id a line, or `id,reason` as CSV, with or without a head. Raises FileError."""
    try:
        text = read_bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        return (), (Finding("withdraw-not-utf8", file=str(file)),)
    lines: list[Line] = []
    findings: list[Finding] = []
    for number, cells in enumerate(_rows(text), start=1):
        name, reason = (*(cell.strip() for cell in cells), "", "")[:2]
        if not name or (number == 1 and name.lower() in HEADS):
            continue
        code = reason_code(reason)
        if not code:
            params = {"reason": reason[:20], "known": ", ".join(read_reasons())}
            findings.append(Finding("withdraw-reason", "error", str(file), number, "", params))
        lines.append(Line(name, code, number))
    return tuple(lines), tuple(findings)


def match_withdrawals(
    lines: tuple[Line, ...], letters: tuple[Proven, ...], file: str
) -> tuple[tuple[Withdrawal, ...], tuple[Finding, ...]]:
    """The letters meant, in the run's order; ids that the run does not have are told."""
    by_name: dict[str, list[Proven]] = {}
    for letter in letters:
        for name in {letter.letter_id, letter.case_id}:
            by_name.setdefault(name, []).append(letter)
    reasons: dict[str, str] = {}
    findings: list[Finding] = []
    for line in lines:
        meant = by_name.get(line.name, [])
        if not meant:
            params = {"id": line.shown}
            findings.append(Finding("withdraw-unknown", "warning", file, line.number, "", params))
        for letter in meant:
            reasons.setdefault(letter.letter_id, line.reason)
    taken = tuple(
        Withdrawal(letter, reasons[letter.letter_id])
        for letter in letters
        if letter.letter_id in reasons
    )
    return taken, tuple(findings)


def reason_code(text: str) -> str:
    """The code of a reason as people write it; "" where it is none."""
    if not text:
        return UNSTATED
    known = {word.casefold(): code for code, words in read_reasons().items() for word in words}
    return known.get(text.casefold(), "")


@cache
def read_reasons() -> Mapping[str, tuple[str, ...]]:
    """Every reason's code with all that may be written for it."""
    data = read_text_file(REASONS).data
    return {
        code: (code, entry["zh-Hans"], entry["en"], *entry["also"]) for code, entry in data.items()
    }


def _rows(text: str) -> Iterator[list[str]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = next((mark for mark in DELIMITERS if mark in first), ",")
    yield from csv.reader(io.StringIO(text.replace("\uff0c", delimiter)), delimiter=delimiter)
