"""Before a run or a dry run begins: what would keep every one of its letters from being live."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from notices.batch.job import RunIssuer, Setup
from notices.batch.worker import Equipment
from notices.case.record import Record
from notices.finding import Finding, errors_in
from notices.letter.holds import read_holds
from notices.letter.make import LetterMaker

MOST = 200  # records that are asked


def check_start(
    records: Iterable[Record], setup: Setup, equipment: Equipment, *, is_begun: bool = False
) -> tuple[Finding, ...]:
    """What concerns no row alone; with an error among it nothing may be begun.

    A run that has begun is not asked for acceptance again: its letters are held one by one. Raises
    NoticesError where the machine or the workspace is at fault.
    """
    # the errors of a holds file are reported with the cases that they hold
    notes = tuple(f for f in read_holds(setup.workspace).faults if f.severity != "error")
    if not setup.frozen.live:
        return notes
    if setup.workspace.root is None:
        return (*notes, Finding("live-needs-workspace"))
    return notes if is_begun else (*notes, *_check_accepted(records, setup, equipment))


def _check_accepted(
    records: Iterable[Record], setup: Setup, equipment: Equipment
) -> tuple[Finding, ...]:
    """What the letters need that nobody accepted, each once; () as soon as one letter needs
    nothing, or where none gets so far: its own findings say why."""
    found: list[Finding] = []
    maker = LetterMaker(equipment.workspace, equipment.fonts)
    with maker, RunIssuer(maker, setup) as issuer:
        for record in islice(records, MOST):
            if record.faults:
                continue
            for result in issuer.ready(record):
                if result.state != "accepted":
                    continue
                unaccepted = issuer.gate.check_accepted(result.checked)
                if not errors_in(unaccepted):
                    return ()
                found += [finding for finding in unaccepted if finding not in found]
    return tuple(found)
