"""Terms of earlier letters and events: what rests on one that was too short is not owed."""

from __future__ import annotations

from datetime import date

from notices.figures.calendars import UnknownDay, derive_term
from notices.figures.daycounts import ONE_DAY
from notices.figures.method_types import EarlierTerm
from notices.figures.methods import read_term
from notices.figures.scope import Scope
from notices.pack.vocabulary import in_both


def check_earlier_terms(scope: Scope) -> None:
    """Reports each stated end of a term that lies before the first day the law allows for it."""
    for rule, method in scope.rules("earlier_term"):
        values = scope.values()
        start, stated = values.get(method.from_), values.get(method.ends)
        if not isinstance(start, date) or not isinstance(stated, date):
            continue  # asked for by the pack's fields, where the letter needs them
        scope.derivation.cite_rule(rule)
        earliest, path = _earliest(scope, method, start), scope.path(method.ends)
        if isinstance(earliest, UnknownDay):
            scope.derivation.report(
                "earlier-term-not-checked", "warning", path, name=method.ends, stated=stated,
                start=start, region=earliest.region, day=earliest.day,
            )  # fmt: skip
        elif stated < earliest:
            scope.derivation.report(
                "earlier-term-too-short", "error", path, name=method.ends, stated=stated,
                start_name=method.from_, start=start, earliest=earliest,
                **in_both(method.reason, "reason"),
            )  # fmt: skip


def _earliest(scope: Scope, method: EarlierTerm, start: date) -> date | UnknownDay:
    """The first day on which the term could lawfully end."""
    if method.days is not None:
        return start + method.days * ONE_DAY
    term = read_term(scope.pack, method.pay_by)
    least = min(days for days in (term.minimum, term.days) if days is not None)
    # quietly: days off that decided about an earlier letter are nothing that this one rests on
    return derive_term(scope.quietly(), term, least, start, roll=term.roll != "none")
