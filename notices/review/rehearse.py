"""Rehearsal: every example of a pack goes the whole way, at its own fixed date.

Its figures must come out as its `expect` says; its `phrases` must stand in the finished file, and
what is `absent` must not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Self

from notices.case.record import Record
from notices.case.types import Case
from notices.errors import FileError
from notices.figures.types import Figures, InterestLine
from notices.finding import Finding, errors_in
from notices.letter.make import Letter, LetterMaker, Request, check_record, write_letter
from notices.letter.options import LetterOptions
from notices.letter.workspace import Workspace
from notices.pack.types import Pack
from notices.proof.readback import read_pdf
from notices.proof.regions import find_regions, squash
from notices.review.examples import Example
from notices.words.figure_values import figure_values


@dataclass(frozen=True)
class Outcome:
    """How an example came out."""

    name: str
    findings: tuple[Finding, ...]
    letters: tuple[Letter, ...] = field(default=(), repr=False)
    files: tuple[Path, ...] = ()


class Rehearsal:
    """Plays examples; holds the renderer.

    Without `render` they go only as far as the composed document: figures and checks, no phrases.
    """

    def __init__(self, workspace: Workspace, *, live: bool = False, render: bool = True) -> None:
        self._maker = LetterMaker(workspace)
        self._render = render
        self._live = live

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._maker.close()

    def play(self, example: Example, out: Path | None = None) -> Outcome:
        """Make the example's letters and compare; `out` is a folder that keeps them.

        Raises FileError where `out` can't be written.
        """
        if example.faults:
            return Outcome(example.name, example.faults)
        today = fixed_date(example.record)
        if today is None:
            return Outcome(example.name, (example.fault("rehearsal-date", "case"),))
        request = Request(today, LetterOptions(live=self._live))
        findings: list[Finding] = []
        letters: list[Letter] = []
        for checked in check_record(example.record, self._maker.resources, request, example.sender):
            findings += checked.findings
            case, figures, pack = checked.case, checked.figures, checked.pack
            if case is not None and figures is not None and pack is not None:
                findings += compare_figures(example, case, figures, pack)
            if errors_in(checked.findings) or not self._render:
                continue
            letter, faults = self._maker.make(checked, request)
            findings += faults
            if letter is not None:
                letters.append(letter)
                findings += compare_phrases(example, letter)
        return Outcome(example.name, tuple(findings), tuple(letters), _write(letters, out))


def _write(letters: Sequence[Letter], out: Path | None) -> tuple[Path, ...]:
    if out is None or not letters:
        return ()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{out}: {error.strerror or error}") from error
    return tuple(write_letter(letter, out) for letter in letters)


def fixed_date(record: Record) -> date | None:
    """The day that an example's letter is made on, if it says one."""
    try:
        return date.fromisoformat(str(record.data.get("issue_date")))
    except ValueError:
        return None


# --- figures ---------------------------------------------------------------------------------


def compare_figures(
    example: Example, case: Case, figures: Figures, pack: Pack
) -> Iterator[Finding]:
    """Each thing that `expect` names, against what was worked out."""
    plain = figure_values(case, figures, pack, "")
    derived = _derived(figures)
    for name, expected in example.data["expect"].items():
        if name in derived:
            met = derived[name]
        elif name in plain:
            met = plain[name]
        else:
            yield example.fault("rehearsal-expect", "expect", name, name=name[:40])
            continue
        if not _same(expected, met):
            yield example.fault(
                "rehearsal-figure",
                "expect",
                name,
                name=name,
                expected=_shown(expected),
                met=_shown(met),
            )


def _derived(figures: Figures) -> Mapping[str, object]:
    """What `expect` may name beyond the placeholders."""
    debts = figures.debts
    statuses = tuple(dict.fromkeys(debt.limitation.status for debt in debts))
    schedule = figures.schedule
    return {
        "interest": [_line(line) for debt in debts for line in debt.interest],
        "apart": [_line(line) for debt in debts for line in debt.apart],
        "rows": [{"kind": r.kind, "amount": r.amount} for debt in debts for r in debt.rows],
        "announced": [{"kind": r.kind, "amount": r.amount} for r in figures.announced],
        "allocations": [
            {
                "date": a.date,
                "amount": a.amount,
                "costs": a.to_costs,
                "interest": a.to_interest,
                "principal": a.to_principal,
            }
            for debt in debts
            for a in debt.allocations
        ],
        "capped_out": [kind for debt in debts for kind in debt.capped_out],
        "limitation": statuses[0] if len(statuses) == 1 else list(statuses),
        "daily_amount": figures.daily_amount,
        "daily_through": figures.daily_through,
        "reserved_after": figures.reserved_after,
        "days_off_known_through": figures.days_off_known_through,
        "schedule": {
            "count": len(schedule),
            "amount": schedule[0].amount,
            "last": schedule[-1].amount,
            "total": sum((i.amount for i in schedule), Decimal(0)),
            "first_due": schedule[0].due,
        }
        if schedule
        else {},
    }


def _line(line: InterestLine) -> dict[str, object]:
    return {
        "principal": line.principal,
        "days": line.days,
        "rate": line.rate,
        "amount": line.amount,
        "first_day": line.first_day,
        "last_day": line.last_day,
        "agreed_rate": line.agreed_rate,
        "cap": line.cap,
        "basis": line.basis,
    }


def _same(expected: object, met: object) -> bool:
    """Whether what was met is what the text says; of a mapping only the keys it names count."""
    if expected is None:
        expected = ""
    if isinstance(expected, Mapping):
        return isinstance(met, Mapping) and all(
            key in met and _same(value, met[key]) for key, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(met, (list, tuple))
            and len(met) == len(expected)
            and all(_same(a, b) for a, b in zip(expected, met, strict=True))
        )
    if isinstance(met, (Decimal, int)) and not isinstance(met, bool):
        try:
            return Decimal(str(expected)) == met
        except InvalidOperation:
            return False
    return str(expected) == ("" if met is None else str(met))


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {_shown(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_shown, value)) + "]"
    return "nothing" if value is None else str(value)


# --- phrases ---------------------------------------------------------------------------------


def compare_phrases(example: Example, letter: Letter) -> Iterator[Finding]:
    """`phrases` against the finished file, `absent` against everything that the letter says."""
    pack = letter.checked.pack.id if letter.checked.pack else ""
    read, written = _texts(letter)
    for lang, phrases in _by_language(example, "phrases"):
        for phrase in phrases:
            if squash(phrase) not in read.get(lang, ""):
                yield example.fault(
                    "rehearsal-phrase", "phrases", lang, language=lang, phrase=phrase, pack=pack
                )
    for lang, phrases in _by_language(example, "absent"):
        for phrase in phrases:
            if _says(written.get(lang, ""), phrase):
                yield example.fault(
                    "rehearsal-absent", "absent", lang, language=lang, phrase=phrase, pack=pack
                )


def _by_language(example: Example, key: str) -> Iterator[tuple[str, list[str]]]:
    for lang, phrases in (example.data.get(key) or {}).items():
        yield lang, [phrases] if isinstance(phrases, str) else list(phrases or ())


def _texts(letter: Letter) -> tuple[dict[str, str], dict[str, str]]:
    """Per language: what was read back, squashed; and what was composed, one cell a line."""
    document = letter.checked.document
    if document is None:
        return {}, {}
    regions = find_regions(document, read_pdf(letter.data))
    read = dict.fromkeys(document.languages, "")
    written = dict.fromkeys(document.languages, "")
    for region in regions.sides.values():
        for lang in document.languages if region.row.once else (region.side.lang,):
            read[lang] += squash("".join(run.text for run in region.runs)) + "\n"
            written[lang] += "\n".join(cell.text for cell in region.side.cells) + "\n"
    for run in regions.loose:
        if run.lang in read:
            read[run.lang] += squash(run.text)
            written[run.lang] += run.text + "\n"
    return read, written


def _says(text: str, phrase: str) -> bool:
    """Whether the phrase stands in the text, as whole words where its script has words."""
    before = r"(?<![A-Za-z])" if phrase[:1].isascii() and phrase[:1].isalpha() else ""
    after = r"(?![A-Za-z])" if phrase[-1:].isascii() and phrase[-1:].isalpha() else ""
    return bool(re.search(before + re.escape(phrase) + after, text, re.IGNORECASE))
