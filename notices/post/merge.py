"""Letters merged into one file for the printer: the room of pikepdf for writing.

A page keeps its content stream byte for byte, and gets its mark on top. What letters share (fonts,
pictures, colour profiles) is stored once, known by its content after decoding. Structure trees,
links and attached files stay behind with the single letters: paper has no use for them, and a
structure tree would double the file (docs/printing.md).
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from notices.errors import RenderError
from notices.post.digits import Digits
from notices.post.font_table import FontTable, plain_copy
from notices.post.marks import FONT_NAME, POINT

PRODUCER = "notices"
_BOXES = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/Rotate")
_NOT_SHARED = frozenset(("/Length", "/Filter", "/DecodeParms"))
_LEFT_BEHIND = frozenset(("/StructParent", "/StructParents", "/Metadata", "/PieceInfo"))
_MAX_DEPTH = 40


@dataclass(frozen=True)
class Stated:
    """What a letter's file says of itself: its pages and the sum in its attached data."""

    letter_id: str
    pages: int
    sizes: tuple[tuple[float, float], ...]  # mm
    currency: str
    total: Decimal


def read_stated(data: bytes) -> Stated:
    """What the letter says. Raises RenderError where it can't be read."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            said = json.loads(pdf.attachments["letter.json"].get_file().read_bytes())
            boxes = [[float(v) for v in page.mediabox] for page in pdf.pages]
            sizes = tuple(((b[2] - b[0]) / POINT, (b[3] - b[1]) / POINT) for b in boxes)
            total = Decimal(str(said["total_due"]))
            return Stated(str(said["letter"]), len(pdf.pages), sizes, str(said["currency"]), total)
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, InvalidOperation) as error:
        raise RenderError(f"the letter can't be read: {type(error).__name__}") from error


class PrintWriter:
    """One print file as it grows. Equal pages in equal order give equal bytes."""

    def __init__(self, paper: tuple[float, float], digits: Digits) -> None:
        """`paper` in mm."""
        self._pdf = pikepdf.new()
        self._paper = Array([round(side * POINT, 3) for side in (0, 0, *paper)])
        self._shared: dict[bytes, Any] = {}
        self._save = self._pdf.make_indirect(Stream(self._pdf, b"q\n"))
        self._nothing = self._pdf.make_indirect(Stream(self._pdf, b""))
        self._fonts = FontTable(self._pdf)
        self._digits = self._pdf.make_indirect(_digit_font(self._pdf, digits))
        self.pages = 0

    def add(self, data: bytes, marks: Sequence[bytes] = ()) -> int:
        """Append a document's pages, each with its mark on top; how many there were.

        Raises RenderError where the document can't be read.
        """
        try:
            with pikepdf.open(io.BytesIO(data)) as source:
                copies = _Copies(self._pdf, self._shared)
                self._keep_profile(source, copies)
                for number, page in enumerate(source.pages):
                    mark = marks[number] if number < len(marks) else b""
                    self._append(page, mark, copies)
                return len(source.pages)
        except (pikepdf.PdfError, ValueError, KeyError, TypeError) as error:
            raise RenderError(f"a document can't be merged: {type(error).__name__}") from error

    def add_blank(self) -> None:
        """Append an empty page."""
        page = Dictionary(
            Type=Name.Page,
            MediaBox=self._paper,
            Resources=Dictionary(),
            Contents=self._nothing,
        )
        self._pdf.pages.append(pikepdf.Page(self._pdf.make_indirect(page)))
        self.pages += 1

    def finish(self, title: str, day: date) -> bytes:
        """The file's bytes; `day` is its only date."""
        self._fonts.fill()
        self._pdf.docinfo["/Title"] = title
        self._pdf.docinfo["/Producer"] = PRODUCER
        stamp = f"D:{day:%Y%m%d}000000Z"
        self._pdf.docinfo["/CreationDate"] = self._pdf.docinfo["/ModDate"] = stamp
        out = io.BytesIO()
        self._pdf.save(
            out,
            min_version="1.7",
            deterministic_id=True,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
        self._pdf.close()
        return out.getvalue()

    def _append(self, page: pikepdf.Page, mark: bytes, copies: _Copies) -> None:
        resources = page.resources
        fonts: dict[str, Any] = {}
        for key, font in resources.get("/Font", {}).items():
            joined = self._fonts.share(font)
            fonts[key] = copies.copy(font) if joined is None else joined
        if mark:
            fonts[f"/{FONT_NAME}"] = self._digits
        copied = Dictionary(
            {
                key: copies.copy(value)
                for key, value in resources.items()
                if key != "/Font" and not _empty(value)
            }
        )
        copied["/Font"] = Dictionary(fonts)
        new = Dictionary(Type=Name.Page, Resources=copies.share(copied))
        for key in _BOXES:
            if (value := page.obj.get(key, getattr(page, "mediabox", None))) is not None and (
                key in page.obj or key == "/MediaBox"
            ):
                new[key] = copies.copy(value)
        parts = [self._copied(stream) for stream in _contents(page)]
        if mark:
            closing = self._pdf.make_indirect(Stream(self._pdf, b"\nQ\n" + mark))
            parts = [self._save, *parts, closing]
        new["/Contents"] = Array(parts)
        self._pdf.pages.append(pikepdf.Page(self._pdf.make_indirect(new)))
        self.pages += 1

    def _copied(self, stream: Any) -> Any:
        copy = Stream(self._pdf, stream.read_raw_bytes())
        for key in ("/Filter", "/DecodeParms"):
            if key in stream:
                copy[key] = plain_copy(stream[key])
        return self._pdf.make_indirect(copy)

    def _keep_profile(self, source: pikepdf.Pdf, copies: _Copies) -> None:
        """The first letter's output intent: what its colours mean."""
        if "/OutputIntents" in source.Root and "/OutputIntents" not in self._pdf.Root:
            self._pdf.Root["/OutputIntents"] = copies.copy(source.Root.OutputIntents)


class _Copies:
    """Copies one document's objects into the print file, equal ones only once."""

    def __init__(self, pdf: pikepdf.Pdf, shared: dict[bytes, Any]) -> None:
        self._pdf = pdf
        self._shared = shared
        self._seen: dict[tuple[int, int], tuple[bytes, Any]] = {}

    def copy(self, value: Any) -> Any:
        """The value in the print file: itself if it is plain, else shared with its equals."""
        return self._copy(value, 0)[1]

    def share(self, value: Any) -> Any:
        """A dictionary of copied values, stored once for all pages that have the same."""
        key = hashlib.sha256(b"own" + value.unparse(resolved=False)).digest()
        if key not in self._shared:
            self._shared[key] = self._pdf.make_indirect(value)
        return self._shared[key]

    def _copy(self, value: Any, depth: int) -> tuple[bytes, Any]:
        """The digest of a value's content, and its copy."""
        if depth > _MAX_DEPTH:
            raise ValueError("objects nested too deep, or in a circle")
        if not isinstance(value, (Array, Dictionary, Stream)):
            return hashlib.sha256(_text(value)).digest(), value
        place = value.objgen if value.is_indirect else (0, 0)
        if place in self._seen:
            return self._seen[place]
        if isinstance(value, Array):
            inner = [self._copy(item, depth + 1) for item in value.as_list()]
            key = hashlib.sha256(b"[" + b"".join(digest for digest, _ in inner)).digest()
            return key, Array([copy for _, copy in inner])
        pairs = [
            (name, *self._copy(entry, depth + 1))
            for name, entry in sorted(value.items())
            if name not in _LEFT_BEHIND and not (isinstance(value, Stream) and name in _NOT_SHARED)
        ]
        content = b"".join(name.encode() + digest for name, digest, _ in pairs)
        if isinstance(value, Stream):
            content += hashlib.sha256(value.read_bytes()).digest()
        key = hashlib.sha256(b"<" + content).digest()
        if place == (0, 0):
            return key, Dictionary({name: copy for name, _, copy in pairs})
        if key not in self._shared:
            self._shared[key] = self._pdf.make_indirect(self._built(value, pairs))
        self._seen[place] = key, self._shared[key]
        return self._seen[place]

    def _built(self, value: Any, pairs: list[tuple[str, bytes, Any]]) -> Any:
        entries = {name: copy for name, _, copy in pairs}
        if not isinstance(value, Stream):
            return Dictionary(entries)
        stream = Stream(self._pdf, value.read_raw_bytes())
        for name, copy in entries.items():
            stream[name] = copy
        for name in ("/Filter", "/DecodeParms"):
            if name in value:
                stream[name] = plain_copy(value[name])
        return stream


def _contents(page: pikepdf.Page) -> Iterator[Any]:
    contents = page.obj.get("/Contents", Array())
    yield from contents.as_list() if isinstance(contents, Array) else [contents]


def _text(value: Any) -> bytes:
    return (
        value.unparse(resolved=False) if isinstance(value, pikepdf.Object) else repr(value).encode()
    )


def _empty(value: Any) -> bool:
    return (
        isinstance(value, (Array, Dictionary)) and not isinstance(value, Stream) and not len(value)
    )


def _digit_font(pdf: pikepdf.Pdf, digits: Digits) -> Dictionary:
    file = Stream(pdf, digits.data, Length1=len(digits.data))
    name = Name("/NOTICE+NotoSans-Digits")
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=32,
        FontBBox=Array(digits.box),
        ItalicAngle=0,
        Ascent=digits.ascent,
        Descent=digits.descent,
        CapHeight=digits.ascent,
        StemV=80,
        FontFile2=pdf.make_indirect(file),
    )
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.TrueType,
        BaseFont=name,
        FirstChar=32,
        LastChar=31 + len(digits.widths),
        Widths=Array(digits.widths),
        Encoding=Name.WinAnsiEncoding,
        FontDescriptor=pdf.make_indirect(descriptor),
    )
