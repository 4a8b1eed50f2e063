"""One debt as a claim: stated items and payments, its interest rule, and what the cap allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from math import floor
from typing import Any

from notices.case.types import Note
from notices.figures.allocation import Charge, Paid, Settled, settle
from notices.figures.daycounts import ONE_DAY, anniversary, year_of
from notices.figures.fees import Fee
from notices.figures.interest import Segment, accrual, derive_segments, headroom
from notices.figures.interest import known_through as interest_known_through
from notices.figures.interest_types import (
    NoInterest,
    RateSpec,
    ShownApart,
    SimpleInterest,
    StatedInterest,
)
from notices.figures.method_types import InOrder
from notices.figures.rates import Step, Stretch, derive_steps
from notices.figures.scope import Scope
from notices.money import ZERO
from notices.pack.types import ItemKind, Rule
from notices.pack.vocabulary import in_both

_REASONS = (("reason_en", ": "), ("reason_zh", "："))
NOTHING = RateSpec(percent=ZERO)


@dataclass(frozen=True)
class Entry:
    """A stated item as it counts: signed amount, bucket, and where the record has it."""

    kind: ItemKind
    charge: Charge
    date: date | None  # as stated
    note: Note
    path: str


@dataclass(frozen=True)
class Claim:
    """A debt ready to be settled."""

    scope: Scope
    rule: Rule
    method: Any  # of section interest
    bearing: Stretch  # the days that bear interest, through as_of
    segments: tuple[Segment, ...]
    entries: tuple[Entry, ...]
    payments: tuple[Paid, ...]
    allocation: InOrder
    fees: tuple[Fee, ...] = ()
    room: Decimal | None = None  # what the cap still allows beside the interest; None: no cap
    capped_out: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        return self.scope.number or 0

    @property
    def compounds(self) -> bool:
        return isinstance(self.method, SimpleInterest) and self.method.compounds == "yearly"

    def settle(self, through: date | None = None) -> Settled:
        """The claim as it stands at the end of `through`, which as_of is where left out."""
        charges = [entry.charge for entry in self.entries]
        charges += [Charge("costs", f.amount, f.date, f.after_payments) for f in self.fees]
        return settle(
            self.number,
            charges,
            self.payments,
            self.allocation.order,
            accrual(self.scope, self.rule, self.segments),
            self.bearing.first,
            through or self.bearing.last,
            self.compounds,
        )


def open_claim(scope: Scope) -> Claim | None:
    """The debt as a claim, not yet capped; None, with a finding, where one fails."""
    kinds_known, entries, payments = _entries(scope)
    order = InOrder()
    if payments or scope.debt.payments_made or scope.case.account:
        found = scope.rule("allocation")
        if found is None:
            scope.tell_no_rule("allocation")
        else:
            order = found[1]
            kinds_known &= kind_of(scope, order.item_kind) is not None
        payments += [Paid(p.date, p.amount, order.item_kind) for p in scope.debt.payments_made]
    chosen = scope.rule("interest")
    if chosen is None:
        scope.tell_no_rule("interest")
        return None
    rule, method = chosen
    start = scope.debt.due_date
    if not isinstance(method, NoInterest):
        since = scope.day(method.from_, rule)
        if since is None:
            return None
        start = since
    first = start + ONE_DAY
    basis = "ACT/365" if isinstance(method, NoInterest) else method.day_count
    bearing = Stretch(first, scope.case.as_of, first, basis)
    segments = segments_of(scope, rule, method, bearing)
    if segments is None or not kinds_known:
        return None
    return Claim(scope, rule, method, bearing, segments, tuple(entries), tuple(payments), order)


def capped(claim: Claim) -> Claim:
    """The claim with the cap applied; rates and sums that no letter may show are reported."""
    if isinstance(claim.method, SimpleInterest):
        _check_stated_twice(claim)
        _check_one_default(claim)
        _check_rates(claim)
        _check_rate_fields(claim)
        return _capped(claim)
    if isinstance(claim.method, StatedInterest):
        _check_stated(claim)
        _check_rate_fields(claim)
    return claim


def segments_of(
    scope: Scope, rule: Rule, method: Any, stretch: Stretch
) -> tuple[Segment, ...] | None:
    """The interest owed by the rule over the stretch; a stated interest runs at nothing.

    On the safe side it ends with the last day whose rate and cap are known, and what the rate must
    be `above`.
    """
    if isinstance(method, SimpleInterest):
        rate, above, cap_counts = method.rate, method.above, bool(method.cap_covers)
    elif isinstance(method, StatedInterest):
        rate, above, cap_counts = NOTHING, None, True
    else:
        return ()
    if scope.takes_safe_side:
        first, last = stretch.bearing, stretch.last
        known = interest_known_through(scope, (rate, above), method.cap, first, last)
        stretch = replace(stretch, last=min(last, known or last))
    return derive_segments(scope, rule, rate, method.cap, stretch, cap_counts, above)


def known_through(claim: Claim, day: date) -> date | None:
    """Through which day the claim's rate and cap are known; None where they can't change."""
    method = claim.method
    if not isinstance(method, SimpleInterest):
        return None
    rates = (method.rate, method.above)
    return interest_known_through(claim.scope, rates, method.cap, claim.bearing.first, day)


def apart_segments(claim: Claim) -> Iterator[tuple[Decimal, tuple[Segment, ...]]]:
    """The claims of a rule that are shown apart: each factor with its segments."""
    method = claim.method
    for times in method.range_times if isinstance(method, ShownApart) else ():
        rate = replace(method.rate, times=method.rate.times * times)
        segments = derive_segments(claim.scope, claim.rule, rate, (), claim.bearing)
        if segments is not None:
            yield times, segments


def kind_of(scope: Scope, name: str, path: str = "") -> ItemKind | None:
    """The pack's item kind; its absence is reported."""
    kind = scope.pack.item_kinds.get(name)
    if kind is None:
        known = " | ".join(scope.pack.item_kinds)
        scope.derivation.report("unknown-item-kind", path=path, found=name, known=known)
    return kind


def _entries(scope: Scope) -> tuple[bool, list[Entry], list[Paid]]:
    """The stated items by what they count as; items that are payments join the payments.

    Nothing counts so that too much is owed: a reduction (sign −1) and an undated principal from
    the start, an undated cost or interest from as_of, after all payments. Zero pays nothing.
    """
    known, entries, payments = True, [], []
    for index, item in enumerate(scope.debt.items):
        path = f"debts[{scope.number}].items[{index}]"
        kind = kind_of(scope, item.kind, f"{path}.kind")
        if kind is None:
            known = False
        elif kind.counts_as == "payment":
            if not item.amount:
                continue
            if item.date is None:
                scope.derivation.report("payment-date-missing", path=f"{path}.date")
            else:
                payments.append(Paid(item.date, item.amount, item.kind, item.note))
        else:
            since = item.date if kind.sign > 0 else None
            late = kind.sign > 0 and since is None and kind.counts_as != "principal"
            charge = Charge(
                kind.counts_as, kind.sign * item.amount, scope.case.as_of if late else since, late
            )
            entries.append(Entry(kind, charge, item.date, item.note, path))
    return known, entries, payments


def note_undated(claim: Claim) -> None:
    """Undated costs and interest, where a payment could have been set off against them."""
    as_of = claim.bearing.last
    if not any(paid.day <= as_of for paid in claim.payments):
        return
    for entry in claim.entries:
        if entry.charge.after_payments and entry.charge.amount:
            claim.scope.derivation.report(
                "undated-after-payments", "note", f"{entry.path}.date",
                kind=entry.kind.id, as_of=as_of,
            )  # fmt: skip


def _covered(claim: Claim, entry: Entry) -> bool:
    return entry.kind.id in claim.method.cap_covers and entry.charge.amount > 0


def _room(claim: Claim) -> Decimal:
    """What the cap leaves above the claim's own interest, never rounded up."""
    exact = headroom(claim.settle().lines)
    unit: int = 10**claim.scope.minor_units
    return Decimal(floor(exact * unit)) / unit


def _capped(claim: Claim) -> Claim:
    """The claim with covered charges cut to what the cap leaves above the interest.

    The room is measured on the account without them: they can only leave more principal open, and
    so more room, never less.
    """
    method = claim.method
    if not method.cap or not method.cap_covers:
        return claim
    bare = replace(claim, entries=tuple(e for e in claim.entries if not _covered(claim, e)))
    room = _room(bare)
    kept: list[Entry] = []
    cut: list[str] = []
    for entry in claim.entries:
        if not _covered(claim, entry):
            kept.append(entry)
            continue
        stated = entry.charge.amount
        allowed = min(stated, room)
        room -= allowed
        if allowed:
            kept.append(replace(entry, charge=replace(entry.charge, amount=allowed)))
        if allowed < stated:
            cut.append(entry.kind.id)
            money = claim.scope.money
            claim.scope.derivation.report(
                "charge-capped", "note", f"{entry.path}.amount",
                stated=money(stated), allowed=money(allowed),
            )  # fmt: skip
    return replace(claim, entries=tuple(kept), room=room, capped_out=tuple(dict.fromkeys(cut)))


def _check_stated_twice(claim: Claim) -> None:
    for entry in claim.entries:
        if entry.charge.bucket == "interest" and entry.charge.amount > 0:
            claim.scope.derivation.report(
                "interest-stated-twice", path=entry.path, rule_id=claim.rule.id
            )


def _check_one_default(claim: Claim) -> None:
    """Principal that joined a compounding debt in default: its years would run from another day."""
    if not claim.compounds or anniversary(claim.bearing.first, 1) > claim.bearing.last + ONE_DAY:
        return
    for entry in claim.entries:
        since = entry.charge.date
        if entry.charge.bucket == "principal" and since and since >= claim.bearing.first:
            claim.scope.derivation.report(
                "compounding-item-later", path=f"{entry.path}.date",
                day=since, first=claim.bearing.first,
            )  # fmt: skip


def _check_rates(claim: Claim) -> None:
    """Rates that no letter may show or that a person should look at."""
    scope, method, derivation = claim.scope, claim.method, claim.scope.derivation
    path = scope.path(method.rate.agreed or "agreed_rate")
    for segment in claim.segments:
        cap = segment.cap if method.above_cap == "refuse" else None
        _check_rate(claim, segment.agreed, path, cap)
    for step in _floors(claim):
        for segment in claim.segments:
            shared = segment.first <= step.last and step.first <= segment.last
            if shared and segment.agreed <= step.percent:
                derivation.report(
                    "rate-not-above", path=path, rate=segment.agreed, floor=step.percent
                )
    caps = [segment.cap for segment in claim.segments if segment.cap is not None]
    for name in method.daily_rate_fields:
        daily = scope.values().get(name)
        if not isinstance(daily, Decimal) or not caps:
            continue
        yearly = daily * year_of(claim.segments[-1].basis)
        if yearly > caps[-1]:
            derivation.report(
                "daily-rate-above-cap", "warning", scope.path(name),
                daily=daily, yearly=f"{yearly.normalize():f}", cap=caps[-1],
            )  # fmt: skip


def _floors(claim: Claim) -> tuple[Step, ...]:
    """What the agreed rate must be above, day by day; an unknown one is reported."""
    above = claim.method.above
    if above is None or not claim.segments:
        return ()
    bearing = replace(
        claim.bearing, last=claim.segments[-1].last
    )  # on the safe side the known days
    return derive_steps(above, claim.scope, claim.rule, bearing) or ()


def _check_rate_fields(claim: Claim) -> None:
    """Other yearly rates of the record, held against the method's own percentages."""
    values = claim.scope.values()
    for name in claim.method.rate_fields:
        rate = values.get(name)
        if isinstance(rate, Decimal):
            _check_rate(claim, rate, claim.scope.path(name))


def _check_rate(claim: Claim, rate: Decimal, path: str, cap: Decimal | None = None) -> None:
    """A yearly rate that no letter may claim, or that a person should look at."""
    method, derivation = claim.method, claim.scope.derivation
    bounds = (cap, method.refuse_above)
    refused = [bound for bound in bounds if bound is not None and rate > bound]
    if refused:
        derivation.report("rate-refused", path=path, rate=rate, cap=min(refused))
    elif method.warn_above is not None and rate > method.warn_above:
        reasons = in_both(method.warn_reason, "reason") if method.warn_reason else {}
        said = {key: f"{mark}{reasons[key]}" if reasons else "" for key, mark in _REASONS}
        derivation.report(
            "rate-to-review", "warning", path, rate=rate, bound=method.warn_above, **said
        )


def _check_stated(claim: Claim) -> None:
    """Stated interest and covered charges together against the cap's amount, from `from` on."""
    counted = [
        entry.charge.amount
        for entry in claim.entries
        if entry.charge.bucket == "interest" or entry.kind.id in claim.method.cap_covers
    ]
    stated = sum(counted, ZERO)
    most = _room(claim)
    if claim.method.cap and stated > most:
        claim.scope.derivation.report(
            "charges-above-cap", path=f"debts[{claim.number}].items",
            stated=claim.scope.money(stated), most=claim.scope.money(most),
        )  # fmt: skip
