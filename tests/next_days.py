"""Every example moved to each of the days ahead: what can be made, and what is refused and why.

    python -m tests.next_days [--days 400] [--from 2026-11-29] [--safe-side] [PACK …]

All days of a record and its sender move together, so that terms and periods stay as long as they
are. Each letter is checked up to its page, and none is drawn. `--safe-side`: the creditors choose
letters past the last known day (sender.safe_side).
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from notices.case.record import Record
from notices.finding import errors_in
from notices.letter.make import LetterMaker
from notices.pack.node import parse_day
from tests.letter import letters

# All that time alone may refuse a letter for; the last two only where a record states the last day
# of its own term or of an earlier letter's, which days off may come to make too short.
BY_TIME = frozenset({"calendar-unknown", "rate-unknown", "pay-by-too-soon"})
BY_TIME |= {"earlier-term-too-short"}
Outcome = frozenset[str]  # the rules that refuse a letter; none: it can be made


def moved(record: Record, by: timedelta) -> Record:
    """The record with each of its days moved by as many days."""

    def move(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: move(inner) for key, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [move(inner) for inner in value]
        if isinstance(value, date):
            return value + by
        day = parse_day(value) if isinstance(value, str) else None
        return (day + by).isoformat() if day else value

    return replace(record, data=move(record.data))


def outcome(maker: LetterMaker, name: str, day: date, safe_side: bool = False) -> Outcome:
    """What refuses the example's letter on that day."""
    example = letters.EXAMPLES[name]
    issued = date.fromisoformat(str(example.record.data["issue_date"]))
    profile = moved(example.sender, day - issued)  # an authority may name its last day
    pack = maker.resources.pack(name.split("/")[0])
    if safe_side and pack and "safe_side" in pack.fields:
        profile = replace(profile, data={**profile.data, "safe_side": "true"})
    checked = letters.check(maker, moved(example.record, day - issued), profile)
    return frozenset(f.rule for one in checked for f in errors_in(one.findings))


def dated_examples(packs: Sequence[str]) -> Iterator[str]:
    """The packs' examples that name the day of their letter."""
    for name, example in letters.EXAMPLES.items():
        if name.split("/")[0] in packs and "issue_date" in example.record.data:
            yield name


def stretches(days: Sequence[date]) -> str:
    """Days that follow each other as first–last; so many in all."""
    parts: list[list[date]] = []
    for day in days:
        if parts and day - parts[-1][-1] == timedelta(1):
            parts[-1].append(day)
        else:
            parts.append([day])
    said = [f"{part[0]}" + (f" – {part[-1]}" if len(part) > 1 else "") for part in parts[:3]]
    more = f" and {len(parts) - 3} more stretches" if len(parts) > 3 else ""
    return f"{len(days)} days, {', '.join(said)}{more}"


def main() -> int:
    from notices.places import PACKS

    known = sorted(file.parent.name for file in PACKS.glob("*/pack.yaml"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packs", nargs="*", default=known, metavar="PACK")
    parser.add_argument("--days", type=int, default=400)
    parser.add_argument("--from", dest="first", type=date.fromisoformat, default=date(2026, 11, 29))
    parser.add_argument("--safe-side", action="store_true")
    asked = parser.parse_args()
    days = [asked.first + timedelta(ahead) for ahead in range(asked.days)]
    strange = 0
    with LetterMaker(letters.WORKSPACE) as maker:
        for name in dated_examples(asked.packs):
            found: dict[Outcome, list[date]] = defaultdict(list)
            for day in days:
                found[outcome(maker, name, day, asked.safe_side)].append(day)
            for rules, when in found.items():
                strange += bool(rules - BY_TIME)
                print(f"{name}: {', '.join(sorted(rules)) or 'made'}: {stretches(when)}")
    return 1 if strange else 0


if __name__ == "__main__":
    raise SystemExit(main())
