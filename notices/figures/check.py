"""Checks of a case beside its figures: dates in order, sums as stated, caps that were applied."""

from __future__ import annotations

from collections.abc import Iterator

from notices.case.types import Case
from notices.figures.types import Figures
from notices.findings import Finding, Severity
from notices.pack.types import Pack


def check_figures(case: Case, figures: Figures | None, pack: Pack) -> tuple[Finding, ...]:
    """What is wrong with the record, and, where there are figures, what they show."""
    findings = [*_check_letter_dates(case), *_check_debt_dates(case), *_check_size(case, pack)]
    if figures is not None:
        findings += _check_total(case, figures)
        findings += _check_caps(figures)
        if figures.pay_by <= case.dispatch_by:
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
