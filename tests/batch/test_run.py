"""A run: every row has one outcome, whatever happens to the machine on the way."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from notices.batch.job import Job, Row, Setup
from notices.batch.manifest import Outcome
from notices.batch.pool import Pool
from notices.batch.rows import TableRows, digest_of
from notices.batch.run import BatchRun
from notices.batch.settings import Limits, Start, freeze_dates
from notices.batch.worker import Equipment
from notices.case.addresses import find_postcode
from notices.catalogue import hint
from notices.errors import FileError
from notices.letter.workspace import Workspace
from notices.pack.load import load_pack
from notices.places import PACKS
from notices.tables.mapping import ColumnMap
from notices.tables.row import TableFormat
from notices.tables.table_records import Source
from tests.batch import batches
from tests.batch.batches import DAY, NOW, Rows, files, run, settings
from tests.letter import letters

pytestmark = pytest.mark.heavy

# Row 3 lacks an address, row 5 is the letter of row 1 once more, row 7 tells of row 2's debtor.
DEFECTS = {
    3: {"recipient__address": None},
    5: {"id": "A-1001"},
    7: {"debts__0__items__0__note": "as agreed with Cy Muster-2x"},
}
ROWS = Rows(8, DEFECTS)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    made, finished = run(ROWS, folder, limits=Limits(workers=2))
    assert finished and len(made) == 8
    return folder


def told(folder: Path) -> list[Outcome]:
    return list(batches.read_manifest(folder))


def rules(outcome: Outcome) -> set[str]:
    return {finding.rule for finding in outcome.findings}


def test_every_row_has_its_outcome_in_order(whole: Path) -> None:
    outcomes = told(whole)
    assert [outcome.number for outcome in outcomes] == list(range(1, 9))
    states = {outcome.row: outcome.state for outcome in outcomes if outcome.state != "written"}
    assert states == {3: "rejected", 5: "rejected", 7: "rejected"}
    assert "required-field" in rules(outcomes[2])
    (twice,) = [f for f in outcomes[4].findings if f.rule == "letter-twice-in-run"]
    assert twice.params["other"] == "1"
    (foreign,) = [f for f in outcomes[6].findings if f.rule == "foreign-value"]
    assert foreign.params["row"] == "2" and "Muster" not in str(foreign.params)


def test_each_letter_is_in_its_place_with_its_hash(whole: Path) -> None:
    there = files(whole)
    named = {o.file: o for o in told(whole) if o.state == "written"}
    assert there.keys() == named.keys()
    for place, outcome in named.items():
        assert hashlib.sha256(there[place]).hexdigest() == outcome.sha256
        shard = hashlib.sha256(outcome.letter_id.encode()).hexdigest()[:2]
        assert place == f"letters/{shard}/{outcome.letter_id}.draft.pdf"
        assert outcome.pages and outcome.sheets == (outcome.pages + 1) // 2


def test_an_envelope_for_one_side_takes_a_sheet_for_each_page(tmp_path: Path) -> None:
    one_sided = settings(envelope="ch-c56-right")
    made, _ = run(Rows(1), tmp_path, asked=one_sided)
    assert [outcome.state for outcome in made] == ["written"]
    assert made[0].sheets == made[0].pages > 0


def test_a_letter_of_a_run_is_the_letter_alone(whole: Path, maker: letters.LetterMaker) -> None:
    record = next(iter(ROWS))
    record = replace(record, data={**record.data, "dispatch_by": DAY.isoformat()})
    alone = letters.made(maker, record, letters.sender("ZZ/invoice-reminder"), issue_date=DAY)
    first = told(whole)[0]
    assert (first.letter_id, first.pages, first.total) == (alone.letter_id, alone.pages, "1006.348")
    assert first.sha256 == alone.digest


def test_the_same_run_again_writes_nothing(whole: Path) -> None:
    def looks() -> dict[str, tuple[int, int]]:
        every = (file for file in whole.rglob("*") if file.is_file())
        return {str(file): (file.stat().st_mtime_ns, file.stat().st_ino) for file in every}

    before = looks()
    made, finished = run(ROWS, whole, today=DAY.replace(day=9))
    assert not made and finished
    assert looks() == before


def test_lost_and_altered_letters_are_made_again_alone(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    there = files(folder)
    lost, altered, *_ = there
    (folder / lost).unlink()
    (folder / altered).write_bytes(there[altered][:-7])
    made, finished = run(ROWS, folder)
    assert finished
    assert sorted(o.file for o in made if o.state == "written") == sorted((lost, altered))
    assert files(folder) == there


def test_a_torn_journal_loses_one_row_only(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    journal = folder / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-9])
    torn = re.search(rb'"number":(\d+)', journal.read_bytes().splitlines()[-1])
    made, finished = run(ROWS, folder)
    assert torn and finished and [o.number for o in made] == [int(torn[1])]
    assert files(folder) == files(whole)
    assert (folder / "manifest.jsonl").read_bytes() == (whole / "manifest.jsonl").read_bytes()


def test_a_stray_letter_is_swept(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    (folder / "letters" / "00").mkdir(exist_ok=True)
    stray = folder / "letters" / "00" / "stray.draft.pdf"
    stray.write_bytes(b"%PDF")
    run(ROWS, folder)
    assert not stray.exists() and files(folder) == files(whole)


def test_a_stopped_run_goes_on_with_its_dates_and_its_pack(whole: Path, tmp_path: Path) -> None:
    own = tmp_path / "packs"
    shutil.copytree(letters.MADE_UP / "ZZ", own / "ZZ")
    workspace = Workspace(pack_roots=(own, PACKS))
    folder = tmp_path / "run"
    seen: list[Outcome] = []
    begin = Start(DAY, NOW, stop=lambda: len(seen) >= 2)
    with BatchRun(ROWS, workspace, folder, settings(), Limits(workers=1), begin) as batch:
        for outcome in batch.outcomes():
            seen.append(outcome)
        assert not batch.complete
    assert not (folder / "manifest.jsonl").exists()
    for file in (own / "ZZ" / "clauses").glob("*.yaml"):
        file.write_text(file.read_text(encoding="utf-8").replace("the", "ye"), encoding="utf-8")
    made, finished = run(ROWS, folder, workspace, today=DAY.replace(month=9))
    assert finished and len(made) == 8 - len(seen)
    assert files(folder) == files(whole)
    frozen = json.loads((folder / "run.json").read_text())
    assert frozen["issue_date"] == DAY.isoformat()


def test_a_folder_belongs_to_one_run(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="another run stands here"):
        run(ROWS, whole, asked=settings(input_digest="others"))
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FileError, match=r"not empty \(mine.txt\)"):
        run(ROWS, tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "mine"
    begin = Start(DAY, NOW)
    with (
        BatchRun(ROWS, letters.WORKSPACE, whole, settings(), Limits(workers=1), begin),
        pytest.raises(FileError, match="another call works on this run"),
    ):
        run(ROWS, whole)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="Not a directory"):
        run(ROWS, tmp_path / "file" / "run")


def test_one_letter_never_stops_the_others(tmp_path: Path) -> None:
    """Killed, hanging, out of memory, stumbling: each is told, the rest is there."""
    limits = Limits(workers=2, seconds=3.0)
    made, finished = run(Rows(8), tmp_path / "run", limits=limits, make=batches.mishaps)
    assert finished
    found = {o.row: (o.state, *rules(o)) for o in made if o.state != "written"}
    assert found == {
        2: ("failed", "letter-worker-died"),
        3: ("failed", "letter-time-limit"),
        4: ("failed", "letter-memory"),
        5: ("failed", "letter-crashed"),
    }
    assert {o.row for o in made if o.state == "written"} == {1, 6, 7, 8}
    assert next(o.tried for o in made if o.row == 2) == 2
    report = (tmp_path / "run" / "findings.csv").read_text(encoding="utf-8")
    assert "RecursionError" in report and "Exemple" not in report
    again, finished = run(Rows(8), tmp_path / "run", make=batches.canned)
    assert finished and [o.row for o in again] == [2, 3, 4, 5]
    assert {o.state for o in again} == {"written"}


@pytest.mark.heavy
def test_of_several_rows_in_a_workers_hand_only_the_guilty_one_fails(tmp_path: Path) -> None:
    """As a dry run hands them out; each is tried alone before anything is said of it."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "tmp").mkdir()
    start = Start(DAY, NOW)
    frozen = freeze_dates(settings(), start)
    setup = Setup(tmp_path, letters.WORKSPACE, frozen, NOW, DAY, make=batches.mishaps)
    equipment = Equipment(
        letters.WORKSPACE, (), Limits(workers=1), tmp_path / "workers.log", draws=False
    )
    rows = tuple(Row(n, n, record) for n, record in enumerate(Rows(2), start=1))
    with Pool(equipment) as pool:
        pool.set_up(setup)
        pool.first_ready()
        pool.give(Job(rows))
        outcomes: list[Outcome] = []
        while pool.busy:
            outcomes += (o for answer in pool.wait() for o in answer.outcomes)
    assert {(o.row, o.state) for o in outcomes} == {(1, "written"), (2, "failed")}
    assert rules(outcomes[-1]) == {"letter-worker-died"}


def test_a_full_disk_stops_the_run_and_nothing_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with pytest.raises(FileError, match=r"too large|space"):
        run(Rows(6), folder, make=batches.no_room)
    kept = files(folder)
    assert len(kept) == 2
    made, finished = run(Rows(6), folder, make=batches.canned)
    assert finished and [o.row for o in made] == [3, 4, 5, 6]
    assert files(folder).items() >= kept.items()


def test_a_record_with_two_parties_makes_two_letters(tmp_path: Path) -> None:
    both = [
        {"type": "consumer", "name": name, "address": ["1 rue du Port"], "role": role}
        for name, role in (("Ada Exemple", "debtor"), ("Bo Specimen", "co_debtor"))
    ]
    rows = Rows(2, {2: {"recipient": None, "parties": both}})
    made, finished = run(rows, tmp_path / "run", make=batches.canned)
    assert finished and sorted(o.row for o in made) == [1, 2, 2]
    assert len(files(tmp_path / "run")) == 3
    again, _ = run(rows, tmp_path / "run", make=batches.canned)
    assert not again


def test_the_tables_are_safe_and_the_report_is_anonymous(whole: Path) -> None:
    with (whole / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["number"] for row in rows] == [str(n) for n in range(1, 9)]
    manifest = (whole / "manifest.jsonl").read_text(encoding="utf-8")
    report = (whole / "report.html").read_text(encoding="utf-8")
    words = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", report)
    for name in (*batches.NAMES, "rue du Port", "C-2025", "A-10"):
        assert name not in words
    for name in (*batches.NAMES[1:], "1 rue du Port, ZZ-100", "C-2025-0000"):
        assert name not in manifest
    assert report != words, "a picture of the example is in it"
    assert not re.search(r"(?:src|href)=\"(?!data:)", report) and "<script" not in report
    assert "Letter run" in words and "信函批次报告" in words
    assert words.count("{") == words.count("}") and "…" not in words
    assert "XTS 5," in words, "the sum of what was written"


def test_one_run_may_hold_letters_of_several_packs(tmp_path: Path) -> None:
    """The same kind and level in two packs: two rows of the report, each with its own picture."""
    senders = tmp_path / "senders"
    senders.mkdir()
    shutil.copy(batches.SENDER, senders)
    shutil.copy(PACKS / "generic" / "examples" / "senders" / "sample-garden.yaml", senders)
    named = Rows(2, {row: {"sender": "zet-credit"} for row in (1, 2)})
    other = letters.case("generic/reminder-consumer-en-fr", sender="sample-garden", issue_date=None)
    workspace = replace(letters.WORKSPACE, root=tmp_path, senders=senders)
    asked = settings(sender="")
    rows = [*named, other]
    made, finished = run(rows, tmp_path / "run", workspace, asked, make=batches.canned)
    assert finished
    assert [(o.state, o.pack, o.kind) for o in sorted(made, key=lambda o: o.row or 9)] == [
        ("written", "ZZ", "reminder"),
        ("written", "ZZ", "reminder"),
        ("written", "generic", "reminder"),
    ]
    with (tmp_path / "run" / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        assert [row["pack"] for row in csv.DictReader(lines)] == ["ZZ", "ZZ", "generic"]
    summary = json.loads((tmp_path / "run" / "summary.json").read_text(encoding="utf-8"))
    counted = {(k["pack"], k["kind"]): (k["letters"], k["totals"]) for k in summary["kinds"]}
    assert counted["ZZ", "reminder"][0] == 2
    assert counted["generic", "reminder"] == (1, {"EUR": "1250.00"})
    report = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    pictures = re.findall(r"data:image/png;base64,([A-Za-z0-9+/=]+)", report)
    assert len(set(pictures)) == 2
    assert "ZZ/reminder" in report and "generic/reminder" in report


@pytest.mark.slow
def test_a_worker_makes_room_for_a_fresh_one(tmp_path: Path) -> None:
    limits = Limits(workers=1, letters=3)
    made, finished = run(Rows(8), tmp_path / "run", limits=limits, make=batches.canned)
    assert finished and [o.tried for o in made] == [1] * 8
    assert {o.state for o in made} == {"written"}


def test_a_hold_added_since_the_run_began_binds_what_is_left(tmp_path: Path) -> None:
    folder, place = tmp_path / "run", tmp_path / "place"
    place.mkdir()
    workspace = replace(letters.WORKSPACE, root=place)
    seen: list[Outcome] = []
    begin = Start(DAY, NOW, stop=lambda: len(seen) >= 2, make=batches.canned)
    with BatchRun(ROWS, workspace, folder, settings(), Limits(workers=1), begin) as batch:
        for outcome in batch.outcomes():
            seen.append(outcome)
    assert {outcome.state for outcome in seen} == {"written"} and len(seen) < 7
    (place / "holds.csv").write_text(
        "case_id,hold,from,until\nA-1007,dispute,2026-04-03,\nA-1008,minor,,2026-04-01\n"
    )
    made, finished = run(ROWS, folder, workspace, make=batches.canned, today=DAY.replace(day=5))
    assert finished
    held = {o.number: rules(o) for o in made if o.state == "held"}
    assert held == {7: {"hold-dispute"}, 8: {"hold-minor"}}, "today's, and the issue date's"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("示例省样本市虚构路100234号 邮编 518000",), "518000"),
        (("示例省样本市虚构路1003号",), ""),
        (("示例省样本市虚构路8号", "DK2025000001"), ""),
        (("邮编100027", "示例省样本市虚构路8号"), "100027"),
    ],
)
def test_a_postcode_is_what_the_pack_says(lines: tuple[str, ...], found: str) -> None:
    assert find_postcode(lines, "[0-9]{6}") == found
    assert find_postcode(lines, "") == ""


def test_a_sender_that_changed_stops_the_run_until_it_is_put_back(tmp_path: Path) -> None:
    folder, profile = tmp_path / "run", tmp_path / "zet-credit.yaml"
    profile.write_bytes(batches.SENDER.read_bytes())
    asked = settings(sender=str(profile))
    seen: list[Outcome] = []
    begin = Start(DAY, NOW, stop=lambda: len(seen) >= 2, make=batches.canned)
    with BatchRun(Rows(6), letters.WORKSPACE, folder, asked, Limits(workers=1), begin) as batch:
        for outcome in batch.outcomes():
            seen.append(outcome)
    profile.write_bytes(batches.SENDER.read_bytes() + b"# another\n")
    with pytest.raises(FileError, match="changed since this run began: senders"):
        run(Rows(6), folder, asked=asked, make=batches.canned)
    profile.write_bytes(batches.SENDER.read_bytes())
    made, finished = run(Rows(6), folder, asked=asked, make=batches.canned)
    assert finished and len(made) == 6 - len(seen)


def test_one_run_may_have_records_of_several_packs(tmp_path: Path) -> None:
    place = tmp_path / "senders"
    place.mkdir()
    shutil.copy(batches.SENDER, place)
    for file in (PACKS / "CN" / "examples" / "senders").glob("*.yaml"):
        shutil.copy(file, place)
    workspace = replace(letters.WORKSPACE, senders=place)
    rows = []
    for number, name in enumerate((letters.REMINDER, "ZZ/invoice-reminder"), start=1):
        example = letters.EXAMPLES[name]
        own_days = ("pay_by", "as_of", "issue_date")
        data = {k: v for k, v in example.record.data.items() if k not in own_days}
        data |= {"id": f"A-{number}", "sender": Path(example.sender.file).stem}
        rows.append(replace(example.record, data=data))
    made, finished = run(
        rows, tmp_path / "run", workspace, settings(sender=""), make=batches.canned
    )
    found = {o.currency: o.state for o in made}
    assert finished and found == {"CNY": "written", "XTS": "written"}, made
    assert {o.number: o.case_id for o in told(tmp_path / "run")} == {1: "A-1", 2: "A-2"}


@pytest.mark.slow
def test_what_a_dying_worker_prints_is_not_for_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (outcome,), _ = run(Rows(1), tmp_path / "run", make=batches.noisy)
    assert (outcome.state, rules(outcome)) == ("failed", {"letter-worker-died"})
    assert "--memory-mb" in hint(outcome.findings[-1], "zh")
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_a_run_stopped_before_it_began_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(_pool: Pool) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(Pool, "first_ready", stopped)
    mine = tmp_path / "mine"
    mine.mkdir()
    for folder in (tmp_path / "new", mine):
        with pytest.raises(KeyboardInterrupt):
            run(Rows(1), folder)
    assert [file.name for file in tmp_path.rglob("*")] == ["mine"]


def test_another_sheet_of_the_same_file_is_another_input(tmp_path: Path) -> None:
    file = tmp_path / "accounts.xlsx"
    file.write_bytes(b"the same bytes")
    (tmp_path / "map.yaml").write_text("{}\n", encoding="utf-8")
    mapping, pack = ColumnMap(str(tmp_path / "map.yaml")), load_pack(PACKS / "CN")
    forms = [TableFormat(), TableFormat(sheet="Feb"), TableFormat("gb18030"), TableFormat("", ";")]
    digests = {digest_of(TableRows(Source(file, form), mapping, pack)) for form in forms}
    assert len(digests) == len(forms)


def test_a_row_with_another_date_than_its_run_s_is_rejected_with_the_reason(
    tmp_path: Path,
) -> None:
    rows = Rows(3, {1: {"issue_date": str(DAY - timedelta(1))}, 2: {"issue_date": str(DAY)}})
    made, finished = run(rows, tmp_path / "run", make=batches.canned)
    states = {o.number: (o.state, [f.rule for f in o.findings]) for o in made}
    assert finished and states[1] == ("rejected", ["issue-date-not-the-runs"])
    assert states[2][0] == states[3][0] == "written"
