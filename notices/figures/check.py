"""Checks of a case beside its figures: dates in order, sums as stated, caps that were applied,
letters that the pack refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache

from notices.case.types import Case
from notices.figures.limitation import derive_limitation
from notices.figures.scope import Derivation, Scope
from notices.figures.types import Figures, Limitation
from notices.finding import Finding, Severity
from notices.pack.conditions import Asked, KnownFacts, asked_facts, cut_down, holds
from notices.pack.types import Pack, Refusal
from notices.pack.vocabulary import in_both

_LIMITATION_FLAGS = {
    "running": "limitation_running",
    "barred": "time_barred",
    "unknown": "limitation_unknown",
}
_BOUNDS = {
    "before": {"en": "before", "zh": "早于"},
    "not_after": {"en": "on or before", "zh": "不晚于"},
    "after": {"en": "after", "zh": "晚于"},
    "not_before": {"en": "on or after", "zh": "不早于"},
}


def check_figures(case: Case, figures: Figures | None, pack: Pack) -> tuple[Finding, ...]:
    """What is wrong with the record, and, where there are figures, what they show."""
    findings = [*_check_letter_dates(case), *_check_debt_dates(case), *_check_size(case, pack)]
    letter = Scope(case, pack, Derivation())
    scopes = [letter.of_debt(number) for number in range(len(case.debts))]
    limitations = _limitations(scopes, figures)
    findings += _check_bounds(scopes, limitations, figures, pack)
    findings += _check_refusals(scopes, limitations, pack)
    if figures is not None:
        findings += _check_total(case, figures)
        findings += _check_caps(figures)
        if figures.pay_by is not None and figures.pay_by <= case.dispatch_by:
            findings.append(
                _finding(
                    "pay-by-before-dispatch",
                    "pay_by",
                    pay_by=figures.pay_by,
                    dispatch_by=case.dispatch_by,
                )
            )
    return tuple(findings)


def _finding(rule: str, path: str, severity: Severity = "error", **params: object) -> Finding:
    return Finding(rule, severity, path=path, params={k: str(v) for k, v in params.items()})


def _check_letter_dates(case: Case) -> Iterator[Finding]:
    issued = case.issue_date
    if case.as_of > issued:
        yield _finding("as-of-after-issue-date", "as_of", as_of=case.as_of, issue_date=issued)
    if case.dispatch_by < issued:
        yield _finding(
            "dispatch-before-issue", "dispatch_by", dispatch_by=case.dispatch_by, issue_date=issued
        )


def _check_debt_dates(case: Case) -> Iterator[Finding]:
    for number, debt in enumerate(case.debts):
        path, due, contract = f"debts[{number}]", debt.due_date, debt.contract_date
        if due >= case.issue_date:
            yield _finding(
                "due-date-not-before-issue",
                f"{path}.due_date",
                due_date=due,
                issue_date=case.issue_date,
            )
        elif case.as_of <= due:
            yield _finding("as-of-before-due", "as_of", as_of=case.as_of, due_date=due)
        if contract and contract > due:
            yield _finding(
                "contract-after-due-date",
                f"{path}.contract_date",
                contract_date=contract,
                due_date=due,
            )
        dated = [(f"payments[{i}]", paid.date) for i, paid in enumerate(debt.payments)]
        dated += [(f"items[{i}]", item.date) for i, item in enumerate(debt.items) if item.date]
        for name, day in dated:
            where = f"{path}.{name}.date"
            if day > case.as_of:
                yield _finding("entry-after-as-of", where, day=day, as_of=case.as_of)
            if contract and day < contract:
                yield _finding("entry-before-contract", where, day=day, contract_date=contract)


def _limitations(scopes: Sequence[Scope], figures: Figures | None) -> Sequence[Limitation]:
    """Each debt's limitation, as far as it can be known without figures."""
    if figures is not None:
        return [debt.limitation for debt in figures.debts]
    return [derive_limitation(scope, scope.case.pay_by) for scope in scopes]


def _check_bounds(
    scopes: Sequence[Scope],
    limitations: Sequence[Limitation],
    figures: Figures | None,
    pack: Pack,
) -> Iterator[Finding]:
    """Declared dates that are on the wrong side of another date; each pair is reported once."""
    found: list[Finding] = []
    bound_fields = [field for field in pack.fields.values() if field.bounds]
    for scope, limitation in zip(scopes, limitations, strict=True):
        values: dict[str, object] = dict(scope.values())
        if figures is not None:
            values |= {"pay_by": figures.pay_by, **figures.dates}
        if limitation.status == "running":  # else nothing is announced that it could be late for
            values["limitation_ends"] = limitation.ends
        for field in bound_fields:
            day = values.get(field.name)
            for bound, names in field.bounds.items():
                for name in names:
                    other = values.get(name)
                    if not isinstance(day, date) or not isinstance(other, date):
                        continue
                    if scope.debt.first_asked and name == "due_date" and bound == "after":
                        continue  # the day of a letter that did not name this debt
                    if _keeps(bound, day, other):
                        continue
                    finding = _finding(
                        "date-order",
                        scope.path(field.name),
                        "error",
                        name=field.name,
                        day=day,
                        other=name,
                        other_day=other,
                        **in_both(_BOUNDS[bound], "bound"),
                    )
                    if finding not in found:
                        found.append(finding)
                        yield finding


def _keeps(bound: str, day: date, other: date) -> bool:
    if bound == "before":
        return day < other
    if bound == "not_after":
        return day <= other
    return day > other if bound == "after" else day >= other


def _check_refusals(
    scopes: Sequence[Scope], limitations: Sequence[Limitation], pack: Pack
) -> Iterator[Finding]:
    """The pack's refusals, asked of each debt; each is reported once for each place."""
    reported: set[tuple[str, str]] = set()
    for scope, limitation in zip(scopes, limitations, strict=True):
        facts = _facts_of(scope, limitation)
        for refusal in _holding(pack, cut_down(facts, _asked(pack))):
            if scope.standing(refusal) != "in_force":
                continue
            path = scope.path(refusal.at) if refusal.at else ""
            if (refusal.id, path) in reported:
                continue
            reported.add((refusal.id, path))
            reason: Mapping[str, str] = in_both(refusal.reason, "reason")
            yield _finding(
                "pack-refusal",
                path,
                refusal.severity,
                name=refusal.id,
                pack=pack.id,
                source=refusal.source.citation or "–",
                **reason,
            )


@lru_cache(maxsize=16)
def _asked(pack: Pack) -> Asked:
    return asked_facts([refusal.when for refusal in pack.refusals], pack.conditions)


@lru_cache(maxsize=4096)  # debts differ in few facts that a refusal asks about
def _holding(pack: Pack, known: KnownFacts) -> tuple[Refusal, ...]:
    facts = dict(known)
    return tuple(
        refusal for refusal in pack.refusals if holds(refusal.when, facts, pack.conditions)
    )


def _facts_of(scope: Scope, limitation: Limitation) -> Mapping[str, frozenset[str]]:
    """A debt's facts with the flags that vocabulary.REFUSAL_FLAGS promises."""
    facts = scope.facts()
    return {**facts, "flags": facts["flags"] | {_LIMITATION_FLAGS[limitation.status]}}


def _check_size(case: Case, pack: Pack) -> Iterator[Finding]:
    most = int(pack.defaults.get("max_items", "0"))
    for number, debt in enumerate(case.debts):
        count = len(debt.items) + len(debt.payments)
        if most and count > most:
            yield _finding("too-many-items", f"debts[{number}].items", count=count, most=most)


def _check_total(case: Case, figures: Figures) -> Iterator[Finding]:
    if case.stated_total is not None and case.stated_total != figures.total_due:
        yield _finding(
            "stated-total-mismatch",
            "stated_total",
            stated=f"{case.currency} {case.stated_total:,}",
            total=f"{case.currency} {figures.total_due:,}",
        )


def _check_caps(figures: Figures) -> Iterator[Finding]:
    """A rate that the cap lowered: the letter shows the lower one."""
    for debt in figures.debts:
        lowered = {(line.agreed_rate, line.cap) for line in debt.interest if line.agreed_rate}
        for agreed, cap in sorted(lowered, key=str):
            path = f"debts[{debt.debt}].agreed_rate"
            yield _finding("rate-above-cap", path, "note", agreed=agreed, cap=cap)
