"""Each rule of the plan and the ledger has its words, in both languages, and is used."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from notices.catalogue import CATALOGUE, read_catalogue
from notices.plan.holds import HOLDS
from notices.textfiles import read_text_file

HOUSE = Path(__file__).parent.parent.parent / "notices"
OWN = sorted(read_text_file(CATALOGUE / "plan.yaml").data)
FILES = [
    file
    for room in ("plan", "ledger", "letter", "batch", "post", "pack")
    for file in (HOUSE / room).glob("*.py")
]
USED = {
    word
    for file in FILES
    for word in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', file.read_text(encoding="utf-8"))
} | {f"hold-{name.replace('_', '-')}" for name in HOLDS}


@pytest.mark.parametrize("rule", OWN)
def test_a_rule_is_used_and_worded_alike_in_both_languages(rule: str) -> None:
    assert rule in USED
    text = read_catalogue()[rule]
    for texts in (text.message, text.hint):
        slots = {
            language: {
                name.removesuffix(f"_{language}")  # what the pack says in both languages
                for _, name, _, _ in string.Formatter().parse(texts[language])
                if name
            }
            for language in ("en", "zh")
        }
        assert slots["en"] == slots["zh"]


def test_every_rule_that_is_told_has_words() -> None:
    told = {word for word in USED if re.match("(hold|ladder|delivery|reissue|address)-", word)}
    assert told - set(read_catalogue()) <= {"hold-"}
