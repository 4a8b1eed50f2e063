"""`notices map`: drafts the mapping from a table's columns to a pack's fields."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from notices.batch.first_case import read_first_case
from notices.batch.rows import open_table
from notices.batch.settings import BatchSettings, Start
from notices.cli import clock
from notices.cli.command import command
from notices.cli.options import preset_options, table_options
from notices.cli.session import CLEAN, Session
from notices.files import write_new, write_whole
from notices.pack.vocabulary import DEBTOR_TYPES, SENDER_ROLES, near_miss
from notices.plan.ladder import open_rungs
from notices.tables.earlier_draft import with_earlier
from notices.tables.mapping_draft import OFFERED, draft_findings, draft_table
from notices.tables.mapping_text import Sheet, mapping_text, preset_text
from notices.tables.preset_draft import draft_preset
from notices.tables.presets import Asked
from notices.tables.row import TableError, TableFormat

_MOST = 40  # lines of the first case


@command("map")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--pack", "pack_id", default="", metavar="PACK", help="Else the workspace's.")
@click.option(
    "--kind",
    default="",
    metavar="KIND",
    help="The notice kind; else the pack's ladder chooses each letter.",
)
@click.option(
    "--sender-role", type=click.Choice(SENDER_ROLES), default="creditor", help="Who writes."
)
@click.option(
    "--debtor-type",
    type=click.Choice(DEBTOR_TYPES),
    default="consumer",
    help="Who is addressed, mostly.",
)
@preset_options
@table_options
@click.option(
    "--map",
    "mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Show what a mapping that you have reads, rather than draft one.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The file to write; never an existing one.",
)
def map_(
    session: Session,
    file: Path,
    pack_id: str,
    kind: str,
    sender_role: str,
    debtor_type: str,
    preset: str,
    customers: str,
    encoding: str,
    delimiter: str,
    sheet: str,
    header_row: int,
    mapping: Path | None,
    out: Path | None,
) -> None:
    """Draft a mapping: which column of FILE fills which field.

    Headers are matched by name, in many languages and in the words of known systems. What could not
    be placed and which required fields have no source is reported, and is in the draft as comments.
    With --preset only what the system can't know is drafted.
    With --out or --map the first case follows as the mapping reads it, and its letter as a picture
    beside the mapping.
    Read it, correct it, keep it: the same mapping serves every run.
    """
    form = TableFormat(encoding, delimiter, sheet, header_row)
    if mapping is not None:
        session.finish({"file": str(mapping), "first": _say_first(session, file, mapping, form)})
    pack = session.pack(pack_id or session.workspace.defaults.pack or session.only_pack())
    if kind and kind not in pack.kinds:
        near = near_miss(kind, pack.kinds) or ", ".join(pack.kinds)
        raise click.UsageError(session.words("no-kind", pack=pack.id, name=kind, near=near))
    if customers and not preset:
        raise click.UsageError(session.words("map-customers-preset"))
    role = (pack, kind, sender_role, debtor_type)
    try:
        if preset:
            asked = Asked(preset, customers and str(Path(customers).absolute()))
            draft = draft_preset(file, form, asked, *role)
            beside = os.path.relpath(customers, file.parent) if customers else ""
            text = preset_text(draft, pack, preset, beside, session.words)
        else:
            draft, samples = draft_table(file, form, *role)
            facts = {"sender_role": sender_role, "debtor_type": debtor_type}
            rungs = open_rungs(pack.ladder, facts, pack.conditions) if pack.ladder else ()
            draft = with_earlier(draft, samples, [f"{r.kind} {r.level}" for r in rungs])
            text = mapping_text(draft, pack, Sheet(form, samples), session.words)
    except TableError as error:
        session.note(error.findings)
        session.finish({"file": str(file)})
    if out is None:
        session.print(text.rstrip("\n"))
    else:
        write_new(out, text)
        session.say("file-written", file=out)
        session.next("next-map", file=file, map=out)
    session.note(draft_findings(draft, file))
    first = _say_first(session, file, out, form) if out is not None else {}
    said = [(m, {"field": m.target, "match": m.how}) for m in draft.matches]
    placed = {match.header: one for match, one in said if match.how not in OFFERED}
    offered = {match.header: one for match, one in said if match.how in OFFERED}
    session.finish(
        {
            "file": str(out or ""),
            "text": text,
            "placed": placed,
            "offered": offered,
            "unplaced": list(draft.unplaced),
            "missing": [field.path for field in draft.missing],
            "first": first,
        },
        CLEAN,
    )


def _say_first(session: Session, file: Path, mapping: Path, form: TableFormat) -> dict[str, Any]:
    """The first case as the draft reads it, and its letter as a picture beside the draft, or why
    it has none."""
    try:
        rows = open_table(file, mapping, session.workspace, form)
        start = Start(clock.today(), clock.stamp())
        first = read_first_case(rows, BatchSettings(), session.workspace, start)
    except TableError as error:
        session.note(error.findings)
        return {}
    if first is None:
        return {}
    session.say("map-first", map=mapping, rows=", ".join(map(str, first.rows[:_MOST])))
    for field in first.fields[:_MOST]:
        column = f"  ({field.header})" if field.header else ""
        session.print(f"  {field.path}: {field.value}{column}")
    if (more := len(first.fields) - _MOST) > 0:
        session.say("map-first-more", n=more)
    session.say("map-first-sum", items=f"{first.items:,}", currency=first.currency)
    if first.total is not None:
        session.say("map-first-total", total=f"{first.total:,}", currency=first.currency)
    picture = mapping.with_name(f"{mapping.stem}.first-letter.png")
    if first.picture:
        write_whole(picture, first.picture, private=True)
        session.say("map-first-picture", file=picture)
    else:
        session.say("map-first-refused")
    session.note(f for f in first.findings if f.severity != "note" or not first.picture)
    return {
        "rows": list(first.rows),
        "fields": {field.path: field.value for field in first.fields},
        "items": str(first.items),
        "total": str(first.total or ""),
        "currency": first.currency,
        "picture": str(picture) if first.picture else "",
    }
