"""Documents as Word and LibreOffice hand them back, made from one that the product wrote."""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape

CT = "[Content_Types].xml"
BODY = "word/document.xml"


def part(data: bytes, name: str = BODY) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def with_parts(data: bytes, **parts: str | bytes) -> bytes:
    """The archive with other parts; `BODY` is called `body`, the comments `comments`."""
    names = {"body": BODY, "comments": "word/comments.xml"}
    new = {names[key]: text for key, text in parts.items()}
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in old.namelist():
            if name not in new:
                target.writestr(name, old.read(name))
        for name, text in new.items():
            target.writestr(name, text)
    return out.getvalue()


def run(text: str, gone: bool = False) -> str:
    """A run as Word writes one, with its noise."""
    tag = "delText" if gone else "t"
    return (
        '<w:r w:rsidR="00A1B2C3"><w:rPr><w:rFonts w:ascii="Arial"/></w:rPr>'
        f'<w:{tag} xml:space="preserve">{escape(text)}</w:{tag}></w:r>'
    )


def came(text: str, by: str = "Carla Counsel", day: int = 5) -> str:
    return _change("ins", run(text), by, day)


def went(text: str, by: str = "Carla Counsel", day: int = 5) -> str:
    return _change("del", run(text, gone=True), by, day)


def moved(text: str, to: bool) -> str:
    inner = run(text)
    return _change("moveTo" if to else "moveFrom", inner, "Carla Counsel", 5)


def _change(tag: str, inner: str, by: str, day: int) -> str:
    date = f"2026-05-{day:02}T09:30:00Z"
    return f'<w:{tag} w:id="9{day}" w:author="{by}" w:date="{date}">{inner}</w:{tag}>'


def with_cell(data: bytes, text: str, paragraphs: str) -> bytes:
    """The document in which the cell that reads `text` has other paragraphs."""
    body = part(data)
    for cell in re.finditer(r"<w:tc>.*?</w:tc>", body, re.DOTALL):
        said = "".join(re.findall(r"<w:t[ >][^<]*|<w:t>[^<]*", cell[0]))
        said = re.sub(r"<w:t[^>]*>", "", said)
        if said == escape(text):
            head = re.search(r"<w:tcPr>.*?</w:tcPr>", cell[0], re.DOTALL)
            new = f"<w:tc>{head[0] if head else ''}{paragraphs}</w:tc>"
            return with_parts(data, body=body[: cell.start()] + new + body[cell.end() :])
    raise AssertionError(f"no cell reads {text!r}")


def paragraph(inner: str, properties: str = "") -> str:
    head = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f'<w:p w:rsidR="00A1B2C3">{head}{inner}</w:p>'
