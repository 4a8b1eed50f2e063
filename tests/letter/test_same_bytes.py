"""The same case, pack and fonts give the same bytes: wherever, whenever, after whatever."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import ImageChops

from notices.letter.make import Letter, LetterMaker
from notices.proof.readback import rasterise
from tests.letter import letters
from tests.letter.letters import CARD, DEMAND, HOME, REMINDER

MADE_UP_COUNTRY = "ZZ/invoice-reminder"
ORDER = [REMINDER, MADE_UP_COUNTRY, DEMAND]
ELSEWHERE = """
import json, sys
from notices.letter.make import LetterMaker
from tests.letter import letters
with LetterMaker(letters.WORKSPACE) as maker:
    print(json.dumps({
        name: letters.made(maker, letters.case(name), letters.sender(name)).digest
        for name in sys.argv[1:]
    }))
"""
ENVIRONMENTS = [
    {"LANG": "C", "LC_ALL": "C", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"},
    {
        **{"LANG": "zh_CN.UTF-8", "LC_ALL": "tr_TR.UTF-8", "TZ": "America/Adak"},
        **{"PYTHONHASHSEED": "4242", "SOURCE_DATE_EPOCH": "1", "FONTCONFIG_FILE": "/none"},
    },
]


@pytest.mark.heavy
@pytest.mark.parametrize("env", ENVIRONMENTS, ids=["first", "second"])
def test_another_process_place_locale_zone_and_order(
    finished: Callable[[str], Letter], tmp_path: Path, env: dict[str, str]
) -> None:
    order = ORDER if env["PYTHONHASHSEED"] == "1" else ORDER[::-1]
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, *order],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(HOME), "HOME": str(tmp_path), **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {name: finished(name).digest for name in ORDER}


@pytest.mark.heavy
def test_after_other_letters_and_looks_in_the_same_process(
    maker: LetterMaker, finished: Callable[[str], Letter]
) -> None:
    first = finished(DEMAND)
    asked = {"arrangement": "stacked", "large_print": True}
    letters.made(maker, letters.case(CARD), letters.sender(CARD), **asked)
    letters.made(maker, letters.case(DEMAND), letters.sender(DEMAND), live=True)
    again = letters.made(maker, letters.case(DEMAND), letters.sender(DEMAND))
    assert again.data == first.data
    with LetterMaker(letters.WORKSPACE) as other:
        fresh = letters.made(other, letters.case(DEMAND), letters.sender(DEMAND))
    assert fresh.data == first.data
    assert fresh.digest == hashlib.sha256(fresh.data).hexdigest()
    assert fresh.profile == first.profile


@pytest.mark.heavy
def test_the_day_on_which_it_is_made_leaves_no_trace(maker: LetterMaker) -> None:
    """Only the issue date stands in the file; the door's day is for records that state none."""
    record = letters.case(DEMAND)
    issued = record.data["issue_date"]
    letter = letters.made(maker, record, letters.sender(DEMAND))
    with pikepdf.open(io.BytesIO(letter.data)) as pdf:
        stamp = f"D:{issued.replace('-', '')}"
        for key in ("/CreationDate", "/ModDate"):
            assert str(pdf.docinfo[key]).startswith(stamp)
    today = letters.TODAY.isoformat()
    assert today.encode() not in letter.data and letters.said(letter).find(today) < 0


@pytest.mark.heavy
def test_a_draft_and_a_live_letter_differ_by_the_mark_alone(
    maker: LetterMaker, finished: Callable[[str], Letter]
) -> None:
    draft = finished(DEMAND)
    live = letters.made(maker, letters.case(DEMAND), letters.sender(DEMAND), live=True)
    assert draft.checked.document and live.checked.document
    mark = draft.checked.document.furniture.watermark
    assert mark and not live.checked.document.furniture.watermark
    assert draft.letter_id == live.letter_id and draft.data != live.data

    def told(letter: Letter) -> list[object]:
        return [
            (run.page, run.lang, run.ids, run.text, run.glyphs)
            for run in letters.read(letter.data).runs
        ]

    assert told(draft) == told(live)
    assert letters.read(draft.data).attachments == letters.read(live.data).attachments
    assert letters.read(draft.data).figures == letters.read(live.data).figures
    for page in range(1, draft.pages + 1):
        drawn = rasterise(draft.data, page, 72), rasterise(live.data, page, 72)
        difference = ImageChops.difference(*drawn)
        palest, darkest = difference.getextrema()
        assert palest == 0 and 10 < float(darkest) < 40, "text is as black as on the live letter"
        assert sum(difference.histogram()[10:]) > 0.005 * difference.width * difference.height
