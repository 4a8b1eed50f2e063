"""A workspace with an own copy of a made-up shipped pack, both of which a test may change."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from notices.letter.workspace import Workspace
from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.wording.own_copy import own_pack

ZZ = Path(__file__).parent.parent / "packs" / "ZZ"
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Desk:
    """The workspace, its own copy and the shipped pack behind it."""

    workspace: Workspace
    own: Path
    shipped: Path

    def pack(self) -> Pack:
        """The own copy as it counts."""
        return load_pack(*self.workspace.of_pack(self.own))

    def overlay(self, name: str, text: str) -> Path:
        file = self.own.parent.parent / "overlay" / self.own.name / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file


def make_desk(folder: Path) -> Desk:
    """The desk in `folder`, its copy of ZZ just taken."""
    shipped = folder / "shipped" / "ZZ"
    shutil.copytree(ZZ, shipped)
    root = folder / "desk"
    workspace = Workspace(
        root=root,
        pack_roots=(root / "packs", shipped.parent),
        senders=root / "senders",
        overlay=root / "overlay",
        approvals=root / "approvals",
        ledger_url=f"sqlite:///{root / 'letters.sqlite'}",
    )
    return Desk(workspace, own_pack("ZZ", root / "packs", shipped.parent, NOW), shipped)


def change(root: Path, file: str, old: str, new: str) -> None:
    """Replace a text that stands once in a file of a pack."""
    text = (root / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, (file, old, text.count(old))
    (root / file).write_text(text.replace(old, new), encoding="utf-8")
