"""Examples of rules: the same few lines of a file twice, with the fault and without it.

`examples/GROUP.yaml` has them by rule; a test runs each, so that they stay true.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from notices.catalogue import CATALOGUE
from notices.finding import Finding
from notices.textfiles import read_text_file

FOLDER = CATALOGUE / "examples"


@dataclass(frozen=True)
class RuleExample:
    """A part of a file that trips the rule, and the same part mended.

    `file` is a name as its owner would choose it; `encoding` is how it is saved, where that is the
    fault. `found` has the path and the parameters that the sentence needs. `note` says in both
    languages how the mended part differs, where that does not show. `place` is what the made-up
    pack of the tests has where the part goes.
    """

    file: str
    fails: str
    passes: str
    found: Finding
    encoding: str
    note: Mapping[str, str]
    place: str


@cache
def read_rule_examples() -> Mapping[str, RuleExample]:
    """All examples, by rule id."""
    return {
        rule: RuleExample(
            file=example["file"],
            fails=example["fails"],
            passes=example["passes"],
            found=Finding(
                rule,
                severity=example.get("severity", "error"),
                path=example.get("path", ""),
                params=example.get("params", {}),
            ),
            encoding=example.get("encoding", "utf-8"),
            note=example.get("note", {}),
            place=example.get("place", example["passes"]),
        )
        for file in sorted(FOLDER.glob("*.yaml"))
        for rule, example in read_text_file(file).data.items()
    }
