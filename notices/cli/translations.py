"""What click, the system and the machinery say in English, in the reader's language."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from notices.catalogue import Language
from notices.textfiles import read_text_file

TRANSLATIONS = Path(__file__).parent / "translations.yaml"
_SLOT = re.compile(r"\{(\w+)\}")


@cache
def read_translations() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each English sentence as a pattern, with the Chinese one."""
    return tuple((_pattern(row["en"]), row["zh"]) for row in read_text_file(TRANSLATIONS).data)


def in_language(text: str, language: Language) -> str:
    """`text` in the language; as it is where no sentence of translations.yaml fits."""
    if language == "en":
        return text
    for pattern, chinese in read_translations():
        if found := pattern.fullmatch(text):
            slots = found.groupdict()
            if "message" in slots:
                slots["message"] = in_language(slots["message"], language)
            return chinese.format_map(slots)
    return text


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = _SLOT.split(sentence)
    made = (f"(?P<{part}>.+?)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
    return re.compile("".join(made), re.DOTALL)
