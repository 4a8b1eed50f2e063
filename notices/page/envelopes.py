"""Envelope profiles: where windows, folds and the body stand, in mm, as YAML by name."""

from __future__ import annotations

from pathlib import Path

from notices.errors import FileError
from notices.page.document import Envelope, Frame
from notices.places import LAYOUT
from notices.textfiles import read_text_file


def read_envelope(name: str, folders: tuple[Path, ...] = ()) -> Envelope:
    """The profile `name` from the first of `folders` that has it, else a shipped one.

    Raises FileError where there is none or a measure is missing or not a number.
    """
    for folder in (*folders, LAYOUT / "envelopes"):
        if (file := folder / f"{name}.yaml").is_file():
            return _envelope(file)
    raise FileError(f"no envelope profile is called {name}: notices envelopes lists them")


def envelope_names(folders: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """All profiles by name, a workspace's own included."""
    files = (f for folder in (*folders, LAYOUT / "envelopes") for f in folder.glob("*.yaml"))
    return tuple(sorted({file.stem for file in files}))


def _envelope(file: Path) -> Envelope:
    data = read_text_file(file).data
    try:
        return Envelope(
            id=file.stem,
            page=data["page"],
            recipient=_frame(data["recipient"]),
            sender_line=_frame(data["sender_line"]) if data.get("sender_line") else None,
            window=_frame(data["window"]) if data.get("window") else None,
            folds=tuple(float(fold) for fold in data.get("folds") or ()),
            address_top=float(data["address_top"]),
            body_top=float(data["body_top"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FileError(f"{file}: not an envelope profile: {error}") from error


def _frame(data: dict[str, str]) -> Frame:
    return Frame(*(float(data[key]) for key in ("left", "top", "width", "height")))
