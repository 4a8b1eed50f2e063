"""Thirty ways in which a real export is wrong: each gets its verdict, told by rule and column, the
same from CSV, XLSX and JSONL, dry and in a run; what is rejected can be corrected and run again."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from notices.batch.finish import finish_run
from notices.batch.rows import TableRows
from notices.batch.run import BatchRun
from notices.batch.settings import BatchSettings, Limits, Start
from notices.cli.main import main
from notices.letter.options import LetterOptions
from notices.letter.workspace import read_workspace
from notices.pack.load import load_pack
from notices.places import PACKS
from notices.tables.mapping import read_mapping
from notices.tables.rows import TableFormat
from notices.tables.table_records import find_source
from tests.accounts.defects import Account, Verdict, defects, make_accounts, one_of_each
from tests.accounts.files import FORMATS, write_accounts
from tests.accounts.good import DISPATCH_BY, HEADERS, HOME, ISSUE_DATE
from tests.batch.batches import canned

pytestmark = pytest.mark.heavy

ACCOUNTS = one_of_each(seed=3)
DAYS = ("--issue-date", ISSUE_DATE.isoformat(), "--dispatch-by", DISPATCH_BY.isoformat())
Told = dict[int, set[tuple[str, str]]]  # place in the table → rules and columns


@dataclass(frozen=True)
class Ran:
    """What a run and a dry run made of the same table."""

    states: tuple[str, ...]
    told: Told
    dry: Told
    dry_counts: dict[str, int]


def workspace(place: Path) -> Path:
    assert main(["init", str(place)]) == 0
    for name in ("sample-bank", "sample-trading"):
        shutil.copy(PACKS / "CN" / "examples" / "senders" / f"{name}.yaml", place / "senders")
    return place


def told(file: Path, first: int) -> Told:
    """Errors, and why a row waits, by its place; `first` is the number of the first row."""
    found: Told = {}
    with file.open(encoding="utf-8-sig", newline="") as handle:
        for line in csv.DictReader(handle):
            if line["severity"] == "error" or line["rule"].startswith("ladder-"):
                place = int(line["row"]) - first
                found.setdefault(place, set()).add((line["rule"], line["column"]))
                assert line["reason_en"] and line["reason_zh"] and line["remedy_zh"]
    return found


@pytest.fixture(scope="module", params=FORMATS)
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """All defects in one table: checked by the command, and run with letters that cost nothing."""
    place = workspace(tmp_path_factory.mktemp(request.param) / "desk")
    table = write_accounts([a.row for a in ACCOUNTS], place / f"accounts.{request.param}")
    mapped = ("--map", str(HOME / "mapping.yaml"))
    dry = place / "dry"
    words = ("batch", str(table), *mapped, *DAYS, "--dry-run", "--out", str(dry))
    assert main(["--workspace", str(place), *words]) == 1
    rejects = dry / f"rejects.{request.param}"
    column_map = read_mapping(HOME / "mapping.yaml")
    pack = load_pack(PACKS / "CN")
    rows = TableRows(find_source(table, column_map, TableFormat()), column_map, pack)
    refused = TableRows(find_source(rejects, column_map, TableFormat()), column_map, pack)
    settings = BatchSettings("each", LetterOptions(issue_date=ISSUE_DATE), dispatch_by=DISPATCH_BY)
    start = Start(ISSUE_DATE, f"{ISSUE_DATE}T08:00:00+00:00", make=canned)
    with BatchRun(
        rows, read_workspace(place, place), place / "run", settings, Limits(workers=1), start
    ) as run:
        for _ in run.outcomes():
            pass
        assert finish_run(run, rows.write_findings) is not None
    manifest = (place / "run" / "manifest.jsonl").read_text(encoding="utf-8")
    states = tuple(json.loads(line)["state"] for line in manifest.splitlines())
    first = 1 if request.param == "jsonl" else 2
    rejected = sum(1 for _ in refused)
    return Ran(
        states,
        told(place / "run" / "findings.csv", first),
        told(dry / "findings.csv", first),
        {"rejected": rejected, "all": len(states)},
    )


def test_there_are_thirty_defects_no_two_alike() -> None:
    verdicts = {name: Verdict(*about["verdict"]) for name, about in defects().items()}
    assert len(verdicts) == 30
    assert len({(v.rule, v.column) for v in verdicts.values()}) == 30
    assert {account.defect for account in ACCOUNTS} - {""} == set(verdicts)
    assert all(v.column in ("", *HEADERS) for v in verdicts.values())


@pytest.mark.parametrize("defect", defects())
def test_a_defect_gets_its_verdict(ran: Ran, defect: str) -> None:
    place = next(i for i, account in enumerate(ACCOUNTS) if account.defect == defect)
    verdict = ACCOUNTS[place].verdict
    assert verdict is not None
    assert ran.states[place] == verdict.state
    assert ran.told[place] == ran.dry[place] == {(verdict.rule, verdict.column)}


def test_sound_rows_become_letters(ran: Ran) -> None:
    sound = [i for i, account in enumerate(ACCOUNTS) if not account.defect]
    assert [ran.states[i] for i in sound] == ["written"] * len(sound)
    assert not {*ran.told, *ran.dry} & set(sound)
    assert ran.dry_counts["all"] == len(ACCOUNTS)
    assert ran.dry_counts["rejected"] == ran.states.count("rejected")


def test_the_same_seed_gives_the_same_accounts() -> None:
    accounts = make_accounts(200, seed=1)
    assert accounts == make_accounts(200, seed=1)
    assert accounts != make_accounts(200, seed=2)
    assert sum(bool(account.defect) for account in accounts) == 10
    assert {str(account.row["业务类型"]) for account in accounts} >= {
        "消费贷",
        "信用卡",
        "货款",
        "借款",
    }


def test_rejects_are_corrected_and_run_again(tmp_path: Path) -> None:
    place = workspace(tmp_path / "desk")
    accounts = make_accounts(12, seed=5, share=25)
    faulty = {str(a.row["案件编号"]): a for a in accounts if a.defect}
    assert len(faulty) == 3
    table = write_accounts([a.row for a in accounts], place / "accounts.csv")
    first, second = place / "run", place / "second"
    assert batch(place, table, first) == 1
    assert states(first) == {"written": 9, "rejected": 3}
    assert len(list((first / "letters").rglob("*.pdf"))) == 9
    report = (first / "report.html").read_text(encoding="utf-8")
    assert 'src="http' not in report and not any(name(a) in report for a in accounts)

    mended = correct(first / "rejects.csv", faulty)
    assert batch(place, mended, second) == 0
    assert states(second) == {"written": 3}
    cases = {json.loads(line)["case_id"] for line in manifest(second)}
    assert cases == set(faulty)


def batch(place: Path, table: Path, out: Path) -> int:
    words = (str(table), "--map", str(HOME / "mapping.yaml"), *DAYS, "--out", str(out))
    return main(["--workspace", str(place), "batch", *words, "--workers", "1"])


def manifest(run: Path) -> list[str]:
    return (run / "manifest.jsonl").read_text(encoding="utf-8").splitlines()


def states(run: Path) -> dict[str, int]:
    met = [json.loads(line)["state"] for line in manifest(run)]
    return {state: met.count(state) for state in sorted(set(met), reverse=True)}


def name(account: Account) -> str:
    return str(account.row["客户名称"])


def correct(rejects: Path, faulty: dict[str, Account]) -> Path:
    """The rejected rows with the cells that were wrong put right, as a person would."""
    with rejects.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    for row in rows:
        account = faulty[row["案件编号"]]
        assert account.sound is not None
        for header in defects()[account.defect]["set"]:
            row[header] = str(account.sound[header])
    mended = rejects.with_name("mended.csv")
    with mended.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.DictWriter(handle, [*rows[0]])
        writer.writeheader()
        writer.writerows(rows)
    return mended
