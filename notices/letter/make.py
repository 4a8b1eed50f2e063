"""From a composed Document to a proven letter: render, prove, write.

`letter.check` goes as far as the Document and needs no renderer; `LetterMaker` does the rest.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from notices.errors import RenderError
from notices.files import write_whole
from notices.finding import Finding, errors_in
from notices.letter.check import Checked, Request, check_record, placed
from notices.letter.resources import Resources
from notices.letter.workspace import Workspace

if TYPE_CHECKING:
    from notices.page.document import Document, Rendering
    from notices.page.pdf import PdfRenderer
    from notices.proof.readback import ReadBack

__all__ = [
    "Checked",
    "Letter",
    "LetterMaker",
    "Request",
    "check_record",
    "write_letter",
]


@dataclass(frozen=True)
class Letter:
    """A proven letter: its bytes, and everything it was made from."""

    letter_id: str
    data: bytes
    pages: int
    digest: str  # SHA-256 of the bytes
    live: bool
    checked: Checked
    profile: Mapping[str, str]  # what else the bytes depend on: renderer, fonts


@dataclass(frozen=True)
class Drawing:
    """A letter as drawn, proven or not: the document as it was set, and what its bytes lack."""

    document: Document
    rendering: Rendering
    read: ReadBack
    findings: tuple[Finding, ...]


class LetterMaker:
    """Renders and proves; one per process, for it holds the renderer. Close it, or use `with`."""

    def __init__(self, workspace: Workspace, fonts: Iterable[Path] = ()) -> None:
        self.resources = Resources(workspace, tuple(fonts))
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._renderer: PdfRenderer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the private font settings."""
        if self._folder is not None:
            self._folder.cleanup()

    @property
    def renderer(self) -> PdfRenderer:
        if self._renderer is None:
            from notices.page.fonts import check_font_set
            from notices.page.pdf import PdfRenderer

            check_font_set(self.resources.fonts)
            self._folder = tempfile.TemporaryDirectory(prefix="notices-")
            self._renderer = PdfRenderer(self.resources.fonts, Path(self._folder.name))
        return self._renderer

    def make(
        self, checked: Checked, request: Request, *, pictures: bool = True
    ) -> tuple[Letter | None, tuple[Finding, ...]]:
        """The proven letter, or the findings that say why there is none.

        `pictures` False leaves out the part of the proof that rasterises.
        """
        from notices.proof.check import check_pictures

        if checked.document is None or checked.case is None or checked.pack is None:
            return None, checked.findings
        try:
            drawing = self.draw(checked.document, checked)
        except RenderError as error:
            params = {"detail": str(error)[:300]}
            return None, (placed(Finding("render-failed", params=params), checked.record),)
        document, rendering, found = drawing.document, drawing.rendering, drawing.findings
        if pictures:
            found = (*found, *check_pictures(document, rendering, drawing.read))
        findings = tuple(placed(finding, checked.record) for finding in found)
        if errors_in(findings):
            return None, findings
        digest = hashlib.sha256(rendering.data).hexdigest()
        letter = Letter(
            checked.letter_id,
            rendering.data,
            rendering.pages,
            digest,
            request.options.live,
            replace(checked, document=document),
            {"renderer": self.renderer.version, "fonts": self.resources.fonts.digest},
        )
        return letter, findings

    def draw(self, document: Document, checked: Checked) -> Drawing:
        """The document drawn as the letter would be, whatever is found. Raises RenderError."""
        from notices.page.layout import build_page
        from notices.page.settle import settle
        from notices.proof.check import check_bytes
        from notices.proof.readback import read_pdf

        fonts = self.resources.fonts
        document, laid = settle(
            document, lambda tried: self.renderer.lay_out(build_page(tried, fonts))
        )
        rendering = self.renderer.draw(laid)
        read = read_pdf(rendering.data)
        found = check_bytes(document, rendering, checked.expected, read)
        return Drawing(document, rendering, read, found)


def write_letter(letter: Letter, out: Path) -> Path:
    """The letter in its final place, whole or not at all: `<letter id>.pdf`, drafts `.draft.pdf`.

    Raises FileError.
    """
    target = out / f"{letter.letter_id}{'' if letter.live else '.draft'}.pdf"
    write_whole(target, letter.data, private=True)
    return target
