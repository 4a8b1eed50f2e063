"""The rooms to write in that a reply slip's labels may have as slots, each with its own label.

An answer stands once for all languages, over one row of rooms: they must be the same in each.
"""

import re

ROOMS = ("amount", "date", "phone", "reason", "signature")
ROOM = re.compile(rf"\{{({'|'.join(ROOMS)})\}}")
ROOM_LABELS = frozenset(f"reply_{room}" for room in ROOMS)


def room_labels(text: str) -> tuple[str, ...]:
    """The labels that a label's rooms need: `reply_date` for `{date}`."""
    return tuple(f"reply_{room}" for room in ROOM.findall(text))


def shown_rooms(text: str) -> str:
    """What an answer prints: `…` for its words, if it has any, then each of its rooms once."""
    words = ["…"] if ROOM.sub("", text).strip() else []
    return " ".join((*words, *(f"{{{room}}}" for room in dict.fromkeys(ROOM.findall(text)))))
