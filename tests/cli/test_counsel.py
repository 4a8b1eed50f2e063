"""To counsel and back at the command line, and what the redline page tells beside the words."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from notices.letter.workspace import read_workspace
from notices.pack.load import load_pack
from notices.places import PACKS
from notices.review.counsel_sheet import clause_names, text_id, texts_of
from notices.wording.edit_log import read_edits
from tests.cli.calls import Call
from tests.cli.test_legal_team import edit
from tests.review.counsel_files import came, paragraph, part, run, with_cell, with_parts
from tests.review.test_counsel import NAMED, PIECE, TEXT, WITH_NAME

NEW = TEXT.replace("kept", "observed")


@pytest.fixture
def sent(call: Call, workspace: Path) -> bytes:
    said = call("pack", "to-counsel", "CN", "formal_demand")
    assert said.code == 0 and "CN-formal_demand.docx" in said.out and "from-counsel CN" in said.out
    return (workspace / "CN-formal_demand.docx").read_bytes()


@pytest.fixture
def returned(sent: bytes, workspace: Path) -> Path:
    """One text changed, one that can't be read, words beside the texts."""
    data = with_cell(sent, TEXT, paragraph(run(TEXT) + came(" More.")))
    data = with_cell(data, WITH_NAME, paragraph(run(WITH_NAME.replace(" }}", " }"))))
    body = part(data).replace("<w:sectPr", f"{paragraph(run('A new clause.'))}<w:sectPr")
    file = workspace / "back.docx"
    file.write_bytes(with_parts(data, body=body))
    return file


def edits(workspace: Path) -> list[tuple[str, str]]:
    lines = read_edits(read_workspace(workspace, workspace).approvals, "CN")
    return [(line.by, line.path) for line in lines if line.is_kept]


def test_a_document_goes_where_it_is_asked_and_in_the_languages_asked(
    call: Call, workspace: Path
) -> None:
    file = workspace / "out.docx"
    asked = ("--out", file, "--from", "working", "--languages", "en")
    answer = call("pack", "to-counsel", "CN", "reminder", *asked, "--json")
    assert answer.code == 0 and answer.json["file"] == str(file)
    assert "<w:ins " not in part(file.read_bytes())
    pack, marks = load_pack(PACKS / "CN"), part(file.read_bytes())
    for piece, (lang, _) in texts_of(pack, "reminder").items():
        assert (f"n{text_id('CN', piece)}_" in marks) == (lang == "en")
    for wrong in (("CN", "no-kind"), ("XX", "reminder"), ("CN", "reminder", "--languages", "xx")):
        said = call("pack", "to-counsel", *wrong)
        assert said.code > 1 and said.err and "Traceback" not in said.err


def test_a_dry_run_shows_what_counsel_changed_and_writes_nothing(
    call: Call, workspace: Path, returned: Path
) -> None:
    said = call("pack", "from-counsel", "CN", returned, "--dry-run")
    assert f"{PIECE}: Carla Counsel 2026-05-05" in said.out and "{+ More.+}" in said.out
    assert "clause-fault" in said.out + said.err and "A new clause." in said.out + said.err
    assert said.code == 1 and not edits(workspace)


def test_what_counsel_changed_is_saved_under_who_takes_it(
    call: Call, workspace: Path, returned: Path
) -> None:
    answer = call("pack", "from-counsel", "CN", returned, "--by", "Ann Example", "--json")
    assert {text["piece"]: text["status"] for text in answer.json["texts"]} == {
        PIECE: "written",
        NAMED: "unreadable",
    }
    assert answer.code == 1 and answer.rules == {"clause-fault", "counsel-beside"}
    assert edits(workspace) == [("Ann Example", "schedule-offer.en")]
    again = call("pack", "from-counsel", "CN", returned, "--by", "Ann Example", "--json")
    assert [text["piece"] for text in again.json["texts"]] == [NAMED]


def test_only_the_named_text_is_taken_and_what_moved_on_only_by_its_name(
    call: Call, workspace: Path, sent: bytes
) -> None:
    late = workspace / "late.docx"
    late.write_bytes(with_cell(sent, TEXT, paragraph(run(NEW))))
    first = workspace / "first.docx"
    first.write_bytes(with_cell(sent, TEXT, paragraph(run(TEXT + " More."))))
    by = ("--by", "Ann Example")
    assert call("pack", "from-counsel", "CN", late, *by, "--only", "clauses/close").code == 2
    assert call("pack", "from-counsel", "CN", first, *by, "--only", PIECE).code == 0
    moved = call("pack", "from-counsel", "CN", late, *by, "--json")
    assert moved.rules == {"counsel-moved-on"} and moved.json["texts"][0]["status"] == "moved-on"
    taken = call("pack", "from-counsel", "CN", late, *by, "--only", "clauses/schedule-offer")
    assert taken.code == 0 and "notices pack approve CN formal_demand" in taken.out
    assert len(edits(workspace)) == 2


def test_who_takes_it_over_is_asked_and_a_stranger_s_file_is_told(
    call: Call, workspace: Path, sent: bytes
) -> None:
    file = workspace / "CN-formal_demand.docx"
    unnamed = call("pack", "from-counsel", "CN", file)
    assert unnamed.code == 2 and "--by" in unnamed.err
    same = call("pack", "from-counsel", "CN", file, "--by", "Ann Example")
    assert same.code == 0 and "nothing to take over" in same.out
    other = call("pack", "from-counsel", "DE", file, "--dry-run", "--json")
    assert (other.code, other.rules) == (1, {"counsel-other-pack"})
    file.write_bytes(b"%PDF-1.7")
    broken = call("pack", "from-counsel", "CN", file, "--dry-run", "--json")
    assert (broken.code, broken.rules) == (1, {"counsel-unreadable"})
    gone = call("pack", "from-counsel", "CN", workspace / "no.docx", "--dry-run")
    assert gone.code > 1 and "no.docx" in gone.err and "Traceback" not in gone.err


@pytest.mark.heavy
def test_the_redline_page_tells_where_a_text_stands_and_whose_it_is(
    call: Call, workspace: Path
) -> None:
    edit(workspace, "en", "we ask you to pay", "we kindly ask you to pay")
    page = workspace / "redline.html"
    assert call("pack", "diff", "CN", "--from", "shipped", "--html", page).code == 0
    text = html.unescape(page.read_text(encoding="utf-8"))
    section = re.search(r"<h3><code>clauses/demand-opening</code>.*?</section>", text, re.DOTALL)
    assert section
    words = " ".join(re.sub(r"<[^>]*>", "", section[0]).split())
    assert "<ins>kindly </ins>" in section[0]
    assert "Ann Example, 2026-04-01" in words, "who edited it last"
    assert "no text approved yet" in words and "尚无认可的文字" in words
    assert re.search(r"page 页 1/\d+ \([^)]{9,}\)", words), "on which page of an example's letter"
    assert "one language only" in words and "仅改动一种语言" in words
    pack = load_pack(PACKS / "CN")
    assert pack.clauses["demand-subject"].texts["en"].strip() in words, "the letter's title"
    order = clause_names(pack.kinds["formal_demand"])
    at = order.index("demand-opening")
    for near in (order[at - 1], order[at + 1]):
        assert " ".join(pack.clauses[near].texts["en"].split()) in words, "its neighbours"
