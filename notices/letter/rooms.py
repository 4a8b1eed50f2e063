"""Whether names and addresses fit where they show: told at their fields, before drawing."""

from __future__ import annotations

from collections.abc import Iterator

from notices.case.characters import texts_in
from notices.case.record import Record
from notices.finding import Finding
from notices.pack.paths import path_text
from notices.page.document import Document
from notices.page.head import measure_head, measure_recipient, measure_return_line
from notices.page.measure import MM, text_width


def check_rooms(document: Document, record: Record) -> Iterator[Finding]:
    """What takes more lines than there is room for: the sender's name and contacts in the
    letterhead, the sender above the recipient, the recipient."""
    yield from _check_letterhead(document)
    yield from _check_return_line(document)
    yield from _check_recipient(document, record)


def _check_letterhead(document: Document) -> Iterator[Finding]:
    head = measure_head(document)
    if not head.names_fit:
        params = {"height": f"{head.name_height:.0f}", "room": f"{int(head.room)}"}
        yield Finding("sender-name-too-long", "error", path="sender.name", params=params)
    if not head.contacts_fit:
        runs = (run for side in document.letterhead.lines for run in side.cells[0].runs)
        longest = max((run for run in runs if run.name), key=lambda run: text_width(run.text))
        params = {"lines": str(head.contact_lines), "room": str(head.contact_room)}
        path = longest.name.replace("sender_", "sender.")
        yield Finding("contacts-too-long", "error", path=path, params=params)


def _check_return_line(document: Document) -> Iterator[Finding]:
    line = measure_return_line(document)
    if line is None or line.lines <= line.room:
        return
    name, *address = document.return_address.lines
    path = "sender.name" if len(name) > len(" ".join(address)) else "sender.return_address"
    params = {"lines": str(line.lines), "room": str(line.room)}
    yield Finding("return-line-too-long", "error", path=path, params=params)


def _check_recipient(document: Document, record: Record) -> Iterator[Finding]:
    kind, lines = measure_recipient(document), document.recipient.lines
    taken, room = sum(kind.taken), kind.room
    if taken <= room:
        return
    params = {"lines": str(taken), "room": str(room)}
    if max(kind.taken) == 1 or len(lines) > room:
        path: tuple[str | int, ...] = ("recipient", "address")
        yield Finding("address-lines", "error", *_place(record, path), params)
        return
    longest = lines[kind.taken.index(max(kind.taken))]
    others = taken - max(kind.taken)
    ems = max(1, room - others) * document.envelope.recipient.width / (kind.size * MM)
    params["most"] = str(int(ems / text_width(longest) * len(longest)))
    paths = [path for path, text in texts_in(record.data) if text and text in longest]
    path = max(paths, key=len, default=("recipient", "name"))
    yield Finding("address-too-long", "error", *_place(record, path), params)


def _place(record: Record, path: tuple[str | int, ...]) -> tuple[str, int, str]:
    return record.file, record.line(*path), path_text(path)
