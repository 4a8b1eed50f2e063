"""Letters over many debts: the list and its head, the summary, the numbers, the limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from notices.letter.make import LetterMaker
from notices.pack.load import load_pack
from notices.page.document import Block, Cell, Document, Run
from notices.page.layout import build_page
from notices.proof.check import check_bytes
from notices.proof.regions import squash
from tests.letter import letters
from tests.letter.many_debts import many, numbers
from tests.page.conformance import faults

PACKS = ("DE", "CN", "NL", "generic")


def lists(document: Document, kind: str = "open_items") -> list[Block]:
    return [block for block in document.blocks if block.kind == kind and block.shares]


@pytest.mark.heavy
@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("count", [3, 12])
def test_every_language_lists_every_number_whole(maker: LetterMaker, pack: str, count: int) -> None:
    letter = letters.made(maker, *many(pack, count))
    case = letter.checked.case
    assert case is not None
    for lang in case.languages:
        said = letters.said(letter, lang)
        assert all(squash(number) in said for number in numbers(case)), lang


@pytest.mark.heavy
@pytest.mark.parametrize("pack", PACKS)
def test_what_no_earlier_letter_named_stands_apart_on_the_page(
    maker: LetterMaker, pack: str
) -> None:
    record, profile = many(pack, 4)
    debts = [dict(debt) for debt in record.data["debts"]]
    debts[-1]["first_asked"] = "true"
    record = replace(record, data={**record.data, "debts": debts})
    letter = letters.made(maker, record, profile)
    case = letter.checked.case
    assert case is not None and letter.checked.pack is not None
    labels = letter.checked.pack.labels["first_asked"]
    *older, newer = numbers(case)
    for lang in case.languages:
        said = letters.said(letter, lang)
        above, _, below = said.partition(squash(labels[lang]))
        assert all(squash(number) in above for number in older), lang
        assert squash(newer) in below and squash(newer) not in above, lang
    assert faults(letter.data) == []


@pytest.mark.heavy
def test_a_hundred_invoices_are_one_letter_with_the_summary_on_page_one(
    maker: LetterMaker,
) -> None:
    record, profile = many("DE", 100)
    letter = letters.made(maker, record, profile)
    document, case, figures = (
        letter.checked.document,
        letter.checked.case,
        letter.checked.figures,
    )
    assert document is not None and case is not None and figures is not None
    assert len(lists(document)) == 2
    assert [len(block.rows) for block in lists(document)] == [103, 103]  # title, head, total
    read = letters.read(letter.data)
    glance = [run for run in read.runs if any("values-glance" in name for name in run.ids)]
    assert glance and {run.page for run in glance} == {1}
    assert letter.pages <= document.page_limit
    assert faults(letter.data) == []  # PDF/UA-1 and PDF/A-3a
    # the head comes again on each page of the table, and is read out once
    head = squash("Rechnungsdatum")
    repeated = [run.page for run in read.runs if squash(run.text) == head]
    rows = {
        run.page
        for run in read.runs
        if any(name.startswith(lists(document)[0].id) for name in run.ids)
    }
    assert sorted(set(repeated)) == sorted(rows) and len(rows) > 2
    tagged = [run for run in read.runs if squash(run.text) == head and run.path]
    assert len(tagged) == 1 and "TH" in tagged[0].path


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("kind", "role", "cell"),
    [
        ("open_items", "table_row", -1),
        ("open_items", "table_total", -1),
        ("working", "table_row", 2),
    ],
)
def test_a_wrong_row_of_a_list_is_found(
    maker: LetterMaker, kind: str, role: str, cell: int
) -> None:
    (checked,) = letters.check(maker, *many("DE", 4))
    document = checked.document
    assert document is not None, checked.findings
    for lang in document.languages:
        planted = _planted(document, kind, role, cell, lang)
        rendering = maker.renderer.render(build_page(planted, maker.resources.fonts))
        found = check_bytes(planted, rendering, checked.expected)
        told = {(one.rule, one.params.get("language", "")) for one in found}
        assert told == {("proof-working", lang)}


def _planted(document: Document, kind: str, role: str, cell: int, lang: str) -> Document:
    """The letter with one figure of a list changed, as if it had been composed so."""

    def block(one: Block) -> Block:
        if one.kind != kind or one.rows[0].sides[0].lang != lang:
            return one
        rows = list(one.rows)
        place = next(n for n, row in enumerate(rows) if row.role == role)
        side = rows[place].sides[0]
        cells: list[Cell] = list(side.cells)
        last = cells[cell].runs[-1]
        cells[cell] = replace(cells[cell], runs=(replace(last, text=_other(last)),))
        rows[place] = replace(rows[place], sides=(replace(side, cells=tuple(cells)),))
        return replace(one, rows=tuple(rows))

    return replace(document, blocks=tuple(map(block, document.blocks)))


def _other(run: Run) -> str:
    """The same with another last digit."""
    return run.text[:-1] + str((int(run.text[-1]) + 1) % 10)


def test_few_debts_keep_their_own_itemisation(maker: LetterMaker) -> None:
    (checked,) = letters.check(maker, *many("DE", 2))
    assert checked.document is not None and not lists(checked.document)


@pytest.mark.parametrize(("count", "rules"), [(500, set()), (501, {"too-many"})])
def test_the_limit_of_debts_says_why(maker: LetterMaker, count: int, rules: set[str]) -> None:
    (checked,) = letters.check(maker, *many("DE", count))
    found = [one for one in checked.findings if one.severity == "error"]
    assert {one.rule for one in found} == rules
    assert all("statement of account" in one.params["reason_en"] for one in found)


@pytest.mark.parametrize(("pack", "some"), [("BE", True), ("US", True), ("DE", False)])
def test_where_each_debt_wants_its_own_letter_the_pack_says_so(pack: str, some: bool) -> None:
    refusals = load_pack(letters.PACKS / pack).refusals
    assert any(one.per_debt and one.when.get("is") for one in refusals) is some


def test_masked_numbers_are_told_apart(maker: LetterMaker) -> None:
    def printed(*said: str) -> list[str]:
        record, profile = many("CN", len(said))
        data: dict[str, Any] = record.data
        debts = [
            {**debt, "debt_kind": "other", "contract_number": number}
            for debt, number in zip(data["debts"], said, strict=True)
        ]
        (checked,) = letters.check(maker, replace(record, data={**data, "debts": debts}), profile)
        assert checked.document is not None, checked.findings
        (first, *_) = lists(checked.document)
        return [row.sides[0].cells[0].text for row in first.rows if row.role == "table_row"]

    assert printed("HT-2025-77700310", "HT-2026-77700310", "HT-2026-77700311") == [
        "HT2025****0310",
        "HT2026****0310",
        "****0311",
    ]
    assert printed("AB250310", "CD250310", "EF250310") == [
        "****0310 (1)",
        "****0310 (2)",
        "****0310 (3)",
    ]


def test_what_each_debt_is_for_stands_in_the_list_and_the_text_names_two(
    maker: LetterMaker,
) -> None:
    record, profile = many("DE", 9)
    debts = [
        {**debt, "cause": {"de": f"Ware {place}", "en": f"Goods {place}"}}
        for place, debt in enumerate(record.data["debts"])
    ]
    (checked,) = letters.check(
        maker, replace(record, data={**record.data, "debts": debts}), profile
    )
    document = checked.document
    assert document is not None, checked.findings
    german, english = lists(document)
    assert [row.sides[0].cells[0].text for row in english.rows if row.role == "table_row"] == [
        f"{debt['contract_number']}\nGoods {place}" for place, debt in enumerate(debts)
    ]
    said = {text for _, _, text in document.texts()}
    assert any("Ware 0, Ware 1 und 7 weitere, siehe Aufstellung" in text for text in said)
    assert german.rows[2].sides[0].cells[0].text.endswith("Ware 0")


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        ({"payments": [{"amount": "1.00"}]}, "payment-date-missing"),
        ({"payments": [{"date": "2026-05-01"}]}, "required-field"),
        ({"credits": [{"date": "2026-05-01"}]}, "required-field"),
        ({"credits": [{"amount": "-1.00"}]}, "negative-amount"),
        ({"credits": [{"amount": "1.00", "debt_number": "None-1"}]}, "debt-number-unknown"),
    ],
)
def test_faults_of_the_account_are_told(
    maker: LetterMaker, entry: dict[str, Any], rule: str
) -> None:
    (checked,) = letters.check(maker, *many("DE", 3, **entry))
    assert rule in letters.rules(checked.findings)


def test_an_undated_credit_note_lowers_the_oldest_debt_from_the_start(maker: LetterMaker) -> None:
    (checked,) = letters.check(maker, *many("DE", 3, payments=[], credits=[{"amount": "1267.40"}]))
    assert checked.figures is not None, checked.findings
    assert [debt.total > 0 for debt in checked.figures.debts] == [True, True, False]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("numbers_listed", "{total}, see the list"),
        ("numbers_listed", "{count, see the list"),
        ("listed_principal", "{total} open items"),
        ("page_of", "Page {page} of {total}"),
        ("column_amount", "Amount {{ currency }}"),
    ],
)
def test_a_label_that_can_t_be_filled_stops_the_letter_and_says_so(name: str, words: str) -> None:
    """Also where an earlier version had saved it."""
    record, profile = many("DE", 12)
    with LetterMaker(letters.WORKSPACE) as maker:
        pack = load_pack(letters.WORKSPACE.pack_roots[-1] / "DE")
        labels = {**pack.labels, name: {**pack.labels[name], "en": words}}
        maker.resources.work_with(replace(pack, labels=labels))
        (one,) = letters.check(maker, record, profile)
        assert one.document is None and letters.rules(one.findings) == {"bad-slot"}
        assert {f.path for f in one.findings} == {f"labels.{name}.en"}
        (german,) = letters.check(maker, record, profile, languages=("de",))
        assert "bad-slot" not in letters.rules(german.findings)
