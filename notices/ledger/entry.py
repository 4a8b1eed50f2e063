"""A finished letter as the ledger enters it: its keys, its digests, and its full record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Set
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from notices.case.types import Case
from notices.figures.types import Figures
from notices.ledger.types import (
    FIRST,
    Evidence,
    IssuedLetter,
    Occasion,
    digest_of_address,
    digest_of_name,
)
from notices.pack.types import Pack, Source
from notices.wording.digests import KindText


def build_entry(
    case: Case,
    figures: Figures,
    pack: Pack,
    record: Mapping[str, Any],
    evidence: Evidence,
    occasion: Occasion = FIRST,
) -> IssuedLetter:
    """The ledger's line for a letter."""
    digest, *earlier = content_digests(case, figures, evidence.text)
    key = [case.sender.id, case.id, case.kind, case.level, case.cycle]
    return IssuedLetter(
        letter_id=evidence.letter_id,
        notice_key=json.dumps(key, ensure_ascii=False),
        case_id=case.id,
        creditor_id=case.sender.id,
        recipient=case.recipient.name,
        attempt=occasion.attempt,
        kind=case.kind,
        level=case.level,
        cycle=case.cycle,
        content_digest=digest,
        earlier_digests=frozenset(earlier),
        text_digest=evidence.text.digest,
        pdf_sha256=evidence.pdf_sha256,
        pack_id=pack.id,
        pack_version=pack.version,
        pack_digest=pack.digest,
        issue_date=case.issue_date,
        as_of=case.as_of,
        dispatch_by=case.dispatch_by,
        pay_by=figures.answer_by(case.dispatch_by),
        currency=figures.currency,
        total=figures.total_due,
        languages=case.languages,
        created_at=evidence.created_at,
        sources=tuple(_named(source) for source in evidence.sources or figures.sources),
        profile=evidence.profile,
        record=dict(record),
        run_id=occasion.run_id,
        address_digest=digest_of_address(case.recipient.address),
        name_digest=digest_of_name(case.recipient.name),
        replaces=occasion.replaces,
        reason=occasion.reason,
    )


def content_digests(case: Case, figures: Figures, text: KindText) -> tuple[str, ...]:
    """What the letter says: case and sender, figures, wording. Not how it is drawn, nor where the
    sender's images stand on this machine. The first is today's; earlier versions wrote the others.
    """
    said = {name: value for name, value in _said(figures) if name != "sources"}
    sender = case.sender
    bare = replace(
        sender,
        logo=Path(sender.logo).name,
        signature=Path(sender.signature).name,
        seal=Path(sender.seal).name,
    )
    plain = _plain([replace(case, sender=bare), said])
    return tuple(_digest_of([*plain, wording]) for wording in (text.digest, *text.earlier))


def _said(value: Any) -> Iterator[tuple[str, Any]]:
    """A dataclass's fields, without those that came later and hold nothing here: letters from
    before keep the digest they had."""
    for f in fields(value):
        inner = getattr(value, f.name)
        made = f.default if f.default_factory is MISSING else f.default_factory()
        if not (f.metadata.get("later") and inner == made):
            yield f.name, inner


def _digest_of(value: list[object]) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _named(source: Source) -> dict[str, str]:
    return {
        "id": source.id,
        "class": source.kind,
        "source": source.citation,
        "status": source.status,
    }


def _plain(value: Any) -> Any:
    """Dataclasses, mappings, dates and decimals as what JSON knows, in one order."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(inner) for name, inner in _said(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, Set):
        return sorted(_plain(inner) for inner in value)
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
