"""A sender's pictures, by Pillow, whose one room this is: pixels only, or an SVG's shapes only."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image as Pillow
from PIL import ImageFile, ImageOps

from notices.errors import FileError
from notices.files import read_bytes
from notices.page.document import Image
from notices.page.pictures import PictureError, printed_size, read_pictures
from notices.page.svg import clean_svg, is_svg
from notices.page.svg_ink import shows_ink

MAX_PIXELS = 20_000_000
MAX_SIDE = 900  # pixels: enough for 45 mm at 500 dpi
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP")
_BOMBS = (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning)


def read_image(file: Path, name: str, alt: Mapping[str, str]) -> Image:
    """The picture in `file`: its pixels only (no metadata, profile, second frame), as PNG, or its
    shapes only, as SVG.

    Raises PictureError where it is no picture, larger than MAX_PIXELS, too thin to be seen, or
    nothing of it would be seen on white paper.
    """
    try:
        raw = read_bytes(file)
    except FileError as error:
        raise PictureError("unreadable", str(error)[:160]) from error
    if is_svg(raw):
        drawing, shape = clean_svg(raw)
        if not shows_ink(drawing):
            raise PictureError("blank")
        image = Image(name, "image/svg+xml", drawing, alt, shape)
    else:
        image = _pixels(raw, name, alt)
    if min(printed_size(image)) < read_pictures().thinnest:
        raise PictureError("too_thin", f"{min(printed_size(image)):.1f}")
    return image


def _pixels(raw: bytes, name: str, alt: Mapping[str, str]) -> Image:
    try:
        with _strictly(), Pillow.open(io.BytesIO(raw), formats=FORMATS) as source:
            if source.width * source.height > MAX_PIXELS:
                raise PictureError("too_many_pixels", f"{MAX_PIXELS:,}")
            picture = _eight_bit(ImageOps.exif_transpose(source)).convert("RGBA")
    except (OSError, ValueError, SyntaxError, *_BOMBS) as error:
        raise PictureError("not_a_picture") from error
    shape = picture.size
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    # On white: transparency would cost PDF/A a blending space, and paper is white anyway.
    page = Pillow.new("RGB", picture.size, "white")
    page.paste(picture, mask=picture.getchannel("A"))
    if min(page.tobytes()) > 255 - read_pictures().ink:
        raise PictureError("blank")
    out = io.BytesIO()
    page.save(out, "PNG", optimize=False)
    return Image(name, "image/png", out.getvalue(), alt, shape)


def _eight_bit(picture: Pillow.Image) -> Pillow.Image:
    """Greys of 16 bits as greys of 8: Pillow would cut off all above 255 instead, to white."""
    if not picture.mode.startswith("I;16"):
        return picture
    return picture.convert("I").point(lambda grey: grey / 256).convert("L")


def stack_pictures(pages: Sequence[Pillow.Image]) -> bytes:
    """Pages below each other as one PNG."""
    wide, high = max(page.width for page in pages), sum(page.height for page in pages)
    whole = Pillow.new("RGB", (wide, high), "white")
    top = 0
    for page in pages:
        whole.paste(page, (0, top))
        top += page.height
    out = io.BytesIO()
    whole.save(out, "PNG")
    return out.getvalue()


@contextmanager
def _strictly() -> Iterator[None]:
    """No half picture and no bomb, whatever else goes on: WeasyPrint, once imported, lets Pillow
    take pictures that are cut off, in the whole process."""
    lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient
