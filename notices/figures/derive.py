"""From a case to its figures: rules chosen, claims settled, rows that add up to the total."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from notices.case.types import Case
from notices.errors import NoticesError
from notices.figures.allocation import Settled
from notices.figures.appropriation import appropriate
from notices.figures.calendars import derive_dates, derive_pay_by
from notices.figures.claim import (
    Claim,
    apart_segments,
    capped,
    kind_of,
    known_through,
    note_undated,
    open_claim,
    segments_of,
)
from notices.figures.daycounts import ONE_DAY, next_anniversary, rounded, simple_interest
from notices.figures.earlier_terms import check_earlier_terms
from notices.figures.fees import Fee, derive_fees, fee_day, has_term
from notices.figures.interest import Segment, accrual
from notices.figures.interest_types import SimpleInterest
from notices.figures.limitation import derive_limitation
from notices.figures.method_types import FlatFee, ScaleFee, SumOfRows
from notices.figures.rates import Stretch
from notices.figures.schedule import derive_schedule
from notices.figures.scope import Derivation, Scope
from notices.figures.types import (
    DebtFigures,
    FigureRow,
    Figures,
    InterestLine,
    Limitation,
    open_debts,
)
from notices.finding import Finding, errors_in
from notices.money import ZERO
from notices.pack.types import Pack


@dataclass(frozen=True)
class Closed:
    """A claim with its fees, settled at as_of."""

    claim: Claim
    settled: Settled


def derive_figures(case: Case, pack: Pack) -> tuple[Figures | None, tuple[Finding, ...]]:
    """All figures of one letter, and every finding; no figures where one of them is an error."""
    derivation = Derivation()
    letter = Scope(case, pack, derivation)
    if case.currency not in pack.currencies:
        known = " | ".join(pack.currencies)
        derivation.report(
            "currency-not-permitted", path="currency", found=case.currency, known=known
        )
        return None, tuple(derivation.findings)
    scopes = [letter.of_debt(number) for number in range(len(case.debts))]
    kind = pack.kinds.get(case.kind)
    asks = kind is None or kind.asks_payment
    pay_by = derive_pay_by(letter) if asks else None
    dates = derive_dates(letter)
    for scope in scopes:
        check_earlier_terms(scope)
    opened = [claim for scope in scopes if (claim := open_claim(scope)) is not None]
    limitations = [derive_limitation(scope, pay_by) for scope in scopes]
    if (asks and pay_by is None) or len(opened) < len(scopes):
        return None, tuple(derivation.findings)
    claims = [capped(claim) for claim in appropriate(letter, opened)]
    fees = [(number, fee) for number, fee in _fees(letter, claims) if _has_kinds(letter, fee)]
    due = [(number, fee) for number, fee in fees if not fee.announced]
    charged = [_with_fees(claim, [fee for n, fee in due if n == claim.number]) for claim in claims]
    for claim in charged:
        note_undated(claim)
    closed = [Closed(claim, claim.settle()) for claim in charged]
    debts = tuple(
        _debt_figures(debt, limitation)
        for debt, limitation in zip(closed, limitations, strict=True)
    )
    total = sum((debt.total for debt in debts), ZERO)
    _check_debts(letter, debts, total)
    unknown_after = _unknown_after(letter, closed)
    daily_amount, daily_through = (
        (ZERO, None) if unknown_after else _daily_amount(letter, closed, pay_by)
    )
    figures = Figures(
        currency=case.currency,
        debts=debts,
        total_due=total,
        pay_by=pay_by,
        daily_amount=daily_amount,
        daily_through=daily_through,
        reserved_after=None if unknown_after and _settles(letter) else unknown_after,
        days_off_known_through=derivation.days_off_known_through,
        days_overdue=max(debt.days_overdue for debt in open_debts(debts)),
        schedule=derive_schedule(letter, total, pay_by),
        sources=tuple(derivation.sources.values()),
        announced=tuple(FigureRow(n, fee.kind, fee.amount) for n, fee in fees if fee.announced),
        dates=dates,
    )
    return (None if errors_in(derivation.findings) else figures), tuple(derivation.findings)


def _fees(letter: Scope, claims: Sequence[Claim]) -> Iterator[tuple[int, Fee]]:
    """Every fee whose rule holds, with its debt; a fee for the whole letter joins the first. Debts
    that no earlier letter named bear none."""
    claims = [claim for claim in claims if not claim.scope.debt.first_asked]
    for claim in claims:
        for rule, method in claim.scope.rules("fee"):
            if method.per == "debt":
                letter.derivation.cite_rule(rule)
                day = fee_day(claim.scope, rule, method)
                if day is not None:
                    base = _base(claim, method, day)
                    for fee in derive_fees(claim.scope, rule, method, base, day):
                        yield claim.number, fee
    for rule, method in letter.rules("fee"):
        if method.per == "letter" and claims:
            letter.derivation.cite_rule(rule)
            day = fee_day(letter, rule, method)
            if day is not None:
                base = sum((_base(claim, method, day) for claim in claims), ZERO)
                for fee in derive_fees(letter, rule, method, base, day):
                    yield claims[0].number, fee


def _base(claim: Claim, method: FlatFee | ScaleFee, day: date) -> Decimal:
    """The principal of a fee that arises on `day`: open at as_of or when its term ended, or stated.

    What was paid within the term lowers it; what is paid later is set off against the fee.
    """
    if method.arises == "as_of":
        settled = claim.settle(day - ONE_DAY if has_term(method) else None)
        return settled.owed["principal"] - settled.credit
    charges = [entry.charge for entry in claim.entries if entry.charge.bucket == "principal"]
    return sum((charge.amount for charge in charges), ZERO)


def _has_kinds(letter: Scope, fee: Fee) -> bool:
    return kind_of(letter, fee.kind) is not None


def _with_fees(claim: Claim, fees: Sequence[Fee]) -> Claim:
    """The claim with its fees; those that the cap covers only as far as it leaves room."""
    if not fees:
        return claim
    room, kept, cut = claim.room, [], list(claim.capped_out)
    for fee in fees:
        allowed = fee.amount
        if room is not None and fee.kind in claim.method.cap_covers:
            allowed = min(fee.amount, room)
            room -= allowed
        if allowed < fee.amount:
            cut.append(fee.kind)
        if allowed:
            kept.append(replace(fee, amount=allowed))
    return replace(claim, fees=tuple(kept), room=room, capped_out=tuple(dict.fromkeys(cut)))


def _debt_figures(closed: Closed, limitation: Limitation) -> DebtFigures:
    claim, settled = closed.claim, closed.settled
    scope, lines = claim.scope, tuple(line for line in settled.lines if line.rate > 0)
    rows = (*_stated_rows(claim), *_dated_rows(claim, lines), *_fee_rows(claim))
    owed = settled.owed
    principal = owed["principal"] - settled.credit
    total = sum((row.amount for row in rows), ZERO)
    if total != principal + owed["interest"] + owed["costs"]:
        raise NoticesError(f"debt {claim.number}: the rows don't add up to what is owed")
    for bucket, amount in owed.items():
        if amount < 0:
            scope.derivation.report(
                "reduction-too-large", path=f"debts[{claim.number}]", bucket=bucket
            )
    return DebtFigures(
        debt=claim.number,
        rows=rows,
        interest=lines,
        allocations=settled.allocations,
        apart=_apart_lines(closed),
        principal=principal,
        interest_due=owed["interest"],
        costs=owed["costs"],
        total=total,
        days_overdue=max((scope.case.as_of - scope.debt.due_date).days, 0),
        capped_out=claim.capped_out,
        limitation=limitation,
    )


def _stated_rows(claim: Claim) -> Iterator[FigureRow]:
    for entry in claim.entries:
        if entry.charge.date is None or entry.charge.date <= claim.bearing.last:
            yield FigureRow(
                claim.number, entry.kind.id, entry.charge.amount, entry.date, None, entry.note
            )


def _dated_rows(claim: Claim, lines: Sequence[InterestLine]) -> Iterator[FigureRow]:
    """Interest and payments as they followed each other; a payment's day is still interest's."""
    number, kind = claim.number, getattr(claim.method, "item_kind", "")
    rows: list[tuple[date, int, FigureRow]] = [
        (line.last_day, 0, FigureRow(number, kind, line.amount, line.first_day, line.last_day))
        for line in lines
    ]
    rows += [
        (paid.date, 1, FigureRow(number, paid.kind, -paid.amount, paid.date, None, paid.note))
        for paid in claim.payments
        if paid.day <= claim.bearing.last
    ]
    yield from (row for _, _, row in sorted(rows, key=lambda dated: dated[:2]))


def _fee_rows(claim: Claim) -> Iterator[FigureRow]:
    for fee in claim.fees:
        if fee.date <= claim.bearing.last:
            yield FigureRow(claim.number, fee.kind, fee.amount)


def _apart_lines(closed: Closed) -> tuple[InterestLine, ...]:
    """The claims shown apart, over the principal as it stood open."""
    claim = closed.claim
    return tuple(
        replace(line, times=times)
        for times, segments in apart_segments(claim)
        for run in closed.settled.runs
        for line in accrual(claim.scope, claim.rule, segments)(run.principal, run.first, run.last)
    )


def _check_debts(letter: Scope, debts: Sequence[DebtFigures], total: Decimal) -> None:
    """An overpaid debt among others; a total that asks for nothing, or for too little."""
    for debt in debts:
        if debt.total < 0 and len(debts) > 1:
            letter.derivation.report(
                "debt-overpaid", "warning", f"debts[{debt.debt}]", credit=letter.money(-debt.total)
            )
    chosen = letter.rule("total")
    method = chosen[1] if chosen else SumOfRows()
    least = letter.case.sender.least_in(letter.case.currency)
    if total <= 0:
        letter.derivation.report(
            "total-not-positive", total=letter.money(total), credit=letter.money(-total)
        )
    elif method.minimum == "sender" and total < least:
        letter.derivation.report(
            "total-under-minimum", total=letter.money(total), least=letter.money(least)
        )
    if method.most is not None and letter.case.currency != method.currency:
        letter.derivation.report(
            "limit-currency", path="currency", currency=method.currency, asked=letter.case.currency
        )
    elif method.most is not None and total > method.most:
        letter.derivation.report(
            "total-above-most", total=letter.money(total), most=letter.money(method.most)
        )


def _settles(letter: Scope) -> bool:
    """Whether paying by the day that the letter names settles the debt."""
    kind = letter.pack.kinds.get(letter.case.kind)
    return kind is not None and kind.settles


def _unknown_after(letter: Scope, closed: Sequence[Closed]) -> date | None:
    """On the safe side: the last day through which interest could be worked out, where it runs
    on past it. What comes later is reserved, and waived where paying settles the debt."""
    ends = []
    for debt in closed if letter.takes_safe_side else ():
        claim, settled, as_of = debt.claim, debt.settled, letter.case.as_of
        known = known_through(claim, as_of + ONE_DAY)
        if known is None or known > as_of or claim.bearing.first > as_of + ONE_DAY:
            continue
        if settled.bears > 0 or any(run.last > known and run.principal > 0 for run in settled.runs):
            ends.append(known)
            rule = "interest-waived" if _settles(letter) else "interest-reserved"
            path = f"debts[{claim.number}]"
            letter.derivation.report(rule, "warning", path, through=known, as_of=as_of)
    return min(ends, default=None)


def _daily_amount(
    letter: Scope, closed: Sequence[Closed], pay_by: date | None
) -> tuple[Decimal, date | None]:
    """Interest per further day: Σ sum × rate / basis on the day after as_of, rounded once;
    and the last day that it surely holds, None where nothing is ahead that could change it."""
    exact, ends = Fraction(0), []
    for debt in closed:
        bears = debt.settled.bears
        found = _rate_after(letter, debt.claim, pay_by) if bears > 0 else None
        if found is not None:
            segment, through = found
            exact += simple_interest(bears, segment.rate, 1, segment.basis)
            ends += [through] if through else []
    return rounded(exact, letter.minor_units), min(ends, default=None) if exact else None


def _rate_after(
    letter: Scope, claim: Claim, pay_by: date | None
) -> tuple[Segment, date | None] | None:
    """What applies on the day after as_of and through which day; a finding where that is unknown,
    or ends before pay_by.

    Where the kind lets paying by pay_by settle the debt, the amount isn't printed, and what applied
    last is enough to say that interest runs.
    """
    day = letter.case.as_of + ONE_DAY
    if not isinstance(claim.method, SimpleInterest) or day < claim.bearing.first:
        return None
    printed = not _settles(letter)
    quiet = claim.scope.quietly()
    after = Stretch(day, day, claim.bearing.first, claim.bearing.basis)
    found = segments_of(quiet, claim.rule, claim.method, after)
    if found is None:
        if printed:
            letter.derivation.findings += quiet.derivation.findings
        return (claim.segments[-1], None) if claim.segments else None
    letter.derivation.sources.update(quiet.derivation.sources)
    known = known_through(claim, day)
    until = replace(after, last=known or max(pay_by or day, day))
    later = segments_of(claim.scope.quietly(), claim.rule, claim.method, until) or found
    applied = found[0].rate, found[0].basis
    changes = [segment.first for segment in later if (segment.rate, segment.basis) != applied]
    if claim.compounds:
        changes.append(next_anniversary(claim.bearing.first, day))
    if printed and changes and min(changes) <= (pay_by or day):
        letter.derivation.report(
            "daily-amount-changes", "warning", f"debts[{claim.number}]", day=min(changes)
        )
    ends = [change - ONE_DAY for change in changes] + ([known] if known else [])
    return found[0], min(ends, default=None)
