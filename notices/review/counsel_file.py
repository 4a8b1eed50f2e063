"""A .docx as it comes back from counsel: each text as it reads with all changes accepted.

Whoever wrote the file is a stranger: only two parts are read, within bounds, by a parser that
refuses document types. A row of ours has bookmarks that name the texts in its cells; Word and
LibreOffice split, wrap and rename everything else as they like.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from notices.errors import FileError
from notices.finding import Finding
from notices.markup import MAX_CLAUSE, unwrapped
from notices.tables.xlsx_parts import local, parse

MAX_FILE = 4 * 1024 * 1024
MAX_PART = 16 * 1024 * 1024  # unpacked
MAX_ELEMENTS = 400_000
MAX_DEPTH = 100
MAX_REMARKS = 500
_COMMENTS = "word/comments.xml"
_CHUNK = 1 << 18
_TEXT_MARK = re.compile(r"n([0-9a-f]{16})_([0-9a-f]{16})_([1-9])")
_KIND_MARK = re.compile(r"k[0-9a-f]{16}")
_NAME = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_BLANK = re.compile(r"\s{5,}")
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
_ASIDE = frozenset(
    ("pPr", "rPr", "tcPr", "trPr", "tblPr", "sdtPr", "sdtEndPr", "instrText", "delInstrText", "rt")
)
# What a cell may hold that is no text: it would be lost on the way.
_UNREAD = {
    "drawing": "picture",
    "pict": "picture",
    "object": "object",
    "AlternateContent": "picture",
    "oMath": "formula",
    "oMathPara": "formula",
    "footnoteReference": "footnote",
    "endnoteReference": "footnote",
    "sym": "symbol",
    "tbl": "table",
    "altChunk": "object",
}


@dataclass(frozen=True)
class Returned:
    """One text as it came back, unwrapped. `state` is the mark of what it read like when sent;
    `hands` are the marks of changes: name and minute. `unread` is what it holds that is no text."""

    id: str
    state: str
    text: str
    hands: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()
    is_gone: bool = False  # its row was taken out


@dataclass(frozen=True)
class Remark:
    """A comment: on the text of this id, or "" elsewhere."""

    id: str
    by: str
    when: str
    text: str


@dataclass(frozen=True)
class CounselFile:
    """All that a file says, each text once; `kind` is the mark of its letter, "" where it is gone.
    `beside` are new words outside the cells."""

    texts: tuple[Returned, ...] = ()
    remarks: tuple[Remark, ...] = ()
    kind: str = ""
    beside: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    twice: frozenset[str] = frozenset()  # ids of texts that stand in it more than once


def read_counsel_file(data: bytes, name: str) -> CounselFile:
    """The texts and remarks in a .docx; what can't be read is its finding. `name` is what findings
    call it."""
    if len(data) > MAX_FILE:
        return _no("counsel-too-large", name, limit=f"{MAX_FILE >> 20} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            body = _tree(archive, "word/document.xml")
            names = set(archive.namelist())
            noted = (
                _tree(archive, part) if (part := "word/comments.xml") in names else Element("no")
            )
    except _TooLarge:
        return _no("counsel-too-large", name, limit=f"{MAX_PART >> 20} MB")
    except _BROKEN:
        return _no("counsel-unreadable", name)
    reader = _Reader()
    reader.read(body)
    counted = Counter(one.id for one in reader.texts)
    twice = frozenset(number for number, times in counted.items() if times > 1)
    return CounselFile(
        tuple(one for one in reader.texts if one.id not in twice),
        tuple(_remarks(noted, reader.comments)),
        reader.kind,
        tuple(reader.beside),
        tuple(
            Finding("counsel-twice", "error", name, params={"text": one.text[:60]})
            for one in {o.id: o for o in reader.texts if o.id in twice}.values()
        ),
        twice,
    )


def _no(rule: str, name: str, **params: str) -> CounselFile:
    return CounselFile(findings=(Finding(rule, "error", name, params=params),))


# --- the parts ----------------------------------------------------------------------------------


class _TooLarge(FileError):
    """A part unpacks to more than a letter for counsel can be."""


_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, ValueError, EOFError, OSError),
    *(NotImplementedError, RuntimeError),  # ways of packing, passwords
)


def _tree(archive: zipfile.ZipFile, part: str) -> Element:
    """A part as elements without prefixes. Raises what `_BROKEN` names, and _TooLarge."""
    with archive.open(part) as handle:
        raw = handle.read(MAX_PART + 1)
    if len(raw) > MAX_PART:
        raise _TooLarge(part)
    builder = TreeBuilder()
    depth = elements = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if elements > MAX_ELEMENTS:
            raise _TooLarge(part)
        if depth > MAX_DEPTH:
            raise ValueError("elements in elements without end")
        builder.start(local(name), {local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(local(name))

    pieces = (raw[i : i + _CHUNK] for i in range(0, len(raw), _CHUNK))
    for parser in parse(pieces, start, end):
        parser.CharacterDataHandler = builder.data
    return builder.close()


def _remarks(comments: Element, places: Mapping[str, str]) -> Iterator[Remark]:
    for comment in [*comments.iter("comment")][:MAX_REMARKS]:
        paragraphs = ("".join(_plain(p)) for p in comment.iter("p"))
        text = "\n".join(filter(None, map(str.strip, paragraphs)))
        if text:
            place = places.get(comment.get("id", ""), "")
            yield Remark(place, _one_line(comment, "author"), comment.get("date", "")[:16], text)


def _plain(element: Element) -> Iterator[str]:
    for one in element.iter():
        if one.tag == "t":
            yield one.text or ""
        elif one.tag in _SIGNS:
            yield _SIGNS[one.tag]


def _one_line(element: Element, key: str) -> str:
    return " ".join(element.get(key, "").split())[:80]


# --- the texts ----------------------------------------------------------------------------------


@dataclass
class _Cell:
    """A table cell being read."""

    paragraphs: list[list[str]] = field(default_factory=lambda: [[]])
    hands: dict[tuple[str, str], None] = field(default_factory=dict)
    unread: dict[str, None] = field(default_factory=dict)
    marks: dict[str, None] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        joined = "\n\n".join("".join(words) for words in self.paragraphs if words)
        short = _BLANK.sub(_squeezed, joined[: 2 * MAX_CLAUSE])  # too long to be saved all the same
        return unwrapped(_NAME.sub(r"{{ \1 }}", short))


def _squeezed(blank: re.Match[str]) -> str:
    return "\n\n" if blank[0].count("\n") > 1 else " "


class _Reader:
    """One walk over a document's body."""

    def __init__(self) -> None:
        self.texts: list[Returned] = []
        self.comments: dict[str, str] = {}  # comment → text's id
        self.kind = ""
        self.beside: list[str] = []

    def read(self, element: Element) -> None:
        """Everything above the rows."""
        for child in element:
            if child.tag == "tr":
                self._row(child)
            elif child.tag == "bookmarkStart":
                if _KIND_MARK.fullmatch(name := child.get("name", "")):
                    self.kind = name
            elif child.tag in ("ins", "moveTo"):
                self._new(child)
            elif child.tag not in _ASIDE:
                self.read(child)

    def _new(self, element: Element) -> None:
        if words := " ".join("".join(_plain(element)).split()):
            self.beside.append(words)

    def _row(self, row: Element) -> None:
        cells = [_Cell() for _ in range(9)]  # as many columns as a mark can name, and the first
        found = list(row.iter("tc"))[: len(cells)]
        for element, cell in zip(found, cells, strict=False):
            self._walk(element, cell)
        marks = [m for cell in cells for mark in cell.marks if (m := _TEXT_MARK.fullmatch(mark))]
        known = {int(mark[3]): mark for mark in marks}
        for number, element in enumerate(found):
            if number not in known:
                for one in element.iter():
                    if one.tag in ("ins", "moveTo"):
                        self._new(one)
        gone = row.find("trPr/del") is not None
        for column, mark in known.items():
            cell = cells[column] if column < len(found) else _Cell(unread={"merged": None})
            self.comments |= dict.fromkeys(cell.comments, mark[1])
            hands, unread = tuple(cell.hands), tuple(cell.unread)
            self.texts.append(Returned(mark[1], mark[2], cell.text, hands, unread, gone))

    def _walk(self, element: Element, cell: _Cell) -> None:
        """Text as it reads with all changes accepted."""
        for child in element:
            name = child.tag
            if name in ("del", "moveFrom"):
                self._hand(child, cell)
                self._aside(child, cell)
            elif name in _UNREAD:
                cell.unread[_UNREAD[name]] = None
            elif name == "t":
                cell.paragraphs[-1].append(child.text or "")
            elif name in _SIGNS:
                cell.paragraphs[-1].append(_SIGNS[name])
            elif name == "p":
                self._walk(child, cell)
                self._end(child, cell)
            elif name == "bookmarkStart":
                cell.marks[child.get("name", "")] = None
            elif name == "commentReference":
                cell.comments.append(child.get("id", ""))
            elif name not in _ASIDE:
                if name in ("ins", "moveTo"):
                    self._hand(child, cell)
                self._walk(child, cell)

    def _aside(self, element: Element, cell: _Cell) -> None:
        """Marks and comments stand in words that went, too."""
        for one in element.iter():
            if one.tag == "bookmarkStart":
                cell.marks[one.get("name", "")] = None
            elif one.tag == "commentReference":
                cell.comments.append(one.get("id", ""))

    def _end(self, paragraph: Element, cell: _Cell) -> None:
        """A paragraph's end, unless it went; a number before it is no text of it."""
        marks = paragraph.find("pPr/rPr")
        for mark in marks if marks is not None else ():
            if mark.tag in ("ins", "del", "moveFrom", "moveTo"):
                self._hand(mark, cell)
        if paragraph.find("pPr/numPr") is not None:
            cell.unread["number"] = None
        went = marks is not None and (
            marks.find("del") is not None or marks.find("moveFrom") is not None
        )
        if not went:
            cell.paragraphs.append([])

    def _hand(self, change: Element, cell: _Cell) -> None:
        cell.hands[_one_line(change, "author"), change.get("date", "")[:16]] = None
