"""Switzerland, Hong Kong, the United States, and anywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from tests.figures.day_by_day import (
    fixed,
)
from tests.figures.drawn.records import (
    Draw,
    Drawn,
    day_between,
    debt_terms,
    drawn,
    percentage,
    plain,
    record_of,
)


@st.composite
def ch_default(draw: Draw) -> Drawn:
    """5 % from the agreed day or the demand; payments meet interest, costs, principal (OR 85)."""
    example = "CH/demand-consumer-fee"
    last = day_between(draw, date(2024, 1, 1), date(2026, 3, 31))
    terms = debt_terms(
        draw, last, earliest=date(2022, 1, 1), principal="price", cost="reminder_fee",
        reduction="credit_note",
    )  # fmt: skip
    order = ("interest", "costs", "principal")
    since = day_between(draw, terms.due, last)
    record = record_of(example, [(terms, {"demand_received": since})], last)
    if draw(st.booleans()):
        since = terms.due
        own = {**record.data["debts"][0], "default_by": "agreed_day"}
        del own["demand_received"]
        record = replace(record, data={**record.data, "debts": [own]})
    return drawn(example, record, plain(terms, fixed(5), since, order=order))


@st.composite
def hk_loan(draw: Draw) -> Drawn:
    example = "HK/demand-consumer-loan"
    last = day_between(draw, date(2024, 1, 1), date(2026, 3, 20))
    terms = debt_terms(draw, last, earliest=date(2023, 1, 1), cost="costs")
    agreed = percentage(draw, "0.5", "48")
    facts = {"agreed_rate": agreed, "contract_date": date(2022, 12, 31), "effective_rate": agreed}
    return drawn(example, record_of(example, [(terms, facts)], last), plain(terms, fixed(agreed)))


@st.composite
def hk_judgment(draw: Draw) -> Drawn:
    """Interest on a judgment, from the day that the record names."""
    example = "HK/demand-consumer-judgment"
    last = day_between(draw, date(2025, 1, 1), date(2026, 3, 20))
    terms = debt_terms(draw, last, earliest=date(2022, 1, 1))
    since = day_between(draw, terms.due, last)
    rate = percentage(draw, "0.5", "12")
    facts = {"judgment_rate": rate, "judgment_interest_from": since, "judgment_date": terms.due}
    debt = plain(terms, fixed(rate), since)
    return drawn(example, record_of(example, [(terms, facts)], last), debt)


@st.composite
def us_itemized(draw: Draw) -> Drawn:
    """No interest is worked out: what was owed, charged and credited adds up."""
    example = "US/reminder-consumer"
    last = day_between(draw, date(2025, 1, 1), date(2026, 3, 6))
    terms = debt_terms(
        draw, last, earliest=date(2023, 1, 1), principal="price", cost="fee", reduction="credit"
    )
    return drawn(example, record_of(example, [(terms, {})], last), plain(terms, fixed(0)))


@st.composite
def stated_rate(draw: Draw) -> Drawn:
    """The record's rate under the sender's own ceiling, for one to three debts."""
    example = "generic/demand-consumer-de-it-ceiling"
    last = day_between(draw, date(2024, 1, 1), date(2026, 5, 4))
    debts, expected = [], []
    for _ in range(draw(st.integers(1, 3))):
        terms = debt_terms(
            draw, last, earliest=date(2022, 1, 1), principal="price", cost="fee",
            reduction="credit_note",
        )  # fmt: skip
        agreed = percentage(draw, "0.5", "30")
        debts.append((terms, {"agreed_rate": agreed}))
        expected.append(plain(terms, fixed(agreed), ceiling_on=fixed(12)))
    return drawn(example, record_of(example, debts, last), *expected)
