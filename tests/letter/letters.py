"""Whole letters for tests: the packs' own examples, as they are or with one thing changed."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from notices.case.record import Record
from notices.catalogue import line_of
from notices.finding import Finding, errors_in
from notices.letter.make import Checked, Letter, LetterMaker, Request, check_record
from notices.letter.options import LetterOptions
from notices.letter.workspace import Workspace
from notices.places import PACKS
from notices.proof.readback import ReadBack, read_pdf
from notices.proof.regions import squash
from notices.review.examples import Example, read_examples

HOME = Path(__file__).parents[2]
MADE_UP = HOME / "tests" / "packs"
WORKSPACE = Workspace(pack_roots=(MADE_UP, PACKS))
TODAY = date(2026, 1, 1)  # the examples state their own dates
ROOTS = sorted(file.parent for place in (PACKS, MADE_UP) for file in place.glob("*/pack.yaml"))
EXAMPLES: Mapping[str, Example] = {
    f"{root.name}/{example.name}": example for root in ROOTS for example in read_examples(root)
}
DEMAND = "CN/demand-consumer-loan-no-rate"
CARD = "CN/demand-consumer-card-instalments"
CAPPED = "CN/demand-consumer-loan-capped"
BARRED = "CN/demand-consumer-time-barred"
REMINDER = "CN/reminder-1-consumer-loan"
ZH, EN = "zh-Hans", "en"


def sampled(names: Iterable[str]) -> list[Any]:
    """Names of examples as parameters: two of each pack every day, the rest marked slow."""
    seen: Counter[str] = Counter()
    params = []
    for name in names:
        pack = name.partition("/")[0]
        seen[pack] += 1
        params.append(pytest.param(name, marks=[pytest.mark.slow] if seen[pack] > 2 else []))
    return params


def case(name: str, /, **changes: Any) -> Record:
    """An example's case record; `changes` replace values, `a__0__b` standing for `a[0].b`. Another
    name of the recipient's has another surname, which nobody states."""
    surname = {"recipient__surname": None} if "recipient__name" in changes else {}
    return _changed(EXAMPLES[name].record, {**surname, **changes})


def sender(name: str, /, **changes: Any) -> Record:
    """An example's sender profile, changed in the same way."""
    return _changed(EXAMPLES[name].sender, changes)


def _changed(record: Record, changes: Mapping[str, Any]) -> Record:
    data = copy.deepcopy(dict(record.data))
    for path, value in changes.items():
        put(
            data,
            tuple(int(s) if s.isdigit() else s for s in path.split("__")),
            copy.deepcopy(value),
        )
    return replace(record, data=data)


def put(data: Any, path: tuple[str | int, ...], value: Any) -> None:
    """Set the value at `path` in plain data; None takes it out."""
    for step in path[:-1]:
        data = data[step]
    if value is None:
        data.pop(path[-1], None)
    elif isinstance(data, list) and path[-1] == len(data):
        data.append(value)
    else:
        data[path[-1]] = value


def request(record: Record, **asked: Any) -> Request:
    """The letter as it is asked for, with the record's own date said at the door."""
    if "issue_date" not in asked:
        with suppress(ValueError):
            asked["issue_date"] = date.fromisoformat(str(record.data.get("issue_date")))
    return Request(TODAY, LetterOptions(**asked))


def check(maker: LetterMaker, record: Record, profile: Record, **asked: Any) -> tuple[Checked, ...]:
    """The letters of a record, as far as they get without a renderer."""
    return check_record(record, maker.resources, request(record, **asked), profile)


def checked(
    maker: LetterMaker, name: str, profile: dict[str, Any] | None = None, **changes: Any
) -> Checked:
    """An example's one letter, with changes to its record and to its sender's profile."""
    (one,) = check(maker, case(name, **changes), sender(name, **(profile or {})))
    return one


def make(
    maker: LetterMaker, record: Record, profile: Record, **asked: Any
) -> tuple[Letter | None, tuple[Finding, ...]]:
    """The one letter of a record, or what keeps it from being one; all findings on the way."""
    (one,) = check(maker, record, profile, **asked)
    if errors_in(one.findings):
        return None, one.findings
    letter, findings = maker.make(one, request(record, **asked))
    return letter, (*one.findings, *findings)


def made(maker: LetterMaker, record: Record, profile: Record, **asked: Any) -> Letter:
    """The one letter of a record that must come out without an error."""
    letter, findings = make(maker, record, profile, **asked)
    assert letter is not None, [line_of(finding) for finding in findings]
    return letter


def rules(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.rule for finding in findings}


@cache
def read(data: bytes) -> ReadBack:
    """What stands in a finished file; read once per file."""
    return read_pdf(data)


def said(letter: Letter, lang: str = "") -> str:
    """All that the finished file says, or says in one language, without spaces."""
    runs = read(letter.data).runs
    return squash("".join(run.text for run in runs if not lang or run.lang == lang))


def says(letter: Letter, text: str, lang: str = "") -> bool:
    return squash(text) in said(letter, lang)
