"""What a dry run says of a record: the letter that a run would choose, checked; or why none."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Self

from notices.case.reader import Record
from notices.findings import Finding, errors_in
from notices.run.batch_begin import case_key
from notices.run.record import Desk, Request, check_record
from notices.run.settings import Frozen
from notices.run.workers_plan import Planner


class DryPlan:
    """Plans and checks records one after another, as a run begun now would. Use it in a `with`."""

    def __init__(self, desk: Desk, request: Request, dispatch_by: date | None, live: bool) -> None:
        day = request.issue_date or request.today
        frozen = Frozen(
            *("", "", {}, "", day, dispatch_by or day, live),
            repeats=(),
            packs=(),
            profile={},
        )
        self._planner = Planner(desk.workspace, frozen, desk)
        self._desk = desk
        self._request = replace(request, today=day)
        self._stated = {"dispatch_by": dispatch_by.isoformat()} if dispatch_by else {}
        self._twins: frozenset[int] = frozenset()
        self._taken: dict[str, int] = {}  # letters of cases that come again, and their rows

    def look_over(self, records: Iterable[Record]) -> None:
        """Finds case ids that come again, in eight bytes a record."""
        keys = sorted(array("Q", map(case_key, records)))
        self._twins = frozenset(a for a, b in pairwise(keys) if a == b and a)

    def check(self, record: Record) -> Iterator[Finding]:
        """All that a run would tell of the record before it renders."""
        record = replace(record, data={**record.data, **self._stated})
        plan = self._planner.plan(record, self._request)
        yield from plan.findings
        if plan.held:
            return
        for checked in check_record(plan.record, self._desk, plan.request):
            yield from checked.findings
            if errors_in(checked.findings) or case_key(record) not in self._twins:
                continue
            first = self._taken.setdefault(checked.letter_id, record.line())
            if first != record.line():
                params = {"letter": checked.letter_id, "other": str(first)}
                yield Finding(
                    "letter-twice-in-run", "error", record.file, record.line(), "id", params
                )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._planner.close()
