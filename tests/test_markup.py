"""Clauses: text, names and bold; everything else that Jinja knows is a fault. And the layout."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.errors import RenderError
from notices.markup import MAX_CLAUSE, Layout, Passage, Piece, parse_clause


def plain(text: str) -> tuple[str, ...]:
    """A clause's paragraphs, names as `{name}` and bold as `*…*`."""
    passage = parse_clause(text)
    assert not passage.fault
    return tuple(
        "".join(
            f"*{piece.text or f'{{{piece.name}}}'}*"
            if piece.strong
            else piece.text or f"{{{piece.name}}}"
            for piece in paragraph
        )
        for paragraph in passage.paragraphs
    )


def test_names_stand_among_text() -> None:
    passage = parse_clause("Please pay {{ total_due }} by {{pay_by}}, {{ total_due }} in all.\n")
    assert passage.paragraphs == (
        (
            Piece("Please pay "),
            Piece(name="total_due"),
            Piece(" by "),
            Piece(name="pay_by"),
            Piece(", "),
            Piece(name="total_due"),
            Piece(" in all."),
        ),
    )
    assert passage.names == ("total_due", "pay_by")
    assert passage.text == "Please pay {total_due} by {pay_by}, {total_due} in all."


@pytest.mark.parametrize(
    "clause",
    [
        *("{{ name | upper }}", "{{ name|safe }}", "{{ name() }}", "{{ name.upper }}"),
        *("{{ name.__class__ }}", "{{ name['x'] }}", "{{ name[0] }}", "{{ 'text' }}", "{{ 7*7 }}"),
        *("{{ a ~ b }}", "{{ a if b }}", "{{ a if b else c }}", "{{ not a }}", "{{ a and b }}"),
        *("{{ [a] }}", "{{ (a, b) }}", "{{ {a: b} }}", "{{ -a }}", "{{ a is defined }}", "{{ 1 }}"),
        *("{{ true }}", "{{ none }}", "{{ 'a' * 10 ** 10 }}", "{{ range(10) }}", "{{ self.x() }}"),
        *("{% for x in y %}{{ x }}{% endfor %}", "{% if a %}b{% endif %}", "{% set a = 1 %}"),
        *(
            "{% include 'x' %}",
            "{% import 'x' as y %}",
            "{% extends 'x' %}",
            "{% raw %}{% endraw %}",
        ),
        *("{% macro m() %}{% endmacro %}", "{% block b %}{% endblock %}", "{% do x %}"),
        *(
            "{% filter upper %}x{% endfilter %}",
            "{% call m() %}{% endcall %}",
            "{% with %}{% endwith %}",
        ),
    ],
)
def test_all_else_is_a_fault(clause: str) -> None:
    passage = parse_clause(f"Dear,\n\n{clause}")
    assert passage.fault
    assert passage.fault_line == 3
    assert passage.paragraphs == ()


@pytest.mark.parametrize(
    "clause",
    ["{{ open", "{{ }}", "{{ a b }}", "{{ a }"],
)
def test_broken_braces_are_a_fault_with_their_line(clause: str) -> None:
    passage = parse_clause(f"one\ntwo\n{clause}\n")
    assert passage.fault and 3 <= passage.fault_line <= 4


def test_a_comment_would_hide_wording_and_is_a_fault() -> None:
    """What a lawyer approves and what the lint reads must be all that the file says."""
    assert parse_clause("Pay {# by force #} now.").fault


def test_a_huge_clause_is_a_fault() -> None:
    assert parse_clause("x" * MAX_CLAUSE) == Passage(((Piece("x" * MAX_CLAUSE),),))
    assert parse_clause("x" * (MAX_CLAUSE + 1)).fault
    assert parse_clause("{{ a }}" * (MAX_CLAUSE // 7)).names == ("a",)
    assert parse_clause("{{ " + "(" * 3000 + "a" + ")" * 3000 + " }}").fault


@pytest.mark.parametrize(
    ("clause", "paragraphs"),
    [
        ("Pay **now**.", ("Pay *now*.",)),
        ("Pay **{{ total }} by {{ day }}**.", ("Pay *{total}** by **{day}*.",)),
        ("**A** and **B**", ("*A* and *B*",)),
        ("a ** b ** c", ("a * b * c",)),
        ("a * b", ("a * b",)),
        ("<b>a</b> & _c_ `d` [e](f)", ("<b>a</b> & _c_ `d` [e](f)",)),
        ("One.\n\nTwo.", ("One.", "Two.")),
        ("One.\n \t\n\n\nTwo.\n\n", ("One.", "Two.")),
        ("\n\n  One\n", ("One",)),
        ("{{ a }}\n\n{{ b }}", ("{a}", "{b}")),
        ("", ()),
        (" \n\n ", ()),
    ],
)
def test_bold_and_paragraphs(clause: str, paragraphs: tuple[str, ...]) -> None:
    assert plain(clause) == paragraphs


@pytest.mark.parametrize("clause", ["Pay **now.", "**", "a **b** c **d", "**a\n\nb"])
def test_bold_wants_its_partner(clause: str) -> None:
    assert "**" in parse_clause(clause).fault


def test_bold_ends_with_its_paragraph() -> None:
    """A pair may not reach over a paragraph's end: who forgets one would embolden the rest."""
    assert "**" in parse_clause("Pay **now.\n\nOr **later.").fault


@pytest.mark.parametrize(
    ("clause", "joined"),
    [
        ("one\ntwo", "one two"),
        ("one  \n   two", "one two"),
        ("请于\n此日", "请于此日"),
        ("请于\uff0c\n此日", "请于\uff0c此日"),
        ("请于。\n  此日", "请于。此日"),
        ("中文\nEnglish", "中文 English"),
        ("English\n中文", "English 中文"),
        ("𠮷\n田", "𠮷田"),
        ("请于\n{{ day }}\n前", "请于 {day} 前"),
    ],
)
def test_line_ends_are_spaces_but_not_between_han(clause: str, joined: str) -> None:
    assert plain(clause) == (joined,)


@given(st.text(max_size=200))
def test_any_text_is_a_passage_or_a_fault(text: str) -> None:
    passage = parse_clause(text)
    assert passage.paragraphs == () or not passage.fault
    assert all(piece.text or piece.name for paragraph in passage.paragraphs for piece in paragraph)


def layout(folder: Path, template: str) -> Layout:
    (folder / "x.j2").write_text(template, encoding="utf-8")
    return Layout(folder)


def test_values_are_escaped_in_the_layout(tmp_path: Path) -> None:
    html = layout(tmp_path, "<p title='{{ x }}'>{{ x }}</p>").render(
        "x.j2", {"x": "<b>'\"&{{ y }}"}
    )
    assert html == "<p title='&lt;b&gt;&#39;&#34;&amp;{{ y }}'>&lt;b&gt;&#39;&#34;&amp;{{ y }}</p>"


@pytest.mark.parametrize(
    "template",
    [
        "{{ nothing }}",
        "{{ x.nothing }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ x.append(1) }}",
        "{% include '../secret' %}",
        "{% include '/etc/passwd' %}",
        "{% broken",
    ],
)
def test_the_layout_reaches_nothing_but_its_folder_and_values(
    tmp_path: Path, template: str
) -> None:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    folder = tmp_path / "layout"
    folder.mkdir()
    with pytest.raises(RenderError, match=r"layout x\.j2"):
        layout(folder, template).render("x.j2", {"x": []})


def test_a_template_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"none\.j2"):
        Layout(tmp_path).render("none.j2", {})
