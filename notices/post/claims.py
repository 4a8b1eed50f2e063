"""What a run's letters claim, as a payment may name it: references, sums, names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from notices.letter.workspace import Workspace, read_sender, sender_names
from notices.pack.types import Pack
from notices.post.types import Proven, RunFolder

if TYPE_CHECKING:
    from notices.ledger.store import Ledger
    from notices.ledger.types import IssuedLetter

REFERENCE_TYPES = ("reference", "structured_communication")
SLIP_REFERENCES = ("slip_reference", "structured_communication")
LEAST_DIGITS, LEAST_CHARS = 6, 4  # shorter references are looked for in no free text
_LONGEST = 10  # runs of letters and digits in one reference
_RUN = re.compile(r"[0-9A-Z]+|[^\W0-9A-Z_]+")
_LINKS = "-/._"
_EAST_ASIAN = "\u2e80"  # from here on words are written without blanks between them


@dataclass(frozen=True)
class Claim:
    """One letter as payments are held against it."""

    letter: Proven
    as_of: date  # payments from this day on are not in its figures
    name: str  # the debtor's, plain
    references: tuple[str, ...]  # the letter's number and its debts' numbers, as they are written
    others: tuple[str, ...]  # that name the case, but not what is claimed now
    counted: frozenset[tuple[date, Decimal]]  # payments that its figures have


@dataclass(frozen=True)
class Mention:
    """A reference found in what a payer wrote; `exact`: it stands by itself."""

    key: str
    exact: bool


def issued_letters(run: RunFolder, ledger: Ledger) -> dict[str, IssuedLetter]:
    """The run's letters as the ledger has them, whichever run entered them; one that it lacks is
    left out, and told by `check_issued`."""
    own = {letter.letter_id: letter for letter in ledger.letters(run.run_id)}
    found = {one.letter_id: own.get(one.letter_id) for one in run.letters}
    found |= {name: ledger.letter(name) for name, entry in found.items() if entry is None}
    return {name: entry for name, entry in found.items() if entry is not None}


def read_claims(
    run: RunFolder,
    ledger: Ledger,
    issued: Mapping[str, IssuedLetter],
    packs: Mapping[str, Pack | None],
) -> Iterator[Claim]:
    """The claims of a live run's letters."""
    past = ledger.past_letters({letter.case_id for letter in run.letters})
    for letter in run.letters:
        if (entry := issued.get(letter.letter_id)) is not None:
            others = (one.letter_id for one in past.get(letter.case_id, ()))
            yield _claim(letter, entry, packs.get(entry.pack_id), (letter.case_id, *others))


def accounts_of(workspace: Workspace, creditors: Iterable[str]) -> tuple[str, ...]:
    """The accounts to which the letters of these creditors ask to pay. Raises FileError."""
    creditors = set(creditors)
    found: list[str] = []
    for name in sender_names(workspace):
        data = read_sender(workspace, name).data
        if (data.get("id") or name) in creditors:
            for account in data.get("accounts") or ():
                found += filter(None, [account.get("iban") or account.get("number")])
    return tuple(dict.fromkeys(found))


def plain_reference(text: str) -> str:
    """A reference without what people write differently: width, case, blanks, marks."""
    return "".join(_RUN.findall(unicodedata.normalize("NFKC", text).upper()))


def plain_name(text: str) -> str:
    """A name without width, case, accents' forms and the order of its words."""
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(sorted(words))


def is_searchable(key: str) -> bool:
    """Whether a plain reference is long enough to mean something in a sentence."""
    return len(key) >= (LEAST_DIGITS if key.isdecimal() else LEAST_CHARS)


def find_mentions(text: str, known: Mapping[str, object]) -> Iterator[Mention]:
    """Which of the `known` plain references stand in a free text; of two at one place the longer.

    `RE 2026 0310` is RE-2026-0310; in `XRE-2026-0310` and `12-RE-2026-0310` it is not exact.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    runs = list(_RUN.finditer(plain))
    at = 0
    while at < len(runs):
        for after in range(min(len(runs), at + _LONGEST), at, -1):
            key = "".join(run.group() for run in runs[at:after])
            if key in known and is_searchable(key):
                before = _is_free(plain, runs, at - 1, at)
                behind = _is_free(plain, runs, after - 1, after)
                yield Mention(key, before and behind)
                at = after - 1
                break
        at += 1


def _is_free(plain: str, runs: list[re.Match[str]], one: int, other: int) -> bool:
    """Whether the run `other` is no continuation of the run `one`."""
    if one < 0 or other >= len(runs):
        return True
    between = plain[runs[one].end() : runs[other].start()]
    if between:
        return between not in _LINKS
    return max(runs[one].group()[-1], runs[other].group()[0]) >= _EAST_ASIAN


def _claim(
    letter: Proven, entry: IssuedLetter, pack: Pack | None, others: tuple[str, ...]
) -> Claim:
    record = entry.record
    debts = [debt for debt in record.get("debts") or () if isinstance(debt, dict)]
    paid = [one for debt in debts for one in debt.get("payments") or () if isinstance(one, dict)]
    references = dict.fromkeys((letter.letter_id, *_references(record, debts, pack)))
    return Claim(
        letter=letter,
        as_of=entry.as_of,
        name=plain_name(entry.recipient),
        references=tuple(references),
        others=tuple(other for other in dict.fromkeys(others) if other not in references),
        counted=frozenset(_counted(paid)),
    )


def _references(
    record: Mapping[str, Any], debts: list[dict[str, Any]], pack: Pack | None
) -> Iterator[str]:
    """The numbers that identify the debts, and the long reference of a payment slip."""
    for field in pack.fields.values() if pack else ():
        if field.type not in REFERENCE_TYPES:
            continue
        within, _, name = field.path.partition("[].")
        if within == "debts" and name:
            values = [debt.get(name) for debt in debts]
        elif field.name in SLIP_REFERENCES:
            values = [record.get(field.path)]
        else:
            continue
        yield from (value for value in values if isinstance(value, str) and value.strip())


def _counted(payments: Iterable[Mapping[str, Any]]) -> Iterator[tuple[date, Decimal]]:
    for one in payments:
        try:
            yield date.fromisoformat(str(one.get("date"))), Decimal(str(one.get("amount")))
        except (ValueError, ArithmeticError):
            continue  # in a record that was issued only by an earlier version
