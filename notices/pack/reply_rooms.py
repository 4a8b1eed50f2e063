"""The rooms to write in that a reply slip's labels may have as slots, each with its own label."""

import re

ROOMS = ("amount", "date", "phone", "reason", "signature")
ROOM = re.compile(rf"\{{({'|'.join(ROOMS)})\}}")
ROOM_LABELS = frozenset(f"reply_{room}" for room in ROOMS)


def room_labels(text: str) -> tuple[str, ...]:
    """The labels that a label's rooms need: `reply_date` for `{date}`."""
    return tuple(f"reply_{room}" for room in ROOM.findall(text))
