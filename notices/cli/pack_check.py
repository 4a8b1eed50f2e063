"""`notices pack check`: is a pack sound, and do its examples come out as they say?"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.options import iso_date, pack_argument
from notices.cli.pack_accept import say_facts
from notices.cli.session import FAULT, Session
from notices.finding import errors_in
from notices.letter.live import LiveGate
from notices.review.check_pack import check_ready, check_whole_folder, without_accepted
from notices.review.examples import read_examples
from notices.review.rehearse_many import Task, rehearse_many
from notices.wording.reading_hints import check_readability


@command("check")
@pack_argument()
@click.option("--as-of", type=iso_date, metavar="DATE", help="Rates and holidays reach this day.")
@click.option("--rehearse", is_flag=True, help="Make every example's letter and compare.")
@click.option("--jobs", type=click.IntRange(1, 512), metavar="N", help="Else one a core.")
@click.option("--live", is_flag=True, help="Also: is all wording accepted, and each fact?")
@click.option("--hints", is_flag=True, help="Also: what could read better, as notes.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Keep the letters.")
def check(
    session: Session,
    pack_id: str,
    as_of: date | None,
    rehearse: bool,
    jobs: int | None,
    live: bool,
    hints: bool,
    out: Path | None,
) -> None:
    """Check a pack, on request with its examples.

    Both sides, placeholders, numbers, vocabulary, sources, rates, holidays, wording. With
    --rehearse every example goes the whole way at its own fixed date: its figures and phrases must
    come out. With --live they are drawn as live letters, without a watermark, where the wording
    has been accepted; examples never enter the ledger.
    """
    root = session.pack_root(pack_id)
    pack, findings = check_whole_folder(root, session.workspace, as_of or clock.today())
    answer: dict[str, Any] = {"pack": pack_id, "root": str(root), "examples": []}
    if pack is None:
        session.note(findings)
        session.finish(answer, FAULT)
    findings = tuple(without_accepted(findings, pack, session.workspace))
    facts = [f for f in findings if f.rule == "unverified-fact" and not session.as_json]
    session.note(finding for finding in findings if finding not in facts)
    if facts:  # for people one list instead of many notes
        say_facts(session, [(f.params["name"], f.params["source"]) for f in facts])
    if hints:
        session.note(check_readability(pack))
    if live:
        session.note(check_ready(LiveGate(session.workspace, clock.stamp()), pack))
    if rehearse and not errors_in(session.findings):
        answer["examples"] = _rehearse(session, root, live, out, jobs or os.cpu_count() or 1)
    if not errors_in(session.findings):
        session.say("pack-good", pack=pack_id, version=pack.version)
        if not rehearse:
            session.next("next-rehearse", pack=pack_id)
        elif not live:
            session.next("next-accept", pack=pack_id)
    session.finish(answer)


def _rehearse(
    session: Session, root: Path, live: bool, out: Path | None, jobs: int
) -> list[dict[str, Any]]:
    """Each example's outcome. Letters are kept where `--out` says so."""
    answers = []
    examples = read_examples(root)
    tasks = [Task(example, out) for example in examples]
    outcomes = rehearse_many(session.workspace, tasks, jobs, live=live)
    for example in session.each(examples):
        outcome = next(outcomes)
        session.note(outcome.findings)
        faults = len(errors_in(outcome.findings))
        answers.append(
            {
                "example": outcome.name,
                "about": example.about,
                "files": [str(file) for file in outcome.files],
                "faults": faults,
            }
        )
        for file in outcome.files if not faults else ():
            session.say("file-written", file=file)
    session.say("rehearsed", count=len(answers), good=sum(not a["faults"] for a in answers))
    return answers
