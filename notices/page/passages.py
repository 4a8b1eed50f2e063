"""Clauses become rows: fixed wording set once, values put in, sides side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache
from typing import NamedTuple

from notices.markup import Piece, parse_clause
from notices.pack.types import Clause
from notices.page.document import Cell, CellRole, Row, Run, Side
from notices.words.context import Context, Words
from notices.words.scripts import spaced

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


class Spoken(NamedTuple):
    """One side of a clause: its language, heading and wording, and its placeholders' words."""

    lang: str
    heading: str
    text: str
    words: tuple[Words, ...]

    def paragraphs(self, tongue: str) -> Iterator[Side]:
        """In words; `tongue` is the language that they really are in, "" that of the side."""
        words = iter(self.words)
        tongue = "" if tongue == self.lang else tongue
        for paragraph in _passage(self.text, self.lang):
            runs = tuple(
                run
                for part in paragraph
                for run in ((part,) if isinstance(part, Run) else _said(part, next(words)))
            )
            if tongue:
                runs = tuple(replace(run, lang=tongue) for run in runs)
            yield Side(self.lang, (Cell("text", runs),))


def _said(piece: Piece, words: Words) -> Iterator[Run]:
    for part in words.parts or (words,):
        yield words_run(part, piece.name, strong=piece.strong)


def clause_rows(clause: Clause, contexts: tuple[Context, ...]) -> tuple[Row, ...]:
    """A heading row, if the clause has one, and a row per paragraph, sides side by side.

    A name without a value yields an empty named run.
    """
    sides = []
    for c in contexts:
        if c.lang in clause.texts:
            heading, text = clause.headings[c.lang] if clause.headings else "", clause.texts[c.lang]
            words = tuple([c.values.get(name, NO_WORDS) for name in placeholders(text)])
            sides.append(Spoken(c.lang, heading, text, words))
    return _rows(tuple(sides), clause.tongue, headed=bool(clause.headings))


@lru_cache(maxsize=4096)  # most clauses say the same in the next letter
def _rows(sides: tuple[Spoken, ...], tongue: str, *, headed: bool) -> tuple[Row, ...]:
    heads = tuple(Side(s.lang, (text_cell(s.heading, "heading"),)) for s in sides if headed)
    paragraphs = zip(*(s.paragraphs(tongue) for s in sides), strict=True)
    rows = [Row("text", paragraph) for paragraph in paragraphs]
    return (Row("heading", heads), *rows) if headed else tuple(rows)
