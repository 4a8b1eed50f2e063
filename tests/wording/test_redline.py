"""The redline: nothing is lost from either side, in words and in Han characters."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.wording.redline import (
    Run,
    as_data,
    compare_texts,
    compare_words,
    pack_text,
    text_of,
    text_record,
)

ZZ = Path(__file__).parent.parent / "packs" / "ZZ"
WORDS = st.lists(
    st.sampled_from(
        ["pay", "by", " ", "{{ pay_by }}", "请", "付款", "，", "\n\n", "don't", "**", "é"]
    )
    | st.text(max_size=4),
    max_size=20,
).map("".join)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(ZZ)


@given(before=WORDS, after=WORDS)
def test_the_runs_lead_from_one_text_to_the_other(before: str, after: str) -> None:
    runs = compare_words(before, after)
    assert "".join(run.text for run in runs if run.op != "added") == before
    assert "".join(run.text for run in runs if run.op != "removed") == after
    assert all(run.text for run in runs)
    assert all(run.op == "same" for run in runs) == (before == after)


def test_words_change_whole_in_latin_and_characters_in_han() -> None:
    assert compare_words("Please pay now.", "Please prepay now.") == (
        Run("same", "Please "),
        Run("removed", "pay"),
        Run("added", "prepay"),
        Run("same", " now."),
    )
    assert compare_words("请于三日内付款。", "请于五日内付款。") == (
        Run("same", "请于"),
        Run("removed", "三"),
        Run("added", "五"),
        Run("same", "日内付款。"),
    )
    assert Run("removed", "{{ pay_by }}") in compare_words("by {{ pay_by }}", "by {{ as_of }}")


def test_a_pack_against_itself_has_no_redline(pack: Pack) -> None:
    assert compare_texts(pack_text(pack, "a"), pack_text(pack, "b")).is_empty


def test_one_side_alone_is_marked(pack: Pack) -> None:
    clause = pack.clauses["opening"]
    changed = replace(clause, texts={**clause.texts, "en": clause.texts["en"] + " More."})
    own = replace(pack, clauses={**pack.clauses, "opening": changed})
    (piece,) = compare_texts(pack_text(pack, "a"), pack_text(own, "b")).pieces
    assert (piece.name, piece.status, piece.stale) == ("clauses/opening", "changed", True)
    assert [side.lang for side in piece.sides if side.changed] == ["en"]
    both = replace(changed, texts={lang: f"{t} +" for lang, t in clause.texts.items()})
    own = replace(pack, clauses={**pack.clauses, "opening": both})
    (piece,) = compare_texts(pack_text(pack, "a"), pack_text(own, "b")).pieces
    assert not piece.stale


def test_everything_that_decides_how_a_letter_reads_shows(pack: Pack) -> None:
    kind = pack.kinds["reminder"]
    label = next(iter(pack.labels))
    first = next(iter(pack.formats))
    moved = (*kind.parts[1:], kind.parts[0])
    conditions = {**pack.conditions, "interest-runs": {"is": ("capped",)}}
    term = {**pack.labels, label: dict.fromkeys(pack.labels[label], "other")}
    date = {**pack.formats, first: replace(pack.formats[first], date="y")}
    changes = {
        "parts": replace(pack, kinds={**pack.kinds, "reminder": replace(kind, parts=moved)}),
        "kinds/reminder": replace(
            pack, kinds={**pack.kinds, "reminder": replace(kind, settles=not kind.settles)}
        ),
        "conditions/interest-runs": replace(pack, conditions=conditions),
        f"labels/{label}": replace(pack, labels=term),
        f"formats/{first}": replace(pack, formats=date),
        "clauses/dispute": replace(
            pack, clauses={k: c for k, c in pack.clauses.items() if k != "dispute"}
        ),
    }
    for name, own in changes.items():
        redline = compare_texts(pack_text(pack, "a"), pack_text(own, "b"))
        if name == "parts":
            assert [c.kind for c in redline.parts] == ["reminder"] and not redline.pieces
        else:
            assert name in [piece.name for piece in redline.pieces], name


def test_a_state_survives_being_kept(pack: Pack) -> None:
    text = pack_text(pack, "kept", ["reminder"])
    assert compare_texts(text, text_of(json.loads(text_record(text)))).is_empty
    assert json.loads(json.dumps(as_data(compare_texts(text, pack_text(pack, "now")))))


def test_a_variant_changes_alone(pack: Pack) -> None:
    clause = pack.clauses["opening-second"]
    texts = {**clause.texts, "fr.company": clause.texts["fr.company"] + " Merci."}
    other = replace(pack, clauses={**pack.clauses, clause.id: replace(clause, texts=texts)})
    (piece,) = compare_texts(pack_text(pack, "old"), pack_text(other, "new")).pieces
    assert [side.side for side in piece.sides if side.changed] == ["fr.company"]
    assert {side.lang for side in piece.sides} == {"fr", "en"} and piece.stale
