"""The head of page 1 in mm: the letterhead's name and contacts side by side, the line that the
window shows above the recipient, and the recipient. What takes more room than it usually does is
set smaller or tighter; what does not fit even then is for the check to tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from notices.page.document import Document, Envelope
from notices.page.envelopes import PAPER
from notices.page.measure import MM, count_lines, text_width
from notices.page.pictures import printed_size, read_pictures

MARGIN = 20.0  # mm, left and right
TOP = 16.0  # mm
EDGE = 6.0  # mm: no letter begins higher
LETTERHEAD = 20.0  # mm that it has; where the address stands high, the first page begins higher
RULE = 0.3  # mm: the line below it
ABOVE = 0.5  # mm over the names
INK = 0.3  # mm by which a last line's ink ends above the line, at least
STEP = 6.0  # mm by which the names' side of the letterhead grows or gives way
SMALL = 8.0  # pt: contacts and return line
CONTACT_LINE = SMALL * MM * 1.2
TEXT, LARGE_TEXT = 10.5, 16.0  # pt
COMPACT = 10 / 10.5  # of it: a letter may be set tighter, and its lines end elsewhere then
NAME_LINES = 2  # of the usual size; a name that takes more is set smaller
RETURN_LINES = 3
LARGE_RETURN = 12.0  # pt
ADDRESS_LINES = 6
# Size (pt) and leading of the recipient, the first that fits; large print's own before them.
ADDRESS_TYPE = ((10.0, 1.35), (10.0, 1.25), (10.0, 1.18), (9.0, 1.05))
LARGE_ADDRESS = (12.0, 1.2)


@dataclass(frozen=True)
class NameType:
    """How names are set: the first one's size and the others', in rem, and their leading."""

    first: float
    other: float
    leading: float


NAMES = (NameType(1.4, 0.9, 1.35), NameType(1.1, 0.9, 1.2))
LARGE_NAMES = (NameType(1.1, 1.0, 1.35), NameType(1.0, 1.0, 1.15))


@dataclass(frozen=True)
class Head:
    """The letterhead of a letter. `top` is where page 1 begins, `left` where the names begin."""

    top: float
    left: float
    names: float
    contacts: float
    type: NameType
    usual_type: bool
    name_lines: int
    name_height: float
    contact_lines: int
    room: float  # of the height, at most

    @property
    def names_fit(self) -> bool:
        return self.name_height <= self.room + INK

    @property
    def contacts_fit(self) -> bool:
        return self.contact_lines <= self.contact_room

    @property
    def contact_room(self) -> int:
        """The lines of contacts that it has room for."""
        return int((self.room + INK) / CONTACT_LINE)

    @property
    def taken(self) -> float:
        """The height that it takes."""
        return max(self.name_height, self.contact_lines * CONTACT_LINE)


def usual_widths(envelope: Envelope, logo: float = 0.0) -> tuple[float, float, float]:
    """Where the names begin beside a logo of that width (0: none), their usual width and that of
    the contacts."""
    measures = read_pictures()
    measure = PAPER[envelope.page][0] - 2 * MARGIN
    if not logo:
        return 0.0, measures.names, measures.contacts
    left = logo + measures.beside
    rest = measure - left - measures.beside
    contacts = min(measures.contacts, rest - measures.name)
    return left, rest - contacts, contacts


def measure_head(document: Document) -> Head:
    """The letterhead as it is set: the first way in which all of it fits, else the lowest."""
    envelope, large = document.envelope, document.large_print
    logo = next((i for i in document.images if i.name == document.letterhead.logo), None)
    left, names, contacts = usual_widths(envelope, printed_size(logo)[0] if logo else 0.0)
    usual = read_pictures().head if logo else LETTERHEAD
    if large:  # the contacts stand below the title
        measure = PAPER[envelope.page][0] - 2 * MARGIN
        heads = [_head(document, left, measure - left, 0.0, t, usual) for t in LARGE_NAMES]
    else:
        measures = read_pictures()
        fewer, more = names - measures.least, contacts - measures.least_contacts
        steps = range(-int(fewer / STEP), int(more / STEP) + 1)
        heads = [
            _head(document, left, names + step * STEP, contacts - step * STEP, type, usual)
            for step, type in product(sorted(steps, key=abs), NAMES)
        ]
    fits = (
        head
        for head in heads
        if head.names_fit
        and head.contacts_fit
        and (large or not head.usual_type or head.name_lines <= NAME_LINES)
    )
    return next(fits, None) or min(heads, key=lambda head: head.taken)


def _head(
    document: Document, left: float, names: float, contacts: float, type: NameType, usual: float
) -> Head:
    languages, address_top = document.languages, document.envelope.address_top
    rem = (LARGE_TEXT if document.large_print else TEXT) * MM
    lines, height = [], ABOVE
    for number, side in enumerate(document.letterhead.names):
        em = rem * (type.other if number else type.first)
        rooms = (names / em, names / (em * COMPACT))
        counts = (count_lines(side.text, room, languages, bold=not number) for room in rooms)
        lines.append(max(counts))
        height += lines[-1] * em * type.leading
    told = document.letterhead.lines if contacts else ()
    em = SMALL * MM
    taken = sum(count_lines(side.text, contacts / em, languages) for side in told)
    needed = max(height, taken * CONTACT_LINE) - INK + RULE
    top = min(TOP, max(EDGE, address_top - max(usual, needed)))
    usual_type = type in (NAMES[0], LARGE_NAMES[0])
    room = address_top - EDGE - RULE
    first = lines[0] if lines else 0
    return Head(
        *(top, left, names, contacts, type, usual_type, first, height, taken, room),
    )


def head_rules(document: Document, head: Head) -> Iterator[str]:
    """The letterhead's measures as style rules."""
    place = ".large .letterhead" if document.large_print else ".letterhead"
    yield f".letterhead {{ height: {document.envelope.address_top - head.top:.2f}mm; }}"
    width = f" width: {head.names:.2f}mm;" if head.contacts else ""
    yield f".letterhead .names {{ left: {head.left:.2f}mm;{width} }}"
    if head.contacts:
        yield f".letterhead .contacts {{ width: {head.contacts:.2f}mm; }}"
    if not head.usual_type:
        yield f"{place} .names p {{ line-height: {head.type.leading:g}; }}"
        yield f"{place} .names p:first-child {{ font-size: {head.type.first:g}rem; }}"


@dataclass(frozen=True)
class ReturnLine:
    """The sender above the recipient: its type in pt, the lines that it takes and has. `text` is
    set where a part of it does not stand in one line: then it wraps as a whole."""

    text: str
    size: float
    lines: int
    room: int


def measure_return_line(document: Document) -> ReturnLine | None:
    """None where the envelope shows none."""
    envelope = document.envelope
    if (frame := envelope.sender_line) is None:
        return None
    top = max(envelope.address_top, envelope.window.top if envelope.window else 0.0)
    *parts, last = document.return_address.lines
    parts = [*(f"{part}\u00a0·" for part in parts), last]  # no line begins with a dot
    sizes = (LARGE_RETURN, SMALL) if document.large_print else (SMALL,)
    found = []
    for size in sizes:
        em = size * MM
        whole = all(text_width(part) * em <= frame.width for part in parts)
        text = " ".join(parts)
        lines = count_lines(text, frame.width / em, document.languages)
        lines = min(lines, len(parts)) if whole else lines
        room = int((frame.top + frame.height - top) / (em * 1.2))
        found.append(ReturnLine("" if whole else text, size, lines, min(RETURN_LINES, room)))
    return next((line for line in found if line.lines <= line.room), found[-1])


@dataclass(frozen=True)
class AddressType:
    """How the recipient is set: size in pt, leading, each line's lines as printed, and the room."""

    size: float
    leading: float
    taken: tuple[int, ...]
    room: int


def measure_recipient(document: Document) -> AddressType:
    """The recipient as it is set: the first way in which it fits, else the last."""
    frame = document.envelope.recipient
    found = []
    for size, leading in ((LARGE_ADDRESS,) if document.large_print else ()) + ADDRESS_TYPE:
        em = size * MM
        taken = tuple(
            count_lines(line, frame.width / em, document.languages)
            for line in document.recipient.lines
        )
        # a line's ink is lower than the line
        room = min(ADDRESS_LINES, int((frame.height + 1.0) / (em * leading)))
        found.append(AddressType(size, leading, taken, room))
    return next((kind for kind in found if sum(kind.taken) <= kind.room), found[-1])
