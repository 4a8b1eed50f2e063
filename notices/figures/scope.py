"""What rules look at: the letter, and inside a debt's rule that one debt; and what they leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from notices.case.types import Case, Debt, Value
from notices.figures.methods import read_method
from notices.finding import Finding, Severity
from notices.pack.conditions import Asked, KnownFacts, asked_facts, cut_down, fact_sets, holds
from notices.pack.types import Pack, Refusal, Rule, Source

DEBT_FIELDS = ("debt_kind", "due_date", "contract_date", "agreed_rate")
Standing = Literal["in_force", "not_yet", "ended", "unknown"]
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
        number = 0 if self.number is None and len(self.case.debts) == 1 else self.number
        if number is not None and (name in DEBT_FIELDS or path.startswith("debts[]")):
            return f"debts[{number}].{path.removeprefix('debts[].')}"
        return path

    def values(self) -> Mapping[str, Value]:
        """Every fact in sight by name; another debt's facts are out of sight."""
        return _values(self.case, self.pack, self.number)

    def value(self, name: str, rule: Rule | Refusal) -> Value | None:
        """The fact `rule` rests on; its absence is reported, once for each fact."""
        value = self.values().get(name)
        path, found = self.path(name), self.derivation.findings
        if value is None and not any((f.rule, f.path) == ("fact-missing", path) for f in found):
            self.derivation.report("fact-missing", path=path, name=name, rule_id=rule.id)
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
        """The section's rules that hold here and now, each with its method, in the pack's order.

        A claim from before a rule is told, unless an older version of the rule stands in for it:
        one that ends. No rule without an end may take its place in silence.
        """
        known = cut_down(self.facts(), _asked(self.pack, section))
        younger: dict[str, Rule] = {}  # than the claim; of fees one for each item kind
        for rule, method, findings in _holding(self.pack, section, known):
            if self.number is None and getattr(method, "per", "letter") == "debt":
                continue  # each debt is asked for it itself
            row = str(rule.params.get("item_kind", "")) if section == "fee" else ""
            standing = self.standing(rule)
            if standing == "not_yet":
                younger[row] = rule  # the oldest of them
            if standing == "unknown":
                younger.pop(row, None)
            if standing != "in_force":
                continue
            passed_by = younger.pop(row, None)
            if passed_by and rule.valid_to is None:
                self._tell_too_old(passed_by)
            self.derivation.findings += [f for f in findings if f not in self.derivation.findings]
            if method is not None:
                yield rule, method
        for rule in younger.values():
            self._tell_too_old(rule)

    def rule(self, section: str) -> tuple[Rule, Any] | None:
        """The first rule of the section that holds; its source is used from here on."""
        found = next(self.rules(section), None)
        if found:
            self.derivation.cite_rule(found[0])
        return found

    def standing(self, rule: Rule | Refusal) -> Standing:
        """Where the day that picks the version lies; a missing day is reported.

        For the letter of several debts what one of them keeps out is out.
        """
        if rule.valid_from is None and rule.valid_to is None:
            return "in_force"
        if self.number is None and len(self.case.debts) > 1:
            found = {scope.standing(rule) for scope in self._each_debt()}
            return next(s for s in ("unknown", "not_yet", "ended", "in_force") if s in found)
        if isinstance(rule, Rule):
            stated = self.values().keys()
            if self._reached(rule.or_from):
                return "in_force"
            # a stated day that reaches nothing speaks against what is presumed of undated claims
            undated = stated.isdisjoint({rule.selected_on, *rule.or_from})
            if undated and self._reached(rule.undated_from):
                return "in_force"
        day = self.day(rule.selected_on, rule)
        if day is None:
            return "unknown"
        if rule.valid_from and day < rule.valid_from:
            return "not_yet"
        return "ended" if rule.valid_to and day > rule.valid_to else "in_force"

    def _reached(self, since: Mapping[str, date]) -> bool:
        days = ((self.values().get(name), first) for name, first in since.items())
        return any(isinstance(day, date) and day >= first for day, first in days)

    def _each_debt(self) -> Iterator[Scope]:
        numbers = range(len(self.case.debts)) if self.number is None else (self.number,)
        return (self.of_debt(number) for number in numbers)

    def _tell_too_old(self, rule: Rule) -> None:
        for scope in self._each_debt():
            if scope.standing(rule) == "not_yet":
                name = rule.selected_on
                self.derivation.report(
                    "before-known-rules", path=scope.path(name), rule_id=rule.id, name=name,
                    since=rule.valid_from, day=scope.values()[name], pack=self.pack.id,
                )  # fmt: skip

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
    on_account = case.account and (number is None or len(case.debts) == 1)
    if on_account or any(debt.payments_made or _paid_in_items(debt, pack) for debt in debts):
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
