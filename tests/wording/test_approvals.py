"""Approvals: one person for shipped wording, two for edited, by name for what nobody verified."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notices.errors import WorkspaceError
from notices.pack.load import load_pack
from notices.pack.types import Clause, Pack
from notices.places import LAYOUT
from notices.wording.approval_check import check_facts, check_live, check_text
from notices.wording.approvals import (
    Approval,
    accept_fact,
    accept_kind,
    append_approval,
    approval_record,
    read_approvals,
)
from notices.wording.digests import Seen, fact_digest, kind_text, read_layout_digest
from notices.wording.look_check import check_look

ZZ = Path(__file__).parent.parent / "packs" / "ZZ"
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
SEEN = Seen("layout", "fonts")


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


def rules(pack: Pack, kind: str, book: list[Approval], shipped: Pack | None = None) -> list[str]:
    digests = kind_text(shipped, kind).digests if shipped else frozenset()
    return [finding.rule for finding in check_text(pack, kind, book, digests)]


def by(pack: Pack, kind: str, name: str) -> Approval:
    return accept_kind(pack, kind, SEEN, name, NOW)


def test_shipped_wording_needs_one_person(pack: Pack, kind: str) -> None:
    assert rules(pack, kind, [], pack) == ["not-approved"]
    assert rules(pack, kind, [by(pack, kind, "Ann")], pack) == []


def test_edited_wording_needs_two_different_people(pack: Pack, kind: str) -> None:
    own = edited(pack, kind, *pack.formats)
    ann, again, bo = (by(own, kind, name) for name in ("Ann  Example", "ann example", "Bo"))
    assert rules(own, kind, [ann], pack) == ["four-eyes"]
    assert rules(own, kind, [ann, again], pack) == ["four-eyes"]
    assert rules(own, kind, [ann, bo], pack) == []


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
        assert "approval-ended" in rules(changed, kind, book), what


def test_one_side_changed_alone_marks_the_translation_stale(pack: Pack, kind: str) -> None:
    book = [by(pack, kind, "Ann"), by(pack, kind, "Bo")]
    first, second = tuple(pack.formats)[:2]
    findings = check_text(edited(pack, kind, first), kind, book)
    assert [f.rule for f in findings] == ["approval-ended", "translation-stale"]
    assert findings[1].params["changed"] == first and findings[1].params["kept"] == second
    assert findings[1].line
    assert rules(edited(pack, kind, first, second), kind, book) == ["approval-ended"]


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
    assert "approval-ended" in rules(replace(pack, rules=said), kind, book)


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
    assert len(check_live(unsure, kind, [doubtful], [], frozenset())) == 2


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


def look(folder: Path) -> Seen:
    return Seen(read_layout_digest(folder), "fonts")


@pytest.fixture
def layout(tmp_path: Path) -> Path:
    """The shipped layout, to be touched."""
    return Path(shutil.copytree(LAYOUT, tmp_path / "layout"))


def test_a_touched_layout_is_told_and_ends_no_approval(pack: Pack, kind: str, layout: Path) -> None:
    then = look(layout)
    book = [accept_kind(pack, kind, then, "Ann", NOW), accept_kind(pack, kind, then, "Bo", NOW)]
    assert check_look(pack, kind, book, then) == ()
    css = layout / "letter.css"
    css.write_text(css.read_text(encoding="utf-8") + "p { margin: 0 }\n", encoding="utf-8")
    assert rules(pack, kind, book) == []
    (told,) = check_look(pack, kind, book, look(layout))
    assert (told.rule, told.severity, told.params["by"]) == ("layout-changed", "warning", "Bo")
    seen = accept_kind(pack, kind, look(layout), "Bo", NOW)
    assert check_look(pack, kind, [*book, seen], look(layout)) == ()
    changed = edited(pack, kind, *pack.formats)
    assert rules(changed, kind, book) == ["approval-ended"]


def test_other_fonts_are_told_and_end_no_approval(pack: Pack, kind: str) -> None:
    book = [by(pack, kind, "Ann"), by(pack, kind, "Bo")]
    other = replace(SEEN, fonts="other")
    assert [f.rule for f in check_look(pack, kind, book, other)] == ["fonts-changed"]
    assert check_look(pack, kind, [], other) == ()


def test_a_line_of_version_0_1_0_stands_with_the_layout_it_was_bound_to(
    pack: Pack, kind: str
) -> None:
    digest, bound = next(iter(kind_text(pack, kind).earlier.items()))
    old = [replace(by(pack, kind, n), digest=digest, layout="", fonts="") for n in ("Ann", "Bo")]
    assert rules(pack, kind, old) == [] and rules(pack, kind, old[:1]) == ["four-eyes"]
    assert rules(pack, kind, [old[0], by(pack, kind, "Bo")]) == []
    assert check_look(pack, kind, old, Seen(bound, "any fonts")) == ()
    assert [f.rule for f in check_look(pack, kind, old, SEEN)] == ["layout-changed"]
    assert rules(edited(pack, kind, *pack.formats), kind, old) == ["approval-ended"]
    elsewhere = [replace(line, digest="0" * 64) for line in old]  # bound to a layout of nobody's
    assert rules(pack, kind, elsewhere) == ["approval-ended"]


def test_no_line_of_the_book_makes_a_text_a_shipped_one(
    pack: Pack, kind: str, tmp_path: Path
) -> None:
    """Which texts were shipped the program knows: an editor's word counts for nothing."""
    own = edited(pack, kind, *pack.formats)
    assert rules(own, kind, [by(own, kind, "Ann")], pack) == ["four-eyes"]
    line = {**approval_record(by(own, kind, "Ann")), "shipped": "yes"}
    (tmp_path / f"{pack.id}.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    with pytest.raises(WorkspaceError):
        read_approvals(tmp_path, pack.id)


def test_the_end_of_an_approval_names_what_changed(pack: Pack, kind: str) -> None:
    book = [by(pack, kind, "Ann")]
    first = next(iter(pack.formats))
    name = next(part.clause for part in pack.kinds[kind].parts if part.clause)
    ended, _ = check_text(edited(pack, kind, first), kind, book)
    assert ended.params["what"] == f"clauses/{name}" and ended.params["by"] == "Ann"
    asked = pack.kinds[kind]
    shorter = replace(pack, kinds={**pack.kinds, kind: replace(asked, settles=not asked.settles)})
    (ended,) = check_text(shorter, kind, book)
    assert ended.params["what"] == f"kinds/{kind}"


def test_a_variant_edited_alone_is_told_with_what_was_kept(pack: Pack, kind: str) -> None:
    clause = pack.clauses["opening-second"]
    texts = {**clause.texts, "fr.company": clause.texts["fr.company"] + " Merci."}
    other = replace(pack, clauses={**pack.clauses, clause.id: replace(clause, texts=texts)})
    before, after = kind_text(pack, kind).sides, kind_text(other, kind).sides
    assert {name for name in after if after[name] != before[name]} == {"clauses/opening-second"}
    findings = check_text(other, kind, [by(pack, kind, "Ann")])
    (stale,) = (f for f in findings if f.rule == "translation-stale")
    assert stale.params["changed"] == "fr.company"
    assert stale.params["kept"] == "fr.person, en"


def test_the_condition_of_a_variant_is_part_of_the_text(pack: Pack, kind: str) -> None:
    narrower = {**pack.conditions, "company": {"debtor_type": ("business", "sole_trader")}}
    other = replace(pack, conditions=narrower)
    assert kind_text(other, kind).digest != kind_text(pack, kind).digest
