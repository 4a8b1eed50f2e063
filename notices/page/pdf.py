"""The renderer: one HTML page and its style sheet become PDF bytes and the boxes of its ids.

The only room that draws with WeasyPrint. It reads no clock and draws no lots: equal input gives
equal bytes in any process and in any order. Nothing is fetched: a page sees only the images and
attachments handed over with it, as `notices:NAME`; any other address is refused and reported.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, unquote

from notices.errors import LibraryError, RenderError
from notices.page.document import Box, Frame, Rendering

if TYPE_CHECKING:
    from notices.page.fonts import FontSet

SCHEME = "notices"
MM = 25.4 / 96  # of a CSS pixel
_LOGGER = "weasyprint"
MISSING = (
    "letters are drawn with Pango and HarfBuzz, which this machine does not have. "
    "Debian, Ubuntu: sudo apt-get install libpangoft2-1.0-0 libharfbuzz-subset0; "
    "macOS: brew install pango"
)


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF. `name` is ASCII; `relationship` is PDF/A-3's AFRelationship."""

    name: str
    media_type: str
    data: bytes
    description: str
    relationship: Literal["Data", "Source", "Supplement"]


@dataclass(frozen=True)
class HtmlPage:
    """All that a rendering depends on. `created` (the issue date) becomes the file's only date.

    `images` maps a name to media type and bytes; the HTML names it as `src="notices:NAME"`.
    """

    html: str
    stylesheet: str
    title: str
    lang: str
    created: date
    author: str
    images: Mapping[str, tuple[str, bytes]]
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True)
class LaidOut:
    """A page as it would be drawn: how many sheets it takes, and the Box of every id on each."""

    page: HtmlPage
    pages: int
    boxes: tuple[Box, ...]
    drawing: Any  # WeasyPrint's own document
    warnings: Sequence[str]


class PdfRenderer:
    """Draws pages with one set of fonts; one per process, used by one thread at a time.

    It keeps what is dear to make: the font configuration and the parsed style sheets.
    """

    def __init__(self, fonts: FontSet, folder: Path) -> None:
        """`folder` takes the private fontconfig file.

        Raises FontError, LibraryError, RenderError.
        """
        from notices.page.fonts import write_fontconfig

        # before WeasyPrint is imported, or fonts of the system leak in
        os.environ["FONTCONFIG_FILE"] = str(write_fontconfig(fonts, folder))
        try:
            with redirect_stdout(
                StringIO()
            ):  # where Pango is missing it prints an advice of its own
                import weasyprint
                from weasyprint.text.fonts import FontConfiguration

                from notices.page import archive
        except OSError as error:
            raise LibraryError(MISSING) from error
        except ImportError as error:
            raise RenderError(f"WeasyPrint can't be loaded: {error}") from error
        archive.check_private_parts()
        self._weasyprint = weasyprint
        self._archive = archive
        self._font_config = FontConfiguration()
        self._fetcher_class = _fetcher_class()
        self._sheets: dict[str, tuple[Any, tuple[str, ...]]] = {}

    @property
    def version(self) -> str:
        """What lays out and draws, as `weasyprint 70.0, pango 1.50.12`: bytes depend on it."""
        from weasyprint.text.ffi import pango

        number = pango.pango_version()
        text = f"{number // 10000}.{number // 100 % 100}.{number % 100}"
        return f"weasyprint {self._weasyprint.__version__}, pango {text}"

    def render(self, page: HtmlPage) -> Rendering:
        """The page's PDF, and a Box for every HTML id per page. Raises RenderError."""
        return self.draw(self.lay_out(page))

    def lay_out(self, page: HtmlPage) -> LaidOut:
        """The page as it would be drawn. Raises RenderError."""
        warnings: list[str] = []
        with _failures():
            laid_out = self._lay_out(page, warnings)
        return LaidOut(page, len(laid_out.pages), tuple(_boxes(laid_out.pages)), laid_out, warnings)

    def draw(self, laid: LaidOut) -> Rendering:
        """The PDF of what is laid out; each can be drawn once. Raises RenderError.

        What WeasyPrint complained of (a missing glyph, unknown CSS, a refused address) stands in
        `warnings`, in its words.
        """
        page, warnings = laid.page, list(laid.warnings)
        imprint = self._archive.Imprint(page.title, page.author, page.lang, page.created)
        with _failures(), _listening(warnings):
            data = self._archive.write_archive_pdf(laid.drawing, imprint)
        complaints = (*self._sheet(page.stylesheet)[1], *dict.fromkeys(warnings))
        return Rendering(data, laid.boxes, laid.pages, complaints)

    def _lay_out(self, page: HtmlPage, warnings: list[str]) -> Any:
        """The page as WeasyPrint's pages, with its attachments; nothing is drawn yet."""
        sheet, _ = self._sheet(page.stylesheet)  # its complaints are reported each time it is used
        fetcher = self._fetcher_class(_served(page))
        with _listening(warnings):
            laid_out = self._weasyprint.HTML(
                string=page.html, url_fetcher=fetcher, base_url=None
            ).render(
                font_config=self._font_config,
                color_profiles=dict(self._archive.colour_profiles()),
                stylesheets=[sheet],
                **self._archive.OPTIONS,
            )
        laid_out.metadata.attachments += [
            self._attachment(attachment, number, page.created, fetcher)
            for number, attachment in enumerate(page.attachments)
        ]
        return laid_out

    def _sheet(self, stylesheet: str) -> tuple[Any, tuple[str, ...]]:
        """The parsed style sheet and what the parser complained of, each time it is used."""
        if stylesheet not in self._sheets:
            complaints: list[str] = []
            with _listening(complaints):
                fetcher = self._fetcher_class({})
                sheet = self._weasyprint.CSS(
                    string=stylesheet, font_config=self._font_config, url_fetcher=fetcher
                )
            self._sheets[stylesheet] = (sheet, tuple(complaints))
        return self._sheets[stylesheet]

    def _attachment(self, attachment: Attachment, number: int, day: date, fetcher: Any) -> Any:
        moment = datetime(day.year, day.month, day.day)
        return self._weasyprint.Attachment(
            url=f"{SCHEME}:attachment/{number}",
            url_fetcher=fetcher,
            name=attachment.name,
            description=attachment.description,
            created=moment,
            modified=moment,
            relationship=attachment.relationship,
        )


def _served(page: HtmlPage) -> dict[str, tuple[str, bytes]]:
    """Everything the page may see, by address."""
    served = {f"{SCHEME}:{quote(name)}": image for name, image in page.images.items()}
    for number, attachment in enumerate(page.attachments):
        served[f"{SCHEME}:attachment/{number}"] = (attachment.media_type, attachment.data)
    return served


def _fetcher_class() -> Any:
    """WeasyPrint's fetcher without any of its protocols; made once WeasyPrint may be imported."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OnlyServed(URLFetcher):  # type: ignore[misc]
        def __init__(self, served: Mapping[str, tuple[str, bytes]]) -> None:
            super().__init__(allowed_protocols=(), allow_redirects=False)
            self._served = served

        def fetch(self, url: str, headers: Any = None) -> Any:
            address = quote(unquote(url), safe=":/")
            if address not in self._served:
                raise ValueError(f"address refused: {url[:80]}")
            media_type, data = self._served[address]
            return URLFetcherResponse(url, data, {"Content-Type": media_type})

    return OnlyServed


@contextmanager
def _failures() -> Iterator[None]:
    """Whatever WeasyPrint fails with becomes a RenderError."""
    from weasyprint.urls import FatalURLFetchingError  # a BaseException

    try:
        yield
    except RenderError:
        raise
    except (Exception, FatalURLFetchingError) as error:
        raise RenderError(f"WeasyPrint failed: {type(error).__name__}: {error}") from error


@contextmanager
def _listening(messages: list[str]) -> Iterator[None]:
    """Collects WeasyPrint's log records of this thread, and keeps them from any other log."""
    logger = logging.getLogger(_LOGGER)
    handler = _Collector(messages)
    propagate, logger.propagate = logger.propagate, False
    disabled, logger.disabled = logger.disabled, False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate, logger.disabled = propagate, disabled


class _Collector(logging.Handler):
    def __init__(self, messages: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._messages = messages
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread in (None, self._thread):
            self._messages.append(record.getMessage())


def _boxes(pages: Any) -> Iterator[Box]:
    for number, page in enumerate(pages, start=1):
        for name, (x1, y1, x2, y2) in page.anchors.items():
            frame = Frame(x1 * MM, y1 * MM, (x2 - x1) * MM, (y2 - y1) * MM)
            yield Box(name, number, frame)
