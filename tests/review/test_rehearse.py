"""Rehearsal: every example of every shipped pack comes out, and a wrong one is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from notices.catalogue import line_of
from notices.finding import errors_in
from notices.letter.workspace import Workspace
from notices.pack.core import copy_pack
from notices.places import PACKS
from notices.review.examples import Example, read_examples
from notices.review.rehearse import Outcome, Rehearsal
from tests.letter.letters import EXAMPLES, sampled

pytestmark = pytest.mark.heavy

NAME = "demand-consumer-loan-no-rate"


@pytest.mark.parametrize("name", sampled(EXAMPLES))
def test_every_example_comes_out_as_it_says(played: Callable[[str], Outcome], name: str) -> None:
    outcome = played(name)
    assert not [line_of(finding) for finding in errors_in(outcome.findings)]
    assert len(outcome.letters) == 1


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("packs") / "CN"
    copy_pack(PACKS / "CN", root)
    for file in (root / "examples").glob("*.yaml"):
        if file.stem != NAME:
            file.unlink()
    return root


@pytest.fixture(scope="module")
def own_stage(own: Path) -> Iterator[Rehearsal]:
    with Rehearsal(Workspace(pack_roots=(own.parent,))) as stage:
        yield stage


def edited(own: Path, *pairs: tuple[str, str]) -> Example:
    """The one example, with pieces of its text replaced."""
    text = (PACKS / "CN" / "examples" / f"{NAME}.yaml").read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    (own / "examples" / f"{NAME}.yaml").write_text(text, encoding="utf-8")
    (example,) = read_examples(own)
    return example


def test_wrong_figures_and_phrases_are_told_where_they_stand(
    own: Path, own_stage: Rehearsal
) -> None:
    example = edited(
        own,
        ("total_due: 8180.16", "total_due: 8180.17"),
        ("pay_by: 2026-04-15", "pay_by: 2026-04-16"),
        ("days: 274", "days: 275"),
        ("limitation: running", "limitation: barred\n  total_deu: 1"),
        ('"CNY 8,180.16"', '"CNY 8,180.17"'),
        ("en: [sue,", "en: [Dear, sue,"),
    )
    findings = own_stage.play(example).findings
    told = {(f.rule, f.path) for f in findings if f.severity == "error"}
    assert told == {
        ("rehearsal-figure", "expect.total_due"),
        ("rehearsal-figure", "expect.pay_by"),
        ("rehearsal-figure", "expect.interest"),
        ("rehearsal-figure", "expect.limitation"),
        ("rehearsal-expect", "expect.total_deu"),
        ("rehearsal-phrase", "phrases.en"),
        ("rehearsal-absent", "absent.en"),
    }
    assert all(f.line and f.file.endswith(f"{NAME}.yaml") for f in findings)
    assert all(line_of(f, "zh") for f in findings)


def test_letters_are_kept_where_asked(own: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    with Rehearsal(Workspace(pack_roots=(own.parent,)), live=True) as stage:
        outcome = stage.play(edited(own), out)
    assert [file.parent for file in outcome.files] == [out]
    assert outcome.files[0].name.endswith(".pdf") and ".draft" not in outcome.files[0].name
    assert outcome.files[0].read_bytes() == outcome.letters[0].data


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("about:", "abuot:", "unknown-key"),
        ("expect:", "expects:", "key-missing"),
        ("sender: sample-lender", "sender: ../sample-lender", "unknown-sender"),
        ("sender: sample-lender", "sender: nobody", "unknown-sender"),
        ("  issue_date: 2026-03-31\n", "", "rehearsal-date"),
        ("case:", "case: [", "broken-text"),
    ],
)
def test_an_example_that_cannot_be_played_is_told(
    own: Path, own_stage: Rehearsal, old: str, new: str, rule: str
) -> None:
    outcome = own_stage.play(edited(own, (old, new)))
    assert rule in {finding.rule for finding in outcome.findings}
    assert not outcome.letters


def test_a_sender_may_stand_in_the_example(own: Path, own_stage: Rehearsal) -> None:
    profile = (own / "examples" / "senders" / "sample-lender.yaml").read_text(encoding="utf-8")
    inner = "".join(f"  {line}\n" for line in profile.splitlines() if not line.startswith("#"))
    outcome = own_stage.play(edited(own, ("sender: sample-lender\n", f"sender:\n{inner}")))
    assert not errors_in(outcome.findings)


def test_absent_words_are_whole_words(own: Path, own_stage: Rehearsal) -> None:
    """`sue` is not in `issue`."""
    outcome = own_stage.play(edited(own, ("en: [sue,", "en: [sue, ue, ayment,")))
    assert not errors_in(outcome.findings)
