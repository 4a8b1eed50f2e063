"""What counts from when: undated costs and interest, entries of nothing, lines that need no cut."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.case.types import Case, Debt, Item, Payment
from notices.figures.derive import derive_figures
from notices.figures.types import Figures
from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.places import PACKS
from tests.figures.build import case, day, debt, derive, pack, rule, simple, table, told
from tests.figures.test_allocation import AMOUNTS, AS_OF, CASES, ITEM, RULES, TEN, set_off

SHIPPED = {root.name: load_pack(root) for root in sorted(PACKS.glob("[!_]*"))}
IN_DEFAULT = {"CH": {"default_by": "agreed_day"}, "DE": {"default_since": day("2026-01-11")}}
LATE = [
    (name, kind.id)
    for name, shipped in SHIPPED.items()
    for kind in shipped.item_kinds.values()
    if kind.sign > 0 and kind.counts_as in ("costs", "interest")
]


def owing(name: str, stated: str, paid: str = "", runs: bool = True) -> Case:
    """A debt due on 2026-01-11 in a shipped pack, figured at 2026-03-31; no interest unless it
    `runs`."""
    facts = IN_DEFAULT.get(name, {}) if runs else {}
    owed = debt("2026-01-11", stated, paid, "2025-12-01", "10" if runs else None, "other", **facts)
    return case(
        "2026-03-31",
        owed,
        pack=name,
        currency=next(iter(SHIPPED[name].currencies)),
        pay_by=day("2026-05-29"),
        facts=dict.fromkeys(("first_reminder_free_until", "notice_pay_by"), day("2026-01-31")),
    )


def test_a_loan_paid_on_its_due_day_bears_nothing_beside_undated_costs() -> None:
    """Civil Code 561: the 50,000 are paid in time, so they are the principal's."""
    stated, paid = "principal 50000, costs 2000", "2024-09-05 50000"
    owed = debt("2024-09-05", stated, paid, contract="2023-09-05", rate="13.8")
    asked = case("2026-06-15", owed)
    figures = derive(asked, SHIPPED["CN"])
    assert figures.total_due == D("2000.00")
    assert figures.debts[0].interest == ()
    (note,) = derive_figures(asked, SHIPPED["CN"])[1]
    assert (note.rule, note.severity) == ("undated-after-payments", "note")
    assert note.path == "debts[0].items[1].date"


def test_an_undated_reminder_fee_leaves_a_price_paid_in_time_without_interest() -> None:
    owed = owing("CH", "price 960, reminder_fee 40", "2026-01-11 960")
    figures = derive(owed, SHIPPED["CH"])
    assert (figures.total_due, figures.debts[0].interest) == (D("40"), ())


@pytest.mark.parametrize(("name", "kind"), LATE)
def test_in_no_pack_an_undated_cost_or_interest_takes_a_payment(name: str, kind: str) -> None:
    """Paid in part in time, once late, and on the as-of day itself."""
    shipped = SHIPPED[name]
    principal = next(k.id for k in shipped.item_kinds.values() if k.counts_as == "principal")
    runs = shipped.item_kinds[kind].counts_as != "interest"
    paid = "2026-01-11 100, 2026-02-11 50, 2026-03-31 30"
    plain = derive(owing(name, f"{principal} 960", paid, runs), shipped).debts[0]
    stated = f"{principal} 960, {kind} 40"
    charged = derive(owing(name, stated, paid, runs), shipped).debts[0]
    assert charged.total == plain.total + 40
    assert charged.interest == plain.interest
    assert charged.allocations == plain.allocations


def test_a_dated_cost_is_paid_from_its_day_and_needs_no_note() -> None:
    figures, findings = derive_figures(
        case(
            "2026-01-01", debt("2025-01-01", "principal 1000, fee 50 2025-02-01", "2025-07-02 60")
        ),
        pack(TEN),
    )
    assert figures is not None and set_off(figures) == [(D("50"), D("10"), 0, 0)]
    assert findings == ()


def test_without_a_payment_the_date_of_a_cost_changes_nothing() -> None:
    asked = case("2026-01-01", debt("2025-01-01", "principal 1000, fee 50"))
    assert told(asked, pack(TEN)) == set()


def test_a_payment_of_the_as_of_day_comes_before_what_arises_on_it() -> None:
    flat = rule("fee", "flat_fee", {"amount": "30", "currency": "CNY", "item_kind": "fee"})
    owed = debt("2025-01-01", "principal 1000, vat 50", "2026-01-01 1090")
    figures = derive(case("2026-01-01", owed), pack(TEN, flat))
    assert set_off(figures) == [(0, D("100"), D("990"), 0)]
    assert (figures.debts[0].costs, figures.total_due) == (D("80"), D("90"))


def test_what_is_overpaid_covers_an_undated_cost() -> None:
    owed = debt("2025-01-01", "principal 1000, fee 50", "2025-01-01 1030")
    figures = derive(case("2026-01-01", owed), pack(TEN))
    assert set_off(figures) == [(0, 0, D("1000"), D("30"))]
    assert figures.total_due == D("20")


def test_a_cost_or_its_payment_starts_no_new_line_of_interest() -> None:
    stated = "principal 1000, fee 50 2025-03-01, fee 20 2025-06-01"
    figures = derive(
        case("2026-01-01", debt("2025-01-01", stated, "2025-04-01 30")), pack(TEN)
    ).debts[0]
    assert [(x.days, x.amount) for x in figures.interest] == [(365, D("100.00"))]
    assert figures.costs == D("40")


def test_a_new_row_with_the_old_rate_starts_no_new_line() -> None:
    """Germany's base rate was announced as 1.27 again for 2026-01-01."""
    points = SHIPPED["DE"].rates["basiszinssatz"].points
    assert [p.percent for p in points if "2025-07" <= str(p.valid_from) < "2026-02"] == [
        D("1.27")
    ] * 2
    asked = case(
        "2026-03-31",
        debt("2025-07-31", "principal 2000", kind="other", default_since=day("2025-07-31")),
        currency="EUR",
        pay_by=day("2026-04-30"),
    )
    (line,) = derive(asked, SHIPPED["DE"]).debts[0].interest
    # 2,000 × 6.27 % × 243 / 365 = 83.485; two lines would be 52.56 + 30.92 = 83.48
    assert (line.first_day, line.days, line.amount) == (day("2025-08-01"), 243, D("83.49"))


def test_a_rate_that_changes_still_starts_a_new_line() -> None:
    base = table("base", "2025-01-01 2.00 2025-07-01 2.00 2026-01-01 3.00", "2026-12-31")
    by = pack(simple({"table": "base", "selected_on": "running"}), rates={"base": base})
    lines = derive(case("2026-03-31", debt("2025-03-31", "principal 1000")), by).debts[0].interest
    assert [(x.first_day, x.last_day, x.rate) for x in lines] == [
        (day("2025-04-01"), day("2025-12-31"), D("2.00")),
        (day("2026-01-01"), day("2026-03-31"), D("3.00")),
    ]


def test_a_payment_of_nothing_is_none() -> None:
    """It splits no interest, restarts no limitation, prints no row, counts as no payment made."""
    by = pack(
        simple({"percent": "10"}),
        rule("limitation", "years_from_last_restart", {"years": "1", "payments_restart": "true"}),
        rule("fee", "flat_fee", {"amount": "9", "currency": "CNY", "item_kind": "fee"},
             {"is": ("payments_made",)}),
    )  # fmt: skip
    plain = case("2026-01-01", debt("2024-06-01", "principal 1000"))
    for stated, paid in (
        ("principal 1000", "2025-07-02 0.00"),
        ("principal 1000, bank_transfer 0 2025-07-02", ""),
        ("principal 1000, bank_transfer 0", ""),
    ):
        asked = replace(plain, debts=(debt("2024-06-01", stated, paid),))
        assert derive(asked, by) == derive(plain, by), (stated, paid)


DAYS = st.dates(date(2023, 12, 1), AS_OF)
NOTHING = st.builds(Payment, DAYS, st.just(D("0.00")))
NO_ITEM = st.builds(
    Item, st.sampled_from(["principal", "penalty", "fee", "vat"]), st.just(D("0")), st.none() | DAYS
)
UNDATED = st.builds(Item, st.sampled_from(["fee", "vat", "penalty"]), AMOUNTS)


def with_more(asked: Case, items: list[Item], payments: list[Payment]) -> Case:
    owed = asked.debts[0]
    more: Debt = replace(
        owed, items=(*owed.items, *items), payments=(*payments, *owed.payments, *payments)
    )
    return replace(asked, debts=(more,))


@settings(max_examples=60, deadline=None)
@given(CASES, RULES, st.lists(NOTHING, min_size=1, max_size=3))
def test_payments_of_nothing_never_change_anything(
    asked: Case, by: Pack, nothing: list[Payment]
) -> None:
    assert derive(with_more(asked, [], nothing), by) == derive(asked, by)


@settings(max_examples=60, deadline=None)
@given(CASES, RULES, st.lists(NO_ITEM, min_size=1, max_size=3))
def test_items_of_nothing_change_no_sum(asked: Case, by: Pack, nothing: list[Item]) -> None:
    def sums(one: Case) -> tuple[object, ...]:
        figures: Figures = derive(one, by)
        (figured,) = figures.debts
        return figures.total_due, figures.daily_amount, figured.interest, figured.allocations

    assert sums(with_more(asked, nothing, [])) == sums(asked)


@settings(max_examples=60, deadline=None)
@given(CASES, RULES, UNDATED)
def test_an_undated_cost_never_changes_interest(asked: Case, by: Pack, cost: Item) -> None:
    plain, charged = derive(asked, by).debts[0], derive(with_more(asked, [cost], []), by).debts[0]
    assert charged.interest == plain.interest
    assert charged.allocations == plain.allocations


@settings(max_examples=60, deadline=None)
@given(CASES, RULES, ITEM)
def test_a_cost_never_cuts_a_line_that_no_payment_cuts(asked: Case, by: Pack, cost: Item) -> None:
    unpaid = replace(asked, debts=(replace(asked.debts[0], payments=()),))
    if cost.kind != "principal":
        more = derive(with_more(unpaid, [cost], []), by).debts[0].interest
        assert more == derive(unpaid, by).debts[0].interest
