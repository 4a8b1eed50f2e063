"""The worked cases of mainland China, to the cent and the day, and of the other sheets."""

from __future__ import annotations

from decimal import Decimal as D

from notices.figures.types import Figures
from tests.figures.build import (
    case,
    day,
    debt,
    derive,
    holidays,
    pack,
    rule,
    simple,
    table,
    told,
)

CAP = [{"table": "lpr_1y", "times": "4", "selected_on": "contract_date"}]
LOAN = simple({"agreed": "agreed_rate"}, cap=CAP, cap_covers=["penalty", "fee"])


def adds_up(figures: Figures) -> bool:
    return figures.total_due == sum(r.amount for d in figures.debts for r in d.rows) and all(
        d.total == d.principal + d.interest_due + d.costs == sum(r.amount for r in d.rows)
        for d in figures.debts
    )


def test_case_1_stated_interest_and_qingming() -> None:
    ten_days = rule("pay_by", "add_days", {"days": "10", "minimum": "7"})
    figures = derive(
        case("2026-03-27", debt("2026-03-01", "principal 3000, interest 156.25")), pack(ten_days)
    )
    assert figures.total_due == D("3156.25")
    assert figures.pay_by == day("2026-04-07")
    assert [row.amount for row in figures.debts[0].rows] == [D("3000"), D("156.25")]
    assert figures.daily_amount == 0
    assert adds_up(figures)


def test_case_2_cap_payment_and_penalty() -> None:
    figures = derive(
        case(
            "2026-06-15",
            debt(
                "2024-09-05",
                "principal 50000, penalty 2000",
                "2025-09-05 10000",
                contract="2023-09-05",
                rate="24",
            ),
        ),
        pack(LOAN),
    )
    (figured,) = figures.debts
    assert [(r.kind, r.amount) for r in figured.rows] == [
        ("principal", D("50000")),
        ("interest", D("6900.00")),
        ("payment", D("-10000")),
        ("interest", D("5018.17")),
    ]
    before, after = figured.interest
    assert (before.days, before.first_day, before.last_day) == (
        365,
        day("2024-09-06"),
        day("2025-09-05"),
    )
    assert (after.days, after.first_day, after.last_day) == (
        283,
        day("2025-09-06"),
        day("2026-06-15"),
    )
    assert (after.principal, after.rate, after.agreed_rate, after.cap) == (
        D("46900"),
        D("13.80"),
        D("24"),
        D("13.80"),
    )
    (paid,) = figured.allocations
    assert (paid.to_costs, paid.to_interest, paid.to_principal) == (0, D("6900"), D("3100"))
    assert figured.capped_out == ("penalty",)
    assert figures.total_due == D("51918.17")
    assert figures.pay_by == day("2026-06-30")
    assert figures.daily_amount == D("17.73")  # 46,900 × 13.8 % / 365
    assert figured.days_overdue == 648
    assert [s.id for s in figures.sources] == [
        "rules/pay_by-add_days",
        "rules/allocation-in_order",
        "rules/interest-simple_interest",
        "rates/lpr_1y/2023-08-21",
        "rules/total-sum_of_rows",
    ]
    assert adds_up(figures)


def test_case_3_no_rate_agreed() -> None:
    then = simple({"table": "lpr_1y", "selected_on": "first_day"})
    figures = derive(case("2026-03-31", debt("2025-06-30", "principal 8000")), pack(then))
    (line,) = figures.debts[0].interest
    assert (line.days, line.rate, line.amount) == (274, D("3.00"), D("180.16"))
    assert figures.total_due == D("8180.16")


def test_case_4_instalments() -> None:
    sixty = rule("schedule", "equal_instalments", {"most": "60"})
    card = debt("2026-01-20", "principal 43218.67", kind="card")
    offered = case("2026-05-20", card, facts={"instalment_count": 60}, pay_by=day("2026-06-20"))
    schedule = derive(offered, pack(sixty)).schedule
    assert [i.amount for i in schedule] == [D("720.31")] * 59 + [D("720.38")]
    assert sum(i.amount for i in schedule) == D("43218.67")
    assert (schedule[0].due, schedule[-1].due) == (day("2026-06-20"), day("2031-05-20"))
    too_many = case("2026-05-20", card, facts={"instalment_count": 61}, pay_by=day("2026-06-20"))
    assert told(too_many, pack(sixty)) == {"schedule-too-long"}


def test_case_5_sale_shown_apart() -> None:
    apart = rule(
        "interest",
        "shown_apart",
        {
            "rate": {"table": "lpr_1y", "selected_on": "first_day"},
            "range_times": ["1.5", "1.3"],
        },
    )
    figures = derive(case("2026-04-29", debt("2026-02-28", "principal 100000")), pack(apart))
    (figured,) = figures.debts
    assert [(x.rate, x.days, x.amount) for x in figured.apart] == [
        (D("4.500"), 60, D("739.73")),
        (D("3.900"), 60, D("641.10")),
    ]
    assert figured.apart[0].first_day == day("2026-03-01")
    assert (figures.total_due, figures.daily_amount) == (D("100000"), 0)
    assert figured.interest == ()
    doubled = {"rate": {"percent": "1", "times": "3"}, "range_times": ["1.5"]}
    figures = derive(
        case("2026-04-29", debt("2026-02-28", "principal 100000")),
        pack(rule("interest", "shown_apart", doubled)),
    )
    assert [x.rate for x in figures.debts[0].apart] == [D("4.5")]


def test_case_6_spring_festival() -> None:
    fifteen = pack(rule("pay_by", "add_days", {"days": "15"}))
    seven = pack(rule("pay_by", "add_days", {"days": "7", "count": "working"}))
    owed = debt("2026-01-01", "principal 100")
    assert derive(case("2026-02-06", owed), fifteen).pay_by == day("2026-02-24")
    assert derive(case("2026-02-09", owed), seven).pay_by == day("2026-02-25")


def test_germany_base_rate_changes_running() -> None:
    base = table("base", "2025-01-01 2.27 2025-07-01 1.27", "2026-12-31")
    consumer = simple({"table": "base", "plus": "5", "selected_on": "running"})
    figures = derive(
        case("2025-08-31", debt("2025-05-15", "principal 1240"), pay_by=day("2025-09-30")),
        pack(consumer, rates={"base": base}),
    )
    assert [(x.days, x.rate, x.amount) for x in figures.debts[0].interest] == [
        (46, D("7.27"), D("11.36")),
        (62, D("6.27"), D("13.21")),
    ]
    assert figures.total_due == D("1264.57")


RVG = [
    {"above": "0", "plus": "51.50"},
    {"above": "500", "plus": "93.00"},
]


def test_germany_collection_fee() -> None:
    def fee(times: str, *more: dict[str, str]) -> list[D]:
        expenses = {"percent": "20", "maximum": "20", "item_kind": "fee"}
        scale = rule(
            "fee",
            "scale_fee",
            {
                "brackets": RVG,
                "currency": "EUR",
                "item_kind": "fee",
                "times": times,
                "minimum": "15",
                "surcharges": [expenses, *more],
            },
        )
        owed = case("2026-03-02", debt("2026-01-31", "principal 300"), currency="EUR")
        rows = derive(owed, pack(scale)).debts[0].rows
        return [row.amount for row in rows[1:]]

    vat = {"percent": "19", "item_kind": "vat"}
    assert fee("0.5") == [D("25.75"), D("5.15")]
    assert sum(fee("0.5", vat)) == D("36.77")
    assert sum(fee("0.9")) == D("55.62")


def test_netherlands_scale_announced_with_and_without_vat() -> None:
    scale = {
        "brackets": [
            {"above": "0", "percent": "15"},
            {"above": "2500", "percent": "10"},
            {"above": "5000", "percent": "5"},
            {"above": "10000", "percent": "1"},
            {"above": "200000", "percent": "0.5"},
        ],
        "cumulative": "true",
        "minimum": "40",
        "maximum": "6775",
        "currency": "EUR",
        "item_kind": "fee",
        "announced": "true",
    }
    term = rule(
        "pay_by",
        "add_days",
        {"days": "15", "roll": "none", "delivery_days": "2", "from": "dispatch_by"},
    )
    owed = case("2026-03-04", debt("2026-01-31", "principal 3200"), currency="EUR")
    plain = derive(owed, pack(rule("fee", "scale_fee", scale), term))
    assert [row.amount for row in plain.announced] == [D("445.00")]
    assert plain.total_due == D("3200")
    assert plain.pay_by == day("2026-03-21")
    vat = scale | {"surcharges": {"percent": "21", "item_kind": "vat"}}
    taxed = derive(owed, pack(rule("fee", "scale_fee", vat)))
    assert sum(row.amount for row in taxed.announced) == D("538.45")
    small = case("2026-03-04", debt("2026-01-31", "principal 100"), currency="EUR")
    assert sum(
        row.amount for row in derive(small, pack(rule("fee", "scale_fee", vat))).announced
    ) == D("48.40")


def test_belgium_indemnity_scale_and_reminder_clock() -> None:
    scale = rule(
        "fee",
        "scale_fee",
        {
            "brackets": [
                {"above": "0", "plus": "20"},
                {"above": "150", "plus": "30", "percent": "10"},
                {"above": "500", "plus": "65", "percent": "5"},
            ],
            "maximum": "2000",
            "currency": "EUR",
            "item_kind": "penalty",
        },
    )
    term = rule(
        "pay_by",
        "add_days",
        {"days": "14", "roll": "none", "delivery_days": "3", "delivery_count": "working"}
        | {"first_day_counts": "true"},
    )
    # Posted on a Wednesday, the clock starts on Monday, itself the first of the fourteen days.
    wednesday = case("2026-03-04", debt("2026-01-31", "principal 150"), currency="EUR")
    assert derive(wednesday, pack(scale, term)).pay_by == day("2026-03-22")
    for principal, indemnity in {
        "150": "20.00",
        "150.01": "30.00",
        "480": "63.00",
        "500": "65.00",
        "215": "36.50",
        "100000": "2000.00",
    }.items():
        owed = case("2026-03-02", debt("2026-01-31", f"principal {principal}"), currency="EUR")
        figures = derive(owed, pack(scale, term))
        assert figures.debts[0].costs == D(indemnity)
        assert figures.pay_by == day("2026-03-18")


def test_switzerland_fixed_rate() -> None:
    figures = derive(
        case("2026-03-31", debt("2026-01-10", "principal 960")), pack(simple({"percent": "5"}))
    )
    (line,) = figures.debts[0].interest
    assert (line.days, line.amount, figures.total_due) == (80, D("10.52"), D("970.52"))


def test_united_kingdom_rate_fixed_by_the_first_day() -> None:
    reference = table("bank", "2025-07-01 4.25 2026-01-01 3.75 2026-07-01 3.75", "2026-12-31")
    late = simple({"table": "bank", "plus": "8", "selected_on": "first_day"})
    fixed_sum = rule(
        "fee",
        "scale_fee",
        {
            "brackets": [
                {"above": "0", "plus": "40"},
                {"above": "999.99", "plus": "70"},
                {"above": "9999.99", "plus": "100"},
            ],
            "currency": "GBP",
            "item_kind": "fee",
            "arises": "due_date",
        },
    )
    owed = case("2026-04-10", debt("2026-02-09", "principal 1000"), currency="GBP")
    figures = derive(owed, pack(late, fixed_sum, rates={"bank": reference}))
    assert figures.debts[0].interest[0].amount == D("19.32")
    assert figures.total_due == D("1089.32")
    # A debt due on 30 June bears interest from 1 July: the second half-year's rate.
    edge = case("2025-12-31", debt("2025-06-30", "principal 1000"), currency="GBP")
    lines = derive(edge, pack(late, rates={"bank": reference}, weekend=frozenset())).debts[0]
    assert [x.rate for x in lines.interest] == [D("12.25")]


def test_hong_kong_general_holidays_and_thresholds() -> None:
    hk = holidays("HK", "04-03 04-04 04-05 04-06 04-07")
    agreed = simple(
        {"agreed": "agreed_rate"}, cap=[{"percent": "48"}], above_cap="refuse", warn_above="36"
    )
    two_weeks = rule("pay_by", "add_days", {"days": "14", "calendar": "HK"})
    by = pack(agreed, two_weeks, holidays={"HK": hk}, weekend=frozenset({7}))

    def owed(rate: str) -> object:
        claim = debt("2026-01-31", "principal 20000, fee 500", rate=rate)
        return case("2026-03-20", claim, currency="HKD")

    figures = derive(owed("30"), by)  # type: ignore[arg-type]
    assert figures.debts[0].interest[0].amount == D("789.04")
    assert figures.total_due == D("21289.04")
    assert figures.pay_by == day("2026-04-08")
    assert told(owed("40"), by) == {"rate-to-review"}  # type: ignore[arg-type]
    assert "rate-refused" in told(owed("52"), by)  # type: ignore[arg-type]


def test_united_states_assumed_receipt() -> None:
    federal = holidays("US", "2025-11-27 2025-12-25", year=2025, through="2026-12-31")
    validation = rule(
        "pay_by",
        "add_days",
        {
            "days": "30",
            "roll": "none",
            "from": "dispatch_by",
            "delivery_days": "5",
            "delivery_count": "working",
            "calendar": "US",
        },
    )
    owed = case("2025-11-24", debt("2025-06-30", "principal 2234.56, interest 75, fee 25"))
    figures = derive(owed, pack(validation, holidays={"US": federal}))
    assert figures.pay_by == day("2026-01-01")
