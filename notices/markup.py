"""The one room of Jinja: clauses (names only) and the layout's templates.

A clause is parsed by Jinja's own grammar, then held to a smaller one: text, `{{ name }}` and
`**bold**`. Nothing in a clause is ever executed, so no clause can reach files, time or memory.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notices.errors import RenderError

MAX_CLAUSE = 8000  # characters
_ONLY_NAMES = "only {{ name }} is allowed"
_HALF_NAMED = "a brace of its own: a value is written {{ name }}, with two braces on each side"
_BRACE = re.compile("[{}\uff5b\uff5d]")  # full-width too: what an input method makes of them
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True)
class Piece:
    """Fixed wording, or a placeholder's name; `strong` where it stands between `**`."""

    text: str = ""
    name: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Passage:
    """One side of a clause: paragraphs of pieces. `fault` says what is not allowed, and where."""

    paragraphs: tuple[tuple[Piece, ...], ...]
    fault: str = ""
    fault_line: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The placeholders, once each, in order."""
        pieces = (piece for paragraph in self.paragraphs for piece in paragraph)
        return tuple(dict.fromkeys(piece.name for piece in pieces if piece.name))

    @property
    def text(self) -> str:
        """The wording with each placeholder as `{name}`: for lint and comparison."""
        return "\n\n".join(
            "".join(piece.text or f"{{{piece.name}}}" for piece in paragraph)
            for paragraph in self.paragraphs
        )


@cache
def _clause_grammar() -> jinja2.Environment:
    return jinja2.Environment(autoescape=False, keep_trailing_newline=True)


@cache
def parse_clause(text: str) -> Passage:
    """`text` as paragraphs of pieces. Anything but names and `**bold**` is the passage's fault."""
    if len(text) > MAX_CLAUSE:
        return Passage((), f"longer than {MAX_CLAUSE} characters", 1)
    if sign := re.search(r"\{[%#]", text):  # comments and raw blocks leave no trace in the tree
        return Passage((), _ONLY_NAMES, text.count("\n", 0, sign.start()) + 1)
    try:
        tree = _clause_grammar().parse(text)
    except jinja2.TemplateSyntaxError as error:
        return Passage((), error.message or "not a template", error.lineno)
    except RecursionError:
        return Passage((), _ONLY_NAMES, 1)
    paragraphs: list[list[Piece]] = [[]]
    strong = False
    for statement in tree.body:
        if not isinstance(statement, nodes.Output):
            return Passage((), _ONLY_NAMES, statement.lineno)
        for node in statement.nodes:
            if isinstance(node, nodes.Name):
                paragraphs[-1].append(Piece(name=node.name, strong=strong))
            elif isinstance(node, nodes.TemplateData):
                if has_brace(node.data):
                    return Passage((), _HALF_NAMED, node.lineno)
                strong = _add_wording(node.data, strong, paragraphs)
            else:
                return Passage((), _ONLY_NAMES, node.lineno)
    for paragraph in _PARAGRAPH_END.split(text):
        if paragraph.count("**") % 2:
            return Passage((), "a ** without its partner in the same paragraph", 1)
    return Passage(tuple(trimmed for p in paragraphs if (trimmed := _trim(p))))


def unwrapped(text: str) -> str:
    """The same wording with each paragraph on one line, an empty line between two."""
    return "\n\n".join(_unwrap(p).strip() for p in _PARAGRAPH_END.split(text.strip()))


def has_brace(wording: str) -> bool:
    """Whether fixed wording has a sign of a placeholder, which would print as it stands."""
    return _BRACE.search(wording) is not None


def _add_wording(data: str, strong: bool, paragraphs: list[list[Piece]]) -> bool:
    for i, paragraph in enumerate(_PARAGRAPH_END.split(data)):
        if i:
            paragraphs.append([])
        for j, stretch in enumerate(paragraph.split("**")):
            strong = strong ^ (j > 0)
            if stretch:
                paragraphs[-1].append(Piece(text=_unwrap(stretch), strong=strong))
    return strong


_HAN = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"


def _unwrap(text: str) -> str:
    """Line ends within a paragraph are spaces, but nothing between two Han characters."""
    text = re.sub(rf"(?<={_HAN})\s*\n\s*(?={_HAN})", "", text)
    return re.sub(r"\s*\n\s*", " ", text)


def _trim(paragraph: list[Piece]) -> tuple[Piece, ...]:
    pieces = list(paragraph)
    while pieces and not pieces[0].name and not pieces[0].text.strip():
        pieces.pop(0)
    while pieces and not pieces[-1].name and not pieces[-1].text.strip():
        pieces.pop()
    if pieces:
        pieces[0] = replace(pieces[0], text=pieces[0].text.lstrip())
        pieces[-1] = replace(pieces[-1], text=pieces[-1].text.rstrip())
    return tuple(pieces)


class Layout:
    """The layout's templates, autoescaped and sandboxed; they reach nothing but `folder`."""

    def __init__(self, folder: Path) -> None:
        self._templates = ImmutableSandboxedEnvironment(
            loader=jinja2.FileSystemLoader(folder),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, name: str, values: Mapping[str, Any]) -> str:
        """The template `name` filled with `values`. Raises RenderError where a value lacks."""
        try:
            return self._templates.get_template(name).render(values)
        except jinja2.TemplateError as error:
            raise RenderError(f"layout {name}: {error}") from error
