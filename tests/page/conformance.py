"""Structural checks for PDF/UA-1 (ISO 14289-1) and PDF/A-3a (ISO 19005-3), after veraPDF's rules.

veraPDF itself is a Java program and no dependency of the tests; each fault names the clause it
breaks, so that the list can be held against veraPDF's report by whoever has it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pikepdf
from fontTools.ttLib import TTFont

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
AID, UAID = "{http://www.aiim.org/pdfa/ns/id/}", "{http://www.aiim.org/pdfua/ns/id/}"
DC = "{http://purl.org/dc/elements/1.1/}"
XMP, PDF = "{http://ns.adobe.com/xap/1.0/}", "{http://ns.adobe.com/pdf/1.3/}"
LANG = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
PAINT = {"Tj", "TJ", "'", '"', "Do", "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "sh", "BI"}
STANDARD = {
    *("Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index"),
    *("NonStruct", "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody"),
    *("Table", "TR", "TH", "TD", "THead", "TBody", "TFoot", "Span", "Quote", "Note"),
    *("Reference", "BibEntry", "Code", "Link", "Annot", "Figure", "Formula", "Form"),
}
CHILDREN = {
    "Table": {"TR", "THead", "TBody", "TFoot", "Caption"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
    "L": {"LI", "L", "Caption"},
    "LI": {"Lbl", "LBody"},
}
PARENTS = {
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
    "THead": {"Table"},
    "TBody": {"Table"},
    "TFoot": {"Table"},
    "LI": {"L"},
    "LBody": {"LI"},
}


def faults(data: bytes) -> list[str]:
    """What breaks either standard, each with its clause; an empty list for a conforming file."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [
            *_file(data, pdf),
            *_metadata(pdf),
            *_structure(pdf),
            *_contents(pdf),
            *_fonts(pdf),
            *_attachments(pdf),
            *_objects(pdf),
        ]


def _file(data: bytes, pdf: pikepdf.Pdf) -> Iterator[str]:
    head = data.split(b"\n", 2)
    if not re.fullmatch(rb"%PDF-1\.[0-7]", head[0]):
        yield "A 6.1.2: header"
    if head[1][:1] != b"%" or sum(byte > 127 for byte in head[1][1:5]) < 4:
        yield "A 6.1.2: binary comment"
    if len(pdf.trailer.get("/ID", ())) != 2:
        yield "A 6.1.3: /ID"
    if pdf.is_encrypted:
        yield "A 6.1.3: encrypted"
    root = pdf.Root
    if root.get("/MarkInfo", {}).get("/Marked") is not True:
        yield "UA 7.1: MarkInfo /Marked"
    if root.get("/ViewerPreferences", {}).get("/DisplayDocTitle") is not True:
        yield "UA 7.1: DisplayDocTitle"
    if not LANG.fullmatch(str(root.get("/Lang", ""))):
        yield "UA 7.2, A 6.7.4: catalog /Lang"
    for key in ("/OpenAction", "/AA", "/AcroForm", "/OCProperties", "/Requirements"):
        if key in root:
            yield f"A 6.5–6.9: catalog {key}"
    intents = list(root.get("/OutputIntents", ()))
    if len(intents) != 1 or intents[0].S != "/GTS_PDFA1":
        yield "A 6.2.3: one GTS_PDFA1 output intent"
    else:
        profile = intents[0].DestOutputProfile
        content = profile.read_bytes()
        if profile.N != 3 or content[36:40] != b"acsp" or content[16:20] != b"RGB ":
            yield "A 6.2.3: ICC profile"
        if "/OutputConditionIdentifier" not in intents[0]:
            yield "A 6.2.3: OutputConditionIdentifier"


def _metadata(pdf: pikepdf.Pdf) -> Iterator[str]:
    stream = pdf.Root.get("/Metadata")
    if stream is None:
        yield "A 6.6.2, UA 7.1: Metadata"
        return
    tree = ElementTree.fromstring(stream.read_bytes().decode("utf-8"))

    def text(name: str) -> str | None:
        found = tree.find(f".//{name}")
        return None if found is None else "".join(found.itertext()).strip()

    for name, wanted in ((f"{AID}part", "3"), (f"{AID}conformance", "A"), (f"{UAID}part", "1")):
        if text(name) != wanted:
            yield f"A 6.6.4, UA 5: XMP {name}"
    described = [found.text for found in tree.iter("{http://www.aiim.org/pdfa/ns/schema#}prefix")]
    if "pdfuaid" not in described:
        yield "A 6.6.2.3: no extension schema for pdfuaid"
    info = pdf.docinfo
    pairs = ((f"{DC}title", "/Title"), (f"{DC}creator", "/Author"), (f"{PDF}Producer", "/Producer"))
    for name, key in pairs:
        if not text(name) or text(name) != str(info.get(key, "")):
            yield f"A 6.6.3: XMP {name} is not Info {key}"
    for name, key in ((f"{XMP}CreateDate", "/CreationDate"), (f"{XMP}ModifyDate", "/ModDate")):
        if re.sub(r"[-:TZ]", "", text(name) or "") != str(info.get(key, ""))[2:-1]:
            yield f"A 6.6.3: XMP {name} is not Info {key}"


def _structure(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root.get("/StructTreeRoot")
    if root is None:
        yield "UA 7.1: StructTreeRoot"
        return
    found: dict[tuple[Any, int], Any] = {}
    elements: list[tuple[str, Any, str]] = []
    yield from _walk(root.K, root, "", found, elements)
    tree = list(root.ParentTree.Nums)
    numbers = dict(zip(tree[::2], tree[1::2], strict=True))
    for page in pdf.pages:
        owners = numbers.get(page.obj.get("/StructParents", -1), ())
        used = {m for holder, m in found if holder == page.obj.objgen}
        for mcid, owner in enumerate(owners):
            if owner is None or (not isinstance(owner, pikepdf.Dictionary)):
                continue
            if mcid not in used or found[page.obj.objgen, mcid] != owner.objgen:
                yield f"UA 7.1: MCID {mcid}: parent tree and structure tree differ"
        if any(m >= len(owners) or not isinstance(owners[m], pikepdf.Dictionary) for m in used):
            yield "UA 7.1: MCID without entry in the parent tree"
        if page.obj.get("/Tabs") != "/S":
            yield "UA 7.18.3: /Tabs"
    headings = [int(tag[1]) for tag, _, _ in elements if re.fullmatch(r"H\d", tag)]
    if headings and (headings[0] != 1 or any(b > a + 1 for a, b in pairwise(headings))):
        yield f"UA 7.4.2: heading order {headings}"
    identifiers = [str(element.ID) for _, element, _ in elements if "/ID" in element]
    if len(identifiers) != len(set(identifiers)):
        yield "14.7.2: identifiers are not unique"
    names = list(root.get("/IDTree", {}).get("/Names", ()))
    if [str(name) for name in names[::2]] != sorted(identifiers):
        yield "14.7.2: IDTree"


def _walk(kids: Any, above: Any, parent: str, found: Any, elements: Any) -> Iterator[str]:
    tags = []
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            found[above.Pg.objgen, kid] = above.objgen
            continue
        if kid.get("/Type") == "/OBJR":
            continue
        tag = str(kid.S)[1:]
        tags.append(tag)
        elements.append((tag, kid, parent))
        if kid.P.objgen != above.objgen:
            yield f"14.7.2: {tag} names another parent"
        if tag not in STANDARD:
            yield f"UA 7.1, A 6.7.3: structure type {tag}"
        if "/Lang" in kid and not LANG.fullmatch(str(kid.Lang)):
            yield f"A 6.7.4: /Lang {kid.Lang}"
        if tag in PARENTS and parent not in PARENTS[tag]:
            yield f"UA 7.2: {tag} in {parent}"
        if tag == "Figure" and not str(kid.get("/Alt", "")):
            yield "UA 7.3: Figure without /Alt"
        attributes = kid.get("/A", {})
        if tag == "TH" and attributes.get("/Scope") not in ("/Column", "/Row", "/Both"):
            yield "UA 7.5: TH without /Scope"
        if tag == "Figure" and len(attributes.get("/BBox", ())) != 4:
            yield "UA 7.3: Figure without /BBox"
        if tag == "Table":
            yield from _columns(kid)
        yield from _walk(kid.get("/K", pikepdf.Array()), kid, tag, found, elements)
    if parent in CHILDREN and not set(tags) <= CHILDREN[parent]:
        yield f"UA 7.2: {parent} holds {set(tags) - CHILDREN[parent]}"


def _columns(table: Any) -> Iterator[str]:
    rows = []
    for kid in table.K:
        if kid.S != "/Caption":
            rows += [kid] if kid.S == "/TR" else list(kid.K)
    widths = set()
    reaching: list[int] = []  # for how many rows each cell of an earlier one goes on
    for row in rows:
        spans = [cell.get("/A", {}) for cell in row.K]
        widths.add(sum(int(span.get("/ColSpan", 1)) for span in spans) + len(reaching))
        reaching = [left - 1 for left in reaching if left > 1]
        reaching += [left for span in spans if (left := int(span.get("/RowSpan", 1)) - 1)]
    if len(widths) > 1 or reaching:
        yield f"UA 7.2: table rows of {sorted(widths)} columns"
    if not any(cell.S == "/TH" for row in rows for cell in row.K) and len(rows) > 9:
        yield "UA 7.5: a long table without TH"


def _contents(pdf: pikepdf.Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, start=1):
        mcids: list[int] = []
        yield from _content(page, page.obj.Resources, number, [], mcids)
        if len(mcids) != len(set(mcids)):
            yield f"page {number}: an MCID is used twice"


def _content(
    holder: Any, resources: Any, number: int, around: list[str], mcids: list[int]
) -> Iterator[str]:
    """One content stream; the forms it draws stand in the marked content around them."""
    open_ = list(around)
    depth = 0
    for operands, operator in pikepdf.parse_content_stream(holder):
        name = str(operator)
        if name == "Do":
            form = resources.XObject[str(operands[0])]
            if form.Subtype == "/Form":
                yield from _content(form, form.Resources, number, open_, mcids)
                continue
        if name in ("BMC", "BDC"):
            properties = operands[1] if name == "BDC" else {}
            kind = "tagged" if "/MCID" in properties else str(operands[0])[1:]
            if kind == "Artifact" and "tagged" in open_:
                yield f"UA 7.1-1: page {number}: artifact inside tagged content"
            if kind == "tagged":
                mcids.append(int(properties["/MCID"]))
                if "Artifact" in open_:
                    yield f"UA 7.1-2: page {number}: tagged content inside an artifact"
            open_.append(kind)
        elif name == "EMC":
            open_.pop()
        elif name == "q":
            depth += 1
            if depth > 28:
                yield "A 6.1.13: q nested deeper than 28"
        elif name == "Q":
            depth -= 1
        elif name in PAINT and not {"tagged", "Artifact"} & set(open_):
            yield f"UA 7.1-3: page {number}: {name} neither tagged nor artifact"
    if open_ != around or depth:
        yield f"page {number}: marked content or q left open"


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for font in pdf.objects:
        if not isinstance(font, pikepdf.Dictionary) or font.get("/Subtype") != "/Type0":
            continue
        name, child = str(font.BaseFont), font.DescendantFonts[0]
        if font.Encoding != "/Identity-H":
            yield f"UA 7.21.8, A 6.2.11.8: {name}: .notdef may be shown"
        if "/FontFile2" not in child.FontDescriptor:
            yield f"UA 7.21.4.1: {name}: not embedded as TrueType"
            continue
        if child.CIDToGIDMap != "/Identity" or child.BaseFont != font.BaseFont:
            yield f"UA 7.21.3: {name}: CIDFont"
        if "/CIDSet" in child.FontDescriptor:
            yield f"A 6.2.11.4: {name}: a CIDSet that nobody checked"
        face = TTFont(io.BytesIO(child.FontDescriptor.FontFile2.read_bytes()))
        order, scale = face.getGlyphOrder(), 1000 / face["head"].unitsPerEm
        widths = list(child.W)
        for first, run in zip(widths[::2], widths[1::2], strict=True):
            for place, width in enumerate(run):
                code = int(first) + place
                if code == 0 or code >= len(order):
                    yield f"UA 7.21.8: {name}: glyph {code}"
                elif abs(face["hmtx"][order[code]][0] * scale - float(width)) > 1:
                    yield f"UA 7.21.5: {name}: width of glyph {code}"
        cmap = font.ToUnicode.read_bytes().decode()
        mapped = dict(re.findall(r"<([0-9a-f]{4})> <([0-9a-f]*)>", cmap))
        codes = {
            f"{int(first) + place:04x}"
            for first, run in zip(widths[::2], widths[1::2], strict=True)
            for place in range(len(run))
        }
        if not codes <= mapped.keys():
            yield f"UA 7.21.7: {name}: glyphs without Unicode"
        if {"", "0000", "feff", "fffe"} & set(mapped.values()):
            yield f"UA 7.21.7: {name}: glyph mapped to nothing"


def _attachments(pdf: pikepdf.Pdf) -> Iterator[str]:
    associated = [spec.objgen for spec in pdf.Root.get("/AF", ())]
    if len(associated) != len(set(associated)):
        yield "A 6.8: a file is associated twice"
    names = list(pdf.Root.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", ()))
    for spec in names[1::2]:
        if spec.objgen not in associated or "/AFRelationship" not in spec:
            yield "A 6.8: AF, AFRelationship"
        if not {"/F", "/UF", "/Desc"} <= set(spec.keys()) or "/F" not in spec.EF:
            yield "A 6.8, UA 7.11: F, UF"
        file = spec.EF.F
        if not re.fullmatch(r"/[a-z]+/[a-z0-9.+-]+", str(file.get("/Subtype", ""))):
            yield "A 6.8: MIME type"
        if not {"/ModDate", "/Size"} <= set(file.get("/Params", {}).keys()):
            yield "A 6.8: Params /ModDate"


def _objects(pdf: pikepdf.Pdf) -> Iterator[str]:
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            continue
        if item.get("/S") in ("/JavaScript", "/Launch", "/GoToR", "/SubmitForm"):
            yield f"A 6.5: action {item.S}"
        if item.get("/Subtype") == "/Image" and item.get("/Interpolate", False) is not False:
            yield "A 6.2.8: Interpolate"
        if item.get("/Type") == "/ExtGState" and item.get("/BM", "/Normal") != "/Normal":
            yield "A 6.2.10: blend mode"
        if item.get("/Type") == "/Annot":
            if not item.get("/Contents") or "/StructParent" not in item:
                yield "UA 7.18: annotation without Contents or StructParent"
            if int(item.get("/F", 0)) != 4:
                yield "A 6.3.2: annotation flags"
        if "/Filter" in item and item.Filter == "/LZWDecode":
            yield "A 6.1.7: LZW"
