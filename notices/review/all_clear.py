"""An all-clear is earned: nothing is called whole before its letters were made and read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from notices.finding import Finding, errors_in
from notices.letter.live import LiveGate
from notices.letter.workspace import Workspace
from notices.pack.types import Pack
from notices.review.check_pack import check_whole_pack
from notices.review.examples import Example, read_examples
from notices.review.rehearse import Rehearsal
from notices.review.rehearse_many import Task, rehearse_many
from notices.wording.digests import piece_texts
from notices.wording.redline import Redline

PROCESSES = 2  # of a rehearsal that somebody waits for at a page


@dataclass(frozen=True)
class Played:
    """An example, what its letters lacked, and whether they were made or only checked."""

    name: str
    about: str
    kind: str
    errors: tuple[Finding, ...]
    made: bool


def touched_kinds(redline: Redline, packs: Iterable[Pack]) -> tuple[str, ...]:
    """The kinds of which the redline changes a part or any piece of their text."""
    changed = {piece.name for piece in redline.pieces}
    found = [change.kind for change in redline.parts]
    for pack in packs:
        found += [kind for kind in pack.kinds if not changed.isdisjoint(piece_texts(pack, kind))]
    return tuple(dict.fromkeys(found))


def kind_of(example: Example) -> str:
    """The kind of letter that an example is of."""
    return str(example.record.data.get("kind") or "")


def play_examples(
    workspace: Workspace, examples: Iterable[Example], made: Iterable[str]
) -> Iterator[Played]:
    """The examples: letters of the kinds `made` go the whole way, the others are checked."""
    wanted = frozenset(made)
    whole = [e for e in examples if kind_of(e) in wanted]
    for example, outcome in zip(
        whole, rehearse_many(workspace, [Task(e) for e in whole], PROCESSES), strict=True
    ):
        errors = errors_in(outcome.findings)
        yield Played(example.name, example.about, kind_of(example), errors, made=True)
    with Rehearsal(workspace, render=False) as stage:
        for example in examples:
            if kind_of(example) not in wanted:
                errors = errors_in(stage.play(example).findings)
                yield Played(example.name, example.about, kind_of(example), errors, made=False)


def check_approvable(gate: LiveGate, pack: Pack, kind: str) -> tuple[Finding, ...]:
    """Errors that forbid approving a kind's text: the pack's, else those of the letters of its
    examples, which are made first where the text is not as shipped."""
    found = errors_in(check_whole_pack(pack))
    if found or gate.text(pack, kind).digests & gate.shipped(pack.id, kind):
        return found
    return tuple(f for one in play_kind(gate.workspace, pack.root, kind) for f in one.errors)


def play_kind(workspace: Workspace, root: Path, kind: str) -> tuple[Played, ...]:
    """The examples of one kind, their letters made and read back."""
    own = tuple(e for e in read_examples(root) if kind_of(e) == kind)
    return tuple(play_examples(workspace, own, (kind,)))
