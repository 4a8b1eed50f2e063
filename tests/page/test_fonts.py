"""The fonts cover what they promise, are what their listing says, and shut all others out."""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from unicodedata import category, name

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables import otTables

from notices.errors import FontError
from notices.page.fonts import (
    Coverage,
    FontBytes,
    FontSet,
    check_font_set,
    css_family,
    read_font_set,
    read_own_texts,
    write_fontconfig,
)

FOLDER = Path(__file__).parents[2] / "fonts"
ENTRIES = json.loads((FOLDER / "fonts.json").read_text(encoding="utf-8"))["fonts"]
FILES = [entry["file"] for entry in ENTRIES]

RENDER = """
import json, sys
import pypdfium2
import pypdfium2.raw as raw
from weasyprint import HTML
out = []
pdf = pypdfium2.PdfDocument(HTML(string=sys.stdin.read()).write_pdf())
for page in pdf:
    text = page.get_textpage()
    for i in range(text.count_chars()):
        buffer = raw.ctypes.create_string_buffer(200)
        raw.FPDFText_GetFontInfo(text, i, buffer, 200, raw.ctypes.c_int())
        family = buffer.value.decode().partition("+")[2] or buffer.value.decode()
        out.append((chr(raw.FPDFText_GetUnicode(text, i)), family))
print(json.dumps(out))
"""


@pytest.fixture(scope="module")
def fonts() -> FontSet:
    return read_font_set(FOLDER)


def render(fonts: FontSet, folder: Path, html: str) -> list[tuple[str, str]]:
    """Each character of the page with the font it was set from, in a process of its own."""
    config = write_fontconfig(fonts, folder)
    done = subprocess.run(
        [sys.executable, "-c", RENDER],
        input=html,
        env={**os.environ, "FONTCONFIG_FILE": str(config), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stderr == ""
    return [(char, family) for char, family in json.loads(done.stdout) if not char.isspace()]


def codec_characters(codec: str) -> str:
    """Every printable character that one or two bytes stand for."""
    found = set()
    for lead in range(0x20, 0x100):
        for tail in (b"", *(bytes([tail]) for tail in range(0x30, 0x100))):
            try:
                found.update((bytes([lead]) + tail).decode(codec))
            except UnicodeDecodeError:
                continue
    return "".join(sorted(char for char in found if category(char) not in ("Cc", "Co")))


def letters(first: int, last: int) -> str:
    """The letters and marks of a block, Coptic ones aside."""
    chars = map(chr, range(first, last + 1))
    return "".join(c for c in chars if category(c)[0] in "LM" and not name(c).startswith("COPTIC"))


def tiny_font(path: Path, family: str, text: str, fs_type: int = 0) -> Path:
    """A static TTF with one square glyph for each character of `text`."""
    names = [f"g{ord(char):x}" for char in text]
    pen = TTGlyphPen(None)
    for move, point in ((pen.moveTo, (0, 0)), (pen.lineTo, (0, 700)), (pen.lineTo, (700, 700))):
        move(point)
    pen.closePath()
    square = pen.glyph()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([".notdef", *names])
    font.setupCharacterMap({ord(char): glyph for char, glyph in zip(text, names, strict=True)})
    font.setupGlyf(dict.fromkeys([".notdef", *names], square))
    font.setupHorizontalMetrics(dict.fromkeys([".notdef", *names], (1000, 0)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": family, "styleName": "Regular"})
    font.setupOS2(usWeightClass=400, fsType=fs_type)
    font.setupPost()
    font.save(path)
    return path


# What the fonts promise


def test_the_table_of_standard_characters_is_covered(fonts: FontSet) -> None:
    lines = (FOLDER / "tgh8105.txt").read_text(encoding="utf-8").splitlines()
    table = "".join(line for line in lines if not line.startswith("#"))
    assert len(table) == len(set(table)) == 8105
    for family in ("Noto Sans SC",):
        for font in fonts.fonts:
            if font.family == family:
                assert not [char for char in table if char not in font.covers]


@pytest.mark.parametrize(("codec", "count"), [("gbk", 21886), ("big5hkscs", 18483)])
def test_encodings_are_covered(fonts: FontSet, codec: str, count: int) -> None:
    text = codec_characters(codec)
    assert len(text) == count
    assert fonts.missing(text) == ()


@pytest.mark.parametrize("char", "𠮷㛃䶮𬭎〇喆堃𮧵")
def test_name_characters_are_covered(fonts: FontSet, char: str) -> None:
    assert fonts.missing(char) == ()


def test_all_of_extension_a_but_its_late_additions_is_covered(fonts: FontSet) -> None:
    assert fonts.missing("".join(map(chr, range(0x3400, 0x4DB6)))) == ()


@pytest.mark.parametrize("family", ["Noto Sans", "Noto Sans Latin"])
@pytest.mark.parametrize(
    "block",
    [(0x20, 0x7E), (0xC0, 0x17F), (0x180, 0x24F), (0x370, 0x3FF), (0x400, 0x4FF), (0x1E00, 0x1FFF)],
)
def test_european_letters_are_in_the_latin_faces(
    fonts: FontSet, family: str, block: tuple[int, int]
) -> None:
    for font in fonts.fonts:
        if font.family == family:
            assert not [char for char in letters(*block) if char not in font.covers]


def test_signs_are_covered(fonts: FontSet) -> None:
    assert fonts.missing("£€¥₣\u00a0\u202f’\u200f−–—…‑□☐☑✂") == ()
    latin = [font for font in fonts.fonts if font.role.startswith("latin")]
    assert all(char in font.covers for font in latin for char in "£€¥₣\u00a0\u202f−–‑0123456789")


@pytest.mark.parametrize("family", ["Noto Sans", "Noto Sans Latin", "Noto Sans SC", "Noto Sans HK"])
def test_figures_are_tabular(fonts: FontSet, family: str) -> None:
    for font in fonts.fonts:
        if font.family == family:
            with TTFont(font.path) as file:
                cmap = file.getBestCmap()
                assert len({file["hmtx"][cmap[ord(figure)]][0] for figure in "0123456789"}) == 1


# The files are what the listing says


@pytest.mark.parametrize("entry", ENTRIES, ids=FILES)
def test_listing_is_true(entry: dict[str, str | int]) -> None:
    path = FOLDER / str(entry["file"])
    content = path.read_bytes()
    assert len(content) == entry["bytes"]
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    with TTFont(path) as font:
        assert font["name"].getDebugName(1) == entry["family"]
        assert font["OS/2"].usWeightClass == entry["weight"]
        assert "glyf" in font and not {"fvar", "fpgm", "prep", "cvt "} & set(font.keys())
        cmap = set(font.getBestCmap())
    covers = Coverage(str(entry["covers"]))
    assert ord(" ") in cmap  # Pango takes a space from the font of the character before it
    listed = {code for code in range(0x110000) if chr(code) in covers}
    assert listed == cmap


def test_faces_are_distinct_and_all_files_are_listed() -> None:
    assert len({(entry["family"], entry["weight"]) for entry in ENTRIES}) == len(ENTRIES)
    assert {path.name for path in FOLDER.glob("*.ttf")} == set(FILES)


def test_folder_is_small_enough() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) <= 40_000_000


@pytest.mark.parametrize("entry", ENTRIES, ids=FILES)
def test_licence_is_there_and_lets_the_name_be_used(entry: dict[str, str | int]) -> None:
    text = (FOLDER / str(entry["licence"])).read_text(encoding="utf-8")
    assert text.startswith("Copyright") and "SIL OPEN FONT LICENSE Version 1.1" in text
    reserved = text.partition("This Font Software")[0].partition("Reserved Font Name")[2]
    words = {word.strip("\"'“”,. \n") for word in reserved.split()} - {"", "and", "Font"}
    assert not words & set(str(entry["family"]).split())


def test_families_read_in_css_as_they_are(fonts: FontSet) -> None:
    # Pango adds a comma to a family that ends in a figure.
    assert not [font.family for font in fonts.fonts if not font.family[-1].isalpha()]


# Reading


def test_digest_stands_for_all_files(fonts: FontSet) -> None:
    check_font_set(fonts)
    assert read_font_set(FOLDER).digest == fonts.digest


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("plain 简体 text", ()),
        ("a\ue000b\U000323afa\ue000", ("\ue000", "\U000323af")),
        ("line\nbreak\ttab\u200e\u200d\u2028葛\U000e0100☑\ufe0e", ()),
        ("e\u0301 Nguye\u0302\u0303n", ()),
        ("\ud800", ("\ud800",)),
    ],
)
def test_missing_names_each_character_once(
    fonts: FontSet, text: str, missing: tuple[str, ...]
) -> None:
    assert fonts.missing(text) == missing


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A fonts folder of one small font."""
    entry = next(entry for entry in ENTRIES if entry["file"] == "NotoSansMath-Regular.ttf")
    (tmp_path / entry["file"]).write_bytes((FOLDER / entry["file"]).read_bytes())
    (tmp_path / "fonts.json").write_text(json.dumps({"fonts": [entry]}), encoding="utf-8")
    return tmp_path


def test_missing_file_is_refused(copied: Path) -> None:
    (copied / "NotoSansMath-Regular.ttf").unlink()
    with pytest.raises(FontError, match="NotoSansMath-Regular"):
        read_font_set(copied)


def test_missing_listing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FontError, match=r"fonts\.json"):
        read_font_set(tmp_path)


def test_other_size_is_refused_at_once(copied: Path) -> None:
    with (copied / "NotoSansMath-Regular.ttf").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(FontError, match="size differs"):
        read_font_set(copied)


def test_other_bytes_are_found_by_the_check(copied: Path) -> None:
    path = copied / "NotoSansMath-Regular.ttf"
    fonts = read_font_set(copied)
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    with pytest.raises(FontError, match="digest differs"):
        check_font_set(fonts)
    path.unlink()
    with pytest.raises(FontError, match="No such file"):
        check_font_set(fonts)


def test_a_font_without_any_lookup_tells_its_own_texts(tmp_path: Path) -> None:
    """So a font is when it was cut down to letters that have no other shapes."""
    own = tiny_font(tmp_path / "own.ttf", "My Names", " A")
    with TTFont(own) as font:
        font["GSUB"] = newTable("GSUB")
        font["GSUB"].table = otTables.GSUB()
        font["GSUB"].table.Version = 0x00010000
        font["GSUB"].table.ScriptList = font["GSUB"].table.FeatureList = None
        font["GSUB"].table.LookupList = None
        font.save(own)
    content = own.read_bytes()
    texts = read_own_texts(FontBytes((len(content), 0), content))
    assert set(texts.values()) == {(" ",), ("A",)}


def test_extra_font_adds_its_characters(fonts: FontSet, tmp_path: Path) -> None:
    own = tiny_font(tmp_path / "own.ttf", "My Names", " \ue000")
    both = read_font_set(FOLDER, (own,))
    assert both.missing("\ue000\ue001") == ("\ue001",)
    assert both.digest != fonts.digest
    assert both.fonts[-1].digest == hashlib.sha256(own.read_bytes()).hexdigest()
    assert css_family(both, "en").endswith(', "My Names"')


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a TTF or OTF"),
        (b"wOF2" + bytes(60), "not a TTF or OTF"),
        (b"ttcf" + bytes(60), "not a TTF or OTF"),
        (b"\x00\x01\x00\x00" + bytes(60), "without outlines|can't be read"),
        (b"OTTO\x00\x05", "can't be read"),
        (None, "No such file"),
    ],
)
def test_unreadable_extra_font_is_refused(
    tmp_path: Path, content: bytes | None, reason: str
) -> None:
    path = tmp_path / "own.ttf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FontError, match=reason):
        read_font_set(FOLDER, (path,))


def test_damaged_extra_font_is_refused_or_read(tmp_path: Path) -> None:
    path = tiny_font(tmp_path / "own.ttf", "My Names", " \ue000")
    content = path.read_bytes()
    for at in range(4, len(content), 7):
        path.write_bytes(content[:at])
        with contextlib.suppress(FontError):
            read_font_set(FOLDER, (path,))
        path.write_bytes(content[:at] + b"\xff\xff" + content[at + 2 :])
        with contextlib.suppress(FontError):
            read_font_set(FOLDER, (path,))


@pytest.mark.parametrize(
    ("family", "text", "fs_type", "reason"),
    [
        ("My Names", "\ue000", 0, "without a space"),
        ("My Names", " \ue000", 2, "doesn't allow"),
    ],
)
def test_unfit_extra_font_is_refused(
    tmp_path: Path, family: str, text: str, fs_type: int, reason: str
) -> None:
    path = tiny_font(tmp_path / "own.ttf", family, text, fs_type)
    with pytest.raises(FontError, match=reason):
        read_font_set(FOLDER, (path,))


# The order of families


@pytest.mark.parametrize(
    ("lang", "first", "second"),
    [
        ("en", "Noto Sans", "Notices Symbols"),
        ("de-AT", "Noto Sans", "Notices Symbols"),
        ("zh", "Noto Sans Latin", "Noto Sans SC"),
        ("zh-Hans", "Noto Sans Latin", "Noto Sans SC"),
        ("zh-CN", "Noto Sans Latin", "Noto Sans SC"),
        ("zh-Hans-HK", "Noto Sans Latin", "Noto Sans SC"),
        ("zh-Hant", "Noto Sans Latin", "Noto Sans HK"),
        ("zh-hk", "Noto Sans Latin", "Noto Sans HK"),
        ("zh_TW", "Noto Sans Latin", "Noto Sans HK"),
        ("yue", "Noto Sans Latin", "Noto Sans HK"),
    ],
)
def test_families_follow_the_language(fonts: FontSet, lang: str, first: str, second: str) -> None:
    families = css_family(fonts, lang).split(", ")
    assert families[:2] == [f'"{first}"', f'"{second}"']
    assert len(families) == len(set(families)) >= 7


def test_han_in_other_text_has_the_shapes_of_the_chinese_beside_it(fonts: FontSet) -> None:
    def first(*beside: str) -> str:
        families = css_family(fonts, "en", beside).split(", ")
        assert families[0] == '"Noto Sans"'
        return next(one for one in families if one in ('"Noto Sans SC"', '"Noto Sans HK"'))

    assert first("zh-Hant", "en") == first("en", "zh-HK") == '"Noto Sans HK"'
    assert first() == first("en") == first("zh-Hans", "en") == '"Noto Sans SC"'


def test_family_names_are_escaped(tmp_path: Path) -> None:
    own = tiny_font(tmp_path / "own.ttf", 'A"</style>B', " \ue000")
    assert css_family(read_font_set(FOLDER, (own,)), "en").endswith(r'"A\22 \3c \2f style\3e B"')


# Fontconfig


def test_settings_are_written_once(fonts: FontSet, tmp_path: Path) -> None:
    config = write_fontconfig(fonts, tmp_path / "new" / "a & b")
    stamp = config.stat().st_mtime_ns
    assert write_fontconfig(fonts, tmp_path / "new" / "a & b") == config
    assert config.stat().st_mtime_ns == stamp
    assert "a &amp; b" in config.read_text(encoding="utf-8")
    assert [path.name[0] for path in config.parent.parent.iterdir()] != ["."]


@pytest.mark.heavy
def test_only_our_fonts_are_seen(fonts: FontSet, tmp_path: Path) -> None:
    neighbours = tmp_path / "downloads"
    neighbours.mkdir()
    tiny_font(neighbours / "other.ttf", "Other", " \ue000\ue001")
    own = tiny_font(neighbours / "own.ttf", "My Names", " \ue000")
    both = read_font_set(FOLDER, (own,))
    html = f"""<p style='font-family: "DejaVu Sans", "Other", serif'>Abc 中文 𠮷 𮧵</p>
        <p style='font-family: {css_family(both, "zh-Hans")}'>王\ue000</p>"""
    families = {family.replace("-", " ") for _, family in render(both, tmp_path / "fc", html)}
    assert families <= {font.family for font in both.fonts}
    assert "My Names" in families


@pytest.mark.heavy
def test_each_language_gets_its_own_shapes(fonts: FontSet, tmp_path: Path) -> None:
    text = {
        "en": "A1“”’…—·",
        "zh-Hans": "A1é€−“”’…—·骨",
        "zh-Hant-HK": "A1“”’…—·骨",
    }
    html = "".join(
        f"<p lang={lang} style='font-family: {css_family(fonts, lang)}'>{chars}</p>"
        for lang, chars in text.items()
    )
    got = [family for _, family in render(fonts, tmp_path, html)]
    assert got == [
        *["Noto-Sans"] * 8,
        *["Noto-Sans-Latin"] * 5,
        *["Noto-Sans-SC"] * 7,
        *["Noto-Sans-Latin"] * 2,
        *["Noto-Sans-HK"] * 7,
    ]


@pytest.mark.heavy
def test_bold_text_takes_rare_characters_from_a_regular_face(
    fonts: FontSet, tmp_path: Path
) -> None:
    html = f"<b lang=zh-Hans style='font-family: {css_family(fonts, 'zh-Hans')}'>张𠮷㐂𮧵☐ 1</b>"
    assert list(dict.fromkeys(family for _, family in render(fonts, tmp_path, html))) == [
        "Noto-Sans-SC-Bold",
        "Noto-Sans-JP",
        "Noto-Sans-SC",
        "Notices-Rare-Han",
        "Notices-Symbols",
        "Noto-Sans-Latin-Bold",
    ]
