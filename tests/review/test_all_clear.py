"""What was tried already is remembered, and may be forgotten at any moment."""

from __future__ import annotations

from notices.letter.workspace import Workspace
from notices.places import PACKS
from notices.review.all_clear import Played, Tried, kind_of, play_examples
from notices.review.examples import read_examples


def test_somebody_else_s_call_may_forget_meanwhile() -> None:
    """Two windows share what was tried; the one that makes room takes nothing from the other."""
    own = [e for e in read_examples(PACKS / "CN") if kind_of(e) == "formal_demand"][:2]
    tried: Tried = {
        ("digest", e.name): Played(e.name, e.about, kind_of(e), (), (), True) for e in own
    }
    playing = play_examples(Workspace(), "digest", own, ("formal_demand",), tried)
    found = [next(playing)]
    tried.clear()
    found += playing
    assert [one.name for one in found] == [example.name for example in own]
