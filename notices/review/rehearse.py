"""Rehearsal: every example of a pack goes the whole way, at its own fixed date.

Its figures must come out as its `expect` says; its `phrases` must stand in the finished file, and
what is `absent` must not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Self

from notices.case.record import Record, read_records
from notices.case.types import Case
from notices.errors import FileError
from notices.figures.types import Figures, InterestLine
from notices.finding import Finding, errors_in
from notices.letter.make import Letter, LetterMaker, Request, check_record, write_letter
from notices.letter.workspace import Workspace
from notices.pack.vocabulary import near_miss
from notices.textfiles import TextFile, TextFileError, read_text_file
from notices.words.context import figure_values

KEYS = ("about", "law_case", "sender", "case", "expect", "phrases", "absent")
_NAME = re.compile("[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Example:
    """One file of a pack's examples, read. `faults` says why it can't be played."""

    name: str
    file: str
    data: Mapping[str, Any]
    record: Record
    sender: Record
    text: TextFile
    faults: tuple[Finding, ...] = ()

    @property
    def about(self) -> str:
        return str(self.data.get("about") or self.name)

    def fault(self, rule: str, *path: str, **params: str) -> Finding:
        """A finding about the example itself, where it says so."""
        return Finding(
            rule, file=self.file, line=self.text.line(*path), path=".".join(path), params=params
        )


@dataclass(frozen=True)
class Outcome:
    """How an example came out."""

    name: str
    findings: tuple[Finding, ...]
    letters: tuple[Letter, ...] = field(default=(), repr=False)
    files: tuple[Path, ...] = ()


def read_examples(root: Path) -> tuple[Example, ...]:
    """The examples of the pack in `root`, in name order."""
    return tuple(_read(root, file) for file in sorted((root / "examples").glob("*.yaml")))


def _read(root: Path, file: Path) -> Example:
    shown = f"packs/{root.name}/examples/{file.name}"
    try:
        text = read_text_file(file, shown)
    except TextFileError as error:
        params = {"detail": error.fault.detail}
        fault = Finding(error.fault.rule, "error", shown, error.fault.line, "", params)
        nothing = TextFile(shown, {}, {})
        return Example(file.stem, shown, {}, Record({}), Record({}), nothing, (fault,))
    data = text.data if isinstance(text.data, dict) else {}
    example = Example(
        name=file.stem,
        file=shown,
        data=data,
        record=_inner(text, "case"),
        sender=Record({}),
        text=text,
    )
    faults = [
        example.fault("unknown-key", key, name=key[:40], near=near_miss(key, KEYS) or "–")
        for key in data
        if key not in KEYS
    ]
    faults += [
        example.fault("key-missing", name=key)
        for key in ("case", "expect")
        if not isinstance(data.get(key), dict)
    ]
    try:
        sender = _sender(root, text)
    except FileError:
        name = str(data.get("sender"))[:40]
        faults.append(example.fault("unknown-sender", "sender", name=name, near="–"))
        sender = Record({})
    return replace(example, sender=sender, faults=tuple(faults))


def _sender(root: Path, text: TextFile) -> Record:
    """The profile named, from examples/senders/, or the one that stands in the example."""
    asked = text.data.get("sender") if isinstance(text.data, dict) else None
    if isinstance(asked, dict):
        return _inner(text, "sender")
    if not isinstance(asked, str) or not _NAME.fullmatch(asked):
        raise FileError("no sender")
    shown = f"packs/{root.name}/examples/senders/{asked}.yaml"
    return read_records(root / "examples" / "senders" / f"{asked}.yaml", shown)[0]


def _inner(text: TextFile, key: str) -> Record:
    data = text.data.get(key) if isinstance(text.data, dict) else None
    lines = {path[1:]: line for path, line in text.lines.items() if path[:1] == (key,)}
    return Record(data if isinstance(data, dict) else {}, text.name, lines)


class Rehearsal:
    """Plays examples of one pack; holds the renderer. `out` keeps the letters.

    Without `render` they go only as far as the composed document: figures and checks, no phrases.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        live: bool = False,
        out: Path | None = None,
        render: bool = True,
    ):
        self._maker = LetterMaker(workspace)
        self._render = render
        self._live = live
        self._out = out

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._maker.close()

    def play(self, example: Example) -> Outcome:
        """Make the example's letters and compare. Raises FileError where `out` can't be written."""
        if example.faults:
            return Outcome(example.name, example.faults)
        today = _fixed_date(example.record)
        if today is None:
            return Outcome(example.name, (example.fault("rehearsal-date", "case"),))
        request = Request(today=today, live=self._live)
        findings: list[Finding] = []
        letters: list[Letter] = []
        for checked in check_record(example.record, self._maker.resources, request, example.sender):
            findings += checked.findings
            if checked.case is not None and checked.figures is not None:
                findings += compare_figures(example, checked.case, checked.figures)
            if errors_in(checked.findings) or not self._render:
                continue
            letter, told = self._maker.make(checked, request)
            findings += told
            if letter is not None:
                letters.append(letter)
                findings += compare_phrases(example, letter)
        return Outcome(example.name, tuple(findings), tuple(letters), self._write(letters))

    def _write(self, letters: Sequence[Letter]) -> tuple[Path, ...]:
        if self._out is None or not letters:
            return ()
        try:
            self._out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(f"{self._out}: {error.strerror or error}") from error
        return tuple(write_letter(letter, self._out) for letter in letters)


def _fixed_date(record: Record) -> date | None:
    try:
        return date.fromisoformat(str(record.data.get("issue_date")))
    except ValueError:
        return None


# --- figures ---------------------------------------------------------------------------------


def compare_figures(example: Example, case: Case, figures: Figures) -> Iterator[Finding]:
    """Each thing that `expect` names, against what was worked out."""
    plain = figure_values(case, figures, "")
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
    from notices.proof.regions import squash

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
    from notices.proof.readback import read_pdf
    from notices.proof.regions import find_regions, squash

    document = letter.checked.document
    if document is None:
        return {}, {}
    regions = find_regions(document, read_pdf(letter.data))
    read = dict.fromkeys(document.languages, "")
    written = dict.fromkeys(document.languages, "")
    for region in regions.sides.values():
        read[region.side.lang] += squash("".join(run.text for run in region.runs)) + "\n"
        written[region.side.lang] += "\n".join(cell.text for cell in region.side.cells) + "\n"
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
