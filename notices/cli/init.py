"""`notices init`: a workspace, with a sender profile to fill in or a fictional case to try."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import click

from notices.case.blank_record import blank_profile
from notices.cli.command import command
from notices.cli.session import Session
from notices.errors import FileError
from notices.files import write_new
from notices.pack.vocabulary import SENDER_ROLES
from notices.review.new_workspace import (
    FOLDERS,
    PRIVATE,
    PROFILE,
    sample_of,
    scaffold_files,
    suggested_pack,
)


@command("init")
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
@click.option(
    "--example", is_flag=True, help="With a fictional sender and case, to try it at once."
)
def init(
    session: Session, folder: Path, pack_id: str | None, sender_role: str, example: bool
) -> None:
    """Make a workspace: the folder that holds your own things.

    With --pack it has a sender profile to fill in; with --example a fictional sender and case, so
    that `notices check` and `notices letter` work at once. DIR is the current folder if left out.
    Nothing that is there already is changed.
    """
    if folder.exists() and not folder.is_dir():
        raise FileError(f"{folder}: Not a directory")
    if (folder / "notices.toml").exists():
        raise FileError(f"{folder}: there is a workspace already; nothing was changed")
    if example:
        pack_id = pack_id or suggested_pack()
        remark = session.words("example-head", pack=pack_id)
        sample = sample_of(session.pack(pack_id), session.pack_root(pack_id), remark)
        files = scaffold_files(pack_id, sample.sender)
        files[f"senders/{sample.sender}.yaml"] = sample.profile
        files["cases/example.yaml"] = sample.case
        enter = f"cd {quote(str(folder))} && " if folder.name else ""
        session.next("next-init-example", enter=enter, day=sample.day)
    elif pack_id:
        files = scaffold_files(pack_id, PROFILE)
        profile = blank_profile(session.pack(pack_id), PROFILE, sender_role, session.words)
        files[f"senders/{PROFILE}.yaml"] = profile
        session.next("next-init", profile=folder / "senders" / f"{PROFILE}.yaml")
    else:
        files = scaffold_files("", PROFILE)
        session.next("next-init-pack", packs=", ".join(session.workspace.pack_ids()))
    written = [folder / name for name in files if not (folder / name).exists()]
    for name, text in files.items():
        if folder / name in written:
            write_new(folder / name, text)
            session.say("file-written", file=folder / name)
    _make_folders(folder)
    session.finish({"folder": str(folder), "files": [str(file) for file in written]})


def _make_folders(folder: Path) -> None:
    try:
        for name in (*FOLDERS, *PRIVATE):
            (folder / name).mkdir(parents=True, exist_ok=True)
        for name in PRIVATE:
            (folder / name).chmod(0o700)
    except OSError as error:
        raise FileError(f"{folder}: {error.strerror or error}") from error
