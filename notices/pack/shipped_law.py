"""What an own copy of a pack does not say itself: the law always comes from the shipped pack.

An own copy supplies wording: clauses, terms, the parts of kinds, formats, the ladder, hints. Rules,
refusals, bans, rates, holidays, shared conditions, and what is required of fields and letters are
read from the shipped pack, so that a mend reaches every workspace. A run's copy has that law inside
it, in `_law`; a pack that no shipped one stands behind says everything itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from notices.files import read_bytes
from notices.pack import core
from notices.pack.core import value_at
from notices.textfiles import Path_, TextFile, read_text_file

FOLDER = "_law"
SHIPPED = "shipped"  # how findings call the folder of shipped packs, beside a workspace's `packs`
WORDING = (
    "pack",
    "kinds",
    "conditions",
    "fields",
    "terms",
)  # files that an own copy has its own of
TABLES = ("rates", "holidays")
ITEM_LAW = ("sign", "counts_as")  # of an item kind; its other keys are labels
KIND_LAW = ("must_print", "protected")  # of a kind: an own copy may ask for more, not for less
FIELD_WORDS = ("hint", "example")  # of a field; its other keys are law
# keys of pack.yaml that an own copy says itself
PACK_WORDS: tuple[str, ...] = ("id", "version", "names", "formats", "language_sets", "defaults")
PACK_WORDS += ("currencies", "prevailing", "postcode", "not_covered")
_WORDING_ALONE = ("clauses/", "examples/", "ladder.yaml")
_LAW_FILES: tuple[str, ...] = ("pack", "conditions", "fields", "terms", "rules", "refusals")
_LAW_FILES += ("wording", "uncertain_days")


def law_of(root: Path, shipped: Path | None) -> Path | None:
    """The folder that the law of the pack in `root` is read from; None: the pack says it itself."""
    inside = root / FOLDER
    return shipped or (inside if inside.is_dir() else None)


def files_with_law(root: Path, shipped: Path | None = None) -> dict[str, Path]:
    """Everything that a pack is made of, its law by names in `_law/`; see `core.files_of`."""
    found = {n: f for n, f in core.files_of(root).items() if not n.startswith(f"{FOLDER}/")}
    law = law_of(root, shipped)
    for name, file in core.files_of(law).items() if law else ():
        if not name.startswith(_WORDING_ALONE):
            found[f"{FOLDER}/{name}"] = file
    return found


def files_that_count(root: Path, shipped: Path | None = None) -> dict[str, Path]:
    """The same for a digest: without law that the copy repeats, so that it digests as its original
    for as long as neither has changed."""
    files = files_with_law(root, shipped)
    return {
        name: file
        for name, file in files.items()
        if not (same := files.get(name.removeprefix(f"{FOLDER}/")))
        or same is file
        or read_bytes(same) != read_bytes(file)
    }


# --- an own copy's files with the law of the shipped pack ----------------------------------------


def with_law(
    own: Mapping[str, TextFile | None], law: Mapping[str, TextFile | None]
) -> dict[str, TextFile | None]:
    """An own copy's files as they count; each value is reported of the file that says it."""
    found = {name: file for name, file in law.items() if name not in own}
    for name, mine in own.items():
        shipped = law.get(name)
        is_mixed = mine and shipped and isinstance(mine.data, dict) and name in WORDING
        found[name] = _mixed(name, mine, shipped) if is_mixed and mine and shipped else mine
    return found


def _mixed(name: str, own: TextFile, law: TextFile) -> TextFile:
    data: dict[str, Any] = {**own.data}
    borrowed = dict(own.borrowed)
    for path in _law_paths(name, own, law):
        value, mine = value_at(law.data, path), value_at(own.data, path)
        kept = _words(name, mine) if isinstance(value, dict) else {}
        core.borrow(borrowed, path, law, path, value, besides=kept)
        if name == "kinds" and isinstance(value, dict):
            value = {**(mine if isinstance(mine, dict) else {}), **value}
        elif name == "kinds":
            value = [*value, *(row for row in mine or () if row not in value)]
        data = _with_value(data, path, {**value, **kept} if kept else value)
    if name == "fields":
        data = dict(sorted(data.items(), key=core.place_in_record))
    return replace(own, data=data, borrowed=borrowed)


def _words(name: str, entry: Any) -> dict[str, Any]:
    """What an own copy says itself in an entry of law: a field's hints, an item kind's labels."""
    given = entry if isinstance(entry, dict) else {}
    if name == "fields":
        return {key: value for key, value in given.items() if key in FIELD_WORDS}
    if name == "terms":
        return {key: value for key, value in given.items() if key not in ITEM_LAW}
    return {}


def _law_paths(name: str, own: TextFile, law: TextFile) -> Iterator[Path_]:
    """What the shipped file says of law in entries that wording stands in too."""
    if not isinstance(law.data, dict):
        return
    for key, entry in law.data.items():
        if name == "pack":
            if key not in PACK_WORDS:
                yield (key,)
        elif name == "kinds":
            if isinstance(own.data.get(key), dict) and isinstance(entry, dict):
                yield from ((key, what) for what in KIND_LAW if entry.get(what))
        elif name == "terms":
            if key == "item_kinds":
                yield from ((key, inner) for inner in entry)
        else:
            yield (key,)


def _with_value(data: Any, path: Path_, value: Any) -> Any:
    if not path:
        return value
    inner = data if isinstance(data, dict) else {}
    return {**inner, path[0]: _with_value(inner.get(path[0]), path[1:], value)}


# --- law that an own copy says all the same ------------------------------------------------------


@dataclass(frozen=True)
class LawEdit:
    """An entry of law that somebody changed, added or removed in an own copy, without effect.

    `value` is what it says there (None: it was removed), `shipped` what counts instead.
    """

    file: str  # within the pack's folder: rules.yaml
    line: int  # 0 where it was removed
    path: Path_
    value: Any
    shipped: Any


def law_edits(root: Path, base: Path | None, shipped: Path) -> tuple[LawEdit, ...]:
    """The law in which the own copy in `root` differs from `base`, what it was copied from.

    Without `base` what differs from the shipped pack counts as changed by hand. Raises FileError,
    TextFileError.
    """
    found: list[LawEdit] = []
    origin = base or shipped
    for name in (*_LAW_FILES, *_table_names(root), *_table_names(origin)):
        files = tuple(dict.fromkeys((name, f"{core.FOLDER}/{name}")))
        if all(_raw(root, file) == _raw(origin, file) for file in files):
            continue
        mine, before, now = (_law_entries(place, name) for place in (root, origin, shipped))
        for path in dict.fromkeys((*before, *mine)):
            value, line = mine.get(path, (None, 0))
            is_new = path not in before
            counts = now.get(path, (None, 0))[0]
            if value in (before.get(path, (None, 0))[0], counts) or (is_new and path[0] in WORDING):
                continue
            edit = LawEdit(_file_name(name), line, path[1:], value, counts)
            found += [edit] if edit not in found else []
    return tuple(found)


def _file_name(name: str) -> str:
    return name if "/" in name else f"{name}.yaml"


def _table_names(root: Path) -> tuple[str, ...]:
    return tuple(f"{t}/{file.name}" for t in TABLES for file in sorted((root / t).glob("*.csv")))


def _raw(root: Path, name: str) -> bytes:
    file = root / _file_name(name)
    if not file.is_file() and name.startswith(f"{core.FOLDER}/"):
        beside = core.core_of(root)
        file = beside / file.name if beside else file
    return read_bytes(file) if file.is_file() else b""


def _law_entries(root: Path, name: str) -> dict[Path_, tuple[Any, int]]:
    """The law of one file by path, the file's name first, each with its line."""
    if "/" in name:
        return dict(_table_rows(root, name))
    file = whole_file(root, name)
    if not isinstance(file.data, dict):
        return {}
    found: dict[Path_, tuple[Any, int]] = {}
    for key, entry in file.data.items():
        deeper = name == "rules" or (name, key) == ("terms", "item_kinds")
        paths = [(key, inner) for inner in entry or ()] if deeper else [(key,)]
        if (name == "pack" and key in PACK_WORDS) or (name == "terms" and not deeper):
            continue
        for path in paths:
            value = _plain(name, value_at(file.data, path))
            found[name, *path] = (value, file.line(*path))
    return found


def whole_file(root: Path, name: str) -> TextFile:
    """A file of the pack in `root` with what the core says beneath it; empty where it has none.

    Raises FileError, TextFileError.
    """
    place = root / f"{name}.yaml"
    if not place.is_file():
        return TextFile(name, {}, {})
    file = read_text_file(place, f"{name}.yaml")
    shared = core.core_of(root)
    if name not in core.FILES or shared is None or not (shared / place.name).is_file():
        return file
    beneath = read_text_file(shared / place.name)
    return core.with_core(
        name, file, beneath, core.languages_of(read_text_file(root / "pack.yaml"))
    )


def _plain(name: str, value: Any) -> Any:
    """An entry's law alone, in a form that compares."""
    if not isinstance(value, dict):
        return value
    words = ("explain",) if name == "conditions" else _words(name, value)
    return {key: inner for key, inner in value.items() if key not in words}


def _table_rows(root: Path, name: str) -> Iterator[tuple[Path_, tuple[Any, int]]]:
    """A table's rows by their day, as written."""
    text = _raw(root, name).decode("utf-8-sig", "replace")
    for number, line in enumerate(text.splitlines(), 1):
        day, _, rest = line.partition(",")
        if day[:1].isdigit():
            yield (name, day), (rest.strip(), number)
