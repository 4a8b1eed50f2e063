"""Every YAML file reads the same elsewhere: strictly, and to the same keys and lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from yamllint import linter
from yamllint.config import YamlLintConfig

from notices.places import TEMPLATES
from notices.textfiles import read_text_files

HOME = Path(__file__).parents[2]
FILES = sorted(f for place in (TEMPLATES, HOME / "tests" / "packs") for f in place.rglob("*.yaml"))


def shape(value: Any) -> Any:
    """A value's keys and lists, whatever type a reader gives its scalars."""
    if isinstance(value, dict):
        return {as_text(key): shape(inner) for key, inner in value.items()}
    return [shape(inner) for inner in value] if isinstance(value, list) else "a scalar"


def as_text(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def test_another_reader_finds_the_same() -> None:
    assert len(FILES) > 200
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        strictly = [shape(data) for data in yaml.load_all(text, yaml.SafeLoader)]
        ours = [shape(document.data) for document in read_text_files(file)]
        assert strictly == ours, file


def test_yamllint_finds_nothing() -> None:
    config = YamlLintConfig(file=str(HOME / ".yamllint"))
    found = [
        f"{name}:{problem.line}: {problem.desc} ({problem.rule})"
        for name in (file.relative_to(HOME).as_posix() for file in FILES)
        for problem in linter.run((HOME / name).read_text(encoding="utf-8"), config, name)
    ]
    assert found == []
