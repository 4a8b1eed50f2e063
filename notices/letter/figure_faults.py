"""What the figures of a record are told of while its recipient is not mended yet: a record's faults
are told all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from notices.case.build import build_cases
from notices.case.record import Record
from notices.case.schema import check_schema
from notices.figures.check import check_figures
from notices.figures.derive import derive_figures
from notices.finding import Finding, errors_in
from notices.pack.types import Pack

_STAND_INS = {"name": "A", "address": ["A 1", "A"]}
# What no figure depends on; the type and the place decide about interest and days off.
_UNCOUNTED = {*_STAND_INS, "phone", "id_number", "salutation", "surname"}


def figure_faults(
    record: Record, sender: Record, pack: Pack, issue_date: date, found: Sequence[Finding]
) -> tuple[Finding, ...]:
    """The figures' findings, without places in the file; () where what `found` says is wrong may
    change them."""
    recipient = record.data.get("recipient")
    wrong = {fault.path.partition(".") for fault in errors_in(found)}
    leaves = {leaf.partition("[")[0].partition(".")[0] for _, _, leaf in wrong}
    if {head for head, _, _ in wrong} != {"recipient"} or not leaves <= _UNCOUNTED:
        return ()
    given = recipient if isinstance(recipient, dict) else {}
    kept = {name: value for name, value in given.items() if name not in leaves}
    data = {**record.data, "recipient": {**_STAND_INS, **kept}}
    whole = replace(record, data=data)
    if errors_in(check_schema(whole, sender, pack)):
        return ()
    (case,) = build_cases(whole, sender, pack, issue_date)
    figures, findings = derive_figures(case, pack)
    return (*findings, *check_figures(case, figures, pack))
