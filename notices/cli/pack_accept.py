"""`notices pack accept`: a named person accepts wording, or an unverified fact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from shlex import quote

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.options import key_option, pack_argument
from notices.cli.session import CLEAN, FINDINGS, Session
from notices.finding import errors_in
from notices.letter.live import LiveGate
from notices.pack.types import Pack
from notices.pack.vocabulary import near_miss
from notices.review.accept import approvals_folder, enter, new_facts, new_kinds, sign
from notices.review.all_clear import check_approvable
from notices.wording.approval_check import SINCE_APPROVED, check_facts
from notices.wording.approvals import Approval


@command("accept")
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
    of approvals/PACK.jsonl in the workspace. A live letter needs its wording accepted, and each
    unverified fact that it uses: without --fact or --all-facts those still open are listed.
    """
    folder = approvals_folder(session.workspace)
    pack = session.pack(pack_id)
    _check_names(session, pack, kinds, facts)
    gate = LiveGate(session.workspace, clock.stamp())
    unverified = tuple(s.id for s in pack.sources if s.status == "unverified")
    made = new_facts(gate, pack, unverified if all_facts else facts, by, clock.now(), note)
    if kinds or not facts:
        asked = kinds or tuple(pack.kinds)
        new = new_kinds(gate, pack, asked, by, clock.now(), note)
        for kind in asked:
            if kind not in {approval.kind for approval in new}:
                session.say("accepted-before", what=f"{pack.id}/{kind}", by=by)
        faults = [f for a in new for f in check_approvable(gate, pack, a.kind)]
        if faults:
            session.note(f for i, f in enumerate(faults) if f not in faults[:i])
            session.say("approve-faulty")
            session.finish({"pack": pack.id, "accepted": []}, FINDINGS)
        for approval in new:
            found = gate.check_kind(pack, approval.kind, ())
            session.note(replace(f, severity="warning") for f in found if f.rule in SINCE_APPROVED)
        made += new
    for approval in [sign(folder, approval, key) for approval in made]:
        enter(folder, pack, approval)
        what = f"{pack.id}/{approval.kind}" if approval.kind else approval.fact
        session.say("accepted", what=what, by=approval.by, digest=approval.digest[:12])
    for kind in pack.kinds:
        session.note(replace(f, severity="warning") for f in gate.check_kind(pack, kind, ()))
    _say_open_facts(session, pack, gate, by)
    session.finish({"pack": pack.id, "accepted": [_answer(a) for a in made]}, CLEAN)


def _check_names(
    session: Session, pack: Pack, kinds: tuple[str, ...], facts: tuple[str, ...]
) -> None:
    """A usage error for a kind or fact that the pack does not have."""
    for kind in kinds:
        session.kind(pack.id, kind)
    unverified = [source.id for source in pack.sources if source.status == "unverified"]
    for fact in facts:
        if fact not in unverified:
            near = near_miss(fact, unverified) or ", ".join(sorted(unverified)) or "–"
            raise click.UsageError(session.words("no-fact", pack=pack.id, name=fact, near=near))


def _say_open_facts(session: Session, pack: Pack, gate: LiveGate, by: str) -> None:
    """The unverified facts that nobody accepted: for people one list and one command for all."""
    still_open = check_facts(pack, pack.sources, gate.book(pack.id)[0])
    if session.as_json:
        session.note(replace(finding, severity="note") for finding in still_open)
    elif still_open:
        say_facts(session, [(f.params["fact"], f.params["citation"]) for f in still_open])
        session.next("next-all-facts", pack=pack.id, by=quote(by))
    elif not all(errors_in(gate.check_kind(pack, kind, ())) for kind in pack.kinds):
        session.next("next-live")


def say_facts(session: Session, facts: Iterable[tuple[str, str]]) -> None:
    """Unverified facts, to people: each once by its id, those of one citation in one line."""
    by_citation: dict[str, list[str]] = {}
    for fact, citation in facts:
        by_citation.setdefault(citation, []).append(fact)
    session.say("facts-open", count=sum(map(len, by_citation.values())))
    for citation, names in by_citation.items():
        session.print(f"  {', '.join(names)}: {citation}")


def _answer(approval: Approval) -> dict[str, str]:
    return {
        "kind": approval.kind,
        "fact": approval.fact,
        "by": approval.by,
        "when": approval.when,
        "digest": approval.digest,
    }
