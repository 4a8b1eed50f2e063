"""The packs as the workspace has them, read again only where a file changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from notices.catalogue import line_of
from notices.errors import PackError
from notices.finding import errors_in
from notices.letter.workspace import Workspace
from notices.pack.core import files_of
from notices.pack.load import find_pack, read_pack
from notices.pack.types import Clause, Pack

# Wording that is not saved yet: (clause, "text" | "heading", language) → text
Edits = Mapping[tuple[str, str, str], str]
Stamp = tuple[tuple[str, int, int], ...]


class PackCache:
    """Packs by id."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._packs: dict[str, tuple[Stamp, Pack]] = {}

    def names(self) -> tuple[str, ...]:
        """The packs of this workspace and the shipped ones."""
        files = (f for root in self.workspace.pack_roots for f in root.glob("*/pack.yaml"))
        return tuple(sorted({file.parent.name for file in files}))

    def root(self, name: str) -> Path:
        """The pack's folder. Raises PackError where there is none of that name."""
        root = find_pack(name, self.workspace.pack_roots) if name in self.names() else None
        if root is None:
            raise PackError(f"no pack is called {name[:40]}")
        return root

    def is_shipped(self, name: str) -> bool:
        return self.root(name).parent == self.workspace.builtin_root

    def pack(self, name: str) -> Pack:
        """The pack as it stands on disk. Raises PackError, FileError."""
        root = self.root(name)
        overlay = self.workspace.overlay
        own = overlay / name if overlay and (overlay / name).is_dir() else None
        stamp = self.stamp(root) + (self.stamp(own) if own else ())
        known = self._packs.get(name)
        if known is None or known[0] != stamp or known[1].root != root:
            pack, found = read_pack(root, own)
            faults = errors_in(found)
            if pack is None or faults:
                raise PackError(f"{name}: {line_of(faults[0]) if faults else 'unreadable'}", faults)
            known = self._packs[name] = (stamp, pack)
        return known[1]

    def stamp(self, folder: Path) -> Stamp:
        """Every file's name, time of change and size: another stamp, another content."""
        states = ((str(file), file.stat()) for file in files_of(folder).values())
        return tuple(sorted((name, state.st_mtime_ns, state.st_size) for name, state in states))


def patched(pack: Pack, edits: Edits) -> Pack:
    """The pack with this wording in place of its own; unknown clauses and languages are left."""
    clauses = dict(pack.clauses)
    for (name, what, lang), text in edits.items():
        clause = clauses.get(name)
        if clause is None or lang not in pack.formats:
            continue
        clauses[name] = _with(clause, what, lang, text.strip())
    return replace(pack, clauses=clauses)


def _with(clause: Clause, what: str, lang: str, text: str) -> Clause:
    if what == "heading":
        return replace(clause, headings={**clause.headings, lang: text})
    return replace(clause, texts={**clause.texts, lang: text})
