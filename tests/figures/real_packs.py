"""A shipped pack's figures of a record, the way a letter goes: schema, case, figures; no page."""

from __future__ import annotations

from functools import cache

from notices.case.build import build_case
from notices.case.record import Record
from notices.case.schema import check_schema
from notices.catalogue import line_of
from notices.figures.derive import derive_figures
from notices.figures.types import Figures
from notices.finding import Finding, errors_in
from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.places import PACKS
from tests.letter.letters import TODAY


@cache
def pack(name: str) -> Pack:
    return load_pack(PACKS / name)


def derived(record: Record, sender: Record) -> tuple[Figures | None, tuple[Finding, ...]]:
    """Figures and findings of a record that the schema has nothing against."""
    law = pack(record.data["pack"])
    faults = errors_in(check_schema(record, sender, law))
    assert not faults, [line_of(fault) for fault in faults]
    return derive_figures(build_case(record, sender, law, TODAY), law)


def figures(record: Record, sender: Record) -> Figures:
    """The figures of a record that nothing is wrong with."""
    found, findings = derived(record, sender)
    assert found is not None, [line_of(finding) for finding in findings]
    return found
