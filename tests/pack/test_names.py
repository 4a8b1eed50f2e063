"""Names for people: every thing of every shipped pack has one in Chinese and one in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from notices.pack import names
from notices.pack.load import load_pack
from notices.pack.sentences import in_both_tongues
from notices.pack.types import Pack
from notices.pack.vocabulary import FIGURES
from notices.places import PACKS
from notices.review.examples import read_examples
from notices.wording.approval_check import check_facts

SHIPPED = sorted(file.parent.name for file in PACKS.glob("*/pack.yaml"))
HAN = re.compile("[\u4e00-\u9fff]")
ENGLISH = re.compile(r"\b(?:the|of|and|is|are|with|for|to|an|in|not|by|wording|names?)\b")


def all_names(pack: Pack) -> Iterator[tuple[str, dict[str, str]]]:
    yield "pack", names.name_pack(pack)
    for kind in pack.kinds:
        yield f"kind {kind}", names.name_kind(pack, kind)
    for clause in pack.clauses.values():
        yield f"clause {clause.id}", names.name_clause(pack, clause)
        yield f"source {clause.source.citation}", names.name_source(pack, clause.source.citation)
    for fact in check_facts(pack, pack.sources, ()):  # a person accepts each by its source
        citation = str(fact.params["citation"])
        yield f"source {citation}", names.name_source(pack, citation)
    for condition in pack.conditions:
        yield f"condition {condition}", names.name_condition(pack, condition)
    for value in {*pack.fields, *pack.dates, *FIGURES}:
        yield f"value {value}", names.name_placeholder(pack, value)
    for example in read_examples(pack.root):
        yield f"example {example.name}", names.name_example(pack, example.name, example.about)


@pytest.mark.parametrize("pack_id", SHIPPED)
def test_each_name_is_in_its_language(pack_id: str) -> None:
    leaks = [
        (what, called)
        for what, called in all_names(load_pack(PACKS / pack_id))
        if not HAN.search(called["zh"]) or ENGLISH.search(called["zh"]) or HAN.search(called["en"])
    ]
    assert leaks == []


@pytest.mark.parametrize("pack_id", SHIPPED)
def test_no_two_kinds_or_clauses_of_a_letter_are_called_alike(pack_id: str) -> None:
    pack = load_pack(PACKS / pack_id)
    for tongue in names.TONGUES:
        called = [names.name_kind(pack, kind)[tongue] for kind in pack.kinds]
        called += [names.name_clause(pack, clause)[tongue] for clause in pack.clauses.values()]
        assert sorted(called) == sorted(set(called))


def test_sentences_of_conditions_speak_one_language() -> None:
    pack = load_pack(PACKS / "DE")
    said = in_both_tongues(pack, {"all": ("in-default",), "has": ("default_since",)})
    assert "迟延已经开始" in said["zh"] and "The default has begun" in said["en"]
    assert "迟延开始日" in said["zh"]


def test_a_clause_without_a_name_is_called_by_its_first_words() -> None:
    pack = load_pack(PACKS / "CN")
    mine = replace(pack.clauses["close"], id="my-own", texts={"en": "Please call us. " * 9})
    assert names.name_clause(pack, mine)["en"].startswith("Please call us.")
    assert names.name_clause(pack, mine)["en"].endswith("…")
