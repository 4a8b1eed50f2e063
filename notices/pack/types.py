"""A pack as frozen values: the law, the wording and the formats of one jurisdiction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TypeVar

from notices.pack.list_limits import Limit
from notices.pack.table_types import Holidays, RateTable, Status

SourceClass = Literal["law", "practice", "product"]
CLAUSE_BLOCKS = ("itemization", "tear_off")  # blocks whose rows name clauses
Condition = Mapping[str, tuple[str, ...]]  # keys AND, values OR; see pack/conditions.py


@dataclass(frozen=True)
class Source:
    """Where a statement comes from: its class, its citation, and whether somebody verified it."""

    id: str  # `rules/pay-by`, `clauses/opening`: how an acceptance by name calls it
    kind: SourceClass
    citation: str
    status: Status
    file: str
    line: int


T = TypeVar("T")


def language_of(side: str) -> str:
    """The language of a clause's side: `zh-Hans` of `zh-Hans.company`."""
    return side.partition(".")[0]


def variant_of(side: str) -> str:
    """The condition of a side that is a variant: `company`; "" of any other."""
    return side.partition(".")[2]


def _by_language(sides: Mapping[str, T], variant: str) -> dict[str, T]:
    return {
        language_of(side): said for side, said in sides.items() if variant_of(side) in ("", variant)
    }


@dataclass(frozen=True)
class Clause:
    """A passage in each language. `only` names the languages it exists in (with source).

    A side is a language (`en`) or, where a language reads otherwise by recipient, a language and
    the named condition of that variant (`zh-Hans.company`).
    """

    id: str
    source: Source
    texts: Mapping[str, str]  # by side
    headings: Mapping[str, str]  # by side
    when: Condition
    only: tuple[str, ...]
    file: str
    line: int
    tongue: str = ""  # the language that its words are in, where that is not its side's
    lines: Mapping[str, int] = field(default_factory=dict)  # of each side
    unverified: tuple[str, ...] = ()  # languages that nobody verified, where the others are
    variant: str = ""  # which of its variants this is; "" = none, or not chosen yet
    varied: frozenset[str] = frozenset()  # languages that this variant has its own words in

    @property
    def variants(self) -> tuple[str, ...]:
        """The conditions of its variants; one "" where it reads alike for everybody."""
        named = (variant_of(side) for side in (*self.texts, *self.headings))
        return tuple(dict.fromkeys(filter(None, named))) or ("",)

    def read_as(self, variant: str) -> Clause:
        """The clause as one of its variants: by language, its condition joined to its own."""
        if not variant:
            return self
        return replace(
            self,
            texts=_by_language(self.texts, variant),
            headings=_by_language(self.headings, variant),
            lines=_by_language(self.lines, variant),
            when={**self.when, "all": (*self.when.get("all", ()), variant)},
            variant=variant,
            varied=frozenset(
                language_of(side)
                for side in (*self.texts, *self.headings)
                if variant_of(side) == variant
            ),
        )

    def side(self, lang: str) -> str:
        """The side of the whole clause that a language of this variant is."""
        return f"{lang}.{self.variant}" if lang in self.varied else lang

    def source_of(self, languages: tuple[str, ...]) -> Source:
        """Its source for a letter in these languages: an unverified side counts where it prints."""
        if self.unverified and not set(self.unverified) & set(languages):
            return replace(self.source, status="verified")
        return self.source


@dataclass(frozen=True)
class Part:
    """One step of a letter: a clause (with its style) or a block of the layout (with its rows)."""

    clause: str = ""
    block: str = ""
    style: str = ""
    rows: tuple[str, ...] = ()  # names, in order: placeholders, labels, or clauses (CLAUSE_BLOCKS)
    sums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # clause → item kinds
    column: str = ""  # left | right: beside each other, where one language has the whole measure
    title: str = ""  # a label of terms.yaml that heads the block
    when: Condition = field(default_factory=dict)
    line: int = 0

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses that the part prints."""
        if self.clause:
            return (self.clause,)
        return self.rows if self.block in CLAUSE_BLOCKS else ()

    @property
    def id(self) -> str:
        if self.clause:
            return f"clause-{self.clause}"
        return "-".join(filter(None, (self.block, self.style, self.title, self.column)))


@dataclass(frozen=True, eq=False)
class Kind:
    """A notice kind: its levels, title (a clause), ordered parts and page limit per level."""

    id: str
    levels: tuple[int, ...]
    subject: str  # clause id of the H1, may be chosen by level through `subjects`
    subjects: Mapping[int, str]
    parts: tuple[Part, ...]
    pages: Mapping[int, int]
    must_print: tuple[str, ...]  # placeholders that must stand on the page in every language
    settles: bool  # paying by pay_by settles the debt; else the daily amount is printed
    source: Source
    aim: Mapping[int, int] = field(default_factory=dict)  # pages aimed at per level, never refused
    asks_payment: bool = True  # False (`pay_by: none`): no day to pay by, and no payment box
    arrangements: tuple[str, ...] = ()  # of several languages; () = any
    envelope: str = ""  # its profile, where no door names one; "" = the pack's
    # by list of the record, where it differs from templates/lists.yaml
    limits: Mapping[str, Limit] = field(default_factory=dict)
    # clauses and blocks that no letter may lack of which the condition holds
    protected: Mapping[str, Condition] = field(default_factory=dict)


@dataclass(frozen=True)
class Field:
    """A declared fact: where it stands in the record, its type, and when it is required."""

    name: str  # the placeholder's name
    path: str  # `debts[].contract_date`, `sender.phone`
    type: str  # a key of vocabulary.FIELD_TYPES
    required: tuple[Condition, ...]  # any one holding makes it required; () = optional
    allowed: tuple[str, ...]  # for type code: the values
    source: Source
    example: str
    hint: Mapping[str, str]
    mask: str = ""  # "" | last4 | phone
    unmasked: Condition = field(default_factory=dict)  # of a debt's number: where it prints whole
    when: Condition = field(default_factory=dict)  # where the field exists at all
    trust: bool = False  # may only come from the sender profile or a named sign-off
    bounds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of dates: see DATE_BOUNDS

    def hints(self, languages: Iterable[str]) -> tuple[str, ...]:
        """Its hint in those of the languages that it has, else in every one; each text once."""
        own = [self.hint[tag] for tag in languages if tag in self.hint]
        return tuple(dict.fromkeys(own or self.hint.values()))


@dataclass(frozen=True)
class Scale:
    """Brackets and their bounds, written once: the rules that name it have its parameters."""

    id: str
    params: Mapping[str, Any]
    source: Source
    valid_from: date | None = None
    valid_to: date | None = None
    selected_on: str = "as_of"
    or_from: Mapping[str, date] = field(default_factory=dict)
    undated_from: Mapping[str, date] = field(default_factory=dict)

    def covers(self, rule: Rule) -> bool:
        """Whether the scale is in force on every day on which the rule is."""
        if self.valid_from is None and self.valid_to is None:
            return True
        begins = self.valid_from is None or (
            rule.valid_from is not None and rule.valid_from >= self.valid_from
        )
        ends = self.valid_to is None or (
            rule.valid_to is not None and rule.valid_to <= self.valid_to
        )
        return begins and ends and rule.selected_on == self.selected_on


@dataclass(frozen=True)
class Rule:
    """A rule of figures: a method named in the code, with its typed parameters, from one section.

    `params` keeps the pack's own structure, those of its scale among them; figures reads it through
    vocabulary.METHODS.
    """

    id: str
    section: (
        str  # interest | cap | fee | allocation | pay_by | date | limitation | total | schedule
    )
    method: str
    params: Mapping[str, Any]
    when: Condition
    source: Source
    valid_from: date | None = None
    valid_to: date | None = None
    basis: Mapping[str, str] = field(default_factory=dict)  # where a rate comes from, by language
    selected_on: str = "as_of"  # the date field that picks among versions
    scale: Scale | None = None  # the named one
    # Dates that bring it into force too, and those that do where `selected_on` is not stated.
    or_from: Mapping[str, date] = field(default_factory=dict)
    undated_from: Mapping[str, date] = field(default_factory=dict)
    # of a date: by language, the sender's flag by which its words name the day after ("before …")
    day_after: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ban:
    """Words that may not be said: plain substrings, or `regex:` patterns, per language."""

    id: str
    severity: Literal["error", "warning"]
    patterns: Mapping[str, tuple[str, ...]]
    safe: Mapping[str, tuple[str, ...]]  # phrases that contain the words and are fine
    reason: Mapping[str, str]
    unless: Condition  # holds → not a hit (e.g. a lawyer's identity recorded)
    source: Source
    over: tuple[str, ...] = ()  # field paths that it is held against, names too; () = all but names


@dataclass(frozen=True)
class Refusal:
    """A letter that may not be made: where `when` holds of one of its debts, and why."""

    id: str
    severity: Literal["error", "warning"]
    when: Condition
    at: str  # the field that the finding points to; "" = the whole record
    reason: Mapping[str, str]
    source: Source
    valid_from: date | None = None
    valid_to: date | None = None
    selected_on: str = "as_of"  # the date field that says whether it is in force
    per_debt: bool = False  # several debts are refused for want of a letter for each
    by_contract: tuple[str, ...] = ()  # fields of a debt whose sums the law counts by contract
    own_contract: str = ""  # the flag by which a debt is said to have a contract of its own


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: from `first_day` days overdue on, this letter.

    `needs`: rungs of which one must have been recorded in this cycle before this one may follow.
    `prescribed`: what the law wants to stand in this letter before another may rest on it, by
    language; such a letter is itself the first one of every debt that it names.
    """

    id: str
    first_day: int
    kind: str
    level: int
    needs: tuple[str, ...]
    when: Condition
    source: Source
    prescribed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BegunByLetter:
    """What can't be true of a debt that no earlier letter named: its field having one of these
    values. Then the facts named here are left out for it."""

    field: str
    values: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Ladder:
    """Which letter comes when: rungs by days overdue, and what must lie between two letters."""

    rungs: tuple[Rung, ...]  # as written; of those that begin on one day the first that fits counts
    posting_days: int  # after a letter's pay_by, before the next one
    gap_days: int  # after a letter's pay_by, until letters begin anew; 0 = never
    new_default: bool  # a due date after the last letter begins a new cycle
    stated_in: str  # a field in which the record may state an earlier letter; "" = none
    source: Source
    stated_as: str = ""  # the rung of that letter; "" = the lowest that a case may come to
    begun_by_letter: BegunByLetter | None = None


@dataclass(frozen=True)
class LanguageFormats:
    """How one language writes: Babel locale plus the pack's own patterns."""

    tag: str
    locale: str
    name: str
    date: str  # Babel/CLDR pattern
    amount: str  # CLDR number pattern for a bare amount: #,##0.00
    money: str  # with {amount} and {currency}: "¥{amount}", "CNY {amount}"
    percent: str
    words: str  # method of amounts in words: zh-financial | en-cheque …; "" = none
    list_separator: str
    share: Decimal  # of the measure in parallel layout
    group: str = ""  # the sign between groups of digits; "" = the locale's
    decimal: str = ""  # the sign before decimals; "" = the locale's
    first_of_month: str = ""  # Babel/CLDR pattern of a first day (1er avril); "" = as any other


@dataclass(frozen=True, eq=False)
class Pack:
    """Everything a jurisdiction says, loaded and linked. `digest` is over all its files' bytes.

    A pack equals itself only, so what is made ready from one is kept by `lru_cache`.
    """

    id: str
    version: str
    names: Mapping[str, str]
    root: Path
    digest: str
    language_sets: tuple[tuple[str, ...], ...]
    prevailing: str  # language tag, "" = none
    formats: Mapping[str, LanguageFormats]
    currencies: Mapping[str, int]  # permitted, with minor units
    defaults: Mapping[str, str]  # layout, envelope, levels, limits …
    weekend: frozenset[int]  # ISO weekdays off: {6, 7}
    settling: tuple[str, ...]  # clauses that say that paying settles the debt
    kinds: Mapping[str, Kind]
    clauses: Mapping[str, Clause]
    conditions: Mapping[str, Condition]
    fields: Mapping[str, Field]
    rules: tuple[Rule, ...]
    rates: Mapping[str, RateTable]
    holidays: Mapping[str, Holidays]
    bans: tuple[Ban, ...]
    labels: Mapping[str, Mapping[str, str]]  # terms.yaml: label id → language → text
    salutations: Mapping[str, Mapping[str, str]]
    item_kinds: Mapping[str, ItemKind]
    glossary: Mapping[str, Mapping[str, str]]
    sources: tuple[Source, ...]
    # Where conditions and terms stand, by `conditions/NAME`, `terms/labels/NAME`: (file, line).
    lines: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    ladder: Ladder | None = None  # ladder.yaml, where the pack has one
    not_covered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by language: gaps
    postcode: str = ""  # what a postcode looks like in an address, as a regular expression
    # The digest of the approved text that one kind is worded by in place of the files' own, if any.
    approved: str = ""
    explained: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # conditions, in words

    @property
    def dates(self) -> frozenset[str]:
        """The names of its further dates."""
        return frozenset(rule.id for rule in self.rules if rule.section == "date")

    @property
    def scales(self) -> dict[str, Scale]:
        """The scales that its rules name."""
        return {rule.scale.id: rule.scale for rule in self.rules if rule.scale}


@dataclass(frozen=True)
class ItemKind:
    """A kind of position: its sign, what it counts as, and its label in each language."""

    id: str
    sign: int  # +1 raises what is owed, −1 lowers it
    counts_as: Literal["principal", "interest", "costs", "payment"]
    labels: Mapping[str, str]
