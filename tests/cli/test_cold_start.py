"""What must answer at once imports nothing heavy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.calls import run_outside

HEAVY = {
    *("weasyprint", "sqlalchemy", "pypdfium2", "PIL"),
    *("segno", "pikepdf", "zxingcpp", "fontTools"),
}


def imported(*arguments: str, cwd: Path) -> set[str]:
    said = run_outside(*arguments, cwd=cwd, python=("-X", "importtime"))
    assert said.code == 0, said.err
    return {name.split(".")[0] for name in re.findall(r"\|\s+([\w.]+)$", said.err, re.MULTILINE)}


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["check", "cases/good.json"], ["fields", "CN/formal_demand"]],
)
def test_no_heavy_module_is_imported(case: Path, workspace: Path, arguments: list[str]) -> None:
    names = imported(*arguments, cwd=workspace)
    assert "click" in names
    assert not names & HEAVY


def test_help_reads_no_yaml_schema_or_locale(tmp_path: Path) -> None:
    assert not imported("--help", cwd=tmp_path) & {"jsonschema_rs", "babel", "jinja2", "num2words"}
