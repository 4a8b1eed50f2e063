"""All that an own copy of a pack says itself, as plain data by piece; and writing one piece of it.

A piece's path begins with its room: `clauses/opening/en`, `labels/total_due/en`,
`kinds/reminder/parts`, `pack/formats/en/date`, `fields/cause/hint/en`. What stands in the core
counts as the pack's; it is written where it stands.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from notices.files import read_bytes, write_whole
from notices.finding import Finding
from notices.pack import core
from notices.pack.shipped_law import FIELD_WORDS, ITEM_LAW, PACK_WORDS, whole_file
from notices.textfiles import Path_, parse_yaml, read_text_file
from notices.wording import yaml_rewrite as rewrite
from notices.wording.yaml_rewrite import MISSING, Block, value_at

_HEAD = tuple(key for key in PACK_WORDS if key not in ("id", "version"))


def read_wording(root: Path, shipped: Path) -> dict[str, Any]:
    """What the pack in `root` says where an own copy of `shipped` may say its own.

    Raises FileError, TextFileError.
    """
    files = {name: _mapping(whole_file(root, name).data) for name in ("terms", "kinds", "ladder")}
    head, fields, conditions = (
        _mapping(whole_file(root, name).data) for name in ("pack", "fields", "conditions")
    )
    law = {name: _mapping(whole_file(shipped, name).data) for name in ("fields", "conditions")}
    rooms = {room: _mapping(files["terms"].get(room)) for room in core.SECTIONS["terms"]}
    return {
        "clauses": {k: v for file in _clause_files(root) for k, v in _mapping_in(file).items()},
        **rooms,
        "item_kinds": {k: _without(v, ITEM_LAW) for k, v in rooms["item_kinds"].items()},
        "kinds": files["kinds"],
        "ladder": files["ladder"],
        "pack": {key: head[key] for key in _HEAD if key in head},
        "fields": {
            k: {w: v[w] for w in FIELD_WORDS if w in v} if k in law["fields"] else v
            for k, v in fields.items()
            if isinstance(v, dict)
        },
        "conditions": {k: v for k, v in conditions.items() if k not in law["conditions"]},
    }


def _mapping(data: Any) -> dict[str, Any]:
    return data if isinstance(data, dict) else {}


def _mapping_in(file: Path) -> dict[str, Any]:
    return _mapping(read_text_file(file).data)


def _without(value: Any, keys: tuple[str, ...]) -> Any:
    return {k: v for k, v in value.items() if k not in keys} if isinstance(value, dict) else value


def _clause_files(root: Path) -> list[Path]:
    return sorted((root / "clauses").glob("*.yaml"))


def write_piece(root: Path, path: Path_, value: Any, beside: Path) -> None:
    """Have the pack in `root` say `value` at `path`; MISSING takes the piece out.

    A clause that the pack does not have yet goes into a file named as in `beside`, the pack that
    has it. Raises Refused where the place can't be written without touching others, FileError.
    """
    name, inner = piece_place(root, path, beside)
    file = root / name
    text = read_bytes(file).decode("utf-8-sig") if file.is_file() else ""
    write_whole(file, with_piece(text, inner, value))


def piece_place(root: Path, path: Path_, beside: Path) -> tuple[str, Path_]:
    """The file that a piece stands in, or belongs into, and its path there."""
    room, *inner = map(str, path)
    if room == "clauses":
        for folder in (root, beside):
            for file in _clause_files(folder):
                if inner[0] in _mapping_in(file):
                    return f"clauses/{file.name}", tuple(inner)
        return "clauses/own.yaml", tuple(inner)
    if room in core.SECTIONS["terms"]:
        return core.place_in(root, "terms.yaml", (room, *inner))
    if room == "fields":
        return core.place_in(root, "fields.yaml", tuple(inner))
    return f"{room}.yaml", tuple(inner)


def with_piece(text: str, path: Path_, value: Any) -> str:
    """A YAML text that says `value` at `path`, every other value as before. Raises Refused."""
    data = next((document.data for document in parse_yaml(text, "")), None)
    now = value_at(data, path)
    if value is MISSING:
        return text if now is MISSING else rewrite.option(text, path, None)
    wanted = _as_written(value)
    if now is MISSING:
        while path[:-1] and not isinstance(value_at(data, path[:-1]), dict):
            path, wanted = path[:-1], {str(path[-1]): wanted}
        return rewrite.entry(text, path, wanted)
    if isinstance(now, (str, type(None))) and isinstance(wanted, str):
        return rewrite.scalar(text, path, wanted)
    if isinstance(now, list) and isinstance(wanted, list) and now and wanted:
        try:
            return _with_items(text, path, now, wanted)
        except rewrite.Refused:
            pass
    return rewrite.option(text, path, wanted)


def with_keys(text: str, path: Path_, asked: Mapping[str, Any]) -> str:
    """A YAML text with a mapping's keys as asked, each alone, so that those that stay keep their
    lines and remarks. Raises Refused."""
    now = value_at(next((document.data for document in parse_yaml(text, "")), None), path)
    for key in dict.fromkeys((*asked, *now)):  # what goes goes last: a mapping is never left empty
        if now.get(key) != asked.get(key):
            text = with_piece(text, (*path, key), asked.get(key, MISSING))
    return text


def with_conditions_at(text: str, path: Path_, when: Any) -> str:
    """A YAML text with another `when` at a path, none where it is None. Raises Refused."""
    now = value_at(next((document.data for document in parse_yaml(text, "")), None), path)
    if isinstance(now, dict) and isinstance(when, Mapping):
        return with_keys(text, path, rewrite.plain(when))
    return rewrite.option(text, path, when)


def _as_written(value: Any) -> Any:
    """The value as an entry is written: a text that came from a block is one again."""
    if isinstance(value, str):
        return Block(value.strip()) if value.endswith("\n") else value
    if isinstance(value, Mapping):
        return {key: _as_written(inner) for key, inner in value.items()}
    return [_as_written(inner) for inner in value] if isinstance(value, list) else value


def _with_items(text: str, path: Path_, now: list[Any], wanted: list[Any]) -> str:
    """A list's items one by one, so that those that stay keep their lines and remarks."""
    before, after = ([json.dumps(item, sort_keys=True) for item in side] for side in (now, wanted))
    for op, a1, a2, b1, b2 in reversed(
        difflib.SequenceMatcher(None, before, after, False).get_opcodes()
    ):
        if op == "equal":
            continue
        for item in reversed(wanted[b1:b2]):
            text = rewrite.add_item(text, path, a2, item)
        for index in reversed(range(a1, a2)):
            text = rewrite.remove_item(text, path, index)
    return text


def check_remarks(root: Path, new: Path, base: Path | None) -> Iterator[Finding]:
    """The remarks of the own pack in `root` that its successor in `new` does not have, and that did
    not come from `base`, what it was copied from."""
    for name, file in sorted(core.files_in(root)):
        if not name.endswith(".yaml") or not (new / name).is_file():
            continue
        known = {*_remarks(new / name), *_remarks(base / name if base else None)}
        for text, line in _remarks(file).items():
            if text not in known:
                place = f"packs/{root.name}/{name}"
                yield Finding("remark-left", "warning", place, line, "", {"text": text[:80]})


def _remarks(file: Path | None) -> dict[str, int]:
    """Lines that are remarks alone, each with its number."""
    if file is None or not file.is_file():
        return {}
    lines = read_bytes(file).decode("utf-8", "replace").splitlines()
    numbered = ((text.strip(), number) for number, text in enumerate(lines, 1))
    return {text: number for text, number in numbered if text.startswith("#")}
