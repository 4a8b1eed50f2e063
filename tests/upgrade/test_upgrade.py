"""A workspace of an earlier version under today's code: it opens, and nothing of it is lost.

Where today's code can't go on with something, it must say so in its own words: each test takes
either outcome, and never silence or a traceback.
"""

from __future__ import annotations

import json
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from notices.cli.main import main
from notices.letter.live_text import LiveTexts
from notices.letter.workspace import read_workspace
from notices.pack.load import load_pack, pack_digest
from notices.places import PACKS
from notices.review.edit_pack import edit_pack
from notices.studio.answers import open_studio
from notices.studio.app import build_app
from notices.studio.guard import Rules
from notices.wording.approvals import read_approvals
from notices.wording.digests import kind_text, shipped_before
from notices.wording.edits import Outcome, read_value, set_text
from notices.wording.own_copy import EARLIER
from notices.wording.signatures import check_signatures, read_keys

HERE = Path(__file__).parent
VERSION = "0.1.0"
THEN: dict[str, Any] = json.loads((HERE / f"expected-{VERSION}.json").read_text(encoding="utf-8"))
APPROVED = [(pack, kind) for pack, kinds in THEN["approved"].items() for kind in kinds]
# how a letter says that its wording has not, or no longer, been approved
ENDED = {"not-approved", "approval-ended", "four-eyes", "not-effective", "translation-stale"}
# approvals that ended since, as PACK/KIND, each with the change of text that ended it
VARIANTS = "what is said to a person and to a company stands under one clause"
THROUGH = "the letter says until when its daily amount holds"
LISTED = "the numbers of debts print whole; many debts stand in a list"
OLDER_LAW = "claims from before 2014-07-29 name the eight points that bind them"
ENDED_SINCE = dict.fromkeys(("CN/reminder", "CN/formal_demand", "CN/card_demand"), VARIANTS)
ENDED_SINCE |= dict.fromkeys(
    ("DE/formal_demand", "DE/collection_letter"), f"{THROUGH}; {OLDER_LAW}; {LISTED}"
)
ENDED_SINCE["DE/reminder"] = LISTED
# accepted facts that say something else since, each with the change
FACTS_SINCE = {"rules/fourteen-days": "the creditor may choose the term, down to a floor"}
PORT = 8377


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Said]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workspace as it was left, in another place; also the working directory."""
    place = tmp_path / "workspace"
    with tarfile.open(HERE / f"workspace-{VERSION}.tar.xz") as archive:
        if hasattr(tarfile, "data_filter"):  # since Python 3.11.4
            archive.extraction_filter = tarfile.data_filter
        archive.extractall(place)
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """`notices …` in this process; whatever it answers is its own words."""
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)

    def run(*words: str) -> Said:
        code = main(list(words))
        said = Said(code, *capfd.readouterr())
        assert code in (0, 1, 2), said
        assert "Traceback" not in said.out + said.err, said
        if "--json" in words and code == 2:
            assert said.json.get("error", {}).get("kind") != "unforeseen", said
        return said

    return run


def told(said: Said) -> list[str]:
    """Every finding's rule; each has a message and a remedy in both languages."""
    findings = said.json["findings"]
    for finding in findings:
        for lang in ("zh", "en"):
            assert finding["message"][lang].strip() and finding["hint"][lang].strip(), finding
    return [finding["rule"] for finding in findings]


def letters(folder: Path) -> dict[str, bytes]:
    """The letters in a run's folder, by letter id; no letter has two files."""
    files = sorted(folder.rglob("letters/**/*.pdf"))
    found = {file.stem: file.read_bytes() for file in files}
    assert len(found) == len(files)
    return found


# --- it opens ----------------------------------------------------------------------------------


def test_every_pack_is_listed_and_the_own_one_is_sound(workspace: Path, call: Call) -> None:
    said = call("packs", "--json")
    assert said.code == 0, said
    packs = {pack["pack"]: pack for pack in said.json["packs"]}
    assert set(packs) >= set(THEN["packs"])
    assert not packs["HK"]["shipped"]
    assert {name: pack["faults"] for name, pack in packs.items()} == dict.fromkeys(packs, 0)


def test_the_ledger_keeps_every_row(workspace: Path, call: Call) -> None:
    said = call("ledger", "export", "--json")
    assert said.code == 0, said
    now = {line["letter_id"]: line for line in said.json["letters"]}
    assert set(now) == {line["letter_id"] for line in THEN["ledger"]}
    for line in THEN["ledger"]:
        assert line.items() <= now[line["letter_id"]].items()
    for letter, way in THEN["ways"].items():
        (shown,) = call("ledger", "show", letter, "--json").json["letters"]
        assert {key: shown[key] for key in way} == way


def test_the_studio_opens_with_each_browser_s_drafts(workspace: Path) -> None:
    studio = open_studio(read_workspace(workspace, workspace))
    try:
        rules = Rules(PORT)
        page = TestClient(
            build_app(studio, rules),
            base_url=f"http://127.0.0.1:{PORT}",
            cookies={rules.cookie: rules.token},
        )
        found = []
        for pack, scalar, text, editor in THEN["drafts"]:
            kind = "formal_demand" if pack == "CN" else "reminder"
            asked = {"pack": pack, "kind": kind, "editor": editor}
            answer = page.get("/api/letter", params=asked)
            assert answer.status_code == 200, answer.text
            drafts = {draft["scalar"]: draft["text"] for draft in answer.json()["drafts"]}
            found.append(drafts.get(scalar) == text)
        assert all(found) and found
    finally:
        studio.close()


# --- approvals ---------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", THEN["approved"])
def test_an_approval_stands_or_its_end_is_told(workspace: Path, call: Call, pack: str) -> None:
    said = call("pack", "check", pack, "--live", "--as-of", "2026-11-25", "--json")
    told(said)
    ended = [f["message"]["en"] for f in said.json["findings"] if f["rule"] in ENDED]
    names = [f"{pack}/{kind}" for kind in THEN["approved"][pack]]
    found = {name for name in names if any(f" {name} " in message for message in ended)}
    assert found == {name for name in names if name in ENDED_SINCE}


def test_texts_of_then_have_the_digests_that_their_approvals_name(workspace: Path) -> None:
    """The packs of a run that is under way: what one person accepted as shipped stands for it."""
    found = {}
    for root in sorted((workspace / "out" / "half" / "packs").iterdir()):
        pack = load_pack(root)
        for kind in pack.kinds:
            shipped = kind_text(pack, kind).digests & shipped_before(pack.id, kind)
            found[f"{pack.id}/{kind}"] = bool(shipped)
    assert found.pop("HK/reminder") is False, "edited by hand of the product"
    assert found == dict.fromkeys(found, True) and len(found) > 10


def test_an_approval_that_stands_outlives_the_next_edit(workspace: Path, call: Call) -> None:
    """It has no snapshot of its own: it gets one before the text is edited."""
    place = read_workspace(workspace, workspace)
    kind = "formal_demand"
    clause = load_pack(*place.of_pack(workspace / "packs" / "HK")).clauses["demand-opening"]
    file = clause.file.removeprefix("packs/HK/")
    side, text = next(iter(clause.texts.items()))

    def change(root: Path) -> Outcome:
        seen = read_value(root, file, (clause.id, *side.split(".")))[1]
        return set_text(root, file, (clause.id, *side.split(".")), f"{text.strip()}!", seen)

    when = datetime(2026, 11, 25, 8, tzinfo=UTC)
    assert edit_pack(place, "HK", "Dee Example", when, change).status == "written"
    pack = load_pack(*place.of_pack(workspace / "packs" / "HK"))
    live = LiveTexts(place).of(pack, kind, "2026-11-25")
    assert live.approved and live.approved.waiting == 1
    assert live.pack.clauses[clause.id].texts[side] == text.strip()
    said = call("pack", "check", "HK", "--live", "--as-of", "2026-11-25", "--json")
    told(said)
    rules = [f["rule"] for f in said.json["findings"] if f" HK/{kind} " in f["message"]["en"]]
    assert "text-waiting" in rules and not ENDED & set(rules)


def ended(said: Said) -> bool:
    """Whether the answer says which approval, or which acceptance of a fact, has ended since."""
    changed = [
        finding["message"]["en"]
        for finding in said.json["findings"]
        if finding["rule"] == "fact-unverified"
    ]
    known = all(any(f"{fact} " in text for fact in FACTS_SINCE) for text in changed)
    return bool(ENDED & set(told(said)) or changed) and known


@pytest.mark.heavy
@pytest.mark.parametrize("case_file", ["DE-moved", "HK"])
def test_a_new_letter_is_live_or_says_which_approval_ended(
    workspace: Path, call: Call, case_file: str
) -> None:
    said = call("letter", new_case(case_file), *LATER, "--live", "--out", "out/new", "--json")
    if said.code == 0:
        (letter,) = said.json["letters"]
        assert Path(letter["file"]).read_bytes().startswith(b"%PDF") and letter["live"]
    else:
        assert said.code == 1 and ended(said), said
        assert said.json["letters"] == []


@pytest.mark.heavy
def test_a_letter_of_then_is_the_same_letter_still(workspace: Path, call: Call) -> None:
    """Asked for again it is known, or its wording's approval has ended: it never becomes a second
    letter, nor one of other content."""
    said = call("letter", "cases/HK.json", *THEN_DATED, "--live", "--out", "out/again", "--json")
    assert said.code == 0 or ended(said), said
    lines = call("ledger", "export", "--json").json["letters"]
    assert [line["letter_id"] for line in lines] == [line["letter_id"] for line in THEN["ledger"]]


def test_an_address_that_sent_a_letter_back_is_still_held(workspace: Path, call: Call) -> None:
    said = call("letter", new_case("DE"), *LATER, "--live", "--json")
    assert said.code == 1 and "address-returned" in told(said)


# Asked for at the door, as the records state it.
THEN_DATED, LATER = ("--issue-date", "2026-11-18"), ("--issue-date", "2026-11-25")


def new_case(name: str) -> str:
    """A case of the workspace under another number and with a later date."""
    case = json.loads(Path("cases", f"{name}.json").read_text(encoding="utf-8"))
    case |= {"id": f"{name[:2]}-3001", "issue_date": LATER[1]}
    Path("cases/new.json").write_text(json.dumps(case), encoding="utf-8")
    return "cases/new.json"


def test_a_line_signed_then_is_signed_now(workspace: Path) -> None:
    folder = workspace / "signed"
    approvals = read_approvals(folder, "DE")
    counted, findings = check_signatures(approvals, read_keys(folder))
    assert len(approvals) == 1 and counted == approvals and findings == ()


# --- own copies --------------------------------------------------------------------------------


def test_an_own_copy_of_then_is_brought_up_to_the_shipped_pack(workspace: Path, call: Call) -> None:
    """Both edited sides stand; the Chinese one is worded for a person now, whose words it was."""
    tried = call("pack", "upgrade", "HK", "--dry-run", "--json").json
    edited = ["clauses/reminder-opening/zh-Hant/person", "clauses/reminder-opening/en"]
    assert [step["piece"] for step in tried["kept"]] == edited
    assert tried["knows_base"] and tried["taken"] and tried["conflicts"] == tried["law"] == []
    assert {ended["kind"] for ended in tried["ended"]} <= set(THEN["approved"]["HK"])
    assert {ended["by"] for ended in tried["ended"]} == {"Bo Example", "Cy Example"}
    before = load_pack(workspace / "packs" / "HK").clauses["reminder-opening"].texts

    assert call("pack", "upgrade", "HK", "--by", "Dee Example").code == 0
    place = read_workspace(workspace, workspace)
    pack = load_pack(*place.of_pack(workspace / "packs" / "HK"))
    shipped = load_pack(PACKS / "HK")
    texts = pack.clauses["reminder-opening"].texts
    assert texts["en"] == before["en"] and texts["zh-Hant.person"] == before["zh-Hant"]
    others = [name for name in shipped.clauses if name != "reminder-opening"]
    assert [pack.clauses[n].texts for n in others] == [shipped.clauses[n].texts for n in others]
    checked = call("pack", "check", "HK", "--as-of", "2026-11-25", "--json")
    assert checked.code == 0 and set(told(checked)) <= {"law-overlaid", "unverified-fact"}
    again = call("pack", "upgrade", "HK", "--dry-run", "--json").json
    assert again["taken"] == again["touched"] == []


def test_a_conflict_is_shown_side_by_side_and_chosen(workspace: Path, call: Call) -> None:
    fields = workspace / "packs" / "HK" / "fields.yaml"
    text = fields.read_text(encoding="utf-8")
    then = "the day up to which the sums are worked out"
    fields.write_text(text.replace(then, "our words"), encoding="utf-8")
    said = call("pack", "upgrade", "HK")
    now = load_pack(PACKS / "HK").fields["as_of"].hint["en"]
    shown = said.out.split("both changed: fields/as_of/hint/en\n")[1].splitlines()[:3]
    assert [line.split(":", 1)[1].strip() for line in shown] == [then, "our words", now]
    assert "--ours fields/as_of/hint/en" in said.out
    assert "upgrade-undecided" in told(call("pack", "check", "HK", "--json"))
    assert call("pack", "upgrade", "HK", "--theirs", "fields/as_of").code == 0
    place = read_workspace(workspace, workspace)
    pack = load_pack(*place.of_pack(workspace / "packs" / "HK"))
    assert pack.fields["as_of"].hint["en"] == now


def test_law_changed_in_a_copy_of_then_is_told_and_moved(workspace: Path, call: Call) -> None:
    rules = workspace / "packs" / "HK" / "rules.yaml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("years: 6", "years: 5"), encoding="utf-8")
    said = call("pack", "check", "HK", "--json")
    found = [f for f in said.json["findings"] if f["rule"] == "law-edit-unused"]
    assert [f["file"] for f in found] == ["packs/HK/rules.yaml"] * len(found) and found
    lines = text.splitlines()
    assert all(f["path"].rpartition(".")[2] in lines[f["line"] - 1] for f in found)
    draft = call("check", new_case("HK"), "--json")
    assert draft.code == 0 and "law-edit-unused" in told(draft), "a draft is made all the same"
    held = call("letter", new_case("HK"), "--live", "--out", "out/new", "--json")
    assert held.code == 1 and "law-edit-unused" in told(held) and not held.json["letters"]
    refused = call("pack", "upgrade", "HK", "--json")
    assert refused.code == 1 and refused.json["written"] is False
    moved = call("pack", "upgrade", "HK", "--law", "ours", "--json")
    assert moved.code == 0 and moved.json["written"]
    packs = {one["pack"]: one for one in call("packs", "--json").json["packs"]}
    names = {f"rules/{f['path'].rpartition('.')[2]}" for f in found}
    assert names <= set(packs["HK"]["overlaid"])
    assert "law-edit-unused" not in told(call("pack", "check", "HK", "--json"))


def test_what_was_shipped_then_is_kept_whole(tmp_path: Path) -> None:
    """Each pack stands in a folder named by the digest that copies of it note as their origin."""
    with zipfile.ZipFile(EARLIER) as archive:
        archive.extractall(tmp_path)
    found = {pack.name: pack_digest(pack) for pack in tmp_path.glob("*/*")}
    assert found == {pack.name: pack.parent.name for pack in tmp_path.glob("*/*")}
    assert sorted(found) == THEN["packs"]


# --- runs --------------------------------------------------------------------------------------


@pytest.mark.heavy  # its summary has parts that it had not then: the report is written again
def test_a_finished_run_asked_again_makes_nothing_new(workspace: Path, call: Call) -> None:
    folder = workspace / "out" / "finished"
    before = letters(folder)
    said = call(*THEN["finished"]["command"], "--json")
    assert said.code == 0, said
    assert said.json["finished"] and said.json["made"] == 0
    assert said.json["states"]["written"] == THEN["finished"]["letters"] == len(before)
    assert letters(folder) == before


@pytest.mark.heavy
def test_a_finished_run_s_report_is_written_again(workspace: Path, call: Call) -> None:
    report = workspace / "out" / "finished" / "report.html"
    report.unlink()
    said = call(*THEN["finished"]["command"], "--json")
    assert said.code == 0 and said.json["made"] == 0, said
    assert "AJ-2026-" not in report.read_text(encoding="utf-8"), "a report names nobody"


@pytest.mark.heavy
def test_a_report_has_no_pictures_that_would_not_look_like_its_letters(
    workspace: Path, call: Call
) -> None:
    report, file = (workspace / "out" / "finished" / name for name in ("report.html", "run.json"))
    assert "data:image/png" in report.read_text(encoding="utf-8")
    report.unlink()
    file.write_text(file.read_text(encoding="utf-8").replace('"layout": "', '"layout": "0'))
    assert call(*THEN["finished"]["command"], "--json").code == 0
    assert "data:image/png" not in report.read_text(encoding="utf-8")


@pytest.mark.heavy
def test_a_finished_run_prints_as_before_or_says_what_differs(workspace: Path, call: Call) -> None:
    record = workspace / "out" / "finished" / "print" / "print.json"
    before = record.read_bytes()
    said = call("print", "out/finished", "--today", "2026-11-19", "--without-payments", "--json")
    rules = told(said)
    if said.code == 0:
        assert said.json["printed"]["letters"] == THEN["finished"]["letters"]
    else:
        assert said.code == 1 and rules == ["print-without-payments", "print-exists"], said
    assert record.read_bytes() == before


@pytest.mark.heavy
def test_a_finished_run_prints_anew(workspace: Path, call: Call) -> None:
    shutil.rmtree(workspace / "out" / "finished" / "print")
    said = call(
        "print",
        "out/finished",
        "--today",
        "2026-11-19",
        "--without-payments",
        "--again",
        "lost",
        "--json",
    )
    assert said.code == 0, said
    assert said.json["printed"]["letters"] == THEN["finished"]["letters"]
    assert [file.stat().st_size > 10_000 for file in Path("out/finished/print").glob("*.pdf")]


@pytest.mark.heavy
def test_a_half_run_goes_on_or_says_how_to_finish_it(workspace: Path, call: Call) -> None:
    folder = workspace / "out" / "half"
    before = letters(folder)
    assert 0 < len(before) < THEN["half"]["letters"]
    said = call(*THEN["half"]["command"], "--json")
    if said.code == 0:
        assert said.json["states"]["written"] == THEN["half"]["letters"] == len(letters(folder))
    else:
        check_way_out(said, "out/half")
    assert before.items() <= letters(folder).items()
    lines = call("ledger", "export", "--json").json["letters"]
    cases = [line["case_id"] for line in lines if line["run_id"] == run_id(folder)]
    assert len(cases) == len(set(cases))
    assert set(letters(folder)) <= {line["letter_id"] for line in lines}


@pytest.mark.heavy
def test_a_half_run_of_another_look_is_finished_as_the_refusal_says(
    workspace: Path, call: Call
) -> None:
    """As if the layout had changed since: the letters made then would not look like the rest."""
    file = workspace / "out" / "half" / "run.json"
    frozen = json.loads(file.read_text(encoding="utf-8"))
    frozen["profile"]["layout"] = "0" * 64
    file.write_text(json.dumps(frozen), encoding="utf-8")
    then = {line["letter_id"] for line in THEN["ledger"] if line["run_id"] == frozen["run_id"]}
    check_way_out(call(*THEN["half"]["command"], "--json"), "out/half")
    chinese = call("--lang", "zh", *THEN["half"]["command"])
    assert "版式" in chinese.err or "layout" in chinese.err
    assert "--again --reason" in chinese.err and "全部信函" in chinese.err

    remake = (*THEN["half"]["command"], "--again", "--reason", "another layout", "--json")
    refused = {f["rule"] for f in call(*remake).json["findings"]}
    assert refused == {"approval-ended", "translation-stale"}, "German alone was worded anew"
    assert call("pack", "accept", "DE", "--kind", "reminder", "--by", "Cy Example").code == 0
    again = call(*remake)
    assert again.code == 0, again
    assert again.json["states"]["written"] == THEN["half"]["letters"]
    lines = call("ledger", "export", "--json").json["letters"]
    cases = {f"DE-{1001 + number}" for number in range(THEN["half"]["letters"])}
    open_ones = [line for line in lines if line["case_id"] in cases and line["state"] == "issued"]
    assert sorted(line["case_id"] for line in open_ones) == sorted(cases), "each once"
    assert {line["letter_id"] for line in lines if line["state"] == "withdrawn"} == then
    printed = call(
        "print", again.json["folder"], "--today", "2026-11-19", "--without-payments", "--json"
    )
    assert printed.json["printed"]["letters"] == THEN["half"]["letters"], printed
    refused = call("print", "out/half", "--today", "2026-11-19", "--without-payments", "--json")
    assert refused.code == 1 and told(refused) == ["print-no-run"]


def check_way_out(said: Said, folder: str) -> None:
    """A run that can't go on says so in a sentence that names its folder and a way out."""
    assert said.code == 2, said
    error = said.json["error"]
    assert error["kind"] == "file" and folder in error["message"]
    assert "--again --reason" in error["message"], "which command finishes it"


def run_id(folder: Path) -> str:
    name: str = json.loads((folder / "run.json").read_text(encoding="utf-8"))["run_id"]
    return name
