"""The small parts of a workbook: its sheets, shared texts and which styles show dates."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.parsers import expat

from notices.tables.row import table_fault

CHUNK = 1 << 18
# Built-in number formats that show a day (with or without a time of day).
_BUILTIN_DATES = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}
_BUILTIN_PERCENT = {9, 10}
_PLAIN_TEXT = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
MAX_STYLES = 100_000


@dataclass(frozen=True)
class Book:
    """A workbook but for its cells. `styles` says what each cell style shows:
    `date`, `percent`, `000…` (a number padded to so many digits) or "" (a number)."""

    sheets: Mapping[str, str]  # name → part of the archive
    texts: tuple[str, ...]
    styles: tuple[str, ...]
    from_1904: bool


Start = Callable[[str, dict[str, str]], Any]


def parse(
    pieces: Iterator[bytes], start: Start, end: Callable[[str], Any] | None = None
) -> Iterator[expat.XMLParserType]:
    """Feed XML to handlers, piece by piece; names come without their namespace prefix.

    A document type is refused: it could define entities that grow without end.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16

    def refuse(*_: object) -> None:
        raise ValueError("a document type")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    yield parser
    for piece in pieces:
        parser.Parse(piece, False)
        yield parser
    parser.Parse(b"", True)
    yield parser


def local(name: str) -> str:
    """An element's name without its prefix."""
    return name.rpartition(":")[2]


def _each(archive: zipfile.ZipFile, part: str, start: Start) -> None:
    with archive.open(part) as handle:
        for _ in parse(iter(lambda: handle.read(CHUNK), b""), start):
            pass


def read_book(archive: zipfile.ZipFile, file: Path) -> Book:
    """A workbook's sheets, shared texts and styles. Raises TableError, ValueError, ExpatError."""
    names = set(archive.namelist())
    book = _main_part(archive)
    if book not in names:
        raise table_fault("not-a-workbook", file)
    targets = _relations(archive, book)
    sheets: dict[str, str] = {}
    dated: list[bool] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "sheet":
            relation = next((v for k, v in attributes.items() if local(k) == "id"), "")
            part = targets.get(relation, ("", ""))
            if part[0].endswith("/worksheet") and part[1] in names:
                sheets[attributes.get("name", "")] = part[1]
        elif local(name) == "workbookPr":
            dated.append(attributes.get("date1904") in ("1", "true"))

    _each(archive, book, start)
    by_type = {kind.rpartition("/")[2]: part for kind, part in targets.values()}
    texts, styles = by_type.get("sharedStrings", ""), by_type.get("styles", "")
    return Book(
        sheets,
        tuple(_texts(archive, texts)) if texts in names else (),
        _styles(archive, styles, file) if styles in names else (),
        any(dated),
    )


def _main_part(archive: zipfile.ZipFile) -> str:
    found = _relations(archive, "")
    return next(
        (part for kind, part in found.values() if kind.endswith("/officeDocument")),
        "xl/workbook.xml",
    )


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: id → (type, part)."""
    folder, _, name = part.rpartition("/")
    found: dict[str, tuple[str, str]] = {}

    def start(element: str, attributes: dict[str, str]) -> None:
        if local(element) == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target[1:] if target.startswith("/") else posixpath.join(folder, target)
            found[attributes.get("Id", "")] = (
                attributes.get("Type", ""),
                posixpath.normpath(path),
            )

    _each(archive, posixpath.join(folder, "_rels", f"{name}.rels"), start)
    return found


def _texts(archive: zipfile.ZipFile, part: str) -> Iterator[str]:
    """The shared texts, in order, without the readings (phonetic runs) beside them."""
    done: list[str] = []
    pieces: list[str] = []
    depth = {"rPh": 0, "t": 0}

    def start(name: str, _attributes: dict[str, str]) -> None:
        if local(name) in depth:
            depth[local(name)] += 1

    def end(name: str) -> None:
        name = local(name)
        if name in depth:
            depth[name] -= 1
        elif name == "si":
            done.append(escaped("".join(pieces)))
            pieces.clear()

    def text(data: str) -> None:
        if depth["t"] and not depth["rPh"]:
            pieces.append(data)

    with archive.open(part) as handle:
        for parser in parse(iter(lambda: handle.read(CHUNK), b""), start, end):
            parser.CharacterDataHandler = text
            yield from done
            done.clear()


_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def escaped(text: str) -> str:
    """`_x000D_` and the like as the characters they stand for."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda m: chr(int(m.group(1), 16)), text)


def _styles(archive: zipfile.ZipFile, part: str, file: Path) -> tuple[str, ...]:
    formats: dict[int, str] = {}
    styles: list[str] = []
    inside = [False]

    def start(name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        if name == "numFmt":
            formats[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif name in ("cellXfs", "cellStyleXfs", "dxfs"):
            inside[0] = name == "cellXfs"
        elif name == "xf" and inside[0]:
            number = int(attributes.get("numFmtId", "0"))
            styles.append(_shows(number, formats.get(number, "")))
            if len(styles) > MAX_STYLES:
                raise table_fault("workbook-too-large", file)

    _each(archive, part, start)
    return tuple(styles)


def _shows(number: int, code: str) -> str:
    if not code:
        if number in _BUILTIN_DATES:
            return "date"
        return "percent" if number in _BUILTIN_PERCENT else ""
    plain = _PLAIN_TEXT.sub("", code.partition(";")[0]).lower()
    if "%" in plain:
        return "percent"
    if re.search("[yd]|e+年|年|月|日", plain) and not re.search("[0#]", plain.replace("s.0", "")):
        return "date"
    return plain if re.fullmatch("00+", plain) else ""
