"""Findings: what they say to everybody, and what only their owner's screen shows."""

from __future__ import annotations

import json
import pickle

from notices.catalogue import as_record, line_of
from notices.finding import Finding, Private, masked


def test_a_mask_shows_the_form_and_not_the_value() -> None:
    assert masked("甲测试 Ab１２3") == "••• •••••"
    assert masked("1,250.00 kr") == "•,•••.•• ••"
    assert masked("a\u00a0b\tc") == "•␣•␣•"
    assert masked("9" * 60) == "•" * 40 + "…"


def test_the_value_itself_is_kept_for_the_owner_s_screen() -> None:
    value = masked("乙示例")
    assert value.clear == "乙示例" and json.dumps(value, ensure_ascii=False) == '"•••"'
    moved = pickle.loads(pickle.dumps(value))
    assert isinstance(moved, Private) and (moved, moved.clear) == (value, "乙示例")


def test_only_a_line_for_the_screen_shows_private_values() -> None:
    params = {"form_en": "a number", "form_zh": "数字", "value": masked("12a.50")}
    told = Finding("not-a-number", file="case.yaml", line=7, path="debts[0].amount", params=params)
    for lang in ("en", "zh"):
        assert "12a.50" not in line_of(told, lang) and "12a.50" not in str(as_record(told))
        assert "12a.50" in line_of(told, lang, clear=True)


def test_every_finding_can_be_sent_from_one_process_to_another() -> None:
    """Workers answer with findings: one that cannot be sent ends its worker."""
    for told in (Finding("nothing-due", "note"), Finding("not-a-number", params={"value": "1"})):
        assert pickle.loads(pickle.dumps(told)) == told
