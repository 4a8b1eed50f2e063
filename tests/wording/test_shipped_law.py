"""Law reaches an own copy from the shipped pack; what it says of law itself is told by name."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from notices.batch.settings import BatchSettings, Start, freeze, frozen_workspace
from notices.catalogue import hint, line_of
from notices.letter.live import LiveGate
from notices.letter.workspace import Workspace
from notices.pack.load import load_pack, pack_digest, read_pack
from notices.pack.overlay import overlaid_here
from notices.places import PACKS
from notices.review.check_pack import check_whole_folder
from notices.review.examples import read_examples
from notices.review.rehearse import Rehearsal
from notices.wording.law_edits import check_law_edits, find_law_edits
from notices.wording.own_copy import BASE, ORIGIN, own_pack
from tests.wording.own_copies import NOW, Desk, change, make_desk

COMMA = ("clauses/rights.yaml", "Talk to us. We can", "Talk to us, we can")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def rules(desk: Desk) -> set[str]:
    return {finding.rule for finding in read_pack(*desk.workspace.of_pack(desk.own))[1]}


# --- what comes from where ---------------------------------------------------------------------


def test_a_mended_rule_reaches_a_copy_with_one_changed_comma(desk: Desk) -> None:
    change(desk.own, *COMMA)
    change(desk.shipped, "rules.yaml", "days: 21, minimum: 21", "days: 30, minimum: 30")
    change(desk.shipped, "rules.yaml", "years: 5, longest", "years: 3, longest")
    (desk.shipped / "rates" / "base.csv").write_text(
        (desk.shipped / "rates" / "base.csv").read_text() + "2027-01-01,9.5,verified,made up\n"
    )
    pack = desk.pack()
    assert "Talk to us, we can" in pack.clauses["hardship"].texts["en"]
    found = {rule.id: rule.params for rule in pack.rules}
    assert found["demand-term"]["days"] == "30" and found["five-years"]["years"] == "3"
    assert pack.rates["base"].points[-1].valid_from == date(2027, 1, 1)
    assert next(r.source.file for r in pack.rules) == "shipped/ZZ/rules.yaml"


def test_bans_refusals_conditions_and_what_is_required_come_from_the_shipped_pack(
    desk: Desk,
) -> None:
    change(desk.own, "wording.yaml", "[arrestation, en prison]", "[]")
    change(desk.own, "conditions.yaml", "debtor_type: [business]", "debtor_type: [consumer]")
    (desk.own / "conditions.yaml").write_text(
        (desk.own / "conditions.yaml").read_text("utf-8")
        + "\nours:\n  explain: {fr: le nôtre, en: our own}\n  has: [enclosures]\n",
        "utf-8",
    )
    (desk.own / "refusals.yaml").unlink()
    change(
        desk.own,
        "kinds.yaml",
        "must_print: [our_reference, due_date, total_due, pay_by]",
        "must_print: [pay_by, as_of]",
    )
    change(desk.own, "terms.yaml", "labels:", "labels:\n  our_own: {fr: le nôtre, en: our own}")
    shipped, pack = load_pack(desk.shipped), desk.pack()
    assert [b.patterns for b in pack.bans] == [b.patterns for b in shipped.bans]
    assert (
        pack.conditions["company"] == {"debtor_type": ("business",)} and "ours" in pack.conditions
    )
    assert [r.id for r in pack.refusals] == [r.id for r in shipped.refusals] != []
    assert set(pack.kinds["reminder"].must_print) == {
        *("our_reference", "due_date", "total_due", "pay_by"),
        "as_of",
    }
    assert pack.labels["our_own"]["en"] == "our own"


def test_a_field_is_required_as_shipped_and_explained_as_the_copy_says(desk: Desk) -> None:
    text = (desk.own / "fields.yaml").read_text("utf-8")
    (desk.own / "fields.yaml").write_text(
        text.replace("required: always", "required: never").replace(
            "en: the number", "en: our number"
        )
        + "\nour_field: {path: our_field, type: text, required: always, class: product,"
        " source: ours, example: x, hint: {fr: a, en: a}}\n",
        "utf-8",
    )
    shipped, pack = load_pack(desk.shipped), desk.pack()
    assert {f: pack.fields[f].required for f in shipped.fields} == {
        f: shipped.fields[f].required for f in shipped.fields
    }
    assert any(shipped.fields[f].required for f in shipped.fields)
    assert pack.fields["contract_number"].hint["en"].startswith("our number")
    assert pack.fields["our_field"].required == ({},)


def test_the_sign_of_an_item_is_law_and_its_label_is_not(desk: Desk) -> None:
    text = (desk.own / "terms.yaml").read_text("utf-8")
    (desk.own / "terms.yaml").write_text(text.replace("sign: -1", "sign: 1"), "utf-8")
    shipped, pack = load_pack(desk.shipped), desk.pack()
    signs = {name: item.sign for name, item in pack.item_kinds.items()}
    assert signs == {name: item.sign for name, item in shipped.item_kinds.items()}
    assert -1 in signs.values()


def test_a_pack_without_a_shipped_one_says_its_law_itself(desk: Desk) -> None:
    alone = replace(desk.workspace, pack_roots=(desk.own.parent, desk.own.parent.parent / "none"))
    change(desk.own, "rules.yaml", "days: 21, minimum: 21", "days: 33, minimum: 33")
    pack = load_pack(*alone.of_pack(desk.own))
    assert next(r for r in pack.rules if r.id == "demand-term").params["days"] == "33"


@pytest.mark.parametrize("pack_id", ["NL", "DE", "generic"])
def test_every_example_comes_out_of_a_copy_whose_own_law_is_wrong(
    tmp_path: Path, pack_id: str
) -> None:
    """An old mistake in a copy's rules and rates reaches no sum: NL interest compounds or not as
    the shipped pack says."""
    own = own_pack(pack_id, tmp_path, PACKS, NOW)
    text = (own / "rules.yaml").read_text("utf-8")
    wrong = text.replace("simple_interest", "no_interest").replace(
        "compound_interest", "no_interest"
    )
    (own / "rules.yaml").write_text(wrong, "utf-8")
    shutil.rmtree(own / "rates", ignore_errors=True)
    workspace = Workspace(pack_roots=(tmp_path, PACKS))
    with Rehearsal(workspace, render=False) as stage:
        for example in read_examples(own):
            found = [f for f in stage.play(example).findings if f.severity == "error"]
            assert [line_of(f) for f in found] == [], example.name


# --- law that a copy says all the same ---------------------------------------------------------


def test_a_copy_that_nobody_edited_has_no_law_of_its_own(desk: Desk) -> None:
    change(desk.shipped, "rules.yaml", "days: 21, minimum: 21", "days: 30, minimum: 30")
    change(desk.own, *COMMA)
    assert find_law_edits(desk.own, desk.shipped) == ()


def test_each_changed_entry_is_named_with_its_line_and_remedy(desk: Desk) -> None:
    change(desk.own, "rules.yaml", "days: 21, minimum: 21", "days: 30, minimum: 30")
    change(desk.own, "wording.yaml", "[n'est pas un acte judiciaire]", "[rien]")
    change(desk.own, "rules.yaml", "  set-off: {", "  ours: {method: x}\n  set-off: {")
    rates = (desk.own / "rates" / "base.csv").read_text()
    (desk.own / "rates" / "base.csv").write_text(rates + "2030-01-01,9.5,verified,made up\n")
    lines = (desk.own / "rules.yaml").read_text("utf-8").splitlines()
    number = next(n for n, line in enumerate(lines, 1) if "demand-term" in line)
    found = check_law_edits(desk.own, desk.shipped)
    assert {(f.rule, f.path) for f in found} == {
        ("law-edit-unused", "pay_by.demand-term"),
        ("law-edit-unused", "allocation.ours"),
        ("law-edit-unused", "posing-as-court"),
        ("law-row-unused", "2030-01-01"),
    }
    (term,) = (f for f in found if f.path == "pay_by.demand-term")
    assert (term.file, term.line) == ("packs/ZZ/rules.yaml", number)
    assert "pack upgrade ZZ --law ours" in hint(term)
    (row,) = (f for f in found if f.rule == "law-row-unused")
    assert "notices rates add" in hint(row)
    assert {f.rule for f in check_whole_folder(desk.own, desk.workspace, None)[1]} >= {
        "law-edit-unused",
        "law-row-unused",
    }


def test_an_entry_that_was_taken_out_is_told_too(desk: Desk) -> None:
    text = (desk.own / "rules.yaml").read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in text if "five-years" not in line and "limitation:" not in line]
    (desk.own / "rules.yaml").write_text("".join(kept) + "limitation: {}\n", "utf-8")
    (finding,) = check_law_edits(desk.own, desk.shipped)
    assert (finding.rule, finding.path) == ("law-edit-lost", "limitation.five-years")


def test_without_a_base_what_differs_from_the_shipped_pack_counts_as_changed(desk: Desk) -> None:
    shutil.rmtree(desk.own / BASE)
    (desk.own / ORIGIN).unlink()
    assert find_law_edits(desk.own, desk.shipped) == ()
    change(desk.shipped, "rules.yaml", "days: 21, minimum: 21", "days: 30, minimum: 30")
    (edit,) = find_law_edits(desk.own, desk.shipped)
    assert edit.path == ("pay_by", "demand-term")


def test_it_keeps_letters_from_being_live_until_somebody_decides(desk: Desk) -> None:
    change(desk.own, "rules.yaml", "days: 21, minimum: 21", "days: 30, minimum: 30")
    gate, pack = LiveGate(desk.workspace, NOW.isoformat()), desk.pack()
    found = [f for f in gate.check_kind(pack, "final_demand", ()) if f.rule == "law-edit-unused"]
    assert [f.severity for f in found] == ["error"]
    assert [f.severity for f in gate.law_edits(pack, "warning")] == ["warning"]
    assert gate.law_edits(load_pack(desk.shipped)) == ()


# --- overlaid by name --------------------------------------------------------------------------


def test_law_is_overlaid_by_name_and_shown(desk: Desk) -> None:
    desk.overlay(
        "rules.yaml",
        "pay_by:\n"
        "  demand-term: {days: 40, class: product, source: Our own promise}\n"
        "  card-term: {method: add_days, days: 50, when: {debt_kind: [loan]}, class: product,"
        " source: Ours}\n",
    )
    desk.overlay(
        "wording.yaml",
        "will-sue: {severity: error, unless: omit, class: product, source: Our policy}\n",
    )
    pack = desk.pack()
    terms = [rule for rule in pack.rules if rule.section == "pay_by"]
    assert [rule.id for rule in terms] == ["card-term", "reminder-term", "demand-term"]
    mine = terms[-1]
    assert (mine.params["days"], mine.params["minimum"]) == ("40", "21"), "only what differs"
    assert (mine.source.kind, mine.source.citation) == ("product", "Our own promise")
    assert (mine.source.file, mine.source.line) == ("overlay/ZZ/rules.yaml", 2)
    ban = next(ban for ban in pack.bans if ban.id == "will-sue")
    assert ban.severity == "error" and not ban.unless and "en" in ban.patterns
    assert overlaid_here(pack) == {
        "rules/demand-term": ("overlay/ZZ/rules.yaml", 2),
        "rules/card-term": ("overlay/ZZ/rules.yaml", 3),
        "wording/will-sue": ("overlay/ZZ/wording.yaml", 1),
    }
    told = check_whole_folder(desk.own, desk.workspace, None)[1]
    assert {f.path for f in told if f.rule == "law-overlaid"} == {*overlaid_here(pack)}


def test_an_overlay_counts_for_the_shipped_pack_too(desk: Desk) -> None:
    desk.overlay("conditions.yaml", "person: {debtor_type: [consumer]}\n")
    assert load_pack(*desk.workspace.of_pack(desk.shipped)).conditions["person"] == {
        "debtor_type": ("consumer",)
    }
    assert overlaid_here(desk.pack()) == {"conditions/person": ("overlay/ZZ/conditions.yaml", 1)}


def test_an_overlay_says_its_source_and_nothing_in_files_that_nobody_reads(desk: Desk) -> None:
    desk.overlay("rules.yaml", "pay_by:\n  demand-term: {days: 40}\n")
    desk.overlay("terms.yaml", "labels: {}\n")
    _, found = read_pack(*desk.workspace.of_pack(desk.own))
    assert [(f.rule, f.file, f.params.get("name")) for f in found] == [
        ("key-missing", "overlay/ZZ/rules.yaml", "class"),
        ("key-missing", "overlay/ZZ/rules.yaml", "source"),
        ("unread-file", "overlay/ZZ/terms.yaml", None),
    ]


# --- a run's copy ------------------------------------------------------------------------------


def test_a_run_keeps_the_law_that_it_began_with(desk: Desk, tmp_path: Path) -> None:
    change(desk.own, *COMMA)
    desk.overlay("rules.yaml", "total:\n  sum: {class: product, source: Ours}\n")
    change(desk.shipped, "rules.yaml", "days: 21, minimum: 21", "days: 30, minimum: 30")
    begun = desk.pack()
    folder = tmp_path / "run"
    start = Start(date(2026, 4, 1), NOW.isoformat())
    frozen = freeze(folder, BatchSettings(), desk.workspace, {}, start)
    change(desk.shipped, "rules.yaml", "days: 30, minimum: 30", "days: 60, minimum: 60")
    change(desk.own, "clauses/rights.yaml", "Talk to us, we", "Do talk to us, we")
    run = frozen_workspace(folder, desk.workspace)
    pack = load_pack(*run.of_pack(folder / "packs" / "ZZ"))
    assert frozen.packs[0].digest == pack.digest == begun.digest != desk.pack().digest
    assert next(r for r in pack.rules if r.id == "demand-term").params["days"] == "30"
    assert "Talk to us, we" in pack.clauses["hardship"].texts["en"]
    assert next(r for r in pack.rules if r.id == "sum").source.citation == "Ours"
    assert next(r for r in desk.pack().rules if r.id == "demand-term").params["days"] == "60"


def test_a_run_of_before_reads_its_copies_alone(desk: Desk, tmp_path: Path) -> None:
    """An earlier version copied an own pack as it stood, with the law that counted then."""
    folder = tmp_path / "run"
    change(desk.own, "rules.yaml", "days: 21, minimum: 21", "days: 33, minimum: 33")
    shutil.copytree(desk.own, folder / "packs" / "ZZ")
    run = frozen_workspace(folder, desk.workspace)
    pack = load_pack(*run.of_pack(folder / "packs" / "ZZ"))
    assert next(r for r in pack.rules if r.id == "demand-term").params["days"] == "33"
    assert LiveGate(run, NOW.isoformat()).law_edits(pack) == ()


def test_a_copy_digests_as_its_original_until_one_of_them_changes(desk: Desk) -> None:
    own, shipped = pack_digest(desk.own, None, desk.shipped), pack_digest(desk.shipped)
    assert own == shipped == desk.pack().digest
    change(desk.shipped, "clauses/rights.yaml", "Talk to us. We can", "Talk to us: we can")
    assert desk.pack().digest == own, "its wording is its own"
    change(desk.shipped, "rules.yaml", "days: 21, minimum: 21", "days: 30, minimum: 30")
    assert desk.pack().digest not in (own, pack_digest(desk.shipped))
