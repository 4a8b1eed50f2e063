"""Which of several approved texts is live: the last one whose day has come, and no older one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.wording.approval_check import (
    changed_since,
    check_text,
    counting,
    is_accepted,
    last_accepted,
    standing_line,
)
from notices.wording.approvals import Approval, accept_kind, withdraw_kind
from notices.wording.digests import Seen, kind_text

ZZ = Path(__file__).parent.parent / "packs" / "ZZ"
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
KIND = "reminder"
PACK = load_pack(ZZ)
DAY, LATER, LAST = "2026-06-01", date(2027, 1, 1), date(2027, 12, 31)


def worded(word: str) -> Pack:
    old = PACK.clauses["opening"]
    texts = {lang: f"{text} {word}" for lang, text in old.texts.items()}
    return replace(PACK, clauses={**PACK.clauses, "opening": replace(old, texts=texts)})


ONE, TWO, THREE = worded("one"), worded("two"), worded("three")


def both(pack: Pack, first: date | None = None, last: date | None = None) -> list[Approval]:
    """Two people's approvals of a text."""
    names = ("Ann", "Bo")
    return [accept_kind(pack, KIND, Seen("", ""), name, NOW, "", (first, last)) for name in names]


def stop() -> Approval:
    return withdraw_kind(PACK, KIND, kind_text(TWO, KIND).digest, "Ann", NOW, "a mistake")


def cancel(pack: Pack) -> Approval:
    return withdraw_kind(PACK, KIND, kind_text(pack, KIND).digest, "Ann", NOW, coming=True)


def live(book: list[Approval], day: str = DAY) -> str:
    """Which text letters of the day are written by, if its approvals hold then."""
    line = standing_line(book, (), frozenset(), day)
    if line is None or line.withdraws:
        return "stopped" if line else ""
    packs = {"one": ONE, "two": TWO, "three": THREE}
    (name,) = (n for n, pack in packs.items() if kind_text(pack, KIND).digest == line.digest)
    return name


def rules(pack: Pack, book: list[Approval], day: str = DAY, *, begun: bool = False) -> list[str]:
    found = check_text(pack, KIND, book, day=day, begun=begun)
    return [f.rule for f in found if f.rule != "translation-stale"]


def test_the_last_text_is_live_until_enough_people_approved_the_next() -> None:
    ann, bo = both(TWO)
    assert live(both(ONE)) == "one"
    assert live([*both(ONE), ann]) == "one"
    assert live([*both(ONE), ann, bo]) == "two"
    assert rules(TWO, [*both(ONE), ann]) == ["four-eyes"]
    assert rules(TWO, [*both(ONE), ann, bo]) == []
    assert rules(ONE, [*both(ONE), ann, bo]) == ["approval-ended"]


def test_and_until_its_day_has_come() -> None:
    book = [*both(ONE), *both(TWO, LATER)]
    assert live(book, "2026-12-31") == "one" and live(book, "2027-01-01") == "two"
    assert rules(ONE, book, "2026-12-31") == [] and rules(TWO, book, "2027-01-01") == []
    assert rules(TWO, book, "2026-12-31") == ["not-effective"]
    assert rules(ONE, book, "2027-01-01") == ["approval-ended"]


def test_each_person_s_first_day_counts() -> None:
    ann, _ = both(TWO)
    _, bo = both(TWO, LATER)
    book = [*both(ONE), ann, bo]
    assert live(book, "2026-12-31") == "one" and live(book, "2027-01-01") == "two"


def test_of_two_texts_of_one_day_the_one_approved_last_is_live() -> None:
    for first, second in ((TWO, THREE), (THREE, TWO)):
        book = [*both(ONE), *both(first, LATER), *both(second, LATER)]
        assert live(book, "2026-12-31") == "one"
        assert live(book, "2027-01-01") == ("three" if second is THREE else "two")


def test_what_was_approved_last_is_not_overtaken_by_an_earlier_decision_for_a_later_day() -> None:
    book = [*both(ONE), *both(TWO, LATER), *both(THREE)]
    assert live(book, "2026-12-31") == live(book, "2027-06-01") == "three"


def test_the_end_of_a_text_revives_no_older_one() -> None:
    book = [*both(ONE), *both(TWO, LATER, LAST)]
    assert live(book, "2028-01-01") == "two"
    assert rules(TWO, book, "2028-01-01") == ["not-effective"]
    assert rules(ONE, book, "2028-01-01") == ["approval-ended"]


def test_a_text_that_was_stopped_needs_everybody_anew() -> None:
    book = [*both(ONE), *both(TWO), stop()]
    ann, bo = both(TWO)
    assert live(book) == "stopped"
    assert rules(TWO, book) == rules(ONE, book) == ["approval-withdrawn"]
    assert live([*book, ann]) == "stopped" and rules(TWO, [*book, ann]) == ["four-eyes"]
    assert live([*book, ann, bo]) == "two" and rules(TWO, [*book, ann, bo]) == []
    assert last_accepted(book, (), frozenset()) is None


def test_a_stop_holds_on_every_day_whatever_the_clock_said() -> None:
    early = replace(stop(), when="1999-01-01T00:00:00+00:00")
    book = [*both(ONE), *both(TWO, LATER), early]
    for day in ("1998-01-01", DAY, "2027-06-01", ""):
        assert live(book, day) == "stopped"


def test_a_text_that_was_to_come_can_be_taken_back_alone() -> None:
    book = [*both(ONE), *both(TWO, LATER), cancel(TWO)]
    assert live(book, DAY) == live(book, "2027-06-01") == "one"
    assert rules(TWO, book, "2027-06-01") == ["approval-ended"]


def test_a_text_without_a_first_day_is_not_taken_back_so() -> None:
    """Else a line added by hand would bring back the text before."""
    book = [*both(ONE), *both(TWO), cancel(TWO)]
    assert live(book) == "two"
    assert all(line.digest for line in counting(book)) and len(counting(book)) == 4


def test_lines_that_withdraw_approve_nothing() -> None:
    ann, _ = both(TWO)
    book = [replace(ann, effective_from="2020-01-01"), replace(cancel(TWO), by="Bo")]
    assert live(book) == "" and rules(TWO, book) == ["not-approved"]
    text = kind_text(TWO, KIND).digests
    assert not is_accepted(text, [ann, replace(cancel(TWO), by="Bo")], (), frozenset())


def test_a_text_given_up_needs_a_new_approval_to_come_back() -> None:
    book = [*both(ONE), *both(TWO)]
    assert live(book) == "two"
    assert live([*book, both(ONE)[0]]) == "one"


def test_a_run_that_has_begun_keeps_its_text_but_not_against_a_stop() -> None:
    book = [*both(ONE), *both(TWO)]
    assert rules(ONE, book, begun=True) == []
    assert rules(ONE, [*book, stop()], begun=True) == ["approval-withdrawn"]


def test_waiting_edits_are_counted_by_piece() -> None:
    ann, _ = both(ONE)
    assert changed_since(ann, kind_text(ONE, KIND), KIND) == ()
    assert changed_since(ann, kind_text(TWO, KIND), KIND) == ("clauses/opening",)
    kind = ONE.kinds[KIND]
    other = replace(ONE, kinds={**ONE.kinds, KIND: replace(kind, parts=kind.parts[1:])})
    assert changed_since(ann, kind_text(other, KIND), KIND)


_days = st.integers(0, 20).map(lambda n: NOW.date() + timedelta(n))
_events = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["one", "two", "three"]), st.none() | _days),
        st.just(("stop", None)),
    ),
    max_size=8,
)


@settings(deadline=None, max_examples=50)
@given(_events, st.integers(0, 25))
def test_whatever_was_approved_a_letter_s_text_is_the_last_decision_of_its_day(
    events: list[tuple[str, date | None]], after: int
) -> None:
    packs = {"one": ONE, "two": TWO, "three": THREE}
    book: list[Approval] = []
    day = (NOW.date() + timedelta(after)).isoformat()
    expected = ""
    numbers = count()
    for name, first in events:
        if name == "stop":
            book.append(stop())
            expected = "stopped"
            continue
        at = NOW + timedelta(minutes=next(numbers))
        book += [replace(line, when=at.isoformat()) for line in both(packs[name], first)]
        if first is None or first.isoformat() <= day:
            expected = name
    assert live(book, day) == expected


@pytest.mark.parametrize("names", [("Ann", "ann"), ("Ann", " ANN ")])
def test_one_person_twice_is_not_two(names: tuple[str, str]) -> None:
    lines = [accept_kind(TWO, KIND, Seen("", ""), name, NOW) for name in names]
    assert live([*both(ONE), *lines]) == "one"
