"""How many of a kind's examples print each of its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from notices.letter.make import Request, check_record
from notices.letter.resources import Resources
from notices.letter.workspace import Workspace
from notices.pack.types import Pack
from notices.page.chosen_parts import chosen_parts
from notices.review.all_clear import kind_of
from notices.review.examples import read_examples
from notices.review.rehearse import fixed_date
from notices.words.facts import build_facts


@dataclass(frozen=True)
class Printed:
    """Of `examples` that could be worked out: how many print a part, by its index, and each of the
    clauses in it."""

    examples: int
    parts: Mapping[int, int]
    clauses: Mapping[tuple[int, str], int]


def count_printed(workspace: Workspace, pack: Pack, kind: str) -> Printed:
    """Asked of each letter of the kind's examples. No page is drawn."""
    resources = Resources(workspace)
    resources.work_with(pack)
    parts: Counter[int] = Counter()
    clauses: Counter[tuple[int, str]] = Counter()
    examples = 0
    asked = pack.kinds[kind]
    for example in read_examples(pack.root):
        day = fixed_date(example.record)
        if example.faults or kind_of(example) != kind or day is None:
            continue
        first = check_record(example.record, resources, Request(day), example.sender)[0]
        if first.case is None or first.figures is None:
            continue
        examples += 1
        layout = first.document.arrangement if first.document else ""
        facts = build_facts(first.case, first.figures, pack, layout)
        for index, part in enumerate(asked.parts):
            for chosen in chosen_parts(replace(asked, parts=(part,)), pack, facts):
                parts[index] += 1
                clauses.update((index, name) for name in chosen.clauses)
    return Printed(examples, parts, clauses)
