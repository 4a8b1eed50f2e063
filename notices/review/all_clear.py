"""An all-clear is earned: nothing is called whole before its letters were made and read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from notices.finding import Finding, errors_in
from notices.letter.live import LiveGate
from notices.letter.workspace import Workspace
from notices.pack.types import Pack
from notices.pack.unfilled import check_unfilled
from notices.review.check_pack import check_whole_pack
from notices.review.examples import Example, read_examples
from notices.review.rehearse import Outcome, Rehearsal
from notices.review.rehearse_many import Task, rehearse_many
from notices.wording.digests import piece_texts
from notices.wording.redline import Redline

MOST_TRIED = 1000  # examples that are remembered
PROCESSES = 2  # of a rehearsal that somebody waits for at a page


@dataclass(frozen=True)
class Played:
    """An example, what its letters lacked, and whether they were made or only checked.

    `reworded` are words that the example expects and the letter does not say: a warning, for
    whoever words a letter anew may have meant it.
    """

    name: str
    about: str
    kind: str
    errors: tuple[Finding, ...]
    reworded: tuple[Finding, ...]
    made: bool


# What was made already, by the pack's digest and the example's name: its letters come out the
# same for as long as the pack does. A caller that lives long keeps one.
Tried = dict[tuple[str, str], Played]


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
    workspace: Workspace,
    digest: str,
    examples: Iterable[Example],
    made: Iterable[str],
    tried: Tried | None = None,
) -> Iterator[Played]:
    """The examples of the pack with that digest: letters of the kinds `made` go the whole way, the
    others are checked."""
    wanted = frozenset(made)
    known: Tried = {} if tried is None else tried
    if len(known) > MOST_TRIED:
        known.clear()
    whole = [e for e in examples if kind_of(e) in wanted]
    # What this call uses is its own: others may forget what is known meanwhile.
    mine = {e.name: had for e in whole if (had := known.get((digest, e.name)))}
    new = [e for e in whole if e.name not in mine]
    outcomes = rehearse_many(workspace, [Task(e) for e in new], PROCESSES)
    for example, outcome in zip(new, outcomes, strict=True):
        mine[example.name] = known[digest, example.name] = _played(example, outcome, made=True)
    yield from (mine[example.name] for example in whole)
    with Rehearsal(workspace, render=False) as stage:
        for example in examples:
            if kind_of(example) not in wanted:
                yield _played(example, stage.play(example), made=False)


def _played(example: Example, outcome: Outcome, *, made: bool) -> Played:
    errors = errors_in(outcome.findings)
    reworded = (f for f in errors if f.rule == "rehearsal-phrase")
    return Played(
        name=example.name,
        about=example.about,
        kind=kind_of(example),
        errors=tuple(f for f in errors if f.rule != "rehearsal-phrase"),
        reworded=tuple(replace(f, severity="warning") for f in reworded),
        made=made,
    )


def check_approvable(
    gate: LiveGate, pack: Pack, kind: str, tried: Tried | None = None
) -> tuple[Finding, ...]:
    """Errors that forbid approving a kind's text: the pack's, else those of the letters of its
    examples, which are made first where the text is not as shipped."""
    found = (*check_unfilled(pack.root), *errors_in(check_whole_pack(pack)))
    if found or gate.text(pack, kind).digests & gate.shipped(pack.id, kind):
        return found
    own = tuple(e for e in read_examples(pack.root) if kind_of(e) == kind)
    played = play_examples(gate.workspace, pack.digest, own, (kind,), tried)
    return tuple(finding for one in played for finding in one.errors)
