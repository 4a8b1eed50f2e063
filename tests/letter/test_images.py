"""Logo, signature and seal: pixels only, with their text, in their place; or a finding."""

from __future__ import annotations

import io
import shutil
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from notices.case.record import Record
from notices.catalogue import hint, line_of
from notices.errors import FileError
from notices.letter.make import Letter, LetterMaker, check_record
from notices.letter.resources import Resources
from notices.letter.workspace import Workspace
from tests.letter import letters
from tests.letter.letters import CAPPED, DEMAND, MADE_UP, REMINDER
from tests.page.conformance import faults

SECRET = "metadata-secret-6222"


def draw(size: tuple[int, int], mode: str = "RGB", colour: object = (31, 58, 95)) -> Image.Image:
    """A ring on white: large enough to be seen, different from any text."""
    picture = Image.new("RGBA", size, (255, 255, 255, 0))
    width, height = size
    box = (width // 10, height // 10, width - width // 10, height - height // 10)
    ImageDraw.Draw(picture).ellipse(box, outline=(*colour, 255), width=max(2, width // 20))  # type: ignore[misc]
    return picture if mode == "RGBA" else picture.convert(mode)


def write_png(file: Path, size: tuple[int, int] = (300, 300)) -> Path:
    told = PngInfo()
    told.add_text("Author", SECRET)
    exif = Image.Exif()
    exif[0x010E] = SECRET
    draw(size, "RGBA").save(file, pnginfo=told, exif=exif)
    return file


def profile(folder: Path, name: str = DEMAND, **files: str) -> Record:
    """The example's sender with pictures, which stand beside it in `folder`."""
    return replace(letters.sender(name, **files), folder=str(folder))


def pictures(letter: Letter) -> list[tuple[int, int]]:
    """The size of every picture in the finished file, the draft mark left out."""
    with pikepdf.open(io.BytesIO(letter.data)) as pdf:
        sizes = {
            item.objgen: (int(item.Width), int(item.Height))
            for item in pdf.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
        }
    return sorted(sizes.values())


@pytest.mark.heavy
@pytest.mark.parametrize("arrangement", ["parallel", "stacked", "sequential"])
@pytest.mark.parametrize("name", [CAPPED, letters.CARD])
def test_logo_signature_and_seal_stand_in_a_proven_letter(
    maker: LetterMaker, tmp_path: Path, name: str, arrangement: str
) -> None:
    write_png(tmp_path / "logo.png", (600, 200))
    write_png(tmp_path / "sign.png", (400, 120))
    write_png(tmp_path / "seal.png", (500, 500))
    sender = profile(
        tmp_path,
        name,
        **{"logo": "logo.png", "signature": "sign.png", "seal": "seal.png"},
        seal_authorisation="Form 1",
    )
    letter = letters.made(maker, letters.case(name), sender, live=True, arrangement=arrangement)
    assert faults(letter.data) == []
    assert set(pictures(letter)) >= {(600, 200), (400, 120), (500, 500)}
    alts = [figure.alt for figure in letters.read(letter.data).figures]
    for alt in ("寄件人标志", "经办人签名", "寄件人印章"):
        assert alts.count(alt) == 1
    assert not letters.says(letter, "place for the seal")
    assert SECRET.encode() not in letter.data
    with pikepdf.open(io.BytesIO(letter.data)) as pdf:
        streams = [item for item in pdf.objects if isinstance(item, pikepdf.Stream)]
        for item in streams:
            if item.get("/Subtype") != "/Image":
                assert SECRET.encode() not in item.read_bytes()


@pytest.mark.heavy
def test_a_reminder_has_no_place_for_a_seal(maker: LetterMaker, tmp_path: Path) -> None:
    write_png(tmp_path / "seal.png")
    sender = profile(tmp_path, REMINDER, seal="seal.png", seal_authorisation="Form 1")
    letter = letters.made(maker, letters.case(REMINDER), sender, live=True)
    assert not letters.says(letter, "place for the seal")


@pytest.mark.heavy
def test_without_a_seal_its_place_is_left_free(finished: Callable[[str], Letter]) -> None:
    assert letters.says(finished(CAPPED), "place for the seal")


@pytest.mark.heavy
def test_a_private_creditor_signs_by_hand(
    maker: LetterMaker, finished: Callable[[str], Letter], tmp_path: Path
) -> None:
    assert not letters.says(finished(DEMAND), "place for the seal")
    write_png(tmp_path / "seal.png", (500, 500))
    sender = profile(tmp_path, seal="seal.png", seal_authorisation="Form 1")
    letter = letters.made(maker, letters.case(DEMAND), sender, live=True)
    assert (500, 500) not in pictures(letter)


def test_a_seal_needs_its_authorisation(maker: LetterMaker, tmp_path: Path) -> None:
    write_png(tmp_path / "seal.png")
    letter, findings = letters.make(maker, letters.case(DEMAND), profile(tmp_path, seal="seal.png"))
    assert letter is None
    assert [f.path for f in findings if f.rule == "required-field"] == ["seal_authorisation"]


def test_a_seal_needs_its_authorisation_whatever_the_pack_requires(tmp_path: Path) -> None:
    """A pack that declares the seal without asking for more gets no seal all the same."""
    root = tmp_path / "packs" / "ZZ"
    shutil.copytree(MADE_UP / "ZZ", root)
    with (root / "fields.yaml").open("a", encoding="utf-8") as fields:
        fields.write(
            "\nseal: {path: sender.seal, type: file, class: product, source: a test, "
            "example: seal.png, hint: {fr: cachet, en: the seal}}\n"
        )
    write_png(tmp_path / "seal.png")
    name = "ZZ/invoice-reminder"
    desk = Resources(Workspace(pack_roots=(root.parent,)))
    sender = profile(tmp_path, name, seal="seal.png")
    case = letters.case(name)
    (checked,) = check_record(case, desk, letters.request(case), sender)
    assert checked.document is None
    assert letters.rules(checked.findings) == {"seal-unauthorised"}


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_a_picture_of_which_nothing_would_be_seen_is_told_at_its_field(
    tmp_path: Path, mode: str
) -> None:
    white = (252, 254, 255, 0) if mode == "RGBA" else "white"
    Image.new(mode, (300, 100), white).save(tmp_path / "logo.png")  # type: ignore[arg-type]
    case = letters.case(DEMAND)
    desk = Resources(letters.WORKSPACE)
    sender = profile(tmp_path, logo="logo.png")
    (checked,) = check_record(case, desk, letters.request(case), sender)
    found = [f for f in checked.findings if f.rule == "image-unusable"]
    assert [f.path for f in found] == ["sender.logo"]
    assert "white paper" in line_of(found[0], "en") and "白纸" in line_of(found[0], "zh")


@pytest.mark.heavy
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP"])
def test_common_forms_are_taken_whatever_their_name(
    maker: LetterMaker, tmp_path: Path, form: str
) -> None:
    draw((300, 100)).save(tmp_path / "logo.bin", form)
    letter = letters.made(
        maker, letters.case(REMINDER), profile(tmp_path, REMINDER, logo="logo.bin"), live=True
    )
    assert (300, 100) in pictures(letter)


@pytest.mark.heavy
@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "F"])
def test_every_kind_of_pixel_is_taken(maker: LetterMaker, tmp_path: Path, mode: str) -> None:
    if mode == "LA":
        picture = draw((200, 100), "RGBA").convert("LA")
    elif mode == "I;16":
        picture = Image.new("I;16", (200, 100), 40_000)
    else:
        picture = draw((200, 100)).convert(mode)
    picture.save(tmp_path / "logo.tif", "TIFF")
    letter = letters.made(
        maker, letters.case(REMINDER), profile(tmp_path, REMINDER, logo="logo.tif"), live=True
    )
    assert faults(letter.data) == []


@pytest.mark.heavy
def test_a_picture_is_turned_upright_and_made_small(maker: LetterMaker, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    draw((2000, 1000)).save(tmp_path / "logo.jpg", "JPEG", exif=exif)
    letter = letters.made(
        maker, letters.case(REMINDER), profile(tmp_path, REMINDER, logo="logo.jpg"), live=True
    )
    assert (450, 900) in pictures(letter)


def bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that would be enormous when unpacked."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def good_png() -> bytes:
    out = io.BytesIO()
    draw((300, 300)).save(out, "PNG")
    return out.getvalue()


UNUSABLE = {
    "cut off": good_png()[: len(good_png()) // 2],
    "head only": good_png()[:40],
    "empty": b"",
    "text": b"no picture",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "pdf": b"%PDF-1.7\n%%EOF",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (w) file\n",
    "more pixels than allowed": bomb(6000, 6000),
    "many more": bomb(11_000, 11_000),
    "a bomb": bomb(60_000, 60_000),
    "claims more than it has": bomb(3000, 3000),
}


@pytest.mark.parametrize("fault", UNUSABLE)
@pytest.mark.parametrize("place", ["logo", "signature"])
def test_a_file_that_is_no_good_picture_is_a_finding(
    maker: LetterMaker, tmp_path: Path, fault: str, place: str
) -> None:
    (tmp_path / "x.png").write_bytes(UNUSABLE[fault])
    sender = profile(tmp_path, **{place: "x.png"})
    letter, findings = letters.make(maker, letters.case(DEMAND), sender)
    assert letter is None
    (found,) = findings
    assert (found.rule, found.path) == ("image-unusable", f"sender.{place}")
    for language in ("en", "zh"):
        assert line_of(found, language) and hint(found, language)


def test_a_picture_that_is_not_there_is_a_finding(maker: LetterMaker, tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    for file in ("none.png", "folder.png"):
        letter, findings = letters.make(maker, letters.case(DEMAND), profile(tmp_path, logo=file))
        assert letter is None and letters.rules(findings) == {"image-unusable"}


@pytest.mark.parametrize("file", ["../x.png", "/etc/x.png", "a/../../x.png", "~/x.png", "x\n.png"])
def test_a_picture_stands_beside_the_profile(maker: LetterMaker, tmp_path: Path, file: str) -> None:
    write_png(tmp_path / "x.png")
    (tmp_path / "senders").mkdir()
    letter, findings = letters.make(
        maker, letters.case(DEMAND), profile(tmp_path / "senders", logo=file)
    )
    assert letter is None
    assert letters.rules(findings) <= {"wrong-form", "unsafe-characters"}


def test_a_profile_s_picture_is_read_once_for_all_its_letters(tmp_path: Path) -> None:
    file = write_png(tmp_path / "logo.png")
    desk = Resources(Workspace())
    first = desk.picture(str(file), "logo")
    file.unlink()
    assert desk.picture(str(file), "logo") is first
    with pytest.raises(FileError):
        Resources(Workspace()).picture(str(file), "logo")
