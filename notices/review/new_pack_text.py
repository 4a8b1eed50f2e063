"""The text of a new pack: the model pack in other languages, written as YAML with remarks.

A language that the model has keeps its words. Every other text is marked, with the model's English
as a pattern, and `notices pack check` tells each mark until it is gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from notices.case.blank_record import INDENT, quoted
from notices.pack.core import OF_A_TONGUE, SPOKEN
from notices.pack.unfilled import MARK

_WIDTH = 110  # characters; a longer mapping, list or sentence gets lines of its own
_SLOT = re.compile(r"\{\{.*?\}\}|\{.*?\}")
_AT_WORK = ("hint", "reason")  # read by whoever runs the project: as the model has them


@dataclass(frozen=True)
class Tongues:
    """The languages of the model, those of the new pack, and the one that serves as a pattern."""

    model: frozenset[str]
    wanted: tuple[str, ...]
    pattern: str

    def translated(self, value: Any, at_work: tuple[str, ...] = _AT_WORK) -> Any:
        """A value of the model, each mapping by language brought to the wanted ones."""
        if isinstance(value, list):
            return [self.translated(inner, at_work) for inner in value]
        if not isinstance(value, dict):
            return value
        said = {
            key: self._inner(key, inner, at_work)
            for key, inner in value.items()
            if key not in self.model
        }
        sides = {tag: side for tag, side in value.items() if tag in self.model}
        if sides:
            known = sides.get(self.pattern, next(iter(sides.values())))
            same = all(side == known for side in sides.values()) and len(sides) > 1  # a name
            other = known if same else _marked(known)
            said |= {tag: sides.get(tag, other) for tag in self.wanted}
        return {key: inner for key, inner in said.items() if inner is not None}

    def overriding(self, value: Any) -> Any:
        """What the model says over its core: only what it has in the wanted languages."""
        if not isinstance(value, dict):
            return value
        said = {key: self.overriding(inner) for key, inner in value.items() if self._stays(key)}
        return {key: inner for key, inner in said.items() if inner != {}}

    def _stays(self, key: str) -> bool:
        return key in self.wanted or key not in self.model

    def _inner(self, key: str, value: Any, at_work: tuple[str, ...]) -> Any:
        if key in at_work:
            read = {tag for tag in value if tag in SPOKEN or self._stays(tag)}
            return {tag: text for tag, text in value.items() if tag in read}
        if key == "explain":  # a remark: only in languages that the pack has
            return {tag: text for tag, text in value.items() if tag in self.wanted} or None
        if key == "example" and isinstance(value, dict):
            return dict.fromkeys(self.wanted, value.get(self.pattern, ""))
        if key in OF_A_TONGUE:
            return self._of_a_tongue(key, value)
        return self.translated(value, at_work)

    def _of_a_tongue(self, key: str, value: dict[str, list[str]]) -> dict[str, list[str]]:
        """The words of a ban: those of one script serve the others of its language."""
        tongues = {tag.partition("-")[0]: words for tag, words in value.items()}
        model = value.get(self.pattern, next(iter(value.values())))
        other: list[str] = _marked(model) if key == "patterns" else []
        found = {
            tag: value.get(tag, tongues.get(tag.partition("-")[0], other)) for tag in self.wanted
        }
        return {tag: words for tag, words in found.items() if words}


def _marked(pattern: Any) -> Any:
    """A text to be written; one without a word of its own stands in every language."""
    if isinstance(pattern, dict):  # variants by recipient: a new language begins with one text
        return _marked(next(iter(pattern.values())))
    if isinstance(pattern, list):
        return [f"{MARK} {' / '.join(pattern)}"]
    bare = _SLOT.sub("", str(pattern))
    return f"{MARK} {pattern}" if any(c.isalpha() for c in bare) else pattern


def yaml_text(head: str, data: dict[str, Any]) -> str:
    """A file of a pack: remarks at its head, entries parted by blank lines where they are long."""
    remarks = [f"# {line}".rstrip() for line in head.splitlines()]
    blocks = ["\n".join(_entry(key, value, "")) for key, value in data.items()]
    text = blocks[0]
    for before, after in pairwise(blocks):
        text += ("\n\n" if "\n" in before + after else "\n") + after
    return "\n".join(remarks) + "\n" + text + "\n"


def _entry(key: str, value: Any, indent: str) -> Iterator[str]:
    line = f"{indent}{key}: {flow(value)}"
    if value is None:
        yield f"{indent}{key}:"
    elif isinstance(value, str) and (len(line) > _WIDTH or "\n" in value):
        yield f"{indent}{key}: |"
        yield from (f"{indent}{INDENT}{line}".rstrip() for line in value.strip().splitlines())
    elif isinstance(value, (dict, list)) and value and (indent == "" or len(line) > _WIDTH):
        yield f"{indent}{key}:"
        yield from _block(value, indent + INDENT)
    else:
        yield line


def _block(value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _entry(key, inner, indent)
        return
    for inner in value:
        line = f"{indent}- {flow(inner)}"
        if isinstance(inner, dict) and len(line) > _WIDTH:
            first, *others = _block(inner, indent + INDENT)
            yield f"{indent}- {first.lstrip()}"
            yield from others
        else:
            yield line


def flow(value: Any) -> str:
    """A value in one line of YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(inner) for inner in value) + "]"
    return quoted(value) or '""' if isinstance(value, str) else ""
