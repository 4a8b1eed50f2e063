"""Payments held against a run's letters: paid in full, touched, or nobody's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from notices.post.claims import Claim, find_mentions, plain_name, plain_reference
from notices.post.statements import Entry

Done = Literal["withdrawn", "held", "none"]


@dataclass(frozen=True)
class Verdict:
    """What a movement does to a letter, or to none: `why` is a word of `payments` in words.yaml."""

    entry: Entry
    claim: Claim | None
    done: Done
    why: str
    reference: str = ""  # as the letter writes it


@dataclass
class _Touch:
    """The movements that concern one claim: named exactly, or in another way with its reason."""

    exact: list[tuple[Entry, str]] = field(default_factory=list)
    other: list[tuple[Entry, str, str]] = field(default_factory=list)  # why, reference


class Claims:
    """The claims of a run, to be found by reference, by sum, by name."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.all = tuple(claims)
        self.by_reference: dict[str, dict[int, str]] = {}  # plain → claim → as written
        self.by_other: dict[str, dict[int, str]] = {}
        self.by_sum: dict[tuple[str, Decimal], list[int]] = {}
        self.by_name: dict[str, list[int]] = {}
        self.by_case: dict[str, list[int]] = {}
        for number, claim in enumerate(self.all):
            for places, texts in (
                (self.by_reference, claim.references),
                (self.by_other, claim.others),
            ):
                for text in filter(plain_reference, texts):
                    places.setdefault(plain_reference(text), {}).setdefault(number, text)
            self.by_sum.setdefault((claim.letter.currency, claim.letter.total), []).append(number)
            self.by_case.setdefault(claim.letter.case_id, []).append(number)
            if claim.name:
                self.by_name.setdefault(claim.name, []).append(number)
        self.known: Mapping[str, object] = {**self.by_other, **self.by_reference}

    def named(self, entry: Entry) -> tuple[dict[int, str], dict[int, str]]:
        """The claims that the payer named: exactly, and otherwise, each with its reference."""
        exact: dict[int, str] = {}
        loose: dict[int, str] = {}
        for text in entry.references:
            exact |= self.by_reference.get(plain_reference(text), {})
            loose |= self.by_other.get(plain_reference(text), {})
        for text in (*entry.references, *entry.texts):
            for mention in find_mentions(text, self.known):
                found = self.by_reference.get(mention.key, {})
                (exact if mention.exact else loose).update(found)
                loose |= self.by_other.get(mention.key, {})
        exact |= {
            other: text
            for number, text in exact.items()
            for other in self.by_case[self.all[number].letter.case_id]
            if other not in exact
        }  # who pays one letter of a case pays the case
        return exact, {number: text for number, text in loose.items() if number not in exact}


def match_payments(entries: Sequence[Entry], claims: Claims) -> tuple[Verdict, ...]:
    """A verdict for each movement and each letter that it touches, and for each that touches none;
    money that went out and names nothing is passed over."""
    touches: dict[int, _Touch] = {}
    nobody: list[Verdict] = []
    for entry in entries:
        nobody += _place(entry, claims, touches)
    taken_back = {(e.amount, e.currency) for e in entries if e.kind == "returned"}
    verdicts = [
        verdict
        for number in sorted(touches)
        for verdict in _judge(claims.all[number], touches[number], taken_back)
    ]
    return (*verdicts, *nobody)


def _place(entry: Entry, claims: Claims, touches: dict[int, _Touch]) -> Iterator[Verdict]:
    """Notes the movement at the claims that it touches; a verdict where it touches none."""
    exact, loose = claims.named(entry)
    if entry.kind in ("debit", "returned"):
        for number, reference in (exact | loose).items():
            _touch(touches, number).other.append((entry, entry.kind, reference))
        if not exact and not loose and entry.kind == "returned":
            yield Verdict(entry, None, "none", "unmatched")
        return
    found: dict[int, tuple[str, str]] = {n: ("unclear", text) for n, text in loose.items()}
    if not exact and not loose:
        sums = claims.by_sum.get((entry.currency, entry.amount), [])
        names = claims.by_name.get(plain_name(entry.payer), []) if entry.payer else []
        found |= dict.fromkeys(names, ("name", ""))
        found |= dict.fromkeys(sums, ("amount", ""))
    cases = {claims.all[number].letter.case_id for number in exact}
    why = "pending" if entry.kind == "pending" else "batch" if not entry.whole else ""
    if len(cases) > 1:
        why = why or "ambiguous"
    if not exact and not found:
        yield Verdict(entry, None, "none", "unmatched")
        return
    kept = [n for n in (*exact, *found) if not _is_known(entry, claims.all[n])]
    if not kept:
        yield Verdict(entry, None, "none", "before")
    for number in kept:
        touch = _touch(touches, number)
        if number in exact and not why:
            touch.exact.append((entry, exact[number]))
        elif number in exact:
            touch.other.append((entry, why, exact[number]))
        else:
            reason, reference = found[number]
            touch.other.append((entry, "pending" if why == "pending" else reason, reference))


def _is_known(entry: Entry, claim: Claim) -> bool:
    """Whether the letter's figures have the payment already."""
    return entry.day < claim.as_of or (entry.day, entry.amount) in claim.counted


def _touch(touches: dict[int, _Touch], number: int) -> _Touch:
    return touches.setdefault(number, _Touch())


def _judge(claim: Claim, touch: _Touch, taken_back: set[tuple[Decimal, str]]) -> Iterator[Verdict]:
    """Paid are letters whose named payments make their total, none of it in doubt."""
    why = _doubt(claim, touch, taken_back)
    done: Done = "held" if why else "withdrawn"
    for entry, reference in touch.exact:
        yield Verdict(entry, claim, done, why or "full", reference)
    for entry, reason, reference in touch.other:
        yield Verdict(entry, claim, done if why else "none", reason, reference)


def _doubt(claim: Claim, touch: _Touch, taken_back: set[tuple[Decimal, str]]) -> str:
    """Why a letter is held rather than withdrawn; "" for one that is paid."""
    paid = _each_once([entry for entry, _ in touch.exact])
    if not paid:
        return touch.other[0][1]
    for reason in ("returned", "debit", "pending", "batch", "ambiguous", "unclear"):
        if any(why == reason for _, why, _ in touch.other):
            return reason
    if any(entry.currency != claim.letter.currency for entry in paid):
        return "currency"
    total = sum((entry.amount for entry in paid), Decimal(0))
    if total != claim.letter.total:
        return "part" if total < claim.letter.total else "more"
    if any((entry.amount, entry.currency) in taken_back for entry in paid):
        return "returned"
    return ""


def _each_once(entries: Sequence[Entry]) -> list[Entry]:
    """Without what another file tells again: a table and a statement of the same account."""
    files: dict[tuple[object, ...], str] = {}
    return [e for e in entries if files.setdefault((e.day, e.amount, e.currency), e.file) == e.file]
