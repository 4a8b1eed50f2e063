"""Print files and the ledger: what was issued is what is printed, and no letter goes out twice."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from notices.finding import Finding, Severity
from notices.ledger.types import State
from notices.post.print_files import REPRINT, Print
from notices.post.runfolder import MANIFEST
from notices.post.types import Withdrawal
from notices.tables.list_words import in_chinese

if TYPE_CHECKING:
    from notices.ledger.store import Ledger
    from notices.ledger.types import IssuedLetter
    from notices.post.types import Proven, RunFolder

GONE = ("printed", "posted", "delivered", "refused", "returned", "lost", "settled")
REASONS = {"settled": "paid", "withdrawn": "held"}  # why a letter in such a state is withdrawn
LEDGER = "ledger"


def check_issued(run: RunFolder, ledger: Ledger) -> Iterator[Finding]:
    """Every letter stands in the ledger with the same bytes and sum, and none that stands there
    under this run is missing from the manifest."""
    issued = {letter.letter_id: letter for letter in ledger.letters(run.run_id)}
    where = str(run.folder / MANIFEST)
    for letter in run.letters:
        entry = issued.get(letter.letter_id) or ledger.letter(letter.letter_id)
        params = {"letter": letter.letter_id, "witness": LEDGER}
        if entry is None:
            yield Finding("print-not-issued", file=where, line=letter.line, params=params)
        elif what := _difference(letter, entry, run.run_id):
            params = {**params, "what": what}
            yield Finding("print-letter-differs", file=where, line=letter.line, params=params)
    for lost in sorted(issued.keys() - run.listed):
        params = {"letter": lost, "witness": LEDGER}
        yield Finding("print-letter-lost", file=where, params=params)


def check_earlier(
    run: RunFolder, ledger: Ledger, withdrawn: Sequence[Withdrawal]
) -> Iterator[Finding]:
    """No letter is printed whose earlier attempt is paper already, and neither posted nor taken
    out. One that only waited to be printed was taken out when the later one was issued."""
    out = {withdrawal.letter.letter_id for withdrawal in withdrawn}
    printed = [letter.letter_id for letter in run.letters if letter.letter_id not in out]
    later = dict(zip(printed, printed, strict=True))
    while replaced := ledger.replaced_in(later):  # earlier → earlier still
        later = {earlier: later[letter] for letter, earlier in replaced.items()}
        for earlier, way in ledger.states_of_many(later).items():
            if way[-1].state == "printed":
                params = {"letter": later[earlier], "earlier": earlier, "date": way[-1].at[:10]}
                yield Finding("print-earlier-out", params=params)


def sent_before(
    run: RunFolder,
    ledger: Ledger,
    withdrawn: Sequence[Withdrawal],
    asked: Container[str] | None = None,
    rule: str = "print-sent-before",
) -> tuple[tuple[Withdrawal, ...], tuple[Finding, ...]]:
    """Letters that another run or the post had, that were paid or taken out: not from this one.

    `asked` are the letters meant, if not all; `rule` tells each that is left out.
    """
    out = {withdrawal.letter.letter_id for withdrawal in withdrawn}
    meant = [letter for letter in run.letters if asked is None or letter.letter_id in asked]
    states = ledger.states_of_many(letter.letter_id for letter in meant)
    more: list[Withdrawal] = []
    findings: list[Finding] = []
    for letter in meant:
        gone = _gone(states.get(letter.letter_id, ()), run)
        if gone is not None and letter.letter_id not in out:
            more.append(Withdrawal(letter, REASONS.get(gone.state, "sent")))
            findings.append(_gone_finding(gone, "warning", rule))
    return tuple(more), tuple(findings)


def enter_states(
    ledger: Ledger, run: RunFolder, made: Print, at: str, reason: str = ""
) -> tuple[Finding, ...]:
    """Note what is printed and what is withdrawn; what stands there already is not repeated.

    Where a letter went another way meanwhile, nothing is noted: errors say so, and nothing may be
    put in place.
    """
    again = f" {reason}" if reason else ""
    printed = [
        State(placed.letter.letter_id, "printed", at, f"{run.run_id} #{placed.sequence:06d}{again}")
        for file, _ in made.files
        for placed in file.letters
    ]
    withdrawn = [
        State(withdrawal.letter.letter_id, "withdrawn", at, f"{run.run_id} {withdrawal.reason}")
        for withdrawal in made.withdrawn
    ]
    findings: list[Finding] = []

    def decide(ways: Mapping[str, tuple[State, ...]]) -> Sequence[State]:
        findings[:] = [
            _gone_finding(gone, "error")
            for state in printed
            if (gone := _gone(ways.get(state.letter_id, ()), run)) is not None
        ]
        if findings:
            return ()
        there = {(s.letter_id, s.state, s.note) for way in ways.values() for s in way}
        repeated = reason == REPRINT  # every reprint is a step of its own
        return [
            *(s for s in printed if repeated or (s.letter_id, s.state, s.note) not in there),
            # what the ledger itself knew as gone keeps the state that it has
            *(s for s in withdrawn if _gone(ways.get(s.letter_id, ()), run) is None),
        ]

    ledger.step((state.letter_id for state in (*printed, *withdrawn)), decide)
    return tuple(findings)


def _gone(way: Sequence[State], run: RunFolder) -> State | None:
    """The state for which a letter is not printed; None for one that waits for its printing."""
    if way and way[-1].state == "withdrawn":
        return way[-1]
    return next((s for s in reversed(way) if s.state in GONE and not _ours(s, run)), None)


def _gone_finding(gone: State, severity: Severity, rule: str = "print-sent-before") -> Finding:
    state = {"state": gone.state, "state_zh": in_chinese(gone.state, "states")}
    params = {"letter": gone.letter_id, **state, "date": gone.at[:10]}
    return Finding(rule, severity, params=params)


def _difference(letter: Proven, entry: IssuedLetter, run_id: str) -> str:
    """What differs; a letter of an earlier run may have been drawn otherwise then."""
    pairs = [("currency", letter.currency, entry.currency), ("total", letter.total, entry.total)]
    if entry.run_id == run_id:
        pairs.append(("sha256", letter.sha256, entry.pdf_sha256))
    return next((name for name, printed, issued in pairs if printed != issued), "")


def _ours(state: State, run: RunFolder) -> bool:
    """Whether this run's own printing noted the state."""
    return state.state == "printed" and state.note.startswith(run.run_id)
