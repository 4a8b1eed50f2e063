"""Which letter a record asks for: pack, kind, level, the sender's role, the debtor's type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from notices.pack.types import Pack
from notices.pack.vocabulary import DEBTOR_TYPES, SENDER_ROLES, near_miss


@dataclass(frozen=True)
class Route:
    """What chooses the schema. Where the record leaves it open, the nearest guess, not `sure`."""

    kind: str
    level: int
    sender_role: str
    debtor_type: str
    sure: bool


def find_route(
    data: Mapping[str, Any], recipient: Any, sender: Mapping[str, Any], pack: Pack
) -> Route:
    """The route of one letter; a wrong value is guessed, so that other faults are found too."""
    kinds = tuple(pack.kinds)
    kind, kind_sure = _pick(data.get("kind"), kinds)
    levels = tuple(str(level) for level in pack.kinds[kind].levels)
    level, level_sure = _pick(data.get("level", levels[0]), levels)
    role, role_sure = _pick(sender.get("role"), SENDER_ROLES)
    asked = recipient.get("type") if isinstance(recipient, dict) else None
    debtor_type, type_sure = _pick(asked, DEBTOR_TYPES)
    sure = kind_sure and level_sure and role_sure and type_sure
    return Route(kind, int(level), role, debtor_type, sure)


def _pick(value: Any, known: tuple[str, ...]) -> tuple[str, bool]:
    if isinstance(value, str) and value in known:
        return value, True
    near = near_miss(value, known) if isinstance(value, str) else ""
    return near or known[0], False
