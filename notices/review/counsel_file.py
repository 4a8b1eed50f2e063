"""A .docx as it comes back from counsel: each text as it reads with all changes accepted.

Whoever wrote the file is a stranger: only two parts are read, within bounds, by a parser that
refuses document types. `counsel_cells` finds the texts in them.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, TreeBuilder

from notices.errors import FileError
from notices.finding import Finding
from notices.review.counsel_cells import CellReader, Returned, author_of, plain_text
from notices.tables.workbooks import BROKEN, PACKED
from notices.tables.xlsx_parts import local, parse

MAX_FILE = 4 * 1024 * 1024
MAX_PART = 16 * 1024 * 1024  # unpacked
MAX_ELEMENTS = 400_000  # and attributes, together
MAX_DEPTH = 100
MAX_REMARKS = 500  # and as many words outside the cells
_CHUNK = 1 << 18


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
    `beside` are words outside the cells that are new or changed."""

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
    except BROKEN:
        return _no("counsel-unreadable", name)
    reader = CellReader()
    reader.read(body)
    remarks, beside = tuple(_remarks(noted, reader.comments)), tuple(reader.beside)
    over = sum(max(0, len(found) - MAX_REMARKS) for found in (remarks, beside))
    more = Finding("counsel-more", "warning", name, params={"count": str(over)})
    counted = Counter(one.id for one in reader.texts)
    twice = frozenset(number for number, times in counted.items() if times > 1)
    return CounselFile(
        tuple(one for one in reader.texts if one.id not in twice),
        remarks[:MAX_REMARKS],
        reader.kind,
        beside[:MAX_REMARKS],
        (
            *(
                Finding("counsel-twice", "error", name, params={"text": one.text[:60]})
                for one in {o.id: o for o in reader.texts if o.id in twice}.values()
            ),
            *((more,) if over else ()),
        ),
        twice,
    )


def _no(rule: str, name: str, **params: str) -> CounselFile:
    return CounselFile(findings=(Finding(rule, "error", name, params=params),))


# --- the parts ----------------------------------------------------------------------------------


class _TooLarge(FileError):
    """A part unpacks to more than a letter for counsel can be."""


def _tree(archive: zipfile.ZipFile, part: str) -> Element:
    """A part as elements without prefixes. Raises what BROKEN names, and _TooLarge."""
    if archive.getinfo(part).compress_type not in PACKED:
        raise ValueError("packed as no .docx is")
    with archive.open(part) as handle:
        raw = handle.read(MAX_PART + 1)
    if len(raw) > MAX_PART:
        raise _TooLarge(part)
    builder = TreeBuilder()
    depth = elements = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1 + len(attributes)
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
    for comment in comments.iter("comment"):
        paragraphs = ("".join(plain_text(p)) for p in comment.iter("p"))
        text = "\n".join(filter(None, map(str.strip, paragraphs)))
        if text:
            place = places.get(comment.get("id", ""), "")
            yield Remark(place, author_of(comment), comment.get("date", "")[:16], text)
