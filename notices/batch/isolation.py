"""Recipient isolation: a letter names no other case's debtor, reference or account.

Before the first letter is made, `IdentityWriter` notes what identifies each record of the run, as
keyed hashes in a file of 16 bytes a slot that all workers map. Then each letter's texts are looked
up in it: work grows with the letter, not with the run. What is looked at is the composed Document,
which the proof has just found to be what the finished bytes say, the attachment and the codes.

A Han character is a token, so is a word or number; a value is found only from token to token. So
「王明」 is found in 「请王明回复」, `A-100` is not found in `A-1001`. What a value is worth:

- names of three or more Han characters or two or more words, and references: an error;
- names of two Han characters or of one word: a warning, and only outside the pack's own words, for
  they may be ordinary words;
- anything shorter, such as the reference `17`: looks like an amount and is not looked for.

What the letter's own record and sender say in their named fields (names, addresses, references) is
never foreign; their free text is looked at like anything else.
"""

from __future__ import annotations

import hashlib
import mmap
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from unicodedata import normalize

from notices.case.by_language import forms_of
from notices.finding import Finding, masked
from notices.pack.fieldtypes import FIELD_TYPES
from notices.pack.paths import values_at
from notices.pack.types import Pack
from notices.pack.vocabulary import SLIP_FIELDS
from notices.page.document import Document

Weight = Literal["strong", "weak"]
MAX_TOKENS = 48  # of one value
LONG_NUMBER = 9  # digits; found however they are grouped
SHORT_NUMBER = 6  # digits; shorter ones are like amounts and years
SHORT_CODE = 4  # letters and digits together
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
_HAN_CHAR = re.compile(rf"[{_HAN}]")
_GROUPED = re.compile(r"\d+(?:[ -]\d+)*")
_SLOT = struct.Struct("<QQ")
_HEAD = struct.Struct("<8sQ")
_MAGIC = b"notices1"
_TYPES = frozenset(("name", "printed_name", "reference", "iban", "structured_communication"))


def fold(text: str) -> str:
    """The text as it is compared: width, case and runs of blanks make no difference."""
    return " ".join(normalize("NFKC", text).casefold().split())


def weigh(value: str) -> Weight | None:
    """How telling a folded value is; None where it can't be distinguished from ordinary text."""
    tokens = _TOKEN.findall(value)
    if not tokens or len(tokens) > MAX_TOKENS:
        return None
    letters = "".join(tokens)
    if any(c.isdigit() for c in letters):
        least = SHORT_NUMBER if letters.isdigit() else SHORT_CODE
        return "strong" if len(letters) >= least else None
    if any(_HAN_CHAR.match(token) for token in tokens):
        return "strong" if len(tokens) > 2 else "weak" if len(tokens) == 2 else None
    return "strong" if len(tokens) > 1 else "weak" if len(letters) > 2 else None


def identities(data: Mapping[str, Any], pack: Pack | None) -> Iterator[str]:
    """The values that identify a record's case: its names, references and numbers, as written."""
    paths = {"id", "recipient.name", "parties[].name"}
    for field in pack.fields.values() if pack else ():
        own = not field.path.startswith("sender.")
        own = own and field.path.removeprefix("recipient.") not in SLIP_FIELDS  # others live there
        if own and (field.mask or field.type in _TYPES):
            paths.add(field.path)
            if field.path.startswith("recipient."):
                paths.add(field.path.replace("recipient.", "parties[].", 1))
    for path in sorted(paths):
        for _, value in values_at(data, path):
            yield from (form for form in forms_of(value) if isinstance(form, str) and form.strip())


def own_texts(data: Mapping[str, Any], sender: Mapping[str, Any], pack: Pack) -> tuple[str, ...]:
    """What the letter may say because its own record or sender says it in a named field, folded,
    longest first."""
    found = set(identities(data, pack))
    for place in ("recipient", "parties", "sender"):
        found.update(texts_in(data.get(place)))
    found.update(texts_in(sender))
    for field in pack.fields.values():
        if not FIELD_TYPES[field.type].free_text:
            for _, value in values_at(data, field.path):
                found.update(texts_in(value))
    folded = {fold(text) for text in found}
    return tuple(sorted((text for text in folded if text), key=lambda text: (-len(text), text)))


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from texts_in(inner)


def _hash(text: str, key: bytes) -> int:
    raw = hashlib.blake2b(text.encode(), digest_size=8, key=key).digest()
    return int.from_bytes(raw, "little") or 1


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


class IdentityWriter:
    """Collects a run's identities into `file`. The values themselves are not kept."""

    def __init__(self, file: Path, key: str) -> None:
        self._file = file
        self._key = key.encode()[:64]
        self._spool = file.with_suffix(".spool").open("w+b")
        self._count = 0
        self._lengths: set[int] = set()
        self.unsearchable = 0  # values too short to be looked for

    def add(self, row: int, values: Iterable[str]) -> None:
        """Note what identifies the record in `row`."""
        for value in values:
            folded = fold(value)
            if weigh(folded) is None:
                self.unsearchable += 1
                continue
            self._put(folded, row)
            digits = _digits(folded)
            if len(digits) >= LONG_NUMBER and _GROUPED.fullmatch(folded):
                self._put(f"#{digits}", row)
            else:
                self._lengths.add(len(folded))

    def _put(self, text: str, row: int) -> None:
        self._spool.write(_SLOT.pack(_hash(text, self._key), row))
        self._count += 1

    def finish(self) -> Path:
        """Builds the table, and returns its file; the first record to have a value keeps it."""
        lengths = sorted(self._lengths)
        slots = 1 << max(4, (self._count * 2).bit_length())
        head = _HEAD.pack(_MAGIC, len(lengths)) + b"".join(n.to_bytes(4, "little") for n in lengths)
        with self._file.open("w+b") as handle:
            handle.write(head)
            handle.truncate(len(head) + slots * _SLOT.size)
            handle.flush()
            with mmap.mmap(handle.fileno(), 0) as table:
                self._spool.seek(0)
                while raw := self._spool.read(_SLOT.size * 4096):
                    for value, row in _SLOT.iter_unpack(raw):
                        at = _find(table, len(head), slots, value)
                        if not _SLOT.unpack_from(table, at)[0]:
                            _SLOT.pack_into(table, at, value, row)
        self._spool.close()
        Path(self._spool.name).unlink()
        return self._file


def _find(table: mmap.mmap, start: int, slots: int, value: int) -> int:
    """Where the value stands or would stand."""
    slot = value & (slots - 1)
    while True:
        at = start + slot * _SLOT.size
        found = _SLOT.unpack_from(table, at)[0]
        if found in (0, value):
            return at
        slot = (slot + 1) & (slots - 1)


@dataclass(frozen=True)
class Hit:
    """A value of the record in `row`, met in a text from `start` to `end`; `text` is folded."""

    text: str
    row: int
    weight: Weight
    start: int
    end: int


class IdentityIndex:
    """The identities of a run, as `IdentityWriter` left them; read-only, shared by processes."""

    def __init__(self, file: Path, key: str) -> None:
        self._key = key.encode()[:64]
        with file.open("rb") as handle:
            self._table = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
        magic, count = _HEAD.unpack_from(self._table, 0)
        if magic != _MAGIC:
            raise ValueError("not an index of identities")
        self._start = _HEAD.size + 4 * count
        raw = self._table[_HEAD.size : self._start]
        lengths = [int.from_bytes(raw[i : i + 4], "little") for i in range(0, len(raw), 4)]
        self._lengths = frozenset(lengths)
        self._longest = max(lengths, default=0)
        self._slots = (len(self._table) - self._start) // _SLOT.size
        self.hits = lru_cache(1024)(self._hits)  # fixed wording comes again in every letter

    def close(self) -> None:
        self._table.close()

    def _row(self, text: str) -> int | None:
        value = _hash(text, self._key)
        found, row = _SLOT.unpack_from(
            self._table, _find(self._table, self._start, self._slots, value)
        )
        return int(row) if found == value else None

    def _hits(self, text: str) -> tuple[Hit, ...]:
        """The values of any record that stand in a folded text."""
        found: list[Hit] = []
        spans = [match.span() for match in _TOKEN.finditer(text)]
        for first, (start, _) in enumerate(spans):
            for _, end in spans[first : first + MAX_TOKENS]:
                if end - start > self._longest:
                    break
                if end - start not in self._lengths or _part_of_number(text, start, end):
                    continue
                value = text[start:end]
                weight = weigh(value)
                row = self._row(value) if weight else None
                if weight and row is not None:
                    found.append(Hit(value, row, weight, start, end))
        for match in _GROUPED.finditer(text):
            for value in _long_numbers(match.group()):
                row = self._row(f"#{value}")
                if row is not None:
                    found.append(Hit(value, row, "strong", *match.span()))
        return tuple(found)


def _long_numbers(grouped: str) -> Iterator[str]:
    """Every number that some of the groups make together."""
    groups = re.findall(r"\d+", grouped)
    for first in range(len(groups)):
        whole = ""
        for group in groups[first : first + 10]:
            whole += group
            if len(whole) >= LONG_NUMBER:
                yield whole


def _part_of_number(text: str, start: int, end: int) -> bool:
    """Whether bare digits are a part of an amount, a date or a longer number."""
    if not text[start:end].isdigit():
        return False
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    joins = ".,-/:'"
    return (len(before) == 2 and before[1] in joins and before[0].isdigit()) or (
        len(after) == 2 and after[0] in joins and after[1].isdigit()
    )


def check_isolation(
    texts: Iterable[str], own: tuple[str, ...], ordinary: str, index: IdentityIndex, letter_id: str
) -> tuple[Finding, ...]:
    """Whether the letter's texts hold a value that identifies another record of the run.

    `own` are `own_texts`; `ordinary` is the pack's wording, folded: what stands in it is a word.
    """
    found: dict[str, Finding] = {}
    known = {_digits(value) for value in own}
    for text in texts:
        folded = fold(text)
        if not (hits := index.hits(folded)):
            continue
        allowed = [span for value in own for span in _places(value, folded)]
        for hit in hits:
            inside = any(start <= hit.start and hit.end <= end for start, end in allowed)
            if inside or hit.text in known or (hit.weight == "weak" and hit.text in ordinary):
                continue
            strong = hit.weight == "strong"
            rule = "foreign-value" if strong else "foreign-name-likely"
            params = {"letter": letter_id, "row": str(hit.row), "text": str(masked(hit.text))}
            found[hit.text] = Finding(rule, "error" if strong else "warning", params=params)
    return tuple(found.values())


def _places(value: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a value stands in a text, not as a part of a longer word or number."""
    at = text.find(value)
    while at >= 0:
        end = at + len(value)
        if not _joined(text, at) and not _joined(text, end):
            yield at, end
        at = text.find(value, at + 1)


def _joined(text: str, at: int) -> bool:
    """Whether the characters on both sides of a place make one token."""
    pair = text[at - 1 : at + 1] if at else ""
    return len(pair) == 2 and len(match.group()) == 2 if (match := _TOKEN.match(pair)) else False


def printed_texts(document: Document) -> Iterator[str]:
    """All that a letter says, page furniture, codes and the attached file included."""
    for _, _, text in document.texts():
        yield text
    head, furniture = document.letterhead, document.furniture
    yield document.title
    for side in (*document.subject, *head.names, *head.lines):
        yield side.text
    yield from document.recipient.lines
    yield from document.return_address.lines
    yield from furniture.short.values()
    for code in document.codes:
        yield code.payload
    for image in document.images:
        yield from image.alt.values()
    yield document.attachment.decode("utf-8", "replace")


def printed_free_texts(data: Mapping[str, Any], document: Document, pack: Pack) -> Iterator[str]:
    """What a record says in its own words and its letter prints: where another's name may stand.
    The rest is the pack's wording, or its own case's and sender's."""
    fields = [field for field in pack.fields.values() if FIELD_TYPES[field.type].free_text]
    values = (value for field in fields for _, value in values_at(data, field.path))
    said = dict.fromkeys(text for value in values for text in texts_in(value))
    if said:
        printed = [text for _, _, text in document.texts()]
        yield from (one for one in said if any(one in text for text in printed))


def ordinary_words(pack: Pack) -> str:
    """The pack's own wording, folded: names that stand in it are ordinary words."""
    texts = [text for clause in pack.clauses.values() for text in clause.texts.values()]
    texts += [text for labels in pack.labels.values() for text in labels.values()]
    texts += [text for terms in pack.glossary.values() for text in terms.values()]
    return fold(" ".join(texts))
