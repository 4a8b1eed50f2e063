"""What a run was asked to be, and what was frozen when it began.

`BatchSettings` is what the door asked; `Limits` is how this machine works and changes no letter;
`Frozen` is what stands in the run folder's run.json, written once and only read by a resume.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from notices.batch.manifest import Outcome
from notices.errors import FileError, PackError, WorkspaceError
from notices.files import digest_files, read_bytes, write_whole
from notices.finding import Finding
from notices.letter.check import Checked, Request
from notices.letter.live_text import ApprovedText, LiveTexts
from notices.letter.make import Letter, LetterMaker
from notices.letter.options import NO_OPTIONS, LetterOptions, options_from
from notices.letter.workspace import Workspace
from notices.pack.core import copy_files, copy_pack
from notices.pack.load import load_pack, pack_digest
from notices.pack.shipped_law import files_with_law
from notices.places import LAYOUT
from notices.textfiles import TextFileError, read_text_file
from notices.wording.digests import read_layout_digest
from notices.wording.snapshots import copy_snapshot, has_snapshot

RUN_FILE = "run.json"
APPROVED = "approved"  # in the run folder: the snapshots of its texts
FORM = 1  # of run.json
MakeLetter = Callable[
    [LetterMaker, Checked, Request, bool], tuple[Letter | None, tuple[Finding, ...]]
]


@dataclass(frozen=True)
class BatchSettings:
    """What was asked for; "" or None leaves it to the record, the workspace, then the pack.

    `input_digest` stands for everything the rows come from: table, mapping, second files.
    `reason` is why the same input is run once more (`--again`); "" for the first time.
    """

    input_digest: str = ""
    options: LetterOptions = NO_OPTIONS
    fonts: tuple[str, ...] = ()
    dispatch_by: date | None = None  # the last posting day
    duplex: bool = True
    reason: str = ""

    def plain(self) -> dict[str, Any]:
        """As JSON has it in run.json, the letter's options among the rest."""
        own = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "options"}
        return dict(_plain({**own, **asdict(self.options)}))

    @property
    def digest(self) -> str:
        """Over all that was asked: the same command on the same input has the same."""
        return _digest_of(self.plain())


@dataclass(frozen=True)
class Progress:
    """How far a run is: rows done, those of them in this call, and all there are."""

    folder: Path
    run_id: str  # "" for a dry run
    rows: int
    done: int = 0
    made: int = 0


@dataclass(frozen=True)
class Start:
    """What only the door knows of a run's call.

    `tell` hears how far the run is: once when its rows are counted, then with each outcome.
    """

    today: date
    now: str  # ISO 8601
    stop: Callable[[], bool] = lambda: False  # asked between letters: should the run end early?
    repeats: tuple[str, ...] = ()  # earlier runs of this input, where it is run again on purpose
    make: MakeLetter | None = None  # instead of the renderer; travels to the workers by name
    tell: Callable[[Progress, Outcome | None], None] = lambda progress, outcome: None


@dataclass(frozen=True)
class Limits:
    """How much of this machine a run may use."""

    workers: int = 0  # 0: one for each core
    seconds: float = 60.0  # for one letter
    memory_mb: int = 3072  # address space of one worker; 0: no limit
    pictures_every: int = 50  # one letter in so many has its pages drawn and looked at
    laid_out: int = 8  # letters of each look that a dry run lays out; 0: none
    letters: int = 400  # after so many a worker makes room for a fresh one; 0: never

    @property
    def processes(self) -> int:
        return self.workers or len(os.sched_getaffinity(0))


USUAL_LIMITS = Limits()


@dataclass(frozen=True)
class FrozenPack:
    id: str
    version: str
    digest: str


@dataclass(frozen=True)
class Frozen:
    """What holds for every letter of the run, whenever it is made."""

    run_id: str
    asked: str  # BatchSettings.digest
    settings: Mapping[str, Any]
    started_at: str
    issue_date: date
    dispatch_by: date
    live: bool
    repeats: tuple[str, ...]  # earlier runs of the same input, where it is run again on purpose
    packs: tuple[FrozenPack, ...]
    profile: Mapping[str, str]  # digests and versions that the bytes depend on
    texts: tuple[ApprovedText, ...] = ()  # that letters are written by; where none is, the packs'
    form: int = FORM

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return dict(_plain(asdict(self)))

    def request(self) -> Request:
        """The Request of every letter."""
        options = options_from(self.settings)
        options = replace(options, live=self.live, issue_date=self.issue_date)
        return Request(self.issue_date, options, in_run=True)


def freeze_dates(settings: BatchSettings, start: Start) -> Frozen:
    """What a run begun now would freeze, but for its packs: nothing is copied or written."""
    issue_date = settings.options.issue_date or start.today
    return Frozen(
        run_id="",
        asked=settings.digest,
        settings=settings.plain(),
        started_at=start.now,
        issue_date=issue_date,
        dispatch_by=settings.dispatch_by or issue_date,
        live=settings.options.live,
        repeats=start.repeats,
        packs=(),
        profile={},
    )


def freeze(
    folder: Path,
    settings: BatchSettings,
    workspace: Workspace,
    profile: Mapping[str, str],
    start: Start,
    taken: Callable[[Frozen], bool] = lambda frozen: False,
) -> Frozen:
    """Copies the packs into the run folder and writes run.json, last: without it nothing began.

    `taken` says whether another folder's run has this one's id, which is then given the next.
    Raises FileError, WorkspaceError, and what `taken` raises.
    """
    frozen = replace(freeze_dates(settings, start), packs=_copy_packs(folder, workspace))
    frozen = replace(frozen, profile=profile)
    if frozen.live:
        frozen = replace(frozen, texts=_choose_texts(folder, workspace, frozen))
    dates = [frozen.issue_date.isoformat(), frozen.dispatch_by.isoformat()]
    packs = [pack.digest for pack in frozen.packs]
    whole = [settings.digest, dates, packs, dict(profile), list(start.repeats)]
    whole += [[text.digest for text in frozen.texts]] if frozen.texts else []
    ids = (_digest_of([*whole, turn])[:12] for turn in count(1))
    frozen = next(f for f in (replace(frozen, run_id=run_id) for run_id in ids) if not taken(f))
    write_whole(folder / RUN_FILE, json.dumps(frozen.plain(), ensure_ascii=False, indent=1) + "\n")
    return frozen


def read_frozen(folder: Path) -> Frozen | None:
    """What was frozen in the run folder; None where no run began. Raises FileError."""
    file = folder / RUN_FILE
    if not file.is_file():
        return None
    try:
        plain = json.loads(read_bytes(file))
        if plain["form"] != FORM:
            raise FileError(f"{file}: written by another version of notices")
        plain.setdefault("texts", [])  # version 0.1.0 had none
        values = {f.name: plain[f.name] for f in fields(Frozen)}
        values["issue_date"] = date.fromisoformat(plain["issue_date"])
        values["dispatch_by"] = date.fromisoformat(plain["dispatch_by"])
        values["repeats"] = tuple(plain["repeats"])
        values["packs"] = tuple(FrozenPack(**pack) for pack in plain["packs"])
        values["texts"] = tuple(ApprovedText(**text) for text in plain["texts"])
        return Frozen(**values)
    except (ValueError, KeyError, TypeError) as error:
        raise FileError(f"{file}: not a run's file: {error}") from error


def frozen_workspace(folder: Path, workspace: Workspace) -> Workspace:
    """The workspace with the run's own packs in front; shipped ones stay the last resort."""
    return replace(
        workspace,
        pack_roots=(folder / "packs", workspace.builtin_root),
        overlay=folder / "overlay",
        is_frozen=True,
    )


def read_profile(
    workspace: Workspace, settings: BatchSettings, fonts: str, renderer: str
) -> dict[str, str]:
    """What the letters' bytes depend on beside input, settings and packs."""
    senders = _digest_of_folders(workspace.senders)
    sender = settings.options.sender
    if sender and Path(sender).is_file():
        senders = _digest_of([senders, hashlib.sha256(read_bytes(Path(sender))).hexdigest()])
    return {
        "renderer": renderer,
        "fonts": fonts,
        "layout": read_layout_digest(),
        "senders": senders,
        "envelopes": _digest_of_folders(LAYOUT / "envelopes", *workspace.envelopes),
    }


def check_profile(frozen: Frozen, met: Mapping[str, str]) -> tuple[str, ...]:
    """What has changed since the run began, by name; a resume would mix two kinds of letters."""
    return tuple(name for name, value in frozen.profile.items() if met.get(name) != value)


def _copy_packs(folder: Path, workspace: Workspace) -> tuple[FrozenPack, ...]:
    """Every pack that this workspace sees, with its overlay, as files of the run."""
    frozen: list[FrozenPack] = []
    try:
        for name in ("packs", "overlay"):
            shutil.rmtree(folder / name, ignore_errors=True)
            (folder / name).mkdir(parents=True)
        for pack_id, root in sorted(_visible(workspace).items()):
            own = workspace.overlay_of(pack_id)
            copy_files(files_with_law(root, workspace.law_of(root)), folder / "packs" / pack_id)
            if own:
                copy_pack(own, folder / "overlay" / pack_id)
            copies = folder / "packs" / pack_id, folder / "overlay" / pack_id if own else None
            frozen.append(FrozenPack(pack_id, _version(root), pack_digest(*copies)))
    except OSError as error:
        place = folder if error.filename2 else error.filename or folder  # of a copy, the target
        raise FileError(f"{place}: {error.strerror or error}") from error
    return tuple(frozen)


def _choose_texts(folder: Path, workspace: Workspace, frozen: Frozen) -> tuple[ApprovedText, ...]:
    """The approved texts of the run's day, their snapshots copied into the run folder."""
    shutil.rmtree(folder / APPROVED, ignore_errors=True)
    texts = LiveTexts(workspace)
    found: list[ApprovedText] = []
    for pack_id in (pack.id for pack in frozen.packs if texts.book(pack.id)[0]):
        place = frozen_workspace(folder, workspace).of_pack(folder / "packs" / pack_id)
        with suppress(PackError):  # one that can't be read is left to the letters
            found += texts.choose(load_pack(*place), frozen.issue_date.isoformat())
    for text in found:
        name = text.snapshot or text.digest
        if workspace.approvals and has_snapshot(workspace.approvals, name):
            copy_snapshot(workspace.approvals, name, folder / APPROVED)
    return tuple(found)


def _visible(workspace: Workspace) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for root in workspace.pack_roots:
        for file in root.glob("*/pack.yaml"):
            found.setdefault(file.parent.name, file.parent)
    if not found:
        raise WorkspaceError("no pack is in sight")
    return found


def _version(root: Path) -> str:
    try:
        data = read_text_file(root / "pack.yaml").data
    except TextFileError:
        return ""
    return str(data.get("version") or "") if isinstance(data, dict) else ""


def _digest_of_folders(*folders: Path | None) -> str:
    return digest_files(
        (file.relative_to(folder).as_posix(), file)
        for folder in folders
        if folder and folder.is_dir()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    )


def _digest_of(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
