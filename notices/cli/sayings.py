"""What click, the system and the machinery say in English, in the reader's language."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import click

from notices.cli.session import FAULT, Session
from notices.findings import Language
from notices.textfiles import read_text_file

SAYINGS = Path(__file__).parent / "sayings.yaml"
_SLOT = re.compile(r"\{(\w+)\}")


@cache
def read_sayings() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each English sentence as a pattern, with the Chinese one."""
    return tuple((_pattern(row["en"]), row["zh"]) for row in read_text_file(SAYINGS).data)


def in_language(text: str, language: Language) -> str:
    """`text` in the language; as it is where no sentence of sayings.yaml fits."""
    if language == "en":
        return text
    for pattern, chinese in read_sayings():
        if found := pattern.fullmatch(text):
            slots = found.groupdict()
            if "message" in slots:
                slots["message"] = in_language(slots["message"], language)
            return chinese.format_map(slots)
    return text


def show_usage(error: click.ClickException, session: Session) -> int:
    """Say what was wrong with the call, to people; returns the exit code."""
    if session.lang == "en" or isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return FAULT
    context = getattr(error, "ctx", None)
    if context is not None:
        usage = context.get_usage().removeprefix("Usage: ")
        click.echo(session.words("usage", usage=usage, command=context.command_path), err=True)
    text = in_language(error.format_message(), session.lang)
    click.echo(session.words("usage-error", text=text), err=True)
    return FAULT


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = _SLOT.split(sentence)
    made = (f"(?P<{part}>.+?)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
    return re.compile("".join(made), re.DOTALL)
