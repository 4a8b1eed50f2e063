"""Reading hints: sentences counted as people read them; terms of law that nobody explains."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from notices.pack.load import load_pack
from notices.pack.types import Clause, Pack
from notices.places import PACKS
from notices.wording.reading_hints import check_clause_reading, check_readability, sentences

ZZ = Path(__file__).parent.parent / "packs" / "ZZ"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(ZZ)


@pytest.mark.parametrize(
    ("text", "lang", "lengths"),
    [
        ("Please pay {{ total_due }} by {{ pay_by }}.", "en", [5]),
        ("You owe CNY 1,000.50. Pay now!", "en", [4, 2]),
        ("Under art. 675 you pay. See No. 3.", "en", [5, 3]),
        ("Don't wait.\n\nWrite to us.", "en", [2, 3]),
        ("Sie zahlen nicht. Öffnen Sie den Brief.", "de", [3, 4]),
        ("请于{{ pay_by }}前付款。谢谢！", "zh-Hans", [6, 2]),
        ("", "en", []),
    ],
)
def test_sentences_are_counted(text: str, lang: str, lengths: list[int]) -> None:
    assert [sentence.length for sentence in sentences(text, lang)] == lengths


def clause(pack: Pack, **texts: str) -> Clause:
    return replace(pack.clauses["opening"], texts=texts)


def test_the_limit_is_twenty_words_or_forty_characters(pack: Pack) -> None:
    for text, lang, long in [
        ("word " * 20, "en", False),
        ("word " * 21, "en", True),
        ("字" * 40 + "，。", "zh-Hans", False),
        ("字" * 41 + "。", "zh-Hans", True),
    ]:
        rules = [f.rule for f in check_clause_reading(clause(pack, **{lang: text}), pack)]
        assert rules == (["long-sentence"] if long else []), text


def test_a_term_of_law_is_explained_or_told(pack: Pack) -> None:
    text = "The limitation period ends; the set-offs stay."
    one = clause(pack, en=text)
    bare = replace(pack, glossary={})
    told = [f.params["term"] for f in check_clause_reading(one, bare)]
    assert told == ["limitation period", "set-off"]
    explained = {"limitation": {"en": "Limitation period: a term.", "fr": "La prescription."}}
    told = [f.params["term"] for f in check_clause_reading(one, replace(pack, glossary=explained))]
    assert told == ["set-off"]


def test_hints_never_block() -> None:
    found = [f for name in ("CN", "DE") for f in check_readability(load_pack(PACKS / name))]
    assert found and {f.severity for f in found} == {"note"}
    assert all(f.line for f in found)
