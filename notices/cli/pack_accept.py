"""`notices pack accept`: a named person accepts wording, or an unverified fact."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from notices.cli import clock
from notices.cli.command import door
from notices.cli.options import pack_argument
from notices.cli.session import CLEAN, Session
from notices.errors import WorkspaceError
from notices.letter.live import LiveGate

if TYPE_CHECKING:
    from notices.pack.types import Pack, Source
    from notices.wording.approvals import Approval


key_option = click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Sign with this private key (see keys new); else the name is declared.",
)


@door("accept")
@pack_argument()
@click.option("--by", required=True, metavar="NAME", help="Who accepts: a person's name.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only this one; repeatable.")
@click.option("--fact", "facts", multiple=True, metavar="ID", help="An unverified fact, by its id.")
@click.option("--all-facts", is_flag=True, help="Every unverified fact, each by its own line.")
@click.option("--note", default="", help="What the person wants remembered.")
@key_option
def accept(
    session: Session,
    pack_id: str,
    by: str,
    kinds: tuple[str, ...],
    facts: tuple[str, ...],
    all_facts: bool,
    note: str,
    key: Path | None,
) -> None:
    """Accept a pack's wording as it stands, or unverified facts.

    Shipped wording needs one person, edited wording two different ones. Each acceptance is a line
    of approvals/PACK.jsonl in the workspace.
    """
    from notices.wording.approval_check import check_facts
    from notices.wording.approvals import append_approval, keep_text, read_approvals

    folder = approvals_folder(session)
    pack = session.pack(pack_id)
    gate = LiveGate(session.workspace, clock.stamp())
    unverified = tuple(s.id for s in pack.sources if s.status == "unverified")
    made = _facts(session, pack, unverified if all_facts else facts, by, note)
    if kinds or not facts:
        made += _kinds(session, pack, kinds, gate, by, note)
    for approval in [signed(session, one, key) for one in made]:
        if approval.kind:
            keep_text(folder, pack, approval)
        append_approval(folder, approval)
        what = f"{pack.id}/{approval.kind}" if approval.kind else approval.fact
        session.say("accepted", what=what, by=approval.by, digest=approval.digest[:12])
    lacking = check_facts(pack, pack.sources, read_approvals(folder, pack.id))
    for kind in pack.kinds:
        session.note(replace(f, severity="warning") for f in gate.check_kind(pack, kind, ()))
    session.note(replace(finding, severity="note") for finding in lacking)
    answer: dict[str, Any] = {
        "pack": pack.id,
        "accepted": [
            {"kind": a.kind, "fact": a.fact, "by": a.by, "when": a.when, "digest": a.digest}
            for a in made
        ],
    }
    session.finish(answer, CLEAN)


def approvals_folder(session: Session) -> Path:
    """Where acceptances stand. Raises WorkspaceError without a workspace."""
    folder = session.workspace.approvals
    if folder is None:
        raise WorkspaceError(session.words("accept-needs-workspace"))
    return folder


def signed(session: Session, approval: Approval, key: Path | None) -> Approval:
    """The approval signed with the key, or as it is: then its name is declared, and that is said.

    Raises WorkspaceError where the key isn't this person's, or others here sign and this one not.
    """
    folder = approvals_folder(session)
    if key is None:
        if (folder / "keys.jsonl").is_file():
            raise WorkspaceError(session.words("key-wanted", by=approval.by))
        return approval
    from notices.wording.signatures import read_keys, sign_approval

    return sign_approval(approval, key, read_keys(folder))


def _kinds(
    session: Session, pack: Pack, asked: tuple[str, ...], gate: LiveGate, by: str, note: str
) -> list[Approval]:
    """Acceptances of the kinds; what went stale or looks different since the last one is told."""
    from notices.wording.approval_check import SINCE_APPROVED, check_look
    from notices.wording.approvals import accept_kind, read_approvals

    for kind in asked:
        session.kind(pack.id, kind)
    before = read_approvals(session.workspace.approvals, pack.id)
    made = []
    for kind in asked or tuple(pack.kinds):
        seen = gate.seen(pack, kind)
        approval = accept_kind(pack, kind, seen, by, clock.now(), note)
        digests = gate.text(pack, kind).digests
        own = [a for a in before if a.by.casefold() == by.casefold() and a.digest in digests]
        if own and not check_look(pack, kind, own, seen):
            session.say("accepted-before", what=f"{pack.id}/{kind}", by=approval.by)
            continue
        findings = gate.check_kind(pack, kind, ())
        session.note(replace(f, severity="warning") for f in findings if f.rule in SINCE_APPROVED)
        made.append(approval)
    return made


def _facts(
    session: Session, pack: Pack, asked: tuple[str, ...], by: str, note: str
) -> list[Approval]:
    from notices.pack.vocabulary import near_miss
    from notices.wording.approvals import accept_fact, read_approvals

    unverified: dict[str, Source] = {s.id: s for s in pack.sources if s.status == "unverified"}
    for fact in asked:
        if fact not in unverified:
            near = near_miss(fact, unverified) or ", ".join(sorted(unverified)) or "–"
            raise click.UsageError(session.words("no-fact", pack=pack.id, name=fact, near=near))
    before = {
        (a.fact, a.digest, a.by) for a in read_approvals(session.workspace.approvals, pack.id)
    }
    made = [accept_fact(pack, unverified[f], by, clock.now(), note) for f in dict.fromkeys(asked)]
    return [a for a in made if (a.fact, a.digest, a.by) not in before]
