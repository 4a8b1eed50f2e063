"""Which text a live letter is written by: the approved one, with the law of today.

A working text is edited and proposed; the text that was approved last, and whose day has come,
stays live until the next one is. A run's text is chosen once, when it begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from notices.finding import Finding, errors_in

if TYPE_CHECKING:
    from notices.letter.workspace import Workspace
    from notices.pack.types import Pack
    from notices.wording.approvals import Approval
    from notices.wording.digests import KindText
    from notices.wording.edit_log import EditLine

Book = tuple[tuple["Approval", ...], tuple["EditLine", ...], tuple[Finding, ...]]
SHOWN = 3  # breaches of today's law that are told one by one


@dataclass(frozen=True)
class ApprovedText:
    """One kind's text as it is live: who approved it when, and how many pieces of the working text
    are other by now. `snapshot` is the SHA-256 of its file, "" of an approval of version 0.1.0."""

    pack: str
    kind: str
    digest: str
    snapshot: str
    by: str
    date: str  # ISO 8601
    waiting: int

    def plain(self) -> dict[str, object]:
        """As JSON has it, for people and programs that ask which text a letter has."""
        return {
            "pack": self.pack,
            "kind": self.kind,
            "text_of": self.date,
            "approved_by": self.by,
            "edits_waiting": self.waiting,
        }


@dataclass(frozen=True)
class LiveText:
    """What a live letter of one kind is made from. Without `approved` it is the working text, which
    nobody's approval stands behind; `findings` say why the approved one can't be used."""

    pack: Pack
    approved: ApprovedText | None = None
    findings: tuple[Finding, ...] = ()


class LiveTexts:
    """The live texts of a workspace; in a run those that were chosen when it began, whose snapshots
    stand in the `kept` folder."""

    def __init__(
        self,
        workspace: Workspace,
        chosen: Iterable[ApprovedText] = (),
        kept: Path | None = None,
    ) -> None:
        self.workspace = workspace
        self._chosen = {(text.pack, text.kind): text for text in chosen}
        self._kept = kept or workspace.approvals
        self._shipped: dict[str, Pack | None] = {}
        self._texts: dict[tuple[str, str, str], KindText] = {}
        self._live: dict[tuple[str, str, ApprovedText | None], LiveText] = {}
        self._told: dict[tuple[str, str], ApprovedText] = {}
        self._faults: dict[tuple[str, str], tuple[Finding, ...]] = {}

    def of(self, pack: Pack, kind: str, day: str) -> LiveText:
        """What a live letter of the kind, issued on `day` (ISO 8601), is made from; `pack` is as
        its files stand. Raises WorkspaceError, FileError."""
        if self.workspace.root is None:
            return LiveText(pack)
        approved = self._approved(pack, kind, day)
        key = (pack.digest, kind, approved)
        if key not in self._live:
            found = self._live[key] = self._read(pack, kind, approved)
            if found.approved:
                self._told[found.pack.digest, kind] = found.approved
        return self._live[key]

    def told(self, pack: Pack, kind: str) -> ApprovedText | None:
        """Which approved text a pack that came from `of` has of the kind."""
        return self._told.get((pack.digest, kind))

    def _approved(self, pack: Pack, kind: str, day: str) -> ApprovedText | None:
        from notices.wording.approval_check import changed_since, standing_line

        if chosen := self._chosen.get((pack.id, kind)):
            return chosen
        approvals, edits, _ = self.book(pack.id)
        lines = [a for a in approvals if a.kind == kind]
        log = [e for e in edits if e.kind == kind]
        text = self.text(pack, kind) if kind in pack.kinds else None
        digests = text.digests if text else frozenset[str]()
        line = standing_line(lines, log, self.shipped(pack.id, kind), day, digests)
        if line is None or line.withdraws:
            return None
        if self.workspace.is_frozen and line.digest not in digests:
            return None  # of another text, and approved since the run began
        waiting = len(changed_since(line, text, kind)) if text else 1
        return ApprovedText(
            pack.id, kind, line.digest, line.snapshot, line.by, line.when[:10], waiting
        )

    def _read(self, pack: Pack, kind: str, approved: ApprovedText | None) -> LiveText:
        from notices.wording.snapshots import has_snapshot, read_snapshot, with_snapshot

        if approved is None or self._kept is None:
            return LiveText(pack)
        if kind in pack.kinds and approved.digest in self.text(pack, kind).digests:
            return LiveText(pack, approved)
        if not approved.snapshot and not has_snapshot(self._kept, approved.digest):
            return LiveText(pack)  # of version 0.1.0: its text went when it was edited
        snapshot, found = read_snapshot(self._kept, kind, approved.digest, approved.snapshot)
        if snapshot is None:
            return LiveText(pack, findings=found)
        try:
            return LiveText(with_snapshot(pack, snapshot), approved)
        except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError):
            return LiveText(pack, findings=(Finding("snapshot-altered", file=snapshot.file),))

    def law_faults(self, pack: Pack, kind: str) -> tuple[Finding, ...]:
        """What of today's law a live text breaks, however it was approved: each such fault, and
        first that it is stopped."""
        from notices.pack.check import check_pack
        from notices.pack.links import check_links

        key = (pack.digest, kind)
        if key in self._faults or kind not in pack.kinds:
            return self._faults.get(key, ())
        asked = pack.kinds[kind]
        clauses = [clause for part in asked.parts for clause in part.clauses]
        names = {kind, *clauses, asked.subject, *asked.subjects.values()}
        file = asked.source.file if pack.approved else ""
        found = [
            fault
            for fault in errors_in((*check_links(pack), *check_pack(pack)))
            if (fault.file == file if file else names & set(_steps(fault.path)))
        ]
        if found:
            told = self.told(pack, kind)
            params = {"pack": pack.id, "kind": kind, "date": told.date if told else "–"}
            params["rule"] = ", ".join(dict.fromkeys(fault.rule for fault in found))
            place = (asked.source.file, asked.source.line)
            found = [Finding("text-stopped", "error", *place, "", params), *found[:SHOWN]]
        self._faults[key] = tuple(found)
        return self._faults[key]

    def book(self, pack_id: str) -> Book:
        """The pack's approvals that count, the edits that do, and what is wrong with signatures.

        Nobody signs the log of edits: where approvals are signed, it counts for nothing.
        """
        from notices.wording.approvals import read_approvals
        from notices.wording.edit_log import read_edits
        from notices.wording.signatures import check_signatures, read_keys

        folder = self.workspace.approvals
        keys = read_keys(folder)
        approvals, found = check_signatures(read_approvals(folder, pack_id), keys)
        return approvals, () if keys else read_edits(folder, pack_id), found

    def text(self, pack: Pack, kind: str) -> KindText:
        """The kind's text as the pack has it."""
        from notices.wording.digests import kind_text

        key = (pack.id, pack.digest, kind)
        if key not in self._texts:
            self._texts[key] = kind_text(pack, kind)
        return self._texts[key]

    def shipped(self, pack_id: str, kind: str) -> frozenset[str]:
        """The digests of the kind's text as shipped, today and by earlier versions."""
        from notices.pack.load import find_pack, load_pack
        from notices.wording.digests import shipped_before

        if pack_id not in self._shipped:
            root = find_pack(pack_id, (self.workspace.builtin_root,))
            self._shipped[pack_id] = load_pack(root) if root else None
        shipped = self._shipped[pack_id]
        before = shipped_before(pack_id, kind)
        if shipped is None or kind not in shipped.kinds:
            return before
        return self.text(shipped, kind).digests | before

    def choose(self, pack: Pack, day: str) -> tuple[ApprovedText, ...]:
        """The texts that letters of this day are written by: of each kind that has one. Raises
        WorkspaceError, FileError."""
        kinds = dict.fromkeys(line.kind for line in self.book(pack.id)[0] if line.kind)
        found = (self.of(pack, kind, day).approved for kind in kinds)
        return tuple(text for text in found if text)


def _steps(path: str) -> list[str]:
    return path.replace("/", ".").replace("[", ".").split(".")
