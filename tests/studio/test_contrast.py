"""The page's colours: every text colour on every ground, by WCAG 2.1 (AA: 4.5 : 1)."""

from __future__ import annotations

import re

import pytest

from notices.studio.app import STATIC

COLOURS = dict(
    re.findall(r"--([\w-]+): *(#[0-9a-f]{6});", (STATIC / "studio.css").read_text(encoding="utf-8"))
)
TEXTS = ("ink", "soft", "accent", "red", "amber", "green")
GROUNDS = ("ground", "paper", "accent-ground", "red-ground", "amber-ground", "green-ground")


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_texts_stand_out(text: str, ground: str) -> None:
    light, dark = sorted((luminance(COLOURS[text]), luminance(COLOURS[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
