"""Law that a workspace wants different, by name: `overlay/XX/rules.yaml` and its neighbours.

An entry there has the name of the pack's entry and the keys in which it differs, with a class and a
source of its own; `omit` leaves a key out. An entry of a new name comes before the pack's own ones,
for the first rule that fits counts. Rates and holidays are overlaid row by row (`dated_tables`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from notices.finding import Finding
from notices.pack import core
from notices.pack.core import value_at
from notices.pack.node import Node
from notices.pack.types import Pack
from notices.textfiles import Path_, TextFile

FOLDER = "overlay"
FILES = ("conditions", "fields", "rules", "refusals", "wording")


def overlaid(name: str, file: TextFile, over: TextFile, found: list[Finding]) -> TextFile:
    """A pack's file with a workspace's entries over its own, each reported of where it stands."""
    top = Node(over, over.data, found)
    data, borrowed = file.data, dict(file.borrowed)
    if not isinstance(data, dict):
        return file
    for path, node in _entries(name, top):
        if not isinstance(node.value, dict):
            node.only(())
            continue
        for key in ("class", "source") if name != "conditions" else ():
            if not node.has(key):
                node.fault("key-missing", name=key)
        known = value_at(data, path)
        whole = {**(known if isinstance(known, dict) else {}), **node.value}
        for key, value in node.value.items():
            core.borrow(borrowed, (*path, key), over, (*path, key), value)
        borrowed[path] = over.place(*path)
        data = _with_entry(data, path, {k: v for k, v in whole.items() if v != core.OMIT})
    return replace(file, data=data, borrowed=borrowed)


def _entries(name: str, top: Node) -> list[tuple[Path_, Node]]:
    sections = top.entries()
    if name != "rules":
        return [((key,), node) for key, node in sections]
    return [((key, inner), node) for key, part in sections for inner, node in part.entries()]


def _with_entry(data: Mapping[str, Any], path: Path_, value: Any) -> dict[str, Any]:
    """The data with an entry in its place, or before all others where there is none of its name."""
    key = str(path[0])
    if len(path) > 1:
        inner = data.get(key)
        return {**data, key: _with_entry(inner if isinstance(inner, dict) else {}, path[1:], value)}
    return {**data, key: value} if key in data else {key: value, **data}


def overlaid_here(pack: Pack) -> dict[str, tuple[str, int]]:
    """What this workspace says of law in place of the pack, by name, with file and line; of a table
    the first row."""
    found: dict[str, tuple[str, int]] = {}
    for source in pack.sources:
        room, name, *_ = f"{source.id}/".split("/")
        if source.file.startswith(f"{FOLDER}/"):
            found.setdefault(f"{room}/{name}", (source.file, source.line))
    lines = {name: place for name, place in pack.lines.items() if place[0].startswith(f"{FOLDER}/")}
    return {**found, **{name: lines[name] for name in lines if name.count("/") == 1}}


def tell_overlaid(pack: Pack) -> tuple[Finding, ...]:
    """A note for each of these."""
    return tuple(
        Finding("law-overlaid", "note", *place, name, {"name": name})
        for name, place in overlaid_here(pack).items()
    )


def unread_files(folder: Path) -> list[str]:
    """Files of an overlay that nobody reads, by name."""
    known = {f"{name}.yaml" for name in FILES}
    return sorted(
        name
        for name, _ in core.files_in(folder)
        if name not in known and not (name.startswith(("rates/", "holidays/")) and ".csv" in name)
    )
