"""Clauses become rows: fixed wording set once, values put in, sides side by side."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache

from notices.markup import Piece, parse_clause
from notices.pack.types import Clause
from notices.page.document import Cell, CellRole, Row, Run, Side
from notices.words.context import Context, Words, spaced

NO_WORDS = Words("")


@lru_cache(maxsize=4096)  # labels and headings come again in every letter
def text_cell(text: str, role: CellRole = "text", *, strong: bool = False) -> Cell:
    return Cell(role, (Run(text, strong=strong),))


def words_run(words: Words, name: str = "", *, strong: bool = False) -> Run:
    return Run(words.text, name, strong, words.nowrap, words.lang)


@cache
def _passage(text: str, lang: str) -> tuple[tuple[Run | Piece, ...], ...]:
    """A clause's side by paragraphs: fixed wording set once, placeholders open."""
    return tuple(
        tuple(
            piece if piece.name else Run(spaced(piece.text, lang), strong=piece.strong)
            for piece in paragraph
        )
        for paragraph in parse_clause(text).paragraphs
    )


@cache
def placeholders(text: str) -> tuple[str, ...]:
    """The names in a clause's side, as often as they stand there."""
    pieces = (piece for paragraph in parse_clause(text).paragraphs for piece in paragraph)
    return tuple(piece.name for piece in pieces if piece.name)


def _paragraph(parts: tuple[Run | Piece, ...], context: Context) -> Side:
    """One paragraph in words. A name without a value yields an empty named run."""
    runs = tuple(
        part
        if isinstance(part, Run)
        else words_run(context.values.get(part.name) or NO_WORDS, part.name, strong=part.strong)
        for part in parts
    )
    return Side(context.lang, (Cell("text", runs),))


def _spoken(side: Side, clause: Clause) -> Side:
    """The side in the language that the clause's words really are in."""
    if clause.tongue in ("", side.lang):
        return side
    (cell,) = side.cells
    runs = tuple(replace(run, lang=clause.tongue) for run in cell.runs)
    return replace(side, cells=(replace(cell, runs=runs),))


def clause_rows(clause: Clause, contexts: tuple[Context, ...]) -> tuple[Row, ...]:
    """A heading row, if the clause has one, and a row per paragraph, sides side by side."""
    present = [c for c in contexts if c.lang in clause.texts]
    rows = []
    if clause.headings:
        sides = (Side(c.lang, (text_cell(clause.headings[c.lang], "heading"),)) for c in present)
        rows.append(Row("heading", tuple(sides)))
    passages = [_passage(clause.texts[c.lang], c.lang) for c in present]
    for paragraphs in zip(*passages, strict=True):
        sides = (
            _spoken(_paragraph(p, c), clause) for p, c in zip(paragraphs, present, strict=True)
        )
        rows.append(Row("text", tuple(sides)))
    return tuple(rows)
