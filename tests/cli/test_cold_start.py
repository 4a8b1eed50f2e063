"""What must answer at once imports nothing heavy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.calls import DATED, run_outside

HEAVY = {
    *("weasyprint", "sqlalchemy", "pypdfium2", "PIL"),
    *("segno", "pikepdf", "zxingcpp", "fontTools"),
}


def modules(*arguments: str, cwd: Path) -> set[str]:
    """Every module that a call imports, by its full name."""
    said = run_outside(*arguments, cwd=cwd, python=("-X", "importtime"))
    assert said.code == 0, said.err
    return set(re.findall(r"\|\s+([\w.]+)$", said.err, re.MULTILINE))


def imported(*arguments: str, cwd: Path) -> set[str]:
    return {name.split(".")[0] for name in modules(*arguments, cwd=cwd)}


@pytest.mark.heavy
@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["check", *DATED, "cases/good.json"],
        ["fields", "CN/formal_demand"],
    ],
)
def test_no_heavy_module_is_imported(case: Path, workspace: Path, arguments: list[str]) -> None:
    names = imported(*arguments, cwd=workspace)
    assert "click" in names
    assert not names & HEAVY


@pytest.mark.heavy
@pytest.mark.parametrize("group", [(), ("pack",), ("ledger",)])
def test_help_imports_no_command(tmp_path: Path, group: tuple[str, ...]) -> None:
    names = modules(*group, "--help", cwd=tmp_path)
    own = {name for name in names if name.startswith("notices.cli.")}
    assert own == {"notices.cli.commands", "notices.cli.main"}
    assert "yaml" not in names


READERS = {f"notices.tables.{name}" for name in ("rows", "xlsx", "xlsx_sheet", "encodings")}


@pytest.mark.heavy
@pytest.mark.parametrize("command", ["check", "letter"])
def test_single_letters_load_no_reader_of_tables(case: Path, workspace: Path, command: str) -> None:
    names = modules(command, *DATED, "cases/good.json", cwd=workspace)
    assert "notices.letter.holds" in names
    assert not names & {*READERS, "openpyxl"}
    if command == "check":  # the renderer's own libraries read archives and XML
        assert not names & {"zipfile", "xml.parsers.expat"}


@pytest.mark.heavy
def test_a_table_of_holds_is_read_all_the_same(case: Path, workspace: Path) -> None:
    (workspace / "holds.csv").write_text("case_id,hold\nCN-0003,dispute\n", encoding="utf-8")
    said = run_outside("check", *DATED, "cases/good.json", "--json", cwd=workspace)
    assert said.code == 1 and "hold-dispute" in said.rules
