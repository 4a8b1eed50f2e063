"""The ledger: which letters were issued, when, with which text, and what became of them.

SQLite in the workspace by default; any other database by its URL. One transaction writes a letter
and its first state, so a crash leaves either both or none, and issuing again is harmless. Many
processes may have it open at once; each opens its own, after it was forked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from notices.errors import LedgerError, WorkspaceError
from notices.finding import Finding
from notices.ledger import deliveries, imported, runs
from notices.ledger.database import Database
from notices.ledger.rows import columns, issued, past_columns, past_letter
from notices.ledger.schema import LETTERS, SCHEMA, STATES, prepare
from notices.ledger.types import (
    STATES as KNOWN_STATES,
)
from notices.ledger.types import (
    Delivery,
    ImportedLetter,
    Issue,
    IssuedLetter,
    PastLetter,
    Recorded,
    Run,
    State,
    replacement_note,
    waits,
)

__all__ = ["SCHEMA", "Ledger"]
_T = TypeVar("_T")
CHUNK = 500  # ids in one question: every database takes that many
_TRIES = 3


class Ledger:
    """An open ledger. Every method raises LedgerError where the database fails, and says why."""

    def __init__(self, url: str) -> None:
        """Open the ledger at `url`, a workspace's `ledger_url`. Raises WorkspaceError where it is
        "": there is no workspace then."""
        if not url:
            raise WorkspaceError(
                "no workspace here or above it keeps a ledger: `notices init` makes one"
            )
        self.url = url
        self._database = Database(url)
        with self._database.writing() as connection:
            prepare(connection, self._database.shown)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    # — Letters

    def issue(self, letter: IssuedLetter) -> Issue:
        """Enter a letter. Issued before with the same content: the stored one comes back."""
        return self.issue_many((letter,))[0]

    def issue_many(self, letters: Sequence[IssuedLetter]) -> tuple[Issue, ...]:
        """Enter letters in one transaction: after it all stand there, or none of the new ones.

        Each gets its own answer, in order; a refused one keeps none of the others out.
        """
        for _ in range(_TRIES):
            try:
                with self._database.writing() as connection:
                    return _issue_many(connection, letters)
            except IntegrityError:
                continue  # another process was faster between the look and the entry
        raise LedgerError(f"{self._database.shown}: refused the letters")

    def letter(self, letter_id: str) -> IssuedLetter | None:
        """The letter as issued."""
        asked = sa.select(LETTERS).where(LETTERS.c.letter_id == letter_id)
        with self._database.reading() as connection:
            row = connection.execute(asked).mappings().first()
            return issued(row) if row else None

    def letters_of(self, case_id: str) -> tuple[IssuedLetter, ...]:
        """Every letter of a case, in order of issue."""
        asked = sa.select(LETTERS).where(LETTERS.c.case_id == case_id)
        with self._database.reading() as connection:
            rows = connection.execute(asked.order_by(LETTERS.c.created_at, LETTERS.c.letter_id))
            return tuple(issued(row) for row in rows.mappings())

    def letters(self, run_id: str | None = None) -> Iterator[IssuedLetter]:
        """All letters, or those of a run, in order of their ids; as many as there may be."""
        last = ""
        while True:
            asked = sa.select(LETTERS).where(LETTERS.c.letter_id > last)
            if run_id is not None:
                asked = asked.where(LETTERS.c.run_id == run_id)
            with self._database.reading() as connection:
                rows = connection.execute(asked.order_by(LETTERS.c.letter_id).limit(CHUNK))
                found = [issued(row) for row in rows.mappings()]
            if not found:
                return
            yield from found
            last = found[-1].letter_id

    # — Looking back, many cases at once

    def past_letters(
        self, case_ids: Iterable[str], *, creditor_id: str = "", besides_run: str = ""
    ) -> dict[str, tuple[PastLetter, ...]]:
        """The letters of each case, oldest first; cases without any are left out.

        `besides_run` leaves out what that run itself has issued: a resumed run plans as it did.
        """
        found: dict[str, list[PastLetter]] = {}
        for some in _chunks(case_ids):
            asked = past_columns().where(LETTERS.c.case_id.in_(some))
            if creditor_id:
                asked = asked.where(LETTERS.c.creditor_id == creditor_id)
            if besides_run:
                asked = asked.where(LETTERS.c.run_id != besides_run)
            with self._database.reading() as connection:
                for row in connection.execute(asked.order_by(LETTERS.c.issue_date)):
                    past = past_letter(row)
                    found.setdefault(past.case_id, []).append(past)
        return {case_id: tuple(letters) for case_id, letters in found.items()}

    def returned_from(self, addresses: Iterable[str]) -> dict[str, tuple[PastLetter, ...]]:
        """By address digest: the letters that came back from there, and where nothing that was
        sent there later arrived."""
        held = {to: _still_returned(letters) for to, letters in self.sent_to(addresses).items()}
        return {address: letters for address, letters in held.items() if letters}

    def sent_to(self, addresses: Iterable[str]) -> dict[str, tuple[PastLetter, ...]]:
        """By address digest: the letters that went there, oldest first."""
        return self._by_digest("address_digest", addresses)

    def written_to(self, names: Iterable[str]) -> dict[str, tuple[PastLetter, ...]]:
        """By name digest: the letters to whoever is called so, oldest first."""
        return self._by_digest("name_digest", names)

    def _by_digest(self, name: str, digests: Iterable[str]) -> dict[str, tuple[PastLetter, ...]]:
        found: dict[str, list[PastLetter]] = {}
        for some in _chunks(filter(None, digests)):
            asked = past_columns().where(LETTERS.c[name].in_(some))
            with self._database.reading() as connection:
                for row in connection.execute(asked.order_by(LETTERS.c.issue_date)):
                    past = past_letter(row)
                    found.setdefault(getattr(past, name), []).append(past)
        return {digest: tuple(letters) for digest, letters in found.items()}

    # — Letters of other systems

    def import_letters(self, letters: Sequence[ImportedLetter]) -> int:
        """Enter what another system sent; what stands there already is not entered twice. How many
        are new."""
        new = 0
        with self._database.writing() as connection:
            for some in _chunks(letters):
                new += imported.enter(connection, some)
        return new

    def imported_letters(
        self, case_ids: Iterable[str], *, creditor_id: str = ""
    ) -> dict[str, tuple[ImportedLetter, ...]]:
        """By case what was imported, oldest first; cases without any are left out."""
        found: dict[str, list[ImportedLetter]] = {}
        for some in _chunks(case_ids):
            with self._database.reading() as connection:
                for letter in imported.of_cases(connection, some, creditor_id):
                    found.setdefault(letter.case_id, []).append(letter)
        return {case_id: tuple(letters) for case_id, letters in found.items()}

    # — States

    def states_of(self, letter_id: str) -> tuple[State, ...]:
        """A letter's way, oldest first."""
        return self.states_of_many((letter_id,)).get(letter_id, ())

    def states_of_many(self, letter_ids: Iterable[str]) -> dict[str, tuple[State, ...]]:
        """The ways of many letters."""
        with self._database.reading() as connection:
            return _ways(connection, letter_ids)

    def add_states(self, states: Sequence[State]) -> None:
        """Note steps of letters' ways, in one transaction."""
        unknown = {state.state for state in states} - set(KNOWN_STATES)
        if unknown:
            raise LedgerError(f"no state is called {', '.join(sorted(unknown))}")
        if not states:
            return
        try:
            with self._database.writing() as connection:
                connection.execute(sa.insert(STATES), [_state_values(state) for state in states])
        except IntegrityError as error:
            raise LedgerError(f"{self._database.shown}: {error.orig}") from error

    def step(
        self,
        letter_ids: Iterable[str],
        decide: Callable[[Mapping[str, tuple[State, ...]]], Sequence[State]],
    ) -> tuple[State, ...]:
        """Look at letters' ways and add the states that `decide` makes of them, in one
        transaction: no other process comes in between. Returns what was added."""
        some = list(dict.fromkeys(letter_ids))
        with self._database.writing() as connection:
            for chunk in _chunks(some):  # where rows can be locked, they are; SQLite locks all
                locked = sa.select(LETTERS.c.letter_id).where(LETTERS.c.letter_id.in_(chunk))
                connection.execute(locked.order_by(LETTERS.c.letter_id).with_for_update())
            states = tuple(decide(_ways(connection, some)))
            if states:
                connection.execute(sa.insert(STATES), [_state_values(state) for state in states])
        return states

    # — Runs

    def begin_run(self, run: Run) -> Run:
        """Enter a run, or take it up again: then what it froze when it first began comes back."""
        for _ in range(_TRIES):
            try:
                with self._database.writing() as connection:
                    return runs.begin(connection, run)
            except IntegrityError:
                continue
        raise LedgerError(f"{self._database.shown}: refused the run")

    def finish_run(
        self, run_id: str, at: str, tally: Mapping[str, object], state: str = "finished"
    ) -> None:
        """Close a run with its counts."""
        with self._database.writing() as connection:
            runs.finish(connection, run_id, at, tally, state)

    def run(self, run_id: str) -> Run | None:
        with self._database.reading() as connection:
            return runs.find(connection, run_id)

    def runs(self) -> tuple[Run, ...]:
        """All runs, the latest first."""
        with self._database.reading() as connection:
            return runs.every(connection)

    # — Deliveries and reissues

    def record_deliveries(self, reported: Sequence[Delivery]) -> tuple[Recorded, ...]:
        """Enter what carriers report, each with the state it gives its letter; in one transaction.

        A report that stands there already is not entered twice.
        """
        with self._database.writing() as connection:
            return deliveries.record(connection, reported)

    def record_delivery(self, reported: Delivery) -> Recorded:
        """Enter one report."""
        return self.record_deliveries((reported,))[0]

    def deliveries_of(self, letter_ids: Iterable[str]) -> dict[str, tuple[Delivery, ...]]:
        """What carriers reported of these letters, oldest first."""
        found: dict[str, tuple[Delivery, ...]] = {}
        for some in _chunks(letter_ids):
            with self._database.reading() as connection:
                found |= deliveries.of_letters(connection, some)
        return found

    def replaced_in(self, letter_ids: Iterable[str]) -> dict[str, str]:
        """Which letter each of these takes the place of; those that take none's are left out."""
        found: dict[str, str] = {}
        for some in _chunks(letter_ids):
            asked = sa.select(LETTERS.c.letter_id, LETTERS.c.replaces)
            asked = asked.where(LETTERS.c.letter_id.in_(some), LETTERS.c.replaces != "")
            with self._database.reading() as connection:
                found |= {row.letter_id: row.replaces for row in connection.execute(asked)}
        return found

    def replaced_by(self, letter_id: str) -> tuple[str, ...]:
        """The letters written in place of this one."""
        asked = sa.select(LETTERS.c.letter_id).where(LETTERS.c.replaces == letter_id)
        with self._database.reading() as connection:
            return tuple(connection.execute(asked.order_by(LETTERS.c.attempt)).scalars())


def _chunks(ids: Iterable[_T]) -> Iterator[list[_T]]:
    waiting = iter(dict.fromkeys(ids))
    while some := list(islice(waiting, CHUNK)):
        yield some


def _ways(connection: sa.Connection, letter_ids: Iterable[str]) -> dict[str, tuple[State, ...]]:
    found: dict[str, list[State]] = {}
    for some in _chunks(letter_ids):
        asked = sa.select(STATES).where(STATES.c.letter_id.in_(some)).order_by(STATES.c.number)
        for r in connection.execute(asked).mappings():
            state = State(r["letter_id"], r["state"], r["at"], r["note"])
            found.setdefault(state.letter_id, []).append(state)
    return {letter_id: tuple(states) for letter_id, states in found.items()}


def _state_values(state: State) -> dict[str, str]:
    return {
        "letter_id": state.letter_id,
        "state": state.state,
        "at": state.at,
        "note": state.note[:400],
    }


def _issue_many(connection: sa.Connection, letters: Sequence[IssuedLetter]) -> tuple[Issue, ...]:
    stored: dict[str, IssuedLetter] = {}
    for some in _chunks(letter.letter_id for letter in letters):
        asked = sa.select(LETTERS).where(LETTERS.c.letter_id.in_(some))
        for row in connection.execute(asked).mappings():
            stored[row["letter_id"]] = issued(row)
    answers: list[Issue] = []
    new: list[IssuedLetter] = []
    for letter in letters:
        if found := stored.get(letter.letter_id):
            answers.append(_compare(found, letter))
        else:
            stored[letter.letter_id] = letter
            new.append(letter)
            answers.append(Issue(letter))
    if new:
        connection.execute(sa.insert(LETTERS), [columns(letter) for letter in new])
        first = [State(letter.letter_id, "issued", letter.created_at) for letter in new]
        first += _taken_out(connection, new)
        connection.execute(sa.insert(STATES), [_state_values(state) for state in first])
    return tuple(answers)


def _taken_out(connection: sa.Connection, new: Sequence[IssuedLetter]) -> Iterator[State]:
    """What waits to be printed when another letter takes its place is withdrawn, at one stroke."""
    by_place = {letter.replaces: letter for letter in new if letter.replaces}
    for some in _chunks(by_place):
        asked = sa.select(LETTERS).where(LETTERS.c.letter_id.in_(some)).with_for_update()
        old = [issued(row) for row in connection.execute(asked).mappings()]
        ways = _ways(connection, some)
        for letter in old:
            way = ways.get(letter.letter_id, ())
            if waits(letter, way[-1].state if way else "issued"):
                by = by_place[letter.letter_id]
                note = replacement_note(by.letter_id)
                yield State(letter.letter_id, "withdrawn", by.created_at, note)


def _still_returned(letters: Sequence[PastLetter]) -> tuple[PastLetter, ...]:
    """The returned letters, unless a later one was delivered to the same address."""
    arrived = [past.issue_date for past in letters if past.state in ("delivered", "settled")]
    last = max(arrived, default=None)
    return tuple(
        past
        for past in letters
        if past.state == "returned" and (last is None or past.issue_date >= last)
    )


def _compare(stored: IssuedLetter, asked: IssuedLetter) -> Issue:
    if stored.content_digest not in {asked.content_digest, *asked.earlier_digests}:
        return Issue(None, (other_content(stored),))
    if stored.pdf_sha256 != asked.pdf_sha256:
        other_bytes = Finding("issued-other-bytes", "warning", params=_facts(stored))
        return Issue(stored, (other_bytes,), True)
    return Issue(stored, (), True)


def other_content(stored: IssuedLetter) -> Finding:
    """That the letter was issued with other content than is now asked for."""
    return Finding("already-issued", params=_facts(stored))


def _facts(stored: IssuedLetter) -> dict[str, str]:
    return {
        "letter": stored.letter_id,
        "case": stored.case_id,
        "date": stored.issue_date.isoformat(),
        "digest": stored.pdf_sha256[:12],
    }
