"""What a preset's mapping still lacks: fields of the pack that no column of the export fills."""

from __future__ import annotations

from pathlib import Path

from notices.finding import errors_in
from notices.pack.fields import required_fields
from notices.pack.types import Pack
from notices.tables.mapping_check import ACCOUNT, declared
from notices.tables.mapping_draft import Draft
from notices.tables.presets import Asked, read_column_map
from notices.tables.row import TableError, TableFormat


def draft_preset(
    file: Path,
    form: TableFormat,
    asked: Asked,
    pack: Pack,
    kind: str,
    sender_role: str,
    debtor_type: str,
) -> Draft:
    """The draft beside a preset; `kind` "" leaves the kind to the pack's ladder.

    Raises TableError where there is no such preset, or a table is not what it is for.
    """
    made = read_column_map(file, None, form, asked, lambda _: pack)
    if faults := errors_in(made.findings):
        raise TableError(*faults)
    columns = (*made.columns, *(made.customers.columns if made.customers else ()))
    filled = {declared(path) for path in (*(c.path for c in columns), *made.constants)}
    filled |= {"id", "pack", "kind"}
    if len(pack.currencies) == 1:
        filled.add("currency")
    first = kind or next(iter(pack.kinds))
    level = pack.kinds[first].levels[0]
    missing = tuple(
        field
        for field, need in required_fields(pack, first, level, sender_role, debtor_type)
        if need == "always"
        and not field.path.startswith(("sender.", "debts[].items[].", *ACCOUNT))
        and not any(path == field.path or path.startswith(f"{field.path}.") for path in filled)
    )
    return Draft((), {}, (), missing, {"kind": kind} if kind else {})
