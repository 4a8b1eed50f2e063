"""A pack checked as a door does: its texts, the parameters of its methods, its formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from notices.figures.methods import check_rules
from notices.finding import Finding
from notices.letter.live import LiveGate
from notices.letter.live_text import LiveText
from notices.letter.workspace import Workspace
from notices.pack.check import check_pack, check_pack_folder
from notices.pack.overlay import tell_overlaid
from notices.pack.types import Pack
from notices.wording.approval_check import check_facts
from notices.wording.approvals import read_approvals
from notices.wording.law_edits import check_law_edits, check_origin
from notices.words.locales import check_formats


def check_whole_pack(pack: Pack) -> tuple[Finding, ...]:
    """What is wrong with a pack that could be loaded; no table is found too short."""
    return check_pack(pack, None, _rules_and_formats)


def check_whole_folder(
    root: Path, workspace: Workspace, as_of: date | None, home: Path | None = None
) -> tuple[Pack | None, tuple[Finding, ...]]:
    """The pack in `root` with the workspace's own law, and all that is wrong with it; None where it
    can't be read. Rates and holidays are to reach `as_of`.

    `home` is the pack's folder in the workspace, where `root` is an earlier state of it.
    """
    overlay, law = workspace.overlay_of(root.name), workspace.law_of(home or root)
    pack, found = check_pack_folder(root, overlay, as_of, _rules_and_formats, law)
    if law and pack and home in (None, root):
        found = (*found, *check_law_edits(root, law), *check_origin(root, law))
    return pack, (*found, *tell_overlaid(pack)) if pack else found


def _rules_and_formats(pack: Pack) -> tuple[Finding, ...]:
    return (*check_rules(pack), *check_formats(pack))


def without_accepted(
    findings: Iterable[Finding], pack: Pack, workspace: Workspace
) -> Iterator[Finding]:
    """The findings, without the unverified facts that this workspace has accepted by name."""
    approvals = read_approvals(workspace.approvals, pack.id)
    still_open = {f.params["fact"] for f in check_facts(pack, pack.sources, approvals)}
    for finding in findings:
        if finding.rule != "unverified-fact" or finding.params["name"] in still_open:
            yield finding


def check_ready(gate: LiveGate, pack: Pack) -> tuple[Finding, ...]:
    """What keeps live letters of the pack back: wording, and facts, that nobody accepted. A note
    where edits wait for approval."""
    found: list[Finding] = []
    for kind in pack.kinds:
        live = gate.texts.of(pack, kind, gate.now[:10])
        found += [*check_waiting(live), *gate.check_kind(live.pack, kind, pack.sources)]
    return tuple(found)


def check_waiting(live: LiveText) -> tuple[Finding, ...]:
    """Whether live letters carry another text than the working one."""
    text = live.approved
    if text is None or not text.waiting:
        return ()
    params = {"pack": text.pack, "kind": text.kind, "date": text.date, "by": text.by}
    source = live.pack.kinds[text.kind].source
    params["waiting"] = str(text.waiting)
    return (Finding("text-waiting", "note", source.file, source.line, "", params),)
