"""A dry run's verdicts are the run's: row by row, with one process and with many."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from notices.batch import dry_run as dry
from notices.batch.begin import case_key
from notices.batch.dry_pool import CHUNK, Asked, count_records, judge_all, refuse_twins
from notices.batch.dry_run import Verdict, dry_setup
from notices.batch.settings import Limits
from notices.case.record import Record
from notices.finding import Finding
from notices.ledger.entry import build_entry
from notices.ledger.store import Ledger
from notices.ledger.types import Delivery
from notices.letter.check import Request, check_record
from notices.letter.resources import Resources
from notices.letter.workspace import Workspace
from tests.batch import batches
from tests.batch.batches import DAY, NOW, Rows, run, settings
from tests.letter import letters
from tests.letter.letters import EXAMPLES, WORKSPACE

BOTH = [
    {"type": "consumer", "name": name, "address": ["1 rue du Port"], "role": role}
    for name, role in (("Ada Exemple", "debtor"), ("Bo Specimen", "co_debtor"))
]
ROWS = Rows(
    9,
    {
        2: {"recipient__address": None},
        3: {"holds": ["dispute"]},
        4: {"recipient": None, "parties": BOTH},
        5: {"id": "A-1001"},  # the letter of row 1 once more
        6: {"debts__0__items__0__amount": "-4"},
        7: {"kind": "no_such_kind"},
        8: {"recipient__name": "Ada \u200bExemple"},
    },
)


def judged(
    rows: Any, workspace: Workspace = WORKSPACE, processes: int = 1, **asked: Any
) -> list[Verdict]:
    setup = dry_setup(settings(**asked), workspace, DAY, NOW)
    records = (Asked(record, number) for number, record in enumerate(rows))
    told = list(refuse_twins(judge_all(records, setup, processes), count_records(rows).twins))
    assert [one.beside for one, _ in told] == list(range(len(told))), "in order"
    return [verdict for _, verdict in told]


def plain(findings: tuple[Finding, ...]) -> list[tuple[Any, ...]]:
    return [(f.rule, f.severity, f.file, f.line, f.path, dict(f.params)) for f in findings]


CN = Workspace(pack_roots=(letters.PACKS,), senders=letters.PACKS / "CN" / "examples" / "senders")


def examples() -> list[Record]:
    """The CN pack's examples as rows of one run, each under its sender's name."""
    return [
        replace(one.record, data={**one.record.data, "sender": Path(one.sender.file).stem})
        for name, one in EXAMPLES.items()
        if name.startswith("CN/")
    ]


@pytest.mark.parametrize(
    ("rows", "workspace", "asked"),
    [
        (ROWS, WORKSPACE, {}),
        (examples(), CN, {"sender": "", "issue_date": batches.date(2026, 6, 20)}),
    ],
    ids=["defects", "examples"],
)
def test_each_verdict_and_finding_is_the_runs(
    rows: Any, workspace: Workspace, asked: dict[str, Any], tmp_path: Path
) -> None:
    limits, begun = Limits(workers=1), settings(**asked)
    made, finished = run(rows, tmp_path / "run", workspace, begun, limits, make=batches.canned)
    assert finished
    by_row: dict[int, list[batches.Outcome]] = {}
    for outcome in sorted(made, key=lambda one: one.number):
        by_row.setdefault(outcome.number, []).append(outcome)
    verdicts = judged(rows, workspace, **asked)
    assert {"accepted", "held"} <= {verdict.state for verdict in verdicts}
    for number, verdict in enumerate(verdicts, start=1):
        outcomes = by_row[number]
        states = {outcome.state.replace("written", "accepted") for outcome in outcomes}
        assert {verdict.state} == states, number
        told = tuple(finding for outcome in outcomes for finding in outcome.findings)
        assert plain(verdict.findings) == plain(told), number
        ids = tuple(outcome.letter_id for outcome in outcomes if outcome.letter_id)
        assert verdict.letters == ids, number


def test_many_processes_say_what_one_says() -> None:
    rows = Rows(2 * CHUNK + 5, {3: {"recipient__address": None}, CHUNK + 1: {"holds": ["dispute"]}})
    assert judged(rows, processes=2) == judged(rows)


def test_the_ledger_and_the_ladder_decide(tmp_path: Path) -> None:
    """The same letter is not due again; an address from which one came back is held."""
    url = f"sqlite:///{tmp_path / 'letters.sqlite'}"
    workspace = replace(CN, root=tmp_path, ledger_url=url)
    example = EXAMPLES[letters.REMINDER]
    data = {k: v for k, v in example.record.data.items() if k not in ("kind", "level")}
    row = replace(example.record, data={**data, "sender": Path(example.sender.file).stem})
    day = batches.date.fromisoformat(row.data["issue_date"])
    asked = {"sender": "", "issue_date": day}
    assert [one.state for one in judged([row], workspace, **asked)] == ["accepted"]
    (checked,) = check_record(row, Resources(workspace), Request(day, kind="reminder", level=1))
    assert checked.case and checked.figures and checked.pack
    entry = build_entry(
        checked.case,
        checked.figures,
        checked.pack,
        row.data,
        letter_id=checked.letter_id,
        text_digest="t" * 64,
        pdf_sha256="p" * 64,
        created_at=NOW,
        profile={},
    )
    with Ledger(workspace.ledger_url) as ledger:
        ledger.issue(entry)
        later = asked | {"issue_date": day + timedelta(days=2)}
        (again,) = judged([row], workspace, **later)
        ledger.record_delivery(Delivery(entry.letter_id, "returned"))
        (returned,) = judged([row], workspace, **asked)
    assert again.state == "held", again
    assert returned.state == "held", returned
    assert "address-returned" in {finding.rule for finding in returned.findings}


def test_a_record_that_stumbles_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    real = dry.check_record

    def stumble(record: Record, desk: Resources, request: Request) -> Any:
        if record.data["id"] == "A-1002":
            raise KeyError("Ada Exemple")
        return real(record, desk, request)

    monkeypatch.setattr(dry, "check_record", stumble)
    first, second, third = judged(Rows(3))
    assert (first.state, second.state, third.state) == ("accepted", "failed", "accepted")
    (finding,) = second.findings
    assert finding.rule == "letter-crashed" and "Ada" not in str(finding.params)


def test_ids_that_come_again_are_counted_at_a_first_look() -> None:
    count = count_records(Rows(500, {7: {"id": "A-1003"}, 9: {"id": ""}, 11: {"id": ""}}))
    assert count.rows == 500
    assert case_key(Record({"id": "A-1003"})) in count.twins
    assert len(count.twins) < 5, "hardly any other"
