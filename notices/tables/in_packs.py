"""A preset's words as a pack's own: fields, kinds of items, codes that packs call differently."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from notices.pack.fields import allowed_codes
from notices.pack.types import Pack
from notices.places import TEMPLATES
from notices.tables.mapping_check import declared, field_type, fields_by_path
from notices.textfiles import read_text_file


@cache
def _words() -> Mapping[str, Mapping[str, list[str]]]:
    words: Mapping[str, Mapping[str, list[str]]] = read_text_file(
        TEMPLATES / "mappings" / "in_packs.yaml"
    ).data
    return words


def in_pack(data: Mapping[str, Any], pack: Pack) -> dict[str, Any]:
    """A preset's mapping as this pack has its fields; what the pack has no word for is left out."""
    columns = {h: _column(said, pack) for h, said in (data.get("columns") or {}).items()}
    stated = (_constant(path, said, pack) for path, said in (data.get("constants") or {}).items())
    items = [{**item, "kind": _kind(item, pack)} for item in data.get("items") or ()]
    return {
        **data,
        "columns": {header: said for header, said in columns.items() if said},
        "constants": dict(one for one in stated if one is not None),
        "items": items,
    }


def _first(word: str, others: Iterable[str], known: Iterable[str]) -> str:
    return next((name for name in (word, *others) if name in {*known}), "")


def _path(path: str, pack: Pack) -> str:
    names = (path, *_words()["fields"].get(path, ()))
    return next((name for name in names if field_type(name, pack)), "")


def _column(said: Any, pack: Pack) -> Any:
    """What a column fills in this pack; empty for nothing."""
    if isinstance(said, list):
        return [made for one in said if (made := _column(one, pack))]
    if isinstance(said, str):
        return _path(said, pack)
    path = _path(said.get("to", ""), pack)
    return {**said, "to": path} if path else None


def _constant(path: str, said: Any, pack: Pack) -> tuple[str, Any] | None:
    name = _path(path, pack)
    field = fields_by_path(pack).get(declared(name))
    if not name or field is None:
        return None
    codes = allowed_codes(field, pack) if field.type == "code" else ()
    if not codes or not isinstance(said, str):
        return name, said
    code = _first(said, _words()["codes"].get(said, ()), codes)
    return (name, code) if code else None


def _kind(item: Mapping[str, Any], pack: Pack) -> str:
    kind = str(item.get("kind", ""))
    return _first(kind, _words()["item_kinds"].get(kind, ()), pack.item_kinds) or kind
