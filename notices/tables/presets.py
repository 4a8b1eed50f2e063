"""Presets: how known systems export open items, as mappings of columns by their meaning.

templates/presets/NAME.yaml has for each meaning the headers that the system writes, in all its
languages; with a table's own headers in their place its mapping is one as a person writes it. What
the person's own mapping says counts before it. A header is only taken where it is written so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from notices.case.raw_values import shown
from notices.finding import Finding
from notices.pack.types import Pack
from notices.pack.vocabulary import near_miss
from notices.places import TEMPLATES
from notices.tables.in_packs import in_pack
from notices.tables.mapping import ColumnMap, read_mapping, read_mapping_text
from notices.tables.row import TableError, TableFormat
from notices.tables.rows import read_table
from notices.textfiles import TextFile, TextFileError, read_text_file

FOLDER = TEMPLATES / "presets"
_MEANING = re.compile(r"<([a-z0-9_]+)>")
_IN_LINE = re.compile(r"\{<([a-z0-9_]+)>\}")
_HEADER = re.compile(r"\{([^{}:]+)\}")  # in lines that join columns
_NUMBER = re.compile(r"[0-9]+")
PAIR = ("debit", "credit")
_TABLE = ("encoding", "delimiter", "sheet", "header_row")
_TITLE = "title"  # the meaning of a customer that stands above its rows
_TITLES = 20  # rows in which the headers are looked for: exports have titles and filters above
# Of these each entry stands alone; everything else a table lacks a part of is left out as a whole.
_BY_ENTRY = (
    *("columns", "fields", "only", "skip", "plan", "earlier"),
    *("same_as", "parts", "lines", "prefer", "ignore"),
)


_KINDS: Mapping[str, type] = {  # of what the own mapping may say before the preset
    **dict.fromkeys(("columns", "constants", "fields", "customers", "table"), dict),
    "ignore": list,
}


@dataclass(frozen=True)
class Asked:
    """What a door says beside the mapping: a preset's name, and the file of the customers."""

    preset: str = ""
    customers: str = ""


NOTHING_ASKED = Asked()


def preset_names() -> tuple[str, ...]:
    """The presets that there are."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.yaml")))


@cache
def preset_words() -> Mapping[str, tuple[str, ...]]:
    """What the presets know of headers: a field, `items.KIND`, or `pair.debit` and `pair.credit`
    of an amount in two columns; and how systems head it."""
    found: dict[str, list[str]] = {}
    for name in preset_names():
        said = read_text_file(FOLDER / f"{name}.yaml").data
        mapping, words = said["mapping"], said["words"]
        targets = [(said["key"], "id"), *_columns_of(mapping), *_columns_of(said["customers"])]
        for part in (mapping, *said.get("one_of", ())):
            targets += _columns_of(part)
            for item in part.get("items", ()) if "signs" not in part else ():
                amount = item["amount"]
                if isinstance(amount, str):
                    targets.append((amount.strip("<>"), f"items.{item['kind']}"))
                else:
                    targets += [(amount[leaf].strip("<>"), f"pair.{leaf}") for leaf in PAIR]
        own = {**said["customers"]["words"], **words}
        for meaning, target in targets:
            found.setdefault(target, []).extend(own.get(meaning, ()))
    return {target: tuple(dict.fromkeys(words)) for target, words in found.items()}


def _columns_of(part: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The meanings that fill a field each, in a part of a preset."""
    columns = (part.get("mapping") or part).get("columns") or {}
    return [(name.strip("<>"), to) for name, said in columns.items() for to in _targets(said)]


def read_column_map(
    file: Path,
    mapping: Path | None,
    form: TableFormat,
    asked: Asked = NOTHING_ASKED,
    find_pack: Callable[[str], Pack] | None = None,
) -> ColumnMap:
    """The mapping for a table: its own file, a preset's, or a preset's with the own one before it.

    `find_pack` gives the pack that the mapping names ("" for none): a preset then speaks its words.

    Raises TableError where there is no such preset or the table is not what it is for, FileError.
    """
    own = TextFile("", {}, {})
    if mapping is not None:
        try:
            own = read_text_file(mapping)
        except TextFileError:
            return read_mapping(mapping)  # it tells what is wrong with the text
    said = dict(own.data) if isinstance(own.data, dict) else {}
    stated = said.pop("preset", None)
    name = asked.preset or stated or ""
    if any(not isinstance(said.get(key) or kind(), kind) for key, kind in _KINDS.items()):
        return read_mapping_text(own)  # and what has no shape
    if asked.customers:
        said["customers"] = {**(said.get("customers") or {}), "file": asked.customers}
    if not name:
        return read_mapping_text(replace(own, data=said))
    preset = _read_preset(name, own)
    head = _Head(file, preset, form.before(_form(said.get("table"))))
    shipped = head.mapping()
    if find_pack is not None:
        shipped = in_pack(shipped, find_pack(str(said.get("pack") or "")))
    data = _merged(shipped, said)
    second = said.get("customers") or {}
    if isinstance(second, dict) and second.get("file"):
        place = file.parent / second["file"]
        data = _with_customers(data, said, preset, place, head.key)
    text = TextFile(own.name or preset.name, data, own.lines)
    return replace(read_mapping_text(text), preset=preset.name)


def _read_preset(name: Any, own: TextFile) -> TextFile:
    known = preset_names()
    if name not in known:
        near = near_miss(str(name), known) or ", ".join(known)
        where = Finding("preset-unknown", "error", own.name, own.line("preset"), "preset")
        raise TableError(replace(where, params={"name": shown(str(name)), "near": near}))
    return read_text_file(FOLDER / f"{name}.yaml", f"presets/{name}.yaml")


class _Head:
    """A table's headers as a preset knows them."""

    def __init__(self, file: Path, preset: TextFile, form: TableFormat, part: str = "") -> None:
        """`part` is the preset's part for a second table. Raises TableError where it is not one
        that the preset is for."""
        self.said: Mapping[str, Any] = preset.data[part] if part else preset.data
        self.name = Path(preset.name).stem
        self.file = file
        numbers_blank = form.numbers_blank or self.said.get("blank_headers") == "numbered"
        self.form, self.headers = self._find(replace(form, numbers_blank=numbers_blank))
        self.places = dict(self._placed())

    def _find(self, form: TableFormat) -> tuple[TableFormat, tuple[str, ...]]:
        """The row that holds most known headers, and all its headers. The preset's encoding is
        taken where the bytes leave it in doubt."""
        best = -1
        found: tuple[TableFormat, tuple[str, ...]] = (form, ())
        problem: TableError | None = None
        rows = [form.header_row, *(n for n in range(1, _TITLES + 1) if n != form.header_row)]
        encodings = dict.fromkeys((form.encoding, form.encoding or self.said.get("encoding", "")))
        for row, encoding in product(rows, encodings):
            form = replace(form, header_row=row, encoding=encoding)
            try:
                headers = _headers(self.file, form)
            except TableError as error:
                if problem is None or problem.findings[0].rule == "encoding-unsure":
                    problem = error
                continue
            known = sum(any(_is(word, h) for word in self._words()) for h in headers)
            if known > best:
                best, found = known, (form, headers)
            if all(self._header(meaning, headers) for meaning in self.said["needs"]):
                break
        if best < 0 and problem is not None:
            raise problem
        return found

    def _words(self) -> Iterator[str]:
        for words in self.said["words"].values():
            yield from words

    def _header(self, meaning: str, headers: Iterable[str]) -> str:
        """The table's header for a meaning, the preset's first words before later ones; "" where
        there is none."""
        headers = tuple(headers)
        words = self.said["words"][meaning]
        return next((h for word in words for h in headers if _is(word, h)), "")

    def _placed(self) -> Iterator[tuple[str, str]]:
        lacking = []
        above = self.said.get("titles", "")
        for meaning in self.said["words"]:
            if header := self._header(meaning, self.headers):
                yield meaning, header
            elif meaning == above:
                yield from ((name, self.said["words"][meaning][0]) for name in (meaning, _TITLE))
            elif meaning in self.said["needs"]:
                lacking.append(meaning)
        if lacking:
            raise TableError(*map(self._lacks, lacking))

    def _lacks(self, meaning: str) -> Finding:
        words = ", ".join(self.said["words"][meaning])
        near = near_miss(self.said["words"][meaning][0], self.headers) or ", ".join(self.headers)
        params = {"preset": self.name, "words": words, "near": shown(near, 120) or "–"}
        return Finding(
            "preset-column-missing", "error", str(self.file), self.form.header_row, meaning, params
        )

    @property
    def key(self) -> str:
        """The header that says which customer a row is of."""
        return self.places.get(self.said["key"], "")

    def mapping(self) -> dict[str, Any]:
        """The preset's mapping with the table's own headers."""
        data = _with_headers(self.said["mapping"], self.places, by_entry=True)[0]
        ways = self.said.get("one_of", ())  # to say one thing: the first that the table has all of
        made = ((way, *_with_headers(way, self.places)) for way in ways)
        way, chosen = next(((way, one) for way, one, lacks in made if not lacks), ({}, {}))
        if ways and not way:
            needed = dict.fromkeys(_MEANING.findall(str(ways[-1])))
            raise TableError(*(self._lacks(m) for m in needed if m not in self.places))
        data = _joined(data, chosen)
        used = _MEANING.findall(f"{self.said['mapping']} {way}")
        also = (self.places.get(m, "") for m in self.said.get("also", ()) if m not in used)
        known = [h for h in self.headers if any(_is(w, h) for w in self.said.get("ignore", ()))]
        taken = {self.places[meaning] for meaning in used if meaning in self.places}
        ignored = [h for h in dict.fromkeys((*filter(None, also), *known)) if h not in taken]
        table = {"encoding": self.form.encoding, "header_row": str(self.form.header_row)}
        table |= {"blank_headers": "numbered"} if self.form.numbers_blank else {}
        return {**data, "ignore": ignored, "table": table}


def _with_customers(
    data: dict[str, Any], said: Mapping[str, Any], preset: TextFile, place: Path, key: str
) -> dict[str, Any]:
    """The mapping with the preset's way to read the second table, what the own one says before it.

    What both tables have is taken from the customers'.
    """
    own = said["customers"]
    if "customers" not in preset.data:
        return {**data, "customers": {**own}}
    head = _Head(place, preset, _form(own.get("table")), "customers")
    found = head.mapping()
    stated = {*(said.get("fields") or {}), *_all_targets(said.get("columns") or {})}
    columns = {h: to for h, to in (found.get("columns") or {}).items() if not _targets(to) & stated}
    columns |= {path: to for path, to in (found.get("fields") or {}).items() if path not in stated}
    part = {"key": head.key, "same_as": key, "table": found["table"], "columns": columns}
    part |= {name: found.get(name) for name in ("prefer", "plan")}
    part = _merged(part, dict(own))
    filled = _all_targets(part["columns"]) | {*columns}
    kept = {h: _without(to, filled) for h, to in (data.get("columns") or {}).items()}
    mine = {header: to for header, to in kept.items() if to}
    left = [h for h in data.get("columns") or {} if h not in mine]
    left += [h for h in found.get("columns") or {} if h not in part["columns"]]
    joined = data.get("fields") or {}
    left += [h for path in joined if path in filled for h in _HEADER.findall(str(joined[path]))]
    fields = {path: said for path, said in joined.items() if path not in filled}
    data = {**data, "fields": fields} if joined else data
    ignore = [*(data.get("ignore") or ()), *found["ignore"], *left]
    return {**data, "columns": mine, "ignore": ignore, "customers": part}


def _form(table: Any) -> TableFormat:
    """How a mapping's `table` says that a file is read; what has no shape is told by its reader."""
    said = table if isinstance(table, dict) else {}
    encoding, delimiter, sheet, row = (str(said.get(key) or "") for key in _TABLE)
    numbers_blank = said.get("blank_headers") == "numbered"
    at = int(row) if row.isdecimal() else 1
    return TableFormat(encoding, delimiter, sheet, at, numbers_blank)


def _merged(preset: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The preset's mapping with what the own one says before it, key by key, field by field."""
    mine = own.get("columns") or {}
    # A cell counts before a constant: an own currency for all is one for blank cells only.
    filled = {*_all_targets(mine), *(own.get("fields") or {})}
    named = {*mine, *map(str, own.get("ignore") or ())}
    made = {**preset, **{key: value for key, value in own.items() if value is not None}}
    for key in ("columns", "constants", "fields", "table", "earlier"):
        before, after = preset.get(key) or {}, own.get(key) or {}
        if not isinstance(after, dict):
            continue
        kept = {
            name: said
            for name, said in before.items()
            if name not in named and name not in filled and not _targets(said) & filled
        }
        if key in ("table", "earlier"):
            kept = before
        if kept or after:
            made[key] = {**kept, **after}
    ignored = [*(own.get("ignore") or ()), *(preset.get("ignore") or ())]
    if ignored:
        made["ignore"] = [name for name in dict.fromkeys(ignored) if name not in mine]
    return made


def _targets(said: Any) -> set[str]:
    """The fields that a column fills."""
    if isinstance(said, list):
        return {path for one in said for path in _targets(one)}
    path = said.get("to") if isinstance(said, dict) else said
    return {path} if isinstance(path, str) else set()


def _without(said: Any, filled: set[str]) -> Any:
    """A column without the fields that are filled; nothing where none is left."""
    if isinstance(said, list):
        return [one for one in said if not _targets(one) & filled]
    return None if _targets(said) & filled else said


def _all_targets(columns: Mapping[str, Any]) -> set[str]:
    return {path for said in columns.values() for path in _targets(said)}


def _with_headers(said: Any, places: Mapping[str, str], by_entry: bool = False) -> tuple[Any, bool]:
    """`<meaning>` as the table's header, and whether one of them is missing. Where each entry
    stands alone (`by_entry`), the ones that miss theirs are left out."""
    if isinstance(said, str):
        whole = _MEANING.fullmatch(said)
        if whole:
            header = places.get(whole[1], "")
            return header, not header
        parts = _IN_LINE.findall(said)
        line = _IN_LINE.sub(lambda m: f"{{{places[m[1]]}}}" if m[1] in places else "", said)
        return line, bool(parts) and not any(part in places for part in parts)
    if isinstance(said, list):
        made = [_with_headers(one, places, isinstance(one, str)) for one in said]
        kept = [one for one, missing in made if not missing]
        return kept, bool(said) and not kept
    if not isinstance(said, dict):
        return said, False
    found_all: dict[str, Any] = {}
    lacks = False
    for key, value in said.items():
        name, no_name = _with_headers(key, places)
        inner, no_value = _with_headers(value, places, key in _BY_ENTRY)
        if key in _BY_ENTRY and key != "lines" and isinstance(value, list):
            no_value = False
        if no_name or no_value:
            lacks = lacks or not by_entry
            continue
        # One header that stands for two meanings fills both fields.
        found_all[name] = [found_all[name], inner] if name in found_all else inner
    return found_all, lacks or (bool(said) and not found_all)


def _joined(one: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two parts of one mapping."""
    made = dict(one)
    for key, value in other.items():
        before = made.get(key)
        if isinstance(value, dict) and isinstance(before, dict):
            made[key] = {**before, **value}
        elif isinstance(value, list) and isinstance(before, list):
            made[key] = [*before, *value]
        else:
            made[key] = value
    return made


def _headers(file: Path, form: TableFormat) -> tuple[str, ...]:
    first = next(read_table(file, form), None)
    return tuple(first.cells) if first else ()


def _is(word: str, header: str) -> bool:
    """Whether a header is written so: case, width and blanks do not matter; `#` is any number."""
    if "#" in word:
        header = _NUMBER.sub("#", header)
    return _folded(word) == _folded(header)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
