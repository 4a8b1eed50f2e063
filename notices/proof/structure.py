"""The structure of a finished PDF: its tree of elements, its fonts and its files, by pikepdf.

The only room of the page for pikepdf.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pikepdf

from notices.errors import RenderError
from notices.page.document import Frame

_MAX_DEPTH = 200
_MM = 25.4 / 72  # of a point
_REFERENCES = ("/MCR", "/OBJR")
_NO_GLYPH = b"0000"
_SHOWN = re.compile(rb"/(\S+)\s+[\d.]+\s+Tf\b|<([0-9A-Fa-f]+)>")
_PAIR = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]*)>")
_TO_NOTDEF = re.compile(rb"<([0-9A-Fa-f]{4})>\s+0\b")


@dataclass(frozen=True)
class Figure:
    """A tagged picture: its page from 1, nearest /Lang and alternate text, its identifiers,
    outermost first, and the frame that the file states, in mm; `mcids` is its marked content."""

    page: int
    lang: str
    alt: str
    ids: tuple[str, ...] = ()
    frame: Frame | None = None
    mcids: tuple[int, ...] = ()


class Place(NamedTuple):
    """Where marked content hangs in the structure tree."""

    path: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    lang: str = ""


@dataclass(frozen=True)
class Structure:
    """What a PDF says of itself. `places` lead from (page, MCID) to the structure tree, in its
    order; the rest is as in ReadBack."""

    places: Mapping[tuple[int, int], Place]
    figures: tuple[Figure, ...]
    title: str
    lang: str
    tagged_langs: Mapping[str, int]
    attachments: Mapping[str, bytes]
    fonts: tuple[str, ...]
    missing_glyphs: tuple[tuple[int, str], ...]


@dataclass
class _Tree:
    """The structure tree as it is walked: places by (page, MCID) in structure order."""

    pages: Mapping[tuple[int, int], int]
    heights: Mapping[int, float]  # in points, by page
    places: dict[tuple[int, int], Place] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)
    langs: dict[str, int] = field(default_factory=dict)


def read_structure(data: bytes) -> Structure:
    """Reads a finished PDF's structure. Raises RenderError where it can't be read."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            lang = str(pdf.Root.get("/Lang", ""))
            tree = _read_tree(pdf, lang)
            fonts, missing = _read_fonts(pdf)
            return Structure(
                places=tree.places,
                figures=tuple(tree.figures),
                title=str(pdf.docinfo.get("/Title", "")),
                lang=lang,
                tagged_langs=tree.langs,
                attachments={
                    name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()
                },
                fonts=fonts,
                missing_glyphs=missing,
            )
    except (pikepdf.PdfError, RecursionError) as error:
        raise RenderError(f"the PDF can't be read back: {error}") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # pikepdf on odd structures
        raise RenderError(f"the PDF's structure can't be read back: {error!r}") from error


def _read_tree(pdf: pikepdf.Pdf, lang: str) -> _Tree:
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
    heights = {number: float(page.mediabox[3]) for number, page in enumerate(pdf.pages, start=1)}
    tree = _Tree(pages, heights)
    root = pdf.Root.get("/StructTreeRoot")
    if root is not None:
        for kid in _kids(root):
            _walk(kid, kid.get("/S"), Place(lang=lang), 0, tree)
    return tree


def _kids(element: Any) -> Iterable[Any]:
    kids = element.get("/K")
    if kids is None:
        return ()
    return kids if isinstance(kids, pikepdf.Array) else (kids,)


def _walk(element: Any, kind: Any, above: Place, page: int, tree: _Tree) -> None:
    """The element of structure type `kind` and all below. What lacks is asked for by `in`, for
    a `get` that finds nothing takes pikepdf longest of all."""
    path, ids, lang = above
    if len(path) > _MAX_DEPTH:
        raise ValueError("structure tree too deep")
    get = element.get
    if (holder := get("/Pg")) is not None:
        page = tree.pages.get(holder.objgen, 0)
    tag = str(kind)[1:] if kind is not None else ""
    if "/Lang" in element:
        lang = str(get("/Lang"))
        tree.langs[lang] = tree.langs.get(lang, 0) + 1
    if "/ID" in element:
        ids = (*ids, str(get("/ID")))
    place = Place((*path, tag), ids, lang)
    if tag == "Figure":
        mcids = tuple(kid for kid in _kids(element) if isinstance(kid, int))
        frame = _stated_frame(element, tree.heights.get(page, 0.0))
        tree.figures.append(Figure(page, lang, str(get("/Alt", "")), ids, frame, mcids))
    for kid in _kids(element):
        if isinstance(kid, int):
            tree.places[page, kid] = place
        elif isinstance(kid, pikepdf.Dictionary):
            own = kid.get("/S")  # which a reference to content or to an object has not
            if own is not None or (role := str(kid.get("/Type", ""))) not in _REFERENCES:
                _walk(kid, own, place, page, tree)
            elif role == "/MCR":
                own_page = tree.pages.get(kid.Pg.objgen, page) if "/Pg" in kid else page
                tree.places[own_page, int(kid.MCID)] = place


def _stated_frame(element: Any, height: float) -> Frame | None:
    """The /BBox of a picture, in mm from the page's top left corner."""
    attributes = element.get("/A")
    if attributes is None or "/BBox" not in attributes:
        return None
    left, foot, right, top = (float(value) for value in attributes.BBox)
    return Frame(left * _MM, (height - top) * _MM, (right - left) * _MM, (top - foot) * _MM)


def _read_fonts(pdf: pikepdf.Pdf) -> tuple[tuple[str, ...], tuple[tuple[int, str], ...]]:
    """The fonts' names, and (page, character) wherever glyph 0 or none at all is shown."""
    names: dict[str, None] = {}
    missing: list[tuple[int, str]] = []
    known: dict[Any, frozenset[bytes]] = {}
    for number, page in enumerate(pdf.pages, start=1):
        for resources, content in _contents(page.obj, set()):
            fonts: dict[bytes, Any] = {}
            codes: dict[bytes, frozenset[bytes]] = {}
            for name, font in resources.get("/Font", {}).items():
                names[str(font.BaseFont)[1:]] = None
                if font.objgen not in known:
                    known[font.objgen] = _no_glyph(font)
                fonts[name[1:].encode()] = font
                codes[name[1:].encode()] = known[font.objgen]
            missing += (
                (number, _meant(fonts[name], code))
                for name, code in _shown_without_glyph(content, codes)
            )
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


def _no_glyph(font: Any) -> frozenset[bytes]:
    """The codes that the font's encoding leads to glyph 0."""
    codes = {_NO_GLYPH}
    if isinstance(font.get("/Encoding"), pikepdf.Stream):
        codes.update(_TO_NOTDEF.findall(font.Encoding.read_bytes()))
    return frozenset(code.lower() for code in codes)


def _meant(font: Any, code: bytes) -> str:
    """The text that a code of the font stands for."""
    if (to_unicode := font.get("/ToUnicode")) is None:
        return ""
    texts = {key.lower(): text for key, text in _PAIR.findall(to_unicode.read_bytes())}
    return bytes.fromhex(texts.get(code, b"").decode()).decode("utf-16-be", "replace")


def _shown_without_glyph(
    content: bytes, codes: Mapping[bytes, frozenset[bytes]]
) -> Iterator[tuple[bytes, bytes]]:
    """Font name and code wherever a code without a glyph is shown."""
    any_code = b"|".join(sorted({code for some in codes.values() for code in some}))
    suspect = b"<(?:[0-9a-f]{4})*?(?:" + any_code + b")"
    if not re.search(suspect, content.lower()):
        return  # as in nearly every letter
    bad, font = frozenset[bytes](), b""
    for name, shown in _SHOWN.findall(content):
        if name:
            bad, font = codes.get(name, frozenset()), name
        elif bad:
            for start in range(0, len(shown), 4):
                if (code := shown[start : start + 4].lower()) in bad:
                    yield font, code
