"""Files: whole or not at all, whatever goes wrong; one call at a time; cells that nobody runs."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from notices.errors import FileError
from notices.files import (
    append_line,
    creating,
    digest_files,
    is_draft,
    lock_run,
    move_file,
    private_files,
    replacing,
    safe_cell,
    write_new,
    write_whole,
    writing,
)


@contextmanager
def full_disk(most: int) -> Iterator[None]:
    """No file may grow past `most` bytes: writing fails as on a full disk."""
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


def ended(program: str, *words: object) -> int:
    """How a program of its own ended."""
    return subprocess.run([sys.executable, "-c", program, *map(str, words)], check=False).returncode


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def rights(file: Path) -> int:
    return file.stat().st_mode & 0o777


def test_a_file_is_replaced_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    file = tmp_path / "new" / "letter.pdf"
    write_whole(file, b"one")
    write_whole(file, "二")
    with writing(file, "utf-16") as text:
        text.write("drei\n")
    assert file.read_text(encoding="utf-16") == "drei\n"
    assert names(file.parent) == ["letter.pdf"]


def test_a_file_that_says_the_same_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "manifest.csv"
    write_whole(file, "a\n")
    os.utime(file, (1, 1))
    before = file.stat()
    write_whole(file, "a\n")
    assert (file.stat().st_ino, file.stat().st_mtime) == (before.st_ino, 1)
    write_whole(file, "b\n")
    assert file.read_text() == "b\n"


def test_rights_are_kept_and_private_is_private(tmp_path: Path) -> None:
    shared, own = tmp_path / "clauses.yaml", tmp_path / "orders.csv"
    write_whole(shared, "a")
    shared.chmod(0o664)
    write_whole(shared, "b")
    assert rights(shared) == 0o664
    for text in ("a", "a", "b"):
        own.touch()
        own.chmod(0o644)
        write_whole(own, text, private=True)
        assert rights(own) == 0o600
    write_new(tmp_path / "key.pem", "k", private=True)
    assert rights(tmp_path / "key.pem") == 0o600
    with private_files():
        write_whole(tmp_path / "x" / "letter", "a")
    assert rights(tmp_path / "x") == 0o700 and rights(tmp_path / "x" / "letter") == 0o600


def test_on_a_full_disk_the_old_file_stands(tmp_path: Path) -> None:
    file = tmp_path / "terms.yaml"
    write_whole(file, "old\n")
    with full_disk(1000), pytest.raises(FileError, match=r"terms\.yaml: "):
        write_whole(file, "x" * 5000)
    with full_disk(1000), pytest.raises(FileError), creating(tmp_path / "new.csv") as text:
        text.writelines(["x" * 100] * 1000)
    assert file.read_text() == "old\n" and names(tmp_path) == ["terms.yaml"]


def test_what_can_t_be_written_is_told_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / "file" / "x", tmp_path / "folder"):
        with pytest.raises(FileError, match=str(place)):
            write_whole(place, "x")
    assert names(tmp_path) == ["file", "folder"]


def test_an_error_in_the_block_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "findings.csv"
    write_whole(file, "old")
    with pytest.raises(KeyError), replacing(file) as draft:
        draft.write_text("half")
        raise KeyError
    with pytest.raises(KeyError), creating(tmp_path / "new"):
        raise KeyError
    assert file.read_text() == "old" and names(tmp_path) == ["findings.csv"]


@pytest.mark.heavy
def test_a_killed_call_leaves_a_draft_that_is_known_as_one(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    write_whole(file, "old")
    program = (
        "import os, sys; from pathlib import Path; from notices.files import replacing\n"
        "with replacing(Path(sys.argv[1])) as draft:\n"
        "    draft.write_text('half'); os.kill(os.getpid(), 9)"
    )
    assert ended(program, file) == -signal.SIGKILL
    (left,) = set(tmp_path.iterdir()) - {file}
    assert file.read_text() == "old" and is_draft(left) and not is_draft(file)


def test_many_write_one_file_at_once(tmp_path: Path) -> None:
    file = tmp_path / "draft.json"
    texts = [str(n) * 100_000 for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda text: write_whole(file, text), texts))
    assert file.read_text() in texts and names(tmp_path) == ["draft.json"]


def test_a_new_file_is_never_over_an_old_one(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "notices.toml"
    write_new(file, "mine\n")
    with pytest.raises(FileError, match="such a file already"):
        write_new(file, "other\n")
    assert file.read_bytes() == b"mine\n"


def test_lines_are_added_whole_or_not(tmp_path: Path) -> None:
    file = tmp_path / "approvals" / "CN.jsonl"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: append_line(file, {"by": "张" * 500, "n": n}), range(40)))
    before = file.read_bytes()
    assert sorted(json.loads(line)["n"] for line in before.splitlines()) == list(range(40))
    with full_disk(len(before) + 100), pytest.raises(FileError):
        append_line(file, {"by": "x" * 500})
    assert file.read_bytes() == before


@pytest.mark.parametrize("other", [Path("/dev/shm"), Path("/tmp")])
def test_a_file_is_moved_onto_another_disk_too(tmp_path: Path, other: Path) -> None:
    place = other / f"notices-test-{os.getpid()}"
    place.mkdir()
    try:
        for text in ("one", "two"):
            (tmp_path / "made.pdf").write_text(text)
            move_file(tmp_path / "made.pdf", place / "made.pdf")
            assert (place / "made.pdf").read_text() == text
            assert names(place) == ["made.pdf"] and names(tmp_path) == []
    finally:
        (place / "made.pdf").unlink()
        place.rmdir()


@pytest.mark.heavy
def test_one_call_works_on_a_run_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from notices.files import lock_run\n"
        "with lock_run(Path(sys.argv[1])):\n"
        "    if sys.argv[2] == 'die': os.kill(os.getpid(), 9)"
    )
    with lock_run(tmp_path), pytest.raises(FileError, match="another call"), lock_run(tmp_path):
        pass
    with lock_run(tmp_path):
        assert ended(program, tmp_path, "ask") == 1
    assert ended(program, tmp_path, "die") == -signal.SIGKILL
    with lock_run(tmp_path):
        pass
    with pytest.raises(FileError, match="none"), lock_run(tmp_path / "none"):
        pass


def test_a_digest_knows_names_bytes_and_where_one_file_ends(tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    a.write_bytes(b"12")
    b.write_bytes(b"3")
    first = digest_files([("a", a), ("b", b)])
    assert digest_files([("a", a), ("c", b)]) != first
    a.write_bytes(b"1")
    b.write_bytes(b"23")
    assert digest_files([("a", a), ("b", b)]) != first


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", " =1", "＝1", "＋1"]
)
def test_no_cell_is_a_formula(text: str) -> None:
    assert safe_cell(text) == f"'{text}" and safe_cell("x" + text) == "x" + text


@pytest.mark.parametrize("text", ["", "1", "1-1", "Müller", " 1", "'=1"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


def test_the_mask_comes_back_whichever_block_ends_last() -> None:
    """As in two threads of a program: the one that began first ends first."""
    before = os.umask(0o022)
    try:
        first, second = private_files(), private_files()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert os.umask(0o077) == 0o077, "the second is still at work"
        second.__exit__(None, None, None)
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
