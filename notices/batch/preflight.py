"""Before a live run begins: what would keep every one of its letters from being live."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from notices.batch.dry_run import DrySetup
from notices.batch.job import frozen_record
from notices.batch.planner import Planner
from notices.case.record import Record
from notices.finding import Finding, errors_in
from notices.letter.check import check_record
from notices.letter.live import LiveGate
from notices.letter.resources import Resources

MOST = 200  # records that are asked


def check_ready(records: Iterable[Record], setup: DrySetup) -> tuple[Finding, ...]:
    """What the letters lack that nobody accepted, each once; () as soon as one letter lacks
    nothing, or where none gets so far: its own findings say why.

    Raises NoticesError where the machine or the workspace is at fault.
    """
    found: list[Finding] = []
    resources, request = Resources(setup.workspace, setup.fonts), setup.frozen.request()
    planner = Planner(setup.workspace, setup.frozen, resources, setup.today)
    with LiveGate(setup.workspace, setup.now) as gate:
        try:
            for record in islice(records, MOST):
                if record.faults:
                    continue
                plan = planner.plan(frozen_record(record, setup.frozen), request)
                letters = () if plan.held else check_record(plan.record, resources, plan.request)
                for checked in letters:
                    if errors_in(checked.findings) or checked.document is None:
                        continue
                    told = gate.check_accepted(checked)
                    if not errors_in(told):
                        return ()
                    found += [one for one in told if one not in found]
        finally:
            planner.close()
    return tuple(found)
