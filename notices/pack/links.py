"""Links within a pack: whatever is named must exist. A broken link stops a pack from loading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from notices.finding import Finding
from notices.pack.conditions import mentioned
from notices.pack.labels import check_labels
from notices.pack.types import Condition, Field, Kind, Pack, Refusal, Rule
from notices.pack.vocabulary import (
    CORE_PATHS,
    DEBTOR_TYPES,
    DERIVED_FLAGS,
    LAYOUTS,
    LETTER_DATES,
    LETTER_KEYS,
    NEEDED_PATHS,
    PATH_HEADS,
    REFUSAL_FLAGS,
    SELECTED_ON,
    SENDER_ROLES,
    near_miss,
)

Place = tuple[str, int]
_STEP = r"[a-z][a-z0-9_]*(\[\])?"
_PATH = re.compile(rf"{_STEP}(\.{_STEP})*")
_LISTS = (
    "debts[]",
    "debts[].items[]",
    "debts[].payments[]",
    "payments[]",
    "credits[]",
    "sender.accounts[]",
)
# Core codes whose values the pack states elsewhere, or the code itself knows.
KNOWN_CODES = (
    "pack",
    "kind",
    "currency",
    "recipient.role",
    "recipient.type",
    "recipient.salutation",
    "debts[].items[].kind",
    "sender.role",
)

# As which type packs kept by an earlier version declare it.
_FORMER_TYPES = {
    "sender.minimum_balance": "amount",
    "sender.accounts[].bic": "text",
    "sender.accounts[].bank": "text",
    "recipient.name": "name",
    "debts[].items[].note": "text",
}


def check_links(pack: Pack) -> tuple[Finding, ...]:
    """Unknown clauses, paths, conditions and condition values; a condition that rests on itself."""
    return (
        *_check_core(pack),
        *check_labels(pack),
        *(f for field in pack.fields.values() for f in _check_field(field, pack)),
        *(f for kind in pack.kinds.values() for f in _check_kind(kind, pack)),
        *_check_references(pack),
        *_check_circles(pack),
        *(
            f
            for where, when, late in _all_conditions(pack)
            for f in _check_when(when, where, pack, late)
        ),
    )


def _unknown(rule: str, place: Place, name: str, known: Iterable[str], path: str = "") -> Finding:
    params = {"name": name[:60], "near": near_miss(name, known) or "–"}
    return Finding(rule, file=place[0], line=place[1], path=path, params=params)


def _check_core(pack: Pack) -> Iterator[Finding]:
    paths = {field.path for field in pack.fields.values()}
    for path in NEEDED_PATHS:
        if path not in paths:
            file = f"packs/{pack.root.name}/fields.yaml"
            yield Finding("core-undeclared", file=file, params={"name": path})


def _check_field(field: Field, pack: Pack) -> Iterator[Finding]:
    file, line = field.source.file, field.source.line
    params = {"name": field.path[:60]}
    if not _PATH.fullmatch(field.path):
        yield Finding("bad-path", file=file, line=line, path=field.name, params=params)
        return
    head, _, rest = field.path.partition(".")
    lists = re.findall(r".*?\[\]", field.path)
    stem = "".join(lists)
    if (rest and head not in PATH_HEADS) or (lists and stem not in _LISTS):
        yield _unknown(
            "unknown-path", (file, line), field.path, (*CORE_PATHS, *PATH_HEADS), field.name
        )
    core = CORE_PATHS.get(field.path)
    if core and field.type not in (core, _FORMER_TYPES.get(field.path)):
        params = {"name": field.path, "type": core}
        yield Finding("core-type", file=file, line=line, path=field.name, params=params)
    if field.type == "code" and not field.allowed and field.path not in KNOWN_CODES:
        params = {"name": "values"}
        yield Finding("key-missing", file=file, line=line, path=field.name, params=params)
    if field.trust and not field.path.startswith("sender."):
        yield Finding("trust-outside-sender", file=file, line=line, path=field.name)
    for bound, names in field.bounds.items():
        if field.type != "date":
            params = {"name": bound, "near": "–"}
            yield Finding("unknown-key", file=file, line=line, path=field.name, params=params)
            continue
        dates = {*LETTER_DATES, *(f.name for f in pack.fields.values() if f.type == "date")}
        for name in names:
            if name not in dates:
                yield _unknown("unknown-field", (file, line), name, dates, f"{field.name}.{bound}")
    first = next(f for f in pack.fields.values() if f.path == field.path)
    if first is not field:
        params = {"name": field.path, "first": first.name}
        yield Finding("path-twice", file=file, line=line, path=field.name, params=params)


def _check_kind(kind: Kind, pack: Pack) -> Iterator[Finding]:
    file = kind.source.file
    subjects = {kind.subject, *kind.subjects.values()} - {""}
    named = [(clause, kind.source.line, "subject") for clause in sorted(subjects)]
    named += [
        (clause, part.line, f"parts[{i}].{'clause' if part.clause else 'rows'}")
        for i, part in enumerate(kind.parts)
        for clause in part.clauses
    ]
    for clause, line, where in named:
        if clause not in pack.clauses:
            path = f"{kind.id}.{where}"
            yield _unknown("unknown-clause", (file, line), clause, pack.clauses, path)
    for i, part in enumerate(kind.parts):
        for name, kinds in part.sums.items():
            path = f"{kind.id}.parts[{i}].sums.{name}"
            if name not in part.rows:
                yield _unknown("unknown-clause", (file, part.line), name, part.rows, path)
            for item_kind in set(kinds) - {*pack.item_kinds, "total_due"}:
                known = (*pack.item_kinds, "total_due")
                yield _unknown("unknown-value", (file, part.line), item_kind, known, path)


def _check_references(pack: Pack) -> Iterator[Finding]:
    """Fields that refusals point to, that bans are held against, that pick a version."""
    paths = {field.path for field in pack.fields.values()}
    dates = {*SELECTED_ON, *(f.name for f in pack.fields.values() if f.type == "date")}
    versions: tuple[Rule | Refusal, ...] = (*pack.rules, *pack.refusals)
    for versioned in versions:
        named = [("selected_on", versioned.selected_on)]
        if isinstance(versioned, Rule):
            named += [("or_from", name) for name in versioned.or_from]
            named += [("undated_from", name) for name in versioned.undated_from]
        for key, name in named:
            if name not in dates:
                place = (versioned.source.file, versioned.source.line)
                yield _unknown("unknown-field", place, name, dates, f"{versioned.id}.{key}")
    for rule in pack.rules:
        place, where = (rule.source.file, rule.source.line), f"{rule.id}.day_after"
        flags = trust_flags(pack)
        for lang, flag in rule.day_after.items():
            if lang not in pack.formats:
                yield _unknown("unknown-value", place, lang, pack.formats, where)
            if flag not in flags:
                yield _unknown("unknown-field", place, flag, flags, where)
    for refusal in pack.refusals:
        place = (refusal.source.file, refusal.source.line)
        named = [("at", refusal.at), ("own_contract", refusal.own_contract)]
        for key, name in (*named, *(("by_contract", name) for name in refusal.by_contract)):
            if name and name not in pack.fields:
                yield _unknown("unknown-field", place, name, pack.fields, f"{refusal.id}.{key}")
    for ban in pack.bans:
        for path in ban.over:
            if path not in paths:
                place = (ban.source.file, ban.source.line)
                yield _unknown("unknown-path", place, path, paths, f"{ban.id}.over")


def _check_circles(pack: Pack) -> Iterator[Finding]:
    for name, condition in pack.conditions.items():
        if name in mentioned(condition, pack.conditions):
            file, line = pack.lines.get(f"conditions/{name}", ("conditions.yaml", 0))
            yield Finding("condition-circle", file=file, line=line, path=name)


def _all_conditions(
    pack: Pack,
) -> Iterator[tuple[tuple[str, int, str], Condition, frozenset[str]]]:
    """Every condition: where it stands, itself, and what is not known yet when it is asked."""
    never = frozenset[str]()
    early = frozenset({"layout", *DERIVED_FLAGS})
    for name, condition in pack.conditions.items():
        file, line = pack.lines.get(f"conditions/{name}", ("conditions.yaml", 0))
        yield (file, line, name), condition, never
    for kind in pack.kinds.values():
        for i, part in enumerate(kind.parts):
            yield (kind.source.file, part.line, f"{kind.id}.parts[{i}].when"), part.when, never
        file, line = kind.source.file, kind.source.line
        for name, when in kind.protected.items():
            yield (file, line, f"{kind.id}.protected.{name}"), when, never
    for clause in pack.clauses.values():
        for variant in clause.variants:
            when = clause.read_as(variant).when
            yield (clause.file, clause.line, f"{clause.id}.when"), when, never
    for field in pack.fields.values():
        place = (field.source.file, field.source.line)
        yield (*place, f"{field.name}.when"), field.when, early
        yield (*place, f"{field.name}.unmasked"), field.unmasked, early
        for condition in field.required:
            yield (*place, f"{field.name}.required"), condition, early
    for rule in pack.rules:
        yield (rule.source.file, rule.source.line, f"{rule.id}.when"), rule.when, never
    for ban in pack.bans:
        yield (ban.source.file, ban.source.line, f"{ban.id}.unless"), ban.unless, never
    for refusal in pack.refusals:
        place = (refusal.source.file, refusal.source.line)
        yield (*place, f"{refusal.id}.when"), refusal.when, early - {*REFUSAL_FLAGS}


def _check_when(
    when: Condition, where: tuple[str, int, str], pack: Pack, unknown: frozenset[str]
) -> Iterator[Finding]:
    file, line, path = where
    known_keys = condition_values(pack)
    for key, wanted in when.items():
        if key not in known_keys:
            yield _unknown("unknown-condition-key", (file, line), key, known_keys, path)
            continue
        rule, known = known_keys[key]
        for value in wanted:
            if known and value not in known:
                yield _unknown(rule, (file, line), value, known, path)
            elif key == "level" and not value.isdigit():
                yield _unknown(rule, (file, line), value, (), path)
    if unknown:
        closure = [when, *(pack.conditions[n] for n in mentioned(when, pack.conditions))]
        for condition in closure:
            late = {*condition, *(f for k in ("is", "is_not") for f in condition.get(k, ()))}
            late &= unknown
            for name in sorted(late):
                params = {"name": name}
                yield Finding("condition-too-early", "error", file, line, path, params)


def trust_flags(pack: Pack) -> frozenset[str]:
    """The names of the sender profile's flags."""
    fields = pack.fields.values()
    return frozenset(f.name for f in fields if f.type == "flag" and f.path.startswith("sender."))


def condition_values(pack: Pack) -> Mapping[str, tuple[str, frozenset[str]]]:
    """Each key a condition may have: the rule a wrong value trips, and the values it knows."""
    flags = frozenset(DERIVED_FLAGS) | trust_flags(pack)
    debt_kinds = {
        value
        for field in pack.fields.values()
        if field.path == "debts[].debt_kind"
        for value in field.allowed
    }
    letter: dict[str, Iterable[str]] = {
        "kind": pack.kinds,
        "level": (),
        "sender_role": SENDER_ROLES,
        "debtor_type": DEBTOR_TYPES,
        "layout": LAYOUTS,
        "debt_kind": debt_kinds,
    }
    keys = {key: ("unknown-value", frozenset(letter[key])) for key in LETTER_KEYS}
    keys |= {key: ("unknown-field", frozenset(pack.fields)) for key in ("has", "lacks")}
    keys |= dict.fromkeys(("is", "is_not"), ("unknown-flag", flags))
    keys |= {key: ("unknown-condition", frozenset(pack.conditions)) for key in ("all", "not")}
    for name, field in pack.fields.items():
        if field.type == "flag":
            keys[name] = ("unknown-value", frozenset({"true", "false"}))
        elif field.type == "code" and name not in keys:
            keys[name] = ("unknown-value", frozenset(field.allowed))
    return keys
