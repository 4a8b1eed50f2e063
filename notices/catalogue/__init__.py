"""How findings are worded: one zh/en catalogue, a file of rules for each group of `groups.yaml`.

A finding reads like a compiler's line:
`packs/DE/clauses/reminder.yaml:12: error: en is missing {{ pay_by }} (placeholder-parity)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from notices.errors import NoticesError
from notices.finding import Finding, Private
from notices.textfiles import read_text_file

Language = Literal["en", "zh"]
CATALOGUE = Path(__file__).parent


@dataclass(frozen=True)
class RuleText:
    """A rule's sentence and remedy in both languages, with `{name}` slots for parameters."""

    message: Mapping[str, str]
    hint: Mapping[str, str]


@dataclass(frozen=True)
class Group:
    """Rules of one subject: what it is, and which commands find them, in both languages."""

    title: Mapping[str, str]
    found_by: Mapping[str, str]
    rules: tuple[str, ...]


@cache
def read_groups() -> Mapping[str, Group]:
    """All groups in the order of a letter's way, each with its rules in the file's order."""
    return {
        name: Group(group["title"], group["found_by"], tuple(_texts(name)))
        for name, group in read_text_file(CATALOGUE / "groups.yaml").data.items()
    }


@cache
def read_catalogue() -> Mapping[str, RuleText]:
    """All rules' wordings, by rule id. Raises NoticesError where two files word one rule."""
    rules: dict[str, RuleText] = {}
    for name in read_groups():
        for rule, texts in _texts(name).items():
            if rule in rules:
                raise NoticesError(f"{name}.yaml: the rule {rule} is worded twice")
            rules[rule] = RuleText({"en": texts["en"], "zh": texts["zh"]}, texts["hint"])
    return rules


@cache
def _texts(group: str) -> Mapping[str, Any]:
    texts: Mapping[str, Any] = read_text_file(CATALOGUE / f"{group}.yaml").data
    return texts


def message(finding: Finding, language: Language = "en") -> str:
    """The finding's sentence, without its place."""
    return read_catalogue()[finding.rule].message[language].format_map(_values(finding, language))


def hint(finding: Finding, language: Language = "en") -> str:
    """What to do about it."""
    return read_catalogue()[finding.rule].hint[language].format_map(_values(finding, language))


class _Named(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def unfilled(text: str) -> str:
    """A sentence or remedy without a finding: `{name}` stands for the value."""
    return text.format_map(_Named())


def _values(finding: Finding, language: Language, clear: bool = False) -> Mapping[str, str]:
    """What fills the slots: where a value has a Chinese word, it stands beside it as `NAME_zh`."""
    values = {"path": finding.path, **finding.params}
    if clear:
        values = {n: v.clear if isinstance(v, Private) else v for n, v in values.items()}
    if language == "zh":
        values |= {n.removesuffix("_zh"): v for n, v in finding.params.items() if n[-3:] == "_zh"}
    return values


def line_of(finding: Finding, language: Language = "en", *, clear: bool = False) -> str:
    """The finding as one compiler-like line: place, severity, path, sentence, rule id.

    `clear` is for the owner's own screen: private values are not masked, and one that the sentence
    does not repeat stands behind it.
    """
    where = f"{finding.place}: " if finding.place else ""
    what = f"{finding.path}: " if finding.path else ""
    sentence = read_catalogue()[finding.rule].message[language]
    said = sentence.format_map(_values(finding, language, clear))
    value = finding.params.get("value")
    if clear and isinstance(value, Private) and "{value}" not in sentence:
        said = f"{said}: {value.clear}"
    return f"{where}{finding.severity}: {what}{said} ({finding.rule})"


def as_record(finding: Finding) -> dict[str, object]:
    """The finding as plain data for `--json`."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "file": finding.file,
        "line": finding.line,
        "path": finding.path,
        "message": {lang: message(finding, lang) for lang in ("en", "zh")},
        "hint": {lang: hint(finding, lang) for lang in ("en", "zh")},
    }
