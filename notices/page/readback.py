"""The reader of finished PDFs: what a reader's machine sees in the bytes, not what was meant.

The only room for pypdfium2 (characters, boxes, pictures) and pikepdf (structure, files, fonts).
Text is joined to its language through the marked content of the page and the structure tree.
"""

from __future__ import annotations

import ctypes
import io
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress, groupby, repeat
from types import MappingProxyType
from typing import Any, NamedTuple

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from notices.errors import RenderError
from notices.page.document import Frame

Picture = Image.Image  # a drawn page
MM = 25.4 / 72  # of a point
ARTIFACT = "Artifact"
UNTAGGED = ""
_MAX_DEPTH = 200
_LINE_END_HYPHEN = 0x02  # so pdfium reports a hyphen that ends a line
_HIGH, _LOW, _AFTER = 0xD800, 0xDC00, 0xE000  # surrogate halves, which pdfium reports one by one
_EDGES = 4  # of a character's box, as pdfium tells them: left, right, bottom, top
_NO_GLYPH = b"0000"
_SHOWN = re.compile(rb"/(\S+)\s+[\d.]+\s+Tf\b|<([0-9A-Fa-f]+)>")
_PAIR = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]*)>")
_TO_NOTDEF = re.compile(rb"<([0-9A-Fa-f]{4})>\s+0\b")


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
class Figure:
    """A tagged picture: its page from 1, nearest /Lang and alternate text."""

    page: int
    lang: str
    alt: str


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


class _Place(NamedTuple):
    """Where marked content hangs in the structure tree."""

    path: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    lang: str = ""


@dataclass
class _Text:
    """One marked content's characters as they are gathered: Unicode code units and edges."""

    height: float
    units: list[int] = field(default_factory=list)
    edges: tuple[list[float], ...] = field(default_factory=lambda: ([], [], [], []))


@dataclass
class _Tree:
    """The structure tree as it is walked: places by (page, MCID) in structure order."""

    pages: Mapping[tuple[int, int], int]
    places: dict[tuple[int, int], _Place] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)
    langs: dict[str, int] = field(default_factory=dict)


def read_pdf(data: bytes) -> ReadBack:
    """Reads a finished PDF. Raises RenderError where it can't be read."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            catalog = pdf.Root
            lang = str(catalog.get("/Lang", ""))
            tree = _read_tree(pdf, lang)
            attachments = {
                name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()
            }
            title = str(pdf.docinfo.get("/Title", ""))
            fonts, missing = _read_fonts(pdf)
        pages, texts = _read_texts(data)
    except (pikepdf.PdfError, pypdfium2.PdfiumError, RecursionError) as error:
        raise RenderError(f"the PDF can't be read back: {error}") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # pikepdf on odd structures
        raise RenderError(f"the PDF's structure can't be read back: {error!r}") from error
    return ReadBack(
        pages=pages,
        runs=tuple(_runs(texts, tree.places)),
        figures=tuple(tree.figures),
        title=title,
        lang=lang,
        tagged_langs=MappingProxyType(tree.langs),
        attachments=MappingProxyType(attachments),
        fonts=fonts,
        missing_glyphs=missing,
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
    texts: Mapping[tuple[int, int], _Text], places: Mapping[tuple[int, int], _Place]
) -> Iterator[MarkedText]:
    for key, place in places.items():
        if text := texts.get(key):
            yield _run(key[0], text, place, place.path[-1])
    for key, text in texts.items():
        if key not in places:
            tag = ARTIFACT if key[1] < -1 else UNTAGGED
            yield _run(key[0], text, _Place(), tag)


def _run(page: int, found: _Text, place: _Place, tag: str) -> MarkedText:
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


def _read_tree(pdf: pikepdf.Pdf, lang: str) -> _Tree:
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
    tree = _Tree(pages)
    root = pdf.Root.get("/StructTreeRoot")
    if root is not None:
        for kid in _kids(root):
            _walk(kid, _Place(lang=lang), 0, tree)
    return tree


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _walk(element: Any, above: _Place, page: int, tree: _Tree) -> None:
    path, ids, lang = above
    if len(path) > _MAX_DEPTH:
        raise ValueError("structure tree too deep")
    get = element.get
    if (holder := get("/Pg")) is not None:
        page = tree.pages.get(holder.objgen, 0)
    tag = str(get("/S", ""))[1:]
    if (own := get("/Lang")) is not None:
        lang = str(own)
        tree.langs[lang] = tree.langs.get(lang, 0) + 1
    if (name := get("/ID")) is not None:
        ids = (*ids, str(name))
    place = _Place((*path, tag), ids, lang)
    if tag == "Figure":
        tree.figures.append(Figure(page, lang, str(get("/Alt", ""))))
    for kid in _kids(element):
        if isinstance(kid, int):
            tree.places[page, kid] = place
        elif isinstance(kid, pikepdf.Dictionary):
            kind = str(kid.get("/Type", ""))
            if kind == "/MCR":
                own_page = tree.pages.get(kid.Pg.objgen, page) if "/Pg" in kid else page
                tree.places[own_page, int(kid.MCID)] = place
            elif kind != "/OBJR":
                _walk(kid, place, page, tree)


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
    objects = list(map(_text_object, repeat(handle), range(count)))
    units = list(map(_unicode, repeat(handle), range(count)))
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
            text_object = ctypes.cast(address, pdfium.FPDF_PAGEOBJECT)
            mcid = pdfium.FPDFPageObj_GetMarkedContentID(text_object)
            if mcid < 0 and _is_artifact(text_object):
                artifacts += 1
                mcid = -1 - artifacts
            text = texts.setdefault((number, mcid), _Text(height))
            text.units += units[start:end]
            for edge, column in zip(text.edges, columns, strict=True):
                edge += column[start:end]
        start = end


def _quick(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    """A function of pdfium's that takes and gives plain numbers: several times as fast to call."""
    return ctypes.CFUNCTYPE(result, *arguments)(
        ctypes.cast(getattr(pdfium, name), ctypes.c_void_p).value or 0
    )


_text_object = _quick("FPDFText_GetTextObject", ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_unicode = _quick("FPDFText_GetUnicode", ctypes.c_uint, ctypes.c_void_p, ctypes.c_int)
_char_box = _quick(
    "FPDFText_GetCharBox", ctypes.c_int, ctypes.c_void_p, ctypes.c_int, *[ctypes.c_void_p] * _EDGES
)


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


def _read_fonts(pdf: pikepdf.Pdf) -> tuple[tuple[str, ...], tuple[tuple[int, str], ...]]:
    """The fonts' names, and (page, character) wherever glyph 0 or none at all is shown."""
    names: dict[str, None] = {}
    missing: list[tuple[int, str]] = []
    known: dict[Any, dict[bytes, str]] = {}
    for number, page in enumerate(pdf.pages, start=1):
        for resources, content in _contents(page.obj, set()):
            fonts: dict[bytes, tuple[Any, dict[bytes, str]]] = {}
            for name, font in resources.get("/Font", {}).items():
                names[str(font.BaseFont)[1:]] = None
                if font.objgen not in known:
                    known[font.objgen] = _no_glyph(font)
                fonts[name[1:].encode()] = (font, known[font.objgen])
            missing += ((number, text) for text in _shown_without_glyph(content, fonts))
    return tuple(names), tuple(missing)


def _contents(holder: Any, seen: set[Any]) -> Iterator[tuple[Any, bytes]]:
    """The content streams of a page and of the forms it draws, with their resources."""
    resources = holder.get("/Resources", pikepdf.Dictionary())
    if "/Contents" in holder:
        parts = holder.Contents
        parts = parts if isinstance(parts, pikepdf.Array) else [parts]
        yield resources, b"\n".join(part.read_bytes() for part in parts)
    else:
        yield resources, holder.read_bytes()
    for form in resources.get("/XObject", {}).values():
        if form.get("/Subtype") == "/Form" and form.objgen not in seen:
            seen.add(form.objgen)
            yield from _contents(form, seen)


def _no_glyph(font: Any) -> dict[bytes, str]:
    """Codes that the font's encoding leads to glyph 0, and the text they stand for."""
    unicode_map: dict[bytes, bytes] = {}
    if (to_unicode := font.get("/ToUnicode")) is not None:
        unicode_map = dict(_PAIR.findall(to_unicode.read_bytes()))
    codes = [b"0000"]
    if isinstance(font.get("/Encoding"), pikepdf.Stream):
        codes += _TO_NOTDEF.findall(font.Encoding.read_bytes())
    return {
        code: bytes.fromhex(unicode_map.get(code, b"").decode()).decode("utf-16-be", "replace")
        for code in codes
    }


def _shown_without_glyph(
    content: bytes, fonts: Mapping[bytes, tuple[Any, Mapping[bytes, str]]]
) -> Iterator[str]:
    bad: Mapping[bytes, str] = {}
    for name, codes in _SHOWN.findall(content):
        if name:
            bad = fonts[name][1] if name in fonts else {}
        elif bad:
            for start in range(0, len(codes), 4):
                if (code := codes[start : start + 4].lower()) in bad:
                    yield bad[code]
