"""Loading: what is read, what the digest binds, what an overlay adds."""

from __future__ import annotations

import os
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from notices.catalogue import line_of
from notices.errors import PackError
from notices.pack.load import find_pack, load_pack, pack_digest, read_pack
from notices.pack.types import Condition

ZZ = Path(__file__).parent.parent / "packs" / "ZZ"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ZZ, tmp_path / "ZZ"))


def test_a_country_that_does_not_exist_needs_no_python() -> None:
    pack = load_pack(ZZ)
    assert pack.id == "ZZ"
    assert pack.currencies == {"XTS": 3}
    assert pack.weekend == {5, 6}
    assert pack.language_sets == (("fr", "en"), ("fr",), ("en",))
    assert pack.kinds["reminder"].subjects[2] == "subject-second"
    assert pack.kinds["final_demand"].settles
    assert pack.clauses["request"].headings == {"fr": "Notre demande", "en": "What we ask"}
    assert pack.clauses["action"].source.status == "unverified"
    assert [rule.section for rule in pack.rules].count("interest") == 2
    assert pack.rates["base"].points[-1].percent == Decimal("3.25")
    assert pack.rates["base"].known_through == date(2026, 12, 31)
    assert date(2026, 4, 16) in pack.holidays["ZZ"].days
    assert date(2026, 4, 17) in pack.holidays["ZZ"].worked
    assert pack.holidays["ZZ"].first == date(2025, 1, 1)
    assert pack.item_kinds["waiver"].sign == -1
    assert pack.fields["agreed"].required == ({"debt_kind": ("loan",)},)


def test_sources_say_file_and_line() -> None:
    source = load_pack(ZZ).clauses["action"].source
    assert (source.id, source.kind, source.file, source.line) == (
        "clauses/action",
        "law",
        "packs/ZZ/clauses/rights.yaml",
        19,
    )


def test_the_digest_binds_every_byte_and_nothing_else(copy: Path) -> None:
    digest = pack_digest(copy)
    assert digest == load_pack(ZZ).digest
    os.utime(copy / "terms.yaml", (1, 1))
    (copy / ".DS_Store").write_text("x", encoding="utf-8")
    assert pack_digest(copy) == digest
    file = copy / "examples" / "invoice-reminder.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "#", encoding="utf-8")
    assert pack_digest(copy) != digest


def test_find_pack_takes_the_first_root(copy: Path, tmp_path: Path) -> None:
    assert find_pack("ZZ", (tmp_path, ZZ.parent)) == copy
    assert find_pack("ZZ", (tmp_path / "none", ZZ.parent)) == ZZ
    assert find_pack("QQ", (ZZ.parent,)) is None
    assert find_pack("../packs/ZZ", (ZZ.parent,)) is None
    assert find_pack("", (ZZ.parent,)) is None


def overlay(tmp_path: Path, row: str) -> Path:
    folder = tmp_path / "overlay"
    (folder / "rates").mkdir(parents=True)
    head = "# known_through: 2027-06-30\nvalid_from,percent,status,source\n"
    (folder / "rates" / "base.csv").write_text(head + row + "\n", encoding="utf-8")
    return folder


def test_an_overlay_adds_rows(tmp_path: Path) -> None:
    pack = load_pack(ZZ, overlay(tmp_path, "2027-01-01,3.00,verified,Bank notice"))
    table = pack.rates["base"]
    assert table.points[-1].valid_from == date(2027, 1, 1)
    assert table.known_through == date(2027, 6, 30)
    assert len(table.points) == 4
    assert pack.digest != load_pack(ZZ).digest


def test_an_overlay_may_not_change_a_row(tmp_path: Path) -> None:
    with pytest.raises(PackError) as caught:
        load_pack(ZZ, overlay(tmp_path, "2024-01-01,9.00,verified,Bank notice"))
    (finding,) = caught.value.findings
    assert finding.rule == "rates-conflict"
    assert line_of(finding).startswith("overlay/ZZ/rates/base.csv:3: error: ")


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        ("2026-03-01,9.00,verified,Bank notice", {"table-history"}),  # between two of the pack's
        ("2026-12-31,9.00,verified,Bank notice", {"table-history"}),  # known through that day
        ("2024-01-01,4.00,verified,Bank notice", set()),  # what the pack says itself
        ("2027-01-01,9.00,verified,Bank notice", set()),
    ],
)
def test_an_overlay_rewrites_no_history(tmp_path: Path, row: str, rules: set[str]) -> None:
    _, found = read_pack(ZZ, overlay(tmp_path, row))
    assert {f.rule for f in found if f.severity == "error"} == rules


def test_an_overlay_changes_no_day_that_the_pack_knows(tmp_path: Path) -> None:
    folder = tmp_path / "overlay" / "holidays"
    folder.mkdir(parents=True)
    head = "# known_through: 2027-12-31\ndate,kind,name,source\n"
    for row, rules in (
        ("2026-04-15,worked,x,notice\n2027-01-01,holiday,x,notice", {"table-history"}),
        ("2026-06-01,holiday,x,notice\n2027-01-01,holiday,x,notice", {"table-history"}),
        ("2027-01-01,holiday,x,notice", set()),
    ):
        (folder / "ZZ.csv").write_text(head + row + "\n", encoding="utf-8")
        _, found = read_pack(ZZ, folder.parent)
        assert {f.rule for f in found if f.severity == "error"} == rules, row


def test_page_limits_may_be_soft_and_hard() -> None:
    pack = load_pack(ZZ)
    assert (pack.kinds["reminder"].aim, pack.kinds["reminder"].pages) == (
        {1: 1, 2: 2},
        {1: 2, 2: 2},
    )
    assert pack.kinds["final_demand"].aim == pack.kinds["final_demand"].pages == {1: 2}


def test_a_rule_says_where_its_rate_comes_from() -> None:
    bases = {rule.id: dict(rule.basis) for rule in load_pack(ZZ).rules}
    assert bases["loan-agreed"] == {"fr": "taux convenu", "en": "the agreed rate"}
    assert bases["invoice"] == {}


def test_every_fault_is_told_at_once(copy: Path) -> None:
    (copy / "terms.yaml").write_text("labels: [\n", encoding="utf-8")
    (copy / "rules.yaml").unlink()
    kinds = (copy / "kinds.yaml").read_text(encoding="utf-8")
    (copy / "kinds.yaml").write_text(kinds.replace("style: box", "style: bax"), "utf-8")
    with pytest.raises(PackError) as caught:
        load_pack(copy)
    rules = [f.rule for f in caught.value.findings]
    assert {"broken-text", "file-missing", "bad-choice"} <= set(rules)


def test_no_pack_at_all(tmp_path: Path) -> None:
    with pytest.raises(PackError) as caught:
        load_pack(tmp_path / "QQ")
    assert "file-missing" in {f.rule for f in caught.value.findings}


def test_a_clause_reads_otherwise_by_recipient_in_one_language() -> None:
    clause = load_pack(ZZ).clauses["opening-second"]
    assert list(clause.texts) == ["fr.person", "fr.company", "en"]
    assert clause.variants == ("person", "company")
    company = clause.read_as("company")
    assert company.texts["fr"].startswith("Nous avons déjà écrit à votre entreprise.")
    assert company.texts["en"] == clause.texts["en"]
    assert company.when == {"all": ("company",)}
    assert company.lines["fr"] == clause.lines["fr.company"] > clause.lines["fr.person"]
    plain = load_pack(ZZ).clauses["greeting"]
    assert plain.variants == ("",) and plain.read_as("") is plain


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("interest-runs", {"all": ("interest-runs",)}),
        ("not interest-runs", {"not": ("interest-runs",)}),
        ("person and not no-action and interest-runs",
         {"all": ("person", "interest-runs"), "not": ("no-action",)}),
    ],
)  # fmt: skip
def test_named_conditions_stand_alone(copy: Path, written: str, read: Condition) -> None:
    file = copy / "kinds.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("when: {all: [interest-runs]}", f"when: {written}"), "utf-8")
    (part,) = (p for p in load_pack(copy).kinds["reminder"].parts if p.clause == "daily")
    assert part.when == read


SCALE = """
scales:
  late:
    brackets: [{above: 0, plus: 10}]
    currency: XTS
    valid_from: 2026-01-01
    selected_on: due_date
    class: law
    source: the decree
    status: unverified
fees:
  late-fee: {method: scale_fee, scale: late, item_kind: fee, times: 2, class: law, source: the act}
"""


def test_a_rule_has_what_its_scale_says(copy: Path) -> None:
    file = copy / "rules.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("fees: {}", SCALE), "utf-8")
    pack = load_pack(copy)
    (fee,) = (rule for rule in pack.rules if rule.section == "fee")
    assert fee.params == {
        "brackets": [{"above": "0", "plus": "10"}],
        "currency": "XTS",
        "item_kind": "fee",
        "times": "2",
    }
    assert (fee.valid_from, fee.valid_to, fee.selected_on) == (date(2026, 1, 1), None, "due_date")
    scale = pack.scales["late"]
    assert scale.source in pack.sources and scale.source.status == "unverified"
    assert (scale.source.id, fee.source.citation) == ("scales/late", "the act")
