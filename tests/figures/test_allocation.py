"""Set-off, rows that add up, caps over charges, stated interest: the account of one debt."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D

from hypothesis import given, settings
from hypothesis import strategies as st

from notices.case.types import Case, Debt, Item, Payment
from notices.figures.derive import derive_figures
from notices.figures.types import Figures
from notices.pack.types import Pack
from tests.figures.build import case, day, debt, derive, pack, rule, simple, told

TEN = simple({"percent": "10"})
CAPPED = simple({"agreed": "agreed_rate"}, cap=[{"percent": "24"}], cap_covers=["penalty", "fee"])


def figured(stated: str, paid: str = "", by: Pack | None = None, **more: str) -> Figures:
    return derive(case("2026-01-01", debt("2025-01-01", stated, paid, **more)), by or pack(TEN))


def set_off(figures: Figures) -> list[tuple[D, D, D, D]]:
    return [
        (a.to_costs, a.to_interest, a.to_principal, a.to_credit)
        for a in figures.debts[0].allocations
    ]


def test_costs_then_interest_then_principal() -> None:
    figures = figured("principal 1000, fee 50 2025-01-01", "2025-07-02 200")
    assert set_off(figures) == [(D("50"), D("49.86"), D("100.14"), 0)]  # 182 days
    assert figures.debts[0].principal == D("899.86")
    assert figures.debts[0].costs == 0


def test_another_order() -> None:
    consumer_loan = rule("allocation", "in_order", {"order": ["costs", "principal", "interest"]})
    stated = "principal 1000, fee 50 2025-01-01"
    figures = figured(stated, "2025-07-02 200", pack(TEN, consumer_loan))
    assert set_off(figures) == [(D("50"), 0, D("150"), 0)]


def test_a_payment_before_interest_runs_lowers_the_principal_at_once() -> None:
    figures = figured("principal 1000", "2024-12-01 400")
    assert [(x.principal, x.days) for x in figures.debts[0].interest] == [(D("600"), 365)]


def test_the_day_of_payment_still_bears_interest() -> None:
    figures = figured("principal 1000", "2025-01-02 400, 2025-01-02 100")
    first, second = figures.debts[0].interest
    assert (first.days, first.principal, second.days) == (1, D("1000"), 364)
    assert second.principal == D("500.27")


def test_a_cost_that_arises_later_is_not_paid_before() -> None:
    figures = figured("principal 1000, fee 50 2025-08-01", "2025-07-02 60")
    assert set_off(figures) == [(0, D("49.86"), D("10.14"), 0)]
    assert figures.debts[0].costs == D("50")


def test_a_principal_that_joins_later_bears_from_its_next_day() -> None:
    figures = figured("principal 1000, principal 500 2025-12-22")
    assert [(x.principal, x.days) for x in figures.debts[0].interest] == [
        (D("1000"), 355),
        (D("1500"), 10),
    ]


def test_reductions_count_from_the_start() -> None:
    figures = figured("principal 1000, credit_note 200 2025-12-30, interest_waiver 30")
    assert [x.principal for x in figures.debts[0].interest] == [D("800")]
    assert figures.debts[0].interest_due == D("50.00")
    assert figures.total_due == D("850.00")


def test_a_waiver_above_the_interest_is_told() -> None:
    asked = case("2026-01-01", debt("2025-01-01", "principal 1000, interest_waiver 100.01"))
    assert told(asked, pack(TEN)) == {"reduction-too-large"}


def test_items_that_are_payments_join_the_payments() -> None:
    figures = figured("principal 1000, bank_transfer 200 2025-07-02")
    assert set_off(figures) == [(0, D("49.86"), D("150.14"), 0)]
    assert [r.kind for r in figures.debts[0].rows] == [
        "principal",
        "interest",
        "bank_transfer",
        "interest",
    ]
    asked = case("2026-01-01", debt("2025-01-01", "principal 1000, bank_transfer 200"))
    assert told(asked, pack(TEN)) == {"payment-date-missing"}


def test_overpayment_is_a_credit_that_bears_nothing() -> None:
    over = debt("2025-01-01", "principal 1000", "2025-01-02 1500")
    assert told(case("2026-01-01", over), pack(TEN)) == {"total-not-positive"}
    other = debt("2025-01-01", "principal 2000")
    by = pack(TEN)
    figures = derive(case("2026-01-01", over, other), by)
    assert set_off(figures) == [(0, D("0.27"), D("1000"), D("499.73"))]
    assert figures.debts[0].principal == D("-499.73")
    assert figures.debts[0].total == D("-499.73")
    assert figures.total_due == D("1700.27")
    assert figures.daily_amount == D("0.55")
    assert told(case("2026-01-01", over, other), by) == {"debt-overpaid"}


def test_a_credit_pays_what_falls_due_later() -> None:
    figures = figured("principal 1000, principal 800 2025-06-01", "2025-01-02 1500")
    assert figures.debts[0].principal == D("300.27")
    assert [x.principal for x in figures.debts[0].interest] == [D("1000"), D("300.27")]


def test_a_total_under_the_senders_minimum_is_refused() -> None:
    asked = case("2026-01-01", debt("2025-01-01", "principal 100"))
    exact = replace(asked, sender=replace(asked.sender, minimum_balance=D("110.00")))
    assert told(exact, pack(TEN)) == set()
    least = replace(asked, sender=replace(asked.sender, minimum_balance=D("110.01")))
    assert derive_figures(least, pack(TEN))[0] is None
    assert told(least, pack(TEN)) == {"total-under-minimum"}
    assert told(least, pack(TEN, rule("total", "sum_of_rows", {"minimum": "none"}))) == set()


def test_stated_interest_beside_computed_interest_is_told() -> None:
    asked = case("2026-01-01", debt("2025-01-01", "principal 100, interest 1"))
    assert told(asked, pack(TEN)) == {"interest-stated-twice"}


def test_the_cap_leaves_a_charge_only_what_is_left_above_the_interest() -> None:
    # 1,000 for 365 days: interest 200.00, cap 240.00.
    whole = figured("principal 1000, penalty 40", by=pack(CAPPED), rate="20")
    assert (whole.debts[0].costs, whole.debts[0].capped_out) == (D("40"), ())
    cut = figured("principal 1000, penalty 30, fee 30", by=pack(CAPPED), rate="20")
    assert [r.amount for r in cut.debts[0].rows] == [D("1000"), D("30"), D("10"), D("200.00")]
    assert cut.debts[0].capped_out == ("fee",)
    none = figured("principal 1000, penalty 0.01", by=pack(CAPPED), rate="24")
    assert [r.kind for r in none.debts[0].rows] == ["principal", "interest"]
    assert none.debts[0].capped_out == ("penalty",)
    asked = case("2026-01-01", debt("2025-01-01", "principal 1000, penalty 41", rate="20"))
    assert told(asked, pack(CAPPED)) == {"charge-capped"}


def test_the_room_under_the_cap_is_never_rounded_up() -> None:
    owed = debt("2025-09-23", "principal 1000, penalty 100", rate="10")
    figures = derive(case("2026-01-01", owed), pack(CAPPED))
    assert figures.debts[0].costs == D("38.35")  # 38.356…: 14 % for 100 days


def test_fees_by_rule_share_the_room() -> None:
    flat = {"amount": "30", "currency": "CNY", "item_kind": "fee"}
    rules = [rule("fee", "flat_fee", flat, rule_id=name) for name in ("one", "two")]
    assert figured("principal 1000", by=pack(CAPPED, *rules), rate="20").debts[0].costs == D("40")


def test_a_fee_by_rule_is_capped_as_well() -> None:
    flat = rule("fee", "flat_fee", {"amount": "40", "currency": "CNY", "item_kind": "fee"})
    figures = figured("principal 1000, penalty 15", by=pack(CAPPED, flat), rate="20")
    assert figures.debts[0].costs == D("40")
    assert figures.debts[0].capped_out == ("fee",)


def test_a_charge_where_no_interest_is_agreed_has_the_whole_room() -> None:
    zero = simple({"percent": "0"}, cap=[{"percent": "24"}], cap_covers=["penalty"])
    figures = figured("principal 1000, penalty 300", by=pack(zero))
    assert [r.amount for r in figures.debts[0].rows] == [D("1000"), D("240.00")]
    assert figures.debts[0].interest == ()


def test_stated_interest_above_the_cap_is_refused() -> None:
    stated = rule(
        "interest", "stated_interest", {"cap": {"percent": "24"}, "cap_covers": ["penalty"]}
    )
    by = pack(stated)
    within = case("2026-01-01", debt("2025-01-01", "principal 1000, interest 200, penalty 40"))
    above = case("2026-01-01", debt("2025-01-01", "principal 1000, interest 200, penalty 40.01"))
    assert derive(within, by).total_due == D("1240")
    assert told(above, by) == {"charges-above-cap"}


def test_a_daily_rate_is_annualised_against_the_cap() -> None:
    by = pack(
        simple(
            {"agreed": "agreed_rate"}, cap=[{"percent": "24"}], daily_rate_fields=["penalty_daily"]
        )
    )
    for daily, rules in (("0.5", {"daily-rate-above-cap"}), ("0.06", set())):
        owed = debt("2025-01-01", "principal 100", rate="10", penalty_daily=D(daily))
        assert told(case("2026-01-01", owed), by) == rules


def test_unknown_kinds_and_currencies_are_told() -> None:
    asked = case("2026-01-01", debt("2025-01-01", "principle 100"))
    assert told(asked, pack(TEN)) == {"unknown-item-kind"}
    assert told(replace(asked, currency="XXX"), pack(TEN)) == {"currency-not-permitted"}


def test_payments_need_an_allocation_rule_and_debts_an_interest_rule() -> None:
    never = {"kind": ("nothing",)}
    asked = case("2026-01-01", debt("2025-01-01", "principal 100", "2025-02-01 10"))
    assert told(asked, pack(TEN, rule("allocation", "in_order", when=never))) == {"rule-missing"}
    assert told(asked, pack(rule("interest", "no_interest", when=never))) == {"rule-missing"}


def test_every_fault_is_told_at_once() -> None:
    asked = case(
        "2026-12-25",
        debt("2025-01-01", "principle 100", "2025-02-01 10"),
        debt("2025-01-01", "principal 100, bank_transfer 10"),
    )
    running = simple({"table": "lpr_1y", "selected_on": "running"})
    assert told(asked, pack(running)) == {
        "calendar-unknown",
        "unknown-item-kind",
        "payment-date-missing",
        "rate-unknown",
    }


def test_currencies_without_minor_units_round_to_whole_ones() -> None:
    asked = case("2026-01-01", debt("2025-01-02", "principal 10005"), currency="JPY")
    assert derive(asked, pack(TEN)).total_due == D("11003")  # 997.758… → 998


AMOUNTS = st.decimals("0.01", "100000", places=2)
DUE = date(2024, 3, 5)
AS_OF = date(2026, 2, 2)
PAYMENT = st.builds(Payment, st.dates(DUE - timedelta(days=9), AS_OF), AMOUNTS)
ITEM = st.builds(
    Item,
    st.sampled_from(["principal", "penalty", "fee", "vat"]),
    AMOUNTS,
    st.none() | st.dates(DUE - timedelta(days=9), AS_OF),
)
ORDERS = st.permutations(["costs", "interest", "principal"])
RULES = st.builds(
    lambda convention, covers, order: pack(
        simple(
            {"agreed": "agreed_rate"},
            cap=[{"table": "lpr_1y", "times": "4", "selected_on": "running"}],
            cap_covers=covers,
            day_count=convention,
        ),
        rule("allocation", "in_order", {"order": order}),
    ),
    st.sampled_from(["ACT/365", "ACT/360", "30E/360", "ACT/ACT"]),
    st.sets(st.sampled_from(["penalty", "fee"])).map(sorted),
    ORDERS,
)
CASES = st.builds(
    lambda stated, paid, rate: case(
        AS_OF.isoformat(),
        Debt(
            "private_loan",
            DUE,
            (Item("principal", D("1000000000")), *stated),
            tuple(paid),
            None,
            rate,
        ),
        pay_by=AS_OF + timedelta(days=60),
    ),
    st.lists(ITEM, max_size=4),
    st.lists(PAYMENT, max_size=4),
    st.decimals("0.01", "36", places=2),
)


@settings(max_examples=60, deadline=None)
@given(CASES, RULES)
def test_rows_and_parts_add_up_to_the_total(asked: Case, by: Pack) -> None:
    (figures,) = derive(asked, by).debts
    assert sum(row.amount for row in figures.rows) == figures.total
    assert figures.principal + figures.interest_due + figures.costs == figures.total
    assert all(row.amount == row.amount.quantize(D("0.01")) for row in figures.rows)


@settings(max_examples=60, deadline=None)
@given(CASES, RULES)
def test_set_off_conserves_money(asked: Case, by: Pack) -> None:
    figures = derive(asked, by)
    for paid, parts in zip(figures.debts[0].allocations, set_off(figures), strict=True):
        assert sum(parts) == paid.amount
        assert min(parts) >= 0
    assert len(figures.debts[0].allocations) == len(asked.debts[0].payments)


@settings(max_examples=60, deadline=None)
@given(CASES, RULES, PAYMENT)
def test_a_payment_never_raises_what_is_owed(asked: Case, by: Pack, extra: Payment) -> None:
    owed = asked.debts[0]
    more = replace(asked, debts=(replace(owed, payments=(*owed.payments, extra)),))
    assert derive(more, by).total_due <= derive(asked, by).total_due


SMALL_DEBTS = st.builds(
    lambda stated, paid: Debt(
        "private_loan", DUE, (Item("principal", D("500")), *stated), tuple(paid)
    ),
    st.lists(ITEM.map(lambda item: replace(item, amount=item.amount / 1000)), max_size=3),
    st.lists(PAYMENT, max_size=3),
)


@settings(max_examples=60, deadline=None)
@given(SMALL_DEBTS, PAYMENT, ORDERS)
def test_overpaid_or_not_a_payment_never_raises_what_is_owed(
    owed: Debt, extra: Payment, order: list[str]
) -> None:
    by = pack(TEN, rule("allocation", "in_order", {"order": order}))
    other = Debt("private_loan", DUE, (Item("principal", D("1000000000")),))
    whole = replace(owed, items=tuple(_cents(item) for item in owed.items))
    more = replace(whole, payments=(*whole.payments, extra))

    def total(one: Debt) -> D:
        pay_by = AS_OF + timedelta(days=60)
        figures = derive(case(AS_OF.isoformat(), one, other, pay_by=pay_by), by).debts[0]
        assert figures.principal + figures.interest_due + figures.costs == figures.total
        assert all(line.principal > 0 for line in figures.interest)
        return figures.total

    assert total(more) <= total(whole)


def _cents(item: Item) -> Item:
    return replace(item, amount=max(item.amount.quantize(D("0.01")), D("0.01")))


@settings(max_examples=60, deadline=None)
@given(CASES, st.decimals("0", "36", places=2))
def test_interest_and_covered_charges_stay_within_the_cap(asked: Case, rate: D) -> None:
    by = pack(
        simple({"percent": str(rate)}, cap=[{"percent": "24"}], cap_covers=["penalty", "fee"])
    )
    (figures,) = derive(asked, by).debts
    ceiling = simple({"percent": "24"})
    charged = tuple(item for item in asked.debts[0].items if item.kind not in ("penalty", "fee"))
    covered = sum(row.amount for row in figures.rows if row.kind in ("penalty", "fee"))
    interest = sum(line.amount for line in figures.interest)
    at_cap = replace(asked, debts=(replace(asked.debts[0], items=(*charged, *kept(figures))),))
    allowed = sum(line.amount for line in derive(at_cap, pack(ceiling)).debts[0].interest)
    assert interest + covered <= allowed + D("0.01") * len(figures.interest)


def kept(figures: object) -> tuple[Item, ...]:
    rows = figures.rows  # type: ignore[attr-defined]
    return tuple(
        Item(row.kind, row.amount, row.first_day) for row in rows if row.kind in ("penalty", "fee")
    )


def test_interest_follows_the_days_whether_or_not_a_cent_is_paid() -> None:
    plain = figured("principal 1000")
    split = figured("principal 1000", "2025-07-02 0.01")
    assert sum(x.days for x in plain.debts[0].interest) == sum(
        x.days for x in split.debts[0].interest
    )


def test_a_sender_may_write_before_the_due_date_has_passed() -> None:
    figures = derive(case("2026-01-01", debt("2026-01-01", "principal 1000")), pack(TEN))
    assert (figures.debts[0].interest, figures.days_overdue) == ((), 0)
    assert figures.daily_amount == D("0.27")
    assert figures.pay_by == day("2026-01-16")
