"""Text files: the one room that parses YAML and JSON.

Every scalar comes out as text, as it was written (`00123` stays `00123`, `no` stays `no`); an empty
or `null` scalar is None. Types come from the schema. Duplicate keys, aliases and tags are refused,
and each value's line is kept, so that a finding can say where.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from notices.errors import FileError

Path_ = tuple[str | int, ...]
MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 24
_NULLS = {"", "~", "null", "Null", "NULL"}
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class TextFault:
    """Why a text could not be read: a rule id, the line (from 1) and what the parser met there."""

    rule: str
    line: int
    detail: str


class TextFileError(FileError):
    """A text that is not well-formed; `fault` says where and why."""

    def __init__(self, name: str, fault: TextFault) -> None:
        super().__init__(f"{name}:{fault.line}: {fault.detail} ({fault.rule})")
        self.name = name
        self.fault = fault


@dataclass(frozen=True)
class TextFile:
    """A parsed document: dicts, lists, text and None; `lines` maps value paths to lines."""

    name: str
    data: Any
    lines: Mapping[Path_, int]

    def line(self, *path: str | int) -> int:
        """The line of the value at `path`, or of its nearest parent that has one; 0 if unknown."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return 0


def read_bytes(file: Path) -> bytes:
    """A file's bytes, within MAX_BYTES. Raises FileError."""
    try:
        if file.stat().st_size > MAX_BYTES:
            raise FileError(f"{file}: larger than {MAX_BYTES} bytes")
        return file.read_bytes()
    except OSError as error:
        raise FileError(f"{file}: {error.strerror or error}") from error


def read_text_file(file: Path, name: str = "") -> TextFile:
    """The one document in a YAML or JSON file. Raises TextFileError, FileError."""
    documents = read_text_files(file, name)
    if len(documents) > 1:
        raise TextFileError(name or str(file), TextFault("broken-text", 1, "one document expected"))
    return documents[0] if documents else TextFile(name or str(file), {}, {})


def read_text_files(file: Path, name: str = "") -> tuple[TextFile, ...]:
    """All documents in a YAML or JSON file. Raises TextFileError, FileError."""
    raw = read_bytes(file)
    name = name or str(file)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise TextFileError(name, TextFault("not-utf8", line, "not UTF-8 text")) from error
    return tuple(parse_json(text, name) if file.suffix == ".json" else parse_yaml(text, name))


def parse_yaml(text: str, name: str) -> Iterator[TextFile]:
    """Each YAML document in `text`. Raises TextFileError."""
    if _too_deep(text):
        raise TextFileError(name, TextFault("nested-too-deep", 1, "nested too deep"))
    loader = _Loader(text)
    try:
        while loader.check_node():
            node: Any = loader.get_node()
            builder = _Builder(name)
            yield TextFile(name, builder.build(node), builder.lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        fault = TextFault("broken-text", mark.line + 1 if mark else 1, error.problem or "not YAML")
        raise TextFileError(name, fault) from error
    except yaml.YAMLError as error:
        raise TextFileError(name, TextFault("broken-text", 1, "not YAML text")) from error
    except RecursionError as error:
        raise TextFileError(name, TextFault("nested-too-deep", 1, "nested too deep")) from error
    finally:
        loader.dispose()


_DASHES = re.compile(r"^ *(?:[-?] ){200}", re.MULTILINE)


def _too_deep(text: str) -> bool:
    """Whether libyaml, which recurses in C, would run out of stack on `text`."""
    if _DASHES.search(text):
        return True
    depth = deepest = 0
    if text.count("[") + text.count("{") > 200:
        for char in text:
            depth += (char in "[{") - (char in "]}")
            deepest = max(deepest, depth)
    return deepest > 1000


class _Builder:
    """Turns one document's nodes into plain data and remembers their lines."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path_, int] = {}
        self.seen: set[int] = set()

    def fault(self, rule: str, node: yaml.Node, detail: str) -> TextFileError:
        return TextFileError(self.name, TextFault(rule, node.start_mark.line + 1, detail))

    def build(self, node: yaml.Node, path: Path_ = ()) -> Any:
        if id(node) in self.seen:  # composing resolves an alias to the very same node
            raise self.fault("yaml-alias", node, "an alias")
        if len(path) > MAX_DEPTH:
            raise self.fault("nested-too-deep", node, "nested too deep")
        self.seen.add(id(node))
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            plain_null = not node.style and node.value in _NULLS
            return None if plain_null else node.value
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*path, i)) for i, child in enumerate(node.value)]
        data: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self.fault("broken-text", key, "a key that is not text")
            if key.value in data:
                raise self.fault("duplicate-key", key, key.value)
            data[key.value] = self.build(value, (*path, key.value))
            self.lines[*path, key.value] = key.start_mark.line + 1
        return data


class _DuplicateKeyError(ValueError):
    pass


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key, value in pairs:
        if key in data:
            raise _DuplicateKeyError(key)
        data[key] = value
    return data


def parse_json(text: str, name: str) -> Iterator[TextFile]:
    """The JSON document in `text`, numbers kept as the text they were. Raises TextFileError."""
    try:
        data = json.loads(
            text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_pairs
        )
    except json.JSONDecodeError as error:
        raise TextFileError(name, TextFault("broken-text", error.lineno, error.msg)) from error
    except _DuplicateKeyError as error:
        raise TextFileError(name, TextFault("duplicate-key", 1, str(error))) from error
    except RecursionError as error:
        raise TextFileError(name, TextFault("nested-too-deep", 1, "nested too deep")) from error
    yield TextFile(name, _as_text(data), {})


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [_as_text(v) for v in value]
    if isinstance(value, dict):
        return {k: _as_text(v) for k, v in value.items()}
    return value
