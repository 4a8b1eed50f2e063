"""The reader of finished PDFs: what a reader's machine sees in the bytes, not what was meant.

The room of pypdfium2: characters, boxes, pictures. Text is joined to its language through the
marked content of the page and the structure tree, which `proof.structure` reads.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, repeat
from math import hypot, inf
from types import MappingProxyType
from typing import Any, TypeVar
from unicodedata import combining

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from notices.errors import RenderError
from notices.page.document import Frame
from notices.proof.structure import Figure, Place, read_structure

Picture = Image.Image  # a drawn page
MM = 25.4 / 72  # of a point
ARTIFACT = "Artifact"
UNTAGGED = ""
_T = TypeVar("_T")
_ARTIFACT_NAME = f"{ARTIFACT}\0".encode("utf-16-le")
_LINE_END_HYPHEN = "\x02"  # so pdfium reports a hyphen that ends a line
_BROKEN_WORD = "\ufffe"  # and so where it tells a page's whole text
_HIGH, _LOW, _AFTER = "\ud800", "\udc00", "\ue000"  # surrogate halves, which pdfium tells singly
_HALF = re.compile(f"[{_HIGH}-\udfff]")
_BLANK = re.compile(f"[\\s{_HIGH}-\udbff]")  # white space, and the box of a pair's first half
# accents that stand at a letter
_MARK = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_EDGES = 4  # of a character's box, as pdfium tells them: left, right, bottom, top
_BLOCK = 128  # characters whose boxes are asked for at a time
_COLUMNS = range(0, _EDGES * _BLOCK, _BLOCK)  # where each edge's values begin in a block


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character and the box of its ink, in mm from the page's top left corner."""

    text: str
    frame: Frame


@dataclass(frozen=True, slots=True)
class PageText:
    """All characters of a page, as many as UTF-16 code units, each with its left, right, bottom
    and top edge in points up from the foot of a page that is `height` points high. `inked` are
    the edges with white space taken out: it is never the outermost."""

    number: int
    height: float
    text: str
    edges: tuple[Sequence[float], ...]
    inked: tuple[Sequence[float], ...]

    def frame(self, x1: float, x2: float, y1: float, y2: float) -> Frame:
        """Edges in points as a frame in mm."""
        return Frame(x1 * MM, (self.height - y2) * MM, (x2 - x1) * MM, (y2 - y1) * MM)


@dataclass(frozen=True)
class MarkedText:
    """The text of one marked content sequence: a stretch of one line.

    `page` counts from 1. `tag` is the nearest structure type: "Artifact" for page furniture, ""
    for text that is neither tagged nor furniture. `path` holds the structure types and `ids` the
    structure elements' identifiers (the HTML's), outermost first; `lang` is the nearest /Lang.
    `ink` is what its characters cover, white space left out; None where there is nothing else.
    `size` is that of its smallest type, in points. `parts` of the page's characters are its own.
    """

    page: int
    lang: str
    tag: str
    path: tuple[str, ...]
    ids: tuple[str, ...]
    text: str
    ink: Frame | None
    size: float
    whole: PageText
    parts: tuple[slice, ...]

    @cached_property
    def glyphs(self) -> tuple[Glyph, ...]:
        """Its characters one by one."""
        units = _stretch(self.whole.text, self.parts)
        edges = (_stretch(edge, self.parts) for edge in self.whole.edges)
        own = (at for unit, *at in zip(units, *edges, strict=True) if not _HIGH <= unit < _LOW)
        chars = zip(self.text, own, strict=True)
        return tuple(Glyph(char, self.whole.frame(*at)) for char, at in chars)


@dataclass(frozen=True)
class ReadBack:
    """What stands in a PDF. `pages` are widths and heights in mm; `runs` are in structure order,
    furniture last; `missing_glyphs` are (page, character) of each place without a real glyph;
    `tagged_langs` counts the /Lang entries in the structure tree; `drawn` are the frames of the
    pixels drawn, by page and MCID."""

    pages: tuple[tuple[float, float], ...]
    runs: tuple[MarkedText, ...]
    figures: tuple[Figure, ...]
    title: str
    lang: str
    tagged_langs: Mapping[str, int]
    attachments: Mapping[str, bytes]
    fonts: tuple[str, ...]
    missing_glyphs: tuple[tuple[int, str], ...]
    drawn: Mapping[tuple[int, int], Frame]


# by (page, MCID): stretches of a page, and the sizes of their type
_Texts = dict[tuple[int, int], tuple[PageText, list[slice], list[float]]]


def read_pdf(data: bytes) -> ReadBack:
    """Reads a finished PDF. Raises RenderError where it can't be read."""
    structure = read_structure(data)
    try:
        pages, texts = _read_texts(data)
        drawn = _read_pixels(data, {figure.page for figure in structure.figures})
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
        drawn=MappingProxyType(drawn),
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


def _runs(texts: _Texts, places: Mapping[tuple[int, int], Place]) -> Iterator[MarkedText]:
    for key, place in places.items():
        if found := texts.get(key):
            yield _run(*found, place, place.path[-1])
    for key, found in texts.items():
        if key not in places:
            yield _run(*found, Place(), ARTIFACT if key[1] < -1 else UNTAGGED)


def _run(
    whole: PageText, parts: list[slice], sizes: list[float], place: Place, tag: str
) -> MarkedText:
    text = "".join(_stretch(whole.text, parts))
    if _MARK.search(text):
        parts = _marks_with_letters(whole, parts)
        text = "".join(_stretch(whole.text, parts))
    if _HALF.search(text):
        text = "".join(_joined(text))
    text = text.replace(_LINE_END_HYPHEN, "-")
    lefts, rights, bottoms, tops = (_stretch(edge, parts) for edge in whole.inked)
    ink = None
    if (left := min(lefts)) < inf:
        ink = whole.frame(left, max(rights), min(bottoms), max(tops))
    path, ids, lang = place
    size = min(sizes)
    return MarkedText(whole.number, lang, tag, path, ids, text, ink, size, whole, tuple(parts))


def _marks_with_letters(whole: PageText, parts: list[slice]) -> list[slice]:
    """Each accent right after the letter that it stands at: pdfium tells one that stands high
    over a capital with the end of its line, or as a line of its own."""
    lefts, rights, bottoms, _ = whole.edges
    units = [at for part in parts for at in range(part.start, part.stop)]
    letters = [at for at in units if not (_MARK.match(whole.text[at]) or whole.text[at].isspace())]
    if not letters:
        return parts
    at_letter: dict[int, list[int]] = {}
    for mark in (at for at in units if _MARK.match(whole.text[at])):
        middle = (lefts[mark] + rights[mark]) / 2
        near = min(letters, key=lambda at: abs((lefts[at] + rights[at]) / 2 - middle))
        at_letter.setdefault(near, []).append(mark)
    for marks in at_letter.values():  # those of one letter from the inside out
        marks.sort(key=lambda at: (combining(whole.text[at]), bottoms[at]))
    plain = [at for at in units if not _MARK.match(whole.text[at])]
    ordered = [one for at in plain for one in (at, *at_letter.get(at, ()))]
    return [slice(at, at + 1) for at in ordered]


def _stretch(column: Sequence[_T], parts: Sequence[slice]) -> Sequence[_T]:
    if len(parts) == 1:  # as nearly always
        return column[parts[0]]
    return [value for part in parts for value in column[part]]


def _joined(units: str) -> Iterator[str]:
    """The characters of UTF-16 code units."""
    high = ""
    for unit in units:
        if _HIGH <= unit < _LOW:
            high = unit
        elif _LOW <= unit < _AFTER:
            yield (high + unit).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        else:
            yield unit


def _read_texts(data: bytes) -> tuple[tuple[tuple[float, float], ...], _Texts]:
    """Page sizes in mm and the texts by (page, MCID); furniture has numbers below -1."""
    sizes: list[tuple[float, float]] = []
    texts: _Texts = {}
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


def _read_pixels(data: bytes, numbers: set[int]) -> dict[tuple[int, int], Frame]:
    """Where pixels are drawn on these pages, by page and MCID."""
    found: dict[tuple[int, int], Frame] = {}
    document = pypdfium2.PdfDocument(data)
    try:
        for number in sorted(numbers & set(range(1, len(document) + 1))):
            page = document[number - 1]
            high = page.get_height()
            for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]):
                left, foot, right, top = item.get_bounds()
                mcid = pdfium.FPDFPageObj_GetMarkedContentID(item.raw)
                place = ((high - top) * MM, (right - left) * MM, (top - foot) * MM)
                found[number, mcid] = Frame(left * MM, *place)
            page.close()
    finally:
        document.close()
    return found


def _read_page(text_page: Any, number: int, height: float, texts: _Texts) -> None:
    """Whole columns at a time: one Python step a character would take longer than all the rest."""
    count = pdfium.FPDFText_CountChars(text_page)
    handle = ctypes.c_void_p(ctypes.addressof(text_page.contents))
    text, edges = _units(text_page, count), _edges(handle, count)
    page = PageText(number, height, text, edges, _inked(text, edges))
    objects = map(_text_object, repeat(handle), range(count))
    artifacts = start = 0
    for address, some in groupby(objects):
        end = start + len(list(some))
        if address:  # else a space or line end that pdfium made up
            mcid = _marked_content(address)
            if mcid < 0 and _is_artifact(address):
                artifacts += 1
                mcid = -1 - artifacts
            _, parts, sizes = texts.setdefault((number, mcid), (page, [], []))
            sizes.append(_size(address))
            if parts and parts[-1].stop == start:
                start = parts.pop().start
            parts.append(slice(start, end))
        start = end


def _units(text_page: Any, count: int) -> str:
    """The UTF-16 code unit of each character, asked for all at once where all are reported so."""
    units = (ctypes.c_ushort * (count + 1))()
    many = pdfium.FPDFText_GetText(text_page, 0, count, units)
    text = "".join(map(chr, units[:count]))
    if many == count + 1 and _BROKEN_WORD not in text:  # an end mark is added
        return text
    return "".join(chr(pdfium.FPDFText_GetUnicode(text_page, index)) for index in range(count))


def _edges(handle: ctypes.c_void_p, count: int) -> tuple[list[float], ...]:
    """The edges of all characters, read by blocks, so that pointers are made for one alone."""
    block, size = (ctypes.c_double * (_EDGES * _BLOCK))(), ctypes.sizeof(ctypes.c_double)
    slots = [[ctypes.byref(block, n * size) for n in range(e, e + _BLOCK)] for e in _COLUMNS]
    edges: tuple[list[float], ...] = ([], [], [], [])
    for start in range(0, count, _BLOCK):
        some = range(start, min(start + _BLOCK, count))
        if not all(map(_char_box, repeat(handle), some, *slots)):
            raise pypdfium2.PdfiumError("a character without a box")
        for edge, column in zip(edges, _COLUMNS, strict=True):
            edge += block[column : column + len(some)]
    return edges


def _inked(text: str, edges: tuple[list[float], ...]) -> tuple[list[float], ...]:
    """The edges, where those of white space (and of a pair's first half) stand out of the way."""
    inked = tuple(edge.copy() for edge in edges)
    blanks = [found.start() for found in _BLANK.finditer(text)]
    for edge, away in zip(inked, (inf, -inf, inf, -inf), strict=True):
        for blank in blanks:
            edge[blank] = away
    return inked


def _quick(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    """A function of pdfium's that gives a plain number: several times as fast to call. Without
    `arguments` it takes small numbers and ctypes' own values, which is faster again."""
    address = ctypes.cast(getattr(pdfium, name), ctypes.c_void_p).value or 0
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


_NUMBER, _LONG, _ADDRESS = ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p
_text_object = _quick("FPDFText_GetTextObject", _ADDRESS)
_char_box = _quick("FPDFText_GetCharBox", _NUMBER)
_marked_content = _quick("FPDFPageObj_GetMarkedContentID", _NUMBER, _ADDRESS)
_count_marks = _quick("FPDFPageObj_CountMarks", _NUMBER, _ADDRESS)
_mark = _quick("FPDFPageObj_GetMark", _ADDRESS, _ADDRESS, _LONG)
_font_size = _quick("FPDFTextObj_GetFontSize", _NUMBER, _ADDRESS, _ADDRESS)
_matrix = _quick("FPDFPageObj_GetMatrix", _NUMBER, _ADDRESS, _ADDRESS)
_mark_name = _quick("FPDFPageObjMark_GetName", _NUMBER, _ADDRESS, _ADDRESS, _LONG, _ADDRESS)


def _size(text_object: int) -> float:
    """The size of an object's type as it is printed, in points."""
    size, matrix = ctypes.c_float(), pdfium.FS_MATRIX()
    _font_size(text_object, ctypes.addressof(size))
    _matrix(text_object, ctypes.addressof(matrix))
    return float(size.value * hypot(matrix.b, matrix.d))


def _is_artifact(page_object: int) -> bool:
    """Whether one of the object's marks names it page furniture."""
    name, size = ctypes.create_string_buffer(64), _LONG()
    for index in range(_count_marks(page_object)):
        mark = _mark(page_object, index)
        _mark_name(mark, ctypes.addressof(name), len(name), ctypes.addressof(size))
        if name.raw[: size.value] == _ARTIFACT_NAME:
            return True
    return False
