"""Reading case records: YAML or JSON, one or many. A fault of the file becomes a finding."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from notices.case.raw_values import shown
from notices.finding import Finding
from notices.places import TEMPLATES
from notices.textfiles import (
    Path_,
    TextFile,
    TextFileError,
    json_lines,
    parse_json,
    read_text_file,
    read_text_files,
)

_WIDE_KEY = re.compile(
    r"(\s*(?:-\s+)*)([^\s:\uff1a'\"#\[\]{},&*!|>][^:\uff1a'\"#]*?)\s*\uff1a\s*(.*)"
)
_BLOCK = re.compile(r":\s*[|>][-+0-9]*\s*(?:#.*)?$")


@dataclass(frozen=True, eq=False)
class Record:
    """One record as it was written: `data` is dicts, lists, text and None. It equals itself only.

    `faults` says why a record could not be read; its `data` is then empty (of a table's row: what
    could be read).
    """

    data: Mapping[str, Any]
    file: str = ""
    lines: Mapping[Path_, int] = field(default_factory=dict)
    faults: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()  # warnings and notes of a table's row; the data is whole
    stops: tuple[Finding, ...] = ()  # why it gets no letter now, though nothing is wrong with it
    folder: str = ""  # against which the profile's own files are found
    undated: frozenset[int] = frozenset()  # lines of debts paid in part on a day nobody stated
    splits_levels: bool = False  # debts that fewer letters named are written about by themselves
    part_of: str = ""  # the id of the case of which this is written about by itself; "" = whole
    grouped: bool = False  # made of a table's rows, each of them one debt or one entry of account

    def line(self, *path: str | int) -> int:
        """The line of the value at `path`, or of its nearest parent that has one; 0 if unknown."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return 0


def read_records(file: Path, name: str = "") -> tuple[Record, ...]:
    """The records in a YAML or JSON file: a mapping, a list of them, or `---` documents.

    Raises FileError where the file can't be read at all.
    """
    name = name or str(file)
    try:
        texts = read_text_files(file, name, with_half_colons)
    except TextFileError as error:
        fault = error.fault
        params = {"detail": shown(fault.detail, 80)}
        return (_faulty(name, Finding(fault.rule, file=name, line=fault.line, params=params)),)
    folder = str(file.parent)
    records = tuple(replace(r, folder=folder) for text in texts for r in records_of(text))
    return records or (_faulty(name, Finding("empty-file", file=name)),)


def with_half_colons(text: str) -> str:
    """A YAML text with plain colons behind keys that a record knows, where its owner wrote
    full-width ones: `姓名：王五`. Blocks of text stay as they are."""
    if "\uff1a" not in text:
        return text
    lines, block = [], -1  # how far the line that began a block of text is set in
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip())
        if block >= 0 and (not line.strip() or depth > block):
            lines.append(line)
            continue
        if (match := _WIDE_KEY.match(line)) and _is_key(match[2]):
            line = f"{match[1]}{match[2]}: {match[3]}"
        block = depth if _BLOCK.search(line) else -1
        lines.append(line)
    return "\n".join(lines)


def _is_key(word: str) -> bool:
    if re.fullmatch("[a-z_]+", word):
        return True
    word = word.strip().casefold()
    return word in header_words() or word in part_words("parts") or word in part_words("entries")


@cache
def header_words() -> Mapping[str, str]:
    """What a field is called in tables and in case files, in small letters → its path."""
    data = read_text_file(TEMPLATES / "mappings" / "headers.yaml").data["fields"]
    return {word.casefold(): path for path, words in reversed(data.items()) for word in words}


@cache
def part_words(group: str) -> Mapping[str, str]:
    """What the parts of a record, or the values of its entries, are called in Chinese → names."""
    data = read_text_file(TEMPLATES / "records" / "keys.yaml").data[group]
    return {word: name for name, words in data.items() for word in words}


def read_record_lines(file: Path) -> Iterator[Record]:
    """The records of a JSONL file, one a line; the file is never held as a whole.

    Raises FileError.
    """
    name = str(file)
    for number, line in json_lines(file):
        try:
            records = [record for text in parse_json(line, name) for record in records_of(text)]
            faults = () if len(records) == 1 else (Finding("not-a-record", file=name, line=number),)
        except TextFileError as error:
            params = {"detail": shown(error.fault.detail, 80)}
            faults = (Finding(error.fault.rule, "error", name, number, "", params),)
        where: Mapping[Path_, int] = {(): number}
        yield Record({}, name, where, faults) if faults else replace(records[0], lines=where)


def records_of(text: TextFile) -> Iterator[Record]:
    """The records of one document."""
    if isinstance(text.data, dict):
        yield Record(text.data, text.name, text.lines)
    elif isinstance(text.data, list):
        lines: dict[str | int, dict[Path_, int]] = {}
        for path, line in text.lines.items():
            if path:
                lines.setdefault(path[0], {})[path[1:]] = line
        for i, data in enumerate(text.data):
            if isinstance(data, dict):
                yield Record(data, text.name, lines.get(i, {}))
            else:
                line = text.line(i)
                yield _faulty(text.name, Finding("not-a-record", file=text.name, line=line))
    elif text.data is not None:
        yield _faulty(text.name, Finding("not-a-record", file=text.name, line=text.line()))


def _faulty(name: str, finding: Finding) -> Record:
    return Record({}, name, faults=(finding,))
