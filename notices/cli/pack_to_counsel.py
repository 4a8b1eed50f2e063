"""`notices pack to-counsel`: a kind's letter as a document that outside counsel can change."""

from __future__ import annotations

from pathlib import Path

import click

from notices.cli import clock
from notices.cli.command import command
from notices.cli.options import pack_argument
from notices.cli.session import CLEAN, Session
from notices.files import write_whole
from notices.letter.live import LiveGate
from notices.review.counsel import counsel_document


@command("to-counsel")
@pack_argument()
@click.argument("kind", metavar="KIND")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Else PACK-KIND.docx here."
)
@click.option("--from", "before", default="shipped", metavar="STATE", help="Marked since then.")
@click.option("--languages", default="", metavar="TAGS", help="Side by side, as 'de en'.")
def to_counsel(
    session: Session, pack_id: str, kind: str, out: Path | None, before: str, languages: str
) -> None:
    """Write a letter's texts as a .docx for outside counsel.

    Each clause in the order of the letter, its languages side by side, when it is printed and its
    source. What changed since a STATE (`shipped`, `approved` or a git revision; `working` marks
    nothing) stands as insertions and deletions, with who edited it and when. Counsel changes the
    texts in Word, WPS or LibreOffice; `notices pack from-counsel` reads them back.
    """
    pack = session.kind(pack_id, kind)
    gate = LiveGate(session.workspace, clock.stamp())
    file = out or Path(f"{pack.id}-{kind}.docx")
    tags = languages.replace(",", " ").split()
    write_whole(file, counsel_document(gate, pack, kind, before, clock.now(), tags))
    session.say("file-written", file=file)
    session.next("next-to-counsel", pack=pack.id, file=file)
    session.finish({"pack": pack.id, "kind": kind, "from": before, "file": str(file)}, CLEAN)
