"""What a block may draw on, and the rows and runs that all blocks are made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from notices.case.types import Case
from notices.figures.types import Figures
from notices.pack.types import Clause, Pack
from notices.page.document import Cell, PaySlip, Row, RowRole, Run, Side
from notices.words.context import Context
from notices.words.scripts import spaced


@dataclass(frozen=True)
class Content:
    """All that a block may draw on: one case, its figures, and its words in each language."""

    case: Case
    figures: Figures
    pack: Pack
    contexts: tuple[Context, ...]
    images: frozenset[str] = frozenset()  # the sender's pictures, by name
    payload: str = ""  # what the payment code says
    slip: PaySlip | None = None  # the letter's payment slip, where a part asks for one
    clauses: Mapping[str, Clause] = field(default_factory=dict)  # as the recipient reads them


def row_of(role: RowRole, content: Content, cells: Callable[[Context], tuple[Cell, ...]]) -> Row:
    return Row(role, tuple(Side(c.lang, cells(c)) for c in content.contexts))


def slot_runs(template: str, context: Context, **slots: str | Run) -> tuple[Run, ...]:
    """A label with its `{slots}` filled; spaces beside Han become the script's thin gap."""
    runs = []
    for piece in _slots(template, context.lang):
        value = piece if isinstance(piece, Run) else slots[piece]
        run = value if isinstance(value, Run) else Run(value)
        if run.text:
            runs.append(run)
    return tuple(runs)


@cache
def _slots(template: str, lang: str) -> tuple[str | Run, ...]:
    """A label's fixed wording, set once, and the names of its slots between."""
    pieces = enumerate(re.split(r"\{(\w+)\}", template))
    return tuple(piece if number % 2 else Run(spaced(piece, lang)) for number, piece in pieces)


def slotted(template: str, context: Context, **slots: str) -> str:
    """The same as plain text."""
    return "".join(run.text for run in slot_runs(template, context, **slots))
