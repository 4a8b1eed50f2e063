"""Whether a debt was written about as another case: in the ledger, by its number and by the name or
the address of the recipient. Who moved is found by his name, and who is written otherwise by his
address; neither is known for certain to be the same one, so the case is held and a person decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache

from notices.batch.case_keys import address_digests, name_digests, number_keys
from notices.case.record import Record
from notices.finding import Finding
from notices.ledger.store import Ledger
from notices.ledger.types import PastLetter
from notices.plan.ladder import VOID

_NUMBERS_KEPT = 20_000  # letters whose debts are remembered: names may be common


class WrittenElsewhere:
    """What a ledger has of the recipients of some records, asked for all of them at once."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[str, tuple[PastLetter, ...]] = {}  # by digest of a name, of an address
        self._numbers = lru_cache(_NUMBERS_KEPT)(self._numbers_of)

    def look_back(self, records: Iterable[Record]) -> None:
        """Ask about many records: they are the ones that come next."""
        self._known = {}
        self._ask([record.data for record in records])

    def _ask(self, records: Iterable[Mapping[str, object]]) -> None:
        names = {digest for data in records for digest in name_digests(data)}
        addresses = {digest for data in records for digest in address_digests(data)}
        found = self._ledger.written_to(sorted(names)) | self._ledger.sent_to(sorted(addresses))
        self._known |= {digest: found.get(digest, ()) for digest in names | addresses}

    def check(
        self, record: Record, creditor: str, own_ids: Collection[str], own_runs: Collection[str]
    ) -> tuple[Finding, ...]:
        """A finding where another case than `own_ids` has one of the record's debts, in a letter
        that counts and is of none of `own_runs`. Raises LedgerError."""
        numbers = number_keys(record.data)
        if not numbers:
            return ()
        for past in self._letters(record):
            if past.creditor_id != creditor or past.case_id in own_ids:
                continue
            if past.run_id in own_runs or past.state in VOID:
                continue
            if numbers & self._numbers(past.letter_id):
                place = record.file, record.line()
                params = {"others": past.letter_id}
                return (Finding("looks-already-written", "error", *place, "", params),)
        return ()

    def _letters(self, record: Record) -> Iterator[PastLetter]:
        digests = (*name_digests(record.data), *address_digests(record.data))
        if not self._known.keys() >= set(digests):
            self._ask([record.data])
        for digest in digests:
            yield from self._known[digest]

    def _numbers_of(self, letter_id: str) -> frozenset[str]:
        letter = self._ledger.letter(letter_id)
        return frozenset(number_keys(letter.record)) if letter else frozenset()
