"""What can go wrong with the machine or the caller. Bad *content* is a Finding, never an exception.

NoticesError
├── FileError        a file or folder can't be read or written
│   └── RunChangedError  a run that began can't go on: its letters would not look alike
├── FontError        a font is missing, altered or unreadable
├── PackError        a pack is broken: it can't serve any letter (carries its findings)
├── WorkspaceError   the workspace or its settings can't be used
├── LedgerError      the ledger can't be opened or written
├── LibraryError     a system library that letters are drawn with is missing
├── RequestError     what the caller asks contradicts itself, or what is there
└── RenderError      the renderer failed or ran past its limits
"""

from __future__ import annotations

from notices.finding import Finding


class NoticesError(Exception):
    """Root of all exceptions that the toolkit raises by itself; `findings` say more, if any."""

    findings: tuple[Finding, ...] = ()


class FileError(NoticesError):
    """A file or folder can't be read or written."""


class RunChangedError(FileError):
    """A run that began can't go on, for its letters would not look alike; says how to finish it."""


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


class LibraryError(NoticesError):
    """A system library that letters are drawn with is missing: no letter can be made here."""


class RequestError(NoticesError):
    """What the caller asks for contradicts itself, or what is there."""


class RenderError(NoticesError):
    """The renderer failed or ran past its limits."""
