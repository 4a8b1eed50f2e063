"""Live letters: accepted wording before, the ledger after."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Self

from notices.finding import Finding

if TYPE_CHECKING:
    from notices.ledger.store import Ledger
    from notices.ledger.types import IssuedLetter
    from notices.letter.make import Checked, Letter
    from notices.letter.workspace import Workspace
    from notices.pack.types import Pack, Source
    from notices.wording.approvals import Approval
    from notices.wording.edit_log import EditLine


# What a letter lacks that a person may accept: nothing in its record is to be corrected.
UNACCEPTED = frozenset(
    (
        *("not-approved", "not-effective", "four-eyes", "translation-stale"),
        *("fact-unverified", "approval-signature"),
    )
)


class LiveGate:
    """What stands between a draft and a letter that counts, for one call of a door.

    `now` is the door's clock, ISO 8601: when the letter was entered.
    """

    def __init__(self, workspace: Workspace, now: str) -> None:
        self.workspace = workspace
        self.now = now
        self._shipped: dict[str, Pack | None] = {}
        self._accepted: dict[tuple[str, ...], tuple[Finding, ...]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def layout_digest(self) -> str:
        from notices.wording.digests import read_layout_digest

        return read_layout_digest()

    @cached_property
    def ledger(self) -> Ledger:
        from notices.ledger.store import Ledger

        return Ledger(self.workspace.ledger_url)

    def check(self, one: Checked) -> tuple[Finding, ...]:
        """Whether this letter may be live: text and facts accepted, no letter come back."""
        found = self.check_accepted(one)
        if one.case is None or self.workspace.root is None:
            return found
        from notices.letter.holds import check_address

        return (*found, *check_address(one.case, self.ledger))

    def check_accepted(self, one: Checked) -> tuple[Finding, ...]:
        """Whether its wording and facts are accepted; asked once for each set of facts and day."""
        if one.pack is None or one.case is None:
            return ()
        sources = used_sources(one)
        kind, day = one.case.kind, one.case.issue_date.isoformat()
        key = (one.pack.id, kind, day, *sorted(source.id for source in sources))
        if key not in self._accepted:
            self._accepted[key] = self.check_kind(one.pack, kind, sources, day)
        return self._accepted[key]

    def check_issued(self, one: Checked) -> tuple[Finding, ...]:
        """Whether the ledger has this letter with other content."""
        from notices.ledger.entry import content_digest
        from notices.ledger.store import other_content

        stored = self.ledger.letter(one.letter_id)
        if stored is None or one.case is None or one.figures is None or one.pack is None:
            return ()
        digest = content_digest(one.case, one.figures, self.text_digest(one.pack, one.case.kind))
        return () if digest == stored.content_digest else (other_content(stored),)

    def book(
        self, pack_id: str
    ) -> tuple[tuple[Approval, ...], tuple[EditLine, ...], tuple[Finding, ...]]:
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

    def check_kind(
        self, pack: Pack, kind: str, sources: Iterable[Source], day: str = ""
    ) -> tuple[Finding, ...]:
        """The same of a kind, for the facts named, on a day (ISO 8601; else the door's today)."""
        from notices.wording.approval_check import check_live

        if self.workspace.root is None:
            return (Finding("live-needs-workspace"),)
        approvals, edits, signatures = self.book(pack.id)
        found = check_live(
            pack,
            kind,
            sources,
            approvals,
            self.layout_digest,
            self.builtin_digest(pack.id, kind),
            edits,
            day or self.now[:10],
        )
        # A line that does not count matters only where something lacks; an altered one always.
        return (*(s for s in signatures if found or s.severity == "error"), *found)

    def text_digest(self, pack: Pack, kind: str) -> str:
        """The kind's text as this workspace has it."""
        from notices.wording.digests import kind_text

        return kind_text(pack, kind, self.layout_digest).digest

    def builtin_digest(self, pack_id: str, kind: str) -> str:
        """The kind's text as shipped; "" where it is not shipped."""
        from notices.pack.load import find_pack, load_pack

        if pack_id not in self._shipped:
            root = find_pack(pack_id, (self.workspace.builtin_root,))
            self._shipped[pack_id] = load_pack(root) if root else None
        shipped = self._shipped[pack_id]
        if shipped is None or kind not in shipped.kinds:
            return ""
        return self.text_digest(shipped, kind)

    def enter(
        self, made: Letter, *, attempt: int = 1, replaces: str = "", reason: str = ""
    ) -> tuple[Finding, ...]:
        """Enter the letter into the ledger; an error means that it must not be written."""
        entry = self.entry(made, attempt=attempt, replaces=replaces, reason=reason)
        return self.ledger.issue(entry).findings if entry else ()

    def entry(
        self,
        made: Letter,
        *,
        attempt: int = 1,
        run_id: str = "",
        replaces: str = "",
        reason: str = "",
    ) -> IssuedLetter | None:
        """The letter as the ledger would enter it: many go in together by `Ledger.issue_many`."""
        from notices.ledger.entry import build_entry

        one = made.checked
        if one.case is None or one.figures is None or one.pack is None:
            return None
        return build_entry(
            one.case,
            one.figures,
            one.pack,
            one.record.data,
            letter_id=made.letter_id,
            text_digest=self.text_digest(one.pack, one.case.kind),
            pdf_sha256=made.digest,
            created_at=self.now,
            profile=made.profile,
            sources=used_sources(one),
            attempt=attempt,
            run_id=run_id,
            replaces=replaces,
            reason=reason,
        )

    def close(self) -> None:
        """Let go of the ledger, if it was opened."""
        if "ledger" in self.__dict__:
            self.ledger.close()


def used_sources(one: Checked) -> tuple[Source, ...]:
    """The facts that a letter rests on: its figures', its clauses', its fields', its kind's."""
    from notices.page.chosen_parts import chosen_parts
    from notices.words.facts import build_facts

    pack, case, figures = one.pack, one.case, one.figures
    if pack is None or case is None or figures is None:
        return ()
    kind = pack.kinds[case.kind]
    arrangement = one.document.arrangement if one.document else ""
    facts = build_facts(case, figures, pack, arrangement)
    clauses = [name for part in chosen_parts(kind, pack, facts) for name in part.clauses]
    clauses.append(kind.subjects.get(case.level, kind.subject))
    used = [
        kind.source,
        *(pack.clauses[clause].source_of(case.languages) for clause in clauses),
        *(pack.fields[name].source for name in case.facts if name in pack.fields),
        *figures.sources,
    ]
    return tuple({source.id: source for source in used}.values())
