"""Whose drawing comes next: a bounded number at a time, one of each editor, the newest of a window.

An editor is a browser, a window one page of it. Among editors who wait, the one served longest ago
comes first, however many windows another has open.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import count

from notices.studio.preview_worker import Ask

REMEMBERED = 256  # editors whose last turn is known


@dataclass(eq=False)
class Ticket:
    """A question that waits or is drawn; `is_outdated` once its window has asked again, or left."""

    editor: str
    window: str
    ask: Ask
    is_outdated: bool = field(default=False, init=False)


class PreviewQueue:
    """Bookkeeping alone: no locks, threads or clocks."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: list[Ticket] = []
        self._drawing: list[Ticket] = []
        self._turns = count(1)
        self._served: OrderedDict[str, int] = OrderedDict()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def leave(self, editor: str, window: str) -> tuple[Ticket, ...]:
        """What a window asked is outdated; the answer has what of it is being drawn till now."""
        known = [*self._waiting, *self._drawing]
        left = [t for t in known if (t.editor, t.window) == (editor, window) and not t.is_outdated]
        for ticket in left:
            ticket.is_outdated = True
        self._waiting = [ticket for ticket in self._waiting if not ticket.is_outdated]
        return tuple(ticket for ticket in left if ticket in self._drawing)

    def add(self, ticket: Ticket) -> None:
        self._waiting.append(ticket)

    def take(self) -> Ticket | None:
        """The ticket whose turn it is, drawn from now on; None where nobody's is."""
        busy = {ticket.editor for ticket in self._drawing}
        free = [ticket for ticket in self._waiting if ticket.editor not in busy]
        if not free or len(self._drawing) >= self._most:
            return None
        ticket = min(free, key=lambda one: self._served.get(one.editor, 0))
        self._waiting.remove(ticket)
        self._drawing.append(ticket)
        self._served[ticket.editor] = next(self._turns)
        self._served.move_to_end(ticket.editor)
        if len(self._served) > REMEMBERED:
            self._served.popitem(last=False)
        return ticket

    def done(self, ticket: Ticket) -> None:
        self._drawing.remove(ticket)
