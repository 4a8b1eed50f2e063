"""Pictures for the report: pages of a pack's shipped examples, whose people are made up.

Nothing of the run is drawn: a report may be passed on.
"""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

from notices.case.record import Record
from notices.errors import NoticesError
from notices.finding import errors_in
from notices.letter.make import LetterMaker, Request, check_record
from notices.proof.readback import rasterise
from notices.review.examples import read_examples

DPI = 72


def sample_picture(maker: LetterMaker, pack: Path, kind: str, level: int) -> bytes:
    """The first page of an example of that kind, level if there is one, as PNG; b"" for none."""
    examples = [e for e in read_examples(pack) if not e.faults and e.record.data["kind"] == kind]
    examples.sort(key=lambda e: (str(e.record.data.get("level", "1")) != str(level), e.name))
    for example in examples:
        request = Request(today=_day(example.record), by_approved=True)
        for checked in check_record(example.record, maker.resources, request, example.sender):
            if errors_in(checked.findings):
                continue
            letter, _ = maker.make(checked, request, pictures=False)
            if letter is not None:
                return _png(letter.data)
    return b""


def _day(record: Record) -> date:
    """The example's own day; examples state one."""
    try:
        return date.fromisoformat(str(record.data.get("issue_date")))
    except ValueError:
        return date(2026, 1, 1)


def _png(data: bytes) -> bytes:
    try:
        picture = rasterise(data, 1, DPI)
    except NoticesError:
        return b""
    out = io.BytesIO()
    picture.quantize(16).save(out, "PNG", optimize=True)
    return out.getvalue()
