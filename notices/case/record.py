"""Reading case records: YAML or JSON, one or many. A fault of the file becomes a finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from notices.case.raw_values import shown
from notices.finding import Finding
from notices.textfiles import (
    Path_,
    TextFile,
    TextFileError,
    json_lines,
    parse_json,
    read_text_files,
)


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
    folder: str = ""  # against which the profile's own files are found
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
        texts = read_text_files(file, name)
    except TextFileError as error:
        fault = error.fault
        params = {"detail": shown(fault.detail, 80)}
        return (_faulty(name, Finding(fault.rule, file=name, line=fault.line, params=params)),)
    folder = str(file.parent)
    records = tuple(replace(r, folder=folder) for text in texts for r in records_of(text))
    return records or (_faulty(name, Finding("empty-file", file=name)),)


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
