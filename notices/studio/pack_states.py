"""The pack as a preview may show it: as saved, as approved, as shipped, or as git has it."""

from __future__ import annotations

from datetime import date

from notices.errors import PackError
from notices.letter.live_text import LiveTexts
from notices.pack.types import Pack
from notices.review.compare import APPROVED, SHIPPED, WORKING
from notices.review.earlier_pack import revision_pack, shipped_pack
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
        return shipped_pack(packs.workspace, pack_id)
    return revision_pack(packs.workspace, packs.pack(pack_id), state)
