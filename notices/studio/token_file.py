"""The token of a workspace's page, and the file that opens the page: their owner's alone.

`.studio/token` outlives the server, so that a page that is open goes on when the server is back.
`.studio/open-PORT.html` carries the token to the page in a form: a browser is started by the file's
name, which other users of the machine may see, and no address or history has the token.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from html import escape
from pathlib import Path

from notices.files import naming, read_bytes, write_whole
from notices.studio.drafts import keep_out_of_git

TOKEN = re.compile("[A-Za-z0-9_-]{32,64}")


def read_token(folder: Path) -> str:
    """The workspace's token; a new one where there is none that is this user's alone.

    Raises FileError.
    """
    file = folder / "token"
    if _is_mine_alone(file):
        text = read_bytes(file).decode("latin-1").strip()
        if TOKEN.fullmatch(text):
            return text
    token = secrets.token_urlsafe(24)
    keep_out_of_git(folder)
    write_whole(file, f"{token}\n", private=True)
    return token


def write_opener(folder: Path, address: str, port: int, token: str) -> Path:
    """The file that opens the page at `address`. Raises FileError."""
    file = folder / f"open-{port}.html"
    keep_out_of_git(folder)
    write_whole(
        file,
        '<!doctype html><meta charset="utf-8"><title>Notices</title>'
        f'<form method="post" action="{escape(address)}">'
        f'<input type="hidden" name="token" value="{escape(token)}"><button>Notices</button></form>'
        "<script>document.forms[0].submit()</script>\n",
        private=True,
    )
    return file


def _is_mine_alone(file: Path) -> bool:
    """Whether nobody else can have written or read it. Raises FileError."""
    with naming(file):
        try:
            state = file.lstat()
        except FileNotFoundError:
            return False
    mine = state.st_uid == os.getuid() and stat.S_ISREG(state.st_mode)
    return mine and not state.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
