"""A letter's texts as a .docx for outside counsel, with Word's own marks of what changed, by whom.

The one room of python-docx. Each text is a table cell; the row's first cell, a number that nobody
needs to touch, has a bookmark for each of them, named by the text's id, by what it read like when
it was sent, by its column and by how many there are; the text's own cell has one, too. Bookmarks
come through LibreOffice whole, which says the text of content controls several times (7.4).
`counsel_file` reads what comes back, without a library.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

from notices.errors import WorkspaceError
from notices.places import TEMPLATES
from notices.review.counsel_sheet import Cell, Entry, Row, Sheet, text_id, text_state
from notices.textfiles import read_text_file
from notices.wording.attributed import Hand, HandRun

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.table import Table, _Cell

WORDS = TEMPLATES / "counsel" / "words.yaml"
KIND_MARK = "k"  # a bookmark of the title: k + the kind's id
TEXT_MARK = "n"  # a text's: n + id + _ + state + _ + column + _ + columns
CELL_MARK = "c"  # its cell's: c + id + _ + column
OWN_MARK = "b"  # words outside the texts: b + what they read like + _ + a number
_PIECE = re.compile(r"(\{\{\s*\w+\s*\}\}|\*\*)")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_NUMBERS, _MARGIN, _LONG, _SHORT = 12, 18, 297, 210  # mm: the column of numbers, the page
_QUIET, _PLACEHOLDER, _HEAD = "5A626C", "E8EEF7", "F1F3F5"
_WIDE = 2  # more languages than this need the page's long side


@cache
def counsel_words() -> Mapping[str, Mapping[str, str]]:
    """The document's own words, zh and en, and what findings call things in it."""
    data: Mapping[str, Mapping[str, str]] = read_text_file(WORDS).data
    return data


def kind_mark(pack_id: str, kind: str) -> str:
    """The name of the bookmark that tells which letter a document is of."""
    return KIND_MARK + text_id(pack_id, f"kinds/{kind}")


def text_mark(pack_id: str, cell: Cell, column: int, columns: int) -> str:
    """The name of a text's bookmark, at most 40 characters; columns count from 1."""
    place = f"{column}_{columns}"
    return f"{TEXT_MARK}{text_id(pack_id, cell.piece)}_{text_state(cell.text)}_{place}"


def build_docx(sheet: Sheet, when: datetime) -> bytes:
    """The document. The same sheet and time give the same bytes.

    Raises WorkspaceError without python-docx.
    """
    try:
        import docx
    except ImportError as error:
        raise WorkspaceError(
            "a document for counsel needs the package python-docx: pip install '.[counsel]'"
        ) from error
    document = docx.Document()
    _Writer(document, sheet, when).write()
    made = io.BytesIO()
    document.save(made)
    return _without_clock(made.getvalue())


def _without_clock(made: bytes) -> bytes:
    """The archive without the time at which it was made."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _LONG_AGO)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return out.getvalue()


def _el(name: str, /, *inner: Any, **attributes: object) -> Any:
    """An element of WordprocessingML; attributes without their prefix."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    made.extend(inner)
    return made


class _Writer:
    """One document being written."""

    def __init__(self, document: Docx, sheet: Sheet, when: datetime) -> None:
        self._document = document
        self._sheet = sheet
        self._when = when
        self._number = count(1)  # of bookmarks and marks
        self._rows: list[Any] = []  # those of texts

    def write(self) -> None:
        self._settings()
        self._head()
        for number, entry in enumerate(self._sheet.entries, 1):
            self._entry(number, entry)
        self._own()

    # --- the frame -------------------------------------------------------------------------------

    def _settings(self) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt

        section, style = self._document.sections[0], self._document.styles["Normal"]
        long, short = Mm(_LONG), Mm(_SHORT)
        wide = len(self._sheet.languages) > _WIDE
        section.page_width, section.page_height = (long, short) if wide else (short, long)
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.left_margin = section.right_margin = Mm(_MARGIN)
        section.top_margin = section.bottom_margin = Mm(_MARGIN)
        style.font.size = Pt(10)
        style.font.name = "Arial"
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), "SimSun")
        properties = self._document.core_properties
        properties.author = properties.last_modified_by = "notices"
        properties.title = f"{self._sheet.pack.id} {self._sheet.kind}"
        properties.comments = ""
        properties.created = properties.modified = self._when.astimezone(UTC).replace(tzinfo=None)
        settings = self._document.settings.element
        settings.find(qn("w:defaultTabStop")).addprevious(_el("trackRevisions"))

    def _head(self) -> None:
        sheet = self._sheet
        title = self._document.add_paragraph(style="Heading 1")
        mark = next(self._number)
        name = kind_mark(sheet.pack.id, sheet.kind)
        title._p.append(_el("bookmarkStart", id=mark, name=name))
        self._both(title._p, "title", glue="  ")
        title._p.append(_el("bookmarkEnd", id=mark))
        subject = sheet.pack.clauses[sheet.pack.kinds[sheet.kind].subject].texts
        names = [sheet.kind, *(subject[tag].strip() for tag in sheet.languages if tag in subject)]
        of = {"pack": sheet.pack.id, "version": sheet.pack.version, "kind": " · ".join(names)}
        for key in ("of", "before", "how", "names", "cells"):
            if key != "before" or sheet.before:
                for tongue in ("zh", "en"):
                    said = counsel_words()[key][tongue]
                    for slot, value in {**of, "before": sheet.before}.items():
                        said = said.replace(f"{{{slot}}}", value)
                    self._quiet().append(_run(said))

    def _both(self, paragraph: Any, key: str, glue: str = " / ", **slots: str) -> None:
        said = (counsel_words()[key][tongue] for tongue in ("zh", "en"))
        paragraph.append(_run(glue.join(one.format(**slots) for one in said), color=_QUIET))

    # --- one clause ------------------------------------------------------------------------------

    def _entry(self, number: int, entry: Entry) -> None:
        name = f"{counsel_words()['block']['en']}: {entry.name}" if entry.block else entry.name
        heading = self._document.add_paragraph(style="Heading 3")
        heading.add_run(f"{number} · {name}")
        if entry.is_gone:
            self._both(self._quiet(), "gone")
        if not entry.is_gone:
            self._condition(entry)
        if entry.source:
            self._source(entry)
        if entry.also:
            self._both(self._quiet(), "also", kinds=", ".join(entry.also))
        if entry.rows:
            self._table(number, entry)

    def _condition(self, entry: Entry) -> None:
        always = counsel_words()["always"]
        for tongue in ("zh", "en"):
            now = entry.printed[tongue] if entry.printed else always[tongue]
            paragraph = self._quiet()
            paragraph.append(_run(counsel_words()["when"][tongue], color=_QUIET))
            if entry.printed_before and entry.printed_before[tongue] != now:
                paragraph.append(_run(f"{entry.printed_before[tongue]} → ", color=_QUIET))
            paragraph.append(_run(now, color=_QUIET))

    def _source(self, entry: Entry) -> None:
        source, words = entry.source, counsel_words()
        if source is None:
            return
        said = []
        for tongue in ("zh", "en"):
            open_ = words["unverified"][tongue] if source.status == "unverified" else ""
            which = {"class": words[source.kind][tongue] + open_, "citation": source.citation}
            said.append(words["source"][tongue].format_map(which))
        self._quiet().append(_run(" / ".join(said), color=_QUIET))

    def _quiet(self) -> Any:
        from docx.shared import Pt

        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        paragraph.paragraph_format.keep_with_next = True
        return paragraph._p

    # --- its texts -------------------------------------------------------------------------------

    def _table(self, number: int, entry: Entry) -> None:
        from docx.shared import Mm

        languages = [cell.lang for row in entry.rows for cell in row.cells]
        tags = [tag for tag in self._sheet.languages if tag in languages]
        table: Table = self._document.add_table(0, len(tags) + 1)
        table.style = "Table Grid"
        table.autofit = False
        page = _LONG if len(self._sheet.languages) > _WIDE else _SHORT
        share = (page - 2 * _MARGIN - _NUMBERS) / len(tags)
        widths = [Mm(_NUMBERS), *(Mm(share) for _ in tags)]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        names = [self._sheet.pack.formats[tag].name for tag in tags]
        self._line(table, names)
        for index, row in enumerate(entry.rows, 1):
            if any(cell.said for cell in row.cells):
                said = {cell.lang: " / ".join((cell.said or {}).values()) for cell in row.cells}
                self._line(table, [said.get(tag, "") for tag in tags])
            self._row(table, row, tags, f"{number}.{index}")
        for line in table.rows:
            for place, width in zip(line.cells, widths, strict=True):
                place.width = width
        self._document.add_paragraph()

    def _line(self, table: Table, texts: list[str]) -> None:
        for cell, text in zip(_new_row(table), ["", *texts], strict=True):
            _shade(cell._tc, _HEAD)
            cell.paragraphs[0]._p.append(_run(text, color=_QUIET))

    def _row(self, table: Table, row: Row, tags: list[str], number: str) -> None:
        by_tag = {cell.lang: cell for cell in row.cells}
        first, *places = _new_row(table)
        self._rows.append(first._tc.getparent())
        _shade(first._tc, _HEAD)
        anchor = first.paragraphs[0]._p
        ends = []
        for column, (place, tag) in enumerate(zip(places, tags, strict=True), 1):
            cell = by_tag.get(tag)
            if cell is None:
                _shade(place._tc, _HEAD)
                continue
            element = place._tc
            for paragraph in list(element.p_lst):
                element.remove(paragraph)
            element.extend(self._paragraphs(cell, bold=row.is_heading))
            if cell.piece:
                pack = self._sheet.pack.id
                mark, name = next(self._number), text_mark(pack, cell, column, len(tags))
                anchor.append(_el("bookmarkStart", id=mark, name=name))
                ends.append(_el("bookmarkEnd", id=mark))
                self._point(element.p_lst[0], f"{CELL_MARK}{text_id(pack, cell.piece)}_{column}")
        anchor.append(_run(number, color=_QUIET))
        anchor.extend(ends)

    def _own(self) -> None:
        """Mark what stands outside the texts, so that whatever else does so later is not ours."""
        from docx.oxml.ns import qn

        texts = {paragraph for row in self._rows for paragraph in row.iter(qn("w:p"))}
        rest = [p for p in self._document.element.body.iter(qn("w:p")) if p not in texts]
        for number, paragraph in enumerate(rest):
            said = "".join(text.text for text in paragraph.iter(qn("w:t"))).split()
            if said:
                self._point(paragraph, f"{OWN_MARK}{text_state(' '.join(said))}_{number}")

    def _point(self, paragraph: Any, name: str) -> None:
        """A bookmark at a paragraph's beginning."""
        mark = next(self._number)
        place = 0 if paragraph.pPr is None else 1
        paragraph.insert(place, _el("bookmarkStart", id=mark, name=name))
        paragraph.insert(place + 1, _el("bookmarkEnd", id=mark))

    def _paragraphs(self, cell: Cell, *, bold: bool) -> Iterator[Any]:
        """The text's paragraphs; a tracked end of one is marked as Word marks it."""
        language = _el("lang", **_language(cell.lang))
        paragraph, strong = _el("p"), False
        for run in cell.runs:
            for i, stretch in enumerate(run.text.split("\n\n")):
                if i:
                    if run.op != "same":
                        end = _el("rPr", self._change(run))
                        paragraph.insert(0, _el("pPr", end))
                    yield paragraph
                    paragraph = _el("p")
                parts = []
                for text in filter(None, _PIECE.split(stretch)):
                    strong ^= text == "**" and run.op != "removed"
                    parts.append(
                        _run(
                            text,
                            gone=run.op == "removed",
                            bold=bold or strong,
                            shade=_PLACEHOLDER if text.startswith("{{") else "",
                            language=language,
                        )
                    )
                if run.op == "same":
                    paragraph.extend(parts)
                elif parts:
                    change = self._change(run)
                    change.extend(parts)
                    paragraph.append(change)
        yield paragraph

    def _change(self, run: HandRun) -> Any:
        """`w:ins` or `w:del`, with the name and the time of the edit."""
        hand = run.hand if run.hand.by else Hand(" · ".join(counsel_words()["nobody"].values()))
        when = datetime.fromisoformat(hand.when) if hand.when else self._when
        return _el(
            "ins" if run.op == "added" else "del",
            id=next(self._number),
            author=hand.by,
            date=f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        )


def _language(tag: str) -> dict[str, str]:
    """A language as Word checks its spelling; East Asian ones have a place of their own."""
    region = counsel_words()["spelling"].get(tag, tag)
    return {"eastAsia": region} if tag.startswith(("zh", "ja", "ko")) else {"val": region}


def _new_row(table: Table) -> tuple[_Cell, ...]:
    table.add_row()  # type: ignore[no-untyped-call]  # python-docx states no types here
    return table.rows[-1].cells


def _shade(cell: Any, color: str) -> None:
    cell.get_or_add_tcPr().append(_el("shd", val="clear", color="auto", fill=color))


def _run(
    text: str,
    *,
    gone: bool = False,
    bold: bool = False,
    color: str = "",
    shade: str = "",
    language: Any = None,
) -> Any:
    from copy import deepcopy

    properties = _el("rPr")
    if bold:
        properties.append(_el("b"))
    if shade:
        properties.append(_el("noProof"))
    if color:
        properties.append(_el("color", val=color))
    if shade:
        properties.append(_el("shd", val="clear", color="auto", fill=shade))
    if language is not None:
        properties.append(deepcopy(language))
    words = _el("delText" if gone else "t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return _el("r", properties, words)
