"""Which clauses of an own copy read otherwise than the shipped pack's."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from notices.pack.load import find_pack, load_pack
from notices.pack.types import Clause, Pack
from notices.studio.pack_cache import PackCache


def edited_clauses(packs: PackCache, pack: Pack) -> list[str]:
    """Their ids; none where no pack of that name is shipped, or the shipped one is in use."""
    shipped = find_pack(pack.id, (packs.workspace.builtin_root,))
    if shipped is None or packs.is_shipped(pack.id):
        return []
    theirs = _shipped(shipped).clauses
    return [name for name, one in pack.clauses.items() if _says(one) != _says(theirs.get(name))]


@lru_cache(8)
def _shipped(root: Path) -> Pack:
    return load_pack(root)


def _says(clause: Clause | None) -> object:
    return clause and (clause.texts, clause.headings, clause.when, clause.only)
