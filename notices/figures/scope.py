"""What rules look at: the letter, and inside a debt's rule that one debt; and what they leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from notices.case.types import Case, Debt, Value
from notices.figures.methods import read_method
from notices.finding import Finding, Severity
from notices.pack.conditions import Asked, KnownFacts, asked_facts, cut_down, fact_sets, holds
from notices.pack.types import Pack, Refusal, Rule, Source

DEBT_FIELDS = ("debt_kind", "due_date", "contract_date", "agreed_rate")
CASE_DATES = ("issue_date", "as_of", "dispatch_by", "pay_by")


@dataclass
class Derivation:
    """What a derivation leaves on its way: every finding, and every source it rested on."""

    findings: list[Finding] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    # the last day known of a calendar whose days after it were taken to be off where they may be
    days_off_known_through: date | None = None

    def report(
        self, rule: str, severity: Severity = "error", path: str = "", **params: object
    ) -> None:
        finding = Finding(
            rule, severity, path=path, params={key: str(value) for key, value in params.items()}
        )
        if finding not in self.findings:
            self.findings.append(finding)

    def cite(self, source: Source) -> None:
        self.sources[source.id] = source

    def cite_rule(self, rule: Rule) -> None:
        """The rule's source, and that of the scale it names."""
        self.cite(rule.source)
        if rule.scale:
            self.cite(rule.scale.source)


@dataclass(frozen=True)
class Scope:
    """A letter (`number` None), or one debt of it; finds facts, dates and the rules that hold."""

    case: Case
    pack: Pack
    derivation: Derivation
    number: int | None = None

    def of_debt(self, number: int) -> Scope:
        return Scope(self.case, self.pack, self.derivation, number)

    def quietly(self) -> Scope:
        """The same scope, leaving its findings on a derivation of its own."""
        return Scope(self.case, self.pack, Derivation(), self.number)

    @property
    def debt(self) -> Debt:
        assert self.number is not None  # noqa: S101 - only a debt's rule asks for its debt
        return self.case.debts[self.number]

    @property
    def debts(self) -> tuple[Debt, ...]:
        return _debts(self.case, self.number)

    @property
    def takes_safe_side(self) -> bool:
        """Whether the creditor chooses letters past the last known day, on the debtor's side."""
        return "safe_side" in self.case.sender.flags

    @property
    def minor_units(self) -> int:
        return self.pack.currencies[self.case.currency]

    def money(self, amount: Decimal) -> str:
        """An amount for a finding."""
        return f"{self.case.currency} {amount:,.{self.minor_units}f}"

    def path(self, name: str) -> str:
        """Where the record holds `name`."""
        declared = self.pack.fields.get(name)
        path = declared.path if declared else name
        if self.number is not None and (name in DEBT_FIELDS or path.startswith("debts[]")):
            return f"debts[{self.number}].{path.removeprefix('debts[].')}"
        return path

    def values(self) -> Mapping[str, Value]:
        """Every fact in sight by name; another debt's facts are out of sight."""
        return _values(self.case, self.pack, self.number)

    def value(self, name: str, rule: Rule | Refusal) -> Value | None:
        """The fact `rule` rests on; its absence is reported."""
        value = self.values().get(name)
        if value is None:
            self.derivation.report("fact-missing", path=self.path(name), name=name, rule_id=rule.id)
        return value

    def day(self, name: str, rule: Rule | Refusal) -> date | None:
        """The date `rule` rests on; its absence is reported."""
        value = self.value(name, rule)
        return value if isinstance(value, date) else None

    def cite_row(self, source: Source) -> None:
        """Cites a table's row, under the pack's own source for it where the pack lists one."""
        self.derivation.cite(_sources(self.pack).get(source.id, source))

    def facts(self) -> Mapping[str, frozenset[str]]:
        """What conditions compare (docs/packs.md, Conditions)."""
        return _facts(self.case, self.pack, self.number)

    def rules(self, section: str) -> Iterator[tuple[Rule, Any]]:
        """The section's rules that hold here and now, each with its method, in the pack's order."""
        known = cut_down(self.facts(), _asked(self.pack, section))
        for rule, method, findings in _holding(self.pack, section, known):
            if not self.in_force(rule):
                continue
            self.derivation.findings += [f for f in findings if f not in self.derivation.findings]
            if method is not None:
                yield rule, method

    def rule(self, section: str) -> tuple[Rule, Any] | None:
        """The first rule of the section that holds; its source is used from here on."""
        found = next(self.rules(section), None)
        if found:
            self.derivation.cite_rule(found[0])
        return found

    def in_force(self, rule: Rule | Refusal) -> bool:
        """Whether the day that picks the version lies in this one; a missing day is reported."""
        if rule.valid_from is None and rule.valid_to is None:
            return True
        day = self.day(rule.selected_on, rule)
        return day is not None and (rule.valid_from or day) <= day <= (rule.valid_to or day)

    def tell_no_rule(self, section: str) -> None:
        path = "" if self.number is None else f"debts[{self.number}]"
        self.derivation.report("rule-missing", path=path, section=section, pack=self.pack.id)


@lru_cache(maxsize=64)  # asked about by each of a letter's scopes
def _values(case: Case, pack: Pack, number: int | None) -> Mapping[str, Value]:
    seen: dict[str, Value] = {**case.facts, **case.recipient.facts, **case.sender.facts}
    if number is not None:
        for name in _debt_fields(pack) & seen.keys():
            del seen[name]
    for debt in _debts(case, number):
        seen |= debt.facts
        seen |= _stated(debt, DEBT_FIELDS)
    return seen | _stated(case, (*CASE_DATES, "stated_total"))


@lru_cache(maxsize=64)
def _facts(case: Case, pack: Pack, number: int | None) -> Mapping[str, frozenset[str]]:
    values, debts = _values(case, pack, number), _debts(case, number)
    flags = set(case.flags | case.sender.flags)
    if any(debt.payments_made or _paid_in_items(debt, pack) for debt in debts):
        flags.add("payments_made")
    if len(case.debts) > 1:
        flags.add("several_debts")
    coded: dict[str, object] = {
        name: tuple(debt.facts[name] for debt in debts if name in debt.facts) or values[name]
        for name in _coded_fields(pack) & values.keys()
    }
    # Fields that the record has, nested ones too; those of a debt only for the letter.
    present = case.present if number is None else case.present - _debt_fields(pack)
    return fact_sets(
        coded
        | {
            "kind": case.kind,
            "level": case.level,
            "sender_role": case.sender.role,
            "debtor_type": case.recipient.type,
            "debt_kind": tuple(debt.debt_kind for debt in debts),
            "present": frozenset(values) | present,
            "flags": frozenset(flags),
        }
    )


def _debts(case: Case, number: int | None) -> tuple[Debt, ...]:
    return case.debts if number is None else (case.debts[number],)


def _paid_in_items(debt: Debt, pack: Pack) -> bool:
    kinds = (pack.item_kinds.get(item.kind) for item in debt.items if item.amount)
    return any(kind is not None and kind.counts_as == "payment" for kind in kinds)


@lru_cache(maxsize=256)
def _section(pack: Pack, section: str) -> tuple[tuple[Rule, Any, tuple[Finding, ...]], ...]:
    """The section's rules, each with its method and what is wrong with it."""
    return tuple((rule, *read_method(rule)) for rule in pack.rules if rule.section == section)


@lru_cache(maxsize=256)
def _asked(pack: Pack, section: str) -> Asked:
    return asked_facts([rule.when for rule, *_ in _section(pack, section)], pack.conditions)


@lru_cache(maxsize=4096)  # claims differ in few facts that a rule asks about
def _holding(
    pack: Pack, section: str, known: KnownFacts
) -> tuple[tuple[Rule, Any, tuple[Finding, ...]], ...]:
    """Those of the section's rules whose conditions hold."""
    facts = dict(known)
    rules = _section(pack, section)
    return tuple(rule for rule in rules if holds(rule[0].when, facts, pack.conditions))


@lru_cache(maxsize=16)
def _debt_fields(pack: Pack) -> frozenset[str]:
    declared = (field.name for field in pack.fields.values() if field.path.startswith("debts[]"))
    return frozenset((*DEBT_FIELDS, *declared))


@lru_cache(maxsize=16)
def _coded_fields(pack: Pack) -> frozenset[str]:
    return frozenset(f.name for f in pack.fields.values() if f.type in ("code", "flag"))


@lru_cache(maxsize=16)
def _sources(pack: Pack) -> Mapping[str, Source]:
    """The pack's sources by id; of two under one id the first."""
    return {source.id: source for source in reversed(pack.sources)}


def _stated(record: object, names: tuple[str, ...]) -> dict[str, Value]:
    return {name: value for name in names if (value := getattr(record, name)) is not None}
