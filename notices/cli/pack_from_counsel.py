"""`notices pack from-counsel`: what counsel changed in a document, as edits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.options import pack_argument
from notices.cli.pack_diff import shown_runs
from notices.cli.session import Session
from notices.files import read_bytes
from notices.review.counsel import Proposal, read_answer, save_proposal


@command("from-counsel")
@pack_argument()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--by", default="", metavar="NAME", help="Who takes the changes over: a name.")
@click.option("--dry-run", is_flag=True, help="Only show what counsel changed.")
@click.option("--only", "pieces", multiple=True, metavar="PIECE", help="This text; repeatable.")
def from_counsel(
    session: Session, pack_id: str, file: Path, by: str, dry_run: bool, pieces: tuple[str, ...]
) -> None:
    """Take over what counsel changed in a document of `notices pack to-counsel`.

    Each text as it reads with all changes accepted, tracked or not; comments are listed. A change
    is an edit like any other: logged under NAME, and approved before live letters have it. What
    can't be read stays out, and so does what was changed here since the document was made, unless
    --only names it. A PIECE is named as it is listed, or by its beginning (clauses/opening).
    """
    if not by and not dry_run:
        raise click.UsageError(session.words("counsel-needs-by"))
    pack = session.pack(pack_id)
    answer = read_answer(session.workspace, pack, read_bytes(file), str(file))
    chosen = [p for p in answer.proposals if not pieces or _is_named(p.piece, pieces)]
    unknown = [one for one in pieces if not any(_is_named(p.piece, [one]) for p in chosen)]
    if unknown:
        raise click.UsageError(session.words("counsel-no-piece", name=unknown[0]))
    session.note(answer.findings)
    done = []
    for proposal in chosen:
        _show(session, proposal)
        takes = proposal.status == "new" or (proposal.status == "moved-on" and bool(pieces))
        written = takes and not dry_run and _save(session, proposal, by, pack_id)
        if not written and not (takes and dry_run):
            session.note(proposal.findings)
        elif written or dry_run:
            session.note(f for f in proposal.findings if f.severity != "error")
        done.append(_answer(proposal, "written" if written else proposal.status))
    for piece, remark in answer.remarks:
        said = {"by": remark.by, "when": remark.when, "text": remark.text}
        session.say("counsel-remark", piece=piece or str(file), **said)
    count = sum(one["status"] == "written" for one in done)
    if not answer.proposals and not answer.findings:
        session.say("counsel-nothing")
    elif not dry_run:
        session.say("counsel-taken", count=count, open=len(done) - count)
    if count:
        session.next("next-from-counsel", pack=pack.id, kind=answer.kind or "KIND")
    remarks = [{"piece": p, "by": r.by, "when": r.when, "text": r.text} for p, r in answer.remarks]
    session.finish({"pack": pack.id, "kind": answer.kind, "texts": done, "remarks": remarks})


def _is_named(piece: str, names: tuple[str, ...] | list[str]) -> bool:
    return any(f"{piece}/".startswith(f"{name.rstrip('/')}/") for name in names)


def _show(session: Session, proposal: Proposal) -> None:
    by = proposal.by or session.words("counsel-untracked")
    session.say("counsel-line", piece=proposal.piece, by=by, when=proposal.when[:10])
    for line in shown_runs(proposal.runs).splitlines():
        session.print(f"   {line}")


def _save(session: Session, proposal: Proposal, by: str, pack_id: str) -> bool:
    """Whether it was written; the pack is read anew, for an edit before may have made it one's
    own copy."""
    pack = session.pack(pack_id)
    outcome = save_proposal(session.workspace, pack, proposal, by, clock.now())
    session.note(outcome.findings)
    return outcome.status in ("written", "same")


def _answer(proposal: Proposal, status: str) -> dict[str, Any]:
    return {
        "piece": proposal.piece,
        "status": status,
        "by": proposal.by,
        "when": proposal.when,
        "before": proposal.now,
        "after": proposal.text,
    }
