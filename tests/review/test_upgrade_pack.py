"""An own copy is brought up to the shipped pack: whole, or not at all, and nothing unsaid."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from notices.catalogue import hint
from notices.errors import PackError, WorkspaceError
from notices.letter.live import LiveGate
from notices.letter.workspace import Workspace
from notices.pack.load import load_pack, pack_digest
from notices.review.accept import enter
from notices.review.upgrade_pack import Choice, Upgrade, upgrade_pack
from notices.wording.approvals import accept_kind
from notices.wording.digests import Seen
from notices.wording.edit_log import read_edits
from notices.wording.law_edits import check_law_edits, check_origin
from notices.wording.own_copy import BASE, ORIGIN, put_back, read_origin, replace_copy
from tests.wording.own_copies import NOW, Desk, change, make_desk

RIGHTS, LETTERS = "clauses/rights.yaml", "clauses/letters.yaml"
OURS = (RIGHTS, "Talk to us. We can agree on instalments.", "Please talk to us.")
THEIRS = (RIGHTS, "Talk to us. We can agree on instalments.", "Talk to us. We often agree.")
PIECE = "clauses/hardship/en"
NONE = Choice()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def upgrade(desk: Desk, choice: Choice = NONE, *, write: bool = True, by: str = "") -> Upgrade:
    return upgrade_pack(
        LiveGate(desk.workspace, NOW.isoformat()), "ZZ", NOW, choice, by, write=write
    )


def files(root: Path) -> dict[str, str]:
    """Every file's digest."""
    return {
        file.relative_to(root).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(root.rglob("*"))
        if file.is_file()
    }


def pieces(upgrade: Upgrade) -> tuple[list[str], ...]:
    parts = (upgrade.taken, upgrade.kept, upgrade.conflicts)
    return tuple([step.piece for step in steps] for steps in parts)


def both_change(desk: Desk) -> None:
    """Each side changes its own texts; the shipped pack has a new clause and a new rule."""
    change(desk.own, *OURS)
    change(
        desk.own,
        "kinds.yaml",
        "    - {clause: greeting}\n    - {clause: opening, when",
        "    - {clause: opening, when",
    )
    change(desk.own, "terms.yaml", "labels:", "labels:\n  our_own: {fr: le nôtre, en: our own}")
    change(
        desk.shipped, RIGHTS, "We will check and answer within 20 days.", "We answer in 20 days."
    )
    change(
        desk.shipped,
        "kinds.yaml",
        "    - {clause: settles}\n",
        "    - {clause: settles}\n    - {clause: thanks}\n",
    )
    text = (desk.shipped / LETTERS).read_text("utf-8")
    thanks = "\nthanks:\n  class: product\n  source: courtesy\n  fr: Merci.\n  en: Thank you.\n"
    (desk.shipped / LETTERS).write_text(text + thanks, "utf-8")
    change(desk.shipped, "rules.yaml", "days: 21, minimum: 21", "days: 30, minimum: 30")


def test_what_one_side_changed_is_taken(desk: Desk) -> None:
    both_change(desk)
    done = upgrade(desk)
    assert done.written and not done.findings and done.knows_base
    assert pieces(done) == (
        ["clauses/thanks", "clauses/dispute/en", "kinds/final_demand/parts"],
        ["clauses/hardship/en", "labels/our_own", "kinds/reminder/parts"],
        [],
    )
    pack = desk.pack()
    assert pack.clauses["hardship"].texts["en"] == "Please talk to us."
    assert pack.clauses["dispute"].texts["en"].endswith("We answer in 20 days.")
    assert pack.clauses["thanks"].texts["fr"] == "Merci." and "our_own" in pack.labels
    assert "greeting" not in {part.clause for part in pack.kinds["reminder"].parts}
    assert "thanks" in {part.clause for part in pack.kinds["final_demand"].parts}
    origin = read_origin(desk.own)
    assert origin and origin.digest == pack_digest(desk.shipped) and not origin.undecided
    again = upgrade(desk)
    assert pieces(again)[0] == [] and again.touched == () and len(again.kept) == 3
    assert [*check_origin(desk.own, desk.shipped)] == []


def test_a_file_that_the_shipped_pack_left_alone_stays_byte_for_byte(desk: Desk) -> None:
    change(desk.own, LETTERS, "greeting:\n", "# our remark\ngreeting:   \n")
    before = (desk.own / LETTERS).read_bytes()
    change(desk.shipped, RIGHTS, "We will check and", "We check and")
    assert upgrade(desk).written and (desk.own / LETTERS).read_bytes() == before


def test_a_remark_in_a_file_written_anew_is_named(desk: Desk) -> None:
    change(desk.own, RIGHTS, "hardship:\n", "# ask counsel\nhardship:\n")
    change(desk.own, *OURS)
    change(desk.shipped, RIGHTS, "We will check and", "We check and")
    (finding,) = upgrade(desk).findings
    assert (finding.rule, finding.params["text"]) == ("remark-left", "# ask counsel")


def test_what_both_changed_stays_ours_until_somebody_chooses(desk: Desk) -> None:
    change(desk.own, *OURS)
    change(desk.shipped, *THEIRS)
    done = upgrade(desk)
    (step,) = done.conflicts
    assert step.piece == PIECE and done.written
    assert [str(text).strip() for text in (step.base, step.ours, step.theirs)] == [
        *OURS[1:],
        THEIRS[2],
    ]
    assert desk.pack().clauses["hardship"].texts["en"] == OURS[2]
    assert [f.rule for f in check_origin(desk.own, desk.shipped)] == ["upgrade-undecided"]
    still = upgrade(desk)
    assert [str(s.base).strip() for s in still.conflicts] == [OURS[1]], "it is asked again"


@pytest.mark.parametrize("before", [True, False], ids=["after an upgrade", "at once"])
@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_choice_decides(desk: Desk, side: str, before: bool) -> None:
    change(desk.own, *OURS)
    change(desk.shipped, *THEIRS)
    if before:
        upgrade(desk)
    done = upgrade(desk, Choice(**{side: ("clauses/hardship",)}))
    assert done.written and done.conflicts == ()
    wanted = OURS[2] if side == "ours" else THEIRS[2]
    assert desk.pack().clauses["hardship"].texts["en"] == wanted
    assert upgrade(desk).conflicts == () and not [*check_origin(desk.own, desk.shipped)]


def test_the_longer_name_says_more_exactly_what_is_meant(desk: Desk) -> None:
    change(desk.own, *OURS)
    change(desk.own, RIGHTS, "We will check and", "We look and")
    change(desk.shipped, *THEIRS)
    upgrade(desk, Choice(theirs=("clauses",), ours=("clauses/dispute",)))
    pack = desk.pack()
    assert pack.clauses["hardship"].texts["en"] == THEIRS[2]
    assert "We look" in pack.clauses["dispute"].texts["en"]


def test_a_dry_run_a_fault_and_a_wrong_name_leave_everything_as_it_was(desk: Desk) -> None:
    both_change(desk)
    before = files(desk.own.parent.parent)
    assert upgrade(desk, write=False).taken
    assert files(desk.own.parent.parent) == before
    assert upgrade(desk, Choice(ours=("clauses/nobody",))).unknown == ("clauses/nobody",)
    assert files(desk.own.parent.parent) == before
    change(desk.own, "kinds.yaml", "- {clause: opening-demand}", "- {clause: nobody}")
    before = files(desk.own.parent.parent)
    done = upgrade(desk)
    assert not done.written and {f.rule for f in done.findings} == {"unknown-clause"}
    assert files(desk.own.parent.parent) == before


def test_changed_law_is_decided_before_anything_is_written(desk: Desk) -> None:
    change(desk.own, "rules.yaml", "days: 21, minimum: 21", "days: 40, minimum: 21")
    change(desk.own, "wording.yaml", "[go to court]", "[go to court, sue]")
    before = files(desk.own)
    done = upgrade(desk)
    assert not done.written and files(desk.own) == before
    assert [f.rule for f in done.findings] == ["law-edit-unused"] * 2


def test_changed_law_moves_into_the_overlay_where_it_counts(desk: Desk) -> None:
    desk.overlay("rules.yaml", "# ours\ntotal:\n  sum: {class: product, source: Ours}\n")
    change(desk.own, "rules.yaml", "days: 21, minimum: 21", "days: 40, minimum: 21")
    change(desk.own, "wording.yaml", "[go to court]", "[go to court, sue]")
    change(desk.shipped, "rules.yaml", "days: 21, minimum: 21", "days: 22, minimum: 22")
    assert upgrade(desk, Choice(law="ours")).written
    pack = desk.pack()
    term = next(rule for rule in pack.rules if rule.id == "demand-term")
    assert (term.params["days"], term.params["minimum"]) == ("40", "21")
    assert term.source.file == "overlay/ZZ/rules.yaml"
    ban = next(ban for ban in pack.bans if ban.id == "will-sue")
    assert ban.patterns["en"] == ("go to court", "sue") and ban.unless
    assert next(r for r in pack.rules if r.id == "sum").source.citation == "Ours"
    assert check_law_edits(desk.own, desk.shipped) == ()
    assert (desk.own / "rules.yaml").read_bytes() == (desk.shipped / "rules.yaml").read_bytes()


def test_changed_law_is_dropped_where_that_is_asked(desk: Desk) -> None:
    change(desk.own, "rules.yaml", "days: 21, minimum: 21", "days: 40, minimum: 21")
    assert upgrade(desk, Choice(law="theirs")).written
    assert check_law_edits(desk.own, desk.shipped) == ()
    assert not (desk.own.parent.parent / "overlay").exists()


def forget_base(desk: Desk) -> None:
    """As where a folder was copied by hand: nothing says from which version."""
    (desk.own / ORIGIN).unlink()
    shutil.rmtree(desk.own / BASE)


def test_old_law_of_a_copy_of_unknown_origin_gives_way_and_is_named(desk: Desk) -> None:
    change(desk.own, "rules.yaml", "days: 21, minimum: 21", "days: 40, minimum: 21")
    forget_base(desk)
    (told,) = check_law_edits(desk.own, desk.shipped)
    done = upgrade(desk)
    (found,) = done.findings
    assert done.written and found == told
    assert (found.rule, found.severity) == ("law-old", "warning")
    assert "days: 40" in found.params["ours"] and "days: 21" in found.params["shipped"]
    said = hint(found, "en")
    assert said.index("takes the shipped law") < said.index("--law ours")
    term = next(rule for rule in desk.pack().rules if rule.id == "demand-term")
    assert term.params["days"] == "21"
    assert not (desk.own.parent.parent / "overlay").exists()


def test_law_of_unknown_origin_counts_where_somebody_says_that_it_is_ours(desk: Desk) -> None:
    change(desk.own, "rules.yaml", "days: 21, minimum: 21", "days: 40, minimum: 21")
    forget_base(desk)
    assert upgrade(desk, Choice(law="ours")).written
    term = next(rule for rule in desk.pack().rules if rule.id == "demand-term")
    assert term.params["days"] == "40"


def test_a_condition_spelled_out_is_the_same_as_by_name(desk: Desk) -> None:
    clause = "settles:\n"
    change(desk.shipped, LETTERS, clause, clause + "  when: person and not company\n")
    spelled = "  when: {not: [company], all: [person]}\n"
    change(desk.own, LETTERS, clause, clause + spelled)
    forget_base(desk)
    assert pieces(upgrade(desk, write=False)) == ([], [], [])
    change(desk.own, LETTERS, spelled, "  when: {all: [company]}\n")
    assert pieces(upgrade(desk, write=False))[2] == ["clauses/settles/when"]


@pytest.mark.parametrize("has_snapshot", [True, False])
def test_it_says_which_approvals_end_and_which_law_has_ended(
    desk: Desk, *, has_snapshot: bool
) -> None:
    """New law ends none that has a snapshot: the approved words go on with that law."""
    assert desk.workspace.approvals
    for kind in ("reminder", "final_demand"):
        made = accept_kind(load_pack(desk.own), kind, Seen("", ""), "Bo Example", NOW)
        made = made if has_snapshot else replace(made, snapshot="")  # as version 0.1.0 wrote it
        enter(desk.workspace.approvals, load_pack(desk.own), made)
    change(
        desk.shipped,
        "kinds.yaml",
        "must_print: [our_reference, contract_date,",
        "must_print: [as_of, contract_date,",
    )
    change(desk.shipped, RIGHTS, "We will check and", "We check and")
    tried = upgrade(desk, write=False)
    assert [(e.kind, e.by, e.by_law) for e in tried.ended] == [
        ("reminder", "Bo Example", False),
        ("final_demand", "Bo Example", not has_snapshot),
    ]
    assert tried.touched == ("reminder", "final_demand")


def test_the_log_of_edits_names_who_did_it(desk: Desk) -> None:
    both_change(desk)
    upgrade(desk, by="Ann Example")
    edits = read_edits(desk.workspace.approvals, "ZZ")
    assert {(edit.kind, edit.by) for edit in edits} == {
        ("reminder", "Ann Example"),
        ("final_demand", "Ann Example"),
    }


def test_a_replacement_that_ended_half_way_is_put_back(desk: Desk, tmp_path: Path) -> None:
    aside = desk.own.parent / ".before" / "ZZ"
    aside.parent.mkdir()
    desk.own.rename(aside)
    assert put_back(desk.own) and (desk.own / "pack.yaml").is_file()
    assert not put_back(desk.own)
    (tmp_path / "new").mkdir()
    replace_copy(tmp_path / "new", desk.own)
    assert [*desk.own.iterdir()] == [] and [f.name for f in desk.own.parent.iterdir()] == ["ZZ"]


def test_only_own_copies_of_shipped_packs_in_a_workspace(desk: Desk) -> None:
    gate = LiveGate(desk.workspace, NOW.isoformat())
    with pytest.raises(PackError):
        upgrade_pack(gate, "NL", NOW, Choice())
    with pytest.raises(WorkspaceError):
        upgrade_pack(LiveGate(Workspace(), ""), "CN", NOW, Choice())
