"""`notices map`: drafts the mapping from a table's columns to a pack's fields."""

from __future__ import annotations

import os
from pathlib import Path

import click

from notices.cli.command import command
from notices.cli.options import complete_presets, table_options
from notices.cli.session import CLEAN, Session
from notices.files import write_new
from notices.pack.vocabulary import DEBTOR_TYPES, SENDER_ROLES, near_miss
from notices.tables.mapping_draft import OFFERED, draft_findings, draft_table
from notices.tables.mapping_text import Sheet, mapping_text, preset_text
from notices.tables.preset_draft import draft_preset
from notices.tables.presets import Asked
from notices.tables.row import TableError, TableFormat


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
@click.option(
    "--preset",
    default="",
    metavar="NAME",
    shell_complete=complete_presets,
    help="How a known system exports (see `notices batch --help`): only what it lacks is drafted.",
)
@click.option("--customers", default="", metavar="FILE", help="With --preset: the addresses.")
@table_options
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
    out: Path | None,
) -> None:
    """Draft a mapping: which column of FILE fills which field.

    Headers are matched by name, in many languages and in the words of known systems. What could not
    be placed and which required fields have no source is reported, and is in the draft as comments.
    Read it, correct it, keep it: the same mapping serves every run.
    """
    pack = session.pack(pack_id or session.workspace.defaults.pack or session.only_pack())
    if kind and kind not in pack.kinds:
        near = near_miss(kind, pack.kinds) or ", ".join(pack.kinds)
        raise click.UsageError(session.words("no-kind", pack=pack.id, name=kind, near=near))
    form = TableFormat(encoding, delimiter, sheet, header_row)
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
        },
        CLEAN,
    )
