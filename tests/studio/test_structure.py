"""New clauses and blocks, sources, terms, packs that are begun or broken: as the page asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from notices.cli.main import main
from notices.pack.load import load_pack
from notices.pack.unfilled import MARK
from notices.pack.vocabulary import BLOCK_ROWS, BLOCKS
from tests.studio.conftest import Page, edits_of

KIND = "formal_demand"
TEXTS = {"zh-Hans": "多谢{{ recipient_name }}。", "en": "Thank you, {{ recipient_name }}."}


def letter(page: Page, kind: str = KIND, pack: str = "CN") -> Any:
    return page.get("letter", pack=pack, kind=kind)


def clause(name: str, **said: Any) -> dict[str, Any]:
    return {"id": name, "class": "product", "source": "Our own", "texts": TEXTS, **said}


def post_clause(page: Page, clause: dict[str, Any], index: int, **said: Any) -> Any:
    seen = letter(page)["parts_digest"]
    asked = {"pack": "CN", "kind": KIND, "index": index, "seen": seen, "by": "Ann", **said}
    return page.post("new_clause", clause=clause, **asked)


def change(page: Page, pack: str = "CN", kind: str = KIND, **asked: Any) -> Any:
    seen = letter(page, kind, pack)["parts_digest"]
    return page.post("parts", pack=pack, kind=kind, by="Ann", seen=seen, **asked)


def test_a_new_clause_stands_where_it_was_written(page: Page, workspace: Path) -> None:
    last = len(letter(page)["parts"])
    new = clause("thanks", headings={"zh-Hans": "致谢", "en": "Thanks"}, not_names=["company"])
    assert post_clause(page, new, last, style="small")["status"] == "written"
    shown = letter(page)
    assert shown["parts"][last]["clause"] == "thanks"
    assert shown["parts"][last]["shown"]["style"] == "small"
    assert shown["clauses"]["thanks"]["sides"]["en"]["heading"] == "Thanks"
    assert shown["clauses"]["thanks"]["when"]["hold_not"] == ["company"]
    told = [(line["file"], line["path"]) for line in edits_of(workspace)]
    assert told[0][1] == "thanks" and ("kinds.yaml", f"{KIND}.parts") in told
    for piece in (f"kinds/{KIND}/parts", "clauses/thanks"):
        undo = ["pack", "revert", "CN", piece, "--by", "Bob", "--workspace", str(workspace)]
        assert main(undo) == 0
    assert "thanks" not in load_pack(workspace / "packs" / "CN").clauses


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"texts": {"en": "Thank you."}}, "clause-side-missing"),
        ({"source": " "}, "edit-empty"),
        ({"id": "a b"}, "bad-id"),
        ({"id": "thanks.2"}, "id-with-dot"),
        ({"headings": {"en": "Thanks"}}, "heading-side-missing"),
        ({"class": "wish"}, "bad-choice"),
        ({"id": "hardship"}, "id-twice"),
        ({"texts": TEXTS | {"en.company": "Thank you."}}, "side-twice"),
        ({"texts": {"en.company": "Thank you."} | TEXTS}, "side-twice"),
        ({"texts": TEXTS | {"en": "Thank you {{ totl_due }}."}}, "unknown-placeholder"),
        ({"names": ["company"], "not_names": ["company"]}, "never-printed"),
    ],
)
def test_a_clause_that_is_not_whole_is_not_written(
    page: Page, workspace: Path, said: dict[str, Any], rule: str
) -> None:
    answer = post_clause(page, clause("thanks") | said, 3)
    assert answer["status"] in ("refused", "conflict")
    assert rule in {finding["rule"] for finding in answer["findings"]}
    assert not (workspace / "packs" / "CN").exists()


def test_a_clause_is_judged_before_it_is_saved(page: Page) -> None:
    new = clause("thanks", texts=TEXTS | {"en": "Thank you, 5 times."}, names=["company"])
    answer = page.post("try_clause", pack="CN", kind=KIND, clause=new)
    assert {"number-parity", "placeholder-parity"} <= {f["rule"] for f in answer["findings"]}
    assert answer["said"]["en"] and answer["possible"] and not answer["taken"]
    both = clause("hardship", names=["company"], not_names=["company"])
    answer = page.post("try_clause", pack="CN", kind=KIND, clause=both)
    assert answer["taken"] and not answer["possible"]
    twice = clause("thanks", texts=TEXTS | {"en.company": "Thank you."}, names=["company"])
    answer = page.post("try_clause", pack="CN", kind=KIND, clause=twice)
    assert [f["rule"] for f in answer["findings"]] == ["side-twice"] and answer["said"]["en"]


def test_a_clause_like_another_takes_over_its_conditions(page: Page) -> None:
    model = letter(page)["clauses"]["limitation-over"]
    texts = {name: side["text"] for name, side in model["sides"].items()}
    new = clause("over-2", like="limitation-over", texts=texts)
    assert post_clause(page, new, 5)["status"] == "written"
    assert letter(page)["clauses"]["over-2"]["when"]["rest"] == model["when"]["rest"]


def test_every_block_can_be_added_after_the_last_part(page: Page) -> None:
    rows = {"placeholder": ["total_due", "pay_by"], "clause": ["close"], "label": ["reply_paid"]}
    choices = page.get("part_choices", pack="CN")
    assert [one["block"] for one in choices["blocks"]] == list(BLOCKS)
    for one in choices["blocks"]:
        last = len(letter(page)["parts"])
        asked = {"block": one["block"], "rows": rows.get(BLOCK_ROWS.get(one["block"], ""), [])}
        style = one["styles"][-1] if one["styles"] else ""
        answer = change(page, action="add", index=last, style=style, **asked)
        missing = {f["rule"] for f in answer["findings"]} <= {"label-missing"}  # this pack's words
        assert answer["status"] == "written" or missing, answer
        if answer["status"] == "written":
            part = letter(page)["parts"][last]
            assert (part["block"], part["shown"]["style"]) == (one["block"], style)
            assert part["shown"]["rows"] == asked["rows"]


def test_a_block_shows_other_rows_and_keeps_its_conditions(page: Page, workspace: Path) -> None:
    parts = letter(page)["parts"]
    index = next(i for i, part in enumerate(parts) if part["shown"]["style"] == "glance")
    shown = {"style": "plain", "title": "glance-title", "rows": ["total_due", "pay_by"]}
    assert change(page, action="show", index=index, **shown)["status"] == "written"
    part = letter(page)["parts"][index]
    assert part["when"] == parts[index]["when"]
    assert {key: part["shown"][key] for key in shown} == shown
    answer = change(page, action="show", index=index, rows=["totl_due"], style="plain")
    assert answer["status"] == "refused"
    kinds = (workspace / "packs" / "CN" / "kinds.yaml").read_text(encoding="utf-8")
    assert '# "please pay by" would ask' in kinds


def test_what_is_removed_is_told_however_it_goes(page: Page) -> None:
    """A row that every letter must print is missed also where the block stays."""
    parts = letter(page)["parts"]
    for index, part in enumerate(parts):
        if "total_due_words" in part["shown"]["rows"]:
            shown = part["shown"] | {"rows": ["total_due"]}
            assert change(page, action="show", index=index, **shown)["status"] == "written"
    assert "must-print-unplaced" in {f["rule"] for f in letter(page)["kind_findings"]}


@pytest.mark.parametrize("room", ["labels", "salutations", "item_kinds", "glossary"])
def test_terms_of_every_room_are_drafted_judged_and_saved(
    page: Page, workspace: Path, room: str
) -> None:
    term = next(t for t in page.get("terms", pack="CN")["terms"] if t["room"] == room)
    side, scalar = term["sides"]["en"], f"{room}/{term['name']}/en"
    asked = {"pack": "CN", "kind": KIND, "scalar": scalar, "seen": side["digest"]}
    answer = page.post("draft", text=f"{side['text']} 12345", **asked)
    assert "number-parity" in {finding["rule"] for finding in answer["term"]}
    known = page.get("terms", pack="CN")
    drafts = {draft["scalar"]: draft["text"] for draft in known["drafts"]}
    assert drafts[scalar].endswith("12345")
    assert known["findings"][f"{room}/{term['name']}"]
    text = f"{side['text']}!"
    saved = page.post("save", pack="CN", scalar=scalar, text=text, seen=side["digest"], by="Ann")
    assert saved["status"] == "written"
    known = page.get("terms", pack="CN")
    assert scalar not in {draft["scalar"] for draft in known["drafts"]}
    assert any(t["sides"]["en"]["text"] == text for t in known["terms"] if t["room"] == room)
    assert edits_of(workspace)[-1]["by"] == "Ann"


def test_a_source_is_edited_and_never_lost(page: Page) -> None:
    source = letter(page)["clauses"]["hardship"]["source"]
    seen = source["digests"]
    new = {"source": "Civil Code, article 678", "class": "law"}
    for side, text in new.items():
        asked = {"pack": "CN", "scalar": f"sources/hardship/{side}", "by": "Ann"}
        empty = page.post("save", text=" ", seen=seen[side], **asked)
        wrong = page.post(
            "save", text="wish", seen=seen["class"], **asked | {"scalar": "sources/hardship/class"}
        )
        assert (empty["status"], wrong["status"]) == ("refused", "refused")
        assert page.post("save", text=text, seen=seen[side], **asked)["status"] == "written"
        seen = letter(page)["clauses"]["hardship"]["source"]["digests"]
    read = letter(page)["clauses"]["hardship"]["source"]
    assert (read["citation"], read["class"]) == (new["source"], "law")


def test_a_heading_comes_and_goes(page: Page) -> None:
    asked = {"pack": "CN", "clause": "close", "by": "Ann"}
    one = page.post("set_headings", texts={"en": "Regards"}, **asked)
    assert {f["rule"] for f in one["findings"]} == {"heading-side-missing"} or one[
        "status"
    ] == "written"
    texts = {"zh-Hans": "结语", "en": "Regards"}
    if one["status"] == "written":
        page.post("set_headings", texts={}, **asked)
    assert page.post("set_headings", texts=texts, **asked)["status"] == "written"
    sides = letter(page)["clauses"]["close"]["sides"]
    assert sides["en"]["heading"] == "Regards" and sides["zh-Hans"]["heading"] == "结语"
    assert page.post("set_headings", texts={}, **asked)["status"] == "written"
    assert "heading" not in letter(page)["clauses"]["close"]["sides"]["en"]


# --- packs that are begun, and broken ones -------------------------------------------------------


@pytest.fixture
def begun(workspace: Path) -> Path:
    asked = ["pack", "new", "XX", "--languages", "pt en", "--currency", "EUR"]
    assert main([*asked, "--workspace", str(workspace)]) == 0
    return workspace / "packs" / "XX"


def test_a_begun_pack_is_filled_text_by_text(page: Page, begun: Path) -> None:
    pack = next(one for one in page.get("packs")["packs"] if one["id"] == "XX")
    texts = page.get("todo", pack="XX")["texts"]
    assert pack["todo"] == len(texts) > 100 and "broken" not in pack
    remarks = {
        file: [n for n in file.read_text("utf-8").splitlines() if n.lstrip().startswith("#")]
        for file in begun.rglob("*.yaml")
    }
    chosen = {}
    for text in texts:  # one of each file and way of writing
        chosen.setdefault((text["file"], text["list"], len(text["path"].split("."))), text)
    for left, text in enumerate(chosen.values(), 1):
        written = next(iter(text["beside"].values()), text["model"]).replace("\n", " ")
        written = "near: palavra | outra" if text["list"] else written
        place = {"pack": "XX", "file": text["file"], "path": text["path"]}
        page.post("keep_fill", text=written, seen=text["digest"], **place)
        todo = page.get("todo", pack="XX")["texts"]
        kept = {(t["file"], t["path"]): t["draft"] for t in todo}
        assert kept[text["file"], text["path"]] == written
        answer = page.post("fill", text=written, seen=text["digest"], by="Ann", **place)
        assert (answer["status"], answer["left"]) == ("written", len(texts) - left), (text, answer)
    for file, lines in remarks.items():
        now = file.read_text("utf-8").splitlines()
        assert [n for n in now if n.lstrip().startswith("#")] == lines


def test_a_text_that_can_t_be_read_is_not_filled_in(page: Page, begun: Path) -> None:
    text = page.get("todo", pack="XX")["texts"][0]
    place = {"pack": "XX", "file": text["file"], "path": text["path"], "seen": text["digest"]}
    answer = page.post("fill", text="A taxa: {{ rate_ground }.", by="Ann", **place)
    assert answer["status"] == "refused" and answer["left"] == len(
        page.get("todo", pack="XX")["texts"]
    )
    told = page.post("keep_fill", text="A taxa.", **place)
    assert "placeholder-parity" in {finding["rule"] for finding in told["findings"]}


def test_no_begun_pack_is_approved(page: Page, begun: Path) -> None:
    status = page.get("approval", pack="XX", kind="reminder")
    asked = {"pack": "XX", "kind": "reminder", "by": "Bob", "digest": status["digest"]}
    answer = page.post("approve", note="", **{"from": "", "until": ""}, **asked)
    assert "text-to-fill" in {finding["rule"] for finding in answer["refused"]}
    assert MARK in (begun / "clauses" / "debt.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("terms.yaml", "labels:\n  a: [\n", True),
        ("clauses/debt.yaml", "x: {y\n", True),
        ("kinds.yaml", "{}\n", False),
        ("pack.yaml", "id: XX\nid: XX\n", True),
        ("fields.yaml", "\x00", False),
    ],
)
def test_a_broken_pack_says_so_with_file_and_line(
    page: Page, begun: Path, file: str, text: str, line: bool
) -> None:
    (begun / file).write_text(text, encoding="utf-8")
    packs = {one["id"]: one for one in page.get("packs", pack="XX")["packs"]}
    assert packs["XX"]["broken"] and packs["CN"]["called"]
    others = {one["id"]: one for one in page.get("packs", pack="CN")["packs"]}
    assert others["CN"]["kinds"]
    told = [f for f in packs["XX"]["findings"] if f["file"].endswith(file)]
    assert told and (told[0]["line"] > 0 or not line)
