"""Letters to put into a ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from notices.ledger.types import IssuedLetter, digest_of_address
from tests.ledger.test_ledger import LETTER

STREET = ("示例路1号", "北京市")
AT = "2026-04-01T08:00:00+00:00"


def letter(number: int = 1, **changes: Any) -> IssuedLetter:
    """The `number`th letter: its own case, one address for all."""
    named = {
        "letter_id": f"A-{number}-QWERTY",
        "case_id": f"A-{number}",
        "notice_key": f'["lender", "A-{number}", "reminder", 1, 1]',
        "address_digest": digest_of_address(STREET),
    }
    return replace(LETTER, **{**named, **changes})


def at(day: int) -> date:
    return date(2026, 4, day)
