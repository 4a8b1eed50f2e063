"""The packs as the workspace has them, read again only where a file changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from notices.catalogue import line_of
from notices.errors import FileError, PackError
from notices.finding import errors_in
from notices.letter.workspace import Workspace
from notices.pack.core import files_of
from notices.pack.load import find_pack, read_pack
from notices.pack.types import Clause, Pack, language_of
from notices.pack.unfilled import RULE as TO_FILL
from notices.studio.question import AskError, Plain, text_of_question
from notices.textfiles import TextFileError, read_text_file

# Wording that is not saved yet: (clause, "text" | "heading", side) → text, or (term, "label", tag)
Edits = Mapping[tuple[str, str, str], str]
Stamp = tuple[tuple[str, int, int], ...]


class PackCache:
    """Packs by id."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._packs: dict[str, tuple[Stamp, Pack]] = {}

    def names(self) -> tuple[str, ...]:
        """The packs of this workspace and the shipped ones."""
        return self.workspace.pack_ids()

    def root(self, name: str) -> Path:
        """The pack's folder. Raises PackError where there is none of that name."""
        root = find_pack(name, self.workspace.pack_roots) if name in self.names() else None
        if root is None:
            raise PackError(f"no pack is called {name[:40]}")
        return root

    def is_shipped(self, name: str) -> bool:
        return self.root(name).parent == self.workspace.builtin_root

    def pack(self, name: str) -> Pack:
        """The pack as it stands on disk, also where texts of it are still to be written.

        Raises PackError, FileError.
        """
        root = self.root(name)
        places = self.workspace.of_pack(root)
        stamp = tuple(entry for place in places if place for entry in self.stamp(place))
        known = self._packs.get(name)
        if known is None or known[0] != stamp or known[1].root != root:
            pack, found = read_pack(*places)
            faults = tuple(fault for fault in errors_in(found) if fault.rule != TO_FILL)
            if pack is None or faults:
                raise PackError(f"{name}: {line_of(faults[0]) if faults else 'unreadable'}", faults)
            known = self._packs[name] = (stamp, pack)
        return known[1]

    def asked(self, asked: Plain) -> Pack:
        """The pack that a question is about. Raises AskError, and what `pack` raises."""
        return self.pack(text_of_question(asked, "pack"))

    def kind_asked(self, asked: Plain) -> tuple[Pack, str]:
        """The pack and the kind that a question is about; raises the same."""
        pack, kind = self.asked(asked), text_of_question(asked, "kind")
        if kind not in pack.kinds:
            raise AskError(f"{pack.id} has no kind {kind[:40]}")
        return pack, kind

    def title(self, name: str) -> Mapping[str, str]:
        """What a pack is called, by language, unloaded; nothing where it can't be read."""
        try:
            head = read_text_file(self.root(name) / "pack.yaml").data
        except (TextFileError, FileError):
            return {}  # why it can't be read is told when it is chosen
        names = head.get("names") if isinstance(head, dict) else None
        texts = names.items() if isinstance(names, dict) else ()
        return {str(tag): text for tag, text in texts if isinstance(text, str)}

    def stamp(self, folder: Path) -> Stamp:
        """Every file's name, time of change and size: another stamp, another content."""
        states = ((str(file), file.stat()) for file in files_of(folder).values())
        return tuple(sorted((name, state.st_mtime_ns, state.st_size) for name, state in states))


def patched(pack: Pack, edits: Edits) -> Pack:
    """The pack with this wording in place of its own; unknown clauses and sides are left."""
    clauses, labels = dict(pack.clauses), dict(pack.labels)
    for (name, what, side), text in edits.items():
        if what == "label":
            if name in labels and side in pack.formats:
                labels[name] = {**labels[name], side: text.strip()}
        elif name in clauses and has_place(clauses[name], what, side, pack):
            clauses[name] = _with(clauses[name], what, side, text.strip())
    return replace(pack, clauses=clauses, labels=labels)


def has_place(clause: Clause, what: str, side: str, pack: Pack) -> bool:
    """Whether a text can stand there: at a side that the clause has, or in a missing language."""
    sides = clause.headings if what == "heading" else clause.texts
    return side in sides or (side in pack.formats and side not in map(language_of, sides))


def _with(clause: Clause, what: str, side: str, text: str) -> Clause:
    if what == "heading":
        return replace(clause, headings={**clause.headings, side: text})
    return replace(clause, texts={**clause.texts, side: text})
