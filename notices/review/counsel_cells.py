"""The texts in the tables of a document from counsel, as they read with all changes accepted.

A row of ours has bookmarks that name the texts in its cells, and each text one of its own; Word and
LibreOffice split, wrap and rename everything else as they like. Each element is looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from notices.markup import MAX_CLAUSE, unwrapped
from notices.review.counsel_sheet import text_state

# id, state, column, and of how many columns, which the first documents do not say
_TEXT_MARK = re.compile(r"n([0-9a-f]{16})_([0-9a-f]{16})_([1-9])(?:_(\d))?")
_CELL_MARK = re.compile(r"c([0-9a-f]{16})_([1-9])")
_KIND_MARK = re.compile(r"k[0-9a-f]{16}")
_OWN_MARK = re.compile(r"b([0-9a-f]{16})_\d+")  # of words of ours, outside the texts
_NUMBER = re.compile(r"\d+\.\d+")  # of a row
_NAME = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_BLANK = re.compile(r"\s{5,}")
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
_ASIDE = frozenset(
    ("pPr", "rPr", "tcPr", "trPr", "tblPr", "sdtPr", "sdtEndPr", "instrText", "delInstrText", "rt")
)
_OUT = ("strike", "dstrike", "vanish")  # words that are there, and not to be read
_OTHER_CELLS = ("vMerge", "cellIns", "cellDel", "cellMerge")  # cells that came, went, became one
# What a cell may hold that is no text: it would be lost on the way.
_UNREAD = {
    "drawing": "picture",
    "pict": "picture",
    "object": "object",
    "AlternateContent": "picture",
    "oMath": "formula",
    "oMathPara": "formula",
    "footnoteReference": "footnote",
    "endnoteReference": "footnote",
    "sym": "symbol",
    "tbl": "table",
    "altChunk": "object",
}


@dataclass(frozen=True)
class Returned:
    """One text as it came back, unwrapped. `state` is the mark of what it read like when sent;
    `hands` are the marks of changes: name and minute. `unread` is what it holds that is no text."""

    id: str
    state: str
    text: str
    hands: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()
    is_gone: bool = False  # its row was taken out
    struck: str = ""  # words of it that are struck out or hidden, and stand in `text` all the same
    is_elsewhere: bool = False  # its row has other cells: whose words these are, nobody can say


@dataclass
class _Paragraph:
    """Its words in pieces; those that were put in, tracked or in a box; those struck out."""

    words: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)


@dataclass
class _Cell:
    """A table cell, or a paragraph outside the tables, being read."""

    paragraphs: list[_Paragraph] = field(default_factory=lambda: [_Paragraph()])
    hands: dict[tuple[str, str], None] = field(default_factory=dict)
    unread: dict[str, None] = field(default_factory=dict)
    marks: dict[str, None] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        joined = "\n\n".join("".join(one.words) for one in self.paragraphs if one.words)
        short = _BLANK.sub(_squeezed, joined[: 2 * MAX_CLAUSE])  # too long to be saved all the same
        return unwrapped(_NAME.sub(r"{{ \1 }}", short))

    @property
    def struck(self) -> str:
        return " ".join(filter(None, (one_line(one.struck) for one in self.paragraphs)))


def _squeezed(blank: re.Match[str]) -> str:
    return "\n\n" if blank[0].count("\n") > 1 else " "


@dataclass(frozen=True)
class _Row:
    """A row that has texts; `marks` are theirs, by column."""

    cells: list[_Cell]
    marks: dict[int, re.Match[str]]
    is_gone: bool
    is_mixed: bool  # it has cells that came, went or became one

    def is_as_sent(self, width: int) -> bool:
        """Whether each text stands in its own column; `width` is how many cells the row had, where
        its marks do not say."""
        widths = {int(mark[4]) + 1 if mark[4] else width for mark in self.marks.values()}
        if self.is_mixed or widths != {len(self.cells)}:
            return False
        columns = {mark[1]: column for column, mark in self.marks.items()}
        for number, cell in enumerate(self.cells):
            for mark in filter(None, map(_CELL_MARK.fullmatch, cell.marks)):
                if columns.get(mark[1], number) != number:
                    return False
        return not self._is_swapped()

    def _is_swapped(self) -> bool:
        """Whether a text reads like another one of its row did: all that a row without marks in its
        cells can tell."""
        sent = {column: mark[2] for column, mark in self.marks.items()}
        now = {column: text_state(self.cells[column].text) for column in sent}
        return any(
            now[column] != state and now[column] in (sent[other] for other in sent)
            for column, state in sent.items()
        )


class CellReader:
    """One walk over a document's body."""

    def __init__(self) -> None:
        self.texts: list[Returned] = []
        self.comments: dict[str, str] = {}  # comment → text's id
        self.kind = ""
        self._own: set[str] = set()  # what words of ours outside the texts read like
        self._notes: list[_Paragraph] = []  # all words outside the texts
        self._rows: list[_Row] = []  # of the table being read

    @property
    def beside(self) -> Iterator[str]:
        """Words outside the texts that are new, changed or struck out; the first documents tell
        only what was tracked."""
        for note in self._notes:
            words = one_line(note.words)
            is_other = self._own and words and text_state(words) not in self._own
            if new := one_line(note.new):
                yield new
            elif struck := one_line(note.struck):
                yield words or struck
            elif is_other:
                yield words

    def read(self, element: Element) -> None:
        """A table, or all of the document."""
        outer, self._rows = self._rows, []
        self._around(element)
        width = 1 + max((column for row in self._rows for column in row.marks), default=0)
        for row in self._rows:
            self._texts(row, width)
        self._rows = outer

    def _around(self, element: Element) -> None:
        """Everything above the rows."""
        for child in element:
            if child.tag == "tr":
                self._row(child)
            elif child.tag == "tbl":
                self.read(child)
            elif child.tag == "bookmarkStart":
                self._mark(child.get("name", ""))
            elif child.tag in ("p", "ins", "moveTo"):
                cell = _Cell()
                self._walk(child, cell, is_new=child.tag != "p")
                self._beside(cell)
            elif child.tag not in _ASIDE:
                self._around(child)

    def _mark(self, name: str) -> None:
        """A bookmark outside the texts."""
        if _KIND_MARK.fullmatch(name):
            self.kind = name
        elif own := _OWN_MARK.fullmatch(name):
            self._own.add(own[1])

    def _beside(self, cell: _Cell, *, is_number: bool = False) -> None:
        """What stands in no text's cell; `is_number`: where the number of a row does."""
        for mark in cell.marks:
            self._mark(mark)
        first, *rest = cell.paragraphs
        if is_number and _NUMBER.fullmatch(one_line(first.words)):
            first = replace(first, words=[])
        self._notes += (one for one in (first, *rest) if one.words or one.new or one.struck)

    def _row(self, row: Element) -> None:
        cells, is_mixed = [], False
        for element in _own_cells(row):
            cells.append(cell := _Cell())
            self._walk(element, cell)
            is_mixed |= any(one.tag in _OTHER_CELLS for one in element.iterfind("tcPr/*"))
        found = (_TEXT_MARK.fullmatch(mark) for cell in cells for mark in cell.marks)
        marks = {int(mark[3]): mark for mark in found if mark}
        for number, cell in enumerate(cells):
            if number not in marks:
                self._beside(cell, is_number=number == 0 and bool(marks))
        if marks:
            self._rows.append(_Row(cells, marks, row.find("trPr/del") is not None, is_mixed))

    def _texts(self, row: _Row, width: int) -> None:
        as_sent = row.is_as_sent(width)
        for column, mark in row.marks.items():
            cell = row.cells[column] if column < len(row.cells) else _Cell()
            self.comments |= dict.fromkeys(cell.comments, mark[1])
            self.texts.append(
                Returned(
                    mark[1],
                    mark[2],
                    cell.text,
                    tuple(cell.hands),
                    tuple(cell.unread),
                    row.is_gone,
                    cell.struck,
                    not as_sent,
                )
            )

    def _walk(
        self, element: Element, cell: _Cell, *, is_new: bool = False, is_out: bool = False
    ) -> None:
        """Text as it reads with all changes accepted: `is_new` in words that were put in, `is_out`
        in those struck out."""
        for child in element:
            name = child.tag
            if name in ("del", "moveFrom"):
                self._hand(child, cell)
                self._aside(child, cell)
            elif name in _UNREAD:
                cell.unread[_UNREAD[name]] = None
                if name == "tbl":
                    self.read(child)
                elif (box := next(child.iter("txbxContent"), None)) is not None:
                    cell.paragraphs[-1].new.extend(plain_text(box))
            elif name == "t" or name in _SIGNS:
                text = child.text or "" if name == "t" else _SIGNS[name]
                cell.paragraphs[-1].words.append(text)
                if is_new:
                    cell.paragraphs[-1].new.append(text)
                if is_out:
                    cell.paragraphs[-1].struck.append(text)
            elif name == "p":
                self._walk(child, cell, is_new=is_new, is_out=is_out)
                self._end(child, cell)
            elif name == "bookmarkStart":
                cell.marks[child.get("name", "")] = None
            elif name == "commentReference":
                cell.comments.append(child.get("id", ""))
            elif name not in _ASIDE:
                came = name in ("ins", "moveTo")
                if came:
                    self._hand(child, cell)
                out = name == "r" and _is_out(child)
                self._walk(child, cell, is_new=is_new or came, is_out=is_out or out)

    def _aside(self, element: Element, cell: _Cell) -> None:
        """Marks and comments stand in words that went, too."""
        for one in element.iter():
            if one.tag == "bookmarkStart":
                cell.marks[one.get("name", "")] = None
            elif one.tag == "commentReference":
                cell.comments.append(one.get("id", ""))

    def _end(self, paragraph: Element, cell: _Cell) -> None:
        """A paragraph's end, unless it went; a number before it is no text of it."""
        marks = paragraph.find("pPr/rPr")
        for mark in marks if marks is not None else ():
            if mark.tag in ("ins", "del", "moveFrom", "moveTo"):
                self._hand(mark, cell)
        number = paragraph.find("pPr/numPr/numId")
        if number is not None and number.get("val") != "0":  # 0: no list
            cell.unread["number"] = None
        went = marks is not None and (
            marks.find("del") is not None or marks.find("moveFrom") is not None
        )
        if not went:
            cell.paragraphs.append(_Paragraph())

    def _hand(self, change: Element, cell: _Cell) -> None:
        cell.hands[author_of(change), change.get("date", "")[:16]] = None


def _is_out(run: Element) -> bool:
    """Whether a run's words are struck out or hidden; that may be said, and said not to be."""
    marks = (run.find(f"rPr/{name}") for name in _OUT)
    said = (mark.get("val", "1") for mark in marks if mark is not None)
    return any(one not in ("0", "false", "off") for one in said)


def _own_cells(row: Element) -> Iterator[Element]:
    """The cells of a row, also within content controls, and none of a table in them."""
    for child in row:
        if child.tag == "tc":
            yield child
        elif child.tag not in _ASIDE:
            yield from _own_cells(child)


def plain_text(element: Element) -> Iterator[str]:
    """The words in an element, in pieces."""
    for one in element.iter():
        if one.tag == "t":
            yield one.text or ""
        elif one.tag in _SIGNS:
            yield _SIGNS[one.tag]


def one_line(pieces: Iterable[str]) -> str:
    """Words in pieces on one line."""
    return " ".join("".join(pieces).split())


def author_of(change: Element) -> str:
    """Who made a change or a comment."""
    return one_line(change.get("author", ""))[:80]
