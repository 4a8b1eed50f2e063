"""Texts still to be written: `notices pack new` marks them, and no letter is made of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from notices.errors import FileError
from notices.files import read_bytes
from notices.finding import Finding
from notices.pack import core
from notices.pack.paths import path_text
from notices.textfiles import Path_, TextFile, TextFileError, read_text_file

MARK = "[fill in]"
RULE = "text-to-fill"
_SHOWN = 80
# In the order in which somebody writes a pack: sentences, words, what may not be said, the rest.
_ORDER: tuple[str, ...] = ("clauses/", "terms.yaml", "_core/terms.yaml", "wording.yaml")
_ORDER += ("_core/wording.yaml", "pack.yaml")


@dataclass(frozen=True)
class Unfilled:
    """A text to be written. `model` shows what it is to say; `beside` is what stands in the other
    languages, by language."""

    file: str  # within the pack's folder
    path: Path_
    line: int
    model: str
    beside: Mapping[str, str]

    @property
    def is_of_list(self) -> bool:
        """Whether it stands in a list: each line that is written becomes an entry, in its place."""
        return isinstance(self.path[-1], int)


def check_filled(file: TextFile) -> Iterator[Finding]:
    """Every text of the file that still carries the mark, with its line."""
    for path, text in _marked(file.data):
        yield fill_finding(text, file.name, file.line(*path), path_text(path))


def fill_finding(text: str, file: str, line: int, path: str) -> Finding:
    """The finding about a marked text."""
    model = _model(text)
    params = {"text": model[:_SHOWN] + "…" * (len(model) > _SHOWN) or "–"}
    return Finding("text-to-fill", "error", file, line, path, params)


def check_unfilled(root: Path) -> tuple[Finding, ...]:
    """The same of every file of the pack in `root`."""
    files = (replace(file, name=f"packs/{root.name}/{name}") for name, file in _files(root))
    return tuple(finding for file in files for finding in check_filled(file))


def find_unfilled(root: Path) -> tuple[Unfilled, ...]:
    """Every such text of the pack in `root`, those of its examples too. Files that can't be read
    are reported elsewhere."""
    languages = _languages(root)
    return tuple(
        Unfilled(name, path, file.line(*path), _model(text), _beside(file.data, path, languages))
        for name, file in _files(root)
        for path, text in _marked(file.data)
    )


def _files(root: Path) -> Iterator[tuple[str, TextFile]]:
    own = ((n, f) for n, f in core.files_in(root) if n.endswith(".yaml"))
    for name, file in sorted(own, key=lambda entry: (_place(entry[0]), entry[0])):
        if MARK.encode() in read_bytes(file):
            with suppress(TextFileError):
                yield name, read_text_file(file, name)


def _languages(root: Path) -> tuple[str, ...]:
    with suppress(TextFileError, FileError):
        return core.languages_of(read_text_file(root / "pack.yaml")).letters
    return ()


def _place(name: str) -> int:
    return next((i for i, head in enumerate(_ORDER) if name.startswith(head)), len(_ORDER))


def _model(text: str) -> str:
    return " ".join(text.replace(MARK, "").split())


def _beside(data: Any, path: Path_, languages: tuple[str, ...]) -> dict[str, str]:
    """What is written in the other languages at the same place; nothing of what is marked too."""
    while isinstance(path[-1], int):
        path = path[:-1]
    sides: Any = data
    for step in path[:-1]:
        sides = sides[step]
    found = {lang: _joined(sides.get(lang)) for lang in languages if lang != path[-1]}
    return {lang: text for lang, text in found.items() if text and MARK not in text}


def _joined(text: Any) -> str:
    if isinstance(text, list):
        return "\n".join(entry for entry in text if isinstance(entry, str))
    return text if isinstance(text, str) else ""


def _marked(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    if isinstance(value, str):
        if MARK in value:
            yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _marked(inner, (*path, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _marked(inner, (*path, i))
