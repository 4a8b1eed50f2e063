"""A workspace's own pack: the shipped one, copied whole before the first edit, its origin noted.

The workspace's packs come before the shipped ones, so that a copy is what counts from then on for
wording (`pack.shipped_law` says what it is not asked for). The note is a hidden file, and so is the
pack as it was when it was copied: no digest counts them, and an upgrade knows by them what was
edited since. Copies of version 0.1.0 have no such base; what that version shipped
is kept in EARLIER, each pack in a folder named by its digest.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from notices.errors import FileError, PackError
from notices.files import read_bytes, write_whole
from notices.pack.core import copy_pack
from notices.pack.load import find_pack, pack_digest
from notices.places import TEMPLATES
from notices.textfiles import TextFileError, parse_json, read_text_file

ORIGIN, BASE = ".origin.json", ".base"
_BEFORE = ".before"  # where a pack stands that is just being replaced
EARLIER = TEMPLATES / "wording" / "shipped-0.1.0.zip"


@dataclass(frozen=True)
class Origin:
    """Which shipped pack a workspace's own one was copied from, or brought up to, and when.

    `undecided` are the pieces of which the last upgrade kept the copy's own text until somebody
    chooses: each with the text that both texts began from, as JSON.
    """

    pack: str
    version: str
    digest: str
    when: str  # ISO 8601
    undecided: Mapping[str, str] = field(default_factory=dict)


def own_pack(pack_id: str, packs: Path, shipped: Path, when: datetime) -> Path:
    """The workspace's own folder of a pack in `packs`, copied from `shipped` if there is none yet.

    Raises PackError where no pack has the id, FileError where it can't be copied.
    """
    if own := find_pack(pack_id, (packs,)):
        return own
    source = find_pack(pack_id, (shipped,))
    if source is None:
        raise PackError(f"no pack is called {pack_id[:60]}")
    target = packs / pack_id
    if put_back(target):
        return target
    draft = packs / f".{os.getpid()}.part"  # a pack within it: half a copy is no pack of `packs`
    try:
        packs.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        copy_pack(source, draft / pack_id)
        note_origin(draft / pack_id, source, when)
        (draft / pack_id).rename(target)
        draft.rmdir()
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        if own := find_pack(pack_id, (packs,)):  # somebody else was first
            return own
        raise FileError(f"{target}: {error.strerror or error}") from error
    return target


def replace_copy(draft: Path, target: Path) -> None:
    """Put a finished own pack in the place of the one that stands there. Raises OSError.

    What ends half-way is put back by the next call that asks for the pack (`put_back`).
    """
    before = target.parent / _BEFORE / target.name
    shutil.rmtree(before.parent, ignore_errors=True)
    before.parent.mkdir()
    target.rename(before)
    draft.rename(target)
    shutil.rmtree(before.parent, ignore_errors=True)


def put_back(target: Path) -> bool:
    """Put back the own pack that a replacement which ended half-way had moved aside."""
    before = target.parent / _BEFORE / target.name
    if target.exists() or not before.is_dir():
        return False
    before.rename(target)
    return True


def note_origin(
    root: Path, source: Path, when: datetime, undecided: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Note in an own pack which shipped one it comes from, and keep that one beside the note.

    Raises FileError, OSError.
    """
    version = str(read_text_file(source / "pack.yaml").data.get("version", ""))
    at = when.isoformat(timespec="seconds")
    origin = Origin(source.name, version, pack_digest(source), at, dict(undecided))
    shutil.rmtree(root / BASE, ignore_errors=True)
    copy_pack(source, root / BASE)
    write_whole(root / ORIGIN, json.dumps(asdict(origin), ensure_ascii=False, indent=1) + "\n")


@contextmanager
def base_of(root: Path) -> Iterator[Path | None]:
    """The folder of the shipped pack that an own one was copied from; None where nobody knows it.

    Raises FileError.
    """
    origin = read_origin(root)
    if (root / BASE).is_dir():
        yield root / BASE
        return
    with zipfile.ZipFile(EARLIER) as earlier, tempfile.TemporaryDirectory() as folder:
        digest = origin.digest if origin else "-"
        names = [name for name in earlier.namelist() if name.startswith(f"{digest}/")]
        earlier.extractall(folder, names)
        yield Path(folder, *names[0].split("/")[:2]) if names else None


def read_origin(root: Path) -> Origin | None:
    """What an own pack was copied from; None where nothing says so. Raises FileError."""
    file = root / ORIGIN
    if not file.is_file():
        return None
    try:
        data = next(iter(parse_json(read_bytes(file).decode("utf-8", "replace"), str(file)))).data
        return Origin(**data)
    except (TextFileError, TypeError) as error:
        raise FileError(f"{file}: not an origin; restore the file from git") from error
