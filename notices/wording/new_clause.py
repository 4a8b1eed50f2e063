"""A clause to add to a pack, new or like one that it has, as its file will say it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from notices.finding import Finding
from notices.pack.node import Node, named_conditions
from notices.pack.read_letters import read_clauses
from notices.pack.types import Clause, Pack
from notices.textfiles import TextFile
from notices.wording import yaml_rewrite as rewrite

_FACT = ("status", "unverified")  # what nobody verified: it stays so while the source does
_SCOPE = ("only", "tongue")


@dataclass(frozen=True)
class NewClause:
    """A clause to add; `source_class` is law, practice or product.

    Texts and headings are by side: `en`, or `zh-Hans.company` where a language reads otherwise by
    recipient. `hold` and `hold_not` are named conditions, those that must hold and those that must
    not. What `like`, a clause of the pack, says besides is taken over: what else its `when` asks,
    the languages that it exists in.
    """

    id: str
    source_class: str
    source: str
    texts: Mapping[str, str]
    headings: Mapping[str, str] = field(default_factory=dict)
    hold: tuple[str, ...] = ()
    hold_not: tuple[str, ...] = ()
    like: str = ""


def clause_entry(clause: NewClause, like: Mapping[str, Any]) -> dict[str, Any]:
    """The clause as its entry in a file of clauses/; `like` is the entry of the other one."""
    entry: dict[str, Any] = {"class": clause.source_class, "source": tidy(clause.source)}
    same = entry["source"] == tidy(str(like.get("source", "")))
    entry |= {key: like[key] for key in _FACT if key in like and same}
    if headings := {side: tidy(text) for side, text in clause.headings.items() if text.strip()}:
        entry["heading"] = by_language(headings)
    if when := with_conditions(like.get("when"), clause.hold, clause.hold_not):
        entry["when"] = when
    entry |= {key: like[key] for key in _SCOPE if key in like}
    texts = {side: rewrite.Block(tidy(text)) for side, text in clause.texts.items()}
    return entry | by_language(texts)


def tidy(text: str) -> str:
    """A text as it is stored: one kind of line end, no white space around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def check_sides(*given: Mapping[str, str]) -> list[Finding]:
    """Languages that have one text and texts by recipient too: a file can say one of both."""
    twice = {side: None for sides in given for side in sides if _is_split(side, sides)}
    return [Finding("side-twice", params={"side": lang}) for lang in twice]


def _is_split(lang: str, sides: Mapping[str, str]) -> bool:
    return any(other.startswith(f"{lang}.") for other in sides)


def by_language(sides: Mapping[str, str]) -> dict[str, Any]:
    """`zh-Hans.company` as an entry of `zh-Hans`. What `check_sides` finds has no such form."""
    found: dict[str, Any] = {}
    for side, text in sides.items():
        lang, _, variant = side.partition(".")
        if variant:
            found.setdefault(lang, {})[variant] = text
        else:
            found[lang] = text
    return found


def with_conditions(now: Any, hold: Sequence[str], hold_not: Sequence[str]) -> Any:
    """A `when` with these as its named conditions; one that holds alone stands there directly."""
    if isinstance(now, str):
        now = named_conditions(now)
    when = {key: value for key, value in (now or {}).items() if key not in ("all", "not")}
    when |= {"all": list(hold)} if hold else {}
    when |= {"not": list(hold_not)} if hold_not else {}
    return hold[0] if [*when] == ["all"] and len(hold) == 1 else when


def as_clause(pack: Pack, entry: Mapping[str, Any]) -> tuple[Clause, list[Finding]]:
    """The clause that the pack would read from an entry, and what in it can't be read."""
    found: list[Finding] = []
    name = "new-clause"
    data = {name: rewrite.plain(entry)}
    top = Node(TextFile(f"packs/{pack.id}/clauses", data, {}), data, found)
    return read_clauses([top], tuple(pack.formats))[name], found
