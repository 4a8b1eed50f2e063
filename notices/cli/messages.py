"""The command line's own sentences, zh and en, from messages.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from notices.textfiles import read_text_file

MESSAGES = Path(__file__).parent / "messages.yaml"


@cache
def read_messages() -> Mapping[str, Mapping[str, str]]:
    """Every sentence, by its key: language → text with `{name}` slots."""
    data: Mapping[str, Mapping[str, str]] = read_text_file(MESSAGES).data
    return data
