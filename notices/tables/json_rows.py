"""Tables as JSON: one object a line (JSONL), or one list of objects. Keys are the headers."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from notices.case.raw_values import shown
from notices.files import read_bytes
from notices.finding import Finding
from notices.tables.encodings import find_encoding
from notices.tables.row import Exact, Row, TableFormat, table_fault
from notices.textfiles import TextFileError, json_lines, too_deep_line

_ENTRY = re.compile(r"[^\s,\]]")


class _TwiceError(ValueError):
    """A key that stands twice in one object."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise _TwiceError(Counter(key for key, _ in pairs).most_common(1)[0][0])
    return data


# Not strict: a control character in a text is a fault of its row, not of the whole file.
_decode = json.JSONDecoder(
    strict=False, parse_float=Exact, parse_int=Exact, parse_constant=Exact, object_pairs_hook=_pairs
).decode


def read_json_rows(file: Path, form: TableFormat) -> Iterator[Row]:
    """The rows of a JSON or JSONL table, by line or by place in the list, from 1.

    A JSON list is read whole, within the limit for text files. Raises TableError, FileError.
    """
    codec = find_encoding(file, form.encoding or "utf-8")
    if file.suffix.lower() == ".json":
        return _listed(file, codec)
    return _lines(file, codec)


def _lines(file: Path, codec: str) -> Iterator[Row]:
    try:
        for number, line in json_lines(file, codec):
            yield _parsed(line, str(file), number)
    except TextFileError as error:
        fault = error.fault
        raise table_fault(fault.rule, file, fault.line, detail=fault.detail) from error


def _parsed(line: str, name: str, number: int) -> Row:
    if too_deep_line(line):
        return Row(name, "", number, {}, (Finding("nested-too-deep", "error", name, number),))
    try:
        return _row(_decode(line), name, number)
    except json.JSONDecodeError as error:
        fault = Finding("broken-json", "error", name, number, "", {"at": str(error.colno)})
    except _TwiceError as error:
        fault = Finding("duplicate-key", "error", name, number, "", {"detail": shown(str(error))})
    return Row(name, "", number, {}, (fault,))


def _listed(file: Path, codec: str) -> Iterator[Row]:
    text = read_bytes(file).decode(codec)
    if line := too_deep_line(text):
        raise table_fault("nested-too-deep", file, line)
    try:
        data = _decode(text.strip())
    except json.JSONDecodeError as error:
        raise table_fault("broken-json", file, error.lineno, at=str(error.colno)) from error
    except _TwiceError as error:
        raise table_fault("duplicate-key", file, detail=shown(str(error))) from error
    rows = data if isinstance(data, list) else [data]
    if isinstance(data, dict):
        for key, value in data.items():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                raise table_fault("rows-within", file, path=shown(key), name=shown(key))
    return (_row(row, str(file), number) for number, row in enumerate(rows, start=1))


def listed_texts(text: str) -> Iterator[str]:
    """Each entry of a list as it was written, to the last digit; a lone object as itself."""
    text = text.strip()
    if not text.startswith("["):
        yield text
        return
    at, decode = 1, json.JSONDecoder().raw_decode
    while entry := _ENTRY.search(text, at):
        _, at = decode(text, entry.start())
        yield text[entry.start() : at]


def _row(data: Any, name: str, number: int) -> Row:
    if not isinstance(data, dict):
        return Row(name, "", number, {}, (Finding("not-a-record", "error", name, number),))
    notes: list[Finding] = []
    cells: dict[str, str] = {}
    for key, value in data.items():
        if isinstance(value, str):
            cells[key] = value
        elif value is None:
            cells[key] = ""
        elif isinstance(value, bool):
            cells[key] = Exact("true" if value else "false")
        else:
            cells[key] = ""
            notes.append(Finding("nested-value", "error", name, number, key))
    return Row(name, "", number, cells, tuple(notes))
