"""What a person reads before approving a kind's text: its words against those approved last, and
the letters of which anything differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path

from notices.errors import WorkspaceError
from notices.letter.live import LiveGate
from notices.letter.make import LetterMaker, Request, check_record
from notices.letter.options import LetterOptions
from notices.letter.workspace import Workspace
from notices.pack.load import find_pack, load_pack
from notices.pack.types import Pack
from notices.page.document import Block, Document
from notices.review.all_clear import kind_of, touched_kinds
from notices.review.compare import SHIPPED, approved_kinds
from notices.review.examples import Example, read_examples
from notices.review.redline_words import reworded
from notices.review.rehearse import fixed_date
from notices.review.said_changes import SaidChange, said_changes
from notices.wording.approvals import Approval, read_kept_text
from notices.wording.digests import is_condition, kind_text
from notices.wording.look_check import check_look
from notices.wording.redline import PieceChange, Redline, Text, compare_texts, pack_text, same_piece
from notices.wording.snapshots import read_snapshot, with_snapshot


@dataclass(frozen=True)
class TouchedLetter:
    """An example whose letter reads otherwise than by the text approved last, and the parts of it
    that do (`clause-opening`, `subject`); none where it is to be read as a whole."""

    name: str
    about: str
    level: str
    languages: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """All that is to be read. `since` is the approval that it is held against; without one
    everything is to be read, shown against `base`: `shipped`, or nothing. Where the layout or the
    fonts have changed since, every letter is.

    `pieces` have words, and stand in the letter's order; conditions are `said`. `is_whole`: all
    words are to be read again, for something changed that neither shows. `others` are kinds that
    the same edits touch.
    """

    digest: str
    since: Approval | None
    base: str
    pieces: tuple[PieceChange, ...]
    redline: Redline
    said: tuple[SaidChange, ...]
    letters: tuple[TouchedLetter, ...]
    others: tuple[str, ...]
    is_whole: bool = False

    @property
    def items(self) -> tuple[str, ...]:
        """What is to be opened and seen to its end, as an approval notes it: `text`,
        `letters/EXAMPLE`."""
        text = self.pieces or self.said or (self.base and self.redline.parts)
        letters = (f"letters/{letter.name}" for letter in self.letters)
        return (*(["text"] if text else []), *letters)


def build_reading(gate: LiveGate, pack: Pack, kind: str) -> Reading:
    """What is to be read before the kind's text is approved as the pack has it. Raises
    WorkspaceError, FileError."""
    since = next((a for a in approved_kinds(gate, pack.id) if a.kind == kind), None)
    old = _approved_pack(gate.workspace, pack, since) if since else _shipped(gate, pack, kind)
    before = _words(gate.workspace.approvals, since, old, kind)
    now = pack_text(pack, "", [kind])
    redline = compare_texts(before, now)
    looks_so = not check_look(pack, kind, gate.book(pack.id)[0], gate.look)
    others = touched_kinds(redline, [pack, *([old] if old else [])])
    told = tuple(_said(old, pack, kind)) if old else ()
    said = (*told, *_conditions(pack, redline, {one.name for one in told}))
    again = since is not None and _is_untold(pack, since, redline, said)
    whole = again or since is None
    pieces = tuple(_whole(before, now, redline)) if whole else redline.pieces
    return Reading(
        digest=kind_text(pack, kind).digest,
        since=since,
        base=before.label,
        pieces=tuple(piece for piece in pieces if has_words(piece.name)),
        redline=redline,
        said=said if before.pieces else (),
        letters=tuple(_letters(gate.workspace, pack, old if since and looks_so else None, kind)),
        others=tuple(name for name in others if name != kind and name in pack.kinds),
        is_whole=again,
    )


def _shipped(gate: LiveGate, pack: Pack, kind: str) -> Pack | None:
    """What an own copy was made from."""
    root = find_pack(pack.id, (gate.workspace.builtin_root,))
    shipped = load_pack(root) if root else None
    return shipped if shipped and kind in shipped.kinds else None


def _approved_pack(workspace: Workspace, pack: Pack, since: Approval) -> Pack | None:
    """The pack as it was approved; None of an approval of version 0.1.0 that kept no snapshot."""
    if since.digest in kind_text(pack, since.kind).digests:
        return pack
    if workspace.approvals is None:
        return None
    snapshot, _ = read_snapshot(workspace.approvals, since.kind, since.digest, since.snapshot)
    try:
        return with_snapshot(pack, snapshot) if snapshot else None
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError):
        return None  # a damaged snapshot: everything counts as new


def _words(folder: Path | None, since: Approval | None, old: Pack | None, kind: str) -> Text:
    if since is not None and folder is not None:
        try:
            return replace(read_kept_text(folder, since), label="approved")
        except WorkspaceError:
            return Text("", {}, {})
    return pack_text(old, SHIPPED, [kind]) if old else Text("", {}, {})


def _whole(before: Text, now: Text, redline: Redline) -> Iterator[PieceChange]:
    """All of a text's words, those that differ as the redline has them."""
    changed = {piece.name: piece for piece in redline.pieces}
    for name, sides in now.pieces.items():
        if before.pieces and name in changed:
            yield changed.pop(name)
        elif "" not in sides:
            yield same_piece(name, sides)
    yield from (piece for piece in changed.values() if before.pieces)


def _said(old: Pack, pack: Pack, kind: str) -> Iterator[SaidChange]:
    """Conditions of this kind and of its clauses that read otherwise."""
    clauses = {f"clauses/{name}" for part in pack.kinds[kind].parts for name in part.clauses}
    for said in said_changes(old, pack):
        if said.name in clauses or said.name.startswith(f"kinds/{kind}/"):
            yield said


def _conditions(pack: Pack, redline: Redline, told: Set[str]) -> Iterator[SaidChange]:
    """Named conditions that read otherwise, and those of clauses that are not told yet: of one that
    came, or where there is no pack as it was approved."""
    for piece in redline.pieces:
        name, said = piece.name.removesuffix("/when"), reworded(pack, piece)
        if said and said.before != said.after and name not in told:
            yield SaidChange(name, said.before, said.after)


def has_words(name: str) -> bool:
    """Whether a piece is read in words: conditions are told as sentences, parts by themselves."""
    return not is_condition(name) and not name.startswith("kinds/")


def _is_untold(pack: Pack, since: Approval, redline: Redline, said: tuple[SaidChange, ...]) -> bool:
    """Whether something decides how letters read that changed and that no words or sentence
    show."""
    if since.digest in kind_text(pack, since.kind).digests:
        return False
    told = {change.name for change in said}
    untold = [
        piece
        for piece in redline.pieces
        if not has_words(piece.name) and piece.name.removesuffix("/when") not in told
    ]
    return bool(untold) or not (redline.pieces or redline.parts or said)


# --- letters ---------------------------------------------------------------------------------


def _letters(
    workspace: Workspace, pack: Pack, old: Pack | None, kind: str
) -> Iterator[TouchedLetter]:
    with LetterMaker(workspace) as maker:
        for example in read_examples(pack.root):
            if example.faults or kind_of(example) != kind:
                continue
            now = _composed(maker, pack, example)
            before = _composed(maker, old, example) if old else ()
            if old and now and now == before:
                continue
            data: Mapping[str, object] = example.record.data
            languages = data.get("languages")
            yield TouchedLetter(
                example.name,
                example.about,
                str(data.get("level") or "1"),
                tuple(map(str, languages)) if isinstance(languages, list) else (),
                tuple(dict.fromkeys(_changed(pack, before, now))) if before else (),
            )


def _composed(maker: LetterMaker, pack: Pack, example: Example) -> tuple[Document, ...]:
    """The example's letters, composed; none where the pack can't make them."""
    day = fixed_date(example.record)
    if day is None:
        return ()
    maker.resources.work_with(pack)
    request = Request(day, LetterOptions())
    made = check_record(example.record, maker.resources, request, example.sender)
    found = tuple(checked.document for checked in made if checked.document)
    return found if len(found) == len(made) else ()


def _changed(pack: Pack, before: tuple[Document, ...], now: tuple[Document, ...]) -> Iterator[str]:
    for old, new in zip(before, now, strict=False):
        if old.subject != new.subject:
            yield "subject"
        known = {block.id: block for block in old.blocks}
        for block in new.blocks:
            if known.get(block.id) != block:
                yield _part(pack, block, new.languages)


def _part(pack: Pack, block: Block, languages: tuple[str, ...]) -> str:
    """The part that a block was made from: without its language, or its clause's variant."""
    name = block.id
    for lang in languages:
        name = name.removesuffix(f"-{lang}")
    clauses = [f"clause-{clause}" for clause in pack.clauses]
    of = [one for one in clauses if name == one or name.startswith(f"{one}-")]
    return max(of, key=len, default=name)
