"""On which page of an example's letter a clause stands: few letters are drawn, for many clauses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from notices.errors import RenderError
from notices.letter.make import Checked, LetterMaker, Request, check_record
from notices.letter.workspace import Workspace
from notices.pack.types import Pack
from notices.page.chosen_parts import chosen_parts, read_clauses
from notices.review.all_clear import kind_of
from notices.review.examples import Example, read_examples
from notices.review.letter_places import find_places
from notices.review.rehearse import fixed_date
from notices.words.facts import build_facts

SUBJECT = "subject"  # the part that a letter's title is


@dataclass(frozen=True)
class OnPage:
    """The pages of an example's letter that a clause stands on, of how many; what it is about."""

    pages: tuple[int, ...]
    of: int
    example: str


@dataclass(frozen=True)
class _Letter:
    """An example's letter before it is drawn: its clauses, each with its variant."""

    example: Example
    checked: Checked
    variants: Mapping[str, str]
    clauses: frozenset[str]


def find_pages(
    workspace: Workspace, pack: Pack, kind: str, clauses: Iterable[str]
) -> dict[str, OnPage]:
    """Where clauses of a kind stand, each in one example's letter that prints it; without those
    that none prints. The pack must be as its folder has it."""
    wanted = set(clauses)
    found: dict[str, OnPage] = {}
    with LetterMaker(workspace) as maker:
        maker.resources.work_with(pack)
        letters = [*_letters(maker, pack, kind)] if wanted else []
        while letters and (
            best := max(letters, key=lambda letter: len(letter.clauses & wanted))
        ).clauses.intersection(wanted):
            letters.remove(best)
            drawn = _drawn(maker, best, kind, pack)
            found |= {name: drawn[name] for name in wanted & drawn.keys()}
            wanted -= best.clauses
    return found


def _letters(maker: LetterMaker, pack: Pack, kind: str) -> Iterator[_Letter]:
    asked = pack.kinds[kind]
    for example in read_examples(pack.root):
        day = fixed_date(example.record)
        if example.faults or kind_of(example) != kind or day is None:
            continue
        checked = check_record(example.record, maker.resources, Request(day), example.sender)[0]
        if checked.document is None or checked.case is None or checked.figures is None:
            continue
        layout = checked.document.arrangement
        facts = build_facts(checked.case, checked.figures, pack, layout)
        parts = chosen_parts(asked, pack, facts)
        subject = asked.subjects.get(checked.case.level, asked.subject)
        names = frozenset((subject, *(name for part in parts for name in part.clauses)))
        read = read_clauses(asked, pack, facts)
        variants = {name: clause.variant for name, clause in read.items() if clause.variant}
        yield _Letter(example, checked, variants, names)


def _drawn(maker: LetterMaker, letter: _Letter, kind: str, pack: Pack) -> dict[str, OnPage]:
    """Every clause of the letter with its pages."""
    checked = letter.checked
    if checked.document is None or checked.case is None:
        return {}
    try:
        drawing = maker.draw(checked.document, checked)
    except RenderError:
        return {}
    pages: dict[str, set[int]] = {}
    for place in find_places(drawing, letter.variants):
        pages.setdefault(place.part, set()).add(place.page)
    asked = pack.kinds[kind]
    part_of = {name: part.id for part in asked.parts for name in part.clauses}
    part_of[asked.subjects.get(checked.case.level, asked.subject)] = SUBJECT
    return {
        name: OnPage(tuple(sorted(pages[part])), drawing.rendering.pages, letter.example.about)
        for name, part in part_of.items()
        if name in letter.clauses and part in pages
    }
