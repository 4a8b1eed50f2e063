"""The ledger as plain lines: one for each letter, with its last state and delivery.

The full record, with the numbers that letters mask, is never part of it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import TextIO

from notices.files import safe_cell
from notices.ledger.store import Ledger
from notices.ledger.types import Delivery, IssuedLetter, State

COLUMNS = (
    "letter_id",
    "case_id",
    "creditor_id",
    "recipient",
    "kind",
    "level",
    "cycle",
    "attempt",
    "issue_date",
    "as_of",
    "dispatch_by",
    "pay_by",
    "currency",
    "total",
    "languages",
    "pack_id",
    "pack_version",
    "pack_digest",
    "text_digest",
    "content_digest",
    "pdf_sha256",
    "created_at",
    "run_id",
    "replaces",
    "reason",
    "state",
    "state_at",
    "carrier",
    "waybill",
    "declared_content",
    "delivery_date",
    "delivery_result",
)
_PAGE = 500
Line = Mapping[str, str]  # by COLUMNS


def export_lines(
    ledger: Ledger, *, case_id: str = "", run_id: str = "", since: date | None = None
) -> Iterator[Line]:
    """A line for every letter, in order of letter ids; all values are text."""
    letters = ledger.letters_of(case_id) if case_id else ledger.letters(run_id or None)
    chosen = (
        letter
        for letter in letters
        if (not run_id or letter.run_id == run_id) and (not since or letter.issue_date >= since)
    )
    while page := list(islice(chosen, _PAGE)):
        ids = [letter.letter_id for letter in page]
        states, deliveries = ledger.states_of_many(ids), ledger.deliveries_of(ids)
        for letter in page:
            at = letter.letter_id
            yield _line(letter, states.get(at, ()), deliveries.get(at, ()))


def write_csv(text: TextIO, lines: Iterable[Line]) -> int:
    """The lines as a table that a spreadsheet may open; how many they were."""
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for line in lines:
        writer.writerow([safe_cell(line[name]) for name in COLUMNS])
        count += 1
    return count


def write_jsonl(text: TextIO, lines: Iterable[Line]) -> int:
    """The lines as one JSON object each; how many they were."""
    count = 0
    for line in lines:
        text.write(json.dumps(line, ensure_ascii=False) + "\n")
        count += 1
    return count


def _line(
    letter: IssuedLetter, states: Sequence[State], deliveries: Sequence[Delivery]
) -> dict[str, str]:
    last = states[-1] if states else State(letter.letter_id, "issued", letter.created_at)
    way = deliveries[-1] if deliveries else Delivery(letter.letter_id, "")
    waybill = next((d.waybill for d in reversed(deliveries) if d.waybill), "")
    carrier = next((d.carrier for d in reversed(deliveries) if d.carrier), "")
    declared = next((d.declared_content for d in reversed(deliveries) if d.declared_content), "")
    further = {
        "languages": " ".join(letter.languages),
        "state": last.state,
        "state_at": last.at,
        "carrier": carrier,
        "waybill": waybill,
        "declared_content": declared,
        "delivery_date": way.day.isoformat() if way.day else "",
        "delivery_result": way.result,
    }
    return {
        name: further[name] if name in further else str(getattr(letter, name)) for name in COLUMNS
    }
