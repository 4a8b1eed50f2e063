"""The ladder: to the day, in order, and never past a guard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.catalogue import hint, message
from notices.pack.load import load_pack
from notices.pack.types import Ladder
from notices.places import PACKS
from notices.plan.holds import HOLDS, Hold
from notices.plan.ladder import (
    VOID,
    CaseState,
    Held,
    Past,
    Step,
    check_asked,
    choose_step,
    held_finding,
)

PACK = load_pack(PACKS / "CN")
assert PACK.ladder is not None
LADDER: Ladder = PACK.ladder
ZZ = load_pack(Path(__file__).parent.parent / "packs" / "ZZ").ladder
TODAY = date(2026, 6, 30)
DAY = timedelta(days=1)
POST = LADDER.posting_days
LOAN: Mapping[str, object] = {"debt_kind": ("private_loan",)}
LETTERS = {
    "friendly": ("reminder", 1),
    "reminder": ("reminder", 2),
    "second": ("reminder", 3),
    "demand": ("formal_demand", 1),
}


def past(name: str, ago: int = 30, pay_by: int | None = None, **changes: object) -> Past:
    """A letter of `ago` days before TODAY, its pay_by `pay_by` days before TODAY."""
    kind, level = LETTERS[name]
    term = ago - 10 if pay_by is None else pay_by
    letter = Past(kind, level, 1, TODAY - ago * DAY, TODAY - term * DAY, "issued", 1, f"L-{name}")
    return replace(letter, **changes)  # type: ignore[arg-type]


def choose(days: int, *letters: Past, **asked: object) -> Step | Held:
    ladder = asked.pop("ladder", LADDER)
    given_ = {"facts": LOAN, "named": PACK.conditions, **asked}
    return choose_step(CaseState(days, letters, TODAY, **given_), ladder)  # type: ignore[arg-type]


def name_of(chosen: Step | Held) -> str:
    if isinstance(chosen, Held):
        return chosen.reason
    return next(
        (n for n, key in LETTERS.items() if key == (chosen.kind, chosen.level)), chosen.kind
    )


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-5, "ladder-not-due"),
        (0, "ladder-not-due"),
        (1, "friendly"),
        (6, "friendly"),
        (7, "reminder"),
        (30, "reminder"),
        (31, "reminder"),  # a second reminder needs a first
        (90, "reminder"),
        (91, "reminder"),  # a demand needs a reminder
        (4000, "reminder"),
    ],
)
def test_a_first_letter_by_days_overdue(days: int, expected: str) -> None:
    assert name_of(choose(days)) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (6, "ladder-step-taken"),
        (7, "reminder"),
        (30, "reminder"),
        (31, "second"),
        (90, "second"),
        (91, "demand"),
    ],
)
def test_after_a_friendly_reminder(days: int, expected: str) -> None:
    assert name_of(choose(days, past("friendly", days - 1, POST + 1))) == expected


def test_a_card_debt_gets_the_demand_for_cards() -> None:
    card = {"debt_kind": ("card",)}
    chosen = choose(91, past("reminder", 60), facts=card)
    assert isinstance(chosen, Step)
    assert (chosen.kind, chosen.level) == ("card_demand", 1)
    both = choose(91, past("reminder", 60), facts={"debt_kind": ("card", "private_loan")})
    assert isinstance(both, Step) and both.kind == "card_demand"
    # Having got one, it does not get the other.
    got = past("demand", 60, kind="card_demand")
    assert name_of(choose(200, got)) == "ladder-end"


@pytest.mark.parametrize("late", range(POST + 3))
def test_the_last_letter_s_days_run_out_first(late: int) -> None:
    """`late` days after pay_by: only once the posting days have passed as well."""
    chosen = choose(40, past("reminder", 33, late))
    if late <= POST:
        assert isinstance(chosen, Held)
        assert chosen.reason == "ladder-term-running"
        assert chosen.until == TODAY - late * DAY + POST * DAY
        days = 40 + (chosen.until - TODAY).days + 1
        case = CaseState(days, [past("reminder", 33, late)], chosen.until + DAY, facts=LOAN)
        after = choose_step(case, LADDER)
        assert isinstance(after, Step)
    else:
        assert name_of(chosen) == "second"


def test_held_until_says_the_last_day_of_waiting() -> None:
    early = choose(-2)
    assert isinstance(early, Held) and early.until == TODAY + 2 * DAY
    assert name_of(choose_step(CaseState(1, (), TODAY + 3 * DAY), LADDER)) == "friendly"
    taken = choose(3, past("friendly", 2, -8))
    assert (
        isinstance(taken, Held) and taken.until == TODAY + 3 * DAY
    )  # day 6; day 7 is the next rung
    end = choose(500, past("demand", 100))
    assert end == Held("ladder-end")


@pytest.mark.parametrize("state", sorted(VOID))
def test_a_letter_that_went_astray_counts_for_no_level(state: str) -> None:
    gone = past("reminder", 40, state=state)
    chosen = choose(40, gone)
    assert isinstance(chosen, Step)
    assert name_of(chosen) == "reminder"  # not the second reminder: the first never arrived
    assert (chosen.attempt, chosen.replaces, chosen.reason) == (2, "L-reminder", "ladder-repeat")
    again = choose(40, gone, replace(gone, attempt=2, letter_id="L-2"))
    assert isinstance(again, Step) and (again.attempt, again.replaces) == (3, "L-2")
    arrived = replace(gone, attempt=2, state="delivered", letter_id="L-2")
    assert name_of(choose(40, gone, arrived)) == "second"


@pytest.mark.parametrize("state", ["issued", "proven", "printed", "posted", "delivered", "refused"])
def test_every_other_state_counts(state: str) -> None:
    assert name_of(choose(40, past("reminder", 30, state=state))) == "second"


def test_the_step_says_when_the_debtor_was_written_to_last() -> None:
    chosen = choose(60, past("friendly", 55), past("reminder", 40))
    assert isinstance(chosen, Step)
    assert chosen.previous == TODAY - 40 * DAY
    first = choose(60)
    assert isinstance(first, Step) and first.previous is None and first.reason == "ladder-first"


# — Cycles


def test_a_due_date_after_the_last_letter_begins_anew() -> None:
    old = past("demand", 100)
    same = choose(100, old)  # due on the very day of the letter: still the same debt
    assert name_of(same) == "ladder-end"
    new = choose(99, old)
    assert isinstance(new, Step)
    assert (name_of(new), new.cycle, new.reason) == ("reminder", 2, "ladder-new-cycle")
    assert name_of(choose(99, old, ladder=replace(LADDER, new_default=False))) == "ladder-end"


@pytest.mark.parametrize(("ago", "cycle"), [(LADDER.gap_days, 1), (LADDER.gap_days + 1, 2)])
def test_a_long_gap_begins_anew(ago: int, cycle: int) -> None:
    chosen = choose(1000, past("reminder", ago + 10, ago))
    assert isinstance(chosen, Step)
    assert chosen.cycle == cycle
    assert name_of(chosen) == ("demand" if cycle == 1 else "reminder")
    forever = choose(1000, past("reminder", 900, 890), ladder=replace(LADDER, gap_days=0))
    assert isinstance(forever, Step) and forever.cycle == 1


def test_payment_in_full_begins_anew() -> None:
    chosen = choose(100, past("reminder", 50, state="settled"))
    assert isinstance(chosen, Step) and (chosen.cycle, name_of(chosen)) == (2, "reminder")


def test_a_new_cycle_needs_its_own_reminder() -> None:
    first = (past("friendly", 900), past("reminder", 850), past("demand", 800))
    again = choose(850, *first)
    assert isinstance(again, Step)
    assert (name_of(again), again.cycle) == ("reminder", 2)
    second = replace(past("reminder", 60), cycle=2)
    assert name_of(choose(850, *first, second)) == "demand"


# — Guards, by ladder and by name

GUARDS = [
    # asked kind, letters before (name, days since pay_by, state), the record states one, verdict
    ("friendly", (), False, "friendly"),
    ("reminder", (), False, "reminder"),
    ("second", (), False, "ladder-needs-earlier"),
    ("second", (), True, "second"),
    ("second", (("reminder", POST, "issued"),), False, "ladder-term-running"),
    ("second", (("reminder", POST + 1, "issued"),), False, "second"),
    ("second", (("reminder", POST + 1, "returned"),), False, "ladder-needs-earlier"),
    ("second", (("reminder", POST + 1, "withdrawn"),), False, "ladder-needs-earlier"),
    (
        "second",
        (("demand", POST + 1, "issued"),),
        True,
        "second",
    ),  # down again, if a person says so
    ("demand", (), False, "ladder-needs-earlier"),
    ("demand", (), True, "demand"),
    ("demand", (("friendly", POST + 1, "issued"),), False, "demand"),
    ("demand", (("second", POST + 1, "posted"),), False, "demand"),
    ("demand", (("second", POST, "delivered"),), False, "ladder-term-running"),
    ("demand", (("second", POST, "delivered"),), True, "ladder-term-running"),
    ("demand", (("second", POST, "lost"),), False, "ladder-needs-earlier"),
    ("demand", (("friendly", 60, "issued"), ("second", 1, "issued")), False, "ladder-term-running"),
    ("demand", (("demand", 1, "issued"),), False, "demand"),  # itself again: the ledger decides
]


@pytest.mark.parametrize(("kind", "before", "stated", "verdict"), GUARDS)
def test_what_is_asked_for_by_name_passes_the_guards(
    kind: str, before: tuple[tuple[str, int, str], ...], stated: bool, verdict: str
) -> None:
    letters = [past(name, 80, days, state=state) for name, days, state in before]
    facts = {**LOAN, "present": frozenset({LADDER.stated_in} if stated else ())}
    asked = check_asked(
        *LETTERS[kind], CaseState(85, letters, TODAY, (), facts, PACK.conditions), LADDER
    )
    assert name_of(asked) == verdict


def test_a_letter_asked_for_again_is_not_the_one_before_itself() -> None:
    own, before = past("second", 5), past("reminder", 40)
    for letters, previous in (((own,), None), ((before, own), before.issue_date)):
        for after in ((), (past("demand", 2, -8),)):
            step = check_asked("reminder", 3, CaseState(50, (*letters, *after), TODAY), LADDER)
            assert isinstance(step, Step) and step.previous == previous, (letters, after)


def test_a_stated_cycle_begins_a_new_one_and_no_earlier_one() -> None:
    own = past("reminder", 5, cycle=2)
    for stated, cycle in ((0, 2), (1, 2), (2, 2), (7, 7)):
        asked = check_asked("reminder", 2, CaseState(20, (own,), TODAY, cycle=stated), LADDER)
        receipt = check_asked("receipt", 1, CaseState(20, (own,), TODAY, cycle=stated), None)
        assert isinstance(asked, Step) and asked.cycle == cycle
        assert isinstance(receipt, Step) and receipt.cycle == cycle
    assert choose(20, own, cycle=7) == Step("reminder", 2, 7, "ladder-new-cycle")
    assert name_of(choose(20, own, cycle=2)) == "ladder-step-taken"


def test_days_overdue_don_t_bind_what_is_asked_for() -> None:
    asked = check_asked("reminder", 2, CaseState(1, (), TODAY), LADDER)
    assert isinstance(asked, Step) and asked.reason == "ladder-asked"


def test_a_kind_outside_the_ladder_has_holds_only() -> None:
    assert isinstance(
        check_asked("receipt", 1, CaseState(0, (past("reminder", 5),), TODAY), LADDER), Step
    )
    assert isinstance(check_asked("receipt", 1, CaseState(0, (), TODAY), None), Step)
    held = check_asked("receipt", 1, CaseState(0, (), TODAY, (Hold("deceased"),)), None)
    assert isinstance(held, Held) and held.reason == "hold-deceased"


def test_a_policy_may_allow_a_demand_at_once() -> None:
    rungs = tuple(replace(rung, needs=()) for rung in LADDER.rungs)
    assert name_of(choose(91, ladder=replace(LADDER, rungs=rungs))) == "demand"
    stated = {**LOAN, "present": frozenset({LADDER.stated_in})}
    assert name_of(choose(91, facts=stated)) == "demand"
    assert name_of(choose(91, facts=stated, ladder=replace(LADDER, stated_in=""))) == "reminder"


def test_another_country_s_ladder() -> None:
    assert ZZ is not None
    assert choose_step(CaseState(400, (), TODAY), ZZ) == Step("reminder", 1, 1, "ladder-first")


@pytest.mark.parametrize("hold", HOLDS)
def test_every_hold_stops_the_ladder_and_what_is_asked_for(hold: str) -> None:
    for held in (
        choose(40, holds=[Hold(hold, until=TODAY)]),
        check_asked("reminder", 1, CaseState(40, (), TODAY, [Hold(hold, until=TODAY)]), LADDER),
    ):
        assert isinstance(held, Held)
        assert (held.reason, held.until) == (f"hold-{hold.replace('_', '-')}", TODAY)
        finding = held_finding(held)
        assert finding.severity == "error"
        assert message(finding, "zh") and hint(finding, "en")
    assert isinstance(choose(40, holds=[Hold(hold, until=TODAY - DAY)]), Step)
    assert isinstance(choose(40, holds=[Hold(hold, since=TODAY + DAY)]), Step)


def test_every_answer_has_words() -> None:
    for answer in (choose(0), choose(3, past("friendly", 2)), choose(400, past("demand", 100))):
        assert isinstance(answer, Held)
        assert message(held_finding(answer), "zh") != message(held_finding(answer), "en")


# — Properties

LETTER = st.builds(
    lambda name, ago, term, state, cycle: past(name, ago, ago - term, state=state, cycle=cycle),
    st.sampled_from(sorted(LETTERS)),
    st.integers(0, 800),
    st.integers(0, 30),
    st.sampled_from(["issued", "posted", "delivered", "returned", "withdrawn", "lost", "settled"]),
    st.integers(1, 3),
)


@settings(max_examples=600, deadline=None)
@given(st.integers(-30, 1200), st.lists(LETTER, max_size=6), st.booleans(), st.booleans())
def test_no_guarded_level_is_ever_jumped_over(
    days: int, letters: list[Past], card: bool, stated: bool
) -> None:
    facts = {"debt_kind": ("card",) if card else ("private_loan",)}
    present = {"present": frozenset({LADDER.stated_in} if stated else ())}
    chosen = choose_step(CaseState(days, letters, TODAY, facts=facts | present), LADDER)
    if isinstance(chosen, Held):
        assert chosen.until is None or chosen.until >= TODAY
        return
    by_letter = {(rung.kind, rung.level): rung for rung in LADDER.rungs}
    rung = by_letter[chosen.kind, chosen.level]
    assert rung.first_day <= days
    assert (rung.kind == "card_demand") <= card and (rung.kind == "formal_demand") <= (not card)
    counted = [p for p in letters if p.cycle == chosen.cycle and p.state not in VOID]
    taken = {by_letter[p.kind, p.level].id for p in counted}
    assert not rung.needs or stated or taken & set(rung.needs)
    assert all(p.pay_by + POST * DAY < TODAY for p in counted)
    assert all(by_letter[p.kind, p.level].first_day < rung.first_day for p in counted)
    assert max((p.cycle for p in letters), default=1) <= chosen.cycle
    same = [
        p
        for p in letters
        if (p.kind, p.level, p.cycle) == (chosen.kind, chosen.level, chosen.cycle)
    ]
    assert chosen.attempt == max((p.attempt for p in same), default=0) + 1


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 60), st.integers(0, 20), st.integers(1, 9))
def test_a_case_left_alone_climbs_every_step_once(start: int, term: int, every: int) -> None:
    """Run after run, every letter issued: each level once, upward, then the end."""
    letters: list[Past] = []
    for days in range(start, start + 330, every):
        today = TODAY + days * DAY
        step = choose_step(CaseState(days, letters, today, facts=LOAN), LADDER)
        if isinstance(step, Step):
            letters.append(
                Past(step.kind, step.level, step.cycle, today, today + term * DAY, "issued")
            )
    sent = [LADDER_ORDER.index((p.kind, p.level)) for p in letters]
    assert sent == sorted(set(sent))
    assert letters[-1].kind == "formal_demand"
    assert len(letters) >= 2


LADDER_ORDER = [LETTERS[name] for name in ("friendly", "reminder", "second", "demand")]
