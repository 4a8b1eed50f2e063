"""A workspace's own pack: the shipped one, copied whole before the first edit, its origin noted.

The workspace's packs come before the shipped ones, so that a copy is what counts from then on. The
note is a hidden file, which no digest counts: a copy that nobody edited digests as shipped.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from notices.errors import FileError, PackError
from notices.files import read_bytes, write_whole
from notices.pack.core import copy_pack
from notices.pack.load import find_pack, pack_digest
from notices.textfiles import TextFileError, parse_json, read_text_file

ORIGIN = ".origin.json"


@dataclass(frozen=True)
class Origin:
    """Which shipped pack a workspace's own one was copied from, and when (ISO 8601)."""

    pack: str
    version: str
    digest: str
    when: str


def own_pack(pack_id: str, packs: Path, shipped: Path, when: datetime) -> Path:
    """The workspace's own folder of a pack in `packs`, copied from `shipped` if there is none yet.

    Raises PackError where no pack has the id, FileError where it can't be copied.
    """
    if own := find_pack(pack_id, (packs,)):
        return own
    source = find_pack(pack_id, (shipped,))
    if source is None:
        raise PackError(f"no pack is called {pack_id[:60]}")
    version = str(read_text_file(source / "pack.yaml").data.get("version", ""))
    at = when.isoformat(timespec="seconds")
    note = json.dumps(asdict(Origin(pack_id, version, pack_digest(source), at)), indent=1)
    target = packs / pack_id
    draft = packs / f".{os.getpid()}.part"  # a pack within it: half a copy is no pack of `packs`
    try:
        packs.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        copy_pack(source, draft / pack_id)
        write_whole(draft / pack_id / ORIGIN, note + "\n")
        (draft / pack_id).rename(target)
        draft.rmdir()
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        if own := find_pack(pack_id, (packs,)):  # somebody else was first
            return own
        raise FileError(f"{target}: {error.strerror or error}") from error
    return target


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
