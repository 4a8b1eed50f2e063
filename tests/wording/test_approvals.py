"""Approvals: one person for shipped wording, two for edited, by name for what nobody verified."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notices.errors import WorkspaceError
from notices.pack.load import load_pack
from notices.pack.types import Clause, Pack
from notices.wording.approval_check import check_facts, check_live, check_text
from notices.wording.approvals import (
    Approval,
    accept_fact,
    accept_kind,
    append_approval,
    read_approvals,
)
from notices.wording.digests import fact_digest, kind_text, read_layout_digest

ZZ = Path(__file__).parent.parent / "packs" / "ZZ"
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
LAYOUT = "layout"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(ZZ)


@pytest.fixture(scope="module")
def kind(pack: Pack) -> str:
    return next(iter(pack.kinds))


def edited(pack: Pack, kind: str, *langs: str) -> Pack:
    """The pack with one of the kind's clauses changed in the languages named."""
    name = next(part.clause for part in pack.kinds[kind].parts if part.clause)
    clause = pack.clauses[name]
    texts = {**clause.texts, **{lang: f"{clause.texts[lang]}!" for lang in langs}}
    changed: dict[str, Clause] = {**pack.clauses, name: replace(clause, texts=texts)}
    return replace(pack, clauses=changed)


def rules(pack: Pack, kind: str, book: list[Approval], builtin: str = "") -> list[str]:
    return [finding.rule for finding in check_text(pack, kind, book, LAYOUT, builtin)]


def by(pack: Pack, kind: str, name: str) -> Approval:
    return accept_kind(pack, kind, LAYOUT, name, NOW)


def test_shipped_wording_needs_one_person(pack: Pack, kind: str) -> None:
    builtin = kind_text(pack, kind, LAYOUT).digest
    assert rules(pack, kind, [], builtin) == ["not-approved"]
    assert rules(pack, kind, [by(pack, kind, "Ann")], builtin) == []


def test_edited_wording_needs_two_different_people(pack: Pack, kind: str) -> None:
    builtin = kind_text(pack, kind, LAYOUT).digest
    own = edited(pack, kind, *pack.formats)
    ann, again, bo = (by(own, kind, name) for name in ("Ann  Example", "ann example", "Bo"))
    assert rules(own, kind, [ann], builtin) == ["four-eyes"]
    assert rules(own, kind, [ann, again], builtin) == ["four-eyes"]
    assert rules(own, kind, [ann, bo], builtin) == []


def test_an_acceptance_ends_with_any_change_of_the_text(pack: Pack, kind: str) -> None:
    book = [by(pack, kind, "Ann"), by(pack, kind, "Bo")]
    assert rules(pack, kind, book) == []
    label = next(iter(pack.labels))
    asked = pack.kinds[kind]
    first = next(iter(pack.formats))
    changes = {
        "a clause": edited(pack, kind, first),
        "a part": replace(pack, kinds={**pack.kinds, kind: replace(asked, parts=asked.parts[:-1])}),
        "a label": replace(pack, labels={**pack.labels, label: {first: "other"}}),
        "a date's form": replace(
            pack, formats={**pack.formats, first: replace(pack.formats[first], date="y")}
        ),
    }
    for what, changed in changes.items():
        assert "not-approved" in rules(changed, kind, book), what
    assert [f.rule for f in check_text(pack, kind, book, "other layout", "")] == ["not-approved"]


def test_one_side_changed_alone_marks_the_translation_stale(pack: Pack, kind: str) -> None:
    book = [by(pack, kind, "Ann"), by(pack, kind, "Bo")]
    first, second = tuple(pack.formats)[:2]
    findings = check_text(edited(pack, kind, first), kind, book, LAYOUT, "")
    assert [f.rule for f in findings] == ["not-approved", "translation-stale"]
    assert findings[1].params["changed"] == first and findings[1].params["kept"] == second
    assert findings[1].line
    assert rules(edited(pack, kind, first, second), kind, book) == ["not-approved"]


def test_what_is_not_the_kind_s_text_does_not_matter(pack: Pack, kind: str) -> None:
    book = [by(pack, kind, "Ann"), by(pack, kind, "Bo")]
    asked = pack.kinds[kind]
    used = {p.clause for p in asked.parts} | {asked.subject, *asked.subjects.values()}
    others = {n: c for n, c in pack.clauses.items() if n in used}
    others["unused"] = replace(next(iter(pack.clauses.values())), id="unused")
    moved = replace(pack, clauses=others, root=Path("/elsewhere"), digest="x")
    moved = replace(moved, rules=tuple(replace(rule, params={}) for rule in pack.rules))
    assert rules(moved, kind, book) == []
    said = tuple(replace(rule, basis={"en": "says something else"}) for rule in pack.rules)
    assert "not-approved" in rules(replace(pack, rules=said), kind, book)


def test_unverified_facts_are_accepted_by_name_until_they_change(pack: Pack, kind: str) -> None:
    rule = pack.rules[0]
    doubtful = replace(rule.source, status="unverified")
    unsure = replace(pack, rules=(replace(rule, source=doubtful), *pack.rules[1:]))
    (finding,) = check_facts(unsure, [doubtful, doubtful], [])
    assert finding.rule == "fact-unverified" and finding.params["fact"] == f"rules/{rule.id}"
    book = [accept_fact(unsure, doubtful, "Ann", NOW, "read it myself")]
    assert check_facts(unsure, [doubtful], book) == ()
    changed = replace(rule, source=doubtful, params={**rule.params, "days": "99"})
    other = replace(unsure, rules=(changed, *pack.rules[1:]))
    assert fact_digest(other, doubtful) != fact_digest(unsure, doubtful)
    assert len(check_facts(other, [doubtful], book)) == 1
    assert check_facts(pack, [rule.source], []) == ()
    assert len(check_live(unsure, kind, [doubtful], [], LAYOUT, "")) == 2


def test_the_book_is_lines_that_are_only_added(pack: Pack, kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "approvals"
    assert read_approvals(folder, pack.id) == ()
    assert read_approvals(None, pack.id) == ()
    first, second = by(pack, kind, "Ann"), by(pack, kind, "包样例")
    file = append_approval(folder, first)
    before = file.read_text(encoding="utf-8")
    append_approval(folder, second)
    assert file.read_text(encoding="utf-8").startswith(before)
    assert "包样例" in file.read_text(encoding="utf-8")
    assert read_approvals(folder, pack.id) == (first, second)


@pytest.mark.parametrize("line", ["{", '{"by": "Ann"}', "[]", '{"strange": "1"}'])
def test_a_spoilt_line_is_told_by_its_number(tmp_path: Path, line: str) -> None:
    (tmp_path / "ZZ.jsonl").write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"ZZ\.jsonl:2"):
        read_approvals(tmp_path, "ZZ")


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "x" * 200, "a\u202eb"])
def test_a_name_is_a_person_s(pack: Pack, kind: str, name: str) -> None:
    with pytest.raises(WorkspaceError):
        by(pack, kind, name)


def test_the_layout_is_bound_by_its_files(tmp_path: Path) -> None:
    (tmp_path / "letter.css").write_text("a {}", encoding="utf-8")
    before = read_layout_digest(tmp_path)
    assert read_layout_digest(tmp_path) == before
    (tmp_path / "letter.css").write_text("b {}", encoding="utf-8")
    assert read_layout_digest(tmp_path) != before
