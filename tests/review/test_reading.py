"""What is to be read before an approval: nothing that decides how letters read changes unseen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from notices.cli.main import main
from notices.letter.live import LiveGate
from notices.letter.workspace import read_workspace
from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.places import PACKS
from notices.review.accept import enter
from notices.review.reading import Reading, build_reading
from notices.wording.approvals import accept_kind
from notices.wording.digests import kind_words

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
KIND = "formal_demand"
SHIPPED = load_pack(PACKS / "CN")


@pytest.fixture
def gate(tmp_path: Path) -> LiveGate:
    """Of a workspace where one person approved the shipped text."""
    assert main(["init", str(tmp_path / "ws")]) == 0
    place = read_workspace(tmp_path / "ws", tmp_path)
    gate = LiveGate(place, NOW.isoformat())
    assert place.approvals is not None
    enter(place.approvals, SHIPPED, accept_kind(SHIPPED, KIND, gate.look, "Ann Example", NOW))
    return gate


def read(gate: LiveGate, **changes: Any) -> Reading:
    return build_reading(gate, replace(SHIPPED, digest="changed", **changes), KIND)


def kind(**changes: Any) -> Mapping[str, Any]:
    return {**SHIPPED.kinds, KIND: replace(SHIPPED.kinds[KIND], **changes)}


def names(pack: Pack) -> list[str]:
    return [f"clauses/{part.clause}" for part in pack.kinds[KIND].parts if part.clause]


def test_nothing_is_read_again_where_nothing_changed(gate: LiveGate) -> None:
    found = read(gate)
    assert found.items == () and not found.is_whole


def test_a_condition_that_was_defined_anew_is_told_as_a_sentence(gate: LiveGate) -> None:
    name = next(iter(kind_words(SHIPPED, KIND)[0]["conditions"]))
    found = read(gate, conditions={**SHIPPED.conditions, name: {"contract_type": ("loan",)}})
    (said,) = found.said
    assert said.name == f"conditions/{name}" and said.before != said.after
    assert said.after and set(said.after) == {"en", "zh"}
    assert found.items[0] == "text" and not found.is_whole and found.pieces == ()


@pytest.mark.parametrize("what", ["settles", "asks_payment", "must_print"])
def test_what_no_sentence_shows_has_the_whole_text_read_again(gate: LiveGate, what: str) -> None:
    now = getattr(SHIPPED.kinds[KIND], what)
    found = read(gate, kinds=kind(**{what: ("total_due",) if what == "must_print" else not now}))
    assert found.is_whole and found.items[0] == "text"
    assert set(names(SHIPPED)) <= {piece.name for piece in found.pieces}


def test_that_holds_beside_a_change_of_words_too(gate: LiveGate) -> None:
    clause = SHIPPED.clauses["demand-opening"]
    texts = {side: f"{text} More." for side, text in clause.texts.items()}
    clauses = {**SHIPPED.clauses, clause.id: replace(clause, texts=texts)}
    alone = read(gate, clauses=clauses)
    assert [piece.name for piece in alone.pieces] == ["clauses/demand-opening"]
    both = read(gate, clauses=clauses, kinds=kind(settles=not SHIPPED.kinds[KIND].settles))
    assert both.is_whole and len(both.pieces) > 1
    assert {piece.name for piece in both.pieces if piece.status == "changed"} == {
        "clauses/demand-opening"
    }


def test_a_clause_called_when_is_read_as_a_clause(gate: LiveGate) -> None:
    clause = SHIPPED.clauses["demand-opening"]
    named = replace(clause, id="when", when={"contract_type": ("loan",)})
    parts = tuple(
        replace(part, clause="when") if part.clause == clause.id else part
        for part in SHIPPED.kinds[KIND].parts
    )
    found = read(gate, clauses={**SHIPPED.clauses, "when": named}, kinds=kind(parts=parts))
    assert "clauses/when" in {piece.name for piece in found.pieces}
    assert "clauses/when/when" not in {piece.name for piece in found.pieces}
    assert "clauses/when" in {said.name for said in found.said} and not found.is_whole
