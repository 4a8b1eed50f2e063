"""`notices packs`, `notices envelopes`, `notices pack check`: what there is, and is it sound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from notices.cli import clock
from notices.cli.command import door
from notices.cli.fields import hint_in
from notices.cli.options import iso_date, pack_argument
from notices.cli.session import FAULT, Session
from notices.finding import Finding, errors_in
from notices.letter.live import LiveGate

if TYPE_CHECKING:
    from notices.pack.types import Pack


@door("packs")
@click.option("--names", is_flag=True, help="Only their ids, one a line.")
def packs(session: Session, names: bool) -> None:
    """List the packs that this workspace sees."""
    from notices.pack.load import read_pack

    answers = []
    if names:
        for pack_id in session.pack_ids():
            session.print(pack_id)
        session.finish({"packs": [{"pack": pack_id} for pack_id in session.pack_ids()]})
    for pack_id in session.pack_ids():
        root = session.pack_root(pack_id)
        pack, findings = read_pack(root, session.overlay(pack_id))
        faults = len(errors_in(findings))
        if pack is None:
            session.say("pack-broken", pack=pack_id, root=root, faults=faults)
            answers.append({"pack": pack_id, "root": str(root), "faults": faults})
            continue
        shipped = root.parent == session.workspace.builtin_root
        session.say(
            "pack-line",
            pack=pack_id,
            version=pack.version,
            name=hint_in(pack.names, session.lang),
            origin=session.words("shipped" if shipped else "own"),
            kinds=", ".join(pack.kinds),
            languages="; ".join("+".join(tags) for tags in pack.language_sets),
        )
        answers.append(
            {
                "pack": pack_id,
                "version": pack.version,
                "names": dict(pack.names),
                "root": str(root),
                "shipped": shipped,
                "digest": pack.digest,
                "kinds": {kind.id: list(kind.levels) for kind in pack.kinds.values()},
                "language_sets": [list(tags) for tags in pack.language_sets],
                "faults": faults,
            }
        )
    session.finish({"packs": answers})


@door("envelopes")
def envelopes(session: Session) -> None:
    """List the envelope profiles."""
    from notices.page.envelopes import envelope_names, read_envelope

    answers = []
    for name in envelope_names(session.workspace.envelopes):
        profile = read_envelope(name, session.workspace.envelopes)
        window = profile.window
        size = f"{window.width:g} × {window.height:g} mm" if window else "–"
        session.say("envelope-line", name=name, page=profile.page, window=size)
        answers.append({"name": name, "page": profile.page, "window": size if window else ""})
    session.finish({"envelopes": answers})


@door("check")
@pack_argument()
@click.option("--as-of", type=iso_date, metavar="DATE", help="Rates and holidays reach this day.")
@click.option("--rehearse", is_flag=True, help="Make every example's letter and compare.")
@click.option("--live", is_flag=True, help="Also: is all wording accepted, and each fact?")
@click.option("--hints", is_flag=True, help="Also: what could read better, as notes.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Keep the letters.")
def check(
    session: Session,
    pack_id: str,
    as_of: date | None,
    rehearse: bool,
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
    from notices.figures.methods import check_rules
    from notices.pack.check import check_pack_folder
    from notices.words.locales import check_formats

    root = session.pack_root(pack_id)
    overlay = session.overlay(pack_id)
    pack, findings = check_pack_folder(
        root, overlay, as_of or clock.today(), lambda p: (*check_rules(p), *check_formats(p))
    )
    session.note(_unaccepted(session, pack, findings))
    answer: dict[str, Any] = {"pack": pack_id, "root": str(root), "examples": []}
    if pack is None:
        session.finish(answer, FAULT)
    if hints:
        from notices.wording.reading_hints import check_readability

        session.note(check_readability(pack))
    if live:
        gate = LiveGate(session.workspace, clock.stamp())
        for kind in pack.kinds:
            session.note(gate.check_kind(pack, kind, pack.sources))
    if rehearse and not errors_in(session.findings):
        answer["examples"] = _rehearse(session, root, live, out)
    if not errors_in(session.findings):
        session.say("pack-good", pack=pack_id, version=pack.version)
    session.finish(answer)


def _unaccepted(
    session: Session, pack: Pack | None, findings: Iterable[Finding]
) -> Iterator[Finding]:
    """The findings, without the unverified facts that this workspace has accepted by name."""
    from notices.wording.approval_check import check_facts
    from notices.wording.approvals import read_approvals

    approvals = session.workspace.approvals
    if pack is None or approvals is None:
        yield from findings
        return
    lacking = check_facts(pack, pack.sources, read_approvals(approvals, pack.id))
    open_facts = {finding.params["fact"] for finding in lacking}
    for finding in findings:
        if finding.rule != "unverified-fact" or finding.params["name"] in open_facts:
            yield finding


def _rehearse(session: Session, root: Path, live: bool, out: Path | None) -> list[dict[str, Any]]:
    """Each example's outcome. Letters are kept where `--out` says so."""
    from notices.review.rehearse import Rehearsal, read_examples

    answers = []
    with Rehearsal(session.workspace, live=live, out=out) as stage:
        for example in session.each(read_examples(root)):
            outcome = stage.play(example)
            session.note(outcome.findings)
            answers.append(
                {
                    "example": outcome.name,
                    "about": example.about,
                    "files": [str(file) for file in outcome.files],
                    "faults": len(errors_in(outcome.findings)),
                }
            )
            if out and not errors_in(outcome.findings):
                for file in outcome.files:
                    session.say("file-written", file=file)
        session.say("rehearsed", count=len(answers), good=sum(not a["faults"] for a in answers))
    return answers
