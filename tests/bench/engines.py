"""The engines: each makes markup of a Document (not timed), and a PDF of the markup (timed)."""

from __future__ import annotations

import base64
import os
import re
import tempfile
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any, Protocol

from notices.batch.worker import settle
from notices.page.document import Document
from notices.page.fonts import read_font_set
from notices.page.layout import build_page
from notices.page.pdf import HtmlPage, PdfRenderer
from notices.places import FONTS
from tests.bench.plain import reportlab_story, typst_source

SYSTEM_FONTS = Path("/usr/share/fonts")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# what somebody writes who has Noto CJK on the machine
SYSTEM_NAMES = {
    "Noto Sans SC": "Noto Sans CJK SC",
    "Noto Sans HK": "Noto Sans CJK HK",
    "Noto Sans JP": "Noto Sans CJK JP",
    "Noto Sans Latin": "Noto Sans",
}


class Engine(Protocol):
    tagged: str
    note: str

    def markup(self, document: Document) -> Any: ...

    def pdf(self, markup: Any) -> bytes: ...

    def close(self) -> None: ...


class Base:
    tagged = "yes"
    note = ""

    def __init__(self) -> None:
        self.fonts = read_font_set(FONTS)

    def close(self) -> None:
        return


class Naive(Base):
    """What somebody writes first: one string, `HTML(string).write_pdf()`, in a loop."""

    def __init__(self) -> None:
        super().__init__()
        self._own = any(SYSTEM_FONTS.rglob("NotoSansCJK*"))
        if not self._own:
            self.note = "no Noto CJK on this machine: it enjoys our fonts"
            self._folder = tempfile.TemporaryDirectory()
            PdfRenderer(self.fonts, Path(self._folder.name))

    def markup(self, document: Document) -> str:
        html = inline(build_page(document, self.fonts))
        for ours, theirs in SYSTEM_NAMES.items() if self._own else ():
            html = html.replace(f'"{ours}"', f'"{theirs}"')
        return html

    def pdf(self, markup: str) -> bytes:
        from weasyprint import HTML

        data: bytes = HTML(string=markup).write_pdf(pdf_variant="pdf/ua-1")
        return data


class Ours(Base):
    """The renderer as a run's workers use it: PDF/UA-1 and PDF/A-3a."""

    tagged = "yes, PDF/A-3a"

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._renderer = PdfRenderer(self.fonts, Path(self._folder.name))
        self._made = 0

    def markup(self, document: Document) -> HtmlPage:
        return build_page(document, self.fonts)

    def pdf(self, markup: HtmlPage) -> bytes:
        data = self._renderer.render(markup).data
        self._made += 1
        settle(self._made)
        return data

    def close(self) -> None:
        self._folder.cleanup()


class Typst(Base):
    """One Compiler, used again; the same text, tables and code; tagged as PDF/UA-1."""

    def __init__(self) -> None:
        super().__init__()
        import typst

        self._compiler = typst.Compiler(font_paths=[str(FONTS)], ignore_system_fonts=True)

    def markup(self, document: Document) -> bytes:
        return typst_source(document).encode()

    def pdf(self, markup: bytes) -> bytes:
        data: bytes = self._compiler.compile(input=markup, format="pdf", pdf_standards=["ua-1"])
        return data


class ReportLab(Base):
    """Platypus with the same text and tables, in our fonts."""

    tagged = "no"

    def __init__(self) -> None:
        super().__init__()
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont

        for name in ("NotoSans-Regular", "NotoSansSC-Regular"):
            pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{name}.ttf")))

    def markup(self, document: Document) -> Document:
        return document

    def pdf(self, markup: Document) -> bytes:
        return reportlab_story(markup)


class Chromium(Base):
    """One browser and one page, used again: our HTML, printed with tags."""

    def __init__(self) -> None:
        super().__init__()
        from notices.page.fonts import write_fontconfig
        from tests.bench.chromium import Browser

        self._folder = tempfile.TemporaryDirectory()
        os.environ["FONTCONFIG_FILE"] = str(
            write_fontconfig(self.fonts, Path(self._folder.name) / "fonts")
        )
        program = next(filter(None, map(which, CHROMIUM)))
        self._browser = Browser(program, Path(self._folder.name) / "profile")

    def markup(self, document: Document) -> str:
        return inline(build_page(document, self.fonts))

    def pdf(self, markup: str) -> bytes:
        return self._browser.print(markup)

    def close(self) -> None:
        self._browser.close()
        self._folder.cleanup()


ENGINES: dict[str, type[Base]] = {
    "naive": Naive,
    "ours": Ours,
    "typst": Typst,
    "reportlab": ReportLab,
    "chromium": Chromium,
}
NAMES = {
    "naive": "WeasyPrint, naive loop",
    "ours": "our renderer",
    "typst": "Typst",
    "reportlab": "ReportLab",
    "chromium": "Chromium",
}


def lacking(name: str) -> str:
    """Why an engine can't be measured here; "" where it can."""
    if name in ("typst", "reportlab") and find_spec(name) is None:
        return f"{name} is not installed (pip install -e .[bench])"
    if name == "chromium" and not any(map(which, CHROMIUM)):
        return "no chromium on this machine"
    return ""


def inline(page: HtmlPage) -> str:
    """The page as one string: what somebody would write who knows WeasyPrint for an hour."""

    def data(match: re.Match[str]) -> str:
        media_type, content = page.images[match[1]]
        return f"data:{media_type};base64,{base64.b64encode(content).decode()}"

    html = re.sub(r"notices:(\w+)", data, page.html)
    style = re.sub(r"notices:(\w+)", data, page.stylesheet)
    return html.replace("</head>", f"<style>{style}</style></head>", 1)
