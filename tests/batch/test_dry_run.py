"""A dry run's verdicts are the run's: row by row, with one process and with many."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from notices.batch.case_keys import case_key
from notices.batch.dry_run import (
    CHUNK,
    check_each,
    count_records,
    dry_equipment,
    dry_setup,
    refuse_twins,
)
from notices.batch.dry_summary import GivenRow, row_outcome
from notices.batch.manifest import Outcome
from notices.batch.settings import Limits, Start
from notices.case.record import Record
from notices.finding import Finding, errors_in
from notices.ledger.entry import build_entry
from notices.ledger.store import Ledger
from notices.ledger.types import Delivery, Evidence
from notices.letter import stages
from notices.letter.check import Request, check_record
from notices.letter.options import LetterOptions
from notices.letter.resources import Resources
from notices.letter.workspace import Workspace
from notices.wording.digests import KindText
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


def checked_rows(
    rows: Any, workspace: Workspace = WORKSPACE, processes: int = 1, **asked: Any
) -> list[tuple[Outcome, ...]]:
    """What a dry run says of each row, a letter at a time."""
    start = Start(DAY, NOW)
    setup = dry_setup(settings(**asked), workspace, start)
    equipment = dry_equipment(settings(**asked), workspace, Limits(workers=processes))
    given = [GivenRow(record) for record in rows]
    counted = count_records(rows)
    assert counted.rows == len(given)
    told = list(refuse_twins(check_each(given, setup, equipment, len(given)), counted.twins))
    assert [row for row, _ in told] == given, "in order"
    return [outcomes for _, outcomes in told]


def states(rows: Any, workspace: Workspace = WORKSPACE, **asked: Any) -> list[str]:
    return [row_outcome(outcomes).state for outcomes in checked_rows(rows, workspace, **asked)]


def plain(findings: tuple[Finding, ...]) -> list[tuple[Any, ...]]:
    return [(f.rule, f.severity, f.file, f.line, f.path, dict(f.params)) for f in findings]


CN = Workspace(pack_roots=(letters.PACKS,), senders=letters.PACKS / "CN" / "examples" / "senders")


def examples() -> list[Record]:
    """The CN pack's examples as rows of one run, each under its sender's name, on the run's day."""
    rows = []
    for name, one in EXAMPLES.items():
        if name.startswith("CN/"):
            data = {key: value for key, value in one.record.data.items() if key != "issue_date"}
            data["sender"] = Path(one.sender.file).stem
            rows.append(replace(one.record, data=data))
    return rows


@pytest.mark.heavy
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
    dry = checked_rows(rows, workspace, **asked)
    assert {"accepted", "held"} <= {row_outcome(outcomes).state for outcomes in dry}
    for number, outcomes in enumerate(dry, start=1):
        theirs = by_row[number]
        assert [o.state for o in outcomes] == [
            o.state.replace("written", "accepted") for o in theirs
        ], number
        for own, other in zip(outcomes, theirs, strict=True):
            told = plain(own.findings)
            if own.state == "held":  # what else is wrong is told as well, before the hold ends
                besides = told[len(other.findings) :]
                assert {severity for _, severity, *_ in besides} <= {"warning"}, number
                told = told[: len(other.findings)]
            assert told == plain(other.findings), number
            assert own.letter_id == other.letter_id, number


@pytest.mark.heavy
def test_many_processes_say_what_one_says() -> None:
    rows = Rows(2 * CHUNK + 5, {3: {"recipient__address": None}, CHUNK + 1: {"holds": ["dispute"]}})
    assert checked_rows(rows, processes=2) == checked_rows(rows)


def test_the_ledger_and_the_ladder_decide(tmp_path: Path) -> None:
    """The same letter is not due again; an address from which one came back is held."""
    url = f"sqlite:///{tmp_path / 'letters.sqlite'}"
    workspace = replace(CN, root=tmp_path, ledger_url=url)
    example = EXAMPLES[letters.REMINDER]
    data = {k: v for k, v in example.record.data.items() if k not in ("kind", "level")}
    row = replace(example.record, data={**data, "sender": Path(example.sender.file).stem})
    day = batches.date.fromisoformat(row.data["issue_date"])
    asked = {"sender": "", "issue_date": day}
    assert states([row], workspace, **asked) == ["accepted"]
    (checked,) = check_record(
        row, Resources(workspace), Request(day, LetterOptions(kind="reminder", level=1))
    )
    assert checked.case and checked.figures and checked.pack
    entry = build_entry(
        checked.case,
        checked.figures,
        checked.pack,
        row.data,
        Evidence(checked.letter_id, KindText("t" * 64, {}, {}), "p" * 64, NOW),
    )
    with Ledger(workspace.ledger_url) as ledger:
        ledger.issue(entry)
        later = asked | {"issue_date": day + timedelta(days=2)}
        again = states([row], workspace, **later)
        ledger.record_delivery(Delivery(entry.letter_id, "returned"))
        ((returned,),) = checked_rows([row], workspace, **asked)
    assert again == ["held"]
    assert returned.state == "held", returned
    assert "address-returned" in {finding.rule for finding in returned.findings}


def test_a_record_that_stumbles_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    real = stages.check_record

    def stumble(record: Record, *others: Any) -> Any:
        if record.data["id"] == "A-1002":
            raise KeyError("Ada Exemple")
        return real(record, *others)

    monkeypatch.setattr(stages, "check_record", stumble)
    (first,), (second,), (third,) = checked_rows(Rows(3))
    assert (first.state, second.state, third.state) == ("accepted", "failed", "accepted")
    (finding,) = second.findings
    assert finding.rule == "letter-crashed" and "Ada" not in str(finding.params)


def test_ids_that_come_again_are_counted_at_a_first_look() -> None:
    count = count_records(Rows(500, {7: {"id": "A-1003"}, 9: {"id": ""}, 11: {"id": ""}}))
    assert count.rows == 500
    assert case_key(Record({"id": "A-1003"})) in count.twins
    assert len(count.twins) < 5, "hardly any other"


def test_interest_on_a_debt_paid_in_part_needs_the_day_of_payment() -> None:
    (row,) = Rows(1)
    undated = replace(row, undated=frozenset((row.line("debts", 0),)))
    ((without_day,),) = checked_rows([undated])
    assert without_day.state == "rejected"
    assert {f.rule for f in errors_in(without_day.findings)} == {"paid-needs-date"}
    assert states([row]) == ["accepted"]
