"""The reply slip: which letter it answers, where it goes, the answers with rooms to write in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from notices.pack.reply_rooms import ROOM
from notices.pack.types import Part
from notices.page.content import Content, row_of, slot_runs
from notices.page.document import Cell, CellRole, Row, RowRole, Run
from notices.page.passages import text_cell, words_run
from notices.words.context import Context
from notices.words.scripts import HAN

_BOX = re.compile("^[\u2610\u25a1] ?")  # drawn, whether or not the label begins with one

_ROOMS: Mapping[str, CellRole] = {
    "amount": "amount_room",
    "date": "date_room",
    "phone": "phone_room",
    "reason": "reason_room",
    "signature": "signature_room",
}


def reply_slip_rows(part: Part, content: Content) -> tuple[Row, ...]:
    """The letter's number and the slip's address, the answers to tick (labels of the terms), and
    who signs and when.

    A label's `{amount}`, `{date}`, `{phone}`, `{reason}` and `{signature}` are rooms to write in,
    each after its own label. A label `reply_to` with slots of its own is a sentence.
    """
    return (
        *_whose(content),
        *(_answer_row("tick", name, content) for name in part.rows),
        _answer_row("sign", "reply_sign", content),
    )


def _whose(content: Content) -> Iterator[Row]:
    if any("{" in c.labels["reply_to"] for c in content.contexts):
        yield row_of("text", content, _whose_sentence)
        return

    def reference(c: Context) -> tuple[Cell, ...]:
        words = words_run(c.values["our_reference"], "our_reference")
        return (text_cell(c.labels["our_reference"], "label"), Cell("value", (words,)))

    def address(c: Context) -> tuple[Cell, ...]:
        return (text_cell(c.labels["reply_to"], "label"), Cell("value", _office(c, content)))

    yield row_of("value", content, reference)
    yield row_of("value", content, address)


def _whose_sentence(c: Context) -> tuple[Cell, ...]:
    address = c.values.get("sender_return_address") or c.values["sender_address"]
    slots = {
        "reference": words_run(c.values["our_reference"]),
        "name": words_run(c.values["recipient_name"]),
        "address": words_run(address),
    }
    return (Cell("detail", slot_runs(c.labels["reply_to"], c, **slots)),)


def _office(c: Context, content: Content) -> tuple[Run, ...]:
    """The sender and the address in the language of the address, whoever reads it."""
    first = content.contexts[0]
    address = first.values.get("sender_return_address") or first.values["sender_address"]
    own = next((one for one in content.contexts if one.lang == address.lang), first)
    name = own.values["sender_name"]
    gap = " " if HAN.search(address.text) else ", "
    lang = "" if own is c else own.lang
    address_lang = address.lang or first.lang
    return (
        Run(name.text, lang=name.lang or lang),
        Run(gap, lang=lang),
        Run(address.text, lang="" if address_lang == c.lang else address_lang),
    )


def _answer_row(role: RowRole, label: str, content: Content) -> Row:
    return row_of(role, content, lambda c: _answer(c, label))


def _answer(c: Context, name: str) -> tuple[Cell, ...]:
    label = _BOX.sub("", c.labels[name])
    wording = ROOM.sub("", label).strip()
    cells = [Cell("text", slot_runs(wording, c))] if wording else []
    for room in ROOM.findall(label):
        cells.append(text_cell(c.labels[f"reply_{room}"], _ROOMS[room]))
        if room == "signature":
            cells.append(Cell("signer", (words_run(c.values["recipient_name"]),)))
    return tuple(cells)
