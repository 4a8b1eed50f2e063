"""Cases and packs by hand: small values, so that a test shows everything that matters to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from pathlib import Path
from typing import Any

from notices.case.types import Case, Debt, Item, Party, Payment, Sender
from notices.figures.derive import derive_figures
from notices.figures.types import Figures
from notices.pack.table_types import Holidays, RatePoint, RateTable
from notices.pack.types import (
    Condition,
    Field,
    ItemKind,
    Kind,
    Pack,
    Rule,
    Source,
)

LPR = """2019-08-20 4.25 2019-09-20 4.20 2019-11-20 4.15 2020-02-20 4.05 2020-04-20 3.85
2021-12-20 3.80 2022-01-20 3.70 2022-08-22 3.65 2023-06-20 3.55 2023-08-21 3.45 2024-07-22 3.35
2024-10-21 3.10 2025-05-20 3.00"""
# State Council notice for 2026: days off that aren't plain weekends too, and worked weekend days.
CN_DAYS_OFF = """01-01 01-02 01-03 02-15 02-16 02-17 02-18 02-19 02-20 02-21 02-22 02-23 04-04 04-05
04-06 05-01 05-02 05-03 05-04 05-05 06-19 06-20 06-21 09-25 09-26 09-27 10-01 10-02 10-03 10-04
10-05 10-06 10-07"""
CN_WORKED = "01-04 02-14 02-28 05-09 09-20 10-10"
COUNTS_AS = {
    "principal": (1, "principal"),
    "credit_note": (-1, "principal"),
    "interest": (1, "interest"),
    "interest_waiver": (-1, "interest"),
    "penalty": (1, "costs"),
    "fee": (1, "costs"),
    "vat": (1, "costs"),
    "payment": (-1, "payment"),
    "bank_transfer": (-1, "payment"),
}


def day(text: str) -> date:
    return date.fromisoformat(text)


def table(name: str, points: str, known_through: str) -> RateTable:
    words = points.split()
    return RateTable(
        name,
        tuple(
            RatePoint(day(first), D(percent), f"{name} {first}", "verified")
            for first, percent in zip(words[::2], words[1::2], strict=True)
        ),
        day(known_through),
        f"rates/{name}.csv",
    )


def holidays(
    region: str, off: str, worked: str = "", year: int = 2026, through: str = ""
) -> Holidays:
    def days(text: str) -> frozenset[date]:
        return frozenset(day(f"{year}-{d}" if len(d) == 5 else d) for d in text.split())

    last = day(through) if through else date(year, 12, 31)
    return Holidays(
        region, days(off), days(worked), date(year, 1, 1), last, f"holidays/{region}.csv"
    )


def rule(
    section: str,
    method: str,
    params: Mapping[str, Any] | None = None,
    when: Condition | None = None,
    rule_id: str = "",
    **versions: Any,
) -> Rule:
    name = rule_id or f"{section}-{method}"
    source = Source(f"rules/{name}", "law", f"art. {name}", "verified", "rules.yaml", 7)
    return Rule(name, section, method, params or {}, when or {}, source, **versions)


IN_ORDER = rule("allocation", "in_order")
NO_INTEREST = rule("interest", "no_interest")
PAY_BY = rule("pay_by", "add_days", {"days": "15", "minimum": "15"})
SUM = rule("total", "sum_of_rows")


def simple(rate: Mapping[str, Any], **more: Any) -> Rule:
    return rule("interest", "simple_interest", {"rate": rate, **more})


def pack(*rules: Rule, **changes: Any) -> Pack:
    """A pack with these rules first, then plain ones for what they leave out."""
    sections = {r.section for r in rules}
    spare = tuple(r for r in (IN_ORDER, NO_INTEREST, PAY_BY, SUM) if r.section not in sections)
    built = Pack(
        id="CN",
        version="1",
        names={},
        root=Path(),
        digest="",
        language_sets=(),
        prevailing="",
        formats={},
        currencies={"CNY": 2, "EUR": 2, "GBP": 2, "HKD": 2, "JPY": 0},
        defaults={"max_items": "40"},
        weekend=frozenset({6, 7}),
        settling=(),
        kinds={},
        clauses={},
        conditions={},
        fields={},
        rules=(*rules, *spare),
        rates={"lpr_1y": table("lpr_1y", LPR, "2026-09-21")},
        holidays={"CN": holidays("CN", CN_DAYS_OFF, CN_WORKED)},
        bans=(),
        labels={},
        salutations={},
        item_kinds={
            name: ItemKind(name, sign, counts_as, {})  # type: ignore[arg-type]
            for name, (sign, counts_as) in COUNTS_AS.items()
        },
        glossary={},
        sources=(),
    )
    return replace(built, **changes)


def field(name: str, path: str, type_: str) -> Field:
    source = Source(f"fields/{name}", "law", "", "verified", "fields.yaml", 1)
    return Field(name, path, type_, (), (), source, "", {})


def settling_kind(name: str) -> Kind:
    source = Source(f"kinds/{name}", "product", "", "verified", "kinds.yaml", 1)
    return Kind(name, (1,), "", {}, (), {}, (), True, source)


def items(text: str) -> tuple[Item, ...]:
    """`principal 50000, penalty 2000 2024-10-01`: kind, amount and maybe a date."""
    found = []
    for words in (part.split() for part in text.split(",")):
        found.append(Item(words[0], D(words[1]), day(words[2]) if len(words) > 2 else None))
    return tuple(found)


def payments(text: str) -> tuple[Payment, ...]:
    """`2025-09-05 10000, …`"""
    parts = (part.split() for part in text.split(",") if part.strip())
    return tuple(Payment(day(when), D(amount)) for when, amount in parts)


def debt(
    due: str,
    stated: str,
    paid: str = "",
    contract: str | None = None,
    rate: str | None = None,
    kind: str = "private_loan",
    **facts: Any,
) -> Debt:
    return Debt(
        kind,
        day(due),
        items(stated),
        payments(paid),
        day(contract) if contract else None,
        D(rate) if rate else None,
        facts,
    )


def case(as_of: str, *debts: Debt, **changes: Any) -> Case:
    """A case issued and posted on its as-of date."""
    when = day(as_of)
    built = Case(
        id="A-1",
        pack="CN",
        kind="formal_demand",
        level=1,
        cycle=1,
        languages=("zh-Hans", "en"),
        currency="CNY",
        sender=Sender("lender", "creditor", {"und": "Lender"}, (), D(0), frozenset()),
        recipient=Party("debtor", "consumer", "甲测试", ("1 Road",)),
        parties=(),
        debts=debts,
        issue_date=when,
        as_of=when,
        dispatch_by=when,
    )
    return replace(built, **changes)


def derive(asked: Case, by: Pack) -> Figures:
    """The figures of a case that has no error."""
    figures, findings = derive_figures(asked, by)
    assert figures is not None, findings
    return figures


def told(asked: Case, by: Pack) -> set[str]:
    """The ids of everything found."""
    return {finding.rule for finding in derive_figures(asked, by)[1]}
