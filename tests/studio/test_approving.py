"""What is to be read before an approval, what people say of a text, history and what others save:
as the page asks for them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from notices.catalogue import CATALOGUE
from notices.cli.commands import COMMANDS
from notices.letter.workspace import read_workspace
from notices.studio.answers import open_studio
from notices.studio.guard import Rules
from notices.studio.view import read_words
from notices.textfiles import read_text_file
from tests.cli.calls import run_outside
from tests.studio.conftest import BOB, ORIGIN, TEXT, Page, all_read, client_of

KIND = {"pack": "CN", "kind": "formal_demand"}
PARTS = "kinds/formal_demand/parts"
# Groups of rules of which the page shows none.
ELSEWHERE = ("tables", "grouping", "plan", "post", "updates")


def digest_of(page: Page) -> str:
    return str(page.get("approval", **KIND)["digest"])


def say(page: Page, name: str, by: str, **more: Any) -> Any:
    known = all_read(page, **KIND) if name == "approve" else {"digest": digest_of(page)}
    return page.post(name, **KIND, by=by, **{**known, **more})


def save(page: Page, text: str, by: str = "Ann Example") -> Any:
    sides = page.get("letter", **KIND)["clauses"]["demand-opening"]["sides"]
    seen = sides["en"]["digest"]
    return page.post("save", pack="CN", scalar=TEXT, text=text, seen=seen, by=by)


def opening(page: Page) -> str:
    sides = page.get("letter", **KIND)["clauses"]["demand-opening"]["sides"]
    return str(sides["en"]["text"])


def error(page: Page, name: str, **asked: Any) -> str:
    headers = {"X-CSRF": page.csrf, "Origin": ORIGIN}
    answer = page.client.post(
        f"/api/{name}", json={"editor": page.editor, **asked}, headers=headers
    )
    assert 400 <= answer.status_code < 500, answer.text
    return str(answer.json()["error"])


def test_everything_is_read_before_the_first_approval(page: Page) -> None:
    found = page.get("reading", **KIND)
    assert found["since"] is None and found["base"] == "shipped"
    opening_piece = next(p for p in found["pieces"] if p["name"] == "clauses/demand-opening")
    assert {"en", "zh-Hans.person", "zh-Hans.company"} == set(opening_piece["sides"])
    assert len(found["letters"]) == 9


def test_after_that_what_changed_and_the_letters_that_say_it(page: Page) -> None:
    items = page.get("reading", **KIND)["items"]
    say(page, "approve", "Cy Example", read=[*items, "letters/nobody"])
    nothing = page.get("reading", **KIND)
    assert (nothing["pieces"], nothing["letters"], nothing["sentences"]) == ([], [], [])
    (line,) = page.get("approval", **KIND)["book"]
    assert line["read"] == items and len(items) == 10, "what was to be read, and nothing else"
    save(page, f"{opening(page)} Please call us.")
    found = page.get("reading", **KIND)
    assert found["since"]["by"] == "Cy Example" and found["others"] == ["card_demand"]
    (piece,) = found["pieces"]
    assert ["added", " Please call us."] in piece["sides"]["en"]
    letters = {one["name"]: one["changed"] for one in found["letters"]}
    assert "demand-consumer-time-barred" not in letters, "it prints another opening"
    assert set(map(tuple, letters.values())) == {("clause-demand-opening",)}
    assert found["unprinted"] == []


def test_nothing_is_approved_that_was_not_all_read(page: Page) -> None:
    known = {**KIND, "by": "Ann Example", **all_read(page, **KIND)}
    items = known["read"]
    for read in ([], ["text"], items[1:], items[:-1], ["letters/nobody"]):
        assert error(page, "approve", **{**known, "read": read}) == "read-missing"
    assert error(page, "approve", **{**known, "digest": "0" * 64}) == "text-changed"
    assert set(read_words()["read-missing"]) == {"zh", "en"}
    assert page.get("approval", **KIND)["book"] == []
    assert page.post("approve", **known)["findings"] == []


def test_what_was_read_before_a_stop_is_read_anew(page: Page) -> None:
    """Then everything is to be read, and not what changed alone."""
    say(page, "approve", "Ann Example")
    known = {**KIND, "by": "Bo Example", **all_read(page, **KIND)}
    assert known["read"] == []
    say(page, "stop", "Cy Example", note="a mistake")
    assert error(page, "approve", **known) == "text-changed"
    assert error(page, "approve", **{**known, "since": ""}) == "read-missing"


def test_changes_are_asked_and_settled(page: Page) -> None:
    assert error(page, "ask", **KIND, by="Bo", digest=digest_of(page), note=" ") == "note-needed"
    asked = say(page, "ask", "Bo Example", note="too harsh")
    assert [one["by"] for one in asked["needed"]["requests"]] == ["Bo Example"]
    approved = say(page, "approve", "Ann Example")
    assert [f["rule"] for f in approved["findings"]] == ["changes-asked"]
    settled = say(page, "ask", "Ann Example", settled=True)
    assert settled["findings"] == [] and settled["needed"]["requests"] == []
    assert [one["does"] for one in settled["book"]] == ["settled", "approve", "open"]


@pytest.mark.heavy  # letters are made before edited text is approved
def test_who_is_still_needed_is_told(page: Page) -> None:
    assert page.get("approval", **KIND)["needed"]["missing"] == 1
    save(page, f"{opening(page)} Please call us.")
    needed = page.get("approval", **KIND)["needed"]
    assert needed["not_alone"] and needed["editors"] == ["Ann Example"]
    one = say(page, "approve", "Ann Example")["needed"]
    assert (one["missing"], one["approvers"]) == (1, ["Ann Example"])
    assert say(page, "approve", "Bo Example")["needed"]["missing"] == 0


def test_a_live_text_is_stopped_with_a_reason(page: Page) -> None:
    asked = {**KIND, "by": "Ann Example"}
    assert error(page, "stop", **asked, note="a mistake") == "nothing-to-stop"
    say(page, "approve", "Ann Example")
    assert error(page, "stop", **asked, note="") == "note-needed"
    stopped = say(page, "stop", "Bo Example", note="a mistake")
    assert stopped["live"] is None and stopped["needed"]["missing"] == 1
    assert [f["rule"] for f in stopped["findings"]] == ["approval-withdrawn"]


@pytest.mark.heavy  # letters are made before edited text is approved
def test_what_is_to_come_is_taken_back(page: Page) -> None:
    say(page, "approve", "Ann Example")
    save(page, f"{opening(page)} Please call us.", by="Cy Example")
    coming = {"from": "2099-01-01"}
    assert say(page, "approve", "Bo Example", **coming)["coming"] == [
        {"by": "Bo Example", "from": "2099-01-01"}
    ]
    back = say(page, "stop", "Bo Example", note="not yet", coming=True)
    assert back["coming"] == [] and back["live"]["approved_by"] == "Ann Example"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"by": ""}, "name-needed"),
        ({"by": "x" * 200}, "name-bad"),
        ({"by": "Ann", "from": "2026-02-01", "until": "2026-01-01"}, "days-order"),
        ({"by": "Ann", "until": "2026-01-01"}, "days-past"),
    ],
)
def test_what_is_wrong_is_told_in_the_page_s_words(page: Page, asked: Any, said: str) -> None:
    assert error(page, "approve", **KIND, digest=digest_of(page), **asked) == said
    assert set(read_words()[said]) == {"zh", "en"}


@pytest.mark.heavy
def test_with_a_key_the_key_s_holder_approves(workspace: Path, tmp_path: Path) -> None:
    key = tmp_path / "ann.pem"
    assert (
        run_outside("keys", "new", "--name", "Ann Example", "--out", key, cwd=workspace).code == 0
    )
    place, rules = read_workspace(workspace, workspace), Rules(8377)
    for with_key, expected in ((key, "Ann Example"), (None, "")):
        desk = open_studio(place, with_key)
        page = Page(client_of(desk, rules), rules.csrf)
        assert page.get("session")["person"] == expected
        if with_key:
            (line,) = say(page, "approve", "Somebody Else")["book"]
            assert (line["by"], line["signed"], line["counts"]) == ("Ann Example", True, True)
        else:
            asked = {**KIND, "by": "Bo", "digest": digest_of(page)}
            assert error(page, "approve", **asked) == "key-wanted"
        desk.close()


def test_facts_are_accepted_by_name(page: Page) -> None:
    facts = [one["fact"] for one in page.get("approval", **KIND)["facts"]]
    if not facts:
        pytest.fail("CN has unverified facts")
    left = page.post("accept_facts", **KIND, by="Ann Example", facts=facts[:1])["facts"]
    assert facts[0] not in [one["fact"] for one in left]


@pytest.mark.heavy
def test_an_approval_whose_last_day_has_passed_is_no_live_text(page: Page, workspace: Path) -> None:
    say(page, "approve", "Ann Example", until="2099-12-31")
    assert page.get("approval", **KIND)["live"]["approved_by"] == "Ann Example"
    book = workspace / "approvals" / "CN.jsonl"
    book.write_text(book.read_text("utf-8").replace("2099-12-31", "2026-01-31"), "utf-8")
    told = page.get("approval", **KIND)
    assert told["live"] is None
    assert [f["rule"] for f in told["live_findings"]] == ["not-effective"]
    assert (told["needed"]["missing"], told["needed"]["approvers"]) == (1, [])
    said = run_outside("pack", "approvals", "CN", "formal_demand", "--json", cwd=workspace)
    (kind,) = said.json["kinds"]
    assert kind["needed"]["missing"] == 1 and said.rules == {"not-effective"} and said.code == 0
    save(page, f"{opening(page)} Please call us.")
    edited = page.get("approval", **KIND)
    assert edited["live"] is None, "nor where the working text is another by now"
    assert [f["rule"] for f in edited["live_findings"]] == ["not-effective"]
    said = run_outside("pack", "approvals", "CN", "formal_demand", cwd=workspace)
    assert "2026-01-31" in said.err + said.out


# --- remedies ----------------------------------------------------------------------------------


def test_no_remedy_of_the_page_names_a_command() -> None:
    first = "|".join({name.split()[0] for name in COMMANDS})
    command = re.compile(rf"\bnotices ({first})\b|`-|(?<![\w-])--[a-z]")
    words = read_words()
    for file in CATALOGUE.glob("*.yaml"):
        if file.stem in ("groups", *ELSEWHERE):
            continue
        for rule, said in read_text_file(file).data.items():
            if command.search(str(said["hint"])) and not rule.startswith("batch-"):
                assert f"remedy-{rule}" in words, rule
    for key, said in words.items():
        assert not any(command.search(text) for text in said.values()), key


# --- history -----------------------------------------------------------------------------------


def test_a_text_goes_back_to_before_a_change(page: Page) -> None:
    first = opening(page)
    save(page, f"{first} One.")
    save(page, f"{first} One. Two.", by="Bo Example")
    found = page.get("history", pack="CN", piece="clauses/demand-opening")
    two, one = found["changes"]
    assert (two["by"], one["by"]) == ("Bo Example", "Ann Example")
    assert ["added", " One."] in one["runs"]
    (unlike,) = found["unlike_shipped"]
    assert unlike["piece"] == one["piece"]
    assert ["removed", " One. Two."] in unlike["runs"], "what restoring it takes away"
    back = {"pack": "CN", "piece": one["piece"], "by": "Cy Example", "how": "before"}
    stale = page.post("revert", **back, number=one["number"], seen="0" * 64)
    assert stale["status"] == "conflict" and opening(page).endswith("Two.")
    done = page.post("revert", **back, number=one["number"], seen=one["seen"])
    assert done["status"] == "written" and opening(page) == first
    last = page.get("history", pack="CN", piece="clauses/demand-opening")
    assert last["changes"][0]["by"] == "Cy Example" and not last["unlike_shipped"]


def test_the_shipped_text_comes_back(page: Page) -> None:
    first = opening(page)
    save(page, "Other words: {{ pay_by }}.")
    asked = {"pack": "CN", "piece": "clauses/demand-opening", "by": "Ann Example", "number": 0}
    shown = page.get("history", pack="CN", piece=asked["piece"])["unlike_shipped"]
    seen = {one["piece"]: one["seen"] for one in shown}
    save(page, "Yet other words: {{ pay_by }}.", by="Bo Example")
    late = page.post("revert", **asked, how="shipped", shown=seen)
    assert late["status"] == "conflict" and opening(page).startswith("Yet other")
    again = page.get("history", pack="CN", piece=asked["piece"])["unlike_shipped"]
    seen = {one["piece"]: one["seen"] for one in again}
    assert page.post("revert", **asked, how="shipped", shown=seen)["status"] == "written"
    assert opening(page) == first


def test_a_removed_block_comes_back_alone(page: Page) -> None:
    def change(**asked: Any) -> None:
        seen = page.get("letter", **KIND)["parts_digest"]
        assert page.post("parts", **KIND, by="Ann Example", seen=seen, **asked)["status"]

    def order() -> list[str]:
        return [part["id"] for part in page.get("letter", **KIND)["parts"]]

    before = order()
    index = next(i for i, name in enumerate(before) if name.startswith("items"))
    change(action="remove", index=index)
    change(action="move", index=0, to=1)
    removed = page.get("history", pack="CN", piece=PARTS)["changes"][1]
    asked = {"pack": "CN", "piece": PARTS, "by": "Bo Example", "seen": ""}
    assert page.post("revert", **asked, how="undo", number=removed["number"])["status"] == "written"
    assert sorted(order()) == sorted(before) and order()[:2] == [before[1], before[0]]
    moved = page.get("history", pack="CN", piece=PARTS)["changes"][1]
    page.post("revert", **asked, how="undo", number=moved["number"])
    assert order() == before


# --- what others save ---------------------------------------------------------------------------


def test_a_save_of_another_is_news_once(page: Page) -> None:
    start = page.get("news", pack="CN", since="-1")
    assert start["changes"] == []
    text = f"{opening(page)} From Bo."
    bob = Page(page.client, page.csrf, BOB)
    save(bob, text, by="Bo Example")
    news = page.get("news", pack="CN", since=str(start["number"]))
    (change,) = news["changes"]
    assert (change["by"], change["scalar"], change["text"]) == ("Bo Example", TEXT, text)
    again = page.get("news", pack="CN", since=str(news["number"]), stamp=news["stamp"])
    assert again["changes"] == []


def test_two_texts_word_by_word(page: Page) -> None:
    (runs,) = page.post("words", pairs=[["Pay now.", "Pay soon."]])["runs"]
    assert ["removed", "now"] in runs and ["added", "soon"] in runs


@pytest.mark.heavy
def test_what_the_cli_says_of_approvals(page: Page, workspace: Path) -> None:
    say(page, "ask", "Bo Example", note="too harsh")
    said = run_outside("pack", "approvals", "CN", "formal_demand", cwd=workspace)
    assert "too harsh" in said.out and "Bo Example" in said.out
    settle = ("pack", "ask", "CN", "formal_demand", "--by", "Ann", "--settled")
    assert run_outside(*settle, cwd=workspace).code == 0
    assert page.get("approval", **KIND)["needed"]["requests"] == []
