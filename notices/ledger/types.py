"""What the ledger keeps, as frozen values: no database needed to hold or compare them."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from notices.finding import Finding

if TYPE_CHECKING:
    from notices.pack.types import Source
    from notices.wording.digests import KindText

# A letter's way. The last one added is where it stands.
STATES = (
    "issued",
    "proven",
    "printed",
    "withdrawn",  # taken out before the post: paid, or held
    "posted",
    "delivered",
    "refused",  # brought to the recipient, who did not take it
    "returned",  # the address did not serve
    "lost",
    "settled",  # what it asked for was paid in full
)
RESULTS = ("posted", "delivered", "refused", "returned", "lost")  # what a carrier reports
RUN_STATES = ("open", "finished", "abandoned")


@dataclass(frozen=True)
class IssuedLetter:
    """One letter as issued: notice × recipient × attempt.

    `notice_key` is creditor, case, kind, level and cycle; `content_digest` is over record, figures
    and text, never over the PDF, so that the same letter drawn by a newer renderer is the same;
    `earlier_digests`, which are not stored, are those that earlier versions gave this content.
    `record` is the full case record: numbers that the letter masks are kept here only.
    """

    letter_id: str
    notice_key: str
    case_id: str
    creditor_id: str
    recipient: str
    attempt: int
    kind: str
    level: int
    cycle: int
    content_digest: str
    text_digest: str
    pdf_sha256: str
    pack_id: str
    pack_version: str
    pack_digest: str
    issue_date: date
    as_of: date
    dispatch_by: date
    pay_by: date
    currency: str
    total: Decimal
    languages: tuple[str, ...]
    created_at: str  # ISO 8601 with offset, from the door
    sources: tuple[Mapping[str, str], ...] = ()
    profile: Mapping[str, str] = field(default_factory=dict)  # renderer and font digests
    record: Mapping[str, Any] = field(default_factory=dict, repr=False)
    run_id: str = ""
    address_digest: str = ""  # of the address it went to: see `digest_of_address`
    name_digest: str = ""  # of the name it was written to: see `digest_of_name`
    replaces: str = ""  # the letter that this one is written in place of
    reason: str = ""  # why that was needed
    earlier_digests: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Evidence:
    """What a letter's entry keeps of how it came out: its number, its kind's text, the digest of
    its PDF (SHA-256, hex), when (ISO 8601), what else the bytes depend on, the facts it rests on.
    """

    letter_id: str
    text: KindText
    pdf_sha256: str
    created_at: str
    profile: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Occasion:
    """On which occasion a letter is issued: which attempt, in which run, in place of which letter,
    and why."""

    attempt: int = 1
    run_id: str = ""
    replaces: str = ""
    reason: str = ""


FIRST = Occasion()


@dataclass(frozen=True)
class State:
    """A letter's way after it was made: issued, printed, posted, returned …; only ever added."""

    letter_id: str
    state: str
    at: str
    note: str = ""


@dataclass(frozen=True)
class Issue:
    """The outcome of issuing: the letter as it stands in the ledger, or why it was refused."""

    letter: IssuedLetter | None
    findings: tuple[Finding, ...] = ()
    again: bool = False  # it stood there already, with the same content


@dataclass(frozen=True)
class PastLetter:
    """A letter as the plan looks back on it: no record, no digests."""

    letter_id: str
    case_id: str
    creditor_id: str
    recipient: str
    attempt: int
    kind: str
    level: int
    cycle: int
    issue_date: date
    pay_by: date
    state: str  # the last one
    run_id: str = ""
    address_digest: str = ""
    name_digest: str = ""


@dataclass(frozen=True)
class ImportedLetter:
    """A letter that another system sent, as its list states it; nobody here has it or proved it.

    `debts` are the numbers that it named, () = all of the case; `digest` is over what is stated, so
    that the same statement is entered once.
    """

    case_id: str
    creditor_id: str
    kind: str
    level: int
    issue_date: date
    pay_by: date
    debts: tuple[str, ...] = ()
    file: str = ""
    at: str = ""  # when it was entered, from the door

    @property
    def digest(self) -> str:
        stated = (self.creditor_id, self.case_id, self.kind, str(self.level))
        parts = (*stated, self.issue_date.isoformat(), *sorted(self.debts))
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    @property
    def id(self) -> str:
        """By which it is told apart from letters: no letter id has a colon."""
        return f"imported:{self.digest[:12]}"


@dataclass(frozen=True)
class Run:
    """One run over many records. `frozen` is what a resumed run must go by: dates, digests."""

    run_id: str
    started_at: str
    frozen: Mapping[str, Any] = field(default_factory=dict)
    state: str = "open"
    finished_at: str = ""
    tally: Mapping[str, Any] = field(default_factory=dict)  # what came of it, in counts


@dataclass(frozen=True)
class Delivery:
    """What a carrier said of a letter. One of letter id and waybill is enough to record it."""

    letter_id: str
    result: str  # one of RESULTS
    day: date | None = None
    carrier: str = ""
    waybill: str = ""
    declared_content: str = ""  # 内件品名: what the sender wrote on the waybill
    note: str = ""
    at: str = ""  # when it was recorded, from the door


@dataclass(frozen=True)
class Recorded:
    """The outcome of recording a delivery."""

    delivery: Delivery | None
    findings: tuple[Finding, ...] = ()
    again: bool = False  # it was recorded already


def waits(letter: IssuedLetter, state: str) -> bool:
    """Whether a letter that stands so waits in its run to be printed: another that takes its place
    takes it out. One made alone may have been sent by hand, and one printed is paper already."""
    return bool(letter.run_id) and state in ("issued", "proven")


def replacement_note(letter_id: str) -> str:
    """The note of a letter that was withdrawn because this one takes its place."""
    return f"replaced by {letter_id}"


def digest_of_address(lines: Iterable[str]) -> str:
    """An address as the ledger compares it: spaces, width, case and line breaks do not matter."""
    bare = _bare("".join(lines))
    return hashlib.sha256(bare.encode()).hexdigest() if bare else ""


def digest_of_name(name: str) -> str:
    """A name as the ledger compares it: spaces, width, case and marks do not matter, so that
    `Muster G.m.b.H. & Co. KG` is `MUSTER GmbH+Co.KG`. It equals no address's digest."""
    bare = _bare(name)
    return hashlib.sha256(f"name\x1f{bare}".encode()).hexdigest() if bare else ""


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if c.isalnum())
