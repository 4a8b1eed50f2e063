"""The composed letter: a frozen tuple of blocks, each a grid of rows × sides.

A Document says *what* stands on the page and in which language; `templates/layout` says how it
looks. It holds no markup: emphasis, free text in another language and values that must not be
parted are properties of runs. Because it is plain data, a proof can compare it with the finished
bytes, and a faster renderer can compare two letters block by block.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Literal

from notices.pack.types import LanguageFormats

Arrangement = Literal["parallel", "stacked", "sequential"]
# A room is a blank to write in, after the cell's text; `sealed` is what a seal stands over.
CellRole = Literal[
    "text", "heading", "label", "amount", "value", "detail", "number", "sealed", "signer",
    "amount_room", "date_room", "phone_room", "reason_room", "signature_room",
]  # fmt: skip
RowRole = Literal[
    "text", "heading", "head", "item", "subtotal", "total", "value", "code", "tick", "sign",
    "box", "inner_box", "mail_to", "mail_from", "slip", "table_head", "table_part", "table_row",
    "table_total",
]  # fmt: skip


@dataclass(frozen=True)
class Run:
    """A stretch of text. `name` is the placeholder whose value it is ("" for fixed wording);
    `lang` is set where free text is in another language than its cell."""

    text: str
    name: str = ""
    strong: bool = False
    nowrap: bool = False
    lang: str = ""


@dataclass(frozen=True)
class Cell:
    role: CellRole
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Side:
    """One language's part of a row. A text row has one cell; an item row label and amount."""

    lang: str
    cells: tuple[Cell, ...]

    @property
    def text(self) -> str:
        return " ".join(cell.text for cell in self.cells)

    @property
    def is_sealed(self) -> bool:
        """Whether it has what a seal stands over."""
        return any(cell.role == "sealed" for cell in self.cells)


@dataclass(frozen=True)
class Row:
    """`once`: what several languages write alike is printed once, on the first side."""

    role: RowRole
    sides: tuple[Side, ...]
    once: bool = False

    def printed(self, side: Side) -> tuple[Cell, ...]:
        """The cells that are printed on this side."""
        first = self.sides[0]
        if not self.once or side is first:
            return side.cells
        said = {(cell.role, cell.text) for cell in first.cells}
        return tuple(cell for cell in side.cells if (cell.role, cell.text) not in said)


@dataclass(frozen=True)
class Block:
    """`kind` names the layout's block (`clause`, `values`, `items`, `working`, `pay_to` …); `style`
    its variant (`glance`, `reference` …). `id` is unique in the letter: `clause-opening`."""

    id: str
    kind: str
    rows: tuple[Row, ...]
    style: str = ""
    images: tuple[str, ...] = ()
    column: str = ""  # left | right of its language's measure, beside the other; "" = all of it
    shares: tuple[float, ...] = ()  # of a list: its columns' shares of the whole measure


@dataclass(frozen=True)
class Image:
    """A picture of the letter: `name` is how blocks call it; `alt` is its text, by language tag;
    `shape` its width and height, in units of its own."""

    name: str
    media_type: str
    data: bytes
    alt: Mapping[str, str]
    shape: tuple[float, float] = (1.0, 1.0)


@dataclass(frozen=True)
class Code:
    """A two-dimensional code that the proof must decode to `payload`; drawn as image `name`."""

    name: str
    payload: str


@dataclass(frozen=True)
class PostalAddress:
    """An address in its parts; `country` is ISO 3166. Street and building may be empty."""

    name: str
    street: str
    building: str
    postcode: str
    town: str
    country: str

    @property
    def parts(self) -> Mapping[str, str]:
        return {part.name: getattr(self, part.name) for part in fields(self)}


@dataclass(frozen=True)
class PaySlip:
    """What a payment slip says, once in print and once in its code. `lang` is its one language.

    `reference_type` is QRR (27 digits), SCOR (ISO 11649) or NON, then `reference` is empty.
    """

    lang: str
    iban: str
    creditor: PostalAddress
    amount: Decimal
    currency: str
    debtor: PostalAddress
    reference_type: str
    reference: str
    message: str

    @property
    def reference_groups(self) -> str:
        """The reference as people read it: 2 and then fives of the long one, else fours."""
        head = 2 if self.reference_type == "QRR" else 0
        step = 5 if head else 4
        rest = range(head, len(self.reference), step)
        groups = [self.reference[:head], *(self.reference[at : at + step] for at in rest)]
        return "\u00a0".join(filter(None, groups))


@dataclass(frozen=True)
class Frame:
    """A rectangle on page 1 in mm from the top left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class TearOff:
    """Where the slip at the foot of a page begins and has its two addresses (mm on that page).

    `window` is what shows through the envelope that the slip is sent back in; None: any envelope.
    """

    top: float
    mail_to: Frame
    mail_from: Frame
    answers: Frame
    window: Frame | None


@dataclass(frozen=True)
class Envelope:
    """Where the envelope's windows and folds meet the letter (mm, page 1)."""

    id: str
    page: Literal["A4", "Letter"]
    recipient: Frame
    sender_line: Frame | None
    window: Frame | None  # what shows through, flutter included; None: no window
    folds: tuple[float, ...]
    address_top: float  # where the letterhead ends
    body_top: float
    tear_off: TearOff | None = None  # None: a letter with a slip to tear off can't use it
    duplex: bool = True  # letters in it are printed on both sides


@dataclass(frozen=True)
class Address:
    """Lines as printed in the window; `lang` is the language of the address itself."""

    lines: tuple[str, ...]
    lang: str


@dataclass(frozen=True)
class Letterhead:
    """The sender's head and foot: name (by language), lines below it, and the foot's lines."""

    names: tuple[Side, ...]
    lines: tuple[Side, ...]
    logo: str = ""


@dataclass(frozen=True)
class Furniture:
    """Text that the layout repeats or generates, by language: page x of y, short subject, draft."""

    page_of: Mapping[str, str]  # with {page} and {pages} slots
    short: Mapping[str, str]  # later pages: reference, name short
    watermark: str  # "" on a live letter
    language_heads: Mapping[str, str]  # the column heads: language name and whether it prevails
    code_alt: Mapping[str, str]  # what a payment code is, for those who can't see it
    attachment: str  # what the attached file is


@dataclass(frozen=True)
class Notation:
    """How one language of the letter writes numbers, days and workings, so that a proof can read
    them back: the labels, slots and all, of an interest line's period and sum, of a payment, and of
    a period in a list."""

    formats: LanguageFormats
    period: str
    line: str
    payment: str
    span: str = ""


@dataclass(frozen=True)
class Document:
    """One letter. Languages are BCP 47 tags in printing order; the first is the file's /Lang."""

    letter_id: str
    title: str
    subject: tuple[Side, ...]
    languages: tuple[str, ...]
    arrangement: Arrangement
    large_print: bool
    envelope: Envelope
    letterhead: Letterhead
    recipient: Address
    return_address: Address
    blocks: tuple[Block, ...]
    furniture: Furniture
    images: tuple[Image, ...]
    codes: tuple[Code, ...]
    accent: str
    issue_date: date
    page_limit: int  # more pages than this and the letter is refused
    page_aim: int  # more than this and it is set tighter, where that saves a page
    column_shares: tuple[float, ...] = ()  # parallel: each language's share of the measure
    compact: int = 0  # steps by which it is set tighter, 2 at the most: it saves a page
    page_starts: tuple[str, ...] = ()  # blocks that begin a page, so that the last carries enough
    # the figures of the JSON attachment, as plain data
    attached: Mapping[str, object] = field(default_factory=dict, repr=False)

    @cached_property
    def attachment(self) -> bytes:
        """What is printed, masked as printed, as JSON."""
        printed: dict[str, dict[str, str]] = {lang: {} for lang in self.languages}
        for block in self.blocks:
            for row in block.rows:
                for side in row.sides:
                    for cell in side.cells:
                        for name, runs in groupby(cell.runs, attrgetter("name")):
                            if name:  # a slip may be in a language of its own; it names no values
                                printed[side.lang][name] = "".join(run.text for run in runs)
        letter = {"letter": self.letter_id, "languages": list(self.languages), "printed": printed}
        return json.dumps(
            {**self.attached, **letter}, ensure_ascii=False, sort_keys=True, indent=1
        ).encode()

    slip: PaySlip | None = None  # at the foot of the last page; its rows are the pay_slip block
    notations: tuple[Notation, ...] = field(default=(), repr=False)  # one per language

    def texts(self) -> Iterator[tuple[str, str, str]]:
        """(block id, language, text) of every cell that must stand on the page, in order."""
        for block in self.blocks:
            for row in block.rows:
                for side in row.sides:
                    for cell in side.cells:
                        yield block.id, side.lang, cell.text


@dataclass(frozen=True)
class Expected:
    """A value that must be readable in its language's region: required by the pack, by name."""

    name: str
    lang: str
    text: str


@dataclass(frozen=True)
class Box:
    """Where something came to stand: page from 1, mm from the page's top left corner."""

    name: str
    page: int
    frame: Frame


@dataclass(frozen=True)
class Rendering:
    """Finished bytes, where the blocks' sides came to stand, and what the renderer warned of."""

    data: bytes
    boxes: tuple[Box, ...]
    pages: int
    warnings: tuple[str, ...]
