"""A workspace's own pack: copied whole, once, and where it came from is known."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notices.errors import FileError, PackError
from notices.pack.load import pack_digest, read_pack
from notices.wording.own_copy import own_pack, read_origin

PACKS = Path(__file__).parent.parent / "packs"
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


def test_the_shipped_pack_is_copied_whole_before_the_first_edit(tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    own = own_pack("ZZ", packs, PACKS, NOW)
    assert own == packs / "ZZ"
    assert pack_digest(own) == pack_digest(PACKS / "ZZ")
    assert read_pack(own)[1] == read_pack(PACKS / "ZZ")[1]
    origin = read_origin(own)
    assert origin is not None and origin.digest == pack_digest(own)
    assert (origin.pack, origin.when) == ("ZZ", "2026-04-01T12:00:00+00:00")
    assert [f.name for f in packs.iterdir()] == ["ZZ"]


def test_an_own_pack_is_never_copied_over(tmp_path: Path) -> None:
    own = own_pack("ZZ", tmp_path, PACKS, NOW)
    (own / "terms.yaml").write_text("mine", encoding="utf-8")
    assert own_pack("ZZ", tmp_path, PACKS, NOW) == own
    assert (own / "terms.yaml").read_text(encoding="utf-8") == "mine"


def test_what_a_copy_that_failed_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / "ZZ").mkdir()
    (tmp_path / "ZZ" / "notes.txt").write_text("in the way", encoding="utf-8")
    with pytest.raises(FileError):
        own_pack("ZZ", tmp_path, PACKS, NOW)
    assert [f.name for f in tmp_path.iterdir()] == ["ZZ"]


def test_an_unknown_pack_and_a_spoilt_origin_are_told(tmp_path: Path) -> None:
    with pytest.raises(PackError):
        own_pack("../ZZ", tmp_path, PACKS, NOW)
    shutil.copytree(PACKS / "ZZ", tmp_path / "ZZ")
    assert read_origin(tmp_path / "ZZ") is None
    (tmp_path / "ZZ" / ".origin.json").write_text("[]", encoding="utf-8")
    with pytest.raises(FileError):
        read_origin(tmp_path / "ZZ")
