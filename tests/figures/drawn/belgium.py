"""Belgium: the first reminder's indemnity, interest under the act's ceiling."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import strategies as st

from notices.places import PACKS
from tests.figures.day_by_day import (
    ONE_DAY,
    cents,
    fixed,
    in_force,
    table,
)
from tests.figures.drawn.records import (
    Draw,
    Drawn,
    Fees,
    day_between,
    debt_terms,
    drawn,
    fee_after,
    open_principal,
    paid_around,
    percentage,
    plain,
    record_of,
    sum_of_money,
    text,
)

ACT_OF_2002 = table(PACKS / "BE" / "rates" / "retard_2002.csv")


def belgian_indemnity(principal: Fraction, agreed: Fraction) -> Fraction:
    """CEL art. XIX.4: the clause's sum, at most 20, 30 + 10 %, 65 + 5 %, at most 2,000."""
    if principal <= 150:
        most = Fraction(20)
    elif principal <= 500:
        most = 30 + (principal - 150) / 10
    else:
        most = min(65 + (principal - 500) / 20, Fraction(2000))
    return cents(min(agreed, most))


@st.composite
def reminder(draw: Draw) -> Drawn:
    """The first reminder: the indemnity is announced on what is open."""
    example = "BE/first-reminder-after-a-payment"
    last = day_between(draw, date(2024, 1, 1), date(2026, 3, 2))
    terms = debt_terms(
        draw, last, earliest=date(2023, 1, 1), reduction="credit_note", most=4_000_000
    )
    agreed = sum_of_money(draw, 1, 250_000)
    debt = plain(terms, fixed(0))
    principal = open_principal([debt])
    announced = (belgian_indemnity(principal, agreed),) if principal > 0 else ()
    record = record_of(example, [(terms, {"indemnity_agreed": agreed})], last)
    return drawn(example, record, debt, announced=announced)


@st.composite
def demand(draw: Draw) -> Drawn:
    """After the free term: interest up to the act's rate; the indemnity on what was open then."""
    small = draw(st.booleans())
    example = "BE/demand-small-firm" if small else "BE/demand-creditor"
    last = day_between(draw, date(2024, 6, 1), date(2026, 4, 1))
    terms = debt_terms(draw, last - 60 * ONE_DAY, earliest=date(2023, 11, 30))
    terms = replace(terms, last=last)
    ends = last - draw(st.sampled_from([1, 1, 2, 3, 10, 30])) * ONE_DAY
    sent = ends - 26 * ONE_DAY  # a lawful term, whatever days off are in it
    agreed, sum_agreed = percentage(draw, "0.5", "15"), sum_of_money(draw, 1, 250_000)
    terms = replace(terms, due=sent if small else ends)
    rate, ceiling = fixed(agreed), lambda day: in_force(ACT_OF_2002, day)
    terms = paid_around(draw, terms, ends)
    how = {"ceiling_on": ceiling}
    at_most: Fees = lambda open_: (belgian_indemnity(open_, sum_agreed),)  # noqa: E731
    debt = plain(fee_after(terms, ends, at_most, rate, **how), rate, **how)
    facts = {"first_reminder_date": text(sent), "first_reminder_free_until": text(ends)}
    own = {"due_date": text(sent - ONE_DAY), "contract_date": text(sent - 30 * ONE_DAY)}
    own |= {"agreed_rate": agreed, "indemnity_agreed": sum_agreed}
    return drawn(example, record_of(example, [(terms, own)], last, **facts), debt)
