"""The pack as a preview may show it: as saved, as approved, as shipped, or as git has it."""

from __future__ import annotations

from datetime import date

from notices.catalogue import line_of
from notices.errors import PackError
from notices.finding import errors_in
from notices.letter.live_text import LiveTexts
from notices.pack.load import find_pack, load_pack, read_pack
from notices.pack.types import Pack
from notices.review.compare import APPROVED, SHIPPED, WORKING
from notices.review.git_revisions import pack_at
from notices.studio.pack_cache import PackCache


def state_pack(packs: PackCache, pack_id: str, kind: str, state: str, day: date) -> Pack:
    """The pack in that state; as approved, one kind of it is worded as live letters of `day` are.

    Raises PackError, WorkspaceError where there is no such state.
    """
    if state == WORKING:
        return packs.pack(pack_id)
    if state == APPROVED:
        live = LiveTexts(packs.workspace).of(packs.pack(pack_id), kind, day.isoformat())
        if live.approved is None:
            raise PackError(f"no text of {pack_id[:40]}/{kind[:40]} is live", live.findings)
        return live.pack
    if state == SHIPPED:
        root = find_pack(pack_id, (packs.workspace.builtin_root,))
        if root is None:
            raise PackError(f"no pack {pack_id[:40]} is shipped")
        return load_pack(root)
    root = packs.root(pack_id)
    with pack_at(root, state) as folder:
        pack, found = read_pack(folder, *packs.workspace.of_pack(root)[1:])
    if pack is None:
        faults = errors_in(found)
        raise PackError(line_of(faults[0]) if faults else f"{pack_id}: unreadable", faults)
    return pack
