"""The workspace: what a user's `notices.toml` says and where the user's own things stand.

Only doors read it. Without one, everything is as shipped: built-in packs and envelopes, and a
record that carries its own sender, or a sender file named at the door.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notices.errors import FileError, WorkspaceError
from notices.files import read_bytes
from notices.pack.vocabulary import near_miss
from notices.places import PACKS

if TYPE_CHECKING:
    from notices.case.record import Record

SETTINGS = "notices.toml"
SENDER_SUFFIXES = (".yaml", ".yml", ".json")
LAYOUTS = ("parallel", "stacked", "sequential")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}(\.[A-Za-z0-9_-]{1,32})*")
_FOLDERS = ("packs", "senders", "envelopes", "overlay", "approvals", "ledger")
_KNOWN: Mapping[str, Mapping[str, type]] = {
    "defaults": {
        "pack": str,
        "sender": str,
        "languages": list,
        "layout": str,
        "envelope": str,
        "out": str,
        "fonts": list,
    },
    "folders": dict.fromkeys(_FOLDERS, str),
    "ledger": {"url": str},
}


@dataclass(frozen=True)
class Defaults:
    """What a letter gets where neither the command nor the case says otherwise; "" = the pack's."""

    pack: str = ""
    sender: str = ""
    languages: tuple[str, ...] = ()
    layout: str = ""
    envelope: str = ""
    out: Path = Path()
    fonts: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Workspace:
    """Where things stand. `root` is None where there is no workspace: then no folder is set, and
    nothing can be live. `pack_roots` come in the order in which a pack is looked for."""

    root: Path | None = None
    pack_roots: tuple[Path, ...] = (PACKS,)
    senders: Path | None = None
    envelopes: tuple[Path, ...] = ()
    overlay: Path | None = None
    approvals: Path | None = None
    ledger_url: str = ""
    defaults: Defaults = Defaults()
    is_frozen: bool = False  # a run's own: its packs have their law inside them

    @property
    def builtin_root(self) -> Path:
        """Where the shipped packs stand."""
        return self.pack_roots[-1]

    def pack_ids(self) -> tuple[str, ...]:
        """Every pack that this workspace sees, its own and the shipped ones."""
        files = (file for root in self.pack_roots for file in root.glob("*/pack.yaml"))
        return tuple(sorted({file.parent.name for file in files}))

    def overlay_of(self, pack_id: str) -> Path | None:
        """The folder of what this workspace has of law of its own for a pack, if it has any."""
        folder = self.overlay / pack_id if self.overlay else None
        return folder if folder and folder.is_dir() else None

    def law_of(self, root: Path) -> Path | None:
        """The shipped pack that the law of the own copy in `root` comes from; None where the pack
        says its law itself."""
        shipped = self.builtin_root / root.name
        if self.is_frozen or root.parent == self.builtin_root:
            return None
        return shipped if (shipped / "pack.yaml").is_file() else None

    def of_pack(self, root: Path) -> tuple[Path, Path | None, Path | None]:
        """What the pack in `root` is read from: `read_pack(*workspace.of_pack(root))`."""
        return root, self.overlay_of(root.name), self.law_of(root)


def read_workspace(folder: Path | None, start: Path) -> Workspace:
    """The workspace in `folder`, else the nearest one at or above `start`, else an empty one.

    Raises WorkspaceError where `folder` holds none, or a setting is unknown or of a wrong kind.
    """
    if folder is not None:
        if not (folder / SETTINGS).is_file():
            raise WorkspaceError(f"{folder}: no {SETTINGS} here; `notices init` makes a workspace")
        return _read(folder.absolute())
    start = start.absolute()
    for place in (start, *start.parents):
        if (place / SETTINGS).is_file():
            return _read(place)
    return Workspace()


def _read(root: Path) -> Workspace:
    file = root / SETTINGS
    try:
        text = read_bytes(file).decode("utf-8-sig")
        settings = tomllib.loads(text)
    except FileError as error:
        raise WorkspaceError(str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"{file}: {error}") from error
    except RecursionError as error:
        raise WorkspaceError(f"{file}: nested too deep") from error
    faults = _faults(settings)
    if faults:
        raise WorkspaceError(f"{file}: " + "; ".join(faults))
    places = {name: root / name for name in _FOLDERS}
    places |= {name: root / at for name, at in settings.get("folders", {}).items()}
    url = settings.get("ledger", {}).get("url", "")
    return Workspace(
        root=root,
        pack_roots=(places["packs"], PACKS),
        senders=places["senders"],
        envelopes=(places["envelopes"],),
        overlay=places["overlay"],
        approvals=places["approvals"],
        ledger_url=url or f"sqlite:///{places['ledger'] / 'letters.sqlite'}",
        defaults=_defaults(settings.get("defaults", {}), root),
    )


def _defaults(given: Mapping[str, Any], root: Path) -> Defaults:
    plain = {key: given[key] for key in ("pack", "sender", "layout", "envelope") if key in given}
    return replace(
        Defaults(**plain),
        languages=tuple(given.get("languages", ())),
        out=root / given.get("out", "out"),
        fonts=tuple(root / font for font in given.get("fonts", ())),
    )


def _faults(settings: Mapping[str, Any]) -> list[str]:
    """All that is wrong with the settings, all at once."""
    faults = []
    for table, inner in settings.items():
        if table not in _KNOWN:
            faults.append(_unknown(table, _KNOWN))
        elif not isinstance(inner, dict):
            faults.append(f"{table} is a table: [{table}]")
        else:
            faults += [f for key, value in inner.items() if (f := _fault(table, key, value))]
    return faults


def _fault(table: str, key: str, value: object) -> str:
    known = _KNOWN[table]
    if key not in known:
        return _unknown(f"{table}.{key}", [f"{table}.{name}" for name in known])
    if known[key] is list:
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            return f'{table}.{key} is a list of texts: ["…"]'
    elif not isinstance(value, str):
        return f'{table}.{key} is a text: "…"'
    if key == "layout" and value not in LAYOUTS:
        return f"{table}.layout is one of {', '.join(LAYOUTS)}"
    return ""


def _unknown(name: str, known: Any) -> str:
    near = near_miss(name, known)
    return f"unknown setting {name}" + (f" (did you mean {near}?)" if near else "")


def is_sender_file(sender: str) -> bool:
    """Whether a sender named at the door is a file's path rather than a profile's name."""
    return sender.endswith(SENDER_SUFFIXES) or "/" in sender or "\\" in sender


def read_sender(workspace: Workspace, sender: str | Path) -> Record:
    """A sender profile: a text is a profile's name in the workspace, never a path (it may come from
    a case record); a Path is a file that somebody named at the door.

    Raises WorkspaceError where there is no such profile, FileError where it can't be read.
    """
    from notices.case.record import read_records

    file = sender if isinstance(sender, Path) else _profile(workspace, sender)
    records = read_records(file)
    if len(records) != 1:
        raise WorkspaceError(f"{file}: one sender profile expected, not {len(records)}")
    return records[0]


def sender_names(workspace: Workspace) -> tuple[str, ...]:
    """The profiles of the workspace, by name."""
    folder = workspace.senders
    if folder is None or not folder.is_dir():
        return ()
    return tuple(sorted({f.stem for f in folder.iterdir() if f.suffix in SENDER_SUFFIXES}))


def find_sender(workspace: Workspace, name: str) -> Path | None:
    """The file of the profile `name` in the workspace, if there is one."""
    if workspace.senders is None or not _NAME.fullmatch(name):
        return None
    files = (workspace.senders / f"{name}{suffix}" for suffix in SENDER_SUFFIXES)
    return next((file for file in files if file.is_file()), None)


def _profile(workspace: Workspace, name: str) -> Path:
    if file := find_sender(workspace, name):
        return file
    if workspace.senders is None:
        raise WorkspaceError(
            f"the sender {name[:60]} needs a workspace (notices init makes one) or --sender FILE"
        )
    near = near_miss(name, sender_names(workspace))
    meant = f" (did you mean {near}?)" if near else ""
    raise WorkspaceError(f"{workspace.senders}: no sender profile is called {name[:60]}{meant}")
