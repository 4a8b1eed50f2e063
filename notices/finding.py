"""A finding: one fault of content. All are reported at once; `notices.catalogue` words them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Self

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Finding:
    """One fault: which rule, how grave, where, and the values its sentence needs.

    `path` is the field path as the file's owner writes it (`debts[0].due_date`); `params` are
    ready for people: already formatted, and `Private` where a value is somebody's; `state_zh` is
    what `state` is called in Chinese.
    """

    rule: str
    severity: Severity = "error"
    file: str = ""
    line: int = 0
    path: str = ""
    params: Mapping[str, str] = field(default_factory=dict)  # a plain one: workers send it

    @property
    def place(self) -> str:
        return ":".join(part for part in (self.file, str(self.line or "")) if part)


class Private(str):
    """A private value. As text it is masked, for what may be passed on; `clear` is the value,
    for its owner's own screen."""

    clear: str

    def __new__(cls, text: str, clear: str) -> Self:
        """`text` is the masked form."""
        made = super().__new__(cls, text)
        made.clear = clear
        return made

    def __reduce__(self) -> tuple[type[Private], tuple[str, str]]:
        return Private, (str(self), self.clear)


def masked(text: str, longest: int = 40) -> Private:
    """`text` as a finding may repeat it: `乙示例 13800` → `••• •••••`, and the clear text beside.

    The form stays (blanks, marks and their places), every letter and digit is a `•`.
    """
    cut = text[:longest] + ("…" if len(text) > longest else "")
    return Private("".join(map(_dot, cut)), "".join(map(_shown, cut)))


def _dot(char: str) -> str:
    return "•" if char.isalnum() else _shown(char)


def _shown(char: str) -> str:
    if char in "\t\r\n\u00a0\u3000\u2007\u2009\u202f":
        return "␣"
    return char if char.isprintable() else "?"


def errors_in(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that stop a letter."""
    return tuple(f for f in findings if f.severity == "error")
