"""One file that is PDF/UA-1 and PDF/A-3a at once: a small adapter over WeasyPrint's private parts.

WeasyPrint 70.0 makes either variant alone, puts no `/Lang`, `/ID` or `/Scope` into the structure
tree, and leaves the text of margin boxes as untagged marked content. This room repairs that while
the PDF is still a list of pydyf objects. It relies on these private things, pinned by
`weasyprint==70.0` and `pydyf==0.13.0`, and refuses to work (RenderError) with any other version:

- `weasyprint.pdf.tags._build_box_tree(box, parent, pdf, page_number, nums, annotations, tags)`,
  which yields the structure elements of a box, the box's own element last, and recurses by name;
- `tags` maps each drawn text or replaced box to `{"tag": …, "mcid": …}`, `nums` MCIDs to elements;
- `Stream.stream` holds marked content as the tokens tag, properties, `BDC` … `EMC`, and `_tags`
  is one dictionary per page, shared by the streams of its transparency groups;
- `Stream.add_font` makes a `Font` (by its name in weasyprint.pdf.stream), whose `to_unicode` takes
  for each glyph the text of the cluster it was first met in: all of it, even for half a letter;
- a colour profile needs `name`, `components`, `content` and `pdf_reference`;
- boxes: `AbsolutePlaceholder._box`, `MarginBox.at_keyword`, `element`, `element_tag`, `children`;
- `pdf.objects[number]`, catalog keys `Metadata`, `Names`, `AF`, `StructTreeRoot`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, partial
from importlib.resources import files
from typing import Any
from unicodedata import normalize
from xml.sax.saxutils import escape
from zlib import crc32

import pydyf
import weasyprint
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.pdf import stream as weasyprint_stream
from weasyprint.pdf import tags as weasyprint_tags
from weasyprint.pdf.stream import Stream

from notices.errors import RenderError
from notices.page.fonts import FontBytes, is_selector, read_own_texts

PRODUCER = "notices"
OPTIONS = {"pdf_variant": "pdf/a-3a", "output_intent": "sRGB"}
_VERSIONS = ("70.0", "0.13.0")
_TREE_PARAMETERS = ("box", "parent", "pdf", "page_number", "nums", "annotations", "tags")
_SCOPES = {"col": "/Column", "colgroup": "/Column", "row": "/Row", "rowgroup": "/Row"}
_POINTS = 0.75  # of a CSS pixel


@dataclass(frozen=True)
class Imprint:
    """What the file says of itself. `created` (the issue date) is also its only date."""

    title: str
    author: str
    lang: str
    created: date


@dataclass
class _Notes:
    """What one letter's tag tree said while it was built.

    `html` maps a structure element's object number to its HTML element; `artifacts` maps a page
    and MCID to the artifact's properties; `repeated` holds the table heads already met.
    """

    html: dict[int, Any] = field(default_factory=dict)
    artifacts: dict[tuple[int, int], dict[str, str]] = field(default_factory=dict)
    repeated: dict[Any, int] = field(default_factory=dict)


def check_private_parts() -> None:
    """Raises RenderError where WeasyPrint or pydyf is not the one this adapter was written for."""
    versions = (weasyprint.VERSION, pydyf.VERSION)
    builder = getattr(weasyprint_tags, "_build_box_tree", None)
    if versions != _VERSIONS or builder is None:
        raise RenderError(f"weasyprint, pydyf {versions} found, {_VERSIONS} needed (archive.py)")
    if tuple(inspect.signature(builder).parameters) != _TREE_PARAMETERS:
        raise RenderError("weasyprint.pdf.tags._build_box_tree has changed (archive.py)")


class _Profile:
    """Stands in for WeasyPrint's ColorProfile, whose bytes change once it has been used."""

    name = "sRGB2014"
    components = ("r", "g", "b")

    def __init__(self) -> None:
        self.content = files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()
        self.pdf_reference: bytes | None = None  # WeasyPrint notes the object here


class _GlyphTexts(dict[int, str]):
    """What each glyph says to whoever reads the file: of a cluster of several glyphs (ị drawn as i
    and a dot) each says its own part, or every plain i of the letter would say ị."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._content = content

    def __setitem__(self, glyph: int, text: str) -> None:
        if len(text) > 1 or len(normalize("NFKD", text)) > 1:
            text = self._part(glyph, text)
        super().__setitem__(glyph, text)

    @cached_property
    def _own(self) -> Mapping[int, tuple[str, ...]]:
        key = (len(self._content), crc32(self._content))
        return read_own_texts(FontBytes(key, self._content))

    def _part(self, glyph: int, text: str) -> str:
        own = self._own.get(glyph, ())
        whole = _parts(text)
        if not own or any(_parts(char) == whole for char in own):
            return text  # all of it, as a ligature is
        held = [char for char in own if set(_parts(char)) <= set(whole)]
        return max(held, key=len) if held else whole[:1]  # a dotless i under its accent


def _parts(text: str) -> str:
    """The text as letters and marks, what only selects a shape left out."""
    return "".join(char for char in normalize("NFKD", text) if not is_selector(char))


class _Font(weasyprint_stream.Font):  # type: ignore[misc]
    """A font of the file whose glyphs say no more than their own."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.to_unicode = _GlyphTexts(self.file_content)


@cache
def colour_profiles() -> dict[str, _Profile]:
    """The output intent's sRGB profile, read once, to be given to `HTML.render`."""
    return {"sRGB": _Profile()}


def write_archive_pdf(document: Any, imprint: Imprint) -> bytes:
    """The bytes of a laid out `weasyprint.Document`, conforming to both standards.

    Raises RenderError where tagged content stands in a place that can't be tagged.
    """
    stamp = f"{imprint.created.isoformat()}T00:00:00Z"
    metadata = document.metadata
    metadata.title, metadata.authors, metadata.lang = imprint.title, [imprint.author], imprint.lang
    metadata.created = metadata.modified = stamp
    metadata.description = metadata.generator = None
    metadata.keywords = []
    notes = _Notes()
    with _noted_tree(notes):
        data = document.write_pdf(finisher=partial(_finish, imprint, notes), **OPTIONS)
    assert isinstance(data, bytes)  # noqa: S101  (write_pdf without a target returns bytes)
    return data


@contextmanager
def _noted_tree(notes: _Notes) -> Iterator[None]:
    """Lets `_build_box_tree` take notes, and turns page furniture into artifacts."""
    original = weasyprint_tags._build_box_tree

    def build(
        box: Any, parent: Any, pdf: Any, page: int, nums: Any, annotations: Any, tags: Any
    ) -> Iterator[Any]:
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if properties := _artifact(box, page, notes):
            for part in _drawn(box):
                if part in tags:
                    mcid = tags.pop(part)["mcid"]
                    notes.artifacts[page, mcid] = properties
                    nums[mcid] = b"null"
            return
        element = None
        for element in original(box, parent, pdf, page, nums, annotations, tags):
            yield element
        outermost = box.element_tag in ("html", "body") or isinstance(box, boxes.PageBox)
        if element is not None and box.element is not None and not outermost:
            notes.html[element.number] = box.element

    plain_font = weasyprint_stream.Font
    weasyprint_tags._build_box_tree, weasyprint_stream.Font = build, _Font
    try:
        yield
    finally:
        weasyprint_tags._build_box_tree, weasyprint_stream.Font = original, plain_font


def _artifact(box: Any, page: int, notes: _Notes) -> dict[str, str] | None:
    """The artifact's properties if the box is furniture or decoration, else None."""
    if isinstance(box, boxes.MarginBox):
        side = "/Footer" if box.at_keyword.startswith("@bottom") else "/Header"
        return {"Type": "/Pagination", "Subtype": side}
    html = box.element
    if html is None:
        return None
    if html.get("aria-hidden") == "true" or (html.tag == "img" and html.get("alt") == ""):
        return {"Type": "/Layout"}
    if box.element_tag in ("thead", "tfoot"):
        if notes.repeated.setdefault(html, page) == page:
            return None
        for part in _drawn(box):  # WeasyPrint links every cell to its headers afterwards
            part.mark = pydyf.Dictionary({"A": pydyf.Dictionary()})
        return {"Type": "/Pagination", "Subtype": "/Header"}
    return None


def _drawn(box: Any) -> Iterator[Any]:
    """The box and all boxes in it."""
    yield box
    for child in getattr(box, "children", ()):
        yield from _drawn(child._box if isinstance(child, AbsolutePlaceholder) else child)


def _finish(imprint: Imprint, notes: _Notes, document: Any, pdf: pydyf.PDF) -> None:
    """WeasyPrint's finisher: repairs the objects right before they are written."""
    root = _resolve(pdf, pdf.catalog["StructTreeRoot"])
    top = _resolve(pdf, root["K"][0])
    _join(pdf, notes, top)
    identifiers: dict[str, bytes] = {}
    _label(pdf, notes, top, None, identifiers)
    if identifiers:
        pairs = [part for item in sorted(identifiers.items()) for part in item]
        names = [pydyf.String(p) if isinstance(p, str) else p for p in pairs]
        root["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(names)})
    _mark_artifacts(pdf, notes)
    _set_metadata(pdf, imprint)
    _set_attachments(pdf, document)
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and item.extra.get("Subtype") == "/Image":
            item.extra["Interpolate"] = "false"  # PDF/A: no viewer may invent pixels


def _resolve(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _elements(pdf: pydyf.PDF, element: Any) -> list[Any]:
    """The structure elements among an element's kids."""
    kids = [_resolve(pdf, kid) for kid in element["K"] if isinstance(kid, bytes)]
    return [kid for kid in kids if kid.get("Type") == "/StructElem"]


def _join(pdf: pydyf.PDF, notes: _Notes, parent: Any) -> None:
    """Joins the parts of one HTML element that page breaks tore apart (a table, a row, a cell)."""
    joined: dict[tuple[int, str], Any] = {}
    for kid in _elements(pdf, parent):
        html = notes.html.get(kid.number)
        if html is None or html is notes.html.get(parent.number):
            continue
        first = joined.setdefault((id(html), kid["S"]), kid)
        if first is kid or not all(isinstance(part, bytes) for part in kid["K"]):
            continue
        for part in _elements(pdf, kid):
            part["P"] = first.reference
        first["K"].extend(kid["K"])
        parent["K"].remove(kid.reference)
        kid.clear()
    for kid in _elements(pdf, parent):
        _join(pdf, notes, kid)


def _label(
    pdf: pydyf.PDF, notes: _Notes, element: Any, above: Any, identifiers: dict[str, bytes]
) -> None:
    """Puts `/Lang`, `/ID`, `/Scope` and a right `/BBox` on the elements that carry them in HTML."""
    html = notes.html.get(element.number)
    element.pop("ID", None)  # WeasyPrint numbers table heads
    if html is not None and html is not above:
        if lang := html.get("lang"):
            element["Lang"] = pydyf.String(lang)
        name = html.get("id", "")
        if name and name.isascii() and name not in identifiers:
            identifiers[name] = element.reference
            element["ID"] = pydyf.String(name)
    attributes = element.get("A")
    if element["S"] == "/TH":
        scope = _SCOPES.get(html.get("scope", "col"), "/Column") if html is not None else "/Column"
        attributes["Scope"] = scope
    if element["S"] == "/TD":
        attributes.pop("Headers", None)  # the scopes say it, and survive the joining of tables
    if element["S"] == "/Figure":
        height = _resolve(pdf, element["Pg"])["MediaBox"][3]
        x1, y1, x2, y2 = (value * _POINTS for value in attributes["BBox"])
        attributes["BBox"] = pydyf.Array((x1, height - y2, x2, height - y1))
    for kid in _elements(pdf, element):
        _label(pdf, notes, kid, html, identifiers)


def _mark_artifacts(pdf: pydyf.PDF, notes: _Notes) -> None:
    """Rewrites the marked content of furniture as artifacts, in all streams."""
    pages = [_resolve(pdf, reference) for reference in pdf.page_references]
    contents = [_resolve(pdf, page["Contents"]) for page in pages]
    numbers = {id(stream._tags): number for number, stream in enumerate(contents)}
    for item in pdf.objects:
        if isinstance(item, Stream):
            page = numbers.get(id(item._tags), -1)
            item.stream = _rewritten(item.stream, page, notes, in_page=item in contents)


def _rewritten(tokens: list[Any], page: int, notes: _Notes, in_page: bool) -> list[Any]:
    """The tokens of a stream with its artifacts marked as such."""
    out: list[Any] = []
    for token in tokens:
        if token == b"BDC" and isinstance(out[-1], dict) and "MCID" in out[-1]:
            properties = notes.artifacts.get((page, out[-1]["MCID"]))
            if properties is not None:
                out[-2:] = ["/Artifact", pydyf.Dictionary(properties)]
            elif not in_page:
                raise RenderError("text under opacity or in a pattern can't be tagged")
        out.append(token)
    return out


def _set_metadata(pdf: pydyf.PDF, imprint: Imprint) -> None:
    """The document information and the XMP packet: equal, and naming both standards."""
    pdf.info["Producer"] = pydyf.String(PRODUCER)
    day = f"D:{imprint.created:%Y%m%d}000000Z"
    pdf.info["CreationDate"] = pdf.info["ModDate"] = pydyf.String(day)
    stream = pydyf.Stream([xmp_packet(imprint)], {"Type": "/Metadata", "Subtype": "/XML"})
    pdf.add_object(stream)
    old = _resolve(pdf, pdf.catalog["Metadata"])
    old.stream, old.extra, old.compress = stream.stream, stream.extra, False
    pdf.objects.pop()


def _set_attachments(pdf: pydyf.PDF, document: Any) -> None:
    """Associates each file once, with the media type its owner gave, in a sorted name tree."""
    names = pdf.catalog.get("Names", {})
    names.pop("Dests", None)  # one per HTML id, and no letter links to them
    if "AF" not in pdf.catalog:
        return
    references = list(dict.fromkeys(pdf.catalog["AF"]))
    pdf.catalog["AF"] = pydyf.Array(references)
    specs = [_resolve(pdf, reference) for reference in references]
    specs.sort(key=lambda spec: str(spec["UF"].string))
    tree = _resolve(pdf, names["EmbeddedFiles"])
    tree["Names"] = pydyf.Array([part for s in specs for part in (s["UF"], s.reference)])


def xmp_packet(imprint: Imprint) -> bytes:
    """The XMP metadata. PDF/A-3 wants the PDF/UA identification described as an extension."""
    stamp = f"{imprint.created.isoformat()}T00:00:00Z"
    title, author, lang = (escape(t) for t in (imprint.title, imprint.author, imprint.lang))
    return _XMP.format(
        title=title, author=author, lang=lang, stamp=stamp, producer=PRODUCER
    ).encode()


_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{stamp}</xmp:CreateDate><xmp:ModifyDate>{stamp}</xmp:ModifyDate>
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
