"""A finding: one fault of content. All are told at once; `notices.catalogue` words them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Severity = Literal["error", "warning", "note"]
NO_PARAMS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Finding:
    """One fault: which rule, how grave, where, and the values its sentence needs.

    `path` is the field path as the file's owner writes it (`debts[0].due_date`); `params` are
    ready for people: already formatted, and masked where the value is private; `state_zh` is what
    `state` is called in Chinese.
    """

    rule: str
    severity: Severity = "error"
    file: str = ""
    line: int = 0
    path: str = ""
    params: Mapping[str, str] = field(default_factory=lambda: NO_PARAMS)

    @property
    def place(self) -> str:
        return ":".join(part for part in (self.file, str(self.line or "")) if part)


def errors_in(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that stop a letter."""
    return tuple(f for f in findings if f.severity == "error")
