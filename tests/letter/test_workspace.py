"""The workspace: found upward, its faults told at once, its senders by name only."""

from __future__ import annotations

from pathlib import Path

import pytest

from notices.errors import FileError, WorkspaceError
from notices.letter.workspace import (
    Workspace,
    find_sender,
    is_sender_file,
    read_sender,
    read_workspace,
    sender_names,
)
from notices.places import PACKS

SETTINGS = """
[defaults]
pack = "CN"
sender = "ours"
languages = ["zh-Hans", "en"]
layout = "stacked"
out = "letters"
fonts = ["fonts/Rare.ttf"]
[folders]
senders = "people"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "notices.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "ours.yaml").write_text("role: creditor\n", encoding="utf-8")
    return tmp_path


def test_it_is_found_upward_from_where_one_stands(root: Path) -> None:
    deep = root / "a" / "b"
    deep.mkdir(parents=True)
    found = read_workspace(None, deep)
    assert found == read_workspace(root, Path("/"))
    assert found.root == root
    assert found.pack_roots == (root / "packs", PACKS)
    assert found.senders == root / "people"
    assert found.ledger_url == f"sqlite:///{root}/ledger/letters.sqlite"
    assert found.defaults.out == root / "letters"
    assert found.defaults.fonts == (root / "fonts" / "Rare.ttf",)
    assert found.defaults.languages == ("zh-Hans", "en")


def test_none_at_all_is_fine(tmp_path: Path) -> None:
    found = read_workspace(None, tmp_path)
    assert found == Workspace()
    assert found.pack_roots == (PACKS,) and found.builtin_root == PACKS
    assert found.defaults.out == Path()


def test_a_folder_named_must_hold_one(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="notices init"):
        read_workspace(tmp_path, tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[defaults]\nlanguges = ["en"]', r"defaults\.languges.*defaults\.languages"),
        ("[default]", "default.*defaults"),
        ("defaults = 3", "table"),
        ("[defaults]\nfonts = 'x'", "list"),
        ("[defaults]\npack = 3", "text"),
        ("[defaults]\nlayout = 'side'", "parallel"),
        ("[defaults", "notices.toml"),
        ("[ledger]\nurl = ['x']", "text"),
        ("a = " + "[" * 5000 + "]" * 5000, "nested too deep"),
    ],
)
def test_a_wrong_setting_is_told(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "notices.toml").write_text(text, encoding="utf-8")
    with pytest.raises(WorkspaceError, match=says):
        read_workspace(None, tmp_path)


def test_all_wrong_settings_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "notices.toml").write_text("[defaults]\na = 1\nb = 2\n", encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"defaults\.a.*defaults\.b"):
        read_workspace(None, tmp_path)


def test_another_database_is_only_another_url(tmp_path: Path) -> None:
    text = '[ledger]\nurl = "postgresql+psycopg://host/db"'
    (tmp_path / "notices.toml").write_text(text, encoding="utf-8")
    assert read_workspace(None, tmp_path).ledger_url == "postgresql+psycopg://host/db"


def test_senders_are_found_by_name_or_file(root: Path) -> None:
    workspace = read_workspace(None, root)
    assert sender_names(workspace) == ("ours",)
    assert read_sender(workspace, "ours").data == {"role": "creditor"}
    assert read_sender(workspace, root / "people" / "ours.yaml").data == {"role": "creditor"}
    with pytest.raises(WorkspaceError, match="did you mean ours"):
        read_sender(workspace, "our")
    with pytest.raises(WorkspaceError, match="--sender"):
        read_sender(Workspace(), "ours")
    with pytest.raises(FileError):
        read_sender(workspace, root / "none.yaml")


@pytest.mark.parametrize("name", ["../ours", "people/ours", "/etc/passwd", "", ".", "a\x00b", ".x"])
def test_a_sender_s_name_is_never_a_path(root: Path, name: str) -> None:
    (root / "ours.yaml").write_text("role: creditor\n", encoding="utf-8")
    workspace = read_workspace(None, root)
    assert find_sender(workspace, name) is None
    with pytest.raises(WorkspaceError):
        read_sender(workspace, name)


def test_a_file_is_told_from_a_name() -> None:
    assert is_sender_file("x.yaml") and is_sender_file("./x") and is_sender_file("a\\b")
    assert not is_sender_file("our-company")


def test_a_profile_of_many_records_is_refused(root: Path) -> None:
    (root / "people" / "two.yaml").write_text("a: 1\n---\nb: 2\n", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="one sender profile"):
        read_sender(read_workspace(None, root), "two")
