"""An own copy brought up to the shipped pack: its wording merged three ways, whole or not at all.

The new copy is the shipped pack with what the workspace says otherwise written into it. What both
changed stays as the workspace has it, and is noted as undecided until somebody chooses. Law comes
from the shipped pack; what the copy changed of it moves into the overlay or is dropped, as asked.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from notices.errors import PackError, WorkspaceError
from notices.files import alone, naming, read_bytes, write_whole
from notices.finding import Finding, errors_in
from notices.letter.live import LiveGate
from notices.pack.core import copy_files, copy_pack, files_in
from notices.pack.load import find_pack, read_pack
from notices.pack.overlay import FILES
from notices.pack.shipped_law import LawEdit, law_edits
from notices.pack.types import Pack
from notices.review.check_pack import check_whole_pack
from notices.wording.approvals import keep_older, person_name
from notices.wording.digests import kind_text
from notices.wording.edit_log import append_edits, build_edits
from notices.wording.law_edits import law_finding, old_law_finding
from notices.wording.merge import Step, merge, reads_alike
from notices.wording.own_copy import base_of, note_origin, put_back, read_origin, replace_copy
from notices.wording.pack_wording import check_remarks, read_wording, with_piece, write_piece
from notices.wording.yaml_rewrite import MISSING, Refused, value_at

Side = Literal["", "ours", "theirs"]
_OWN = ("clauses/", "examples/", "ladder.yaml")
_WHOLE = ("clauses/", "ladder.yaml", "kinds.yaml", "terms.yaml", "_core/terms.yaml")


@dataclass(frozen=True)
class Choice:
    """What somebody chose: pieces by name or the beginning of one, and a side for changed law."""

    ours: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    law: Side = ""

    def of(self, step: Step) -> Side:
        """The side chosen for a step; a longer name says more exactly what is meant."""
        ours, theirs = (
            max((len(name) for name in names if _is_in(step, name)), default=-1)
            for names in (self.ours, self.theirs)
        )
        return "" if ours == theirs == -1 else "ours" if ours >= theirs else "theirs"


def _is_in(step: Step, name: str) -> bool:
    return f"{step.piece}/".startswith(f"{name}/")


@dataclass(frozen=True)
class EndedApproval:
    """An approval of another text than the new one: live letters keep its text until the new one is
    approved, unless law from the shipped pack had ended it before (`by_law`)."""

    kind: str
    by: str
    when: str  # ISO 8601
    by_law: bool


@dataclass(frozen=True)
class Upgrade:
    """What an upgrade comes to.

    `conflicts` stay as the workspace has them until somebody chooses. With an error among
    `findings`, or an `unknown` name, nothing is written.
    """

    taken: tuple[Step, ...] = ()
    kept: tuple[Step, ...] = ()
    conflicts: tuple[Step, ...] = ()
    law: tuple[LawEdit, ...] = ()
    touched: tuple[str, ...] = ()  # kinds whose text changes
    ended: tuple[EndedApproval, ...] = ()
    findings: tuple[Finding, ...] = ()
    unknown: tuple[str, ...] = ()  # chosen names that are no piece in which the two differ
    knows_base: bool = True
    written: bool = False


def upgrade_pack(
    gate: LiveGate, pack_id: str, when: datetime, choice: Choice, by: str = "", write: bool = False
) -> Upgrade:
    """The workspace's own copy of a pack brought up to the shipped one; tried out without `write`.

    `by` is who does it, as the log of edits names editors; without a name it counts as an edit by
    hand. Raises WorkspaceError without a workspace or for a bad name, PackError where there is no
    own copy of a shipped pack or one of the two can't be read, FileError.
    """
    workspace = gate.workspace
    if workspace.root is None or workspace.approvals is None or workspace.overlay is None:
        raise WorkspaceError("own copies stand in a workspace: `notices init` makes one")
    person = person_name(by) if by else ""
    packs = workspace.pack_roots[0]
    with naming(packs / pack_id):
        put_back(packs / pack_id)
        workspace.approvals.mkdir(parents=True, exist_ok=True)
    root = find_pack(pack_id, (packs,))
    shipped = workspace.law_of(root) if root else None
    if root is None or shipped is None:
        raise PackError(f"this workspace has no own copy of a shipped pack {pack_id[:60]}")
    job = _Job(gate, choice, root, shipped)
    with alone(workspace.approvals), base_of(root) as job.base, naming(job.place):
        shutil.rmtree(job.place, ignore_errors=True)
        job.place.mkdir()
        try:
            found = job.draft()
            if write and not found.unknown and not errors_in(found.findings):
                job.put(found, when, person)
                found = replace(found, written=True)
        finally:
            shutil.rmtree(job.place, ignore_errors=True)
    return found


class _Job:
    """One upgrade: the new copy is made in `place`, beside the old one, and then put."""

    def __init__(self, gate: LiveGate, choice: Choice, root: Path, shipped: Path) -> None:
        self.gate, self.choice, self.root, self.shipped = gate, choice, root, shipped
        place = root.parent / f".{os.getpid()}.part"
        self.base: Path | None = None
        self.place, self.new, self.over = place, place / root.name, place / "overlay"
        origin = read_origin(root)
        self.undecided = dict(origin.undecided) if origin else {}
        self.overlay = (gate.workspace.overlay or place) / root.name

    def draft(self) -> Upgrade:
        """Make the new copy and say what it comes to."""
        law = law_edits(self.root, self.base, self.shipped)
        base = read_wording(self.base, self.shipped) if self.base else {}
        ours, theirs = (read_wording(place, self.shipped) for place in (self.root, self.shipped))
        steps = [self._step(step) for step in merge(base, ours, theirs)]
        names = (*self.choice.ours, *self.choice.theirs)
        chosen = [_decided(step, self.choice.of(step)) for step in steps]
        whole = [step for step in chosen if not step.is_conflict]
        copy_pack(self.shipped, self.new)
        self._copy_own_files({edit.file for edit in law})
        found = [
            *self._write(chosen),
            *self._overlay(law),
            *check_remarks(self.root, self.new, self.base),
        ]
        before, _ = read_pack(*self.gate.workspace.of_pack(self.root))
        after, faults = read_pack(self.new, self.over if self.over.is_dir() else None, self.shipped)
        found += errors_in(faults)
        if after and not errors_in(faults):
            found += errors_in(check_whole_pack(after))
        return Upgrade(
            taken=tuple(step for step in whole if not reads_alike(step.merged, step.ours)),
            kept=tuple(step for step in whole if not reads_alike(step.merged, step.theirs)),
            conflicts=tuple(s for s in chosen if s.is_conflict),
            law=law,
            touched=_touched(before, after),
            ended=tuple(self._ended(before, after)),
            findings=tuple(found),
            unknown=tuple(n for n in names if not any(_is_in(step, n) for step in steps)),
            knows_base=self.base is not None,
        )

    def _step(self, step: Step) -> Step:
        """The step; one that an earlier upgrade left undecided is a conflict still."""
        before = self.undecided.get(step.piece)
        is_open = before is not None and not reads_alike(step.ours, step.theirs)
        return replace(step, is_conflict=True, base=_from_note(before)) if is_open else step

    def _copy_own_files(self, edited: set[str]) -> None:
        """Files that the shipped pack left as they were stay the workspace's byte for byte, and so
        do those that only the workspace has."""
        theirs = dict(files_in(self.new))
        before = dict(files_in(self.base)) if self.base else {}
        for name, file in files_in(self.root):
            ours_alone = name not in theirs and name not in before and name.startswith(_OWN)
            unmoved = name in theirs and name in before and _alike(theirs[name], before[name])
            is_wording = name.startswith((*_WHOLE, "examples/"))
            wording = is_wording and name.removeprefix("_core/") not in edited
            if ours_alone or (unmoved and wording):
                (self.new / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, self.new / name)

    def _write(self, steps: Sequence[Step]) -> Iterator[Finding]:
        """Have the new copy say what the steps come to."""
        for step in steps:
            wanted = step.ours if step.is_conflict else step.merged
            if reads_alike(value_at(read_wording(self.new, self.shipped), step.path), wanted):
                continue
            try:
                write_piece(self.new, step.path, wanted, beside=self.root)
            except Refused as refusal:
                yield replace(refusal.finding, path=step.piece)
        now = read_wording(self.new, self.shipped)
        for step in steps:
            wanted = step.ours if step.is_conflict else step.merged
            if not reads_alike(value_at(now, step.path), wanted):
                yield Finding("edit-place", file=f"packs/{self.root.name}", path=step.piece)

    def _overlay(self, law: tuple[LawEdit, ...]) -> Iterator[Finding]:
        """Changed law into the overlay, where that is asked; an error where nobody chose, or, of a
        copy that may simply be old, a remark: the shipped law counts."""
        if self.overlay.is_dir():
            copy_files(dict(files_in(self.overlay)), self.over)
        for edit in law:
            finding = law_finding(self.root.name, edit)
            if not self.choice.law and self.base is None:
                yield old_law_finding(self.root.name, edit)
            elif not self.choice.law:
                yield replace(finding, severity="error")
            elif self.choice.law == "ours" and finding.rule == "law-edit-unused":
                file = self.over / edit.file
                file.parent.mkdir(parents=True, exist_ok=True)
                text = read_bytes(file).decode("utf-8-sig") if file.is_file() else ""
                write_whole(file, with_piece(text, edit.path, _difference(edit)))
            elif self.choice.law == "ours":
                yield finding

    def _ended(self, before: Pack | None, after: Pack | None) -> Iterator[EndedApproval]:
        """The approvals of texts that do not stand any more, newest first of each kind."""
        book = [approval for approval in self.gate.book(self.root.name)[0] if approval.kind]
        alone, _ = read_pack(self.root)
        for kind in dict.fromkeys(approval.kind for approval in book):
            then, now, new = (
                kind_text(pack, kind).digests if pack and kind in pack.kinds else frozenset()
                for pack in (alone, before, after)
            )
            for approval in book:
                if approval.kind == kind and approval.digest in (then | now) - new:
                    by_law = approval.digest not in now and not approval.snapshot
                    yield EndedApproval(kind, approval.by, approval.when, by_law)

    def put(self, found: Upgrade, when: datetime, person: str) -> None:
        """The overlay, the new copy in place of the old one, and a line in the log of edits."""
        workspace = self.gate.workspace
        before, _ = read_pack(*workspace.of_pack(self.root))
        if before and workspace.approvals:
            keep_older(workspace.approvals, before)
        notes = {step.piece: _note(step.base) for step in found.conflicts}
        note_origin(self.new, self.shipped, when, notes)
        for name, file in files_in(self.over) if self.over.is_dir() else ():
            if name.removesuffix(".yaml") in FILES:
                write_whole(self.overlay / name, read_bytes(file))
        replace_copy(self.new, self.root)
        after, _ = read_pack(*workspace.of_pack(self.root))
        if person and before and after and workspace.approvals:
            append_edits(workspace.approvals, build_edits(before, after, person, when))


def _decided(step: Step, side: Side) -> Step:
    if not side:
        return step
    return replace(step, is_conflict=False, merged=step.ours if side == "ours" else step.theirs)


def _alike(one: Path, other: Path) -> bool:
    return read_bytes(one) == read_bytes(other)


def _touched(before: Pack | None, after: Pack | None) -> tuple[str, ...]:
    if before is None or after is None:
        return ()
    return tuple(
        kind
        for kind in dict.fromkeys((*before.kinds, *after.kinds))
        if (kind in before.kinds) != (kind in after.kinds)
        or kind_text(before, kind).digest != kind_text(after, kind).digest
    )


def _difference(edit: LawEdit) -> Any:
    """An overlay's entry: the keys in which the copy differs, with its class and source."""
    if not isinstance(edit.value, dict) or not isinstance(edit.shipped, dict):
        return edit.value
    own = {
        key: value
        for key, value in edit.value.items()
        if key in ("class", "source") or value != edit.shipped.get(key)
    }
    gone = {key: "omit" for key in edit.shipped if key not in edit.value}
    return {**own, **gone}


def _note(value: Any) -> str:
    return "" if value is MISSING else json.dumps(value, ensure_ascii=False)


def _from_note(text: str | None) -> Any:
    return json.loads(text) if text else MISSING
