"""`notices pack new`: a pack of one's own, whole but for its words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from notices.catalogue import line_of
from notices.finding import errors_in
from notices.letter.workspace import read_workspace
from notices.pack.unfilled import MARK
from notices.review.examples import read_examples
from notices.review.rehearse import Rehearsal
from tests.cli.calls import Call
from tests.page.conformance import faults

BEGUN = ("pack", "new", "QX", "--languages", "pt en", "--currency", "XTS:3", "--name", "en=Quex")


def fill(pack: Path) -> None:
    """What a lawyer does in between: own words for every mark, the placeholders kept."""
    for file in pack.rglob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        if file.name == "wording.yaml":
            text = re.sub(rf'"{re.escape(MARK)}[^"\\]*(?:\\.[^"\\]*)*"', "palavra proibida", text)
        file.write_text(text.replace(f"{MARK} ", "Pt "), encoding="utf-8")


@pytest.mark.heavy
def test_a_new_pack_passes_once_its_words_are_written(workspace: Path, call: Call) -> None:
    begun = call("--json", *BEGUN)
    assert begun.code == 0, begun.err
    pack = workspace / "packs" / "QX"
    marks = begun.json["to_fill"]
    assert marks > 50

    open_ = call("--json", "pack", "check", "QX")
    assert open_.code == 1
    assert open_.rules == {"text-to-fill"}, "nothing but words is missing"
    assert len(open_.json["findings"]) == marks
    for finding in open_.json["findings"]:
        file = workspace / finding["file"]
        lines = file.read_text(encoding="utf-8").splitlines()
        assert any(MARK in line for line in lines[finding["line"] - 1 : finding["line"] + 1]), (
            finding
        )
    assert call("letter", pack / "examples" / "reminder.yaml").code != 0

    fill(pack)
    checked = call("--json", "pack", "check", "QX")
    assert (checked.code, checked.json["findings"]) == (0, [])

    examples = {example.name: example for example in read_examples(pack)}
    assert set(examples) == {"reminder", "formal_demand"}
    with Rehearsal(read_workspace(workspace, workspace)) as stage:
        outcome = stage.play(examples["formal_demand"])
    assert [line_of(f) for f in errors_in(outcome.findings)] == []
    (letter,) = outcome.letters
    assert faults(letter.data) == []


def test_in_shipped_languages_only_the_examples_are_to_be_filled(
    workspace: Path, call: Call
) -> None:
    names = ("--name", "de=Quexland", "--name", "zh-Hant=奎克斯")
    asked = ("pack", "new", "QX", "--languages", "de zh-Hant", "--currency", "JPY", *names)
    begun = call("--json", *asked)
    filled = "cause of two cases, opening hours, an enclosure, a note"
    assert (begun.code, begun.json["to_fill"]) == (0, 10), filled
    checked = call("--json", "pack", "check", "QX")
    assert checked.rules == {"text-to-fill"}
    assert {f["file"].split("/")[2] for f in checked.json["findings"]} == {"examples"}
    head = (workspace / "packs" / "QX" / "pack.yaml").read_text(encoding="utf-8")
    assert "JPY: 0" in head and "prevailing: TAG" in head


def test_remarks_are_in_the_user_s_language(workspace: Path, call: Call) -> None:
    assert call("--lang", "zh", *BEGUN).code == 0
    text = (workspace / "packs" / "QX" / "clauses" / "debt.yaml").read_text(encoding="utf-8")
    assert text.startswith("# 函件的语句") and "{{ 名称 }}" in text
    told = call("--lang", "zh", "pack", "check", "QX")
    assert "此处文字尚待填写" in told.err


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"QX": "CN"}, "there is a pack CN already"),
        ({"QX": "../up"}, "can't name a pack"),
        ({"pt en": "Portuguese"}, "language tags"),
        ({"XTS:3": "euro"}, "no currency"),
        ({"en=Quex": "Quex"}, "no name"),
    ],
)
def test_what_is_wrongly_asked_is_told_and_nothing_is_written(
    workspace: Path, call: Call, changed: dict[str, str], said: str
) -> None:
    told = call(*(changed.get(word, word) for word in BEGUN))
    assert told.code == 2
    assert said in told.err
    assert list((workspace / "packs").iterdir()) == []


def test_without_a_workspace_there_is_no_place_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    monkeypatch.chdir(tmp_path)
    told = call(*BEGUN)
    assert told.code == 2 and "notices init" in told.err
