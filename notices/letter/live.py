"""Live letters: accepted wording before, the ledger after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Self

from notices.errors import WorkspaceError
from notices.finding import Finding, Severity
from notices.ledger.types import FIRST, Evidence, Issue, Occasion
from notices.letter.live_text import LiveTexts

if TYPE_CHECKING:
    from notices.ledger.store import Ledger
    from notices.letter.make import Checked, Letter
    from notices.letter.workspace import Workspace
    from notices.pack.types import Pack, Source
    from notices.wording.approvals import Approval
    from notices.wording.digests import KindText, Seen
    from notices.wording.edit_log import EditLine


# What a letter lacks that a person may accept: nothing in its record is to be corrected.
UNACCEPTED = frozenset(
    (
        *("not-approved", "approval-ended", "not-effective", "four-eyes", "translation-stale"),
        *("fact-unverified", "approval-signature", "approval-withdrawn", "changes-asked"),
        *("snapshot-missing", "snapshot-altered", "text-stopped"),
    )
)


class LiveGate:
    """What stands between a draft and a letter that counts, for one call of a door.

    `now` is the door's clock, ISO 8601: when the letter was entered. `texts` are the live texts; a
    run's were chosen when it began.
    """

    def __init__(self, workspace: Workspace, now: str, texts: LiveTexts | None = None) -> None:
        self.workspace = workspace
        self.now = now
        self.texts = texts or LiveTexts(workspace)
        self._accepted: dict[tuple[str, ...], tuple[Finding, ...]] = {}
        self._unused: dict[tuple[str, str], tuple[Finding, ...]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def look(self) -> Seen:
        """How letters look today: the layout, and the fonts that this workspace sets them in."""
        from notices.page.fonts import read_font_set
        from notices.places import FONTS
        from notices.wording.digests import Seen, read_layout_digest

        fonts = read_font_set(FONTS, self.workspace.defaults.fonts)
        return Seen(read_layout_digest(), fonts.digest)

    @cached_property
    def ledger(self) -> Ledger:
        """The workspace's ledger. Raises LedgerError; WorkspaceError without a workspace."""
        from notices.ledger.store import Ledger

        if not self.workspace.ledger_url:
            raise WorkspaceError(
                "no workspace here or above it keeps a ledger: `notices init` makes one"
            )
        return Ledger(self.workspace.ledger_url)

    def check(self, checked: Checked) -> tuple[Finding, ...]:
        """Whether this letter may be live: text and facts accepted, no letter come back."""
        found = self.check_accepted(checked)
        if checked.case is None or self.workspace.root is None:
            return found
        from notices.letter.holds import check_address

        return (*found, *check_address(checked.case, self.ledger))

    def check_accepted(self, checked: Checked) -> tuple[Finding, ...]:
        """Whether its wording and facts are accepted; asked once for each set of facts and day."""
        if checked.pack is None or checked.case is None:
            return ()
        sources = used_sources(checked)
        kind, day = checked.case.kind, checked.case.issue_date.isoformat()
        key = (checked.pack.id, kind, day, *sorted(source.id for source in sources))
        if key not in self._accepted:
            self._accepted[key] = self.check_kind(checked.pack, kind, sources, day)
        return self._accepted[key]

    def check_issued(self, checked: Checked) -> tuple[Finding, ...]:
        """Whether the ledger has this letter with other content."""
        from notices.ledger.entry import content_digests
        from notices.ledger.store import other_content

        stored = self.ledger.letter(checked.letter_id)
        case, figures, pack = checked.case, checked.figures, checked.pack
        if stored is None or case is None or figures is None or pack is None:
            return ()
        digests = content_digests(case, figures, self.text(pack, case.kind))
        same = stored.content_digest in digests
        return () if same else (other_content(stored),)

    def book(
        self, pack_id: str
    ) -> tuple[tuple[Approval, ...], tuple[EditLine, ...], tuple[Finding, ...]]:
        """The pack's approvals that count, the edits that do, and what is wrong with signatures.

        Nobody signs the log of edits: where approvals are signed, it counts for nothing.
        """
        return self.texts.book(pack_id)

    def check_kind(
        self, pack: Pack, kind: str, sources: Iterable[Source], day: str = ""
    ) -> tuple[Finding, ...]:
        """The same of a kind as this pack words it, for the facts named, on a day (ISO 8601; else
        the door's today). A live letter's pack comes from `texts.of`."""
        from notices.wording.approval_check import check_live
        from notices.wording.look_check import check_look

        if self.workspace.root is None:
            return (Finding("live-needs-workspace"),)
        approvals, edits, signatures = self.book(pack.id)
        day = day or self.now[:10]
        shipped = self.shipped(pack.id, kind)
        begun = self.workspace.is_frozen
        found = check_live(pack, kind, sources, approvals, shipped, edits, day, begun=begun)
        if not pack.approved:
            found = (*found, *self.texts.of(pack, kind, day).findings)
        found = (*found, *self.texts.law_faults(pack, kind))
        # A line that does not count matters only where something lacks; an altered one always.
        counted = [s for s in signatures if found or s.severity == "error"]
        unused = self.law_edits(pack)
        look = check_look(pack, kind, approvals, self.look, day)
        return (*counted, *unused, *found, *look)

    def law_edits(self, pack: Pack, severity: Severity = "error") -> tuple[Finding, ...]:
        """The law that an own copy of a shipped pack says to no effect: somebody expects it in the
        letter. A run's packs were asked when it began."""
        law = self.workspace.law_of(pack.root)
        if law is None:
            return ()
        from notices.wording.law_edits import check_law_edits

        key = (pack.id, pack.digest)
        if key not in self._unused:
            self._unused[key] = check_law_edits(pack.root, law)
        return tuple(replace(finding, severity=severity) for finding in self._unused[key])

    def text(self, pack: Pack, kind: str) -> KindText:
        """The kind's text as the pack has it."""
        return self.texts.text(pack, kind)

    def shipped(self, pack_id: str, kind: str) -> frozenset[str]:
        """The digests of the kind's text as shipped, today and by earlier versions."""
        return self.texts.shipped(pack_id, kind)

    def enter(self, letter: Letter, occasion: Occasion = FIRST) -> tuple[Finding, ...]:
        """Enter the letter into the ledger; an error means that it must not be written."""
        return self.issue(letter, occasion).findings

    def issue(self, letter: Letter, occasion: Occasion) -> Issue:
        """The same, with the letter as it stands in the ledger. Raises LedgerError."""
        from notices.ledger.entry import build_entry

        checked = letter.checked
        case, figures, pack = checked.case, checked.figures, checked.pack
        if case is None or figures is None or pack is None:
            return Issue(None)
        evidence = Evidence(
            letter.letter_id,
            self.text(pack, case.kind),
            letter.digest,
            self.now,
            {**letter.profile, **self._which_text(pack, case.kind)},
            used_sources(checked),
        )
        entry = build_entry(case, figures, pack, checked.record.data, evidence, occasion)
        return self.ledger.issue(entry)

    def _which_text(self, pack: Pack, kind: str) -> dict[str, str]:
        """Which approved text a letter has, and how many edits waited then."""
        told = self.texts.told(pack, kind)
        if told is None:
            return {}
        return {"text_of": told.date, "text_by": told.by, "edits_waiting": str(told.waiting)}

    def close(self) -> None:
        """Let go of the ledger, if it was opened."""
        if "ledger" in self.__dict__:
            self.ledger.close()


def used_sources(checked: Checked) -> tuple[Source, ...]:
    """The facts that a letter rests on: its figures', its clauses', its fields', its kind's."""
    from notices.page.chosen_parts import chosen_parts
    from notices.words.facts import build_facts

    pack, case, figures = checked.pack, checked.case, checked.figures
    if pack is None or case is None or figures is None:
        return ()
    kind = pack.kinds[case.kind]
    arrangement = checked.document.arrangement if checked.document else ""
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
