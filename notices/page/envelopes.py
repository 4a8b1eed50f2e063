"""Envelope profiles: where windows, folds and the body stand, in mm, as YAML by name.

A profile's `print:` section says how print files for it are made: `read_print_zone`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notices.errors import FileError
from notices.page.document import Envelope, Frame, TearOff
from notices.places import LAYOUT
from notices.textfiles import read_text_file

PAPER: Mapping[str, tuple[float, float]] = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}  # mm
EDGE = 5.0  # mm that no common printer reaches


@dataclass(frozen=True)
class PrintZone:
    """How letters for an envelope are printed: `zone` takes the sequence number and its code on
    every page; `sheets` is what the envelope holds, 0 where the profile does not say."""

    envelope: str
    paper: tuple[float, float]  # mm
    zone: Frame
    duplex: bool
    sheets: int

    def sheets_of(self, pages: int) -> int:
        """The sheets of paper that a letter of so many pages takes."""
        return (pages + 1) // 2 if self.duplex else pages


def read_envelope(name: str, folders: tuple[Path, ...] = ()) -> Envelope:
    """The profile `name` from the first of `folders` that has it, else a shipped one.

    Raises FileError where there is none or a measure is missing or not a number.
    """
    return _envelope(_find(name, folders))


def read_print_zone(name: str, folders: tuple[Path, ...] = ()) -> PrintZone | None:
    """The `print:` section of the profile `name`; None where it has none.

    Raises FileError where there is no such profile, a measure is wrong, or the zone leaves the
    paper or reaches into the window or an address.
    """
    file = _find(name, folders)
    data = read_text_file(file).data.get("print")
    if not data:
        return None
    return _print_zone(file, data, _envelope(file))


def envelope_names(folders: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """All profiles by name, a workspace's own included."""
    files = (f for folder in (*folders, LAYOUT / "envelopes") for f in folder.glob("*.yaml"))
    return tuple(sorted({file.stem for file in files}))


def _find(name: str, folders: tuple[Path, ...]) -> Path:
    for folder in (*folders, LAYOUT / "envelopes"):
        if (file := folder / f"{name}.yaml").is_file():
            return file
    raise FileError(f"no envelope profile is called {name}: notices envelopes lists them")


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
            tear_off=_tear_off(data["tear_off"]) if data.get("tear_off") else None,
            duplex=(data.get("print") or {}).get("duplex") != "false",
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FileError(f"{file}: not an envelope profile: {error}") from error


def _tear_off(data: dict[str, Any]) -> TearOff:
    window = _frame(data["window"]) if data.get("window") else None
    mail_to, mail_from, answers = (_frame(data[n]) for n in ("mail_to", "mail_from", "answers"))
    return TearOff(float(data["top"]), mail_to, mail_from, answers, window)


def _print_zone(file: Path, data: Any, envelope: Envelope) -> PrintZone:
    try:
        zone = PrintZone(
            file.stem,
            PAPER[envelope.page],
            _frame(data["zone"]),
            {"true": True, "false": False}[data["duplex"]],
            int(data.get("sheets") or 0),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FileError(f"{file}: print: not a print section: {error}") from error
    width, height = zone.paper
    place = zone.zone
    right, foot = place.left + place.width, place.top + place.height
    if min(place.left, place.top, width - right, height - foot) < EDGE:
        raise FileError(f"{file}: print: zone: within {EDGE:g} mm of the paper's edge, or off it")
    for name in ("window", "recipient", "sender_line"):
        taken: Frame | None = getattr(envelope, name)
        if taken is not None and _overlap(place, taken):
            raise FileError(f"{file}: print: zone: reaches into {name}")
    return zone


def _frame(data: dict[str, str]) -> Frame:
    return Frame(*(float(data[key]) for key in ("left", "top", "width", "height")))


def _overlap(a: Frame, b: Frame) -> bool:
    across = min(a.left + a.width, b.left + b.width) > max(a.left, b.left)
    return across and min(a.top + a.height, b.top + b.height) > max(a.top, b.top)
