"""Whether the recipient's address fits where it shows: told at its longest line, before drawing."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from notices.case.characters import texts_in
from notices.case.record import Record
from notices.finding import Finding
from notices.pack.paths import path_text
from notices.page.content import ems
from notices.page.document import Document

EM = 10 * 25.4 / 72  # mm: a Han character of an address
NARROW = 0.4  # of it: what a letter takes at least, on average
LEADING = 1.35
LARGE, LARGE_LEADING = 1.2, 1.2  # large print's, against the ordinary


def check_rooms(document: Document, record: Record) -> Iterator[Finding]:
    """An address that takes more lines than its frame has, by the least that its text can take."""
    frame, size = document.envelope.recipient, LARGE if document.large_print else 1.0
    em, leading = EM * size, LARGE_LEADING if document.large_print else LEADING
    room = int((frame.height + 1.0) / (em * leading))
    lines = document.recipient.lines
    taken = [ceil(ems(line, NARROW) * em / frame.width) for line in lines]
    if sum(taken) <= room:
        return
    longest = lines[taken.index(max(taken))]
    others = sum(taken) - max(taken)
    most = int(max(1, room - others) * frame.width / (ems(longest, NARROW) * em) * len(longest))
    paths = [path for path, text in texts_in(record.data) if text and text in longest]
    path = max(paths, key=len, default=("recipient", "name"))
    params = {"lines": str(sum(taken)), "room": str(room), "most": str(most)}
    where = (record.file, record.line(*path), path_text(path))
    yield Finding("address-too-long", "error", *where, params)
