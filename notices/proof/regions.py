"""The words of a finished letter: which text stands on which side, and whether it is the right one.

A side is found by its structure identifier, `BLOCK-ROW-LANG` or one that continues it
(`items-0-en-amount`), as the layout writes it. Compared is text without spaces and invisible
characters: a line break is no fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
from math import inf
from operator import methodcaller
from unicodedata import category, normalize

from notices.finding import Finding, masked
from notices.page.document import Block, Cell, Document, Expected, Row, Side
from notices.proof.readback import ARTIFACT, MarkedText, ReadBack

SLIPS = frozenset(("pay_slip", "reply_slip", "tear_off"))  # torn off, so they excuse nothing
MOVED = frozenset(("reference",))  # styles that the layout sets beside the body
# Characters that share one glyph in the fonts: a reader can't tell them apart, nor can extraction.
_TWINS = {ord(one): ord(other) for one, other in ("‧·", "・·", "‐-", "‑-")}
GAP = 0.07  # mm a point of type: a fifth of its size, less than any space between words
SPECK = 0.1  # mm: lower ink says nothing of the line it stands on
_POINTS = ".,'’·"


@dataclass
class Region:
    """One side of one row: what was meant and what the file says there.

    `first` is the place of its first run in the file's reading order.
    """

    block: Block
    row: Row
    number: int
    side: Side
    first: int = -1
    runs: list[MarkedText] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"{self.block.id}-{self.number}-{self.side.lang}"

    @property
    def cells(self) -> tuple[Cell, ...]:
        """What is printed on it."""
        return self.row.printed(self.side)

    @property
    def page(self) -> int:
        """The first page it stands on; 0 where it stands nowhere."""
        return min((run.page for run in self.runs), default=0)


@dataclass(frozen=True)
class Regions:
    """The letter's sides by identifier, in the document's order, and the text that is on none."""

    sides: Mapping[str, Region]
    loose: tuple[MarkedText, ...]
    pages: int
    owners: Mapping[tuple[str, ...], str]  # a run's identifiers → its side's, "" for none

    def owner(self, run: MarkedText) -> str:
        """The identifier of the side that a run of the file stands on; "" for none."""
        return self.owners[run.ids]


class _Compared(dict[int, int | None]):
    """What each character is compared as, for str.translate: itself, its twin, or nothing."""

    def __missing__(self, code: int) -> int | None:
        char = chr(code)
        self[code] = None if _unseen(char) else _TWINS.get(code, code)
        return self[code]


_COMPARED = _Compared()


@lru_cache(maxsize=4096)  # fixed wording comes again in every letter, and is read back as it is
def squash(text: str) -> str:
    """The text as it is compared: NFKC, without spaces, control and format characters."""
    return normalize("NFC", normalize("NFKC", text).translate(_COMPARED))


def _unseen(char: str) -> bool:
    selector = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    return selector or category(char) in ("Zs", "Zl", "Zp", "Cf", "Cc")


def find_regions(document: Document, read: ReadBack) -> Regions:
    """Gives each run of the file to the side whose identifier it carries."""
    sides: dict[str, Region] = {}
    for block in document.blocks:
        for number, row in enumerate(block.rows):
            for side in row.sides:
                region = Region(block, row, number, side)
                sides[region.id] = region
    loose: list[MarkedText] = []
    owners = {ids: _side_of(ids, sides) for ids in {run.ids for run in read.runs}}
    for place, run in enumerate(read.runs):
        if not (owner := owners[run.ids]):
            loose.append(run)
            continue
        if not sides[owner].runs:
            sides[owner].first = place
        sides[owner].runs.append(run)
    return Regions(sides, tuple(loose), len(read.pages), owners)


def _side_of(ids: tuple[str, ...], sides: Mapping[str, Region]) -> str:
    for name in reversed(ids):
        while name:
            if name in sides:
                return name
            name = name.rpartition("-")[0]
    return ""


def check_words(document: Document, regions: Regions) -> Iterator[Finding]:
    """Every side says what the document says, in its language, in order, and nothing else."""
    for region in regions.sides.values():
        found = squash("".join(run.text for run in region.runs))
        wanted = squash("".join(cell.text for cell in region.cells))
        if found != wanted:
            yield from _differences(region, found)
        elif not _same_languages(region):
            yield _finding("proof-language-region", region)
    yield from _check_order(document, regions)
    yield from _check_parties(document, regions)
    yield from _check_loose(document, regions)


def _finding(rule: str, region: Region, text: str = "") -> Finding:
    params = {
        "block": region.block.id,
        "row": str(region.number + 1),
        "language": region.side.lang,
        "page": str(region.page or "–"),
        "text": masked(text),
    }
    return Finding(rule, path=region.id, params=params)


def _differences(region: Region, found: str) -> Iterator[Finding]:
    """What lacks and what is too much on a side whose text isn't the document's."""
    others = (side for side in region.row.sides if side is not region.side)
    if found and any(found == squash("".join(c.text for c in side.cells)) for side in others):
        yield _finding("proof-language-region", region, found)
        return
    rest, at = "", 0
    for cell in region.cells:
        wanted = squash(cell.text)
        place = found.find(wanted, at)
        if place < 0:
            yield _finding("proof-text-missing", region, cell.text)
        else:
            rest += found[at:place]
            at = place + len(wanted)
    rest += found[at:]
    if rest:
        yield _finding("proof-text-extra", region, rest)


def _same_languages(region: Region) -> bool:
    """Whether each character has the /Lang it was meant to have."""
    langs = {run.lang for run in region.runs}
    langs |= {run.lang or region.side.lang for cell in region.cells for run in cell.runs}
    if len(langs) < 2:
        return True
    meant = [
        run.lang or region.side.lang
        for cell in region.cells
        for run in cell.runs
        for _ in squash(run.text)
    ]
    seen = [run.lang for run in region.runs for _ in squash(run.text)]
    return len(meant) != len(seen) or meant == seen


def _check_order(document: Document, regions: Regions) -> Iterator[Finding]:
    """Within each language, sides are read in the document's order."""
    for lang in document.languages:
        meant = [
            region
            for region in regions.sides.values()
            if region.side.lang == lang and region.runs and region.block.style not in MOVED
        ]
        for before, after in pairwise(meant):
            if after.first < before.first:
                yield _finding("proof-order", after)


def _check_parties(document: Document, regions: Regions) -> Iterator[Finding]:
    """The recipient's address, the subject and the letterhead stand whole in their places."""
    subjects = [(side.lang, f"subject-{side.lang}", side.text) for side in document.subject]
    head = document.letterhead
    subjects += [(side.lang, f"letterhead-name-{side.lang}", side.text) for side in head.names]
    subjects += [(s.lang, f"letterhead-line-{n}", s.text) for n, s in enumerate(head.lines)]
    lines = "".join(document.recipient.lines)
    for lang, name, text in [*subjects, (document.recipient.lang, "recipient", lines)]:
        named = [run for run in regions.loose if is_on_side(run, name)]
        headed = [run for run in regions.loose if "H1" in run.path and run.lang == lang]
        runs = named or (headed if name.startswith("subject") else [])
        if squash("".join(run.text for run in runs)) != squash(text):
            page = str(min((run.page for run in runs), default=0) or "–")
            params = {"block": name, "row": "1", "language": lang, "page": page}
            yield Finding("proof-text-missing", path=name, params={**params, "text": masked(text)})


def is_on_side(run: MarkedText, name: str) -> bool:
    """Whether the run carries the identifier or one that continues it."""
    return name in run.ids or any(map(methodcaller("startswith", f"{name}-"), run.ids))


def _check_loose(document: Document, regions: Regions) -> Iterator[Finding]:
    """Outside the blocks stands only what the document has for head, address and page furniture."""
    known = [squash(text) for text in _known_texts(document, regions.pages)]
    for run in regions.loose:
        text = squash(run.text)
        if text and not any(text in whole for whole in known):
            params = {
                "block": run.ids[-1] if run.ids else (run.tag or "–"),
                "row": "–",
                "language": run.lang or "–",
                "page": str(run.page),
                "text": masked(run.text),
            }
            yield Finding("proof-text-extra", path=params["block"], params=params)
        if run.tag != ARTIFACT and not run.tag and not is_watermark(run, document):
            yield Finding(
                "proof-untagged", params={"page": str(run.page), "text": masked(run.text)}
            )


def is_watermark(run: MarkedText, document: Document) -> bool:
    """Whether the run is (a part of) the draft mark, which may stand behind everything."""
    mark = document.furniture.watermark
    return bool(mark) and not run.path and squash(run.text) in squash(mark)


def _known_texts(document: Document, pages: int) -> Iterator[str]:
    furniture, head = document.furniture, document.letterhead
    yield from (side.text for side in (*document.subject, *head.names, *head.lines))
    yield from document.recipient.lines
    yield " · ".join(document.return_address.lines)
    yield from furniture.language_heads.values()
    yield from (document.letter_id, document.title, furniture.watermark)
    yield " / ".join(furniture.short.values())
    yield " / "  # between the labels of a reference
    for row in (row for block in document.blocks for row in block.rows):
        if row.role in ("table_head", "head"):  # comes again on each page
            yield from (cell.text for side in row.sides for cell in side.cells)
    for page in range(1, pages + 1):
        yield " · ".join(text.format(page=page, pages=pages) for text in furniture.page_of.values())


def check_values(regions: Regions, expected: tuple[Expected, ...]) -> Iterator[Finding]:
    """Every expected value stands in its language, or once for all, outside the slips that are torn
    off."""
    subjects = {run.lang: "" for run in regions.loose}
    for run in regions.loose:
        if "H1" in run.path:
            subjects[run.lang] += run.text
    texts = {
        lang: [
            _Spaced(_lines(region.runs))
            for region in regions.sides.values()
            if (region.side.lang == lang or region.row.once) and region.block.kind not in SLIPS
        ]
        + [_Spaced(subjects.get(lang, ""))]
        for lang in {value.lang for value in expected}
    }
    for value in expected:
        wanted = squash(value.text)
        if not any(text.has(wanted) for text in texts[value.lang]):
            params = {"name": value.name, "language": value.lang, "value": masked(value.text)}
            yield Finding("proof-value-missing", path=value.name, params=params)


def _lines(runs: list[MarkedText]) -> str:
    """The runs' text, with a space where a line ends, or where paper shows between two runs."""
    parts: list[str] = []
    right, bottom = inf, inf
    for run in runs:
        ink = run.ink
        if ink is not None and ink.height > SPECK:
            if ink.top > bottom or ink.left - right > GAP * run.size:
                parts.append(" ")
            right, bottom = ink.left + ink.width, ink.top + ink.height
        parts.append(run.text)
    return "".join(parts)


def is_contained(value: str, text: str) -> bool:
    """Whether a value stands in a text, but not as a part of a longer number.

    An ordinary space ends a number; no-break spaces belong to it, as digit groups.
    """
    return _Spaced(text).has(squash(value))


class _Spaced:
    """A text as it is compared, which remembers where ordinary spaces stood."""

    def __init__(self, text: str) -> None:
        self._said = text
        self._text = squash(text)

    @cached_property
    def _spaces(self) -> frozenset[int]:
        joined = self._said.replace("\u00a0", "\u2060").replace("\u202f", "\u2060")
        words = map(squash, normalize("NFKC", joined).split())
        return frozenset((0, *accumulate(map(len, words))))

    def has(self, wanted: str) -> bool:
        """Whether the (squashed) value stands here on its own."""
        at = self._text.find(wanted) if wanted else -1
        while at >= 0:
            if not self._in_number(wanted, at):
                return True
            at = self._text.find(wanted, at + 1)
        return False

    def _in_number(self, wanted: str, at: int) -> bool:
        end = at + len(wanted)
        return (wanted[0].isdigit() and at not in self._spaces and self._digit_before(at)) or (
            wanted[-1].isdigit() and end not in self._spaces and self._digit_after(end)
        )

    def _digit_before(self, at: int) -> bool:
        text = self._text
        if text[at - 1].isdigit():
            return True
        point = at >= 2 and text[at - 1] in _POINTS and text[at - 2].isdigit()
        return point and at - 1 not in self._spaces

    def _digit_after(self, at: int) -> bool:
        text = self._text
        if text[at : at + 1].isdigit():
            return True
        point = text[at : at + 1] in tuple(_POINTS) and text[at + 1 : at + 2].isdigit()
        return point and at + 1 not in self._spaces
