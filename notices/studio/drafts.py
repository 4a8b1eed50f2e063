"""Drafts: what somebody typed and has not saved, beside the pack files and never over them.

`.studio/drafts/EDITOR/DIGEST.json` in the workspace, one file for each scalar, replaced whole.
An editor is a browser: it chose a random number for itself once.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from notices.errors import FileError
from notices.files import naming, read_bytes, write_whole
from notices.textfiles import TextFileError, parse_json

EDITOR = re.compile("[0-9a-f]{16,40}")


def keep_out_of_git(folder: Path) -> None:
    """What the studio keeps for itself is nobody else's. Raises FileError."""
    ignore = folder / ".gitignore"
    if not ignore.exists():
        write_whole(ignore, "*\n")


@dataclass(frozen=True)
class Draft:
    """One scalar's unsaved wording. `base` is the digest of the saved text that it began from."""

    pack: str
    scalar: str  # `clauses/ID/en`, `headings/ID/en`
    text: str
    base: str
    when: str  # ISO 8601
    editor: str = ""


class Drafts:
    """The workspace's drafts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._alone = threading.Lock()  # between reading a draft and replacing it

    @property
    def folder(self) -> Path:
        return self._folder

    def keep(self, editor: str, draft: Draft) -> None:
        """Write a draft, whole or not at all. Raises FileError."""
        with self._alone:
            self._write(editor, draft)

    def _write(self, editor: str, draft: Draft) -> None:
        file = self._file(editor, draft.pack, draft.scalar)
        text = json.dumps({**asdict(draft), "editor": ""}, ensure_ascii=False)
        keep_out_of_git(self._folder.parent)
        write_whole(file, text, private=True)

    def drop(self, editor: str, pack: str, scalar: str) -> None:
        """Forget a draft, if there is one. Raises FileError."""
        with self._alone:
            self._forget(editor, pack, scalar)

    def _forget(self, editor: str, pack: str, scalar: str) -> None:
        file = self._file(editor, pack, scalar)
        with naming(file):
            file.unlink(missing_ok=True)

    def drop_saved(self, editor: str, saved: Draft, known: Draft | None) -> None:
        """Forget the draft that was `known` when the save began, and what says the saved text; what
        was typed on since stays, and begins from it: `saved.base` is its digest. Raises FileError.
        """
        with self._alone:
            draft = self._read(self._file(editor, saved.pack, saved.scalar))
            if draft is None or draft == known or draft.text.strip() == saved.text.strip():
                self._forget(editor, saved.pack, saved.scalar)
            else:
                self._write(editor, replace(draft, base=saved.base))

    def one(self, editor: str, pack: str, scalar: str) -> Draft | None:
        """This editor's draft of a scalar. Raises FileError where no editor is called so."""
        return self._read(self._file(editor, pack, scalar))

    def of(self, editor: str, pack: str) -> tuple[Draft, ...]:
        """This editor's drafts for a pack."""
        return tuple(d for d in self._all() if d.editor == editor and d.pack == pack)

    def of_others(self, editor: str, pack: str) -> tuple[Draft, ...]:
        """What other browsers have not saved yet."""
        return tuple(d for d in self._all() if d.editor != editor and d.pack == pack)

    def _all(self) -> Iterator[Draft]:
        for file in sorted(self._folder.glob("*/*.json")):
            if EDITOR.fullmatch(file.parent.name) and (draft := self._read(file)):
                yield draft

    def _read(self, file: Path) -> Draft | None:
        try:
            text = read_bytes(file).decode("utf-8", "replace")
            data = next(iter(parse_json(text, file.name))).data
            return Draft(**{**data, "editor": file.parent.name})
        except (TextFileError, FileError, TypeError):
            return None  # half a draft is none: the saved text stands

    def _file(self, editor: str, pack: str, scalar: str) -> Path:
        if not EDITOR.fullmatch(editor):
            raise FileError("no editor is called so")
        name = hashlib.sha256(f"{pack}\0{scalar}".encode()).hexdigest()[:32]
        return self._folder / editor / f"{name}.json"
