"""`notices init`: a workspace, with a sender profile to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from notices.case.blank_record import Line, Pen, grouped, write_group
from notices.cli.command import door
from notices.cli.new import lines_of
from notices.cli.session import Session
from notices.cli.writing import write_new
from notices.errors import FileError
from notices.pack.vocabulary import SENDER_ROLES
from notices.places import TEMPLATES

SCAFFOLD = TEMPLATES / "workspace"
FILES = {"notices.toml": "notices.toml", "gitignore": ".gitignore", "README.md": "README.md"}
PROFILE = "our-company"
FOLDERS = ("cases", "packs", "senders", "envelopes", "overlay", "approvals", "out")
PRIVATE = ("ledger",)


@door("init")
@click.argument(
    "folder", required=False, default=".", metavar="[DIR]", type=click.Path(path_type=Path)
)
@click.option(
    "--pack", "pack_id", metavar="PACK", help="Whose sender fields; else no profile is written."
)
@click.option(
    "--sender-role",
    type=click.Choice(SENDER_ROLES),
    default="creditor",
    help="Who writes; a creditor if left out.",
)
def init(session: Session, folder: Path, pack_id: str | None, sender_role: str) -> None:
    """Make a workspace, with a sender profile to fill in where `--pack` says for which law.

    DIR is the current folder if left out. Nothing that is there already is changed.
    """
    if (folder / "notices.toml").exists():
        raise FileError(f"{folder}: there is a workspace already; nothing was changed")
    text = _profile(session, pack_id, sender_role) if pack_id else ""
    written = []
    for name, target in FILES.items():
        if not (folder / target).exists():
            write_new(folder / target, (SCAFFOLD / name).read_text(encoding="utf-8"))
            written.append(folder / target)
    _make_folders(folder)
    profile = folder / "senders" / f"{PROFILE}.yaml"
    if text and not profile.exists():
        write_new(profile, text)
        written.append(profile)
    for file in written:
        session.say("file-written", file=file)
    if text:
        session.say("next-init", profile=profile)
    else:
        session.say("next-init-pack", packs=", ".join(session.pack_ids()))
    session.finish({"folder": str(folder), "files": [str(file) for file in written]})


def _make_folders(folder: Path) -> None:
    try:
        for name in (*FOLDERS, *PRIVATE):
            (folder / name).mkdir(parents=True, exist_ok=True)
        for name in PRIVATE:
            (folder / name).chmod(0o700)
    except OSError as error:
        raise FileError(f"{folder}: {error.strerror or error}") from error


def _profile(session: Session, pack_id: str, sender_role: str) -> str:
    """A sender profile for every kind of the pack: required where any kind requires it."""
    pack = session.pack(pack_id)
    best: dict[str, Line] = {}
    order = ("optional", "sometimes", "always")
    for kind in pack.kinds.values():
        for level in kind.levels:
            for line in lines_of(pack, kind.id, level, sender_role, "consumer"):
                name = line.field.name
                if name not in best or order.index(line.need) > order.index(best[name].need):
                    best[name] = line
    pen = Pen(session.words, tuple(pack.formats), {"sender.role": sender_role})
    head = session.words("profile-head", pack=pack.id, version=pack.version)
    comments = "\n".join(f"# {line}" for line in head.splitlines())
    body = write_group(grouped(best.values(), "sender."), pen)
    return f"{comments}\n\nid: {PROFILE}\n{body}"
