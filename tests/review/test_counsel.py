"""To counsel and back: what was changed comes back exactly, whatever Word did around it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.cli.main import main
from notices.letter.live import LiveGate
from notices.letter.workspace import Workspace, read_workspace
from notices.pack.load import find_pack, load_pack
from notices.pack.types import Pack
from notices.review.counsel import Answer, Proposal, counsel_document, read_answer, save_proposal
from notices.review.counsel_file import read_counsel_file
from notices.review.counsel_sheet import texts_of
from notices.wording.edits import Outcome
from tests.review.counsel_files import (
    BODY,
    came,
    moved,
    paragraph,
    part,
    run,
    went,
    with_cell,
    with_parts,
)

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
PIECE = "clauses/schedule-offer/en"
TEXT = (
    "This plan is an offer; it binds only once both sides agree in writing. "
    "While it is kept, we stop collection."
)
NAMED = "clauses/hardship/en"
WITH_NAME = (
    "If paying is hard, ask us about instalments or more time (both sides must agree): "
    "{{ hardship_contact }}."
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Nobody may edit in it."""
    place = tmp_path_factory.mktemp("counsel") / "ws"
    assert main(["init", str(place)]) == 0
    return read_workspace(place, place)


@pytest.fixture
def own(tmp_path: Path) -> Workspace:
    assert main(["init", str(tmp_path / "ws")]) == 0
    return read_workspace(tmp_path / "ws", tmp_path)


def pack_of(workspace: Workspace) -> Pack:
    root = find_pack("CN", workspace.pack_roots)
    assert root
    return load_pack(*workspace.of_pack(root))


def sent(workspace: Workspace, before: str = "shipped", kind: str = "formal_demand") -> bytes:
    gate = LiveGate(workspace, NOW.isoformat())
    return counsel_document(gate, pack_of(workspace), kind, before, NOW)


@pytest.fixture(scope="module")
def document(workspace: Workspace) -> bytes:
    return sent(workspace)


def back(workspace: Workspace, data: bytes) -> Answer:
    return read_answer(workspace, pack_of(workspace), data, "back.docx")


def only(workspace: Workspace, data: bytes) -> Proposal:
    answer = back(workspace, data)
    (proposal,) = answer.proposals
    assert not answer.findings
    return proposal


def edit(workspace: Workspace, piece: str, text: str, by: str, day: int = 1) -> Outcome:
    answer = back(workspace, with_cell(sent(workspace), now_of(workspace, piece), said(text)))
    (proposal,) = answer.proposals
    when = NOW.replace(day=day)
    return save_proposal(workspace, pack_of(workspace), proposal, by, when)


def now_of(workspace: Workspace, piece: str) -> str:
    return texts_of(pack_of(workspace), "formal_demand")[piece][1]


def said(text: str) -> str:
    return "".join(paragraph(run(one)) for one in text.split("\n\n"))


# --- there ---------------------------------------------------------------------------------------


def test_the_document_has_every_text_its_condition_and_source(
    workspace: Workspace, document: bytes
) -> None:
    opened = docx.Document(io.BytesIO(document))
    cells = {cell.text for table in opened.tables for row in table.rows for cell in row.cells}
    for _, text in texts_of(pack_of(workspace), "formal_demand").values():
        assert text.replace("\n\n", "\n") in cells
    words = "\n".join(p.text for p in opened.paragraphs)
    assert "When: not: “The limitation period still runs" in words
    assert "条件：并非：“诉讼时效尚未届满" in words
    assert "Source (law): Civil Code arts 195(1) and 675" in words
    assert words.index("demand-subject") < words.index("demand-opening") < words.index("hardship")


def test_the_same_state_gives_the_same_bytes(workspace: Workspace, document: bytes) -> None:
    assert sent(workspace) == document


def test_names_of_bookmarks_are_unique_and_short(document: bytes) -> None:
    names = re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]*)"', part(document))
    assert len(names) == len(set(names)) > 100
    assert all(re.fullmatch(r"[A-Za-z]\w{1,39}", name) for name in names)
    ids = re.findall(r'<w:(?:ins|del|bookmarkStart) [^>]*w:id="(\d+)"', part(document))
    assert len(ids) == len(set(ids))


def test_changes_since_a_state_are_marked_with_who_and_when(own: Workspace) -> None:
    edit(own, PIECE, TEXT.replace("offer", "proposal"), "Ann Example", 2)
    edit(own, PIECE, TEXT.replace("offer", "proposal").replace("kept", "observed"), "Bob Muster", 3)
    body = part(sent(own))
    marks = re.findall(
        r'<w:(ins|del) [^>]*w:author="([^"]*)"[^>]*w:date="([^"]*)".*?>([^<>]+)<', body
    )
    assert marks == [
        ("del", "Ann Example", "2026-04-02T12:00:00Z", "offer"),
        ("ins", "Ann Example", "2026-04-02T12:00:00Z", "proposal"),
        ("del", "Bob Muster", "2026-04-03T12:00:00Z", "kept"),
        ("ins", "Bob Muster", "2026-04-03T12:00:00Z", "observed"),
    ]
    assert not re.findall(r"<w:(ins|del) ", part(sent(own, "working")))


# --- back ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["reminder", "formal_demand", "card_demand"])
def test_what_nobody_changed_comes_back_as_nothing(workspace: Workspace, kind: str) -> None:
    assert back(workspace, sent(workspace, kind=kind)) == Answer(kind)


def test_tracked_changes_are_a_proposal_with_their_author(
    workspace: Workspace, document: bytes
) -> None:
    first, last = TEXT.split(" an offer")
    new = run(first) + came(" only") + run(" an ") + went("offer") + came("invitation") + run(last)
    proposal = only(workspace, with_cell(document, TEXT, paragraph(new)))
    assert proposal.text == TEXT.replace("is an offer", "is only an invitation")
    assert (proposal.piece, proposal.lang, proposal.now) == (PIECE, "en", TEXT)
    assert (proposal.by, proposal.when) == ("Carla Counsel", "2026-05-05T09:30")
    assert proposal.status == "new" and not proposal.findings


def test_words_changed_without_tracking_are_a_proposal_too(
    workspace: Workspace, document: bytes
) -> None:
    proposal = only(workspace, with_cell(document, TEXT, said(TEXT.replace("sides", "parties"))))
    assert proposal.text == TEXT.replace("sides", "parties") and proposal.by == ""


CHECKED = '<w:proofErr w:type="spellStart"/>'
MARK = '<w:bookmarkStart w:id="990" w:name="_GoBack"/>'
CONTROL = "<w:sdt><w:sdtPr><w:tag w:val='x'/></w:sdtPr><w:sdtContent>"
FORMATTED = '<w:rPrChange w:id="7" w:author="C"/><w:rFonts'
NOISE = {
    "split runs": "".join(map(run, re.findall(".{1,7}", TEXT))),
    "marks of spelling": CHECKED + run(TEXT) + CHECKED.replace("Start", "End"),
    "a bookmark": f'{MARK}{run(TEXT)}<w:bookmarkEnd w:id="990"/>',
    "a content control": f"{CONTROL}{run(TEXT)}</w:sdtContent></w:sdt>",
    "a link": f'<w:hyperlink w:anchor="x">{run(TEXT)}</w:hyperlink>',
    "a smart tag": f'<w:smartTag w:element="x">{run(TEXT)}</w:smartTag>',
    "a field": f"<w:r><w:instrText>DATE</w:instrText></w:r>{run(TEXT)}",
    "a change undone": went("Nonsense ") + run(TEXT),
    "formatting tracked": run(TEXT).replace("<w:rFonts", FORMATTED),
    "an empty paragraph": run(TEXT) + "</w:p><w:p><w:pPr/>",
    "a page's end": f"{run(TEXT[:20])}<w:r><w:lastRenderedPageBreak/></w:r>{run(TEXT[20:])}",
}
BOTH = "<w:ins w:author='A'>" + went("gone") + "</w:ins>"
MOVED = run("one ") + moved("two ", to=True) + run("three ") + moved("two ", to=False)


@pytest.mark.parametrize("noise", NOISE)
def test_how_word_writes_a_text_changes_nothing(
    workspace: Workspace, document: bytes, noise: str
) -> None:
    answer = back(workspace, with_cell(document, TEXT, paragraph(NOISE[noise])))
    assert not answer.proposals and not answer.findings


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<w:r><w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t></w:r>", "a\u2011b"),
        ("<w:r><w:t>a</w:t><w:softHyphen/><w:t>b</w:t></w:r>", "a\u00adb"),
        ("<w:r><w:t>a</w:t><w:br/><w:t>b</w:t></w:r>", "a b"),
        (run("10\u00a0days “now” – it’s"), "10\u00a0days “now” – it’s"),
        (run("Pay {{\u00a0total_due }} by {{pay_by}}."), "Pay {{ total_due }} by {{ pay_by }}."),
        (run("{{ tot") + run("al_due") + run(" }}"), "{{ total_due }}"),
        (run("{{ ") + came("total_due") + run(" }}"), "{{ total_due }}"),
        (MOVED, "one two three"),
        (came("kept ") + BOTH + run("end"), "kept end"),
        (run("合同") + run("第5条"), "合同第5条"),
    ],
)
def test_texts_come_back_exactly(
    workspace: Workspace, document: bytes, inner: str, text: str
) -> None:
    assert only(workspace, with_cell(document, TEXT, paragraph(inner))).text == text


def test_paragraphs_that_came_went_or_were_joined(workspace: Workspace, document: bytes) -> None:
    change = 'w:id="1" w:author="Carla Counsel" w:date="2026-05-05T09:30:00Z"'
    new = paragraph(run("One."), f"<w:rPr><w:ins {change}/></w:rPr>") + paragraph(came("Two."))
    proposal = only(workspace, with_cell(document, TEXT, new))
    assert (proposal.text, proposal.by) == ("One.\n\nTwo.", "Carla Counsel")
    joined = paragraph(run("One, "), f"<w:rPr><w:del {change}/></w:rPr>") + paragraph(run("two."))
    assert only(workspace, with_cell(document, TEXT, joined)).text == "One, two."


def test_a_change_of_ours_that_counsel_rejects_is_a_proposal(own: Workspace) -> None:
    edit(own, PIECE, TEXT.replace("offer", "proposal"), "Ann Example", 2)
    data = sent(own)
    assert not back(own, data).proposals
    body = re.sub(r"<w:ins .*?</w:ins>", "", part(data))
    body = re.sub(r"</?w:del(?: [^>]*)?>", "", body).replace("delText", "t")
    proposal = only(own, with_parts(data, body=body))
    assert (proposal.now, proposal.text) == (TEXT.replace("offer", "proposal"), TEXT)
    assert proposal.by == ""


def test_comments_are_remarks_on_their_texts(workspace: Workspace, document: bytes) -> None:
    inner = run(TEXT) + '<w:r><w:commentReference w:id="3"/></w:r>'
    noted = (
        '<w:comments xmlns:w="w"><w:comment w:id="3" w:author="Carla Counsel" '
        'w:date="2026-05-05T09:30:00Z"><w:p><w:r><w:t>Is this binding?</w:t></w:r></w:p>'
        '</w:comment><w:comment w:id="4" w:author="C"><w:p/></w:comment></w:comments>'
    )
    data = with_parts(with_cell(document, TEXT, paragraph(inner)), comments=noted)
    answer = back(workspace, data)
    assert not answer.proposals
    ((piece, remark),) = answer.remarks
    assert (piece, remark.by, remark.text) == (PIECE, "Carla Counsel", "Is this binding?")


# --- saving --------------------------------------------------------------------------------------


def test_a_proposal_is_saved_as_an_edit_of_its_own_text(own: Workspace) -> None:
    new = TEXT.replace("offer", "proposal")
    assert edit(own, PIECE, new, "Ann Example").status == "written"
    assert now_of(own, PIECE) == new
    assert not back(own, sent(own)).proposals


def test_what_was_changed_here_meanwhile_is_told_and_not_overwritten(own: Workspace) -> None:
    data = sent(own)
    edit(own, PIECE, TEXT.replace("offer", "proposal"), "Ann Example")
    late = with_cell(data, TEXT, said(TEXT.replace("kept", "observed")))
    answer = back(own, late)
    (proposal,) = answer.proposals
    assert proposal.status == "moved-on"
    (finding,) = proposal.findings
    assert (finding.rule, finding.path) == ("counsel-moved-on", PIECE)
    assert "Ann Example" in finding.params["by"]
    assert not back(own, data).proposals, "what counsel left alone is no proposal"


def test_a_text_that_was_saved_between_reading_and_saving_is_a_conflict(own: Workspace) -> None:
    data = with_cell(sent(own), TEXT, said(TEXT.replace("kept", "observed")))
    (early,) = back(own, data).proposals
    edit(own, PIECE, TEXT.replace("offer", "proposal"), "Ann Example")
    outcome = save_proposal(own, pack_of(own), early, "Bob Muster", NOW)
    assert outcome.status == "conflict"
    assert now_of(own, PIECE) == TEXT.replace("offer", "proposal")


def test_a_label_that_packs_share_is_a_proposal_too(own: Workspace) -> None:
    """In a shipped pack it stands in the core beside it, in an own copy in the core within."""
    label = "labels/total_due/en"
    assert edit(own, label, "Amount due", "Ann Example").status == "written"
    assert now_of(own, label) == "Amount due"
    assert edit(own, label, "Sum due", "Ann Example").status == "written"
    assert now_of(own, label) == "Sum due"
    others = (kind for kind in pack_of(own).kinds if kind != "formal_demand")
    assert all(not back(own, sent(own, kind=kind)).proposals for kind in others)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (WITH_NAME.replace(" }}", " }"), "clause-fault"),
        (WITH_NAME.replace("hardship_contact", "hardship contact"), "clause-fault"),
        (WITH_NAME.replace("hardship_contact", "hardship_contakt"), "unknown-placeholder"),
        (WITH_NAME + " {% if x %}", "clause-fault"),
        (WITH_NAME + "\u202eabc", "edit-character"),
        (WITH_NAME + " **bold", "clause-fault"),
        ("", "edit-empty"),
    ],
)
def test_what_can_t_be_read_stays_out_with_a_remedy(
    workspace: Workspace, document: bytes, text: str, rule: str
) -> None:
    (proposal,) = back(workspace, with_cell(document, WITH_NAME, said(text))).proposals
    assert proposal.status == "unreadable"
    assert rule in [finding.rule for finding in proposal.findings]
    assert all(finding.path == NAMED for finding in proposal.findings)


# --- hostile, and merely odd ---------------------------------------------------------------------


def rules_of(workspace: Workspace, data: bytes) -> list[str]:
    answer = back(workspace, data)
    return [f.rule for f in (*answer.findings, *(x for p in answer.proposals for x in p.findings))]


def packed(body: str | bytes, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        archive.writestr(BODY, body)
    return out.getvalue()


def _spoiled(data: bytes) -> bytes:
    """The archive whose first part is packed by options that there are not."""
    start = 30 + len(BODY) + 4
    return data[:start] + b"\xff" * 4 + data[start + 4 :]


ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><w:document>&b;</w:document>'
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document>&a;</w:document>'


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "counsel-unreadable"),
        (b"%PDF-1.7", "counsel-unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "counsel-unreadable"),
        (packed("<w:document>"), "counsel-unreadable"),
        (packed(ENTITIES), "counsel-unreadable"),
        (packed(OUTSIDE), "counsel-unreadable"),
        (packed("<a>" * 5000 + "</a>" * 5000), "counsel-unreadable"),
        (packed(b"\xff\xfe\x00"), "counsel-unreadable"),
        (packed(b"<a>" + b" " * (17 << 20) + b"</a>"), "counsel-too-large"),
        (packed("<a>" + "<b/>" * 400_001 + "</a>"), "counsel-too-large"),
        (packed("<a " + " ".join(f'b{i}=""' for i in range(400_001)) + "/>"), "counsel-too-large"),
        (packed("<a/>", zipfile.ZIP_LZMA), "counsel-unreadable"),
        (_spoiled(packed("<a/>" * 9, zipfile.ZIP_LZMA)), "counsel-unreadable"),
        (packed("<a/>", zipfile.ZIP_BZIP2), "counsel-unreadable"),
        (bytes(5 << 20), "counsel-too-large"),
        (packed("<w:document/>"), "counsel-other-pack"),
    ],
)
def test_a_stranger_s_file_is_a_finding(workspace: Workspace, data: bytes, rule: str) -> None:
    assert rules_of(workspace, data) == [rule]


INSERTED = "<w:ins>" * 60 + "<w:t>a</w:t>" * 20_000 + "</w:ins>" * 60
CELLS = "<w:tc>" * 30 + INSERTED + "</w:tc>" * 30
TABLES = "<w:tbl><w:tr><w:tc>" * 12 + INSERTED + "</w:tc></w:tr></w:tbl>" * 12


@pytest.mark.parametrize("inner", [f"<w:tr>{CELLS}</w:tr>", TABLES, f"<w:p>{INSERTED}</w:p>"])
def test_words_deep_in_a_document_are_looked_at_once(inner: str) -> None:
    """Counted, not timed: the words of a file come back once, however deep they stand."""
    (words,) = read_counsel_file(packed(f"<w:body>{inner}</w:body>"), "x.docx").beside
    assert words == "a" * 20_000


def test_what_is_too_long_for_a_text_is_not_compared(workspace: Workspace, document: bytes) -> None:
    (proposal,) = back(workspace, with_cell(document, TEXT, said("the " * 3000))).proposals
    assert proposal.status == "unreadable"
    assert [run.op for run in proposal.runs] == ["removed", "added"]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_damaged_document_is_read_or_told(document: bytes, data: st.DataObject) -> None:
    """Whatever byte is another one, nothing but findings comes of it."""
    at = data.draw(st.integers(0, len(document) - 1))
    length = data.draw(st.integers(0, 40))
    put = data.draw(st.binary(max_size=40))
    read_counsel_file(document[:at] + put + document[at + length :], "x.docx")


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_damaged_body_is_read_or_told(document: bytes, data: st.DataObject) -> None:
    body = part(document)
    at = data.draw(st.integers(0, len(body) - 1))
    put = data.draw(
        st.sampled_from(["", "<w:p/>", "</w:tc>", "<w:tr/>", "&x;", "\x00", 'w:name=""'])
    )
    read_counsel_file(with_parts(document, body=body[:at] + put + body[at + 7 :]), "x.docx")


def row_of(data: bytes, text: str) -> str:
    rows = re.findall(r"<w:tr>(?:(?!<w:tr>).)*?</w:tr>", part(data), re.DOTALL)
    return next(row for row in rows if "bookmarkStart" in row and text in row)


def test_a_copied_row_is_taken_from_neither(workspace: Workspace, document: bytes) -> None:
    row = row_of(document, "This plan is an offer")
    twice = row + row.replace("offer", "other offer")
    data = with_parts(document, body=part(document).replace(row, twice))
    answer = back(workspace, data)
    assert {f.rule for f in answer.findings} == {"counsel-twice"} and not answer.proposals


def cells_of(row: str) -> list[str]:
    return re.findall(r"<w:tc>.*?</w:tc>", row, re.DOTALL)


def with_row(data: bytes, change: Callable[[str, list[str]], str]) -> bytes:
    """The document with another row in place of that of PIECE: number, Chinese, English."""
    row = row_of(data, "This plan is an offer")
    return with_parts(data, body=part(data).replace(row, change(row, cells_of(row))))


def as_first_written(data: bytes) -> bytes:
    """The document with the first marks, which neither count cells nor stand in them."""
    body = re.sub(r'(w:name="n[0-9a-f]{16}_[0-9a-f]{16}_[1-9])_\d"', r'\1"', part(data))
    return with_parts(data, body=re.sub(r'<w:bookmarkStart [^>]*w:name="[bc][^>]*/>', "", body))


NESTED = "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl><w:p/>"
NEW_CELL = f"<w:tc>{paragraph(run('Our note'))}</w:tc>"
OTHER_CELLS: dict[str, Callable[[str, list[str]], str]] = {
    "inserted": lambda row, cells: row.replace(cells[1], NEW_CELL + cells[1]),
    "added at the end": lambda row, cells: row.replace(cells[2], cells[2] + NEW_CELL),
    "deleted": lambda row, cells: row.replace(cells[1], ""),
    "deleted, tracked": lambda row, cells: row.replace(
        cells[1], cells[1].replace("<w:tcPr>", '<w:tcPr><w:cellDel w:id="1" w:author="C"/>')
    ),
    "split": lambda row, cells: row.replace(cells[1], cells[1] + cells[1].replace("bookmark", "x")),
    "merged": lambda row, cells: row.replace(
        cells[1] + cells[2], cells[1].replace("</w:tc>", "") + paragraph(run(TEXT)) + "</w:tc>"
    ),
    "merged upwards": lambda row, cells: row.replace(
        cells[2], cells[2].replace("<w:tcPr>", "<w:tcPr><w:vMerge/>")
    ),
    "swapped": lambda row, cells: row.replace(cells[1] + cells[2], cells[2] + cells[1]),
}


@pytest.mark.parametrize("how", OTHER_CELLS)
@pytest.mark.parametrize("is_first", [False, True])
def test_a_row_with_other_cells_writes_no_text_into_another_language(
    workspace: Workspace, document: bytes, how: str, *, is_first: bool
) -> None:
    data = with_row(document, OTHER_CELLS[how])
    answer = back(workspace, as_first_written(data) if is_first else data)
    assert not answer.proposals
    told = {f.path for f in answer.findings if f.rule == "counsel-cells"}
    assert told == {PIECE, PIECE.replace("en", "zh-Hans")}


def test_cells_that_changed_places_and_words_are_found_by_their_marks(
    workspace: Workspace, document: bytes
) -> None:
    data = with_row(
        document,
        lambda row, cells: row.replace(
            cells[1] + cells[2], cells[2].replace("offer", "proposal") + cells[1]
        ),
    )
    answer = back(workspace, data)
    assert not answer.proposals and {f.rule for f in answer.findings} == {"counsel-cells"}


def test_a_table_within_a_cell_moves_no_text(workspace: Workspace, document: bytes) -> None:
    data = with_row(
        document,
        lambda row, cells: row.replace(cells[1], cells[1].replace("<w:p>", NESTED + "<w:p>", 1)),
    )
    answer = back(workspace, with_cell(data, TEXT, said(TEXT.replace("kept", "observed"))))
    assert [(p.piece, p.text) for p in answer.proposals] == [
        (PIECE, TEXT.replace("kept", "observed"))
    ]


def test_cells_in_content_controls_are_the_row_s_own(workspace: Workspace, document: bytes) -> None:
    wrapped = with_row(
        document,
        lambda row, cells: row.replace(
            cells[1], f"<w:sdt><w:sdtContent>{cells[1]}</w:sdtContent></w:sdt>"
        ),
    )
    assert back(workspace, wrapped) == Answer("formal_demand")


def test_a_document_with_the_first_marks_is_read_as_ever(
    workspace: Workspace, document: bytes
) -> None:
    first = as_first_written(document)
    assert not re.search(r'w:name="c[0-9a-f]|_\d_\d"', part(first))
    assert back(workspace, first) == Answer("formal_demand")
    proposal = only(workspace, with_cell(first, TEXT, said(TEXT.replace("kept", "observed"))))
    assert (proposal.piece, proposal.status) == (PIECE, "new")


def test_rows_that_are_gone_are_told(workspace: Workspace, document: bytes) -> None:
    row = row_of(document, "This plan is an offer")
    answer = back(workspace, with_parts(document, body=part(document).replace(row, "")))
    (finding,) = answer.findings
    assert finding.rule == "counsel-missing" and PIECE in finding.params["names"]
    tracked = row.replace("<w:tr>", '<w:tr><w:trPr><w:del w:id="1" w:author="C"/></w:trPr>')
    answer = back(workspace, with_parts(document, body=part(document).replace(row, tracked)))
    assert {f.rule for f in answer.findings} == {"counsel-row-gone"} and not answer.proposals


def test_what_is_no_text_is_told(workspace: Workspace, document: bytes) -> None:
    odd = {
        "a picture": f"{run(TEXT)}<w:r><w:drawing><a:t>words</a:t></w:drawing></w:r>",
        "a footnote": f'{run(TEXT + " ")}<w:r><w:footnoteReference w:id="2"/></w:r>{run("x")}',
    }
    for what, inner in odd.items():
        new = paragraph(inner.replace(run(TEXT), run(TEXT + "!")))
        (proposal,) = back(workspace, with_cell(document, TEXT, new)).proposals
        (finding,) = proposal.findings
        assert (finding.rule, finding.params["what"]) == ("counsel-unread", what)
        assert "words" not in proposal.text
    listed = paragraph(run("Pay now."), "<w:numPr><w:numId w:val='1'/></w:numPr>")
    assert rules_of(workspace, with_cell(document, TEXT, listed)) == ["counsel-unread"]


def test_words_beside_the_texts_are_told(workspace: Workspace, document: bytes) -> None:
    body = part(document).replace("<w:sectPr", paragraph(came("A new clause.")) + "<w:sectPr")
    (finding,) = back(workspace, with_parts(document, body=body)).findings
    assert (finding.rule, finding.params["text"]) == ("counsel-beside", "A new clause.")


def told(workspace: Workspace, data: bytes) -> list[tuple[str, str]]:
    answer = back(workspace, data)
    assert not answer.proposals
    return [(f.rule, f.params["text"]) for f in answer.findings]


@pytest.mark.parametrize(
    "untracked",
    [
        paragraph(run("A new clause.")),
        f"<w:p/><w:p><w:r><w:t>A new</w:t></w:r>{run(' clause.')}</w:p>",
        f"<w:sdt><w:sdtContent>{paragraph(run('A new clause.'))}</w:sdtContent></w:sdt>",
        f"<w:tbl><w:tr><w:tc>{paragraph(run('A new clause.'))}</w:tc></w:tr></w:tbl>",
        "<w:p><w:r><w:pict><v:x><w:txbxContent>"
        f"{paragraph(run('A new clause.'))}</w:txbxContent></v:x></w:pict></w:r></w:p>",
    ],
)
def test_words_beside_the_texts_are_told_without_tracking_too(
    workspace: Workspace, document: bytes, untracked: str
) -> None:
    body = part(document).replace("<w:sectPr", f"{untracked}<w:sectPr")
    data = with_parts(document, body=body)
    assert told(workspace, data) == [("counsel-beside", "A new clause.")]


def test_rows_and_cells_that_were_filled_without_tracking_are_told(
    workspace: Workspace, document: bytes
) -> None:
    new = f"<w:tr><w:tc><w:p/></w:tc>{NEW_CELL}</w:tr>"
    data = with_row(document, lambda row, cells: row + new)
    assert told(workspace, data) == [("counsel-beside", "Our note")]
    body = part(document).replace("Source (law): Civil Code", "Source (law): The Civil Code", 1)
    ((rule, text),) = told(workspace, with_parts(document, body=body))
    assert rule == "counsel-beside" and "Source (law): The Civil Code" in text
    numbered = with_row(
        document,
        lambda row, cells: row.replace(cells[0], cells[0].replace("</w:p>", f"{run(' no')}</w:p>")),
    )
    ((rule, text),) = told(workspace, numbered)
    assert rule == "counsel-beside" and text.endswith(" no")


def test_all_words_beside_the_texts_are_told(workspace: Workspace, document: bytes) -> None:
    new = "".join(paragraph(came(f"Clause {i}.")) for i in range(30))
    body = part(document).replace("<w:sectPr", f"{new}<w:sectPr")
    told_ = told(workspace, with_parts(document, body=body))
    assert told_ == [("counsel-beside", f"Clause {i}.") for i in range(30)]
    flood = part(document).replace("<w:sectPr", f"{new * 20}<w:sectPr")
    findings = back(workspace, with_parts(document, body=flood)).findings
    (more,) = [f for f in findings if f.rule == "counsel-more"]
    assert more.params["count"] == str(30 * 20 - (len(findings) - 1))


@pytest.mark.parametrize("mark", ["<w:strike/>", '<w:dstrike w:val="1"/>', "<w:vanish/>"])
def test_words_that_are_struck_out_or_hidden_are_told(
    workspace: Workspace, document: bytes, mark: str
) -> None:
    inner = run(TEXT[:20]) + run(TEXT[20:]).replace("<w:rPr>", f"<w:rPr>{mark}")
    data = with_cell(document, TEXT, paragraph(inner))
    assert told(workspace, data) == [("counsel-struck", TEXT[20:])]
    plain = inner.replace(mark, mark.partition("/")[0].partition(" w:val")[0] + ' w:val="false"/>')
    assert back(workspace, with_cell(document, TEXT, paragraph(plain))) == Answer("formal_demand")
    (proposal,) = back(workspace, with_cell(document, TEXT, paragraph(inner + came("!")))).proposals
    assert [f.rule for f in proposal.findings] == ["counsel-struck"]


def test_a_heading_that_is_struck_out_is_told(workspace: Workspace, document: bytes) -> None:
    head = re.search(r"<w:r>(?:(?!<w:r>).)*· hardship</w:t>", part(document), re.DOTALL)
    assert head
    struck = head[0].replace("<w:r>", "<w:r><w:rPr><w:strike/></w:rPr>")
    data = with_parts(document, body=part(document).replace(head[0], struck))
    ((rule, text),) = told(workspace, data)
    assert rule == "counsel-beside" and text.endswith("· hardship")


def test_a_picture_in_a_text_that_reads_as_before_is_told(
    workspace: Workspace, document: bytes
) -> None:
    inner = f"{run(TEXT)}<w:r><w:drawing/></w:r>"
    answer = back(workspace, with_cell(document, TEXT, paragraph(inner)))
    ((rule, path),) = [(f.rule, f.path) for f in answer.findings]
    assert (rule, path) == ("counsel-unread", PIECE) and not answer.proposals


def test_another_pack_s_document_is_refused(workspace: Workspace, document: bytes) -> None:
    root = find_pack("US", workspace.pack_roots)
    assert root
    other = load_pack(*workspace.of_pack(root))
    answer = read_answer(workspace, other, document, "back.docx")
    assert [f.rule for f in answer.findings] == ["counsel-other-pack"] and not answer.proposals


def test_a_text_that_the_pack_has_no_more_is_told(own: Workspace) -> None:
    data = sent(own)
    body = part(data)
    mark = re.search(r'w:name="n[0-9a-f]{16}_', body)
    assert mark
    strange = body.replace(mark[0], 'w:name="n0123456789abcdef_')
    rules = [f.rule for f in back(own, with_parts(data, body=strange)).findings]
    assert rules == ["counsel-unknown", "counsel-missing"]


def test_no_text_is_written_while_a_document_is_read(own: Workspace) -> None:
    back(own, with_cell(sent(own), TEXT, said("Other words.")))
    assert own.root and not (own.root / "packs" / "CN").exists()


def test_a_label_that_no_letter_can_fill_can_t_be_saved(
    workspace: Workspace, document: bytes
) -> None:
    pack = pack_of(workspace)
    name = next(p for p in texts_of(pack, "formal_demand") if p.startswith("labels/"))
    now = texts_of(pack, "formal_demand")[name][1]
    (proposal,) = back(
        workspace, with_cell(document, now, paragraph(run("Amount {sum}")))
    ).proposals
    assert proposal.status == "unreadable"
    assert "bad-slot" in {finding.rule for finding in proposal.findings}


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Paid {amount}", "rooms-differ"),
        ("Paid {date} {amount}", "rooms-differ"),
        ("{amount} {date}", "rooms-differ"),
        ("Paid {amount} {date} {date}", "slot-not-once"),
    ],
)
def test_an_answer_with_other_rooms_than_its_other_side_can_t_be_saved(
    workspace: Workspace, document: bytes, words: str, rule: str
) -> None:
    now = texts_of(pack_of(workspace), "formal_demand")["labels/reply_paid/en"][1]
    (proposal,) = back(workspace, with_cell(document, now, paragraph(run(words)))).proposals
    assert proposal.status == "unreadable"
    assert rule in {finding.rule for finding in proposal.findings}
