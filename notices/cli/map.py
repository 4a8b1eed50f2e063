"""`notices map`: drafts the mapping from a table's columns to a pack's fields."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import click

from notices.cli.command import door
from notices.cli.session import CLEAN, Session
from notices.cli.writing import write_new
from notices.finding import Finding
from notices.pack.vocabulary import DEBTOR_TYPES, SENDER_ROLES, near_miss

_FEW = 2  # columns that were placed; with fewer, the row was perhaps a title
_SAMPLED = 500  # rows that dates, marks and codes are looked at in


def table_options(function: Any) -> Any:
    """How the table is written, where that can't be told from it; `map` and `batch` share them."""
    for option in reversed(
        (
            click.option(
                "--encoding", default="", metavar="NAME", help="As gb18030; else detected."
            ),
            click.option(
                "--delimiter", default="", metavar="MARK", help="As semicolon; else detected."
            ),
            click.option("--sheet", default="", metavar="NAME", help="The sheet of a workbook."),
            click.option(
                "--header-row",
                type=click.IntRange(1, 9999),
                default=1,
                metavar="N",
                help="Where the headers stand; else the first row.",
            ),
        )
    ):
        function = option(function)
    return function


@door("map")
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
    encoding: str,
    delimiter: str,
    sheet: str,
    header_row: int,
    out: Path | None,
) -> None:
    """Draft a mapping: which column of FILE fills which field.

    Headers are matched by name, in Chinese and English. What could not be placed and which
    required fields have no source is told, and stands in the draft as comments. Read it, correct
    it, keep it: the same mapping serves every run.
    """
    from notices.tables.mapping_draft import draft_findings, draft_matches, likely_header_row
    from notices.tables.mapping_text import Sheet, mapping_text
    from notices.tables.row import TableError
    from notices.tables.rows import TableFormat, read_table

    pack = session.pack(pack_id or session.workspace.defaults.pack or session.only_pack())
    if kind and kind not in pack.kinds:
        near = near_miss(kind, pack.kinds) or ", ".join(pack.kinds)
        raise click.UsageError(session.words("no-kind", pack=pack.id, name=kind, near=near))
    form = TableFormat(encoding, delimiter, sheet, header_row)
    try:
        rows = list(islice(read_table(file, form), _SAMPLED))
    except TableError as error:
        _check_title(session, file, likely_header_row(file, form, pack))
        session.note(error.findings)
        session.finish({"file": str(file)})
    headers = tuple(dict.fromkeys(name for row in rows for name in row.cells))
    samples = {h: tuple(row.cells[h] for row in rows if row.cells.get(h)) for h in headers}
    chosen = kind or next(iter(pack.kinds))
    draft = draft_matches(headers, pack, chosen, sender_role, debtor_type)
    if len(draft.matches) < _FEW:
        _check_title(session, file, likely_header_row(file, form, pack))
    if not kind and pack.ladder:
        others = {name: value for name, value in draft.constants.items() if name != "kind"}
        draft = replace(draft, constants=others)
    text = mapping_text(draft, pack, Sheet(form, samples), session.words)
    if out is None:
        session.print(text.rstrip("\n"))
    else:
        write_new(out, text)
        session.say("file-written", file=out)
    session.note(draft_findings(draft, file))
    placed = {m.header: {"field": m.target, "match": m.how} for m in draft.matches}
    session.finish(
        {
            "file": str(out or ""),
            "text": text,
            "placed": placed,
            "unplaced": list(draft.unplaced),
            "missing": [field.path for field in draft.missing],
        },
        CLEAN,
    )


def _check_title(session: Session, file: Path, row: int) -> None:
    """Headers below a title: no draft is made of the title."""
    if row:
        session.note([Finding("header-row-likely", "error", str(file), row, "", {"row": str(row)})])
        session.finish({"file": str(file)})
