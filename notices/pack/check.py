"""Checking a pack: all that can be said without rendering a letter, each fault as one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from notices.finding import Finding, errors_in
from notices.pack.contradictions import check_contradictions
from notices.pack.coverage import check_forms, check_printed, check_spoken, check_variants
from notices.pack.load import read_pack
from notices.pack.parity import check_clause
from notices.pack.protected import check_protected
from notices.pack.shipped_law import SHIPPED
from notices.pack.term_slots import check_slots, printed_slot_faults
from notices.pack.types import Kind, Pack, Rule
from notices.pack.unfilled import check_filled
from notices.pack.vocabulary import FIGURES, NAMING_BLOCKS, SLIP_PATHS, near_miss
from notices.textfiles import TextFileError, read_text_file

CheckRules = Callable[[Pack], Iterable[Finding]]
_TERMS = ("pay_by", "date")  # sections of rules that count days
_LONGEST_TERM = 31  # days beyond as_of that a letter's dates reach where no rule says more


def check_pack_folder(
    root: Path,
    overlay: Path | None = None,
    as_of: date | None = None,
    check_rules: CheckRules | None = None,
    shipped: Path | None = None,
) -> tuple[Pack | None, tuple[Finding, ...]]:
    """Everything that is wrong with the pack in `root`: what `load_pack` refuses, and the rest."""
    pack, found = read_pack(root, overlay, shipped)
    found = (*found, *_check_examples(root))
    if pack is None or any(f.rule in ("condition-circle", "unknown-condition") for f in found):
        return pack, found
    whole = not errors_in(found)  # else a part may seem to be gone that only can't be read
    told = {(finding.rule, finding.path) for finding in found}
    checked = check_pack(pack, as_of, check_rules, whole=whole)
    return pack, _ordered((*found, *(f for f in checked if (f.rule, f.path) not in told)))


def _check_examples(root: Path) -> Iterator[Finding]:
    """Texts of the examples that are still to be written; rehearsals tell the rest."""
    for file in sorted((root / "examples").rglob("*.yaml")):
        shown = f"packs/{root.name}/{file.relative_to(root).as_posix()}"
        with suppress(TextFileError):
            yield from check_filled(read_text_file(file, shown))


def check_pack(
    pack: Pack,
    as_of: date | None = None,
    check_rules: CheckRules | None = None,
    *,
    whole: bool = True,
) -> tuple[Finding, ...]:
    """What is wrong with a pack's text and facts.

    `check_rules` judges the methods of rules.yaml (figures.methods.check_rules); without `as_of` no
    table is found too short; of a pack that is not `whole` nobody asks which parts it lacks.
    """
    return _ordered(
        (
            *(f for clause in pack.clauses.values() for f in check_clause(clause, pack)),
            *_check_sources(pack),
            *_check_names(pack),
            *_check_unused(pack),
            *_check_slips(pack),
            *check_printed(pack),
            *((*check_protected(pack), *check_contradictions(pack)) if whole else ()),
            *check_slots(pack),
            *check_forms(pack),
            *check_variants(pack),
            *check_spoken(pack),
            *(check_tables(pack, as_of) if as_of else ()),
            *(check_rules(pack) if check_rules else ()),
        )
    )


def check_kind_text(pack: Pack, kind: str) -> tuple[Finding, ...]:
    """What is wrong with the text of one kind alone: its clauses, its parts, what they may say,
    and the terms that every kind prints."""
    asked = pack.kinds[kind]
    names = [asked.subject, *asked.subjects.values()]
    names += [name for part in asked.parts for name in part.clauses]
    clauses = {name: pack.clauses[name] for name in names if name in pack.clauses}
    alone = replace(pack, kinds={kind: asked}, clauses=clauses)
    return _ordered(
        (
            *(f for clause in clauses.values() for f in check_clause(clause, alone)),
            *check_printed(alone),
            *printed_slot_faults(pack),
            *check_forms(alone),
            *check_variants(alone),
            *check_spoken(alone),
            *check_protected(alone),
            *check_contradictions(alone),
        )
    )


def _ordered(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda f: (f.file, f.line, f.path, f.rule)))


def _check_sources(pack: Pack) -> Iterator[Finding]:
    for source in pack.sources:
        if not source.citation:
            params = {"name": source.id}
            yield Finding("source-missing", "error", source.file, source.line, source.id, params)
        elif source.status == "unverified":
            params = {"name": source.id, "source": source.citation, "pack": pack.id}
            yield Finding("unverified-fact", "note", source.file, source.line, source.id, params)
    for field in pack.fields.values():
        place = (field.source.file, field.source.line, field.name)
        for name, value in (("hint", field.hint), ("example", field.example)):
            if not value:
                yield Finding("field-unexplained", "warning", *place, {"name": name})


def _check_names(pack: Pack) -> Iterator[Finding]:
    """Placeholders that kinds and parts name."""
    for kind in pack.kinds.values():
        for name in kind.must_print:
            yield from _placeholder(name, kind, kind.source.line, "must_print", pack)
        for i, part in enumerate(kind.parts):
            where = f"parts[{i}]"
            if part.block in NAMING_BLOCKS:
                for name in part.rows:
                    yield from _placeholder(name, kind, part.line, f"{where}.rows", pack)


def _placeholder(name: str, kind: Kind, line: int, where: str, pack: Pack) -> Iterator[Finding]:
    known = (*FIGURES, *pack.fields, *pack.dates)
    if name not in known:
        params = {"name": name[:60], "near": near_miss(name, known) or "–"}
        path = f"{kind.id}.{where}"
        yield Finding("unknown-placeholder", "error", kind.source.file, line, path, params)


def _check_unused(pack: Pack) -> Iterator[Finding]:
    used = {name for kind in pack.kinds.values() for part in kind.parts for name in part.clauses}
    used |= {
        clause for kind in pack.kinds.values() for clause in (kind.subject, *kind.subjects.values())
    }
    for clause in pack.clauses.values():
        if clause.id not in used:
            params = {"name": clause.id}
            yield Finding("unused-clause", "warning", clause.file, clause.line, clause.id, params)
    named = {name for when in _conditions(pack) for k in ("all", "not") for name in when.get(k, ())}
    for name in pack.conditions:
        if name not in named:
            file, line = pack.lines.get(f"conditions/{name}", ("conditions.yaml", 0))
            if file.startswith(f"{SHIPPED}/"):
                continue  # the wording of an own copy need not use what the shipped one does
            yield Finding("unused-condition", "warning", file, line, name, {"name": name})


def _check_slips(pack: Pack) -> Iterator[Finding]:
    """What a payment slip needs must be declared, or no record could state it."""
    declared = {field.path for field in pack.fields.values()}
    for kind in pack.kinds.values():
        for i, part in enumerate(kind.parts):
            for path in SLIP_PATHS if part.block == "pay_slip" else ():
                if path not in declared:
                    params = {"block": part.block, "name": path}
                    place = (kind.source.file, part.line, f"{kind.id}.parts[{i}]")
                    yield Finding("block-field-missing", "error", *place, params)


def _conditions(pack: Pack) -> Iterator[Mapping[str, tuple[str, ...]]]:
    yield from pack.conditions.values()
    for kind in pack.kinds.values():
        yield from (part.when for part in kind.parts)
        yield from kind.protected.values()
    for clause in pack.clauses.values():
        yield from (clause.read_as(variant).when for variant in clause.variants)
    for field in pack.fields.values():
        yield field.when
        yield field.unmasked
        yield from field.required
    yield from (rule.when for rule in pack.rules)
    yield from (ban.unless for ban in pack.bans)
    yield from (refusal.when for refusal in pack.refusals)


def check_tables(pack: Pack, as_of: date, days_before: int = 0) -> Iterator[Finding]:
    """Tables that end before letters of `as_of` need them, or in the `days_before` days after it.

    A rate that is announced each month can't be known long before: it is told once it is due.
    """
    for table in pack.rates.values():
        rules = [rule.id for rule in pack.rules if _names_table(rule.params, table.id)]
        monthly = table.rhythm is not None and any(month is None for month, _ in table.rhythm.days)
        needed = as_of + timedelta(days=0 if monthly else days_before)
        if table.known_through < needed and rules:
            params = {"name": table.id, "end": str(table.known_through), "rules": ", ".join(rules)}
            params |= {"pack": pack.id, "due": str(table.next_due)}
            yield Finding("rates-end", "warning", table.file, 1, table.id, params)
    horizon = as_of + timedelta(days=_longest_term(pack.rules) + days_before)
    for holidays in pack.holidays.values():
        if holidays.known_through < horizon:
            rules = [rule.id for rule in pack.rules if rule.section in _TERMS]
            end = str(holidays.known_through)
            params = {"name": holidays.region, "end": end, "rules": ", ".join(rules) or "–"}
            params["pack"] = pack.id
            yield Finding("holidays-end", "warning", holidays.file, 1, holidays.region, params)


def _names_table(params: Any, table: str) -> bool:
    if isinstance(params, Mapping):
        return params.get("table") == table or any(_names_table(v, table) for v in params.values())
    return isinstance(params, list) and any(_names_table(v, table) for v in params)


def _longest_term(rules: Iterable[Rule]) -> int:
    given = [str(rule.params.get("days", "")) for rule in rules if rule.section in _TERMS]
    return max((int(days) for days in given if days.isdigit()), default=_LONGEST_TERM)
