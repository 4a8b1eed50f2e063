"""Slots of terms: what a letter fills in a label or salutation, `{name}`, and nothing else.

A term is filled by name, so a slot that nobody fills stops the letter, and a brace of its own would
be printed as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from notices.finding import Finding
from notices.pack.reply_rooms import ROOM_LABELS, ROOMS, shown_rooms
from notices.pack.term_parity import terms_of
from notices.pack.types import Pack

# The slots that a letter fills in these labels; all others have none.
LABEL_SLOTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "page_of": ("page", "pages"),
        **dict.fromkeys(("column_amount", "column_number", "column_invoice_date"), ("currency",)),
        **dict.fromkeys(("column_open", "column_period", "column_working"), ("currency",)),
        "column_set_off": ("currency",),
        "period": ("first_day", "last_day"),
        "debt_line": ("number", "reference", "due_date"),
        "debt_line_plain": ("number", "due_date"),
        "listed_principal": ("count",),
        "more_listed": ("listed", "count"),
        "numbers_listed": ("count",),
        "working_period": ("first_day", "last_day", "days"),
        "working_basis": ("basis",),
        "working_line": ("principal", "rate", "days", "basis", "amount"),
        "capped_note": ("agreed", "cap"),
        "payment_line": ("date", "amount", "costs", "interest", "principal"),
        "reply_to": ("reference", "name", "address"),
    }
)
# Those that the proof reads back from the finished file: each of these slots once, no slot twice.
READ_BACK: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "period": ("first_day", "last_day"),
        "working_period": ("first_day", "last_day"),
        "working_line": ("principal", "rate", "days", "basis", "amount"),
        "payment_line": ("amount", "costs", "interest", "principal"),
    }
)
HINTS = "hints"  # of the fields: nothing in them is filled
_PRINTED = ("labels", "salutations", "item_kinds")
_SLOT = re.compile(r"\{[^{}]*\}?|[}\uff5b\uff5d]")  # full-width too: what an input method makes


def stray_slots(text: str, allowed: Iterable[str]) -> tuple[str, ...]:
    """The slots of a text that nobody fills, and braces of their own; each once."""
    known = {f"{{{name}}}" for name in allowed}
    return tuple(slot for slot in dict.fromkeys(_SLOT.findall(text)) if slot not in known)


def slots_of(room: str, name: str) -> tuple[str, ...]:
    """What a letter fills in a term."""
    if room == "salutations":
        return ("name", "surname", "surname_or_name")
    if room != "labels":
        return ()
    is_answer = name.startswith("reply_") and name not in ROOM_LABELS
    return LABEL_SLOTS.get(name, ROOMS if is_answer else ())


def check_slots(pack: Pack) -> Iterator[Finding]:
    """Every term and hint of the pack with a slot that nobody fills, or without one it needs."""
    for room, terms in terms_of(pack).items():
        for name, texts in terms.items():
            yield from check_term_slots(pack, room, name, texts)
    for name, field in pack.fields.items():
        yield from check_term_slots(pack, HINTS, name, field.hint)


@lru_cache(maxsize=16)
def printed_slot_faults(pack: Pack) -> tuple[Finding, ...]:
    """The same of the terms that letters print; a finding's path ends with the language."""
    return tuple(f for f in check_slots(pack) if f.path.startswith(_PRINTED))


def check_term_slots(
    pack: Pack, room: str, name: str, texts: Mapping[str, str]
) -> Iterator[Finding]:
    """The same of one term, as it would read."""
    allowed = slots_of(room, name)
    shown = ", ".join(f"{{{slot}}}" for slot in allowed) or "–"
    first = next((lang for lang, text in texts.items() if text), "")
    for lang, text in texts.items():
        place = (*_place(pack, room, name), f"{room}.{name}.{lang}")
        for slot in stray_slots(text, allowed):
            params = {"slot": slot[:40], "allowed": shown}
            yield Finding("bad-slot", "error", *place, params)
        needed = READ_BACK.get(name, ()) if room == "labels" and text else ()
        lacking = [slot for slot in needed if f"{{{slot}}}" not in text]
        once = needed or allowed is ROOMS
        twice = [slot for slot in allowed if once and text.count(f"{{{slot}}}") > 1]
        if lacking or twice:
            names = ", ".join(f"{{{slot}}}" for slot in (*lacking, *twice))
            yield Finding("slot-not-once", "error", *place, {"names": names})
        if allowed is ROOMS and text and shown_rooms(text) != shown_rooms(texts[first]):
            params = {"rooms": shown_rooms(text), "lang": first, "other": shown_rooms(texts[first])}
            yield Finding("rooms-differ", "error", *place, params)


def _place(pack: Pack, room: str, name: str) -> tuple[str, int]:
    if room == HINTS:
        return pack.fields[name].source.file, pack.fields[name].source.line
    fallback = pack.lines.get(f"terms/{room}", (f"packs/{pack.root.name}/terms.yaml", 0))
    return pack.lines.get(f"terms/{room}/{name}", fallback)
