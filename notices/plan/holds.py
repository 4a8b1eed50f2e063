"""Holds: why a case gets no letter, from when and until when. Pure; `letter.holds` reads the file.

A hold is written `dispute`, `dispute until 2026-06-30` or `dispute from 2026-05-01 until
2026-06-30`; both days count. One past its last day does nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from notices.finding import Finding, errors_in
from notices.pack.node import parse_day
from notices.pack.vocabulary import near_miss
from notices.tables.list_words import in_chinese, known_names

HOLDS = {  # with the finding that tells it
    "dispute": "hold-dispute",
    "hardship": "hold-hardship",
    "payment_plan": "hold-payment-plan",
    "cease_communication": "hold-cease-communication",
    "represented": "hold-represented",
    "debt_mediation": "hold-debt-mediation",
    "breathing_space": "hold-breathing-space",
    "insolvency": "hold-insolvency",
    "deceased": "hold-deceased",
    "minor": "hold-minor",
    "identity_fraud": "hold-identity-fraud",
    "bad_address": "hold-bad-address",
    "blocked": "hold-blocked",
}
# Findings that mean "not now", where nothing is wrong with the record.
HELD_RULES = frozenset({"address-returned", *HOLDS.values()})
FIELD = "holds"  # the record's own field
COLUMNS = ("case_id", "hold", "from", "until", "note")
_WRITTEN = re.compile(r"([^\s]+)(?:\s+from\s+(\S+))?(?:\s+until\s+(\S+))?")
_BETWEEN = re.compile(r"[;,、，；\n]")


@dataclass(frozen=True)
class Hold:
    """One reason to send nothing, and where it is written. None: from ever, until further notice.

    `name` is one of HOLDS; a name that is none of them holds too, until somebody mends it.
    """

    name: str
    since: date | None = None
    until: date | None = None  # its last day
    note: str = ""
    file: str = ""
    line: int = 0
    path: str = FIELD  # in that file

    @property
    def rule(self) -> str:
        """The finding that tells it."""
        return HOLDS.get(self.name, "hold-unknown")

    def binds(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


@dataclass(frozen=True)
class HoldsBook:
    """A holds file as read: each case's holds, and faults that nobody can pin to one case."""

    by_case: Mapping[str, tuple[Hold, ...]]
    faults: tuple[Finding, ...] = ()
    unread: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)  # a case's own faults


NO_BOOK = HoldsBook({})


def only_held(findings: Iterable[Finding]) -> bool:
    """Whether the letter is held and nothing else is wrong: it may go out another day."""
    rules = {finding.rule for finding in errors_in(tuple(findings))}
    return bool(rules) and rules <= HELD_RULES


def active_holds(holds: Iterable[Hold], day: date) -> tuple[Hold, ...]:
    """Those that bind on `day`; the one that binds longest comes first."""
    binding = [hold for hold in holds if hold.binds(day)]
    return tuple(sorted(binding, key=lambda h: h.until or date.max, reverse=True))


def hold_finding(hold: Hold) -> Finding:
    """The error that tells a binding hold."""
    params = {
        "name": hold.name[:40],
        "since": hold.since.isoformat() if hold.since else "–",
        "until": hold.until.isoformat() if hold.until else "–",
        "near": near_miss(hold.name, HOLDS) or "–",
        **known_names("holds", "values"),
    }
    return Finding(hold.rule, "error", hold.file, hold.line, hold.path, params)


def reason_of(rule: str) -> str:
    """The reason under which a letter is withdrawn for such a hold."""
    return next((name for name, named in HOLDS.items() if named == rule), "held")


def holds_of_record(
    data: Mapping[str, Any], file: str = "", lines: Mapping[Any, int] | None = None
) -> tuple[tuple[Hold, ...], tuple[Finding, ...]]:
    """The holds in a record's own field, and what can't be read in it."""
    written = data.get(FIELD)
    entries = written if isinstance(written, list) else [written]
    line = (lines or {}).get((FIELD,), 0)
    holds: list[Hold] = []
    faults: list[Finding] = []
    for entry in entries:
        for text in _BETWEEN.split(entry) if isinstance(entry, str) else ():
            if text.strip():
                hold, found = parse_hold(text, file, line)
                faults += found
                holds += [hold] if hold else []
    return tuple(holds), tuple(faults)


def parse_hold(text: str, file: str = "", line: int = 0) -> tuple[Hold | None, tuple[Finding, ...]]:
    """`dispute until 2026-06-30` as a Hold, or why it is none."""
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        name = text.split()[0]
        params = {"name": name[:40], "near": near_miss(name, HOLDS) or "–"}
        return None, (Finding("hold-form", "error", file, line, FIELD, params),)
    return build_hold(match[1], match[2] or "", match[3] or "", "", file, line)


def build_hold(
    name: str, since: str, until: str, note: str, file: str, line: int, path: str = FIELD
) -> tuple[Hold | None, tuple[Finding, ...]]:
    """A hold from its parts as written. A day that can't be read is a fault, and holds."""
    known = name.strip().casefold().replace("-", "_")
    faults = [
        Finding("hold-day", "error", file, line, path, {"name": known[:40], **_named(column)})
        for column, text in (("from", since), ("until", until))
        if text.strip() and parse_day(text.strip()) is None
    ]
    first, last = parse_day(since.strip()), parse_day(until.strip())
    if first and last and last < first:
        params = {"name": known[:40], "since": str(first), "until": str(last)}
        faults.append(Finding("hold-backwards", "error", file, line, path, params))
    if faults:
        return None, tuple(faults)
    return Hold(known, first, last, note.strip()[:400], file, line, path), ()


def _named(column: str) -> dict[str, str]:
    return {"column": column, "column_zh": in_chinese(column, "holds", "columns")}


def build_book(rows: Iterable[tuple[int, Mapping[str, str]]], file: str) -> HoldsBook:
    """A holds file's rows (line, column → text) as a book."""
    by_case: dict[str, list[Hold]] = {}
    unread: dict[str, list[Finding]] = {}
    faults: list[Finding] = []
    for line, row in rows:
        cells = {key: (value or "").strip() for key, value in row.items()}
        faults += _unknown_columns(cells, file, line, faults)
        case_id, name = cells.get("case_id", ""), cells.get("hold", "")
        if not case_id and not name and not any(cells.values()):
            continue
        if not case_id or not name:
            lacking = "hold" if case_id else "case_id"
            found = Finding("hold-row", "error", file, line, lacking, _named(lacking))
            if case_id:
                unread.setdefault(case_id, []).append(found)
            else:
                faults.append(found)
            continue
        days = cells.get("from", ""), cells.get("until", "")
        hold, wrong = build_hold(name, *days, cells.get("note", ""), file, line, "hold")
        if hold:
            by_case.setdefault(case_id, []).append(hold)
        else:
            unread.setdefault(case_id, []).extend(wrong)
    return HoldsBook(
        {case: tuple(holds) for case, holds in by_case.items()},
        tuple(faults),
        {case: tuple(found) for case, found in unread.items()},
    )


def _unknown_columns(
    cells: Mapping[str, str], file: str, line: int, findings: list[Finding]
) -> Iterator[Finding]:
    """A column that nothing reads is reported once; a misspelt `until` holds for ever meanwhile."""
    seen = {finding.path for finding in findings if finding.rule == "hold-column"}
    for column in cells:
        if column not in COLUMNS and column not in seen:
            params = {"name": column[:40], "near": near_miss(column, COLUMNS) or "–"}
            params |= known_names("holds", "columns")
            yield Finding("hold-column", "warning", file, line, column[:40], params)


def holds_of_case(
    case_id: str, data: Mapping[str, Any], book: HoldsBook, file: str = "", lines: Any = None
) -> tuple[tuple[Hold, ...], tuple[Finding, ...]]:
    """A case's holds from its record and the holds file, and the faults that hold it too."""
    own, faults = holds_of_record(data, file, lines)
    unread = book.unread.get(case_id, ())
    shared = errors_in(book.faults)
    return (*own, *book.by_case.get(case_id, ())), (*faults, *unread, *shared)


def check_case_holds(
    case_id: str,
    data: Mapping[str, Any],
    book: HoldsBook,
    today: date,
    file: str = "",
    lines: Any = None,
) -> tuple[Finding, ...]:
    """Why this case gets no letter today: one error for each hold that binds, and each fault."""
    holds, faults = holds_of_case(case_id, data, book, file, lines)
    return (*(hold_finding(hold) for hold in active_holds(holds, today)), *faults)
