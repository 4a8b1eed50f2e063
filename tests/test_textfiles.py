"""Text files: scalars stay as written, and what can't be read is told with its line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from notices import textfiles
from notices.errors import FileError
from notices.files import MAX_BYTES
from notices.textfiles import (
    MAX_DEPTH,
    TextFile,
    TextFileError,
    parse_json,
    parse_yaml,
    read_text_file,
    read_text_files,
)


def yaml_of(text: str) -> TextFile:
    (document,) = parse_yaml(text, "f.yaml")
    return document


def json_of(text: str) -> Any:
    (document,) = parse_json(text, "f.json")
    return document.data


def fault_of(text: str, suffix: str = "yaml") -> tuple[str, int]:
    """The rule and the line under which a text is refused."""
    parse = parse_json if suffix == "json" else parse_yaml
    with pytest.raises(TextFileError) as refused:
        list(parse(text, "f"))
    return refused.value.fault.rule, refused.value.fault.line


@pytest.mark.parametrize(
    "written",
    [
        *("00123", "0x1F", "0o17", "1_000", "1e5", "12:30", "-7", "+7", "3.10", ".5", ".inf"),
        *("no", "NO", "yes", "on", "off", "true", "False", "y", "n"),
        *("2026-04-15", "2026-04-15T10:00:00Z", "nan", "=", "<<x", "公安县", "a:b"),
    ],
)
def test_a_scalar_is_the_text_that_was_written(written: str) -> None:
    assert yaml_of(f"key: {written}").data == {"key": written}
    assert yaml_of(f"{written}: 1\n").data == {written: "1"}


@pytest.mark.parametrize("written", ["", "~", "null", "Null", "NULL"])
def test_only_plain_nulls_are_nothing(written: str) -> None:
    assert yaml_of(f"key: {written}\n").data == {"key": None}
    assert yaml_of(f'key: "{written}"\n').data == {"key": written}


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!!int", "!x", "!!binary"])
def test_tags_make_nothing_but_text(tag: str) -> None:
    assert yaml_of(f'key: {tag} "007"\n').data == {"key": "007"}


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "duplicate-key", 3),
        ('a: 1\n"a": 3\n', "duplicate-key", 2),
        ("x:\n  - b: 1\n    b: 2\n", "duplicate-key", 3),
        ("a: &x 1\nb: *x\n", "yaml-alias", 2),
        ("a: &x [1]\nb: *x\n", "yaml-alias", 2),
        ("a: 1\n*x : 1\n", "yaml-alias", 2),
        ("a: &a [*a]\n", "yaml-alias", 1),
        ("? [a]\n: 1\n", "broken-text", 1),
        ("? {a: 1}\n: 1\n", "broken-text", 1),
        ("a: [1, 2\nb: 3\n", "broken-text", 2),
        ("a:\n\t- 1\n", "broken-text", 2),
        ("a: 'open\n", "broken-text", 2),
        ("a: b: c\n", "broken-text", 1),
        ("a: \x07\n", "broken-text", 1),
        ("[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2), "nested-too-deep", 1),
        ("- " * 100_000, "nested-too-deep", 1),
        ("? " * 100_000, "broken-text", 1),
        ("[" * 100_000, "nested-too-deep", 1),
        ("{a: " * 100_000, "nested-too-deep", 1),
        ("a: " + "[" * 2000 + "]" * 2000, "nested-too-deep", 1),
        ("a: 1\nb: !x " + "[" * 2000, "nested-too-deep", 2),
        ("- x\n-" + "\t" + "{[ " * 1000, "nested-too-deep", 2),
        ("[" * 3000 + "]" * 3000 + ": 1\n", "nested-too-deep", 1),
        ('a: "' + "[" * 2000, "broken-text", 1),
        ("a: x" + "[" * 2000 + ": y\n", "broken-text", 1),
        ("a: # " + "[" * 2000 + "\n\t- x", "broken-text", 2),
        ("x: 1\n" + "".join(f"{' ' * n}a:\n" for n in range(30)), "nested-too-deep", 27),
    ],
)
@pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader])
def test_yaml_that_is_refused(
    text: str, rule: str, line: int, loader: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the same rule, whichever parser reads it and whatever limits that has itself."""
    monkeypatch.setattr(textfiles, "_Loader", loader)
    assert fault_of(text) == (rule, line)


def test_deep_indentation_ends_at_the_same_limit() -> None:
    deep = "".join(f"{' ' * n}a:\n" for n in range(600))
    assert fault_of(deep)[0] == "nested-too-deep"
    fine = "".join(f"{' ' * n}a:\n" for n in range(MAX_DEPTH))
    assert yaml_of(fine).data


@pytest.mark.heavy
def test_endless_nesting_leaves_the_process_alive() -> None:
    """A parser that recurses in C runs out of stack there, and that kills the process."""
    code = (
        "from notices.textfiles import parse_yaml, TextFileError\n"
        "for text in ('- ' * 10**6, '? ' * 10**6, '[' * 10**6, '{a: ' * 10**6, '- - ? ' * 10**5,\n"
        "             '-   ' * 10**5, '- \\t' * 10**5, '!a [' * 10**5, '&a [' * 10**5,\n"
        "             ''.join(' ' * n + '-\\n' for n in range(3000)), '- !a ' * 10**5,\n"
        "             ''.join(' ' * n + 'a:\\n' for n in range(3000)), '- &a ' * 10**5):\n"
        "    try:\n"
        "        list(parse_yaml(text, 'x'))\n"
        "    except TextFileError as error:\n"
        "        print(error.fault.rule)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert set(done.stdout.split()) <= {"nested-too-deep", "broken-text"}
    assert len(done.stdout.split()) == 13


def test_every_value_has_its_line() -> None:
    text = yaml_of("a: 1\nb:\n  - c: 2\n    d: 3\n  - e\n")
    assert text.line("a") == 1
    assert text.line("b", 0, "d") == 4
    assert text.line("b", 1) == 5
    assert text.line("b", 0, "none") == 3
    assert text.line("none") == 1


def test_many_documents_are_many(tmp_path: Path) -> None:
    file = tmp_path / "many.yaml"
    file.write_text("a: 1\n---\nb: 2\n...\n---\n- c\n", encoding="utf-8")
    assert [text.data for text in read_text_files(file)] == [{"a": "1"}, {"b": "2"}, ["c"]]
    with pytest.raises(TextFileError, match="one document"):
        read_text_file(file)


def test_nothing_at_all_is_an_empty_document(tmp_path: Path) -> None:
    file = tmp_path / "empty.yaml"
    file.write_text("# only a remark\n", encoding="utf-8")
    assert read_text_file(file).data == {}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("00.50", None),
        ("1.50", "1.50"),
        ("1e5", "1e5"),
        ("123456789012345678901234567890.10", "123456789012345678901234567890.10"),
        ("-0", "-0"),
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
        ("true", "true"),
        ("false", "false"),
        ("null", None),
        ('"00123"', "00123"),
        ('"\\ud800"', "\ud800"),
        ('"\\ud842\\udfb7"', "𠮷"),
    ],
)
def test_json_keeps_numbers_and_flags_as_they_were_written(written: str, read: str | None) -> None:
    if written == "00.50":
        assert fault_of(f'{{"key": {written}}}', "json") == ("broken-text", 1)
        return
    assert json_of(f'{{"key": {written}}}') == {"key": read}


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ('{"a": 1,\n "a": 2}', "duplicate-key", 1),
        ('{"x": {"b": 1, "b": 2}}', "duplicate-key", 1),
        ('{"a": 1\n,}', "broken-text", 2),
        ("{'a': 1}", "broken-text", 1),
        ("", "broken-text", 1),
        ('{"a": 1} {"b": 2}', "broken-text", 1),
        ("[" * 100_000, "nested-too-deep", 1),
        ('{"a":' * 100_000, "nested-too-deep", 1),
        ("[" * 5000 + "]" * 5000, "nested-too-deep", 1),
        ("[" * 600 + "]" * 600, "nested-too-deep", 1),
        ('{"a":' * (MAX_DEPTH + 1) + "1" + "}" * (MAX_DEPTH + 1), "nested-too-deep", 1),
        ('{"a": "]",\n"b": ' + "[" * 600, "nested-too-deep", 2),
        ('{"a": 1, "a": 2, "b":\n' + "[" * 600 + "]" * 600 + "}", "nested-too-deep", 2),
        ('{"a": "' + "[" * 100_000 + '\\"', "broken-text", 1),
        ('["[[' + '", "[[' * 100 + '"', "broken-text", 1),
    ],
)
def test_json_that_is_refused(text: str, rule: str, line: int) -> None:
    assert fault_of(text, "json") == (rule, line)


@pytest.mark.parametrize("inner", ["", "1", '"x"', "{}"])
def test_json_may_nest_as_deep_as_yaml(inner: str) -> None:
    for depth in range(MAX_DEPTH - 1, MAX_DEPTH + 3):
        text = "[" * depth + inner + "]" * depth
        kept = [rule_or_data(parse, text) for parse in (parse_json, parse_yaml)]
        assert kept[0] == kept[1]
        assert (kept[0] == "nested-too-deep") == (depth + bool(inner) > MAX_DEPTH + 1)


def rule_or_data(parse: Callable[[str, str], Iterator[TextFile]], text: str) -> Any:
    try:
        return next(parse(text, "f")).data
    except TextFileError as error:
        return error.fault.rule


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"bom.{suffix}"
    file.write_bytes(b'\xef\xbb\xbf{"id": "A-1"}')
    assert read_text_file(file).data == {"id": "A-1"}


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "latin-1"])
def test_another_encoding_is_told_by_its_line(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes("id: A-1\nname: Müller 张样例\n".encode(encoding, "replace"))
    with pytest.raises(TextFileError) as refused:
        read_text_file(file)
    assert refused.value.fault.rule == "not-utf8"


def test_a_file_that_is_not_there_or_too_large_is_the_caller_s_fault(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        read_text_file(tmp_path / "none.yaml")
    with pytest.raises(FileError):
        read_text_file(tmp_path)
    huge = tmp_path / "huge.yaml"
    with huge.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(FileError, match="larger"):
        read_text_file(huge)


def test_a_large_record_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    rows = 20_000
    file.write_text("items:\n" + "- {kind: fee, amount: 1.00}\n" * rows, encoding="utf-8")
    text = read_text_file(file)
    assert len(text.data["items"]) == rows
    assert text.line("items", rows - 1, "amount") == rows + 1


def test_a_large_text_without_structure_is_read(tmp_path: Path) -> None:
    """No quadratic step: three million brackets and dashes inside one scalar."""
    assert yaml_of('a: "' + "[{]}- " * 500_000 + '"').data["a"].startswith("[{]}")


TREES = st.recursive(
    st.none() | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(TREES)
def test_json_and_yaml_read_the_same(tree: Any) -> None:
    written = json.dumps({"tree": tree}, ensure_ascii=True)
    assert json_of(written) == {"tree": tree}


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_yaml, parse_json):
        try:
            list(parse(text, "any"))
        except TextFileError as error:
            assert error.fault.line >= 1
            assert error.fault.rule in {
                *("broken-text", "duplicate-key", "yaml-alias", "nested-too-deep"),
            }
