"""`notices pack new-clause`: a clause of one's own, new or like another, and where it stands."""

from __future__ import annotations

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.options import pack_argument
from notices.cli.session import CLEAN, FINDINGS, Session
from notices.pack.types import Pack
from notices.pack.vocabulary import near_miss
from notices.review.add_clause import Place, add_new_clause
from notices.review.edit_pack import DONE
from notices.wording.new_clause import NewClause


@command("new-clause")
@pack_argument()
@click.argument("clause_id", metavar="ID")
@click.option("--by", required=True, metavar="NAME", help="Who writes it: a person's name.")
@click.option("--like", default="", metavar="CLAUSE", help="Begin as this clause of the pack.")
@click.option("--class", "source_class", type=click.Choice(("law", "practice", "product")))
@click.option("--source", metavar="CITATION", help="Where it comes from.")
@click.option("--text", "texts", multiple=True, metavar="SIDE=TEXT", help="As en=…; once a side.")
@click.option("--heading", "headings", multiple=True, metavar="SIDE=TEXT", help="Once a side.")
@click.option("--when", "hold", multiple=True, metavar="CONDITION", help="Must hold.")
@click.option("--when-not", "hold_not", multiple=True, metavar="CONDITION", help="Must not hold.")
@click.option("--in", "kind", default="", metavar="KIND", help="Print it in this kind of letter.")
@click.option("--before", type=click.IntRange(1), metavar="N", help="Before part N; else last.")
@click.option("--style", default="", metavar="STYLE", help="Of that part: small, box …")
def new_clause(
    session: Session,
    pack_id: str,
    clause_id: str,
    by: str,
    like: str,
    source_class: str | None,
    source: str | None,
    texts: tuple[str, ...],
    headings: tuple[str, ...],
    hold: tuple[str, ...],
    hold_not: tuple[str, ...],
    kind: str,
    before: int | None,
    style: str,
) -> None:
    """Add a clause to your own copy of a pack, new or like another one.

    With --like, whatever is not given is as in that clause. Parts count from 1, as in
    `notices pack show`. It is an edit like any other: checked, logged, undone by `notices pack
    revert`, and approved before live letters have it.
    """
    pack = session.kind(pack_id, kind) if kind else session.pack(pack_id)
    clause = _like(session, pack, like)
    new = NewClause(
        clause_id,
        source_class or clause.source_class,
        source or clause.source,
        {**clause.texts, **_sides(texts, "--text")},
        {**clause.headings, **_sides(headings, "--heading")},
        hold or clause.hold,
        hold_not or clause.hold_not,
        like,
    )
    last = len(pack.kinds[kind].parts) if kind else 0
    place = Place(kind, last if before is None else before - 1, style) if kind else None
    outcomes = add_new_clause(session.workspace, pack, new, by, clock.now(), place)
    found = [finding for outcome in outcomes for finding in outcome.findings]
    session.note(f for i, f in enumerate(found) if f not in found[:i])
    done = all(outcome.status in DONE for outcome in outcomes)
    if done:
        session.say("clause-added", file=outcomes[0].file, clause=clause_id, by=by)
    said = [{"file": o.file, "path": list(o.path), "status": o.status} for o in outcomes]
    answer = {"pack": pack.id, "clause": clause_id, "texts": said}
    session.finish(answer, CLEAN if done else FINDINGS)


def _like(session: Session, pack: Pack, like: str) -> NewClause:
    """What a new clause begins as."""
    if not like:
        return NewClause("", "practice", "", {})
    if like not in pack.clauses:
        near = near_miss(like, pack.clauses) or "–"
        raise click.UsageError(session.words("no-name", pack=pack.id, name=like, near=near))
    model = pack.clauses[like]
    hold, hold_not = model.when.get("all", ()), model.when.get("not", ())
    source = (model.source.kind, model.source.citation)
    return NewClause("", *source, model.texts, model.headings, hold, hold_not, like)


def _sides(given: tuple[str, ...], option: str) -> dict[str, str]:
    found = {}
    for text in given:
        side, equals, said = text.partition("=")
        if not equals:
            raise click.BadParameter(f"{option}: {text!r} is not as en=…")
        found[side.strip()] = said
    return found
