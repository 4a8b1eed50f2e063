"""`notices batch` and its folder: what is refused, mended, given up and kept private."""

from __future__ import annotations

import csv
import os
import pty
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.calls import DATED, HOME, Call, run_outside
from tests.cli.test_batch import ASKED, HEAD, MAP, line, write

pytestmark = pytest.mark.heavy

SLOW = pytest.mark.slow

PRINTED = ("--today", "2026-04-15", "--without-payments")


@pytest.fixture
def words(workspace: Path) -> tuple[str, ...]:
    """A command for two good cases."""
    (workspace / "map.yaml").write_text(MAP.replace("  备注: ", "  #备注: "), encoding="utf-8")
    write(workspace / "accounts.csv", [line(1), line(2)])
    return ("batch", "accounts.csv", "--map", "map.yaml", *ASKED)


def looks(folder: Path) -> dict[str, tuple[int, int]]:
    """Everything in the folder, with its size and when it was written."""
    every = {str(f.relative_to(folder)): f.stat() for f in folder.rglob("*")}
    return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in every.items()}


def modes(folder: Path) -> set[str]:
    """The rights of everything in the folder."""
    return {f"{'d' if f.is_dir() else '-'}{f.stat().st_mode & 0o777:o}" for f in folder.rglob("*")}


def halt_workers(pid: int) -> None:
    """The letters in hand are never finished."""
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
            os.kill(int(child), signal.SIGSTOP)


def test_a_dry_run_leaves_a_run_alone(call: Call, workspace: Path, words: tuple[str, ...]) -> None:
    assert call(*words, "--out", "run").code == 0
    before = looks(workspace / "run")
    said = call(*words, "--out", "run", "--dry-run")
    assert said.code == 2 and "another --out" in said.err
    assert looks(workspace / "run") == before


def test_a_refused_run_touches_nothing(call: Call, workspace: Path, words: tuple[str, ...]) -> None:
    for name in ("mine", "packs"):  # a run's own folders are called so, too
        (workspace / name / name).mkdir(parents=True)
        (workspace / name / name / "kept").touch()
        before = looks(workspace)
        assert f"not empty ({name})" in call(*words, "--out", name).err
        assert looks(workspace) == before
    assert call(*words, "--out", "run").code == 0
    before = looks(workspace)
    assert "another run stands here" in call(*words, "--out", "run", "--large-print").err
    assert looks(workspace) == before


@pytest.mark.parametrize(
    "name",
    [
        "manifest.jsonl",
        *(pytest.param(n, marks=SLOW) for n in ("manifest.csv", "findings.csv", "report.html")),
    ],
)
def test_lists_of_a_finished_run_are_mended(
    call: Call, workspace: Path, words: tuple[str, ...], name: str
) -> None:
    assert call(*words, "--out", "run").code == 0
    file = workspace / "run" / name
    whole = file.read_bytes()
    if name.startswith("manifest"):
        file.write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
    else:
        file.unlink()
    if name == "manifest.jsonl":
        lost = call("print", "run", *PRINTED, "--json")
        assert lost.code == 1 and "print-letter-lost" in lost.rules
    said = call(*words, "--out", "run")
    assert said.code == 0 and "written again" in said.out
    assert file.read_bytes() == whole
    assert call("print", "run", *PRINTED, "--json").json["printed"]["letters"] == 2
    assert "nothing new" in call(*words, "--out", "run").out


def test_what_nobody_accepted_is_told_once_and_before_anything_is_begun(
    call: Call, workspace: Path, words: tuple[str, ...]
) -> None:
    for asked in ((), ("--dry-run",)):
        said = call(*words, "--live", "--out", "run", "--json", *asked)
        assert (said.code, [f["rule"] for f in said.json["findings"]]) == (2, ["not-approved"])
        assert not (workspace / "run").exists()
    call("pack", "accept", "CN", "--kind", "reminder", "--by", "Ann Example")
    assert call(*words, "--live", "--out", "run", "--json").json["states"]["written"] == 2


def test_rows_whose_text_nobody_accepted_wait_for_it(
    call: Call, workspace: Path, words: tuple[str, ...]
) -> None:
    """One of two kinds is accepted: the other's rows are held under their own place, and the same
    command makes them once it is accepted too."""
    text = (workspace / "map.yaml").read_text(encoding="utf-8")
    columns = "  种类: kind\n  此前: previous_notice_date\n  #备注: "
    text = text.replace("kind: reminder\n", "", 1).replace("  #备注: ", columns)
    by_post = "  delivery_method: {zh-Hans: 挂号信, en: registered post}\n  enclosures: [IOU]\n"
    (workspace / "map.yaml").write_text(text.replace('  level: "2"\n', by_post), encoding="utf-8")
    rows = [[*line(1), "formal_demand", "2026-02-02"], [*line(2), "reminder", ""]]
    rows.append([*line(3), "formal_demand", "2026-02-02"])
    with (workspace / "accounts.csv").open("w", encoding="utf-8-sig", newline="") as handle:
        csv.writer(handle).writerows([[*HEAD, "种类", "此前"], *rows])
    call("pack", "accept", "CN", "--kind", "reminder", "--all-facts", "--by", "Ann Example")
    first = call(*words, "--live", "--out", "run", "--json").json
    assert first["reasons"] == {"held": {"not-approved": 2}}, first
    with (workspace / "run" / "findings.csv").open(encoding="utf-8-sig", newline="") as handle:
        told = [row for row in csv.DictReader(handle) if row["rule"] == "not-approved"]
    assert [(Path(row["file"]).name, row["row"]) for row in told] == [
        ("accounts.csv", "2"),
        ("accounts.csv", "4"),
    ]
    assert not list((workspace / "run").glob("rejects*"))
    dry = call(*words, "--live", "--dry-run", "--out", "check", "--json").json
    assert (dry["held"], dry["known"]) == (2, 1)
    call("pack", "accept", "CN", "--kind", "formal_demand", "--by", "Ann Example")
    again = call(*words, "--live", "--out", "run", "--json").json
    assert (again["made"], again["states"]["written"]) == (2, 3), again


def test_a_full_disk_is_told_plainly(workspace: Path, words: tuple[str, ...]) -> None:
    """No file may be longer than 16 KB: a pack can't be copied."""
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 14, resource.RLIM_INFINITY));"
        "from notices.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, *words, "--out", "run"],
        env={**os.environ, "PYTHONPATH": str(HOME)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.rstrip().endswith("File too large") and "[(" not in done.stderr
    assert "notices: run: " in done.stderr
    assert not (workspace / "run").exists()


@pytest.mark.slow
def test_a_memory_limit_that_is_too_small_is_told_plainly(
    workspace: Path, words: tuple[str, ...]
) -> None:
    for lang, told in (("en", "limit may be too small"), ("zh", "内存上限可能过小")):
        said = run_outside(*words, "--memory-mb", "1", "--lang", lang, cwd=workspace)
        assert said.code == 2 and told in said.err
        assert "Traceback" not in said.err and "Error" not in said.err
    assert not list((workspace / "out").iterdir())


@pytest.mark.parametrize(
    ("asked", "seen", "told"),
    [
        (("--dry-run",), " rows · ", "the dry run was not finished and nothing was written"),
        pytest.param(
            *(("--lang", "zh", "--dry-run"), " 行 · ", "试运行未完成,未写入任何内容"), marks=SLOW
        ),
        pytest.param(*((), "/900 · ", "letters that were being made are given up"), marks=SLOW),
        (("--lang", "zh"), "/900 · ", "正在生成的信函作废"),
    ],
)
def test_ctrl_c_ends_a_dry_run_and_twice_a_run_with_a_word(
    workspace: Path, words: tuple[str, ...], asked: tuple[str, ...], seen: str, told: str
) -> None:
    write(workspace / "accounts.csv", [line(row) for row in range(1, 901)])
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "notices.cli", *words, "--out", "run", *asked],
        env={**os.environ, "PYTHONPATH": str(HOME), "LANG": "C.UTF-8", "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        encoding="utf-8",
        start_new_session=True,
        # as from a terminal, also where the tests run in the background and ignore it
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    os.close(theirs)
    screen = b""
    while seen.encode() not in screen:
        screen += os.read(ours, 4096)
    is_dry = "--dry-run" in asked
    halt_workers(process.pid)
    while not is_dry and select.select([ours], [], [], 0.5)[0]:  # what was answered is told first
        os.read(ours, 4096)
    assert process.stdout
    os.killpg(process.pid, signal.SIGINT)
    while not is_dry and not select.select([process.stdout], [], [], 0.2)[0]:
        os.killpg(process.pid, signal.SIGINT)
    out, _ = process.communicate()
    os.close(ours)
    assert process.returncode == 130 and told in out
    if is_dry:
        assert not (workspace / "run").exists()


def test_what_holds_personal_data_is_its_owners_alone(
    call: Call, workspace: Path, words: tuple[str, ...], case: Path
) -> None:
    write(workspace / "accounts.csv", [line(1), line(2, 姓名="")])
    (workspace / "shared").mkdir(mode=0o755)
    (workspace / "shared").chmod(0o755)
    before = os.umask(0o022)
    try:
        for out in ("run", "shared"):
            call(*words, "--out", out)
            assert call("print", out, *PRINTED).code == 0
        call(*words, "--out", "check", "--dry-run")
        assert call("letter", *DATED, case, "--out", "letters").code == 0
        assert os.umask(0o022) == 0o022, "the door puts it back"
    finally:
        os.umask(before)
    for out in ("run", "shared", "check", "letters"):
        assert (workspace / out).stat().st_mode & 0o777 == (0o755 if out == "shared" else 0o700)
        assert modes(workspace / out) <= {"d700", "-600"}, out
    assert {"rejects.csv", "print", "run.json"} <= {f.name for f in (workspace / "run").iterdir()}


@pytest.mark.parametrize(
    ("lang", "told"), [("en", "stopped by Ctrl-C"), ("zh", "已被 Ctrl-C 停止")]
)
def test_ctrl_c_before_the_run_listens_has_a_word_too(
    call: Call, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, lang: str, told: str
) -> None:
    def pressed(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("notices.cli.batch.digest_of", pressed)
    said = call(*words, "--lang", lang)
    assert said.code == 130 and told in said.err
