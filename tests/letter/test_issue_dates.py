"""Which date a letter may have: today's or near it, or one that was said at the door."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from notices.catalogue import hint, line_of
from notices.finding import errors_in
from notices.letter.check import UNSAID_DAYS, Checked
from notices.letter.make import LetterMaker, Request, check_record
from notices.letter.options import LetterOptions
from tests.letter import letters
from tests.letter.letters import DEMAND

STATED = date(2026, 3, 31)


def checked(maker: LetterMaker, request: Request, stated: str | None = str(STATED)) -> Checked:
    record = letters.case(DEMAND, issue_date=stated, as_of=None, dispatch_by=None)
    (one,) = check_record(record, maker.resources, request, letters.sender(DEMAND))
    return one


@pytest.mark.parametrize("off", [-UNSAID_DAYS - 1, -UNSAID_DAYS, 0, UNSAID_DAYS, UNSAID_DAYS + 1])
def test_a_record_s_date_far_from_today_is_asked_for_as_well(maker: LetterMaker, off: int) -> None:
    today = STATED + timedelta(off)
    one = checked(maker, Request(today))
    far = abs(off) > 7
    assert {f.rule for f in errors_in(one.findings)} == ({"issue-date-unsaid"} if far else set())
    if far:
        (finding,) = errors_in(one.findings)
        assert finding.path == "issue_date" and finding.line
        for language in ("en", "zh"):
            assert str(today) in line_of(finding, language)
            assert "--issue-date 2026-03-31" in hint(finding, language)
    said = checked(maker, Request(today, LetterOptions(issue_date=STATED)))
    assert said.document is not None and said.case is not None
    assert said.case.issue_date == STATED


def test_a_record_without_a_date_has_the_door_s(maker: LetterMaker) -> None:
    for request in (Request(STATED), Request(date(2026, 1, 1), LetterOptions(issue_date=STATED))):
        one = checked(maker, request, None)
        assert one.case is not None and one.case.issue_date == STATED
    assert checked(maker, Request(STATED), "31.03.2026").case is None  # told by its form
    assert "issue-date-unsaid" not in letters.rules(
        checked(maker, Request(STATED), "31.03.2026").findings
    )


@pytest.mark.parametrize(
    ("stated", "rules"),
    [
        ("2026-03-31", set()),
        (None, set()),
        ("2026-03-30", {"issue-date-not-the-runs"}),
        ("2026-11-29", {"issue-date-not-the-runs"}),
    ],
)
def test_a_row_has_its_run_s_date_or_is_rejected(
    maker: LetterMaker, stated: str | None, rules: set[str]
) -> None:
    run = Request(STATED, LetterOptions(issue_date=STATED), in_run=True)
    one = checked(maker, run, stated)
    assert {f.rule for f in errors_in(one.findings)} == rules
    for finding in errors_in(one.findings):
        assert "2026-03-31" in line_of(finding) and f"--issue-date {stated}" in hint(finding)
