"""What packs share: `_core` says it once, and each pack's own entries override it by name.

A file of the core has two parts: `every` comes to each pack by itself, `named` to a pack that names
the entry. A pack writes only the keys in which it differs; `omit` leaves out an entry or a key.
A pack's own copy has the core inside it, in `_core`; shipped packs have it beside them. A pack with
neither says everything itself.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from notices.pack.node import Node
from notices.pack.vocabulary import PATH_HEADS
from notices.textfiles import Path_, TextFile, read_text_file

FOLDER = "_core"
FILES = ("fields", "terms", "wording")
OMIT = "omit"
PARTS = ("every", "named")
SECTIONS = {"terms": ("labels", "salutations", "item_kinds", "glossary")}
_NO_LANGUAGE = ("sign", "counts_as")  # of a term; all its other keys are languages
_AT_WORK = ("hint", "reason")  # read by whoever runs the program, in the languages that it speaks
SPOKEN = ("zh-Hans", "en")
OF_A_TONGUE = ("patterns", "safe")  # they find traditional and simplified characters alike
_BY_LANGUAGE = (*_AT_WORK, *OF_A_TONGUE, "example")


def core_of(root: Path) -> Path | None:
    """The folder of the core that the pack in `root` builds on: its own, else the one beside it."""
    return next((core for core in (root / FOLDER, root.parent / FOLDER) if core.is_dir()), None)


def files_of(root: Path) -> dict[str, Path]:
    """Everything that a pack is made of, by its name within the pack; hidden files are nobody's."""
    found = dict(files_in(root))
    core = core_of(root)
    if core and core.parent != root:
        found |= {f"{FOLDER}/{name}": file for name, file in files_in(core)}
    return found


def files_in(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in folder.rglob("*"):
        name = file.relative_to(folder).as_posix()
        if not any(part.startswith(".") for part in name.split("/")) and file.is_file():
            yield name, file


def copy_pack(root: Path, target: Path) -> None:
    """The pack in `root` as a new folder that nothing outside can change: its core is inside.

    Raises OSError at the first file that fails.
    """
    copy_files(files_of(root), target)


def copy_files(files: Mapping[str, Path], target: Path) -> None:
    """Files by their names in a new folder. Raises OSError at the first that fails."""
    target.mkdir()
    for name, file in sorted(files.items()):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target / name)


def place_in(root: Path, file: str, path: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Where a text of the pack stands, or a new one belongs: in its own file, else in the core.

    `file` and `path` as the pack itself would have them; so are those that come back. Raises
    FileError.
    """
    own = read_text_file(root / file)
    core = core_of(root)
    places: list[tuple[TextFile, str, tuple[str, ...]]] = [(own, file, path)]
    if core and (core / file).is_file():
        shared = read_text_file(core / file)
        places += [(shared, f"{FOLDER}/{file}", (part, *path)) for part in PARTS]
    for end in (None, -1):  # the text itself, then the mapping it would stand in
        for text, name, inner in places:
            if inner[:end] in text.lines:
                return name, inner
    return file, path


# --- overriding ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Languages:
    """What a pack takes of a mapping by language: its letters' languages, and its usual ones."""

    letters: tuple[str, ...]
    usual: tuple[str, ...] = ()

    def of(self, key: str, own: Any) -> tuple[str, ...]:
        """The languages taken of what stands under `key`, where the pack itself says `own`."""
        spoken = SPOKEN if key in _AT_WORK and own is None else ()
        return tuple(dict.fromkeys((*(self.usual if key == "hint" else self.letters), *spoken)))


def languages_of(head: TextFile) -> Languages:
    """What a pack takes of the core's texts, by its pack.yaml; faults are reported elsewhere."""
    top = Node(head, head.data, [])
    usual = top.at("defaults").at("languages").text().split()
    return Languages(tuple(tag for tag, _ in top.at("formats").entries()), tuple(usual))


def with_core(name: str, own: TextFile, core: TextFile, languages: Languages) -> TextFile:
    """A pack's file as if it said everything itself; each value is reported of where it stands."""
    merge = _Merge(own, core, languages, by_language=name in SECTIONS)
    if name in SECTIONS and isinstance(own.data, dict):
        inner = {section: merge.entries((section,)) for section in SECTIONS[name]}
        data: Any = {**own.data, **inner}
    else:
        data = merge.entries(())
    if name == "fields" and isinstance(data, dict):
        data = dict(sorted(data.items(), key=place_in_record))
    return replace(own, data=data, borrowed=merge.borrowed)


def place_in_record(entry: tuple[str, Any]) -> int:
    """The core's fields and a pack's own ones are listed together: letter, recipient, debts, …"""
    said = entry[1]
    head = str(said.get("path")).partition(".")[0] if isinstance(said, dict) else ""
    return PATH_HEADS.index(head) if head in PATH_HEADS else -1


@dataclass
class _Merge:
    own: TextFile
    core: TextFile
    languages: Languages
    by_language: bool  # entries are mappings by language themselves
    borrowed: dict[Path_, tuple[str, int]] = field(default_factory=dict)

    def entries(self, base: Path_) -> Any:
        """The entries under `base`, those of the core first."""
        mine = value_at(self.own.data, base)
        if mine is not None and not isinstance(mine, dict):
            return mine  # a fault, and reported as one
        mine = mine or {}
        every, named = (value_at(self.core.data, (part, *base)) or {} for part in PARTS)
        found: dict[str, Any] = {}
        for name in (*every, *(name for name in mine if name not in every)):
            part = "every" if name in every else "named"
            shared = every[name] if name in every else named.get(name)
            own = mine.get(name, {})
            if shared is None or not isinstance(own, (dict, str)):
                found[name] = own
            elif own != OMIT:
                place = (*base, name)
                if name not in mine:
                    self.borrowed[place] = self.core.place(part, *place)
                found[name] = self._entry(own, shared, place, (part, *place))
        return found

    def _entry(self, own: Any, shared: Any, place: Path_, source: Path_) -> Any:
        if not isinstance(own, dict) or not isinstance(shared, dict):
            return own
        wanted: Iterable[str] = shared
        if self.by_language:
            tags = self.languages.letters
            wanted = (*(k for k in _NO_LANGUAGE if k in shared), *(t for t in tags if t in shared))
        return self._over(own, shared, wanted, place, source)

    def _over(
        self,
        own: Mapping[str, Any],
        shared: Mapping[str, Any],
        wanted: Iterable[str],
        place: Path_,
        source: Path_,
    ) -> dict[str, Any]:
        """`own` over the wanted keys of `shared`, in the core's order."""
        found: dict[str, Any] = {}
        for key in wanted:
            value, said = shared[key], own.get(key)
            here, there = (*place, key), (*source, key)
            if key in _BY_LANGUAGE and isinstance(value, dict):
                if key not in own:
                    self.borrowed[here] = self.core.place(*there)
                if key not in own or (isinstance(said, dict) and key != "example"):
                    tags = self.languages.of(key, said)
                    if key in OF_A_TONGUE:
                        tongues = {tag.partition("-")[0]: texts for tag, texts in value.items()}
                        value = {t: tongues.get(t.partition("-")[0]) for t in tags} | value
                    tags = tuple(t for t in tags if value.get(t) is not None)
                    found[key] = self._over(said or {}, value, tags, here, there)
                    continue
            if key in own:
                found[key] = said
            else:
                found[key] = value
                borrow(self.borrowed, here, self.core, there, value)
        found |= {key: value for key, value in own.items() if key not in found}
        return {key: value for key, value in found.items() if value != OMIT}


def borrow(
    borrowed: dict[Path_, tuple[str, int]],
    place: Path_,
    file: TextFile,
    source: Path_,
    value: Any,
    besides: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Note in `borrowed` that a value, and all that is in it, stands in `file` at `source`; but for
    the keys `besides`."""
    borrowed[place] = file.place(*source)
    keys: Iterable[str | int] = value if isinstance(value, dict) else ()
    keys = range(len(value)) if isinstance(value, list) else keys
    for key in keys:
        if key not in besides:
            borrow(borrowed, (*place, key), file, (*source, key), value[key])


def value_at(data: Any, path: Path_) -> Any:
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data
