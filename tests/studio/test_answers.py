"""What the desk answers: clauses, findings as one types, saves, collisions, drafts, previews."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from notices.letter.workspace import read_workspace
from notices.pack.core import copy_pack
from notices.pack.vocabulary import FIGURES
from notices.places import PACKS
from notices.studio.answers import Studio, open_studio
from notices.studio.drafts import Draft
from notices.studio.preview import PreviewPool
from notices.studio.preview_worker import Ask
from notices.studio.view import HERE, read_meanings, read_words
from notices.textfiles import read_text_file
from tests.cli.calls import Said, approved_under_another_layout
from tests.studio.conftest import ANN, BOB, ORIGIN, TEXT, Page, all_read, edits_of

pytestmark = pytest.mark.heavy

EXAMPLE = "demand-consumer-loan-no-rate"
OPENING = read_text_file(PACKS / "CN" / "clauses" / "opening.yaml").data["demand-opening"]
ENGLISH: str = OPENING["en"].strip()


def side(page: Page, lang: str = "en") -> dict[str, Any]:
    letter = page.get("letter", pack="CN", kind="formal_demand")
    found: dict[str, Any] = letter["clauses"]["demand-opening"]["sides"][lang]
    return found


def save(page: Page, text: str, seen: str, by: str = "Ann Example") -> Any:
    return page.post("save", pack="CN", scalar=TEXT, text=text, seen=seen, by=by)


def typed(page: Page, text: str, scalar: str = TEXT) -> set[str]:
    """The rules that the clause breaks once this is typed."""
    answer = page.post("draft", pack="CN", kind="formal_demand", scalar=scalar, text=text, seen="x")
    (findings,) = answer["findings"].values()
    return {finding["rule"] for finding in findings}


def chosen(page: Page, pack: str) -> Any:
    """A pack as the page has it once it is chosen."""
    (one,) = (p for p in page.get("packs", pack=pack)["packs"] if p["id"] == pack)
    return one


def test_every_pack_can_be_chosen(page: Page) -> None:
    packs = {one["id"]: chosen(page, one["id"]) for one in page.get("packs")["packs"]}
    assert set(packs) == {file.parent.name for file in PACKS.glob("*/pack.yaml")}
    for pack in packs.values():
        assert "broken" not in pack and pack["shipped"]
        assert {one["kind"] for one in pack["examples"]} <= {one["id"] for one in pack["kinds"]}


def test_a_broken_pack_is_told_and_the_others_stay(page: Page, workspace: Path) -> None:
    own = workspace / "packs" / "CN"
    copy_pack(PACKS / "CN", own)
    (own / "terms.yaml").write_text("labels: [", encoding="utf-8")
    assert chosen(page, "CN")["findings"][0]["file"] == "packs/CN/terms.yaml"
    assert chosen(page, "DE")["kinds"]


def test_only_the_chosen_pack_is_loaded(page: Page, workspace: Path) -> None:
    """A pack that can't be read does not even slow the others: it is not looked into."""
    own = workspace / "packs" / "DE"
    copy_pack(PACKS / "DE", own)
    (own / "kinds.yaml").write_text("[", encoding="utf-8")
    answer = page.get("packs", pack="CN")
    names = {one["id"]: one["called"] for one in answer["packs"]}
    assert answer["chosen"] == "CN" and all(names.values())
    assert [one["id"] for one in answer["packs"] if "kinds" in one or "broken" in one] == ["CN"]
    assert page.get("packs")["chosen"] in names, "without a choice, one is chosen"
    assert page.get("packs", pack="../CN")["chosen"] in names


@pytest.mark.parametrize("layout", ["parallel", "stacked", "sequential", "large-print"])
def test_every_layout_has_its_places(page: Page, layout: str) -> None:
    answer = page.post("preview", pack="CN", example=EXAMPLE, layout=layout)
    here = [p for p in answer["places"] if p["part"] == "clause-demand-opening"]
    assert {place["lang"] for place in here} == {"zh-Hans", "en"}


def test_a_kind_shows_its_parts_in_letter_order(page: Page) -> None:
    letter = page.get("letter", pack="CN", kind="formal_demand")
    written = read_text_file(PACKS / "CN" / "kinds.yaml").data["formal_demand"]["parts"]
    assert [p["clause"] or p["block"] for p in letter["parts"]] == [
        p.get("clause") or p["block"] for p in written
    ]
    assert side(page)["text"] == ENGLISH
    assert letter["placeholders"]["total_due"]["meaning"]["zh"]
    explained = {one["name"]: one["explain"] for one in letter["conditions"]}
    assert explained["limitation-runs"]["en"].startswith("The limitation period")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (ENGLISH.replace("{{ pay_by }}", "soon"), "placeholder-parity"),
        (f"{ENGLISH} You have 14 days.", "number-parity"),
        (f"{ENGLISH} {{{{ total_dew }}}}", "unknown-placeholder"),
        (f"{ENGLISH} You will be arrested.", "banned-wording"),
        (f"{ENGLISH}\n\nAnother paragraph.", "paragraph-parity"),
        (f"{ENGLISH} {{% for x in range(9) %}}", "clause-fault"),
        (f"{ENGLISH} {{{{ open('/etc/passwd') }}}}", "clause-fault"),
        (f"{ENGLISH} {{{{ ''.__class__ }}}}", "clause-fault"),
        (f"{ENGLISH} {'This goes on and on ' * 12}.", "long-sentence"),
    ],
)
def test_a_fault_shows_as_it_is_typed(page: Page, text: str, rule: str) -> None:
    assert rule not in typed(page, ENGLISH)
    assert rule in typed(page, text)


COMPANY = "clauses/demand-opening/zh-Hans.company"


def test_each_variant_of_a_clause_is_shown_with_whom_it_is_for(page: Page) -> None:
    letter = page.get("letter", pack="CN", kind="formal_demand")
    sides = letter["clauses"]["demand-opening"]["sides"]
    assert list(sides) == ["zh-Hans.person", "zh-Hans.company", "en"]
    assert "您" in sides["zh-Hans.person"]["text"]
    assert "贵公司" in sides["zh-Hans.company"]["text"]
    assert sides["zh-Hans.company"]["explain"]["en"].startswith("The recipient is a company")
    headings = letter["clauses"]["hardship"]["sides"]
    assert [("heading" in side, "text" in side) for side in headings.values()] == [(True, True)] * 3
    shown = page.post("preview", pack="CN", example=EXAMPLE)
    assert shown["variants"]["demand-opening"] == "person"


def test_one_variant_is_saved_and_the_other_stays(page: Page, workspace: Path) -> None:
    before = OPENING["zh-Hans"]
    asked = before["company"].strip().replace("请最迟", "敬请最迟")
    seen = side(page, "zh-Hans.company")["digest"]
    said = page.post("save", pack="CN", scalar=COMPANY, text=asked, seen=seen, by="Ann Example")
    assert said["status"] == "written"
    own = read_text_file(workspace / "packs" / "CN" / "clauses" / "opening.yaml").data
    now = own["demand-opening"]["zh-Hans"]
    assert now == {"person": before["person"], "company": f"{asked}\n"}


def test_a_fault_of_one_variant_is_told_of_that_one(page: Page) -> None:
    text = OPENING["zh-Hans"]["company"].replace("{{ pay_by }}", "近日")
    answer = page.post(
        "draft", pack="CN", kind="formal_demand", scalar=COMPANY, text=text, seen="x"
    )
    (findings,) = answer["findings"].values()
    assert [(f["rule"], f["path"]) for f in findings] == [
        ("placeholder-parity", "demand-opening.zh-Hans.company")
    ]


@pytest.mark.parametrize(
    "scalar", ["clauses/demand-opening/zh-Hans", "labels/total_due/en.company"]
)
def test_a_text_without_a_place_is_not_saved(page: Page, scalar: str) -> None:
    asked = {"pack": "CN", "scalar": scalar, "text": "x", "seen": "", "by": "Ann Example"}
    said = page.client.post(
        "/api/save",
        json={"editor": page.editor, **asked},
        headers={"X-CSRF": page.csrf, "Origin": ORIGIN},
    )
    assert said.status_code == 404 and scalar in said.json()["error"]


def test_a_save_moves_one_text_and_nothing_else(page: Page, workspace: Path) -> None:
    asked = ENGLISH.replace("we ask you to pay", "please pay")
    assert save(page, asked, side(page)["digest"])["status"] == "written"
    own = workspace / "packs" / "CN"
    for shipped in (PACKS / "CN").rglob("*"):
        mine = own / shipped.relative_to(PACKS / "CN")
        if shipped.is_file() and shipped.name != "opening.yaml":
            assert mine.read_bytes() == shipped.read_bytes()
    before = (PACKS / "CN" / "clauses" / "opening.yaml").read_text(encoding="utf-8").splitlines()
    after = (own / "clauses" / "opening.yaml").read_text(encoding="utf-8").splitlines()
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert changed == [(f"    {ENGLISH}", f"    {asked}")]
    assert {line["by"] for line in edits_of(workspace)} == {"Ann Example"}
    assert side(page)["text"] == asked


def test_two_who_edit_one_text_see_each_other(page: Page, workspace: Path) -> None:
    other = replace(page, editor=BOB)
    seen = side(page)["digest"]
    assert side(other)["digest"] == seen
    first = save(page, f"{ENGLISH} First.", seen)
    second = save(other, f"{ENGLISH} Second.", seen, "Bob Example")
    assert (first["status"], second["status"]) == ("written", "conflict")
    assert second["text"] == f"{ENGLISH} First."
    file = (workspace / "packs/CN/clauses/opening.yaml").read_text(encoding="utf-8")
    assert "First." in file and "Second." not in file
    again = save(other, f"{ENGLISH} Second.", second["digest"], "Bob Example")
    assert again["status"] == "written"


def test_a_save_needs_a_name(page: Page, workspace: Path) -> None:
    asked = {"pack": "CN", "scalar": TEXT, "text": "x", "seen": side(page)["digest"], "by": " "}
    answer = page.client.post(
        "/api/save",
        json={"editor": page.editor, **asked},
        headers={"X-CSRF": page.csrf, "Origin": "http://127.0.0.1:8377"},
    )
    assert answer.status_code == 422
    assert not (workspace / "approvals" / "edits.jsonl").exists()


def test_drafts_outlive_the_server_and_touch_no_pack(page: Page, workspace: Path) -> None:
    typed(page, f"{ENGLISH} Not saved.")
    assert not (workspace / "packs" / "CN").exists()
    desk = open_studio(read_workspace(workspace, workspace))
    try:
        (draft,) = desk.drafts.of(page.editor, "CN")
        assert draft.text == f"{ENGLISH} Not saved."
        assert desk.drafts.of(BOB, "CN") == ()
        assert desk.drafts.of_others(BOB, "CN") == (draft,)
    finally:
        desk.close()
    other = replace(page, editor=BOB)
    assert other.get("letter", pack="CN", kind="formal_demand")["others"] == [TEXT]
    page.post("discard", pack="CN", kind="formal_demand", scalar=TEXT)
    assert page.get("letter", pack="CN", kind="formal_demand")["drafts"] == []


def test_a_draft_of_another_room_hides_no_letter(page: Page, desk: Studio) -> None:
    typed(page, f"{ENGLISH} Not saved.")
    for scalar in (
        "fill/clauses/debt.yaml/debt.en",
        "wishes/a/en",
        "clauses/close",
        "headings//en",
    ):
        desk.drafts.keep(page.editor, Draft("CN", scalar, "Typed.", "x", "2026-04-01"))
    shown = page.get("letter", pack="CN", kind="formal_demand")
    assert [draft["scalar"] for draft in shown["drafts"]] == [TEXT]
    assert page.get("terms", pack="CN")["drafts"] == []
    head = {"X-CSRF": page.csrf, "Origin": ORIGIN}
    asked = {"editor": BOB, "pack": "CN", "scalar": "wishes/a/en", "text": "Typed.", "seen": "x"}
    assert page.client.post("/api/draft", json=asked, headers=head).status_code == 404
    assert desk.drafts.of(BOB, "CN") == (), "what has no place is not kept"


def test_what_is_typed_while_a_save_is_on_its_way_stays(desk: Studio) -> None:
    def typing(text: str) -> None:
        desk.drafts.keep(ANN, Draft("CN", TEXT, text, "at first", "2026-04-01T12:00:00+00:00"))

    typing("Saved.")
    known, saved = desk.drafts.one(ANN, "CN", TEXT), Draft("CN", TEXT, "Saved. \n", "saved", "")
    typing("Saved. And more.")
    desk.drafts.drop_saved(ANN, saved, known)
    (draft,) = desk.drafts.of(ANN, "CN")
    assert (draft.text, draft.base) == ("Saved. And more.", "saved")
    desk.drafts.drop_saved(ANN, replace(saved, text="Saved. And more!"), draft)
    assert desk.drafts.of(ANN, "CN") == (), "an older draft than what was saved"
    typing("Saved.")
    desk.drafts.drop_saved(ANN, saved, None)
    assert desk.drafts.of(ANN, "CN") == ()


def test_a_save_forgets_what_was_typed_before_it(page: Page, desk: Studio) -> None:
    typed(page, f"{ENGLISH} Sav")
    save(page, f"{ENGLISH} Saved.", side(page)["digest"])
    assert desk.drafts.of(page.editor, "CN") == ()


def test_the_page_is_drawn_with_what_is_typed(page: Page) -> None:
    asked = {"pack": "CN", "example": EXAMPLE, "languages": ["zh-Hans", "en"]}
    plain = page.post("preview", **asked)
    assert plain["values"]["en"]["total_due"] == "CNY 8,180.16"
    here = [p for p in plain["places"] if p["part"] == "clause-demand-opening"]
    assert {place["lang"] for place in here} == {"zh-Hans", "en"}
    picture = page.client.get(f"/api/page/{plain['digest']}/1.png")
    assert picture.headers["content-type"] == "image/png"
    longer = f"{ENGLISH} {'This sentence was typed just now. ' * 8}"
    edited = page.post("preview", **asked, edits={TEXT: longer})
    assert page.client.get(f"/api/page/{edited['digest']}/1.png").content != picture.content
    grown = [p for p in edited["places"] if p["part"] == "clause-demand-opening"]
    assert max(p["height"] for p in grown) > max(p["height"] for p in here)


def test_a_layout_that_there_is_not_is_a_wrong_question(page: Page) -> None:
    asked = {"editor": ANN, "pack": "CN", "example": EXAMPLE, "layout": "nope"}
    head = {"X-CSRF": page.csrf, "Origin": ORIGIN}
    answer = page.client.post("/api/preview", json=asked, headers=head)
    assert (answer.status_code, answer.json()["error"]) == (404, "nope: no such layout")


@pytest.mark.parametrize("file", ["redline.html", "counsel.docx"])
def test_a_file_of_a_broken_pack_says_what_is_wrong(page: Page, workspace: Path, file: str) -> None:
    copy_pack(PACKS / "CN", workspace / "packs" / "CN")
    (workspace / "packs" / "CN" / "kinds.yaml").write_text("formal_demand: [\n", encoding="utf-8")
    answer = page.client.get(f"/api/{file}", params={"pack": "CN", "kind": "formal_demand"})
    assert answer.status_code == 422
    assert answer.json()["findings"][0]["rule"] == "broken-text"
    asked = {"pack": "DE", "kind": "nope"}
    assert page.client.get(f"/api/{file}", params=asked).status_code in (404, 422)


def test_a_clause_that_cannot_be_printed_says_why(page: Page) -> None:
    asked = {"pack": "CN", "example": EXAMPLE, "edits": {TEXT: "{% for x in y %}"}}
    answer = page.post("preview", **asked)
    assert answer["digest"] == ""
    assert [finding["rule"] for finding in answer["findings"]] == ["clause-fault"]


def test_more_pages_than_permitted_are_told(page: Page) -> None:
    longer = f"{ENGLISH} {'This sentence makes the letter long. ' * 180}"
    answer = page.post("preview", pack="CN", example=EXAMPLE, edits={TEXT: longer})
    assert "proof-page-limit" in {finding["rule"] for finding in answer["findings"]}
    assert answer["digest"], "the page is shown all the same"


def test_a_preview_that_takes_too_long_is_ended(desk: Studio) -> None:
    slow = PreviewPool(desk.workspace, seconds=0.0)
    try:
        preview = slow.show("a", Ask("CN", EXAMPLE))
        assert preview is not None and not preview.digest
        (finding,) = preview.shown.findings
        assert finding["rule"] == "letter-time-limit"
    finally:
        slow.close()


def test_edited_text_goes_live_with_a_second_person(page: Page, live: Callable[[], Said]) -> None:
    def standing() -> Any:
        return page.get("approval", pack="CN", kind="formal_demand")

    save(page, ENGLISH.replace("we ask you to pay", "please pay"), side(page)["digest"])
    assert standing()["editors"] == ["Ann Example"]
    approve = {"pack": "CN", "kind": "formal_demand"}
    mine = page.post("approve", **approve, by="Ann Example", **all_read(page, **approve))
    assert "four-eyes" in {finding["rule"] for finding in mine["findings"]}
    assert live().rules == {"four-eyes"}
    theirs = page.post("approve", **approve, by="Bob Example", **all_read(page, **approve))
    assert theirs["findings"] == []
    assert live().code == 0


def test_the_live_text_is_told_and_drawn_beside_the_working_one(page: Page) -> None:
    asked = {"pack": "CN", "kind": "formal_demand"}
    digest = page.get("approval", **asked)["digest"]
    assert page.get("approval", **asked)["live"] is None
    page.post("approve", **asked, by="Ann Example", **all_read(page, **asked))
    now = page.post("preview", pack="CN", example=EXAMPLE)["digest"]
    save(page, ENGLISH.replace("we ask you to pay", "please pay"), side(page)["digest"])
    standing = page.get("approval", **asked)
    assert standing["live"]["edits_waiting"] == 1 and standing["live_findings"] == []
    assert standing["live"]["approved_by"] == "Ann Example" and standing["digest"] != digest
    drawn = [page.post("preview", pack="CN", example=EXAMPLE, state=s)["digest"]
             for s in ("approved", "working")]  # fmt: skip
    assert drawn[0] == now and drawn[1] != now


def test_another_layout_than_the_approved_one_shows_until_it_is_approved(
    page: Page, workspace: Path
) -> None:
    asked = {"pack": "CN", "kind": "formal_demand"}
    approved = page.post("approve", **asked, by="Ann Example", **all_read(page, **asked))
    assert approved["as_shipped"] and approved["findings"] == []
    approved_under_another_layout(workspace)
    (told,) = page.get("approval", **asked)["findings"]
    assert (told["rule"], told["severity"]) == ("layout-changed", "warning")
    seen = page.post("approve", **asked, by="Bo Example", **all_read(page, **asked))
    assert seen["findings"] == []


def test_what_changed_unseen_is_not_approved(page: Page) -> None:
    shown = page.get("approval", pack="CN", kind="formal_demand")["digest"]
    save(page, f"{ENGLISH} More.", side(page)["digest"])
    answer = page.client.post(
        "/api/approve",
        json={"pack": "CN", "kind": "formal_demand", "by": "Bob Example", "digest": shown},
        headers={"X-CSRF": page.csrf, "Origin": "http://127.0.0.1:8377"},
    )
    assert answer.json()["error"] == "text-changed"
    assert page.get("approval", pack="CN", kind="formal_demand")["book"] == []


def test_one_side_changed_after_an_approval_is_stale(page: Page) -> None:
    approve = {"pack": "CN", "kind": "formal_demand"}
    page.post("approve", **approve, by="Bob Example", **all_read(page, **approve))
    assert "translation-stale" in typed(page, ENGLISH.replace("you still owed", "you owed"))


def test_a_comparison_says_what_changed_and_breaks(page: Page) -> None:
    asked = {"pack": "CN", "kind": "formal_demand", "from": "shipped", "to": "working"}
    assert page.get("compare", **asked)["pieces"] == []
    save(page, ENGLISH.replace("by {{ pay_by }}", "by 15 April"), side(page)["digest"])
    answer = page.get("compare", **asked)
    (piece,) = answer["pieces"]
    assert piece["name"] == "clauses/demand-opening" and piece["stale"]
    assert ["removed", "{{ pay_by }}"] in piece["sides"]["en"]
    for variant in ("zh-Hans.person", "zh-Hans.company"):
        assert all(op == "same" for op, _ in piece["sides"][variant])
    assert "placeholder-parity" in {finding["rule"] for finding in answer["breaks"]}
    export = page.client.get("/api/redline.html", params=asked)
    assert "attachment" in export.headers["content-disposition"]
    assert "15 April" in export.text and "<ins>" in export.text
    assert "http:" not in export.text and "https:" not in export.text, "it needs nothing else"


def test_a_git_revision_is_a_state_too(page: Page, workspace: Path) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=Ann Example", "-c", "user.email=ann@example.invalid")
        subprocess.run(["git", *who, *words], cwd=workspace, check=True, capture_output=True)

    save(page, f"{ENGLISH} First.", side(page)["digest"])
    git("init", "-q")
    git("add", "packs")
    git("commit", "-q", "-m", "first")
    save(page, f"{ENGLISH} Second.", side(page)["digest"])
    asked = {"pack": "CN", "kind": "formal_demand", "from": "HEAD", "to": "working"}
    (piece,) = page.get("compare", **asked)["pieces"]
    assert ["removed", "First"] in piece["sides"]["en"]
    drawn = [page.post("preview", pack="CN", example=EXAMPLE, state=s) for s in ("HEAD", "working")]
    assert drawn[0]["digest"] and drawn[1]["digest"] and drawn[0]["digest"] != drawn[1]["digest"]
    for state in ("--output=x", "nobody", "HEAD:packs", ""):
        answer = page.client.get("/api/compare", params={**asked, "from": state})
        assert answer.status_code == 422


def test_parts_move_leave_and_come(page: Page, workspace: Path) -> None:
    def change(**asked: Any) -> Any:
        seen = page.get("letter", pack="CN", kind="formal_demand")["parts_digest"]
        return page.post(
            "parts", pack="CN", kind="formal_demand", by="Ann Example", seen=seen, **asked
        )

    def order() -> list[str]:
        letter = page.get("letter", pack="CN", kind="formal_demand")
        return [part["clause"] for part in letter["parts"]]

    before = order()
    index = before.index("salutation-line")
    assert change(action="move", index=index, to=index + 1)["status"] == "written"
    assert order().index("salutation-line") == index + 1
    change(action="remove", index=index + 1)
    assert "salutation-line" not in order()
    change(action="add", index=index, clause="salutation-line")
    assert order() == before
    change(action="conditions", index=index, names=["limitation-runs"])
    letter = page.get("letter", pack="CN", kind="formal_demand")
    assert letter["parts"][index]["when"]["hold"] == ["limitation-runs"]


@pytest.mark.parametrize(
    ("room", "name", "file"),
    [
        ("labels", "pay_by", "terms.yaml"),
        ("labels", "subtotal", "_core/terms.yaml"),
        ("hints", "contract_number", "fields.yaml"),
        ("hints", "payment_date", "_core/fields.yaml"),
    ],
)
def test_terms_and_hints_are_edited_too(
    page: Page, workspace: Path, room: str, name: str, file: str
) -> None:
    known = {(one["room"], one["name"]): one for one in page.get("terms", pack="CN")["terms"]}
    seen = known[room, name]["sides"]["en"]["digest"]
    asked = {"pack": "CN", "scalar": f"{room}/{name}/en", "by": "Ann Example", "seen": seen}
    assert page.post("save", **asked, text="Another word")["status"] == "written"
    shipped = PACKS if file.startswith("_core/") else PACKS / "CN"
    before = (shipped / file).read_text(encoding="utf-8").splitlines()
    after = (workspace / "packs" / "CN" / file).read_text(encoding="utf-8").splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 1 and "Another word" in changed[0]


def test_where_a_clause_is_used(page: Page) -> None:
    uses = page.get("usage", pack="CN", room="clause", name="capped")["uses"]
    assert {use["kind"] for use in uses} == {"reminder", "formal_demand", "card_demand"}
    names = page.get("names", pack="CN")
    assert "capped" in names["clause"] and "total_due" in names["placeholder"]


def test_the_page_speaks_both_languages() -> None:
    assert set(read_meanings()) == set(FIGURES)
    for texts in (*read_words().values(), *read_meanings().values()):
        assert set(texts) == {"zh", "en"} and all(texts.values())


def test_every_word_that_the_page_asks_for_is_there() -> None:
    import re

    from notices.studio.app import STATIC

    for file in (STATIC / "js").glob("*.js"):
        for key in re.findall(r'\bt\("([\w-]+)"', file.read_text(encoding="utf-8")):
            assert key in read_words(), f"{file.name}: {key}"


def test_who_asks_again_is_answered_once(desk: Studio) -> None:
    """While one question is drawn, a window's older open question is given up for its newer one."""
    with ThreadPoolExecutor(8) as threads:
        asked = [Ask("CN", EXAMPLE, draw=False) for _ in range(8)]
        answers = list(threads.map(lambda ask: desk.previews.show("window", ask), asked))
    assert any(answer is None for answer in answers)
    assert any(answer is not None for answer in answers), "the newest is answered"
    assert desk.previews.show("another", asked[0]) is not None


def test_no_word_of_the_page_stands_twice() -> None:
    """One of two would be said in the other's place."""
    keys = [key for file in HERE.glob("words*.yaml") for key in read_text_file(file).data]
    assert sorted(keys) == sorted(set(keys))
