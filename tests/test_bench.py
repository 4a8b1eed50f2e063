"""The bench's parts run and measure something: a figure that nobody can get again is none."""

from __future__ import annotations

import pytest

from tests.bench import pipeline, singles
from tests.bench.report import table

pytestmark = pytest.mark.heavy

FEW = 3


def test_stages_add_up_to_a_letter_s_way() -> None:
    ms = pipeline.stages(FEW)
    assert tuple(ms) == pipeline.STAGES
    assert all(spent > 0 for spent in ms.values())
    assert ms["render"] == max(ms.values())


@pytest.mark.slow
def test_the_dry_run_and_a_worker_s_memory_are_measured() -> None:
    assert pipeline.dry_run(40)  # a command that fails raises; how fast it is, no test says
    points = pipeline.memory(FEW)
    assert [letters for letters, _ in points] == [1, 2, 3]
    assert all(mb > 20 for _, mb in points)


def test_proof_and_print_are_measured_and_told() -> None:
    found = {"proof": singles.proofs(FEW), "print": singles.printed_kb(FEW)}
    assert 0 < found["print"]["in_print_kb"] < found["print"]["alone_kb"]
    told = "\n".join(table({"machine": "here", **found}))
    assert "proof from the bytes" in told and f"in a print file of {FEW} letters" in told
