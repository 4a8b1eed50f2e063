"""Edits: exactly the asked text, every other byte as before, and nobody's words overwritten."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notices.errors import FileError
from notices.pack.core import copy_pack, place_in
from notices.pack.load import load_pack
from notices.places import PACKS
from notices.textfiles import read_spans, read_text_file
from notices.wording import yaml_rewrite as rewrite
from notices.wording.edits import (
    AddPart,
    ChangePart,
    MovePart,
    Outcome,
    PartsChange,
    RemovePart,
    SetConditions,
    add_clause,
    add_text,
    change_parts,
    check_new_text,
    fill_text,
    read_value,
    set_headings,
    set_text,
    set_value,
    tidy,
    value_digest,
)
from notices.wording.new_clause import NewClause

ZZ = Path(__file__).parent.parent / "packs" / "ZZ"
FILE = """\
# what stands above
opening:            # of every letter
  class: practice
  source: 'Charter, section 2: "plain"'
  heading: {fr: Un titre, en: "A heading"}   # both
  fr: |
    Première ligne.

    Second paragraphe 😀.
  en: |-   # kept short
      Deep first line.
        deeper
  note: plain words   # a remark

# between
closing:
  when: {all: [a, b]}
  fr: >
    plié
    ici
  en: "quoted \\u00e9"


# the end
"""
PLACES = [
    ("opening", "source"),
    ("opening", "heading", "fr"),
    ("opening", "heading", "en"),
    ("opening", "fr"),
    ("opening", "en"),
    ("opening", "note"),
    ("closing", "when", "all", 1),
    ("closing", "fr"),
    ("closing", "en"),
]
HOSTILE = """{{ total_due }}|{% for x in y %}|{# no #}|{{ a.b }}|---|...|- item|key: v|# no remark|>
&a|*a|!!str|%TAG|@x|`|null|~|yes|1e3|'|"|''|\\n|\\|[a, b]|{a: b}|？
您好，请付款。|😀|👩‍👩‍👧|é|:|,|**bold**"""
SPACES = [" ", "  ", "\t", "\n", "\n\n", "\n   ", " \n", "\u00a0", "\u3000", "e\u0301", "|"]
WORDS = st.sampled_from([*HOSTILE.replace("\n", "|").split("|"), *SPACES])
TEXTS = st.lists(WORDS | st.text(max_size=8), min_size=1, max_size=12).map("".join)


def good(text: str) -> bool:
    return not check_new_text(text)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(place=st.sampled_from(PLACES), text=TEXTS.filter(good))
def test_an_edit_reads_back_and_leaves_all_else(
    newline: str, place: tuple[str | int, ...], text: str
) -> None:
    before = FILE.replace("\n", newline)
    asked = tidy(text)
    after = rewrite.scalar(before, place, asked)
    data, spans = read_spans(after, "x")
    assert rewrite.value_at(data, place).removesuffix("\n") == asked
    old_data, old = read_spans(before, "x")
    assert rewrite.with_value(data, place, 0) == rewrite.with_value(old_data, place, 0)
    span = old[place]
    tail = len(before) - span.end
    assert after[: span.start] == before[: span.start]
    assert after[len(after) - tail :] == before[span.end :]
    assert spans[place].start == span.start
    assert newline == "\n" or "\n" not in after.replace("\r\n", "")


@settings(max_examples=60, deadline=None)
@given(first=TEXTS.filter(good), second=TEXTS.filter(good))
def test_an_edit_and_its_way_back_are_the_same_bytes(first: str, second: str) -> None:
    """What the first edit chose as form stays, so that git shows only what was meant."""
    once = rewrite.scalar(FILE, ("opening", "fr"), tidy(first))
    twice = rewrite.scalar(once, ("opening", "fr"), tidy(second))
    assert rewrite.scalar(twice, ("opening", "fr"), tidy(first)) == once


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a\x00b", "edit-character"),
        ("a\x1bb", "edit-character"),
        ("a\x85b", "edit-character"),
        ("a\u2028b", "edit-character"),
        ("a\u202eb", "edit-character"),
        ("a\ufeffb", "edit-character"),
        ("a\ud800b", "edit-character"),
        ("a\u200bb", "edit-character"),
        ("", "edit-empty"),
        (" \n\t\u3000", "edit-empty"),
    ],
)
def test_what_no_letter_may_hold_is_refused(own: Path, text: str, rule: str) -> None:
    before = (own / "clauses" / "letters.yaml").read_bytes()
    file, path = "clauses/letters.yaml", ("opening", "en")
    outcome = set_text(own, file, path, text, read_value(own, file, path)[1])
    assert outcome.status == "refused" and [f.rule for f in outcome.findings] == [rule]
    assert (own / "clauses" / "letters.yaml").read_bytes() == before


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ZZ, tmp_path / "ZZ"))


def edit(own: Path, file: str, path: tuple[str | int, ...], text: str) -> Outcome:
    return set_text(own, file, path, text, read_value(own, file, path)[1])


def test_every_text_of_the_shipped_packs_can_be_edited_and_put_back(tmp_path: Path) -> None:
    """A side, a heading, a term, a hint: one edit and one back; blocks stay blocks."""
    count = 0
    for name in ("CN", "US"):
        pack = load_pack(PACKS / name)
        asked: list[tuple[str, tuple[str, ...]]] = []
        for clause in pack.clauses.values():
            file = clause.file.removeprefix(f"packs/{name}/")
            asked += [(file, (clause.id, *side.split("."))) for side in clause.texts]
            asked += [(file, (clause.id, "heading", *side.split("."))) for side in clause.headings]
        asked += [
            ("terms.yaml", ("labels", i, lang)) for i, by in pack.labels.items() for lang in by
        ]
        asked += [
            ("fields.yaml", (i, "hint", lang)) for i, f in pack.fields.items() for lang in f.hint
        ]
        own = tmp_path / name
        copy_pack(PACKS / name, own)
        for file, path in (place_in(own, *place) for place in asked[::7]):
            text = (own / file).read_text(encoding="utf-8")
            old = rewrite.value_at(read_spans(text, file)[0], path).removesuffix("\n")
            changed = rewrite.scalar(text, path, "Neu: {{ x }} # 新")
            assert changed != text
            back = rewrite.scalar(changed, path, old)
            assert read_spans(back, file)[0] == read_spans(text, file)[0]
            if read_spans(text, file)[1][path].style == "|":
                assert back == text, (file, path)
            count += 1
    assert count > 60


def test_an_edit_is_written_whole_and_says_what_was(own: Path) -> None:
    file, path = "clauses/letters.yaml", ("opening", "en")
    now, seen = read_value(own, file, path)
    outcome = set_text(own, file, path, "We write to you.\r\n\r\nPlease read on.\n", seen)
    assert (outcome.status, outcome.before) == ("written", now)
    assert outcome.after == "We write to you.\n\nPlease read on."
    assert load_pack(own).clauses["opening"].texts["en"] == outcome.after
    again = set_text(own, file, path, outcome.after, outcome.digest)
    assert again.status == "same"
    assert not [f for f in (own / "clauses").iterdir() if f.name.startswith(".letters")]


def test_two_editors_of_one_text_collide(own: Path) -> None:
    file, path = "clauses/letters.yaml", ("opening", "en")
    _, seen = read_value(own, file, path)
    assert set_text(own, file, path, "The first.", seen).status == "written"
    second = set_text(own, file, path, "The second.", seen)
    assert second.status == "conflict" and [f.rule for f in second.findings] == ["edit-conflict"]
    assert (second.after, second.asked) == ("The first.", "The second.")
    assert read_value(own, file, path)[0] == "The first."
    assert set_text(own, file, path, "The second.", second.digest).status == "written"


def test_edits_of_two_texts_of_one_file_do_not_collide(own: Path) -> None:
    file = "clauses/letters.yaml"
    seen = {lang: read_value(own, file, ("opening", lang))[1] for lang in ("fr", "en")}
    for lang, digest in seen.items():
        assert set_text(own, file, ("opening", lang), f"Neu {lang}", digest).status == "written"
    assert dict(load_pack(own).clauses["opening"].texts) == {"fr": "Neu fr", "en": "Neu en"}


def test_many_editors_at_once_lose_nothing(own: Path) -> None:
    """Each writes a text of one file; and of many who saw the same text one alone writes it."""
    file = "clauses/letters.yaml"
    clauses = [c for c in load_pack(own).clauses.values() if c.file.endswith(file)][:8]
    seen = {c.id: read_value(own, file, (c.id, "en"))[1] for c in clauses}

    def write(clause: str, text: str) -> str:
        return set_text(own, file, (clause, "en"), text, seen[clause]).status

    with ThreadPoolExecutor(8) as pool:
        states = list(pool.map(lambda c: write(c.id, f"New {c.id}."), clauses))
    assert states == ["written"] * len(clauses)
    data = read_text_file(own / file).data
    assert [data[c.id]["en"].strip() for c in clauses] == [f"New {c.id}." for c in clauses]
    first = clauses[0].id
    seen[first] = read_value(own, file, (first, "en"))[1]
    with ThreadPoolExecutor(8) as pool:
        states = list(pool.map(lambda n: write(first, f"Mine, {n}."), range(8)))
    assert sorted(states) == ["conflict"] * 7 + ["written"]


def test_the_byte_order_mark_and_foreign_line_ends_stay(own: Path) -> None:
    file = own / "terms.yaml"
    raw = b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n")
    file.write_bytes(raw)
    label = next(iter(read_text_file(file).data["labels"]))
    outcome = edit(own, "terms.yaml", ("labels", label, "en"), "Something: else")
    assert outcome.status == "written"
    new = file.read_bytes()
    assert new.startswith(b"\xef\xbb\xbf") and new.count(b"\n") == new.count(b"\r\n")
    assert read_text_file(file).data["labels"][label]["en"] == "Something: else"


@pytest.mark.parametrize(
    "file",
    ["../ZZ/terms.yaml", "/etc/passwd", "clauses/../terms.yaml", "rates/x.csv", ".edit.lock"],
)
def test_no_edit_leaves_the_pack(own: Path, file: str) -> None:
    with pytest.raises(FileError):
        set_text(own, file, ("labels",), "x", "")


def test_a_place_that_is_no_text_is_refused(own: Path) -> None:
    for path in (("opening",), ("nobody", "en"), ("opening", "de")):
        outcome = edit(own, "clauses/letters.yaml", path, "x")
        assert [f.rule for f in outcome.findings] == ["edit-place"]


def test_a_file_that_is_no_yaml_is_told_by_its_line(own: Path) -> None:
    (own / "terms.yaml").write_text("labels:\n  a: [\n", encoding="utf-8")
    outcome = set_text(own, "terms.yaml", ("labels", "a"), "x", "")
    assert outcome.status == "refused" and outcome.findings[0].line


# --- clauses and headings -------------------------------------------------------------------


def test_a_new_clause_reads_as_written(own: Path) -> None:
    file = "clauses/rights.yaml"
    before = (own / file).read_bytes()
    clause = NewClause(
        "new-right", "law", "Act: section 1", {"fr": "Un.\n\nDeux.", "en": "One.\n\nTwo."}, {}
    )
    assert add_clause(own, file, clause).status == "written"
    assert (own / file).read_bytes().startswith(before)
    read = load_pack(own).clauses["new-right"]
    assert dict(read.texts) == clause.texts
    assert (read.source.kind, read.source.citation) == ("law", "Act: section 1")
    again = add_clause(own, "clauses/letters.yaml", clause)
    assert again.status == "conflict"
    assert "new-right" not in (own / "clauses/letters.yaml").read_text(encoding="utf-8")


def test_a_clause_gets_a_heading(own: Path) -> None:
    file = "clauses/letters.yaml"
    clause = next(
        c for c in load_pack(own).clauses.values() if not c.headings and c.file.endswith(file)
    )
    headings = {"fr": "Ce qu'il faut: savoir", "en": "What to know"}
    outcome = set_headings(own, file, clause.id, headings, value_digest(rewrite.MISSING))
    assert outcome.status == "written"
    assert dict(load_pack(own).clauses[clause.id].headings) == headings


def test_a_term_gets_another_language(own: Path) -> None:
    label = next(iter(load_pack(own).labels))
    path = ("labels", label, "de")
    outcome = add_text(own, "terms.yaml", path, "Zu zahlen, jetzt", value_digest(rewrite.MISSING))
    assert outcome.status == "written"
    assert read_text_file(own / "terms.yaml").data["labels"][label]["de"] == "Zu zahlen, jetzt"


# --- parts --------------------------------------------------------------------------------------


def change(own: Path, what: PartsChange) -> Outcome:
    path = ("reminder", "parts")
    return change_parts(own, "reminder", what, read_value(own, "kinds.yaml", path)[1])


def shown(own: Path) -> list[str]:
    return [part.id for part in load_pack(own).kinds["reminder"].parts]


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (RemovePart(3), lambda ids: ids[:3] + ids[4:]),
        (MovePart(1, 4), lambda ids: [ids[0], *ids[2:5], ids[1], *ids[5:]]),
        (MovePart(14, 0), lambda ids: [ids[14], *ids[:14]]),
        (AddPart(15, {"clause": "dispute"}), lambda ids: [*ids, "clause-dispute"]),
        (AddPart(0, {"clause": "dispute"}), lambda ids: ["clause-dispute", *ids]),
    ],
)
def test_parts_come_go_and_move(
    own: Path, what: PartsChange, expected: Callable[[list[str]], list[str]]
) -> None:
    before, lines = shown(own), (own / "kinds.yaml").read_text(encoding="utf-8").splitlines()
    assert change(own, what).status == "written"
    assert shown(own) == expected(before)
    after = (own / "kinds.yaml").read_text(encoding="utf-8").splitlines()
    assert len(set(lines) ^ set(after)) <= 1  # the lines themselves stay as they were


def test_named_conditions_come_and_go(own: Path) -> None:
    before = (own / "kinds.yaml").read_text(encoding="utf-8")
    assert change(own, SetConditions(2, ("no-action",))).status == "written"
    assert load_pack(own).kinds["reminder"].parts[2].when == {
        "level": ("1",),
        "all": ("no-action",),
    }
    assert change(own, SetConditions(2, ())).status == "written"
    assert (own / "kinds.yaml").read_text(encoding="utf-8") == before
    assert change(own, SetConditions(6, ("interest-runs",))).status == "written"
    assert load_pack(own).kinds["reminder"].parts[6].when == {"all": ("interest-runs",)}
    assert change(own, SetConditions(6, ())).status == "written"
    assert (own / "kinds.yaml").read_text(encoding="utf-8") == before


def test_what_a_part_shows_besides_keeps_its_remarks(own: Path) -> None:
    file = own / "kinds.yaml"
    line = "    - {block: items, title: items-title}\n"
    part = """\
    - block: items
      title: items-title   # as in the register
      rows:
        # what they asked for
        - total_due        # first
        - pay_by
      when:
        level: [1]         # never again
        all: [interest-runs]
"""
    file.write_text(file.read_text(encoding="utf-8").replace(line, part, 1), encoding="utf-8")
    index, seen = 4, read_value(own, "kinds.yaml", ("reminder", "parts"))[1]
    shown = {"title": "items-title", "rows": ["total_due", "pay_by"], "style": "plain"}
    outcome = change_parts(own, "reminder", ChangePart(index, shown), seen)
    assert outcome.status == "written"
    more = {**shown, "rows": ["total_due", "due_date", "pay_by"]}
    outcome = change_parts(own, "reminder", ChangePart(index, more), outcome.digest)
    assert outcome.status == "written"
    outcome = change_parts(
        own, "reminder", SetConditions(index, (), ("no-action",)), outcome.digest
    )
    assert outcome.status == "written"
    text = file.read_text(encoding="utf-8")
    for remark in ("# as in the register", "# what they asked for", "# first", "# never again"):
        assert remark in text
    now = read_value(own, "kinds.yaml", ("reminder", "parts", index))[0]
    assert now == {"block": "items", **more, "when": {"level": ["1"], "not": ["no-action"]}}


@pytest.mark.parametrize("what", [RemovePart(99), MovePart(0, 99), AddPart(99, {}), RemovePart(-1)])
def test_a_part_that_is_not_there_is_refused(own: Path, what: PartsChange) -> None:
    assert [f.rule for f in change(own, what).findings] == ["edit-place"]


def test_parts_changed_meanwhile_are_a_conflict(own: Path) -> None:
    seen = read_value(own, "kinds.yaml", ("reminder", "parts"))[1]
    assert change(own, RemovePart(3)).status == "written"
    late = change_parts(own, "reminder", RemovePart(3), seen)
    assert late.status == "conflict"


PARTS = """\
kind:
  parts:
    # the first
    - {clause: a}   # said
    - clause: b
      when:
        all: [x]
      # inside

    # above c
    - {clause: c}
  levels: [1]
"""


def test_remarks_go_with_their_part() -> None:
    path = ("kind", "parts")
    moved = rewrite.move_item(PARTS, path, 2, 1)
    assert "# above c\n    - {clause: c}\n    - clause: b" in moved
    assert sorted(moved.splitlines()) == sorted(PARTS.splitlines())
    gone = rewrite.remove_item(PARTS, path, 2)
    assert "above c" not in gone and "# inside" in gone
    chosen = rewrite.option(PARTS, (*path, 1, "when"), {"all": ["y"]})
    assert read_spans(chosen, "")[0]["kind"]["parts"][1] == {"clause": "b", "when": {"all": ["y"]}}
    free = rewrite.option(PARTS, (*path, 1, "when"), None)
    assert read_spans(free, "")[0]["kind"]["parts"][1] == {"clause": "b"}


def test_one_variant_is_edited_and_nothing_else(own: Path) -> None:
    file, path = "clauses/letters.yaml", ("opening-second", "fr", "company")
    before = (own / file).read_text(encoding="utf-8")
    old, seen = read_value(own, file, path)
    new = old.replace("votre entreprise", "votre société")
    assert set_text(own, file, path, new, seen).status == "written"
    after = (own / file).read_text(encoding="utf-8")
    assert after == before.replace("votre entreprise", "votre société")
    assert load_pack(own).clauses["opening-second"].read_as("company").texts["fr"] == new


def test_a_condition_that_stands_alone_is_read_and_written(own: Path) -> None:
    text = (own / "kinds.yaml").read_text(encoding="utf-8")
    alone = text.replace("when: {all: [interest-runs]}", "when: not interest-runs")
    (own / "kinds.yaml").write_text(alone, encoding="utf-8")
    assert change(own, SetConditions(7, ("person",), ("interest-runs",))).status == "written"
    assert load_pack(own).kinds["reminder"].parts[7].when == {
        "all": ("person",),
        "not": ("interest-runs",),
    }
    assert change(own, SetConditions(6, ("person",))).status == "written"
    assert "{clause: request, when: person}" in (own / "kinds.yaml").read_text(encoding="utf-8")


# --- like another clause; what a part shows -----------------------------------------------------


def test_a_clone_keeps_what_its_model_asks(tmp_path: Path) -> None:
    own = tmp_path / "CN"
    copy_pack(PACKS / "CN", own)
    model = load_pack(own).clauses["hardship"]
    clone = NewClause(
        "hardship-2",
        "practice",
        model.source.citation,
        dict(model.texts),
        dict(model.headings),
        ("limitation-runs",),
        ("company",),
        like="hardship",
    )
    assert add_clause(own, "clauses/help.yaml", clone).status == "written"
    read = load_pack(own).clauses["hardship-2"]
    assert (dict(read.texts), dict(read.headings)) == (dict(model.texts), dict(model.headings))
    assert read.when == {"all": ("limitation-runs",), "not": ("company",)}
    over = load_pack(own).clauses["limitation-over"]
    flagged = NewClause("over-2", "law", over.source.citation, dict(over.texts), like=over.id)
    assert add_clause(own, "clauses/help.yaml", flagged).status == "written"
    read = load_pack(own).clauses["over-2"]
    assert (read.source.status, read.when) == ("unverified", over.when)
    other = replace(flagged, id="over-3", source="Another source")
    assert add_clause(own, "clauses/help.yaml", other).status == "written"
    assert load_pack(own).clauses["over-3"].source.status == "verified"


def test_a_clause_goes_again_and_leaves_the_remarks(own: Path) -> None:
    file = own / "clauses" / "extra.yaml"
    file.write_text("# Ours.\n", encoding="utf-8")
    clause = NewClause("extra", "product", "Ours", {"fr": "Un.", "en": "One."})
    assert add_clause(own, "clauses/extra.yaml", clause).status == "written"
    _, seen = read_value(own, "clauses/extra.yaml", ("extra",))
    assert set_value(own, "clauses/extra.yaml", ("extra",), None, seen).status == "written"
    assert file.read_text(encoding="utf-8").strip() == "# Ours."


@pytest.mark.parametrize("headings", [False, True])
def test_one_text_and_texts_by_recipient_are_not_both_written(own: Path, headings: bool) -> None:
    both = {"en": "One.", "fr.company": "Un.", "fr": "Deux."}
    texts, heads = ({"fr": "Un.", "en": "One."}, both) if headings else (both, {})
    clause = NewClause("extra", "product", "Ours", texts, heads)
    refused = add_clause(own, "clauses/rights.yaml", clause)
    assert refused.status == "refused"
    assert [(f.rule, f.params["side"]) for f in refused.findings] == [("side-twice", "fr")]
    asked = (own, "clauses/letters.yaml", "close", both, value_digest(rewrite.MISSING))
    assert [f.rule for f in set_headings(*asked).findings] == ["side-twice"]


@pytest.mark.parametrize("source", ["", "  "])
def test_a_clause_without_a_source_is_refused(own: Path, source: str) -> None:
    clause = NewClause("extra", "product", source, {"fr": "Un.", "en": "One."})
    assert add_clause(own, "clauses/rights.yaml", clause).status == "refused"


def test_a_part_shows_other_rows_in_another_style(tmp_path: Path) -> None:
    own = tmp_path / "US"
    copy_pack(PACKS / "US", own)
    before = (own / "kinds.yaml").read_text(encoding="utf-8")
    for kind in load_pack(own).kinds.values():
        for index, part in enumerate(kind.parts):
            now, seen = read_value(own, "kinds.yaml", (kind.id, "parts"))
            rows = list(reversed(part.rows))
            shown = {"rows": rows, "sums": now[index].get("sums"), "title": part.title}
            outcome = change_parts(own, kind.id, ChangePart(index, shown), seen)
            assert outcome.status in ("written", "same"), outcome
            read = load_pack(own).kinds[kind.id].parts[index]
            assert read == replace(part, rows=tuple(rows), style="", column="", line=read.line)
    after = (own / "kinds.yaml").read_text(encoding="utf-8")
    remarks = [line.strip() for line in before.splitlines() if line.lstrip().startswith("#")]
    assert all(remark in after for remark in remarks)


def test_one_entry_of_a_list_is_filled_and_the_others_stay(tmp_path: Path) -> None:
    file = tmp_path / "wording.yaml"
    file.write_text('threat:\n  patterns:\n    en: [one, "[fill in] two", three]\n', "utf-8")
    path = ("threat", "patterns", "en")
    _, seen = read_value(tmp_path, "wording.yaml", path)
    done = fill_text(tmp_path, "wording.yaml", (*path, 1), "second\nthird\n", seen)
    assert done.status == "written"
    read = read_value(tmp_path, "wording.yaml", path)[0]
    assert read == ["one", "second", "third", "three"]
    again = fill_text(tmp_path, "wording.yaml", (*path, 9), "x", done.digest)
    assert again.status == "refused"
