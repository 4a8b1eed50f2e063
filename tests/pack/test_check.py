"""Pack check: the made-up country is clean, and each planted fault trips its own rule."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from notices.catalogue import hint, line_of
from notices.errors import PackError
from notices.finding import Finding, errors_in
from notices.pack.check import check_pack, check_pack_folder
from notices.pack.load import load_pack
from notices.pack.parity import digits_in, han_number, missing_numbers
from notices.places import PACKS
from notices.textfiles import read_text_file

ZZ = Path(__file__).parent.parent / "packs" / "ZZ"
AS_OF = date(2026, 4, 1)
Edit = tuple[str, str, str]  # file, what stands there, what is put instead
PLANTED = [
    (rule, (edit["file"], edit["old"] or "", edit["new"] or ""))
    for rule, edits in read_text_file(Path(__file__).parent / "faults.yaml").data.items()
    for edit in edits
]
IDS = [f"{rule}-{i}" for i, (rule, _) in enumerate(PLANTED)]
SHIPPED = sorted(p.parent for p in PACKS.glob("*/pack.yaml"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ZZ, tmp_path / "ZZ"))


def plant(root: Path, edit: Edit) -> None:
    file, old, new = edit
    place = root / file
    if not place.exists() or old == "*":
        place.write_text(new, encoding="utf-8")
        return
    text = place.read_text(encoding="utf-8")
    assert old in text, f"{file} no longer has {old!r}"
    place.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults(root: Path) -> tuple[Finding, ...]:
    _, found = check_pack_folder(root, as_of=AS_OF)
    return tuple(f for f in found if f.severity != "note")


def test_the_made_up_country_is_clean() -> None:
    assert faults(ZZ) == ()
    notes = check_pack(load_pack(ZZ), AS_OF)
    assert [f.params["name"] for f in notes] == [
        "clauses/action",
        "rates/base/2026-01-01",
        "rules/invoice",
    ]
    assert {f.rule for f in notes} == {"unverified-fact"}


@pytest.mark.parametrize(("rule", "edit"), PLANTED, ids=IDS)
def test_a_planted_fault_trips_its_rule(copy: Path, rule: str, edit: Edit) -> None:
    plant(copy, edit)
    found = faults(copy)
    assert {f.rule for f in found} == {rule}
    for finding in found:
        assert finding.file.startswith("packs/ZZ/")
        assert line_of(finding, "en") and line_of(finding, "zh")
        assert hint(finding, "en") and hint(finding, "zh")


def test_findings_stand_where_the_fault_is(copy: Path) -> None:
    plant(copy, ("clauses/letters.yaml", "{{ daily_amount }} is added", "An amount is added"))
    (finding,) = faults(copy)
    assert line_of(finding) == (
        "packs/ZZ/clauses/letters.yaml:72: error: daily.en: en is missing {{ daily_amount }} "
        "(placeholder-parity)"
    )
    plant(copy, ("clauses/letters.yaml", "An amount is added", "{{ daly_amount }} is added"))
    found = faults(copy)
    unknown = [f for f in found if f.rule == "unknown-placeholder"]
    assert [(f.line, f.params["near"]) for f in unknown] == [(72, "daily_amount")]


def test_an_absent_side_may_be_declared(copy: Path) -> None:
    text = (copy / "clauses" / "rights.yaml").read_text(encoding="utf-8")
    start = text.index("  en: |\n    Without payment")
    end = text.index("not-a-court:")
    changed = text[:start] + "  only: [fr]\n\n" + text[end:]
    (copy / "clauses" / "rights.yaml").write_text(changed, encoding="utf-8")
    assert faults(copy) == ()


def test_rules_are_judged_by_those_who_know() -> None:
    told = Finding("unknown-method", file="packs/ZZ/rules.yaml", line=3)
    assert told in check_pack(load_pack(ZZ), check_rules=lambda p: [told])


def test_a_label_that_the_layout_needs_stops_a_pack_from_loading(copy: Path) -> None:
    plant(copy, ("terms.yaml", "  page_of:", "  page_off:"))
    with pytest.raises(PackError) as error:
        load_pack(copy)
    assert [(f.rule, f.path) for f in errors_in(error.value.findings)] == [
        ("label-missing", "labels.page_of")
    ]


def test_a_pack_that_trips_the_check_may_still_load(copy: Path) -> None:
    plant(copy, ("clauses/rights.yaml", "within 20 days", "within 30 days"))
    assert load_pack(copy).id == "ZZ"
    plant(copy, ("kinds.yaml", "{clause: settles}", "{clause: setles}"))
    with pytest.raises(PackError):
        load_pack(copy)


@pytest.mark.parametrize("root", SHIPPED, ids=lambda p: p.name)
def test_the_shipped_packs_are_clean(root: Path) -> None:
    _, found = check_pack_folder(root)
    assert [line_of(f) for f in found if f.severity != "note"] == []


@pytest.mark.parametrize(
    ("zh", "en", "lacking"),
    [
        ("30日内", "within 30 days", ()),
        ("30日内", "within 20 days", ("30",)),
        ("三十日内", "within 30 days", ()),
        ("三个工作日", "three working days", ()),
        ("三个工作日", "5 working days", ("3",)),
        ("依据《民法典》第六百七十五条", "under Civil Code art. 675", ()),
        ("2026年4月20日", "20 April 2026", ()),
        ("2026年5月20日", "20 April 2026", ("5",)),
        ("1,234.50元", "CNY 1234.5", ()),
        ("百分之二十四", "24 %", ()),
        ("两年", "2 years", ()),
        ("我们一起看一下", "let us look at it together", ()),
        ("请拨打12378", "call 12378", ()),
        ("人民币壹佰元", "100", ()),
        ("５日", "5 days", ()),
        ("5天和5天", "5 days", ("5",)),
    ],
)
def test_numbers_of_both_sides(zh: str, en: str, lacking: tuple[str, ...]) -> None:
    assert missing_numbers(zh, "zh-Hans", en, "en") == lacking


def test_english_words_count_as_well() -> None:
    assert missing_numbers("within twenty-one days", "en", "21日内", "zh-Hans") == ()
    assert missing_numbers("within three days", "en", "5日内", "zh-Hans") == ("3",)
    assert missing_numbers("one of us", "en", "我们", "zh-Hans") == ()
    assert missing_numbers("two times 1.000,50", "en", "2 mal 1 000.50", "de") == ()


def test_numerals() -> None:
    cases: dict[str, int] = {"十": 10, "十五": 15, "三十": 30, "六百七十五": 675, "二〇二六": 2026}
    cases |= {"一万二千": 12000, "叁佰": 300, "两千零五": 2005, "百": 100}
    to_number: Callable[[str], int] = han_number
    assert {written: to_number(written) for written in cases} == cases
    assert digits_in("1.000,50 and 1,000.50 and 007")["1000.5"] == 2


def test_what_can_not_be_read_brings_no_followers(copy: Path) -> None:
    plant(copy, ("fields.yaml", "id: {", "id: {{"))
    assert {f.rule for f in faults(copy)} == {"broken-text"}
