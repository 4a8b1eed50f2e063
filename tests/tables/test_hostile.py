"""No input gives a traceback, and nothing hostile becomes more than plain text."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.case.characters import is_formula, unsafe_character
from notices.case.identity import id_fault
from notices.case.record import Record, read_records
from notices.case.schema import check_schema
from notices.catalogue import line_of
from notices.pack.load import load_pack

HERE = Path(__file__).parent
ZZ = load_pack(HERE.parent / "packs" / "ZZ")
SENDER = read_records(HERE.parent / "packs" / "ZZ" / "examples" / "senders" / "zet-credit.yaml")[0]
GOOD = read_records(HERE.parent / "case" / "good" / "full.yaml")[0]

TEXTS = st.text(st.characters(codec=None, exclude_categories=()), max_size=30).filter(
    lambda text: text != "None"  # what tests/conftest.py takes for a value that is missing
)
DATA: st.SearchStrategy[Any] = st.recursive(
    st.none() | TEXTS | st.sampled_from(["NaN", "-1", "1e9", "2026-02-30", "true", "ZZ"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
KEYS = sorted({step.removesuffix("[]") for f in ZZ.fields.values() for step in f.path.split(".")})


def told(record: Record, sender: Record = SENDER) -> list[str]:
    found = check_schema(record, sender, ZZ)
    return [line_of(f, language) for f in found for language in ("en", "zh")]


@given(st.dictionaries(st.sampled_from(KEYS) | TEXTS, DATA, max_size=8))
@settings(max_examples=300, deadline=None)
def test_any_data_gives_findings_never_a_traceback(data: dict[str, Any]) -> None:
    told(Record(data, "f", {}))
    told(GOOD, Record(data, "s", {}))


@given(st.sampled_from(sorted(GOOD.data)), DATA)
@settings(max_examples=300, deadline=None)
def test_any_value_anywhere_in_a_good_record(key: str, value: Any) -> None:
    told(Record({**GOOD.data, key: value}, "f", GOOD.lines))
    debt = {**GOOD.data["debts"][0], "items": value}
    told(Record({**GOOD.data, "debts": [debt, value]}, "f", GOOD.lines))
    told(Record({**GOOD.data, "recipient": {**GOOD.data["recipient"], "name": value}}, "f", {}))


@given(st.binary(max_size=200) | TEXTS.map(lambda t: t.encode("utf-8", "surrogatepass")))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_records_or_faults(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("yaml", "json"):
            file = Path(folder) / f"x.{suffix}"
            file.write_bytes(raw)
            for record in read_records(file):
                told(record)


@given(DATA)
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_what_is_read(data: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.yaml"
        file.write_bytes(yaml.safe_dump([data], allow_unicode=False).encode("ascii", "replace"))
        assert read_records(file)
        file = Path(folder) / "x.json"
        file.write_text(json.dumps([data]), encoding="utf-8")
        assert read_records(file)


def test_five_thousand_items_are_one_finding() -> None:
    items = [{"kind": "principal", "amount": "x"}] * 5000
    data = {**GOOD.data, "debts": [{**GOOD.data["debts"][0], "items": items}]}
    rules = [f.rule for f in check_schema(Record(data, "f", {}), SENDER, ZZ)]
    assert rules.count("too-many") == 1
    assert len(rules) < 50


def test_payloads_stay_text() -> None:
    record = read_records(HERE.parent / "case" / "bad" / "merge-accident--markup.yaml")[0]
    assert record.data["recipient"]["name"].startswith("<img src=x onerror=alert(1)> {{ 7*7 }}")


def test_a_broken_document_is_told_and_nothing_after_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "many.yaml"
    file.write_text("id: a\n---\nid: [\n---\nid: c\n", encoding="utf-8")
    (record,) = read_records(file)
    assert [f.rule for f in record.faults] == ["broken-text"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a\u202eb", "U+202E"),
        ("a\u2066b", "U+2066"),
        ("a\u200fb", "U+200F"),
        ("a\u2028b", "U+2028"),
        ("a\x00b", "U+0000"),
        ("a\x85b", "U+0085"),
        ("a\ud800b", "U+D800"),
        ("a\ufffeb", "U+FFFE"),
        ("a\U0001ffffb", "U+1FFFF"),
        ("a\ufdd0b", "U+FDD0"),
        ("a\u200db", "U+200D"),
        ("中\u200c文", "U+200C"),
        ("a\u200bb", "U+200B"),
        ("a\ufeffb", "U+FEFF"),
        ("a\U000e0041b", "U+E0041"),
    ],
)
def test_unsafe_characters(text: str, code: str) -> None:
    assert unsafe_character(text) == (2, code)


@pytest.mark.parametrize(
    "text",
    ["葛\U000e0100城", "☎\ufe0f", "می\u200cخواهم", "क्\u200dष", "𠮷野", "Łódź", "a b"],
)
def test_safe_characters(text: str) -> None:
    assert unsafe_character(text) is None


def test_line_ends_only_in_long_text() -> None:
    assert unsafe_character("a\nb") == (2, "U+000A")
    assert unsafe_character("a\nb", lines=True) is None
    assert unsafe_character("a\n\tb", lines=True) == (3, "U+0009")


@pytest.mark.parametrize(
    ("case_id", "why"),
    [
        ("A-1001", ""),
        ("2026_04.17-a", ""),
        ("", "form"),
        (".", "form"),
        ("..", "form"),
        (".hidden", "form"),
        ("-rf", "form"),
        ("a/b", "form"),
        ("a\\b", "form"),
        ("A-1.", "form"),
        ("é1", "form"),
        ("x" * 65, "form"),
        ("OVERDUE-1", "telling"),
        ("my-debt", "telling"),
        ("Muster-1", "name"),
        ("MUSTER2026", "name"),
    ],
)
def test_ids_are_safe_in_file_names(case_id: str, why: str) -> None:
    assert id_fault(case_id, ("Anna Muster",)) == why


@pytest.mark.parametrize(
    "text",
    [
        *("=cmd|' /C calc'!A0", '=HYPERLINK("https://x.example","y")', "=1+1", "=A1", "= SUM (A1)"),
        *("＝SUM(A1)", "=-1", "='x'!A1", "=@SUM(1)", "  =1"),
    ],
)
@pytest.mark.parametrize("path", ["recipient.name", "recipient.address"])
def test_a_formula_is_no_text_of_a_letter(text: str, path: str) -> None:
    data = json.loads(json.dumps(dict(GOOD.data)))
    if path == "recipient.name":
        data["recipient"]["name"] = text
    else:
        data["recipient"]["address"][0] = text
    lines = told(Record(data, "x.json"))
    assert any("formula-text" in line for line in lines)
    assert not any(text.strip() in line for line in lines)


@pytest.mark.parametrize(
    "text",
    [
        *("@home GmbH", "+Plus", "-Müller", "=mc² GmbH", "=equals= Ltd", "= Studio ="),
        *("a=b", "=", "1+1=2 KG", ""),
    ],
)
def test_a_name_may_begin_with_a_sign(text: str) -> None:
    assert not is_formula(text)
    data = json.loads(json.dumps(dict(GOOD.data)))
    data["recipient"]["name"] = text
    assert not any("formula-text" in line for line in told(Record(data, "x.json")))
