"""The end of docs/law.md: since when each rule holds, and until when what it needs is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from notices.pack.load import load_pack
from notices.pack.types import Pack, Rule

MARK = "<!-- From here on written by `python -m docs.generate`; a test compares it. -->"
_HEAD = """## Since when, known until when

*Since* is the first day of `selected_on` for which the rule holds, by the law's own dates or by the
first row of the table that it needs; – means that no day is set. *Known until* is the last day for
which its tables have values: of days off the last day of the calendar, of rates the day before the
next value may come."""
_TABLES = """### The tables behind them

`notices packs` says until which day letters can be made with them, kind by kind."""


def law_page(page: Path, packs: Path) -> str:
    """What somebody wrote in `page`, as far as MARK, and the tables made from `packs`."""
    written = page.read_text(encoding="utf-8").partition(MARK)[0]
    loaded = [load_pack(file.parent) for file in sorted(packs.glob("*/pack.yaml"))]
    rules = [row for pack in loaded for row in _rules(pack)]
    tables = [row for pack in loaded for row in _tables(pack)]
    rows = ("pack", "rule", "since", "until", "needs", "known until"), *rules
    ends = (
        ("pack", "table", "from", "known until", "next value may come", "unverified rows"),
        *tables,
    )
    parts = (written.rstrip(), MARK, _HEAD, _table(*rows), _TABLES, _table(*ends))
    return "\n\n".join(parts) + "\n"


def _table(head: tuple[str, ...], *rows: tuple[str, ...]) -> str:
    lines = (head, tuple("---" for _ in head), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _rules(pack: Pack) -> Iterator[tuple[str, ...]]:
    for rule in pack.rules:
        rates = sorted(_names_in(rule.params))
        days = _calendar(rule, pack)
        begins = [pack.rates[name].points[0].valid_from for name in rates]
        since = max([*begins, *([rule.valid_from] if rule.valid_from else [])], default=None)
        ends = [pack.rates[name].known_through for name in rates]
        ends += [pack.holidays[days].known_through] if days else []
        needs = [f"`rates/{name}`" for name in rates] + ([f"`holidays/{days}`"] if days else [])
        yield (
            pack.id,
            f"{rule.section}: `{rule.id}`",
            _dated(since, rule if rule.valid_from == since else None),
            _dated(rule.valid_to, rule),
            ", ".join(needs) or "–",
            str(min(ends, default="–")),
        )


def _dated(day: date | None, rule: Rule | None) -> str:
    if day is None:
        return "–"
    return f"{day} ({rule.selected_on})" if rule else str(day)


def _names_in(params: Any) -> set[str]:
    """The tables of rates that a rule's parameters name."""
    if isinstance(params, Mapping):
        own = {params["table"]} if isinstance(params.get("table"), str) else set()
        return own.union(*(_names_in(value) for value in params.values()))
    return set().union(*map(_names_in, params)) if isinstance(params, list) else set()


def _calendar(rule: Rule, pack: Pack) -> str:
    """The calendar that a rule counts days off by; "" where it counts none."""
    working = "working" in (rule.params.get("count"), rule.params.get("delivery_count"))
    counts = rule.method == "add_days" and (working or rule.params.get("roll") != "none")
    name = str(rule.params.get("calendar") or pack.id)
    return name if counts and name in pack.holidays else ""


def _tables(pack: Pack) -> Iterator[tuple[str, ...]]:
    unverified = [s.id for s in pack.sources if s.status == "unverified"]
    for table in pack.rates.values():
        name = f"rates/{table.id}"
        doubtful = sum(id_.startswith(f"{name}/") for id_ in unverified)
        due = str(table.next_due) if table.rhythm else "–"
        first = str(table.points[0].valid_from)
        yield pack.id, f"`{name}`", first, str(table.known_through), due, str(doubtful or "–")
    for days in pack.holidays.values():
        name = f"holidays/{days.region}"
        doubtful = sum(id_.startswith(f"{name}/") for id_ in unverified)
        through = str(days.known_through)
        yield pack.id, f"`{name}`", str(days.first), through, "–", str(doubtful or "–")
