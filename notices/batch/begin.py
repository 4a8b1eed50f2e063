"""Before a run begins: its folder taken, its input looked over once."""

from __future__ import annotations

import shutil
from array import array
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from notices.batch.case_keys import case_key, row_of
from notices.batch.isolation import IdentityWriter, identities
from notices.batch.job import LETTERS, TEMPORARY
from notices.batch.settings import APPROVED, RUN_FILE
from notices.case.record import Record
from notices.errors import FileError, PackError
from notices.files import LOCK, is_draft
from notices.letter.workspace import Workspace
from notices.pack.load import load_pack
from notices.pack.types import Pack

# what stands in a folder before its run has begun
BEGINNINGS = (LETTERS, TEMPORARY, "packs", "overlay", APPROVED, LOCK)


@dataclass
class Survey:
    """What one look over the input found: how many records, and case ids that come again."""

    rows: int = 0
    twins: frozenset[int] = frozenset()
    unsearchable: int = 0


def look_over(rows: Iterable[Record], workspace: Workspace, file: Path, key: str) -> Survey:
    """The first pass over the input: counts, identities into `file`, case ids that come again.

    `workspace` is the run's own, with its frozen packs.
    """
    writer = IdentityWriter(file, key)
    packs = _Packs(workspace)
    keys = array("Q")
    count = 0
    for count, record in enumerate(rows, start=1):
        writer.add(row_of(record, count), identities(record.data, packs.of(record)))
        keys.append(case_key(record))
    writer.finish()
    ordered = sorted(keys)
    twins = frozenset(a for a, b in pairwise(ordered) if a == b and a)
    return Survey(count, twins, writer.unsearchable)


class _Packs:
    """The run's packs by name, for the survey; one that can't be read is left to the letters."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._packs: dict[str, Pack | None] = {}

    def of(self, record: Record) -> Pack | None:
        name = record.data.get("pack") or self._workspace.defaults.pack
        if not isinstance(name, str):
            return None
        if name not in self._packs:
            root = self._workspace.pack_roots[0] / name
            try:
                found = (
                    load_pack(*self._workspace.of_pack(root))
                    if (root / "pack.yaml").is_file()
                    else None
                )
            except PackError:
                found = None
            self._packs[name] = found
        return self._packs[name]


def check_empty(folder: Path) -> None:
    """A run begins in a folder of its own: nothing of anybody else's is swept or written over."""
    if not folder.is_dir():
        return
    ours = BEGINNINGS if (folder / LOCK).is_file() else ()  # a run locks before it copies
    others = sorted(
        file.name
        for file in folder.iterdir()
        if file.name not in ours and not (ours and is_draft(file))
    )
    letters = folder / LETTERS
    if others or (letters.is_dir() and any(letters.iterdir())):
        raise FileError(f"{folder}: not empty ({(others or [LETTERS])[0]}); a run needs its own")


def clear_folder(folder: Path, *, remove: bool) -> None:
    """Takes away what a run left that did not begin, and with `remove` the folder, if empty."""
    if (folder / RUN_FILE).is_file():
        return
    for name in BEGINNINGS:
        place = folder / name
        shutil.rmtree(place, ignore_errors=True) if place.is_dir() else place.unlink(True)
    if remove:
        remove_empty(folder)


def remove_empty(folder: Path) -> None:
    """Takes away a folder in which nothing stands."""
    with suppress(OSError):  # something does
        folder.rmdir()
