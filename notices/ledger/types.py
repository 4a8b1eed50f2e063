"""What the ledger keeps, as frozen values: no database needed to hold or compare them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from notices.findings import Finding


@dataclass(frozen=True)
class IssuedLetter:
    """One letter as issued: notice × recipient × attempt.

    `notice_key` is creditor, case, kind, level and cycle; `content_digest` is over record, figures
    and text, never over the PDF, so that the same letter drawn by a newer renderer is the same.
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
