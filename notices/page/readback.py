"""The reader of finished PDFs: what a reader's machine sees in the bytes, not what was meant.

The room of pypdfium2: characters, boxes, pictures. Text is joined to its language through the
marked content of the page and the structure tree, which `page.structure` reads.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress, groupby, repeat
from types import MappingProxyType
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from notices.errors import RenderError
from notices.page.document import Frame
from notices.page.structure import Figure, Place, read_structure

Picture = Image.Image  # a drawn page
MM = 25.4 / 72  # of a point
ARTIFACT = "Artifact"
UNTAGGED = ""
_LINE_END_HYPHEN = 0x02  # so pdfium reports a hyphen that ends a line
_BROKEN_WORD = 0xFFFE  # and so where it tells a page's whole text
_HIGH, _LOW, _AFTER = 0xD800, 0xDC00, 0xE000  # surrogate halves, which pdfium reports one by one
_EDGES = 4  # of a character's box, as pdfium tells them: left, right, bottom, top


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character and the box of its ink, in mm from the page's top left corner."""

    text: str
    frame: Frame


@dataclass(frozen=True)
class MarkedText:
    """The text of one marked content sequence: a stretch of one line.

    `page` counts from 1. `tag` is the nearest structure type: "Artifact" for page furniture, ""
    for text that is neither tagged nor furniture. `path` holds the structure types and `ids` the
    structure elements' identifiers (the HTML's), outermost first; `lang` is the nearest /Lang.
    `edges` are the characters' left, right, bottom and top edges in points, up from the foot of
    a page that is `height` points high.
    """

    page: int
    lang: str
    tag: str
    path: tuple[str, ...]
    ids: tuple[str, ...]
    text: str
    edges: tuple[Sequence[float], ...]
    height: float

    @cached_property
    def glyphs(self) -> tuple[Glyph, ...]:
        """Its characters one by one."""
        return tuple(
            Glyph(char, Frame(x1 * MM, (self.height - y2) * MM, (x2 - x1) * MM, (y2 - y1) * MM))
            for char, x1, x2, y1, y2 in zip(self.text, *self.edges, strict=True)
        )

    @cached_property
    def ink(self) -> Frame | None:
        """What its characters cover, white space left out; None where there is nothing else."""
        seen = [not space for space in map(str.isspace, self.text)]
        if not any(seen):
            return None
        lefts, rights, bottoms, tops = (tuple(compress(edge, seen)) for edge in self.edges)
        x1, x2, y1, y2 = min(lefts), max(rights), min(bottoms), max(tops)
        return Frame(x1 * MM, (self.height - y2) * MM, (x2 - x1) * MM, (y2 - y1) * MM)


@dataclass(frozen=True)
class ReadBack:
    """What stands in a PDF. `pages` are widths and heights in mm; `runs` are in structure order,
    furniture last; `missing_glyphs` are (page, character) of each place without a real glyph;
    `tagged_langs` counts the /Lang entries in the structure tree."""

    pages: tuple[tuple[float, float], ...]
    runs: tuple[MarkedText, ...]
    figures: tuple[Figure, ...]
    title: str
    lang: str
    tagged_langs: Mapping[str, int]
    attachments: Mapping[str, bytes]
    fonts: tuple[str, ...]
    missing_glyphs: tuple[tuple[int, str], ...]


@dataclass
class _Text:
    """One marked content's characters as they are gathered: Unicode code units and edges."""

    height: float
    units: list[int] = field(default_factory=list)
    edges: tuple[list[float], ...] = field(default_factory=lambda: ([], [], [], []))


def read_pdf(data: bytes) -> ReadBack:
    """Reads a finished PDF. Raises RenderError where it can't be read."""
    structure = read_structure(data)
    try:
        pages, texts = _read_texts(data)
    except pypdfium2.PdfiumError as error:
        raise RenderError(f"the PDF can't be read back: {error}") from error
    return ReadBack(
        pages=pages,
        runs=tuple(_runs(texts, structure.places)),
        figures=structure.figures,
        title=structure.title,
        lang=structure.lang,
        tagged_langs=MappingProxyType(dict(structure.tagged_langs)),
        attachments=MappingProxyType(dict(structure.attachments)),
        fonts=structure.fonts,
        missing_glyphs=structure.missing_glyphs,
    )


def rasterise(data: bytes, page: int, dpi: int, *, grey: bool = True) -> Picture:
    """The page (from 1) as a picture. Raises RenderError where it can't be drawn."""
    try:
        document = pypdfium2.PdfDocument(data)
        try:
            bitmap = document[page - 1].render(scale=dpi / 72, grayscale=grey)
            picture: Picture = bitmap.to_pil().convert("L" if grey else "RGB")
        finally:
            document.close()
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise RenderError(f"page {page} can't be drawn: {error}") from error
    return picture


def _runs(
    texts: Mapping[tuple[int, int], _Text], places: Mapping[tuple[int, int], Place]
) -> Iterator[MarkedText]:
    for key, place in places.items():
        if text := texts.get(key):
            yield _run(key[0], text, place, place.path[-1])
    for key, text in texts.items():
        if key not in places:
            tag = ARTIFACT if key[1] < -1 else UNTAGGED
            yield _run(key[0], text, Place(), tag)


def _run(page: int, found: _Text, place: Place, tag: str) -> MarkedText:
    units, edges = found.units, found.edges
    if any(_HIGH <= unit < _AFTER for unit in units):
        whole = [not _HIGH <= unit < _LOW for unit in units]  # the box of a pair's second half
        edges = tuple(list(compress(edge, whole)) for edge in edges)
        text = "".join(_joined(units))
    else:
        text = "".join(map(chr, units))
    if _LINE_END_HYPHEN in units:
        text = text.replace(chr(_LINE_END_HYPHEN), "-")
    return MarkedText(page, place.lang, tag, place.path, place.ids, text, edges, found.height)


def _joined(units: list[int]) -> Iterator[str]:
    """The characters of UTF-16 code units."""
    high = ""
    for unit in units:
        if _HIGH <= unit < _LOW:
            high = chr(unit)
        elif _LOW <= unit < _AFTER:
            yield (high + chr(unit)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        else:
            yield chr(unit)


def _read_texts(
    data: bytes,
) -> tuple[tuple[tuple[float, float], ...], dict[tuple[int, int], _Text]]:
    """Page sizes in mm and the texts by (page, MCID); furniture has numbers below -1."""
    sizes: list[tuple[float, float]] = []
    texts: dict[tuple[int, int], _Text] = {}
    document = pypdfium2.PdfDocument(data)
    try:
        for number, page in enumerate(document, start=1):
            width, height = page.get_size()
            sizes.append((width * MM, height * MM))
            text_page = page.get_textpage()
            _read_page(text_page.raw, number, height, texts)
            text_page.close()
            page.close()
    finally:
        document.close()
    return tuple(sizes), texts


def _read_page(
    text_page: Any, number: int, height: float, texts: dict[tuple[int, int], _Text]
) -> None:
    """Whole columns at a time: one Python step a character would take longer than all the rest."""
    count = pdfium.FPDFText_CountChars(text_page)
    handle = ctypes.addressof(text_page.contents)
    objects = map(_text_object, repeat(handle), range(count))
    units = _units(text_page, count)
    boxes = (ctypes.c_double * (_EDGES * count))()
    first, step = ctypes.addressof(boxes), ctypes.sizeof(ctypes.c_double)
    places = (
        range(first + edge * step, first + (_EDGES * count + edge) * step, _EDGES * step)
        for edge in range(_EDGES)
    )
    deque(map(_char_box, repeat(handle), range(count), *places), maxlen=0)
    values = boxes[:]
    columns = [values[edge::_EDGES] for edge in range(_EDGES)]
    artifacts = start = 0
    for address, some in groupby(objects):
        end = start + len(list(some))
        if address:  # else a space or line end that pdfium made up
            mcid = _marked_content(address)
            if mcid < 0 and _is_artifact(ctypes.cast(address, pdfium.FPDF_PAGEOBJECT)):
                artifacts += 1
                mcid = -1 - artifacts
            text = texts.setdefault((number, mcid), _Text(height))
            text.units += units[start:end]
            for edge, column in zip(text.edges, columns, strict=True):
                edge += column[start:end]
        start = end


def _units(text_page: Any, count: int) -> Sequence[int]:
    """The UTF-16 code unit of each character, asked for all at once where all are told so."""
    text = (ctypes.c_ushort * (count + 1))()
    told = pdfium.FPDFText_GetText(text_page, 0, count, text)
    if told == count + 1 and _BROKEN_WORD not in text:  # an end mark is added
        return text[:count]
    return [pdfium.FPDFText_GetUnicode(text_page, index) for index in range(count)]


def _quick(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    """A function of pdfium's that takes and gives plain numbers: several times as fast to call."""
    address = ctypes.cast(getattr(pdfium, name), ctypes.c_void_p).value or 0
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


_NUMBER, _ADDRESS = ctypes.c_int, ctypes.c_void_p
_text_object = _quick("FPDFText_GetTextObject", _ADDRESS, _ADDRESS, _NUMBER)
_marked_content = _quick("FPDFPageObj_GetMarkedContentID", _NUMBER, _ADDRESS)
_char_box = _quick("FPDFText_GetCharBox", _NUMBER, _ADDRESS, _NUMBER, *[_ADDRESS] * _EDGES)


def _is_artifact(page_object: Any) -> bool:
    """Whether one of the object's marks names it page furniture."""
    for index in range(pdfium.FPDFPageObj_CountMarks(page_object)):
        mark = pdfium.FPDFPageObj_GetMark(page_object, index)
        buffer = (pdfium.FPDF_WCHAR * 32)()
        size = ctypes.c_ulong()
        pdfium.FPDFPageObjMark_GetName(mark, buffer, ctypes.sizeof(buffer), ctypes.byref(size))
        if bytes(buffer)[: size.value].decode("utf-16-le").rstrip("\0") == ARTIFACT:
            return True
    return False
