"""Generated pages of docs/packs/: what a pack's letters are, demand, compute and rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from notices.pack.load import load_pack
from notices.pack.types import Condition, Kind, Pack, Rule, Scale, Source
from notices.review.new_pack_text import flow
from notices.words.locales import (
    amount_words,
    date_words,
    in_minor_units,
    money_words,
    percent_words,
)

SAMPLE_DAY, SAMPLE_AMOUNT, SAMPLE_RATE = date(2026, 4, 7), Decimal("1234.50"), Decimal("13.8")
_HEAD = """Written by `python -m docs.generate` from the pack; a test compares it. Not legal
advice: a named person accepts the wording before anything goes out ([its limits](../law.md))."""


def pack_page(root: Path, pictures: Path) -> str:
    """The page of the pack in `root`; `pictures` may hold the first page of a letter per kind."""
    pack = load_pack(root)
    names = " · ".join(dict.fromkeys(pack.names.values()))
    parts = [f"# {pack.id}: {names}", _HEAD, _facts(pack)]
    parts += ["## Letters", _table(("kind", "levels", "pages", "source"), _kinds(pack))]
    parts += [_picture(pack, kind, pictures) for kind in pack.kinds.values()]
    parts += ["## Required fields", _REQUIRED, _table(("field", "when", "source"), _needed(pack))]
    parts += ["## Limits, terms, rates", _table(("rule", "what it does", "source"), _rules(pack))]
    if pack.rates or pack.holidays:
        parts.append(_table(("table", "from", "known through", "rows"), _tables(pack)))
    if pack.refusals:
        parts.append("## Letters that are refused")
        parts.append(_table(("refused when", "why", "source"), _refusals(pack)))
    parts += ["## Words that are refused", _table(("rule", "", "source"), _bans(pack))]
    parts += ["## Languages and formats", _languages(pack)]
    parts.append(_table(("language", "date", "amount", "rate"), _formats(pack)))
    parts += ["## Sources", *_sources(pack)]
    if pack.not_covered:
        parts += ["## What this pack does not cover", *_gaps(pack)]
    return "\n\n".join(part for part in parts if part) + "\n"


_REQUIRED = """Each of them blocks a letter that lacks it. Fields of `sender` stand in the sender
profile. `notices fields PACK/KIND` lists these and what else may be given."""


def _facts(pack: Pack) -> str:
    prevailing = pack.formats[pack.prevailing].name if pack.prevailing else "none"
    money = ", ".join(f"{code} ({units})" for code, units in pack.currencies.items())
    return "\n".join(
        (
            f"- version {pack.version}",
            f"- currencies, with their decimals: {money}",
            f"- prevailing language: {prevailing}",
            f"- unless asked otherwise: {pack.defaults.get('languages', '–')}, "
            f"{pack.defaults.get('layout', '–')}, envelope `{pack.defaults.get('envelope', '–')}`",
        )
    )


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [" | ".join(heads), " | ".join("---" for _ in heads)]
    lines += [" | ".join(cell.replace("|", "\\|") or " " for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def _kinds(pack: Pack) -> Iterator[tuple[str, ...]]:
    for kind in pack.kinds.values():
        levels = ", ".join(map(str, kind.levels))
        limits = dict.fromkeys((kind.aim[level], kind.pages[level]) for level in kind.levels)
        pages = "; ".join(
            f"{aim}, at most {most}" if aim < most else str(most) for aim, most in limits
        )
        yield f"`{kind.id}`", levels, pages, _cited(kind.source)


def _picture(pack: Pack, kind: Kind, pictures: Path) -> str:
    name = f"{pack.id}-{kind.id}.png"
    if not (pictures / name).is_file():
        return ""
    return f"![{pack.id}, {kind.id}: the first page of an example](../pictures/packs/{name})"


def _needed(pack: Pack) -> Iterator[tuple[str, ...]]:
    for field in pack.fields.values():
        if field.required:
            when = " *or* ".join(dict.fromkeys(_when(one) or "always" for one in field.required))
            if field.when:
                when += f" (stands only where {_when(field.when)})"
            yield f"`{field.path}`", when, _cited(field.source)


def _rules(pack: Pack) -> Iterator[tuple[str, ...]]:
    for scale in pack.scales.values():
        yield f"scale: `{scale.id}`", _given(scale.params) + _dated(scale), _cited(scale.source)
    for rule in pack.rules:
        shared = rule.scale.params if rule.scale else {}
        given = {name: value for name, value in rule.params.items() if name not in shared}
        if rule.scale:
            given = {"scale": rule.scale.id, **given}
        when = f" – where {_when(rule.when)}" if rule.when else ""
        method = f"[{rule.method}](../methods.md#{rule.method}-{rule.section})"
        said = f"{method}{': ' if given else ''}{_given(given)}{when}{_dated(rule)}"
        yield f"{rule.section}: `{rule.id}`", said, _cited(rule.source)


def _given(params: Mapping[str, Any]) -> str:
    return "; ".join(f"{name} {_plain(value)}" for name, value in params.items())


def _dated(it: Rule | Scale) -> str:
    if not it.valid_from and not it.valid_to:
        return ""
    said = f" – {it.selected_on} from {it.valid_from or '…'} to {it.valid_to or '…'}"
    said += "".join(f", or {name} from {day}" for name, day in it.or_from.items())
    unknown = "".join(f", {name} from {day}" for name, day in it.undated_from.items())
    return f"{said}{f'; where that is not stated{unknown}' if unknown else ''}"


def _plain(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return ", ".join(_plain(one) for one in value)
    if isinstance(value, Mapping):
        return "(" + ", ".join(f"{key} {_plain(one)}" for key, one in value.items()) + ")"
    return flow(value).strip("[]") or "none"


def _when(condition: Condition) -> str:
    return ", ".join(f"{key} {'/'.join(values)}" for key, values in condition.items())


def _tables(pack: Pack) -> Iterator[tuple[str, ...]]:
    for table in pack.rates.values():
        first = min((point.valid_from for point in table.points), default="–")
        yield f"rates: `{table.id}`", str(first), str(table.known_through), str(len(table.points))
    for days in pack.holidays.values():
        rows = str(len(days.days) + len(days.worked))
        yield f"days off: `{days.region}`", str(days.first), str(days.known_through), rows


def _refusals(pack: Pack) -> Iterator[tuple[str, ...]]:
    for refusal in pack.refusals:
        yield _when(refusal.when), _in_english(refusal.reason), _cited(refusal.source)


def _bans(pack: Pack) -> Iterator[tuple[str, ...]]:
    for ban in pack.bans:
        grave = "" if ban.severity == "error" else "*(warning)* "
        yield f"`{ban.id}`", grave + _in_english(ban.reason), _cited(ban.source)


def _in_english(texts: Mapping[str, str]) -> str:
    return texts.get("en") or next(iter(texts.values()), "–")


def _languages(pack: Pack) -> str:
    many = len(pack.language_sets) > 12
    if many:
        return f"{len(pack.language_sets)} sets of the languages below, in printing order."
    return "Sets, in printing order: " + "; ".join(" + ".join(s) for s in pack.language_sets) + "."


def _formats(pack: Pack) -> Iterator[tuple[str, ...]]:
    code = next(iter(pack.currencies))
    for written in pack.formats.values():
        formats = in_minor_units(written, pack.currencies[code])
        money = money_words(SAMPLE_AMOUNT, code, formats)
        amounts = f"{amount_words(SAMPLE_AMOUNT, formats)}; {money}"
        name = f"{formats.name} (`{formats.tag}`)"
        yield name, date_words(SAMPLE_DAY, formats), amounts, percent_words(SAMPLE_RATE, formats)


def _cited(source: Source) -> str:
    mark = " **unverified**" if source.status == "unverified" else ""
    return f"*{source.kind}:* {source.citation}{mark}"


def _sources(pack: Pack) -> Iterator[str]:
    """What is law with what rests on it; then every fact that nobody has verified yet."""
    law = sorted(
        (s for s in pack.sources if s.kind == "law" and "/" not in s.id.partition("/")[2]),
        key=lambda source: source.citation,
    )
    lines = []
    for citation, group in groupby(law, key=lambda source: source.citation):
        lines.append(f"- {citation}: {', '.join(f'`{s.id}`' for s in group)}")
    yield (
        "\n".join(lines)
        or "No law is claimed: each rule is a practice or a choice of this product."
    )
    doubtful = [s for s in pack.sources if s.status == "unverified"]
    yield "### Unverified facts"
    yield (
        "A live letter that rests on one is refused until it is accepted by name "
        f"(`notices pack accept {pack.id} --fact FACT --by NAME`)."
        if doubtful
        else "None."
    )
    yield "\n".join(f"- `{source.id}`: {source.citation}" for source in doubtful)


def _gaps(pack: Pack) -> Iterator[str]:
    for texts in pack.not_covered.values():
        yield "\n".join(f"- {text}" for text in texts)
