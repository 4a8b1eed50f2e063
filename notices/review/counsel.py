"""To outside counsel and back: a kind's letter as a document, and what came back as proposals.

A proposal is a text that counsel left otherwise than it was sent. Saving one is an edit like any
other: tried first, logged, approved. What was changed here meanwhile is never overwritten unasked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from notices.errors import WorkspaceError
from notices.finding import Finding, errors_in
from notices.letter.live import LiveGate
from notices.letter.workspace import Workspace
from notices.markup import MAX_CLAUSE, unwrapped
from notices.pack.parity import check_clause
from notices.pack.term_slots import check_term_slots
from notices.pack.types import Clause, Pack, language_of
from notices.review.counsel_cells import Returned
from notices.review.counsel_docx import build_docx, counsel_words, kind_mark
from notices.review.counsel_file import CounselFile, Remark, read_counsel_file
from notices.review.counsel_sheet import build_sheet, text_id, text_piece, text_state, texts_of
from notices.review.earlier_pack import earlier_pack
from notices.review.edit_pack import STAYS_A_DRAFT, edit_pack
from notices.wording.edit_log import read_edits
from notices.wording.edits import Outcome, check_new_text, read_value, set_text
from notices.wording.history import Change, read_changes
from notices.wording.pack_wording import piece_place
from notices.wording.redline import Run, compare_words

Status = Literal["new", "moved-on", "unreadable"]
_NAMED = 5  # texts that one finding names
_SHOWN = 200  # characters of counsel's that one finding says


@dataclass(frozen=True)
class Proposal:
    """One text as counsel wrote it, beside what stands now (both unwrapped).

    `by` and `when` are counsel's, "" where changes were not tracked. `seen` is the digest of what
    stands now. `moved-on`: changed here since it was sent; `unreadable`: it can't be saved.
    """

    piece: str
    lang: str
    now: str
    text: str
    by: str
    when: str
    status: Status
    seen: str
    findings: tuple[Finding, ...] = ()

    @property
    def runs(self) -> tuple[Run, ...]:
        """From what stands now to what counsel wrote; what no text can be as long as, whole."""
        if len(self.text) > MAX_CLAUSE:
            return (Run("removed", self.now), Run("added", self.text))
        return compare_words(self.now, self.text)


@dataclass(frozen=True)
class Answer:
    """What a document from counsel comes to. `remarks` are comments, each with its text's piece."""

    kind: str = ""
    proposals: tuple[Proposal, ...] = ()
    remarks: tuple[tuple[str, Remark], ...] = ()
    findings: tuple[Finding, ...] = ()


def counsel_document(
    gate: LiveGate,
    pack: Pack,
    kind: str,
    before: str,
    when: datetime,
    languages: Iterable[str] = (),
) -> bytes:
    """The kind's letter as a .docx, with what changed since the state `before` and by whom; without
    `languages` in those that its letters come in first.

    Raises PackError, WorkspaceError where there is no such state or language, or no python-docx.
    """
    tags = tuple(languages) or next((s for s in pack.language_sets if len(s) > 1), ())
    if unknown := [tag for tag in tags if tag not in pack.formats]:
        raise WorkspaceError(f"{pack.id} has no language {unknown[0][:20]}")
    old = earlier_pack(gate, pack, kind, before)
    changes = read_changes(read_edits(gate.workspace.approvals, pack.id))
    return build_docx(build_sheet(pack, kind, old, changes, before, tags), when)


# --- back ---------------------------------------------------------------------------------------


def read_answer(workspace: Workspace, pack: Pack, data: bytes, name: str) -> Answer:
    """What a document from counsel proposes for a pack; `name` is what findings call it.

    Raises FileError where a file of the pack can't be read.
    """
    file = read_counsel_file(data, name)
    known = {text_id(pack.id, piece): (piece, *said) for piece, said in _all_texts(pack)}
    mine = [(known[one.id], one) for one in file.texts if one.id in known]
    if not mine and not file.twice:
        other = Finding("counsel-other-pack", "error", name, params={"pack": pack.id})
        return Answer(findings=file.findings or (other,))
    kind = next((k for k in pack.kinds if kind_mark(pack.id, k) == file.kind), "")
    changes = read_changes(read_edits(workspace.approvals, pack.id))
    proposals, rows = [], []
    for (piece, lang, now), one in mine:
        if one.is_gone:
            rows.append(Finding("counsel-row-gone", "warning", name, path=piece))
        elif one.is_elsewhere:
            rows.append(Finding("counsel-cells", "error", name, path=piece))
        elif one.text != now and text_state(one.text) != one.state:
            proposals.append(_proposal(pack, (piece, lang, now), one, changes, name))
        else:
            rows += _beyond_words(one, piece, name)
    names = {one: piece for one, (piece, _, _) in known.items()}
    return Answer(
        kind,
        tuple(proposals),
        tuple((names.get(remark.id, ""), remark) for remark in file.remarks),
        (*file.findings, *rows, *_left(pack, kind, file, known, name)),
    )


def _all_texts(pack: Pack) -> Iterator[tuple[str, tuple[str, str]]]:
    """Every text that counsel may have got: piece → language and wording (unwrapped)."""
    for clause in pack.clauses.values():
        for texts, heading in ((clause.texts, False), (clause.headings, True)):
            for side, text in texts.items():
                piece = text_piece(clause.id, side, heading=heading)
                yield piece, (language_of(side), unwrapped(text))
    for name, labels in pack.labels.items():
        for tag, text in labels.items():
            yield f"labels/{name}/{tag}", (tag, unwrapped(text))


def _proposal(
    pack: Pack,
    place: tuple[str, str, str],
    one: Returned,
    changes: tuple[Change, ...],
    name: str,
) -> Proposal:
    piece, lang, now = place
    own = {(change.by, change.when[:16]) for change in changes}
    ours = {*counsel_words()["nobody"].values(), " · ".join(counsel_words()["nobody"].values())}
    hands = [hand for hand in one.hands if hand not in own and hand[0] not in ours]
    faults = tuple(_faults(pack, piece, one.text))
    findings = [replace(fault, file=name, path=piece) for fault in faults]
    status: Status = "unreadable" if errors_in(faults) else "new"
    if status == "new" and text_state(now) != one.state:
        status = "moved-on"
        last = next((c for c in reversed(changes) if f"{piece}/".startswith(f"{c.piece}/")), None)
        by = f" ({last.by}, {last.when[:10]})" if last else ""
        findings.append(Finding("counsel-moved-on", "error", name, path=piece, params={"by": by}))
    findings += _beyond_words(one, piece, name)
    return Proposal(
        piece,
        lang,
        now,
        one.text,
        ", ".join(dict.fromkeys(by for by, _ in hands if by)),
        max((when for _, when in hands), default=""),
        status,
        read_value(pack.root, *piece_place(pack.root, tuple(piece.split("/")), pack.root))[1],
        tuple(findings),
    )


def _beyond_words(one: Returned, piece: str, name: str) -> Iterator[Finding]:
    """What counsel did to a text that its words do not tell."""
    if one.unread:
        said = {
            f"what{end}": ", ".join(counsel_words()[what][tongue] for what in one.unread)
            for end, tongue in (("", "en"), ("_zh", "zh"))
        }
        yield Finding("counsel-unread", "warning", name, path=piece, params=said)
    if one.struck:
        params = {"text": _short(one.struck)}
        yield Finding("counsel-struck", "warning", name, path=piece, params=params)


def _short(words: str) -> str:
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]} …"


def _faults(pack: Pack, piece: str, text: str) -> Iterator[Finding]:
    """Why a text can't be saved: what forbids an edit, of this text alone."""
    yield from check_new_text(text)
    room, name, *side = piece.split("/")
    if room == "labels":
        tag = side[0]
        old = check_term_slots(pack, room, name, pack.labels[name])
        new = check_term_slots(pack, room, name, {**pack.labels[name], tag: text})
    else:
        clause = pack.clauses[name]
        old, new = check_clause(clause, pack), check_clause(_with(clause, side, text), pack)
    before = {(fault.rule, fault.path, str(sorted(fault.params.items()))) for fault in old}
    for fault in new:
        known = (fault.rule, fault.path, str(sorted(fault.params.items()))) in before
        if fault.rule in STAYS_A_DRAFT and fault.severity == "error" and not known:
            yield fault


def _with(clause: Clause, side: list[str], text: str) -> Clause:
    if side[0] == "heading":
        return replace(clause, headings={**clause.headings, ".".join(side[1:]): text})
    return replace(clause, texts={**clause.texts, ".".join(side): text})


def _left(
    pack: Pack,
    kind: str,
    file: CounselFile,
    known: Mapping[str, tuple[str, str, str]],
    name: str,
) -> Iterator[Finding]:
    """What of the document goes nowhere, and what of the letter is not in it."""
    strange = [one for one in file.texts if one.id not in known]
    if strange:
        params = {"pack": pack.id, "count": str(len(strange)), "text": strange[0].text[:60]}
        yield Finding("counsel-unknown", "warning", name, params=params)
    if kind:
        here = {*(one.id for one in file.texts), *file.twice}
        tags = {known[one][1] for one in here if one in known}
        sent = ((piece, lang) for piece, (lang, _) in texts_of(pack, kind).items())
        gone = [p for p, lang in sent if lang in tags and text_id(pack.id, p) not in here]
        if gone:
            shown = ", ".join(gone[:_NAMED]) + (" …" if len(gone) > _NAMED else "")
            params = {"count": str(len(gone)), "names": shown}
            yield Finding("counsel-missing", "warning", name, params=params)
    for words in file.beside:
        yield Finding("counsel-beside", "warning", name, params={"text": _short(words)})


def save_proposal(
    workspace: Workspace, pack: Pack, proposal: Proposal, by: str, when: datetime
) -> Outcome:
    """Write one proposal where its text still reads as `seen`. Raises what `edit_pack` raises."""
    file, path = piece_place(pack.root, tuple(proposal.piece.split("/")), pack.root)
    text, seen = proposal.text, proposal.seen
    return edit_pack(
        workspace, pack.id, by, when, lambda root: set_text(root, file, path, text, seen)
    )
