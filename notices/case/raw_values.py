"""A record's raw values: pruned of blanks, shown without risk."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from notices.pack import paths
from notices.pack.paths import Steps
from notices.pack.vocabulary import DEBT_NUMBERS

_SURROGATES = re.compile("[\ud800-\udfff]")
_SHOWABLE = re.compile(r"[^\w .,:;()\[\]{}'<>*#+/@-]")
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,40}")


def shown(text: str, longest: int = 40) -> str:
    """`text` cut short and without anything a terminal or a page could trip over."""
    cut = text[:longest] + ("…" if len(text) > longest else "")
    return _SHOWABLE.sub("?", cut.replace("…", "...")).replace("...", "…")


def shown_code(value: object) -> str:
    """A value if it looks like a code, else `…`: it might be anything private."""
    return value if isinstance(value, str) and _CODE.fullmatch(value) else "…"


def written_number(debt: Mapping[str, Any]) -> str:
    """The number by which a debt is called, as written; "" where it has none."""
    values = (debt.get(name) for name in DEBT_NUMBERS)
    return next((v.strip() for v in values if isinstance(v, str) and v.strip()), "")


def path_text(path: Steps) -> str:
    """A path as the record's owner writes it, its keys made showable."""
    return paths.path_text(tuple(s if isinstance(s, int) else shown(s) for s in path))


def declared_path(path: Steps) -> str:
    """A value's path as fields.yaml writes it: `debts[].due_date`."""
    return "".join(
        "[]" if isinstance(step, int) else f".{step}" if i else step for i, step in enumerate(path)
    )


def pruned(value: Any, most: int) -> Any:
    """`value` without blanks: an empty text, list or mapping says no more than a missing one.

    Lists are cut after `most` + 1 entries (one more shows that there are too many); lone
    surrogates, which no UTF-8 can hold, become U+FFFD.
    """
    if isinstance(value, str):
        return value if value.isascii() else _SURROGATES.sub("\ufffd", value)
    if isinstance(value, dict):
        whole = {}
        for key, inner in value.items():
            if type(inner) is str and inner.isascii():  # nearly every value
                if not inner or inner.isspace():
                    continue
                kept = inner
            elif is_blank(kept := pruned(inner, most)):
                continue
            whole[key if type(key) is str and key.isascii() else pruned(key, most)] = kept
        return whole
    if isinstance(value, list):
        return [pruned(inner, most) for inner in value[: most + 1]]
    return value


def is_blank(value: Any) -> bool:
    if isinstance(value, str):
        return not value or value.isspace()
    return value is None or value in ([], {})
