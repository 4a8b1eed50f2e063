"""A workspace with a sample sender and one good case."""

from __future__ import annotations

from pathlib import Path

import pytest

from notices.cli.main import main
from tests.cli.calls import SENDERS, Call, Said, example, write_case


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """`notices …` in this process."""
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)

    def run(*arguments: object) -> Said:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call) -> Path:
    """What `notices init` makes, with a sample profile; also the working directory."""
    place = tmp_path / "ws"
    assert call("init", place).code == 0
    profile = (SENDERS / "sample-lender.yaml").read_text(encoding="utf-8")
    (place / "senders" / "sample-lender.yaml").write_text(profile, encoding="utf-8")
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def case(workspace: Path) -> Path:
    """A good case, at its own fixed date."""
    data = {**example("demand-consumer-loan-no-rate"), "sender": "sample-lender"}
    return write_case(workspace / "cases" / "good.json", data)
