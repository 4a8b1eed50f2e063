"""Texts of a mapping as the readers of tables give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def plain_header(header: str) -> str:
    """A header as the readers give it."""
    return " ".join(header.split())


def plain_headers(names: Any) -> tuple[str, ...]:
    return tuple(plain_header(str(name)) for name in names or ())


def plain_texts(data: Mapping[str, Any]) -> dict[str, str]:
    return {str(key): "" if value is None else str(value) for key, value in data.items()}
