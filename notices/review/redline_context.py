"""Where a changed text stands: the letter, the page, its neighbours, its condition; who edited it
last, and who stands behind the letter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from notices.letter.live import LiveGate
from notices.pack.sentences import Tongue
from notices.pack.types import Pack
from notices.review.compare import Comparison, approved_kinds
from notices.review.counsel_sheet import clause_names, when_printed
from notices.review.printed_pages import OnPage, find_pages
from notices.wording.digests import clause_texts, piece_texts
from notices.wording.edit_log import read_edits
from notices.wording.history import read_changes


@dataclass(frozen=True)
class Neighbour:
    """The clause before or after, with its texts by side."""

    name: str
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Stand:
    """One letter that prints a text. `printed` is when, None: in every case; `approved_by` and
    `approved_on` are of the text approved last, "" where nobody approved one."""

    kind: str
    title: Mapping[str, str]
    printed: Mapping[Tongue, str] | None = None
    before: Neighbour | None = None
    after: Neighbour | None = None
    page: OnPage | None = None
    approved_by: str = ""
    approved_on: str = ""


@dataclass(frozen=True)
class LastEdit:
    """Who changed a piece last, and on which day; `side` as the log has it."""

    side: str
    by: str
    day: str


@dataclass(frozen=True)
class Context:
    """All that a reader wants to know beside the changed words."""

    stands: tuple[Stand, ...] = ()
    edits: tuple[LastEdit, ...] = ()


def find_contexts(
    gate: LiveGate, pack: Pack, it: Comparison, *, pages: bool = True
) -> dict[str, Context]:
    """The context of each changed piece, by its name, as the pack stands now. `pages` draws a few
    letters, to tell on which page a clause stands."""
    names = [piece.name for piece in it.redline.pieces]
    edits = _last_edits(gate, pack, names)
    approved = {a.kind: a for a in approved_kinds(gate, pack.id)}
    stands: dict[str, list[Stand]] = {name: [] for name in names}
    for kind in pack.kinds:
        printed = {*piece_texts(pack, kind)}
        order = [name for name in clause_names(pack.kinds[kind]) if name in pack.clauses]
        clauses = {name: _clause(name) for name in names if name in printed}
        wanted = [clause for clause in clauses.values() if clause in order]
        found = find_pages(gate.workspace, pack, kind, wanted) if pages else {}
        for name, clause in clauses.items():
            at = order.index(clause) if clause in order else -1
            line = approved.get(kind)
            subject = pack.clauses.get(pack.kinds[kind].subject)
            stands[name].append(
                Stand(
                    kind,
                    subject.texts if subject else {},
                    when_printed(pack, kind, clause) if at >= 0 else None,
                    _neighbour(pack, order[at - 1]) if at > 0 else None,
                    _neighbour(pack, order[at + 1]) if 0 <= at < len(order) - 1 else None,
                    found.get(clause),
                    line.by if line else "",
                    line.when[:10] if line else "",
                )
            )
    return {name: Context(tuple(stands[name]), edits.get(name, ())) for name in names}


def _clause(piece: str) -> str:
    """The clause of `clauses/ID` and `clauses/ID/when`; "" of another piece."""
    room, _, rest = piece.partition("/")
    return rest.removesuffix("/when") if room == "clauses" else ""


def _neighbour(pack: Pack, name: str) -> Neighbour:
    return Neighbour(name, clause_texts(pack.clauses[name]))


def _last_edits(
    gate: LiveGate, pack: Pack, names: Iterable[str]
) -> dict[str, tuple[LastEdit, ...]]:
    """The last edit of each side of the pieces, as the log tells."""
    changes = read_changes(read_edits(gate.workspace.approvals, pack.id))
    found: dict[str, tuple[LastEdit, ...]] = {}
    for name in names:
        last = {
            change.piece.removeprefix(name).strip("/"): LastEdit(
                change.piece.removeprefix(name).strip("/"), change.by, change.when[:10]
            )
            for change in changes
            if f"{change.piece}/".startswith(f"{name}/")
        }
        found[name] = tuple(last.values())
    return found
