"""What can go wrong with the machine or the caller. Bad *content* is a Finding, never an exception.

NoticesError
├── FileError        a file or folder can't be read or written
├── FontError        a font is missing, altered or unreadable
├── PackError        a pack is broken: it can't serve any letter (carries its findings)
├── WorkspaceError   the workspace or its settings can't be used
├── LedgerError      the ledger can't be opened or written
└── RenderError      the renderer failed or ran past its limits
"""

from __future__ import annotations

from notices.finding import Finding


class NoticesError(Exception):
    """Root of all exceptions that the toolkit raises by itself; `findings` say more, if any."""

    findings: tuple[Finding, ...] = ()


class FileError(NoticesError):
    """A file or folder can't be read or written."""


class FontError(NoticesError):
    """A font is missing, altered or unreadable."""


class PackError(NoticesError):
    """A pack can't serve any letter; `findings` says why."""

    def __init__(self, message: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(message)
        self.findings = findings


class WorkspaceError(NoticesError):
    """The workspace or its settings can't be used."""


class LedgerError(NoticesError):
    """The ledger can't be opened or written."""


class RenderError(NoticesError):
    """The renderer failed or ran past its limits."""
