"""A Document's content for engines that don't know our layout: the same text, tables and code."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from notices.page.codes import qr_svg
from notices.page.document import Cell, Document, Side
from notices.page.layout import CODE_SIZE

_TYPST_HEAD = """
#set document(title: {title})
#set page(paper: "a4", margin: (x: 20mm, top: 16mm, bottom: 17mm), numbering: "1 / 1")
#set text(font: ("Noto Sans", "Noto Sans SC", "Noto Sans HK"), size: 10pt, lang: {lang})
#set table(stroke: none, inset: (x: 0pt, y: 1.5mm))
"""


def typst_source(document: Document) -> str:
    """The letter as Typst markup; every text is a string, so that none is taken for markup."""
    lines = [_TYPST_HEAD.format(title=_quoted(document.title), lang=_quoted(_language(document)))]
    lines += (f"#{_typst_side(side)}\n" for side in (*_head(document),))
    address = document.recipient.lines
    lines += (f"#text({_quoted(line)}) \\" for line in (*document.return_address.lines, *address))
    subject = " ".join("#" + _typst_side(side) for side in document.subject)
    lines.append(f"#heading(level: 1, [{subject}])")
    columns = len(document.languages)
    for block in document.blocks:
        cells = [_typst_cell(side, row.role) for row in block.rows for side in row.sides]
        lines.append(f"#table(columns: ({', '.join(['1fr'] * columns)}), {', '.join(cells)})")
    for code in document.codes:
        svg = qr_svg(code.payload, CODE_SIZE).decode()
        alt = _quoted(next(iter(document.furniture.code_alt.values()), code.name))
        lines.append(
            f'#image(bytes({_quoted(svg)}), format: "svg", width: {CODE_SIZE}mm, alt: {alt})'
        )
    return "\n".join(lines)


def _language(document: Document) -> str:
    return document.languages[0].partition("-")[0]


def _head(document: Document) -> Iterator[Side]:
    yield from document.letterhead.names
    yield from document.letterhead.lines


def _typst_side(side: Side) -> str:
    return f"text(lang: {_quoted(side.lang.partition('-')[0])}, {_quoted(side.text)})"


def _typst_cell(side: Side, role: str) -> str:
    """A label and its amount stand left and right, as in the letter."""
    texts = [_typst_text(cell, side.lang, role) for cell in side.cells]
    return f"[#{' #h(1fr) #'.join(texts)}]"


def _typst_text(cell: Cell, lang: str, role: str) -> str:
    weight = ', weight: "bold"' if role in ("heading", "head", "total") else ""
    return f"text(lang: {_quoted(lang.partition('-')[0])}{weight}, {_quoted(cell.text)})"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def reportlab_story(document: Document) -> bytes:
    """The letter as Platypus flowables, drawn."""
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate, Table

    measure = A4[0] - 40 * mm
    story: list[Any] = [_paragraph(side.text, side.lang) for side in _head(document)]
    lines = (*document.return_address.lines, *document.recipient.lines)
    story += [_paragraph(line, document.recipient.lang) for line in lines]
    story += [_paragraph(side.text, side.lang) for side in document.subject]
    columns = len(document.languages)
    for block in document.blocks:
        rows = [
            [_paragraph(cell.text, side.lang) for side in row.sides for cell in side.cells]
            for row in block.rows
        ]
        for row in rows:
            share = measure / max(len(row), columns)
            story.append(Table([row], colWidths=[share] * len(row)))
    for code in document.codes:
        drawing = Drawing(25 * mm, 25 * mm)
        drawing.add(QrCodeWidget(code.payload, barWidth=25 * mm, barHeight=25 * mm))
        story.append(drawing)
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm).build(
        story, onFirstPage=_foot, onLaterPages=_foot
    )
    return out.getvalue()


def _foot(canvas: Any, _template: Any) -> None:
    canvas.setFont("NotoSans-Regular", 7.5)
    canvas.drawRightString(540, 30, str(canvas.getPageNumber()))


def _paragraph(text: str, lang: str) -> Any:
    from reportlab.platypus import Paragraph

    chinese = lang.startswith("zh") or any(char > "\u2e80" for char in text)
    return Paragraph(escape(text).replace("\n", "<br/>"), _style(chinese))


@cache
def _style(chinese: bool) -> Any:
    from reportlab.lib.styles import ParagraphStyle

    name = "NotoSansSC-Regular" if chinese else "NotoSans-Regular"
    wrap = "CJK" if chinese else None
    return ParagraphStyle(name, fontName=name, fontSize=10, leading=14, wordWrap=wrap)
