"""The holds file of a workspace, in each of its forms."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from notices.case.record import Record
from notices.catalogue import hint, message
from notices.errors import FileError
from notices.letter.holds import check_holds, read_holds
from notices.letter.workspace import Workspace
from notices.plan.holds import HOLDS
from notices.tables.list_words import read_words

TODAY = date(2026, 6, 30)
CSV = "case_id,hold,from,until,note\nA,dispute,,2026-06-30,客户来电\nB,insolvency,2026-07-01,,\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(root=tmp_path)


def rules(workspace: Workspace, case_id: str, **data: object) -> list[str]:
    found = check_holds(case_id, Record({"id": case_id, **data}, "a.yaml"), workspace, TODAY)
    assert all(message(finding, "zh") for finding in found)
    return [finding.rule for finding in found]


def test_no_file_no_holds(workspace: Workspace) -> None:
    assert rules(workspace, "A") == []
    assert rules(Workspace(), "A") == []
    assert rules(Workspace(), "A", holds=["minor"]) == ["hold-minor"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_table(workspace: Workspace, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "holds.csv").write_text(CSV, encoding=encoding)
    assert rules(workspace, "A") == ["hold-dispute"]
    assert rules(workspace, "B") == []
    assert rules(workspace, "A", holds=["minor"]) == ["hold-minor", "hold-dispute"]


def test_a_table_in_its_owner_s_words(workspace: Workspace, tmp_path: Path) -> None:
    text = "案件编号,事由,截止,备注\nA,争议,2026-06-30,\nB,破产,,\nC,身份冒用,2026-06-29,\n"
    (tmp_path / "holds.csv").write_text(text, encoding="utf-8")
    assert [rules(workspace, case) for case in "ABC"] == [["hold-dispute"], ["hold-insolvency"], []]
    assert set(read_words("holds", "values").values()) == set(HOLDS)


def test_a_yaml_list_and_both_files_together(workspace: Workspace, tmp_path: Path) -> None:
    text = "- {case_id: A, hold: deceased}\n- {case: D, hold: hardship, until: 2026-12-31}\n"
    (tmp_path / "holds.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "holds.csv").write_text(CSV, encoding="utf-8")
    assert sorted(rules(workspace, "A")) == ["hold-deceased", "hold-dispute"]
    assert rules(workspace, "D") == ["hold-hardship"]
    finding = check_holds("D", Record({}), workspace, TODAY)[0]
    assert (finding.file, finding.line) == ("holds.yaml", 2)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("case_id,hold\n,dispute\n", "hold-row"),
        ("case,grnd\nA,dispute\n", "hold-row"),
    ],
)
def test_what_could_be_anybody_s_holds_everybody(
    workspace: Workspace, tmp_path: Path, text: str, rule: str
) -> None:
    (tmp_path / "holds.csv").write_text(text, encoding="utf-8")
    assert rule in rules(workspace, "A")


def test_a_file_that_can_t_be_read_is_told_before_any_letter(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "holds.yaml").write_text("- {case_id: A\n", encoding="utf-8")
    with pytest.raises(FileError, match=r"holds\.yaml"):
        read_holds(workspace)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize(
    ("first", "last"), [("起", "止"), ("起始日期", "结束日期"), ("自", "至"), ("from", "until")]
)
def test_a_hold_that_has_ended_binds_nobody(
    workspace: Workspace, tmp_path: Path, first: str, last: str, encoding: str
) -> None:
    """Days in an owner's own words: heads, and dates as tables write them."""
    text = (
        f"案件编号,停催原因,{first},{last}\nA,争议,2026-06-01,2026年6月29日\n"
        "B,争议,2026/6/1,2026年6月30日\nC,争议,2026年7月1日,\nD,争议,,二〇二六年\n"
    )
    (tmp_path / "holds.csv").write_text(text, encoding=encoding)
    assert [rules(workspace, case) for case in "ABC"] == [[], ["hold-dispute"], []]
    assert rules(workspace, "D") == ["hold-day"]
    (fault,) = check_holds("D", Record({}), workspace, TODAY)
    assert (fault.file, fault.line, fault.path) == ("holds.csv", 5, "hold")
    assert not read_holds(workspace).faults


def test_a_column_that_nothing_reads_is_told(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "holds.csv").write_text("案件编号,事由,哪天完\nA,争议,2026-01-01\n", "utf-8")
    (told,) = read_holds(workspace).faults
    assert told.rule == "hold-column" and told.severity == "warning"
    assert "哪天完" in message(told, "zh") and "截止日期" in hint(told, "zh")
    assert "until" not in hint(told, "zh") and "until" in hint(told, "en")
