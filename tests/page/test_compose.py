"""Composition: the same words in every arrangement; what lacks is told; nothing else goes along."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import Any

import pytest

from notices.letter.make import Checked, LetterMaker
from notices.page.chosen_parts import chosen_parts
from notices.page.compose import Style, compose, expected_values
from notices.page.document import Document
from notices.page.envelopes import read_envelope
from notices.words.context import Context, build_contexts
from notices.words.facts import build_facts
from tests.letter import letters
from tests.letter.letters import BARRED, CAPPED, CARD, DEMAND, EN, EXAMPLES, REMINDER, ZH

BUSINESS = "CN/demand-business-holiday"

ONCE = {"pay_to-pay-to-title", "reply_slip-reply-title"}


def checked(maker: LetterMaker, name: str, **asked: Any) -> Checked:
    (one,) = letters.check(maker, letters.case(name), letters.sender(name), **asked)
    return one


def document(maker: LetterMaker, name: str, **asked: Any) -> Document:
    found = checked(maker, name, **asked).document
    assert found is not None
    return found


def words(doc: Document) -> Counter[tuple[str, str]]:
    """Every cell's language and text, as often as it stands there; but for the close and the names
    in further languages: a letter is signed once (test_arranged.py)."""
    first = doc.languages[0]
    return Counter(
        (lang, text)
        for block, lang, text in doc.texts()
        if lang == first or not block.startswith(("clause-close", "signature"))
    )


@pytest.mark.parametrize("name", [n for n in EXAMPLES if "chinese-only" not in n])
def test_every_arrangement_says_the_same(maker: LetterMaker, name: str) -> None:
    usual = checked(maker, name)
    assert usual.document is not None and usual.pack is not None and usual.case is not None
    if limits := usual.pack.kinds[usual.case.kind].arrangements:
        several = len(usual.case.languages) > 1
        for asked in {"parallel", "stacked", "sequential"} - set(limits):
            rules = {f.rule for f in checked(maker, name, arrangement=asked).findings}
            assert ("arrangement-not-permitted" in rules) == several
        assert usual.document.arrangement in (limits if several else ("stacked",))
        return
    parallel = words(usual.document)
    assert words(document(maker, name, arrangement="stacked")) == parallel
    sequential = document(maker, name, arrangement="sequential")
    turned = Counter((side.lang, side.text) for side in sequential.subject[1:])
    assert words(sequential) == parallel + turned, "a further language has its subject over it"


def test_blocks_of_each_arrangement_stand_in_its_order(maker: LetterMaker) -> None:
    parallel = document(maker, DEMAND)
    assert all(len(row.sides) == 2 for block in parallel.blocks for row in block.rows)
    stacked = document(maker, DEMAND, arrangement="stacked")
    assert {block.id for block in stacked.blocks} >= ONCE, "once for both languages"
    body = [b for b in stacked.blocks if b.style != "reference" and b.id not in ONCE]
    assert [block.id.removesuffix(f"-{ZH}") for block in body[::2]] == [
        b.id for b in parallel.blocks if b.style != "reference" and b.id not in ONCE
    ]
    assert [block.id.removesuffix(f"-{EN}") for block in body[1::2]] == [
        block.id.removesuffix(f"-{ZH}") for block in body[::2]
    ]
    sequential = document(maker, DEMAND, arrangement="sequential")
    *both, slip = (b for b in sequential.blocks if b.style != "reference")
    order = [block.rows[0].sides[0].lang for block in both]
    assert order == sorted(order, key=[ZH, EN].index)
    assert slip.kind == "reply_slip" and {len(row.sides) for row in slip.rows} == {2}
    for doc in (parallel, stacked, sequential):
        ids = [block.id for block in doc.blocks]
        assert len(ids) == len(set(ids))
        pictured = [name for block in doc.blocks for name in block.images]
        assert len(pictured) == len(set(pictured)), "a picture stands once"


def test_the_code_stands_once_in_every_arrangement(maker: LetterMaker) -> None:
    for arrangement in ("parallel", "stacked", "sequential"):
        doc = document(maker, CARD, arrangement=arrangement)
        assert [name for block in doc.blocks for name in block.images].count("code") == 1
        assert len(doc.codes) == 1


def test_sides_below_each_other_and_large_print_may_take_more_pages(maker: LetterMaker) -> None:
    limits = {
        (arrangement, large): document(
            maker, DEMAND, arrangement=arrangement, large_print=large
        ).page_aim
        for arrangement in ("parallel", "stacked")
        for large in (False, True)
    }
    assert limits["parallel", False] == 2
    assert limits["parallel", False] < limits["stacked", False] < limits["stacked", True]
    assert document(maker, REMINDER).page_aim == 1


def recompose(
    one: Checked, contexts: tuple[Context, ...] | None = None, **changed: Any
) -> tuple[Document | None, list[tuple[str, str, str]]]:
    """Compose a checked letter anew; what lacks as (rule, language, name or part)."""
    case, figures, pack = one.case, one.figures, one.pack
    assert case is not None and figures is not None and pack is not None
    pack = replace(pack, **changed)
    contexts = contexts or build_contexts(case, figures, pack, one.letter_id)
    doc, lacking = compose(
        case,
        figures,
        pack,
        contexts,
        build_facts(case, figures, pack, "parallel"),
        Style(read_envelope("cn-dl")),
        one.letter_id,
    )
    return doc, [
        (f.rule, f.params.get("language", ""), f.params["name"] or f.params["part"])
        for f in lacking
    ]


def test_a_value_that_lacks_is_told_per_part_and_language_and_stops_the_letter(
    maker: LetterMaker,
) -> None:
    one = checked(maker, DEMAND)
    assert one.case is not None and one.figures is not None and one.pack is not None
    whole = build_contexts(one.case, one.figures, one.pack, one.letter_id)
    thin = tuple(
        replace(c, values={k: v for k, v in c.values.items() if k != "hardship_contact"})
        for c in whole
    )
    doc, lacking = recompose(one, (whole[0], thin[1]))
    assert doc is None
    assert set(lacking) == {("placeholder-empty", EN, "hardship_contact")}
    doc, lacking = recompose(one, thin)
    assert doc is None
    assert {lang for _, lang, _ in lacking} == {ZH, EN}
    assert len(lacking) == 4, "the clause and must_print, in both languages"


def test_a_clause_without_a_side_stops_the_letter_unless_it_is_declared_absent(
    maker: LetterMaker,
) -> None:
    one = checked(maker, DEMAND)
    assert one.pack is not None
    clause = one.pack.clauses["already-paid"]
    half = replace(clause, texts={ZH: clause.texts[ZH]}, headings={})
    doc, lacking = recompose(one, clauses={**one.pack.clauses, "already-paid": half})
    assert doc is None
    assert [(rule, lang) for rule, lang, _ in lacking] == [("side-missing", EN)]
    declared = replace(half, only=(ZH,))
    doc, lacking = recompose(one, clauses={**one.pack.clauses, "already-paid": declared})
    assert doc is not None and lacking == []
    (block,) = [block for block in doc.blocks if "already-paid" in block.id]
    assert {side.lang for row in block.rows for side in row.sides} == {ZH}


OPENING = "demand-opening"


@pytest.mark.parametrize(
    ("example", "read", "other"), [(DEMAND, "您", "贵公司"), (BUSINESS, "贵公司", "您")]
)
def test_each_recipient_reads_their_own_variant(
    maker: LetterMaker, example: str, read: str, other: str
) -> None:
    blocks = document(maker, example).blocks
    (block,) = [one for one in blocks if one.id.startswith(f"clause-{OPENING}")]
    (row,) = block.rows
    assert read in row.sides[0].text and other not in row.sides[0].text
    assert row.sides[1].lang == EN and "you still owed" in row.sides[1].text


@pytest.mark.parametrize("variants", [("company",), ("person", "limitation-runs")])
def test_a_letter_that_not_exactly_one_variant_fits_is_not_made(
    maker: LetterMaker, variants: tuple[str, ...]
) -> None:
    one = checked(maker, DEMAND)
    assert one.pack is not None
    clause = one.pack.clauses[OPENING]
    texts = {f"{ZH}.{name}": clause.texts[f"{ZH}.person"] for name in variants}
    other = replace(clause, texts={**texts, EN: clause.texts[EN]})
    doc, lacking = recompose(one, clauses={**one.pack.clauses, OPENING: other})
    assert doc is None
    assert {rule for rule, _, _ in lacking} == {"variant-misfit"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_must_be_printed_is_expected_in_every_language(maker: LetterMaker, name: str) -> None:
    one = checked(maker, name)
    case, figures, pack = one.case, one.figures, one.pack
    assert case is not None and figures is not None and pack is not None
    expected = {(value.name, value.lang) for value in one.expected}
    kind = pack.kinds[case.kind]
    for wanted in kind.must_print:
        assert {(wanted, lang) for lang in case.languages} <= expected
    daily = bool(figures.daily_amount) and not kind.settles
    assert (("daily_amount", case.languages[0]) in expected) is daily
    ends = daily and figures.daily_through is not None
    assert (("daily_through", case.languages[0]) in expected) is ends
    contexts = build_contexts(case, figures, pack, one.letter_id)
    assert expected_values(case, figures, pack, contexts) == one.expected


def test_parts_are_chosen_by_their_own_and_their_clause_s_conditions(maker: LetterMaker) -> None:
    def parts(name: str) -> set[str]:
        one = checked(maker, name)
        assert one.case is not None and one.figures is not None and one.pack is not None
        facts = build_facts(one.case, one.figures, one.pack, "parallel")
        return {part.id for part in chosen_parts(one.pack.kinds[one.case.kind], one.pack, facts)}

    assert {"clause-next-suit", "clause-capped"} <= parts(CAPPED)
    assert "clause-next-undecided" in parts(DEMAND) and "clause-next-suit" not in parts(DEMAND)
    assert "clause-limitation-over" in parts(BARRED)
    assert not {part for part in parts(BARRED) if "reply" in part}


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_goes_along_as_data_is_what_is_printed(maker: LetterMaker, name: str) -> None:
    doc = document(maker, name)
    data = json.loads(doc.attachment)
    assert doc.attachment == document(maker, name).attachment
    named: dict[str, dict[str, set[str]]] = {lang: {} for lang in doc.languages}
    for block in doc.blocks:
        for row in block.rows:
            for side in row.sides:
                for cell in side.cells:
                    for value, runs in groupby(cell.runs, attrgetter("name")):  # a name in another
                        text = "".join(run.text for run in runs)  # script is a run of its own
                        named[side.lang].setdefault(value, set()).add(text)
    for lang, values in data["printed"].items():
        assert all(text in named[lang][value] for value, text in values.items())
    assert data["letter"] == doc.letter_id and data["languages"] == list(doc.languages)


def test_what_is_not_printed_does_not_go_along(maker: LetterMaker) -> None:
    private = {
        "recipient__id_number": "110101199003070000X",
        "recipient__phone": "13812345678",
        "debts__0__contract_number": "SECRET-2024-0815",
        "judgment_reference": "private-note",
    }
    record = letters.case(CAPPED, **private)
    (one,) = letters.check(maker, record, letters.sender(CAPPED))
    assert one.document is not None
    whole = one.document.attachment.decode() + str(list(one.document.texts()))
    for text in ("110101199003070000X", "13812345678", "SECRET", "private-note", "TX-0001"):
        assert text not in whole
    for line in one.document.recipient.lines[1:]:
        assert line not in one.document.attachment.decode()


def test_the_head_and_the_lines_of_later_pages(maker: LetterMaker) -> None:
    doc = document(maker, CARD)
    assert doc.title == f"还款催告函 / Formal demand for payment – {doc.letter_id}"
    assert [side.lang for side in doc.letterhead.names] == [ZH, EN]
    assert {side.lang for side in doc.letterhead.lines} == {ZH}
    assert doc.return_address.lines[1].startswith("示例省样本市邮政信箱"), "no street, no debt"
    assert doc.letter_id in doc.furniture.short[EN] and "戊样本" in doc.furniture.short[EN]
    assert doc.furniture.language_heads == {
        ZH: "中文\uff08以本文为准\uff09",
        EN: "English translation (the Chinese text prevails)",
    }
    assert document(maker, CARD, live=True).furniture.watermark == ""
    alone = document(maker, DEMAND, languages=(ZH,))
    assert alone.furniture.language_heads == {ZH: "中文"}
    assert alone.return_address.lines[1].startswith("示例省样本市虚构里"), "the only address"
