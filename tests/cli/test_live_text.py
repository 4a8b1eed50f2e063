"""Live letters carry the text that was approved last, while the working text goes on."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from notices.letter.check import Request
from notices.letter.live_text import LiveTexts
from notices.letter.options import LetterOptions
from notices.letter.stages import LetterResult, check_files, letter_issuer
from notices.letter.workspace import read_workspace
from notices.pack.load import load_pack
from notices.proof.readback import read_pdf
from notices.review.edit_pack import edit_pack
from notices.wording.edits import Outcome, RemovePart, change_parts, read_value, set_text
from tests.cli.calls import DATED, Call, write_case

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
ISSUED = date(2026, 3, 31)
KIND = "formal_demand"
OLD, NEW = "we ask you to pay", "we kindly ask you to pay"
APPROVE = ("pack", "approve", "CN", KIND, "--by")


@pytest.fixture
def accepted(call: Call, workspace: Path) -> Path:
    assert call("pack", "accept", "CN", "--by", "Ann Example").code == 0
    return workspace


def edit(workspace: Path, new: str = NEW, old: str = OLD) -> Outcome:
    def change(root: Path) -> Outcome:
        file, path = "clauses/opening.yaml", ("demand-opening", "en")
        text, seen = read_value(root, file, path)
        assert old in text
        return set_text(root, file, path, text.replace(old, new), seen)

    return edit_pack(read_workspace(workspace, workspace), "CN", "Cy Example", NOW, change)


def live(workspace: Path, case: Path, day: date = ISSUED) -> LetterResult:
    """A live letter of that day up to its Document; nothing is drawn or entered."""
    data = json.loads(case.read_text(encoding="utf-8"))
    dates = ("issue_date", "as_of", "dispatch_by")
    case = write_case(case, {name: value for name, value in data.items() if name not in dates})
    place = read_workspace(workspace, workspace)
    request = Request(day, LetterOptions(live=True, issue_date=day))
    with letter_issuer(place, workspace / "out", NOW.isoformat()) as issuer:
        (result,) = check_files(issuer, [case], request)
    return result


def said(result: LetterResult) -> str:
    assert result.state == "accepted", result.findings
    document = result.checked.document
    assert document is not None
    return " ".join(text for _, _, text in document.texts())


def rules(result: LetterResult) -> list[str]:
    assert result.state == "held"
    return [finding.rule for finding in result.findings if finding.severity == "error"]


def snapshots(workspace: Path) -> list[Path]:
    return sorted((workspace / "approvals" / "snapshots").iterdir())


# --- the text ------------------------------------------------------------------------------------


def test_one_saved_sentence_takes_no_letter_out_of_service(accepted: Path, case: Path) -> None:
    assert edit(accepted).status == "written"
    assert OLD in said(live(accepted, case)) and NEW not in said(live(accepted, case))


def test_nor_does_a_letter_whose_parts_are_taken_away(accepted: Path, case: Path) -> None:
    def change(root: Path) -> Outcome:
        parts, seen = read_value(root, "kinds.yaml", (KIND, "parts"))
        return change_parts(root, KIND, RemovePart(parts.index({"clause": "hardship"})), seen)

    before = said(live(accepted, case))
    place = read_workspace(accepted, accepted)
    assert edit_pack(place, "CN", "Cy Example", NOW, change).status == "written"
    assert said(live(accepted, case)) == before


@pytest.mark.heavy
def test_the_next_text_is_live_once_a_second_person_approved_it(
    call: Call, accepted: Path, case: Path
) -> None:
    edit(accepted)
    first = call(*APPROVE, "Cy Example", "--json")
    assert first.json["approved"]["enough"] is False and "text-waiting" in first.rules
    assert OLD in said(live(accepted, case))
    assert call(*APPROVE, "Bo Example", "--json").json["approved"]["enough"] is True
    assert NEW in said(live(accepted, case))


@pytest.mark.slow
@pytest.mark.heavy
def test_a_text_for_later_days_leaves_the_days_before_their_text(
    call: Call, accepted: Path, case: Path
) -> None:
    edit(accepted)
    assert call(*APPROVE, "Bo Example", "--from", "2026-04-02", "--json").code == 0
    assert OLD in said(live(accepted, case))
    assert OLD in said(live(accepted, case, date(2026, 4, 1)))
    assert NEW in said(live(accepted, case, date(2026, 4, 2)))


def test_drafts_show_the_working_text(accepted: Path, case: Path) -> None:
    edit(accepted)
    place = read_workspace(accepted, accepted)
    request = Request(ISSUED, LetterOptions(issue_date=ISSUED))
    with letter_issuer(place, accepted / "out", NOW.isoformat()) as issuer:
        (result,) = check_files(issuer, [case], request)
    assert NEW in said(result)


# --- stop ----------------------------------------------------------------------------------------


@pytest.mark.heavy
def test_stop_now_stops_and_revives_nothing(call: Call, accepted: Path, case: Path) -> None:
    edit(accepted)
    assert call(*APPROVE, "Bo Example").code == 0
    stopped = call("pack", "withdraw", "CN", KIND, "--by", "Ann Example", "--note", "wrong sum")
    assert stopped.code == 0 and KIND in stopped.out
    held = live(accepted, case)
    assert rules(held) == ["approval-withdrawn"]
    (finding,) = (f for f in held.findings if f.rule == "approval-withdrawn")
    assert finding.params["by"] == "Ann Example" and finding.params["note"] == "wrong sum"
    edit(accepted, OLD, NEW)  # the words of the text before it
    assert rules(live(accepted, case)) == ["approval-withdrawn"]
    assert call(*APPROVE, "Bo Example").code == 0
    assert OLD in said(live(accepted, case))


@pytest.mark.slow
@pytest.mark.heavy
def test_a_text_that_is_to_come_is_taken_back(call: Call, accepted: Path, case: Path) -> None:
    coming = ("pack", "withdraw", "CN", KIND, "--by", "Ann Example", "--coming")
    assert call(*coming).code == 2
    edit(accepted)
    call(*APPROVE, "Bo Example", "--from", "2099-01-01")
    assert call(*coming).code == 0
    assert OLD in said(live(accepted, case))
    texts = LiveTexts(read_workspace(accepted, accepted))
    place = texts.workspace
    pack = load_pack(*place.of_pack(accepted / "packs" / "CN"))
    approved = texts.of(pack, KIND, "2099-06-01").approved
    assert approved and approved.by == "Ann Example"


def test_what_nobody_approved_can_t_be_withdrawn(call: Call, workspace: Path) -> None:
    said = call("pack", "withdraw", "CN", KIND, "--by", "Ann Example")
    assert said.code == 2 and KIND in said.err
    assert not (workspace / "approvals" / "CN.jsonl").exists()


# --- law -----------------------------------------------------------------------------------------

BAN = """rude:
  class: law
  source: a new act
  patterns: {en: ["we ask you to pay"]}
  reason: {en: "it is forbidden now", zh: "现已禁止"}
"""


@pytest.mark.parametrize("is_edited", [True, False])
def test_a_new_ban_stops_an_approved_text_at_once(
    accepted: Path, case: Path, *, is_edited: bool
) -> None:
    if is_edited:
        edit(accepted)
    overlay = accepted / "overlay" / "CN"
    overlay.mkdir()
    (overlay / "wording.yaml").write_text(BAN, encoding="utf-8")
    held = live(accepted, case)
    assert rules(held) == ["text-stopped", "banned-wording"]
    ban = next(f for f in held.findings if f.rule == "banned-wording")
    assert ban.file.startswith("approvals/snapshots/" if is_edited else "packs/CN/clauses/")


def test_a_field_that_is_required_now_is_asked_for(accepted: Path, case: Path) -> None:
    edit(accepted)
    overlay = accepted / "overlay" / "CN"
    overlay.mkdir()
    fields = 'judgment_reference: {class: law, source: "a new act", required: always}\n'
    (overlay / "fields.yaml").write_text(fields, encoding="utf-8")
    result = live(accepted, case)
    assert result.state == "rejected"
    assert any("judgment_reference" in f.path for f in result.findings), result.findings


# --- what somebody did to the files --------------------------------------------------------------


def test_a_snapshot_that_is_gone_stops_the_letter(accepted: Path, case: Path) -> None:
    edit(accepted)
    for file in snapshots(accepted):
        file.unlink()
    assert "snapshot-missing" in rules(live(accepted, case))


@pytest.mark.parametrize("words", [(OLD, "you must pay"), ('"levels": [', '"levels": [7,')])
def test_a_snapshot_that_was_changed_stops_the_letter(
    accepted: Path, case: Path, words: tuple[str, str]
) -> None:
    edit(accepted)
    for file in snapshots(accepted):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(*words), encoding="utf-8")
    assert "snapshot-altered" in rules(live(accepted, case))


def test_one_snapshot_in_another_s_place_stops_the_letter(accepted: Path, case: Path) -> None:
    edit(accepted)
    files = snapshots(accepted)
    texts = [file.read_bytes() for file in files]
    for file, text in zip(files, (*texts[1:], texts[0]), strict=True):
        file.write_bytes(text)
    assert "snapshot-altered" in rules(live(accepted, case))


def test_a_line_that_names_another_snapshot_is_noticed_where_lines_are_signed(
    call: Call, workspace: Path, case: Path, tmp_path: Path
) -> None:
    key = tmp_path / "bo.pem"
    assert call("keys", "new", "--name", "Bo Example", "--out", key).code == 0
    assert call(*APPROVE, "Bo Example", "--key", key).code == 0
    edit(workspace)
    assert OLD in said(live(workspace, case))
    book = workspace / "approvals" / "CN.jsonl"
    line = json.loads(book.read_text(encoding="utf-8"))
    line["snapshot"] = "0" * 64
    book.write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert "approval-signature" in rules(live(workspace, case))
    refused = call("pack", "withdraw", "CN", KIND, "--by", "Cy Example")
    assert refused.code == 2


def test_an_approval_of_an_earlier_version_gets_its_snapshot_with_the_next_edit(
    accepted: Path, case: Path
) -> None:
    book = accepted / "approvals" / "CN.jsonl"
    lines = [json.loads(line) for line in book.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        line.pop("snapshot", None)
    book.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    for file in snapshots(accepted):
        file.unlink()
    assert OLD in said(live(accepted, case))
    edit(accepted)
    assert OLD in said(live(accepted, case))
    for file in snapshots(accepted):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(OLD, "you must pay"), encoding="utf-8")
    assert "snapshot-altered" in rules(live(accepted, case))
    for file in snapshots(accepted):
        file.unlink()
    assert rules(live(accepted, case))[0] == "approval-ended"


# --- what is told --------------------------------------------------------------------------------


def test_the_check_of_a_pack_says_that_edits_wait(call: Call, accepted: Path) -> None:
    call("pack", "accept", "CN", "--by", "Ann Example", "--all-facts")
    line = ("pack", "check", "CN", "--as-of", "2026-06-01", "--live", "--json")
    assert "text-waiting" not in call(*line).rules
    edit(accepted)
    checked = call(*line)
    assert checked.code == 0 and "text-waiting" in checked.rules
    told = [f["message"]["en"] for f in checked.json["findings"] if f["rule"] == "text-waiting"]
    assert any(f"CN/{KIND} " in message for message in told)
    assert all("1 edit(s)" in message for message in told)


@pytest.mark.heavy
def test_a_letter_and_its_ledger_line_say_which_text_it_has(
    call: Call, accepted: Path, case: Path
) -> None:
    edit(accepted)
    plain = call("letter", *DATED, case, "--live")
    assert plain.code == 0 and "text of " in plain.out and "1 edit(s) waiting" in plain.out
    made = call("letter", *DATED, case, "--live", "--json").json["letters"][0]
    assert made["text"]["edits_waiting"] == 1 and made["text"]["approved_by"] == "Ann Example"
    pages = read_pdf(Path(made["file"]).read_bytes())
    assert pages.pages
    case_id = json.loads(case.read_text(encoding="utf-8"))["id"]
    (line,) = call("ledger", "show", case_id, "--json").json["letters"]
    book = (accepted / "approvals" / "CN.jsonl").read_text(encoding="utf-8").splitlines()
    approved = [a for a in map(json.loads, book) if a.get("kind") == KIND]
    assert line["text_digest"] == approved[0]["digest"]
    assert line["text_of"] == approved[0]["when"][:10] and line["edits_waiting"] == "1"
    again = call("reissue", made["letter_id"], "--reason", "lost", "--issue-date", "2026-04-02")
    assert again.code == 0, again.out + again.err
    assert "text of " in again.out
